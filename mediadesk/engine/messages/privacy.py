"""What leaves this machine, and what is known of a person: to be seen, taken along, and erased."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionView:
    """An attempt to reach a host, `at` in unix seconds.

    `who` is a plugin or MediaDesk, `why` what for; `size` bytes came, `problem` says why not more.
    """

    at: float
    who: str
    why: str
    host: str
    size: int
    problem: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """Files that were written, and table → how many rows are in them."""

    files: tuple[str, ...]
    rows: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Research:
    """Files for research, in which each row is told in the same words of `k` of the `people`.

    `levels` is how finely → how many rows are told so, `suppressed` how many are left out.
    """

    files: tuple[str, ...]
    k: int
    people: int
    levels: dict[str, int]
    suppressed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """Who was erased; `remains` are sentences on what may still tell of that person, and why."""

    profile: str
    remains: tuple[str, ...]


class Privacy(Protocol):
    """What leaves this machine, and what is known of a person."""

    def connections(self, *, limit: int = 100) -> tuple[ConnectionView, ...]:
        """Give the last attempts to reach anything, the latest first; refused ones are among them.

        Nothing but what plugins may fetch and installs is ever let out.
        """
        ...

    def network(self, *, on: bool | None = None) -> bool:
        """Tell whether anything may be fetched, after setting it unless that is None."""
        ...

    def export(self, folder: str, *, profile: str | None = None) -> Exported:
        """Write all that is known of a profile into a folder, as SQLite and as JSON.

        Raises:
            UserError: if such files are there already, can't be written, or would be in the
                library's own folder.
        """
        ...

    def research(self, folder: str, *, k: int = 5) -> Research:
        """Write what all people did into a folder, without names and titles, for research.

        Each row is made so coarse that `k` people or more share it, or is left out.

        Raises:
            UserError: if there are fewer people, or as `export`.
        """
        ...

    def erase(self, profile: str, *, keep_backups: bool = False) -> Erased:
        """Erase a profile with all that it did, here and, with the next sync, on other devices.

        A group of which nobody else is left goes with it. What is said for everybody stays: tags,
        edited fields, collections. The backups are replaced by one without it, unless they are to
        be kept. To erase one again is to look for what another device, or a disk that was full, has
        left of it here.

        Raises:
            UserError: if there is no such profile, another process has the library open, or the
                disk is full.
        """
        ...
