"""The evaluation on real features of the demo library, and on damaged copies of real files."""

from __future__ import annotations

import itertools
import json
import random
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import av
import library_factory
import numpy as np
import pytest
from command import Inside
from demo_features import understand

from mediadesk.api import Feature, Kind, ModelSpec, UserError
from mediadesk.engine.evaluating import (
    Measure,
    copies,
    corrections,
    kinds,
    languages,
    moods,
    noise,
    sentences,
    summaries,
    tags,
    themes,
)
from mediadesk.engine.evaluating.themed import Themed, themed
from mediadesk.library import demo
from mediadesk.models import Models
from mediadesk.store import Store, features, library, locations, roots
from mediadesk.understand import FEATURE, MODEL
from mediadesk_audio import Audio
from mediadesk_keyframes import Keyframes
from mediadesk_subtitles import Subtitles, Text

if TYPE_CHECKING:
    from mediadesk.store import Database


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Models]:
    opened = Models(library_factory.models(tmp_path_factory.getbasetemp()))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def items(request: pytest.FixtureRequest, models: Models, demo_library: Path) -> list[Themed]:
    cache = request.config.cache.mkdir("demo-features")
    known = understand(demo_library, dict(demo.themes(demo_library)), models, cache)
    return [
        Themed(
            item=one.item,
            theme=one.theme,
            known={name: feature for name, (_, feature) in one.features.items()},
        )
        for one in known
    ]


@pytest.fixture
def saved(store: Store, items: list[Themed], demo_library: Path) -> Store:
    """A library with some items of the demo library, where that lies."""

    def change(db: Database) -> None:
        roots.add(db, demo_library)
        for each in _some(items):
            path = each.item.path
            assert path is not None
            place = locations.Location(path=path, root=demo_library, size=1, mtime_ns=1)
            locations.save_locations(db, [place])
            with av.open(f"file:{path}") as container:  # a copy is as long as its original
                length = (container.duration or 0) / av.time_base
            item = replace(each.item, duration=length)
            library.save_item(db, item, facts={}, location=place)
            for name, feature in each.known.items():
                features.save(db, each.item.id, name, feature, version=1, model="m")

    store.write(change)
    return store


def _some(items: Sequence[Themed]) -> list[Themed]:
    """Two of each theme."""
    every = sorted(items, key=lambda each: each.theme)
    return [
        each
        for _, own in itertools.groupby(every, key=lambda each: each.theme)
        for each in itertools.islice(own, 2)
    ]


def by_name(found: Iterator[Measure]) -> dict[str, Measure]:
    return {each.name: each for each in found}


def value(found: dict[str, Measure], name: str) -> float:
    told = found[name].value
    assert told is not None
    return told


def test_the_whole_finds_themes_and_its_parts_do_so_less_well(
    items: list[Themed], models: Models
) -> None:
    found = by_name(themes.measures(items, models.runner(MODEL)))
    whole = value(found, "videos")
    assert whole >= 0.95
    assert found["videos"].n == sum(not each.is_sound for each in items)
    assert value(found, "videos, without pictures") < whole - 0.05
    assert value(found, "videos, subtitles alone") < whole - 0.1
    little = value(found, "one passage, picture and sound of each")
    assert little < whole
    for part in ("passage", "picture", "sound"):
        assert value(found, f"… without the {part}") < little, "each is worth something"
        assert value(found, f"… the {part} alone") < little
    assert value(found, "songs") >= 0.9


def test_titles_that_tell_the_theme_can_be_left_out_of_account(
    items: list[Themed], models: Models
) -> None:
    themes_of = sorted({each.theme for each in items})
    fuse = models.runner(MODEL)
    plain = by_name(themes.measures(items, fuse))
    told = [
        replace(each, known={**each.known, "text": Feature(summary=telling)})
        for each in items
        for telling in [np.eye(512, dtype=np.float32)[themes_of.index(each.theme)]]
    ]
    found = by_name(themes.measures(told, fuse))
    for name in ("videos", "songs"):
        assert value(found, f"{name}, titles alone") == 1
        assert value(found, f"{name}, without titles") == pytest.approx(
            value(plain, name), abs=0.001
        )


def test_with_themes_dealt_out_at_random_nothing_is_found(
    items: list[Themed], models: Models
) -> None:
    videos = [each for each in items if not each.is_sound]
    dealt = [each.theme for each in videos]
    random.Random(1).shuffle(dealt)  # noqa: S311
    others = [replace(each, theme=theme) for each, theme in zip(videos, dealt, strict=True)]
    found = by_name(themes.measures(others, models.runner(MODEL)))
    assert value(found, "videos") < 0.4


def test_a_video_known_in_chinese_is_nearest_to_itself_known_in_english(
    items: list[Themed], models: Models
) -> None:
    subtitles, text = Subtitles(), models.runner(ModelSpec(task="text"))
    videos = [each for each in items if len(each.item.sidecars) == 2][:12]
    found = by_name(languages.items(videos, subtitles, text=text, fuse=models.runner(MODEL)))
    assert found["videos zh → en, top 1"].n == 12
    assert value(found, "videos zh → en, top 1") >= 0.9
    assert value(found, "videos en → zh, top 1") >= 0.9
    (without,) = languages.items(
        [replace(each, item=replace(each.item, sidecars=())) for each in videos],
        subtitles,
        text=text,
        fuse=models.runner(MODEL),
    )
    assert without.value is None


def test_the_language_of_words_is_as_sure_as_it_is_right(
    items: list[Themed], models: Models
) -> None:
    subtitles, words = Subtitles(), Text()
    run = models.runner(ModelSpec(task="text"))
    videos = [each for each in items if len(each.item.sidecars) == 2][:6]
    found = by_name(languages.told(videos, subtitles, words, text=run))
    assert 12 <= found["that of words alone is right"].n <= 24, "one line and all, in two languages"
    assert value(found, "that of words alone is right") >= 0.9
    assert value(found, "languages told as facts are right") >= 0.9
    assert value(found, "expected calibration error of languages") <= 0.15
    (without,) = languages.told([], subtitles, words, text=run)
    assert without.value is None


def test_translations_of_sentences_are_found(models: Models, tmp_path: Path) -> None:
    said = {
        "zh": ["今天下雨了。", "这只猫在睡觉。", "火车晚点了。", "我喜欢喝茶。"],
        "en": ["It rained today.", "The cat is sleeping.", "The train is late.", "I like tea."],
    }
    for language, lines in said.items():
        path = tmp_path / sentences.TRANSLATED[language]
        path.parent.mkdir(exist_ok=True)
        path.write_text("\n".join(lines), encoding="utf-8")
    found = list(sentences.translations(tmp_path, models.runner(ModelSpec(task="text"))))
    assert [(each.value, each.n) for each in found] == [(1.0, 4), (1.0, 4)]


def test_likeness_of_sentences_agrees_with_people_in_and_across_languages(
    models: Models, tmp_path: Path
) -> None:
    rows = {
        "en": ("A man plays the guitar,{},5", "A man plays the guitar,{},2", "It rains,{},0"),
        "zh": ("一个男人在弹吉他,{},5", "一个男人在弹吉他,{},2", "下雨了,{},0"),
    }
    others = {
        "en": ("Someone is playing a guitar", "A woman plays the flute", "The stock fell"),
        "zh": ("有人在弹吉他", "一个女人在吹长笛", "股票下跌了"),
    }
    for language, name in sentences.JUDGED.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        lines = [
            row.format(other) for row, other in zip(rows[language], others[language], strict=True)
        ]
        (tmp_path / name).write_text("\n".join(lines), encoding="utf-8")
    run = models.runner(ModelSpec(task="text"))
    found = by_name(sentences.likeness(tmp_path, run))
    assert [*found] == [
        "likeness, en",
        "likeness, zh",
        "likeness, first zh, second en",
        "likeness, first en, second zh",
    ]
    assert {(each.value, each.n) for each in found.values()} == {(1.0, 3)}
    others_pairs = "\n".join(reversed(lines))
    (tmp_path / sentences.JUDGED["zh"]).write_text(others_pairs, encoding="utf-8")
    found = by_name(sentences.likeness(tmp_path, run))
    assert value(found, "likeness, zh") == 1
    assert found["likeness zh ↔ en"].value is None, "rows of two tables that are not the same"


def test_a_set_of_the_evaluation_data_that_is_missing_is_left_out(
    models: Models, tmp_path: Path, store: Store
) -> None:
    run = models.runner(ModelSpec(task="text"))
    for (found,), name in (
        (sentences.translations(tmp_path, run), "tatoeba.cmn-eng.cmn"),
        (sentences.likeness(tmp_path, run), "stsb-en-dev.csv"),
        (copies.given(tmp_path, [], store.read(), {}), "carphone_pristine.mp4"),
    ):
        assert found.value is None
        assert name in found.note


@pytest.fixture
def mistagged(store: Store, items: list[Themed]) -> Store:
    """A library of all items with a theme, each of them tagged as a city, which few are."""

    def change(db: Database) -> None:
        for each in items:
            path = each.item.path
            assert path is not None
            place = locations.Location(path=path, root=None, size=1, mtime_ns=1)
            library.save_item(db, each.item, facts={}, location=place)
            wrong = Feature(tags={"city": 0.75})
            features.save(db, each.item.id, "tags", wrong, version=1, model="m")

    store.write(change)
    return store


def test_few_corrections_mend_the_tags_of_other_items(
    items: list[Themed], mistagged: Store, models: Models, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(corrections, "_DRAWS", 2)
    db, fuse = mistagged.read(), models.runner(MODEL)
    found = by_name(corrections.measures(items, db, fuse))
    cities = sum(each.theme == "cities" for each in items) / len(items)
    assert value(found, "before: the first tag is right") == pytest.approx(cities, abs=0.001)
    assert value(found, "before: what is told as a fact is right") == pytest.approx(
        cities, abs=0.001
    )
    right = [value(found, f"{n} a theme: the first tag is right") for n in (1, 3, 10)]
    assert cities + 0.3 < right[0] <= right[1] <= right[2]
    assert right[1] >= 0.85
    assert value(found, "3 a theme: what is told as a fact is right") >= 0.85
    for n in (0, 1, 3, 10):
        after = f"{n} a theme" if n else "before"
        told = value(found, f"{after}: … and told as a fact")
        assert told <= value(found, f"{after}: the first tag is right")
    assert features.tags(db, [items[0].item.id])[items[0].item.id] == {"city": 0.75}, "untouched"


def test_corrections_of_themes_dealt_out_at_random_teach_nothing(
    items: list[Themed], mistagged: Store, models: Models, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(corrections, "_DRAWS", 2)
    monkeypatch.setattr(corrections, "COUNTS", (3,))
    dealt = [each.theme for each in items]
    random.Random(1).shuffle(dealt)  # noqa: S311
    others = [replace(each, theme=theme) for each, theme in zip(items, dealt, strict=True)]
    found = by_name(corrections.measures(others, mistagged.read(), models.runner(MODEL)))
    assert value(found, "3 a theme: the first tag is right") < 0.4
    (without,) = corrections.measures([], mistagged.read(), models.runner(MODEL))
    assert without.value is None


def test_noisy_songs_are_nearest_to_themselves(
    items: list[Themed], models: Models, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(noise, "_MOST", 2)
    songs = [each for each in items if each.is_sound]
    audio = Audio()
    found = list(noise.measures(songs, audio, models.runner(audio.model)))
    assert len(found) == 6
    assert {(each.value, each.n) for each in found} == {(1.0, 2)}


def test_noise_is_as_loud_as_it_says() -> None:
    sound = np.sin(np.arange(160_000) / 7).astype(np.float32)
    for made in (noise.white(sound), noise.pink(sound)):
        added = noise.noisy(sound, made, 10) - sound
        ratio = np.square(sound).mean() / np.square(added).mean()
        assert 10 * np.log10(ratio) == pytest.approx(10, abs=0.01)
    power = np.abs(np.fft.rfft(noise.pink(sound))) ** 2
    octaves = [power[n : 2 * n].sum() for n in (1_000, 4_000, 16_000)]
    assert octaves == pytest.approx([np.mean(octaves)] * 3, rel=0.1)


def test_copies_of_real_files_are_found_and_nothing_else_is(
    items: list[Themed], saved: Store, models: Models, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copies, "_MOST_VIDEOS", 1)
    monkeypatch.setattr(copies, "_MOST_SONGS", 1)
    monkeypatch.setattr(copies, "VIDEOS", {"cropped": copies.VIDEOS["cropped to 90 %"]})
    readers = {each: models.runner(each.model) for each in (Keyframes(), Audio())}
    own = themed(saved.read())
    assert {each.theme for each in own} == {each.theme for each in items}
    found = by_name(copies.measures(own, saved.read(), readers, models.runner(MODEL)))
    assert value(found, "copies of videos: top 1 by the item vector") == 1
    assert value(found, "copies of songs: top 1 by the item vector") == 1
    assert found["copies at a quarter of the level are found"].value == 1
    assert found["what is told to be a copy is one"].value == 1


@pytest.fixture
def videos(shared: Path, tmp_path: Path) -> Path:
    """Evaluation data: a video and another copy of it, one that is too large, one too short."""
    folder = tmp_path / copies.FOLDER
    folder.mkdir(parents=True)
    for name in ("moviepy_chaplin.mp4", "imageio_cockatoo.mp4", "imageio_realshort.mp4"):
        shutil.copy(shared / copies.FOLDER / name, folder / name)
    _, make = copies.VIDEOS["cropped to 90 %"]
    make(folder / "moviepy_chaplin.mp4", folder / "other.mp4")
    return tmp_path


def test_copies_of_videos_of_the_evaluation_data_are_found(
    videos: Path,
    items: list[Themed],
    saved: Store,
    models: Models,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(copies, "VIDEOS", {"made smaller": copies.VIDEOS["half as large"]})
    monkeypatch.setattr(copies, "PAIR", ("moviepy_chaplin.mp4", "other.mp4"))
    readers = {each: models.runner(each.model) for each in (Keyframes(), Audio())}
    found = by_name(copies.given(videos, items, saved.read(), readers))
    assert found["the carphone pair is found"].value == 1
    made = found["copies made smaller are found"]
    assert (made.value, made.n) == (1, 2), "neither of the one too short nor of the one too large"
    right = found["what is told to be a copy is one"]
    assert right.value == 1
    assert right.n >= 3, "the pair and the copies of both"


def test_an_item_that_is_not_understood_yet_is_said_in_a_sentence(
    saved: Store, items: list[Themed]
) -> None:
    gone = _some(items)[0].item.id
    saved.write(lambda db: features.save(db, gone, FEATURE, Feature(), version=1, model="m"))
    with pytest.raises(UserError, match="mediadesk analyze --wait"):
        themed(saved.read())


def test_tags_are_right_where_the_theme_says_so(saved: Store) -> None:
    db = saved.read()
    own = [each for each in themed(db) if each.theme in {"coast", "animals"}]
    said = [{"sea": 0.9, "sad": 0.95}, {"city": 0.72, "sea": 0.3}, {"birds": 0.7}, {}]

    def change(db: Database) -> None:
        in_order = sorted(own, key=lambda each: each.theme, reverse=True)
        for each, labels in zip(in_order, said, strict=True):
            tagged = Feature(tags=labels)
            features.save(db, each.item.id, "tags", tagged, version=1, model="m")

    saved.write(change)
    found = by_name(tags.measures(own, saved.read()))
    assert value(found, "any tag is right") == 0.75
    assert value(found, "first tag is right") == 0.5
    assert value(found, "tags told as facts are right") == pytest.approx(2 / 3, abs=0.001)
    assert found["tags of confidence 0.8–1.0 are right"].n == 1, "moods are not judged"
    error = (0.1 + 0.7 + 2 * abs(0.71 - 0.5)) / 4
    assert value(found, "expected calibration error of tags") == pytest.approx(error, abs=0.001)


def test_moods_are_judged_by_the_names_that_tell_them(items: list[Themed], saved: Store) -> None:
    songs = [each for each in items if each.is_sound][:4]
    titles = ["Sad", "Love Theme", "Silvan Sanctuary", "Nebula"]
    said = [{"calm": 0.6, "sad": 0.3}, {"calm": 0.5, "rock": 0.9}, {}, {"happy": 0.9}]
    named = [
        replace(each, item=replace(each.item, id=f"{n:032x}", title=title))
        for n, (each, title) in enumerate(zip(songs, titles, strict=True))
    ]

    def change(db: Database) -> None:
        for each, labels in zip(named, said, strict=True):
            place = locations.Location(path=Path("/m", each.item.id), root=None, size=1, mtime_ns=1)
            library.save_item(db, each.item, facts={}, location=place)
            features.save(db, each.item.id, "tags", Feature(tags=labels), version=1, model="m")

    saved.write(change)
    found = by_name(moods.measures(named, saved.read()))
    right, wrong = found["a right mood is told"], found["a wrong mood is told"]
    assert (right.value, wrong.value, right.n) == (0.333, 0.333, 3), "Nebula's name tells none"
    assert "0.67" in right.note, "what “calm” for all would give"
    (without,) = moods.measures([], saved.read())
    assert without.value is None


def test_summaries_tell_of_more_parts_than_the_first_lines_do(models: Models) -> None:
    found = by_name(summaries.measures(Subtitles(), models.runner(ModelSpec(task="text"))))
    topics, parts = "lines that tell a part’s topic", "parts that are told of"
    assert value(found, f"summaries: {topics}") >= 0.7
    assert value(found, f"first lines: {topics}") < 0.5
    assert value(found, f"summaries: {parts}") >= 0.6
    assert value(found, f"first lines: {parts}") == 0.25


def test_kinds_are_judged_on_longer_files_made_of_shorter_ones(
    items: list[Themed], models: Models, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kinds, "_EACH", 1)
    monkeypatch.setattr(kinds, "_PLAIN", 2)
    shorter = dict.fromkeys(kinds._MINUTES, 6) | {Kind.CONCERT: 20}
    monkeypatch.setattr(kinds, "_MINUTES", shorter)
    readers = {each: models.runner(each.model) for each in (Keyframes(), Audio())}
    found = by_name(kinds.measures(_some(items), readers))
    assert value(found, "song: the likeliest kind is right") == 1
    assert value(found, "concert: the likeliest kind is right") == 1
    shown = found["the kind that is shown is right"]
    assert shown.n == found["the likeliest kind is right"].n
    with_voice = found["the likeliest kind is right"].n == 9
    assert with_voice == (shutil.which("espeak-ng") is not None)
    assert with_voice or "espeak-ng" in found["kinds of speech"].note
    assert not with_voice or value(found, "talk: the likeliest kind is right") == 1
    (without,) = kinds.measures(items[:1], readers)
    assert without.value is None


def test_the_command_says_in_a_sentence_what_is_missing(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    places = library_factory.places(tmp_path / "data", tmp_path_factory.getbasetemp())
    command = Inside(places.data)
    for words, sentence in (
        ((), "demo --prepare"),
        (("--data", str(tmp_path / "nowhere")), "is no folder of evaluation data"),
        (("--data", str(tmp_path)), "tatoeba.cmn-eng.cmn"),
    ):
        done = command.run("eval", "understanding", *words)
        assert done.returncode == 1
        assert sentence in done.stderr
        assert len(done.stderr.strip().splitlines()) == 1


def test_the_command_prints_groups_with_their_meaning_and_objects(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    places = library_factory.places(tmp_path / "data", tmp_path_factory.getbasetemp())
    for name, line in zip(sentences.TRANSLATED.values(), ("雨", "Rain"), strict=True):
        (tmp_path / "text").mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"{line}\n{line}\n", encoding="utf-8")
    command = Inside(places.data)
    told = command.json("eval", "understanding", "--data", str(tmp_path))
    assert [each["name"] for each in told] == [
        "Demo library",
        "Sentences",
        "Copies of other videos",
    ]
    assert all(each["meaning"] for each in told)
    (demo_items,), said, (videos,) = (each["measures"] for each in told)
    assert demo_items.keys() == {"name", "value", "n", "low", "high", "note"}
    assert demo_items["value"] is None
    assert "demo --prepare" in demo_items["note"]
    assert json.dumps(said[0]["value"]) == "0.5"  # the same sentence twice: one is as near
    assert "stsb-en-dev.csv" in said[2]["note"]
    assert "carphone_pristine.mp4" in videos["note"]
    text = command.text("eval", "understanding", "--data", str(tmp_path))
    first, second, third = text.split("\n\n")
    assert first.startswith("Demo library: ")
    assert "left out: No item" in first
    lines = second.splitlines()
    assert lines[0].startswith("Sentences: ")
    assert "0.500" in lines[1]
    assert "n 2" in lines[1]
    assert lines[1].index("0.500") == lines[2].index("0.500"), "they stand below each other"
    assert third.startswith("Copies of other videos: ")
