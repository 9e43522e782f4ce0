"""Labels and buttons in the roles of the style sheet; icons follow the look."""

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from mediadesk.paths import shown
from mediadesk.ui import icons
from mediadesk.ui.theme import Theme

Todo = Callable[[], object]
_LONG = re.compile(r"\S{24}(?=\S)", re.ASCII)
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
"""Where a label begins, also one in Arabic or Hebrew: in line with what stands around it."""
_HEAD = 40  # pixels


def label(text: str = "", role: str = "", *, wrap: bool = False) -> QLabel:
    """A plain-text label."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setAlignment(_LEFT)
    made.setProperty("role", role)
    made.setWordWrap(wrap)
    return made


def breakable(text: str) -> str:
    """The text with places to break a line inside its longest words, which Qt would not."""
    return _LONG.sub(lambda found: f"{found[0]}\u200b", text)


class Sentence(QLabel):
    """A label that wraps, even a text of one endless word, and whose text can be copied."""

    def __init__(self, text: str = "", role: str = "") -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAlignment(_LEFT)
        self.setProperty("role", role)
        self.setWordWrap(True)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.say(text)

    def say(self, text: str) -> None:
        """Show another text; an empty one takes no room."""
        text = shown(text)
        self.setText(breakable(text))
        self.setAccessibleName(text)
        if self.parentWidget() is not None or not text:  # else it would be a window of its own
            self.setVisible(bool(text))


def tip(text: str) -> str:
    """A tooltip that shows a text as it is: Qt would draw what looks like HTML."""
    if "<" not in text:
        return text
    from html import escape  # loads a table of two thousand names

    return f"<qt>{escape(text)}</qt>"


def unmarked(text: str) -> str:
    """A button's or menu's text in which & is no key."""
    return text.replace("&", "&&")


class OneLine(QLabel):
    """A label of one line; what does not fit is cut and stands in the tooltip."""

    def __init__(self, text: str = "", role: str = "") -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAlignment(_LEFT)
        self.setProperty("role", role)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.say(text)

    def say(self, text: str) -> None:
        """Show another text."""
        self._whole = shown(text)
        self._cut()
        self.updateGeometry()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._cut()

    def sizeHint(self) -> QSize:
        whole = self.fontMetrics().horizontalAdvance(self._whole) + 2
        return QSize(whole, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(20, super().minimumSizeHint().height())

    def hug(self) -> "OneLine":
        """Be no wider than the text, so that something can stand right behind it."""
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        return self

    def _cut(self) -> None:
        mode = Qt.TextElideMode.ElideRight
        cut = self.fontMetrics().elidedText(self._whole, mode, max(20, self.width()))
        self.setText(cut)
        self.setAccessibleName(self._whole)
        self.setToolTip(tip(self._whole) if cut != self._whole else "")


def _pressed_by_enter(button: QAbstractButton, event: QKeyEvent) -> bool:
    """Press a button if Enter is, and tell whether it was: of itself it knows Space only."""
    is_enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
    if is_enter:
        button.click()
    return is_enter


class Button(QPushButton):
    """A button with a text and perhaps an icon."""

    def __init__(
        self, theme: Theme, text: str, todo: Todo, *, role: str = "", drawn: str = ""
    ) -> None:
        super().__init__()
        self._theme = theme
        self._drawn = drawn
        self.setProperty("role", role)
        self.say(text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._todo = todo
        self.clicked.connect(self._pressed)  # the click's own argument is not for the caller
        self.draw(drawn)
        theme.changed.connect(self._ink)

    def say(self, text: str) -> None:
        """Take another text."""
        self.setText(f" {text}" if self._drawn and text else text)  # air beside the icon
        self.setAccessibleName(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not _pressed_by_enter(self, event):
            super().keyPressEvent(event)

    def _pressed(self) -> None:
        self._todo()

    def draw(self, name: str) -> None:
        """Take another icon."""
        self._drawn = name
        self._ink()

    def _ink(self) -> None:
        if self._drawn:
            colour, primary = self._theme.colour, self.property("role") == "primary"
            self.setIcon(
                icons.icon(
                    self._drawn, colour("on_accent" if primary else "text"), 18, dim=colour("faint")
                )
            )
            self.setIconSize(QSize(18, 18))


class IconButton(QToolButton):
    """A round button with an icon only; its name is its tooltip and what is read aloud."""

    def __init__(self, theme: Theme, drawn: str, name: str, todo: Todo, *, size: int = 20) -> None:
        super().__init__()
        self._theme = theme
        self._drawn = drawn
        self._size = size
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._todo = todo
        self.clicked.connect(self._pressed)  # the click's own argument is not for the caller
        self.say(name)
        self._ink()
        theme.changed.connect(self._ink)

    def say(self, name: str) -> None:
        """Take another name."""
        self.setAccessibleName(name)
        self.setToolTip(name)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not _pressed_by_enter(self, event):
            super().keyPressEvent(event)

    def _pressed(self) -> None:
        self._todo()

    def draw(self, name: str) -> None:
        """Take another icon."""
        self._drawn = name
        self._ink()

    def _ink(self) -> None:
        colour = self._theme.colour
        self.setIcon(icons.icon(self._drawn, colour("text"), self._size, dim=colour("faint")))
        self.setIconSize(QSize(self._size, self._size))


def row(*parts: QWidget | QLayout | int, spacing: int = 8) -> QHBoxLayout:
    """Lay parts side by side; a number above 0 is a gap, 0 takes what is left."""
    line = QHBoxLayout()
    _fill(line, parts, spacing)
    return line


def head(title: QWidget, *parts: QWidget | QLayout | int, spacing: int = 8) -> QHBoxLayout:
    """The head of a page: its title with what stands beside it, as high on all of them."""
    line = row(title, *parts, spacing=spacing)
    line.addStrut(_HEAD)
    return line


def column(*parts: QWidget | QLayout | int, spacing: int = 8) -> QVBoxLayout:
    """Lay parts one below the other; numbers as in `row`."""
    pile = QVBoxLayout()
    _fill(pile, parts, spacing)
    return pile


def _fill(
    box: QHBoxLayout | QVBoxLayout, parts: tuple[QWidget | QLayout | int, ...], spacing: int
) -> None:
    box.setContentsMargins(0, 0, 0, 0)
    box.setSpacing(spacing)
    for part in parts:
        if isinstance(part, int):
            if part:
                box.addSpacing(part)
            else:
                box.addStretch(1)
        elif isinstance(part, QWidget):
            box.addWidget(part)
        else:
            box.addLayout(part)


def tab_order(*stops: QWidget) -> None:
    """Have Tab go from one of these to the next."""
    for one, following in pairwise(stops):
        QWidget.setTabOrder(one, following)


def panel(content: QLayout, *, role: str = "panel", margin: int = 16) -> QFrame:
    """A framed surface around a layout."""
    frame = QFrame()
    frame.setProperty("role", role)
    content.setContentsMargins(margin, margin, margin, margin)
    frame.setLayout(content)
    return frame


class _Scroller(QScrollArea):
    """An area whose bar lies over the margin of its page, which so keeps its width."""

    def __init__(self) -> None:
        super().__init__()
        self.verticalScrollBar().rangeChanged.connect(self._make_room)

    def _make_room(self, _: int, last: int) -> None:
        self.setViewportMargins(0, 0, -self.verticalScrollBar().sizeHint().width() * bool(last), 0)


def padded(pile: QLayout, *, top: int = 8) -> QWidget:
    """Give the content of a page, with the room around it that all pages have."""
    pile.setContentsMargins(32, top, 32, 32)
    content = QWidget()
    content.setLayout(pile)
    return content


def scrolling(content: QWidget, name: str) -> QScrollArea:
    """A page that scrolls up and down."""
    area = _Scroller()
    area.setAccessibleName(name)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    content.setProperty("role", "page")
    area.setWidget(content)
    return area


def clear(box: QLayout) -> None:
    """Take everything out of a layout and delete it."""
    while (entry := box.takeAt(0)) is not None:
        if (widget := entry.widget()) is not None:
            widget.hide()
            widget.deleteLater()
        elif (inner := entry.layout()) is not None:
            clear(inner)


def in_reading_order(page: QWidget) -> None:
    """Have the Tab key go through a page as it is laid out, also through what was made later."""
    tab_order(*_stops(page.layout()))


def _stops(box: QLayout | None) -> Iterator[QWidget]:
    entries = (box.itemAt(place) for place in range(box.count())) if box is not None else ()
    for entry in filter(None, entries):
        widget = entry.widget()
        if widget is None:
            yield from _stops(entry.layout())
        elif widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            yield widget
        else:
            yield from _stops(widget.layout())


def tab_before(last: QWidget, *parts: QWidget) -> None:
    """Have the Tab key go through these parts right before another one."""
    if parts:
        tab_order(last, *parts, last)
