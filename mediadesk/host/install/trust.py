"""Whom to believe: publishers' keys are remembered on first use, and some plugins are blocked."""

import logging
import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec
from packaging.specifiers import InvalidSpecifier, SpecifierSet

from mediadesk.api import UserError
from mediadesk.host.install.disk import Disk, read, write
from mediadesk.host.install.records import Block, BlockList, Key, Keys

if TYPE_CHECKING:  # what it imports is slow, and needed for packages only
    from mediadesk.host.package.signature import Signer


log = logging.getLogger(__name__)
Signature = Literal["known", "new", "unsigned", "development"]


class Trust:
    """The keys in `trust.json`."""

    def __init__(self, disk: Disk) -> None:
        self._disk = disk

    def check_plugin(self, name: str, signer: "Signer | None") -> Signature:
        """Tell how a package of this plugin is signed.

        Raises:
            UserError: if an earlier version was signed with another key.
        """
        known = self._keys().plugins.get(name)
        if known and (signer is None or signer.key != known.key):
            found = f"signed with the key {signer.key_id}" if signer else "not signed"
            raise UserError(
                f"This package of the plugin “{name}” is {found}, and the one that was installed "
                f"first is signed with the key {known.key_id}: ask its maker why. If you believe "
                "the new one, remove the plugin first."
            )
        return _signature(known, signer)

    def check_index(self, address: str, signer: "Signer | None") -> Signature:
        """Tell how an index is signed.

        Raises:
            UserError: if it was signed with another key before.
        """
        known = self._keys().indexes.get(address)
        if known and (signer is None or signer.key != known.key):
            found = f"signed with the key {signer.key_id}" if signer else "not signed"
            raise UserError(
                f"The plugin index “{address}” is now {found}, and was signed with the key "
                f"{known.key_id}: ask whoever keeps it why. If you believe the new one, delete "
                f"“{self._disk.trust}”."
            )
        return _signature(known, signer)

    def remember_plugin(self, name: str, signer: "Signer | None") -> None:
        """Remember the key for this plugin, if there is one and none was remembered."""
        keys = self._keys()
        if signer and name not in keys.plugins:
            self._write(keys, plugins={**keys.plugins, name: _key(signer)})

    def remember_index(self, address: str, signer: "Signer | None") -> None:
        """Remember the key for this index, if there is one and none was remembered."""
        keys = self._keys()
        if signer and address not in keys.indexes:
            self._write(keys, indexes={**keys.indexes, address: _key(signer)})

    def keep_only(self, names: Collection[str]) -> None:
        """Forget the keys of all plugins but these; of a damaged file nothing is left to forget."""
        try:
            keys = self._keys()
        except UserError as error:
            log.warning("%s", error)
            return
        kept = {name: key for name, key in keys.plugins.items() if name in names}
        if kept != keys.plugins:
            self._write(keys, plugins=kept)

    def _keys(self) -> Keys:
        try:
            return read(self._disk.trust, Keys) or Keys()
        except UserError as error:
            raise UserError(
                f"The file of publishers' keys, “{self._disk.trust}”, can't be used: bring it back "
                "from a backup, or delete it to meet all publishers anew."
            ) from error

    def _write(self, keys: Keys, **changes: dict[str, Key]) -> None:
        write(self._disk.trust, msgspec.structs.replace(keys, **changes))


def _signature(known: Key | None, signer: "Signer | None") -> Signature:
    if signer is None:
        return "unsigned"
    return "known" if known else "new"


def _key(signer: "Signer") -> Key:
    return Key(key=signer.key, key_id=signer.key_id, first_seen=time.time())


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspect:
    """What is compared with the block list: a version, its files' SHA-256 and its signer."""

    name: str
    version: str
    digests: frozenset[str]
    keys: frozenset[str]


class Blocks:
    """What MediaDesk and the index block."""

    def __init__(self, blocks: Iterable[Block]) -> None:
        self._blocks = tuple(blocks)

    def reason(self, suspect: Suspect) -> str | None:
        """Say in a sentence why this plugin is blocked; None if it is not."""
        for block in self._blocks:
            if _hits(block, suspect):
                return (
                    f"The plugin “{suspect.name}” {suspect.version} is blocked "
                    f"({block.reason}): remove it or look for another version."
                )
        return None


def shipped(path: Path) -> tuple[Block, ...]:
    """Read the block list that came with MediaDesk.

    Raises:
        UserError: if it is missing or damaged.
    """
    found = read(path, BlockList)
    if found is None:
        raise UserError(f"The block list “{path}” is missing: install MediaDesk again.")
    return found.blocked


def _hits(block: Block, suspect: Suspect) -> bool:
    tests = []
    if block.name is not None:
        tests.append(block.name == suspect.name)
    if block.sha256 is not None:
        tests.append(block.sha256.lower() in suspect.digests)
    if block.key is not None:
        tests.append(block.key in suspect.keys)
    if not tests:
        log.warning("a block without name, sha256 and key is passed over: %s", block.reason)
        return False
    return all(tests) and _fits(block.versions, suspect.version)


def _fits(specifier: str | None, version: str) -> bool:
    if specifier is None:
        return True
    try:
        return SpecifierSet(specifier).contains(version, prereleases=True)
    except InvalidSpecifier:
        # A block that can't be read exactly is better taken too far than not at all.
        log.warning("the block list has the wrong specifier %r", specifier)
        return True
