"""What a search asks of items, as a tree."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from mediadesk.api import Kind

TextField = Literal[
    "any", "title", "artist", "album", "series", "genre", "tag", "person", "place", "studio", "set",
    "description", "note", "collection", "drive",
]  # fmt: skip
CompareField = Literal[
    "year", "length", "size", "height", "season", "episode", "track", "stars", "plays", "age",
    "added", "rest", "played",
]  # fmt: skip
Operator = Literal["<", "<=", "=", ">=", ">"]
StateName = Literal[
    "available", "missing", "seen", "begun", "new", "liked", "hidden", "rated", "locked"
]


@dataclass(frozen=True, slots=True)
class And:
    """All of these are true; without parts it is true of everything."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one of these is true."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """This is not true; what is unknown, such as a year, is not true either."""

    part: "Node"


@dataclass(frozen=True, slots=True)
class Text:
    """The text stands somewhere in the field, or is the `whole` of it, case and accents apart.

    any: title, artist, album, series, a genre or a person. person: whoever is credited, and the
    artist.
    """

    field: TextField
    text: str
    whole: bool = False


@dataclass(frozen=True, slots=True)
class OfKind:
    """It is of this kind."""

    kind: Kind


@dataclass(frozen=True, slots=True)
class Compare:
    """A number, or the local day when it was added or last played.

    Lengths are in seconds, sizes in bytes, heights in pixels; age and rest are the seconds since
    it was added and last played.
    """

    field: CompareField
    op: Operator
    value: float | date


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands with the file, or the person with the item."""

    state: StateName


@dataclass(frozen=True, slots=True)
class Inside:
    """It lies, or lay when last seen, in this folder: a full path, or a name anywhere in one."""

    folder: str


@dataclass(frozen=True, slots=True)
class Alike:
    """It is among those most alike in content to an item: an id, a path or a title."""

    name: str


Leaf = Text | OfKind | Compare | Standing | Inside | Alike
Node = And | Or | Not | Leaf
EVERYTHING = And(())


def both(parts: Iterable[Node]) -> Node:
    """Join so that all are true, with no And right inside an And."""
    flat = tuple(
        each for part in parts for each in (part.parts if isinstance(part, And) else (part,))
    )
    return flat[0] if len(flat) == 1 else And(flat)


def either(parts: Iterable[Node]) -> Node:
    """Join so that one is true, with no Or right inside an Or."""
    flat = tuple(
        each for part in parts for each in (part.parts if isinstance(part, Or) else (part,))
    )
    return flat[0] if len(flat) == 1 else Or(flat)


def negated(part: Node) -> Node:
    """Turn into its contrary."""
    return part.part if isinstance(part, Not) else Not(part)
