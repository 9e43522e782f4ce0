"""Summaries and chapters of a film made of the demo library's sentences, in English and Chinese."""

from __future__ import annotations

from collections.abc import Iterator

import library_factory
import numpy as np
import pytest

from mediadesk import resources
from mediadesk.api import Feature, Item, Kind, ModelSpec, Moment, unit
from mediadesk.library.demo import plan
from mediadesk.models import Models
from mediadesk.understand.chapters import chapters
from mediadesk.understand.sentences import joined, sentences, shortened, whole
from mediadesk.understand.summary import summary

THEMES = ("mountains", "coast", "cities", "animals", "monuments")
EVERY = 15.0  # seconds between two sentences


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Models]:
    opened = Models(library_factory.models(tmp_path_factory.getbasetemp()))
    yield opened
    opened.close()


@pytest.fixture(scope="module", params=["en", "zh"])
def narrated(request: pytest.FixtureRequest, models: Models) -> tuple[Item, Feature, list[int]]:
    """Give a film of five themes, what is said in it, and the number of the theme of each line."""
    said, themes = [], []
    for number, theme in enumerate(THEMES):
        clips = [
            each.clip
            for each in plan.read(resources.path("demo.toml")).entries
            if each.clip is not None and each.theme == theme
        ]
        lines = [line for clip in clips for line in clip.lines.get(request.param, ())]
        said += lines
        themes += [number] * len(lines)
    return film(said), spoken(models, said), themes


def film(said: list[str]) -> Item:
    return Item(id="x", kind=Kind.FILM, title="", path=None, duration=EVERY * len(said))


def spoken(models: Models, said: list[str]) -> Feature:
    vectors = models.run(ModelSpec(task="text"), {"text": np.array(said, dtype=object)})
    return Feature(
        summary=unit(vectors["embedding"].mean(axis=0)),
        moments=tuple(
            Moment(start=EVERY * n, end=EVERY * n + 4, text=text, vector=vector)
            for n, (text, vector) in enumerate(zip(said, vectors["embedding"], strict=True))
        ),
    )


def test_a_summary_quotes_different_parts_in_order(
    narrated: tuple[Item, Feature, list[int]],
) -> None:
    _, feature, themes = narrated
    found = summary({"subtitles": feature})
    places = [int(each["t"] / EVERY) for each in found]
    assert 3 <= len(found) <= 5
    assert places == sorted(set(places))
    assert [each["text"] for each in found] == [feature.moments[n].text for n in places]
    assert len({themes[n] for n in places}) >= 3
    assert found == summary({"subtitles": feature})


def test_what_is_said_most_of_is_in_the_summary(models: Models) -> None:
    said = [
        "Yeah.", "The ferry leaves the harbour at dawn.", "Ships wait outside the harbour.",
        "Okay.", "A ship sails into the port.", "The harbour freezes in winter.", "I like cheese.",
        "The captain steers the ship past the pier.", "No.", "The port was built by sailors.",
    ]  # fmt: skip
    found = summary({"subtitles": spoken(models, said)})
    assert len(found) == 3
    for each in found:
        assert any(word in each["text"] for word in ("harbour", "port", "ship")), each


def test_what_is_said_again_and_again_is_in_the_summary_once(models: Models) -> None:
    said = [
        f"The {when} weather forecast for the north coast is strong wind and rain all day."
        for when in ("first", "new", "latest", "usual", "short", "full", "early", "final")
    ]
    said += ["The fishermen mend their nets in the harbour and wait for the storm to pass."]
    lines = [each["text"] for each in summary({"subtitles": spoken(models, said)})]
    assert said[-1] in lines


def test_nothing_said_is_no_summary_and_a_little_is_all_of_it(models: Models) -> None:
    assert summary({}) == []
    silent = Feature(moments=(Moment(start=0, end=1, text="Hello."),))
    assert summary({"subtitles": silent}) == []
    said = ["The sea is calm.", "A boat goes by."]
    found = summary({"speech": spoken(models, said)})
    assert [each["text"] for each in found] == said


def test_chapters_begin_where_the_theme_turns(narrated: tuple[Item, Feature, list[int]]) -> None:
    item, feature, themes = narrated
    turns = [EVERY * n for n in range(1, len(themes)) if themes[n] != themes[n - 1]]
    # Only those that are far enough apart can be told.
    wanted = [turn for turn in turns if 300 <= turn <= item.duration - 300]
    found = chapters(item, {"subtitles": feature})
    starts = [start for start, _ in found]
    assert starts[0] == 0
    near = [turn for turn in wanted if min(abs(start - turn) for start in starts) <= 60]
    assert len(near) >= len(wanted) - 1
    assert min(np.diff([*starts, item.duration])) >= 300
    assert max(np.diff([*starts, item.duration])) <= 1200
    assert found == chapters(item, {"subtitles": feature})


def test_a_chapter_is_called_by_a_line_of_its_own(
    narrated: tuple[Item, Feature, list[int]],
) -> None:
    item, feature, _ = narrated
    found = chapters(item, {"subtitles": feature})
    ends = [*(start for start, _ in found[1:]), item.duration]
    for (start, title), end in zip(found, ends, strict=True):
        own = [each.text for each in feature.moments if start <= each.start < end]
        assert any(line.startswith(title.removesuffix("…")) for line in own)
        assert len(title) <= 60


def shown(turns: list[float], length: float) -> Feature:
    """Give a picture every 100 seconds; after each turn they look otherwise."""
    rng = np.random.default_rng(7)
    scenes = unit(rng.standard_normal((len(turns) + 1, 1280)))
    times = np.arange(0, length, 100.0)
    noise = 0.5 * unit(rng.standard_normal((len(times), 1280)))
    vectors = unit(scenes[np.searchsorted(turns, times, side="right")] + noise)
    return Feature(
        summary=unit(vectors.mean(axis=0)),
        moments=tuple(
            Moment(start=float(time), end=float(time) + 1, vector=vector, image=b"jpeg")
            for time, vector in zip(times, vectors, strict=True)
        ),
    )


def test_pictures_alone_tell_of_chapters() -> None:
    item = Item(id="x", kind=Kind.FILM, title="", path=None, duration=4800)
    found = chapters(item, {"keyframes": shown([900, 1700, 2900, 3700], 4800)})
    starts = [start for start, _ in found]
    assert {900.0, 1700.0, 2900.0, 3700.0} <= set(starts)
    assert [title for _, title in found] == [f"Chapter {n + 1}" for n in range(len(found))]


def test_a_chapter_without_a_turn_is_cut_where_it_changes_most() -> None:
    item = Item(id="x", kind=Kind.FILM, title="", path=None, duration=4800)
    found = chapters(item, {"keyframes": shown([900], 4800)})
    starts = [start for start, _ in found]
    assert 900.0 in starts
    assert max(np.diff([*starts, 4800])) <= 1300


def test_a_short_item_or_one_of_which_little_is_known_has_no_chapters() -> None:
    short = Item(id="x", kind=Kind.CLIP, title="", path=None, duration=890)
    assert chapters(short, {"keyframes": shown([400], 890)}) == []
    long = Item(id="x", kind=Kind.FILM, title="", path=None, duration=7200)
    assert chapters(long, {}) == []
    few = Feature(moments=shown([400], 700).moments)
    assert chapters(long, {"keyframes": few}) == []


def test_a_long_silence_makes_one_long_chapter() -> None:
    item = Item(id="x", kind=Kind.CONCERT, title="", path=None, duration=86_400)
    found = chapters(item, {"keyframes": shown([600, 1200], 1800)})
    assert 2 <= len(found) <= 5
    assert found[-1][0] <= 1800


def test_sentences_are_told_apart_in_two_scripts() -> None:
    assert sentences("Who? Me! It costs 3.50 … no. “Go.” And") == [
        "Who?", "Me!", "It costs 3.50 …", "no.", "“Go.”", "And",
    ]  # fmt: skip
    assert sentences("他来了。她走了！真的吗？") == ["他来了。", "她走了！", "真的吗？"]
    assert joined(["他来了。", "她走了！"]) == "他来了。她走了！"
    assert joined(["He came.", "She left."]) == "He came. She left."


def test_a_full_stop_in_a_name_ends_no_sentence() -> None:
    said = "Mr. Smith met M. Hulot. He left."
    assert sentences(said) == ["Mr. Smith met M. Hulot.", "He left."]


def test_half_sentences_are_left_out_where_there_are_whole_ones() -> None:
    said = ["So we went", "to the sea. It was cold. And then", "we swam.", "no end", "nor begin"]
    assert whole(said, 1) == ["It was cold."]
    assert whole(said, 2) == ["we swam."]
    assert whole(said, 3) == ["no end"]


def test_a_long_line_is_cut_between_words() -> None:
    assert shortened("The ferry leaves at dawn", 24) == "The ferry leaves at dawn"
    assert shortened("The ferry leaves, at dawn", 20) == "The ferry leaves…"
    assert shortened("渡轮在黎明时分离开港口", 6) == "渡轮在黎明…"
