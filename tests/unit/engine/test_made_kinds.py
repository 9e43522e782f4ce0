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
