"""What an extractor gave is kept only if it does no harm."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from mediadesk.api import Feature, Metadata, Moment, UserError, unit
from mediadesk.extract.batch import checked, checked_metadata, each_or_error

ROW = unit(np.arange(1, 9, dtype=np.float32))
NOT_KEPT = {
    "too long": (Feature(summary=ROW * 1e30), "length 1e"),
    "too short": (Feature(summary=ROW * 0.5), "length 0.5"),
    "not a number": (Feature(summary=ROW * np.nan), "finite"),
    "a matrix": (Feature(summary=np.ones((2, 2))), r"\(2, 2\)"),
    "many dimensions": (Feature(summary=np.eye(1, 10**6)[0]), "1000000"),
    "a long moment": (Feature(moments=(Moment(start=0, end=1, vector=ROW * 2),)), "length 2"),
    "a moment at no time": (Feature(moments=(Moment(start=np.nan, end=1),)), "nan seconds"),
    "too sure": (Feature(tags={"best": 1e308}), "“best”"),
    "sure of nothing": (Feature(tags={"best": float("nan")}), "not 0..1"),
    "no label": (Feature(tags={"": 0.5}), "no label"),
    "a label of two lines": (Feature(tags={"a\nb": 0.5}), "no label"),
    "a label without end": (Feature(tags={"a" * 10**6: 0.5}), "no label"),
    "many tags": (Feature(tags={f"{n}": 0.5 for n in range(2_000)}), "2000 tags"),
    "many moments": (Feature(moments=(Moment(start=0, end=1),) * 20_001), "20001 moments"),
    "much data": (Feature(data={"text": "x" * (65 << 20)}), "65 MiB"),
    "no JSON": (Feature(data={"x": float("inf")}), "JSON"),
}


@pytest.mark.parametrize("why", NOT_KEPT)
def test_what_would_harm_others_is_not_kept(why: str) -> None:
    feature, words = NOT_KEPT[why]
    with pytest.raises(ValueError, match=words) as caught:
        checked("reader", [feature], 1)
    assert "“reader” gave what can't be kept" in str(caught.value)
    assert len(str(caught.value)) < 300


def test_one_bad_of_a_batch_takes_no_other_along_and_a_good_batch_is_done_at_once() -> None:
    calls: list[list[str]] = []

    def call(batch: Sequence[str]) -> list[Feature]:
        calls.append([*batch])
        if "bad" in batch:
            raise UserError("It is bad.")
        return [Feature(data={"of": each}) for each in batch]

    good = each_or_error(call, ["a", "b"])
    assert (good, calls) == ([Feature(data={"of": "a"}), Feature(data={"of": "b"})], [["a", "b"]])
    a, bad, b = each_or_error(call, ["a", "bad", "b"])
    assert [a, b] == good
    assert isinstance(bad, UserError)
    assert each_or_error(call, []) == []


def test_a_problem_is_one_line_whatever_the_name_of_the_file() -> None:
    told = f"“{'a' * 400}” breaks off."
    odd = Feature(problem=told, moments=(Moment(start=0, end=1, why="a\u202e\nb\udcff"),))
    (kept,) = checked("reader", [odd], 1)
    assert kept.problem == told[:299] + "…"
    assert kept.moments[0].why == "a� b?"


def test_a_vector_is_of_length_one_or_nothing_but_zeros() -> None:
    for vector in (ROW, ROW * 1.005, ROW * 0, ROW.astype(np.float16), None):
        (kept,) = checked("reader", [Feature(summary=vector)], 1)
        assert kept.summary is None or kept.summary.dtype == np.float32


@pytest.mark.parametrize(
    "found",
    [
        Metadata(title="x" * 301),
        Metadata(artist="a\nb"),
        Metadata(album="a\x00"),
        Metadata(series="a\u202eb"),
        Metadata(album_artist="x" * 10**6),
        Metadata(genres=("Jazz", "a\nb")),
        Metadata(genres=("Jazz",) * 51),
        Metadata(description="x" * 20_001),
        Metadata(year=0),
        Metadata(season=-1),
        Metadata(episode=2**70),
        Metadata(disc=10**6),
        Metadata(track=-5),
    ],
)
def test_what_a_reader_says_is_kept_only_where_it_can_be_shown(found: Metadata) -> None:
    with pytest.raises(ValueError, match=r"“reader” gave what can't be kept \(") as caught:
        checked_metadata("reader", found)
    assert len(str(caught.value)) < 200


def test_what_can_be_shown_is_kept_as_it_is() -> None:
    long = "First line.\n\nSecond line."
    found = Metadata(title="Ö" * 300, description=long, year=1895, season=0, episode=1, track=99)
    assert checked_metadata("reader", found) == found
    assert checked_metadata("reader", None) is None
