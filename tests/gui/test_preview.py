"""What would change is shown before it is done: by keyboard, and nothing is noted by looking."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from gui.fake_client import FakeClient, item
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from mediadesk.engine.messages import Card, Effect, ItemView, Move, Panel, Shelf
from mediadesk.engine.previewing import moves
from mediadesk.ui import effect_words, words
from mediadesk.ui.card_view import CardView
from mediadesk.ui.dialogs.collect import CollectDialog
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


def test_the_toast_says_what_came_and_went_and_takes_it_back(show: Show, qtbot: QtBot) -> None:
    window = show(FakeClient([item(n) for n in range(40)]))
    qtbot.waitUntil(lambda: bool(window.for_you._tiles))
    first = item(0).title
    window.desk.act(words.tile(item(0)), "hide")
    qtbot.waitUntil(lambda: bool(window.toast.sentence))
    assert window.toast.sentence == f"“{first}” is hidden. 1 came (“{item(36).title}”)."
    QTest.mouseClick(window.toast.undo_button, Qt.MouseButton.LeftButton)
    said = f"Taken back for “{first}”. 1 went (“{item(36).title}”)."
    qtbot.waitUntil(lambda: window.toast.sentence == said)


def shown(*numbers: int) -> Panel:
    cards = tuple(
        Card(**{name: getattr(item(n), name) for name in ItemView.__dataclass_fields__},
             score=1.0, rankers={}, reasons=())
        for n in numbers
    )  # fmt: skip
    return Panel(profile="me", took_ms=1.0, shelves=(Shelf(id="a", title="Top", items=cards),))


@pytest.mark.parametrize(
    ("kind", "before", "after", "says"),
    [
        ("like", (0, 1, 2), (3, 4, 1), "Liked “0”. 2 came (“3”, “4”), 1 went."),
        ("less", (0, 1), (2, 3, 4),
         "Less like “0” from now on. 3 came (“2”, “3” and 1 more), 1 went."),
        ("less", (0, 1), (2,), "Less like “0” from now on. 1 came (“2”), 1 went (“1”)."),
        ("undo", (1, 2, 3), (1,), "Taken back for “0”. 2 went (“2”, “3”)."),
        ("hide", (0, 1), (1,), "“0” is hidden. 1 stands elsewhere now."),
        ("not-now", (1, 2), (2, 1), "“0” rests for now. 2 stand elsewhere now."),
        ("undo", (1,), (1,), "Taken back for “0”."),
    ],
)  # fmt: skip
def test_what_feedback_did_is_a_sentence(
    kind: str, before: tuple[int, ...], after: tuple[int, ...], says: str
) -> None:
    was, now = shown(*before), shown(*after)
    done = Effect(item=item(0), kind=kind, before=was, after=now, moves=moves(was, now))
    named = {item(n).title: str(n) for n in range(6)}
    said = effect_words.sentence(done)
    for title, number in named.items():
        said = said.replace(title, number)
    assert said == says


def test_what_moves_is_counted_shelf_by_shelf() -> None:
    picks = Panel(profile="me", took_ms=1.0, shelves=(Shelf(id="a", title="Top", items=()),))
    places = [(None, 1), (None, 2), (3, None), (2, 4)]
    some = tuple(Move(item=item(0), shelf="a", before=one, after=two) for one, two in places)
    made = Effect(item=item(0), kind="like", before=picks, after=picks, moves=some)
    assert sentences(made) == ["Top: 2 come, 1 goes, 1 moves."]
    assert sentences(Effect(item=item(0), kind="like", before=picks, after=picks, moves=())) == [
        "Nothing would move."
    ]


def test_the_menu_of_a_card_on_a_shelf_queues_and_collects(show: Show, qtbot: QtBot) -> None:
    window = show(FakeClient([item(n) for n in range(8)]))
    qtbot.waitUntil(lambda: bool(window.for_you._tiles))
    queued: list[tuple[tuple[str, ...], str]] = []
    window.desk.queued.connect(lambda ids, where: queued.append((ids, where)))
    shelf = window.for_you.findChildren(CardView)[0]
    shelf.take_keyboard()
    tile = shelf.tile_here()
    assert tile is not None
    shelf.menu_wanted.emit(shelf.mapToGlobal(shelf.rect().center()))
    (menu,) = (one for one in window.findChildren(QMenu) if one.isVisible())
    acts = {one.text().partition("\t")[0]: one for one in menu.actions()}
    acts["Play next"].trigger()
    acts["Add to the queue"].trigger()
    assert queued == [((tile.id,), "next"), ((tile.id,), "last")]
    acts["Add to a collection…"].trigger()
    assert window.findChildren(CollectDialog)
    menu.close()
