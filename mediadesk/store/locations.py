"""Places of files as scans find them, and which of them have still to be read."""

import gc
import json
import os
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from operator import itemgetter
from pathlib import Path

from mediadesk.paths import shown, spelled, to_path
from mediadesk.store import removed
from mediadesk.store.connection import Database
from mediadesk.store.folders import inside
from mediadesk.store.replaced import UNREAD, follow_now, follow_replaced
from mediadesk.store.told import NAMED_BY_GONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """A place of a file. `sidecars` are (path, mtime in ns) of the subtitle files beside it."""

    path: Path
    root: Path
    size: int
    mtime_ns: int
    sidecars: tuple[tuple[Path, int], ...] = ()


Seen = tuple[str, int, int] | tuple[str, int, int, str, int, int]
"""A place as a scan gives it: path, size, mtime in ns. Only where these are not "[]", 0 and 0 there
follow the sidecars as stored, the check sum of what lies beside it; and missing: 1 where it was not
there, 2 where it is in a cloud and not on this disk."""
Known = list[Seen]
"""What is known of places, in the order of their paths."""

_PLAIN = "path, size, mtime_ns"
_SEEN = f"{_PLAIN}, sidecars, beside, missing"
_NOTHING = ("[]", 0, 0)
_AT_ONCE = 50
_IS_PLAIN = "(sidecars = '[]' AND beside = 0 AND missing = 0)"
_SAME = "size = excluded.size AND mtime_ns = excluded.mtime_ns"


def known_files(db: Database, root: Path) -> Known:
    """Give what is known of all places of a root."""
    return _known(db, "root = ?", [spelled(root)])


def known_files_in(db: Database, root: Path, folder: str, *, below: bool) -> Known:
    """Give what is known of the places right in a folder of a root, or of all `below` as well."""
    start, end = inside(folder)
    where, values = "root = ? AND path >= ? AND path < ?", [spelled(root), start, end]
    if not below:
        where += f" AND instr(substr(path, {len(start) + 1}), ?) = 0"
        values.append(os.sep)
    return _known(db, where, values)


def _known(db: Database, where: str, values: Sequence[str]) -> Known:
    sql = f"SELECT {{}} FROM location WHERE {{}} AND {where}"
    db.conn.execute("BEGIN")  # else one that becomes plain in between would be in neither
    try:
        with _uncollected():
            known: Known = db.conn.execute(sql.format(_PLAIN, _IS_PLAIN), values).fetchall()
            known += db.conn.execute(sql.format(_SEEN, f"NOT {_IS_PLAIN}"), values)
    finally:
        db.conn.execute("ROLLBACK")
    known.sort(key=itemgetter(0))  # they nearly are: the database would take longer
    return known


def seen(file: tuple[str, int, int], sidecars: str, beside: int = 0, missing: int = 0) -> Seen:
    """Give what is seen of a file with what lies beside it; see `Seen`."""
    beyond = sidecars, beside, missing
    return file if beyond == _NOTHING else (*file, *beyond)


def beyond(place: Seen) -> tuple[str, int, int]:
    """Give (sidecars, beside, missing) of what is seen of a place; see `Seen`."""
    return place[3:] or _NOTHING


def _in_full(place: Seen) -> tuple[str | int, ...]:
    return *place[:3], *beyond(place)


def sidecars_json(sidecars: Sequence[tuple[Path | str, int]]) -> str:
    """Encode sidecars as they are stored, so that a change shows by comparing."""
    if not sidecars:
        return "[]"
    named = sorted(
        (path if isinstance(path, str) else spelled(path), mtime) for path, mtime in sidecars
    )
    return json.dumps(named, ensure_ascii=False)


def save_locations(db: Database, locations: Iterable[Location]) -> None:
    """Insert or update places; changed content waits to be read again, problems are forgotten.

    The old item of a place whose content changed is kept as `previous` for `follow_replaced`, and
    the old content as `replaced`.
    """
    of_root: dict[Path, list[Seen]] = defaultdict(list)
    for each in locations:
        of_root[each.root].append(
            seen((spelled(each.path), each.size, each.mtime_ns), sidecars_json(each.sidecars))
        )
    for root, places in of_root.items():
        save_seen(db, root, places)


def save_seen(db: Database, root: Path, places: Sequence[Seen]) -> None:
    """Do as `save_locations`, for the many that a scan gives, all of one root.

    What came back is tried again if it could not be read; where the content is the same and only
    what lies beside it changed, it is read again and stays the item it is.
    """
    waiting = {
        path: (size, mtime_ns)
        for path, size, mtime_ns in db.conn.execute(
            "SELECT path, size, mtime_ns FROM location"
            " WHERE previous IS NOT NULL AND +item IS NOT NULL"
        )
    }
    if waiting:  # one that is replaced again would forget what it was first
        follow_now(db, [each[0] for each in places if waiting.get(each[0], each[1:3]) != each[1:3]])
    same = db.conn.execute("SELECT quote(?) || ', ' || quote(?)", [spelled(root), time.time()])
    known = same.fetchone()[0]
    into = f"INTO location({_SEEN}, root, seen_at) VALUES"
    row, plain = f"(?, ?, ?, ?, ?, ?, {known})", f"(?, ?, ?, '[]', 0, 0, {known})"
    new = 0
    # Some at once, and without a clause on conflicts: a first scan takes a third less.
    for n in range(0, len(places), _AT_ONCE):
        some = places[n : n + _AT_ONCE]
        is_plain = max(map(len, some)) == 3
        rows = ", ".join([plain if is_plain else row] * len(some))
        values = chain.from_iterable(some if is_plain else map(_in_full, some))
        new += db.conn.execute(f"INSERT OR IGNORE {into} {rows}", [*values]).rowcount
    if new == len(places):
        return
    db.conn.executemany(
        f"INSERT {into} {row} ON CONFLICT(path) DO UPDATE SET"
        f"  previous = CASE WHEN {_SAME} THEN previous ELSE coalesce(item, previous) END,"
        f"  replaced = CASE WHEN {_SAME} THEN replaced ELSE coalesce(content, replaced) END,"
        f"  item = CASE WHEN {_SAME} THEN item END,"
        f"  content = CASE WHEN {_SAME} THEN content END,"
        f"  problem = CASE WHEN {_SAME} AND missing = 0 THEN problem END,"
        "  reread = reread OR (item IS NOT NULL AND (beside <> excluded.beside"
        f"   OR (missing = 1 AND {NAMED_BY_GONE}))),"
        "  root = excluded.root, size = excluded.size, mtime_ns = excluded.mtime_ns,"
        "  seen_at = excluded.seen_at, sidecars = excluded.sidecars, beside = excluded.beside,"
        "  missing = excluded.missing",
        map(_in_full, places),
    )


def set_missing(db: Database, paths: Iterable[str]) -> None:
    """Note that files were not there when they were to be read; nothing is forgotten."""
    gone = [(path,) for path in paths]
    db.conn.executemany(
        "UPDATE root SET files = max(0, files - 1)"
        " WHERE path = (SELECT root FROM location WHERE path = ? AND missing <> 1)",
        gone,
    )
    db.conn.executemany("UPDATE location SET missing = 1 WHERE path = ?", gone)


def set_gone(db: Database, paths: Iterable[str]) -> None:
    """Note that a look found these files no more; it counts those that are there itself."""
    db.conn.executemany("UPDATE location SET missing = 1 WHERE path = ?", ((p,) for p in paths))


def set_away(db: Database, root: Path) -> int:
    """Note that nothing of a root can be reached, and give how many places that is news of."""
    return db.conn.execute(
        "UPDATE location SET missing = 1 WHERE root = ? AND missing <> 1", [spelled(root)]
    ).rowcount


def leave_out(db: Database, paths: Sequence[str]) -> None:
    """Take places out of the library; all that is known of them is kept for a return."""
    removed.keep_some(db, paths)
    db.conn.executemany("DELETE FROM location WHERE path = ?", ((path,) for path in paths))


def items_at(db: Database, paths: Iterable[str]) -> list[str]:
    """Give the ids of the items at these places."""
    rows = (
        db.conn.execute("SELECT item FROM location WHERE path = ?", [path]).fetchone()
        for path in paths
    )
    return [row[0] for row in rows if row is not None and row[0] is not None]


def sizes(db: Database, items: Sequence[str]) -> dict[str, int]:
    """Give item → bytes of its file, the largest where it lies in several places."""
    return dict(
        db.conn.execute(
            "SELECT item, max(size) FROM location WHERE item IN (SELECT value FROM json_each(?))"
            " GROUP BY item",
            [json.dumps(list(items))],
        ).fetchall()
    )


def unread(db: Database, *, limit: int) -> list[Location]:
    """Give places whose content has not been read yet, in the order they were found."""
    return [
        Location(
            path=to_path(row["path"]),
            root=to_path(row["root"]),
            size=row["size"],
            mtime_ns=row["mtime_ns"],
        )
        for row in db.query(
            f"SELECT * FROM location WHERE {UNREAD} ORDER BY rowid LIMIT ?",
            [limit],
        )
    ]


def count_unread(db: Database) -> int:
    """Count places whose content has not been read yet."""
    sql = f"SELECT count(*) FROM location WHERE {UNREAD}"
    return int(db.conn.execute(sql).fetchone()[0])


def set_problem(db: Database, location: Location, problem: str) -> None:
    """Note why a place can't be read; it is tried again when the file changes.

    What was there before is listed as lying there still, but missing, unless it lies elsewhere.
    """
    at = [spelled(location.path), location.mtime_ns, location.size]
    here = "WHERE path = ? AND mtime_ns = ? AND size = ?"
    db.conn.execute(f"UPDATE location SET problem = ?, reread = 0 {here}", [shown(problem), *at])
    db.conn.execute(
        "UPDATE location SET item = previous, content = coalesce(replaced, previous),"
        "  previous = NULL, replaced = NULL"
        f" {here} AND item IS NULL AND previous IS NOT NULL"
        "  AND NOT EXISTS(SELECT 1 FROM location AS other WHERE other.item = location.previous)",
        at,
    )
    follow_replaced(db)


def forget_problems(db: Database) -> None:
    """Have the places that could not be read be tried again."""
    db.conn.execute(
        "UPDATE location SET problem = NULL, reread = item IS NOT NULL WHERE problem IS NOT NULL"
    )


def troubled(db: Database, root: Path) -> list[tuple[str, float]]:
    """Give (path, when it was last seen to change) of places that could not be read."""
    return db.conn.execute(
        "SELECT path, seen_at FROM location WHERE root = ? AND problem IS NOT NULL AND missing = 0",
        [spelled(root)],
    ).fetchall()


def try_again(db: Database, paths: Sequence[str]) -> None:
    """Have places that could not be read be read, for their rights have changed."""
    db.conn.executemany(
        "UPDATE location SET problem = NULL, reread = item IS NOT NULL, seen_at = ? WHERE path = ?",
        ((time.time(), path) for path in paths),
    )


def problems(db: Database) -> list[tuple[Path, str]]:
    """Give (path, sentence) of every root and place that could not be read."""
    rows = db.conn.execute(
        "SELECT path, problem FROM root WHERE problem IS NOT NULL AND path NOT GLOB 'device:*'"
        " UNION ALL"
        " SELECT root, CASE count(*) WHEN 1 THEN printf('“%s” is in the cloud, not on this disk:"
        " have it kept here to play it.', max(path)) ELSE printf('“%s” has %,d files that are in"
        " the cloud, not on this disk: have them kept here to play them.', root, count(*)) END"
        "   FROM location WHERE missing > 0 AND missing = 2 GROUP BY root UNION ALL"
        " SELECT path, problem FROM location WHERE problem IS NOT NULL AND missing = 0"
    ).fetchall()
    for root, warnings in db.conn.execute("SELECT path, warnings FROM root WHERE warnings <> '[]'"):
        rows += [(root, sentence) for sentence in _together(root, json.loads(warnings))]
    # To have them sorted there would go through all places in their order.
    return [(to_path(path), problem) for path, problem in sorted(rows, key=itemgetter(0))]


def _together(root: str, warnings: Sequence[str]) -> Iterator[str]:
    """Say once what goes for many places of a root, as where its drive fails."""
    alike: dict[str, list[str]] = defaultdict(list)
    for each in warnings:
        alike[each.partition("”")[2]].append(each)
    for first, *more in alike.values():
        yield f"{first} The same goes for {len(more):,} more in “{shown(root)}”." if more else first


@contextmanager
def _uncollected() -> Iterator[None]:
    """Make many values at once without looking again and again for some to throw away.

    That would take half as long again for a million files.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
