"""Who looks: the button at the rail, its menu, and what follows when another person does."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtWidgets import QMenu, QWidget

from mediadesk.engine.messages import HouseholdView, Profiles, ProfileView
from mediadesk.ui import icons
from mediadesk.ui.desk import Desk
from mediadesk.ui.widgets.controls import unmarked
from mediadesk.ui.widgets.menus import passing


class People(QObject):
    """Knows the household, and does what its menu offers."""

    known = Signal(object)  # the HouseholdView, whenever it is another one
    leaving = Signal()  # somebody else is about to look, or to be seen: what plays is to end
    switched = Signal()  # somebody else looks now, or nobody is private any more

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        self._parent = parent
        self._questions = desk.ask_anew()
        self.household: HouseholdView | None = None
        desk.changed.connect(self._follow)
        desk.restarted.connect(self.ask)

    def ask(self) -> None:
        """Ask who there is."""
        self._questions.ask(self._take, Profiles.household)

    @property
    def now(self) -> ProfileView | None:
        """Who looks."""
        told = self.household
        return next((one for one in told.profiles if one.name == told.now), None) if told else None

    def menu(self, where: QPoint) -> QMenu | None:
        """Open the menu, with its foot at a point of the screen, once the household is known."""
        told, now = self.household, self.now
        if told is None or now is None:
            return None
        menu = passing(self._parent)
        for one in told.profiles:
            drawn = "check" if one.name == told.now else sign(one)
            self._add(menu, drawn, unmarked(line(one)), partial(self.use, one))
        menu.addSeparator()
        drawn, text = ("check", "End private mode") if told.private else ("hide", "Private mode")
        self._add(menu, drawn, text, self.turn_private)
        if not now.limited:
            menu.addSeparator()
            self._add(menu, "add", "New profile…", partial(self._make, told))
            if sum(not one.members for one in told.profiles) > 1:
                together = partial(self._open_group, told)
                self._add(menu, "people", "Watch together…", together)
            for one in told.profiles:
                if one.name != told.now and not one.members:
                    says = f"What {unmarked(one.name)} may see…"
                    self._add(menu, "lock", says, partial(self._limit, one))
            says = "Change the PIN…" if told.has_pin else "Set a PIN…"
            self._add(menu, "key", says, partial(self._set_pin, told))
        menu.popup(where - QPoint(0, menu.sizeHint().height()))
        return menu

    def use(self, one: ProfileView) -> None:
        """Have another profile look; the PIN is asked for where the one that looks has limits."""
        told, now = self.household, self.now
        if told is None or now is None or one.name == told.now:
            return
        if not (now.limited and told.has_pin):
            self.leaving.emit()
            # What was told of what played is taken for who looked then: one answer later it is.
            self._desk.do(lambda _: self._use(one), Profiles.household)
            return
        from mediadesk.ui.dialogs.pin import PinSheet

        sheet = PinSheet(self._desk, f"Go to “{one.name}”", self._parent)
        sheet.typed.connect(
            lambda pin: sheet.attempt(self._switched, Profiles.use, one.name, pin=pin)
        )
        self.leaving.emit()
        sheet.open()

    def turn_private(self) -> None:
        """Record nothing from now on, or again all."""
        if self._desk.private:
            self.leaving.emit()  # what is told of it now is not recorded
            self._desk.do(self._switched, Profiles.be_private, on=False)
        else:
            self._desk.turn_private(on=True)  # what is told meanwhile is not recorded
            self._desk.do(self._done, Profiles.be_private, on=True)

    def _use(self, one: ProfileView) -> None:
        self._desk.do(self._switched, Profiles.use, one.name)

    def _switched(self, told: HouseholdView) -> None:
        self._done(told)
        self.switched.emit()

    def _done(self, told: HouseholdView) -> None:
        """Take what an act came to; what was asked before it may be answered only now."""
        self._take(told)
        self.ask()

    def _make(self, told: HouseholdView) -> None:
        from mediadesk.ui.dialogs.profile import PersonSheet

        PersonSheet(self._desk, told, self._parent).open()

    def _open_group(self, told: HouseholdView) -> None:
        from mediadesk.ui.dialogs.profile import GroupSheet

        sheet = GroupSheet(self._desk, told, self._parent)
        sheet.made.connect(lambda name: self.use(ProfileView(name=name)))
        sheet.open()

    def _limit(self, one: ProfileView) -> None:
        from mediadesk.ui.dialogs.limits import LimitsSheet

        told = self.household
        if told is not None and told.has_pin:
            LimitsSheet(self._desk, one, self._parent).open()
        elif told is not None:  # limits without a PIN would keep nobody from anything
            self._set_pin(told, then=partial(self._limit, one))

    def _set_pin(self, told: HouseholdView, then: Callable[[], object] | None = None) -> None:
        from mediadesk.ui.dialogs.pin import NewPinSheet

        sheet = NewPinSheet(self._desk, told, self._parent)
        sheet.set.connect(self._take)
        if then is not None:
            sheet.accepted.connect(then)
        sheet.open()

    def _follow(self, what: frozenset[str]) -> None:
        if "profiles" in what:
            self.ask()

    def _take(self, told: HouseholdView) -> None:
        self._desk.turn_private(on=told.private)
        if told != self.household:
            self.household = told
            self._desk.limit(limited=self.now is not None and self.now.limited)
            self.known.emit(told)

    def _add(self, menu: QMenu, drawn: str, text: str, todo: Callable[[], object]) -> None:
        ink = self._desk.theme.colour("text")
        menu.addAction(icons.icon(drawn, ink), text, todo)


def sign(one: ProfileView) -> str:
    """Give the icon of a profile."""
    return "people" if one.members else "lock" if one.limited else "person"


def line(one: ProfileView) -> str:
    """Write a profile as a line of a menu."""
    if one.members:
        return f"{one.name} ({', '.join(one.members)})"
    if one.limits is not None and one.limits.max_age is not None:
        return f"{one.name} (up to {one.limits.max_age})"
    return f"{one.name} (with limits)" if one.limited else one.name
