"""Opens the library's database: one writer thread, one read connection per thread."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar
from weakref import WeakKeyDictionary

from mediadesk.api import UserError
from mediadesk.store import migrating, safety
from mediadesk.store.connection import Database

T = TypeVar("T")
_BUSY_SECONDS = 10


class _Reader:
    """What a thread reads through, until it has ended."""

    def __init__(self, db: Database) -> None:
        self.db = db

    def __del__(self) -> None:
        self.db.conn.close()


class Store:
    """The open database of one library.

    Everything is written by one thread, one transaction per function, so that no writer ever waits
    for a lock; everybody reads through a connection of their own.
    """

    def __init__(self, path: Path, *, on_check: Callable[[str], None] = lambda _: None) -> None:
        """Open the database, making or migrating it; a backup is made before each migration.

        What was staged to be restored is taken first. After an unclean end the database is
        checked before anything is written: `on_check` hears “checking”, then “checked”.

        Raises:
            UserError: if the file is newer than this program, is no database, is empty or
                damaged, lacks what its migrations make, or can't be made.
        """
        self.path = path
        self._mark: Path | None = None
        self._readers = threading.local()
        self._acts = threading.local()
        self._open: WeakKeyDictionary[Database, threading.Thread] = WeakKeyDictionary()
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="store-writer")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._write_db = self._writer.submit(self._prepare, on_check).result()
        except sqlite3.DatabaseError as error:
            self.close()
            raise safety.told(path, error) or UserError(
                f"The library “{path}” can't be opened ({error}): free the disk and check its "
                f"rights, or {safety.way_back(path)}."
            ) from error
        except OSError as error:
            self.close()
            raise UserError(
                f"The library can't be kept in “{path.parent}” ({error.strerror}): choose another "
                "folder with --data-dir."
            ) from error
        except BaseException:
            self.close()
            raise

    def write(self, change: Callable[[Database], T], *, durable: bool = False) -> T:
        """Run `change` in one transaction on the writer thread and give its result.

        Args:
            change: gets the database; an exception rolls everything back and is raised here.
            durable: survive a power cut, not only a crash; for what a person did.

        Raises:
            UserError: if the disk is full or read-only.
        """
        act = getattr(self._acts, "id", "")
        return self._writer.submit(self._transaction, change, durable, act).result()

    @contextmanager
    def acting(self, act: str) -> Iterator[None]:
        """Have the first change that this thread writes meanwhile be of this id."""
        self._acts.id = act
        try:
            yield
        finally:
            self._acts.id = ""

    def read(self) -> Database:
        """Give this thread's read-only connection."""
        reader: _Reader | None = getattr(self._readers, "reader", None)
        if reader is None:
            db = self._connect()
            db.conn.execute("PRAGMA query_only=on")
            reader = self._readers.reader = _Reader(db)
        return reader.db

    def backup(self, target: Path | None = None) -> Path:
        """Copy the database, consistent and compact, to a new file or among the `backups` kept.

        Nobody's writing waits meanwhile, however large the library is.

        Raises:
            UserError: if the copy can't be written, or the library is damaged; then none is left.
        """
        if target is not None and target.exists():
            raise UserError(f"“{target}” is there already: name a new file for the backup.")
        try:
            return safety.back_up(self.path, target)
        except (OSError, sqlite3.DatabaseError) as error:
            place = safety.folder(self.path) if target is None else target.parent
            why = getattr(error, "strerror", None) or error
            raise safety.told(self.path, error) or UserError(
                f"The library can't be copied to “{place}” ({why}): free some disk space there, "
                "or check the rights of that folder."
            ) from error

    def scour(self) -> None:
        """Leave nothing of what was deleted in the files of the library.

        It takes about as long as a backup, and as much space meanwhile.

        Raises:
            UserError: if another process has the library open, or the disk is full.
        """
        safety.check_alone(self.path)
        self._writer.submit(self._scour).result()

    def close(self) -> None:
        """Finish pending writes and close every connection, but for those of other living threads.

        What a thread is reading through can't be closed by another; it is when that thread ends.
        """
        self.abandon()
        for db, thread in list(self._open.items()):
            if thread is threading.current_thread() or not thread.is_alive():
                db.conn.close()

    def abandon(self) -> None:
        """Finish pending writes and let go of the library, though others may still read it."""
        self._writer.shutdown()
        if self._mark is not None:
            self._mark.unlink(missing_ok=True)

    def _prepare(self, on_check: Callable[[str], None]) -> Database:
        safety.take_staged(self.path)
        safety.check_content(self.path)
        safety.check(self.path, on_check)
        safety.clear(self.path)
        self._mark = safety.mark_open(self.path)
        if not self.path.exists():
            migrating.make(self.path)
        db = self._connect()
        if unknown := migrating.unknown(db):
            raise UserError(
                f"The library “{self.path}” was made by a newer MediaDesk (it has "
                f"{', '.join(sorted(unknown))}): update this program."
            )
        if lacking := migrating.lacking(db):
            raise UserError(
                f"The library “{self.path}” lacks {', '.join(sorted(lacking))}, which every "
                "library of its version has: an unfinished MediaDesk made it, or another program "
                f"changed it. It stays as it is: {safety.way_back(self.path)}."
            )
        if migrating.is_due(db):
            safety.back_up(self.path)
            migrating.migrate(db)
        migrating.stamp(db)
        return db

    def _scour(self) -> None:
        try:
            self._write_db.conn.execute("VACUUM")
            busy = self._write_db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        except sqlite3.OperationalError as error:
            raise UserError(
                f"What was deleted is still in “{self.path}” ({error}): free some disk space, and "
                "erase again."
            ) from error
        if busy:
            raise UserError(
                f"What was deleted is still in “{self.path}-wal”, for somebody reads it: erase "
                "again in a moment."
            )

    def _connect(self) -> Database:
        connection = sqlite3.connect(self.path, timeout=_BUSY_SECONDS, check_same_thread=False)
        connection.execute("PRAGMA journal_mode=wal")
        connection.execute("PRAGMA foreign_keys=on")
        connection.execute("PRAGMA cache_size=-65536")
        connection.execute("PRAGMA wal_autocheckpoint=4000")  # by default pages are copied often
        connection.execute("PRAGMA trusted_schema=off")
        connection.execute("PRAGMA secure_delete=fast")  # what was deleted is not left to be read
        db = Database(connection)
        self._open[db] = threading.current_thread()
        return db

    def _transaction(self, change: Callable[[Database], T], durable: bool, act: str) -> T:
        db = self._write_db
        db.act = act
        db.conn.execute(f"PRAGMA synchronous={'full' if durable else 'normal'}")
        try:
            db.conn.execute("BEGIN IMMEDIATE")
            result = change(db)  # no savepoint around it: that takes 2.6 times as long
            db.conn.execute("COMMIT")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF in {
                sqlite3.SQLITE_FULL,
                sqlite3.SQLITE_READONLY,
                sqlite3.SQLITE_IOERR,
            }:
                raise UserError(
                    f"Nothing can be written to “{self.path}” ({error}): free some disk space or "
                    "check its rights; work goes on afterwards."
                ) from error
            raise
        else:
            return result
        finally:
            if db.conn.in_transaction:
                db.conn.execute("ROLLBACK")
