"""The library page on the real engine and real files."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from mediadesk import app
from mediadesk.engine.messages import Organising
from mediadesk.ui.dialogs.collect import CollectDialog
from mediadesk.ui.widgets.browser import Browser
from mediadesk.ui.window import Window

Open = Callable[[Path], Window]
Button = Qt.MouseButton


def titles(browser: Browser) -> list[str]:
    tiles = [browser.view.cards.tile(number) for number in range(browser.view.cards.total)]
    return [tile.title for tile in tiles if tile is not None]


def test_what_is_picked_is_rated_collected_and_found_again(
    application: QApplication, open_window: Open, library: Path
) -> None:
    window = open_window(library)
    page, browser = window.library, window.library.browser
    window.go("library")
    app.settle(application, window)
    whole = titles(browser)
    assert len(whole) >= 6
    assert [title.casefold() for title in whole] == sorted(title.casefold() for title in whole)
    for face in ("list", "details", "grid"):
        browser.arrangement.show_face(face)
        app.settle(application, window)
        assert titles(browser) == whole
    browser.picked.toggle(0)
    browser.picked.extend(2)
    browser.act("rate-4")
    app.settle(application, window)
    assert window.toast.isVisible()
    browser.act("collect")
    app.settle(application, window)
    dialog = window.findChild(CollectDialog)
    assert isinstance(dialog, CollectDialog)
    dialog.name.setText("For Sunday")
    dialog.go_on()
    app.settle(application, window)
    window.topbar.search.setText("stars>=4")
    page._typing.timeout.emit()
    app.settle(application, window)
    assert titles(browser) == whole[:3]
    assert [
        one for one in (browser.view.cards.tile(n) for n in range(3)) if one and "★ 4" in one.line
    ]
    window.go("collections")
    app.settle(application, window)
    tile = window.collections.grid.cards.tile(0)
    assert tile is not None
    assert (tile.title, tile.line) == ("For Sunday", "3 items")
    window.collections.grid.chosen.emit(tile)
    app.settle(application, window)
    assert set(titles(window.group.browser)) == set(whole[:3])
    window.deeds.undo()
    window.deeds.undo()
    app.settle(application, window)
    window.go("library")
    page._typing.timeout.emit()
    app.settle(application, window)
    assert page.none.isVisible(), "undone: nothing has four stars any more"


def test_filters_sorts_jumps_and_storyboards_come_from_the_engine(
    application: QApplication, open_window: Open, library: Path, qtbot: QtBot
) -> None:
    window = open_window(library)
    page, browser = window.library, window.library.browser
    window.go("library")
    app.settle(application, window)
    assert [label for label, _ in browser.found.jumps] == [
        label for label, _ in sorted(browser.found.jumps)
    ]
    page.act("filter")
    qtbot.waitUntil(
        lambda: "kind:song" in [one.search for one in page.facets.lines], timeout=30_000
    )
    line = next(one for one in page.facets.lines if one.search == "kind:song")
    place = page.facets.model().index(page.facets.lines.index(line), 0)
    where = page.facets.visualRect(place).center()
    QTest.mouseClick(page.facets.viewport(), Button.LeftButton, pos=where)
    page._typing.timeout.emit()
    app.settle(application, window)
    assert line.count == str(len(browser.found))
    window.desk.search_wanted.emit("kind:clip")
    page._typing.timeout.emit()
    browser.arrangement.sort_by("length")
    app.settle(application, window)
    lengths = [browser.found.view(n) for n in range(len(browser.found))]
    seconds = [one.duration_s for one in lengths if one is not None]
    assert seconds == sorted(seconds)
    assert len(seconds) >= 2
    tile = browser.view.cards.tile(len(seconds) - 1)
    assert tile is not None
    browser.scrubs.at(tile, 0.5)
    browser.scrubs._rests.timeout.emit()
    app.settle(application, window)
    scrub = browser.scrubs.at(tile, 0.99)
    assert scrub is not None
    assert scrub.picture.width() == 192
    early = browser.scrubs.at(tile, 0.01)
    assert early is not None
    assert early.picture.toImage() != scrub.picture.toImage()


def test_a_smart_collection_follows_the_library(
    application: QApplication, open_window: Open, library: Path
) -> None:
    window = open_window(library)
    window.go("library")
    app.settle(application, window)
    browser = window.library.browser
    window.desk.do(lambda _: None, Organising.make_collection, "Watched", search="is:seen")
    app.settle(application, window)
    window.go("collections")
    app.settle(application, window)
    tile = window.collections.grid.cards.tile(0)
    assert tile is not None
    assert tile.line == "Smart · 0 items"
    window.go("library")
    browser.take_keyboard()
    browser.act("watched")
    app.settle(application, window)
    window.go("collections")
    app.settle(application, window)
    tile = window.collections.grid.cards.tile(0)
    assert tile is not None
    assert tile.line == "Smart · 1 item"
