"""A plugin as one file: its wheel alone, or a bundle with the wheels that it needs.

A bundle is a zip called NAME-VERSION.mdplugin. At its root lies the plugin's wheel, in `wheels/`
lie the others, and nothing else lies in it. A signature lies beside it, never inside.
"""

import dataclasses
import shutil
import zipfile
from dataclasses import dataclass
from pathlib import Path

from mediadesk.host.package.archive import CAPS, PIECE, Caps, digest, open_zip
from mediadesk.host.package.refusal import Refusal, naming, shown
from mediadesk.host.package.wheel import Wheel, read_wheel

SUFFIX = ".mdplugin"
WHEELS = "wheels"


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A plugin's file that was read: the plugin, what it brings along, and the file's own data."""

    plugin: Wheel
    bundled: tuple[Wheel, ...]
    sha256: str
    size: int


def open_package(path: Path, staging: Path, caps: Caps = CAPS) -> Package:
    """Read a plugin's wheel or bundle; the wheels of a bundle are laid into `staging`.

    Raises:
        UserError: if it is neither, or anything in it is refused.
    """
    if path.suffix == ".whl":
        wheel = _plugin(read_wheel(path, caps), path)
        return Package(plugin=wheel, bundled=(), sha256=wheel.sha256, size=wheel.size)
    with naming(path):
        if path.suffix != SUFFIX:
            raise Refusal(f"a plugin is a file that ends in .whl or {SUFFIX}")
        with path.open("rb") as file:
            with open_zip(file, dataclasses.replace(caps, files=caps.wheels)) as archive:
                own, others = _extract(archive, staging)
            sha256, size = digest(file), file.tell()
        plugin = _plugin(read_wheel(own, caps), path)
        bundled = tuple(read_wheel(each, caps) for each in others)
        _check_together(plugin, bundled, caps)
    return Package(plugin=plugin, bundled=bundled, sha256=sha256, size=size)


def members(archive: zipfile.ZipFile) -> tuple[str, list[str]]:
    """Give the plugin's wheel in a bundle, and the others.

    Raises:
        Refusal: if it is not arranged as a bundle is.
    """
    own: list[str] = []
    others: list[str] = []
    for name in (each.filename for each in archive.infolist() if not each.is_dir()):
        folder, _, file = name.rpartition("/")
        if not file.endswith(".whl") or folder not in {"", WHEELS}:
            raise Refusal(f"“{shown(name)}” does not belong in a bundle")
        (others if folder else own).append(name)
    if len(own) != 1:
        raise Refusal(f"a bundle holds one plugin, and this one {len(own)}")
    return own[0], others


def _extract(archive: zipfile.ZipFile, staging: Path) -> tuple[Path, list[Path]]:
    own, others = members(archive)
    for name in (own, *others):
        target = staging / name
        target.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(name) as packed, target.open("xb") as file:
            shutil.copyfileobj(packed, file, PIECE)
    return staging / own, [staging / each for each in others]


def _plugin(wheel: Wheel, path: Path) -> Wheel:
    if wheel.manifest is None:
        with naming(path):
            raise Refusal(
                f"“{wheel.name}” is no plugin of MediaDesk, or its maker did not pack it with "
                "“mediadesk plugins pack”"
            )
    return wheel


def _check_together(plugin: Wheel, bundled: tuple[Wheel, ...], caps: Caps) -> None:
    names = {plugin.name}
    for wheel in bundled:
        if wheel.manifest is not None:
            raise Refusal(f"it brings a second plugin, “{wheel.manifest.name}”")
        if wheel.name in names:
            raise Refusal(f"it brings “{wheel.name}” twice")
        names.add(wheel.name)
    if sum(each.unpacked for each in (plugin, *bundled)) > caps.unpacked:
        raise Refusal(f"unpacked it is larger than {caps.unpacked >> 20} MB")
