"""Looks through a root: which files are new, changed or missing, without opening any of them."""

from collections.abc import Callable, Iterable
from pathlib import Path

from mediadesk.library.look import Look, Report, Resubtitled
from mediadesk.library.patience import Pulse
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
    return Look(
        store, root, on_batch, on_resubtitled, settle_seconds, pulse=pulse or Pulse()
    ).whole()


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
    look = Look(store, root, on_batch, on_resubtitled, settle_seconds, pulse=pulse or Pulse())
    return look.anew() if folders is None else look.part(folders)


def note_away(store: Store, root: Path, why: str) -> Report:
    """Keep a root as not there without looking at it, because that would not end."""

    def note(db: Database) -> int:
        roots.set_state(db, root, problem=why)
        return locations.set_away(db, root)

    return Report(missing=store.write(note), problem=why)
