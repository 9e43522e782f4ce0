"""Who looks, with keyboard and mouse, on a real engine: persons, groups, a child, private mode."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from mediadesk.engine.messages import Limits, Profiles, Verbs
from mediadesk.ui.dialogs.limits import LimitsSheet
from mediadesk.ui.dialogs.pin import NewPinSheet, PinSheet
from mediadesk.ui.dialogs.profile import GroupSheet, PersonSheet
from mediadesk.ui.widgets.sheet import Sheet
from mediadesk.ui.window import Window

LONG = 20_000
Open = Callable[[Path], Window]


def call(window: Window, verb: Callable[..., object], *args: object, **more: object) -> object:
    return window.desk.client.call(verb, *args, **more).result(20)


def chosen(window: Window, text: str) -> None:
    """Open the menu at the rail with the mouse, and choose a line of it."""
    QTest.mouseClick(window.rail.person, Qt.MouseButton.LeftButton)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    entry: QAction = next(one for one in menu.actions() if one.text() == text)
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(entry).center())
    menu.close()


def sheet(kind: type[Sheet]) -> Sheet:
    found = QApplication.activeModalWidget()
    assert isinstance(found, kind)
    return found


def typed(what: Sheet, *texts: str) -> None:
    """Type into the fields of a dialog, with Tab from one to the next, and press Enter."""
    for n, text in enumerate(texts):
        if n:
            QTest.keyClick(what.focusWidget(), Qt.Key.Key_Tab)
        QTest.keyClicks(what.focusWidget(), text)
    QTest.keyClick(what.focusWidget(), Qt.Key.Key_Return)


def log(library: Path) -> list[tuple[str, str, dict[str, object]]]:
    db = sqlite3.connect(library / "library.db")
    rows = db.execute("SELECT profile, kind, context FROM event ORDER BY rowid").fetchall()
    db.close()
    return [(who, kind, json.loads(context)) for who, kind, context in rows]


def likers(library: Path) -> list[str]:
    return [who for who, kind, _ in log(library) if kind == "like"]


@pytest.fixture
def window(open_window: Open, library: Path, qtbot: QtBot) -> Window:
    opened = open_window(library)
    qtbot.waitUntil(lambda: opened.people.household is not None, timeout=LONG)
    qtbot.waitUntil(lambda: opened.for_you._panel is not None, timeout=LONG)
    return opened


def test_another_person_is_made_and_looks_from_then_on(
    window: Window, library: Path, qtbot: QtBot
) -> None:
    assert window.rail.person.text().strip() == "me"
    chosen(window, "New profile…")
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), PersonSheet))
    made = sheet(PersonSheet)
    qtbot.waitUntil(lambda: made.focusWidget() is not None)
    typed(made, "Anna & Ben")
    qtbot.waitUntil(lambda: len(window.people.household.profiles) == 2, timeout=LONG)
    window.go("library")
    chosen(window, "Anna && Ben")
    qtbot.waitUntil(lambda: window.people.household.now == "Anna & Ben", timeout=LONG)
    assert window.page_name == "for-you"
    assert not window._ways.has_past, "there is no way back to what somebody else looked at"
    item = next(iter(window.for_you._tiles))
    window.desk.feedback(window.for_you._tiles[item], "like")
    qtbot.waitUntil(lambda: likers(library) == ["Anna & Ben"], timeout=LONG)


def test_those_who_watch_together_have_a_panel_of_their_own(
    window: Window, library: Path, qtbot: QtBot
) -> None:
    call(window, Profiles.add, "anna")
    call(window, Profiles.add, "ben")
    qtbot.waitUntil(lambda: len(window.people.household.profiles) == 3, timeout=LONG)
    chosen(window, "Watch together…")
    made = sheet(GroupSheet)
    assert isinstance(made, GroupSheet)
    QTest.mouseClick(made.agree, Qt.MouseButton.LeftButton)
    assert "two or more" in made.trouble.text(), "I alone am no group"
    made.switches["anna"].setFocus()
    QTest.keyClick(made.switches["anna"], Qt.Key.Key_Space)
    QTest.mouseClick(made.agree, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.people.household.now == "Together", timeout=LONG)
    qtbot.waitUntil(lambda: window.for_you._panel.profile == "Together", timeout=LONG)
    item = next(iter(window.for_you._tiles))
    window.desk.feedback(window.for_you._tiles[item], "like")
    qtbot.waitUntil(lambda: likers(library) == ["Together"], timeout=LONG)
    assert log(library)[-1][2]["members"] == ["me", "anna"]


def test_a_child_is_limited_and_stays_there_without_the_pin(window: Window, qtbot: QtBot) -> None:
    rain = next(iter(call(window, Verbs.ids, text="Rain")))
    call(window, Profiles.add, "kid")
    qtbot.waitUntil(lambda: len(window.people.household.profiles) == 2, timeout=LONG)
    chosen(window, "What kid may see…")
    first = sheet(NewPinSheet)  # without a PIN limits are none
    qtbot.waitUntil(lambda: first.focusWidget() is not None)
    typed(first, "2468", "2469")
    assert "not the same" in first.trouble.text()
    typed(first, "2468")
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), LimitsSheet), timeout=LONG)
    limits = sheet(LimitsSheet)
    assert isinstance(limits, LimitsSheet)
    qtbot.waitUntil(limits.ages[None].hasFocus)
    QTest.mouseClick(limits.ages[12], Qt.MouseButton.LeftButton)
    limits.allowed.field.setFocus()
    QTest.keyClicks(limits.allowed.field, "ours")
    limits.pin.setFocus()
    typed(limits, "1111")
    qtbot.waitUntil(lambda: "not the household's PIN" in limits.trouble.text(), timeout=LONG)
    typed(limits, "2468")
    qtbot.waitUntil(
        lambda: any(one.limited for one in window.people.household.profiles), timeout=LONG
    )
    kid = next(one for one in window.people.household.profiles if one.name == "kid")
    assert kid.limits == Limits(max_age=12, allowed_tags=("ours",))

    chosen(window, "kid (up to 12)")
    qtbot.waitUntil(lambda: window.people.household.now == "kid", timeout=LONG)
    qtbot.waitUntil(lambda: not window.for_you._tiles, timeout=LONG)
    assert call(window, Verbs.ids) == ()
    window.open_item(rain)
    qtbot.waitUntil(lambda: "may not see" in window.message.words._whole, timeout=LONG)
    QTest.mouseClick(window.rail.person, Qt.MouseButton.LeftButton)
    menu = QApplication.activePopupWidget()
    texts = [one.text() for one in menu.actions() if one.text()]
    menu.close()
    assert texts == ["kid (up to 12)", "me", "Private mode"], "it can't change anything"

    chosen(window, "me")
    pin = sheet(PinSheet)
    qtbot.waitUntil(lambda: pin.focusWidget() is not None)
    typed(pin, "0000")
    qtbot.waitUntil(lambda: "not the household's PIN" in pin.trouble.text(), timeout=LONG)
    assert window.people.household.now == "kid"
    typed(pin, "2468")
    qtbot.waitUntil(lambda: window.people.household.now == "me", timeout=LONG)
    qtbot.waitUntil(lambda: bool(window.for_you._tiles), timeout=LONG)


def test_private_mode_is_seen_records_nothing_and_ends(
    window: Window, library: Path, qtbot: QtBot
) -> None:
    assert not window.private_bar.isVisible()
    chosen(window, "Private mode")
    qtbot.waitUntil(window.private_bar.isVisible, timeout=LONG)
    item = next(iter(window.for_you._tiles))
    window.for_you._sights._gather()
    window.topbar.search.setText("secret")
    QTest.keyClick(window.topbar.search, Qt.Key.Key_Return)
    window.open_item(item)
    window.desk.note(item, "played", share=0.5, position=1.0)
    window.desk.feedback(window.for_you._tiles[item], "like")
    qtbot.waitUntil(lambda: "Nothing is recorded" in window.message.words._whole, timeout=LONG)
    window.desk.client._process.kill()  # the engine that follows must not record either
    qtbot.waitUntil(lambda: "started again" in window.message.words._whole, timeout=LONG)
    window.desk.note(item, "played", share=0.5, position=1.0)
    qtbot.waitUntil(lambda: call(window, Profiles.household).private, timeout=LONG)
    assert log(library) == []
    QTest.mouseClick(window.private_bar.end, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not window.private_bar.isVisible(), timeout=LONG)
    window.desk.note(item, "opened")
    qtbot.waitUntil(lambda: [kind for _, kind, _ in log(library)] == ["opened"], timeout=LONG)


def test_what_happened_in_private_is_not_told_when_that_ends(window: Window, qtbot: QtBot) -> None:
    chosen(window, "Private mode")
    qtbot.waitUntil(window.private_bar.isVisible, timeout=LONG)
    item = next(iter(window.for_you._tiles))
    window.for_you._sights._seen.clear()
    window.for_you._sights._gather()
    assert window.for_you._sights._seen == {}
    kept = window.player._kept
    qtbot.waitUntil(lambda: kept._waiting is None, timeout=LONG)
    window.player.queue.add([item])
    private: list[bool] = []
    window.people.leaving.connect(lambda: private.append(window.desk.private))
    QTest.mouseClick(window.private_bar.end, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not window.private_bar.isVisible(), timeout=LONG)
    assert private == [True], "what plays ends before anything is recorded"
    qtbot.waitUntil(lambda: kept._waiting is None, timeout=LONG)
    assert window.player.queue.state(0).items == ()


def test_what_is_seen_opened_and_played_from_a_shelf_says_where_it_stood(
    window: Window, library: Path, qtbot: QtBot
) -> None:
    shelf = next(one for one in window.for_you._shelves if not one.isHidden())
    view = shelf.view
    tile = view.cards.tile(0)
    assert tile is not None
    assert tile.origin is not None
    centre = view.visualRect(view.cards.place(0)).center() - QPoint(0, 40)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=centre)
    window.desk.note(tile.id, "played", share=0.5, position=1.0, watched=1.0)
    awaited = {"opened", "played"}
    qtbot.waitUntil(lambda: awaited <= {kind for _, kind, _ in log(library)}, timeout=LONG)
    at = {"page": "for-you", "shelf": tile.origin.shelf, "slot": tile.origin.slot}
    told = {kind: context for _, kind, context in log(library)}
    assert at.items() <= told["opened"].items()
    assert at.items() <= told["played"].items()


def test_what_was_seen_for_a_second_is_told_when_the_page_is_left(
    window: Window, library: Path, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: bool(window.for_you._sights._seen), timeout=LONG)
    assert log(library) == [], "the shelves stay as they are while they are looked at"
    window.go("library")
    qtbot.waitUntil(lambda: bool(log(library)), timeout=LONG)
    told = log(library)
    assert {kind for _, kind, _ in told} == {"shown"}
    slots = {(context["shelf"], context["slot"]) for _, _, context in told}
    assert len(slots) == len(told)
    assert window.for_you._sights._seen == {}


def test_a_search_is_told_once_it_was_meant(window: Window, library: Path, qtbot: QtBot) -> None:
    QTest.keyClicks(window.topbar.search, "rain")
    QTest.keyClick(window.topbar.search, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(log(library)), timeout=LONG)
    QTest.keyClick(window.topbar.search, Qt.Key.Key_Return)
    call(window, Verbs.status)
    searched = [context for _, kind, context in log(library) if kind == "searched"]
    assert searched == [{"query": "rain"}]
