from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from mediadesk.api import Array, unit
from mediadesk.recommend.diversify import mmr

rows = st.integers(1, 15).flatmap(
    lambda n: st.tuples(
        st.lists(st.floats(-5, 5), min_size=n, max_size=n),
        arrays(np.float32, (n, 4), elements=st.floats(-1, 1, width=32)),
        st.lists(st.sampled_from(["", "x", "y"]), min_size=n, max_size=n),
    )
)


@given(rows)
def test_mmr_orders_and_loses_nothing(drawn: tuple[list[float], Array, list[str]]) -> None:
    worth, vectors, groups = drawn
    near = unit(vectors) @ unit(vectors).T
    order = mmr(worth, near, len(worth), groups=groups)
    assert sorted(order) == list(range(len(worth)))
    assert order == mmr(worth, near, len(worth), groups=groups)


@given(rows)
def test_a_shorter_list_is_the_head_of_a_longer_one(
    drawn: tuple[list[float], Array, list[str]],
) -> None:
    worth, vectors, groups = drawn
    near = unit(vectors) @ unit(vectors).T
    assert mmr(worth, near, 3, groups=groups) == mmr(worth, near, len(worth), groups=groups)[:3]


def test_relevance_alone_sorts() -> None:
    assert mmr([1.0, 3.0, 2.0], np.ones((3, 3)), 3, trade=1) == [1, 2, 0]


def test_a_twin_gives_way_to_something_else() -> None:
    near = np.array([[1, 1, 0], [1, 1, 0], [0, 0, 1]], dtype=np.float32)
    assert mmr([1.0, 0.99, 0.8], near, 3) == [0, 2, 1]


def test_at_most_two_of_an_album_follow_each_other_while_there_is_anything_else() -> None:
    order = mmr([9, 8, 7, 6, 1, 0.5], np.zeros((6, 6)), 6, groups=["x"] * 4 + ["y", ""])
    assert order == [0, 1, 4, 2, 3, 5]


def test_nothing_gives_nothing() -> None:
    assert mmr([], np.zeros((0, 0)), 5) == []


def test_each_like_has_its_turn() -> None:
    seeds = ["film"] * 6 + ["song"] * 3
    worth = [1.0, 0.98, 0.96, 0.94, 0.92, 0.9, 0.75, 0.74, 0.73]
    order = mmr(worth, np.zeros((9, 9)), 6, seeds=seeds)
    assert order[0] == 0
    assert sum(seeds[n] == "song" for n in order) >= 2
