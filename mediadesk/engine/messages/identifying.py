"""Identifying: which work a video is, chosen from what is said of it; and that is remembered."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from mediadesk.engine.messages.organising import Change


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What a video may be: a film or a clip of this title, or an episode of a series.

    The title of an episode is its own, without its series and number; an empty one stays as it is
    known, and so do a season, an episode and a year that are None.
    """

    kind: str
    title: str = ""
    year: int | None = None
    series: str = ""
    season: int | None = None
    episode: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A work that items may be, and who says so.

    `sources` are those of `FieldView` and “folders” (the names of the folders around) and “library”
    (a work of nearly this name is there already, as `known` items). `files` counts the items of
    which it is said. `picture` is a key for `Verbs.pictures`. `now` is what they are at present.
    """

    work: Work
    sources: tuple[str, ...]
    files: int
    known: int = 0
    picture: str | None = None
    now: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Guesses:
    """What some `items` may be, the likeliest first.

    `others` more lie in the same folders, and their files name the same series: they go along.
    """

    items: int
    title: str
    candidates: tuple[Candidate, ...]
    others: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Becomes:
    """A field of an item that would be another one, as `FieldView` shows it."""

    path: str
    field: str
    before: str
    after: str


class Identifying(Protocol):
    """Saying what videos are. A name may be a folder, which means all videos in it.

    Unless it is for these `only`, whoever says which series they are of says so of all in the same
    folder that name the same series, also of files that come later.
    """

    def candidates(self, names: Sequence[str]) -> Guesses:
        """Tell what these may be.

        Raises:
            UserError: if one is no video.
        """
        ...

    def plan_identify(
        self, names: Sequence[str], work: Work, *, only: bool = False
    ) -> tuple[Becomes, ...]:
        """Tell what choosing a work would change.

        Raises:
            UserError: if the work can't be, or one is no video.
        """
        ...

    def identify(self, names: Sequence[str], work: Work, *, only: bool = False) -> Change:
        """Say that these are this work, each episode with its own number: a person's words.

        Raises:
            UserError: as `plan_identify`.
        """
        ...
