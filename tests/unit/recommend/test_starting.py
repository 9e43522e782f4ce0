from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from recommend_factory import cloud

from mediadesk.api import Kind
from mediadesk.recommend.starting import spread


def items(count: int, *kinds: Kind) -> dict[str, Kind]:
    return {f"i{n:02}": kinds[n % len(kinds)] for n in range(count)}


def test_every_theme_is_there_before_any_stands_there_twice() -> None:
    themes = np.arange(60) % 6
    rows = cloud(themes, 64, seed=2, signal=2.0, common=0.0)
    chosen = spread(items(60, Kind.FILM), rows @ rows.T, count=6)
    assert {int(item[1:]) % 6 for item in chosen} == set(range(6))


def test_every_kind_is_there_however_few_there_are_of_it() -> None:
    rows = cloud(np.arange(40) % 4, 64, seed=2)
    kinds = items(40, Kind.FILM) | {"i17": Kind.SONG, "i31": Kind.TALK}
    chosen = spread(kinds, rows @ rows.T, count=3)
    assert {kinds[item] for item in chosen} == {Kind.FILM, Kind.SONG, Kind.TALK}


def test_the_first_is_like_most_others_and_what_is_like_nothing_comes_last() -> None:
    similarity = np.eye(13)
    similarity[:6, :6] = similarity[6:12, 6:12] = 0.5
    similarity[2, :6] = similarity[:6, 2] = 0.9
    np.fill_diagonal(similarity, 1)
    chosen = spread(items(13, Kind.FILM), similarity, count=13)
    assert chosen[0] == "i02"
    assert int(chosen[1][1:]) in range(6, 12)
    assert chosen[-1] == "i12"


@given(st.integers(0, 20), st.integers(0, 15))
def test_as_many_as_there_are_and_none_twice(count: int, wanted: int) -> None:
    rows = cloud(np.arange(max(count, 1)) % 3, 8, seed=1)[:count]
    made = items(count, Kind.FILM, Kind.SONG)
    chosen = spread(made, rows @ rows.T, count=wanted)
    assert len(chosen) == len(set(chosen)) == min(count, wanted)
