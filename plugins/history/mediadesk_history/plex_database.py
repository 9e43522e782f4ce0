"""Plex: the database of its server, com.plexapp.plugins.library.db."""

from collections.abc import Iterator, Sequence
from itertools import chain

import msgspec

from mediadesk.api import EventKind, UserError, Watched
from mediadesk_history import databases, entries
from mediadesk_history.lines import named, rating, seconds

_BEST = 10.0
_KINDS = {1: "movie", 4: "episode", 10: "track"}
_WHO = """coalesce(
    (SELECT nullif(name, '') FROM accounts WHERE accounts.id = told.account_id),
    CAST(told.account_id AS TEXT)
) AS who"""
_VIEWS = f"""
    SELECT told.metadata_type AS kind, told.title, told.grandparent_title AS above,
           told.parent_index AS season, told."index" AS number, told.viewed_at AS at, {_WHO},
           1 AS is_viewing,
           item.year, item.original_title
    FROM metadata_item_views AS told
    LEFT JOIN metadata_items AS item ON item.id = (
        SELECT min(id) FROM metadata_items WHERE guid = told.guid
    )
"""
_SETTINGS = f"""
    SELECT told.*, told.last_viewed_at AS at, item.metadata_type AS kind, item.title,
           upper.title AS above, parent."index" AS season, item."index" AS number, item.year,
           item.original_title, item.duration, {_WHO}
    FROM metadata_item_settings AS told
    JOIN metadata_items AS item ON item.guid = told.guid
    LEFT JOIN metadata_items AS parent ON parent.id = item.parent_id
    LEFT JOIN metadata_items AS upper ON upper.id = parent.parent_id
"""


class _Line(msgspec.Struct):
    """A viewing, or what somebody's settings of a work tell; older servers write times as text."""

    kind: int
    title: str
    who: str
    is_viewing: bool = False
    above: str = ""
    season: int = 0
    number: int = 0
    year: int | None = None
    original_title: str = ""  # of a song it is the artist
    at: float | str = 0.0
    rating: float = 0.0
    last_rated_at: float | str = 0.0
    view_count: int = 0
    view_offset: float = 0.0
    duration: float = 0.0


def read(name: str, content: bytes) -> Sequence[Watched]:
    """Take each viewing, what is only marked as seen, where somebody stopped, and ratings.

    Raises:
        UserError: if it is no such database.
    """
    with databases.opened(name, content) as db:
        if not databases.has(
            db, "metadata_items", "metadata_item_views", "metadata_item_settings", "accounts"
        ):
            raise UserError(
                f"“{name}” is no database of Plex: choose com.plexapp.plugins.library.db."
            )
        found = chain(databases.rows(db, _VIEWS), databases.rows(db, _SETTINGS))
        lines = entries.typed(name, (row for row in found if row.get("kind") in _KINDS), _line)
    own = entries.of_one(name, lines, lambda line: line.who)
    return entries.each(name, own, _watched)


def _line(row: databases.Row) -> _Line:
    return msgspec.convert(row, _Line, strict=False)


def _watched(line: _Line) -> Iterator[Watched]:
    kind = _KINDS[line.kind]
    title, artist = named(kind, line.above, line.season, line.number, line.title)
    viewing = (EventKind.FINISHED, 1.0, line.at, False)
    for did, value, at, mark in [viewing] if line.is_viewing else _settings(line):
        yield Watched(
            title=title,
            artist=artist,
            kind=did,
            year=line.year if kind == "movie" else None,
            at=seconds(at) if isinstance(at, str) else max(at, 0.0),
            value=value,
            mark=mark,
            original=line.original_title if kind == "movie" else "",
        )


def _settings(line: _Line) -> Iterator[tuple[EventKind, float, float | str, bool]]:
    for kind, value in rating(line.rating, _BEST):
        yield kind, value, line.last_rated_at, False
    share = line.view_offset / line.duration if line.duration > 0 else 0.0
    if line.view_count > 0:
        yield EventKind.FINISHED, 1.0, line.at, True
    elif 0 < share < 1:
        yield EventKind.PLAYED, share, line.at, False
