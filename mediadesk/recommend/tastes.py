"""What a list shall hold as much of as a person likes: of kinds, of languages, of what is known."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from mediadesk.recommend.again import MUSIC
from mediadesk.recommend.calibration import Taste, shares
from mediadesk.store import learnt, library
from mediadesk.understand import FEATURE

if TYPE_CHECKING:
    from mediadesk.api import Kind, Opinion
    from mediadesk.store import Database

_LIKES = 100  # the latest of them tell which kinds and languages a person likes
_FAMILIAR = 0.4  # of the music in a list is known already


def tastes(
    db: Database,
    items: Sequence[str],
    likes: Sequence[Opinion],
    *,
    rested: Collection[str],
    known: Mapping[str, Kind],
) -> list[Taste]:
    """Give what a list of some of the items shall hold how much of.

    Args:
        db: the library.
        items: those that may stand in the list.
        likes: opinions of what a person likes, latest first, each counting by its value; without
            any, all kinds and languages do.
        rested: those of the items that were had before.
        known: all that was had, with its kind.
    """
    found = _liked(db, items, likes[:_LIKES]) if likes else []
    if rested:
        music = sum(kind in MUSIC for kind in known.values()) / len(known)
        wanted = {"known": _FAMILIAR * music, "new": 1 - _FAMILIAR * music}
        values = {item: "known" if item in rested else "new" for item in items}
        found.append(Taste(wanted=wanted, values=values))
    return found


def _liked(db: Database, items: Sequence[str], likes: Sequence[Opinion]) -> list[Taste]:
    both = list(dict.fromkeys([*items, *(opinion.item for opinion in likes)]))
    kinds = {item: kind.value for item, kind in library.kinds(db, both).items()}
    told = learnt.told(db, FEATURE, "languages", both)
    languages = {item: max(sure, key=sure.__getitem__) for item, sure in told.items() if sure}
    return [
        Taste(
            wanted=shares((values.get(each.item, ""), each.value) for each in likes),
            values=values,
        )
        for values in (kinds, languages)
    ]
