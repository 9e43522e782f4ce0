"""What many tests need: an open library, and the evaluation data where it is."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mediadesk.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path / "data" / "library.db")
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of evaluation data, which lies beside a checkout on some machines only."""
    folder = Path(__file__).parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the evaluation data is not at ../shared/data")
    return folder
