"""Takes over what other devices say in their packs; see `packing`.

Of several devices the facts and the picture of the least id stand for an item that lies nowhere
here. What was learnt on a device stays known where it was heard of, though the item has gone from
there; see `rivals`.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

import msgspec

from mediadesk.store import elsewhere, features, jobs, parcels, rivals, told, versions
from mediadesk.store.connection import Database
from mediadesk.store.packing import FACTS, FEATURE, GONE, PICTURE, Entry, note, stamp, stamps
from mediadesk.store.parcels import Facts, Learnt, Picture
from mediadesk.store.rivals import Made
from mediadesk.store.touched import touch

_LONGEST_NAME = 200


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
            gone = stamps(db, device, [each.item]).get(each.item, {}).get(FACTS)
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
    rivals.hear_again(db, touched)
    return Taken(items=tuple(touched), features=learnt, waiting=waiting, unsound=unsound)


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
    note(db, device, number, [replace(entry, stamp=stamp(entry.body))])


def _take_picture(db: Database, device: str, number: int, entry: Entry) -> None:
    found = msgspec.msgpack.decode(entry.body or b"", type=Picture)
    parcels.save_picture(db, entry.item, found, instead=_speaks(db, device, entry))
    note(db, device, number, [replace(entry, stamp=stamp(entry.body))])


def _speaks(db: Database, device: str, entry: Entry) -> bool:
    """Tell whether it is this device whose word on an item counts here."""
    here = db.conn.execute(
        # Not “? IN (content, item)”, for which SQLite would go through all places.
        "SELECT 1 FROM location WHERE (content = :item OR item = :item) AND missing <> 3 LIMIT 1",
        {"item": entry.item},
    ).fetchone()
    before = db.conn.execute(
        "SELECT 1 FROM packed WHERE item = ? AND what = ? AND device < ? AND stamp <> ?"
        " AND device NOT IN (SELECT id FROM device WHERE mine = 1)",
        [entry.item, entry.what, device, GONE],
    ).fetchone()
    return here is None and before is None


def _take_feature(db: Database, device: str, number: int, entry: Entry) -> int:
    """Take over a feature if it is better than what is here; give how many that are."""
    extractor = entry.what.removeprefix(FEATURE)
    if not entry.what.startswith(FEATURE) or not 0 < len(extractor) <= _LONGEST_NAME:
        raise ValueError(entry.what)
    found = msgspec.msgpack.decode(entry.body or b"", type=Learnt)
    if extractor == features.LEARNT:
        raise ValueError(extractor)
    said = Made(version=found.version, model=found.model)
    known = rivals.known(db, [entry.item]).get((entry.item, extractor))
    if not rivals.is_better(known, device, said, rivals.wanted(db).get(extractor)):
        note(db, device, number, [replace(entry, stamp=rivals.stamp(said))])
        return 0
    if not _fits(db, extractor, found):
        raise ValueError(extractor)
    rivals.step_back(db, entry.item, extractor, known)
    parcels.save_learnt(db, entry.item, extractor, found)
    jobs.done_elsewhere(db, entry.item, extractor, version=found.version, model=found.model)
    seq = db.conn.execute(
        "SELECT seq FROM feature WHERE item = ? AND extractor = ?", [entry.item, extractor]
    ).fetchone()[0]
    note(db, device, number, [replace(entry, stamp=f"from {seq}")])
    return 1


def _fits(db: Database, extractor: str, found: Learnt) -> bool:
    """Tell whether its vectors are as long as those of the same model that are here."""
    lengths = {len(each) for each in found.vectors()}
    row = (
        lengths
        and db.conn.execute(
            "SELECT length(summary) FROM feature WHERE extractor = ? AND model = ?"
            # Of thousands the last ones are most likely to be of that model.
            " AND summary IS NOT NULL ORDER BY seq DESC LIMIT 1",
            [extractor, found.model],
        ).fetchone()
    )
    return not row or lengths <= {row[0]}


def _settle(db: Database, items: Sequence[str]) -> None:
    """Bring places to the items that contents count as, and have followers look again."""
    laid = versions.lay(db, items)
    jobs.park(db, items)
    touch(db, [*items, *laid])
