"""Text, words, pictures and sound of an item to one vector: fixed projections and weights, as ONNX.

Runs MediaDesk's own models and extractors: `python packaging/models/fusion.py`, in its environment,
on Debian 12 with apt-get and dpkg-deb. What the demo library is made of is left out.
"""

from __future__ import annotations

import hashlib
import io
import random
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import onnxruntime
from common import RESOURCES, Graph, cosine, describe
from onnx import TensorProto

from mediadesk import resources
from mediadesk.api import Item, Kind, ModelSpec, UserError, unit
from mediadesk.library.demo import plan, rcc
from mediadesk.media import GuardedMedia
from mediadesk.models import Models
from mediadesk.understand.blocks import DIMENSIONS, KINDS
from mediadesk_audio import extractors as audio

PICTURES = {
    "endless-sky-data": "e45835e05a11e84bb1a890a0ded390246a53b8318f21a25925aa70fa54f80c13",
    "gcompris-qt-data": "e9cf06ab2105529068df73085784e835d2ff03f870d2a8091f09125d40abac9f",
    "mate-backgrounds": "7bf4c2209f34b4f61ba6d24c8b58c28b361e82e4b943aae6d42c030169af9e04",
    "plasma-workspace-wallpapers": (
        "32cd18b71c8c938a18b3b351f217c02ac590e323caa3cf322fbb875ce8892f8b"
    ),
    "ukui-wallpapers": "6d49be70152e6d603163458e177e501deb0be8f2916389ccbfcf59b0d7fc0262",
}
SOUNDS = {
    "hyperrogue-music": "61ab9f4c2169442d85f42c42d26e80c1a18b93c741f3d44f1b9d83015904e7f7",
    "singularity-music": "139ba1e408eeb0a72f1fff3760ca46558b9f81bed97dc8c0efa108c4007f4845",
    "warzone2100-music": "d3b2c9f90ea5438d45d4aff18339a03ec808e1affa9dac91f7dad61cb15ee64e",
    "wesnoth-1.16-music": "f9bc3cde92b4ab30db5d7b85f89b4bcc3d788dd92602956d0347250850bf59bb",
}
WORDS = ("wordnet-base", "61060d960f9ada8fa120872312eccd3ecebfbab8c4579e4f5a74e1cf67620752")
COLLECTIONS = frozenset({
    "babyshapes", "categorization", "details", "erase", "explore_farm_animals",
    "explore_monuments", "explore_world_animals", "explore_world_music", "lang", "paintings",
    "solar_system",
})  # fmt: skip
"""Those of GCompris that hold photographs and paintings."""

GLOSSES = 20_000
SIDE = 224
SIZES = {"words": 128, "keyframes": 64, "audio": 64}
"""The segments of the item vector, in this order; text and subtitles share one: their sum."""

SEGMENTS = {"text": "words", "subtitles": "words", "keyframes": "keyframes", "audio": "audio"}
# Those of clips and songs are measured (README), the others by the same scale: a film is told by
# its plot and its dialogue, of which 27 s of sound say little; of talk the words count alone.
FILM, CLIP, STAGE, SONG, TALK = (
    {"text": 0.7, "subtitles": 1.0, "keyframes": 0.7, "audio": 0.35},
    {"text": 0.5, "subtitles": 0.7, "keyframes": 1.0, "audio": 0.5},
    {"text": 0.7, "subtitles": 0.5, "keyframes": 0.7, "audio": 1.0},
    {"text": 0.5, "subtitles": 0.5, "keyframes": 0.35, "audio": 1.0},
    {"text": 0.7, "subtitles": 1.0, "keyframes": 0.35, "audio": 0.35},
)
WEIGHTS = {
    Kind.FILM: FILM,
    Kind.EPISODE: FILM,
    Kind.CLIP: CLIP,
    Kind.HOME_VIDEO: CLIP,
    Kind.MUSIC_VIDEO: STAGE,
    Kind.CONCERT: STAGE,
    Kind.SONG: SONG,
    Kind.RECORDING: SONG,
    Kind.TALK: TALK,
    Kind.AUDIOBOOK: TALK,
    Kind.PODCAST: TALK,
}
Projection = tuple[np.ndarray, np.ndarray]
"""A mean [d] and its main directions [d, k]."""


def package(name: str, sha256: str) -> Iterator[tuple[str, bytes]]:
    """Give path and content of each file in a Debian package; SystemExit if it is another one."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["apt-get", "-qq", "download", name], cwd=folder, check=True)
        (deb,) = Path(folder).glob("*.deb")
        found = hashlib.sha256(deb.read_bytes()).hexdigest()
        if found != sha256:
            raise SystemExit(f"{deb.name} has sha256 {found}, expected {sha256}: not used.")
        content = subprocess.run(
            ["dpkg-deb", "--fsys-tarfile", deb], capture_output=True, check=True
        )
    with tarfile.open(fileobj=io.BytesIO(content.stdout)) as archive:
        for entry in sorted(archive.getmembers(), key=lambda each: each.name):
            if entry.isfile() and (file := archive.extractfile(entry)):
                yield entry.name.removeprefix("./"), file.read()


def unused(name: str, sha256: str, endings: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
    """Give the files of a package that the demo library is not made of."""
    known = {each.name: each.sha256 for each in plan.read(resources.path("demo.toml")).sources}
    for path, data in package(name, sha256):
        files = {path: data}
        if path.endswith(".rcc") and Path(path).stem in COLLECTIONS:
            files = {f"{path}!{inner}": own for inner, own in sorted(rcc.read(data).items())}
        for each, own in files.items():
            if each.endswith(endings) and each not in known.get(name, {}):
                yield each, own


def crops(data: bytes) -> Iterator[np.ndarray]:
    """Give a picture, its two ends where it is wide, and its middle: uint8 [224, 224, 3]."""
    with av.open(io.BytesIO(data)) as container:
        pixels = next(container.decode(video=0)).to_ndarray(format="rgb24")
    height, width = pixels.shape[:2]
    short = min(height, width)
    if short < SIDE or len(data) < 15_000:
        return
    boxes = [(0, 0, width, height)]
    if width > 1.2 * height:
        boxes += [(0, 0, short, short), (width - short, 0, short, short)]
    inner = int(0.6 * short)
    boxes.append(((width - inner) // 2, (height - inner) // 2, inner, inner))
    for x, y, w, h in boxes:
        part = av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels[y : y + h, x : x + w]))
        yield part.reformat(SIDE, SIDE, "rgb24", interpolation="BICUBIC").to_ndarray()


def seen(models: Models) -> np.ndarray:
    """The vectors of photographs, paintings and wallpapers, float32 [n, 1280]."""
    found = []
    for name, sha256 in PICTURES.items():
        for path, data in unused(name, sha256, (".jpg", ".png", ".webp")):
            if name != "endless-sky-data" or "/images/land/" in path:
                try:
                    found += list(crops(data))
                except av.FFmpegError as error:
                    print(f"  {path} is left out: {error}")
    return models.run(ModelSpec(task="image"), {"pixels": np.stack(found)})["embedding"]


def read(models: Models) -> np.ndarray:
    """The vectors of WordNet's glosses, each after its first word, float32 [n, 512]."""
    lines = [
        line
        for path, data in package(*WORDS)
        if Path(path).name.startswith("data.")
        for line in data.decode().splitlines()
        if not line.startswith(" ")
    ]
    chosen = random.Random(0).sample(lines, GLOSSES)  # noqa: S311
    glosses = [f"{line.split()[4].replace('_', ' ')}: {line.partition('|')[2]}" for line in chosen]
    text = np.array([gloss.strip() for gloss in glosses], dtype=object)
    return models.run(ModelSpec(task="text"), {"text": text})["embedding"]


def heard(models: Models) -> np.ndarray:
    """The vectors of a few seconds each of game music, float32 [n, 392]."""
    (extractor,) = (each for each in audio() if each.name == "audio")
    run, found = models.runner(ModelSpec(task="audio")), []
    with tempfile.TemporaryDirectory() as folder:
        for name, sha256 in SOUNDS.items():
            for path, data in unused(name, sha256, (".ogg", ".opus")):
                file = Path(folder, Path(path).name)
                file.write_bytes(data)
                item = Item(id=file.name, kind=Kind.SONG, title=file.stem, path=file)
                try:
                    (feature,) = extractor.encode([extractor.prepare(item, GuardedMedia())], run)
                except UserError as error:
                    print(f"  {path} is left out: {error}")
                    continue
                found += [each.vector for each in feature.moments if each.vector is not None]
                file.unlink()
    return np.stack(found)


def main_directions(vectors: np.ndarray, count: int) -> Projection:
    """Principal component analysis."""
    mean = vectors.mean(axis=0, dtype=np.float64)
    _, axes = np.linalg.eigh(np.cov(vectors.T.astype(np.float64)))
    directions = axes[:, ::-1][:, :count]
    # An axis has no sign of its own: its largest number is positive.
    signs = np.sign(directions[np.abs(directions).argmax(axis=0), range(count)])
    return mean.astype(np.float32), (directions * signs).astype(np.float32)


def projections(models: Models) -> dict[str, Projection]:
    """Give the projection of each segment."""
    found = {}
    for name, make in (("words", read), ("keyframes", seen), ("audio", heard)):
        vectors = make(models)
        mean, directions = found[name] = main_directions(vectors, SIZES[name])
        around = vectors - mean
        kept = np.square(around @ directions).sum() / np.square(around).sum()
        print(f"  {name}: {len(vectors)} vectors, {SIZES[name]} directions hold {kept:.3f} of them")
    return found


def build(found: dict[str, Projection], path: Path) -> None:
    """Write the graph: each block centred, projected, of unit length, weighted; all joined."""
    graph = Graph()
    columns = graph.constant(np.array([1]))
    matrices = {name: [graph.weight(each) for each in own] for name, own in found.items()}
    segments: dict[str, list[str]] = {name: [] for name in SIZES}
    squares = []
    for block, segment in SEGMENTS.items():
        mean, directions = matrices[segment]
        around = graph.node("MatMul", graph.node("Sub", block, mean), directions)
        table = np.array([[WEIGHTS[kind][block]] for kind in KINDS], np.float32)
        weight = graph.node("Gather", graph.constant(table), "kind")
        nothing = graph.constant(np.array(0, np.float32))
        length = graph.node("ReduceL2", block, axes=[1], keepdims=1)
        there = graph.node("Cast", graph.node("Greater", length, nothing), to=TensorProto.FLOAT)
        weight = graph.node("Mul", weight, there)
        segments[segment].append(
            graph.node("Mul", graph.unit(around, f"{block}_projected"), weight)
        )
        squares.append(graph.node("Mul", weight, weight))
    parts = [graph.node("Sum", *own) for own in segments.values()]
    graph.unit(graph.node("Concat", *parts, axis=1), "embedding")
    every = graph.node("Concat", *squares, axis=1)
    total = graph.node("ReduceSum", every, columns, keepdims=1)
    least = graph.constant(np.array(1e-12, np.float32))
    graph.node("Div", every, graph.node("Max", total, least), output="shares")
    size = sum(SIZES.values())
    graph.save(
        path,
        takes=[
            *((name, TensorProto.FLOAT, ["n", length]) for name, length in DIMENSIONS.items()),
            ("kind", TensorProto.INT64, ["n"]),
        ],
        gives={"embedding": ["n", size], "shares": ["n", len(SEGMENTS)]},
    )


def by_hand(found: dict[str, Projection], blocks: dict[str, np.ndarray]) -> np.ndarray:
    """What the graph should give, in numpy and float32."""
    segments = {name: np.zeros((len(blocks["kind"]), size)) for name, size in SIZES.items()}
    for block, segment in SEGMENTS.items():
        mean, directions = found[segment]
        weight = np.array([[WEIGHTS[KINDS[kind]][block]] for kind in blocks["kind"]])
        there = blocks[block].any(axis=1, keepdims=True)
        segments[segment] += unit((blocks[block] - mean) @ directions) * weight * there
    return unit(np.concatenate(list(segments.values()), axis=1))


def made_up(count: int) -> dict[str, np.ndarray]:
    """Items of every kind, each block of which is missing in a third of them."""
    chance = np.random.default_rng(0)
    blocks = {
        name: unit(chance.normal(size=(count, length)).astype(np.float32))
        * (chance.random((count, 1)) > 1 / 3)
        for name, length in DIMENSIONS.items()
    }
    rows = {name: block.astype(np.float32) for name, block in blocks.items()}
    return rows | {"kind": np.arange(count, dtype=np.int64) % len(KINDS)}


def main() -> None:
    """Fit, write, and compare with numpy."""
    with tempfile.TemporaryDirectory() as folder:
        models = Models(Path(folder))
        found = projections(models)
        models.close()
    path = RESOURCES / "fusion.onnx"
    build(found, path)
    describe(path)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    blocks = made_up(1_000)
    expected = by_hand(found, blocks)
    known = expected.any(axis=1)
    (embedding,) = session.run(["embedding"], blocks)
    print(
        f"  against numpy: cosine min {cosine(embedding[known], expected[known]).min():.6f}, "
        f"{np.abs(embedding[~known]).sum():.0f} where nothing is known"
    )


if __name__ == "__main__":
    main()
