"""The plugin index: a static file in a folder or on a server, of which a copy is kept."""

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urljoin

import msgspec
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from mediadesk.api import API_VERSION, UserError
from mediadesk.api.errors import OptionNeededError
from mediadesk.host.install import index_signature
from mediadesk.host.install.addresses import (
    address,
    beside,
    is_name,
    is_url,
    local,
    read_local,
    signature_of,
)
from mediadesk.host.install.disk import Disk, read, telling, write_bytes
from mediadesk.host.install.records import Catalogue, Entry, Release
from mediadesk.host.install.trust import Blocks, Suspect, Trust

if TYPE_CHECKING:  # what it imports is slow, and needed for the network only
    from mediadesk.host.install.web import Web

log = logging.getLogger(__name__)
_FORMAT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A plugin of the index; `source` installs it, `installed` is the version that is here."""

    name: str
    title: str
    summary: str
    version: str
    size: int
    installed: str | None
    source: str
    problem: str | None = None


class Found(NamedTuple):
    """A release that an index offers; `problem` says why it can't be installed here."""

    release: Release
    problem: str | None


class Index:
    """One index, by its path or address; it may be signed, and then its key is remembered."""

    def __init__(self, location: str, disk: Disk, trust: Trust, settings: str) -> None:
        self._setting = f"“plugin_index” in “{settings}”"
        self._wrong: UserError | None = None
        self._path: Path | None = None
        self.location = location
        try:
            self._path = local(location)
            self.location = address(location)
        except UserError as error:  # told when the index is asked for, all else goes on
            self._wrong = error
        self._disk = disk
        self._trust = trust
        digest = hashlib.sha256(self.location.encode()).hexdigest()
        self._copy = disk.root / f"index-{digest[:8]}.json"

    def read(self, web: "Web") -> Catalogue:
        """Read the index and keep a copy; without the network, one that lies there is that copy.

        Raises:
            UserError: if it can't be read, is wrong, or is not signed as it was before.
        """
        if self._wrong:
            raise UserError(f"{self._setting} can't be used: {self._wrong}") from self._wrong
        if self._path and self._path.is_dir():
            raise UserError(
                f"{self._setting} is the folder “{self._path}”: give the file of an index in it."
            )
        if self._path:
            raw, signature = read_local(self._path), read_local(beside(self._path))
        elif web.is_open:
            raw, signature = web.read(self.location), web.read(signature_of(self.location))
        elif found := self.copy():
            return found
        else:
            raise OptionNeededError(
                f"The plugin index “{self.location}” was never fetched: allow the network, and "
                "try again.",
                "network",
            )
        if raw is None:
            raise UserError(
                f"The plugin index “{self.location}” is not there: check {self._setting}."
            )
        return self._keep(raw, signature)

    def copy(self) -> Catalogue | None:
        """Read the copy that was kept; None if there is none, or it is damaged."""
        try:
            return read(self._copy, Catalogue)
        except UserError as error:
            log.warning("the copy of the plugin index can't be used: %s", error)
            return None

    def address(self, release: Release) -> str:
        """Give the address of a release; file:// only if the index is a file too.

        Raises:
            UserError: if an index in the network leads to a file of this computer.
        """
        found = urljoin(self.location, release.url)
        if not is_url(found) and not self._path:
            raise UserError(
                f"The plugin index “{self.location}” leads to “{found}”: tell whoever keeps it."
            )
        return found

    def _keep(self, raw: bytes, signature: bytes | None) -> Catalogue:
        signer = index_signature.verify(self.location, raw, signature) if signature else None
        catalogue = _decode(raw, self.location)
        standing = self._trust.check_index(self.location, signer)
        kept = self.copy() if standing == "known" else None  # unsigned, its number proves nothing
        if kept and catalogue.serial < kept.serial:
            raise UserError(
                f"The plugin index “{self.location}” is an old one (number {catalogue.serial}, and "
                f"{kept.serial} was seen here before): try again later, or tell whoever keeps it."
            )
        if standing == "new" or raw != read_local(self._copy):
            with self._disk.changing(), telling("No copy of the index can be kept", self._copy):
                self._trust.remember_index(self.location, signer)
                write_bytes(self._copy, raw)
        return catalogue


def best(entry: Entry, blocks: Blocks) -> Found:
    """Give the newest release that can be installed here; if none can, the newest, and why."""
    releases = sorted(entry.versions, key=_rank, reverse=True)
    found = [Found(each, _problem(entry, each, blocks)) for each in releases]
    return next((each for each in found if each.problem is None), found[0])


def offers(catalogue: Catalogue, blocks: Blocks, installed: Mapping[str, str]) -> tuple[Offer, ...]:
    """List what an index offers; `installed` are name → version of what is here."""
    return tuple(
        Offer(
            name=entry.name,
            title=entry.title or entry.name,
            summary=entry.summary,
            version=found.release.version,
            size=found.release.size,
            installed=installed.get(entry.name),
            source=entry.name,
            problem=found.problem,
        )
        for entry in catalogue.plugins
        for found in (best(entry, blocks),)
    )


def _decode(raw: bytes, location: str) -> Catalogue:
    try:
        found = msgspec.json.decode(raw, type=Catalogue)
        if found.format != _FORMAT:
            raise ValueError(f"its format is {found.format}, and {_FORMAT} is known here")
        for entry in found.plugins:
            if not is_name(entry.name):
                raise ValueError(f"“{entry.name!a}” is no plugin's name")
            if not entry.versions:
                raise ValueError(f"“{entry.name}” has no versions")
            for release in entry.versions:
                Version(release.version)
                SpecifierSet(release.api)
    except (ValueError, InvalidVersion, InvalidSpecifier, RecursionError) as error:
        raise UserError(
            f"The plugin index “{location}” is wrong ({error}): tell whoever keeps it."
        ) from error
    return found


def _rank(release: Release) -> tuple[bool, Version]:
    version = Version(release.version)
    return not version.is_prerelease, version


def _problem(entry: Entry, release: Release, blocks: Blocks) -> str | None:
    if API_VERSION not in SpecifierSet(release.api):
        return f"It needs the plugin API {release.api}, and this MediaDesk has {API_VERSION}."
    return blocks.reason(
        Suspect(
            name=entry.name,
            version=release.version,
            digests=frozenset({release.sha256.lower()}),
            keys=frozenset(),
        )
    )
