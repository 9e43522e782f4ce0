"""Sets the fusion's weights by an ablation: `python tests/benchmarks/bench_fusion.py DEMO-LIBRARY`.

How many of the ten nearest items are of the same theme, themes hidden: with each block alone, with
each left out, and for a grid of weights, kind by kind. An item stands for a kind by what is known
of it: no free library of films, talks or concerts with themes is known, so they are made up of the
demo library's clips and songs. So that it is not too easy, an item is known by its title and by one
passage and one picture drawn by chance, five times over, and once more with half of these missing.

The weights stay unless others are better by more than a standard error. Then, of all that are
within one of the best, those nearest to equal (Breiman's rule) are to be put into `WEIGHTS` of
packaging/models/fusion.py, and `fusion.py weigh` is to be run.
"""

import itertools
import random
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from demo_features import Known, understand

from mediadesk.api import Array, Feature, Item, Kind, ModelSpec, unit
from mediadesk.library.demo import themes
from mediadesk.models import Models
from mediadesk.understand import MODEL
from mediadesk.understand.blocks import DIMENSIONS, inputs

DRAWS, NEAREST, SHOWN = 5, 10, 3
GRID = (0.25, 0.35, 0.5, 0.7, 1.0)
Blocks = Mapping[str, Array]
"""Block → the projected vectors of n items [n, 256], zeros where one lacks it."""
Weights = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Likeness:
    """How items of a kind are made up of clips or songs.

    `strange` is how often a block is that of any other item, for it tells little of a theme:
    pictures of a talk show who speaks. `passages` are known of what is said. The weights of `kept`
    blocks can't be measured and stay.
    """

    kind: Kind
    of: Kind
    strange: Mapping[str, float]
    passages: int = 1
    kept: tuple[str, ...] = ()


LIKENESSES = (
    # The sound of the clips was made theme by theme: that it helps says little.
    Likeness(Kind.CLIP, Kind.CLIP, {}, kept=("audio",)),
    Likeness(Kind.FILM, Kind.CLIP, {"keyframes": 0.5, "audio": 0.5}, passages=3),
    Likeness(Kind.CONCERT, Kind.CLIP, {"keyframes": 0.5, "subtitles": 0.5}),
    Likeness(Kind.TALK, Kind.CLIP, {"keyframes": 0.9, "audio": 0.9}, passages=3),
    Likeness(Kind.SONG, Kind.SONG, {}, kept=("subtitles", "keyframes")),
)


def main() -> None:
    """Print the tables, and what is to be chosen."""
    library = Path(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        models = Models(Path(folder) / "models")
        themed = dict(themes(library))
        items = list(understand(library, themed, models, Path(folder)))
        titles = [Path(path).stem.removesuffix(path[-11:-4]) for path in sorted(themed)]
        said = models.run(ModelSpec(task="text"), {"text": np.array(titles, dtype=object)})
        known = list(zip(items, said["embedding"], strict=True))
        for likeness in LIKENESSES:
            ablate(models, likeness, [one for one in known if one[0].item.kind is likeness.of])
        models.close()


def ablate(models: Models, likeness: Likeness, items: Sequence[tuple[Known, Array]]) -> None:
    """Print what each block does for a kind, and which weights are the best."""
    drawn = [projected(models, draw(items, likeness, seed)) for seed in range(DRAWS)]
    holed = [without_half(blocks, seed) for seed, blocks in enumerate(drawn)]
    theme = np.array([one.theme for one, _ in items])
    shipped = weights_of(models, likeness.kind)
    measured = [name for name in DIMENSIONS if name not in likeness.kept]
    print(f"{likeness.kind}: {len(items)} items, {len(set(theme))} themes, recall@{NEAREST}")
    print(f"{'mean':>5s}  {'± se':>5s} {'all':>5s}  {'half':>5s}")

    def measure(weights: Weights) -> Array:
        """Recall [all or half missing, draw]."""
        return np.array(
            [[recall(joined(own, weights), theme) for own in some] for some in (drawn, holed)]
        )

    def show(name: str, weights: Weights, found: Array) -> None:
        listed = " ".join(f"{block} {weights.get(block, 0):.2f}" for block in DIMENSIONS)
        figures = f"{found.mean():.3f} ±{error(found):.3f} {found[0].mean():.3f}  "
        print(f"{figures}{found[1].mean():.3f}  {listed}  {name}", flush=True)

    for name in measured:
        show(f"{name} alone", {name: 1.0}, measure({name: 1.0}))
        rest = {**shipped, name: 0.0}
        show(f"without {name}", rest, measure(rest))
    now = measure(shipped)
    show("as shipped", shipped, now)
    grid = [
        {**shipped, **dict(zip(measured, values, strict=True))}
        for values in itertools.product(GRID, repeat=len(measured))
        if max(values) == 1
    ]
    ranked = sorted(((measure(own), own) for own in grid), key=lambda one: -one[0].mean())
    for found, weights in ranked[:SHOWN]:
        show("", weights, found)
    least = ranked[0][0].mean() - error(ranked[0][0])
    good = [(found, weights) for found, weights in ranked if found.mean() >= least]
    simplest = max(good, key=lambda one: sum(one[1].values()))
    found, weights = (now, shipped) if now.mean() >= least else simplest
    show(f"choice for {likeness.kind}", weights, found)


def error(found: Array) -> float:
    """Give the standard error of the mean over draws."""
    return float(found.mean(axis=0).std(ddof=1) / np.sqrt(DRAWS))


def weights_of(models: Models, kind: Kind) -> dict[str, float]:
    """Give the weights that the model has for a kind, the largest 1: shares are their squares."""
    vector = {name: Feature(summary=unit(np.ones(size))) for name, size in DIMENSIONS.items()}
    (shares,) = models.run(MODEL, inputs([item(kind)], [vector]))["shares"]
    weights = np.sqrt(shares / shares.max())
    return {name: round(float(own), 2) for name, own in zip(DIMENSIONS, weights, strict=True)}


def item(kind: Kind) -> Item:
    """Give one of which nothing is known but its kind."""
    return Item(id="", kind=kind, title="", path=None)


def draw(
    items: Sequence[tuple[Known, Array]], likeness: Likeness, seed: int
) -> list[dict[str, Feature]]:
    """Give what little is known of each item."""
    chance = random.Random(seed)  # noqa: S311
    found = []
    for own in items:
        known = {}
        for name in DIMENSIONS:
            is_strange = chance.random() < likeness.strange.get(name, 0)
            one, title = chance.choice(items) if is_strange else own
            vectors = [title] if name == "text" else parts(one, name)
            if vectors:
                few = likeness.passages if name == "subtitles" else 1
                some = [chance.choice(vectors) for _ in range(few)]
                known[name] = Feature(summary=unit(np.mean(some, axis=0)))
        found.append(known)
    return found


def parts(one: Known, name: str) -> list[Array]:
    """Give the vectors of an item's passages and pictures, and of its sound as a whole."""
    _, feature = one.features.get(name, ("", Feature()))
    if name == "audio":
        return [] if feature.summary is None else [feature.summary]
    return [each.vector for each in feature.moments if each.vector is not None]


def projected(models: Models, known: Sequence[Mapping[str, Feature]]) -> Blocks:
    """Give each block as the model projects it: its vector of an item that has nothing else."""
    rows = inputs([item(Kind.CLIP)] * len(known), known)
    nothing = {name: np.zeros_like(own) for name, own in rows.items()}
    return {
        name: models.run(MODEL, {**nothing, name: rows[name]})["embedding"] for name in DIMENSIONS
    }


def without_half(blocks: Blocks, seed: int) -> Blocks:
    """Take each block from half of the items, by chance."""
    chance = np.random.default_rng(seed)
    return {name: own * (chance.random((len(own), 1)) < 0.5) for name, own in blocks.items()}


def joined(blocks: Blocks, weights: Weights) -> Array:
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
