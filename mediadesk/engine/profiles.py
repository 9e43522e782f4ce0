"""Whose marks and taste there are: see `messages.Profiles`."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from functools import partial

from mediadesk.api import UserError
from mediadesk.engine import collecting
from mediadesk.engine import fields as item_fields
from mediadesk.engine.access import Access
from mediadesk.engine.household import Household
from mediadesk.engine.messages import HouseholdView, Limits, ProfileView
from mediadesk.engine.preferences import Preferences
from mediadesk.store import pins, profiles

_LONGEST = 60
_OLDEST = 21


class Profiles:
    """The verbs of profiles; any thread may call them."""

    def __init__(self, access: Access, household: Household, preferences: Preferences) -> None:
        """Join the library."""
        self._access = access
        self._household = household
        self._preferences = preferences

    def names(self) -> tuple[str, ...]:
        own = self._household.now
        return (own, *(name for name in profiles.names(self._access.store.read()) if name != own))

    def add(
        self,
        name: str,
        *,
        members: Sequence[str] = (),
        limits: Limits | None = None,
        pin: str | None = None,
    ) -> tuple[str, ...]:
        wanted = " ".join(name.split())
        if not wanted or len(wanted) > _LONGEST or not wanted.isprintable():
            raise UserError(
                f"A profile needs a name of 1 to {_LONGEST} letters, not “{wanted[:80]}”."
            )
        if wanted in self.names():
            raise UserError(f"There is a profile “{wanted}” already: use it with --profile.")
        who = self._members(wanted, members) if members else ()
        kept = self._understood(limits) if limits else None
        self._check(pin, needed=limits is not None)
        self._access.store.write(partial(profiles.add, name=wanted, members=who), durable=True)
        if kept:
            self._keep(wanted, kept)
        self._access.changed("profiles")
        return self.names()

    def regroup(self, name: str, members: Sequence[str], *, pin: str | None = None) -> ProfileView:
        found = self._find(name)
        if not found.members:
            raise UserError(
                f"“{name}” is a person, not a group: make a group of its own with “mediadesk "
                "profiles add NAME --group A,B”."
            )
        who = self._members(name, members)
        self._check(pin)
        self._access.store.write(partial(profiles.add, name=name, members=who), durable=True)
        self._tell()
        return self._find(name)

    def household(self) -> HouseholdView:
        db = self._access.store.read()
        return HouseholdView(
            now=self._household.now,
            profiles=tuple(self._household.view(db, name) for name in self.names()),
            private=self._household.private,
            has_pin=self._household.pin.is_set,
        )

    def use(self, name: str, *, pin: str | None = None) -> HouseholdView:
        found = self._find(name)
        if found.name != self._household.now:
            self._check(pin)
            left = self._household.now
            self._access.store.write(partial(profiles.know, name=left), durable=True)
            self._preferences.profile(found.name)
            self._tell()
        return self.household()

    def limit(self, name: str, limits: Limits | None, *, pin: str | None = None) -> ProfileView:
        found = self._find(name)
        if found.members and limits:  # another device may have made a group of a child's name
            raise UserError(f"“{name}” is a group, which has the limits of its members.")
        kept = self._understood(limits) if limits else None
        self._check(pin, needed=True)
        self._keep(found.name, kept)
        self._tell()
        return self._find(name)

    def set_pin(self, new: str, *, pin: str | None = None) -> HouseholdView:
        def tell(salt: str, hashed: str) -> None:
            self._access.store.write(partial(pins.keep, salt=salt, hashed=hashed), durable=True)

        self._household.pin.change(new, pin=pin, tell=tell)
        return self.household()

    def be_private(self, *, on: bool) -> HouseholdView:
        self._household.private = on
        return self.household()

    def _find(self, name: str) -> ProfileView:
        if name not in (known := self.names()):
            raise UserError(f"There is no profile “{name}”: there are {', '.join(known)}.")
        return self._household.view(self._access.store.read(), name)

    def _check(self, pin: str | None, *, needed: bool = False) -> None:
        """Ask for the PIN where limits are changed, or somebody who has some is not to go on."""
        gate = self._household.pin
        if needed and not gate.is_set:
            raise UserError(
                "Limits need a PIN, else anybody could lift them: set one with "
                "“mediadesk profiles pin” first."
            )
        if needed or self._household.is_limited(self._access.store.read(), self._household.now):
            gate.check(pin)

    def _members(self, group: str, names: Sequence[str]) -> tuple[str, ...]:
        found = [self._find(each) for each in dict.fromkeys(names)]
        if len(found) < 2 or any(each.members or each.name == group for each in found):
            raise UserError("A group has two or more persons: name those who watch together.")
        return tuple(each.name for each in found)

    def _understood(self, limits: Limits) -> Limits:
        if limits == Limits():
            raise UserError("Limits without a limit: give an age, or tags or items.")
        if limits.max_age is not None and not 0 <= limits.max_age <= _OLDEST:
            raise UserError(f"An age is 0 to {_OLDEST} years, not {limits.max_age}.")
        return replace(
            limits,
            blocked_tags=tuple(item_fields.tags(limits.blocked_tags)),
            allowed_tags=tuple(item_fields.tags(limits.allowed_tags)),
            allowed_collections=tuple(
                collecting.plain(self._access, each).id for each in limits.allowed_collections
            ),
            allowed_items=tuple(self._access.ids(limits.allowed_items))
            if limits.allowed_items
            else (),
        )

    def _keep(self, name: str, limits: Limits | None) -> None:
        told = None if limits is None else asdict(limits)
        write = partial(profiles.limit, name=name, limits=told)
        self._access.store.write(write, durable=True)

    def _tell(self) -> None:
        self._access.changed("profiles", "items", "features", "status")
