"""Intros and credits of made-up fingerprints, with as many wrong bits as real ones have."""

from __future__ import annotations

from base64 import b64encode

import numpy as np
import pytest

from mediadesk.api import Array, Feature
from mediadesk.understand.seasons import spans

HOP = 512 / 5512
RANDOM = np.random.default_rng(0)


def steps(seconds: float) -> Array:
    return RANDOM.integers(1, 2**32, round(seconds / HOP), dtype=np.uint32)


def heard_again(prints: Array, wrong: float = 0.15) -> Array:
    """The same sound with another noise: some bits are others."""
    flips = (RANDOM.random((len(prints), 32)) < wrong) @ (1 << np.arange(32, dtype=np.uint64))
    return prints ^ flips.astype(np.uint32)


def feature(head: Array, tail: Array, tail_start: float = 1000.0) -> Feature:
    head, tail = (b64encode(each.astype("<u4").tobytes()).decode() for each in (head, tail))
    return Feature(
        data={"prints": {"head": head, "tail": tail, "tail_start": tail_start, "hop": HOP}}
    )


INTRO, CREDITS = steps(30), steps(20)


def episode(before: float, *, credits_after: float = 60) -> Feature:
    head = np.concatenate([steps(before), heard_again(INTRO), steps(200)])
    return feature(head, np.concatenate([steps(credits_after), heard_again(CREDITS), steps(5)]))


def test_what_neighbours_share_is_found_wherever_it_is() -> None:
    found = spans(episode(40), [episode(0), episode(95, credits_after=10), episode(7)])
    assert [label for *_, label in found] == ["intro", "credits"]
    (start, end, _), (roll, over, _) = found
    assert (start, end) == (pytest.approx(40, abs=1), pytest.approx(70, abs=1))
    assert (roll, over) == (pytest.approx(1060, abs=1), pytest.approx(1080, abs=1))


def test_one_neighbour_is_enough_but_of_several_two_must_agree() -> None:
    own, with_it, without = episode(40), episode(0), feature(steps(250), steps(90))
    assert len(spans(own, [with_it])) == 2
    assert spans(own, [with_it, without, feature(steps(250), steps(90))]) == []
    assert len(spans(own, [with_it, without, episode(12)])) == 2


def test_an_intro_with_talk_on_top_is_one() -> None:
    talked_over = INTRO.copy()
    talked_over[100:125] = steps(3)[:25]  # 2.3 s
    own = feature(np.concatenate([steps(20), heard_again(talked_over), steps(60)]), steps(90))
    ((start, end, _),) = spans(own, [episode(3), episode(50)])
    assert (start, end) == (pytest.approx(20, abs=1), pytest.approx(50, abs=1))


def test_strangers_silence_jingles_and_repeats_share_no_intro() -> None:
    own = episode(40)
    silence = np.zeros(2000, np.uint32)
    jingle = steps(5)
    short = [np.concatenate([steps(9), heard_again(jingle), steps(90)]) for _ in range(2)]
    assert spans(own, [feature(steps(300), steps(100))]) == []
    assert spans(feature(silence, silence), [feature(silence, silence)]) == []
    assert spans(feature(short[0], steps(90)), [feature(short[1], steps(90))]) == []
    whole = steps(500)
    assert spans(feature(whole, steps(90)), [feature(heard_again(whole), steps(90))]) == []


def test_without_fingerprints_there_is_nothing() -> None:
    assert spans(Feature(), [episode(0)]) == []
    assert spans(episode(0), []) == []
    assert spans(episode(0), [Feature(), feature(steps(0), steps(0))]) == []
