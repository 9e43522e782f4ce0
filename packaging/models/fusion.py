"""Text, words, pictures and sound of an item to one vector: fixed projections and weights, as ONNX.

Runs MediaDesk's own models and extractors: `python packaging/models/fusion.py`, in its environment,
on Debian 12 with apt-get and dpkg-deb. What the demo library is made of is left out. With `weigh`
behind it, the projections stay those of the shipped file, and only the weights are written anew.
"""

from __future__ import annotations

import random
import sys
import tempfile
from pathlib import Path

import av
import numpy as np
import onnx
import onnxruntime
from common import RESOURCES, Graph, cosine, describe
from debian import crops, unused
from onnx import TensorProto, numpy_helper

from mediadesk.api import Item, Kind, ModelSpec, UserError, unit
from mediadesk.media import GuardedMedia
from mediadesk.models import Models
from mediadesk.understand.blocks import DIMENSIONS, KINDS
from mediadesk_audio import extractors as audio

PICTURES = (
    "endless-sky-data",
    "gcompris-qt-data",
    "mate-backgrounds",
    "plasma-workspace-wallpapers",
    "ukui-wallpapers",
)
SOUNDS = ("hyperrogue-music", "singularity-music", "warzone2100-music", "wesnoth-1.16-music")
COLLECTIONS = frozenset({
    "babyshapes", "categorization", "details", "erase", "explore_farm_animals",
    "explore_monuments", "explore_world_animals", "explore_world_music", "lang", "paintings",
    "solar_system",
})  # fmt: skip
"""Those of GCompris that hold photographs and paintings."""

GLOSSES, DATA = 20_000, ("/data.adj", "/data.adv", "/data.noun", "/data.verb")
SIZES = {"words": 128, "keyframes": 64, "audio": 64}
"""The segments of the item vector, in this order; text and subtitles share one: their sum."""

SEGMENTS = {"text": "words", "subtitles": "words", "keyframes": "keyframes", "audio": "audio"}
# As tests/benchmarks/bench_fusion.py chooses them; of songs it can measure text and sound alone.
FILM, CLIP, STAGE, SONG, TALK = (
    {"text": 0.7, "subtitles": 1.0, "keyframes": 0.35, "audio": 0.35},
    {"text": 0.5, "subtitles": 0.7, "keyframes": 1.0, "audio": 0.5},
    {"text": 1.0, "subtitles": 0.7, "keyframes": 0.5, "audio": 1.0},
    {"text": 0.5, "subtitles": 0.5, "keyframes": 0.35, "audio": 1.0},
    {"text": 0.7, "subtitles": 1.0, "keyframes": 0.25, "audio": 0.25},
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


def seen(models: Models) -> np.ndarray:
    """The vectors of photographs, paintings and wallpapers, float32 [n, 1280]."""
    found = []
    for name in PICTURES:
        for path, data in unused(name, (".jpg", ".png", ".webp"), COLLECTIONS):
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
        for path, data in unused("wordnet-base", DATA)
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
        for name in SOUNDS:
            for path, data in unused(name, (".ogg", ".opus")):
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


def shipped(path: Path) -> dict[str, Projection]:
    """Give the projections that a graph of `build` holds, each number as it was rounded there."""
    held = [numpy_helper.to_array(each) for each in onnx.load(path).graph.initializer]
    halves = [each.astype(np.float32) for each in held if each.dtype == np.float16]
    return dict(zip(SIZES, zip(halves[::2], halves[1::2], strict=True), strict=True))


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


def fitted() -> dict[str, Projection]:
    """Fit all projections anew."""
    with tempfile.TemporaryDirectory() as folder:
        models = Models(Path(folder))
        found = projections(models)
        models.close()
    return found


def main() -> None:
    """Fit or keep the projections, write, and compare with numpy."""
    path = RESOURCES / "fusion.onnx"
    found = shipped(path) if sys.argv[1:] == ["weigh"] else fitted()
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
