"""Keeps the key that a device encrypts with, as another one showed it."""

import os
from pathlib import Path

from mediadesk.api import UserError
from mediadesk.host.install.disk import sync_folder
from mediadesk.paths import shown
from mediadesk.store import Database, Store, bundles, packfiles, panels
from mediadesk.sync.alone import alone
from mediadesk.sync.crypto import Key

ANEW = (
    "take it anew with “mediadesk sync pair”, or, if no device has it, make another with "
    "“mediadesk sync key --new”."
)
"""What helps whose key is lost."""
_LONGEST = 10_000


def key_of(store: Store) -> Key | None:
    """Give the key that encrypts what this library shares, and alone opens what others do.

    Raises:
        UserError: if it can't be read.
    """
    return load(_file(store))


def take_key(store: Store, key: Key) -> None:
    """Have this library share with another key from now on.

    Raises:
        UserError: if it can't be kept, or another process does not finish syncing this library.
    """
    with alone(store):
        # What could be opened may be no more, and the other way.
        store.write(_forget, durable=True)
        keep(_file(store), key)


def load(file: Path) -> Key | None:
    """Read the key that this device keeps; None where it has none.

    Raises:
        UserError: if it can't be read, or is none.
    """
    try:
        with file.open("rb") as opened_file:
            text = opened_file.read(_LONGEST).decode("ascii", "replace")
        return Key.parse(text)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UserError(
            f"The key of what is shared, “{shown(file)}”, can't be read ({error.strerror}): check "
            f"its rights, or delete it and {ANEW}"
        ) from error
    except UserError as error:
        raise UserError(f"“{shown(file)}” holds no key any more: {ANEW}") from error


def keep(file: Path, key: Key) -> None:
    """Keep the key where only this person can read it: after a crash the old one or the new one.

    Raises:
        UserError: if it can't be written.
    """
    fresh = file.with_suffix(".tmp")
    try:
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as made:
            made.write(f"{key.text}\n")
            made.flush()
            os.fsync(made.fileno())
        fresh.replace(file)
        sync_folder(file.parent)
    except OSError as error:
        raise UserError(
            f"The key can't be kept in “{shown(file)}” ({error.strerror}): free some space there, "
            "or check the rights of that folder."
        ) from error


def _forget(db: Database) -> None:
    bundles.keep(db, ())
    panels.forget_all(db)
    packfiles.forget_all(db)


def _file(store: Store) -> Path:
    # A secret service would guard it better than the library beside it, which is open, and is not
    # there without a desktop.
    return store.path.with_name("sync.key")
