"""The grid paints and asks for what is seen, however large the library is."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
from gui.fake_client import FakeClient, item
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage, QPainter, QPixmap
from PySide6.QtWidgets import QApplication

from mediadesk import app
from mediadesk.engine.messages import FolderView
from mediadesk.ui.cards import CardPainter, Look
from mediadesk.ui.found import WINDOW
from mediadesk.ui.window import Window
from mediadesk.ui.words import Tile

Show = Callable[[FakeClient], Window]
ROWS = 100_000


@pytest.fixture(scope="module")
def many() -> FakeClient:
    folder = FolderView(path="/films", files=ROWS, available=True)
    return FakeClient([item(number) for number in range(ROWS)], folders=[folder])


@pytest.fixture
def painted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Tile | None]]:
    """The cards that were painted, in order."""
    cards: list[Tile | None] = []
    paint = CardPainter.paint

    def count(
        self: CardPainter, painter: QPainter, cell: QRect, tile: Tile | None, look: Look
    ) -> None:
        cards.append(tile)
        paint(self, painter, cell, tile, look)

    monkeypatch.setattr(CardPainter, "paint", count)
    return cards


def test_a_hundred_thousand_rows_cost_what_is_seen_of_them(
    application: QApplication, show: Show, many: FakeClient, painted: list[Tile | None]
) -> None:
    window = show(many)
    window.go("library")
    app.settle(application, window)
    view = window.library.browser.view
    assert view.cards.total == ROWS
    rows_seen = view.viewport().height() // view.verticalHeader().defaultSectionSize() + 2
    seen = rows_seen * view.cards.columnCount()
    many.calls.clear()
    painted.clear()
    steps = 20
    bar = view.verticalScrollBar()
    for step in range(steps):
        bar.setValue(bar.maximum() * step // (steps - 1))
        view.viewport().repaint()
    assert len(painted) <= steps * seen
    app.settle(application, window)
    asked = [args[0] for name, args, _ in many.calls if name == "items_at"]
    assert all(len(numbers) <= 4 * WINDOW for numbers in asked)
    assert len(asked) <= steps
    pictures = [key for name, args, _ in many.calls if name == "pictures" for key in args[0]]
    assert len(pictures) <= 96 + seen
    assert painted[-1] is not None


def bytes_of(picture: QPixmap) -> "np.ndarray[Any, np.dtype[np.uint8]]":
    """The colours of a picture, uint8 [n]; a copy, for Qt frees its own."""
    image = picture.toImage().convertToFormat(QImage.Format.Format_RGB32)
    return np.frombuffer(image.constBits(), np.uint8).copy()


@pytest.mark.parametrize("face", ["grid", "list", "details"])
def test_scrolling_paints_what_comes_into_sight_and_it_looks_as_painted_whole(
    application: QApplication,
    show: Show,
    many: FakeClient,
    painted: list[Tile | None],
    face: Literal["grid", "list", "details"],
) -> None:
    window = show(many)
    window.go("library")
    window.library.browser.arrangement.show_face(face)
    app.settle(application, window)
    view = window.library.browser.view
    bar, row = view.verticalScrollBar(), view.verticalHeader().defaultSectionSize()
    in_a_row = view.cards.columnCount()
    painted.clear()
    steps = 20
    for step in range(1, steps):
        bar.setValue(step * row // 4)
        app.settle(application, window)
    assert len(painted) <= 2 * steps * in_a_row, "not all that is seen, each time"
    seen = bytes_of(window.screen().grabWindow(window.winId()))
    whole = bytes_of(window.grab())
    assert np.mean(seen != whole) < 0.001, "all but the edges of what was painted in two parts"


def test_the_grid_shows_the_end_of_the_library_when_scrolled_there(
    application: QApplication, show: Show, many: FakeClient, tmp_path: Path
) -> None:
    window = show(many)
    window.go("library")
    app.settle(application, window)
    view = window.library.browser.view
    view.take_keyboard(ROWS - 1)
    app.settle(application, window)
    tile = view.tile_here()
    assert tile is not None
    assert tile.id == f"{ROWS - 1:032x}"
    assert view.viewport().rect().intersects(view.visualRect(view.currentIndex()))


def test_typing_asks_once_and_keeps_what_is_known(
    application: QApplication, show: Show, many: FakeClient
) -> None:
    window = show(many)
    window.go("library")
    app.settle(application, window)
    many.calls.clear()
    for text in ("9", "99", "999", "9999", "99999"):
        window.topbar.search.setText(text)
    window.library._typing.timeout.emit()
    window.library._typing.stop()
    app.settle(application, window)
    asked = [args[0].text for name, args, _ in many.calls if name == "rows"]
    assert asked == ["99999"]
    assert window.library.browser.model.total == 1


def test_a_grid_has_more_columns_where_it_is_wider(
    application: QApplication, show: Show, many: FakeClient
) -> None:
    window = show(many)
    window.go("library")
    app.settle(application, window)
    wide = window.library.browser.model.columnCount()
    window.resize(900, 700)
    app.settle(application, window)
    assert window.library.browser.model.columnCount() < wide
    assert window.library.browser.view.horizontalScrollBar().maximum() == 0
