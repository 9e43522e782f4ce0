from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import library_factory
import pytest

from mediadesk.models import Models
from mediadesk.recommend.index import Index
from mediadesk.recommend.ranking import Parts
from mediadesk.recommend.recommender import Recommender
from mediadesk.store import Store
from mediadesk_taste import Taste


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Models]:
    opened = Models(library_factory.models(tmp_path_factory.getbasetemp()))
    yield opened
    opened.close()


@pytest.fixture
def recommender(store: Store, models: Models, tmp_path: Path) -> Recommender:
    taste = Taste()
    run = models.runner(taste.model, urgent=True)
    return Recommender(
        store, Index(store, tmp_path / "index"), lambda: Parts(rankers=[(taste, run)])
    )
