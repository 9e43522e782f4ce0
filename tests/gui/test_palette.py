"""What stands first in the palette where commands and things of the library both fit."""

from collections.abc import Callable

import pytest
from gui.fake_client import FakeClient, item
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from mediadesk.ui.palette import Palette
from mediadesk.ui.window import Window


@pytest.mark.parametrize(
    ("typed", "title", "first"),
    [
        ("tenet", "Tenet", True),
        ("her", "Her", True),  # a command holds it, but is not called so
        ("icons", "The Icons of Rome", True),
        ("tidy up", "A Tidy Up Song", False),
        ("hicon", "Chicons", False),
    ],
)
def test_what_is_called_as_typed_stands_above_commands_that_fit_by_scattered_letters(
    show: Callable[[FakeClient], Window], qtbot: QtBot, typed: str, title: str, first: bool
) -> None:
    window = show(FakeClient([item(0, title=title)]))
    window.commands.show_palette()
    (palette,) = window.findChildren(Palette)
    QTest.keyClicks(palette.field, typed)
    found = palette.table
    qtbot.waitUntil(lambda: bool(found.findItems(title, Qt.MatchFlag.MatchExactly)))
    assert (found.findItems(title, Qt.MatchFlag.MatchExactly)[0].row() > 0) is not first
    palette.reject()
