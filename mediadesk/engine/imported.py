"""Writes what imports bring into the log of events, each as one act, and takes it back."""

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice

from mediadesk.api import Event, EventKind, UserError
from mediadesk.engine.messages import Change
from mediadesk.store import Database, Store, changes, oplog, registers
from mediadesk.store.registers import Edit

_AT_ONCE = 10_000  # events


def keep(
    db: Database,
    *,
    profile: str,
    events: Iterable[Event],
    says: str,
    edits: Sequence[Edit] = (),
) -> Change:
    """Write what is imported as one act; each event's context tells by `imported` what it was."""

    def write(change: str) -> Iterator[str]:
        told = {"imported_at": time.time(), "change": change}
        left = iter(events)
        while some := list(islice(left, _AT_ONCE)):  # a long history is never held as a whole
            noted = [replace(event, context={**event.context, **told}) for event in some]
            oplog.add_events(db, noted, change=change)
            yield from (event.item for event in some)
        registers.write(db, edits, change=change)
        yield from (edit.item for edit in edits)

    made = changes.act(db, says, write)
    changes.note_import(db, made.id, profile)
    return Change(id=made.id, at=made.at, says=made.says, items=made.items)


def known_keys(db: Database, profile: str) -> set[str]:
    """Give the `imported` of all that was imported and not taken back."""
    return {event.context["imported"] for event in _imported(db, profile)}


def standing(db: Database, profile: str) -> Iterator[Event]:
    """Give the events of a profile that were not taken back by name, in order of time."""
    undone = {
        event.context.get("event")
        for event in oplog.events(db, profile=profile, kinds={EventKind.UNDO})
    }
    return (event for event in oplog.events(db, profile=profile) if event.id not in undone)


def take_back(store: Store, *, profile: str) -> int:
    """Take back the last import that is not taken back yet, and give how many lines it had.

    Raises:
        UserError: if there is none.
    """
    return store.write(partial(_take_back, profile=profile), durable=True)


def _take_back(db: Database, profile: str) -> int:
    if taken := oplog.count_said(db, change=changes.took_back(db, db.act) or db.act):
        return taken  # an engine died before it answered: the import before that stays
    last = max(_imported(db, profile), key=_when, default=None)
    if tags_alone := changes.last_import(db, profile, after=_when(last) if last else 0.0):
        return _undo(db, tags_alone)
    if last is None:
        raise UserError("There is no import to take back: nothing was imported, or all of it is.")
    act = str(last.context.get("change", ""))
    if changes.stands(db, act):
        return _undo(db, act)
    now = time.time()
    undone = [
        Event(
            id="",
            profile=profile,
            item=event.item,
            kind=EventKind.UNDO,
            at=max(now, event.at),
            context={"event": event.id},
        )
        for event in _imported(db, profile)
        if _when(event) == _when(last)
    ]
    oplog.add_events(db, undone, change=db.act or None)
    return len(undone)


def _undo(db: Database, act: str) -> int:
    changes.undo(db, act)
    return oplog.count_said(db, change=act)


def _imported(db: Database, profile: str) -> Iterator[Event]:
    return (event for event in standing(db, profile) if "imported" in event.context)


def _when(event: Event) -> float:
    return float(event.context.get("imported_at", 0.0))
