"""What stands first in the palette where commands and things of the library both fit."""

from collections.abc import Callable

import pytest
from gui.fake_client import FakeClient, item
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from mediadesk import app
from mediadesk.ui import words
from mediadesk.ui.dialogs.write import WriteDialog
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


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("write", "Write to files"),
        ("scan", "Scan: look for new and changed files"),
        ("hgh cntr", "Look: high contrast"),
        ("pict", "Nothing is called so"),  # in “Put into a collection”, each letter alone
    ],
)
def test_a_command_is_found_by_its_word_and_not_by_letters_strewn_over_others(
    show: Callable[[FakeClient], Window], typed: str, first: str
) -> None:
    window = show(FakeClient([item(0)]))
    window.commands.show_palette()
    (palette,) = window.findChildren(Palette)
    QTest.keyClicks(palette.field, typed)
    found = palette.table.item(0, 0)
    assert found is not None
    assert found.text() == first
    palette.reject()


def test_what_a_card_shows_is_written_to_files_by_name(
    application: QApplication, show: Callable[[FakeClient], Window]
) -> None:
    window = show(FakeClient([item(n) for n in range(3)]))
    app.settle(application, window)
    window.commands.act_on(words.tile(item(1)), "write")
    (dialog,) = window.findChildren(WriteDialog)
    assert dialog.isVisible()
    dialog.reject()
