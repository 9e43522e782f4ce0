"""What people wrote: of each field of each thing the last word, whichever device it came from.

Fields of an item: those that can be edited (title, year …), “tag/NAME” (true or false), “in/ID” of
a collection (a place in it, or null), “note”, “chapters” ([second, title] of each), “apart/ITEM” of
another item (true: they are not the same), and what was chosen for playing. Collections, devices
and what is set on all of them are things, too: “collection/ID”, “device/ID”, “setting”.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mediadesk.store import notes, oplog, removing
from mediadesk.store.connection import Database
from mediadesk.store.jobs import marks
from mediadesk.store.notes import NOTE
from mediadesk.store.removing import REMOVED

TAG = "tag/"
APART = "apart/"
DEVICE = "device/"
SETTING = "setting"
_KIND = "set"
_CHUNK = 500
_MOST_EXAMPLES = 64
_UPSERT = (
    "ON CONFLICT(item, profile, field) DO UPDATE SET value = excluded.value, hlc = excluded.hlc,"
    " device = excluded.device"
)
_MINE = (
    "WITH RECURSIVE mine(id) AS (SELECT :item WHERE :item NOT IN (SELECT old FROM alias)"
    "  UNION SELECT alias.old FROM mine JOIN alias ON alias.new = mine.id)"
)
_ALL_TAGS = (TAG, TAG[:-1] + chr(ord(TAG[-1]) + 1))  # the first, and the first beyond


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A field of a thing and what it is to say, as JSON can hold it; None says nothing."""

    item: str
    field: str
    value: Any
    profile: str = ""


def write(
    db: Database, edits: Iterable[Edit], *, change: str | None = None, again: bool = False
) -> list[Edit]:
    """Write those edits that change anything, or all of them where it is said `again`; give them.

    No two may be of the same field of the same thing.
    """
    before = [(edit, _now(db, edit)) for edit in edits]
    news = [
        (edit, prev) for edit, prev in before if again or json.loads(prev or "null") != edit.value
    ]
    ops = [
        oplog.Op(
            kind=_KIND,
            item=edit.item,
            field=edit.field,
            value=_told(db, edit),
            prev=prev,
            profile=edit.profile,
        )
        for edit, prev in news
    ]
    stamps = oplog.append(db, ops, change=change)
    db.conn.executemany(
        "INSERT INTO register(profile, item, field, value, hlc, device) VALUES(?, ?, ?, ?, ?, ?) "
        + _UPSERT,
        [
            (edit.profile, edit.item, edit.field, _encoded(edit.value), at.hlc, at.device)
            for (edit, _), at in zip(news, stamps, strict=True)
        ],
    )
    removing.settle(db, removing.of((edit.item, edit.field) for edit, _ in news))
    return [edit for edit, _ in news]


def values(db: Database, items: Sequence[str], *, profile: str = "") -> dict[str, dict[str, Any]]:
    """Give item → field → what was last said of it, without the fields that say nothing."""
    found: dict[str, dict[str, Any]] = defaultdict(dict)
    for start in range(0, len(items), _CHUNK):
        chunk = list(items[start : start + _CHUNK])
        rows = db.conn.execute(
            "SELECT item, field, value FROM register WHERE profile = ? AND value <> 'null'"
            f" AND item IN ({marks(chunk)})",
            [profile, *chunk],
        )
        for item, field, value in rows:
            found[item][field] = json.loads(value)
    return dict(found)


def labels(db: Database, items: Sequence[str]) -> dict[str, list[str]]:
    """Give item → the tags that people put on it, by name."""
    return {
        item: sorted(
            field.removeprefix(TAG)
            for field, is_on in said.items()
            if field.startswith(TAG) and is_on
        )
        for item, said in values(db, items).items()
    }


def hidden_tags(db: Database, items: Sequence[str]) -> dict[str, set[str]]:
    """Give item → the tags that a person took from it, in small letters."""
    rows = db.conn.execute(
        "SELECT item, field FROM register WHERE item IN (SELECT value FROM json_each(?))"
        " AND profile = '' AND field >= ? AND field < ? AND value = 'false'",
        [json.dumps(list(items)), *_ALL_TAGS],
    )
    found: dict[str, set[str]] = defaultdict(set)
    for item, field in rows:
        found[item].add(field.removeprefix(TAG).casefold())
    return dict(found)


def tagged(db: Database) -> dict[str, dict[str, bool]]:
    """Give tag → item → whether people put it there or took it away.

    These are the newest 64 of each. A tag that is written in several ways is given as it was last.
    """
    rows = db.conn.execute(
        "SELECT field, item, value = 'true' FROM register WHERE field >= ? AND field < ?"
        " AND profile = '' AND value <> 'null' ORDER BY hlc DESC, item",
        _ALL_TAGS,
    )
    found: dict[str, tuple[str, dict[str, bool]]] = {}
    room: Counter[tuple[str, bool]] = Counter()
    for field, item, is_put in rows:
        written, key = field.removeprefix(TAG), (field.casefold(), bool(is_put))
        room[key] += 1
        if room[key] <= _MOST_EXAMPLES:
            found.setdefault(field.casefold(), (written, {}))[1].setdefault(item, bool(is_put))
    return dict(found.values())


def said_of_tag(db: Database, tag: str) -> list[tuple[str, str]]:
    """Give item and field of all that people say of a tag, however it is written."""
    sql = (
        "SELECT item, field FROM register WHERE field >= ? AND field < ? AND profile = ''"
        " AND value <> 'null'"
    )
    wanted = tag.casefold()
    return [
        (item, field)
        for item, field in db.conn.execute(sql, _ALL_TAGS)
        if field.removeprefix(TAG).casefold() == wanted
    ]


def filed(db: Database) -> dict[str, list[str]]:
    """Give kind → the items that people filed under it, the newest 64 of each."""
    found: dict[str, list[str]] = defaultdict(list)
    rows = db.conn.execute(
        "SELECT value, item FROM register WHERE field = 'kind' AND profile = ''"
        " AND value <> 'null' ORDER BY hlc DESC, item"
    )
    for value, item in rows:
        own = found[json.loads(value)]
        if len(own) < _MOST_EXAMPLES:
            own.append(item)
    return dict(found)


def spellings(db: Database) -> list[str]:
    """Give every tag that anybody ever put, each as it was written."""
    sql = "SELECT DISTINCT field FROM register WHERE field >= ? AND field < ?"
    return [field.removeprefix(TAG) for (field,) in db.conn.execute(sql, _ALL_TAGS)]


def all_tags(db: Database, among: Iterable[str] | None = None) -> dict[str, int]:
    """Give every tag that people put, as it is written, with how many items of the library have it.

    One that is written in several ways is given as most items have it. With `among` these items
    alone are looked at.
    """
    these = None if among is None else json.dumps(list(among))
    rows = db.conn.execute(
        "SELECT field, count(*) FROM register WHERE field >= ? AND field < ? AND profile = ''"
        " AND value = 'true'"
        " AND EXISTS(SELECT 1 FROM location WHERE location.item = register.item)"
        " AND (? IS NULL OR item IN (SELECT value FROM json_each(?)))"
        " GROUP BY field ORDER BY count(*) DESC, field",
        [*_ALL_TAGS, these, these],
    )
    found: dict[str, tuple[str, int]] = {}
    for field, count in rows:
        written = field.removeprefix(TAG)
        first, so_far = found.get(written.casefold(), (written, 0))
        found[written.casefold()] = first, so_far + count
    return dict(sorted(found.values(), key=lambda pair: (pair[0].casefold(), pair[0])))


def having(db: Database, field: str, *, profile: str = "") -> dict[str, Any]:
    """Give thing → value for all that say something in a field."""
    rows = db.conn.execute(
        "SELECT item, value FROM register WHERE field = ? AND profile = ? AND value <> 'null'",
        [field, profile],
    )
    return {item: json.loads(value) for item, value in rows}


def refold(db: Database, items: Iterable[str]) -> None:
    """Make the registers of items anew from the log: what counts as one has one last word.

    `items` are those whose files have become, or are no longer, another item's.
    """
    for item in set(items):
        db.conn.execute("DELETE FROM register WHERE item = ?", [item])
        db.conn.execute(
            f"{_MINE} INSERT INTO register(profile, item, field, value, hlc, device)"
            " SELECT profile, :item, field, value, hlc, device FROM ("
            "  SELECT op.*, row_number() OVER ("
            "    PARTITION BY profile, field ORDER BY hlc DESC, device DESC) AS place"
            f"  FROM op WHERE kind = 'set' AND item IN (SELECT id FROM mine) AND {oplog.STANDS})"
            " WHERE place = 1",
            {"item": item},
        )
        noted = db.conn.execute(
            "SELECT profile FROM register WHERE item = ? AND field = ?", [item, NOTE]
        ).fetchall()
        for (profile,) in noted:
            notes.settle(db, item, _contents(db, item), profile)
        removing.settle(db, removing.of([(item, "")]))


def refold_fields(
    db: Database, fields: Iterable[tuple[str, str, str]], contents: Mapping[str, Sequence[str]]
) -> None:
    """Make registers, as (profile, item, field), anew from the log.

    `contents` are those that count as one of the items, where it has others than its own.
    """
    fields = set(fields)
    edited = removing.of((item, field) for _, item, field in fields)
    for profile, item, field in fields | {("", each, REMOVED) for each in edited}:
        mine = contents.get(item, (item,))
        if field == NOTE:
            notes.settle(db, item, mine, profile)
            continue
        found = db.conn.execute(
            "INSERT INTO register(profile, item, field, value, hlc, device)"
            " SELECT profile, ?, field, value, hlc, device FROM op"
            f" WHERE item IN ({marks(mine)}) AND kind = ? AND profile = ? AND field = ?"
            f" AND {oplog.STANDS} ORDER BY hlc DESC, device DESC LIMIT 1 {_UPSERT}",
            [item, *mine, _KIND, profile, field],
        )
        if not found.rowcount:
            db.conn.execute(
                "DELETE FROM register WHERE item = ? AND profile = ? AND field = ?",
                [item, profile, field],
            )
    removing.settle(db, edited)


def joined(db: Database, keep: str, others: Sequence[str]) -> list[Edit]:
    """Give what is to be written on an item so that nothing said of others gets lost by merging.

    Tags and places in collections add up, and so do notes. Of all else, what was said of `keep`
    goes before what was said of the others.
    """
    marked = marks(others)
    rows = db.conn.execute(
        "SELECT profile, field, item = ?, value FROM register"
        f" WHERE item IN (?, {marked}) ORDER BY profile, field, hlc DESC, device DESC",
        [keep, keep, *others],
    )
    said: dict[tuple[str, str], list[tuple[bool, Any]]] = defaultdict(list)
    for profile, field, is_mine, value in rows:
        said[profile, field].append((bool(is_mine), json.loads(value)))
    return [
        Edit(item=keep, field=field, value=value, profile=profile)
        for (profile, field), told in said.items()
        # What was said last would stand without us.
        if (value := _joined(field, told)) is not None and value != told[0][1]
    ]


def _joined(field: str, told: Sequence[tuple[bool, Any]]) -> Any:  # noqa: ANN401
    """Join what was said of several items, the last first; True with that of the one to keep."""
    mine_first = sorted(told, key=lambda pair: not pair[0])
    words = [value for _, value in mine_first if value is not None]
    if field == NOTE:
        return "\n\n".join(dict.fromkeys(words)) or None
    if field.startswith(TAG):
        return any(words) if words else None
    return words[0] if words else None


def _told(db: Database, edit: Edit) -> Any:  # noqa: ANN401 - as the field has it
    if edit.field != NOTE:
        return edit.value
    return notes.said(db, _contents(db, edit.item), edit.profile, edit.value)


def _contents(db: Database, item: str) -> list[str]:
    rows = db.conn.execute(f"{_MINE} SELECT id FROM mine", {"item": item})
    return [row[0] for row in rows] or [item]


def _now(db: Database, edit: Edit) -> str | None:
    row = db.conn.execute(
        "SELECT value FROM register WHERE profile = ? AND item = ? AND field = ?",
        [edit.profile, edit.item, edit.field],
    ).fetchone()
    return row[0] if row else None


def _encoded(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
