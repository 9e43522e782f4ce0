"""The bar of letters by itself: where each key and each touch leads, and what fits on it."""

from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from mediadesk.ui.theme import Theme
from mediadesk.ui.widgets.jump_bar import JumpBar

Key = Qt.Key
YEARS = tuple((str(year), 10 * n) for n, year in enumerate(range(1901, 2001)))
NAMES = (("Anna", 0), ("Ben", 4), ("Abel", 9), ("Émile", 12), ("–", 15))


@pytest.fixture
def bar(theme: Theme, qtbot: QtBot) -> JumpBar:
    bar = JumpBar(theme)
    qtbot.addWidget(bar)
    bar.resize(80, 400)
    bar.show()
    bar.show_jumps(NAMES)
    return bar


@pytest.fixture
def jumped(bar: JumpBar) -> list[int]:
    """The positions that were jumped to, in order."""
    went: list[int] = []
    bar.jumped.connect(went.append)
    return went


def test_a_letter_goes_to_the_next_label_that_begins_so_and_round(
    bar: JumpBar, jumped: list[int]
) -> None:
    for letter in ("a", "A", "a", "x"):
        QTest.keyClicks(bar, letter)
    assert jumped == [0, 9, 0]
    assert bar.jump_by_text("é")
    assert not bar.jump_by_text("x"), "no label begins so"
    assert jumped == [0, 9, 0, 12]


def test_arrows_home_and_end_go_from_label_to_label_and_stop_at_the_ends(
    bar: JumpBar, jumped: list[int]
) -> None:
    for key in (Key.Key_Down, Key.Key_Down, Key.Key_Up, Key.Key_Up, Key.Key_End, Key.Key_Down):
        QTest.keyClick(bar, key)
    QTest.keyClick(bar, Key.Key_Home)
    assert jumped == [0, 4, 0, 0, 15, 15, 0]


def test_the_mark_is_on_the_label_under_which_one_is(bar: JumpBar) -> None:
    said = []
    for position in (0, 3, 4, 8, 9, 14, 15, 99):
        bar.follow(position)
        said.append(bar.current)
    assert said == ["Anna", "Anna", "Ben", "Ben", "Abel", "Émile", "–", "–"]
    bar.show_jumps(NAMES[2:])
    bar.follow(3)
    assert bar.current == "", "it is before the first"


def test_with_one_label_or_none_there_is_no_bar(bar: JumpBar) -> None:
    for jumps, shown in ((NAMES[:2], True), (NAMES[:1], False), ((), False), (YEARS, True)):
        bar.show_jumps(jumps)
        assert bar.isVisible() is shown


def test_of_many_labels_those_that_fit_are_shown_and_all_are_reached(
    bar: JumpBar, jumped: list[int]
) -> None:
    bar.show_jumps(YEARS)
    shown = [place for place, _ in bar._shown()]
    tops = [top for _, top in bar._shown()]
    assert 15 < len(shown) < 25
    assert (shown[0], shown[-1]) == (0, 99)
    assert all(after - before >= 18 for before, after in pairwise(tops))
    between = next(n for n in range(100) if n not in shown)
    QTest.keyClicks(bar, "19")  # each digit goes on to the next year
    bar.follow(10 * between)
    assert between in [place for place, _ in bar._shown()], "where one is can be read"
    assert len(bar._shown()) == len(shown)
    jumped.clear()
    QTest.mousePress(bar, Qt.MouseButton.LeftButton, pos=QPoint(5, tops[1] + 9))
    QTest.mouseMove(bar, QPoint(5, tops[3] + 9))
    QTest.mouseMove(bar, QPoint(5, 399))
    QTest.mouseRelease(bar, Qt.MouseButton.LeftButton, pos=QPoint(5, 399))
    assert jumped == [10 * shown[1], 10 * shown[3], 990], "the mouse is followed while it is held"
    QTest.mouseMove(bar, QPoint(5, tops[1] + 9))
    assert len(jumped) == 3
