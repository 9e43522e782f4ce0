"""Packs a plugin's source folder into a wheel or a bundle; the same folder gives the same bytes."""

import shutil
import tempfile
import tomllib
import zipfile
from io import BytesIO
from pathlib import Path
from typing import IO, BinaryIO, cast

import msgspec
from hatchling.builders.wheel import WheelBuilder
from installer.records import Hash, RecordEntry
from installer.sources import WheelFile
from installer.utils import Scheme, construct_record_file, copyfileobj_with_hashing
from packaging.utils import canonicalize_name
from packaging.version import Version

from mediadesk.api import UserError
from mediadesk.host import manifest as manifests
from mediadesk.host import project
from mediadesk.host.manifest import Manifest
from mediadesk.host.package import bundle
from mediadesk.host.package.names import file_name, rank
from mediadesk.host.package.refusal import naming
from mediadesk.host.package.wheel import Wheel, read_wheel
from mediadesk.host.package.wheelhouse import Wheelhouse

_HATCHLING = "hatchling.build"
_EARLIEST = (1980, 1, 1, 0, 0, 0)  # that a zip can say
_PLAIN_FILE = 0o100644 << 16
_UNIX = 3


def pack(folder: Path, out: Path, *, wheelhouse: Path | None = None) -> Path:
    """Make a plugin that can be installed from its source folder.

    A project of hatchling is built here, which runs its build hooks; of another build backend the
    wheel that it left in `dist/` is taken.

    Args:
        folder: has the pyproject.toml.
        out: the folder for the result; is made where it is missing.
        wheelhouse: a folder of wheels; where given, a bundle is made with all that the plugin
            needs and MediaDesk does not bring.

    Returns:
        The wheel, or the bundle.

    Raises:
        UserError: if the project is wrong, can't be built or would not be installed, or the
            wheelhouse lacks something.
    """
    manifest = project.read(folder)
    with tempfile.TemporaryDirectory(prefix="mediadesk-pack-") as name:
        temporary = Path(name)
        built = _build(folder, manifest, temporary / "built")
        (temporary / "packed").mkdir()
        made = temporary / "packed" / built.name
        with naming(built):
            _inject(built, manifest, made)
        wheel = read_wheel(made)
        if wheelhouse is not None:
            made = _bundle(wheel, Wheelhouse(wheelhouse).collect(wheel), temporary / "packed")
            bundle.open_package(made, temporary / "check")
        return _put(made, out)


def _build(folder: Path, manifest: Manifest, into: Path) -> Path:
    document = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))
    backend = document.get("build-system", {}).get("build-backend", "")
    if backend != _HATCHLING:
        return _found(folder, manifest, backend)
    try:
        return Path(
            next(WheelBuilder(str(folder)).build(directory=str(into), versions=["standard"]))
        )
    except (Exception, SystemExit) as error:  # build hooks are the maker's own code
        raise UserError(
            f"“{folder}” can't be built ({type(error).__name__}: {error}): mend its pyproject.toml."
        ) from error


def _found(folder: Path, manifest: Manifest, backend: str) -> Path:
    """Find the wheel that another build backend made, the one that suits this computer best."""
    identity = canonicalize_name(manifest.distribution), Version(manifest.version)
    fitting = []
    for path in sorted(folder.glob("dist/*.whl")):
        with naming(path):
            name, version, tags = file_name(path.name)
        suits = rank(tags)
        if suits is not None and (name, version) == identity:
            fitting.append((suits, path))
    if not fitting:
        raise UserError(
            f"“{folder / 'dist'}” has no wheel of {manifest.distribution} {manifest.version} for "
            f"this computer: build it with “{backend or 'setuptools'}” first, only projects of "
            "hatchling are built here."
        )
    return min(fitting)[1]


def _inject(built: Path, manifest: Manifest, target: Path) -> None:
    """Write a wheel again with the manifest in it, sorted and without times."""
    with zipfile.ZipFile(built) as source, zipfile.ZipFile(target, "w") as made:
        info = WheelFile(source).dist_info_dir
        record, own = f"{info}/RECORD", f"{info}/{manifests.FILE}"
        names = {each for each in source.namelist() if not each.endswith("/")} - {record, own}
        records = []
        for name in sorted(names, key=lambda each: (each.startswith(f"{info}/"), each)):
            with source.open(name) as file:
                records.append(_add(made, name, file))
        encoded = msgspec.json.format(msgspec.json.encode(manifest, order="sorted"), indent=2)
        records.append(_add(made, own, BytesIO(encoded)))
        records.append(RecordEntry(record, None, None))
        with construct_record_file([(Scheme("purelib"), each) for each in records]) as file:
            _add(made, record, file)


def _add(
    archive: zipfile.ZipFile, name: str, file: IO[bytes], *, packed: bool = True
) -> RecordEntry:
    """Write a file into an archive, always with the same time and rights."""
    entry = zipfile.ZipInfo(name, _EARLIEST)
    entry.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    entry.create_system, entry.external_attr = _UNIX, _PLAIN_FILE
    with archive.open(entry, "w") as target:
        checksum, size = copyfileobj_with_hashing(
            cast("BinaryIO", file), cast("BinaryIO", target), "sha256"
        )
    return RecordEntry(name, Hash("sha256", checksum), size)


def _bundle(plugin: Wheel, others: tuple[Wheel, ...], folder: Path) -> Path:
    stem = "-".join(plugin.path.name.split("-")[:2])
    made = folder / f"{stem}{bundle.SUFFIX}"
    with zipfile.ZipFile(made, "w") as archive:
        for prefix, wheel in [("", plugin), *((f"{bundle.WHEELS}/", each) for each in others)]:
            with wheel.path.open("rb") as file:
                _add(archive, prefix + wheel.path.name, file, packed=False)
    return made


def _put(made: Path, out: Path) -> Path:
    target = out / made.name
    fresh = target.with_name(f".{made.name}.part")
    try:
        out.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(made, fresh)
        fresh.replace(target)
    except OSError as error:
        raise UserError(
            f"“{target}” can't be written ({error.strerror}): choose another folder."
        ) from error
    return target
