"""The dialog that installs a plugin: it looks first, asks for consent, then does as agreed."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QFrame, QProgressBar, QScrollArea, QVBoxLayout, QWidget

from mediadesk.api.errors import OptionNeededError
from mediadesk.engine.messages import PluginPlan, PluginView, Verbs
from mediadesk.ui import plan_words, words
from mediadesk.ui.desk import Desk
from mediadesk.ui.widgets.consent import PlanView
from mediadesk.ui.widgets.controls import (
    Button,
    OneLine,
    Sentence,
    clear,
    column,
    row,
    scrolling,
)

_WIDTH = 640
_SHARE = 0.88


class InstallDialog(QDialog):
    """From a file, folder, URL or name to an installed plugin, with a person's consent."""

    installed = Signal(object)  # PluginView
    is_library = Signal(str)  # a folder that is no plugin, to be added to the library instead

    def __init__(self, desk: Desk, source: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        self._window = parent
        self._questions = desk.ask_anew()
        self._source = source
        self._plan: PluginPlan | None = None
        self._installing = False
        self._area: QScrollArea | None = None
        self.setWindowTitle("Install a plugin")
        self.setModal(True)
        self.setFixedWidth(_WIDTH)
        self._heading = Sentence("", "heading")
        self._line = OneLine("", "muted")
        self._busy = QProgressBar()
        self._busy.setRange(0, 0)
        self._busy.setTextVisible(False)
        self._busy.setAccessibleName("At work")
        self._said = Sentence()
        self._trouble = Sentence("", "danger")
        self._head = column(
            self._heading, self._line, self._busy, self._said, self._trouble, spacing=8
        )
        self._head.setContentsMargins(32, 28, 32, 12)
        self._body = QVBoxLayout()
        self._body.setContentsMargins(0, 0, 0, 0)
        self._foot = row(spacing=12)
        self._foot.setContentsMargins(32, 16, 32, 24)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(self._head)
        box.addLayout(self._body)
        box.addLayout(self._foot)
        self.finished.connect(self._closed)
        self._look(network=False)

    def _closed(self) -> None:
        """Go for good, but see an install through: it has to be told how that ends."""
        if not self._installing:
            self._questions.forget()
            self.deleteLater()

    def _look(self, *, network: bool) -> None:
        """Ask what the install would do."""
        self._wait(f"Looking at “{self._source}”", "Nothing is changed yet.")
        self._questions.attempt(
            self._show_plan, self._refused, Verbs.plan_plugin, self._source, network=network
        )

    def _show_plan(self, plan: PluginPlan) -> None:
        self._plan = plan
        self._face(plan_words.heading(plan), plan_words.versions(plan))
        self._area = scrolling(PlanView(self._desk.theme, plan), "What it would do")
        self._area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # so that the arrow keys scroll it
        line = QFrame()
        line.setProperty("role", "line")
        for part in (self._area, line):
            self._body.addWidget(part)
            part.show()
        role = "" if plan.signature == "unsigned" or plan.former_signer else "primary"
        agree = Button(self._desk.theme, plan_words.consent(plan), self._install, role=role)
        self._buttons(agree, cancel="Cancel")

    def _refused(self, error: BaseException) -> None:
        sentence = self._desk.sentence(error)
        theme = self._desk.theme
        if isinstance(error, OptionNeededError) and error.option == "network":
            self._face("The network is needed", self._source, said=sentence)
            allow = Button(
                theme,
                "Allow the network for this install",
                lambda: self._look(network=True),
                drawn="network",
            )
            self._buttons(allow, cancel="Cancel")
            return
        self._face("It can't be installed", self._source, trouble=sentence)
        again = Button(theme, "Try again", lambda: self._look(network=False), role="quiet")
        instead = Button(theme, "Add to the library instead", self._add_to_library, drawn="library")
        instead.setVisible(looks_like_folder(self._source))
        self._buttons(again, instead, cancel="Close")

    def _install(self) -> None:
        if self._plan is not None:
            self._installing = True
            self._wait(
                f"Installing “{words.short(self._plan.title)}”",
                "Until this is done, nothing is different; you may close this and go on.",
            )
            self._questions.attempt(
                self._done,
                self._failed,
                Verbs.install_plugin,
                self._plan.token,
                new_publisher=self._plan.former_signer is not None,
            )

    def _done(self, plugin: PluginView) -> None:
        self._installing = False
        self.installed.emit(plugin)
        self.accept()

    def _failed(self, error: BaseException) -> None:
        self._installing = False
        if not self.isVisible():
            self._desk.report(error)
            self.reject()
            return
        trouble = self._desk.sentence(error)
        self._face("It has not been installed", self._source, trouble=trouble)
        again = Button(self._desk.theme, "Look again", lambda: self._look(network=False))
        self._buttons(again, cancel="Close")

    def _add_to_library(self) -> None:
        self.is_library.emit(self._source)
        self.accept()

    def _wait(self, heading: str, line: str) -> None:
        self._face(heading, line)
        self._busy.show()
        self._buttons(cancel="Close")

    def _face(self, heading: str, line: str, *, said: str = "", trouble: str = "") -> None:
        clear(self._body)
        self._area = None
        self._busy.hide()
        self._heading.say(heading)
        self._line.say(line)
        self._said.say(said)
        self._trouble.say(trouble)

    def _buttons(self, *buttons: Button, cancel: str) -> None:
        """Lay other buttons at the foot; the one that changes nothing is the default."""
        clear(self._foot)
        away = Button(self._desk.theme, cancel, self.reject)
        self._foot.addStretch(1)
        for button in (*buttons, away):
            button.setAutoDefault(False)
            self._foot.addWidget(button)
            button.show()  # at once, for what is not shown yet counts for nothing in `_fit`
        away.setDefault(True)
        away.setFocus()
        self._fit()

    def _fit(self) -> None:
        """Be as high as what is shown, or as the window allows: then the plan scrolls."""
        box, area = self.layout(), self._area
        if area is not None and (view := area.widget()) is not None:
            others = self._head.heightForWidth(_WIDTH) + self._foot.sizeHint().height()
            most = int(self._window.height() * _SHARE) - others
            area.setFixedHeight(max(120, min(view.heightForWidth(_WIDTH), most)))
        if box is not None:
            box.activate()
            self.setFixedHeight(box.totalHeightForWidth(_WIDTH))


def looks_like_folder(source: str) -> bool:
    """Whether a source is written like a folder's path; asking the disk is not for the window."""
    return "/" in source.replace("\\", "/") and "://" not in source and not is_package(source)


def is_package(source: str) -> bool:
    """Whether a source is written like a plugin's file."""
    return source.lower().endswith((".whl", ".mdplugin"))
