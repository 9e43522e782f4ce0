"""Counts what was found by kind, genre, artist …, each with the search that narrows to it."""

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from mediadesk.search.catalogue import Catalogue
from mediadesk.search.finding import Deeds, Finder
from mediadesk.search.folding import fold
from mediadesk.search.texts import Bits, Ints
from mediadesk.search.tree import (
    And,
    Compare,
    CompareField,
    Inside,
    Node,
    Not,
    OfKind,
    Standing,
    Text,
    TextField,
)
from mediadesk.search.words import Pairs
from mediadesk.store import Database, browse
from mediadesk.store.elsewhere import ROOT

_MOST = 12
_STATES: tuple[tuple[str, Node], ...] = (
    ("Not seen", Not(Standing("seen"))),
    ("Seen", Standing("seen")),
    ("Begun", Standing("begun")),
    ("New", Standing("new")),
    ("Liked", Standing("liked")),
    ("Rated", Standing("rated")),
    ("Missing", Standing("missing")),
    ("Edited", Standing("locked")),
    ("Hidden", Standing("hidden")),
)
_HEIGHTS = (("SD", 1, 576), ("720p", 577, 720), ("1080p", 721, 1080), ("1440p", 1081, 1440),
            ("4K", 1441, 2160), ("8K", 2161, 4320))  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """How many of the items that were found have a value, and what narrows to them."""

    label: str
    items: int
    term: Node


class Facets:
    """Counts the items in `found`."""

    def __init__(
        self,
        catalogue: Catalogue,
        db: Database,
        finder: Finder,
        deeds: Deeds,
        found: Bits,
        *,
        collections: Sequence[str],
    ) -> None:
        """Look at what was found; `collections` are the names of all."""
        self._of = catalogue
        self._db = db
        self._finder = finder
        self._deeds = deeds
        self._found = found
        self._collections = collections

    def _terms(self, terms: Iterable[tuple[str, Node]]) -> list[Value]:
        counts = (
            (label, int((self._finder.found(term) & self._found).sum()), term)
            for label, term in terms
        )
        return [Value(label=label, items=n, term=term) for label, n, term in counts if n]

    def genres(self) -> list[Value]:
        return self._paired("genre", self._of.genres)

    def tags(self) -> list[Value]:
        return self._paired("tag", self._of.tags)

    def states(self) -> list[Value]:
        return self._terms(_STATES)

    def collections(self) -> list[Value]:
        named = ((name, Text("collection", name, whole=True)) for name in self._collections)
        return _most(self._terms(named))

    def resolutions(self) -> list[Value]:
        return self._terms((label, _between("height", low, high)) for label, low, high in _HEIGHTS)

    def kinds(self) -> list[Value]:
        counts = np.bincount(self._of.numbers["kind"][self._found], minlength=len(browse.KINDS))
        return _most(
            Value(label=f"{kind.label}s", items=n, term=OfKind(kind))
            for kind, n in zip(browse.KINDS, counts.tolist(), strict=True)
            if n
        )

    def _paired(self, field: TextField, pairs: Pairs) -> list[Value]:
        return _named(field, pairs.words.values, pairs.count(self._found))

    def persons(self) -> list[Value]:
        """Whoever is credited, with all that they made."""
        return _most(self._terms((each.label, each.term) for each in self._nodes("person")))

    def everyone(self) -> list[Value]:
        """Whoever is credited or made a track."""
        names = {fold(each.label): each.label for each in (*self.artists(), *self._nodes("person"))}
        terms = ((name, Text("person", name, whole=True)) for name in names.values())
        return _most(self._terms(terms))

    def series(self) -> list[Value]:
        return self._wholes("series")

    def albums(self) -> list[Value]:
        return self._wholes("album")

    def _wholes(self, field: Literal["series", "album"]) -> list[Value]:
        values = self._of.names.words[field].values
        codes = self._of.names.codes[field][self._found]
        return _named(field, values, np.bincount(codes, minlength=len(values)))

    def places(self) -> list[Value]:
        return self._nodes("place")

    def studios(self) -> list[Value]:
        return self._nodes("studio")

    def sets(self) -> list[Value]:
        return self._nodes("set")

    def _nodes(self, kind: TextField) -> list[Value]:
        return self._paired(kind, self._of.edges.of_kind(kind))

    def artists(self) -> list[Value]:
        """Whoever made a track or the album that it is on."""
        names, values = self._of.names, self._of.names.words["artist"].values
        by = names.codes["artist"][self._found]
        by_album = names.codes["album_artist"][self._found]
        counts = np.bincount(by, minlength=len(values))
        counts += np.bincount(by_album[by_album != by], minlength=len(values))
        return _named("artist", values, counts)

    def decades(self) -> list[Value]:
        years = self._of.numbers["year"][self._found]
        decades, counts = np.unique(years[years > 0] // 10, return_counts=True)
        ordered = sorted(zip(decades.tolist(), counts.tolist(), strict=True), reverse=True)
        return [
            Value(label=f"{decade}0s", items=n, term=_between("year", 10 * decade, 10 * decade + 9))
            for decade, n in ordered[:_MOST]
        ]

    def stars(self) -> list[Value]:
        stars = self._deeds.stars[self._found]
        wholes, counts = np.unique(np.floor(stars[stars > 0]), return_counts=True)
        ordered = sorted(zip(wholes.tolist(), counts.tolist(), strict=True), reverse=True)
        return [
            Value(
                label="★" * int(whole) or "½",
                items=n,
                term=_between("stars", max(whole, 0.5), min(whole + 0.5, 5.0)),
            )
            for whole, n in ordered
        ]

    def folders(self) -> list[Value]:
        """The folders of the library, or those in it where it is only one."""
        roots = sorted(each for each in browse.drives(self._db) if not each.startswith(ROOT))
        if len(roots) != 1:
            return _most(self._terms((_last(root), Inside(root)) for root in roots))
        places, base = self._of.places, roots[0].rstrip(os.sep) + os.sep
        among = np.flatnonzero(self._found[places.numbers])
        named: dict[str, int] = {"": 0}
        of = np.zeros(len(places.words.values), np.int64)
        for code in np.flatnonzero(np.bincount(places.codes[among])).tolist():
            folder = places.words.values[code]
            if folder.startswith(base):
                first = folder[len(base) :].partition(os.sep)[0]
                of[code] = named.setdefault(first, len(named))
        pairs = np.sort((places.numbers[among].astype(np.int64) << 32) + of[places.codes[among]])
        once = pairs[np.diff(pairs, prepend=-1) != 0]
        counts = np.bincount(once & 0xFFFFFFFF, minlength=len(named)).tolist()
        return _most(
            Value(label=name, items=counts[place], term=Inside(base + name))
            for name, place in named.items()
            if name and counts[place]
        )

    def drives(self) -> list[Value]:
        names = sorted({name for name in browse.drives(self._db).values() if name})
        return _most(self._terms((name, Text("drive", name, whole=True)) for name in names))


FACETS: dict[str, tuple[str, Callable[[Facets], list[Value]]]] = {
    "kind": ("Kind", Facets.kinds),
    "genre": ("Genre", Facets.genres),
    "tag": ("Tag", Facets.tags),
    "decade": ("Decade", Facets.decades),
    "artist": ("Artist", Facets.artists),
    "person": ("Person", Facets.persons),
    "place": ("Place", Facets.places),
    "studio": ("Studio", Facets.studios),
    "set": ("Set", Facets.sets),
    "stars": ("Rating", Facets.stars),
    "state": ("State", Facets.states),
    "collection": ("Collection", Facets.collections),
    "folder": ("Folder", Facets.folders),
    "drive": ("Drive", Facets.drives),
    "resolution": ("Resolution", Facets.resolutions),
}
"""Facet → its title and what counts it, in the order in which they are shown."""


def _last(path: str) -> str:
    return path.rstrip(os.sep).rpartition(os.sep)[2] or path


def _between(field: CompareField, low: float, high: float) -> Node:
    if low == high:
        return Compare(field, "=", low)
    return And((Compare(field, ">=", low), Compare(field, "<=", high)))


def _named(field: TextField, values: Sequence[str], counts: Ints) -> list[Value]:
    counts = counts.copy()
    counts[0] = 0
    best = np.argsort(-counts, kind="stable")[:_MOST].tolist()
    return [
        Value(
            label=values[code], items=int(counts[code]), term=Text(field, values[code], whole=True)
        )
        for code in best
        if counts[code]
    ]


def _most(values: Iterable[Value]) -> list[Value]:
    return sorted(values, key=lambda value: -value.items)[:_MOST]
