"""Times acts on many items: `python tests/benchmarks/bench_bulk.py [--items 100000] [--act 10000]`.

An act is one call of the engine on a library of synthetic rows. Beside its CPU seconds, and those
of taking it back, stands the longest that looking up a page of items took meanwhile.
"""

import argparse
import json
import sqlite3
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from mediadesk.engine.engine import Engine
from mediadesk.engine.messages import Change
from mediadesk.settings import Places

_TITLES = ("Rain", "Snow", "Wind", "Fog", "Sun")


def main() -> None:
    """Make a library, act on a part of it, and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--act", type=int, default=10_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        places = Places(data=Path(folder), cache=Path(folder) / "cache")
        Engine(places).close()
        with sqlite3.connect(places.database) as connection:
            fill(connection, asked.items)
        engine = Engine(places)
        ids = [item_id(number) for number in range(asked.act)]
        organising = engine.organising
        collection = organising.make_collection("All").id
        acts: dict[str, Callable[[], Change]] = {
            "rate": lambda: organising.rate(ids, 4),
            "mark": lambda: organising.mark(ids, watched=True),
            "tag": lambda: organising.tag(ids, add=["one", "two"]),
            "untag": lambda: organising.tag(ids, remove=["one", "weather"]),
            "edit": lambda: organising.edit(ids, {"genres": "Folk, Rock", "year": 1999}),
            "collect": lambda: organising.collect(collection, ids),
            "hide": lambda: organising.hide(ids),
        }
        print(f"{asked.act:,} of {asked.items:,} items   act     undo    again   a page waits")
        for name, act in acts.items():
            waits = Waits(engine, ids[:100])
            times = [timed(act)]
            back = organising.changes(limit=1)[0].id
            for _ in range(2):
                times.append(timed(lambda change=back: organising.undo(change)))
                back = organising.changes(limit=1)[0].id
            worst = waits.stop()
            line = "  ".join(f"{seconds:5.2f} s" for seconds in times)
            print(f"{name:25}{line}   {worst * 1000:5.0f} ms")
        engine.close()


def item_id(number: int) -> str:
    """Give an id that is well spread, as hashes are."""
    return f"{(number * 0x9E3779B97F4A7C15) % 2**64:016x}{number:016x}"


def fill(connection: sqlite3.Connection, count: int) -> None:
    """Write `count` items, each with a place, what its file says, and tags."""
    now = time.time()
    connection.execute("INSERT INTO root(path, added_at) VALUES('/made', 0)")
    for number in range(count):
        item, title = item_id(number), f"{_TITLES[number % 5]} {number}"
        told = {"title": title, "genres": ["Folk"], "kind": "song", "artist": "Anna"}
        connection.execute(
            "INSERT INTO item(id, kind, title, duration, artist, album, genres, description, facts,"
            " added_at) VALUES(?, 'song', ?, 200, 'Anna', '', '[\"Folk\"]', '', '{}', ?)",
            [item, title, now - number],
        )
        sql = "INSERT INTO told(item, source, fields) VALUES(?, 'embedded', ?)"
        connection.execute(sql, [item, json.dumps(told)])
        connection.execute(
            "INSERT INTO location(path, root, item, content, size, mtime_ns, seen_at, sidecars)"
            " VALUES(?, '/made', ?, ?, 1, 1, 1, '[]')",
            [f"/made/{number}.mp3", item, item],
        )
        connection.execute(
            "INSERT INTO feature(item, extractor, version, model, tags, data, at)"
            " VALUES(?, 'tags', 1, '', '{\"weather\": 0.5}', '{}', 0)",
            [item],
        )


def timed(act: Callable[[], object]) -> float:
    """Give the CPU seconds of an act, in all threads but those that only look."""
    before = time.process_time()
    act()
    return time.process_time() - before


class Waits:
    """Looks up a page of items ten times a second, and notes how long the slowest took."""

    def __init__(self, engine: Engine, ids: list[str]) -> None:
        self._engine = engine
        self._ids = ids
        self._worst = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self._thread.start()

    def stop(self) -> float:
        """Give the longest wait in seconds."""
        self._over.set()
        self._thread.join()
        return self._worst

    def _look(self) -> None:
        while not self._over.wait(0.1):
            started = time.perf_counter()
            self._engine.views(self._ids)
            self._worst = max(self._worst, time.perf_counter() - started)


if __name__ == "__main__":
    main()
