import os
from pathlib import Path

import library_factory
import pytest
from command import PROGRAM, Command, Frozen, Inside
from stranger import signed_bundle


@pytest.fixture
def empty(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Command:
    """The command on a new library."""
    return Command(library_factory.places(tmp_path / "data", tmp_path_factory.getbasetemp()).data)


@pytest.fixture
def ready(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Command:
    """The command on a copy of the analysed library; its media must not be changed."""
    _, data = library_factory.analysed(tmp_path_factory.getbasetemp())
    return Command(library_factory.copied(data, tmp_path / "data"))


@pytest.fixture
def inside(ready: Command) -> Inside:
    """The command inside this process, on a copy of the analysed library."""
    return Inside(ready.data)


@pytest.fixture
def inside_empty(empty: Command) -> Inside:
    """The command inside this process, on a new library."""
    return Inside(empty.data)


@pytest.fixture
def media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the analysed library."""
    return library_factory.analysed(tmp_path_factory.getbasetemp())[0]


@pytest.fixture
def frozen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Frozen:
    """The packaged command on a new library, in an environment without any other program."""
    if not PROGRAM:
        pytest.skip("MEDIADESK_FROZEN names no built program, such as dist/mediadesk/mediadesk")
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    for name in [name for name in os.environ if name.startswith(("PYTHON", "VIRTUAL_ENV", "LD_"))]:
        monkeypatch.delenv(name)
    return Frozen(tmp_path / "data")


@pytest.fixture
def bundle(inside_empty: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MEDIADESK_KEY_PASSWORD", "")
    return signed_bundle(tmp_path, inside_empty)
