"""The item vector on real features: themes, missing blocks, two languages, and numpy's word."""

from __future__ import annotations

import itertools
import random
import sys
from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from demo_features import Known, understand

from mediadesk import resources
from mediadesk.api import Array, Feature, Item, Kind, ModelSpec, unit
from mediadesk.library.demo import plan, themes
from mediadesk.models import Models
from mediadesk.understand import FEATURE, MODEL
from mediadesk.understand.blocks import DIMENSIONS, KINDS, inputs
from mediadesk.understand.fuse import fuse

Features = Mapping[str, Feature]


@pytest.fixture(scope="module")
def known(request: pytest.FixtureRequest, models: Models) -> list[Known]:
    demo_library = request.getfixturevalue("demo_library")
    cache = request.config.cache.mkdir("demo-features")
    return list(understand(demo_library, dict(themes(demo_library)), models, cache))


def held(one: Known) -> Features:
    return {name: feature for name, (_, feature) in one.features.items() if name != FEATURE}


def joined(models: Models, items: Sequence[Item], own: Sequence[Features]) -> Array:
    found = fuse(items, own, models.runner(MODEL))
    return np.stack([np.zeros(256) if each.vector is None else each.vector for each in found])


def recall(vectors: Array, theme: Sequence[str]) -> float:
    """How many of the ten nearest, around the mean as in the index, are of the same theme.

    One of which nothing is known is near to nothing.
    """
    there = vectors.any(axis=1)
    around = np.where(there[:, None], unit(vectors - vectors[there].mean(axis=0)), 0)
    similar = np.where(there, around @ around.T, -2)
    np.fill_diagonal(similar, -3)
    names = np.array(theme)
    found = []
    for n in range(len(names)):
        same = names == names[n]
        best = np.argsort(-similar[n], kind="stable")[:10]
        hits = same[best] & there[best] & there[n]
        found.append(hits.sum() / min(10, same.sum() - 1))
    return float(np.mean(found))


def block(own: Sequence[Features], name: str) -> Array:
    return inputs([Item(id="", kind=Kind.CLIP, title="", path=None)] * len(own), own)[name]


def test_the_whole_finds_themes_better_than_any_block(
    models: Models, known: list[Known], capsys: pytest.CaptureFixture[str]
) -> None:
    own, theme = [held(one) for one in known], [one.theme for one in known]
    alone = {name: recall(block(own, name), theme) for name in DIMENSIONS if name != "text"}
    whole = recall(joined(models, [one.item for one in known], own), theme)
    with capsys.disabled():
        sys.stdout.write(f"\n  recall@10 by theme: {whole:.3f} as a whole, alone {alone}")
    assert whole >= 0.95
    assert whole >= max(alone.values()) + 0.05


def test_where_half_of_the_blocks_are_missing_the_rest_stand_in(
    models: Models, known: list[Known], capsys: pytest.CaptureFixture[str]
) -> None:
    clips = [one for one in known if one.item.kind is Kind.CLIP]
    chance = random.Random(3)  # noqa: S311
    own = []
    for one in clips:
        names = sorted(held(one).keys() & DIMENSIONS.keys())
        kept = chance.sample(names, (len(names) + 1) // 2)
        own.append({name: feature for name, feature in held(one).items() if name in kept})
    theme = [one.theme for one in clips]
    alone = {name: recall(block(own, name), theme) for name in DIMENSIONS if name != "text"}
    whole = recall(joined(models, [one.item for one in clips], own), theme)
    with capsys.disabled():
        sys.stdout.write(f"\n  half of the blocks: {whole:.3f} as a whole, alone {alone}")
    assert whole >= max(alone.values()) + 0.1


def test_the_same_said_in_chinese_is_the_nearest_of_all_said_in_english(models: Models) -> None:
    """Even where one film has subtitles and the other a plot."""
    clips = [each.clip for each in plan.read(resources.path("demo.toml")).entries if each.clip]
    lines = [clip.lines for clip in clips if {"en", "zh"} <= clip.lines.keys()]
    assert len(lines) >= 20

    def read(language: str) -> list[Feature]:
        texts = [" ".join(own[language]) for own in lines]
        spec = ModelSpec(task="text")
        found = models.run(spec, {"text": np.array(texts, dtype=object)})["embedding"]
        return [Feature(summary=vector) for vector in found]

    films = [Item(id=str(n), kind=Kind.FILM, title="", path=None) for n in range(len(lines))]
    chinese = joined(models, films, [{"subtitles": each} for each in read("zh")])
    for name in ("subtitles", "text"):
        english = joined(models, films, [{name: each} for each in read("en")])
        nearest = (chinese @ english.T).argmax(axis=1)
        assert (nearest == np.arange(len(lines))).mean() >= 0.9


def rows(count: int) -> dict[str, Array]:
    chance = np.random.default_rng(0)
    made = {
        name: unit(chance.standard_normal((count, length))).astype(np.float32)
        for name, length in DIMENSIONS.items()
    }
    return made | {"kind": np.arange(count, dtype=np.int64) % len(KINDS)}


def test_the_model_is_the_weighted_sum_of_its_blocks_of_unit_length(models: Models) -> None:
    full = rows(33)
    run = models.runner(MODEL)
    whole = run(full)
    nothing = {name: np.zeros_like(full[name]) for name in DIMENSIONS} | {"kind": full["kind"]}
    each = {name: run({**nothing, name: full[name]}) for name in DIMENSIONS}
    for n, (name, alone) in enumerate(each.items()):
        np.testing.assert_allclose(np.linalg.norm(alone["embedding"], axis=1), 1, atol=1e-5)
        np.testing.assert_allclose(alone["shares"], np.tile(np.eye(4)[n], (33, 1)), err_msg=name)
    weights = np.sqrt(whole["shares"])
    expected = unit(
        sum(weights[:, n, None] * own["embedding"] for n, own in enumerate(each.values()))
    )
    np.testing.assert_allclose(whole["embedding"], expected, atol=1e-5)
    np.testing.assert_allclose(whole["shares"].sum(axis=1), 1, atol=1e-5)


def test_whatever_is_missing_the_rest_is_of_unit_length_and_near_to_the_whole(
    models: Models, known: list[Known]
) -> None:
    clips = [one for one in known if {"subtitles", "keyframes", "audio"} <= held(one).keys()]
    items, theme = [one.item for one in clips], np.array([one.theme for one in clips])
    assert len(clips) >= 50
    whole = joined(models, items, [held(one) for one in clips])
    mean = whole.mean(axis=0)
    for size in (1, 2):
        for kept in itertools.combinations(("subtitles", "keyframes", "audio"), size):
            own = [{name: held(one)[name] for name in kept} for one in clips]
            found = fuse(items, own, models.runner(MODEL))
            assert all(each.shares.keys() == set(kept) for each in found)
            part = np.stack([each.vector for each in found])
            np.testing.assert_allclose(np.linalg.norm(part, axis=1), 1, atol=1e-5)
            nearest = (unit(part - mean) @ unit(whole - mean).T).argmax(axis=1)
            assert (theme[nearest] == theme).all(), kept
            assert (nearest == np.arange(len(clips))).mean() >= 0.8, kept


def test_weights_differ_by_kind(models: Models) -> None:
    same = {name: np.repeat(own[:1], len(KINDS), axis=0) for name, own in rows(1).items()}
    shares = models.run(MODEL, same | {"kind": np.arange(len(KINDS), dtype=np.int64)})["shares"]
    of = dict(zip(KINDS, shares, strict=True))
    names = list(DIMENSIONS)
    assert names[int(of[Kind.SONG].argmax())] == "audio"
    assert names[int(of[Kind.CLIP].argmax())] == "keyframes"
    assert names[int(of[Kind.TALK].argmax())] == "subtitles"


def test_of_nothing_nothing_is_made(models: Models) -> None:
    item = Item(id="a", kind=Kind.FILM, title="", path=None)
    (found,) = fuse([item], [{"keyframes": Feature()}], models.runner(MODEL))
    assert found.vector is None
    assert found.shares == {}


def test_an_item_gets_the_same_vector_alone_and_among_others(models: Models) -> None:
    full = rows(40)
    run = models.runner(MODEL)
    together = run(full)["embedding"]
    for n in (0, 17, 39):
        alone = run({name: own[n : n + 1] for name, own in full.items()})["embedding"]
        np.testing.assert_allclose(alone[0], together[n], atol=1e-6)
    np.testing.assert_array_equal(run(full)["embedding"], together)
