import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import library_factory
import pytest

from mediadesk.engine.engine import Engine


@pytest.fixture
def media(tmp_path: Path) -> Path:
    """An empty folder for media."""
    folder = tmp_path / "media"
    folder.mkdir()
    return folder


@pytest.fixture
def open_engine(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, blank: Path
) -> Iterator[Callable[..., Engine]]:
    """Opens engines, by default on one library, and closes them."""
    opened: list[Engine] = []

    def open_one(data: Path = tmp_path / "data") -> Engine:
        places = library_factory.places(data, tmp_path_factory.getbasetemp())
        if not places.database.exists():
            shutil.copyfile(blank, places.database)
        engine = Engine(places)
        opened.append(engine)
        return engine

    yield open_one
    for engine in opened:
        engine.close()


@pytest.fixture
def engine(open_engine: Callable[..., Engine]) -> Engine:
    """An engine on a library of its own."""
    return open_engine()


@pytest.fixture
def ready(
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    open_engine: Callable[..., Engine],
) -> Engine:
    """An engine on a copy of the analysed library; its media must not be changed."""
    _, data = library_factory.analysed(tmp_path_factory.getbasetemp())
    return open_engine(library_factory.copied(data, tmp_path / "ready"))
