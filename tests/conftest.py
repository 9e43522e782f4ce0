"""What many tests need: an open library, and the evaluation data where it is."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import platformdirs
import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings

from mediadesk.library import demo
from mediadesk.store import Store

# A busy machine is no bug.
settings.register_profile("mediadesk", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("mediadesk")


@pytest.fixture(scope="session")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new library, for those that need one: a copy takes a tenth of the time."""
    made = tmp_path_factory.mktemp("blank") / "library.db"
    Store(made).close()
    return made


@pytest.fixture
def store(tmp_path: Path, blank: Path) -> Iterator[Store]:
    path = tmp_path / "data" / "library.db"
    path.parent.mkdir(exist_ok=True)
    shutil.copyfile(blank, path)
    opened = Store(path)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of evaluation data, which lies beside a checkout on some machines only."""
    folder = Path(__file__).parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the evaluation data is not at ../shared/data")
    return folder


@pytest.fixture(scope="session")
def demo_library() -> Path:
    """The demo library of real media: made once, in the folder where the program keeps it.

    MEDIADESK_DEMO_DIR names another folder.
    """
    kept = platformdirs.user_cache_path("mediadesk", appauthor=False) / "demo-library"
    folder = Path(os.environ.get("MEDIADESK_DEMO_DIR", kept))
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{folder}.lock"):  # several processes may run the tests
        return demo.build(folder, say=print)
