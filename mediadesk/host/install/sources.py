"""Brings a plugin's package into staging, from wherever a person names it."""

import hashlib
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from packaging.version import Version

from mediadesk.api import UserError
from mediadesk.host.install.addresses import (
    beside,
    file_name,
    local,
    read_local,
    signature_of,
)
from mediadesk.host.install.index import Index, best
from mediadesk.host.install.trust import Blocks
from mediadesk.host.install.web import Web
from mediadesk.host.manifest import Manifest
from mediadesk.host.package.archive import CAPS

_SUFFIXES = (".whl", ".mdplugin")


@dataclass(frozen=True, slots=True, kw_only=True)
class Staged:
    """A package in staging: `signature` is None where there is none, `promised` what an index says.

    `source` is where it came from, as people are told; `origin` is the address it was fetched
    from, None where nothing was fetched.
    """

    path: Path
    source: str
    signature: str | None
    origin: str | None = None
    promised: tuple[str, str] | None = None

    def check(self, manifest: Manifest) -> None:
        """Refuse a package that is another plugin than the index said.

        Raises:
            UserError: naming both.
        """
        found = manifest.name, Version(manifest.version)
        if self.promised and found != (self.promised[0], Version(self.promised[1])):
            raise UserError(
                f"The plugin index offers “{' '.join(self.promised)}”, and the package is "
                f"“{manifest.name} {manifest.version}”: tell whoever keeps the index."
            )


def stage(source: str, into: Path, web: Web) -> Staged:
    """Copy or fetch a package: a file, or a file:// or https:// address.

    Raises:
        UserError: if there is no such thing, or it can't be fetched or is not what it should be.
        OSError: if it can't be written.
    """
    path = local(source)
    if path is None:
        return _fetch(source, into, web)
    if path.is_file():
        return _copy(path, into)
    raise UserError(
        f"“{path}” is not there: give a plugin's wheel, bundle, folder or https:// address."
    )


def _copy(path: Path, into: Path) -> Staged:
    if path.stat().st_size > CAPS.archive:
        raise UserError(f"“{path}” is larger than {CAPS.archive >> 20} MB: no plugin is.")
    copied = into / path.name
    shutil.copyfile(path, copied)
    return Staged(path=copied, source=str(path), signature=_text(read_local(beside(path))))


def _fetch(url: str, into: Path, web: Web, signature: str | None = None) -> Staged:
    name = file_name(url)
    if not name.endswith(_SUFFIXES):
        raise UserError(f"“{url}” leads to no plugin: its name ends in {' or '.join(_SUFFIXES)}.")
    web.download(url, into / name, most=CAPS.archive, hashes={})
    return Staged(
        path=into / name,
        source=url,
        signature=signature or _text(web.read(signature_of(url))),
        origin=url,
    )


def from_index(
    name: str, into: Path, web: Web, index: Index, blocks: Callable[[], Blocks]
) -> Staged:
    """Copy or fetch the best package of this name in the index.

    Raises:
        UserError: if there is none, it can't be fetched or is not what the index says.
        OSError: if it can't be written.
    """
    entry = next((each for each in index.read(web).plugins if each.name == name), None)
    if entry is None:
        raise UserError(
            f"The plugin index “{index.location}” offers no plugin “{name}”: look at what it "
            f"offers, or write “./{name}” for a folder."
        )
    release, problem = best(entry, blocks())
    if problem:
        raise UserError(f"The plugin “{name}” can't be installed here. {problem}")
    address = index.address(release)
    path = local(address)
    if path and not path.is_file():
        raise UserError(
            f"“{path}” is not there, though the plugin index “{index.location}” names it: tell "
            "whoever keeps it."
        )
    found = _copy(path, into) if path else _fetch(address, into, web, release.signature)
    with found.path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if (digest, found.path.stat().st_size) != (release.sha256.lower(), release.size):
        raise UserError(
            f"“{address}” is another file than the plugin index “{index.location}” says: nothing "
            "of it is used, tell whoever keeps it."
        )
    return replace(
        found,
        source=f"the plugin index “{index.location}”",
        signature=release.signature or found.signature,
        promised=(name, release.version),
    )


def _text(raw: bytes | None) -> str | None:
    return None if raw is None else raw.decode("utf-8", errors="replace")
