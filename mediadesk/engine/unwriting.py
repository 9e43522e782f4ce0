"""Takes back what was written to files, and does it again, as an act like all others."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import filelock

from mediadesk.api import UserError
from mediadesk.api.errors import TakenBackError
from mediadesk.engine import acts
from mediadesk.host.install.disk import telling
from mediadesk.library import writeback
from mediadesk.library.originals import Originals
from mediadesk.library.sources import learn, look
from mediadesk.paths import to_path
from mediadesk.store import Database, Store, changes
from mediadesk.store.changes import Change

_MOST_KEPT = 20
_MOST_BYTES = 4 * 1024**3


@contextmanager
def alone(store: Store) -> Iterator[None]:
    """Keep other processes and threads from writing to files, and from taking that back.

    Raises:
        UserError: if one does.
    """
    try:
        with filelock.FileLock(store.path.with_name("writing.lock"), timeout=0):
            yield
    except filelock.Timeout as error:
        raise UserError(
            "Files are written to, or are taken back, just now: wait until that is done."
        ) from error


def originals(store: Store, kept: str) -> Originals:
    """Give what is kept by this name of files as they were."""
    return Originals(_home(store) / kept)


def clear(store: Store) -> None:
    """Keep what the last acts of writing changed, and no more."""
    for half in _home(store).glob("*/.*.tmp"):  # by one that was killed
        half.unlink()
    folders = sorted(_folders(store), key=lambda each: each.stat().st_mtime_ns, reverse=True)
    size = 0
    for number, each in enumerate(folders):
        size += sum(path.stat().st_size for path in each.iterdir())
        if number >= _MOST_KEPT or (number and size > _MOST_BYTES):
            Originals(each).drop()


def follow(store: Store, old: Path, new: Path) -> None:
    """Have the files in a folder be found, to be taken back, where that is now.

    Raises:
        UserError: if files are written to just now, or what is kept can't be.
    """
    with alone(store), telling("Files that were written to can't be followed", _home(store)):
        for folder in _folders(store):
            Originals(folder).follow(old, new)


def take_back(store: Store, act: Change) -> Change:
    """Make the files that an act wrote again what they were, but those that others wrote since.

    What can't be taken back now, such as on a drive that is away, becomes an act of its own.

    Raises:
        TakenBackError: if that is not kept any more, or none of the files can be taken back.
        UserError: if none can be now, or files are written to just now.
    """
    with alone(store):
        return _take_back(store, act)


def _take_back(store: Store, act: Change) -> Change:
    kept = originals(store, changes.wrote(store.read(), act.id))
    now = originals(store, changes.kept_back(act.id))
    back, later, refused = [], 0, []
    for original in kept.each():
        try:
            writeback.take_back(original, kept, now)
            back.append(original)
        except UserError as error:
            refused.append(str(error))
            later += not isinstance(error, writeback.OvertakenError)
    if not back:
        why = (
            refused[0]
            if refused
            else f"“{act.says}” can't be taken back: nothing is kept of it, as of all but the last "
            f"{_MOST_KEPT} acts of writing, and {_MOST_BYTES // 1024**3} GB."
        )
        raise UserError(why) if later else TakenBackError(why)

    def note(db: Database) -> Change:
        made, _ = acts.undo(db, act.id)
        if later:
            changes.begin_writing(db, written(later), items=later, kept=kept.folder.name)
        return changes.retell(db, made.id, _told(made.says, refused)) or made

    made = store.write(note, durable=True)
    if later:
        for original in back:
            kept.forget(original)
    clear(store)
    know(store, [to_path(original.media) for original in back])
    return made


def know(store: Store, written: list[Path]) -> None:
    """Know these films and songs from now on as they are, so that no scan is to read them again."""
    looks = look(store.read(), written)
    store.write(partial(learn, looks=looks), durable=True)


def written(files: int) -> str:
    """Tell what writing came to."""
    return f"Written to {files:,} {'file' if files == 1 else 'files'}"


def _told(says: str, refused: Sequence[str]) -> str:
    if not refused:
        return says
    more = f" And {len(refused) - 1:,} more stay." if len(refused) > 1 else ""
    return f"{says}; but {refused[0]}{more}".rstrip(".")


def _folders(store: Store) -> list[Path]:
    return [each for each in _home(store).glob("*") if each.is_dir()]


def _home(store: Store) -> Path:
    return store.path.with_name("written")
