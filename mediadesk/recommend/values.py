"""What recommending gives: frozen values with the field names that the engine's messages have."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What in the files a reason rests on.

    `kind` is frame, sound or sentence; `t` is the second in this item, `seed_t` the matching
    second in the reason's seed; `image` and `seed_image` are keys: moment/ID/EXTRACTOR/N. Of the
    kind tag, `text` is what both have to do with: a genre, a person, a series.
    """

    kind: str
    item: str
    t: float | None = None
    text: str = ""
    image: str | None = None
    seed_t: float | None = None
    seed_text: str = ""
    seed_image: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why an item stands where it does, as a sentence; `share` is its part of the score."""

    text: str
    ranker: str
    seed: str | None = None
    seed_title: str = ""
    share: float = 0.0
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """A recommended item, by id, with its score, each ranker's share of it, and the reasons.

    `arm` is the side of a contest that put it there, "" where none did: see `crediting.label`.
    """

    item: str
    score: float = 0.0
    rankers: Mapping[str, float] = field(default_factory=dict)
    reasons: tuple[Reason, ...] = ()
    arm: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """One row of the panel; never empty."""

    id: str
    title: str
    items: tuple[Pick, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """What to show a profile."""

    profile: str
    shelves: tuple[Shelf, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """The full explanation of one item's place.

    `rank` is its place among the `of` candidates, best first from 1, or None where it is no
    candidate; `note` says why. `without` tells which rank it would have without a seed.
    """

    item: str
    rank: int | None
    of: int
    score: float
    rankers: Mapping[str, float]
    reasons: tuple[Reason, ...]
    without: Mapping[str, int | None]
    note: str = ""
