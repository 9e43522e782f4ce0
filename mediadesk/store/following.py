"""What comes after an item: the next episode of its series, the next track of its album."""

from mediadesk.api import Item
from mediadesk.store.connection import Database

_THERE = "EXISTS(SELECT 1 FROM location WHERE location.item = item.id AND location.missing = 0)"


def following(db: Database, item: Item) -> str | None:
    """Give the episode or track that comes next and whose file is there.

    After the last episode of a season comes the first of the next; extras, season 0, go before no
    season.
    """
    if item.series and item.episode is not None:
        return _next_episode(db, item)
    if item.album and item.track is not None:
        return _next_track(db, item)
    return None


def _next_episode(db: Database, item: Item) -> str | None:
    season = 1 if item.season is None else item.season
    return _first(
        db,
        "series <> '' AND series = ? COLLATE NOCASE AND (coalesce(season, 1), episode) > (?, ?)"
        f" AND {'coalesce(season, 1) = 0' if season == 0 else '1'}"
        f" AND {_THERE} ORDER BY coalesce(season, 1), episode, id",
        [item.series, season, item.episode],
    )


def _next_track(db: Database, item: Item) -> str | None:
    return _first(
        db,
        "album <> '' AND album = ? COLLATE NOCASE"
        " AND iif(album_artist = '', artist, album_artist) = ? COLLATE NOCASE"
        f" AND (coalesce(disc, 1), track) > (?, ?) AND {_THERE}"
        " ORDER BY coalesce(disc, 1), track, id",
        [item.album, item.album_artist or item.artist, item.disc or 1, item.track],
    )


def _first(db: Database, condition: str, values: list[object]) -> str | None:
    row = db.conn.execute(f"SELECT id FROM item WHERE {condition} LIMIT 1", values).fetchone()
    return str(row[0]) if row else None
