"""Times lists, searches and facets of a large library, against plain SQL in the same run.

`python tests/benchmarks/bench_browse.py [--items 100000] [--runs 7]`

Rows are synthetic: each item has a place, facts of 300 bytes, a description, a tagger's tags; a
hundredth has been seen. Engine figures are from `Browse` to all numbers in order; those of SQL are
from the statement to all rowids in order (LIKE, for it has no folded text). Times are CPU
milliseconds of this process: the machine may be busy.
"""

import argparse
import json
import random
import sqlite3
import sys
import tempfile
import time
from array import array
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import get_args

sys.path.insert(0, str(Path(__file__).parents[1]))

from library_factory import access

from mediadesk.api import SURE, Event, EventKind, Item, Kind
from mediadesk.engine.browsing import Browsing
from mediadesk.engine.messages import Browse, Sort
from mediadesk.recommend.profile import states
from mediadesk.search.kept import KeptColumns
from mediadesk.store import Store, library, locations, roots

_PORTION = 20_000
WORDS = [a + b + c for a in "bdklmnprst" for b in "aeiou" for c in ("lo", "ran", "st", "海", "mi")]
SEARCHES = (
    "balokest", "balo kest", '"balo kest"', "balo -kest", "(balo OR kest) kind:film", "海", "é",
    "artist:balo", "genre:mist", "tag:balo", "tag:balo year>=1990 length<20m", "year:1999",
    "added:7d", "is:missing", "is:seen", "stars>=4", "in:folder7", "in:/made/folder7",
    "height>=1080 size>1g", "series:balo season:1", "no such words",
)  # fmt: skip
LIKE = {
    "balo kest": "title LIKE '%balo%' AND title LIKE '%kest%'",
    '"balo kest"': "title LIKE '%balo kest%'",
    "artist:balo": "artist LIKE '%balo%'",
    "year:1999": "year = 1999",
    "no such words": "title LIKE '%no%' AND title LIKE '%such%'",
}
ORDER = {
    "title": "title COLLATE NOCASE", "added": "added_at", "year": "year", "length": "duration",
    "size": "size", "artist": "artist, title", "album": "artist, album, disc, track",
    "series": "series, season, episode",
}  # fmt: skip


def main() -> None:
    """Make a library and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=7)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "library.db")
        made = _items(given.items)
        for start in range(0, given.items, _PORTION):
            numbers = range(start, min(start + _PORTION, given.items))
            store.write(lambda db, numbers=numbers: fill(db.conn, numbers, made))
        known = states(
            Event(id="", profile="me", item=f"{n:032x}", kind=kind, at=1e9 + n, value=0.9)
            for n in range(0, given.items, 100)
            for kind in (EventKind.FINISHED, EventKind.RATED)
        )
        browsing = opened(store, known)
        measure(store, browsing, given.runs)
        cold(store, known, given.items)
        follow(store, browsing)
        store.close()
    intake(given.items // 5)


def opened(store: Store, known: dict[str, object]) -> Browsing:
    """Give the browsing of a library in which somebody has these states."""
    kept = KeptColumns(store.path.parent / "columns", store.path)
    return Browsing(access(store, lambda *_: known), alike=lambda _: [], kept=kept)


def timed(call: Callable[[], object]) -> float:
    """Give the CPU milliseconds of a call."""
    started = time.process_time()
    call()
    return (time.process_time() - started) * 1000


def said(times: list[float]) -> str:
    """Give the median and the worst of twenty."""
    ordered = sorted(times)
    return f"{ordered[len(ordered) // 2]:8.1f} {ordered[int(len(ordered) * 0.95)]:8.1f}"


def measure(store: Store, browsing: Browsing, runs: int) -> None:
    """Print each sort, search and facet."""
    db = store.read().conn
    print("first list:", round(timed(lambda: browsing.rows(Browse()))), "ms")
    print(f"{'':34s}{'first':>8s}{'p50':>9s}{'p95':>9s}{'SQL':>9s}{'items':>11s}")
    for sort in get_args(Sort):
        row(f"sort {sort}", browsing, Browse(sort=sort), runs, sql=ORDER.get(sort), db=db)
        row(f"sort {sort}, descending", browsing, Browse(sort=sort, descending=True), runs)
    row("kind:film, by year", browsing, Browse(kinds=("film",), sort="year"), runs)
    every: list[float] = []
    for text in SEARCHES:
        sql, order = LIKE.get(text), ORDER["title"]
        where = f"{sql} ORDER BY {order}" if sql else None
        every += row(text, browsing, Browse(text=text), runs, where=where, db=db)
    print(f"{'all searches':34s}{'':8s} {said(every)}")
    for text in ("", "balo"):
        times = [timed(lambda t=text: browsing.facets(Browse(text=t))) for _ in range(runs)]
        print(f"{f'facets of {text!r}':34s}{times[0]:8.1f} {said(times[1:])}")
    for kind in ("series", "albums", "artists"):
        times = [timed(lambda k=kind: browsing.groups(k)) for _ in range(3)]
        count = len(browsing.groups(kind))
        print(f"{f'groups {kind}':34s}{times[0]:8.1f} {said(times[1:])} {'':8s}{count:10,}")
    numbers = array("I", browsing.rows(Browse()).numbers)
    middle = numbers[len(numbers) // 2 : len(numbers) // 2 + 60]
    times = [timed(lambda: browsing.items_at(middle)) for _ in range(runs)]
    print(f"{'items_at, 60':34s}{times[0]:8.1f} {said(times[1:])}")


def row(
    name: str,
    browsing: Browsing,
    wanted: Browse,
    runs: int,
    *,
    sql: str | None = None,
    where: str | None = None,
    db: sqlite3.Connection | None = None,
) -> list[float]:
    """Print one line, with the same in SQL where there is such."""
    first = timed(lambda: browsing.rows(wanted))
    times = [timed(lambda: browsing.rows(wanted)) for _ in range(runs)]
    there = "EXISTS(SELECT 1 FROM location WHERE location.item = item.id)"
    plain = ""
    if db is not None and (sql or where):
        tail = where or f"1 ORDER BY {sql}"
        statement = f"SELECT rowid FROM item WHERE {there} AND {tail}"
        each = [timed(lambda: db.execute(statement).fetchall()) for _ in range(3)]
        plain = f"{sorted(each)[1]:8.1f}"
    count = len(browsing.rows(wanted).numbers) // 4
    print(f"{name:34s}{first:8.1f} {said(times)} {plain:>8s}{count:11,}")
    return times


def cold(store: Store, known: dict[str, object], items: int) -> None:
    """Print what the first of each costs in a program that has just started."""
    for name, wanted in (
        ("started: by title", Browse()),
        ("started: by year", Browse(sort="year")),
        ("started: a word", Browse(text="balo")),
        ("started: a tag", Browse(text="tag:balo")),
        ("started: a description", Browse(text="description:balo")),
    ):
        browsing = opened(store, known)
        print(f"{name:34s}{timed(lambda b=browsing, w=wanted: b.rows(w)):8.1f}")
    browsing = opened(store, known)
    browsing.read_ahead()
    time.sleep(5 + items / 40_000)  # a window's engine does that by itself
    for name, wanted in (("by title", Browse()), ("a word", Browse(text="balo"))):
        took = timed(lambda w=wanted: browsing.rows(w))
        print(f"{f'started and read ahead: {name}':34s}{took:8.1f}")
    browsing.close()


def follow(store: Store, browsing: Browsing) -> None:
    """Print what a list costs after so many items have changed."""
    sql = "UPDATE item SET title = title || ' x' WHERE rowid % 97 = 1 AND rowid <= ?"
    for count in (1, 100, 1_000):
        store.write(lambda db, upto=97 * count: db.conn.execute(sql, [upto]))
        print(f"{f'after {count:,} edits':34s}{timed(lambda: browsing.rows(Browse())):8.1f}")


def intake(count: int) -> None:
    """Print what saving items costs with and without the triggers that tell what has changed."""
    for with_them in (False, True):
        with tempfile.TemporaryDirectory() as folder:
            store = Store(Path(folder) / "library.db")
            if not with_them:
                store.write(_without_triggers)
            store.write(lambda db: roots.add(db, Path("/r")))
            started = time.process_time()
            for start in range(0, count, 100):
                made = [_made(n) for n in range(start, min(count, start + 100))]
                store.write(lambda db, made=made: _save(db, made))
            took = time.process_time() - started
            store.close()
        name = f"{count:,} items saved, {'with' if with_them else 'without'} triggers"
        print(f"{name:34s}{took * 1000:8.0f} ms, {took / count * 1e6:.0f} µs each")


def _made(number: int) -> tuple[Item, locations.Location]:
    item = Item(
        id=f"{number:032x}", kind=Kind.SONG, title=f"{WORDS[number % 250]} {number}", path=None,
        artist=WORDS[number % 241], album=WORDS[number % 239], genres=(WORDS[number % 7],),
    )  # fmt: skip
    path = Path(f"/r/{number % 50}/{number}.mp3")
    return item, locations.Location(path=path, root=Path("/r"), size=1, mtime_ns=1)


def _save(db: object, made: list[tuple[Item, locations.Location]]) -> None:
    locations.save_locations(db, [place for _, place in made])
    for item, place in made:
        library.save_item(db, item, facts={}, location=place)


def _without_triggers(db: object) -> None:
    for (name,) in db.conn.execute(
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    ).fetchall():
        db.conn.execute(f"DROP TRIGGER {name}")


def fill(
    connection: sqlite3.Connection, numbers: range, made: Iterator[tuple[object, ...]]
) -> None:
    """Write the items of these numbers."""
    connection.execute("INSERT OR IGNORE INTO root(path, added_at, drive) VALUES('/made', 0, 'A')")
    columns = (
        "id", "kind", "title", "duration", "year", "artist", "album", "genres", "description",
        "facts", "added_at", "series", "season", "episode", "album_artist", "disc", "track",
        "size", "height",
    )  # fmt: skip
    connection.executemany(
        f"INSERT INTO item({', '.join(columns)}) VALUES({', '.join('?' * len(columns))})",
        islice(made, len(numbers)),
    )
    ids = [(n, f"{n:032x}") for n in numbers]
    connection.executemany(
        "INSERT INTO location(path, root, item, content, size, mtime_ns, seen_at, missing,"
        " sidecars) VALUES(?, '/made', ?, ?, 1, 1, 1, ?, '[]')",
        [
            (f"/made/folder{n % 50}/{n // 500}/{n}.mkv", item, item, int(n % 500 == 0))
            for n, item in ids
        ],
    )
    chance = random.Random(numbers.start)  # noqa: S311 - no secret
    connection.executemany(
        "INSERT INTO feature(item, extractor, version, model, summary, tags, data, at)"
        " VALUES(?, 'look', 1, 'm', NULL, ?, '{}', 0)",
        [(item, json.dumps(dict.fromkeys(chance.choices(WORDS, k=3), SURE))) for _, item in ids],
    )


def _items(count: int) -> Iterator[tuple[object, ...]]:
    chance = random.Random(1)  # noqa: S311 - no secret
    now = time.time()
    kinds = (Kind.FILM, Kind.EPISODE, Kind.CLIP, Kind.SONG, Kind.RECORDING)
    artists = [" ".join(chance.choices(WORDS, k=2)) for _ in range(max(50, count // 20))]

    def words(number: int) -> str:
        return " ".join(chance.choices(WORDS, k=number))

    for n in range(count):
        kind, artist = kinds[n % 5], artists[chance.randrange(len(artists))]
        is_song, is_episode = kind == "song", kind == "episode"
        yield (
            f"{n:032x}", kind, f"{words(3)} {n % 1000}", chance.uniform(10, 9000),
            chance.choice((None, *range(1960, 2026))), artist if is_song else "",
            f"{artist} {n % 4}" if is_song else "",
            json.dumps(chance.sample(WORDS[:60], 2), ensure_ascii=False), words(40), "x" * 300,
            now - chance.uniform(0, 3e7), WORDS[n % 200] if is_episode else "",
            n % 7 if is_episode else None, n % 23 if is_episode else None,
            artist if is_song and n % 2 else "", None, n % 20 if is_song else None,
            chance.randrange(10**6, 4 * 10**9), chance.choice((0, 480, 720, 1080, 2160)),
        )  # fmt: skip


if __name__ == "__main__":
    main()
