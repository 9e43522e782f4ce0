"""A window is told of each sync, also of one that nobody asked for and that failed."""

from collections.abc import Callable
from pathlib import Path

import pytest

from mediadesk.api import UserError
from mediadesk.engine.engine import Engine


@pytest.fixture
def shared(tmp_path: Path, engine: Engine) -> Path:
    (folder := tmp_path / "shared").mkdir()
    engine.syncing.setup(str(folder))
    return folder


def test_a_sync_is_told_of_though_nothing_came_and_a_failed_one_until_it_is_mended(
    engine: Engine, shared: Path
) -> None:
    heard = list[str]()
    engine._on_change = lambda each: heard.extend(each.what)
    engine.syncing.run()
    assert heard == ["sync"]
    away = shared.rename(shared.with_name("unplugged"))
    with pytest.raises(UserError, match="plug its drive in"):
        engine.syncing.run()
    assert heard == ["sync", "sync"]
    (problem,) = engine.syncing.status().problems
    assert "plug its drive in" in problem
    away.rename(shared)
    engine.syncing.run()
    assert engine.syncing.status().problems == ()


def test_what_is_wrong_in_a_folder_is_forgotten_with_it(
    engine: Engine, open_engine: Callable[..., Engine], shared: Path, tmp_path: Path
) -> None:
    (shared / "x.mdsync").write_bytes(b"no file of ours")
    engine.syncing.run()
    assert "x.mdsync" in " ".join(engine.syncing.status().problems)
    (elsewhere := tmp_path / "elsewhere").mkdir()
    assert engine.syncing.setup(str(elsewhere)).problems == ()
    engine.syncing.setup(str(shared))
    engine.syncing.run()
    assert "x.mdsync" in " ".join(engine.syncing.status().problems), "and is found again"
