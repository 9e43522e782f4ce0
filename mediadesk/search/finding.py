"""Finds the items that a search asks for, all of them at once."""

import os
import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as clock
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from mediadesk.search.catalogue import Catalogue
from mediadesk.search.columns import UNKNOWN
from mediadesk.search.folding import fold
from mediadesk.search.texts import Bits
from mediadesk.search.tree import (
    Alike,
    And,
    Compare,
    CompareField,
    Inside,
    Node,
    Not,
    OfKind,
    Operator,
    Or,
    Standing,
    Text,
    TextField,
)
from mediadesk.search.words import Pairs
from mediadesk.store import Database, browse

_NEW = 30 * 86_400
_BETWEEN_WORDS = re.compile(r"(?<=[^\W_])[._]+(?=[^\W_])")
_OPERATORS: dict[Operator, Callable[[Any, Any], Any]] = {
    "<": np.less,
    "<=": np.less_equal,
    "=": np.equal,
    ">=": np.greater_equal,
    ">": np.greater,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Deeds:
    """What the person who looks did: columns by number; 0 is not rated, or not played."""

    stars: NDArray[np.float32]
    plays: NDArray[np.int32]
    played: NDArray[np.float64]
    seen: Bits
    begun: Bits
    liked: Bits
    hidden: Bits


class Person(Protocol):
    """The person who looks."""

    def deeds(self) -> Deeds:
        """Give what was done with the items."""
        ...

    def notes(self) -> Mapping[str, str]:
        """Give id → what was noted."""
        ...

    def alike(self, name: str) -> Sequence[str]:
        """Give the ids of the items most alike to one."""
        ...

    def collections(self) -> "Sequence[Collected]":
        """Give the collections."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """A collection: `held` gives the ids in it, or the search that a smart one holds."""

    name: str
    held: Callable[[], Sequence[str] | Node]


class Finder:
    """Finds items in a catalogue that is held `now`, for one person; `when` in unix seconds."""

    def __init__(
        self, catalogue: Catalogue, db: Database, person: Person, *, when: float | None = None
    ) -> None:
        self._of = catalogue
        self._db = db
        self._person = person
        self._now = time.time() if when is None else when
        self._within: list[str] = []

    def found(self, node: Node) -> Bits:
        """Tell of each item whether it is in the library and is what the search asks for."""
        return self._mask(node) & self._of.places.known

    def _mask(self, node: Node) -> Bits:  # noqa: PLR0911 - one for each noun
        match node:
            case And(parts):
                return self._joined(np.logical_and, parts, start=True)
            case Or(parts):
                return self._joined(np.logical_or, parts, start=False)
            case Not(part):
                return ~self._mask(part)
            case Text():
                return self._text(node)
            case OfKind(kind):
                of_kind: Bits = self._of.numbers["kind"] == browse.KINDS.index(kind)
                return of_kind
            case Compare():
                return self._compare(node)
            case Standing():
                return self._standing(node)
            case Inside(folder):
                return self._inside(folder)
            case Alike(name):
                return self._those(self._person.alike(name))

    def _joined(self, join: np.ufunc, parts: Iterable[Node], *, start: bool) -> Bits:
        found = np.full(self._of.size, start)
        for part in parts:
            join(found, self._mask(part), out=found)
        return found

    def _none(self) -> Bits:
        return np.zeros(self._of.size, np.bool_)

    def _those(self, ids: Sequence[str]) -> Bits:
        found = self._none()
        found[list(browse.numbers(self._db, ids).values())] = True
        return found

    def _text(self, node: Text) -> Bits:  # noqa: C901, PLR0911 - one for each field
        folded, whole = fold(node.text), node.whole
        if whole and not folded:
            return self._without(node.field)
        match node.field:
            case "any":
                found = self._anywhere(folded)
                # The name of a file: titles that are guessed from it have spaces there.
                spaced = _BETWEEN_WORDS.sub(" ", folded)
                return found if spaced == folded else found | self._anywhere(spaced)
            case "title" | "description":
                texts = self._of.titles if node.field == "title" else self._of.descriptions
                return texts.having(self._of.size, folded, whole=whole)
            case "artist":
                by = self._named("artist", folded, whole=whole)
                return by | self._named("album_artist", folded, whole=whole)
            case "album" | "series":
                return self._named(node.field, folded, whole=whole)
            case "genre" | "tag":
                pairs = self._of.genres if node.field == "genre" else self._of.tags
                return self._paired(pairs, folded, whole=whole)
            case "person":
                return self._person_named(folded, whole=whole)
            case "place" | "studio" | "set":
                return self._paired(self._of.edges.of_kind(node.field), folded, whole=whole)
            case "note":
                noted = self._person.notes().items()
                return self._those(
                    [each for each, note in noted if _has(note, folded, whole=whole)]
                )
            case "drive":
                return self._drive(folded, whole=whole)
            case "collection":
                return self._collection(folded, whole=whole)

    def _without(self, field: TextField) -> Bits:
        """Tell of each item whether it has nothing in a field."""
        match field:
            case "title" | "description":
                texts = self._of.titles if field == "title" else self._of.descriptions
                return texts.having(self._of.size, "", whole=True)
            case "artist":
                return np.asarray(self._of.names.makers == 0)
            case "album" | "series":
                return np.asarray(self._of.names.codes[field] == 0)
            case "drive":
                names = filter(None, {fold(name) for name in browse.drives(self._db).values()})
                found = self._none()
                for name in names:
                    found |= self._drive(name, whole=True)
                return ~found
            case _:
                return ~self._text(Text(field, ""))

    def _anywhere(self, folded: str) -> Bits:
        found = self._of.titles.having(self._of.size, folded)
        for name in browse.NAMES:
            found |= self._named(name, folded)
        found |= self._paired(self._of.genres, folded)
        return found | self._paired(self._of.edges.of_kind("person"), folded)

    def _person_named(self, folded: str, *, whole: bool) -> Bits:
        names = self._of.names
        wanted = names.words["artist"].having(folded, whole=whole)
        wanted[0] = False
        made = wanted[names.codes["artist"]] | wanted[names.codes["album_artist"]]
        return made | self._paired(self._of.edges.of_kind("person"), folded, whole=whole)

    def _named(self, name: str, folded: str, *, whole: bool = False) -> Bits:
        names = self._of.names
        wanted = names.words[name].having(folded, whole=whole)
        return wanted[names.codes[name]]

    def _paired(self, pairs: Pairs, folded: str, *, whole: bool = False) -> Bits:
        wanted = pairs.words.having(folded, whole=whole)
        wanted[0] = False
        return pairs.of(self._of.size, wanted)

    def _drive(self, folded: str, *, whole: bool) -> Bits:
        places, names = self._of.places, browse.drives(self._db)
        wanted = np.array(
            [_has(names.get(root, ""), folded, whole=whole) for root in places.roots.values]
        )
        found = self._none()
        found[places.numbers[wanted[places.more[0]]]] = True
        return found

    def _collection(self, folded: str, *, whole: bool) -> Bits:
        found = self._none()
        for each in self._person.collections():
            if each.name in self._within or not _has(each.name, folded, whole=whole):
                continue  # one that searches itself finds no more by that
            self._within.append(each.name)
            held = each.held()
            found |= self._those(held) if isinstance(held, Sequence) else self._mask(held)
            self._within.pop()
        return found

    def _compare(self, node: Compare) -> Bits:
        values, known = self._values(node.field)
        if isinstance(node.value, date):
            fits = _on_days(values, node.op, node.value)
        else:
            fits = _OPERATORS[node.op](values, node.value)
        found: Bits = known & fits
        return found

    def _values(self, field: CompareField) -> tuple[NDArray[Any], Bits | bool]:
        """Give a column, and of which items it is known."""
        match field:
            case "plays":
                return self._person.deeds().plays, True
            case "stars":
                values: NDArray[Any] = self._person.deeds().stars
            case "played" | "rest":
                values = self._person.deeds().played
            case "added" | "age":
                values = self._of.numbers["added_at"]
            case "length":
                values = self._of.numbers["duration"]
            case "size" | "height":
                values = self._of.numbers[field]
            case _:
                values = self._of.numbers[field]
                return values, values != UNKNOWN
        return (self._now - values if field in {"age", "rest"} else values), values > 0

    def _standing(self, node: Standing) -> Bits:
        match node.state:
            case "available":
                return ~self._of.places.missing
            case "missing":
                return self._of.places.missing
            case "locked":
                return self._those(browse.locked(self._db))
            case "rated":
                return np.asarray(self._person.deeds().stars > 0)
            case "new":
                deeds = self._person.deeds()
                is_new: Bits = self._now - self._of.numbers["added_at"] <= _NEW
                is_new &= (deeds.played == 0) & ~deeds.seen
                return is_new
            case "seen" | "begun" | "liked" | "hidden" as name:
                done: Bits = getattr(self._person.deeds(), name)
                return done

    def _inside(self, folder: str) -> Bits:
        # Those of `Path` keep `..`, and raise where nobody has such a home.
        path = os.path.expanduser(folder)  # noqa: PTH111
        pairs = self._of.places
        if os.path.isabs(path):  # noqa: PTH117
            start = os.path.normpath(path).rstrip(os.sep) + os.sep
            wanted = np.array([each.startswith(start) for each in pairs.words.values])
        else:
            name = os.path.normpath(folder).strip(os.sep)
            wanted = pairs.words.having(fold(f"{os.sep}{name}{os.sep}"))
        return pairs.of(self._of.size, wanted)


def _has(text: str, folded: str, *, whole: bool) -> bool:
    return fold(text) == folded if whole else folded in fold(text)


def _on_days(when: NDArray[np.float64], op: Operator, day: date) -> Any:  # noqa: ANN401 - bits
    start, end = (
        datetime.combine(day + timedelta(days=n), clock()).astimezone().timestamp() for n in (0, 1)
    )
    match op:
        case "<":
            return when < start
        case "<=":
            return when < end
        case "=":
            return (when >= start) & (when < end)
        case ">=":
            return when >= start
        case ">":
            return when >= end
