"""What each act of organising writes: called in a transaction, with the id of its change.

Each gives the items that are different now.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

from mediadesk.api import Event
from mediadesk.engine.fields import label
from mediadesk.library import joining
from mediadesk.recommend.profile import effective
from mediadesk.store import (
    Database,
    changes,
    features,
    jobs,
    merges,
    oplog,
    registers,
    told,
    versions,
)
from mediadesk.store.notes import NOTE
from mediadesk.store.registers import APART, TAG, Edit
from mediadesk.store.removing import COLLECTION

_NAMED = 5


def write(db: Database, change: str, *, edits: Iterable[Edit]) -> list[str]:
    """Write edits, each on what its item is by now: a merge may have come between."""
    wanted = list(edits)
    now = versions.current(db, [edit.item for edit in wanted])
    aimed = [replace(edit, item=now[edit.item]) for edit in wanted]
    once = {(edit.item, edit.profile, edit.field): edit for edit in aimed}
    return [edit.item for edit in registers.write(db, once.values(), change=change)]


def note(db: Database, change: str, *, events: Sequence[Event]) -> list[str]:
    """Note what a person did."""
    return [event.item for event in oplog.add_events(db, events, change=change)]


def edit(
    db: Database, change: str, *, items: Sequence[str], values: Mapping[str, Any]
) -> list[str]:
    """Set or unlock fields."""
    edits = [
        Edit(item=item, field=field, value=value)
        for item in items
        for field, value in values.items()
    ]
    changed = list(dict.fromkeys(write(db, change, edits=edits)))
    told.settle(db, changed)
    return changed


def tag(
    db: Database,
    change: str,
    *,
    items: Sequence[str],
    add: Sequence[str],
    remove: Sequence[str],
) -> list[str]:
    """Put tags on items as they are written already, and take them away however they are."""
    written = {each.casefold(): each for each in registers.spellings(db)}
    added = [written.get(each.casefold(), each) for each in add]
    removed = {each.casefold() for each in remove}
    mine = registers.labels(db, items)
    given = features.tags(db, items) if removed else {}
    edits: dict[tuple[str, str], Edit] = {}
    for item in items:
        has = {each.casefold() for each in mine.get(item, ())}
        wrong = [each for each in (*mine.get(item, ()), *given.get(item, ()))
                 if each.casefold() in removed]  # fmt: skip
        right = [each for each in added if each.casefold() not in has]
        for name, is_on in [*((each, False) for each in wrong), *((each, True) for each in right)]:
            edits[item, name] = Edit(item=item, field=TAG + name, value=is_on)
    return write(db, change, edits=edits.values())


def merge(db: Database, change: str, *, keep: str, others: Sequence[str]) -> list[str]:
    """Let others count as one item, which keeps what was said of any of them."""
    keep, *others = dict.fromkeys(versions.current(db, [keep, *others]).values())
    if not others:
        return []
    edits = registers.joined(db, keep, others)
    own = [each for each in edits if each.field != NOTE]
    registers.write(db, own, change=change, again=True)
    for each in others:
        versions.follow(db, old=each, new=keep, change=change)
    # Only by now all notes are seen that it replaces.
    noted = [each for each in edits if each.field == NOTE]
    registers.write(db, noted, change=change, again=True)
    jobs.park(db, others)
    return [keep, *others]


def apart(db: Database, change: str, *, items: Sequence[str]) -> list[str]:
    """Say of each two of these that they are not the same; those that counted as one are parted."""
    merged = []
    # Of a and b in a → b → c only a is parted: what it has become goes its own way.
    for each in sorted(items, key=lambda item: len(versions.contents(db, item))):
        now = versions.current(db, items)
        if now[each] != each and list(now.values()).count(now[each]) > 1:
            versions.part(db, old=each, change=change)
            merged.append(each)
    edits = [
        Edit(item=one, field=APART + other, value=True)
        for one, other in combinations(sorted(items), 2)
    ]
    written = write(db, change, edits=edits)
    if merged:
        jobs.unpark(db, items)
        jobs.park(db, items)
    return list(items) if written or merged else []


def undo(db: Database, wanted: str | None) -> tuple[changes.Change, list[str]]:
    """Take back a change, and give what that is, and the items that may be others now.

    Raises:
        UserError: if there is none.
    """
    made, touched = changes.undo(db, wanted)
    return made, settled(db, made, touched)


def undo_merge(db: Database) -> tuple[changes.Change, list[str]]:
    """Take back what came with the last sync, and give as `undo` does.

    Raises:
        UserError: if there is none.
    """
    made, touched = merges.undo(db, effective)
    return made, settled(db, made, touched)


def settled(db: Database, made: changes.Change, touched: Iterable[str]) -> list[str]:
    """Bring up to date what follows from things that were taken back; give the items of these."""
    items = [each for each in touched if not each.startswith(COLLECTION)]
    if joined := joining.undone(db, made.id):
        items = list(dict.fromkeys([*items, *joining.again(db, joined)]))
    told.settle(db, items)
    jobs.unpark(db, items)
    jobs.park(db, items)
    return items


def tagging(add: Sequence[str], remove: Sequence[str], what: str) -> str:
    """Tell what was done with tags, in the past."""
    if not remove:
        return f"Tagged {what} {_listing(add)}"
    taken = f"Took the {'tag' if len(remove) == 1 else 'tags'} {_listing(remove)} from {what}"
    return f"{taken}, and tagged {_listing(add)}" if add else taken


def editing(values: Mapping[str, Any], what: str) -> str:
    """Tell which fields were set and which unlocked, in the past."""
    changed = [label(field) for field, value in values.items() if value is not None]
    unlocked = [label(field) for field, value in values.items() if value is None]
    done = (("changed", changed), ("unlocked", unlocked))
    said = " and ".join(f"{verb} the {_together(names)}" for verb, names in done if names)
    return f"{said.capitalize()} of {what}"


def _together(names: Sequence[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last


def _listing(names: Sequence[str]) -> str:
    named = ", ".join(f"“{each}”" for each in names[:_NAMED])
    return f"{named} and {len(names) - _NAMED:,} more" if len(names) > _NAMED else named
