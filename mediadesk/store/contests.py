"""Which two rankings compete on whose top picks."""

from dataclasses import asdict, dataclass, fields

from mediadesk.store import registers
from mediadesk.store.connection import Database
from mediadesk.store.registers import Edit

CONTESTS = "contests"
"""The thing whose one field says it."""
_FIELD = "latest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contest:
    """Two rankings by name, and from when until when they compete, in unix seconds.

    It still goes on where `until` is None.
    """

    first: str
    second: str
    since: float
    until: float | None = None

    @property
    def arms(self) -> tuple[str, str]:
        """Both rankings."""
        return self.first, self.second


def edit(profile: str, contest: Contest) -> Edit:
    """Give what to write for a contest to be the latest of a profile."""
    return Edit(item=CONTESTS, field=_FIELD, value=asdict(contest), profile=profile)


def latest(db: Database, profile: str) -> Contest | None:
    """Give the contest that goes on, else the last one that did; None where there never was one."""
    told = registers.values(db, [CONTESTS], profile=profile).get(CONTESTS, {}).get(_FIELD)
    if not told:
        return None
    # A newer version on another device may have written more.
    return Contest(**{each.name: told[each.name] for each in fields(Contest) if each.name in told})


def current(db: Database, profile: str) -> Contest | None:
    """Give the contest that goes on, None where none does."""
    found = latest(db, profile)
    return found if found and found.until is None else None
