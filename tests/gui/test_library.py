"""The library page by keyboard and mouse: views, order, jumps, picking, filters, scrubbing."""

from array import array
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from gui.fake_client import FakeClient, item
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QRubberBand, QWidget
from pytestqt.qtbot import QtBot

from mediadesk import app
from mediadesk.engine.messages import (
    SEARCHES,
    Browsing,
    Facet,
    FacetValue,
    FolderView,
    ItemView,
)
from mediadesk.ui import cards
from mediadesk.ui.card_view import CardView
from mediadesk.ui.dialogs.collect import CollectDialog
from mediadesk.ui.dialogs.edit import EditDialog
from mediadesk.ui.dialogs.tag import TagDialog
from mediadesk.ui.items_view import ItemsView
from mediadesk.ui.widgets.arrangement import Face
from mediadesk.ui.widgets.browser import Browser
from mediadesk.ui.window import Window

Key, Button, Modifier = Qt.Key, Qt.MouseButton, Qt.KeyboardModifier
Show = Callable[[FakeClient], Window]
FOLDER = FolderView(path="/films", files=3, available=True)


def titled(number: int) -> ItemView:
    """An item whose title begins with another letter every ten items."""
    letter = chr(ord("A") + number // 10 % 26)
    return item(
        number,
        title=f"{letter}{number:05} walk",
        kind="song" if number % 3 == 2 else "clip",
        size=1000 * (number % 7 + 1),
        added_at=1_700_000_000.0 + number,
        available=True,
    )


@pytest.fixture
def client() -> FakeClient:
    return FakeClient([titled(number) for number in range(200)], folders=[FOLDER])


@pytest.fixture
def window(application: QApplication, show: Show, client: FakeClient) -> Window:
    shown = show(client)
    shown.activateWindow()
    assert QTest.qWaitForWindowActive(shown)
    shown.go("library")
    app.settle(application, shown)
    return shown


def titles(browser: Browser, count: int) -> list[str]:
    """The titles of the first items, in the order in which they are shown."""
    tiles = [browser.view.cards.tile(number) for number in range(count)]
    return [tile.title for tile in tiles if tile is not None]


def move(view: ItemsView, point: QPointF, held: Button = Button.NoButton) -> None:
    """Move the mouse to a point of a view, with a button pressed or none."""
    around = view.viewport().mapToGlobal(point)
    event = QMouseEvent(
        QEvent.Type.MouseMove, point, around, Button.NoButton, held, Modifier.NoModifier
    )
    QApplication.sendEvent(view.viewport(), event)


def press(key: Key, modifiers: Modifier = Modifier.NoModifier) -> None:
    focused = QApplication.focusWidget()
    assert focused is not None
    QTest.keyClick(focused, key, modifiers)


def click(view: CardView, number: int, modifiers: Modifier = Modifier.NoModifier) -> None:
    cell = view.visualRect(view.cards.place(number))
    centre = cards.artwork_rect(cell).center()
    QTest.mouseClick(view.viewport(), Button.LeftButton, modifiers, centre)


def called(client: FakeClient, verb: str) -> list[tuple[object, ...]]:
    return [args for name, args, _ in client.calls if name == verb]


def picked(browser: Browser) -> list[int]:
    """The positions of what is picked."""
    return [n for n in range(len(browser.found)) if browser.picked.holds(n)]


def test_the_same_items_are_shown_as_grid_list_and_details(
    application: QApplication, window: Window
) -> None:
    browser = window.library.browser
    grid = titles(browser, 5)
    for name, key in (("list", Key.Key_L), ("details", Key.Key_D), ("grid", Key.Key_G)):
        browser.take_keyboard()
        press(Key.Key_V)
        press(key)
        app.settle(application, window)
        assert browser.view is browser.views[name]
        assert browser.view.isVisible()
        assert titles(browser, 5) == grid
        assert browser.view.hasFocus(), "the keyboard goes with the view"
        others = [view for view in browser.views.values() if view is not browser.view]
        assert [view.cards.total for view in others] == [0, 0], "only what is seen is held"
    QTest.mouseClick(browser.arrangement.faces["details"], Button.LeftButton)
    assert browser.view is browser.details


def test_a_click_on_a_heading_sorts_and_one_more_turns_round(
    application: QApplication, window: Window, client: FakeClient
) -> None:
    browser = window.library.browser
    browser.arrangement.show_face("details")
    app.settle(application, window)
    head = browser.details.horizontalHeader()
    sorts = [column.sort for column in browser.details.rows.shape]

    def click_heading(sort: str) -> None:
        at = sorts.index(sort)  # type: ignore[arg-type]
        where = QPoint(head.sectionViewportPosition(at) + 12, head.height() // 2)
        QTest.mouseClick(head.viewport(), Button.LeftButton, pos=where)
        app.settle(application, window)

    click_heading("size")
    assert browser.arrangement.sort_button.text().strip() == "Size"
    sizes = [client.items[tile.id].size for n in range(10) if (tile := browser.view.cards.tile(n))]
    assert sizes == [7000] * 10, "the largest first"
    click_heading("size")
    assert client.items[browser.view.cards.tile(0).id].size == 1000  # type: ignore[union-attr]
    assert head.isSortIndicatorShown()
    assert head.sortIndicatorSection() == sorts.index("size")
    assert head.sortIndicatorOrder() == Qt.SortOrder.AscendingOrder


def test_the_sort_menu_and_the_arrow_order_the_items(
    application: QApplication, window: Window
) -> None:
    browser = window.library.browser
    browser.winId()  # a native window, as it is once a video was shown in the player
    browser.take_keyboard()
    press(Key.Key_O)
    (menu,) = (one for one in window.findChildren(QMenu) if one.isVisible())
    assert menu.parentWidget() is window, "else it is native, too, and Wayland refuses it"
    assert menu.activeAction().text() == "Title"
    next(one for one in menu.actions() if one.text() == "Date added").trigger()
    menu.close()
    app.settle(application, window)
    assert titles(browser, 2) == ["T00199 walk", "T00198 walk"]
    QTest.mouseClick(browser.arrangement.direction, Button.LeftButton)
    app.settle(application, window)
    assert titles(browser, 2) == ["A00000 walk", "A00001 walk"]


def test_jumping_goes_to_a_letter_by_key_and_by_mouse(
    application: QApplication, window: Window
) -> None:
    browser = window.library.browser
    browser.take_keyboard()
    press(Key.Key_J)
    assert browser.jumps.hasFocus()
    press(Key.Key_M)  # which is “Mute” in the player
    assert browser.jumps.current == "M"
    press(Key.Key_Return)
    assert browser.view.hasFocus()
    app.settle(application, window)
    tile = browser.view.tile_here()
    assert tile is not None
    assert tile.title == "M00120 walk"
    QTest.mouseClick(browser.jumps, Button.LeftButton, pos=QPoint(8, 10))
    assert browser.view.verticalScrollBar().value() == 0
    assert browser.jumps.current == "A"
    assert browser.jumps.hasFocus()
    press(Key.Key_Down)
    assert browser.jumps.accessibleDescription() == "B"
    press(Key.Key_Left)
    assert browser.view.hasFocus()
    press(Key.Key_S, Modifier.ShiftModifier)
    assert browser.jumps.current == "S"
    assert browser.view.here == 180


def test_a_refresh_does_not_move_what_one_looks_at(
    application: QApplication, window: Window, client: FakeClient
) -> None:
    browser = window.library.browser
    for face in ("grid", "list", "details"):
        browser.arrangement.show_face(face)
        app.settle(application, window)
        view = browser.view
        browser.picked.clear()
        view.take_keyboard(120)
        view.verticalScrollBar().setValue(view.verticalScrollBar().value() + 33)
        browser.picked.toggle(121)
        app.settle(application, window)
        first = view.first_seen()
        assert first
        before, here = view.cards.tile(first), view.tile_here()
        top = view.visualRect(view.cards.place(first)).top()
        one_more = [titled(number) for number in range(1000, 1000 + 10 * view.side_by_side())]
        client.items |= {each.id + face: replace(each, id=each.id + face) for each in one_more}
        window.library.refresh(frozenset({"items"}))
        app.settle(application, window)
        again = view.first_seen()
        assert again
        assert view.cards.tile(again) == before
        assert view.visualRect(view.cards.place(again)).top() == top
        assert view.tile_here() == here
        assert len(picked(browser)) == 1


def test_at_the_top_a_refresh_shows_what_is_new_and_keeps_the_keyboard(
    application: QApplication, window: Window, client: FakeClient
) -> None:
    browser = window.library.browser
    browser.view.take_keyboard(2)
    before = browser.view.tile_here()
    assert before is not None
    first = item(9999, id="new", title="A", available=True)
    client.items[first.id] = first
    window.library.refresh(frozenset({"items"}))
    app.settle(application, window)
    assert titles(browser, 1) == ["A"]
    assert browser.view.verticalScrollBar().value() == 0
    assert browser.view.tile_here() == before
    window.topbar.search.setText("walk")
    window.library._typing.timeout.emit()
    app.settle(application, window)
    assert browser.view.verticalScrollBar().value() == 0


def test_coming_back_from_an_item_everything_is_as_it_was(
    application: QApplication, window: Window
) -> None:
    browser = window.library.browser
    browser.view.take_keyboard(150)
    app.settle(application, window)
    scrolled, tile = browser.view.verticalScrollBar().value(), browser.view.tile_here()
    assert scrolled > 0
    press(Key.Key_Return)
    app.settle(application, window)
    assert window.page is window.item
    press(Key.Key_Left, Modifier.AltModifier)
    app.settle(application, window)
    assert window.page is window.library
    assert browser.view.verticalScrollBar().value() == scrolled
    assert browser.view.tile_here() == tile
    assert browser.view.hasFocus()


@pytest.mark.parametrize("face", ["grid", "list", "details"])
def test_back_one_is_where_one_had_scrolled_to_and_not_where_the_keyboard_was(
    application: QApplication, window: Window, qtbot: QtBot, face: Face
) -> None:
    browser = window.library.browser
    browser.arrangement.show_face(face)
    app.settle(application, window)
    browser.view.take_keyboard(3)
    bar = browser.view.verticalScrollBar()
    bar.setValue(bar.maximum() // 2 + 7)
    app.settle(application, window)
    scrolled, seen = bar.value(), browser.view.first_seen()
    window.go("settings")
    app.settle(application, window)
    window.resize(1200, 800)
    window.resize(1440, 900)
    press(Key.Key_Left, Modifier.AltModifier)
    app.settle(application, window)
    assert (bar.value(), browser.view.first_seen()) == (scrolled, seen)
    assert browser.view.hasFocus()
    assert browser.view.here == 3
    window.go("activity")
    window.back()
    bar.triggerAction(bar.SliderAction.SliderToMinimum)  # a person scrolls at once
    app.settle(application, window)
    assert bar.value() == 0, "and is not pulled back"


@pytest.mark.parametrize("width", [1000, 1380, 1600])
def test_in_a_window_of_another_size_the_same_items_are_seen(
    application: QApplication, window: Window, width: int
) -> None:
    browser = window.library.browser
    grid = browser.grid
    grid.take_keyboard(0)
    row, columns = grid.cards.place(120).row(), grid.cards.columnCount()
    seen = range(row * columns, (row + 1) * columns)
    half = grid.verticalHeader().defaultSectionSize() // 2
    grid.verticalScrollBar().setValue(grid.verticalHeader().sectionPosition(row) + half)
    app.settle(application, window)
    assert grid.first_seen() == seen[0]
    for size in ((width, 900), (width, 700)):
        window.resize(*size)
        app.settle(application, window)
        first = grid.first_seen()
        assert first is not None
        assert seen[0] in range(first, first + grid.cards.columnCount()), f"at {size}"
        assert grid.here == 0, "the keyboard stays where it is, seen or not"


def test_cards_have_three_sizes_by_key_and_slider(
    application: QApplication, window: Window
) -> None:
    browser = window.library.browser
    browser.take_keyboard()
    middle = browser.model.columnCount()
    press(Key.Key_Minus)
    app.settle(application, window)
    assert browser.model.columnCount() > middle
    for _ in range(3):
        press(Key.Key_Plus)
    app.settle(application, window)
    assert browser.model.columnCount() < middle
    assert browser.arrangement.size_slider.value() == 2
    assert browser.grid.horizontalScrollBar().maximum() == 0


def test_items_are_picked_with_the_mouse(application: QApplication, window: Window) -> None:
    browser = window.library.browser
    click(browser.grid, 3, Modifier.ControlModifier)
    assert picked(browser) == [3]
    click(browser.grid, 6, Modifier.ShiftModifier)
    assert picked(browser) == [3, 4, 5, 6]
    click(browser.grid, 4, Modifier.ShiftModifier)
    assert picked(browser) == [3, 4], "what is extended shrinks, too"
    click(browser.grid, 8)
    assert picked(browser) == [3, 4, 8], "while some are picked a click picks"
    assert window.page is window.library
    assert browser.picked_bar.isVisible()
    assert browser.picked_bar._count.text() == "3 selected"
    circle = cards.pick_rect(browser.grid.visualRect(browser.model.place(8))).center()
    QTest.mouseClick(browser.grid.viewport(), Button.LeftButton, pos=circle)
    assert picked(browser) == [3, 4]
    QTest.mouseClick(browser.picked_bar._clear, Button.LeftButton)
    assert picked(browser) == []
    assert not browser.picked_bar.isVisible()
    app.settle(application, window)
    click(browser.grid, 8)
    assert window.page is window.item


@pytest.mark.parametrize("face", ["grid", "list"])
def test_items_are_picked_with_a_band_around_them(
    application: QApplication, window: Window, qtbot: QtBot, face: Face
) -> None:
    browser = window.library.browser
    browser.arrangement.show_face(face)
    app.settle(application, window)
    view = browser.view
    here, side = view.viewport(), view.side_by_side()

    def spot(place: int) -> QPoint:
        cell = view.visualRect(view.cards.place(place))
        return QPoint(cell.center().x(), cell.top() + 30)  # buttons are below

    def drag(start: int, end: int, *, keys: Modifier = Modifier.NoModifier) -> None:
        first, last = spot(start), spot(end)
        QTest.mousePress(here, Button.LeftButton, keys, first)
        move(view, last.toPointF(), Button.LeftButton)
        assert view.hovered is None, "no buttons below the band"
        QTest.mouseRelease(here, Button.LeftButton, keys, last)

    drag(1, 2 + side)
    around = {1, 2, 1 + side, 2 + side} if side > 1 else {1, 2, 3}
    assert set(picked(browser)) == around
    assert window.page is window.library, "no click"
    drag(2 * side, 2 * side + 1, keys=Modifier.ControlModifier)
    assert set(picked(browser)) == around | {2 * side, 2 * side + 1}, "beside what was picked"
    drag(1, 0)
    assert set(picked(browser)) == {0, 1}, "whichever way it is drawn"
    below = QPoint(5, here.height() + 40)
    QTest.mousePress(here, Button.LeftButton, pos=spot(0))
    move(view, below.toPointF(), Button.LeftButton)
    qtbot.waitUntil(lambda: view.verticalScrollBar().value() > 0)  # it scrolls at the edge
    QTest.mouseRelease(here, Button.LeftButton, pos=below)
    scrolled = view.verticalScrollBar().value()
    QTest.qWait(60)
    assert view.verticalScrollBar().value() == scrolled
    (band,) = view.findChildren(QRubberBand)
    assert not band.isVisible()
    seen = view.first_seen()
    assert seen is not None
    begun = spot(seen + side)
    QTest.mousePress(here, Button.LeftButton, pos=begun)
    move(view, begun.toPointF() + QPointF(40, 40), Button.LeftButton)
    assert band.isVisible()
    window.go("for-you")  # and no release is told of any more
    app.settle(application, window)
    window.go("library")
    app.settle(application, window)
    assert view.isVisible()
    assert not band.isVisible()


def test_in_another_order_one_begins_to_extend_anew(
    application: QApplication, window: Window
) -> None:
    browser = window.library.browser
    click(browser.grid, 3, Modifier.ControlModifier)
    browser.arrangement.sort_by("title")  # once more: the other way round
    app.settle(application, window)
    assert picked(browser) == [196], "it stays picked where it stands now"
    click(browser.grid, 6, Modifier.ShiftModifier)
    assert picked(browser) == [6, 196]
    click(browser.grid, 8, Modifier.ShiftModifier)
    assert picked(browser) == [6, 7, 8, 196]


def test_what_is_picked_and_no_longer_found_is_let_go_so_that_nobody_acts_on_it_unseen(
    application: QApplication, window: Window
) -> None:
    browser = window.library.browser
    for place in (2, 3):
        click(browser.grid, place, Modifier.ControlModifier)
    window.topbar.search.setText("A00003")
    window.library._typing.timeout.emit()
    app.settle(application, window)
    assert titles(browser, 1) == ["A00003 walk"]
    assert (len(browser.picked), browser.picked_bar._count.text()) == (1, "1 selected")
    window.topbar.search.setText("")
    window.library._typing.timeout.emit()
    app.settle(application, window)
    assert picked(browser) == [3]


def test_items_are_picked_with_the_keyboard(window: Window) -> None:
    browser = window.library.browser
    browser.view.take_keyboard(1)
    press(Key.Key_Space)
    assert picked(browser) == [1]
    press(Key.Key_Right, Modifier.ShiftModifier)
    press(Key.Key_Right, Modifier.ShiftModifier)
    assert picked(browser) == [1, 2, 3]
    press(Key.Key_Left, Modifier.ShiftModifier)
    assert picked(browser) == [1, 2]
    press(Key.Key_Down, Modifier.ShiftModifier)
    assert picked(browser) == list(range(1, 3 + browser.view.side_by_side()))
    press(Key.Key_A, Modifier.ControlModifier)
    assert len(picked(browser)) == 200
    said = browser.view.cards.data(browser.view.cards.place(0), Qt.ItemDataRole.AccessibleTextRole)
    assert str(said).endswith(", selected")
    press(Key.Key_Escape)
    assert picked(browser) == []
    assert window.page is window.library, "Escape first lets go of what is picked"


def test_the_keys_that_pick_can_be_other_ones(window: Window) -> None:
    browser = window.library.browser
    browser.view.take_keyboard(3)
    window.keys.set_keys("pick", ("X",))
    press(Key.Key_Space)
    assert picked(browser) == []
    press(Key.Key_X)
    assert picked(browser) == [3]
    window.keys.reset()
    press(Key.Key_Space)
    assert picked(browser) == []
    other = window.keys.taken("view-list", "Space")
    assert other is not None
    assert other.name == "pick"


def test_arrows_go_through_the_grid_line_by_line(window: Window) -> None:
    browser = window.library.browser
    across = browser.view.side_by_side()
    browser.view.take_keyboard(across - 1)
    press(Key.Key_Right)
    assert browser.view.here == across, "on to the next line"
    press(Key.Key_Down)
    assert browser.view.here == 2 * across
    press(Key.Key_End)
    assert browser.view.here == 199
    press(Key.Key_Down)
    assert browser.view.here == 199
    press(Key.Key_Home)
    assert browser.view.here == 0
    press(Key.Key_PageDown)
    assert browser.view.here == across * (
        browser.view.viewport().height() // browser.view.verticalHeader().defaultSectionSize()
    )


def test_keys_act_on_all_that_is_picked_and_it_can_be_undone(
    application: QApplication, window: Window, client: FakeClient
) -> None:
    browser = window.library.browser
    browser.view.take_keyboard(0)
    for _ in range(2):
        press(Key.Key_Right, Modifier.ShiftModifier)
    press(Key.Key_4)
    app.settle(application, window)
    rated = [one.title for one in client.items.values() if one.stars == 4.0]
    assert rated == ["A00000 walk", "A00001 walk", "A00002 walk"]
    assert window.toast.isVisible()
    press(Key.Key_Z, Modifier.ControlModifier)
    app.settle(application, window)
    assert not [one for one in client.items.values() if one.stars]
    press(Key.Key_S)
    app.settle(application, window)
    assert sum(one.finished for one in client.items.values()) == 3
    window.library.refresh(frozenset({"items"}))
    app.settle(application, window)
    press(Key.Key_S)
    app.settle(application, window)
    assert not [one for one in client.items.values() if one.finished], "all watched: taken back"
    press(Key.Key_H)
    app.settle(application, window)
    assert sum(one.hidden for one in client.items.values()) == 3


def test_the_bar_plays_queues_tags_collects_and_edits(
    application: QApplication, window: Window, client: FakeClient
) -> None:
    browser = window.library.browser
    asked: list[tuple[tuple[str, ...], str]] = []
    ids = tuple(client.items)[:2]
    browser.picked.toggle(1)
    browser.picked.toggle(0)
    buttons = browser.picked_bar.buttons
    window.desk.queued.disconnect()  # the player has tests of its own
    window.desk.queued.connect(lambda ids, where: asked.append((ids, where)))
    QTest.mouseClick(buttons["queue"], Button.LeftButton)
    app.settle(application, window)
    assert asked == [(ids, "last")], "in the order in which they are shown"
    QTest.mouseClick(buttons["rate"], Button.LeftButton)
    (menu,) = (one for one in window.findChildren(QMenu) if one.isVisible())
    assert len(menu.actions()) == 6
    menu.actions()[0].trigger()
    menu.close()
    app.settle(application, window)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert menu not in window.findChildren(QMenu), "it is not kept"
    assert [client.items[one].stars for one in ids] == [5.0, 5.0]
    QTest.mouseClick(buttons["tag"], Button.LeftButton)
    app.settle(application, window)
    dialog = window.findChild(TagDialog)
    assert isinstance(dialog, TagDialog)
    app.settle(application, window)
    QTest.keyClicks(dialog.box.field, "sunday, rain")
    QTest.mouseClick(dialog.agree, Button.LeftButton)
    app.settle(application, window)
    assert client.items[ids[0]].labels == client.items[ids[1]].labels == ("sunday", "rain")
    QTest.mouseClick(buttons["collect"], Button.LeftButton)
    app.settle(application, window)
    collect = window.findChild(CollectDialog)
    assert isinstance(collect, CollectDialog)
    app.settle(application, window)
    QTest.keyClicks(collect.name, "For Sunday")
    QTest.keyClick(collect.name, Key.Key_Return)
    app.settle(application, window)
    assert client.book.collections["For Sunday"] == list(ids)
    QTest.mouseClick(buttons["edit"], Button.LeftButton)
    app.settle(application, window)
    edit = window.findChild(EditDialog)
    assert isinstance(edit, EditDialog)
    app.settle(application, window)
    edit.reject()


def test_ten_thousand_are_tagged_in_one_call_without_a_wait(
    application: QApplication, show: Show
) -> None:
    client = FakeClient([titled(number) for number in range(10_000)], folders=[FOLDER])
    window = show(client)
    window.go("library")
    app.settle(application, window)
    browser = window.library.browser
    browser.picked.all()
    client.late = []
    browser.act("tag")
    assert called(client, "ids_at") == [(array("I", range(10_000)),)]
    assert window.findChild(TagDialog) is None, "nothing waits for the ids"
    late, client.late = client.late, None
    for answer in late:
        answer()
    app.settle(application, window)
    dialog = window.findChild(TagDialog)
    assert isinstance(dialog, TagDialog)
    dialog.box.added.emit("many")
    dialog.go_on()
    app.settle(application, window)
    ((ids,),) = called(client, "tag")
    assert len(ids) == 10_000  # type: ignore[arg-type]


def test_the_menu_of_a_card_opens_by_key_and_is_about_that_card(
    application: QApplication, window: Window, client: FakeClient
) -> None:
    browser = window.library.browser
    browser.picked.toggle(5)
    browser.view.take_keyboard(2)
    cell = browser.view.visualRect(browser.view.currentIndex())
    where = browser.view.viewport().mapToGlobal(cell.center())
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, cell.center(), where)
    QApplication.sendEvent(browser.view.viewport(), event)
    menus = [one for one in window.findChildren(QMenu) if one.isVisible() and one.actions()]
    texts = [one.text() for one in menus[-1].actions() if one.text()]
    assert texts[:4] == ["Open", "Play\tP", "Play next\tAlt+Q", "Add to the queue\tQ"]
    assert "Take out of this collection" not in texts
    next(one for one in menus[-1].actions() if one.text() == "Mark as watched\tS").trigger()
    for menu in menus:
        menu.close()
    app.settle(application, window)
    watched = [one.title for one in client.items.values() if one.finished]
    assert watched == ["A00002 walk"], "what is picked elsewhere is left alone"


def test_a_keyboard_without_a_menu_key_opens_the_menu_of_a_card_too(window: Window) -> None:
    window.library.browser.view.take_keyboard(2)
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_F10, Qt.KeyboardModifier.ShiftModifier)
    menus = [one for one in window.findChildren(QMenu) if one.isVisible() and one.actions()]
    assert "Mark as watched\tS" in [one.text() for one in menus[-1].actions()]
    menus[-1].close()


def test_what_one_wants_to_be_analysed_first_is_said_by_menu_and_palette(
    application: QApplication, window: Window, client: FakeClient
) -> None:
    browser = window.library.browser
    browser.picked.toggle(0)
    browser.picked.extend(2)
    three = [client._ids[number] for number in browser.picked.in_order()]
    menu = browser.acts.menu(browser.chosen(), window.pos())
    next(one for one in menu.actions() if one.text() == "Analyse before all else").trigger()
    menu.close()
    app.settle(application, window)
    assert [list(ids) for (ids,) in called(client, "first")] == [three]
    assert window.toast.sentence == "3 items will be analysed before all else."
    browser.picked.clear()
    browser.view.take_keyboard(1)
    window.commands.todo["first"]()
    app.settle(application, window)
    assert called(client, "first")[1:] == [((three[1],),)]


def test_a_filter_is_written_into_the_search_and_taken_out_again(
    application: QApplication, window: Window, client: FakeClient
) -> None:
    page = window.library
    page.browser.take_keyboard()
    press(Key.Key_F)
    app.settle(application, window)
    assert page.facets.isVisible()
    assert page.facets.hasFocus()
    texts = [line.text for line in page.facets.lines]
    assert texts[:3] == ["Kind", "clip", "song"]
    place = page.facets.model().index(2, 0)
    where = page.facets.visualRect(place).center()
    QTest.mouseClick(page.facets.viewport(), Button.LeftButton, pos=where)
    assert window.topbar.search.text() == "kind:song"
    page._typing.timeout.emit()
    app.settle(application, window)
    assert len(page.browser.found) == sum(one.kind == "song" for one in client.items.values())
    line = next(one for one in page.facets.lines if one.search == "kind:song")
    assert line.on
    page.facets.setFocus()
    page.facets.setCurrentIndex(page.facets.model().index(page.facets.lines.index(line), 0))
    press(Key.Key_Return)
    assert window.topbar.search.text() == ""
    page._typing.timeout.emit()
    app.settle(application, window)
    assert len(page.browser.found) == 200
    more = next(n for n, one in enumerate(page.facets.lines) if one.more)
    before = len(page.facets.lines)
    page.facets.setCurrentIndex(page.facets.model().index(more, 0))
    press(Key.Key_Space)
    assert len(page.facets.lines) > before
    press(Key.Key_F)
    assert not page.facets.isVisible()
    assert page.browser.view.hasFocus()


def test_escape_closes_the_filters_before_it_leaves_the_page(
    application: QApplication, window: Window
) -> None:
    page = window.library
    press(Key.Key_F)
    app.settle(application, window)
    assert page.facets.lines[page.facets.currentIndex().row()].text == "clip", "it is seen"
    press(Key.Key_Escape)
    assert window.page is page
    assert not page.facets.isVisible()
    assert not page.filter_button.isChecked()
    assert page.browser.view.hasFocus()
    press(Key.Key_Escape)
    assert window.page_name == "for-you"


def test_the_keyboard_stays_on_a_filter_that_stands_elsewhere_once_it_is_on(
    window: Window,
) -> None:
    panel = window.library.facets
    values = [FacetValue(label=f"tag {n}", search=f"tag:{n}", items=9 - n) for n in range(3)]
    panel.show_facets([Facet(name="tag", title="Tag", values=tuple(values))], "")
    panel.setCurrentIndex(panel.model().index(2, 0))
    panel.show_facets([Facet(name="tag", title="Tag", values=(values[1], values[0]))], "tag:1")
    assert panel.lines[panel.currentIndex().row()].search == "tag:1"
    panel.show_facets([Facet(name="tag", title="Tag", values=(values[2],))], "")
    assert panel.currentIndex().row() == 1, "the nearest, if it went"


def test_the_question_mark_offers_searches_to_click(
    application: QApplication, window: Window
) -> None:
    examples = window.topbar.examples
    QTest.mouseClick(examples, Button.LeftButton)
    assert examples.panel is not None
    buttons = [
        one for one in examples.panel.findChildren(QWidget) if one.property("role") == "example"
    ]
    assert [one.accessibleName().partition(": ")[0] for one in buttons] == [
        said for said, _ in SEARCHES
    ] or len(buttons) == len(SEARCHES)
    QTest.keyClick(buttons[0], Key.Key_Return)
    app.settle(application, window)
    assert window.topbar.search.text() == SEARCHES[0][0]
    assert examples.panel is None


def test_a_half_typed_search_is_a_quiet_hint_and_changes_nothing(
    application: QApplication, window: Window
) -> None:
    page = window.library
    window.topbar.search.setText("walk (")
    page._typing.timeout.emit()
    app.settle(application, window)
    assert page.hint.isVisible()
    assert "close them" in page.hint.text()
    assert len(page.browser.found) == 200
    assert not window.message.isVisible()
    window.topbar.search.setText("nothing like it")
    page._typing.timeout.emit()
    app.settle(application, window)
    assert page.none.isVisible()
    assert not page.hint.isVisible()
    page.none.take_keyboard()
    press(Key.Key_Space)
    app.settle(application, window)
    assert window.topbar.search.text() == ""
    assert len(page.browser.found) == 200


def test_an_engine_that_fails_is_told_with_a_way_to_try_again(
    application: QApplication, show: Show, client: FakeClient
) -> None:
    window = show(client)
    client.error = RuntimeError("broken")
    window.go("library")
    app.settle(application, window)
    failed = window.library.browser._failed
    assert failed.isVisible()
    client.error = None
    failed.take_keyboard()
    QTest.keyClick(failed._buttons[0], Key.Key_Space)
    app.settle(application, window)
    assert not failed.isVisible()
    assert len(window.library.browser.found) == 200


def point_at(view: ItemsView, number: int, share: float) -> None:
    """Move the mouse to a share of the width of an item's picture."""
    area = view.picture_rect(view.cards.place(number))
    move(view, QPointF(area.left() + share * area.width(), area.top() + area.height() / 3))


def scrubbed(view: ItemsView) -> int | None:
    """Which of the eight pictures of a fake video is shown."""
    if view.scrub is None:
        return None
    return round(view.scrub.picture.toImage().pixelColor(96, 54).red() / 30)


@pytest.mark.parametrize("face", ["grid", "list"])
def test_the_mouse_over_a_video_shows_its_inside_by_time(
    application: QApplication, window: Window, client: FakeClient, face: str
) -> None:
    browser = window.library.browser
    browser.arrangement.show_face(face)
    app.settle(application, window)
    view = browser.view
    point_at(view, 0, 0.1)
    assert scrubbed(view) is None
    before = painted(view, 0)
    QTest.qWait(150)
    app.settle(application, window)
    assert scrubbed(view) == 0
    asked = list(client.calls)
    for share, picture in ((0.9, 7), (0.55, 4), (0.05, 0), (0.99, 7)):
        point_at(view, 0, share)
        assert scrubbed(view) == picture
        assert abs(painted(view, 0) - 30 * picture) < 12
    assert abs(before - 210) > 20, "the picture was another before"
    assert client.calls == asked, "one call for a card, whatever the mouse does on it"
    point_at(view, 2, 0.5)
    QTest.qWait(150)
    assert view.scrub is None, "a song has no pictures by time"
    point_at(view, 0, 0.9)
    assert scrubbed(view) == 7, "what came once is kept"
    assert len(called(client, "storyboard")) == 1


def painted(view: ItemsView, number: int) -> int:
    """How bright an item's picture is on the screen, where nothing lies upon it."""
    area = view.picture_rect(view.cards.place(number))
    place = QPoint(area.center().x(), area.top() + area.height() // 5)
    return view.viewport().grab().toImage().pixelColor(place).red()


def test_a_mouse_that_rests_while_the_library_changes_asks_for_no_nameless_item(
    application: QApplication, window: Window, client: FakeClient
) -> None:
    browser = window.library.browser
    point_at(browser.grid, 0, 0.5)
    browser.scrubs.forget()
    QTest.qWait(150)
    point_at(browser.grid, 0, 0.6)
    QTest.qWait(150)
    app.settle(application, window)
    assert called(client, "storyboard") == [(next(iter(client.items)),)]
    assert scrubbed(browser.grid) == 4


def test_an_engine_started_again_is_asked_for_everything_anew(
    application: QApplication, window: Window, client: FakeClient
) -> None:
    browser = window.library.browser
    browser.picked.toggle(4)
    client._ids.reverse()
    client._numbers.update({one: n for n, one in enumerate(client._ids)})
    window.desk.restarted.emit()
    app.settle(application, window)
    assert titles(browser, 2) == ["A00000 walk", "A00001 walk"]
    assert picked(browser) == [], "numbers of another engine mean other items"


def test_a_fling_through_everything_asks_for_what_is_seen_last(
    application: QApplication, window: Window, client: FakeClient
) -> None:
    browser = window.library.browser
    client.calls.clear()
    client.late = []
    bar = browser.view.verticalScrollBar()
    for step in range(20):
        bar.setValue(bar.maximum() * step // 19)
        browser.view.viewport().repaint()
        application.processEvents()
    late, client.late = client.late, None
    asked = [call for call in client.calls if call[0] == Browsing.items_at.__name__]
    assert len(asked) <= 1, "one at a time"
    for answer in late:
        answer()
    app.settle(application, window)
    assert browser.view.cards.tile(199) is not None


def test_the_window_opens_with_the_arrangement_it_was_closed_with(
    application: QApplication, window: Window, tmp_path: Path
) -> None:
    file = tmp_path / "window.ini"
    for turn in range(2):
        shown = Window(window.desk, geometry_file=file)
        shown.resize(1440, 900)
        shown.show()
        shown.go("library")
        app.settle(application, shown)
        arrangement = shown.library.browser.arrangement
        if turn == 0:
            arrangement.act("view-details")
            arrangement.act("larger-cards")
            arrangement.sort_by("size")
        assert arrangement.kept == "details 2 size descending"
        app.settle(application, shown)
        assert shown.library.browser.view is shown.library.browser.details
        assert titles(shown.library.browser, 1) == ["A00006 walk"]
        shown.close()
        shown.deleteLater()


def test_a_slow_engine_is_waited_for_with_words(
    application: QApplication, show: Show, client: FakeClient
) -> None:
    window = show(client)
    client.late = []
    window.go("library")
    browser = window.library.browser
    assert not browser._loading.isVisible(), "an answer that comes soon flickers nothing"
    browser._patience.timeout.emit()
    assert browser._loading.isVisible()
    late, client.late = client.late, None
    for answer in late:
        answer()
    app.settle(application, window)
    assert browser.view.isVisible()
    assert len(titles(browser, 3)) == 3


def test_an_empty_tab_says_how_something_comes_there(
    application: QApplication, window: Window
) -> None:
    page = window.library
    page.browser.take_keyboard()
    press(Key.Key_V)
    press(Key.Key_S)
    app.settle(application, window)
    assert page.none.isVisible()
    assert "S01E02" in page.none._sentence.text()
    assert page.none._buttons[0].hasFocus(), "the keyboard goes along"


def test_who_types_a_search_that_finds_nothing_yet_goes_on_typing(
    application: QApplication, window: Window
) -> None:
    page, field = window.library, window.topbar.search
    page.browser.take_keyboard()
    press(Key.Key_Slash)
    for typed, seen in (("zzz", page.none), ("", page.browser)):
        field.selectAll()
        QTest.keyClick(field, Key.Key_Backspace)
        QTest.keyClicks(field, typed)
        page._typing.timeout.emit()
        app.settle(application, window)
        assert seen.isVisible()
        assert field.hasFocus()


def test_escape_empties_the_search_then_leaves_it_then_goes_back(
    application: QApplication, window: Window
) -> None:
    view, field = window.library.browser.view, window.topbar.search
    press(Key.Key_Slash)
    QTest.keyClicks(field, "a")
    press(Key.Key_Escape)
    assert (field.text(), field.hasFocus()) == ("", True)
    press(Key.Key_Escape)
    assert (window.page_name, view.hasFocus()) == ("library", True)
    press(Key.Key_Escape)
    assert window.page_name == "for-you"


def test_the_bar_of_what_is_picked_leaves_out_what_does_not_fit(
    application: QApplication, window: Window
) -> None:
    browser = window.library.browser
    browser.picked.toggle(0)
    for width in (1440, 1024):
        window.resize(width, 700)
        app.settle(application, window)
        bar = browser.picked_bar
        seen = [one for one in bar.buttons.values() if one.isVisible()]
        assert all(one.width() >= one.sizeHint().width() for one in seen), "no text is cut"
    assert "hide" not in [name for name, one in bar.buttons.items() if one.isVisible()]


def test_a_toast_leaves_the_bar_of_what_is_picked_free(
    application: QApplication, window: Window
) -> None:
    browser = window.library.browser
    browser.take_keyboard()
    press(Key.Key_A, Modifier.ControlModifier)
    press(Key.Key_4)
    app.settle(application, window)
    assert window.toast.isVisible()
    bar = browser.picked_bar
    top = bar.mapTo(window, QPoint()).y()
    assert window.toast.mapTo(window, QPoint(0, window.toast.height())).y() < top


def test_tab_goes_through_the_page_as_the_eye_does(
    application: QApplication, window: Window
) -> None:
    page, browser = window.library, window.library.browser
    page.act("filter")
    browser.picked.toggle(1)
    app.settle(application, window)
    browser.arrangement.sort_button.setFocus()
    stops = []
    for _ in range(9):
        stops.append(QApplication.focusWidget())
        press(Key.Key_Tab)
    arrangement = browser.arrangement
    assert stops == [
        arrangement.sort_button,
        arrangement.direction,
        arrangement.size_slider,
        arrangement.faces["grid"],
        page.filter_button,
        page.chips[""],
        page.facets,
        browser.grid,
        browser.jumps,
    ]
    assert QApplication.focusWidget() is browser.picked_bar.buttons["play"]
