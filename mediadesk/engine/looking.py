"""One person's look at the library: what searches, sorts and counts ask about that person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from mediadesk.api import UserError
from mediadesk.engine.access import Access
from mediadesk.engine.deeds import KeptDeeds
from mediadesk.search import parse
from mediadesk.search.catalogue import Catalogue
from mediadesk.search.finding import Collected, Deeds, Finder
from mediadesk.search.folding import fold
from mediadesk.search.texts import Bits
from mediadesk.search.tree import Node
from mediadesk.store import Database, collections, library, versions
from mediadesk.store import browse as reading


class AlikeWantedError(Exception):
    """What is alike to an item has to be found first: that takes longer than a look may."""

    def __init__(self, item: str) -> None:
        super().__init__(item)
        self.item = item


@dataclass(kw_only=True)
class Look:
    """One person's look at the library as it is now."""

    db: Database
    access: Access
    catalogue: Catalogue
    kept: KeptDeeds
    near: Mapping[str, Sequence[str]]
    profile: str
    allowed: Bits | None = None  # all, if None

    @property
    def finder(self) -> Finder:
        return Finder(self.catalogue, self.db, self)

    def found(self, tree: Node) -> Bits:
        found = self.finder.found(tree)
        return found if self.allowed is None else found & self.allowed

    def deeds(self) -> Deeds:
        return self._deeds

    def notes(self) -> Mapping[str, str]:
        return reading.notes(self.db, self.profile)

    def alike(self, name: str) -> Sequence[str]:
        found = library.find_id(self.db, name)
        item = versions.current(self.db, [found])[found] if found else self._titled(name)
        if item not in self.near:
            raise AlikeWantedError(item)
        return self.near[item]

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
