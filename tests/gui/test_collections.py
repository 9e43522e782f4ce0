"""Series, albums, artists and collections by keyboard and mouse: their cards and their pages."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from gui.fake_client import FakeClient, item
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from mediadesk import app
from mediadesk.api import Kind, UserError
from mediadesk.engine.messages import FolderView
from mediadesk.search import parse
from mediadesk.search.tree import OfKind, Or
from mediadesk.ui.dialogs.collect import NameDialog
from mediadesk.ui.palette import Palette
from mediadesk.ui.row_painter import HEADING
from mediadesk.ui.subject import Subject
from mediadesk.ui.widgets.controls import Sentence
from mediadesk.ui.window import Window

Key, Button, Modifier = Qt.Key, Qt.MouseButton, Qt.KeyboardModifier
Show = Callable[[FakeClient], Window]
FOLDER = FolderView(path="/films", files=3, available=True)


@pytest.fixture
def client() -> FakeClient:
    """Two series of two seasons with five episodes each, and twelve songs of two albums."""
    episodes = [
        item(
            n,
            title=f"Part {n}",
            kind="episode",
            series=f"Show {n // 10 + 1}",
            season=n % 10 // 5 + 1,
            episode=n % 5 + 1,
            artist="",
            finished=n < 3,
            available=True,
        )
        for n in range(20)
    ]
    songs = [
        item(n, title=f"Song {n}", kind="song", artist="Anna", album=f"Album {n % 2}", track=n)
        for n in range(20, 32)
    ]
    return FakeClient([*episodes, *songs], folders=[FOLDER])


@pytest.fixture
def window(application: QApplication, show: Show, client: FakeClient) -> Window:
    shown = show(client)
    activate(shown)
    shown.go("library")
    app.settle(application, shown)
    return shown


@pytest.fixture
def queued(window: Window) -> list[tuple[tuple[str, ...], str]]:
    """What was put into the queue; the player has tests of its own."""
    asked: list[tuple[tuple[str, ...], str]] = []
    window.desk.queued.disconnect()
    window.desk.queued.connect(lambda ids, where: asked.append((ids, where)))
    return asked


def press(key: Key, modifiers: Modifier = Modifier.NoModifier) -> None:
    focused = QApplication.focusWidget()
    assert focused is not None
    QTest.keyClick(focused, key, modifiers)


def activate(window: Window) -> None:
    window.activateWindow()
    assert QTest.qWaitForWindowActive(window)


def dialog(window: Window) -> NameDialog:
    found = [one for one in window.findChildren(NameDialog) if one.isVisible()]
    assert len(found) == 1
    return found[0]


def shown_titles(window: Window) -> list[str]:
    cards = window.group.browser.view.cards
    tiles = [cards.tile(number) for number in range(cards.total)]
    return [tile.title for tile in tiles if tile is not None]


def test_series_are_cards_that_open_a_page_with_seasons(
    application: QApplication,
    window: Window,
    client: FakeClient,
    queued: list[tuple[tuple[str, ...], str]],
) -> None:
    page = window.library
    QTest.mouseClick(page.chips["series"], Button.LeftButton)
    app.settle(application, window)
    assert page.groups.isVisible()
    tiles = [page.groups.cards.tile(n) for n in range(page.groups.cards.total)]
    assert [tile.title for tile in tiles if tile] == ["Show 1", "Show 2"]
    assert [tile.pill for tile in tiles if tile] == ["7 new", ""], "only a begun one says so"
    assert not page.browser.arrangement.isVisible(), "groups have one order"
    page.groups.take_keyboard()
    press(Key.Key_Return)
    app.settle(application, window)
    assert window.page is window.group
    assert window.group.name.text() == "Show 1"
    assert shown_titles(window) == [f"Part {n}" for n in range(10)]
    view = window.group.browser.view
    assert view is window.group.browser.list
    heights = [view.verticalHeader().sectionSize(n) for n in range(10)]
    usual = view.verticalHeader().defaultSectionSize()
    assert heights == [usual + HEADING * (n in {0, 5}) for n in range(10)]
    assert window.group.browser.list.rows.sections[5] == "Season 2"
    press(Key.Key_2, Modifier.ShiftModifier)  # no letter: nothing happens
    press(Key.Key_J)
    press(Key.Key_End)
    assert window.group.browser.jumps.current == "Season 2"
    QTest.mouseClick(window.group.play_button, Button.LeftButton)
    QTest.mouseClick(window.group.shuffle_button, Button.LeftButton)
    app.settle(application, window)
    ids = tuple(one.id for one in list(client.items.values())[:10])
    assert queued == [(ids, "now"), (ids, "shuffled")]
    press(Key.Key_Left, Modifier.AltModifier)
    app.settle(application, window)
    assert window.page is page
    assert page.groups.hasFocus()
    assert page.groups.here == 0


def test_a_season_title_is_no_item(application: QApplication, window: Window) -> None:
    window.library.show_tab("series")
    app.settle(application, window)
    window.library.groups.chosen.emit(window.library.groups.cards.tile(0))
    app.settle(application, window)
    view = window.group.browser.view
    row = view.visualRect(view.cards.place(5))
    QTest.mouseClick(view.viewport(), Button.LeftButton, pos=row.topLeft() + QPoint(60, 20))
    assert window.page is window.group
    below = row.center()
    below.setY(row.top() + HEADING + 20)
    QTest.mouseClick(view.viewport(), Button.LeftButton, pos=below)
    assert window.page is window.item


def test_albums_and_artists_follow_the_search(application: QApplication, window: Window) -> None:
    page = window.library
    for tab, expected in (("albums", ["Album 0", "Album 1"]), ("artists", ["Anna"])):
        page.show_tab(tab)
        app.settle(application, window)
        count = page.groups.cards.total
        tiles = [page.groups.cards.tile(n) for n in range(count)]
        assert [tile.title for tile in tiles if tile] == expected
    page.show_tab("albums")
    window.topbar.search.setText("21")
    page._typing.timeout.emit()
    app.settle(application, window)
    assert page.groups.cards.total == 1
    window.topbar.search.setText("nothing like it")
    page._typing.timeout.emit()
    app.settle(application, window)
    assert page.none.isVisible()


def test_a_letter_jumps_among_artists_by_key_and_by_the_bar(
    application: QApplication, window: Window, client: FakeClient
) -> None:
    for number, (ident, one) in enumerate(client.items.items()):
        client.items[ident] = replace(one, artist=f"{chr(65 + number % 26)} {number // 26}")
    page = window.library
    page.show_tab("artists")
    app.settle(application, window)
    page.take_keyboard()
    press(Key.Key_S, Modifier.ShiftModifier)
    tile = page.groups.tile_here()
    assert tile is not None
    assert tile.title == "S 0"
    assert page.jumps.current == "S"
    press(Key.Key_J)
    press(Key.Key_C)
    press(Key.Key_Return)
    assert page.groups.hasFocus()
    tile = page.groups.tile_here()
    assert tile is not None
    assert tile.title == "C 0"
    page.show_tab("song")
    app.settle(application, window)
    assert not page.jumps.isVisible(), "its list has a bar of its own"


def test_albums_that_come_when_one_looks_at_songs_already_are_not_shown(
    application: QApplication, window: Window, client: FakeClient
) -> None:
    client.late = []
    window.library.show_tab("albums")
    window.library.show_tab("song")
    answers, client.late = client.late, None
    for answer in answers:
        answer()
    app.settle(application, window)
    assert "song" in window.library.wanted.kinds
    assert window.library.browser.isVisible()


def test_keys_lead_from_series_to_films_and_to_the_filters(
    application: QApplication, window: Window, client: FakeClient
) -> None:
    page = window.library
    page.show_tab("series")
    app.settle(application, window)
    top = page.chips[""].y()
    page.groups.take_keyboard()
    press(Key.Key_F)
    app.settle(application, window)
    assert page.facets.isVisible()
    assert page.facets.lines[0].text == "How many episodes", "it is series that are listed"
    asked = [args for name, args, _ in client.calls if name == "facets"]
    assert asked[-1][0].kinds == ("episode",), "what a series is made of is counted"  # type: ignore[attr-defined]
    page.groups.take_keyboard()
    press(Key.Key_V)
    press(Key.Key_M)
    app.settle(application, window)
    assert page.chips["song"].isChecked()
    assert page.browser.isVisible()
    assert page.chips[""].y() == top, "nothing moves from tab to tab"


def test_the_palette_opens_the_page_of_a_series(
    application: QApplication, window: Window, client: FakeClient
) -> None:
    press(Key.Key_K, Modifier.ControlModifier)
    (palette,) = window.findChildren(Palette)
    QTest.keyClicks(palette.field, "show 2")
    app.settle(application, window)
    palette._take_groups("series", client.groups("series"))
    table = palette.table
    told = [[table.item(row, n).text() for n in (0, 1)] for row in range(table.rowCount())]
    assert ["Show 2", "Series · 10 items"] in told
    table.selectRow(told.index(["Show 2", "Series · 10 items"]))
    QTest.keyClick(palette.field, Key.Key_Return)
    app.settle(application, window)
    assert window.page is window.group
    assert window.group.name.text() == "Show 2"


def test_a_tab_is_a_command_from_any_page(application: QApplication, window: Window) -> None:
    window.go("for-you")
    app.settle(application, window)
    press(Key.Key_V)
    press(Key.Key_B)
    app.settle(application, window)
    assert window.page is window.library
    assert window.library.groups.isVisible()


def test_a_collection_is_made_renamed_removed_and_brought_back(
    application: QApplication, window: Window, client: FakeClient
) -> None:
    press(Key.Key_G)
    press(Key.Key_C)
    app.settle(application, window)
    page = window.collections
    assert window.page is page
    assert page.none.isVisible()
    press(Key.Key_Space)  # on “New collection”
    app.settle(application, window)
    made = dialog(window)
    assert not made.agree.isEnabled()
    QTest.keyClicks(made.name, "For Sunday")
    QTest.keyClick(made.name, Key.Key_Return)
    app.settle(application, window)
    assert page.grid.isVisible()
    activate(window)
    page.grid.take_keyboard()
    press(Key.Key_F2)
    app.settle(application, window)
    renamed = dialog(window)
    assert not renamed.search.isVisible(), "a plain one has no search"
    renamed.name.setText("For Monday")
    QTest.mouseClick(renamed.agree, Button.LeftButton)
    app.settle(application, window)
    assert list(client.book.collections) == ["For Monday"]
    activate(window)
    page.grid.setFocus()
    press(Key.Key_Delete)
    app.settle(application, window)
    assert client.book.collections == {}
    assert page.none.isVisible()
    assert window.toast.isVisible()
    window.deeds.undo()
    window.desk.changed.emit(frozenset({"items"}))
    app.settle(application, window)
    assert page.grid.isVisible()


def test_a_name_that_is_taken_is_told_where_it_can_be_mended(
    application: QApplication, window: Window, client: FakeClient
) -> None:
    client.book.collections["Mine"] = []
    window.go("collections")
    app.settle(application, window)
    QTest.mouseClick(window.collections.new_button, Button.LeftButton)
    app.settle(application, window)
    made = dialog(window)
    QTest.keyClicks(made.name, "Mine")
    QTest.keyClick(made.name, Key.Key_Return)
    app.settle(application, window)
    assert made.isVisible()
    assert "choose another name" in made.trouble.text()
    made.reject()


def test_a_long_refusal_covers_none_of_the_fields(
    application: QApplication, window: Window
) -> None:
    window.go("collections")
    app.settle(application, window)
    QTest.mouseClick(window.collections.new_button, Button.LeftButton)
    app.settle(application, window)
    made = dialog(window)
    made.refuse(UserError("“foo:bar” isn't understood: the fields are " + "kind, year, " * 30))
    app.settle(application, window)
    for one in made.findChildren(Sentence):
        assert one.height() >= one.heightForWidth(one.width()), one.text()
    made.reject()


def test_a_tab_of_several_kinds_is_saved_with_all_of_them(
    application: QApplication, window: Window
) -> None:
    window.library.show_tab("recording")
    app.settle(application, window)
    QTest.mouseClick(window.library.save_button, Button.LeftButton)
    app.settle(application, window)
    saving = dialog(window)
    wanted = saving.search.text()
    saving.reject()
    assert parse(wanted) == Or(
        (OfKind(Kind.RECORDING), OfKind(Kind.AUDIOBOOK), OfKind(Kind.PODCAST))
    )


def test_a_search_is_saved_as_a_smart_collection_and_lives(
    application: QApplication, window: Window, client: FakeClient
) -> None:
    page = window.library
    assert not page.save_button.isVisible()
    page.show_tab("song")
    window.topbar.search.setText("Anna")
    page._typing.timeout.emit()
    app.settle(application, window)
    page.browser.arrangement.sort_by("added")
    QTest.mouseClick(page.save_button, Button.LeftButton)
    app.settle(application, window)
    saving = dialog(window)
    assert saving.search.text() == "Anna kind:song"
    QTest.keyClicks(saving.name, "Hers")
    QTest.keyClick(saving.name, Key.Key_Return)
    app.settle(application, window)
    assert client.smart == {"Hers": "Anna kind:song"}
    (order,) = [named for verb, _, named in client.calls if verb == "make_collection"]
    assert (order["sort"], order["descending"]) == ("added", True), "the newest first, as seen"
    window.go("collections")
    app.settle(application, window)
    tile = window.collections.grid.cards.tile(0)
    assert tile is not None
    assert tile.line == "Smart · 12 items"
    activate(window)
    window.collections.grid.take_keyboard()
    press(Key.Key_Return)
    app.settle(application, window)
    assert window.page is window.group
    assert len(shown_titles(window)) == 12
    client.items["new"] = item(99, id="new", title="Late", kind="song", artist="Anna")
    window.desk.changed.emit(frozenset({"items"}))
    app.settle(application, window)
    assert "Late" in shown_titles(window)
    assert "13 items" in window.group.line.text()


def test_items_are_taken_out_of_a_collection_again(
    application: QApplication, window: Window, client: FakeClient
) -> None:
    ids = list(client.items)[:3]
    client.book.collections["Mine"] = list(ids)
    window.go("collections")
    app.settle(application, window)
    window.collections.grid.chosen.emit(window.collections.grid.cards.tile(0))
    app.settle(application, window)
    assert len(shown_titles(window)) == 3
    browser = window.group.browser
    browser.view.take_keyboard(1)
    menu = browser.acts.menu(browser.chosen(), browser.mapToGlobal(browser.rect().center()))
    out = next(one for one in menu.actions() if one.text() == "Take out of this collection")
    out.trigger()
    menu.close()
    window.desk.changed.emit(frozenset({"items"}))
    app.settle(application, window)
    assert len(client.book.collections["Mine"]) == 2
    assert len(shown_titles(window)) == 2


def test_an_empty_collection_says_how_to_fill_it(
    application: QApplication, window: Window, client: FakeClient
) -> None:
    client.book.collections["Empty"] = []
    window.go("collections")
    app.settle(application, window)
    window.collections.grid.chosen.emit(window.collections.grid.cards.tile(0))
    app.settle(application, window)
    assert window.group._none.isVisible()
    assert not window.group.play_button.isEnabled()
    window.group._none.take_keyboard()
    press(Key.Key_Space)
    assert window.page is window.library


def test_the_menu_of_a_collection_opens_plays_and_deletes(
    application: QApplication,
    window: Window,
    client: FakeClient,
    queued: list[tuple[tuple[str, ...], str]],
) -> None:
    ids = list(client.items)[:2]
    client.book.collections["Mine"] = list(ids)
    window.go("collections")
    app.settle(application, window)
    grid = window.collections.grid
    grid.take_keyboard()
    grid.menu_wanted.emit(grid.mapToGlobal(grid.rect().center()))
    (menu,) = (one for one in window.findChildren(QMenu) if one.isVisible())
    texts = [one.text() for one in menu.actions() if one.text()]
    assert texts == ["Open", "Play all", "Shuffle", "Add to the queue", "Rename…", "Delete"]
    menu.actions()[1].trigger()
    menu.close()
    press(Key.Key_P)
    app.settle(application, window)
    assert [where for _, where in queued] == ["now", "now"]
    assert set(queued[0][0]) == set(ids)


def test_a_subject_survives_its_address() -> None:
    subject = Subject(
        kind="series", title='A "B" ü', line="1 season", search='series:"A B"', sort="series"
    )
    assert Subject.at(subject.address) == subject
    assert subject.sectioned
