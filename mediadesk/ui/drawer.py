"""The drawer on the right that explains a card without leaving the page."""

from PySide6.QtWidgets import QApplication, QFrame, QVBoxLayout, QWidget
from shiboken6 import isValid

from mediadesk.engine.messages import Verbs, Why
from mediadesk.ui.desk import Desk
from mediadesk.ui.widgets.controls import Button, IconButton, OneLine, column, label, row, scrolling
from mediadesk.ui.widgets.why import WhyView

_WIDTH = 420


class WhyDrawer(QFrame):
    """Why this? with the way to the item's page."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self._parent = parent
        self._desk = desk
        self._questions = desk.ask_anew()
        self._id = ""
        self._before: QWidget | None = None  # what had the keyboard
        self.setProperty("role", "drawer")
        self.setAccessibleName("Why this?")
        self._name = OneLine("", "heading")
        self._why = WhyView(desk)
        self._close = IconButton(desk.theme, "close", "Close", self.dismiss)
        desk.keys.tell(self._close.say, "Close", "escape")
        more = Button(desk.theme, "Open its page", lambda: desk.opened.emit(self._id), drawn="open")
        content = QWidget()
        inner = column(self._why)
        inner.setContentsMargins(24, 0, 24, 24)
        content.setLayout(inner)
        head = row(column(label("Why this?", "accent"), self._name, spacing=2), self._close)
        head.setStretch(0, 1)
        head.setContentsMargins(24, 20, 16, 12)
        foot = row(more, 0)
        foot.setContentsMargins(24, 12, 24, 20)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addLayout(head)
        box.addWidget(scrolling(content, "Reasons"), 1)
        box.addLayout(foot)
        self.hide()

    def explain(self, item: str) -> None:
        """Explain an item."""
        self._id = item
        self._questions.ask(self._take, Verbs.why, item)

    def dismiss(self) -> None:
        """Go, and give the keyboard back; what was to be explained is not wanted any more."""
        self._questions.forget()
        had = self._holds(QApplication.focusWidget())
        self.hide()
        before = self._before
        if had and before is not None and isValid(before) and before.isVisible():
            before.setFocus()

    def place(self) -> None:
        """Stand at the right edge of the parent."""
        area = self._parent.rect()
        self.setGeometry(area.width() - _WIDTH, 0, _WIDTH, area.height())

    def _take(self, why: Why) -> None:
        self._name.say(why.item.title)
        self._why.show_why(why)
        self.place()
        focused = QApplication.focusWidget()
        if not self._holds(focused):
            self._before = focused
        self.show()
        self.raise_()
        self._close.setFocus()

    def _holds(self, widget: QWidget | None) -> bool:
        return widget is not None and self.isAncestorOf(widget)
