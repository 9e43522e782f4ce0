"""Who looks now, who is in which group, and what each may see."""

import logging
import threading
from collections.abc import Collection
from dataclasses import asdict
from functools import partial

import msgspec

from mediadesk.api import UserError
from mediadesk.engine.messages import Limits, ProfileView
from mediadesk.engine.pin import Pin
from mediadesk.engine.preferences import Preferences
from mediadesk.store import Database, Store, limits, pins, profiles

log = logging.getLogger(__name__)


class Household:
    """What the parts of an engine go by; any thread may ask.

    While `private` is set nothing that a person does is recorded.
    """

    def __init__(self, preferences: Preferences, pin: Pin, *, private: bool = False) -> None:
        """Begin with the profile of the settings."""
        self.pin = pin
        self.private = private
        self._preferences = preferences
        self._lock = threading.Lock()
        self._allowed: dict[Limits, limits.Allowed] = {}

    @property
    def now(self) -> str:
        """Who looks where nobody is named."""
        return self._preferences.now.profile

    def join(self, store: Store) -> None:
        """Go by the household's PIN, and say what an older MediaDesk kept to this device."""
        try:
            kept = self.pin.kept
            if kept and pins.known(store.read()) is None:
                store.write(partial(pins.keep, salt=kept[0], hashed=kept[1]), durable=True)
            elif kept:  # where it was deleted it is forgotten
                self._go_by_pin(store.read())
        except UserError as error:
            log.warning("%s", error)  # who needs it is told so
        if profiles.has_untold(store.read()):
            store.write(profiles.tell, durable=True)

    def follow(self, db: Database, touched: Collection[str], *, before: Database) -> None:
        """Go by what other devices said of the household, inside a write.

        Args:
            db: the library as it is to be.
            touched: the things that may be others than `before`.
            before: the library as it was.

        Raises:
            UserError: if the PIN that another one took can't be kept here.
        """
        if pins.HOUSEHOLD in touched:
            self._go_by_pin(db)
        self._hold(db, before)

    def _go_by_pin(self, db: Database) -> None:
        if (known := pins.known(db)) and self.pin.kept != (known["salt"], known["hash"]):
            self.pin.take(known["salt"], known["hash"])

    def _hold(self, db: Database, before: Database) -> None:
        """Keep limits of who looks here now, though a device took that profile out.

        Else a child would be free to see all, until somebody with the PIN goes elsewhere.
        """
        looks = profiles.find(before, self.now)
        persons = [profiles.find(before, name) for name in (looks.name, *looks.members)]
        gone = [each for each in persons if each.limits and not profiles.is_made(db, each.name)]
        for each in gone:
            profiles.limit(db, each.name, each.limits)
        if gone and looks.members:
            profiles.add(db, looks.name, members=looks.members)

    def view(self, db: Database, name: str) -> ProfileView:
        """View a profile."""
        found = profiles.find(db, name)
        own = _limits(found)
        return ProfileView(
            name=name,
            members=found.members,
            limits=own,
            limited=bool(own) or any(self.is_limited(db, each) for each in found.members),
        )

    def is_limited(self, db: Database, name: str) -> bool:
        """Tell whether anything is kept from a profile; from a group what is from any member."""
        return self.view(db, name).limited

    def allowed(self, db: Database, name: str) -> frozenset[str] | None:
        """Give the items that a profile may see, None for all; a group what all members may."""
        found = profiles.find(db, name)
        own = _limits(found)
        each = [self._of(db, own)] if own else []
        each += [kept for one in found.members if (kept := self.allowed(db, one)) is not None]
        return frozenset.intersection(*each) if len(each) > 1 else next(iter(each), None)

    def check_free(self, db: Database) -> None:
        """See that who looks now may change the library.

        Raises:
            UserError: if that profile has limits.
        """
        if self.is_limited(db, self.now):
            raise UserError(
                f"“{self.now}” has limits, so the library can't be changed: go to another profile, "
                "with the household's PIN, first."
            )

    def _of(self, db: Database, own: Limits) -> frozenset[str]:
        with self._lock:
            now = self._allowed[own] = limits.follow(db, self._allowed.get(own), **asdict(own))
            return now.items


def _limits(found: profiles.Profile) -> Limits | None:
    if found.limits is None:
        return None
    return msgspec.convert(found.limits, Limits)
