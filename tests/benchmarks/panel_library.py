"""Makes the library that the panel is timed on: made-up rows, as many as are wanted.

Every item has what a real one has once it is understood: a vector of its text, its pictures, its
sound and its whole, with 200 themes; tags that were guessed, a genre, and for half of them an age
and what the public thinks.
"""

import json
from collections.abc import Iterator

import numpy as np
from recommend_factory import DAY, NOW, item_id
from sqlite_utils import Database

from mediadesk.api import Array, Event, EventKind, unit
from mediadesk.store import Store, oplog
from mediadesk.understand import FEATURE

SPACES = {"text": 512, "keyframes": 1280, "audio": 392, FEATURE: 256}
THEMES, LIKES, IMPRESSIONS = 200, 10, 2_000
LONG, LONG_ITEMS = 20_000, 6_000
_ROOT = "/made"
_PORTION = 20_000
_WORDS = [f"{first}{last}" for first in ("red ", "calm ", "loud ", "far ") for last in "abcdefgh"]
_LONG_KINDS = (
    (EventKind.SHOWN, 0.5), (EventKind.OPENED, 0.1), (EventKind.PLAYED, 0.15),
    (EventKind.FINISHED, 0.15), (EventKind.LIKE, 0.05), (EventKind.RATED, 0.05),
)  # fmt: skip


def fill(store: Store, count: int) -> None:
    """Write `count` items with all that was learnt of them."""
    chance = np.random.default_rng(0)
    centres = {name: _centres(chance, size) for name, size in SPACES.items()}
    store.write(
        lambda db: db.conn.execute("INSERT INTO root(path, added_at) VALUES(?, 0)", [_ROOT])
    )
    for start in range(0, count, _PORTION):
        numbers = range(start, min(start + _PORTION, count))
        themes = chance.integers(0, THEMES, len(numbers))
        store.write(lambda db, some=numbers: _write_items(db, some))
        for name in SPACES:
            vectors = _cloud(chance, centres[name], themes)
            store.write(lambda db, some=numbers, to=name, of=vectors: _learn(db, some, to, of))


def live(store: Store, who: str, count: int) -> None:
    """Like ten items and pass by two thousand."""
    said = [
        _event(who, n * (count // LIKES), EventKind.LIKE, at=NOW - 500 + n) for n in range(LIKES)
    ]
    shown = [_event(who, n * 7 % count, EventKind.SHOWN, at=NOW - 9e5) for n in range(IMPRESSIONS)]
    store.write(lambda db: oplog.add_events(db, [*said, *shown]))


def live_long(store: Store, who: str, count: int) -> None:
    """Do 20,000 things with 6,000 items within two years."""
    chance = np.random.default_rng(2)
    items = chance.permutation(count)[:LONG_ITEMS]
    kinds, shares = zip(*_LONG_KINDS, strict=True)
    events = [
        _event(who, int(items[n]), kinds[kind], at=NOW - at, value=value)
        for n, kind, at, value in zip(
            chance.integers(len(items), size=LONG),
            chance.choice(len(kinds), LONG, p=shares),
            chance.uniform(DAY, 700 * DAY, LONG),
            chance.random(LONG),
            strict=True,
        )
    ]
    store.write(lambda db: oplog.add_events(db, events))


def _centres(chance: np.random.Generator, size: int) -> Array:
    """Give one centre a theme, around a mean that all share."""
    return unit(chance.standard_normal((THEMES, size))) + unit(chance.standard_normal(size))


def _cloud(chance: np.random.Generator, centres: Array, themes: Array) -> Array:
    noise = chance.standard_normal((len(themes), centres.shape[1]), dtype=np.float32)
    return unit(centres.astype(np.float32)[themes] + 1.4 * unit(noise)).astype(np.float32)


def _event(who: str, number: int, kind: EventKind, *, at: float, value: float = 0.0) -> Event:
    return Event(id="", profile=who, item=item_id(number), kind=kind, at=at, value=value)


def _write_items(db: Database, numbers: range) -> None:
    db.conn.executemany(
        "INSERT INTO item(id, kind, title, duration, year, artist, album, genres, description,"
        " facts, added_at) VALUES(?, ?, ?, ?, ?, '', '', ?, '', '{}', ?)",
        _items(numbers),
    )
    db.conn.executemany(
        "INSERT INTO location(path, root, item, content, size, mtime_ns, seen_at, sidecars)"
        " VALUES(?, ?, ?, ?, 1, 1, 1, '[]')",
        ((f"{_ROOT}/{n}.mkv", _ROOT, item_id(n), item_id(n)) for n in numbers),
    )
    db.conn.executemany(
        "INSERT INTO told(item, source, fields) VALUES(?, 'sidecar', ?)",
        (
            (item_id(n), json.dumps({"age": n % 19, "rating": n % 7 / 7, "votes": n % 1_000}))
            for n in numbers
            if n % 2
        ),
    )


def _items(numbers: range) -> Iterator[tuple[object, ...]]:
    for n in numbers:
        kind = ("film", "clip", "song")[n % 3]
        length = 200.0 if kind == "song" else 3_000.0
        genres = json.dumps(["horror" if n % 20 == 0 else "drama"])
        yield (
            item_id(n), kind, f"Item {n}", length, 1960 + n % 66, genres, NOW - 100 * DAY - n,
        )  # fmt: skip


def _learn(db: Database, numbers: range, name: str, vectors: Array) -> None:
    db.conn.executemany(
        "INSERT INTO feature(item, extractor, version, model, summary, tags, data, at)"
        " VALUES(?, ?, 1, 'm', ?, ?, '{}', 0)",
        (
            (item_id(n), name, own.tobytes(), _tags(n) if name == "keyframes" else "{}")
            for n, own in zip(numbers, vectors, strict=True)
        ),
    )


def _tags(n: int) -> str:
    return json.dumps({_WORDS[(n * k + k) % len(_WORDS)]: 0.95 - 0.1 * k for k in range(1, 7)})
