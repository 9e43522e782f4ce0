"""The dialogs that ask for the household's PIN and that set it."""

from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, TypeVar

from PySide6.QtCore import QRegularExpression, Signal
from PySide6.QtGui import QRegularExpressionValidator
from PySide6.QtWidgets import QLineEdit, QWidget

from mediadesk.engine.messages import HouseholdView, Profiles
from mediadesk.ui.desk import Desk
from mediadesk.ui.widgets.controls import Sentence, column, label
from mediadesk.ui.widgets.fields import tell_wanted
from mediadesk.ui.widgets.sheet import Sheet

P = ParamSpec("P")
T = TypeVar("T")
_DIGITS = QRegularExpression(r"[0-9]{0,12}")
_HONEST = (
    "The PIN keeps children out of this program, not out of the files of this computer. If nobody "
    "knows it any more, whoever looks after the computer deletes “pin.json” in MediaDesk's folder."
)


def pin_field(name: str, say: Callable[[str], object]) -> QLineEdit:
    """Make a field for a PIN, which shows dots; `say` tells what goes there if a key does not."""
    made = QLineEdit()
    made.setEchoMode(QLineEdit.EchoMode.Password)
    made.setValidator(QRegularExpressionValidator(_DIGITS, made))
    made.setAccessibleName(name)
    made.setPlaceholderText("4 to 12 digits")
    tell_wanted(made, "A PIN is 4 to 12 digits.", say)
    return made


class PinSheet(Sheet):
    """Asks for the PIN before something is done; a wrong one is told here, and can be mended."""

    typed = Signal(str)

    def __init__(self, desk: Desk, title: str, parent: QWidget | None) -> None:
        super().__init__(desk, title, "Go on", parent, width=440)
        self.pin = pin_field("PIN", self.trouble.say)
        pile = column(label("The household's PIN", "smallstrong"), self.pin, 0, spacing=6)
        pile.setContentsMargins(32, 4, 32, 4)
        self.body.addLayout(pile)
        self.agree_by_enter()
        self.put_keyboard(self.pin)

    def go_on(self) -> None:
        """Hand on what was typed."""
        if self.pin.text():
            self.typed.emit(self.pin.text())

    def attempt(
        self,
        then: Callable[[T], None],
        verb: Callable[Concatenate[Any, P], T],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> None:
        """Call a verb with the PIN; the dialog goes when it was right."""

        def done(result: T) -> None:
            self.accept()
            then(result)

        self.act()
        self.questions.attempt(done, self.refuse, verb, *args, **kwargs)

    def refuse(self, error: BaseException) -> None:
        super().refuse(error)
        self.pin.clear()
        self.pin.setFocus()


class NewPinSheet(Sheet):
    """Sets the PIN, typed twice; the one before is asked for where there is one."""

    set = Signal(object)  # the HouseholdView

    def __init__(self, desk: Desk, household: HouseholdView, parent: QWidget | None) -> None:
        title = "Change the PIN" if household.has_pin else "Set a PIN"
        super().__init__(desk, title, "Save", parent, width=440)
        self.old, self.new, self.again = (
            pin_field(name, self.trouble.say) for name in ("Current PIN", "New PIN", "Once more")
        )
        fields = {"Current PIN": self.old, "New PIN": self.new, "Once more": self.again}
        if not household.has_pin:
            del fields["Current PIN"]
        lines = [part for name, field in fields.items() for part in
                 (label(name, "smallstrong"), field, 4)]  # fmt: skip
        pile = column(*lines, Sentence(_HONEST, "small"), 0, spacing=6)
        pile.setContentsMargins(32, 4, 32, 4)
        self.body.addLayout(pile)
        self.agree_by_enter()
        self.put_keyboard(next(iter(fields.values())))

    def go_on(self) -> None:
        """Save it, if it was typed the same twice."""
        if self.new.text() != self.again.text():
            self.trouble.say("The two are not the same: type the new PIN twice.")
            self.again.clear()
            self.again.setFocus()
            return
        self.act()
        self.questions.attempt(
            self._done, self.refuse, Profiles.set_pin, self.new.text(), pin=self.old.text()
        )

    def _done(self, told: HouseholdView) -> None:
        self.set.emit(told)
        self.desk.toasted.emit("The PIN is set.", None)
        self.accept()
