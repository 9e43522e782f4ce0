"""The half of the made-up engine that browses: it really searches, sorts, counts and groups."""

# ruff: noqa: ARG002 - the signatures are the real engine's

from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cache, cached_property
from typing import Any

import numpy as np

from mediadesk.api import UserError
from mediadesk.engine.messages import (
    Browse,
    Change,
    CollectionView,
    Facet,
    FacetValue,
    GroupView,
    ItemView,
    Rows,
    Storyboard,
)
from mediadesk.engine.storyboards import storyboard
from mediadesk_keyframes.pictures import jpeg

_KEYS: dict[str, Callable[[ItemView], Any]] = {
    "title": lambda one: one.title.casefold(),
    "added": lambda one: one.added_at,
    "year": lambda one: one.year or 0,
    "length": lambda one: one.duration_s,
    "rating": lambda one: one.stars or 0,
    "played": lambda one: one.played_at or 0,
    "plays": lambda one: one.plays,
    "size": lambda one: one.size,
    "artist": lambda one: one.artist.casefold(),
    "album": lambda one: (one.artist, one.album, one.disc or 0, one.track or 0),
    "series": lambda one: (one.series, one.season or 0, one.episode or 0),
    "random": lambda one: hash(one.id),
}


class FakeLibrary:
    """Verbs of `Browsing`, and of `Organising` those about smart collections and hiding.

    A search is words, all of which stand in the title or artist, and fields: kind:song, year:1999,
    tag:x, series:"X Y", album:X, artist:X, collection:X. An opening bracket without its end is
    what can't be understood.
    """

    items: dict[str, ItemView]
    book: Any
    _act: Callable[..., Change]
    _set: Callable[..., None]

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {}

    @cached_property
    def _ids(self) -> list[str]:
        return []

    @cached_property
    def smart(self) -> dict[str, str]:
        """Name of a smart collection → its search."""
        return {}

    def _number(self, item: str) -> int:
        if item not in self._numbers:
            self._numbers[item] = len(self._ids)
            self._ids.append(item)
        return self._numbers[item]

    def rows(self, browse: Browse, *, profile: str | None = None) -> Rows:
        found = self._find(browse)
        if browse.sort != "title" or browse.descending or len(found) < 20_000:
            found.sort(key=_KEYS[browse.sort], reverse=browse.descending)
        numbers = array("I", [self._number(one.id) for one in found])
        jumps: dict[str, int] = {}
        if len(found) < 20_000:
            for place, one in enumerate(found):
                jumps.setdefault(_label(one, browse.sort), place)
        return Rows(numbers=numbers.tobytes(), jumps=tuple(jumps.items()), took_ms=0.1)

    def items_at(
        self, numbers: Sequence[int], *, profile: str | None = None
    ) -> tuple[ItemView | None, ...]:
        return tuple(self.items.get(self._ids[number]) for number in numbers)

    def ids_at(self, numbers: Sequence[int]) -> tuple[str, ...]:
        return tuple(self._ids[number] for number in numbers)

    def storyboard(self, name: str) -> Storyboard:
        length = self.items[name].duration_s
        return storyboard([(length * n / 8, picture) for n, picture in enumerate(_greys())])

    def facets(self, browse: Browse, *, profile: str | None = None) -> tuple[Facet, ...]:
        found = self._find(browse)
        return (
            _facet("kind", "Kind", (one.kind for one in found)),
            _facet("tag", "Tag", (tag for one in found for tag in one.labels)),
            _facet("year", "Year", (str(one.year) for one in found if one.year)),
        )

    def groups(
        self, kind: str, *, text: str = "", profile: str | None = None
    ) -> tuple[GroupView, ...]:
        field, key, sort = {
            "series": ("series", "series", "series"),
            "albums": ("album", "album", "album"),
            "artists": ("artist", "artist", "album"),
        }[kind]
        wholes: dict[str, list[ItemView]] = {}
        for one in self._find(Browse(text=text)):
            if name := getattr(one, field):
                wholes.setdefault(name, []).append(one)
        return tuple(
            GroupView(
                kind=kind,  # type: ignore[arg-type]
                title=name,
                letter=name[0].upper(),
                line=f"{len(some)} items",
                items=len(some),
                unseen=sum(not one.finished for one in some),
                picture=f"artwork/{some[0].id}",
                search=f'{key}:"{name}"',
                sort=sort,  # type: ignore[arg-type]
            )
            for name, some in sorted(wholes.items())
        )

    def hide(
        self, names: Sequence[str], *, hidden: bool = True, profile: str | None = None
    ) -> Change:
        return self._act(f"Hid {len(names)} items", names, lambda n: self._set(n, hidden=hidden))

    def collections(self, *, profile: str | None = None) -> tuple[CollectionView, ...]:
        plain = super().collections(profile=profile)  # type: ignore[misc]
        return tuple(
            replace(
                one,
                search=self.smart[one.name],
                items=len(self._find(Browse(text=self.smart[one.name]))),
            )
            if one.name in self.smart
            else one
            for one in plain
        )

    def make_collection(
        self,
        name: str,
        *,
        search: str | None = None,
        sort: str = "title",
        descending: bool = False,
    ) -> CollectionView:
        if name in self.book.collections:
            raise UserError(f"There is a collection “{name}” already: choose another name.")
        made: CollectionView = super().make_collection(  # type: ignore[misc]
            name, search=search, sort=sort, descending=descending
        )
        if search:
            self.smart[name] = search
        return made

    def change_collection(
        self, collection: str, *, name: str | None = None, search: str | None = None
    ) -> CollectionView:
        new = name or collection
        self.book.collections = {
            (new if one == collection else one): members
            for one, members in self.book.collections.items()
        }
        if collection in self.smart:
            self.smart[new] = search or self.smart.pop(collection)
        return next(one for one in self.collections() if one.name == new)

    def remove_collection(self, collection: str) -> Change:
        change = self._act(f"Removed “{collection}”", [], lambda _: None)
        self.book.collections.pop(collection)
        return change

    def _find(self, browse: Browse) -> list[ItemView]:
        if browse.text.count("(") > browse.text.count(")"):
            raise UserError("The search ends inside brackets: close them with “)”.")
        found = [one for one in self.items.values() if not browse.kinds or one.kind in browse.kinds]
        for word in _words(browse.text):
            found = [one for one in found if self._fits(one, word)]
        return found

    def _fits(self, one: ItemView, word: str) -> bool:
        field, _, value = word.replace("=", ":", 1).partition(":")
        if field == "collection":
            return one.id in self.book.collections.get(value, ())
        if field == "tag":
            return value in one.labels
        if value:
            return str(getattr(one, field)).casefold() == value.casefold()
        return word.casefold() in f"{one.title} {one.artist}".casefold()


@cache
def _greys() -> tuple[bytes, ...]:
    return tuple(jpeg(np.full((180, 320, 3), 30 * n, np.uint8)) for n in range(8))


def _words(text: str) -> list[str]:
    words, quoted = [""], False
    for letter in text:
        if letter == '"':
            quoted = not quoted
        elif letter == " " and not quoted:
            words.append("")
        elif letter not in "()" or quoted:
            words[-1] += letter
    return [word for word in words if word]


def _label(one: ItemView, sort: str) -> str:
    if sort == "series":
        return f"Season {one.season}"
    if sort == "year":
        return str(one.year or "–")
    return (one.title or "#")[0].upper() if sort == "title" else ""


def _facet(name: str, title: str, values: Iterable[str]) -> Facet:
    counted = Counter(values).most_common()
    return Facet(
        name=name,
        title=title,
        values=tuple(
            FacetValue(label=value, items=count, search=f"{name}:{value}")
            for value, count in counted
        ),
    )
