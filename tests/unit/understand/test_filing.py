"""What few kinds of a person teach, on made themes whose vectors scatter as real ones do."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediadesk.api import AUDIO, VIDEO, Array, Kind, unit
from mediadesk.understand.filing import Filing
from mediadesk.understand.kinds import SURE_KIND

D = 64
NONE = np.zeros((0, D), np.float32)
CLIP = {"clip": 0.85, "home-video": 0.12, "music-video": 0.03}
CONCERT = {"concert": 0.9, "film": 0.1}
EPISODE = {"episode": 0.98, "clip": 0.02}
SONG = {"song": 0.95, "recording": 0.05}


@pytest.fixture
def themes() -> list[Array]:
    """Unit vectors of six themes; two of one theme have a cosine of about .5."""
    random = np.random.default_rng(3)
    middles = unit(random.normal(size=(6, 1, D)))
    scatter = unit(random.normal(size=(6, 20, D)))
    return list(unit(0.7 * middles + 0.7 * scatter).astype(np.float32))


def learn(
    themes: list[Array], examples: dict[Kind, Array], untold: Array = NONE, **more: dict[str, float]
) -> Filing:
    mean = np.concatenate(themes).mean(axis=0)
    given = [more.get("given", CLIP)] * len(untold)
    return Filing(VIDEO, examples, mean=mean, untold=untold, given=given)


def filed(filing: Filing, vectors: Array, given: dict[str, float], now: str = "") -> list[str]:
    return [filing.filed(each, now) for each in filing.judge(vectors, [given] * len(vectors))]


def test_one_example_makes_a_kind_likely_and_three_make_it_clear(themes: list[Array]) -> None:
    reached = []
    for count in (1, 2, 3):
        filing = learn(themes, {Kind.HOME_VIDEO: themes[0][:count]})
        own = filing.judge(themes[0][3:], [CLIP] * 17)
        likely = np.mean([next(iter(each), "") == "home-video" for each in own])
        assert likely >= 0.6
        reached.append(
            np.mean([kind == "home-video" for kind in filed(filing, themes[0][3:], CLIP)])
        )
        assert not any(filed(filing, np.concatenate(themes[1:]), CLIP)), "no other theme is filed"
    assert reached[0] == 0
    assert reached == sorted(reached)
    assert reached[2] >= 0.7


def test_a_kind_is_of_many_themes_and_each_counts_for_what_is_like_it(themes: list[Array]) -> None:
    """Home videos of the sea, of a garden and of a wedding have nothing in common."""
    one, three = (
        filed(learn(themes, {Kind.HOME_VIDEO: examples}), themes[0][3:], CLIP)
        for examples in (themes[0][:3], np.concatenate([each[:3] for each in themes[:3]]))
    )
    assert three == one
    single = learn(themes, {Kind.HOME_VIDEO: np.stack([each[0] for each in themes])})
    assert not any(filed(single, np.concatenate([each[1:] for each in themes]), CLIP))


def test_a_kind_that_content_got_wrong_is_mended_for_others(themes: list[Array]) -> None:
    """A folder of films in which much is sung was taken for concerts."""
    filing = learn(themes, {Kind.FILM: themes[0][:3]})
    assert filed(filing, themes[0][3:], CONCERT).count("film") >= 10
    assert set(filed(filing, themes[1], CONCERT)) == {""}, "nothing is learnt of what is unlike it"
    assert filing.judge(themes[1], [CONCERT] * 20).count({}) >= 15


def test_a_length_that_says_it_already_is_not_filed(themes: list[Array]) -> None:
    filing = learn(themes, {Kind.TALK: themes[0][:1]})
    found = filing.judge(themes[0][1:], [CLIP | {"clip": 0.98}] * 19)
    assert any(found)
    assert {filing.filed(each, "") for each in found} == {""}


def test_neighbours_that_nobody_filed_make_it_clearer(themes: list[Array]) -> None:
    every = np.concatenate(themes)
    plain, taught = (
        filed(learn(themes, {Kind.HOME_VIDEO: themes[0][:2]}, untold), every[2:], CLIP)
        for untold in (NONE, every[2:])
    )
    assert taught.count("home-video") > plain.count("home-video")
    assert not any(taught[18:])


def test_kinds_that_are_taught_together_are_told_apart(themes: list[Array]) -> None:
    either = {"clip": 0.7, "concert": 0.15, "home-video": 0.15}
    filing = learn(
        themes, {Kind.HOME_VIDEO: themes[0][:4], Kind.CONCERT: themes[1][:4]}, given=either
    )
    own, other = (filed(filing, themes[n][4:], either) for n in (0, 1))
    assert set(own) == {"home-video", ""}
    assert set(other) == {"concert", ""}
    assert min(own.count("home-video"), other.count("concert")) >= 8


def test_episodes_the_other_medium_and_what_has_no_vector_stay_what_they_are(
    themes: list[Array],
) -> None:
    filing = learn(themes, {Kind.TALK: themes[0][:4], Kind.EPISODE: themes[0][4:8]})
    for own in (EPISODE, SONG, {}):
        assert filing.judge(themes[0], [own] * 20) == [{}] * 20
    assert filing.judge(np.zeros((1, D), np.float32), [CLIP]) == [{}]
    assert not any("episode" in each for each in filing.judge(themes[0], [CLIP] * 20))


def test_what_is_filed_stays_so_while_it_is_about_as_clear(themes: list[Array]) -> None:
    filing = learn(themes, {Kind.TALK: themes[0][:2]})
    found = {"talk": SURE_KIND - 0.1, "clip": 0.3}
    assert filing.filed(found, "") == ""
    assert filing.filed(found, "talk") == "talk"
    assert filing.filed({"talk": 0.5, "clip": 0.5}, "talk") == ""


@given(seed=st.integers(0, 10_000), count=st.integers(1, 8))
def test_probabilities_are_of_one_medium_and_sum_to_one_at_most(seed: int, count: int) -> None:
    random = np.random.default_rng(seed)
    vectors = unit(random.normal(size=(30, D))).astype(np.float32)
    examples = {Kind.SONG: vectors[:count], Kind.PODCAST: vectors[10 : 10 + count]}
    filing = Filing(
        AUDIO, examples, mean=vectors.mean(axis=0), untold=vectors[20:], given=[SONG] * 10
    )
    for found in filing.judge(vectors, [SONG] * 30):
        assert set(found) <= AUDIO
        assert list(found.values()) == sorted(found.values(), reverse=True)
        assert not found or 0.9 <= sum(found.values()) <= 1.01
