"""Times searches of a large library: `python tests/benchmarks/bench_search.py [--items 100000]`.

Rows are synthetic: each item has a place, facts of 300 bytes, a description, five tags and a
vector of 512 dimensions; a hundredth has been seen. What is timed is from text to all ids.
"""

import argparse
import json
import os
import random
import sqlite3
import tempfile
import time
from pathlib import Path

from mediadesk.search import parse
from mediadesk.store import Store, library

RUNS = 7
WORDS = [a + b + c for a in "bdklmnprst" for b in "aeiou" for c in ("lo", "ran", "st", "海", "mi")]
KINDS = ("film", "episode", "clip", "song", "recording")
SEARCHES = (
    "balo", '"balo kest"', "balo -kest", "(balo OR kest) kind:film", "海", "artist:balo",
    "genre:mist", "tag:balo", "tag:balo year>=1990 length<20m", "year:1999", "added:7d",
    "is:missing", "is:seen", "-is:seen balo", "in:folder7", "in:/made/folder7", "no such words", "",
)  # fmt: skip


def main() -> None:
    """Make a library and print the median of each search."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=100_000)
    count = parser.parse_args().items
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "library.db")
        store.write(lambda db: fill(db.conn, count))
        seen = [f"{number:032x}" for number in range(0, count, 100)]
        for text in SEARCHES:
            times = []
            for _ in range(RUNS):
                started = time.process_time()
                found = library.matching(store.read(), parse(text), states=lambda _: seen)
                times.append((time.process_time() - started) * 1000)
            print(f"{sorted(times)[RUNS // 2]:7.1f} ms  {len(found):7,} items  {text!r}")
        store.close()


def fill(connection: sqlite3.Connection, count: int) -> None:
    """Write `count` items."""
    chance = random.Random(1)  # noqa: S311 - no secret
    now = time.time()

    def words(number: int) -> str:
        return " ".join(chance.choices(WORDS, k=number))

    connection.execute("INSERT INTO root(path, added_at) VALUES('/made', 0)")
    for number in range(count):
        item = f"{number:032x}"
        connection.execute(
            "INSERT INTO item VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                item, chance.choice(KINDS), words(3), chance.uniform(10, 9000),
                chance.choice((None, *range(1960, 2026))), words(2), words(2),
                json.dumps([words(1), words(1)], ensure_ascii=False), words(40), "x" * 300,
                now - chance.uniform(0, 3e7),
            ],
        )  # fmt: skip
        connection.execute(
            "INSERT INTO location(path, root, item, size, mtime_ns, seen_at, missing, sidecars)"
            " VALUES(?, '/made', ?, 1, 1, 1, ?, '[]')",
            [f"/made/folder{number % 50}/{words(3)} {number}.mkv", item, number % 500 == 0],
        )
        tags = json.dumps({words(1): 0.5 for _ in range(5)}, ensure_ascii=False)
        connection.execute(
            "INSERT INTO feature(item, extractor, version, model, summary, tags, data, at)"
            " VALUES(?, 'look', 1, 'm', ?, ?, '{}', 0)",
            [item, os.urandom(2048), tags],
        )


if __name__ == "__main__":
    main()
