from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mediadesk.api import Cause, Opinion, Scores
from mediadesk.recommend.blend import blend

LIKES = [Opinion(item="s", value=1.0, at=0.0)]


def scores(*values: float) -> Scores:
    return Scores(
        values=np.array(values),
        causes=(Cause(block="x"),),
        shares=np.array(values)[:, None],
        cause=np.zeros((len(values), 1), int),
        seed=np.zeros((len(values), 1), int),
    )


def test_rankers_of_different_scale_weigh_the_same() -> None:
    ranked = blend("abc", {"small": scores(0.0, 0.0, 0.1), "large": scores(100.0, 0.0, 0.0)})
    assert ranked.values[0] == pytest.approx(ranked.values[2])
    assert ranked.items[ranked.order()[2]] == "b"


def test_shares_and_reasons_add_up_to_the_score() -> None:
    ranked = blend(
        "abc",
        {"one": scores(1.0, 2.0, 4.0), "two": scores(0.0, -3.0, 1.0)},
        {"two": 2},
        history=LIKES,
    )
    for n, item in enumerate("abc"):
        assert sum(ranked.shares_of(item).values()) == pytest.approx(ranked.values[n])
        assert sum(part.share for part in ranked.parts(item)) == pytest.approx(ranked.values[n])


def test_a_ranker_without_a_view_changes_nothing() -> None:
    alone = blend("abc", {"one": scores(1.0, 2.0, 4.0)})
    both = blend("abc", {"one": scores(1.0, 2.0, 4.0), "mute": scores(0.0, 0.0, 0.0)})
    assert np.array_equal(alone.values, both.values)
    assert both.shares_of("c")["mute"] == 0


def test_rank_counts_from_one() -> None:
    ranked = blend("abc", {"one": scores(1.0, 2.0, 4.0)})
    assert [ranked.rank(item) for item in "abc"] == [3, 2, 1]


def test_a_ranker_may_leave_out_the_reasons_or_give_one_for_all() -> None:
    plain, said = Scores(values=np.array([1.0, 2.0, 4.0])), Cause(text="It is short")
    ranked = blend("abc", {"plain": plain, "said": replace(plain, causes=(said,))})
    own, other = ranked.parts("c")
    assert (own.ranker, own.text, own.seed) == ("plain", "", None)
    assert (other.ranker, other.text) == ("said", "It is short")
    assert own.share + other.share == pytest.approx(ranked.values[2])


def test_a_score_is_what_its_shares_add_up_to_where_rounding_makes_them_differ() -> None:
    rounded = replace(scores(1.0, 2.0, 4.0), values=np.array([1.0005, 2.0, 4.0]))
    ranked = blend("abc", {"one": rounded}, history=LIKES)
    assert sum(part.share for part in ranked.parts("a")) == pytest.approx(
        ranked.values[0], abs=1e-9
    )


def test_a_ranker_that_knows_little_says_so_and_counts_less() -> None:
    sure, unsure = scores(1.0, 2.0, 4.0), replace(scores(4.0, 2.0, 1.0), confidence=0.25)
    ranked = blend("abc", {"sure": sure, "unsure": unsure})
    assert ranked.shares["unsure"].std() == pytest.approx(0.25 * ranked.shares["sure"].std())
    assert ranked.rank("c") == 1


def test_a_blend_on_the_scale_of_another_can_be_compared_with_it() -> None:
    before = blend("abc", {"one": scores(1.0, 2.0, 4.0)}, {"one": 3.0})
    after = blend("abc", {"one": scores(1.0, 2.0, 3.0), "new": scores(0, 0, 9)}, scale=before.scale)
    np.testing.assert_allclose(
        before.values - after.values, np.array([0, 0, 1]) * before.scale["one"]
    )


def test_all_that_a_ranker_puts_down_to_a_seed_is_one_part_of_the_block_with_most_of_it() -> None:
    split = Scores(
        values=np.array([3.0, 1.0]),
        causes=(Cause(block="x"), Cause(block="y")),
        shares=np.array([[-1.0, 2.5, 1.5], [1.0, 0.0, 0.0]]),
        cause=np.array([[0, 1, 1], [0, 1, 1]]),
        seed=np.array([[0, 0, -1], [0, 0, -1]]),
    )
    parts = blend("ab", {"one": split}, history=LIKES).parts("a")
    assert [(part.block, part.seed, part.share) for part in parts] == [
        ("y", None, pytest.approx(1.5)),
        ("y", "s", pytest.approx(1.5)),
    ]


@settings(deadline=None)
@given(st.integers(0, 10_000))
def test_the_seed_of_an_item_is_that_of_its_largest_part(chance: int) -> None:
    random = np.random.default_rng(chance)
    history = [Opinion(item=f"s{n}", value=1.0, at=0.0) for n in range(3)]
    said = {
        name: Scores(
            values=random.normal(size=4),
            causes=(Cause(block="x"), Cause(block="y"), Cause(text="words")),
            shares=np.round(random.normal(size=(4, 6)), 1) * (random.random(6) < 0.5),
            cause=random.integers(0, 3, (4, 6)),
            seed=random.integers(-1, 3, (4, 6)),
        )
        for name in ("one", "two")
    }
    ranked = blend("abcd", said | {"mute": Scores(values=np.ones(4))}, history=history)
    for item in ranked.items:
        parts = [(part.share, part.seed) for part in ranked.parts(item) if part.seed]
        share, seed = max(parts, default=(0.0, ""))
        assert ranked.seed(item) == (seed if share > 0 else "")
