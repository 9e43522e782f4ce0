"""Collections as they are looked at and changed; a smart one holds what its search finds."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import get_args

from mediadesk.api import UserError
from mediadesk.engine import fields
from mediadesk.engine.access import Access
from mediadesk.engine.messages import Browse, CollectionView, Sort
from mediadesk.search import parse
from mediadesk.store import Database, collections, library
from mediadesk.store.collections import Collection

log = logging.getLogger(__name__)
_LOOKED_AT = 50  # of its items, for one with a picture
Write = Callable[[Database, str], Iterable[str]]
"""Writes a change of this id, and gives what is different now."""


def listed(access: Access, *, profile: str | None) -> tuple[CollectionView, ...]:
    """View all collections by name.

    Raises:
        UserError: if there is no such profile, or who looks now may not leave.
    """
    profile = access.profile(profile)
    found = collections.listed(access.store.read())
    return tuple(_view(access, each, profile=profile) for each in found)


def view(access: Access, collection: str, *, profile: str | None) -> CollectionView:
    """View one collection."""
    return _view(access, find(access, collection), profile=profile)


def find(access: Access, wanted: str) -> Collection:
    """Give the collection that an id or a name means.

    Raises:
        UserError: if there is none.
    """
    found = collections.find(access.store.read(), wanted)
    if found is None:
        raise UserError(
            f"There is no collection “{wanted}”: “mediadesk collection list” names them."
        )
    return found


def items(access: Access, found: Collection, *, profile: str | None) -> list[str]:
    """Give the items of a collection that are in the library, in order.

    Raises:
        UserError: if there is no such profile, or who looks now may not leave.
    """
    profile = access.profile(profile)  # else a smart one would find nothing
    if found.search is not None:
        return _finds(access, found, profile=profile)
    return access.seen_by(collections.members(access.store.read(), found.id), profile)


def plain(access: Access, wanted: str) -> Collection:
    """Give the collection that items can be put into.

    Raises:
        UserError: if there is none, or it is a smart one.
    """
    found = find(access, wanted)
    if found.search is not None:
        raise UserError(
            f"“{found.name}” holds what its search finds: change the search, or make a collection"
            " of its own for these items."
        )
    return found


def make(
    access: Access, name: str, *, search: str | None, sort: str, descending: bool
) -> tuple[Collection, Write]:
    """Give a new collection, and what makes it.

    Raises:
        UserError: if the name is taken or none, the search isn't understood, or there is no sort.
    """
    if sort not in get_args(Sort):
        raise UserError(f"There is no order “{sort}”: choose from {', '.join(get_args(Sort))}.")
    made = collections.new(
        _free(access, name), search=_search(search), sort=sort, descending=descending
    )
    told: dict[str, str | bool | None] = {"name": made.name, "search": made.search}
    told |= {"sort": sort, "descending": True} if descending else {"sort": sort}
    return made, partial(_alter, collection=made.id, told=told)


def alter(access: Access, found: Collection, *, name: str | None, search: str | None) -> Write:
    """Give what names a collection otherwise, or has a smart one search otherwise.

    Raises:
        UserError: if the name is taken or none, or the search isn't understood or has no place.
    """
    if search is not None and found.search is None:
        raise UserError(f"“{found.name}” is no smart collection: make a new one with this search.")
    told = {"name": _free(access, name, besides=found.id)} if name is not None else {}
    told |= {"search": _search(search) or ""} if search is not None else {}
    return partial(_alter, collection=found.id, told=told)


def remove(found: Collection) -> Write:
    """Give what removes a collection."""
    return lambda db, change: collections.remove(db, found.id, change=change)


def put(found: Collection, ids: Sequence[str]) -> Write:
    """Give what puts items into a collection."""
    return lambda db, change: collections.put(db, found.id, ids, change=change)


def take(found: Collection, ids: Sequence[str]) -> Write:
    """Give what takes items out of a collection."""
    return lambda db, change: collections.take(db, found.id, ids, change=change)


def _alter(
    db: Database, change: str, *, collection: str, told: Mapping[str, str | bool | None]
) -> list[str]:
    return collections.alter(db, collection, told, change=change)


def _free(access: Access, name: str, *, besides: str = "") -> str:
    cleaned = fields.name(name, "collection")
    taken = collections.find(access.store.read(), cleaned)
    if taken is not None and taken.id != besides:
        raise UserError(f"There is a collection “{taken.name}” already: choose another name.")
    return cleaned


def _search(search: str | None) -> str | None:
    if search is None:
        return None
    parse(search)
    return search.strip()


def _view(access: Access, found: Collection, *, profile: str | None) -> CollectionView:
    db = access.store.read()
    held = items(access, found, profile=profile)
    pictured = library.artwork(db, held[:_LOOKED_AT])
    first = next((item for item in held[:_LOOKED_AT] if item in pictured), None)
    return CollectionView(
        id=found.id,
        name=found.name,
        search=found.search,
        sort=found.sort,
        descending=found.descending,
        items=len(held),
        picture=f"artwork/{first}" if first else None,
    )


def _browse(found: Collection) -> Browse:
    sorts: tuple[Sort, ...] = get_args(Sort)
    sort: Sort = next((each for each in sorts if each == found.sort), "title")
    return Browse(text=found.search or "", sort=sort, descending=found.descending)


def _finds(access: Access, found: Collection, *, profile: str | None) -> list[str]:
    try:
        return list(access.search(_browse(found), profile=profile))
    except UserError as error:  # a newer MediaDesk may have made it, on another device
        log.info("the collection “%s” finds nothing: %s", found.name, error)
        return []
