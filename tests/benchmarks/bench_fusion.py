"""Sets the fusion's weights by an ablation: `python tests/benchmarks/bench_fusion.py DEMO-LIBRARY`.

On the clips of the demo library, themes hidden: how many of the ten nearest items are of the same
theme, with each block alone, with each left out, and for a grid of weights. So that it is not too
easy, a clip is known by its title and by one passage and one picture drawn by chance, five times
over, and once more with half of these missing as well. The sound of the clips was made theme by
theme: that it helps says little, so there are rows without it.
"""

import itertools
import random
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from demo_features import Known, understand

from mediadesk.api import Array, Feature, Item, Kind, ModelSpec, unit
from mediadesk.library.demo import themes
from mediadesk.models import Models
from mediadesk.understand import MODEL
from mediadesk.understand.blocks import DIMENSIONS, inputs

DRAWS, NEAREST = 5, 10
SHIPPED = {"text": 0.5, "subtitles": 0.7, "keyframes": 1.0, "audio": 0.5}
GRID = {"text": (0, 0.5, 0.7, 1), "subtitles": (0.5, 0.7, 1), "audio": (0, 0.35, 0.5, 0.7)}
Blocks = Mapping[str, Array]
"""Block → the projected vectors of n clips [n, 256], zeros where one lacks it."""


def main() -> None:
    """Print the table."""
    library = Path(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        models = Models(Path(folder) / "models")
        themed = {path: theme for path, theme in themes(library).items() if path.endswith(".mp4")}
        clips = list(understand(library, themed, models, Path(folder)))
        said = models.run(
            ModelSpec(task="text"),
            {"text": np.array([Path(path).stem[:-7] for path in sorted(themed)], dtype=object)},
        )["embedding"]
        drawn = [projected(models, draw(clips, said, seed)) for seed in range(DRAWS)]
        models.close()
    holed = [without_half(blocks, seed) for seed, blocks in enumerate(drawn)]
    theme = np.array([one.theme for one in clips])
    print(f"{len(clips)} clips, {len(set(theme))} themes, recall@{NEAREST}: all, half missing")

    def show(name: str, weights: Mapping[str, float]) -> None:
        figures = [
            np.mean([recall(joined(own, weights), theme) for own in blocks])
            for blocks in (drawn, holed)
        ]
        listed = " ".join(f"{block} {weights.get(block, 0):.2f}" for block in DIMENSIONS)
        print(f"{figures[0]:.3f} {figures[1]:.3f}  {listed}  {name}", flush=True)

    for name in DIMENSIONS:
        show(f"{name} alone", {name: 1.0})
    show("as shipped", SHIPPED)
    for name in DIMENSIONS:
        show(f"without {name}", {**SHIPPED, name: 0.0})
    for values in itertools.product(*GRID.values()):
        show("", {"keyframes": 1.0} | dict(zip(GRID, values, strict=True)))


def draw(clips: Sequence[Known], said: Array, seed: int) -> list[dict[str, Feature]]:
    """Give what little is known of each clip."""
    chance = random.Random(seed)  # noqa: S311
    found = []
    for one, title in zip(clips, said, strict=True):
        known = {"text": Feature(summary=title)}
        for name, (_, feature) in one.features.items():
            own = [each.vector for each in feature.moments if each.vector is not None]
            if name in {"subtitles", "keyframes"} and own:
                known[name] = Feature(summary=chance.choice(own))
            elif name == "audio":
                known[name] = feature
        found.append(known)
    return found


def projected(models: Models, known: Sequence[Mapping[str, Feature]]) -> Blocks:
    """Give each block as the model projects it: its vector of an item that has nothing else."""
    items = [Item(id="", kind=Kind.CLIP, title="", path=None)] * len(known)
    rows = inputs(items, known)
    nothing = {name: np.zeros_like(own) for name, own in rows.items()}
    return {
        name: models.run(MODEL, {**nothing, name: rows[name]})["embedding"] for name in DIMENSIONS
    }


def without_half(blocks: Blocks, seed: int) -> Blocks:
    """Take each block from half of the clips, by chance."""
    chance = np.random.default_rng(seed)
    return {name: own * (chance.random((len(own), 1)) < 0.5) for name, own in blocks.items()}


def joined(blocks: Blocks, weights: Mapping[str, float]) -> Array:
    """Fuse as the model does."""
    return unit(sum(weight * blocks[name] for name, weight in weights.items()))


def recall(vectors: Array, theme: Array) -> float:
    """How many of the nearest, around the mean, are of the same theme; none where none is known."""
    there = vectors.any(axis=1)
    around = np.where(there[:, None], unit(vectors - vectors[there].mean(axis=0)), 0)
    similar = np.where(there, around @ around.T, -2)
    np.fill_diagonal(similar, -3)
    best = np.argsort(-similar, axis=1, kind="stable")[:, :NEAREST]
    hits = (theme[best] == theme[:, None]) & there[best] & there[:, None]
    return float(hits.sum(axis=1).mean() / NEAREST)


if __name__ == "__main__":
    main()
