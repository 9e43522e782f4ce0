"""A layout that wraps: measured once for each width, and anew when what stands in it changes."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QVBoxLayout, QWidget, QWidgetItem

from mediadesk.ui.widgets.flow import Flow

WIDE, NARROW = 400, 150


class Counted(QWidgetItem):
    """Tells how often any was measured."""

    measured = 0

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt names it
        Counted.measured += 1
        return super().sizeHint()


def word(window: QWidget, text: str) -> QLabel:
    made = QLabel(text, window)
    made.setFixedSize(100, 20)
    made.show()
    return made


@pytest.fixture
def flow(application: QApplication) -> Iterator[Flow]:
    """A flow of three words in a window, within two other layouts."""
    window = QWidget()
    pile, line, made = QVBoxLayout(window), QHBoxLayout(), Flow(spacing=8)
    pile.addLayout(line)
    line.addLayout(made)
    for n in range(3):
        made.addItem(Counted(word(window, f"word {n}")))
    window.show()
    application.processEvents()
    yield made
    window.close()
    window.deleteLater()


def test_it_is_measured_once_for_each_width(flow: Flow) -> None:
    flow.invalidate()
    Counted.measured = 0
    assert [flow.heightForWidth(width) for width in (WIDE, NARROW) * 5] == [20, 76] * 5
    assert Counted.measured == 3 * 2


def test_a_word_that_comes_goes_or_grows_is_measured(application: QApplication, flow: Flow) -> None:
    def height() -> int:
        application.processEvents()
        return flow.heightForWidth(NARROW)

    assert height() == 76
    more = word(flow.parentWidget(), "one more")
    flow.addWidget(more)
    assert height() == 104
    more.hide()
    assert height() == 76
    more.show()
    more.setFixedSize(120, 60)
    assert height() == 144
    assert flow.minimumSize() == QSize(120, 60)
    flow.takeAt(3)
    assert flow.heightForWidth(NARROW) == 76, "at once"
    assert flow.minimumSize() == QSize(100, 20)
