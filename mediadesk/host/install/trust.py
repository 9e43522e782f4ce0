"""Whom to believe: publishers' keys are remembered on first use, and some plugins are blocked."""

import logging
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

import msgspec
from packaging.specifiers import InvalidSpecifier, SpecifierSet

from mediadesk.api import UserError
from mediadesk.host.install.disk import Disk, read, write
from mediadesk.host.install.records import Block, BlockList, Key, Keys

if TYPE_CHECKING:  # what it imports is slow, and needed for packages only
    from mediadesk.host.package.minisig import Signer


log = logging.getLogger(__name__)
Signature = Literal["known", "new", "unsigned", "development"]


class Standing(NamedTuple):
    """How a package is signed; `former` is the id of the key that was expected instead."""

    signature: Signature
    former: str | None


class Trust:
    """The keys in `trust.json`; they outlive the plugins, or removing one would open a door."""

    def __init__(self, disk: Disk) -> None:
        self._disk = disk

    def of_plugin(self, name: str, signer: "Signer | None") -> Standing:
        """Tell how a package of this plugin is signed, measured against what was installed before.

        Raises:
            UserError: if the file of keys is damaged.
        """
        known = self._keys().plugins.get(name)
        is_other = known is not None and (signer is None or signer.key != known.key)
        return Standing(_signature(known, signer), known.key_id if known and is_other else None)

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
                f"{known.key_id}: ask whoever keeps it why; if you believe the new one, delete it "
                f"under “indexes” in “{self._disk.trust}”."
            )
        return _signature(known, signer)

    def remember_plugin(self, name: str, signer: "Signer | None") -> None:
        """Remember the key for this plugin, if there is one; a person has consented to another."""
        keys = self._keys()
        known = keys.plugins.get(name)
        if signer and not (known and known.key == signer.key):
            self._write(keys, plugins={**keys.plugins, name: _key(signer)})

    def remember_index(self, address: str, signer: "Signer | None") -> None:
        """Remember the key for this index, if there is one and none was remembered."""
        keys = self._keys()
        if signer and address not in keys.indexes:
            self._write(keys, indexes={**keys.indexes, address: _key(signer)})

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
    return "known" if known and known.key == signer.key else "new"


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
