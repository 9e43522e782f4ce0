"""Kinds from names, tags, length, sound, pictures and words: sure only where it is clear."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediadesk.api import AUDIO, SURE, VIDEO, Feature, Item, Kind, Moment, unit
from mediadesk.understand.calibrated import KINDS
from mediadesk.understand.kinds import SURE_KIND, evidence, kinds, understood

HEARD = {
    "": {},
    "speech": {"speech_share": 0.85, "music_share": 0.05},
    "music": {"speech_share": 0.05, "music_share": 0.85},
    "film": {"speech_share": 0.45, "music_share": 0.35},
}


def item(path: str, minutes: float, **more: object) -> Item:
    of = Kind.CLIP if Path(path).suffix in {".mp4", ".mkv", ".mov"} else Kind.SONG
    kind = more.pop("kind", of)
    return Item(id="x", title="", path=Path(path), duration=minutes * 60, kind=kind, **more)  # type: ignore[arg-type]


def known(
    sound: str, *, still: bool = False, classes: dict[str, float] | None = None
) -> dict[str, Feature]:
    random = np.random.default_rng(1)
    noise = 0.3 if still else 3.0
    vectors = unit(np.ones(64) / 8 + noise * unit(random.normal(size=(8, 64))))
    moments = tuple(Moment(start=n, end=n + 1, vector=each) for n, each in enumerate(vectors))
    seen = Feature(moments=moments, data={"classes": classes or {}})
    return {"audio": Feature(data=HEARD[sound]), "keyframes": seen}


def spoken(minutes: float, *texts: str, at: float = 5.0) -> dict[str, Feature]:
    """What is said from a second on in something that goes on for so long."""
    own = [(at + 4 * n, text) for n, text in enumerate(texts)]
    passages = tuple(
        Moment(start=start, end=start + 4, text=text)
        for start, text in (*own, (60 * minutes - 4, "Good night."))
    )
    return {"speech": Feature(summary=np.ones(4) / 2, moments=passages)}


@pytest.mark.parametrize(
    ("path", "minutes", "said", "expected"),
    [
        ("/m/1.mp3", 25, "Chapter one of Storm. This is a LibriVox recording.", Kind.AUDIOBOOK),
        ("/m/1.mp3", 25, "The Storm, read for you by Anna. Chapter one.", Kind.AUDIOBOOK),
        ("/m/1.mp3", 25, "Der Sturm, gelesen von Anna. Kapitel eins.", Kind.AUDIOBOOK),
        ("/m/1.mp3", 25, "风暴，由安娜播讲。第一章。", Kind.AUDIOBOOK),
        ("/m/1.mp3", 25, "Welcome back to The Tide, my weekly podcast.", Kind.PODCAST),
        ("/m/1.mp3", 25, "Hello! On this episode my guest today is Anna.", Kind.PODCAST),
        ("/m/1.mp3", 25, "欢迎收听潮汐播客。", Kind.PODCAST),
        ("/m/1.mkv", 12, "Today I want to talk about trees. In this talk …", Kind.TALK),
    ],
)
def test_how_people_begin_tells_the_kind(
    path: str, minutes: float, said: str, expected: Kind
) -> None:
    own, heard = item(path, minutes), known("speech")
    found = kinds(own, heard | spoken(minutes, said))
    assert next(iter(found)) == expected, found
    assert found[expected] > kinds(own, heard)[expected]
    later = kinds(own, heard | spoken(minutes, said, at=300))
    assert later == kinds(own, heard), "in the middle people say anything"


def test_a_librivox_recording_is_filed_and_a_hint_is_not() -> None:
    own, heard = item("/m/1.mp3", 45), known("speech")
    said = {
        text: understood(kinds(own, heard | spoken(45, text)))
        for text in ("This is a LibriVox recording.", "Chapter one.", "It rained.")
    }
    assert list(said.values()) == [Kind.AUDIOBOOK, None, None]
    ending = kinds(own, heard | spoken(45, "End of chapter two.", at=45 * 60 - 20))
    assert next(iter(ending)) == Kind.AUDIOBOOK


def test_a_film_in_which_somebody_says_such_a_thing_stays_a_film() -> None:
    own = item("/m/Storm (1999).mkv", 100, kind=Kind.FILM)
    for text in ("Chapter one.", "Welcome to the show!", "We need to talk about Anna."):
        assert understood(kinds(own, known("film") | spoken(100, text))) is None


@pytest.mark.parametrize(
    ("path", "description", "expected"),
    [
        ("/m/1.mp3", "A LibriVox recording of Storm.", Kind.AUDIOBOOK),
        ("/m/1.mp3", "In this episode we look at tides.", Kind.PODCAST),
        ("/m/1.mkv", "The official video for “Rain” by Anna.", Kind.MUSIC_VIDEO),
    ],
)
def test_a_description_tells_the_kind(path: str, description: str, expected: Kind) -> None:
    plain, described = (
        kinds(item(path, 5, description=each), known("")) for each in ("", description)
    )
    assert described[expected] > 2 * plain.get(expected, 0)


def test_lyrics_make_it_a_song_even_where_it_is_hardly_sung() -> None:
    """Rap and songs of one voice are taken for speech."""
    own, sung = item("/m/1.mp3", 4), {"text": Feature(data={"lyric_passages": 12})}
    spoken_only, both = (kinds(own, known("speech") | more) for more in ({}, sung))
    assert next(iter(both)) == Kind.SONG
    assert next(iter(spoken_only)) != Kind.SONG
    assert both.get("podcast", 0.0) < 0.1 < spoken_only["podcast"]


def test_a_beat_as_long_as_a_song_and_an_album_make_a_music_video_likely() -> None:
    beat = {"audio": Feature(data=HEARD["music"] | {"tempo_confidence": 0.8})}
    plain, short, even = (
        kinds(item("/m/1.mkv", minutes), heard)["music-video"]
        for minutes, heard in ((4, known("music")), (1, beat), (4, beat))
    )
    assert short <= plain < even
    tagged = kinds(item("/m/1.mkv", 4, artist="Anna", album="Weather"), beat)
    assert understood(tagged) is Kind.MUSIC_VIDEO
    assert understood(kinds(item("/m/1.mkv", 4), beat)) is None


@pytest.mark.parametrize(
    ("path", "minutes", "sound", "more", "expected"),
    [
        ("/m/Camera/VID_20240714_153012.mp4", 1, "", {}, Kind.HOME_VIDEO),
        ("/m/DCIM/100APPLE/IMG_4711.mov", 3, "", {}, Kind.HOME_VIDEO),
        ("/m/Family Videos/Anna learns to swim.mp4", 12, "film", {}, Kind.HOME_VIDEO),
        ("/m/Anna - Rain (Official Video).mp4", 4, "music", {}, Kind.MUSIC_VIDEO),
        ("/m/Music Videos/Rain.mkv", 4, "", {}, Kind.MUSIC_VIDEO),
        ("/m/Concerts/Anna 2019.mkv", 95, "", {}, Kind.CONCERT),
        ("/m/Anna - Live at the Harbour (2019).mkv", 95, "music", {}, Kind.CONCERT),
        ("/m/Lectures/Trees.mp4", 50, "", {}, Kind.TALK),
        ("/m/TEDxBasel - What trees say.mp4", 16, "speech", {}, Kind.TALK),
        ("/m/讲座/大海.mp4", 50, "", {}, Kind.TALK),
        ("/m/Storm.m4b", 400, "", {}, Kind.AUDIOBOOK),
        ("/m/Storm/03.mp3", 30, "", {"genres": ("Audiobook",)}, Kind.AUDIOBOOK),
        ("/m/有声书/风暴.mp3", 30, "", {}, Kind.AUDIOBOOK),
        ("/m/Podcasts/Sea/Tides.mp3", 48, "", {}, Kind.PODCAST),
        ("/m/Tides.mp3", 48, "speech", {"genres": ("Podcast",)}, Kind.PODCAST),
    ],
)
def test_what_names_tags_and_sound_make_clear_is_understood(
    path: str, minutes: float, sound: str, more: dict[str, object], expected: Kind
) -> None:
    found = kinds(item(path, minutes, **more), known(sound) if sound else {})
    assert understood(found) is expected, found


@pytest.mark.parametrize(
    ("path", "minutes", "sound", "guess"),
    [
        ("/m/Storm (1999).mkv", 100, "film", Kind.FILM),
        ("/m/Storm.mkv", 100, "speech", Kind.FILM),
        ("/m/Waves.mp4", 1, "music", Kind.CLIP),
        ("/m/Trailer.mp4", 2, "film", Kind.CLIP),
        ("/m/Talk to Her (2002).mkv", 112, "film", Kind.FILM),
        ("/m/The Concert (2009).mkv", 119, "film", Kind.FILM),
        ("/m/Anna/Weather/01 Rain.flac", 4, "music", Kind.SONG),
        ("/m/Anna/Live at Home/01 Rain.flac", 4, "music", Kind.SONG),
        ("/m/Mix.mp3", 60, "music", Kind.RECORDING),
        ("/m/Interview.mp3", 25, "speech", Kind.RECORDING),
    ],
)
def test_what_is_not_clear_stays_what_its_length_says(
    path: str, minutes: float, sound: str, guess: Kind
) -> None:
    assert understood(kinds(item(path, minutes, kind=guess), known(sound))) is None


def test_a_long_speech_before_a_camera_that_stands_still_is_a_talk() -> None:
    own = item("/m/Trees.mp4", 45, kind=Kind.FILM)
    still, moving = (kinds(own, known("speech", still=on)) for on in (True, False))
    assert still["talk"] > moving["talk"]
    assert understood(still) is Kind.TALK


def test_a_stage_makes_a_concert_likelier() -> None:
    own = item("/m/Anna.mkv", 90, kind=Kind.FILM)
    plain, staged = (
        kinds(own, known("music", classes=seen)) for seen in ({}, {"stage": 0.3, "drum": 0.1})
    )
    assert staged["concert"] > plain["concert"]
    assert understood(staged) is Kind.CONCERT


def test_an_episode_stays_one() -> None:
    own = item("/m/Concerts/S01E02.mkv", 30, kind=Kind.EPISODE, series="Show", episode=2)
    assert understood(kinds(own, known("speech"))) is None


@given(
    name=st.text(min_size=1, max_size=40).filter(lambda text: "\0" not in text),
    minutes=st.floats(0, 1e6),
    kind=st.sampled_from(list(Kind)),
    sound=st.sampled_from(list(HEARD)),
)
def test_probabilities_are_of_one_medium_and_sum_to_one_at_most(
    name: str, minutes: float, kind: Kind, sound: str
) -> None:
    found = kinds(item(f"/m/{name}", minutes, kind=kind), known(sound))
    assert set(found) <= (VIDEO if kind in VIDEO else AUDIO)
    assert 0.9 <= sum(found.values()) <= 1.01
    assert list(found.values()) == sorted(found.values(), reverse=True)
    assert understood(found) is None or max(found.values()) >= SURE_KIND


@pytest.mark.parametrize(
    ("path", "minutes", "sound", "expected"),
    [
        ("/m/1.mkv", 30, "music", Kind.CONCERT),
        ("/m/1.mkv", 4, "music", Kind.MUSIC_VIDEO),
        ("/m/1.mkv", 12, "speech", Kind.TALK),
        ("/m/1.mp3", 25, "speech", Kind.PODCAST),
        ("/m/1.mp3", 400, "speech", Kind.AUDIOBOOK),
        ("/m/1.mp3", 25, "", Kind.RECORDING),
    ],
)
def test_without_a_name_sound_and_length_make_a_kind_likely_and_not_sure(
    path: str, minutes: float, sound: str, expected: Kind
) -> None:
    found = kinds(item(path, minutes), known(sound))
    assert next(iter(found)) == expected
    assert understood(found) is None


def test_even_many_names_make_nothing_certain() -> None:
    found = kinds(item("/m/Podcasts/Podcast - Tides.mp3", 48, genres=("Podcast",)), known("speech"))
    assert found["podcast"] == 0.98


def test_a_numbered_part_of_a_series_is_an_episode_whatever_is_heard_in_it() -> None:
    for sound in HEARD:
        part = item("/m/Tides/S01E03.mkv", 25, series="Tides", season=1, episode=3)
        assert next(iter(kinds(part, known(sound)))) == Kind.EPISODE


def test_artist_and_title_make_a_video_as_long_as_a_song_likelier_a_music_video() -> None:
    """As whoever takes them from the web has them; but places and events are written so as well."""

    def sure(name: str, minutes: float = 4, artist: str = "") -> float:
        own = item(f"/m/{name}.mkv", minutes, artist=artist)
        return kinds(own, known("music")).get("music-video", 0.0)

    assert sure("Anna - Rain", artist="Anna") > sure("Anna - Rain") > sure("Rain")
    assert sure("Anna - Rain", 60) == sure("Rain", 60)
    assert sure("2024 - 07") == sure("2024"), "numbers are no names"


@pytest.mark.parametrize(
    ("path", "minutes", "speech", "music", "beat"),
    [
        ("/m/Koyaanisqatsi.mkv", 86, 0.02, 0.5, 0.0),
        ("/m/Movies/Koyaanisqatsi.mkv", 86, 0.02, 0.5, 0.0),
        ("/m/2001.mkv", 149, 0.1, 0.35, 0.0),
        ("/m/All Is Lost (2013).mkv", 106, 0.04, 0.35, 0.0),
        ("/m/The General (1926).mkv", 75, 0.0, 0.9, 0.0),
        ("/m/Antarctica - Year on Ice.mkv", 50, 0.1, 0.45, 0.0),
        ("/m/Sintel - Trailer.mp4", 2, 0.1, 0.7, 0.0),
        ("/m/Trailers/Sintel - Trailer.mp4", 2, 0.1, 0.7, 0.9),
        ("/m/Urlaub/Kreta - Abflug.mp4", 3, 0.0, 0.7, 0.0),
        ("/m/Kreta Abflug.mp4", 3, 0.0, 0.7, 0.0),
        ("/m/DJI - Flug am See.mp4", 3, 0.0, 0.7, 0.9),
    ],
)
def test_music_in_a_film_of_few_words_and_over_a_clip_tells_no_fact(
    path: str, minutes: float, speech: float, music: float, beat: float
) -> None:
    """Silent films, trailers and what was filmed on a journey sound as concerts and songs do."""
    own = item(path, minutes, kind=Kind.FILM if minutes >= 40 else Kind.CLIP)
    shares = {"speech_share": speech, "music_share": music, "tempo_confidence": beat}
    found = kinds(own, {"audio": Feature(data=shares)})
    assert max(found.get("concert", 0.0), found.get("music-video", 0.0)) < SURE, found
    assert understood(found) is None


def test_a_trailer_is_a_clip_by_its_name_and_a_film_about_one_is_not() -> None:
    def clip(name: str, minutes: float) -> float:
        return kinds(item(f"/m/{name}.mkv", minutes), known("music")).get("clip", 0.0)

    assert clip("Storm - Trailer", 2) > 0.5 > clip("Storm - Rain", 2)
    assert clip("Storm.Official.Trailer.2", 2) == clip("Storm (Trailer)", 2)
    assert clip("Trailer Park", 90) == clip("Storm", 90)


def test_a_film_of_few_words_is_rather_a_film_than_a_concert() -> None:
    for speech, music in ((0.02, 0.5), (0.1, 0.35), (0.0, 0.4)):
        heard = {"audio": Feature(data={"speech_share": speech, "music_share": music})}
        found = kinds(item("/m/1.mkv", 90, kind=Kind.FILM), heard)
        assert next(iter(found)) == Kind.FILM, found


def test_speech_in_many_places_is_less_of_a_talk_than_speech_in_one_room() -> None:
    def spoken_in(noise: float) -> dict[str, Feature]:
        random = np.random.default_rng(1)
        windows = unit(np.ones(64) / 8 + noise * unit(random.normal(size=(9, 64))))
        moments = tuple(Moment(start=n, end=n + 3, vector=each) for n, each in enumerate(windows))
        return {"audio": Feature(moments=moments, data=HEARD["speech"])}

    own = item("/m/1.mkv", 50, kind=Kind.FILM)
    room, places = (kinds(own, spoken_in(noise))["talk"] for noise in (0.3, 0.8))
    assert room > places


def test_music_with_applause_between_and_a_stage_is_likely_a_concert() -> None:
    stage = Feature(data={"classes": {"stage": 0.3, "drum": 0.1}})
    applause = {"audio": Feature(data={"speech_share": 0.0, "music_share": 0.4})}
    staged = applause | {"keyframes": stage}
    found = kinds(item("/m/1.mkv", 90, kind=Kind.FILM), staged)
    assert next(iter(found)) == Kind.CONCERT
    assert "concert" not in list(kinds(item("/m/1.mkv", 5), staged))[:1]


def test_a_quarter_of_an_hour_of_sound_alone_is_told_as_nothing() -> None:
    """By its title alone such a thing is a podcast as often as a song."""
    assert max(kinds(item("/m/Tides.mp3", 15), {}).values()) < SURE


def test_evidence_counts_as_much_as_calibration_says(monkeypatch: pytest.MonkeyPatch) -> None:
    own, heard = item("/m/1.mkv", 90, kind=Kind.FILM), known("music")
    told = evidence(own, heard)
    assert set(told) == set(KINDS)
    assert told["content"][Kind.CONCERT] > 0 == len(told["words"])
    likely = kinds(own, heard)["concert"]
    monkeypatch.setitem(KINDS, "content", KINDS["content"] / 2)
    assert kinds(own, heard).get("concert", 0.0) < likely
