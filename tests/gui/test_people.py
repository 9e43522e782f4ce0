"""Who looks, with keyboard and mouse, on a real engine: persons, groups, a child, private mode."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QMenu
from pytestqt.qtbot import QtBot

from mediadesk import app
from mediadesk.engine.messages import Limits, Organising, Profiles, Verbs
from mediadesk.ui import people
from mediadesk.ui.dialogs.limits import LimitsSheet
from mediadesk.ui.dialogs.pin import NewPinSheet, PinSheet
from mediadesk.ui.dialogs.profile import GroupSheet, PersonSheet
from mediadesk.ui.keys import GROUPS, KEYS
from mediadesk.ui.offers import ACTS, PAGES
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


def looks_at(window: Window) -> str:
    """Give whose panel is seen, "" while it is on its way."""
    panel = window.for_you._panel
    return panel.profile if panel is not None else ""


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
    qtbot.waitUntil(lambda: looks_at(window) == "Anna & Ben", timeout=LONG)
    item = next(iter(window.for_you._tiles))
    window.desk.feedback(window.for_you._tiles[item], "like")
    qtbot.waitUntil(lambda: likers(library) == ["Anna & Ben"], timeout=LONG)
    qtbot.waitUntil(lambda: "Liked" in window.toast.sentence, timeout=LONG)
    chosen(window, "me")
    qtbot.waitUntil(lambda: window.people.household.now == "me", timeout=LONG)
    assert not window.toast.isVisible(), "what another person did is no matter of this one"
    window.deeds.undo()
    assert window.toast.sentence == "There is nothing to undo."


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
    qtbot.waitUntil(lambda: looks_at(window) == "Together", timeout=LONG)
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
    qtbot.waitUntil(lambda: "may not see" in window.message.words.accessibleName(), timeout=LONG)
    QTest.mouseClick(window.rail.person, Qt.MouseButton.LeftButton)
    menu = QApplication.activePopupWidget()
    texts = [one.text() for one in menu.actions() if one.text()]
    menu.close()
    assert texts == ["kid (up to 12)", "me", "Private mode"], "it can't change anything"

    chosen(window, "me")
    pin = sheet(PinSheet)
    qtbot.waitUntil(lambda: pin.focusWidget() is not None)
    QTest.keyClicks(pin.focusWidget(), "x")
    assert pin.trouble.text() == "A PIN is 4 to 12 digits."
    typed(pin, "0000")
    qtbot.waitUntil(lambda: "not the household's PIN" in pin.trouble.text(), timeout=LONG)
    assert window.people.household.now == "kid"
    typed(pin, "2468")
    qtbot.waitUntil(lambda: window.people.household.now == "me", timeout=LONG)
    qtbot.waitUntil(lambda: bool(window.for_you._tiles), timeout=LONG)


def lines(menu: QMenu) -> set[str]:
    """What a menu offers, without keys and dots; it is closed."""
    said = {one.text().partition("\t")[0].rstrip("…") for one in menu.actions() if one.text()}
    menu.close()
    return said


@pytest.fixture
def childs(window: Window, application: QApplication, qtbot: QtBot) -> tuple[Window, str]:
    """The window of a child that may see two songs, and the one that is in a collection."""
    rain, wind = (call(window, Verbs.ids, text=title)[0] for title in ("Rain", "Wind"))
    call(window, Organising.tag, (rain,), add=("calm",))
    made = call(window, Organising.make_collection, "Quiet")
    call(window, Organising.collect, made.id, (rain,))
    call(window, Profiles.add, "kid")
    call(window, Profiles.set_pin, "2468")
    call(window, Profiles.limit, "kid", Limits(allowed_items=(rain, wind)), pin="2468")
    name = "kid (with limits)"
    qtbot.waitUntil(
        lambda: name in [people.line(one) for one in window.people.household.profiles], timeout=LONG
    )
    chosen(window, name)
    qtbot.waitUntil(lambda: window.desk.limited, timeout=LONG)
    app.settle(application, window)
    return window, rain


def test_a_childs_window_offers_nothing_that_would_be_refused(
    childs: tuple[Window, str], application: QApplication, qtbot: QtBot
) -> None:
    window, song = childs
    offered = {name for name, button in window.rail.buttons.items() if button.isVisible()}
    assert {"for-you", "library", "collections", "settings"} <= offered
    assert not offered & PAGES
    assert not [name for name in KEYS if name in PAGES | ACTS and window._does(name)]
    menus = window.library.browser.acts, window.item.acts, window.collections.acts
    window.go("library")
    app.settle(application, window)
    window.library.browser.view.set_here(0)
    card = lines(menus[0].menu(window.library.browser.chosen(), QPoint()))
    assert {"Play", "Like", "Hide", "Mark as watched"} <= card
    assert not card & {"Edit", "Tag", "Add to a collection", "Write to files"}
    window.library.browser.picked.all()
    seen = {name for name, one in window.library.browser.picked_bar.buttons.items()
            if one.isVisible()}  # fmt: skip
    assert seen == {"play", "queue", "rate", "set-watched", "hide"}
    window.open_item(song)
    app.settle(application, window)
    assert not window.item.edit.isVisible()
    yours = window.item.yours
    assert yours.tags.chips["calm"].isVisible()
    assert not yours.tags.chips["calm"].close_button.isVisible()
    assert not yours.tags.field.isVisible()
    assert yours.note.isVisible(), "what is its own it may say"
    page = lines(menus[1].menu())
    assert {"Play next", "Less like this", "Hide"} <= page
    assert not page & {"Verify the file", "Write to files", "Merge with", "Analyse before all else"}
    window.go("collections")
    app.settle(application, window)
    assert not window.collections.new_button.isVisible()
    window.collections.grid.set_here(0)
    quiet = window.collections.grid.here_subject
    assert lines(menus[2].menu(quiet, QPoint())) == {
        "Open", "Play all", "Shuffle", "Add to the queue"
    }  # fmt: skip
    QTest.keyClick(window.collections.grid, Qt.Key.Key_Delete)
    window.go("settings")
    app.settle(application, window)
    buttons = {one.text().strip() for one in window.settings.findChildren(QAbstractButton)
               if one.isVisible()}  # fmt: skip
    assert {"Dark", "See and change the keys", "See what was learnt"} <= buttons
    assert not buttons & {"Choose a folder…", "Manage plugins", "Back up now", "Add"}
    assert [one.name for one in call(window, Organising.collections)] == ["Quiet"]

    chosen(window, "me")
    pin = sheet(PinSheet)
    qtbot.waitUntil(lambda: pin.focusWidget() is not None)
    typed(pin, "2468")
    qtbot.waitUntil(lambda: not window.desk.limited, timeout=LONG)
    assert all(button.isVisible() for button in window.rail.buttons.values())
    window.open_item(song)
    app.settle(application, window)
    assert window.item.edit.isVisible()
    assert yours.tags.chips["calm"].close_button.isVisible()
    assert "Verify the file" in lines(menus[1].menu())


def test_no_key_of_a_childs_window_is_answered_by_its_limits_alone(
    childs: tuple[Window, str], application: QApplication, qtbot: QtBot
) -> None:
    window, song = childs
    told: list[str] = []
    window.desk.told.connect(lambda sentence, _: told.append(sentence))
    here = [name for name in KEYS if name in window.commands.todo]
    turning = [key.name for key in (*GROUPS["Go to"], *GROUPS["Library"]) if key.name in here]
    stays = [name for name in here if name not in {*turning, "play", "escape", "quit"}]
    for page in ("for-you", "library", "item", "settings"):
        window.go(page, song if page == "item" else "")
        app.settle(application, window)
        for name in stays:
            window.commands.todo[name]()
            for above in (QApplication.activeModalWidget(), QApplication.activePopupWidget()):
                if above is not None:
                    above.close()
        assert window.page_name == page
        app.settle(application, window)
    for name in turning:
        window.commands.todo[name]()
    app.settle(application, window)
    window.desk.client.restart()  # a window asks an engine that has just begun for much
    qtbot.waitUntil(lambda: bool(told), timeout=LONG)
    app.settle(application, window)
    assert told == ["The engine stopped and was started again; what you did is kept."]


def drag(window: Window, *paths: Path) -> bool:
    """Drag files onto the window, and drop them if they are taken; whether they are."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    none = Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(400, 300), copy, data, left, none)
    QApplication.sendEvent(window.drop_area, enter)
    if enter.isAccepted():
        drop = QDropEvent(QPointF(400, 300), copy, data, left, none)
        QApplication.sendEvent(window.drop_area, drop)
    return enter.isAccepted()


def test_a_child_opens_what_it_drops_and_adds_nothing(
    childs: tuple[Window, str], application: QApplication, media: Path, tmp_path: Path
) -> None:
    window, song = childs
    hint = window.drop_area.hint
    assert not drag(window, tmp_path / "mood-1.0-py3-none-any.whl")
    assert not hint.isVisible()
    new = tmp_path / "new"
    new.mkdir()
    (new / "one.mp3").touch()
    for path in (new, new / "one.mp3", media / "Lighthouse.mkv"):
        window.toast.clear()
        assert drag(window, path)
        assert hint._heading.text() == "Drop to open"
        app.settle(application, window)
        assert window.toast.sentence == "Only what you see in the library is opened here."
        assert window.page_name == "for-you"
    window.intake.take([str(tmp_path / "mood-1.0-py3-none-any.whl")])
    app.settle(application, window)
    assert QApplication.activeModalWidget() is None
    drag(window, media / "Rain.mp3")
    app.settle(application, window)
    assert (window.page_name, window.item._id) == ("item", song)
    assert not window.message.isVisible()


def test_the_demo_is_offered_to_no_child(
    childs: tuple[Window, str], application: QApplication
) -> None:
    window, _ = childs
    assert not window._does("demo")
    faces = window.library.no_folder, window.for_you._empty_faces()["no folder"]()
    buttons = [one for face in faces for one in face.findChildren(QAbstractButton)]
    demos = [one for one in buttons if one.text().strip() == "Try the demo"]
    assert [one.isHidden() for one in demos] == [True, True]


def test_what_was_told_to_one_is_not_told_to_the_next(
    window: Window, library: Path, application: QApplication, qtbot: QtBot
) -> None:
    call(window, Profiles.add, "ann")
    qtbot.waitUntil(lambda: len(window.people.household.profiles) == 2, timeout=LONG)
    app.settle(application, window)
    told: list[str] = []
    panels: list[str] = []
    window.deeds.told.connect(lambda notice: told.append(notice.sentence))
    window.desk.panel.connect(lambda panel: panels.append(panel.profile))
    liked, rated, undone = list(window.for_you._tiles.values())[:3]
    window.desk.change(Organising.rate, (undone.id,), 3.0)
    qtbot.waitUntil(lambda: bool(told), timeout=LONG)
    told.clear()
    window.desk.told.emit("“/films/Blood Feast.mkv” can't be read.", False)
    window.desk.feedback(liked, "like")
    window.desk.change(Organising.rate, (rated.id,), 4.0)
    window.deeds.undo()
    window._change_hands()  # before any of these is answered
    assert not window.message.isVisible()
    qtbot.waitUntil(lambda: likers(library) == ["me"], timeout=LONG)
    call(window, Profiles.use, "ann")
    app.settle(application, window)
    assert (told, panels) == ([], [])
    window.deeds.undo()
    assert told == ["There is nothing to undo."]


def test_nothing_of_who_looked_is_seen_by_the_next(
    window: Window, library: Path, application: QApplication, qtbot: QtBot
) -> None:
    call(window, Profiles.add, "ann")
    qtbot.waitUntil(lambda: len(window.people.household.profiles) == 2, timeout=LONG)
    app.settle(application, window)
    liked = next(iter(window.for_you._tiles))
    call(window, Verbs.feedback, liked, "like")
    window.go("library")
    found = window.library.browser.found

    def hearts() -> set[bool]:
        views = [found.view(place) for place in range(len(found))]
        return {view.liked for view in views if view is not None}

    qtbot.waitUntil(lambda: hearts() == {True, False}, timeout=LONG)
    window.go("item", liked)
    app.settle(application, window)
    window.item.yours.note.text.setPlainText("Mine alone")
    window.go("for-you")
    app.settle(application, window)
    qtbot.waitUntil(lambda: bool(window.for_you._sights._seen), timeout=LONG)
    seen: list[tuple[int, object, bool]] = []
    window.people.switched.connect(
        lambda: seen.append((len(found), window.for_you._panel, window.item._body.isHidden()))
    )
    ann = next(one for one in window.people.household.profiles if one.name == "ann")
    window.people.use(ann)
    qtbot.waitUntil(lambda: bool(seen), timeout=LONG)
    assert seen == [(0, None, True)]
    app.settle(application, window)
    window.go("library")
    qtbot.waitUntil(lambda: len(found) > 0 and hearts() == {False}, timeout=LONG)
    window.go("item", liked)
    app.settle(application, window)
    assert window.item.yours.note.text.toPlainText() == ""
    shown = [who for who, kind, _ in log(library) if kind == "shown"]
    assert "me" in shown


def test_what_is_played_meanwhile_is_seen_when_the_library_is(
    window: Window, application: QApplication, qtbot: QtBot
) -> None:
    window.go("library")
    app.settle(application, window)
    found = window.library.browser.found
    view = found.view(0)
    assert view is not None
    window.go("settings")
    call(window, Verbs.event, view.id, "finished")
    app.settle(application, window)
    window.go("library")
    app.settle(application, window)
    views = [found.view(place) for place in range(len(found))]
    assert [one.finished for one in views if one is not None and one.id == view.id] == [True]


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
    qtbot.waitUntil(
        lambda: "Nothing is recorded" in window.message.words.accessibleName(), timeout=LONG
    )
    window.desk.client._process.kill()  # the engine that follows must not record either
    qtbot.waitUntil(lambda: "started again" in window.message.words.accessibleName(), timeout=LONG)
    window.desk.note(item, "played", share=0.5, position=1.0)
    qtbot.waitUntil(lambda: call(window, Profiles.household).private, timeout=LONG)
    assert log(library) == []
    QTest.mouseClick(window.private_bar.end, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not window.private_bar.isVisible(), timeout=LONG)
    window.desk.note(item, "opened")
    qtbot.waitUntil(lambda: [kind for _, kind, _ in log(library)] == ["opened"], timeout=LONG)


def test_an_answer_that_comes_late_does_not_bring_private_mode_back(
    window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen(window, "Private mode")
    qtbot.waitUntil(window.private_bar.isVisible, timeout=LONG)
    told, late, ask = call(window, Profiles.household), Future[object](), window.desk.client.call
    assert told.private
    monkeypatch.setattr(window.desk.client, "call", lambda *_, **__: late)
    window.people.ask()
    monkeypatch.setattr(window.desk.client, "call", ask)
    QTest.mouseClick(window.private_bar.end, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not window.private_bar.isVisible(), timeout=LONG)
    late.set_result(told)
    QApplication.processEvents()
    assert not window.private_bar.isVisible()
    assert not window.desk.private


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
