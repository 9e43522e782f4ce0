"""What this device has to say of the items that it has files of, and which device has said what.

What is said is entries, each of one thing of one item: its facts (without them the item has gone
from there), its picture, or a feature. Of what a device says of a thing the last counts, by the
number of the pack that it stands in, so that packs may come late, twice, or in any order.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from mediadesk.store import browse, features, parcels
from mediadesk.store.connection import Database

FACTS, PICTURE, FEATURE = "facts", "picture", "feature/"
GONE = "gone"
_CHUNK = 500
_THESE = "(SELECT value FROM json_each(:these))"
_HERE = (
    "location.item IS NOT NULL AND location.missing <> 3"
    " AND (location.missing <> 1 OR root.problem IS NOT NULL)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Something that a device says of an item; without a `body` that the item has gone.

    `what` is facts, picture, or “feature/EXTRACTOR”; `stamp` tells it from what was said before.
    """

    item: str
    what: str
    body: bytes | None
    stamp: str = ""


def own(db: Database, items: Sequence[str] | None = None) -> set[str]:
    """Give the contents, and what they count as, that this device has files of; of `items` these.

    A file on a drive that is not connected is one.
    """
    only = "" if items is None else f" AND (item IN {_THESE} OR content IN {_THESE})"
    rows = db.conn.execute(
        "SELECT item, content FROM location JOIN root ON root.path = location.root"
        f" WHERE {_HERE}{only}",
        {"these": json.dumps(items)},
    )
    found = {each for row in rows for each in row if each}
    return found if items is None else found & set(items)


def standing(db: Database) -> tuple[int, int, str]:
    """Give what changes with all that is said: the numbers of the last feature and of `touched`."""
    rows = db.conn.execute("SELECT path, problem IS NULL FROM root ORDER BY path").fetchall()
    return features.last_seq(db), browse.last(db)[0], json.dumps(rows)


def is_said(db: Database) -> bool:
    """Tell whether nothing has changed since all was said."""
    known = db.conn.execute("SELECT feature, touched, roots FROM packing").fetchone()
    return known is not None and tuple(known) == standing(db) and not _again(db)


def note_said(db: Database, upto: tuple[int, int, str]) -> None:
    """Note that all was said when the library stood so."""
    db.conn.execute("INSERT OR REPLACE INTO packing VALUES(1, ?, ?, ?)", upto)


def unsaid(db: Database, device: str) -> Iterator[Entry]:
    """Give what this device has to say and has not said yet, item by item."""
    candidates = _candidates(db, device)
    for start in range(0, len(candidates), _CHUNK):
        items = candidates[start : start + _CHUNK]
        mine, said = own(db, items), stamps(db, device, items)
        learnt = _made_here(db, items)
        for item in items:
            before = said.get(item, {})
            if item not in mine:
                if before and before.get(FACTS) != GONE:
                    yield Entry(item=item, what=FACTS, body=None, stamp=GONE)
                continue
            for what, body in (
                (FACTS, parcels.facts(db, item)),
                (PICTURE, parcels.picture(db, item)),
            ):
                if body is not None and before.get(what) != (check := stamp(body)):
                    yield Entry(item=item, what=what, body=body, stamp=check)
            for extractor, seq in learnt.get(item, {}).items():
                if before.get(FEATURE + extractor) != str(seq):
                    body = parcels.learnt(db, item, extractor)
                    yield Entry(item=item, what=FEATURE + extractor, body=body, stamp=str(seq))


def note(db: Database, device: str, number: int, entries: Sequence[Entry]) -> None:
    """Note that a device says these things in a pack of this number."""
    db.conn.executemany(
        # Where it has gone from, nothing else that was said of it counts: if it is back, all is
        # said again.
        "DELETE FROM packed WHERE device = ? AND item = ? AND what <> ?",
        [(device, each.item, FACTS) for each in entries if each.stamp == GONE],
    )
    db.conn.executemany(
        "INSERT OR REPLACE INTO packed(device, item, what, number, stamp, size)"
        " VALUES(?, ?, ?, ?, ?, ?)",
        [
            (device, each.item, each.what, number, each.stamp, len(each.body or b""))
            for each in entries
        ],
    )


def unsay(db: Database, device: str, numbers: Iterable[int]) -> None:
    """Have all that stands in these packs of this device, and counts, be said again."""
    db.conn.executemany(
        "UPDATE packed SET stamp = '' WHERE device = ? AND number = ?",
        [(device, number) for number in numbers],
    )


def sizes(db: Database, device: str) -> dict[int, int]:
    """Give the number of each pack of a device → the bytes in it that count still."""
    rows = db.conn.execute(
        "SELECT number, sum(size) FROM packed WHERE device = ? GROUP BY number", [device]
    )
    return dict(rows.fetchall())


def stamps(db: Database, device: str, items: Sequence[str]) -> dict[str, dict[str, str]]:
    """Give item → what → stamp of all that a device has said of items."""
    # By the items, and not by the index of packs: a device has said much.
    rows = db.conn.execute(
        "SELECT item, what, stamp FROM packed"
        " WHERE item IN (SELECT value FROM json_each(?)) AND +device = ?",
        [json.dumps(items), device],
    )
    found: dict[str, dict[str, str]] = {}
    for item, what, stamp in rows:
        found.setdefault(item, {})[what] = stamp
    return found


def stamp(body: bytes | None) -> str:
    """Give a check sum of what is said."""
    return hashlib.blake2b(body or b"", digest_size=16).hexdigest()


def _candidates(db: Database, device: str) -> list[str]:
    """Give the items of which something may be to be said."""
    _, touched, roots = standing(db)
    row = db.conn.execute("SELECT feature, touched, roots FROM packing").fetchone()
    numbers = browse.touched(db, after=row[1], upto=touched, most=100_000) if row else None
    if row is None or row[2] != roots or numbers is None:
        said = db.conn.execute("SELECT DISTINCT item FROM packed WHERE device = ?", [device])
        return sorted(own(db) | {item for (item,) in said})
    found = {*browse.ids(db, numbers).values(), *_again(db)}
    # Not DISTINCT, for which SQLite would go through all features in the order of items.
    rows = db.conn.execute("SELECT item FROM feature WHERE seq > ?", [row[0]])
    found |= {item for (item,) in rows}
    contents = db.conn.execute(
        "SELECT DISTINCT content FROM location WHERE content IS NOT NULL"
        " AND item IN (SELECT value FROM json_each(?))",
        [json.dumps(sorted(found))],
    )
    return sorted(found | {content for (content,) in contents})


def _again(db: Database) -> list[str]:
    return [row[0] for row in db.conn.execute("SELECT DISTINCT item FROM packed WHERE stamp = ''")]


def _made_here(db: Database, items: Sequence[str]) -> dict[str, dict[str, int]]:
    """Give item → extractor → number of the features that no other device has told."""
    rows = db.conn.execute(
        "SELECT item, extractor, seq FROM feature WHERE extractor <> ?"
        " AND item IN (SELECT value FROM json_each(?)) AND NOT EXISTS(SELECT 1 FROM packed"
        "  WHERE packed.item = feature.item AND what = ? || extractor AND stamp = 'from ' || seq)"
        " ORDER BY item, extractor",
        [features.LEARNT, json.dumps(items), FEATURE],
    )
    found: dict[str, dict[str, int]] = {}
    for item, extractor, seq in rows:
        found.setdefault(item, {})[extractor] = seq
    return found
