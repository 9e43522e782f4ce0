"""What is drawn by chance is the same on every device, whatever was analysed first."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from recommend_factory import DAY, NOW, Made, cloud, save

from mediadesk.recommend.candidates import Candidates
from mediadesk.recommend.index import Index
from mediadesk.store import Store

COUNT, MOST = 200, 40
VECTORS = cloud(np.zeros(COUNT, int), 8, seed=1)
MADE = [Made(number=n, theme=0, vectors={"audio": VECTORS[n]}) for n in range(COUNT)]


@pytest.fixture
def candidates(store: Store, tmp_path: Path) -> Candidates:
    return analysed(store, tmp_path, MADE)


def analysed(store: Store, folder: Path, order: Sequence[Made]) -> Candidates:
    """Fill a library in this order."""
    save(store, list(order))
    index = Index(store, folder / "index")
    index.refresh()
    return Candidates(index, most=MOST)


def test_what_was_analysed_first_changes_no_candidate(
    candidates: Candidates, store: Store, tmp_path: Path, blank: Path
) -> None:
    shutil.copyfile(blank, tmp_path / "other.db")
    with closing(Store(tmp_path / "other.db")) as elsewhere:
        others = analysed(elsewhere, tmp_path / "elsewhere", MADE[::-1])
        for day in range(5):
            own, theirs = (
                each.gather(place.read(), {}, [], profile="me", now=NOW + day * DAY)
                for each, place in ((candidates, store), (others, elsewhere))
            )
            assert own == theirs
            assert len(own) == MOST


def test_each_day_draws_anew_and_in_time_everything(candidates: Candidates, store: Store) -> None:
    drawn = [
        set(candidates.gather(store.read(), {}, [], profile="me", now=NOW + day * DAY))
        for day in range(60)
    ]
    assert len(set(map(frozenset, drawn))) > 50
    assert set.union(*drawn) == {one.id for one in MADE}
