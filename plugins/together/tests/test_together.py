from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from mediadesk.api import Array, Crowd, EventKind, Opinion, RankRequest, Scores
from mediadesk.api.testing import counterfactual_error, rank_request, runner
from mediadesk.host.isolate.results import check_scores
from mediadesk.recommend.crowd import Crowds
from mediadesk.recommend.history import History
from mediadesk.recommend.profile import opinions
from mediadesk.store import Store, oplog
from mediadesk_together import Together, rankers
from mediadesk_together import fit as fitting

sys.path.insert(0, str(Path(__file__).parent))
import together_reference as reference

NONE = np.nan
MODEL = Together.model.file
RUN = runner(MODEL)


def crowd(said: Array, candidates: Sequence[int], history: Sequence[int]) -> Crowd:
    """Give the crowd of these opinions [people, items], NONE where there is none."""
    person, item = np.nonzero(~np.isnan(said))
    ends = np.searchsorted(person, np.arange(len(said)), side="right")
    return Crowd(
        mark=said.tobytes().hex(),
        items=said.shape[1],
        start=np.concatenate([[0], ends]),
        item=item.astype(np.int32),
        value=said[person, item].astype(np.float32),
        at=np.zeros(len(item)),
        candidates=np.array(candidates, dtype=np.int32),
        history=np.array(history, dtype=np.int32),
    )


def request(said: Array, own: Mapping[int, float], *, strange: int = 0) -> RankRequest:
    """Ask for all items but one's own, and for some that the crowd does not know."""
    asked = [item for item in range(said.shape[1]) if item not in own] + [-1] * strange
    return RankRequest(
        now=1e9,
        profile="me",
        candidates=tuple(f"c{n}" for n in range(len(asked))),
        history=tuple(Opinion(item=f"i{n}", value=value, at=0) for n, value in own.items()),
        blocks={},
        crowd=crowd(said, asked, list(own)),
    )


def ask(asked: RankRequest) -> Scores:
    scores = Together().rank(asked, RUN)
    check_scores(scores, asked)
    return scores


def camps(people: int = 60, items: int = 40, *, seed: int = 0) -> Array:
    """People of two camps, who mostly know and like their own half of the items."""
    random = np.random.default_rng(seed)
    is_own = (np.arange(people)[:, None] % 2) == (np.arange(items) % 2)
    is_known = random.random((people, items)) < np.where(is_own, 0.5, 0.15)
    return np.where(is_known, np.where(is_own, 0.8, -0.6), NONE)


requests = st.tuples(
    st.integers(1, 8),
    st.integers(6, 20),
    st.dictionaries(st.integers(0, 5), st.sampled_from([1.0, 0.5, 0.0, -0.3, -1.0]), min_size=1),
    st.integers(0, 2),
    st.integers(0, 99),
).map(lambda drawn: request(camps(drawn[0], drawn[1], seed=drawn[4]), drawn[2], strange=drawn[3]))


def is_known(asked: RankRequest) -> bool:
    """Tell whether the crowd knows any of the candidates."""
    return len(asked.crowd.item) > 0 and bool((asked.crowd.candidates >= 0).any())


@settings(deadline=None, max_examples=60)
@given(requests)
def test_shares_add_up_and_each_is_what_the_score_loses_without_its_seed(
    asked: RankRequest,
) -> None:
    ranker = Together()
    scores = ranker.rank(asked, RUN)
    check_scores(scores, asked)
    assert np.isfinite(scores.values).all()
    if not is_known(asked):
        assert not scores.values.any()
        return
    assert scores.shares.sum(axis=1) == pytest.approx(scores.values, abs=1e-6)
    assert np.array_equal(ranker.rank(asked, RUN).values, scores.values)
    for row, seeds in enumerate(scores.seed):
        for column, seed in enumerate(seeds):
            if seed >= 0:
                less = ranker.rank(asked.forgetting(asked.history[seed].item), RUN)
                lost = scores.values[row] - less.values[row]
                assert scores.shares[row, column] == pytest.approx(lost, abs=1e-5)


@settings(deadline=None, max_examples=30)
@given(requests)
def test_it_tells_at_once_what_it_would_say_without_each_opinion(asked: RankRequest) -> None:
    assert counterfactual_error(Together(), asked, RUN) < 1e-4


@settings(deadline=None, max_examples=60)
@given(requests)
def test_the_graph_computes_what_is_defined(asked: RankRequest) -> None:
    scores = ask(asked)
    if not is_known(asked):
        return
    told = reference.parts(fitting.fit(asked.crowd), asked)
    is_liked = np.array([opinion.value > 0 for opinion in asked.history])
    assert scores.values == pytest.approx(told.sum(axis=1), abs=1e-5)
    expected = reference.split(told, is_liked if is_liked.any() else ~is_liked)
    assert scores.shares == pytest.approx(expected, abs=1e-5)
    known = asked.crowd.candidates >= 0
    seeds = scores.seed[known, :-1]
    own = np.take_along_axis(told[known], seeds, axis=1)
    assert own == pytest.approx(expected[known, :-1], abs=1e-5)
    assert (scores.seed[~known] == -1).all()


def test_a_crowd_of_a_thousand_is_defined_the_same() -> None:
    random = np.random.default_rng(5)
    thought = random.choice([1.0, 0.4, -0.5, -1.0], (1_000, 300))
    said = np.where(random.random((1_000, 300)) < 0.15, thought, NONE)
    asked = request(said, dict(enumerate(random.uniform(-1, 1, 120))), strange=5)
    told = reference.parts(fitting.fit(asked.crowd), asked)
    is_liked = np.array([opinion.value > 0 for opinion in asked.history])
    assert ask(asked).shares == pytest.approx(reference.split(told, is_liked), abs=1e-5)


def test_it_is_the_closed_form_with_every_column_of_an_item_kept_from_itself() -> None:
    said = camps(30, 12, seed=3)
    there = ~np.isnan(said)
    value = np.where(there, said, 0)
    people = np.maximum(there.sum(axis=1, keepdims=True), 1) ** -0.25
    items = np.maximum(there.sum(axis=0), 1) ** -0.25
    both = np.hstack([there * people * items, value * people * items])
    ridge = 8 * (both**2).sum() / 12
    own = {0: 1.0, 5: -0.4, 8: 0.3}
    mine = np.zeros(24)
    for item, opinion in own.items():
        mine[[item, 12 + item]] = items[item] * np.array([1, opinion])
    expected = []
    for item in (n for n in range(12) if n not in own):
        others = [n for n in range(24) if n % 12 != item]
        target = both[:, item] + 0.5 * both[:, 12 + item]
        known = both[:, others]
        learnt = np.linalg.solve(known.T @ known + ridge * np.eye(22), known.T @ target)
        expected.append(mine[others] @ learnt / items[item])
    found = ask(request(said, own)).values
    assert found == pytest.approx(expected - np.mean(expected), abs=1e-5)


def test_it_is_the_same_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = request(camps(), {0: 1.0, 2: 0.5})
    whole = ask(asked).values
    monkeypatch.setattr(fitting, "_CHUNK", 7)
    assert ask(asked).values == pytest.approx(whole, abs=1e-6)


def test_what_people_of_the_same_taste_like_rises_and_names_what_was_liked() -> None:
    said = camps()
    scores = ask(request(said, {0: 1.0, 2: 1.0, 4: 1.0, 1: -1.0}))
    left = np.array([item for item in range(40) if item not in {0, 2, 4, 1}])
    assert not (left[scores.values.argsort()[-15:]] % 2).any()
    best = int(scores.values.argmax())
    assert set(scores.seed[best].tolist()) == {0, 1, 2, -1}
    assert (scores.shares[best, :3] > 0).all()
    assert {cause.block for cause in scores.causes} == {"crowd"}


def test_who_thinks_otherwise_of_the_same_counts_less() -> None:
    said = np.full((12, 6), NONE)
    said[:, :3] = 1.0
    said[::2, 0], said[1::2, 0] = 1.0, -1.0
    said[::2, 3], said[1::2, 4] = 1.0, 1.0
    liked, disliked = (ask(request(said, {0: mine})).values for mine in (1.0, -1.0))
    mine, theirs = 2, 3  # the candidates are the items 1 to 5
    assert liked[mine] > liked[theirs]
    assert disliked[mine] < disliked[theirs]


def test_few_people_are_no_crowd() -> None:
    own = dict.fromkeys(range(0, 30, 2), 1.0)
    alone = ask(replace(rank_request(), crowd=None))
    assert not alone.values.any()
    assert alone.confidence == 0
    assert ask(request(np.full((5, 40), NONE), own)).confidence == 0
    assert ask(request(camps(2), own)).confidence == 0
    assert ask(request(camps(60), {})).confidence == 0
    sure = [ask(request(camps(people), own)).confidence for people in (6, 60, 600)]
    assert 0 < sure[0] < 0.1 < sure[1] < 0.5 < sure[2] < 1


def test_who_has_hardly_anything_in_common_is_no_company() -> None:
    said = camps(200)
    said[:, :4] = NONE
    assert ask(request(said, {0: 1.0, 1: 1.0})).confidence == 0
    said[:, 0] = 1.0
    assert ask(request(said, {0: 1.0, 1: 1.0})).confidence == 0


def test_what_nobody_knows_stays_in_the_middle() -> None:
    scores = ask(request(camps(), {0: 1.0, 2: 1.0}, strange=2))
    assert not scores.values[-2:].any()
    assert scores.values[:-2].mean() == pytest.approx(0, abs=1e-6)


def test_another_crowd_is_learnt_anew() -> None:
    ranker = Together()
    one, other = (request(camps(seed=seed), {0: 1.0, 2: 1.0}) for seed in (1, 2))
    first = ranker.rank(one, RUN).values
    assert np.array_equal(ranker.rank(other, RUN).values, ask(other).values)
    assert np.array_equal(ranker.rank(one, RUN).values, first)


def test_only_the_people_with_most_opinions_count_in_a_great_crowd(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said = camps(20)
    said[10:, 6:] = NONE
    asked = request(said, {0: 1.0, 2: 1.0})
    monkeypatch.setattr(fitting, "_MOST_PEOPLE", 10)
    assert fitting.fit(asked.crowd).counts.shape == (40, 10)
    cut = ask(asked).values
    assert np.isfinite(cut).all()
    said[10:] = np.where(np.isnan(said[10:]), NONE, -said[10:])
    turned = replace(asked, crowd=request(said, {0: 1.0, 2: 1.0}).crowd)
    assert np.array_equal(ask(turned).values, cut)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path / "library.db")
    yield opened
    opened.close()


def test_it_learns_from_a_household_that_is_large_enough(store: Store) -> None:
    said = camps(40, 20)

    def live(db: Database) -> None:
        for person, item in np.argwhere(~np.isnan(said)):
            kind = EventKind.LIKE if said[person, item] > 0 else EventKind.LESS
            oplog.add_event(db, profile=f"p{person}", item=f"i{item}", kind=kind, at=1.0)
        for item in (0, 2, 4):
            oplog.add_event(db, profile="me", item=f"i{item}", kind=EventKind.LIKE, at=2.0)

    store.write(live)
    history, db = History(), store.read()
    held = opinions(history.states(db, "me"))
    candidates = [f"i{item}" for item in range(20) if item not in {0, 2, 4}]
    around = Crowds(history).around(db, "me", candidates, [opinion.item for opinion in held])
    asked = RankRequest(
        now=3.0,
        profile="me",
        candidates=tuple(candidates),
        history=held,
        blocks={},
        crowd=around,
    )
    scores = ask(asked)
    order = [candidates[n] for n in np.argsort(-scores.values)]
    assert {int(item[1:]) % 2 for item in order[:7]} == {0}
    assert scores.confidence > 0


def test_the_graph_is_what_its_recipe_builds_and_small() -> None:
    pytest.importorskip("onnx")
    recipe = Path(__file__).parents[1] / "build_model.py"
    spec = importlib.util.spec_from_file_location("build_together", recipe)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.build() == MODEL.read_bytes()
    assert MODEL.stat().st_size < 50_000


def test_the_plugin_hands_over_its_ranker() -> None:
    (ranker,) = rankers()
    assert (ranker.name, ranker.model.file) == ("together", MODEL)
