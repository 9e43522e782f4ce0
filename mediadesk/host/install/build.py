"""Lays a version out on disk: the plugin and what it needs in one folder, with its papers."""

import filecmp
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from mediadesk.api import UserError
from mediadesk.host import manifest as manifests
from mediadesk.host.install.disk import discard, sync_tree, write
from mediadesk.host.install.inventory import RECEIPT, SITE
from mediadesk.host.install.records import Receipt
from mediadesk.host.install.records import Wheel as WheelRecord
from mediadesk.host.manifest import Manifest
from mediadesk.host.package.archive import CAPS
from mediadesk.host.package.wheel import Wheel, unpack

if TYPE_CHECKING:  # what it imports is slow
    from mediadesk.host.install.prepare import Prepared


def build(prepared: "Prepared", into: Path) -> None:
    """Make the folder of a version, of which everything was fetched; all of it reaches the disk.

    Raises:
        UserError: if two wheels bring the same file with different contents, or all is too large.
        OSError: if it can't be written.
    """
    manifest = prepared.manifest
    wheels = [each.wheel for each in prepared.choices if each.wheel]
    if prepared.package:
        wheels.insert(0, prepared.package.plugin)
    if sum(each.unpacked for each in wheels) > CAPS.unpacked:
        raise UserError(
            f"The plugin “{manifest.name}” and what it needs are larger than "
            f"{CAPS.unpacked >> 20} MB together: that is refused."
        )
    discard(into)
    (into / SITE).mkdir(parents=True)
    parts = into / "parts"
    merge = _Merge(into / SITE)
    for wheel in wheels:
        unpack(wheel, parts)
        merge.add(parts, wheel.path.name)
        discard(parts)
    write(into / manifests.FILE, manifest)
    write(into / RECEIPT, _receipt(prepared, manifest, wheels))
    sync_tree(into)


class _Merge:
    """Moves the files of several wheels into one folder, where none may change another's."""

    def __init__(self, site: Path) -> None:
        self._site = site
        self._files: dict[str, tuple[Path, str]] = {}
        self._folders: set[str] = set()

    def add(self, part: Path, owner: str) -> None:
        """Move everything in `part`."""
        for path in sorted(each for each in part.rglob("*") if each.is_file()):
            place = path.relative_to(part)
            # Some systems take names that differ in case only for the same.
            key = str(place).casefold()
            above = [str(each).casefold() for each in place.parents]
            known, other = self._files.get(key, (None, ""))
            if key in self._folders or not self._files.keys().isdisjoint(above):
                raise _clash(place, owner, "another package")
            if known is None:
                target = self._site / place
                target.parent.mkdir(parents=True, exist_ok=True)
                path.replace(target)
                self._files[key] = target, owner
                self._folders.update(above)
            elif not filecmp.cmp(path, known, shallow=False):
                raise _clash(place, owner, other)


def _clash(place: Path, owner: str, other: str) -> UserError:
    return UserError(
        f"“{owner}” and {other} both bring the file “{place}”, with different contents: ask their "
        "makers to agree."
    )


def _receipt(prepared: "Prepared", manifest: Manifest, wheels: Iterable[Wheel]) -> Receipt:
    wheels = tuple(wheels)
    signer = prepared.signer
    return Receipt(
        at=time.time(),
        source=prepared.source,
        sha256=prepared.package.sha256 if prepared.package else "",
        key=signer.key if signer else None,
        key_id=signer.key_id if signer else None,
        wheels=tuple(
            WheelRecord(
                name=each.name,
                version=each.version,
                sha256=each.sha256,
                tags="-".join(each.path.stem.split("-")[-3:]),
            )
            for each in wheels
        ),
        host_needs=prepared.host_needs,
        python=tuple(sorted({each.requires_python for each in wheels} - {""})),
        granted=manifest.permissions.grants(),
    )
