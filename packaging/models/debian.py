"""Files of Debian packages that the demo library is not made of: what is fitted is not measured."""

from __future__ import annotations

import hashlib
import io
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np

from mediadesk import resources
from mediadesk.library.demo import plan, rcc

SHA256 = {
    "asterisk-core-sounds-en-g722": (
        "38c5261820b406dcb0ecb37675720da2b0864850690690352ca52707eb623806"
    ),
    "asterisk-core-sounds-es-g722": (
        "e4e3b4281057d3b81b779298fd6be705f57411513955c518eed1bcaabbd615b8"
    ),
    "asterisk-core-sounds-fr-g722": (
        "7add61d5e42279ecff1bbdf842a5a946ac3644fac9a0fe44384731aa7270c8e0"
    ),
    "asterisk-core-sounds-it-g722": (
        "46b4cf7afc508a5fcfc051b7ea233251c0d195dd4ef83cc4b7facb4c6429b016"
    ),
    "asterisk-core-sounds-ru-g722": (
        "673b4238a6b8269960f055d868c6a11083f7a0d00979167cb01554046b48ed9b"
    ),
    "endless-sky-data": "e45835e05a11e84bb1a890a0ded390246a53b8318f21a25925aa70fa54f80c13",
    "fillets-ng-data": "25de89afd8b1adf7bcace8290248a6a22c89cd42300317e69000e162c032cf84",
    "gcompris-qt-data": "e9cf06ab2105529068df73085784e835d2ff03f870d2a8091f09125d40abac9f",
    "hyperrogue-music": "61ab9f4c2169442d85f42c42d26e80c1a18b93c741f3d44f1b9d83015904e7f7",
    "mate-backgrounds": "7bf4c2209f34b4f61ba6d24c8b58c28b361e82e4b943aae6d42c030169af9e04",
    "plasma-workspace-wallpapers": (
        "32cd18b71c8c938a18b3b351f217c02ac590e323caa3cf322fbb875ce8892f8b"
    ),
    "singularity-music": "139ba1e408eeb0a72f1fff3760ca46558b9f81bed97dc8c0efa108c4007f4845",
    "ukui-wallpapers": "6d49be70152e6d603163458e177e501deb0be8f2916389ccbfcf59b0d7fc0262",
    "warzone2100-music": "d3b2c9f90ea5438d45d4aff18339a03ec808e1affa9dac91f7dad61cb15ee64e",
    "wesnoth-1.16-music": "f9bc3cde92b4ab30db5d7b85f89b4bcc3d788dd92602956d0347250850bf59bb",
    "wordnet-base": "61060d960f9ada8fa120872312eccd3ecebfbab8c4579e4f5a74e1cf67620752",
}
SIDE = 224


def unused(
    name: str, endings: tuple[str, ...], collections: frozenset[str] = frozenset()
) -> Iterator[tuple[str, bytes]]:
    """Give path and content of a package's files, and of those in some of its Qt collections.

    Left out is what the demo library is made of. SystemExit where the package is another one.
    """
    known = {each.name: each.sha256 for each in plan.read(resources.path("demo.toml")).sources}
    for path, data in _files(name):
        files = {path: data}
        if path.endswith(".rcc") and Path(path).stem in collections:
            files = {f"{path}!{inner}": own for inner, own in sorted(rcc.read(data).items())}
        for each, own in files.items():
            if each.endswith(endings) and each not in known.get(name, {}):
                yield each, own


def crops(data: bytes, *, least: int = 15_000) -> Iterator[np.ndarray]:
    """Give a picture, its two ends where it is wide, and its middle: uint8 [224, 224, 3].

    Nothing comes of one that is too small, or of fewer than `least` bytes.
    """
    with av.open(io.BytesIO(data)) as container:
        pixels = next(container.decode(video=0)).to_ndarray(format="rgb24")
    height, width = pixels.shape[:2]
    short = min(height, width)
    if short < SIDE or len(data) < least:
        return
    boxes = [(0, 0, width, height)]
    if width > 1.2 * height:
        boxes += [(0, 0, short, short), (width - short, 0, short, short)]
    inner = int(0.6 * short)
    boxes.append(((width - inner) // 2, (height - inner) // 2, inner, inner))
    for x, y, w, h in boxes:
        part = av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels[y : y + h, x : x + w]))
        yield part.reformat(SIDE, SIDE, "rgb24", interpolation="BICUBIC").to_ndarray()


def _files(name: str) -> Iterator[tuple[str, bytes]]:
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["apt-get", "-qq", "download", name], cwd=folder, check=True)
        (deb,) = Path(folder).glob("*.deb")
        found = hashlib.sha256(deb.read_bytes()).hexdigest()
        if found != SHA256[name]:
            raise SystemExit(f"{deb.name} has sha256 {found}, expected {SHA256[name]}: not used.")
        content = subprocess.run(
            ["dpkg-deb", "--fsys-tarfile", deb], capture_output=True, check=True
        )
    with tarfile.open(fileobj=io.BytesIO(content.stdout)) as archive:
        for entry in sorted(archive.getmembers(), key=lambda each: each.name):
            if entry.isfile() and (file := archive.extractfile(entry)):
                yield entry.name.removeprefix("./"), file.read()
