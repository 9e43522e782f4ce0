"""Looks through the library: see `messages.Browsing`."""

import time
from array import array
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TypeVar, get_args

import numpy as np

from mediadesk.api import Kind, UserError
from mediadesk.engine import walking
from mediadesk.engine.access import Access
from mediadesk.engine.deeds import KeptDeeds
from mediadesk.engine.looking import AlikeWantedError, Look
from mediadesk.engine.messages import (
    Browse,
    Facet,
    FacetValue,
    GroupKind,
    GroupView,
    ItemView,
    NodePage,
    Rows,
    Sort,
    Storyboard,
)
from mediadesk.engine.storyboards import Storyboards
from mediadesk.search import parse, written
from mediadesk.search.catalogue import Catalogue
from mediadesk.search.facets import FACETS, Facets, Value
from mediadesk.search.folding import fold, initial, sort_key
from mediadesk.search.groups import Group, Groups
from mediadesk.search.kept import KeptColumns
from mediadesk.search.ordering import Jumps, Ordering
from mediadesk.search.texts import Bits
from mediadesk.search.texts import Rows as ItemRows
from mediadesk.search.tree import Node, OfKind, Text, both, either
from mediadesk.store import Database
from mediadesk.store import browse as reading

T = TypeVar("T")
Alike = Callable[[str], Sequence[str]]
"""Item → the ids of those most alike to it, the likest first."""


class Browsing:
    """Answers from columns in memory; one thread at a time, for each answer takes little time."""

    def __init__(self, access: Access, *, alike: Alike, kept: KeptColumns | None = None) -> None:
        """Answer from the library; its columns are `kept` from one start to the next."""
        self._access = access
        self._alike = alike
        self._catalogue = Catalogue(access.store, kept=kept)
        self._ordering = Ordering(self._catalogue)
        self._deeds = KeptDeeds()
        self._storyboards = Storyboards(access.store)
        self._seen: tuple[frozenset[str], int, Bits] | None = None  # of the last with limits

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

        def listed(look: Look) -> tuple[ItemRows, Jumps]:
            found = self._ordering.ordered(
                look.found(tree), browse.sort, look.deeds(), descending=browse.descending
            )
            return found, self._ordering.jumps(found, browse.sort, look.deeds())

        found, jumps = self._look(profile, listed)
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

    def storyboard(self, name: str) -> Storyboard:
        return self._storyboards.of(self._access.find(name).id)

    def facets(self, browse: Browse, *, profile: str | None = None) -> tuple[Facet, ...]:
        tree = _wanted(browse)
        made: list[Facet] = []
        near: dict[str, Sequence[str]] = {}
        kept: tuple[int, Bits, list[str]] | None = None

        def counted(
            values_of: Callable[[Facets], Iterable[Value]], look: Look
        ) -> list[tuple[Value, str | None]]:
            nonlocal kept
            if kept is None or kept[0] != self._catalogue.version:
                names = [each.name for each in look.collections()]
                kept = self._catalogue.version, look.found(tree), names
            _, found, collections = kept
            facets = Facets(
                self._catalogue, look.db, look.finder, look.deeds(), found, collections=collections
            )
            return [(value, _narrowing(value)) for value in values_of(facets)]

        for name, (title, values_of) in FACETS.items():
            values = self._look(
                profile, partial(counted, values_of), near
            )  # a list that is wanted comes between
            shown = tuple(
                FacetValue(label=value.label, items=value.items, search=search)
                for value, search in values
                if search is not None
            )
            if shown:
                made.append(Facet(name=name, title=title, values=shown))
        return tuple(made)

    def nodes(self, *, profile: str | None = None) -> tuple[Facet, ...]:
        return self._look(profile, lambda look: walking.around(look, None))

    def node(self, name: str, *, limit: int = 100, profile: str | None = None) -> NodePage:
        def found(look: Look) -> tuple[Text, tuple[Facet, ...]]:
            node = walking.meant(look, name)
            return node, walking.around(look, node)

        node, near = self._look(profile, found)
        search = written(node)
        numbers = array("I", self.rows(Browse(text=search), profile=profile).numbers)[:limit]
        items = tuple(view for view in self.items_at(numbers, profile=profile) if view)
        return NodePage(
            kind=node.field,
            name=node.text,
            search=search,
            items=items,
            roles=walking.roles(self._access.store.read(), node, [each.id for each in items]),
            near=near,
        )

    def groups(
        self, kind: GroupKind, *, text: str = "", profile: str | None = None
    ) -> tuple[GroupView, ...]:
        if kind not in get_args(GroupKind):
            raise UserError(f"There is no “{kind}”: choose {', '.join(get_args(GroupKind))}.")
        tree = parse(text)

        def grouped(look: Look) -> list[Group]:
            groups = Groups(self._catalogue, self._ordering, look.deeds(), look.found(tree))
            found: list[Group] = getattr(groups, kind)()
            return found

        made = self._look(profile, grouped)
        pictures = _pictures(self._access.store.read(), made)
        return tuple(
            GroupView(
                kind=kind,
                title=group.title,
                letter=initial(sort_key(fold(group.title))),
                line=group.line,
                items=group.items,
                unseen=group.unseen,
                picture=f"artwork/{picture}",
                search=written(group.term),
                sort=group.sort,
            )
            for group, picture in zip(made, pictures, strict=True)
        )

    def _allowed(self, profile: str | None) -> Bits | None:
        """Give which rows a profile may see, None for all."""
        allowed = self._access.allowed(profile)
        if allowed is None:
            return None
        if self._seen is None or self._seen[:2] != (allowed, self._catalogue.size):
            bits = np.zeros(self._catalogue.size, np.bool_)
            numbers = reading.numbers(self._access.store.read(), list(allowed))
            bits[[number for number in numbers.values() if number < len(bits)]] = True
            self._seen = allowed, self._catalogue.size, bits
        return self._seen[2]

    def _look(
        self,
        profile: str | None,
        answer: Callable[[Look], T],
        near: dict[str, Sequence[str]] | None = None,
    ) -> T:
        """Give what a look answers.

        What is alike to items is found between two looks, for others want to look meanwhile, and
        put into `near`.
        """
        near = {} if near is None else near
        while True:
            try:
                with self._catalogue.now() as db:
                    return answer(
                        Look(
                            db=db,
                            access=self._access,
                            catalogue=self._catalogue,
                            kept=self._deeds,
                            near=near,
                            profile=self._access.profile(profile),
                            allowed=self._allowed(profile),
                        )
                    )
            except AlikeWantedError as wanted:
                near[wanted.item] = self._alike(wanted.item)


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
