from __future__ import annotations

import importlib.util
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mediadesk.api import Array, Block, Opinion, RankRequest, Scores, unit
from mediadesk_taste import Taste, rankers

MODEL = Taste.model.file
SESSION = onnxruntime.InferenceSession(MODEL.read_bytes(), providers=["CPUExecutionProvider"])
OUTPUTS = [output.name for output in SESSION.get_outputs()]


def run(inputs: Mapping[str, Array]) -> dict[str, Array]:
    return dict(zip(OUTPUTS, SESSION.run(OUTPUTS, dict(inputs)), strict=True))


def vectors(count: int, *, seed: int, dimensions: int = 16, missing: float = 0.0) -> Array:
    random = np.random.default_rng(seed)
    made = unit(random.standard_normal((count, dimensions)) + 1)
    made[random.random(count) < missing] = 0
    return made


def request(
    values: Sequence[float], blocks: Mapping[str, Block], *, candidates: int = 30
) -> RankRequest:
    return RankRequest(
        now=0,
        profile="me",
        candidates=tuple(f"c{n}" for n in range(candidates)),
        history=tuple(Opinion(item=f"h{n}", value=v, at=n) for n, v in enumerate(values)),
        blocks=blocks,
    )


def ask(values: Sequence[float], blocks: Mapping[str, Block]) -> Scores:
    return Taste().rank(request(values, blocks), run)


def values_of(scores: Scores) -> Array:
    return scores.values


def by_block(scores: Scores, block: str) -> Array:
    is_due = np.array([cause.block == block for cause in scores.causes])[scores.cause]
    return np.where(is_due, scores.shares, 0).sum(axis=1)


requests = st.tuples(
    st.lists(st.sampled_from([1.0, 0.5, -0.1, -1.0]), max_size=8),
    st.integers(1, 12),
    st.integers(0, 3),
    st.sampled_from([0.0, 0.4, 1.0]),
    st.integers(0, 99),
).map(
    lambda drawn: request(
        drawn[0],
        {
            f"b{n}": Block(
                candidates=vectors(drawn[1], seed=drawn[4] + n, missing=drawn[3]),
                history=vectors(len(drawn[0]), seed=drawn[4] + n + 50, missing=drawn[3] / 2),
            )
            for n in range(drawn[2])
        },
        candidates=drawn[1],
    )
)


@settings(deadline=None)
@given(requests)
def test_every_candidate_is_scored_in_order_and_shares_add_up(asked: RankRequest) -> None:
    scores = Taste().rank(asked, run)
    assert scores.values.shape == (len(asked.candidates),)
    assert np.isfinite(scores.values).all()
    again = Taste().rank(asked, run)
    assert np.array_equal(again.values, scores.values)
    if scores.shares is not None:
        assert scores.shares.sum(axis=1) == pytest.approx(scores.values, abs=1e-6)
        assert {cause.block for cause in scores.causes} <= asked.blocks.keys()
        assert -1 <= scores.seed.min() <= scores.seed.max() < len(asked.history)
        assert np.array_equal(again.shares, scores.shares)


def test_without_opinions_all_are_equal() -> None:
    block = Block(candidates=vectors(30, seed=1), history=np.zeros((0, 16), np.float32))
    assert not values_of(ask([], {"x": block})).any()


def test_what_is_like_the_liked_rises_and_names_it() -> None:
    rows = vectors(30, seed=1)
    liked = unit(rows[7] + 0.1 * vectors(1, seed=9)[0])
    scores = ask([1.0], {"x": Block(candidates=rows, history=liked[None])})
    assert scores.values.argmax() == 7
    assert scores.seed[7, 0] == 0
    assert scores.causes[scores.cause[7, 0]].block == "x"


def test_what_is_like_the_disliked_sinks() -> None:
    rows = vectors(30, seed=1)
    scores = ask([-1.0], {"x": Block(candidates=rows, history=rows[7:8])})
    assert scores.values.argmin() == 7


def test_what_all_vectors_share_says_nothing() -> None:
    rows, liked = vectors(30, seed=1), vectors(2, seed=2)
    common = 8 * unit(np.ones(16))
    plain = ask([1.0, 1.0], {"x": Block(candidates=rows, history=liked)})
    shifted = ask([1.0, 1.0], {"x": Block(candidates=rows + common, history=liked + common)})
    assert values_of(shifted) == pytest.approx(values_of(plain), abs=1e-3)


def test_a_missing_block_neither_lifts_nor_sinks() -> None:
    here, gone = vectors(30, seed=1), np.zeros((30, 16), np.float32)
    liked = vectors(2, seed=2)
    alone = ask([1.0, 1.0], {"x": Block(candidates=here, history=liked)})
    beside = {
        "x": Block(candidates=here, history=liked),
        "y": Block(candidates=gone, history=liked),
    }
    assert np.array_equal(ask([1.0, 1.0], beside).values, alone.values)
    half = gone.copy()
    half[:15] = vectors(15, seed=4)
    scores = ask([1.0, 1.0], {"y": Block(candidates=half, history=liked)})
    assert not values_of(scores)[15:].any()
    assert values_of(scores)[:15].mean() == pytest.approx(0, abs=1e-5)


def test_a_block_in_which_the_likes_find_each_other_counts_more() -> None:
    liked = vectors(1, seed=3)[0]
    near = unit(liked + 0.1 * vectors(3, seed=4))
    told = vectors(30, seed=1)
    told[5] = near[2]
    noise = Block(candidates=vectors(30, seed=5), history=vectors(2, seed=6))
    scores = ask([1.0, 1.0], {"told": Block(candidates=told, history=near[:2]), "noise": noise})
    assert scores.values.argmax() == 5
    assert by_block(scores, "told").std() > 2 * by_block(scores, "noise").std()


def test_a_long_history_is_cut_to_its_latest_part() -> None:
    rows = vectors(30, seed=1)
    scores = ask([1.0] * 500, {"x": Block(candidates=rows, history=vectors(500, seed=2))})
    named = scores.seed[scores.seed >= 0]
    assert len(named)
    assert named.min() >= 300


def test_the_graph_is_what_its_recipe_builds_and_small() -> None:
    pytest.importorskip("onnx")
    recipe = Path(__file__).parents[1] / "build_model.py"
    spec = importlib.util.spec_from_file_location("build_taste", recipe)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.build() == MODEL.read_bytes()
    assert MODEL.stat().st_size < 50_000


def test_the_plugin_hands_over_its_ranker() -> None:
    (ranker,) = rankers()
    assert (ranker.name, ranker.model.file) == ("taste", MODEL)


def test_what_hardly_any_candidate_has_does_not_drown_the_rest() -> None:
    rare = np.tile([0.0, 1.0], (500, 1))
    rare[7] = [1.0, 0.0]
    blocks = {
        "rare": Block(candidates=rare, history=np.array([[1.0, 0.0]])),
        "sound": Block(candidates=vectors(500, seed=1), history=vectors(1, seed=2)),
    }
    scores = ask([1.0], blocks)
    shares = by_block(scores, "rare")
    assert shares.argmax() == 7
    best = by_block(scores, "sound").max()
    assert best < shares[7] < 2 * best
    assert values_of(scores)[7] == pytest.approx(shares[7] + by_block(scores, "sound")[7])
