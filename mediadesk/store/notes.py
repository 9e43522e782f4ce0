"""Notes: of those that were written at once on several devices none is lost.

A note says what it had seen: device → content → the number of the last note on it there. So those
that stand and that no later one had seen are shown together, whatever the clocks said, and the next
one replaces them all: a multi-value register (Shapiro et al., "Conflict-free Replicated Data
Types", 2011). What is said with nothing but text, by an older MediaDesk, replaces by the clock.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from mediadesk.api import Json
from mediadesk.store import oplog
from mediadesk.store.connection import Database
from mediadesk.store.jobs import marks

NOTE = "note"
Seen = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One as it was written on a content; what it had `seen` is None where it does not say."""

    device: str
    seq: int
    hlc: int
    content: str
    text: str | None
    seen: Seen | None


def standing(
    db: Database, contents: Sequence[str], profile: str, *, which: str = oplog.STANDS
) -> list[Note]:
    """Give the notes of a profile on contents that were not taken back, the newest first."""
    rows = db.conn.execute(
        f"SELECT device, seq, hlc, item, value FROM op WHERE item IN ({marks(contents)})"
        f" AND kind = 'set' AND profile = ? AND field = ? AND {which}"
        " ORDER BY hlc DESC, device DESC",
        [*contents, profile, NOTE],
    )
    return [_note(*row) for row in rows]


def text(notes: Iterable[Note]) -> str | None:
    """Give what those say together of which none had seen the other, the oldest first."""
    texts = [each.text for each in _last(notes) if each.text]
    return "\n\n".join(dict.fromkeys(reversed(texts))) or None


def said(db: Database, contents: Sequence[str], profile: str, wanted: str | None) -> Json:
    """Give what an edit is to say that replaces all notes on contents that are known here."""
    seen: dict[str, dict[str, int]] = defaultdict(dict)
    for each in standing(db, contents, profile, which="1"):
        own = seen[each.device]
        own[each.content] = max(each.seq, own.get(each.content, 0))
    return {"text": wanted, "seen": seen}


def settle(db: Database, item: str, contents: Sequence[str], profile: str) -> None:
    """Have the register of an item say what the notes on its contents do together."""
    notes = standing(db, contents, profile)
    db.conn.execute(
        "DELETE FROM register WHERE item = ? AND profile = ? AND field = ?", [item, profile, NOTE]
    )
    if notes:
        db.conn.execute(
            "INSERT INTO register(profile, item, field, value, hlc, device)"
            " VALUES(?, ?, ?, ?, ?, ?)",
            [
                profile,
                item,
                NOTE,
                json.dumps(text(notes), ensure_ascii=False),
                notes[0].hlc,
                notes[0].device,
            ],
        )


def branch(db: Database, *, old: str, made: str, after: int) -> None:
    """Have the notes of a new device name what `old` wrote `after` a number by the name `made`."""
    rows = db.conn.execute(
        "SELECT seq, value FROM op WHERE device = ? AND kind = 'set' AND field = ?"
        " AND json_type(value) = 'object'",
        [made, NOTE],
    ).fetchall()
    for seq, value in rows:
        told = json.loads(value)
        own = told["seen"].get(old, {})
        if late := {content: n for content, n in own.items() if n > after}:
            told["seen"][made] = late
            told["seen"][old] = own | dict.fromkeys(late, after)
            db.conn.execute(
                "UPDATE op SET value = ? WHERE device = ? AND seq = ?",
                [json.dumps(told, ensure_ascii=False), made, seq],
            )


def _note(device: str, seq: int, hlc: int, content: str, value: str) -> Note:
    told = json.loads(value)
    wanted, seen = (told["text"], told["seen"]) if isinstance(told, dict) else (told, None)
    return Note(device=device, seq=seq, hlc=hlc, content=content, text=wanted, seen=seen)


def _last(notes: Iterable[Note]) -> Iterator[Note]:
    """Give those that no newer one had seen; by the clock of the log they come after those."""
    seen: dict[tuple[str, str], int] = {}
    for each in notes:
        if each.seq > seen.get((each.device, each.content), 0):
            yield each
        if each.seen is None:
            return
        for device, own in each.seen.items():
            for content, number in own.items():
                seen[device, content] = max(number, seen.get((device, content), 0))
