"""What is drawn for somebody with limits: quick where much is allowed, as if all were sorted."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from recommend_factory import NOW, Made, item_id, save

from mediadesk.recommend.candidates import Candidates
from mediadesk.recommend.index import Index
from mediadesk.recommend.profile import State
from mediadesk.store import Store

COUNT = 60
IDS = [item_id(n) for n in range(COUNT)]


@pytest.fixture
def candidates(store: Store, tmp_path: Path) -> Candidates:
    vectors = np.random.default_rng(0).standard_normal((COUNT, 8))
    save(store, [Made(number=n, theme=0, vectors={"x": vectors[n]}) for n in range(COUNT)])
    index = Index(store, tmp_path / "index")
    index.refresh()
    return Candidates(index, most=20)


@pytest.mark.parametrize("seed", range(20))
def test_who_has_limits_is_drawn_for_as_of_all_that_is_allowed_in_order(
    candidates: Candidates, seed: int
) -> None:
    chance = np.random.default_rng(seed)
    for _ in range(10):
        allowed = frozenset(chance.choice(IDS, chance.integers(COUNT)).tolist())
        shut = allowed & set(chance.choice(IDS, chance.integers(COUNT)).tolist())
        most = int(chance.integers(COUNT))
        one, other = np.random.default_rng(seed), np.random.default_rng(seed)
        others = sorted(allowed - shut)
        wanted = [others[n] for n in one.permutation(len(others))[:most]]
        assert candidates._drawn(other, allowed, shut, most) == wanted
        assert one.random() == other.random(), "what is drawn later is the same, too"


def test_all_that_is_open_and_allowed_is_there_where_it_is_little(
    candidates: Candidates, store: Store
) -> None:
    allowed = frozenset(IDS[:15])
    seen = {IDS[2]: State(finished=True, played_at=NOW, at=NOW)}
    for own in (allowed, frozenset(IDS[:15]), allowed - {IDS[4]}):
        found = candidates.gather(store.read(), seen, [], profile="me", now=NOW, allowed=own)
        assert set(found) == own - seen.keys()
