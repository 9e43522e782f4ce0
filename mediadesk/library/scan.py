"""Looks through a root: which files are new, changed or missing, without opening any of them."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from mediadesk.library import drives
from mediadesk.library.look import Look, Report, Resubtitled
from mediadesk.library.patience import Pulse
from mediadesk.library.presence import problem
from mediadesk.paths import spelled
from mediadesk.store import Database, Store, locations, roots

__all__ = ["SETTLE_SECONDS", "Report", "note_away", "scan_folders", "scan_root"]

SETTLE_SECONDS = 10.0


def scan_root(
    store: Store,
    root: Path,
    *,
    on_batch: Callable[[], object] = lambda: None,
    on_resubtitled: Resubtitled = lambda _db, _items: None,
    settle_seconds: float = SETTLE_SECONDS,
    pulse: Pulse | None = None,
) -> Report:
    """Bring the places of a root up to date in the database, a few thousand at a time.

    Args:
        store: the library.
        root: one of its folders.
        on_batch: called after each transaction.
        on_resubtitled: called inside a transaction with the items whose subtitles changed.
        settle_seconds: files written to more recently than this are left for later.
        pulse: shows that the drive answers.
    """
    pulse = pulse or Pulse()
    away = _part_drives(store, root, pulse)
    look = Look(store, root, on_batch, on_resubtitled, settle_seconds, pulse=pulse)
    report = look.whole()
    return replace(report, missing=report.missing + away)


def scan_folders(
    store: Store,
    root: Path,
    folders: Iterable[str] | None = None,
    *,
    on_batch: Callable[[], object] = lambda: None,
    on_resubtitled: Resubtitled = lambda _db, _items: None,
    settle_seconds: float = SETTLE_SECONDS,
    pulse: Pulse | None = None,
) -> Report:
    """Do as `scan_root`, in some folders only and in what is new inside them.

    Args:
        store: the library.
        root: one of its folders.
        folders: their paths; by default those where something came or went since they were last
            looked at. That a file was changed in place is not noticed then.
        on_batch: called after each transaction.
        on_resubtitled: called inside a transaction with the items whose subtitles changed.
        settle_seconds: files written to more recently than this are left for later.
        pulse: shows that the drive answers.
    """
    pulse = pulse or Pulse()
    away = _part_drives(store, root, pulse)
    look = Look(store, root, on_batch, on_resubtitled, settle_seconds, pulse=pulse)
    report = look.anew() if folders is None else look.part(folders)
    return replace(report, missing=report.missing + away)


def note_away(store: Store, root: Path, why: str) -> Report:
    """Keep a root as not there without looking at it, because that would not end."""
    return Report(missing=store.write(lambda db: _set_away(db, root, why)), problem=why)


def _part_drives(store: Store, root: Path, pulse: Pulse) -> int:
    """Have what is known of another drive at the same path be away; give how many places that is.

    What this drive held when it was here last is known again.
    """
    drive = drives.identity(root)
    if not drive or roots.drive_id(store.read(), root) == drive:
        return 0
    with pulse.asking(spelled(root)):
        if problem(root, is_known=False):
            return 0  # a folder that is none lies on no drive

    def part(db: Database) -> int:
        left = roots.exchange(db, root, drive)
        return 0 if left is None else _set_away(db, left, problem(left, is_known=True))

    return store.write(part)


def _set_away(db: Database, root: Path, why: str | None) -> int:
    roots.set_state(db, root, problem=why)
    return locations.set_away(db, root)
