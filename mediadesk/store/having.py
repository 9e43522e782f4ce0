"""Which items have a tag, a genre or a name, in whatever case it is written.

What is asked for is in small letters, as `str.casefold` gives them, since SQLite knows those of
ASCII only; answers are what was asked for → the items that have it, without what none has. Some
look only `among` a few items, which then costs as little.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable

from mediadesk.store import features, registers
from mediadesk.store.connection import Database
from mediadesk.store.registers import TAG

_CHUNK = 5_000
_GENRES = "item", "id", "nullif(genres, '')"
_SAID = "told", "item", "iif(source = 'sidecar', fields -> '$.tags', NULL)"
_GUESSES = "feature, json_each(tags) AS tag WHERE tags <> '{{}}' AND tag.value >= ? AND {only}"
_WEIGHED = (
    "SELECT item FROM feature WHERE extractor = ? AND tags <> '{}' UNION SELECT item FROM register"
    " WHERE field >= 'tag/' AND field < 'tag0' AND profile = '' AND value = 'false'"
)
_EDGES = "edge WHERE kind IN ('person', 'set') AND n < 5"
_EDGES_OF_PLACES = (
    "(SELECT location.item, name FROM edge JOIN location ON location.content = edge.item"
    f" AND location.item IS NOT NULL {_EDGES.removeprefix('edge')})"
)


Among = Collection[str] | None
"""Items, None for all."""


def genres(db: Database, names: Collection[str], among: Among = None) -> dict[str, set[str]]:
    """Find what has a genre."""
    return _in_lists(db, *_GENRES, names, among=among)


def said_tags(db: Database, names: Collection[str], among: Among = None) -> dict[str, set[str]]:
    """Find the contents beside which an NFO file gives a tag."""
    return _in_lists(db, *_SAID, names, among=among)


def put_tags(db: Database, names: Collection[str], among: Among = None) -> dict[str, set[str]]:
    """Find what people put a tag on."""
    spelt = [TAG + each for each in registers.spellings(db) if each.casefold() in names]
    only, values = within("register.item", among)
    rows = db.conn.execute(
        "SELECT item, field FROM json_each(?) AS tag CROSS JOIN register"
        f" ON register.field = tag.value AND profile = '' AND register.value = 'true' AND {only}",
        [json.dumps(spelt), *values],
    )
    return _by_name((item, field.removeprefix(TAG)) for item, field in rows)


def guessed_tags(
    db: Database, names: Collection[str], *, least: float, among: Among = None
) -> dict[str, set[str]]:
    """Find what extractors and taggers give a tag, being at least so sure, as `features.tags`."""
    only, values = within("item", among)
    guesses = _GUESSES.format(only=only)
    every = db.conn.execute(f"SELECT DISTINCT tag.key FROM {guesses}", [least, *values])
    spelt = _spelt(every, names)
    if not spelt:
        return {}
    rows = db.conn.execute(
        f"SELECT item, tag.key FROM {guesses} AND tag.key IN (SELECT value FROM json_each(?))",
        [least, *values, json.dumps(spelt)],
    ).fetchall()
    # Of few items a person or what was learnt says otherwise: for these alone all is weighed.
    weighed = {item for (item,) in db.conn.execute(_WEIGHED, [features.LEARNT])}
    items = list({item for item, _ in rows} & weighed)
    told = (
        (item, label)
        for start in range(0, len(items), _CHUNK)
        for item, own in features.tags(db, items[start : start + _CHUNK], least=least).items()
        for label in own
        if label.casefold() in names
    )
    return _by_name([*(row for row in rows if row[0] not in weighed), *told])


def nodes(db: Database, names: Collection[str]) -> dict[str, set[str]]:
    """Find the items of a person, a set or a series, as `edges.nodes` gives them."""
    spelt = _spelt(db.conn.execute(f"SELECT DISTINCT name FROM {_EDGES}"), names)
    wanted = " name IN (SELECT value FROM json_each(?1))"
    rows = db.conn.execute(
        f"SELECT item, name FROM {_EDGES} AND {wanted}"
        f" UNION SELECT item, name FROM {_EDGES_OF_PLACES} WHERE {wanted}",
        [json.dumps(spelt)],
    ).fetchall()
    for column in ("artist", "album_artist", "series"):
        every = db.conn.execute(f"SELECT DISTINCT {column} FROM item")
        rows += db.conn.execute(
            f"SELECT id, {column} FROM item WHERE {column} IN (SELECT value FROM json_each(?))",
            [json.dumps(_spelt(every, names))],
        )
    return _by_name(rows)


def within(column: str, among: Among) -> tuple[str, list[str]]:
    """Give, in SQL, that a column names one of these items, and the values that this takes."""
    if among is None:
        return "1", []
    return f"{column} IN (SELECT value FROM json_each(?))", [json.dumps(list(among))]


def _in_lists(
    db: Database, table: str, item: str, column: str, names: Collection[str], *, among: Among
) -> dict[str, set[str]]:
    """Find what has one of these in a JSON list; of such lists there are few different ones."""
    only, values = within(item, among)
    lists = db.conn.execute(f"SELECT DISTINCT {column} FROM {table} WHERE {only}", values)
    held = {
        text: own
        for (text,) in lists
        if text is not None
        and (own := [each for each in map(str, json.loads(text)) if each.casefold() in names])
    }
    if not held:
        return {}
    rows = db.conn.execute(
        f"SELECT {item}, {column} FROM {table}"
        f" WHERE {column} IN (SELECT value FROM json_each(?)) AND {only}",
        [json.dumps(list(held)), *values],
    )
    return _by_name((item, each) for item, text in rows for each in held[text])


def _spelt(rows: Iterable[tuple[str]], names: Collection[str]) -> list[str]:
    return [written for (written,) in rows if written.casefold() in names]


def _by_name(rows: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for item, written in rows:
        found[written.casefold()].add(item)
    return dict(found)
