"""Takes over a history from another program."""

import hashlib
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from itertools import islice
from pathlib import Path

from mediadesk.api import AUDIO, Event, EventKind, Importer, Item, UserError, Watched
from mediadesk.engine import exports
from mediadesk.engine.messages import Change, Imported, ImportedLine
from mediadesk.engine.titles import Titles
from mediadesk.host import Registry
from mediadesk.recommend.profile import State, states
from mediadesk.store import Database, Store, changes, library, oplog, registers
from mediadesk.store.registers import Edit

_MOST_SHOWN = 500
_DAY = 86_400
_VALUED = frozenset({EventKind.PLAYED, EventKind.RATED})
_VERDICTS = frozenset({EventKind.LIKE, EventKind.LESS})


def take_over(
    store: Store, registry: Registry, path: Path, *, profile: str, dry_run: bool
) -> Imported:
    """Read an export, match its lines with items, and note what was done with them.

    The same line is never taken twice. Lines without a time are noted as of now and `undated`, as
    marks are of their time, but what is known already stands.

    Raises:
        UserError: if the file can't be read, or no importer understands it.
    """
    export = exports.read(registry, path)
    importers = " and ".join(dict.fromkeys(importer.title for importer, _ in export.lines))
    index = Titles(each.item for each in library.all_items(store.read()))
    history = _History(_standing(store.read(), profile))
    fresh: dict[str, tuple[Watched, Item]] = {}
    new: dict[str, tuple[Watched, Item]] = {}
    unmatched: list[Watched] = []
    for importer, line in sorted(export.lines, key=_vagueness):
        item = index.find(line)
        if item is None:
            unmatched.append(line)
        elif (key := _key(importer, line)) not in fresh:
            fresh[key] = line, item
            if not history.has(key, line, item):
                history.add(line, item)
                new[key] = line, item
    change: Change | None = None
    if new and not dry_run:
        says = f"Imported {len(new)} {'line' if len(new) == 1 else 'lines'} from {importers}"
        events = _events(new, profile)
        change = store.write(partial(keep, events=events, says=says), durable=True)
    return Imported(
        importer=importers,
        matched=len(fresh),
        known=len(fresh) - len(new),
        unmatched=_unmatched(unmatched),
        kept=not dry_run,
        lines=tuple(_line(*pair) for pair in islice(new.values(), _MOST_SHOWN)),
        left_out=export.left_out,
        change=change,
    )


class _History:
    """What is known of a person: nothing of it is taken twice, and nothing newer written over."""

    def __init__(self, events: Sequence[Event]) -> None:
        self._keys = {event.context.get("imported") for event in events}
        self._states = states(events)
        self._days = {
            (event.item, _date(event.at), _is_day(event.at))
            for event in events
            if event.kind is EventKind.FINISHED
        }
        self._finished = {
            event.item
            for event in events
            if event.kind is EventKind.FINISHED and "imported" in event.context
        }

    def has(self, key: str, line: Watched, item: Item) -> bool:
        """Tell whether it holds a line; one that names a day alone may be one with a time."""
        if key in self._keys or (line.mark and item.id in self._finished):
            return True
        if not line.at:
            return _stands(self._states.get(item.id, State()), line.kind)
        return (
            line.kind is EventKind.FINISHED
            and item.kind not in AUDIO
            and (item.id, _date(line.at), not _is_day(line.at)) in self._days
        )

    def add(self, line: Watched, item: Item) -> None:
        """Hold a line from now on."""
        if line.kind is EventKind.FINISHED:
            self._finished.add(item.id)
        if line.kind is EventKind.FINISHED and line.at:
            self._days.add((item.id, _date(line.at), _is_day(line.at)))


def _stands(state: State, kind: EventKind) -> bool:
    if kind is EventKind.RATED:
        return state.stars is not None
    if kind in _VERDICTS:
        return state.verdict is not None
    return state.finished or (kind is EventKind.PLAYED and state.played_at is not None)


def _vagueness(told: exports.Line) -> tuple[bool, bool]:
    """Put times before days, and marks last."""
    _, line = told
    return line.mark, _is_day(line.at)


def _is_day(at: float) -> bool:
    """Tell a day without a time, as many programs export."""
    return at % _DAY == 0


def _date(at: float) -> date:
    return datetime.fromtimestamp(at, UTC if _is_day(at) else None).date()


def _unmatched(lines: Sequence[Watched]) -> tuple[ImportedLine, ...]:
    """Give those that differ in their times alone as one, the most frequent first."""
    same: defaultdict[Watched, list[Watched]] = defaultdict(list)
    for line in lines:
        same[replace(line, at=0.0, value=0.0, mark=False)].append(line)
    often = sorted(same.values(), key=len, reverse=True)
    return tuple(_line(each[0], None, len(each)) for each in often)


def _line(line: Watched, item: Item | None, times: int = 1) -> ImportedLine:
    return ImportedLine(
        title=line.title,
        year=line.year,
        kind=line.kind.value,
        at=line.at,
        item=item.id if item else None,
        found=item.title if item else "",
        artist=line.artist,
        times=times,
    )


def keep(db: Database, *, events: Sequence[Event], says: str, edits: Sequence[Edit] = ()) -> Change:
    """Write what is imported as one act; each event's context tells by `imported` what it was."""
    made = changes.begin(
        db, says, items=len({each.item for each in events} | {each.item for each in edits})
    )
    told = {"imported_at": made.at, "change": made.id}
    noted = [replace(event, context={**event.context, **told}) for event in events]
    oplog.add_events(db, noted, change=made.id)
    registers.write(db, edits, change=made.id)
    return Change(id=made.id, at=made.at, says=made.says, items=made.items)


def known_keys(db: Database, profile: str) -> set[str]:
    """Give the `imported` of all that was imported and not taken back."""
    return {event.context["imported"] for event in _imported(db, profile)}


def take_back(store: Store, *, profile: str) -> int:
    """Take back the last import that is not taken back yet, and give how many lines it had.

    Raises:
        UserError: if there is none.
    """
    return store.write(partial(_take_back, profile=profile), durable=True)


def _take_back(db: Database, profile: str) -> int:
    if taken := oplog.count_events(db, change=db.act):
        return taken  # an engine died before it answered: the import before that stays
    events = _imported(db, profile)
    if not events:
        raise UserError("There is no import to take back: nothing was imported, or all of it is.")
    last, now = max(map(_when, events)), time.time()
    lines = [event for event in events if _when(event) == last]
    act = str(lines[0].context.get("change", ""))
    if changes.stands(db, act):
        changes.undo(db, act)
        return len(lines)
    undone = [
        Event(
            id="",
            profile=profile,
            item=event.item,
            kind=EventKind.UNDO,
            at=max(now, event.at),
            context={"event": event.id},
        )
        for event in lines
    ]
    oplog.add_events(db, undone, change=db.act or None)
    return len(lines)


def _imported(db: Database, profile: str) -> list[Event]:
    """Give the events that imports brought and that were not taken back by name."""
    return [event for event in _standing(db, profile) if "imported" in event.context]


def _standing(db: Database, profile: str) -> list[Event]:
    """Give the events that were not taken back by name."""
    events = list(oplog.events(db, profile=profile))
    undone = {event.context.get("event") for event in events if event.kind is EventKind.UNDO}
    return [event for event in events if event.id not in undone]


def _when(event: Event) -> float:
    return float(event.context.get("imported_at", 0.0))


def _events(lines: Mapping[str, tuple[Watched, Item]], profile: str) -> list[Event]:
    now = time.time()
    return [
        Event(
            id="",
            profile=profile,
            item=item.id,
            kind=line.kind,
            at=line.at or now,
            value=line.value if line.kind in _VALUED else 0.0,
            context={"imported": key} | ({} if line.at and not line.mark else {"undated": True}),
        )
        for key, (line, item) in lines.items()
    ]


def _key(importer: Importer, line: Watched) -> str:
    told = f"{importer.name}|{line.title}|{line.artist}|{line.year}|{line.kind}|{line.at}"
    if line.kind is EventKind.RATED:  # who thinks otherwise by now rates anew
        told += f"|{line.value}"
    return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:16]
