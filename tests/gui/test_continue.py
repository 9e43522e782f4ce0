"""What was begun can be taken off Continue, and that can be taken back; its position stays."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from mediadesk.api import Kind
from mediadesk.engine.messages import Verbs
from mediadesk.ui.widgets.shelf import Shelf
from mediadesk.ui.window import Window


def shelf(window: Window, title: str = "Continue") -> Shelf | None:
    shelves = window.for_you.findChildren(Shelf)
    return next(
        (one for one in shelves if one._heading._whole == title and not one.isHidden()), None
    )


def begun(window: Window, qtbot: QtBot) -> Shelf:
    """Begin an item, and give the shelf that it stands on."""
    qtbot.waitUntil(lambda: window.for_you._panel is not None, timeout=20_000)
    assert window.for_you._panel is not None
    cards = window.for_you._panel.shelves[0].items
    card = next(one for one in cards if one.kind != Kind.SONG and one.duration_s > 2)
    window.desk.questions.tell(Verbs.event, card.id, "played", share=0.5, position=1.5)
    qtbot.waitUntil(lambda: shelf(window) is not None, timeout=20_000)
    found = shelf(window)
    assert found is not None
    return found


@pytest.mark.parametrize("way", ["key", "menu"])
def test_removing_from_continue_keeps_the_position_and_can_be_undone(
    open_window: Callable[[Path], Window], library: Path, qtbot: QtBot, way: str
) -> None:
    window = open_window(library)
    view = begun(window, qtbot).view
    view.take_keyboard()
    tile = view.tile_here()
    assert tile is not None
    if way == "key":
        QTest.keyClick(view, Qt.Key.Key_Delete)
    else:
        view._open_menu(view.mapToGlobal(view.rect().center()))
        menu = window.findChildren(QMenu)[-1]
        next(one for one in menu.actions() if one.text() == "Remove from Continue").trigger()
        menu.close()
    qtbot.waitUntil(lambda: shelf(window) is None, timeout=20_000)
    (after,) = window.desk.client.call(Verbs.views, [tile.id]).result(20)
    assert after.position_s == 1.5
    qtbot.waitUntil(lambda: "from Continue" in window.toast._words.text(), timeout=5_000)
    window.toast.undo_button.click()
    qtbot.waitUntil(lambda: shelf(window) is not None, timeout=20_000)


def test_from_other_shelves_nothing_is_removed(
    open_window: Callable[[Path], Window], library: Path, qtbot: QtBot
) -> None:
    window = open_window(library)
    begun(window, qtbot)
    other = next(one for one in window.for_you.findChildren(Shelf) if one is not shelf(window))
    assert other.view.removal == ""
    other.view.take_keyboard()
    before = other.model.total
    QTest.keyClick(other.view, Qt.Key.Key_Delete)
    qtbot.wait(300)
    assert other.model.total == before
    assert shelf(window) is not None
