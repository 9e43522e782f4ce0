"""The window on a library with nothing in it, beside a folder in which another device laid much."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from mediadesk import settings
from mediadesk.engine.engine import Engine
from mediadesk.engine.messages import Panel
from mediadesk.settings import Places, Settings
from mediadesk.store import Store
from mediadesk.ui.window import Window

Open = Callable[[Path], Window]


def standing(panel: Panel) -> list[tuple[str, list[str]]]:
    return [(shelf.title, [card.id for card in shelf.items]) for shelf in panel.shelves]


@pytest.fixture
def desktop(library: Path, tmp_path: Path) -> tuple[Path, Panel]:
    """The shared folder, and the panel that a device with real files has laid there."""
    shared = tmp_path / "shared"
    shared.mkdir()
    with closing(Engine(Places.find(library))) as engine:
        engine.syncing.setup(str(shared))
        panel = engine.for_you()
        engine.syncing.run()
    for pack in shared.glob("*.mdpack"):  # large, so they come later
        pack.unlink()
    return shared, panel


def test_a_laptop_shows_what_another_device_understood(
    open_window: Open, desktop: tuple[Path, Panel], tmp_path: Path, qtbot: QtBot
) -> None:
    shared, theirs = desktop
    places = Places.find(tmp_path / "laptop")
    settings.save(places.settings, Settings(sync_folder=str(shared), guided=True))
    window = open_window(places.data)
    page = window.for_you
    qtbot.waitUntil(lambda: bool(page._panel and page._panel.made_by), timeout=20_000)
    assert page._panel is not None
    assert standing(page._panel) == standing(theirs)
    assert page._origin.isVisible()
    assert not page._play.isEnabled(), "it plays where it lies"
    assert "play it there, or copy its file" in page._absence.text()
    page.take_keyboard()
    assert page._more.hasFocus()
    qtbot.waitUntil(lambda: window.desk.pictures.came, timeout=20_000)
    with closing(Store(places.database)) as store:
        jobs = store.read().conn.execute("SELECT count(*) FROM job").fetchone()
    assert jobs == (0,)
