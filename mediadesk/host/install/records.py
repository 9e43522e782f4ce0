"""The small files in the plugins folder, as they are read and written."""

import msgspec

from mediadesk.host.manifest import Grant


class Current(msgspec.Struct, frozen=True, kw_only=True):
    """`NAME/current.json`: which version counts, and which one a rollback brings back.

    Each is the name of a folder in `NAME/versions`, or `FOLDER` for what `Link` points to.
    """

    current: str
    previous: str | None = None


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """`NAME/folder.json`: a folder in development, and the folder in versions of what it needs."""

    folder: str
    needs: str | None = None


FOLDER = "folder"
"""Stands in `Current` for the folder in development."""


class Wheel(msgspec.Struct, frozen=True, kw_only=True):
    """A wheel that was unpacked; `tags` are those of its file name, such as py3-none-any."""

    name: str
    version: str
    sha256: str
    tags: str


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """`install.json`: when (unix seconds) and from where a version came, and what it is made of.

    `sha256` is that of the package, `wheels` starts with the plugin's own; `host_needs` are the
    requirements of all of them on what MediaDesk provides, `python` those on Python.
    """

    at: float
    source: str
    sha256: str
    key: str | None = None
    key_id: str | None = None
    wheels: tuple[Wheel, ...] = ()
    host_needs: tuple[str, ...] = ()
    python: tuple[str, ...] = ()
    granted: tuple[Grant, ...] = ()

    @property
    def digests(self) -> frozenset[str]:
        """The SHA-256 of the package and of every wheel in it."""
        return frozenset({self.sha256, *(each.sha256 for each in self.wheels)})


class Key(msgspec.Struct, frozen=True, kw_only=True):
    """A publisher's key, its id as people compare it, and when it was first seen (unix seconds)."""

    key: str
    key_id: str
    first_seen: float


class Keys(msgspec.Struct, frozen=True, kw_only=True):
    """`trust.json`: the keys remembered for plugins (by name) and for indexes (by address)."""

    plugins: dict[str, Key] = {}
    indexes: dict[str, Key] = {}


class Block(msgspec.Struct, frozen=True, kw_only=True):
    """A plugin that must not run: all that is given must fit; `versions` is a specifier.

    `sha256` is that of a package or of any wheel in it, `key` a publisher's key or its id.
    """

    reason: str
    name: str | None = None
    sha256: str | None = None
    key: str | None = None
    versions: str | None = None


class BlockList(msgspec.Struct, frozen=True, kw_only=True):
    """A list of blocked plugins, as MediaDesk ships one."""

    blocked: tuple[Block, ...] = ()


class Release(msgspec.Struct, frozen=True, kw_only=True):
    """A version that an index offers; `url` may be relative to the index, `size` is in bytes."""

    version: str
    api: str
    url: str
    sha256: str
    size: int
    signature: str | None = None


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A plugin that an index offers."""

    name: str
    versions: tuple[Release, ...]
    title: str = ""
    summary: str = ""


class Catalogue(msgspec.Struct, frozen=True, kw_only=True):
    """An index of plugins: what it offers and blocks; its keeper raises `serial` with each change.

    An older one that is replayed by somebody else is known by that, if the index is signed.
    """

    format: int
    serial: int = 0
    plugins: tuple[Entry, ...] = ()
    blocked: tuple[Block, ...] = ()
