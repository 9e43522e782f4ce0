"""Looks through a root: which files are new, changed or missing, without opening any of them."""

import os
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sqlite_utils import Database

from mediadesk.library.walk import walk
from mediadesk.store import Store, library
from mediadesk.store.library import Seen

SETTLE_SECONDS = 10.0
_BATCH = 2000
Known = Mapping[str, tuple[int, int, str, bool]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """A part of what a look through a root found, to be saved in one transaction.

    `changed` are new or changed places; of those in `resubtitled` the subtitles beside them
    changed. `missing` are files that are not there any more. `settling` counts files written to
    within the last seconds, which are left for later. `files` are all that are there, in the last
    batch. `problem` says why the root itself is not there, `warnings` what inside it can't be read.
    """

    changed: tuple[Seen, ...] = ()
    resubtitled: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    settling: int = 0
    files: int | None = None
    problem: str | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a scan came to; `sidecars_changed` are items whose subtitles must be read again."""

    changed: int = 0
    missing: int = 0
    settling: int = 0
    sidecars_changed: tuple[str, ...] = ()
    problem: str | None = None
    warnings: tuple[str, ...] = ()


def scan_root(
    store: Store,
    root: Path,
    *,
    on_batch: Callable[[], object] = lambda: None,
    on_resubtitled: Callable[[Database, list[str]], object] = lambda _db, _items: None,
    settle_seconds: float = SETTLE_SECONDS,
) -> Report:
    """Bring the places of a root up to date in the database, a few thousand at a time.

    Args:
        store: the library.
        root: one of its folders.
        on_batch: called after each transaction.
        on_resubtitled: called inside a transaction with the items whose subtitles changed.
        settle_seconds: files written to more recently than this are left for later.
    """
    known = library.known_files(store.read(), root)
    others = {str(each.path) for each in library.roots(store.read())} - {str(root)}
    batches: list[Batch] = []
    items: list[str] = []
    for batch in scan(root, known, now=time.time(), settle_seconds=settle_seconds, skip=others):
        items += store.write(partial(_save, root=root, batch=batch, on_resubtitled=on_resubtitled))
        batches.append(batch)
        on_batch()
    return Report(
        changed=sum(len(batch.changed) for batch in batches),
        missing=len(batches[-1].missing),
        settling=batches[-1].settling,
        sidecars_changed=tuple(items),
        problem=batches[-1].problem,
        warnings=batches[-1].warnings,
    )


def scan(
    root: Path,
    known: Known,
    *,
    now: float,
    settle_seconds: float = SETTLE_SECONDS,
    skip: Collection[str] = (),
) -> Iterator[Batch]:
    """Compare a root with what is known of it; what is not there any more comes in the last batch.

    Args:
        root: the folder.
        known: path → (size, mtime in ns, subtitles as stored, missing).
        now: unix seconds.
        settle_seconds: files written to more recently than this are left for later.
        skip: paths of folders that are not entered, such as other roots.
    """
    changed: list[Seen] = []
    resubtitled: list[str] = []
    warnings: list[str] = []
    left = dict(known)
    files = settling = 0
    home = str(root)
    for folder in walk(home, skip=skip, warn=warnings.append):
        files += len(folder.files)
        subtitles = folder.sidecars()
        for path, size, mtime_ns in folder.files:
            sidecars = library.sidecars_json(subtitles[path]) if subtitles else "[]"
            before = left.pop(path, None)
            if before == (size, mtime_ns, sidecars, False):
                continue
            is_same = before is not None and before[:2] == (size, mtime_ns)
            if not is_same and abs(now - mtime_ns / 1e9) < settle_seconds:
                settling += 1
                continue
            if before is not None and before[2] != sidecars:
                resubtitled.append(path)
            changed.append((path, home, size, mtime_ns, sidecars))
        if len(changed) >= _BATCH:
            yield Batch(changed=tuple(changed), resubtitled=tuple(resubtitled))
            changed, resubtitled = [], []
    problem = _problem(root, known)
    gone = known if problem else left
    yield Batch(
        changed=tuple(changed),
        resubtitled=tuple(resubtitled),
        missing=tuple(path for path, before in gone.items() if not before[3]),
        settling=settling,
        files=None if problem else files,
        problem=problem,
        warnings=() if problem else tuple(warnings),
    )


def _problem(root: Path, known: Known) -> str | None:
    """Say why a root is not there; one that became empty is where a drive is missing."""
    try:
        with os.scandir(root) as entries:
            is_empty = next(entries, None) is None
    except PermissionError:
        return f"“{root}” may not be read: grant yourself access to it."
    except OSError:
        return f"“{root}” is not there: reconnect the drive or remove the folder."
    if is_empty and known:
        return f"“{root}” is empty: reconnect the drive or remove the folder."
    return None


def _save(
    db: Database,
    *,
    root: Path,
    batch: Batch,
    on_resubtitled: Callable[[Database, list[str]], object],
) -> list[str]:
    """Save a batch and give the ids of items whose subtitles changed."""
    if not library.set_root_state(
        db, root, problem=batch.problem, warnings=batch.warnings, files=batch.files
    ):
        return []  # the folder was removed during the scan
    resubtitled = library.items_at(db, batch.resubtitled)  # before a touched file is unread again
    library.save_seen(db, batch.changed)
    library.set_missing(db, batch.missing)
    library.follow_replaced(db)
    on_resubtitled(db, resubtitled)
    return resubtitled
