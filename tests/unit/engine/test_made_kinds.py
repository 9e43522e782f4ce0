"""Kinds told from made-up files: what is left out where there is too little to make them of."""

import shutil

import numpy as np
import pytest

from mediadesk.api import Feature, Item, Kind, Moment
from mediadesk.engine.evaluating import kinds
from mediadesk.engine.evaluating.themed import Themed


def _items(kind: Kind, count: int) -> list[Themed]:
    return [
        Themed(item=Item(id=f"{n}", kind=kind, title="", path=None, duration=9), theme="", known={})
        for n in range(count)
    ]


def test_two_of_a_kind_are_too_few() -> None:
    [found] = kinds.measures([*_items(Kind.CLIP, 2), *_items(Kind.SONG, 3)], {})
    assert (found.name, found.value) == ("kinds", None)


def test_speech_is_left_out_where_too_little_is_said_in_english(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(kinds, "_of_music", lambda *_: iter(()))
    monkeypatch.setattr(shutil, "which", lambda name: name)
    found = list(kinds.measures([*_items(Kind.CLIP, 3), *_items(Kind.SONG, 3)], {}))
    [speech] = [each for each in found if each.name == "kinds of speech"]
    assert speech.value is None
    assert len(found) > 1, "all else is measured"


def test_only_what_is_said_in_english_is_read_aloud() -> None:
    subtitles = Feature(
        summary=np.ones(2, np.float32),
        moments=(
            Moment(start=0, end=1, text="Hello."),
            Moment(start=0, end=1, text="你好。", language="zh"),
        ),
        data={"language": "en"},
    )
    [video] = _items(Kind.CLIP, 1)
    assert (
        kinds._said(Themed(item=video.item, theme="", known={"subtitles": subtitles})) == "Hello."
    )


def test_items_are_filed_under_a_kind_that_is_sure_and_stay_what_their_length_tells() -> None:
    def judged(truth: Kind, by_length: Kind, found: dict[str, float]) -> kinds.Judged:
        return kinds.Judged(truth, by_length, found)

    found = {
        each.name: (each.value, each.n)
        for each in kinds._filed(
            [
                judged(Kind.TALK, Kind.CLIP, {"talk": 0.9, "clip": 0.1}),
                judged(Kind.CLIP, Kind.CLIP, {"concert": 0.85}),
                judged(Kind.SONG, Kind.SONG, {"podcast": 0.6, "song": 0.4}),
                judged(Kind.PODCAST, Kind.RECORDING, {"podcast": 0.7}),
            ]
        )
    }
    assert found["filed under another kind: it is right"] == (0.5, 2)
    assert found["the kind that is shown is right"] == (0.5, 4)
    unsure, shown = kinds._filed([judged(Kind.SONG, Kind.SONG, {"song": 0.99})])
    assert (unsure.value, shown.value) == (None, 1)


def test_confidence_is_measured_by_how_often_the_likeliest_kind_is_right() -> None:
    def judged(truth: Kind, sure: float) -> kinds.Judged:
        return kinds.Judged(truth, Kind.CLIP, {"talk": sure, "clip": 1 - sure})

    right_half_the_time = [judged(Kind.TALK, 0.9), judged(Kind.CLIP, 0.9)] * 10
    found = {each.name: each.value for each in kinds._confidence(right_half_the_time)}
    assert found["kinds told as facts are right"] == 0.5
    assert found["expected calibration error of kinds"] == pytest.approx(0.4)
    doubtful = [judged(Kind.TALK, 0.55), judged(Kind.CLIP, 0.55)] * 10
    facts, error = kinds._confidence(doubtful)
    assert (facts.value, error.value) == (None, pytest.approx(0.05))
