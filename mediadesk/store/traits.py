"""What rankers are told of items beside what is in their files."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from mediadesk.api import Kind
from mediadesk.store.connection import Database

NUMBERS = (
    "year", "duration", "season", "episode", "disc", "track", "added_at", "rating", "votes",
)  # fmt: skip
_NAMES = "series, album, iif(album_artist = '', artist, album_artist), artist, genres"
_COLUMNS = "year, nullif(duration, 0), season, episode, disc, track, added_at"
_PUBLIC = "fields ->> 'rating', fields ->> 'votes'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trait:
    """An item in a few numbers and names, these in lower case.

    `numbers` are those of `NUMBERS`, None where unknown; the rating is the public's, 0..1, with its
    number of votes. Names are empty where there are none; an album without an artist of its own has
    that of the item.
    """

    kind: Kind
    numbers: tuple[float | None, ...]
    series: str
    album: str
    album_artist: str
    artist: str
    genres: frozenset[str]


def traits(db: Database, items: Sequence[str]) -> dict[str, Trait]:
    """Give item → what it is, for those that exist."""
    rows = db.conn.execute(
        f"SELECT item.id, kind, {_NAMES}, {_COLUMNS}, {_PUBLIC}"
        " FROM json_each(?) AS wanted CROSS JOIN item ON item.id = wanted.value"
        " LEFT JOIN told ON told.item = item.id AND told.source = 'sidecar'",
        [json.dumps(list(items))],
    )
    return {
        item: Trait(
            kind=Kind(kind),
            numbers=tuple(numbers),
            series=series.casefold(),
            album=album.casefold(),
            album_artist=album_artist.casefold(),
            artist=artist.casefold(),
            genres=frozenset(map(str.casefold, json.loads(genres))),
        )
        for item, kind, series, album, album_artist, artist, genres, *numbers in rows
    }
