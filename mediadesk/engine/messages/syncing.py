"""Keeping several devices in step through a shared folder."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceView:
    """A device that takes part.

    `edits` are those of its edits that are known here, `heard_at` the last one's time in unix
    seconds, None where it has made none.
    """

    id: str
    name: str
    mine: bool
    edits: int
    heard_at: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What came from a device: edits, and how many of them are events; `says` are its acts."""

    device: str
    name: str
    edits: int
    events: int
    says: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncView:
    """What a sync came to, or would come to where it is a `preview`.

    `given` are the edits of this device that were new to the folder. `problems` are sentences, one
    for each file that was not taken over.
    """

    folder: str
    preview: bool
    received: tuple[Received, ...]
    given: int
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncStatus:
    """The shared folder, empty where none is set, the devices, and what is wrong with its files."""

    folder: str
    devices: tuple[DeviceView, ...]
    problems: tuple[str, ...]


class Syncing(Protocol):
    """Devices share their edits through a folder; each one writes a file of its own there."""

    def setup(self, folder: str) -> SyncStatus:
        """Share through this folder from now on, and through none where it is empty.

        Raises:
            UserError: if it is not there, is no folder, or one of it and the library's lies in the
                other.
        """
        ...

    def run(self, *, preview: bool = False) -> SyncView:
        """Take over what is new in the folder, and lay there what is new here.

        With `preview` nothing is changed.

        Raises:
            UserError: if no folder is set, it can't be read or written, or another process does
                not finish syncing.
        """
        ...

    def status(self) -> SyncStatus:
        """Tell the folder and the devices."""
        ...
