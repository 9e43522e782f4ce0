"""Reads a stranger's wheel without trusting it, and unpacks one that was read."""

import os
import platform
import zipfile
from dataclasses import dataclass
from pathlib import Path

from installer.sources import WheelFile

from mediadesk.api import UserError
from mediadesk.host.isolate.finder import PROVIDED
from mediadesk.host.manifest import Manifest
from mediadesk.host.package import contents
from mediadesk.host.package.archive import CAPS, PIECE, Caps, digest, open_zip
from mediadesk.host.package.names import file_name, rank, top_level
from mediadesk.host.package.refusal import Refusal, naming, shown

__all__ = ["CAPS", "PROVIDED", "Caps", "Wheel", "read_wheel", "unpack"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wheel:
    """A wheel that was read and found good for this computer.

    `name` is canonical; `size` and `unpacked` are bytes; `manifest` is None where it is no
    plugin; `requires` are requirements as the wheel has them, with markers; `top_level` are the
    modules it brings; `requires_python` is a specifier or empty.
    """

    path: Path
    name: str
    version: str
    sha256: str
    size: int
    unpacked: int
    manifest: Manifest | None
    requires: tuple[str, ...]
    top_level: tuple[str, ...]
    requires_python: str


def read_wheel(path: Path, caps: Caps = CAPS) -> Wheel:
    """Read a wheel and check all of it; nothing is written and nothing in it is run.

    Raises:
        UserError: if it is damaged, dangerous, not what it says, or not for this computer.
    """
    with naming(path):
        name, version, tags = file_name(path.name)
        if rank(tags) is None:
            made_for = ", ".join(sorted(map(str, tags)))
            raise Refusal(
                f"it is made for another Python or system ({made_for}), and this is Python "
                f"{platform.python_version()} on {platform.system()} {platform.machine()}: look "
                "for the file for that"
            )
        if name in PROVIDED:
            raise Refusal(f"“{name}” is what MediaDesk itself brings")
        with path.open("rb") as file, open_zip(file, caps) as archive:
            source = WheelFile(archive)
            contents.check_texts(source, archive, caps)
            contents.check_identity(source, name, version)
            contents.check_record(source, archive)
            files = contents.places(source, archive)
            modules = top_level(files)
            requires, requires_python = contents.needs(source)
            manifest = contents.manifest(source, shown(path.name))
            if manifest is not None:
                contents.check_manifest(manifest, source, requires=requires, modules=modules)
            return Wheel(
                path=path,
                name=name,
                version=str(version),
                sha256=digest(file),
                size=file.tell(),
                unpacked=sum(each.file_size for each in files.values()),
                manifest=manifest,
                requires=requires,
                top_level=modules,
                requires_python=requires_python,
            )


def unpack(wheel: Wheel, into: Path) -> None:
    """Lay the files of a wheel into a folder, which others may share, and fsync them.

    Scripts are not made, bytecode is left out, and nothing is made executable. What was written
    before an error stays: unpack into a staging folder.

    Raises:
        UserError: if the file changed since it was read, or can't be written, or brings a file
            that is there already.
    """
    with naming(wheel.path), wheel.path.open("rb") as file:
        if digest(file) != wheel.sha256:
            raise Refusal("it has changed since it was read")
        with zipfile.ZipFile(file) as archive:
            places = contents.places(WheelFile(archive), archive)
            left = wheel.unpacked
            for place, entry in places.items():
                if "__pycache__" in place.split("/"):
                    continue
                left -= entry.file_size
                if left < 0:
                    raise Refusal("it is larger than it was when it was read")
                try:
                    _write(archive, entry, into / place)
                except OSError as error:
                    raise UserError(
                        f"“{place}” of “{wheel.path.name}” can't be written to “{into}” "
                        f"({error.strerror}): it needs {wheel.unpacked >> 20} MB of free space, "
                        "and no two packages may bring the same file."
                    ) from error


def _write(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(entry) as packed, target.open("xb") as file:
        while piece := packed.read(PIECE):
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
