"""Looks through the library: see `messages.Browsing`."""

import time
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import get_args

import numpy as np
from sqlite_utils import Database

from mediadesk.api import Kind, UserError
from mediadesk.engine.access import Access
from mediadesk.engine.deeds import KeptDeeds
from mediadesk.engine.messages import (
    Browse,
    Facet,
    FacetValue,
    GroupKind,
    GroupView,
    ItemView,
    Rows,
    Sort,
)
from mediadesk.search import parse, written
from mediadesk.search.catalogue import Catalogue
from mediadesk.search.facets import FACETS, Facets, Value
from mediadesk.search.finding import Collected, Deeds, Finder
from mediadesk.search.folding import fold
from mediadesk.search.groups import Group, Groups
from mediadesk.search.ordering import Ordering
from mediadesk.search.texts import Bits
from mediadesk.search.tree import Node, OfKind, both, either
from mediadesk.store import browse as reading
from mediadesk.store import collections, library

Alike = Callable[[str], Sequence[str]]
"""Item → the ids of those most alike to it, the likest first."""


class Browsing:
    """Answers from columns in memory; one thread at a time, for each answer takes little time."""

    def __init__(self, access: Access, *, alike: Alike) -> None:
        self._access = access
        self._alike = alike
        self._catalogue = Catalogue(access.store)
        self._ordering = Ordering(self._catalogue)
        self._deeds = KeptDeeds()

    def read_ahead(self) -> None:
        """Read soon, in the background, what lists are made of."""
        self._catalogue.read_ahead()

    def close(self) -> None:
        """Read no further."""
        self._catalogue.close()

    def rows(self, browse: Browse, *, profile: str | None = None) -> Rows:
        started = time.perf_counter()
        tree = _wanted(browse)
        if browse.sort not in get_args(Sort):
            raise UserError(
                f"There is no sort “{browse.sort}”: choose {', '.join(get_args(Sort))}."
            )
        with self._looked(profile) as look:
            found = self._ordering.ordered(
                look.found(tree), browse.sort, look.deeds(), descending=browse.descending
            )
            jumps = self._ordering.jumps(found, browse.sort, look.deeds())
        return Rows(
            numbers=found.astype("<u4").tobytes(),
            jumps=jumps,
            took_ms=round((time.perf_counter() - started) * 1000, 1),
        )

    def items_at(
        self, numbers: Sequence[int], *, profile: str | None = None
    ) -> tuple[ItemView | None, ...]:
        ids = reading.ids(self._access.store.read(), numbers)
        views = {view.id: view for view in self._access.views([*ids.values()], profile=profile)}
        return tuple(views.get(ids.get(number, "")) for number in numbers)

    def ids_at(self, numbers: Sequence[int]) -> tuple[str, ...]:
        ids = reading.ids(self._access.store.read(), numbers)
        return tuple(ids[number] for number in numbers if number in ids)

    def ids(self, wanted: Browse, *, profile: str | None = None) -> tuple[str, ...]:
        """Find items, and give their ids."""
        return self.ids_at(array("I", self.rows(wanted, profile=profile).numbers))

    def storyboard(self, name: str) -> tuple[tuple[float, str], ...]:
        item = self._access.find(name).id
        found = reading.storyboard(self._access.store.read(), item)
        return tuple((second, f"moment/{item}/{extractor}/{n}") for second, extractor, n in found)

    def facets(self, browse: Browse, *, profile: str | None = None) -> tuple[Facet, ...]:
        tree = _wanted(browse)
        made: list[Facet] = []
        found, version = None, -1
        for name, (title, values_of) in FACETS.items():
            with self._looked(profile) as look:  # a list that is wanted meanwhile comes between
                if found is None or version != self._catalogue.version:
                    found, version = look.found(tree), self._catalogue.version
                    collections = [each.name for each in look.collections()]
                facets = Facets(
                    self._catalogue,
                    look.db,
                    look.finder,
                    look.deeds(),
                    found,
                    collections=collections,
                )
                values = [(value, _narrowing(value)) for value in values_of(facets)]
            shown = tuple(
                FacetValue(label=value.label, items=value.items, search=search)
                for value, search in values
                if search is not None
            )
            if shown:
                made.append(Facet(name=name, title=title, values=shown))
        return tuple(made)

    def groups(
        self, kind: GroupKind, *, text: str = "", profile: str | None = None
    ) -> tuple[GroupView, ...]:
        if kind not in get_args(GroupKind):
            raise UserError(f"There is no “{kind}”: choose {', '.join(get_args(GroupKind))}.")
        tree = parse(text)
        with self._looked(profile) as look:
            groups = Groups(self._catalogue, self._ordering, look.deeds(), look.found(tree))
            made: list[Group] = getattr(groups, kind)()
        pictures = _pictures(self._access.store.read(), made)
        return tuple(
            GroupView(
                kind=kind,
                title=group.title,
                line=group.line,
                items=group.items,
                unseen=group.unseen,
                picture=f"artwork/{picture}",
                search=written(group.term),
                sort=group.sort,
            )
            for group, picture in zip(made, pictures, strict=True)
        )

    @contextmanager
    def _looked(self, profile: str | None) -> "Iterator[_Look]":
        with self._catalogue.now() as db:
            yield _Look(
                db=db,
                access=self._access,
                catalogue=self._catalogue,
                kept=self._deeds,
                nearest=self._alike,
                profile=self._access.profile(profile),
            )


@dataclass(kw_only=True)
class _Look:
    """One person's look at the library as it is now."""

    db: Database
    access: Access
    catalogue: Catalogue
    kept: KeptDeeds
    nearest: Alike
    profile: str

    @property
    def finder(self) -> Finder:
        return Finder(self.catalogue, self.db, self)

    def found(self, tree: Node) -> Bits:
        return self.finder.found(tree)

    def deeds(self) -> Deeds:
        return self._deeds

    def notes(self) -> Mapping[str, str]:
        return reading.notes(self.db, self.profile)

    def alike(self, name: str) -> Sequence[str]:
        return self.nearest(library.find_id(self.db, name) or self._titled(name))

    def collections(self) -> Sequence[Collected]:
        return self._collections

    @cached_property
    def _deeds(self) -> Deeds:
        return self.kept.of(
            self.profile,
            self.access.states(self.profile),
            db=self.db,
            size=self.catalogue.size,
            version=self.catalogue.version,
        )

    @cached_property
    def _collections(self) -> Sequence[Collected]:
        def held(each: collections.Collection) -> Sequence[str] | Node:
            if each.search is not None:
                return parse(each.search)
            return collections.members(self.db, each.id)

        return [
            Collected(name=each.name, held=lambda each=each: held(each))  # type: ignore[misc]
            for each in collections.listed(self.db)
        ]

    def _titled(self, title: str) -> str:
        """Give the first item of this title, else the first that has it in its title."""
        titles, known = self.catalogue.titles, self.catalogue.places.known
        for whole in (True, False):
            having = titles.having(self.catalogue.size, fold(title), whole=whole) & known
            if having.any():
                first = titles.order[np.argmax(having[titles.order])]
                return reading.ids(self.db, [int(first)])[int(first)]
        raise UserError(
            f"Nothing is called “{title}”: write another title or an id behind “similar:”."
        )


def _wanted(browse: Browse) -> Node:
    """Understand what is looked at.

    Raises:
        UserError: if the search isn't understood, or there is no such kind.
    """
    if strange := [kind for kind in browse.kinds if kind not in set(Kind)]:
        raise UserError(f"There is no kind “{strange[0]}”: choose from {', '.join(Kind)}.")
    asked = parse(browse.text)
    if not browse.kinds:
        return asked
    return both((asked, either(OfKind(Kind(kind)) for kind in browse.kinds)))


def _narrowing(value: Value) -> str | None:
    """Write the search for what has a value; None where nobody could write it."""
    search = written(value.term)
    try:
        parse(search)
    except UserError:  # it is too long
        return None
    return search


def _pictures(db: Database, groups: Sequence[Group]) -> list[str]:
    """Give for each group the id of an item that has a picture, else of its first."""
    have = reading.with_artwork(db, [number for group in groups for number in group.first])
    chosen = [next((n for n in group.first if n in have), group.first[0]) for group in groups]
    ids = reading.ids(db, chosen)
    return [ids[number] for number in chosen]
