"""Writing back: what the library knows, into tags and NFO files, after a preview."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from mediadesk.engine.messages.organising import Change
from mediadesk.engine.messages.system import Imported

Into = Literal["nfo", "tags"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteLine:
    """One value that would be written to a file: into its tags, or into the NFO file beside it."""

    path: str
    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WritePlan:
    """What writing back would do, and the `token` that consents to exactly this.

    `refused` are sentences on files that can't be written.
    """

    token: str
    lines: tuple[WriteLine, ...]
    refused: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """How many files were written, and what could not be; `left` were not reached by a stop.

    `change` takes it back, byte for byte; None if nothing was written.
    """

    files: int
    refused: tuple[str, ...]
    left: int = 0
    change: Change | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How many of the items, files or moments are done."""

    done: int
    of: int


class Writing(Protocol):
    """Writing fields and states to where other programs read them; only when asked to."""

    def plan_write(
        self, names: Sequence[str], *, into: Into = "nfo", profile: str | None = None
    ) -> WritePlan:
        """Tell what writing fields and states back would do: into “nfo” files, or “tags”.

        Raises:
            UserError: if it is stopped, or another one is begun meanwhile.
        """
        ...

    def import_nfos(self, *, dry_run: bool = False, profile: str | None = None) -> Imported:
        """Take over what NFO files tell of watching, stars and tags, and what tags tell of stars.

        What was said here stands.
        """
        ...

    def write_back(self, token: str) -> Written:
        """Write what a plan said; each file whole or not at all, and none after a stop."""
        ...

    def progress(self, token: str = "") -> Progress | None:
        """Tell how far writing the plan of this `token` is, else the making of one.

        None while it has not begun, and when it is done.
        """
        ...

    def stop(self, token: str = "") -> None:
        """End writing this plan, else the making of one, with the file in hand.

        A plan that is not begun will not be written any more.
        """
        ...
