"""A dialog in one shape: what it is about, what can be done, and whether that is being done."""

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialog,
    QLineEdit,
    QMessageBox,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from mediadesk.ui.desk import Desk
from mediadesk.ui.widgets.controls import Button, OneLine, Sentence, column, row

_SHARE = 0.88
_ENTER = "\r"


class _Busy(QProgressBar):
    """Shows that something is being done, and keeps what is typed meanwhile."""

    def __init__(self) -> None:
        super().__init__()
        self.typed = ""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Backspace:
            self.typed = self.typed[:-1]
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.typed:
            self.typed += _ENTER  # of what was typed; alone it would agree to what nobody saw
        elif event.text().isprintable() and event.text():
            self.typed = f"{self.typed}{event.text()}".lstrip()
        else:
            super().keyPressEvent(event)


class Sheet(QDialog):
    """Heading, body and buttons; Escape leaves it, Ctrl+Enter agrees. It goes when it is left."""

    def __init__(
        self, desk: Desk, title: str, agree: str, parent: QWidget | None, *, width: int = 640
    ) -> None:
        super().__init__(parent or QApplication.activeWindow())
        self.desk = desk
        self.questions = desk.ask_anew()
        self.setWindowTitle(title)
        self.setModal(True)
        self.setFixedWidth(width)
        self.heading = Sentence(title, "heading")
        self.line = OneLine("", "muted")
        self.line.hide()
        self._busy = _Busy()
        self._busy.setRange(0, 0)
        self._busy.setTextVisible(False)
        self._busy.setAccessibleName("At work")
        self._busy.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._busy.hide()
        self.trouble = Sentence("", "danger")
        self.body = QVBoxLayout()
        self.body.setContentsMargins(0, 0, 0, 0)
        self.agree = Button(desk.theme, agree, self.go_on, role="primary")
        self.cancel = Button(desk.theme, "Cancel", self.reject)
        for button in (self.agree, self.cancel):
            button.setAutoDefault(False)
        head = column(self.heading, self.line, self._busy, self.trouble, spacing=6)
        head.setContentsMargins(32, 24, 32, 12)
        self.foot = row(0, self.cancel, self.agree, spacing=12)
        self.foot.setContentsMargins(32, 16, 32, 24)
        self._pile = column(head, self.body, self.foot, spacing=0)
        self._pile.setStretch(1, 1)
        self.setLayout(self._pile)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self, self.agree.click)
        self._acts = False
        self.finished.connect(self._closed)

    @property
    def unsaved(self) -> bool:
        """Whether a person would lose something by leaving; by itself nothing."""
        return False

    def go_on(self) -> None:
        """Do what the dialog is for; by itself it does nothing."""

    def say(self, sentence: str) -> None:
        """Show a line below the heading; an empty one takes no room."""
        self.line.say(sentence)
        self.line.setVisible(bool(sentence))

    def agree_by_enter(self) -> None:
        """Have Enter agree wherever it means nothing else."""
        self.agree.setDefault(True)

    def work(self, sentence: str = "") -> None:
        """Show that something is being done, until `rest`."""
        self._busy.show()
        self.trouble.say("")
        self.agree.setEnabled(False)
        if not self.isVisible():
            self._busy.setFocus()  # else a space that is typed too early would press Cancel
        if sentence:
            self.say(sentence)

    def far(self, done: int, of: int) -> None:
        """Show how much is done of what is being done; 0 of 0 where that is not known."""
        self._busy.setRange(0, of)
        self._busy.setValue(done)

    def act(self, sentence: str = "") -> None:
        """Show that what the dialog is for is being done; left now, it hides and goes on."""
        self._acts = True
        self.cancel.say("Hide")  # it calls nothing off any more
        self.work(sentence)

    def reject(self) -> None:
        """Leave, after asking if something was typed."""
        if self._acts:
            self.hide()
        elif self.unsaved:
            confirm(
                self,
                "Leave without saving?",
                title=self.windowTitle(),
                more="What you changed here is not kept.",
                agree="Leave",
                stay="Go on editing",
                then=super().reject,
            )
        else:
            super().reject()

    def rest(self) -> None:
        """Nothing is being done any more; what was left while it acted has something to say."""
        if self._acts and self.isHidden():
            self.open()
        self._acts = False
        self.cancel.say("Cancel")
        self._busy.hide()
        self.agree.setEnabled(True)

    def put_keyboard(self, widget: QWidget) -> None:
        """Have the keyboard on a part, once what was just made is laid out.

        What is typed takes the place of what a line holds, also what was typed too early for it.
        """
        QTimer.singleShot(0, widget, partial(self._hand_keyboard, widget))

    def refuse(self, error: BaseException) -> None:
        """Tell what went wrong, here where it can be mended."""
        self.rest()
        self.trouble.say(self.desk.sentence(error))
        self._pile.activate()
        least = self._pile.totalMinimumHeightForWidth(self.width())
        self._grow(max(self.height(), least))

    def high(self, wanted: int) -> None:
        """Be so high, or as high as the window allows."""
        parent = self.parentWidget()
        room = parent.window().height() if parent is not None else wanted
        self._grow(min(wanted, int(room * _SHARE)))

    def _grow(self, height: int) -> None:
        """Take a height; what would be below the window, and may be below the screen, goes up."""
        self.resize(self.width(), height)
        parent = self.parentWidget()
        if parent is None or not self.isVisible():
            return
        around = parent.window().frameGeometry()
        below = self.frameGeometry().bottom() - around.bottom()
        if below > 0:
            self.move(self.x(), max(around.top(), self.y() - below))

    def _hand_keyboard(self, widget: QWidget) -> None:
        widget.setFocus()
        typed, self._busy.typed = self._busy.typed, ""
        if not isinstance(widget, QLineEdit):
            return
        widget.end(False)
        widget.home(True)  # all of it, and its beginning is seen
        for key in typed:
            if key == _ENTER:
                QApplication.sendEvent(widget, _enter())
            else:
                widget.insert(key)

    def _closed(self) -> None:
        self.questions.forget()
        parent = self.parentWidget()
        if parent is not None and QApplication.activeModalWidget() is None:
            parent.activateWindow()  # two that close at once leave no window active
        self.deleteLater()


def _enter() -> QKeyEvent:
    return QKeyEvent(
        QKeyEvent.Type.KeyPress, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier, _ENTER
    )


def confirm(
    parent: QWidget,
    question: str,
    *,
    title: str,
    more: str,
    agree: str,
    then: Callable[[], object],
    stay: str = "Cancel",
) -> QMessageBox:
    """Ask before something is done; Escape and Enter leave things as they are."""
    return ask(parent, question, title=title, more=more, choices={agree: then}, stay=stay)


def ask(
    parent: QWidget,
    question: str,
    *,
    title: str,
    more: str,
    choices: Mapping[str, Callable[[], object]],
    stay: str = "Cancel",
) -> QMessageBox:
    """Ask which of several things is done; Escape and Enter leave things as they are."""
    box = QMessageBox(parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setWindowTitle(title)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(question)
    box.setInformativeText(more)
    box.setContentsMargins(20, 16, 20, 12)
    role = QMessageBox.ButtonRole
    buttons: dict[QAbstractButton, Callable[[], object]] = {
        box.addButton(text, role.AcceptRole): then for text, then in choices.items()
    }
    no = box.addButton(stay, role.RejectRole)
    box.setDefaultButton(no)
    box.setEscapeButton(no)

    def answered() -> None:
        if then := buttons.get(box.clickedButton()):
            then()

    # Once the question is gone: what is activated before loses the keyboard again.
    box.finished.connect(answered)
    box.open()
    return box
