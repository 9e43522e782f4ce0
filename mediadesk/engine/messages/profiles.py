"""Whose marks and taste there are, and what each may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a child may see: `store.limits.allowed` says how these go together.

    `max_age` is in years: what has no known rating is hidden. Collections are named by id or name,
    items by id or path.
    """

    max_age: int | None = None
    blocked_tags: tuple[str, ...] = ()
    allowed_tags: tuple[str, ...] = ()
    allowed_collections: tuple[str, ...] = ()
    allowed_items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileView:
    """A person, or with `members` a group; without `limits` it may see everything.

    `limited` says whether anything is kept from it: its own limits, or those of a member.
    """

    name: str
    members: tuple[str, ...] = ()
    limits: Limits | None = None
    limited: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseholdView:
    """All profiles, that which looks `now` first; `private` says that nothing is recorded."""

    now: str
    profiles: tuple[ProfileView, ...]
    private: bool
    has_pin: bool


class Profiles(Protocol):
    """The profiles of a household; who names none uses that which looks now.

    A profile with limits is left, and limits are changed, with the household's PIN only. It keeps
    children out of the program, not out of the files of the computer.

    Raises:
        UserError: where a `pin` is needed and is missing or wrong; after five wrong ones each
            further one has to wait.
    """

    def names(self) -> tuple[str, ...]:
        """Give the names of all, that which looks now first."""
        ...

    def add(
        self,
        name: str,
        *,
        members: Sequence[str] = (),
        limits: Limits | None = None,
        pin: str | None = None,
    ) -> tuple[str, ...]:
        """Make one, or with `members` a group, and give the names of all.

        What a group does all its members do; its panel is what all of them would like.
        """
        ...

    def regroup(self, name: str, members: Sequence[str], *, pin: str | None = None) -> ProfileView:
        """Have a group consist of others from now on; what it did before stays as it is."""
        ...

    def household(self) -> HouseholdView:
        """Give all profiles and who looks now."""
        ...

    def use(self, name: str, *, pin: str | None = None) -> HouseholdView:
        """Have another profile look from now on, also after the next start."""
        ...

    def limit(self, name: str, limits: Limits | None, *, pin: str | None = None) -> ProfileView:
        """Say what a profile may see, everything for None."""
        ...

    def set_pin(self, new: str, *, pin: str | None = None) -> HouseholdView:
        """Set the household's PIN, 4 to 12 digits; the one before is needed if there is one."""
        ...

    def be_private(self, *, on: bool) -> HouseholdView:
        """Record nothing until it is switched off or this engine ends.

        That is no event, no position, no search, no track that is chosen, no queue and no panel.
        """
        ...
