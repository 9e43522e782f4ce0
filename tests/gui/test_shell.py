"""The shell of the window on made-up data: keys, palette, toasts, drops, guide, tray, rail."""

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from gui.fake_client import FakeClient, item
from PySide6.QtCore import QDir, QEvent, QMimeData, QObject, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QCursor, QDragEnterEvent, QDropEvent, QEnterEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QFileDialog,
    QLabel,
    QMessageBox,
    QSystemTrayIcon,
    QWidget,
)
from pytestqt.qtbot import QtBot

from mediadesk import app
from mediadesk.api import UserError
from mediadesk.api.errors import TakenBackError
from mediadesk.engine.messages import Change, FolderView, Organising, Verbs
from mediadesk.paths import native
from mediadesk.ui import fuzzy, poses, tray, words
from mediadesk.ui.dialogs import identify
from mediadesk.ui.key_sheet import KeySheet
from mediadesk.ui.keys import KEYS, KeyMap, shown
from mediadesk.ui.pages import page
from mediadesk.ui.palette import Palette, searched
from mediadesk.ui.style import CONTRAST
from mediadesk.ui.widgets import notices
from mediadesk.ui.widgets.controls import Button, IconButton
from mediadesk.ui.widgets.drop import dropped
from mediadesk.ui.widgets.drop_hint import hint
from mediadesk.ui.widgets.picked_bar import PickedBar
from mediadesk.ui.window import Window

Show = Callable[[FakeClient], Window]
Key, Mod = Qt.Key, Qt.KeyboardModifier
ITEMS = tuple(item(number) for number in range(30))


@pytest.fixture
def window(application: QApplication, show: Show) -> Window:
    folder = FolderView(path="/films", files=30, available=True)
    opened = show(FakeClient(ITEMS, folders=[folder]))
    opened.activateWindow()
    assert QTest.qWaitForWindowActive(opened)
    app.settle(application, opened)
    return opened


def press(window: Window, key: Qt.Key, modifiers: Qt.KeyboardModifier = Mod.NoModifier) -> None:
    QTest.keyClick(QApplication.focusWidget() or window, key, modifiers)


def texts(widget: QWidget) -> str:
    return " ".join(
        f"{one.text()} {one.accessibleName()}"
        for one in widget.findChildren(QLabel)
        if one.isVisibleTo(widget)
    )


def asked(window: Window, verb: str) -> list[tuple[object, ...]]:
    client: FakeClient = window.desk.client  # type: ignore[assignment]
    return [args for name, args, _ in client.calls if name == verb]


# Undo


def test_the_last_acts_are_taken_back_in_their_order_and_done_again(
    application: QApplication, open_window: Callable[[Path], Window], library: Path
) -> None:
    window = open_window(library)
    window.activateWindow()
    assert QTest.qWaitForWindowActive(window)
    client = window.desk.client
    ids = client.call(Verbs.ids).result()
    first, second, third = client.call(Verbs.views, ids).result()[:3]

    def stand() -> tuple[float | None, bool, bool]:
        app.settle(application, window)
        now = client.call(Verbs.views, (first.id, second.id, third.id)).result()
        return now[0].stars, now[1].liked, now[2].finished

    window.desk.change(Organising.rate, (first.id,), 4.0)
    app.settle(application, window)
    window.desk.feedback(words.tile(second), "like")
    app.settle(application, window)
    window.desk.change(Organising.mark, (third.id,), watched=True)
    steps = [stand()]
    for _ in range(3):
        press(window, Key.Key_Z, Mod.ControlModifier)
        steps.append(stand())
    states = [(4.0, True, True), (4.0, True, False), (4.0, False, False), (None, False, False)]
    assert steps == states
    for state in states[-2::-1]:
        press(window, Key.Key_Z, Mod.ControlModifier | Mod.ShiftModifier)
        assert stand() == state


def test_ctrl_z_with_nothing_done_says_so(window: Window) -> None:
    press(window, Key.Key_Z, Mod.ControlModifier)
    assert window.toast.sentence == "There is nothing to undo."


def test_an_older_toast_takes_back_its_own_act(application: QApplication, window: Window) -> None:
    window.desk.change(Organising.rate, (ITEMS[1].id,), 4.0)
    window.desk.change(Organising.rate, (ITEMS[2].id,), 5.0)
    app.settle(application, window)
    QTest.mouseClick(window.toast.undo_button, Qt.MouseButton.LeftButton)
    app.settle(application, window)
    press(window, Key.Key_Z, Mod.ControlModifier)
    app.settle(application, window)
    acts: FakeClient = window.desk.client  # type: ignore[assignment]
    made = [change.id for change, *_ in acts.acts]
    assert asked(window, "undo") == [(made[0],), (made[1],)]


def test_a_message_is_left_behind_as_one_turns_to_another_page(window: Window) -> None:
    window.go("settings")
    window.desk.told.emit("“/nowhere” is no folder that can be read.", False)
    assert window.message.isVisible()
    window.go("library")
    assert not window.message.isVisible()


def test_a_toast_leaves_the_controls_of_the_player_free_as_one_turns_there(
    window: Window,
) -> None:
    window.desk.toasted.emit("The work goes on.", None)
    assert window.toast.y() > window.height() / 2
    window.go("player")
    assert window.toast.isVisible()
    assert window.toast.y() < window.height() / 2
    window.go("library")
    assert window.toast.y() > window.height() / 2


def test_a_toast_that_goes_from_under_a_resting_mouse_is_not_held_by_it(
    window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.desk.toasted.emit("The work goes on.", None)
    toast = window.toast
    at, resting = QPointF(toast.rect().center()), toast.mapToGlobal(toast.rect().center())
    monkeypatch.setattr(QCursor, "pos", lambda: resting)
    QApplication.sendEvent(toast, QEnterEvent(at, at, at))
    assert not toast._gone.isActive()
    window.go("player")
    assert toast._gone.isActive()


def test_a_toast_makes_room_for_the_bar_of_what_is_picked_and_takes_it_again(
    application: QApplication, window: Window
) -> None:
    window.go("library")
    app.settle(application, window)
    browser, toast = window.library.browser, window.toast
    window.desk.toasted.emit("The work goes on.", None)
    before = toast.y()
    browser.picked.toggle(1)
    app.settle(application, window)
    (bar,) = browser.findChildren(PickedBar)
    assert bar.isVisible()
    assert toast.isVisible()
    assert toast.geometry().bottom() < bar.mapTo(window.drop_area, QPoint()).y()
    browser.picked.clear()
    app.settle(application, window)
    assert toast.y() == before


def test_a_toast_that_is_taken_back_by_a_key_is_not_offered_any_more(
    application: QApplication, window: Window
) -> None:
    window.desk.change(Organising.rate, (ITEMS[1].id,), 4.0)
    app.settle(application, window)
    told = window.toast.sentence
    press(window, Key.Key_Z, Mod.ControlModifier)
    app.settle(application, window)
    assert window.toast.sentence != told
    assert window.toast.undo_button.text() == "Redo"


def answer(
    application: QApplication, client: FakeClient, error: Exception | None = None
) -> list[str]:
    """Have all be answered that waits; give what was asked anew meanwhile."""
    late, client.late, client.error = client.late or [], [], error
    before = len(client.calls)
    for each in late:
        each()
    client.error = None
    for _ in range(5):
        application.processEvents()
    return [name for name, *_ in client.calls[before:]]


def test_an_undo_that_is_refused_stays_where_it_was_and_is_offered_again(
    application: QApplication, window: Window
) -> None:
    client: FakeClient = window.desk.client  # type: ignore[assignment]
    for number in (1, 2, 3):
        window.desk.change(Organising.rate, (ITEMS[number].id,), float(number))
        app.settle(application, window)
    ids = [change.id for change, *_ in client.acts]
    window.toast.clear()
    client.late = []
    middle = window.deeds._done[1]
    for _ in range(2):
        window.deeds.take(middle)
    assert asked(window, "undo") == [(ids[1],)], "pressed twice, it goes once"
    answer(application, client, UserError("Nothing is recorded in private mode: leave it first."))
    assert "private mode" in window.message.words.text()
    assert (window.toast.sentence, window.toast.undo_button.text()) == (middle.says, "Undo")
    for _ in range(3):
        window.deeds.undo()
        answer(application, client)
    assert asked(window, "undo")[1:] == [(ids[2],), (ids[1],), (ids[0],)]
    window.deeds.redo()
    answer(application, client, UserError("The disk is full: free some space."))
    assert (window.toast.undo_button.text(), len(window.deeds._undone)) == ("Redo", 3)


def test_what_was_taken_back_elsewhere_keeps_no_older_act_from_its_turn(
    application: QApplication, window: Window
) -> None:
    client: FakeClient = window.desk.client  # type: ignore[assignment]
    for number in (1, 2):
        window.desk.change(Organising.rate, (ITEMS[number].id,), float(number))
        app.settle(application, window)
    older, newer = (change.id for change, *_ in client.acts)
    client.late = []
    window.deeds.undo()
    answer(application, client, TakenBackError("“Rated a film” is taken back already."))
    assert window.message.words.text() == "“Rated a film” is taken back already."
    window.deeds.undo()
    answer(application, client)
    assert asked(window, "undo") == [(newer,), (older,)]
    assert (len(window.deeds._done), len(window.deeds._undone)) == (0, 1)


def test_feedback_that_can_not_be_taken_back_stays(
    application: QApplication, window: Window
) -> None:
    client: FakeClient = window.desk.client  # type: ignore[assignment]
    window.desk.feedback(words.tile(ITEMS[1]), "like")
    app.settle(application, window)
    client.late = []
    window.deeds.undo()
    answer(application, client, UserError("The disk is full: free some space."))
    window.deeds.undo()
    assert [kind for _, kind in asked(window, "feedback")] == ["like", "undo", "undo"]
    answer(application, client)


def test_what_failed_for_who_looked_before_is_not_told_to_the_next(
    application: QApplication, window: Window, caplog: pytest.LogCaptureFixture
) -> None:
    desk = window.desk
    client: FakeClient = desk.client  # type: ignore[assignment]
    client.late = []
    told: list[str] = []
    desk.told.connect(lambda sentence, _: told.append(sentence))
    tidied: list[bool] = []
    desk.change(Organising.rate, (ITEMS[1].id,), 4.0)
    desk.attempt(tidied.append, lambda: tidied.append(False), Verbs.pause, paused=True)  # type: ignore[arg-type]
    desk.ask_anew().attempt(tidied.append, desk.report, Verbs.status)  # type: ignore[arg-type]
    desk.change_hands()
    answer(application, client, UserError("“/films/Blood Feast.mkv” can't be read."))
    assert told == []
    assert tidied == [False], "who asked may still put things in order"
    assert caplog.text.count("Blood Feast") >= 3
    desk.change(Organising.rate, (ITEMS[1].id,), 4.0)
    answer(application, client, UserError("“/films/Hers.mkv” can't be read."))
    assert told == ["“/films/Hers.mkv” can't be read."]


def test_a_toast_waits_for_the_mouse_and_the_next_one_for_it(
    window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notices, "_SHOWN_MS", 60)
    monkeypatch.setattr(notices, "_HURRIED_MS", 30)
    at = QPointF(5, 5)
    window.desk.toasted.emit("First.", None)
    on_it = window.toast.mapToGlobal(at.toPoint())
    monkeypatch.setattr(QCursor, "pos", lambda: on_it)
    QApplication.sendEvent(window.toast, QEnterEvent(at, at, at))
    window.desk.toasted.emit("Second.", None)
    qtbot.wait(150)
    assert window.toast.sentence == "First."
    monkeypatch.setattr(QCursor, "pos", lambda: QPoint(-1, -1))
    QApplication.sendEvent(window.toast, QEvent(QEvent.Type.Leave))
    qtbot.waitUntil(lambda: window.toast.sentence == "Second.")
    qtbot.waitUntil(lambda: not window.toast.isVisible())


# Keys


def test_keys_begin_words_and_every_default_is_free() -> None:
    keys = KeyMap()
    for name, key in KEYS.items():
        for one in key.keys:
            other = keys.taken(name, one)
            assert other is None, f"“{one}” does “{key.says}” and “{other and other.says}”"


def test_own_keys_that_mean_nothing_or_two_things_are_told() -> None:
    keys = KeyMap()
    told = keys.take({"like": ("Ctrl+K",), "adore": ("X",), "hide": ("Wibble",)})
    assert len(told) == 3
    assert "adore" in told[1] or "adore" in told[0]
    assert any("Ctrl+K" in one and "Like" in one for one in told)
    assert keys.of("hide") == ()


def test_keys_of_what_only_a_newer_version_does_are_kept() -> None:
    """The same settings may be those of another device."""
    keys = KeyMap()
    keys.take({"adore": ("X",), "like": ("Y",)})
    keys.set_keys("hide", ("Z",))
    assert keys.own == {"adore": ("X",), "like": ("Y",), "hide": ("Z",)}
    keys.reset()
    assert keys.own == {}


@pytest.mark.parametrize("pressed", ["Down", "Return", "Tab", "Shift+M", "PgUp, A"])
def test_what_lists_and_buttons_need_is_no_key_for_anything_else(pressed: str) -> None:
    keys = KeyMap()
    assert keys.taken("like", pressed) is not None
    told = keys.take({"like": (pressed,)})
    assert any("Like" in one for one in told)


def test_a_key_is_changed_in_the_sheet_kept_and_reset(
    application: QApplication, window: Window, qtbot: QtBot
) -> None:
    client: FakeClient = window.desk.client  # type: ignore[assignment]
    press(window, Key.Key_F1)
    (sheet,) = window.findChildren(KeySheet)
    assert QTest.qWaitForWindowActive(sheet)
    assert sheet.height() <= 640
    sheet.search.setText("high contrast")
    row = sheet.rows["look-contrast"]
    assert row.isVisible()
    assert not sheet.rows["like"].isVisible()
    app.settle(application, window)
    QTest.mouseClick(row.button, Qt.MouseButton.LeftButton)
    assert row.field.hasFocus()
    QTest.keyClick(row.field, Key.Key_K, Mod.ControlModifier)
    qtbot.waitUntil(lambda: "is for" in row.trouble.text(), timeout=5000)
    assert window.keys.of("look-contrast") == ()
    row.button.click()
    QTest.keyClick(row.field, Key.Key_F8)
    qtbot.waitUntil(lambda: window.keys.of("look-contrast") == ("F8",), timeout=5000)
    assert client.desk_settings.keys == {"look-contrast": ("F8",)}
    row.button.click()
    QTest.keyClick(row.field, Key.Key_F9)
    qtbot.waitUntil(lambda: window.keys.of("look-contrast") == ("F9",), timeout=5000)
    row.reset.click()
    assert client.desk_settings.keys == {}
    row.take("F9")
    for word, keys in (("Cancel", ("F9",)), ("Usual keys", ())):
        sheet.usual.click()
        (box,) = [one for one in sheet.findChildren(QMessageBox) if one.isVisible()]
        next(one for one in box.buttons() if one.text() == word).click()
        app.settle(application, window)
        assert window.keys.of("look-contrast") == keys
    row.take("F8")
    sheet.accept()
    window.activateWindow()
    assert QTest.qWaitForWindowActive(window)
    press(window, Key.Key_F8)
    assert window.desk.theme.palette is CONTRAST


def test_a_key_that_turns_to_a_page_takes_the_keyboard_along_from_the_search(
    application: QApplication, window: Window
) -> None:
    window.topbar.take_keyboard()
    QTest.keyClicks(window.topbar.search, "walk")
    assert window.page is window.library
    assert window.topbar.search.hasFocus(), "more may be typed"
    press(window, Key.Key_2, Mod.ControlModifier)
    assert not window.topbar.search.hasFocus(), "it is the page that is seen"
    window.topbar.take_keyboard()
    QTest.keyClick(window.topbar.search, Key.Key_Down)
    assert window.library.browser.view.hasFocus(), "what was found is below"
    window.topbar.take_keyboard()
    press(window, Key.Key_7, Mod.ControlModifier)
    app.settle(application, window)
    assert window.page is window.settings
    assert not window.topbar.search.hasFocus()
    window.topbar.take_keyboard()
    window.back()
    assert not window.topbar.search.hasFocus()


def test_letters_are_letters_in_a_field(window: Window) -> None:
    window.topbar.take_keyboard()
    for key in (Key.Key_L, Key.Key_5, Key.Key_Question):
        press(window, key)
    assert window.topbar.search.text() == "l5?"
    assert not asked(window, "rate")
    assert not window.findChildren(QDialog)


def test_the_chosen_card_is_rated_and_marked_by_keys(
    application: QApplication, window: Window
) -> None:
    window.for_you._shelves[0].view.take_keyboard(0)
    tile = window.for_you._shelves[0].model.tile(0)
    assert tile is not None
    press(window, Key.Key_4)
    press(window, Key.Key_S)
    app.settle(application, window)
    assert asked(window, "rate") == [((tile.id,), 4.0)]
    assert asked(window, "mark") == [((tile.id,),)]


def test_the_chosen_card_is_queued_and_identified_by_keys(
    application: QApplication, window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = window.for_you._shelves[0].view
    tile = window.for_you._shelves[0].model.tile(0)
    assert tile is not None
    queued: list[tuple[object, str]] = []
    window.desk.queued.connect(lambda ids, where: queued.append((ids, where)))
    asked_of: list[object] = []
    monkeypatch.setattr(identify, "identify_items", lambda _, ids, __: asked_of.append(ids))
    for key, modifier in ((Key.Key_Q, Mod.NoModifier), (Key.Key_Q, Mod.AltModifier),
                          (Key.Key_I, Mod.NoModifier)):  # fmt: skip
        view.take_keyboard(0)
        press(window, key, modifier)
    app.settle(application, window)
    assert queued == [((tile.id,), "last"), ((tile.id,), "next")]
    assert asked_of == [(tile.id,)]


def test_keys_are_shown_as_they_are_pressed() -> None:
    assert shown(("G, L", "Ctrl+2")) == "G then L or Ctrl+2"


# The palette


def palette(window: Window) -> Palette:
    window.activateWindow()
    assert QTest.qWaitForWindowActive(window)
    press(window, Key.Key_K, Mod.ControlModifier)
    (found,) = [one for one in window.findChildren(Palette) if one.isVisible()]
    return found


def rows(found: Palette) -> list[str]:
    return [found.table.item(row, 0).text() for row in range(found.table.rowCount())]


def test_a_command_is_found_by_a_few_letters_and_is_first_the_next_time(
    application: QApplication, window: Window
) -> None:
    found = palette(window)
    QTest.keyClicks(found.field, "hicon")
    assert rows(found)[0] == "Look: high contrast"
    QTest.keyClick(found.field, Key.Key_Return)
    app.settle(application, window)
    assert window.desk.theme.palette is CONTRAST
    again = palette(window)
    assert rows(again)[0] == "Look: high contrast"
    QTest.keyClick(again.field, Key.Key_Down)
    assert again.table.currentRow() == 1
    QTest.keyClick(again.field, Key.Key_Escape)
    app.settle(application, window)
    assert not window.findChildren(Palette)


def test_an_item_is_found_and_opened(
    application: QApplication, window: Window, qtbot: QtBot
) -> None:
    found = palette(window)
    QTest.keyClicks(found.field, "zzqq")
    qtbot.waitUntil(lambda: rows(found) == ["Nothing is called so"])
    QTest.keyClick(found.field, Key.Key_Return)  # there is nothing to do
    assert found.isVisible()
    found.field.clear()
    QTest.keyClicks(found.field, "walk number 17")
    qtbot.waitUntil(lambda: "A quiet walk number 17" in rows(found))
    found.table.selectRow(rows(found).index("A quiet walk number 17"))
    QTest.keyClick(found.field, Key.Key_Return)
    app.settle(application, window)
    assert window.page is window.item


def test_all_is_selected_by_the_palette_where_several_can_be(
    application: QApplication, window: Window
) -> None:
    nothing_plays = {"Select all", "Mute", "Stop", "Pause or go on"}
    first = palette(window)
    assert nothing_plays.isdisjoint(rows(first))
    QTest.keyClick(first.field, Key.Key_Escape)
    window.go("library")
    app.settle(application, window)
    found = palette(window)
    QTest.keyClicks(found.field, "select all")
    assert rows(found)[0] == "Select all"
    QTest.keyClick(found.field, Key.Key_Return)
    app.settle(application, window)
    assert len(window.library.browser.picked) == len(ITEMS)


def test_what_is_typed_is_no_search_language_here() -> None:
    assert searched('storm OR "calm') == 'storm "OR" calm'
    assert searched("()!") == ""


@pytest.mark.parametrize(
    ("typed", "better", "worse"),
    [
        ("li", "library", "take a rating away, light"),
        ("ps", "plugins and settings", "perhaps"),
        ("cle", "clé", "circle"),
    ],
)
def test_beginnings_of_words_fit_best(typed: str, better: str, worse: str) -> None:
    best, other = (fuzzy.fit(typed, fuzzy.plain(one)) for one in (better, worse))
    assert best is not None
    assert other is None or best > other
    assert fuzzy.fit("zz", better) is None


# Drops


def drag(window: Window, paths: Sequence[str], *, drop: bool) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(path) for path in paths])
    copy, left, at = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, QPointF(400, 300)
    enter = QDragEnterEvent(at.toPoint(), copy, data, left, Mod.NoModifier)
    QApplication.sendEvent(window.drop_area, enter)
    assert enter.isAccepted()
    if drop:
        event = QDropEvent(at, copy, data, left, Mod.NoModifier)
        QApplication.sendEvent(window.drop_area, event)


def test_a_folder_is_looked_for_from_home_on(window: Window) -> None:
    window.desk.folder_wanted.emit()
    (chooser,) = window.findChildren(QFileDialog)
    assert chooser.directory() == QDir.home()
    chooser.reject()


def test_several_folders_are_dropped_and_added(
    application: QApplication, window: Window, tmp_path: Path
) -> None:
    folders = [tmp_path / "My.Show.S01", tmp_path / "music"]
    for one in folders:
        one.mkdir()
    drag(window, [str(one) for one in folders], drop=False)
    assert window.drop_area.hint.isVisible()
    assert "“My.Show.S01” and 1 more" in texts(window.drop_area.hint)
    drag(window, [str(one) for one in folders], drop=True)
    app.settle(application, window)
    assert not window.drop_area.hint.isVisible()
    assert asked(window, "add_folder") == [(str(one),) for one in folders]


def test_a_dropped_folder_may_have_a_name_that_is_not_utf_8(
    application: QApplication, window: Window
) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromEncoded(b"file:///films/Am%E9lie")])
    [path] = dropped(data)
    assert native(path) == os.fsdecode(b"/films/Am\xe9lie")
    assert "“Am�lie”" in hint([path])[1]
    window.drop_area.dropped.emit([path])
    app.settle(application, window)
    assert asked(window, "sort_out") == [((path,),)]


@pytest.mark.parametrize(
    ("address", "name"),
    [
        (b"file:///films/a%20b", "a b"),
        (b"file:///films/100%2525", "100%25"),
        (b"file:///films/%E6%B5%B7%23%3F", "海#?"),
    ],
)
def test_what_is_dropped_is_known_by_its_name_and_not_by_its_address(
    address: bytes, name: str
) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromEncoded(address)])
    assert dropped(data) == [f"/films/{name}"]
    data.setUrls([QUrl.fromLocalFile(f"/films/{name}")])
    assert dropped(data) == [f"/films/{name}"]
    assert f"“{name}”" in hint(dropped(data))[1]
    data.setUrls([QUrl("https://example.org/a%20b"), QUrl("file://nas/films/a%20b")])
    assert dropped(data) == [], "they are on other machines"


def test_a_dropped_file_offers_its_folder(
    application: QApplication, window: Window, tmp_path: Path
) -> None:
    film = tmp_path / "film.mkv"
    film.touch()
    drag(window, [str(film)], drop=True)
    app.settle(application, window)
    assert asked(window, "add_folder") == []
    assert "Only whole folders" in window.toast.sentence
    assert window.toast.undo_button.text() == "Add it"
    window.toast.undo_button.click()
    assert asked(window, "add_folder") == [(str(tmp_path),)]


def test_a_dropped_file_of_the_library_opens_its_item(
    application: QApplication, window: Window, tmp_path: Path
) -> None:
    client: FakeClient = window.desk.client  # type: ignore[assignment]
    film = tmp_path / "film.mkv"
    film.touch()
    client.items[ITEMS[3].id] = replace(ITEMS[3], path=str(film))
    drag(window, [str(film)], drop=True)
    app.settle(application, window)
    assert window.page is window.item
    assert asked(window, "item")[-1] == (ITEMS[3].id,)
    assert not window.toast.isVisible()
    client.folders = (FolderView(path=str(tmp_path), files=1, available=True),)
    drag(window, [str(tmp_path / "film.nfo")], drop=True)
    app.settle(application, window)
    assert "“film.nfo” lies in the library already" in window.toast.sentence
    assert window.toast.undo_button.isHidden()


def test_a_folder_that_is_dropped_and_refused_is_not_said_to_be_looked_through(
    application: QApplication, window: Window, tmp_path: Path
) -> None:
    client: FakeClient = window.desk.client  # type: ignore[assignment]
    toasts: list[str] = []
    window.deeds.told.connect(lambda notice: toasts.append(notice.sentence))
    client.late = []
    drag(window, [str(tmp_path)], drop=True)
    client.late.pop(0)()  # what it is
    QTest.qWait(20)
    client.error = UserError(f"“{tmp_path}” lies in “/tmp”, which is in the library already.")
    client.late.pop(0)()
    QTest.qWait(20)
    assert "which is in the library already" in window.message.words.accessibleName()
    assert toasts == []
    client.error, client.late = None, None
    drag(window, [str(tmp_path)], drop=True)
    app.settle(application, window)
    (told,) = toasts
    assert told.startswith("Looking through ")


# The guide


@pytest.fixture
def newcomer(application: QApplication, show: Show) -> Window:
    client = FakeClient()
    client.usual = ("/home/me/Videos", "/home/me/Music")
    client.desktop(guided=False)
    opened = show(client)
    app.settle(application, opened)
    return opened


def test_the_guide_greets_an_empty_library_once(
    application: QApplication, newcomer: Window
) -> None:
    client: FakeClient = newcomer.desk.client  # type: ignore[assignment]
    assert newcomer.page is newcomer.guide
    guide = newcomer.guide
    guide._chosen["/home/me/Music"].switch.click()
    newcomer.intake.add("/mnt/films")
    guide.on.click()
    assert asked(newcomer, "add_folder") == [("/home/me/Videos",), ("/mnt/films",)]
    assert "Nothing leaves this computer" in texts(guide)
    client.items = {one.id: one for one in ITEMS}
    guide.on.click()
    guide.refresh(frozenset({"items"}))
    app.settle(application, newcomer)
    assert guide.model.total == 12
    guide.view.take_keyboard(3)
    tile = guide.view.tile_here()
    assert tile is not None
    QTest.keyClick(guide.view, Key.Key_Return)
    app.settle(application, newcomer)
    assert client.items[tile.id].liked
    here = guide.view.tile_here()
    assert here is not None
    assert here.id == tile.id, "the cards stay in their places"
    assert here.liked
    guide.on.click()
    app.settle(application, newcomer)
    assert newcomer.page is newcomer.for_you
    assert client.desk_settings.guided


def test_the_guide_takes_back_a_folder_that_one_goes_back_to_switch_off(
    application: QApplication, newcomer: Window
) -> None:
    client: FakeClient = newcomer.desk.client  # type: ignore[assignment]
    guide = newcomer.guide
    guide.on.click()
    app.settle(application, newcomer)
    assert [one.path for one in client.folders] == ["/home/me/Videos", "/home/me/Music"]
    guide.before.click()
    guide._chosen["/home/me/Music"].switch.click()
    guide.on.click()
    app.settle(application, newcomer)
    assert [one.path for one in client.folders] == ["/home/me/Videos"]
    assert len(asked(newcomer, "add_folder")) == 2, "what is there is not added again"
    assert "“/home/me/Music” is out of the library" in newcomer.toast.sentence


def test_the_guide_begins_anew_and_shows_what_the_library_has(
    application: QApplication, newcomer: Window
) -> None:
    client: FakeClient = newcomer.desk.client  # type: ignore[assignment]
    guide = newcomer.guide
    guide._chosen["/home/me/Music"].switch.click()
    guide.on.click()
    guide.on.click()
    guide.on.click()
    client.folders = (FolderView(path="/mnt/films", files=1, available=True),)
    newcomer.desk.guide_wanted.emit()
    app.settle(application, newcomer)
    assert guide.chooses, "not where it was left"
    chosen = {path: one.switch.isChecked() for path, one in guide._chosen.items()}
    assert chosen == {"/home/me/Videos": True, "/home/me/Music": True, "/mnt/films": True}
    guide._chosen["/mnt/films"].switch.click()
    guide.refresh(frozenset({"status"}))
    app.settle(application, newcomer)
    assert not guide._chosen["/mnt/films"].switch.isChecked(), "news do not turn it on again"


def test_the_keyboard_goes_to_the_first_cards_when_they_take_the_place_of_no_folder(
    application: QApplication, newcomer: Window
) -> None:
    client: FakeClient = newcomer.desk.client  # type: ignore[assignment]
    newcomer.activateWindow()
    assert QTest.qWaitForWindowActive(newcomer)
    newcomer.guide.finish()
    app.settle(application, newcomer)
    assert newcomer.page is newcomer.for_you
    client.items = {one.id: one for one in ITEMS}
    newcomer.for_you.refresh(frozenset({"items"}))
    app.settle(application, newcomer)
    assert newcomer.focusWidget() is newcomer.for_you._play


def test_where_no_panel_can_be_had_it_is_asked_for_again_by_a_button(
    application: QApplication, show: Show
) -> None:
    client = FakeClient(ITEMS)
    client.error = UserError("The library “/l.db” is damaged: restore a backup.")
    window = show(client)
    app.settle(application, window)
    assert "does not answer" in texts(window.for_you)
    window.for_you.refresh(frozenset({"status"}))
    client.error = None
    window.for_you.refresh(frozenset({"status"}))
    app.settle(application, window)
    assert "does not answer" in texts(window.for_you), "it is not an empty page again"
    (again,) = [one for one in window.for_you.findChildren(Button) if one.text() == " Try again"]
    assert window.message.isVisible()
    again.click()
    app.settle(application, window)
    assert window.for_you._play.isVisible()
    assert not window.message.isVisible(), "it is true no longer"


def test_a_toast_leaves_the_buttons_of_the_guide_free(newcomer: Window) -> None:
    newcomer.desk.toasted.emit("Liked what was picked.", None)
    toast, on = newcomer.toast, newcomer.guide.on
    assert toast.isVisible()
    assert toast.geometry().bottom() < on.mapTo(toast.parentWidget(), QPoint()).y()


def test_the_guide_is_skipped_and_shown_again(application: QApplication, newcomer: Window) -> None:
    newcomer.guide.finish()
    assert newcomer.page is newcomer.for_you
    newcomer.go("settings")
    newcomer.desk.guide_wanted.emit()
    assert newcomer.page is newcomer.guide
    newcomer.guide.finish()
    assert newcomer.page is newcomer.settings


def test_no_guide_where_there_are_folders_or_it_was_seen(window: Window) -> None:
    assert window.page is window.for_you


# Tray


def test_without_a_tray_the_setting_says_so(application: QApplication, window: Window) -> None:
    window.go("settings")
    app.settle(application, window)
    assert not window.settings.tray.isEnabled()
    assert tray.ABSENT in texts(window.settings)
    window.close()
    assert not window.isVisible()


def test_with_the_tray_on_closing_hides_and_its_menu_works(
    application: QApplication, window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tray, "is_there", lambda: True)
    window.go("settings")
    app.settle(application, window)
    window.tray.turn(on=True)
    if not window.tray.on:  # the offscreen platform shows none, but the icon can be asked
        monkeypatch.setattr(QSystemTrayIcon, "isVisible", lambda _: True)
    closed: list[bool] = []
    window.closed.connect(lambda: closed.append(True))
    window.close()
    assert not window.isVisible()
    assert closed == []
    show_, pause, _ = window.tray.menu.actions()
    show_.trigger()
    assert window.isVisible()
    pause.trigger()
    app.settle(application, window)
    assert pause.text() == "Go on with the work", "it is not what plays that is paused"
    monkeypatch.undo()
    window.quit()
    assert closed == [True]


def test_closing_ends_the_program_where_the_tray_has_gone_and_a_late_tray_counts(
    application: QApplication, window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.go("settings")
    app.settle(application, window)
    assert not window.settings.tray.isEnabled()
    monkeypatch.setattr(tray, "is_there", lambda: True)
    window.go("library")
    window.go("settings")
    app.settle(application, window)
    assert window.settings.tray.isEnabled(), "the desktop's tray may begin after the program"
    assert tray.ABSENT not in texts(window.settings)
    monkeypatch.setattr(QSystemTrayIcon, "isVisible", lambda _: True)
    assert window.tray.on
    monkeypatch.setattr(tray, "is_there", lambda: False)
    closed: list[bool] = []
    window.closed.connect(lambda: closed.append(True))
    window.close()
    assert closed == [True], "else there would be no way back to it"


# The ways


def test_a_narrow_window_has_a_narrow_rail_with_names_in_tooltips(window: Window) -> None:
    button = window.rail.buttons["library"]
    window.resize(1024, 700)
    assert window.rail.width() < 100
    assert button.text() == ""
    assert button.toolTip() == "Library"
    assert button.accessibleName() == "Library"
    window.resize(1440, 900)
    assert window.rail.width() > 200
    assert "Library" in button.text()


def test_why_there_is_no_backup_is_told_until_there_is_one(
    application: QApplication, window: Window
) -> None:
    client: FakeClient = window.desk.client  # type: ignore[assignment]
    client.error = UserError("The disk of “/data/backups” is full: free some space.")
    window.commands.todo["backup"]()
    app.settle(application, window)
    assert window.message.isVisible()
    client.error = None
    window.commands.todo["backup"]()
    app.settle(application, window)
    assert not window.message.isVisible()
    assert window.toast.sentence == "The library is backed up."


def test_a_notice_that_goes_gives_the_keyboard_back(
    application: QApplication, window: Window
) -> None:
    window.go("settings")
    part = window.settings.judge
    part.setFocus()
    for by_mouse in (True, False):
        window.toast.say(notices.Notice("Done.", "Undo", lambda: None))
        if by_mouse:
            QTest.mouseClick(window.toast.undo_button, Qt.MouseButton.LeftButton)
        else:
            window.toast.undo_button.setFocus()
            QTest.keyClick(window.toast.undo_button, Qt.Key.Key_Space)
        assert window.focusWidget() is part
    window.message.say("Something went wrong.", bug=False)
    close = window.message.findChild(IconButton)
    QTest.mouseClick(close, Qt.MouseButton.LeftButton)
    assert window.focusWidget() is part


def test_a_click_on_the_page_that_is_seen_leaves_it_marked_and_gives_it_the_keyboard(
    window: Window,
) -> None:
    window.go("settings")
    button = window.rail.buttons["settings"]
    button.setFocus()
    button.click()
    assert button.isChecked()
    assert window.settings.isAncestorOf(window.focusWidget())


def test_back_and_forward_keep_the_place_on_the_page(
    application: QApplication, window: Window
) -> None:
    bar = window.for_you._area.verticalScrollBar()
    window.for_you._shelves[1].view.take_keyboard(2)
    bar.setValue(120)
    window.go("activity")
    window.go("settings")
    app.settle(application, window)
    handle = window.windowHandle()
    for _ in range(2):
        QTest.mouseClick(handle, Qt.MouseButton.BackButton, Mod.NoModifier, QPoint(300, 300))
        app.settle(application, window)
    assert window.page is window.for_you
    assert bar.value() == 120
    assert window.for_you._shelves[1].view.hasFocus()
    QTest.mouseClick(handle, Qt.MouseButton.ForwardButton, Mod.NoModifier, QPoint(300, 300))
    assert window.page is window.activity
    press(window, Key.Key_Right, Mod.AltModifier)
    assert window.page is window.settings
    window.go("for-you")
    press(window, Key.Key_Right, Mod.AltModifier)
    assert window.page is window.for_you, "a new way has no forward"


def test_back_to_another_item_one_is_where_one_was_on_its_page(
    application: QApplication, window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "_HELD_MS", 60_000)  # however slow this machine is
    window.resize(1024, 500)
    window.open_item(ITEMS[0].id)
    app.settle(application, window)
    bar = window.item._area.verticalScrollBar()
    bar.setValue(150)
    window.item.stars.setFocus()
    window.open_item(ITEMS[1].id)
    app.settle(application, window)
    assert bar.value() == 0
    assert not window.item.stars.hasFocus()
    client: FakeClient = window.desk.client  # type: ignore[assignment]
    client.late = []
    press(window, Key.Key_Left, Mod.AltModifier)
    for _ in range(5):
        application.processEvents()
    assert bar.value() == 0, "nothing is seen of it yet"
    late, client.late = client.late, None
    for answer in late:
        answer()
    app.settle(application, window)
    assert bar.value() == 150
    assert window.item.stars.hasFocus()
    bar.triggerAction(bar.SliderAction.SliderToMinimum)
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    before = bar.maximum()
    window.resize(1300, 760)
    app.settle(application, window)
    assert 150 < bar.maximum() != before
    assert bar.value() == 0, "a person who scrolls is not pulled back"


def test_pages_are_made_when_they_are_needed(window: Window) -> None:
    assert window.stack.count() == 1
    window.go("settings")
    assert window.stack.count() == 2


def test_a_change_says_what_the_engine_says(window: Window) -> None:
    window.desk.done.emit(Change(id="1", at=0.0, says="Rated 3 items.", items=3))
    assert window.toast.sentence == "Rated 3 items."
    assert window.toast.undo_button.text() == "Undo"


class Shown(QObject):
    """Notes the widgets that are shown as windows of their own."""

    def __init__(self) -> None:
        super().__init__()
        self.windows: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.windows.append(f"{type(watched).__name__} {watched.accessibleName()}")
        return False


def test_no_part_of_a_page_flashes_as_a_window_of_its_own_while_it_is_made(
    application: QApplication, window: Window
) -> None:
    shown = Shown()
    application.installEventFilter(shown)
    flashed = {}
    for name in dict.fromkeys(("library", "collections", *poses.PAGES)):
        if window.knows(name) and not window.is_made(name):
            window.named(name)
            flashed[name], shown.windows = shown.windows, []
    application.removeEventFilter(shown)
    assert {name: parts for name, parts in flashed.items() if parts} == {}


def test_down_goes_from_the_head_to_the_first_shelf_and_up_comes_back(window: Window) -> None:
    window.go("for-you")
    window.page.take_keyboard()
    play, shelf = window.for_you._play, window.for_you._shelves[0].view
    assert play.hasFocus()
    press(window, Key.Key_Down)
    assert shelf.hasFocus()
    assert shelf.here == 0
    press(window, Key.Key_Up)
    assert play.hasFocus()
    press(window, Key.Key_Right)
    press(window, Key.Key_Down)
    assert shelf.hasFocus(), "also from the buttons beside it"
