"""A folder in development is watched where the maker works, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from queue import Empty, Queue

import pytest
from plugin_factory import installed

from mediadesk.engine.plugins import watching
from mediadesk.engine.plugins.watching import Watching

Watched = tuple[Watching, "Queue[str]"]


def project(folder: Path) -> Path:
    """Make a project whose modules lie in `src`, with what tools leave beside it."""
    for name in ("src/tiny", ".git/refs", ".venv/lib", "env/lib"):
        (folder / name).mkdir(parents=True)
    for name in ("pyproject.toml", "src/tiny/__init__.py", "env/pyvenv.cfg"):
        (folder / name).touch()
    return folder


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> Iterator[Watched]:
    monkeypatch.setattr(watching, "_REST_SECONDS", 0.05)
    told: Queue[str] = Queue()
    made = Watching(told.put)
    yield made, told
    made.close()


def rests(told: Queue[str]) -> bool:
    """Tell whether nothing was told."""
    try:
        told.get(timeout=0.4)
    except Empty:
        return True
    return False


def test_the_whole_project_is_watched_but_for_what_tools_keep_there(
    watched: Watched, tmp_path: Path
) -> None:
    made, told = watched
    folder = project(tmp_path / "one")
    made.follow(installed(folder / "src"))
    (folder / "pyproject.toml").write_text("[project]")
    assert told.get(timeout=10) == "tiny"
    (folder / "src/tiny/part.py").write_text("1")
    assert told.get(timeout=10) == "tiny"
    for name in (".git/refs/x.json", ".venv/lib/x.py", "env/lib/x.py", "notes.txt"):
        (folder / name).write_text("1")
    assert rests(told)
    (folder / "more").mkdir()
    assert told.get(timeout=10) == "tiny", "so that it is watched from now on"
    made.follow(installed(folder / "src"))
    (folder / "more/x.py").write_text("1")
    assert told.get(timeout=10) == "tiny"


def test_a_plugin_that_moved_is_watched_where_it_is_now(watched: Watched, tmp_path: Path) -> None:
    made, told = watched
    old, new = project(tmp_path / "old"), project(tmp_path / "new")
    made.follow(installed(old / "src"))
    made.follow(installed(new / "src"))
    (old / "src/tiny/x.py").write_text("1")
    assert rests(told)
    (new / "src/tiny/x.py").write_text("1")
    assert told.get(timeout=10) == "tiny"
    made.follow(installed(new, state="damaged", source="installed"))
    (new / "pyproject.toml").write_text("mended")
    assert told.get(timeout=10) == "tiny", "a slip in the project file is mended soon"
    made.follow(installed(new, source="installed"))
    (new / "pyproject.toml").write_text("of no interest any more")
    assert rests(told)
