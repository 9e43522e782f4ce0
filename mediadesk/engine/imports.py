"""Takes over a history from another program, with the importers of plugins."""

import hashlib
import os
import time
from collections.abc import Iterable, Mapping
from fnmatch import fnmatch
from functools import partial
from pathlib import Path

from sqlite_utils import Database

from mediadesk.api import Event, EventKind, Importer, Item, UnreadableError, UserError, Watched
from mediadesk.engine.messages import Imported, ImportedLine
from mediadesk.host import Registry
from mediadesk.store import Store, library, oplog

_MOST_BYTES = 64 << 20
_MOST_LINES = 1_000_000
_YEARS_OFF = 1
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
    had = {event.context["imported"] for event in _imported(store.read(), profile)}
    fresh = {_key(importer, line): (line, item) for line, item in matched if item}
    new = {key: pair for key, pair in fresh.items() if key not in had}
    if new and not dry_run:
        store.write(partial(_note, lines=new, profile=profile), durable=True)
    return Imported(
        importer=importer.title,
        matched=len(fresh),
        known=len(fresh) - len(new),
        unmatched=tuple(
            ImportedLine(
                title=line.title, year=line.year, kind=line.kind.value, at=line.at, item=None
            )
            for line, item in matched
            if item is None
        ),
        kept=not dry_run,
    )


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
    for event in lines:
        oplog.add_event(
            db,
            profile=profile,
            item=event.item,
            kind=EventKind.UNDO,
            context={"event": event.id},
            at=max(now, event.at),
        )
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
    return f"choose an export of {', '.join(others)} or {last}, as that program wrote it."


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


def _note(db: Database, lines: Mapping[str, tuple[Watched, Item | None]], profile: str) -> None:
    now = time.time()
    for key, (line, item) in lines.items():
        if item is not None:
            oplog.add_event(
                db,
                profile=profile,
                item=item.id,
                kind=line.kind,
                value=line.value if line.kind is EventKind.PLAYED else 0.0,
                context={"imported": key, "imported_at": now},
                at=line.at or now,
            )


def _key(importer: Importer, line: Watched) -> str:
    told = f"{importer.name}|{line.title}|{line.artist}|{line.year}|{line.kind}|{line.at}"
    return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:16]


class _Titles:
    """Finds items by title, however it is written, and by year and artist where they are known."""

    def __init__(self, items: Iterable[Item]) -> None:
        self._by_title: dict[str, list[Item]] = {}
        for item in items:
            self._by_title.setdefault(_plain(item.title), []).append(item)

    def find(self, line: Watched) -> Item | None:
        fitting = [
            item
            for item in self._by_title.get(_plain(line.title), [])
            if _agree(item.year, line.year) and _same(item.artist, line.artist)
        ]
        return min(fitting, key=lambda item: item.id, default=None)


def _plain(title: str) -> str:
    return "".join(letter for letter in title.casefold() if letter.isalnum())


def _agree(mine: int | None, theirs: int | None) -> bool:
    return mine is None or theirs is None or abs(mine - theirs) <= _YEARS_OFF


def _same(mine: str, theirs: str) -> bool:
    return not mine or not theirs or _plain(mine) == _plain(theirs)
