"""Takes over a history from another program."""

import hashlib
import time
from collections.abc import Iterator, Mapping
from functools import partial
from itertools import islice
from operator import itemgetter
from pathlib import Path

from mediadesk.api import Event, EventKind, Importer, Item, Json, Watched
from mediadesk.engine import exports
from mediadesk.engine.imported import keep, standing
from mediadesk.engine.known import Known, vagueness
from mediadesk.engine.messages import Change, Imported, ImportedLine
from mediadesk.engine.titles import Titles
from mediadesk.host import Registry
from mediadesk.store import Store, library

_MOST_SHOWN = 500
_VALUED = frozenset({EventKind.PLAYED, EventKind.RATED})


def take_over(
    store: Store,
    registry: Registry,
    path: Path,
    *,
    profile: str,
    dry_run: bool,
    on_progress: exports.OnProgress = lambda *_: None,
) -> Imported:
    """Read an export, match its lines with items, and note what was done with them.

    The same line is never taken twice. Lines without a time are noted as of now and `undated`, as
    marks are of their time, but what is known already stands. `on_progress` is told how many bytes
    are read, of how many.

    Raises:
        UserError: if the file can't be read, or no importer understands it.
    """
    index = Titles(each.item for each in library.all_items(store.read()))
    importers: dict[str, None] = {}
    left_out: dict[str, None] = {}
    matched: dict[str, tuple[Watched, Item]] = {}
    missed: dict[object, tuple[Watched, int]] = {}
    for told in exports.read(registry, path, on_progress):
        if isinstance(told, str):
            left_out[told] = None
            continue
        importer, line = told
        importers[importer.title] = None
        if (item := index.find(line)) is None:
            work = line.title, line.year, line.artist, line.kind
            first, times = missed.get(work, (line, 0))
            missed[work] = first, times + 1
        else:
            key = _key(importer, line)
            if key not in matched or vagueness(line) < vagueness(matched[key][0]):
                matched[key] = line, item
    known = Known(list(standing(store.read(), profile)))
    new: dict[str, tuple[Watched, Item]] = {}
    for key, (line, item) in sorted(matched.items(), key=lambda told: vagueness(told[1][0])):
        if not known.has(key, line, item):
            known.add(line, item)
            new[key] = line, item
    change: Change | None = None
    programs = " and ".join(importers)
    if new and not dry_run:
        says = f"Imported {len(new)} {'line' if len(new) == 1 else 'lines'} from {programs}"
        events = _events(new, profile)
        change = store.write(partial(keep, profile=profile, events=events, says=says), durable=True)
    often = sorted(missed.values(), key=itemgetter(1), reverse=True)
    return Imported(
        importer=programs,
        matched=len(matched),
        known=len(matched) - len(new),
        unmatched=tuple(_line(line, None, times) for line, times in often),
        kept=not dry_run,
        lines=tuple(_line(*pair) for pair in islice(new.values(), _MOST_SHOWN)),
        left_out=tuple(left_out),
        change=change,
    )


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
        value=line.value,
    )


def _events(lines: Mapping[str, tuple[Watched, Item]], profile: str) -> Iterator[Event]:
    now = time.time()
    for key, (line, item) in lines.items():
        context: Json = {"imported": key}
        if line.mark or not line.at:
            context["undated"] = True
        if line.kind is EventKind.PLAYED and item.duration:
            context["position"] = line.value * item.duration
        yield Event(
            id="",
            profile=profile,
            item=item.id,
            kind=line.kind,
            at=line.at or now,
            value=line.value if line.kind in _VALUED else 0.0,
            context=context,
        )


def _key(importer: Importer, line: Watched) -> str:
    told = f"{importer.name}|{line.title}|{line.artist}|{line.year}|{line.kind}|{line.at}"
    if line.kind is EventKind.RATED:  # who thinks otherwise by now rates anew
        told += f"|{line.value}"
    return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:16]
