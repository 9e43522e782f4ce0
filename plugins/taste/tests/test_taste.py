from __future__ import annotations

import importlib.util
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mediadesk.api import Array, Block, Facts, Kind, Opinion, RankRequest, Scores, Traits, unit
from mediadesk.api.testing import counterfactual_error
from mediadesk_taste import Taste, ground, rankers
from mediadesk_taste.ground import Ground, Grounds
from mediadesk_taste.ranker import inputs
from mediadesk_taste.views import views

sys.path.insert(0, str(Path(__file__).parent))
import reference

MODEL = Taste.model.file
SESSION = onnxruntime.InferenceSession(MODEL.read_bytes(), providers=["CPUExecutionProvider"])
OUTPUTS = [output.name for output in SESSION.get_outputs()]
NOW = 56.0 * 31_556_952  # the year 2026
FILM, SONG = (list(Kind).index(kind) for kind in (Kind.FILM, Kind.SONG))


def run(arrays: Mapping[str, Array]) -> dict[str, Array]:
    return dict(zip(OUTPUTS, SESSION.run(OUTPUTS, dict(arrays)), strict=True))


def vectors(count: int, *, seed: int, dimensions: int = 16, missing: float = 0.0) -> Array:
    random = np.random.default_rng(seed)
    made = unit(random.standard_normal((count, dimensions)) + 1)
    made[random.random(count) < missing] = 0
    return made


def sets(count: int, *, seed: int) -> Array:
    random = np.random.default_rng(seed)
    return unit((random.random((count, 6)) < 0.3).astype(np.float32))


def traits(count: int, **columns: Array) -> Traits:
    unknown, none = np.full(count, np.nan, np.float32), np.full(count, -1, np.int32)
    made = Traits(
        kind=np.full(count, FILM, np.int8),
        year=unknown,
        duration=unknown,
        quality=unknown,
        votes=unknown,
        season=unknown,
        episode=unknown,
        disc=unknown,
        track=unknown,
        series=none,
        album=none,
        artist=none,
        added=np.zeros(count),
    )
    return replace(made, **columns)


def years(count: int, *, seed: int) -> Array:
    random = np.random.default_rng(seed)
    drawn = random.integers(1920, 2027, count).astype(np.float32)
    drawn[random.random(count) < 0.2] = np.nan
    return drawn


def request(
    values: Sequence[float],
    blocks: Mapping[str, Block],
    *,
    candidates: int = 30,
    facts: Facts | None = None,
) -> RankRequest:
    return RankRequest(
        now=NOW,
        profile="me",
        candidates=tuple(f"c{n}" for n in range(candidates)),
        history=tuple(Opinion(item=f"h{n}", value=v, at=n) for n, v in enumerate(values)),
        blocks=blocks,
        facts=facts,
    )


def ask(values: Sequence[float], blocks: Mapping[str, Block]) -> Scores:
    return Taste().rank(request(values, blocks), run)


def without(asked: RankRequest, seed: int) -> RankRequest:
    return asked.forgetting(asked.history[seed].item)


def by_cause(scores: Scores, block: str) -> Array:
    is_due = np.array([cause.block == block for cause in scores.causes])[scores.cause]
    return np.where(is_due, scores.shares, 0).sum(axis=1)


@st.composite
def requests(draw: st.DrawFn) -> RankRequest:
    values = draw(st.lists(st.sampled_from([1.0, 0.5, 0.1, -0.1, -1.0]), max_size=12))
    candidates = draw(st.integers(0, 40))
    missing = draw(st.sampled_from([0.0, 0.4, 1.0]))
    seed = draw(st.integers(0, 99))
    names = draw(st.lists(st.sampled_from(["text", "audio", "mine"]), unique=True))
    blocks = {
        name: Block(
            candidates=vectors(candidates, seed=seed + n, missing=missing),
            history=vectors(len(values), seed=seed + n + 50, missing=missing / 2),
        )
        for n, name in enumerate(names)
    }
    for n, name in enumerate(draw(st.lists(st.sampled_from(["graph", "genres"]), unique=True))):
        blocks[name] = Block(
            candidates=sets(candidates, seed=seed + n), history=sets(len(values), seed=seed + n + 9)
        )
    random = np.random.default_rng(seed)
    told = Facts(
        candidates=traits(
            candidates,
            kind=random.choice([FILM, SONG], candidates).astype(np.int8),
            year=years(candidates, seed=seed),
            quality=random.random(candidates, np.float32),
            votes=random.integers(0, 999, candidates).astype(np.float32),
        ),
        history=traits(len(values), year=years(len(values), seed=seed + 1)),
    )
    facts = draw(st.sampled_from([None, told]))
    return request(values, blocks, candidates=candidates, facts=facts)


@settings(deadline=None)
@given(requests())
def test_every_candidate_is_scored_and_shares_add_up(asked: RankRequest) -> None:
    scores = Taste().rank(asked, run)
    assert scores.values.shape == (len(asked.candidates),)
    assert np.isfinite(scores.values).all()
    assert scores.shares.sum(axis=1) == pytest.approx(scores.values, abs=1e-6)
    assert {cause.block for cause in scores.causes} <= {*asked.blocks, "year", "age", "quality"}
    assert -1 <= scores.seed.min(initial=-1) <= scores.seed.max(initial=-1) < len(asked.history)
    again = Taste().rank(asked, run)
    assert np.array_equal(again.values, scores.values)
    assert np.array_equal(again.shares, scores.shares)


@settings(deadline=None)
@given(requests())
def test_without_its_seed_a_score_is_less_by_what_is_due_to_it(asked: RankRequest) -> None:
    scores = Taste().rank(asked, run)
    is_due = scores.seed >= 0
    due = np.where(is_due, scores.shares, 0).sum(axis=1)
    named = scores.seed.max(axis=1, initial=-1)
    for seed in set(named[named >= 0].tolist()):
        assert asked.history[seed].value > 0
        less = scores.values - Taste().rank(without(asked, seed), run).values
        assert due[named == seed] == pytest.approx(less[named == seed], abs=1e-4)


@settings(deadline=None, max_examples=50)
@given(requests())
def test_it_tells_at_once_what_it_would_say_without_each_opinion(asked: RankRequest) -> None:
    assert counterfactual_error(Taste(), asked, run) < 1e-4


@pytest.mark.parametrize("count", [201, 203])
def test_what_is_due_takes_in_who_counts_in_the_place_of_a_seed(count: int) -> None:
    values = np.random.default_rng(count).uniform(-1, 1, count)
    values[0] = 1.0
    told = {
        name: Block(
            candidates=vectors(60, seed=n, dimensions=64, missing=0.2),
            history=vectors(count, seed=n + 5, dimensions=64, missing=0.2),
        )
        for n, name in enumerate(["text", "keyframes"])
    }
    told["text"].history[1:] = 0  # of that block nothing is seen but by what is too long ago
    asked = request(values.tolist(), told, candidates=60)
    scores = Taste().rank(asked, run)
    latest = asked
    for _ in range(count - 200):
        latest = without(latest, 0)
    assert scores.values == pytest.approx(Taste().rank(latest, run).values, abs=1e-5)
    due = np.where(scores.seed >= 0, scores.shares, 0).sum(axis=1)
    named = scores.seed.max(axis=1)
    assert (named >= 0).sum() > 30
    assert named[named >= 0].min() >= count - 200, "what is too long ago is no seed"
    for seed in set(named[named >= 0].tolist()):
        less = scores.values - Taste().rank(without(asked, seed), run).values
        assert due[named == seed] == pytest.approx(less[named == seed], abs=1e-4)
    some = replace(asked, without=(0, 1, 2, 3, 60, count - 1))
    assert counterfactual_error(Taste(), some, run) < 1e-4


@settings(deadline=None)
@given(requests())
def test_the_graph_computes_what_is_defined(asked: RankRequest) -> None:
    shown = views(asked, Grounds()) if asked.candidates else []
    values = np.array([opinion.value for opinion in asked.history])
    if not shown:
        return
    told = run(inputs(shown, values, np.zeros(0, np.int64)))
    # Of items that are equally alike either may be the third: views may differ, their sum may not.
    expected = reference.parts(shown, values).sum(axis=0)
    scale = max(1.0, np.abs(expected).max())
    assert told["parts"].sum(axis=0) / scale == pytest.approx(expected / scale, abs=1e-5)
    for seed in set(told["seed"].tolist()):
        own = told["seed"] == seed
        lost = reference.due(shown, values, seed)[:, own].sum(axis=0)
        assert told["due"][:, own].sum(axis=0) / scale == pytest.approx(lost / scale, abs=1e-5)


def test_a_long_history_is_defined_the_same() -> None:
    values = np.random.default_rng(3).uniform(-1, 1, 200)
    blocks = {
        name: Block(
            candidates=vectors(800, seed=n, dimensions=64, missing=0.2),
            history=vectors(200, seed=n + 5, dimensions=64, missing=0.2),
        )
        for n, name in enumerate(["text", "keyframes", "audio"])
    }
    shown = views(request(values.tolist(), blocks, candidates=800), Grounds())
    told = run(inputs(shown, values, np.zeros(0, np.int64)))
    assert told["parts"] == pytest.approx(reference.parts(shown, values), abs=1e-5)
    seed = int(told["seed"][0])
    assert told["due"][:, 0] == pytest.approx(reference.due(shown, values, seed)[:, 0], abs=1e-5)


def test_what_is_remembered_of_candidates_changes_no_score() -> None:
    values = np.random.default_rng(3).uniform(-1, 1, 230)
    blocks = {
        name: Block(
            candidates=vectors(80, seed=n, dimensions=64, missing=0.2),
            history=vectors(230, seed=n + 5, dimensions=64, missing=0.2),
        )
        for n, name in enumerate(["text", "keyframes"])
    }
    asked, taste = request(values.tolist(), blocks, candidates=80), Taste()
    others = {name: replace(own, history=own.history[::-1]) for name, own in blocks.items()}
    again = [asked, *(without(asked, n) for n in (229, 40, 5)), replace(asked, blocks=others)]
    for each in again:
        remembered, anew = (one.rank(each, run) for one in (taste, Taste()))
        assert remembered.values == pytest.approx(anew.values, abs=1e-5)
        assert remembered.seed is not None
        assert (remembered.seed == anew.seed).mean() > 0.99, "equals may differ by rounding"


def test_products_are_computed_once_and_forgotten_with_the_candidates() -> None:
    rows, grounds = vectors(30, seed=1), Grounds()
    ids = [f"c{n}" for n in range(30)]
    judged, items = vectors(6, seed=2), [f"h{n}" for n in range(6)]
    kept = grounds.of("x", ids, rows)
    alike, _ = kept.compare(rows, items[:4], judged[:4])
    nothing = np.zeros_like(rows)  # all that is not remembered would be 0
    again, among = kept.compare(nothing, items[1:4], judged[1:4])
    np.testing.assert_array_equal(again, alike[:, 1:])
    assert among.shape == (3, 3)
    changed, _ = kept.compare(rows, items[:4], judged[2:6])
    anew, beside = Ground(ids, rows).compare(rows, items[:4], judged[2:6])
    np.testing.assert_allclose(changed, anew, atol=1e-6)
    np.testing.assert_allclose(kept.compare(rows, items[:4], judged[2:6])[1], beside, atol=1e-6)
    assert grounds.of("x", ids, rows) is kept
    assert grounds.of("x", ids, rows.copy()) is not kept
    assert grounds.of("y", ids, rows) is not kept
    del rows
    assert not grounds._kept


def test_products_with_candidates_that_stay_are_not_computed_again() -> None:
    rows, judged = vectors(30, seed=1, missing=0.1), vectors(6, seed=2, missing=0.1)
    grounds, ids = Grounds(), [f"c{n}" for n in range(30)]
    items = [f"h{n}" for n in range(6)]
    kept = grounds.of("x", ids, rows)
    kept.compare(rows, items, judged)
    places = np.random.default_rng(0).permutation(30)
    places = places[places != 4]
    later, known = rows[places], [ids[n] for n in places]
    known[0], later[0] = "new", vectors(1, seed=3)[0]
    later[1] = vectors(1, seed=4)[0]  # of the same item, another one
    stays = np.arange(len(known)) > 1
    after = grounds.of("x", known, later)
    found = after.compare(later, items, judged)
    anew = Ground(known, later).compare(later, items, judged)
    for own, computed in zip(found, anew, strict=True):
        np.testing.assert_allclose(own, computed, atol=1e-6)
    kept._there[:] = np.nan
    later = later.copy()
    alike, _ = grounds.of("y", known, later).compare(later, items, judged)
    assert np.isfinite(alike).all(), "of another block nothing is taken over"
    alike, _ = Ground(known, later, kept).compare(later, items, judged)
    assert np.isnan(alike[stays]).all()
    assert np.isfinite(alike[~stays]).all()
    few = later[:9]
    alike, _ = grounds.of("x", [*known[:4], *"abcde"], few).compare(few, items, judged)
    assert np.isfinite(alike).all(), "of mostly others nothing is taken over"


def test_after_many_candidates_have_come_and_gone_products_are_those_of_the_last() -> None:
    chance, judged = np.random.default_rng(0), vectors(40, seed=2)
    every, grounds = vectors(400, seed=1), Grounds()
    # From here to there, so that the mean is elsewhere in the end.
    every = unit(every[np.argsort(every[:, 0])] + np.linspace(-2, 2, 400)[:, None])
    before = None
    for start in range(0, 340, 20):
        chosen = start + chance.permutation(60)
        rows, ids = every[chosen], [f"c{n}" for n in chosen]
        own = slice(start // 17, start // 17 + 20)
        items = [f"h{n}" for n in range(40)][own]
        remembering = grounds.of("x", ids, rows)
        assert before is None or remembering._places.keys() == before
        found = remembering.compare(rows, items, judged[own])
        anew = Ground(ids, rows).compare(rows, items, judged[own])
        for kept, computed in zip(found, anew, strict=True):
            np.testing.assert_allclose(kept, computed, atol=3e-5)
        before = set(items)
        last = rows  # an array lives until the next is there
    assert last is rows


def test_products_of_no_more_than_a_group_has_judged_are_remembered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ground, "_REMEMBERED", 8)
    rows, judged = vectors(30, seed=1), vectors(20, seed=2)
    ids = [f"c{n}" for n in range(30)]
    remembering = Ground(ids, rows)
    for start in (0, 3, 6, 12, 4):
        items, own = [f"h{n}" for n in range(start, start + 5)], judged[start : start + 5]
        kept, anew = (each.compare(rows, items, own) for each in (remembering, Ground(ids, rows)))
        np.testing.assert_allclose(kept[0], anew[0], atol=1e-6)
        np.testing.assert_allclose(kept[1], anew[1], atol=1e-6)
        assert len(remembering._vectors) <= 8


def test_without_opinions_and_facts_all_are_equal_and_nothing_is_sure() -> None:
    block = Block(candidates=vectors(30, seed=1), history=np.zeros((0, 16), np.float32))
    scores = ask([], {"x": block})
    assert not scores.values.any()
    assert scores.confidence == 0


def test_what_is_like_the_liked_rises_and_names_it() -> None:
    rows = vectors(30, seed=1)
    liked = unit(rows[7] + 0.1 * vectors(1, seed=9)[0])
    scores = ask([1.0], {"x": Block(candidates=rows, history=liked[None])})
    assert scores.values.argmax() == 7
    assert scores.seed[7, 0] == 0
    assert scores.causes[scores.cause[7, 0]].block == "x"
    assert scores.shares[7, 0] == pytest.approx(scores.values[7])


def test_what_is_like_the_disliked_sinks_and_nobody_is_named() -> None:
    rows = vectors(30, seed=1)
    scores = ask([-1.0], {"x": Block(candidates=rows, history=rows[7:8])})
    assert scores.values.argmin() == 7
    assert (scores.seed == -1).all()


def test_what_all_vectors_share_says_nothing() -> None:
    rows, liked = vectors(30, seed=1), vectors(2, seed=2)
    common = 8 * unit(np.ones(16))
    plain = ask([1.0, 1.0], {"x": Block(candidates=rows, history=liked)})
    shifted = ask([1.0, 1.0], {"x": Block(candidates=rows + common, history=liked + common)})
    assert shifted.values == pytest.approx(plain.values, abs=1e-3)


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
    assert not scores.values[15:].any()
    assert abs(scores.values[:15].mean()) < 0.2 * scores.values[:15].std()


def test_a_view_in_which_the_likes_find_each_other_counts_more_and_more() -> None:
    def spreads(count: int) -> float:
        near = unit(vectors(1, seed=3)[0] + 0.1 * vectors(count, seed=4))
        blocks = {
            "told": Block(candidates=vectors(300, seed=1), history=near),
            "noise": Block(candidates=vectors(300, seed=5), history=vectors(count, seed=6)),
        }
        scores = Taste().rank(request([1.0] * count, blocks, candidates=300), run)
        return float(by_cause(scores, "told").std() / by_cause(scores, "noise").std())

    assert 1.2 < spreads(2) < spreads(20) / 2


def test_sound_leads_where_there_is_music_and_follows_where_there_is_none() -> None:
    blocks = {
        name: Block(candidates=vectors(300, seed=n), history=vectors(3, seed=n + 9))
        for n, name in enumerate(["audio", "text"])
    }

    def sound_against_words(kind: int) -> float:
        facts = Facts(candidates=traits(300, kind=np.full(300, kind, np.int8)), history=traits(3))
        scores = Taste().rank(request([1, 1, 1], blocks, candidates=300, facts=facts), run)
        return float(by_cause(scores, "audio").std() / by_cause(scores, "text").std())

    assert sound_against_words(SONG) > 1.5
    assert sound_against_words(FILM) < 0.7


def test_of_two_genres_of_what_is_liked_the_rare_one_says_much_more() -> None:
    common, rare, both = [1, 0, 0], [0, 1, 0], [1, 1, 0]
    there = np.array([common] * 50 + [rare] * 10 + [[0, 0, 1]] * 40, np.float32)
    blocks = {"genres": Block(candidates=there, history=unit(np.array([both], np.float32)))}
    scores = Taste().rank(request([1], blocks, candidates=100), run)
    assert scores.values[55] > 4 * scores.values[0] > 0 > scores.values[99]


def test_an_era_is_as_long_as_the_library_has_little_of_it() -> None:
    year = np.concatenate([np.linspace(1920, 1960, 20), np.linspace(1990, 2010, 180)])
    there = traits(200, year=year.astype(np.float32), kind=np.full(200, SONG, np.int8))

    def scores_of(liked: float) -> Array:
        facts = Facts(candidates=there, history=traits(1, year=np.array([liked], np.float32)))
        scores = Taste().rank(request([1], {}, candidates=200, facts=facts), run)
        assert {cause.block for cause in scores.causes} == {"year"}
        return scores.values

    old, late = scores_of(1922), scores_of(1991)
    assert old[0] - old[19] < 0.2 * (old[0] - old[100])
    assert late[20] - late[199] > late[20] - late[0]


def test_what_the_public_thinks_is_told_apart_from_the_match() -> None:
    quality = np.linspace(0.2, 0.9, 30, dtype=np.float32)
    facts = Facts(candidates=traits(30, quality=quality), history=traits(1))
    block = Block(candidates=vectors(30, seed=1), history=vectors(1, seed=2))
    alone = ask([1.0], {"x": block})
    scores = Taste().rank(request([1.0], {"x": block}, facts=facts), run)
    assert (np.diff(by_cause(scores, "quality")) > 0).all()
    assert by_cause(scores, "x") == pytest.approx(alone.values, abs=1e-6)
    quality = [cause.block for cause in scores.causes].index("quality")
    assert not scores.shares[(scores.cause == quality) & (scores.seed >= 0)].any()


def test_of_new_films_little_is_expected() -> None:
    def expected(kind: int, quality: float) -> Array:
        there = traits(
            40,
            year=np.arange(1987, 2027, dtype=np.float32),
            kind=np.full(40, kind, np.int8),
            quality=np.full(40, quality, np.float32),
        )
        facts = Facts(candidates=there, history=traits(0))
        return Taste().rank(request([], {}, candidates=40, facts=facts), run).values

    films = expected(FILM, np.nan)
    assert (films[:35] == films[0]).all()
    assert films[34] > films[36] > films[39]
    assert not expected(SONG, np.nan).any()
    assert (expected(FILM, 0.7) == films).all(), "the public sifts for years, too"


@pytest.mark.parametrize("kind", [FILM, SONG])
def test_one_date_in_the_future_leaves_newness_as_it_is(kind: int) -> None:
    def shares(last: float) -> Array:
        year = np.array([1990, 2000, 2015, 2023, 2026, last], np.float32)
        of = np.array([FILM] * 5 + [kind], np.int8)
        facts = Facts(candidates=traits(6, year=year, kind=of), history=traits(0))
        return Taste().rank(request([], {}, candidates=6, facts=facts), run).values

    strange = shares(2049)
    assert strange[0] == strange[2] > strange[3] > strange[4]


def test_the_age_of_a_film_is_told_apart_from_the_time_that_one_likes() -> None:
    facts = Facts(
        candidates=traits(40, year=np.arange(1987, 2027, dtype=np.float32)),
        history=traits(1, year=np.array([2020], np.float32)),
    )
    scores = Taste().rank(request([-1], {}, candidates=40, facts=facts), run)
    assert [cause.block for cause in scores.causes] == ["year", "age"]
    assert by_cause(scores, "age")[0] > 0 > by_cause(scores, "age")[39]


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
    scores = Taste().rank(request([1.0], blocks, candidates=500), run)
    shares = by_cause(scores, "rare")
    assert shares.argmax() == 7
    best = by_cause(scores, "sound").max()
    assert best / 2 < shares[7] < 2 * best
