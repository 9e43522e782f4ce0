from __future__ import annotations

import numpy as np
import pytest

from mediadesk.api import Array, Feature, Item, Kind, unit
from mediadesk.understand.blocks import DIMENSIONS, KINDS, inputs


def vector(length: int) -> Array:
    return unit(np.arange(1, length + 1, dtype=np.float32))


def item(kind: Kind = Kind.FILM) -> Item:
    return Item(id="a", kind=kind, title="A", path=None)


def test_every_kind_has_one_number() -> None:
    assert len(KINDS) == len(set(KINDS)) == len(Kind)
    made = inputs([item(kind) for kind in KINDS], [{}] * len(KINDS))
    assert made["kind"].tolist() == list(range(len(KINDS)))


def test_blocks_stand_in_their_rows_and_what_is_missing_is_zero() -> None:
    known = [
        {"audio": Feature(summary=vector(392))},
        {},
        {"text": Feature(summary=vector(512)), "keyframes": Feature()},
    ]
    made = inputs([item()] * 3, known)
    assert {name: made[name].shape for name in DIMENSIONS} == {
        name: (3, length) for name, length in DIMENSIONS.items()
    }
    assert made["audio"].any(axis=1).tolist() == [True, False, False]
    assert made["text"].any(axis=1).tolist() == [False, False, True]
    assert not made["keyframes"].any()
    np.testing.assert_array_equal(made["audio"][0], vector(392))


def test_a_vector_of_another_recipe_is_left_out() -> None:
    made = inputs([item()], [{"audio": Feature(summary=vector(200))}])
    assert not made["audio"].any()


@pytest.mark.parametrize(
    ("there", "taken"),
    [
        (("subtitles", "speech", "ocr"), "subtitles"),
        (("speech", "ocr"), "speech"),
        (("ocr",), "ocr"),
    ],
)
def test_what_is_said_comes_from_subtitles_else_speech_else_writing(
    there: tuple[str, ...], taken: str
) -> None:
    known = {name: Feature(summary=unit(np.eye(512)[n])) for n, name in enumerate(there)}
    made = inputs([item()], [{"subtitles": Feature(), **known}])
    np.testing.assert_array_equal(made["subtitles"][0], known[taken].summary)
