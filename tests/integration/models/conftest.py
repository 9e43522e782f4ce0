from collections.abc import Iterator
from pathlib import Path

import library_factory
import pytest

from mediadesk.models import Models

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for the built text model, so that it is built once for all tests."""
    return library_factory.models(tmp_path_factory.getbasetemp())


@pytest.fixture(scope="module")
def models(cache: Path) -> Iterator[Models]:
    models = Models(cache)
    yield models
    models.close()


@pytest.fixture(scope="session")
def shared() -> Path:
    if not SHARED.is_dir():
        pytest.skip(f"{SHARED} is not here: the check against real data is left out")
    return SHARED
