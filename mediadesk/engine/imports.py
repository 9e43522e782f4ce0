"""Takes over a history from another program, with the importers of plugins."""

import hashlib
import os
import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatch
from functools import partial
from itertools import islice
from pathlib import Path

from sqlite_utils import Database

from mediadesk.api import Event, EventKind, Importer, Item, UnreadableError, UserError, Watched
from mediadesk.engine.messages import Imported, ImportedLine
from mediadesk.host import Registry
from mediadesk.library.names import bare
from mediadesk.store import Store, changes, library, oplog, registers
from mediadesk.store.registers import Edit

_MOST_BYTES = 64 << 20
_MOST_LINES = 1_000_000
_MOST_SHOWN = 500
_YEARS_OFF = 1
_EPISODE = re.compile(r"(.+) S(\d{1,4})(?:E(\d{1,4}))?(?: · (.*))?")
_VALUED = frozenset({EventKind.PLAYED, EventKind.RATED})
_KINDS = frozenset(EventKind) - {EventKind.UNDO, EventKind.SHOWN}
Line = tuple[Watched, Item | None]


def take_over(
    store: Store, registry: Registry, path: Path, *, profile: str, dry_run: bool
) -> Imported:
    """Read an export, match its lines with items, and note what was done with them.

    The same line is never taken twice. Lines without a time count as of now.

    Raises:
        UserError: if the file can't be read, or no importer understands it.
    """
    importer, lines = _read(registry, path)
    index = _Titles(each.item for each in library.all_items(store.read()))
    matched = [(line, index.find(line)) for line in lines]
    had = known_keys(store.read(), profile)
    fresh = {_key(importer, line): (line, item) for line, item in matched if item}
    new = {key: pair for key, pair in fresh.items() if key not in had}
    if new and not dry_run:
        says = f"Imported {len(new)} {'line' if len(new) == 1 else 'lines'} from {importer.title}"
        events = _events(new, profile)
        store.write(partial(keep, events=events, says=says), durable=True)
    return Imported(
        importer=importer.title,
        matched=len(fresh),
        known=len(fresh) - len(new),
        unmatched=tuple(_line(line, None) for line, item in matched if item is None),
        kept=not dry_run,
        lines=tuple(_line(*pair) for pair in islice(new.values(), _MOST_SHOWN)),
    )


def _line(line: Watched, item: Item | None) -> ImportedLine:
    return ImportedLine(
        title=line.title,
        year=line.year,
        kind=line.kind.value,
        at=line.at,
        item=item.id if item else None,
        found=item.title if item else "",
    )


def keep(db: Database, *, events: Sequence[Event], says: str, edits: Sequence[Edit] = ()) -> None:
    """Write what is imported as one act; each event's context tells by `imported` what it was."""
    made = changes.begin(
        db, says, items=len({each.item for each in events} | {each.item for each in edits})
    )
    told = {"imported_at": made.at, "change": made.id}
    noted = [replace(event, context={**event.context, **told}) for event in events]
    oplog.add_events(db, noted, change=made.id)
    registers.write(db, edits, change=made.id)


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
    oplog.add_events(db, undone)
    return len(lines)


def _imported(db: Database, profile: str) -> list[Event]:
    """Give the events that imports brought and that were not taken back by name."""
    events = list(oplog.events(db, profile=profile))
    undone = {event.context.get("event") for event in events if event.kind is EventKind.UNDO}
    return [event for event in events if "imported" in event.context and event.id not in undone]


def _when(event: Event) -> float:
    return float(event.context.get("imported_at", 0.0))


def _read(registry: Registry, path: Path) -> tuple[Importer, list[Watched]]:
    if not os.path.isfile(path):  # noqa: PTH113 - never raises
        raise UserError(f"“{path}” is no file that can be read: check its name.")
    fitting: list[Importer] = [
        each
        for each in registry.parts("importers")
        if any(fnmatch(path.name.lower(), pattern.lower()) for pattern in each.patterns)
    ]
    if not fitting:
        raise UserError(
            f"No plugin reads files such as “{path.name}”: install one that imports from where it "
            "comes."
        )
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise UserError(f"“{path}” is larger than {_MOST_BYTES >> 20} MiB: split it.")
        content = path.read_bytes()
    except OSError as error:
        raise UserError(f"“{path}” can't be read ({error.strerror}): check its rights.") from error
    problems: dict[str, UserError] = {}
    for importer in fitting:
        try:
            return importer, registry.guard(importer, partial(_ask, importer, path.name, content))
        except UserError as error:
            problems[importer.title] = error
    raise UserError(f"“{path}” can't be imported: {_what_is_wrong(problems)}")


def _what_is_wrong(problems: Mapping[str, UserError]) -> str:
    """Let the importer speak that knows the file but can't use it; else nobody knows it."""
    told = [error for error in problems.values() if isinstance(error, UnreadableError)]
    if told or len(problems) == 1:
        return str(next(iter(told or problems.values())))
    *others, last = problems
    return f"choose an export of {', '.join(others)} or {last}, as that program wrote and named it."


def _ask(importer: Importer, name: str, content: bytes) -> list[Watched]:
    return _checked(importer.read(name, content))


def _checked(lines: Iterable[Watched]) -> list[Watched]:
    found = list(lines)
    if len(found) > _MOST_LINES:
        raise ValueError(f"{len(found)} lines")
    for line in found:
        if line.kind not in _KINDS or not 0 <= line.value <= 1 or not 0 <= line.at < 1e11:
            raise ValueError(f"{line} is nothing that a person did")
    return found


def _events(lines: Mapping[str, tuple[Watched, Item | None]], profile: str) -> list[Event]:
    now = time.time()
    return [
        Event(
            id="",
            profile=profile,
            item=item.id,
            kind=line.kind,
            at=line.at or now,
            value=line.value if line.kind in _VALUED else 0.0,
            context={"imported": key},
        )
        for key, (line, item) in lines.items()
        if item is not None
    ]


def _key(importer: Importer, line: Watched) -> str:
    told = f"{importer.name}|{line.title}|{line.artist}|{line.year}|{line.kind}|{line.at}"
    if line.kind is EventKind.RATED:  # who thinks otherwise by now rates anew
        told += f"|{line.value}"
    return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:16]


class _Titles:
    """Finds items by title, however it is written, and by year and artist where they are known.

    An episode is found by its number in its series whatever it is called, else by its season and
    title.
    """

    def __init__(self, items: Iterable[Item]) -> None:
        self._by_title: dict[object, list[Item]] = {}
        for item in items:
            for key in (_plain(item.title), *_keys(_own(item))):
                self._by_title.setdefault(key, []).append(item)

    def find(self, line: Watched) -> Item | None:
        fitting = [
            item
            for item in self._by_title.get(_plain(line.title), [])
            if _agree(item.year, line.year) and _same(item.artist, line.artist)
        ]
        for key in _keys(_parsed(line.title)):
            fitting = fitting or self._by_title.get(key, [])
        return min(fitting, key=lambda item: item.id, default=None)


Episode = tuple[str, int, int | None, str]
"""Series, season, number or None, title or an empty text."""


def _own(item: Item) -> Episode | None:
    if item.series and item.episode is not None:
        title = bare(item.title, series=item.series, season=item.season, episode=item.episode)
        return item.series, item.season or 0, item.episode, title
    return _parsed(item.title)


def _parsed(title: str) -> Episode | None:
    found = _EPISODE.fullmatch(title)
    if found is None:
        return None
    return found[1], int(found[2]), int(found[3]) if found[3] else None, found[4] or ""


def _keys(episode: Episode | None) -> Iterator[object]:
    """Give what an episode is known by, the surest first."""
    if episode is not None:
        series, season, number, title = episode
        if number is not None:
            yield _plain(series), season, number
        if title:
            yield _plain(series), season, _plain(title)


def _plain(title: str) -> str:
    return "".join(letter for letter in title.casefold() if letter.isalnum())


def _agree(mine: int | None, theirs: int | None) -> bool:
    return mine is None or theirs is None or abs(mine - theirs) <= _YEARS_OFF


def _same(mine: str, theirs: str) -> bool:
    return not mine or not theirs or _plain(mine) == _plain(theirs)
