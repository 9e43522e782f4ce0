"""Which device has which items and has said what of them; takes over what others say.

What is said is entries, each of one thing of one item: its facts (without them the item has gone
from there), its picture, or a feature. Of what a device says of a thing the last counts, by the
number of the pack that it stands in, so that packs may come late, twice, or in any order. Of
several devices the facts and the picture of the least id stand for an item that lies nowhere here.
What was learnt on a device stays known where it was heard of, though the item has gone from there.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import msgspec

from mediadesk.store import browse, elsewhere, features, jobs, parcels, told, versions
from mediadesk.store.connection import Database
from mediadesk.store.parcels import Facts, Learnt, Picture
from mediadesk.store.touched import touch

FACTS, PICTURE, FEATURE = "facts", "picture", "feature/"
GONE = "gone"
_LONGEST_NAME = 200
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What came of some entries: the `items` that may be others now, and counts.

    `waiting` ones are about items of which their device has not told yet, `unsound` ones no
    MediaDesk writes.
    """

    items: tuple[str, ...] = ()
    features: int = 0
    waiting: int = 0
    unsound: int = 0


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
        mine, said = own(db, items), _stamps(db, device, items)
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
                stamp = _stamp(body)
                if body is not None and before.get(what) != stamp:
                    yield Entry(item=item, what=what, body=body, stamp=stamp)
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


def take(db: Database, device: str, number: int, entries: Sequence[Entry]) -> Taken:
    """Take over what another device says in a pack; call it inside a write.

    Nothing changes of what this device knows of a file of its own, but for features that it lacks
    or that are newer; jobs for those count as done.
    """
    items = list(dict.fromkeys(each.item for each in entries))
    known = _numbers(db, device, items)
    news = [each for each in entries if known.get((each.item, each.what), 0) < number]
    touched, learnt, waiting, unsound = list[str](), 0, 0, 0
    for each in sorted(news, key=lambda entry: entry.what != FACTS):
        try:
            if each.what == FACTS:
                _take_facts(db, device, number, each)
                touched.append(each.item)
                continue
            gone = _stamps(db, device, [each.item]).get(each.item, {}).get(FACTS)
            if gone is None:
                waiting += 1
            elif gone == GONE:
                continue
            elif each.what == PICTURE:
                _take_picture(db, device, number, each)
                touched.append(each.item)
            else:
                learnt += _take_feature(db, device, number, each)
                touched.append(each.item)
        except (ValueError, TypeError, RecursionError):  # msgspec's own are of the first
            unsound += 1
    _settle(db, touched)
    return Taken(items=tuple(touched), features=learnt, waiting=waiting, unsound=unsound)


def forget(db: Database, device: str) -> None:
    """Forget all that a device said, and what is known of items from it alone."""
    root = f"{elsewhere.ROOT}{device}"
    had = [row[0] for row in db.conn.execute("SELECT item FROM location WHERE root = ?", [root])]
    had += [row[0] for row in db.conn.execute("SELECT item FROM packed WHERE device = ?", [device])]
    db.conn.execute("DELETE FROM root WHERE path = ?", [root])
    db.conn.execute("DELETE FROM packed WHERE device = ?", [device])
    db.conn.execute("DELETE FROM pack WHERE device = ?", [device])
    db.conn.execute("DELETE FROM packing")  # what it alone had told is this device's to tell now
    jobs.park(db, had)
    db.conn.execute(
        "DELETE FROM item WHERE id IN (SELECT value FROM json_each(?)) AND NOT EXISTS("
        " SELECT 1 FROM location WHERE item.id IN (location.item, content, previous, replaced)"
        "  AND location.item IS NOT NULL)"
        " AND NOT EXISTS(SELECT 1 FROM location WHERE location.previous = item.id)"
        " AND NOT EXISTS(SELECT 1 FROM removed WHERE removed.item = item.id)"
        " AND NOT EXISTS(SELECT 1 FROM register WHERE register.item = item.id)"
        " AND NOT EXISTS(SELECT 1 FROM event WHERE event.item = item.id)"
        " AND NOT EXISTS(SELECT 1 FROM alias WHERE item.id IN (old, new))",
        [json.dumps(had)],
    )


def _candidates(db: Database, device: str) -> list[str]:
    """Give the items of which something may be to be said."""
    _, touched, roots = standing(db)
    row = db.conn.execute("SELECT feature, touched, roots FROM packing").fetchone()
    numbers = browse.touched(db, after=row[1], upto=touched, most=100_000) if row else None
    if row is None or row[2] != roots or numbers is None:
        said = db.conn.execute("SELECT DISTINCT item FROM packed WHERE device = ?", [device])
        return sorted(own(db) | {item for (item,) in said})
    found = {*browse.ids(db, numbers).values(), *_again(db)}
    rows = db.conn.execute("SELECT DISTINCT item FROM feature WHERE seq > ?", [row[0]])
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


def _stamps(db: Database, device: str, items: Sequence[str]) -> dict[str, dict[str, str]]:
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


def _numbers(db: Database, device: str, items: Sequence[str]) -> dict[tuple[str, str], int]:
    rows = db.conn.execute(
        "SELECT item, what, number FROM packed"
        " WHERE item IN (SELECT value FROM json_each(?)) AND +device = ?",
        [json.dumps(items), device],
    )
    return {(item, what): number for item, what, number in rows}


def _take_facts(db: Database, device: str, number: int, entry: Entry) -> None:
    place = f"{elsewhere.ROOT}{device}/{entry.item}"
    if entry.body is None:
        db.conn.execute("DELETE FROM location WHERE path = ?", [place])
        note(db, device, number, [Entry(item=entry.item, what=FACTS, body=None, stamp=GONE)])
        return
    found = msgspec.msgpack.decode(entry.body, type=Facts)
    if _speaks(db, device, entry):
        parcels.save_facts(db, entry.item, found)
        told.settle(db, [entry.item])
    elsewhere.place(db, device, entry.item, size=found.size)
    _note(db, device, number, entry)


def _take_picture(db: Database, device: str, number: int, entry: Entry) -> None:
    found = msgspec.msgpack.decode(entry.body or b"", type=Picture)
    parcels.save_picture(db, entry.item, found, instead=_speaks(db, device, entry))
    _note(db, device, number, entry)


def _speaks(db: Database, device: str, entry: Entry) -> bool:
    """Tell whether it is this device whose word on an item counts here."""
    here = db.conn.execute(
        "SELECT 1 FROM location WHERE ? IN (content, item) AND missing <> 3 LIMIT 1", [entry.item]
    ).fetchone()
    before = db.conn.execute(
        "SELECT 1 FROM packed WHERE item = ? AND what = ? AND device < ? AND stamp <> ?"
        " AND device NOT IN (SELECT id FROM device WHERE mine > 0)",
        [entry.item, entry.what, device, GONE],
    ).fetchone()
    return here is None and before is None


def _take_feature(db: Database, device: str, number: int, entry: Entry) -> int:
    """Take over a feature if it is better than what is here; give how many that are."""
    extractor = entry.what.removeprefix(FEATURE)
    if not entry.what.startswith(FEATURE) or not 0 < len(extractor) <= _LONGEST_NAME:
        raise ValueError(entry.what)
    found = msgspec.msgpack.decode(entry.body or b"", type=Learnt)
    if extractor == features.LEARNT or not _fits(db, extractor, found):
        raise ValueError(extractor)
    if not _is_better(db, device, entry.item, extractor, found):
        _note(db, device, number, entry)
        return 0
    parcels.save_learnt(db, entry.item, extractor, found)
    jobs.done_elsewhere(db, entry.item, extractor, version=found.version, model=found.model)
    seq = db.conn.execute(
        "SELECT seq FROM feature WHERE item = ? AND extractor = ?", [entry.item, extractor]
    ).fetchone()[0]
    known = Entry(item=entry.item, what=entry.what, body=entry.body, stamp=f"from {seq}")
    note(db, device, number, [known])
    return 1


def _fits(db: Database, extractor: str, found: Learnt) -> bool:
    """Tell whether its vectors are as long as those of the same model that are here."""
    lengths = {len(each) for each in found.vectors()}
    row = db.conn.execute(
        "SELECT length(summary) FROM feature WHERE extractor = ? AND model = ?"
        " AND summary IS NOT NULL LIMIT 1",
        [extractor, found.model],
    ).fetchone()
    return row is None or lengths <= {row[0]}


def _is_better(db: Database, device: str, item: str, extractor: str, found: Learnt) -> bool:
    row = db.conn.execute(
        "SELECT version, model, (SELECT max(device) FROM packed WHERE packed.item = feature.item"
        "  AND what = ? AND stamp = 'from ' || seq) FROM feature WHERE item = ? AND extractor = ?",
        [FEATURE + extractor, item, extractor],
    ).fetchone()
    if row is None:
        return True
    version, model, of = row
    if of == device:
        return True
    wanted = db.conn.execute(
        "SELECT version, model FROM task WHERE name = ?", [extractor]
    ).fetchone()
    ours, theirs = (version, model), (found.version, found.model)
    rank, other = (ours == wanted, version), (theirs == wanted, found.version)
    # Of two that are as good, one that was made here stays, else that of the least device.
    return other > rank or (other == rank and of is not None and device < of)


def _note(db: Database, device: str, number: int, entry: Entry) -> None:
    known = Entry(item=entry.item, what=entry.what, body=entry.body, stamp=_stamp(entry.body))
    note(db, device, number, [known])


def _stamp(body: bytes | None) -> str:
    return hashlib.blake2b(body or b"", digest_size=16).hexdigest()


def _settle(db: Database, items: Sequence[str]) -> None:
    """Bring places to the items that contents count as, and have followers look again."""
    laid = versions.lay(db, items)
    jobs.park(db, items)
    touch(db, [*items, *laid])
