import os
from pathlib import Path
from subprocess import CompletedProcess

import library_factory
import pytest
from command import PROGRAM, Command, Frozen
from stranger import signed_bundle
from typer.testing import CliRunner

from mediadesk import log
from mediadesk.cli import app


class Inside(Command):
    """The same command inside this process: much quicker, for all that a process adds nothing to.

    What goes wrong otherwise than in a sentence is raised.
    """

    def run(self, *words: str) -> "CompletedProcess[str]":
        done = CliRunner().invoke(app, ["--data-dir", str(self.data), *words])
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return CompletedProcess(words, done.exit_code, done.stdout, done.stderr)


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
def inside(ready: Command, monkeypatch: pytest.MonkeyPatch) -> Inside:
    """The command inside this process, on a copy of the analysed library."""
    monkeypatch.setattr(log, "configure", lambda *_, **__: None)  # the log is that of the tests
    return Inside(ready.data)


@pytest.fixture
def inside_empty(empty: Command, monkeypatch: pytest.MonkeyPatch) -> Inside:
    """The command inside this process, on a new library."""
    monkeypatch.setattr(log, "configure", lambda *_, **__: None)
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
