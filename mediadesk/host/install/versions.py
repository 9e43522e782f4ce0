"""Which version of a plugin counts: the few steps on disk whose order makes crashes harmless."""

import contextlib
from pathlib import Path

from mediadesk.api import UserError
from mediadesk.host.install.disk import Disk, discard, sync_folder, write
from mediadesk.host.install.records import FOLDER, Current
from mediadesk.host.install.staging import sweep


class Versions:
    """Changes what is in the plugins folder; all of it only while `Disk.changing()`.

    A version counts from the moment when `current.json` is replaced. Before that it is litter, and
    so is after that what is neither current nor previous; `recover` deletes litter.
    """

    def __init__(self, disk: Disk) -> None:
        self._disk = disk

    def place(self, name: str, version: str, made: Path) -> None:
        """Move a version that was made in staging to where it belongs; it does not count yet.

        Raises:
            OSError: if that can't be done.
        """
        target = self._disk.version(name, version)
        target.parent.mkdir(parents=True, exist_ok=True)
        self._disk.data(name).mkdir(exist_ok=True)
        discard(target)  # only of a folder in development, damaged
        made.rename(target)
        for folder in (target.parent, self._disk.plugin(name), self._disk.root):
            sync_folder(folder)

    def switch(self, name: str, current: str, *, previous: str | None) -> None:
        """Make a version count, and delete those that can't be gone back to.

        Raises:
            OSError: if that can't be done; then nothing has changed.
        """
        write(self._disk.current(name), Current(current=current, previous=previous))
        self.clean(name)

    def swap(self, name: str) -> None:
        """Make the previous version count, and the current one the previous.

        Raises:
            UserError: if there is no previous one.
            OSError: if that can't be done; then nothing has changed.
        """
        current = self._disk.read_current(name)
        if current is None or current.previous is None:
            raise UserError(f"The plugin “{name}” has no earlier version here to go back to.")
        self.switch(name, current.previous, previous=current.current)

    def remove(self, name: str) -> None:
        """Remove a plugin, all but its own data.

        Raises:
            OSError: if that can't be done; then nothing has changed.
        """
        self._disk.current(name).unlink(missing_ok=True)
        sync_folder(self._disk.plugin(name))
        self.clean(name)

    def remove_all(self, name: str, trash: Path) -> None:
        """Remove a plugin with its own data, by way of an empty folder in staging.

        Raises:
            OSError: if that can't be done; then nothing has changed.
        """
        self._disk.plugin(name).rename(trash / name)
        sync_folder(self._disk.root)

    def recover(self) -> None:
        """Delete what a crash left behind."""
        sweep(self._disk)
        _delete_temporary(self._disk.root)
        for name in self._disk.folders():
            _delete_temporary(self._disk.plugin(name))
            self.clean(name)

    def clean(self, name: str) -> None:
        """Delete what can't be gone back to; of a plugin that is not installed all but its data."""
        current = self._disk.counting(name)
        if current is None and self._disk.current(name).exists():
            return  # damaged: a person may still want what is there
        counted = {current.current, current.previous} if current else set()
        if FOLDER in counted:
            try:
                link = self._disk.read_link(name)
            except UserError:
                return  # damaged too
            counted.add(link.needs if link else None)
        else:
            self._disk.link(name).unlink(missing_ok=True)
        versions = self._disk.plugin(name) / "versions"
        for each in versions.iterdir() if versions.is_dir() else ():
            if each.name not in counted:
                discard(each)
        if current is None:
            for folder in (versions, self._disk.data(name), self._disk.plugin(name)):
                with contextlib.suppress(OSError):  # not empty, or not there
                    folder.rmdir()


def _delete_temporary(folder: Path) -> None:
    for file in folder.glob(".*.tmp"):
        file.unlink(missing_ok=True)
