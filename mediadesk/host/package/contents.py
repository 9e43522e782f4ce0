"""What the files inside a wheel say of it, each held against the others."""

import configparser
import csv
import platform
import zipfile

from installer.exceptions import InstallerError
from installer.records import InvalidRecordEntry, parse_record_file
from installer.sources import WheelFile
from installer.utils import parse_metadata_file
from packaging.metadata import parse_email
from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

from mediadesk.api import PROJECT
from mediadesk.host import manifest as manifests
from mediadesk.host.manifest import Manifest
from mediadesk.host.package.archive import Caps
from mediadesk.host.package.names import check_distinct
from mediadesk.host.package.refusal import Refusal, shown

_PYTHON_PATHS = ("purelib", "platlib")
_CHECKSUMS = ("sha256", "sha384", "sha512")
_FOREIGN = (".dist-info", ".egg-info", ".data")
_ENTRY_POINTS = "entry_points.txt"
_NEEDED = ("METADATA", "WHEEL", "RECORD")


def check_texts(source: WheelFile, archive: zipfile.ZipFile, caps: Caps) -> None:
    """Check that the files about the wheel are there, and small enough to be read as a whole.

    Raises:
        Refusal: if they are not.
    """
    try:
        names = source.dist_info_filenames
    except InstallerError as error:
        raise Refusal("it has not one folder “.dist-info”, that of its own name") from error
    for name in _NEEDED:
        if name not in names:
            raise Refusal(f"it has no {name}")
    for name in names:
        if archive.getinfo(f"{source.dist_info_dir}/{name}").file_size > caps.text:
            raise Refusal(f"its file {name} is larger than {caps.text >> 20} MB")


def check_identity(source: WheelFile, name: str, version: Version) -> None:
    """Check that METADATA and the folder of it name the same package as the file's name.

    Raises:
        Refusal: if one does not, or the wheel is of an unknown format.
    """
    raw, _ = parse_email(source.read_dist_info("METADATA"))
    told = raw.get("name", ""), raw.get("version", "")
    folder = source.dist_info_dir.removesuffix(".dist-info").rpartition("-")[::2]
    for who, found in (("METADATA", told), (source.dist_info_dir, folder)):
        if (canonicalize_name(found[0]), Version(found[1])) != (name, version):
            raise Refusal(
                f"it lies about what it is: it is called {name} {version}, and its "
                f"{shown(who)} says “{shown(' '.join(found).strip())}”"
            )
    wheel_version = parse_metadata_file(source.read_dist_info("WHEEL"))["Wheel-Version"] or ""
    if wheel_version.split(".")[0] != "1":
        raise Refusal(f"it is a wheel of the format “{shown(wheel_version)}”, and 1.x is known")


def check_record(source: WheelFile, archive: zipfile.ZipFile) -> None:
    """Check every file against the checksum in RECORD, and that none is missing.

    Raises:
        Refusal: if one is wrong or missing, or of a kind that can be forged.
    """
    try:
        rows = list(parse_record_file(source.read_dist_info("RECORD").splitlines()))
    except (InvalidRecordEntry, csv.Error) as error:
        raise Refusal(f"its RECORD is wrong: {shown(str(error))}") from error
    for path, checksum, _ in rows:
        if checksum and checksum.partition("=")[0] not in _CHECKSUMS:
            raise Refusal(f"its RECORD has no usable checksum of “{shown(path)}”")
    if missing := {path for path, *_ in rows} - set(archive.namelist()):
        raise Refusal(f"its RECORD is wrong: {shown(min(missing))} is missing")
    try:
        source.validate_record()
    except source.validation_error as error:
        (issue, *_) = getattr(error, "issues", [str(error)])
        raise Refusal(
            f"its RECORD is wrong: {shown(issue.rpartition('.whl, ')[2]).rstrip('.')}"
        ) from error


def places(source: WheelFile, archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """Give each file by the path it is unpacked to.

    Files that are not for the Python path (scripts, data, headers) and `.pth` files are refused
    in a plugin. Of other wheels they are left out: the manual pages of mutagen are such.

    Raises:
        Refusal: if one is refused, speaks for another package, or lies on another.
    """
    is_plugin = manifests.FILE in source.dist_info_filenames
    found: dict[str, zipfile.ZipInfo] = {}
    for entry in archive.infolist():
        if entry.is_dir():
            continue
        name = entry.filename
        place = _place(name, source)
        if place is None:
            if is_plugin:
                raise Refusal(f"“{name}” in it would leave its folder, or run unasked")
            continue
        is_own = name.startswith(f"{source.dist_info_dir}/")
        if not is_own and place.partition("/")[0].casefold().endswith(_FOREIGN):
            raise Refusal(f"“{name}” in it speaks for another package")
        if place in found:
            raise Refusal(f"it has the file “{place}” twice")
        found[place] = entry
    check_distinct(list(found))
    return found


def needs(source: WheelFile) -> tuple[tuple[str, ...], str]:
    """Give the requirements and the versions of Python that METADATA names.

    Raises:
        Refusal: if this Python is not among them, or they can't be read.
    """
    raw, unknown = parse_email(source.read_dist_info("METADATA"))
    if wrong := {"requires-dist", "requires-python"} & unknown.keys():
        raise Refusal(f"its METADATA has a wrong {min(wrong)}")
    requires = tuple(raw.get("requires_dist", ()))
    for each in requires:
        try:
            Requirement(each)
        except InvalidRequirement as error:
            raise Refusal(f"its METADATA requires “{shown(each)}”, which is wrong") from error
    python = raw.get("requires_python", "")
    here = platform.python_version()
    if not SpecifierSet(python).contains(here, prereleases=True):
        raise Refusal(f"it needs Python {python}, and here is {here}")
    return requires, python


def manifest(source: WheelFile, label: str) -> Manifest | None:
    """Give the manifest, checked in itself; None where the wheel is no plugin.

    Raises:
        UserError: if it is wrong; the wheel is called `label`.
    """
    if manifests.FILE not in source.dist_info_filenames:
        return None
    return manifests.decode(source.read_dist_info(manifests.FILE).encode(), source=label)


def check_manifest(
    found: Manifest, source: WheelFile, *, requires: tuple[str, ...], modules: tuple[str, ...]
) -> None:
    """Check a manifest against the rest of its wheel.

    Raises:
        Refusal: if it tells of another package, entry point or other requirements.
    """
    told = canonicalize_name(found.distribution), Version(found.version)
    if told != (canonicalize_name(source.distribution), Version(source.version)):
        raise Refusal(
            f"it lies about what it is: its manifest says “{found.distribution} {found.version}”"
        )
    if _entry_points(source) != [(found.name, found.module)]:
        raise Refusal(f"its entry point is not “{found.name} = {found.module}”")
    if found.module.partition(".")[0] not in modules:
        raise Refusal(f"it lacks the module “{found.module}” of its entry point")
    always = {each for each in map(Requirement, requires) if "extra" not in str(each.marker or "")}
    if always != set(map(Requirement, found.requires)):
        raise Refusal("its manifest and its METADATA name different requirements")


def _place(name: str, source: WheelFile) -> str | None:
    """Give the path a file is unpacked to; None where it is not for the Python path."""
    root, _, rest = name.partition("/")
    if root == source.data_dir:
        scheme, _, name = rest.partition("/")
        if scheme not in _PYTHON_PATHS or not name:
            return None
    return None if "/" not in name and name.casefold().endswith(".pth") else name


def _entry_points(source: WheelFile) -> list[tuple[str, str]]:
    """Give names and values of the entry points for MediaDesk."""
    if _ENTRY_POINTS not in source.dist_info_filenames:
        return []
    parser = configparser.RawConfigParser(delimiters=("=",), default_section="")
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    try:
        parser.read_string(source.read_dist_info(_ENTRY_POINTS))
    except configparser.Error as error:
        raise Refusal(f"its {_ENTRY_POINTS} is no list of entry points") from error
    return parser.items(PROJECT) if parser.has_section(PROJECT) else []
