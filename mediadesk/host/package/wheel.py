"""Reads a stranger's wheel without trusting it, and unpacks one that was read."""

import os
import platform
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import Distribution
from pathlib import Path
from typing import NoReturn

from installer.sources import WheelFile
from installer.utils import parse_metadata_file
from packaging.metadata import parse_email
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.tags import Tag, sys_tags
from packaging.utils import canonicalize_name, parse_wheel_filename
from packaging.version import Version

from mediadesk.api import PROJECT, UserError
from mediadesk.host import manifest as manifests
from mediadesk.host.manifest import Manifest
from mediadesk.host.package.archive import CAPS, PIECE, Caps, digest, open_zip
from mediadesk.host.package.names import PROVIDED, check_distinct, top_level
from mediadesk.host.package.refusal import Refusal, naming, shown

__all__ = ["CAPS", "PROVIDED", "Caps", "Wheel", "read_wheel", "tag_ranks", "unpack"]

_PYTHON_PATHS = ("purelib", "platlib")
_FOREIGN = (".dist-info", ".egg-info", ".data")


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
        name, version, tags = _file_name(path.name)
        if tags.isdisjoint(tag_ranks()):
            raise Refusal(
                f"it is made for another Python or system ({', '.join(sorted(map(str, tags)))})"
            )
        if name in PROVIDED:
            raise Refusal(f"“{name}” is what MediaDesk itself brings")
        with path.open("rb") as file, open_zip(file, caps) as archive:
            source = WheelFile(archive)
            _check_texts(source, archive, caps)
            _check_identity(source, name, version)
            _check_record(source)
            files = _places(source, archive)
            modules = top_level(files)
            requires, requires_python = _needs(source)
            return Wheel(
                path=path,
                name=name,
                version=str(version),
                sha256=digest(file),
                size=path.stat().st_size,
                unpacked=sum(each.file_size for each in files.values()),
                manifest=_manifest(source, path, requires, modules),
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
            places = _places(WheelFile(archive), archive)
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


@cache
def tag_ranks() -> Mapping[Tag, int]:
    """Give the kinds of wheel that work here, the best one lowest."""
    return {tag: rank for rank, tag in enumerate(sys_tags())}


def _file_name(name: str) -> tuple[str, Version, frozenset[Tag]]:
    try:
        found, version, _, tags = parse_wheel_filename(name)
    except ValueError as error:
        raise Refusal(
            "a wheel is called NAME-VERSION-PYTHON-ABI-SYSTEM.whl: give it back its own name"
        ) from error
    return canonicalize_name(found, validate=True), version, tags


def _check_texts(source: WheelFile, archive: zipfile.ZipFile, caps: Caps) -> None:
    """Check that the files about the wheel are there, and small enough to be read as a whole."""
    names = source.dist_info_filenames
    for name in ("METADATA", "WHEEL", "RECORD"):
        if name not in names:
            raise Refusal(f"it has no {name}")
    for name in names:
        if archive.getinfo(f"{source.dist_info_dir}/{name}").file_size > caps.text:
            raise Refusal(f"its file {name} is larger than {caps.text >> 20} MB")


def _check_identity(source: WheelFile, name: str, version: Version) -> None:
    raw, _ = parse_email(source.read_dist_info("METADATA"))
    told = raw.get("name", ""), raw.get("version", "")
    folder = tuple(source.dist_info_dir.removesuffix(".dist-info").split("-"))
    for who, found in (("METADATA", told), (source.dist_info_dir, folder)):
        if len(found) != 2 or (canonicalize_name(found[0]), Version(found[1])) != (name, version):
            raise Refusal(
                f"it lies about what it is: it is called {name} {version}, and its "
                f"{shown(who)} says “{shown(' '.join(found))}”"
            )
    wheel_version = parse_metadata_file(source.read_dist_info("WHEEL"))["Wheel-Version"] or ""
    if wheel_version.split(".")[0] != "1":
        raise Refusal(f"it is a wheel of the format “{shown(wheel_version)}”, and 1.x is known")


def _check_record(source: WheelFile) -> None:
    try:
        source.validate_record()
    except source.validation_error as error:
        (issue, *_) = getattr(error, "issues", [str(error)])
        raise Refusal(
            f"its RECORD is wrong: {shown(issue.rpartition('.whl, ')[2]).rstrip('.')}"
        ) from error


def _places(source: WheelFile, archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """Give each file by the path it is unpacked to.

    Raises:
        Refusal: if one belongs to anything but the Python path, or to another package.
    """
    places = {}
    for entry in archive.infolist():
        if entry.is_dir():
            continue
        place = entry.filename
        root, _, rest = place.partition("/")
        if root == source.data_dir:
            scheme, _, place = rest.partition("/")
            if scheme not in _PYTHON_PATHS:
                raise Refusal(f"“{entry.filename}” in it belongs outside the plugin's own folder")
            root = place.partition("/")[0]
        if root != source.dist_info_dir and root.casefold().endswith(_FOREIGN):
            raise Refusal(f"it brings “{root}”, which speaks for another package")
        if place in places:
            raise Refusal(f"it has the file “{place}” twice")
        places[place] = entry
    check_distinct(list(places))
    return places


def _needs(source: WheelFile) -> tuple[tuple[str, ...], str]:
    raw, unknown = parse_email(source.read_dist_info("METADATA"))
    if wrong := {"requires-dist", "requires-python"} & unknown.keys():
        raise Refusal(f"its METADATA has a wrong {min(wrong)}")
    requires = tuple(raw.get("requires_dist", ()))
    for each in requires:
        Requirement(each)
    python = raw.get("requires_python", "")
    here = platform.python_version()
    if not SpecifierSet(python).contains(here, prereleases=True):
        raise Refusal(f"it needs Python {python}, and here is {here}")
    return requires, python


def _manifest(
    source: WheelFile, path: Path, requires: tuple[str, ...], modules: tuple[str, ...]
) -> Manifest | None:
    if manifests.FILE not in source.dist_info_filenames:
        return None
    raw = source.read_dist_info(manifests.FILE).encode()
    manifest = manifests.decode(raw, source=shown(path.name))
    raw_name, version, _ = _file_name(path.name)
    identity = canonicalize_name(manifest.distribution), Version(manifest.version)
    if identity != (raw_name, version):
        raise Refusal(
            f"it lies about what it is: its manifest says “{manifest.distribution} "
            f"{manifest.version}”"
        )
    points = _Info(source).entry_points.select(group=PROJECT)
    if [(each.name, each.value) for each in points] != [(manifest.name, manifest.module)]:
        raise Refusal(f"its entry point is not “{manifest.name} = {manifest.module}”")
    if manifest.module.partition(".")[0] not in modules:
        raise Refusal(f"it lacks the module “{manifest.module}” of its entry point")
    always = {each for each in map(Requirement, requires) if "extra" not in str(each.marker or "")}
    if always != set(map(Requirement, manifest.requires)):
        raise Refusal("its manifest and its METADATA name different requirements")
    return manifest


def _write(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(entry) as packed, target.open("xb") as file:
        while piece := packed.read(PIECE):
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())


class _Info(Distribution):
    """The metadata of a wheel that is not installed, for the parser of entry points."""

    def __init__(self, source: WheelFile) -> None:
        self._source = source

    def read_text(self, filename: str) -> str | None:
        if filename not in self._source.dist_info_filenames:
            return None
        return self._source.read_dist_info(filename)

    def locate_file(self, path: object) -> NoReturn:
        raise FileNotFoundError(path)
