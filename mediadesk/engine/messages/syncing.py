"""Keeping several devices in step through a shared folder."""

from dataclasses import dataclass, field
from typing import Protocol

from mediadesk.engine.messages.organising import Change


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceView:
    """A device that takes part.

    `edits` are those of its edits that are known here, `heard_at` the last one's time in unix
    seconds, None for this device. `problem` says why its file was not taken over. What a `revoked`
    one says since counts no more.
    """

    id: str
    name: str
    mine: bool
    edits: int
    heard_at: float | None
    problem: str | None
    revoked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What a sync would change: of a thing a field, from what to what, by the word of a device.

    `title` is the item's, or what else it is.
    """

    device: str
    item: str
    title: str
    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What came from a device: edits, and how many of them are events; `says` are its acts.

    In a preview `changes` is a sentence of what would be another thing then.
    """

    device: str
    name: str
    edits: int
    events: int
    says: tuple[str, ...]
    changes: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncView:
    """What a sync came to, or would come to where it is a `preview`.

    `given` are the edits of this device that were new to the folder. `problems` are sentences, one
    for each file that was not taken over. `differences` are the first of those `different` ones
    that a preview found. Of `items` other devices told anew what they are or that they are gone,
    and `features` were taken over from them.
    """

    folder: str
    preview: bool
    received: tuple[Received, ...]
    given: int
    problems: tuple[str, ...]
    differences: tuple[Difference, ...] = ()
    different: int = 0
    items: int = 0
    features: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncStatus:
    """The shared folder, empty where none is set, the devices, and what is wrong with its files.

    `encrypted` is whether this device has a key, or has lost it, which is one of the `problems`:
    then it lays nothing open, and believes nothing that is. `synced_at` is when it last synced, in
    unix seconds, None if never; the other `problems` are those of the devices, and of files that
    are no known device's. `last_merge` says what came with the last sync that can be taken back,
    empty where none can, and `merged_at` when, in unix seconds.
    """

    folder: str
    encrypted: bool
    synced_at: float | None
    devices: tuple[DeviceView, ...]
    problems: tuple[str, ...]
    last_merge: str = ""
    merged_at: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncKey:
    """The key of all devices, as text and as the rows of a QR code: “1” is dark, its rim is in."""

    text: str = field(repr=False)
    qr: tuple[str, ...] = field(repr=False)


class Syncing(Protocol):
    """Devices share their edits through a folder; each one writes a file of its own there."""

    def setup(self, folder: str, *, encrypt: bool = False) -> SyncStatus:
        """Share through this folder from now on, and through none where it is empty.

        With `encrypt` a key is made for it, unless this device has one; who has one encrypts.

        Raises:
            UserError: if it is not there, is no folder, or one of it and the library's lies in the
                other; if it is encrypted by others, and this device has no key, or if it has lost
                its own.
        """
        ...

    def key(self, *, new: bool = False) -> SyncKey:
        """Give the key, for other devices to take; with `new` after making another one.

        Raises:
            UserError: if this device has none, or has lost it.
        """
        ...

    def pair(self, key: str) -> SyncStatus:
        """Take another device's key, instead of what this one had.

        Raises:
            UserError: if it is none, or can't be kept.
        """
        ...

    def run(self, *, preview: bool = False) -> SyncView:
        """Take over what is new in the folder, and lay there what is new here.

        With `preview` nothing is changed.

        Raises:
            UserError: if no folder is set, it can't be read or written, what others lay there is
                encrypted and this device has no key, or another process does not finish syncing.
        """
        ...

    def status(self) -> SyncStatus:
        """Tell the folder and the devices."""
        ...

    def rename(self, device: str, name: str) -> SyncStatus:
        """Call a device otherwise, on all devices; an empty id means this one.

        Raises:
            UserError: if there is none of this id, its beginning, or its name; or the new name is
                empty or too long.
        """
        ...

    def revoke(self, device: str, *, new_key: bool = False) -> SyncStatus:
        """Have what a device says from now on count on no device any more.

        With `new_key` another key is made as well, so that it can't read what is said from now on:
        then all other devices have to be paired anew.

        Raises:
            UserError: if there is no such device, it is this one, or nothing is encrypted where
                a new key is to be made.
        """
        ...

    def allow(self, device: str) -> SyncStatus:
        """Have a revoked device count again, also for what it said meanwhile.

        Raises:
            UserError: if there is no such device.
        """
        ...

    def undo(self) -> Change:
        """Take back all that came with the last sync that brought something, as one change.

        What anybody said since stays. It can be taken back itself, as any change.

        Raises:
            UserError: if there is none.
        """
        ...
