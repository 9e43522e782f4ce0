"""What the files of the shared folder were when they were last read or written."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from mediadesk.store.connection import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """A file of the shared folder, by its name there.

    If it holds a part of one log, that is of this `device`, and goes on from the operation
    `follows`, which it repeats, to the `last`; see `merging.Log`. `problem` says why it was not
    taken over, or not yet.
    """

    file: str
    size: int
    mtime_ns: int
    device: str = ""
    follows: int = 0
    last: int = 0
    problem: str | None = None


def listed(db: Database) -> list[Bundle]:
    """Give all files by name."""
    rows = db.query("SELECT * FROM bundle ORDER BY file")
    return [Bundle(**row) for row in rows]


def keep(db: Database, bundles: Iterable[Bundle]) -> None:
    """Forget the files that were known, and keep these."""
    db.conn.execute("DELETE FROM bundle")
    for each in bundles:
        add(db, each)


def forget(db: Database, files: Iterable[str]) -> None:
    """Forget files."""
    db.conn.executemany("DELETE FROM bundle WHERE file = ?", [(each,) for each in files])


def forget_wrong(db: Database) -> None:
    """Forget files that were not taken over: they are looked at anew where they are."""
    db.conn.execute("DELETE FROM bundle WHERE problem IS NOT NULL")


def add(db: Database, bundle: Bundle) -> None:
    """Keep a file as it is now."""
    db.conn.execute(
        "INSERT OR REPLACE INTO bundle(file, size, mtime_ns, device, follows, last, problem)"
        " VALUES(:file, :size, :mtime_ns, :device, :follows, :last, :problem)",
        asdict(bundle),
    )
