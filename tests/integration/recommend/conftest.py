from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import onnxruntime  # noqa: F401 - usearch from 2.26.2 on crashes it when it is loaded first
import platformdirs
import pytest

from mediadesk.models import Models
from mediadesk.recommend import Index, Recommender
from mediadesk.store import Store
from mediadesk_taste import Taste


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Models]:
    opened = Models(tmp_path_factory.mktemp("models"))
    yield opened
    opened.close()


@pytest.fixture
def recommender(store: Store, models: Models, tmp_path: Path) -> Recommender:
    taste = Taste()
    run = models.runner(taste.model, urgent=True)
    return Recommender(store, Index(store, tmp_path / "index"), [(taste, run)])


@pytest.fixture(scope="session")
def demo_folder() -> Path:
    """The demo library: MEDIADESK_DEMO_DIR, else where the program keeps it or `../demo-cache`."""
    usual = platformdirs.user_cache_path("mediadesk", appauthor=False) / "demo-library"
    beside = Path(__file__).parents[4] / "demo-cache"
    given = os.environ.get("MEDIADESK_DEMO_DIR")
    for folder in (Path(given),) if given else (usual, beside):
        if (folder / "demo.json").is_file():
            return folder
    pytest.skip("there is no demo library: run `mediadesk demo`, or set MEDIADESK_DEMO_DIR")
