"""What is installed, in which state; only small files are read, and no damage hides the rest."""

import hashlib
import logging
import platform
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec
from packaging.utils import canonicalize_name

from mediadesk.api import UserError
from mediadesk.host import manifest as manifests
from mediadesk.host import project
from mediadesk.host.install.disk import Disk, read
from mediadesk.host.install.host import Host, needed
from mediadesk.host.install.records import FOLDER, Current, Receipt
from mediadesk.host.install.trust import Blocks, Suspect
from mediadesk.host.manifest import Manifest

if TYPE_CHECKING:  # what it imports is slow
    from mediadesk.host.package.minisig import Signer

log = logging.getLogger(__name__)
SITE = "site"
RECEIPT = "install.json"
_TRIES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """A plugin that is installed.

    Of a damaged one `version` is empty and `manifest` says no more than its name. `root` comes
    first on the import path, then `more_roots`; `signer` is the id of a key; `dependencies` are
    "name version"; `previous` is the version that a rollback brings back; `problem` is a sentence
    on a state other than ready.
    """

    name: str
    version: str
    manifest: Manifest
    root: Path
    more_roots: tuple[Path, ...] = ()
    data: Path
    source: Literal["installed", "folder"]
    signer: str | None = None
    dependencies: tuple[str, ...] = ()
    previous: str | None = None
    state: Literal["ready", "incompatible", "blocked", "damaged"]
    problem: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Version:
    """One version on disk."""

    manifest: Manifest
    receipt: Receipt
    roots: tuple[Path, ...]


class Inventory:
    """Reads what is installed."""

    def __init__(self, disk: Disk, host: Host, blocks: Callable[[], Blocks]) -> None:
        """Look at plugins in `disk`; `blocks` gives what is blocked now."""
        self._disk = disk
        self._host = host
        self._blocks = blocks

    def all(self) -> tuple[Installed, ...]:
        """List what is installed, by name."""
        blocks = self._blocks()
        found = [self._one(name, blocks) for name in self._disk.names()]
        return tuple(each for each in found if each)

    def one(self, name: str) -> Installed | None:
        """Tell about one plugin; None if it is not installed."""
        return self._one(name, self._blocks())

    def version(self, name: str, version: str) -> Installed:
        """Tell about one version, whether it counts or not."""
        return self._installed(name, version, self._blocks())

    def signer(self, name: str, version: str) -> "Signer | None":
        """Tell who signed a version; None if nobody did.

        Raises:
            UserError: if it is damaged.
        """
        from mediadesk.host.package.minisig import Signer

        receipt = read_receipt(self._disk.version(name, version))
        if receipt is None or receipt.key is None or receipt.key_id is None:
            return None
        return Signer(key=receipt.key, key_id=receipt.key_id)

    def _one(self, name: str, blocks: Blocks) -> Installed | None:
        try:
            current = self._disk.read_current(name)
            for _ in range(_TRIES):
                if current is None:
                    return None
                found = self._installed(name, current.current, blocks)
                seen, current = current, self._disk.read_current(name)
                if found.state != "damaged" or current == seen:
                    break
                # Another process has just changed it.
            return replace(found, previous=self._previous(name, seen))
        except UserError as error:
            return self._damaged(name, self._disk.plugin(name), error)

    def _installed(self, name: str, version: str, blocks: Blocks) -> Installed:
        try:
            return self._told(name, version, blocks)
        except Exception as error:  # noqa: BLE001 - a stranger's files: no damage may hide the rest
            return self._damaged(name, self._disk.version(name, version) / SITE, error)

    def _told(self, name: str, version: str, blocks: Blocks) -> Installed:
        found = self._read_folder(name) if version == FOLDER else self._read(name, version)
        manifest, receipt = found.manifest, found.receipt
        blocked = blocks.reason(
            Suspect(
                name=name,
                version=manifest.version,
                digests=receipt.digests,
                keys=frozenset({receipt.key or "", receipt.key_id or ""}),
            )
        )
        unfit = self._unfit(found)
        return Installed(
            name=name,
            version=manifest.version,
            manifest=manifest,
            root=found.roots[0],
            more_roots=found.roots[1:],
            data=self._disk.data(name),
            source="folder" if version == FOLDER else "installed",
            signer=receipt.key_id,
            dependencies=tuple(
                f"{each.name} {each.version}"
                for each in receipt.wheels
                if each.name != canonicalize_name(manifest.distribution)
            ),
            state="blocked" if blocked else "incompatible" if unfit else "ready",
            problem=blocked or unfit,
        )

    def _unfit(self, found: _Version) -> str | None:
        manifest = found.manifest
        try:
            manifest.check_api()
        except UserError as error:
            return str(error)
        if why := self._host.changed(found.receipt):
            return (
                f"The plugin “{manifest.name}” {manifest.version} can't be used here: {why}. "
                "Look for a newer version of it."
            )
        return None

    def _read(self, name: str, version: str) -> _Version:
        place = self._disk.version(name, version)
        manifest, receipt = read(place / manifests.FILE, Manifest), read_receipt(place)
        if not (manifest and receipt and (place / SITE).is_dir()):
            raise UserError(f"“{place}” is not complete.")
        manifests.checked(manifest, source=str(place))
        _check_name(manifest, name)
        return _Version(manifest=manifest, receipt=receipt, roots=(place / SITE,))

    def _read_folder(self, name: str) -> _Version:
        link = self._disk.read_link(name)
        if link is None:
            raise UserError(f"“{self._disk.link(name)}” is missing.")
        folder = Path(link.folder)
        manifest = project.read(folder)
        _check_name(manifest, name)
        if not is_for(link.needs, needs_id(manifest, self._host)):
            raise UserError(f"What the plugin in “{folder}” needs has changed.")
        root = source_root(folder, manifest)
        if link.needs is None:
            needs, _ = self._host.split(needed(manifest.requires, of=name))
            told = tuple(map(str, needs))
            return _Version(
                manifest=manifest,
                receipt=Receipt(at=0, source=link.folder, sha256="", host_needs=told),
                roots=(root,),
            )
        place = self._disk.version(name, link.needs)
        receipt = read_receipt(place)
        if not (receipt and (place / SITE).is_dir()):
            raise UserError(f"“{place}” is not complete.")
        return _Version(manifest=manifest, receipt=receipt, roots=(root, place / SITE))

    def _damaged(self, name: str, root: Path, error: Exception) -> Installed:
        why = str(error)
        if not isinstance(error, UserError):
            log.warning("the plugin “%s” is damaged", name, exc_info=error)
            why = f"The plugin “{name}” can't be read ({type(error).__name__}: {error})."
        return Installed(
            name=name,
            version="",
            manifest=Manifest(
                name=name, distribution=name, version="0", module=name, title=name, api=">=0"
            ),
            root=root,
            data=self._disk.data(name),
            source="installed",
            state="damaged",
            problem=f"{why} Install the plugin “{name}” again, or go back to its last version.",
        )

    def _previous(self, name: str, current: Current) -> str | None:
        if current.previous is None:
            return None
        try:
            if current.previous == FOLDER:
                return self._read_folder(name).manifest.version
            return self._read(name, current.previous).manifest.version
        except Exception as error:  # noqa: BLE001 - as in `_installed`
            # Nothing to go back to then; the rollback itself would say why.
            log.info("the earlier version of “%s” can't be read: %s", name, error)
            return None


def needs_id(manifest: Manifest, host: Host) -> str | None:
    """Name what a plugin in development needs, as `libraries_id` goes on; None if nothing.

    Raises:
        UserError: if its requirements are wrong.
    """
    _, others = host.split(needed(manifest.requires, of=manifest.name))
    if not others:
        return None
    told = [platform.python_version_tuple()[:2], sorted(map(str, others))]
    return f"dev-{hashlib.sha256(msgspec.json.encode(told)).hexdigest()[:8]}"


def libraries_id(needs: str, digests: Iterable[str]) -> str:
    """Name the folder in versions for these needs that holds wheels of these SHA-256."""
    told = hashlib.sha256("".join(sorted(digests)).encode()).hexdigest()
    return f"{needs}-{told[:8]}"


def is_for(folder: str | None, needs: str | None) -> bool:
    """Whether a folder in versions was made for these needs."""
    return folder == needs or bool(folder and needs and folder.startswith(f"{needs}-"))


def source_root(folder: Path, manifest: Manifest) -> Path:
    """Find where in a source folder the plugin's module lies: in it, or in its `src`.

    Raises:
        UserError: if it is in neither.
    """
    module = manifest.module.partition(".")[0]
    for root in (folder, folder / "src"):
        if (root / module).is_dir() or (root / f"{module}.py").is_file():
            return root
    raise UserError(
        f"“{folder}” has no module “{module}”, which its entry point names: look at its "
        "pyproject.toml."
    )


def read_receipt(place: Path) -> Receipt | None:
    """Read what a version is made of; None if it is not complete."""
    return read(place / RECEIPT, Receipt)


def _check_name(manifest: Manifest, name: str) -> None:
    if manifest.name != name:
        raise UserError(f"The plugin in the folder of “{name}” is called “{manifest.name}”.")
