"""Looks into a package and chooses what it needs: all that a plan must know, kept in staging."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement

from mediadesk.api import UserError
from mediadesk.api.errors import OptionNeededError
from mediadesk.host import project
from mediadesk.host.install.addresses import address, is_name, local
from mediadesk.host.install.disk import Disk
from mediadesk.host.install.host import Host, needed
from mediadesk.host.install.index import Index
from mediadesk.host.install.inventory import (
    SITE,
    is_for,
    libraries_id,
    needs_id,
    read_receipt,
    source_root,
)
from mediadesk.host.install.resolve import Resolved, resolve
from mediadesk.host.install.sources import from_index, stage
from mediadesk.host.install.supply import Choice, Supply
from mediadesk.host.install.trust import Blocks
from mediadesk.host.install.web import Web
from mediadesk.host.manifest import Manifest
from mediadesk.host.package.bundle import Package, open_package
from mediadesk.host.package.minisig import Signer
from mediadesk.host.package.signature import verify
from mediadesk.host.package.wheel import Wheel

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A plugin that was looked into. It is either a `package` or a source `folder`.

    `source` is where it came from, as people are told, `origin` the address that the package was
    fetched from, `needs` the folder in versions for what a source folder needs; `choices` may
    still have to be fetched.
    """

    source: str
    staging: Path
    manifest: Manifest
    package: Package | None = None
    folder: Path | None = None
    origin: str | None = None
    signer: Signer | None = None
    choices: tuple[Choice, ...] = ()
    host_needs: tuple[str, ...] = ()
    needs: str | None = None


class Preparer:
    """Prepares plugins, with what a person set: index, wheelhouse and wheel index."""

    def __init__(
        self,
        disk: Disk,
        host: Host,
        *,
        index: Index | None,
        wheelhouse: Path | None,
        anew: bool,
        wheel_index: str | None,
        settings: str,
        blocks: Callable[[], Blocks],
    ) -> None:
        self._disk = disk
        self._host = host
        self._index = index
        self._wheelhouse = wheelhouse
        self._anew = anew
        self._wheel_index = wheel_index
        self._settings = settings
        self._blocks = blocks

    def prepare(self, source: str, staging: Path, web: Web) -> Prepared:
        """Look into what a person named; only `staging` is written to.

        Raises:
            UserError: if it is no plugin, or none that works here.
            OSError: if `staging` can't be written.
        """
        if is_name(source):
            staged = from_index(source, staging, web, self._known_index(source), self._blocks)
        elif (path := local(source)) and path.is_dir():
            return self._folder(path, staging, web)
        else:
            staged = stage(source, staging, web)
        package = open_package(staged.path, staging / "bundle")
        manifest = package.plugin.manifest
        if manifest is None:
            raise UserError(f"“{source}” is no plugin of MediaDesk: give another file.")
        staged.check(manifest)
        self._host.check(manifest)
        resolved = self._resolve(manifest, package.plugin.requires, package.bundled, staging, web)
        return Prepared(
            source=staged.source,
            staging=staging,
            manifest=manifest,
            package=package,
            origin=staged.origin,
            signer=verify(staged.path, staged.signature),
            choices=resolved.choices,
            host_needs=resolved.host_needs,
        )

    def _known_index(self, name: str) -> Index:
        if self._index is None:
            raise UserError(
                f"“{name}” is looked for in the plugin index, and none is set: set “plugin_index” "
                f"in “{self._settings}”, or write “./{name}” if a folder is meant."
            )
        return self._index

    def _folder(self, folder: Path, staging: Path, web: Web) -> Prepared:
        manifest = project.read(folder)
        source_root(folder, manifest)
        self._host.check(manifest)
        needs = needs_id(manifest, self._host)
        here = self._here(manifest.name, needs)
        resolved = Resolved((), ())
        if needs and (self._anew or here is None):
            resolved = self._resolve(manifest, manifest.requires, (), staging, web)
            here = libraries_id(needs, (each.sha256 for each in resolved.choices))
            if self._is_complete(manifest.name, here):
                resolved = Resolved((), ())
        return Prepared(
            source=str(folder),
            staging=staging,
            manifest=manifest,
            folder=folder,
            choices=resolved.choices,
            host_needs=resolved.host_needs,
            needs=here,
        )

    def _here(self, name: str, needs: str | None) -> str | None:
        """Name the folder in versions that a folder uses now, if it is whole and for these needs.

        What is damaged is installed anew.
        """
        try:
            link = self._disk.read_link(name)
        except UserError as error:
            log.info("%s", error)
            return None
        found = link.needs if link and is_for(link.needs, needs) else None
        return found if found and self._is_complete(name, found) else None

    def _is_complete(self, name: str, version: str) -> bool:
        place = self._disk.version(name, version)
        try:
            return read_receipt(place) is not None and (place / SITE).is_dir()
        except UserError as error:
            log.info("%s", error)
            return False

    def _resolve(
        self,
        manifest: Manifest,
        requires: tuple[str, ...],
        bundled: tuple[Wheel, ...],
        staging: Path,
        web: Web,
    ) -> Resolved:
        own, others = self._host.split(needed(requires, of=manifest.name))
        needs = tuple(map(str, own))
        if not others:
            return Resolved((), needs)
        supply = self._supply(manifest, others, bundled, web, staging / "wheels")
        found = resolve(others, of=manifest.name, supply=supply, host=self._host)
        return Resolved(found.choices, tuple(sorted({*needs, *found.host_needs})))

    def _supply(
        self,
        manifest: Manifest,
        needs: list[Requirement],
        bundled: tuple[Wheel, ...],
        web: Web,
        into: Path,
    ) -> Supply:
        """Choose the one place that all wheels come from.

        With several, a stranger could put a higher version of a private name into the other one.
        """
        if bundled:
            return Supply("its bundle", web, into, wheels=bundled)
        if self._wheelhouse:
            if not self._wheelhouse.is_dir():
                raise OptionNeededError(
                    f"The folder of wheels “{self._wheelhouse}” is not there: give another as "
                    f"“wheelhouse” in “{self._settings}”.",
                    "wheelhouse",
                )
            told = f"the folder “{self._wheelhouse}”"
            return Supply(told, web, into, files=sorted(self._wheelhouse.glob("*.whl")))
        if self._wheel_index:
            path = local(self._wheel_index)
            if path and not path.is_dir():
                raise UserError(
                    f"The wheel index “{path}” is no folder: check “wheel_index” in "
                    f"“{self._settings}”."
                )
            found = address(self._wheel_index)
            return Supply(f"“{found}”", web, into, index=found)
        raise OptionNeededError(
            f"The plugin “{manifest.name}” needs {' and '.join(map(str, needs))}, and no place for "
            "such wheels is known: ask its maker for a bundle, or set “wheel_index” or "
            f"“wheelhouse” in “{self._settings}”.",
            "wheelhouse",
        )
