"""What a list shall hold as much of as a person likes: of kinds, of languages, of what is known."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from mediadesk.recommend.again import MUSIC
from mediadesk.recommend.calibration import Taste, shares
from mediadesk.recommend.remembered import Remembered
from mediadesk.store import learnt, library
from mediadesk.understand import FEATURE

if TYPE_CHECKING:
    from mediadesk.api import Kind, Opinion
    from mediadesk.recommend.index import Index
    from mediadesk.store import Database

_LIKES = 100  # the latest of them tell which kinds and languages a person likes
_PRIOR = 1.0  # a like spread over all there is: one like says little of other kinds
_FAMILIAR = 0.4  # of the music in a list is known already
_REMEMBERED = 20_000


class Tastes:
    """Tells of tastes; remembers the kinds of items and their languages. One thread at a time."""

    def __init__(self, index: Index) -> None:
        """Remember languages until `index` changes: they are told with its vectors."""
        self._index = index
        self._kinds = Remembered(library.kinds)
        self._languages: dict[str, str] = {}
        self._seq = -1

    def of(
        self,
        db: Database,
        items: Sequence[str],
        opinions: Sequence[Opinion],
        *,
        rested: Collection[str],
        known: Mapping[str, Kind],
    ) -> list[Taste]:
        """Give what a list of some of the items shall hold how much of.

        Args:
            db: the library.
            items: those that may stand in the list.
            opinions: what a person thinks, oldest first; what was liked counts by its value, and
                where nothing was, all kinds and languages do.
            rested: those of the items that were had before.
            known: all that was had, with its kind.
        """
        liked = (opinion for opinion in reversed(opinions) if opinion.value > 0)
        likes = list(islice(liked, _LIKES))
        found = self._liked(db, items, likes) if likes else []
        if rested:
            music = sum(kind in MUSIC for kind in known.values()) / len(known)
            wanted = {"known": _FAMILIAR * music, "new": 1 - _FAMILIAR * music}
            values = {item: "known" if item in rested else "new" for item in items}
            found.append(Taste(wanted=wanted, values=values))
        return found

    def _liked(self, db: Database, items: Sequence[str], likes: Sequence[Opinion]) -> list[Taste]:
        both = list(dict.fromkeys([*items, *(opinion.item for opinion in likes)]))
        kinds = {item: kind.value for item, kind in self._kinds.of(db, both).items()}
        languages = self._spoken(db, both)
        prior = _PRIOR / len(items) if items else 0.0
        return [
            Taste(
                wanted=shares(
                    (
                        *((values.get(each.item, ""), each.value) for each in likes),
                        *((values.get(item, ""), prior) for item in items),
                    )
                ),
                values=values,
            )
            for values in (kinds, languages)
        ]

    def _spoken(self, db: Database, items: Sequence[str]) -> dict[str, str]:
        """Give item → the language that is most in it, "" where that is not known."""
        if self._seq != self._index.seq or len(self._languages) > _REMEMBERED:
            self._languages, self._seq = {}, self._index.seq
        missing = [item for item in items if item not in self._languages]
        told = learnt.told(db, FEATURE, "languages", missing) if missing else {}
        for item in missing:
            sure = told.get(item) or {"": 0}
            self._languages[item] = max(sure, key=sure.__getitem__)
        return {item: self._languages[item] for item in items}
