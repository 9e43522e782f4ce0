"""The plugins folder: where everything lies, and writing that a crash can't leave half done."""

import logging
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import msgspec

from mediadesk.api import UserError
from mediadesk.host.install.addresses import is_name
from mediadesk.host.install.records import Current, Link
from mediadesk.host.removal import delete

log = logging.getLogger(__name__)
T = TypeVar("T")
_WAIT_S = 30.0


class Disk:
    """The plugins folder of one MediaDesk, which may not exist yet.

    `NAME/current.json` alone says which version of a plugin counts.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.trust = root / "trust.json"
        self.staging = root / ".staging"

    def plugin(self, name: str) -> Path:
        """Give a plugin's folder.

        Raises:
            UserError: if the name can't be a plugin's.
        """
        if not is_name(name):
            raise UserError(f"“{name}” is no plugin's name: look at the list of plugins.")
        return self.root / name

    def current(self, name: str) -> Path:
        """Give the file that says which version counts."""
        return self.plugin(name) / "current.json"

    def link(self, name: str) -> Path:
        """Give the file that says where the folder in development is."""
        return self.plugin(name) / "folder.json"

    def version(self, name: str, version: str) -> Path:
        """Give the folder of one version; in its `site` lie the modules."""
        return self.plugin(name) / "versions" / version

    def data(self, name: str) -> Path:
        """Give the folder where a plugin keeps its own data."""
        return self.plugin(name) / "data"

    def names(self) -> tuple[str, ...]:
        """List the plugins that are installed, sorted."""
        return tuple(each for each in self.folders() if self.current(each).is_file())

    def folders(self) -> tuple[str, ...]:
        """List what has a folder, sorted: also plugins that are gone and left data or litter."""
        if not self.root.is_dir():
            return ()
        found = (each.name for each in self.root.iterdir() if each.is_dir())
        return tuple(sorted(name for name in found if is_name(name)))

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Keep other processes and threads from changing plugins.

        Raises:
            UserError: if another one does not finish.
        """
        from filelock import FileLock, Timeout  # takes a while, and most starts change nothing

        with telling("The plugins can't be changed", self.root):
            self.root.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self.root / ".lock", timeout=_WAIT_S):
                yield
        except Timeout as error:
            raise UserError(
                f"Another MediaDesk is changing the plugins in “{self.root}”: wait until it is "
                "done, or close it."
            ) from error

    def read_current(self, name: str) -> Current | None:
        """Read which version of a plugin counts; None where it is not installed.

        Raises:
            UserError: if the file is damaged.
        """
        return read(self.current(name), Current)

    def read_link(self, name: str) -> Link | None:
        """Read where a plugin's folder in development is; None where there is none.

        Raises:
            UserError: if the file is damaged.
        """
        return read(self.link(name), Link)

    def counting(self, name: str) -> Current | None:
        """Read which version counts; None also where the file is damaged."""
        try:
            return self.read_current(name)
        except UserError as error:
            log.warning("%s", error)
            return None


def read(path: Path, kind: type[T]) -> T | None:
    """Read a small JSON file; None where there is none.

    Raises:
        UserError: if it is damaged.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except FileNotFoundError:
        return None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UserError(
            f"“{path}” is damaged ({error}): install what it belongs to again."
        ) from error
    except OSError as error:
        raise UserError(
            f"“{path}” can't be read ({error.strerror}): check the rights of that folder."
        ) from error


def write(path: Path, value: object) -> None:
    """Write a small JSON file: after a crash it is the old one or the new one, whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_bytes(path, msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n")


def write_bytes(path: Path, value: bytes) -> None:
    """Write a file: after a crash it is the old one or the new one, whole."""
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        with fresh.open("xb") as file:
            file.write(value)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except OSError:
        fresh.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder outlive a power failure, where the system has a call for it."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_tree(folder: Path) -> None:
    """Do the same for a folder and all folders in it."""
    for place, _, _ in os.walk(folder):
        sync_folder(Path(place))


def discard(folder: Path) -> None:
    """Delete a folder, as far as that is possible; `Installer.recover` does the rest."""
    delete(folder)


@contextmanager
def telling(what: str, where: Path) -> Iterator[None]:
    """Turn an error of the file system into a sentence that says what to do.

    Raises:
        UserError: instead of an OSError.
    """
    try:
        yield
    except OSError as error:
        raise UserError(
            f"{what} in “{where}” ({error.strerror or error}): free some space there, or check "
            "the rights of that folder."
        ) from error
