"""What few tags of a person teach, on made themes whose vectors scatter as real ones do."""

from __future__ import annotations

import numpy as np
import pytest

from mediadesk.api import SURE, Array, unit
from mediadesk.understand.corrections import LEAST, Corrections, Examples

D = 64
NONE = np.zeros((0, D), np.float32)


def theme(seed: int, count: int = 20) -> Array:
    """Unit vectors of which two have a cosine of about .5."""
    random = np.random.default_rng(seed)
    middle = unit(random.normal(size=D))
    return unit(0.7 * middle + 0.7 * unit(random.normal(size=(count, D)))).astype(np.float32)


@pytest.fixture
def themes() -> list[Array]:
    return [theme(seed) for seed in range(8)]


def learn(
    themes: list[Array], known: set[str], untold: Array = NONE, **examples: Examples
) -> Corrections:
    mean = np.concatenate(themes).mean(axis=0)
    given: list[dict[str, float]] = [{} for _ in untold]
    return Corrections(examples, mean=mean, known=known, untold=untold, given=given)


def sure(corrections: Corrections, vectors: Array, label: str, given: float = 0.0) -> Array:
    tags = {label: given} if given else {}
    judged = corrections.judge(vectors, [tags] * len(vectors))
    return np.array([each.get(label, 0.0) for each in judged])


def test_one_to_three_examples_teach_a_theme_and_no_other(themes: list[Array]) -> None:
    reached = []
    for count in (1, 2, 3):
        taught = learn(themes, {"city"}, city=Examples(themes[0][:count], NONE))
        reached.append(np.mean(sure(taught, themes[0][3:], "city") >= SURE))
        assert not np.any(sure(taught, np.concatenate(themes[1:]), "city") >= SURE)
    assert reached[0] >= 0.5
    assert reached[2] >= 0.8
    assert reached == sorted(reached)


def test_a_tag_taken_away_fades_where_it_was_wrong_and_nowhere_else(themes: list[Array]) -> None:
    taught = learn(themes, {"sea"}, sea=Examples(NONE, themes[0][:2]))
    assert np.mean(sure(taught, themes[0][2:], "sea", given=SURE + 0.1) < SURE) > 0.8
    assert np.allclose(sure(taught, themes[1], "sea", given=SURE + 0.1), SURE + 0.1, atol=1e-3)
    assert not sure(taught, themes[0], "sea").any(), "what nobody gave does not come"


def test_an_example_says_nothing_against_what_is_unlike_it(themes: list[Array]) -> None:
    taught = learn(themes, {"music"}, music=Examples(themes[0][:3], NONE))
    assert np.all(sure(taught, themes[1], "music", given=0.6) >= 0.6 - 1e-3)


def test_a_tag_that_no_tagger_knows_takes_two_examples(themes: list[Array]) -> None:
    own = {
        count: learn(themes, set(), Anna=Examples(themes[0][:count], NONE)) for count in (1, 2, 3)
    }
    found = {n: np.mean(sure(each, themes[0][3:], "Anna") >= SURE) for n, each in own.items()}
    assert found[1] < 0.1
    assert found[3] > 0.5
    favourites = np.stack([each[0] for each in themes])
    mixed = learn(themes, set(), favourite=Examples(favourites, NONE))
    others = np.concatenate([each[1:] for each in themes])
    assert np.mean(sure(mixed, others, "favourite") >= SURE) < 0.02, "they have nothing in common"


def test_rare_and_common_tags_are_told_apart_by_the_same_evidence(themes: list[Array]) -> None:
    taught = learn(
        themes,
        {"rare", "common"},
        rare=Examples(themes[0][:4], NONE),
        common=Examples(np.concatenate([themes[1], theme(1, 400)]), NONE),
    )
    judged = taught.judge(themes[0][4:], [{}] * 16)
    assert np.mean([each.get("rare", 0) >= SURE for each in judged]) > 0.8
    assert not any("common" in each for each in judged)


def test_a_tag_that_is_often_taken_away_elsewhere_is_no_weaker_for_that(
    themes: list[Array],
) -> None:
    wrong, elsewhere = themes[0][:1], themes[1]
    once, often = (
        sure(learn(themes, {"sea"}, sea=Examples(NONE, taken)), themes[0][1:], "sea", given=0.9)
        for taken in (wrong, np.concatenate([wrong, elsewhere]))
    )
    assert np.allclose(once, often, atol=0.02)
    assert once.min() < SURE


def test_what_nobody_corrected_helps_to_find_the_middle(themes: list[Array]) -> None:
    """Semi-supervised: items that are surely like the examples stand beside them."""
    every = np.concatenate(themes)
    for count in (1, 2, 3):
        own = Examples(themes[0][:count], NONE)
        alone = learn(themes, {"city"}, city=own)
        taught = learn(themes, {"city"}, untold=every[count:], city=own)
        reached = [np.mean(sure(each, themes[0][3:], "city")) for each in (alone, taught)]
        assert reached[1] > reached[0]
        assert not np.any(sure(taught, np.concatenate(themes[1:]), "city") >= SURE)


def test_an_item_without_a_vector_learns_nothing_and_confidences_are_sane(
    themes: list[Array],
) -> None:
    taught = learn(themes, set(), x=Examples(themes[0], themes[1]))
    assert taught.judge(np.zeros((1, D), np.float32), [{"x": 0.9}]) == [{}]
    assert taught.judge(np.zeros((0, D), np.float32), []) == []
    judged = taught.judge(np.concatenate(themes), [{"x": 1.0}, {}] * 80)
    assert all(0 <= each <= 1 for tags in judged for each in tags.values())
    assert all(tags["x"] >= LEAST for tags in judged[1::2] if tags)
