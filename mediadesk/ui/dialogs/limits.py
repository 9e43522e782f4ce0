"""The dialog that says what a profile may see."""

from dataclasses import replace

from PySide6.QtWidgets import QButtonGroup, QWidget

from mediadesk.engine.messages import Limits, Organising, Profiles, ProfileView
from mediadesk.ui.desk import Desk
from mediadesk.ui.dialogs.pin import pin_field
from mediadesk.ui.widgets.chips import ChipBox
from mediadesk.ui.widgets.controls import Button, Sentence, column, label, row
from mediadesk.ui.widgets.sheet import Sheet

_AGES: tuple[int | None, ...] = (None, 0, 6, 12, 16, 18)


class LimitsSheet(Sheet):
    """An age, tags that are never shown and tags that always are; kept with the PIN only."""

    def __init__(self, desk: Desk, profile: ProfileView, parent: QWidget | None) -> None:
        super().__init__(desk, f"What {profile.name} may see", "Save", parent, width=560)
        self._profile = profile
        self._before = profile.limits or Limits()
        group = QButtonGroup(self)
        ages = dict.fromkeys((*_AGES, self._before.max_age))
        self.ages = {age: Button(desk.theme, _age(age), _nothing, role="chip") for age in ages}
        for age, chip in self.ages.items():
            chip.setCheckable(True)
            chip.setAutoDefault(False)
            chip.setChecked(age == self._before.max_age)
            group.addButton(chip)
        self.blocked = _Tags(desk, "Never", self._before.blocked_tags)
        self.allowed = _Tags(desk, "Always", self._before.allowed_tags)
        self.pin = pin_field("PIN", self.trouble.say)
        unknown = "From the NFO files; what has no known rating is hidden then."
        pile = column(
            label("Rated for", "smallstrong"),
            row(*self.ages.values(), 0),
            Sentence(unknown, "small"),
            8,
            label("Never what has one of these tags", "smallstrong"),
            self.blocked,
            8,
            label("Also what you tagged with one of these", "smallstrong"),
            self.allowed,
            8,
            label("The household's PIN", "smallstrong"),
            self.pin,
            spacing=6,
        )
        pile.setContentsMargins(32, 4, 32, 4)
        self.body.addLayout(pile)
        self.agree_by_enter()
        self.questions.ask(self._know, Organising.all_tags)
        self.put_keyboard(self.ages[self._before.max_age])

    def go_on(self) -> None:
        """Keep them; none at all lifts all limits."""
        limits = replace(
            self._before,
            max_age=next((age for age, chip in self.ages.items() if chip.isChecked()), None),
            blocked_tags=self.blocked.tags,
            allowed_tags=self.allowed.tags,
        )
        self.act()
        self.questions.attempt(
            self._done,
            self.refuse,
            Profiles.limit,
            self._profile.name,
            None if limits == Limits() else limits,
            pin=self.pin.text(),
        )

    def refuse(self, error: BaseException) -> None:
        super().refuse(error)
        self.pin.clear()
        self.pin.setFocus()

    def _know(self, tags: tuple[tuple[str, int], ...]) -> None:
        for box in (self.blocked, self.allowed):
            box.know([name for name, _ in tags])

    def _done(self, told: ProfileView) -> None:
        says = "has limits" if told.limited else "may see everything"
        self.desk.toasted.emit(f"“{told.name}” {says} now.", None)
        self.accept()


class _Tags(ChipBox):
    """Tags that are typed and taken away again."""

    def __init__(self, desk: Desk, name: str, tags: tuple[str, ...]) -> None:
        super().__init__(desk.theme, name, hint="Tag, then Enter")
        self._tags = list(tags)
        self.added.connect(self._put)
        self.removed.connect(self._drop)
        self.show_names(self._tags)

    @property
    def tags(self) -> tuple[str, ...]:
        typed = self.field.text().strip()  # and not added yet
        return tuple(dict.fromkeys((*self._tags, *([typed] if typed else []))))

    def _put(self, name: str) -> None:
        if name not in self._tags:
            self._tags.append(name)
        self.show_names(self._tags)

    def _drop(self, name: str) -> None:
        self._tags = [tag for tag in self._tags if tag != name]
        self.show_names(self._tags)


def _age(age: int | None) -> str:
    return "No limit" if age is None else "All ages" if age == 0 else f"{age}"


def _nothing() -> None:
    """A chip says what it says by being checked."""
