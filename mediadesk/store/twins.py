"""What finding twins goes by: of each item of the library what it is, and how good its file."""

from collections.abc import Iterator
from dataclasses import dataclass

from mediadesk.api import Kind
from mediadesk.store import versions
from mediadesk.store.connection import Database
from mediadesk.store.registers import APART

_LOSSLESS = ("flac", "alac", "pcm", "wavpack", "ape", "tta", "truehd", "mlp", "wmalossless")


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An item that may have a twin. `gone` ones lie nowhere, not even on a drive that is away.

    `duration` is in seconds, `height` in pixels, 0 for sound, `rate` in bytes a second.
    """

    id: str
    kind: Kind
    title: str
    duration: float
    year: int | None
    artist: str
    series: str
    season: int | None
    episode: int | None
    height: int
    rate: float
    lossless: bool
    available: bool
    gone: bool
    album: str = ""
    disc: int | None = None
    track: int | None = None


def candidates(db: Database) -> Iterator[Candidate]:
    """Give all items that have or had a place and are of some length, the shortest first."""
    rows = db.query(
        "SELECT item.id, kind, title, duration, year, artist, series, season, episode, height,"
        "  album, disc, track, facts ->> 'Sound' AS sound, max(location.size) AS size,"
        "  max(missing = 0) AS available,"
        "  max(missing = 0 OR root.problem IS NOT NULL) AS kept"
        " FROM item JOIN location ON location.item = item.id"
        " JOIN root ON root.path = location.root"
        " WHERE duration > 0 GROUP BY item.id ORDER BY duration, item.id"
    )
    for row in rows:
        yield Candidate(
            id=row["id"],
            kind=Kind(row["kind"]),
            title=row["title"],
            duration=row["duration"],
            year=row["year"],
            artist=row["artist"],
            series=row["series"],
            season=row["season"],
            episode=row["episode"],
            height=row["height"],
            rate=row["size"] / row["duration"],
            lossless=(row["sound"] or "").startswith(_LOSSLESS),
            available=bool(row["available"]),
            gone=not row["kept"],
            album=row["album"],
            disc=row["disc"],
            track=row["track"],
        )


def told_apart(db: Database) -> set[frozenset[str]]:
    """Give the pairs of items that a person said are not the same."""
    rows = db.conn.execute(
        "SELECT item, field FROM register WHERE field >= ? AND field < ? AND value = ?",
        [APART, APART[:-1] + chr(ord(APART[-1]) + 1), "true"],
    )
    pairs = [(item, field.removeprefix(APART)) for item, field in rows]
    now = versions.current(db, [other for _, other in pairs])
    return {frozenset((item, now[other])) for item, other in pairs}
