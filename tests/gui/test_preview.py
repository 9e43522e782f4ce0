"""What would change is shown before it is done: by keyboard, and nothing is noted by looking."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from gui.fake_client import FakeClient, item
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from mediadesk.engine.messages import Move, Panel, Preview, Shelf
from mediadesk.ui import words
from mediadesk.ui.dialogs.preview import PreviewDialog, preview_feedback, sentences
from mediadesk.ui.window import Window

Show = Callable[[FakeClient], Window]


def told(client: FakeClient, verb: str) -> list[tuple[object, ...]]:
    return [args for name, args, *_ in client.calls if name == verb]


@pytest.fixture
def opened(show: Show, qtbot: QtBot) -> tuple[PreviewDialog, FakeClient]:
    client = FakeClient([item(n) for n in range(8)])
    window = show(client)
    dialog = preview_feedback(window.desk, words.tile(item(0)), window)
    qtbot.waitUntil(lambda: bool(dialog.said.text()))
    qtbot.waitUntil(dialog.agree.isEnabled)
    return dialog, client


def test_looking_notes_nothing_and_agreeing_does_what_was_shown(
    opened: tuple[PreviewDialog, FakeClient], qtbot: QtBot
) -> None:
    dialog, client = opened
    assert dialog.agree.text() == "Like"
    assert "goes" in dialog.said.text()
    dialog.chips["less"].setFocus()
    QTest.keyClick(dialog.chips["less"], Qt.Key.Key_Space)
    qtbot.waitUntil(dialog.agree.isEnabled)
    assert dialog.agree.text() == "Less like this"
    assert [args[1] for args in told(client, "preview")] == ["like", "less"]
    assert told(client, "feedback") == []
    QTest.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: told(client, "feedback") == [(item(0).id, "less")])


def test_escape_leaves_everything_as_it_is(
    opened: tuple[PreviewDialog, FakeClient], qtbot: QtBot
) -> None:
    dialog, client = opened
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.wait(20)
    assert told(client, "feedback") == []


def test_what_moves_is_counted_shelf_by_shelf() -> None:
    picks = Panel(profile="me", took_ms=1.0, shelves=(Shelf(id="a", title="Top", items=()),))
    places = [(None, 1), (None, 2), (3, None), (2, 4)]
    moves = tuple(Move(item=item(0), shelf="a", before=one, after=two) for one, two in places)
    made = Preview(item=item(0), kind="like", before=picks, after=picks, moves=moves)
    assert sentences(made) == ["Top: 2 come, 1 goes, 1 moves."]
    assert sentences(Preview(item=item(0), kind="like", before=picks, after=picks, moves=())) == [
        "Nothing would move."
    ]
