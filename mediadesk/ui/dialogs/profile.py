"""The dialogs that make a profile: for a person, and for several who watch together."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from mediadesk.engine.messages import HouseholdView, Profiles
from mediadesk.ui.desk import Desk
from mediadesk.ui.widgets.controls import OneLine, Sentence, column, label, row
from mediadesk.ui.widgets.sheet import Sheet
from mediadesk.ui.widgets.switch import Switch

_LONGEST = 60


class PersonSheet(Sheet):
    """Asks for a name."""

    made = Signal(str)

    def __init__(
        self,
        desk: Desk,
        household: HouseholdView,
        parent: QWidget | None,
        *,
        title: str = "New profile",
        told: str = "Each profile has marks, positions and a taste of its own.",
    ) -> None:
        super().__init__(desk, title, "Make", parent, width=440)
        self.household = household
        self.name = QLineEdit()
        self.name.setMaxLength(_LONGEST)
        self.name.setAccessibleName("Name")
        self.more = column(spacing=6)
        pile = column(
            Sentence(told, "muted"),
            label("Name", "smallstrong"),
            self.name,
            self.more,
            0,
            spacing=8,
        )
        pile.setContentsMargins(32, 4, 32, 4)
        self.body.addLayout(pile)
        self.agree_by_enter()
        self.put_keyboard(self.name)

    @property
    def members(self) -> tuple[str, ...]:
        """Who is in it, if it is a group."""
        return ()

    def go_on(self) -> None:
        """Make it."""
        self.act()
        name = " ".join(self.name.text().split())
        self.questions.attempt(
            lambda _: self._done(name), self.refuse, Profiles.add, name, members=self.members
        )

    def _done(self, name: str) -> None:
        self.accept()
        self.made.emit(name)


class GroupSheet(PersonSheet):
    """Asks for a name and for those who watch together."""

    def __init__(self, desk: Desk, household: HouseholdView, parent: QWidget | None) -> None:
        told = "What all of you would like. What you do there counts for each of you."
        super().__init__(desk, household, parent, title="Watch together", told=told)
        self.name.setText("Together")
        self.name.selectAll()
        persons = [one.name for one in household.profiles if not one.members]
        self.switches = {name: Switch(desk.theme, name) for name in persons}
        self.more.addWidget(label("Who", "smallstrong"))
        for name, switch in self.switches.items():
            switch.setChecked(len(persons) == 2 or name == household.now)
            line = row(OneLine(name), switch)
            line.setStretch(0, 1)
            self.more.addLayout(line)

    @property
    def members(self) -> tuple[str, ...]:
        return tuple(name for name, switch in self.switches.items() if switch.isChecked())

    def go_on(self) -> None:
        """Make it, if two or more are in it."""
        if len(self.members) < 2:
            self.trouble.say("Choose two or more who watch together.")
        else:
            super().go_on()
