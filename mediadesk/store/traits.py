"""What rankers are told of items beside what is in their files."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from mediadesk.api import Kind
from mediadesk.store.connection import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Trait:
    """An item in a few numbers and names; None and empty where unknown.

    `rating` is the public's, 0..1, with its number of `votes`; `genres` are in lower case.
    """

    kind: Kind
    year: int | None
    duration: float
    added_at: float
    season: int | None
    episode: int | None
    disc: int | None
    track: int | None
    series: str
    album: str
    artist: str
    genres: frozenset[str]
    rating: float | None
    votes: int | None


def traits(db: Database, items: Sequence[str]) -> dict[str, Trait]:
    """Give item → what it is, for those that exist."""
    rows = db.conn.execute(
        "SELECT item.id, kind, year, duration, added_at, season, episode, disc, track, series,"
        " album, artist, genres, fields ->> 'rating', fields ->> 'votes'"
        " FROM json_each(?) AS wanted CROSS JOIN item ON item.id = wanted.value"
        " LEFT JOIN told ON told.item = item.id AND told.source = 'sidecar'",
        [json.dumps(list(items))],
    )
    return {
        row[0]: Trait(
            kind=Kind(row[1]),
            year=row[2],
            duration=row[3],
            added_at=row[4],
            season=row[5],
            episode=row[6],
            disc=row[7],
            track=row[8],
            series=row[9],
            album=row[10],
            artist=row[11],
            genres=frozenset(map(str.casefold, json.loads(row[12]))) if row[12] else frozenset(),
            rating=row[13],
            votes=row[14],
        )
        for row in rows
    }
