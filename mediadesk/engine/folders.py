"""The folders of the library: which they are, and looking through them."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from mediadesk.api import UserError
from mediadesk.engine import desktop
from mediadesk.engine.access import Access
from mediadesk.engine.filing import absolute
from mediadesk.engine.messages import Sorted, Status
from mediadesk.engine.scanning import Scanning
from mediadesk.library import drives
from mediadesk.library.presence import Presence
from mediadesk.store import Database, jobs, places, roots


class Folders:
    """The verbs of folders; any thread may call them."""

    def __init__(
        self,
        access: Access,
        scanning: Scanning,
        presence: Presence,
        *,
        look: Callable[[Sequence[Path]], None],
        take_up: Callable[[Sequence[str]], None],
        on_roots: Callable[[], None],
        status: Callable[[], Status],
    ) -> None:
        """Join what it needs.

        Args:
            access: the library.
            scanning: looks through folders.
            presence: tells what is there.
            look: looks through folders that are new.
            take_up: analyses items that may lack features.
            on_roots: called when there are other folders.
            status: tells what is going on.
        """
        self._access = access
        self._scanning = scanning
        self._presence = presence
        self._look = look
        self._take_up = take_up
        self._on_roots = on_roots
        self._status = status

    def add_folder(self, path: str) -> Status:
        folder = absolute(path)
        if not self._presence.is_folder(folder):
            raise UserError(f"“{folder}” is no folder that can be read: check its name and drive.")
        if drives.is_system(folder):
            raise UserError(f"“{folder}” is the system's own: add a folder with video or music.")
        for root in roots.listed(self._access.store.read()):
            if folder.is_relative_to(root.path) and folder != root.path:
                raise UserError(
                    f"“{folder}” lies in “{root.path}”, which is in the library already."
                )
        self._take_up(self._access.store.write(partial(_add, folder=folder), durable=True))
        self._on_roots()
        self._access.changed("status")
        self._look([folder])
        return self._status()

    def remove_folder(self, path: str) -> Status:
        folder = absolute(path)
        remove = partial(self._access.store.write, partial(_remove, folder=folder), durable=True)
        if not self._scanning.forget(folder, remove):
            listed = roots.listed(self._access.store.read())
            known = ", ".join(f"“{root.path}”" for root in listed)
            raise UserError(f"“{folder}” is not in the library; it has {known or 'no folders'}.")
        self._on_roots()
        self._access.changed("items", "status")
        return self._status()

    def sort_out(self, paths: Sequence[str]) -> Sorted:
        return desktop.sort_out(paths, self._known)

    def _known(self, file: Path) -> str | None:
        db = self._access.store.read()
        item = places.item_at(db, file)
        if item is not None:
            return item if self._access.seen_by([item], None) else ""
        return "" if any(file.is_relative_to(root.path) for root in roots.listed(db)) else None

    def scan(self, paths: Sequence[str] = ()) -> Status:
        self._scanning.whole([absolute(path) for path in paths])
        return self._status()


def _add(db: Database, folder: Path) -> list[str]:
    items = roots.add(db, folder)
    jobs.unpark(db, items)
    return items


def _remove(db: Database, folder: Path) -> bool:
    was_there = roots.remove(db, folder)
    jobs.park(db)
    return was_there
