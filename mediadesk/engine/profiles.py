"""Whose marks and taste there are: see `messages.Profiles`."""

from functools import partial

from mediadesk.api import UserError
from mediadesk.engine.access import Access
from mediadesk.store import profiles

_LONGEST = 60


class Profiles:
    """The verbs of profiles; any thread may call them."""

    def __init__(self, access: Access) -> None:
        """Join the library."""
        self._access = access

    def names(self) -> tuple[str, ...]:
        own = self._access.profile(None)
        return (own, *(name for name in profiles.names(self._access.store.read()) if name != own))

    def add(self, name: str) -> tuple[str, ...]:
        wanted = " ".join(name.split())
        if not wanted or len(wanted) > _LONGEST or not wanted.isprintable():
            raise UserError(
                f"A profile needs a name of 1 to {_LONGEST} letters, not “{wanted[:80]}”."
            )
        if wanted in self.names():
            raise UserError(f"There is a profile “{wanted}” already: use it with --profile.")
        self._access.store.write(partial(profiles.add, name=wanted), durable=True)
        return self.names()
