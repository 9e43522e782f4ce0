"""The tags plugin with the real text model and with what the other plugins really give."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from importlib.resources import files
from pathlib import Path

import library_factory
import numpy as np
import pytest
from media_factory import clip, song

from mediadesk.api import SURE, Array, Feature, Item, Kind, Run, Skip, unit
from mediadesk.host import Registry, State
from mediadesk.media import GuardedMedia
from mediadesk.models import Models
from mediadesk_audio import Audio
from mediadesk_keyframes import Keyframes
from mediadesk_subtitles import Subtitles, Text
from mediadesk_tags import Tags

VIDEOS = Path(__file__).parents[4] / "shared/data/media/video"
needs_shared = pytest.mark.skipif(not VIDEOS.is_dir(), reason=f"needs the videos of {VIDEOS}")
tags = Tags()


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Models]:
    models = Models(library_factory.models(tmp_path_factory.getbasetemp()))
    yield models
    models.close()


@pytest.fixture(scope="module")
def run(models: Models) -> Run:
    return models.runner(tags.model)


def seen(classes: Mapping[str, float]) -> Feature:
    return Feature(data={"frames": 1, "classes": dict(classes)})


def said(run: Run, *passages: str) -> Feature:
    vectors = run({"text": np.array(passages, dtype=object)})["embedding"]
    return Feature(summary=unit(vectors.mean(axis=0)))


@pytest.mark.parametrize(
    ("thing", "tag"),
    [
        ("king penguin", "birds"),
        ("giant panda", "animals"),
        ("monarch butterfly", "insects"),
        ("Golden Retriever", "dogs"),
        ("tabby cat", "cats"),
        ("beach", "sea"),
        ("promontory", "sea"),
        ("volcano", "mountains"),
        ("mosque", "buildings"),
        ("steam locomotive", "trains"),
        ("sports car", "cars"),
        ("pizza", "food"),
        ("acoustic guitar", "music"),
        ("space shuttle", "space"),
    ],
)
def test_what_is_seen_gets_the_tag_of_the_nearest_word(run: Run, thing: str, tag: str) -> None:
    (found,) = tags.tag([{"keyframes": seen({thing: 0.9})}], run)
    assert list(found) == [tag]


def test_things_unlike_any_word_give_no_tag(run: Run) -> None:
    assert tags.tag([{"keyframes": seen({"parallel bars": 0.9})}], run) == [{}], "no sandbar"


def test_things_that_stand_for_nothing_give_no_tag(run: Run) -> None:
    assert tags.tag([{"keyframes": seen({"screwdriver": 0.6, "paper towel": 0.3})}], run) == [{}]


@pytest.mark.parametrize(
    ("passage", "tag"),
    [
        ("The waves break on the beach and the tide comes in.", "sea"),
        ("海浪拍打着沙滩，潮水慢慢涨起来。", "sea"),
        ("We climbed along the ridge and saw the valley far below the summit.", "mountains"),
        ("The police found the murder weapon and the suspect is in prison.", "crime"),
        ("市政府昨天宣布了新的选举日期。", "politics"),
        ("Beat the eggs with sugar, add flour and bake it for an hour.", "cooking"),
        ("The spacecraft left the orbit of the planet and flew towards the stars.", "space"),
    ],
)
def test_what_is_said_is_tagged_in_any_language(run: Run, passage: str, tag: str) -> None:
    (found,) = tags.tag([{"subtitles": said(run, passage)}], run)
    assert next(iter(found)) == tag


def test_pictures_and_words_that_agree_are_surer_than_those_that_do_not(run: Run) -> None:
    pictures = seen({"castle": 0.5, "palace": 0.2})
    agreeing = said(run, "The castle of the king was built by the best masons of the empire.")
    other = said(run, "Beat the eggs with sugar, add flour and bake it for an hour.")
    both, mixed = tags.tag(
        [
            {"keyframes": pictures, "subtitles": agreeing},
            {"keyframes": pictures, "subtitles": other},
        ],
        run,
    )
    assert next(iter(both)) == "buildings"
    assert both["buildings"] > mixed.get("buildings", 0.0)


def test_pictures_that_are_hardly_named_weaken_words_little(run: Run) -> None:
    words = said(run, "Beat the eggs with sugar, add flour and bake it for an hour.")
    alone, unsure, sure = (
        tags.scores({"subtitles": words} | pictures, run)
        for pictures in (
            {},
            {"keyframes": seen({"castle": 0.05})},
            {"keyframes": seen({"castle": 1})},
        )
    )
    assert unsure["seen_said"]["cooking"] > 0.9 * alone["said"]["cooking"]
    assert sure["seen_said"].get("cooking", 0) < 0.6 * alone["said"]["cooking"]


def test_music_gets_the_names_of_its_sound_and_a_film_does_not(run: Run) -> None:
    sound = Feature(data={"tags": {"jazz": 0.6, "instrumental": 0.4, "sexy": 0.3}})
    music, film = tags.tag(
        [{"audio": sound}, {"audio": sound, "keyframes": seen({"castle": 0.9})}], run
    )
    assert list(music) == ["jazz", "instrumental"]
    assert music["jazz"] > music["instrumental"]
    assert list(film) == ["buildings"]


def test_moods_are_guesses_surer_where_names_and_tempo_agree(run: Run) -> None:
    names = {"chillout": 0.5, "Mellow": 0.4, "party": 0.02}
    slow, fast, plain = (
        Feature(data={"tags": names, "tempo_bpm": beat, "tempo_confidence": sure})
        for beat, sure in ((70, 0.9), (150, 0.9), (150, 0.1))
    )
    found = tags.tag([{"audio": each} for each in (slow, fast, plain)], run)
    calm = [each["calm"] for each in found]
    assert SURE > calm[0] > calm[2] > calm[1]
    assert not any("energetic" in each for each in found)
    loud = Feature(data={"tags": {"metal": 0.6}, "loudness_lufs": -8.0})
    (found_loud,) = tags.tag([{"audio": loud}], run)
    assert SURE > found_loud["energetic"] > calm[2]
    assert found_loud["metal"] > found_loud["energetic"]
    quiet = Feature(data={"tags": {}, "loudness_lufs": -30.0})
    assert tags.tag([{"audio": quiet}], run) == [{}]


@pytest.mark.parametrize(
    ("text", "mood"),
    [
        ("After the death of her child a woman weeps alone, full of grief and sorrow.", "sad"),
        ("她在葬礼上哭泣，心中充满悲伤和孤独，再也见不到她的母亲。", "sad"),
        ("A merry wedding where everybody laughs, sings and is happy, full of joy.", "happy"),
    ],
)
def test_words_tell_a_mood_as_a_guess_that_loudness_speaks_for_or_against(
    run: Run, text: str, mood: str
) -> None:
    plot = described(run, text)
    sounds = (Feature(data={"tags": {}, "loudness_lufs": level}) for level in (-30.0, -15.0, -6.0))
    quiet, plain, loud = tags.tag([{"text": plot, "audio": each} for each in sounds], run)
    assert 0 < plain[mood] < SURE
    low, high = (quiet, loud) if mood == "happy" else (loud, quiet)
    assert low.get(mood, 0.0) < plain[mood] < high[mood] < SURE


def test_words_about_something_else_tell_no_mood(run: Run) -> None:
    plots = [
        "A detective looks for the murderer of two policemen, but he is in prison.",
        "Beat the eggs with sugar, add flour and bake it for an hour in the oven until it is done.",
        "A sailor and his daughter cross the stormy ocean to a far away island in a small boat.",
    ]
    for found in tags.tag([{"text": described(run, text)} for text in plots], run):
        assert not {"calm", "sad", "happy", "energetic"} & set(found)


def test_a_battle_that_sounds_like_ambient_music_is_not_called_calm(run: Run) -> None:
    battle = Feature(data={"tags": {"ambient": 0.34, "instrumental": 0.22, "chillout": 0.09}})
    (found,) = tags.tag([{"audio": battle}], run)
    assert set(found) == {"ambient", "instrumental"}


def test_what_is_transcribed_counts_as_subtitles_do_and_subtitles_come_first(run: Run) -> None:
    sea = said(run, "The waves break on the beach and the tide comes in.")
    crime = said(run, "The police found the murder weapon and the suspect is in prison.")
    read, heard, both, nothing = tags.tag(
        [
            {"subtitles": sea},
            {"speech": sea},
            {"speech": crime, "subtitles": sea},
            {"subtitles": Feature(data={"tracks": []}), "speech": sea},
        ],
        run,
    )
    assert next(iter(read)) == "sea"
    assert read == heard == both == nothing


def described(run: Run, text: str, title: str = "") -> Feature:
    """What the subtitles plugin makes of a title and a description."""
    item = Item(id="x", kind=Kind.FILM, title=title, path=None, description=text)
    extractor = Text()
    (feature,) = extractor.encode([extractor.prepare(item, GuardedMedia())], run)
    return feature


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("A detective looks for the murderer of two policemen, but he is in prison.", "crime"),
        ("一艘宇宙飞船离开地球，飞向遥远的行星，宇航员们在星空中寻找新的家园。", "space"),
    ],
)
def test_a_plot_is_tagged_and_a_title_alone_is_not(run: Run, text: str, tag: str) -> None:
    plot, title = described(run, text, "Harbour"), described(run, "", "The Ocean Murder")
    found, alone = tags.tag([{"text": plot}, {"text": title}], run)
    assert next(iter(found)) == tag
    assert alone == {}, "titles mislead"


def test_a_plot_that_agrees_with_pictures_is_surer_than_one_that_does_not(run: Run) -> None:
    pictures = seen({"promontory": 0.4, "speedboat": 0.2})
    sea = described(run, "A sailor and his daughter cross the stormy ocean to a far away island.")
    court = described(run, "A lawyer runs for president, and her election is decided in court.")
    both, mixed = tags.tag([{"keyframes": pictures, "text": text} for text in (sea, court)], run)
    assert next(iter(both)) == "sea"
    assert both["sea"] > mixed.get("sea", 0.0)


def test_lyrics_are_told_of_a_song_beside_the_names_of_its_sound(run: Run) -> None:
    text = Feature(
        summary=said(run, "I love you, be mine tonight, kiss me, my love.").summary,
        data={"lyric_passages": 8},
    )
    music = {"audio": Feature(data={"tags": {"jazz": 0.6}})}
    assert set(tags.scores(music | {"text": text}, run)) == {"told", "heard"}
    found, plain = tags.tag([music | {"text": text}, music], run)
    assert found["jazz"] == plain["jazz"]
    assert "love" in found


def test_words_of_each_kind_have_a_calibration_of_their_own(run: Run) -> None:
    pictures, sea = seen({"beach": 0.9}), said(run, "The waves break on the beach.")
    plot = described(run, "A boy who lives on the beach listens to the ocean waves every night.")
    known = {"keyframes": pictures, "subtitles": sea, "text": plot}
    for n in range(1, 8):
        own = {name: known[name] for bit, name in enumerate(known) if n >> bit & 1}
        (found,) = tags.tag([own], run)
        assert all(0 < sure <= 1 for sure in found.values()), own.keys()
        assert next(iter(found)) == "sea"


def test_words_beside_music_leave_its_own_names_what_they_are(run: Run) -> None:
    music = Feature(data={"tags": {"jazz": 0.6}, "speech_share": 0.2})
    words = said(run, "The waves break on the beach and the tide comes in.")
    alone, with_words, talk = tags.tag(
        [
            {"audio": music},
            {"audio": music, "speech": words},
            {"audio": Feature(data={"tags": {"jazz": 0.6}, "speech_share": 0.9}), "speech": words},
        ],
        run,
    )
    assert with_words["jazz"] == alone["jazz"]
    assert "sea" in with_words
    assert "sea" in talk
    assert "jazz" not in talk


def test_a_tag_far_behind_the_best_is_weaker_than_the_same_evidence_alone(run: Run) -> None:
    beside, alone = (
        tags.scores({"keyframes": seen(things)}, run)["seen"]["sea"]
        for things in ({"castle": 0.6, "beach": 0.4}, {"screwdriver": 0.6, "beach": 0.4})
    )
    assert beside < 0.3 < alone == pytest.approx(0.4)


def test_calibration_keeps_the_order_of_scores_and_what_is_weak_a_guess(run: Run) -> None:
    things = [{"castle": n, "screwdriver": 1 - n} for n in (0.22, 0.3, 0.5, 0.8, 0.95)]
    found = [each["buildings"] for each in tags.tag([{"keyframes": seen(t)} for t in things], run)]
    scores = [tags.scores({"keyframes": seen(t)}, run)["seen"]["buildings"] for t in things]
    assert scores == pytest.approx([0.22, 0.3, 0.5, 0.8, 0.95])
    assert sorted(set(found)) == found
    assert found[0] < 0.4 < SURE < found[-2]


def test_a_recording_full_of_speech_is_talk(run: Run) -> None:
    speech, silence = (Feature(data={"speech_share": n, "tags": {}}) for n in (0.8, 0.1))
    assert tags.tag([{"audio": speech}, {"audio": silence}, {}], run) == [{"talk": 0.8}, {}, {}]


def test_at_most_six_tags_with_confidence_between_0_and_1(run: Run) -> None:
    classes = ["beach", "castle", "pizza", "tabby cat", "volcano", "tank", "pirate ship", "zebra"]
    (found,) = tags.tag([{"keyframes": seen(dict.fromkeys(classes, 0.25))}], run)
    assert len(found) <= 6
    assert all(0 < confidence <= 1 for confidence in found.values())


def test_the_words_of_the_vocabulary_are_encoded_once(run: Run) -> None:
    calls: list[int] = []

    def counting(arrays: Mapping[str, Array]) -> Mapping[str, Array]:
        calls.append(len(arrays["text"]))
        return run(arrays)

    own = Tags()
    for _ in range(3):
        own.tag([{"keyframes": seen({"castle": 0.9})}], counting)
    assert sum(calls) == len(set(own._tag_of) | {"castle"})


def test_no_word_stands_for_two_tags() -> None:
    text = files("mediadesk_tags").joinpath("tags.toml").read_text(encoding="utf-8")
    words = [word for own in tomllib.loads(text)["seen_or_said"].values() for word in own]
    assert len(words) == len(set(words))


@needs_shared
def test_a_real_video_is_tagged_from_its_pictures(models: Models, run: Run) -> None:
    found = _analyse(VIDEOS / "imageio_cockatoo.mp4", models)
    assert next(iter(tags.tag([found], run)[0])) == "birds"


def test_made_media_is_tagged_without_an_error(tmp_path: Path, models: Models, run: Run) -> None:
    cues = [(0, 2, "The waves break on the beach."), (3, 5, "A ship comes into the harbour.")]
    film = clip(tmp_path / "film.mkv", seconds=6, subtitles=cues)
    features = [_analyse(film, models), _analyse(song(tmp_path / "song.flac"), models)]
    assert set(features[0]) == {"keyframes", "audio", "subtitles"}
    assert set(features[1]) == {"audio"}
    for found in tags.tag(features, run):
        assert all(0 < confidence <= 1 for confidence in found.values())


def test_the_host_finds_the_plugin() -> None:
    (found,) = (own for own in Registry().plugins if own.name == "tags")
    assert found.state is State.READY
    assert [tagger.name for tagger in found.parts["taggers"]] == ["tags"]


def _analyse(path: Path, models: Models) -> dict[str, Feature]:
    kind = Kind.CLIP if path.suffix in {".mp4", ".mkv"} else Kind.SONG
    item = Item(id="x", kind=kind, title="", path=path)
    found = {}
    for extractor in (Keyframes(), Audio(), Subtitles()):
        with suppress(Skip):
            if kind in extractor.kinds:
                sample = extractor.prepare(item, GuardedMedia())
                run = models.runner(extractor.model)
                (found[extractor.name],) = extractor.encode([sample], run)
    return found
