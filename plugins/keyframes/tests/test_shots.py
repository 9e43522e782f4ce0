"""Which pictures of a video are kept, by what they look like alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from mediadesk_keyframes.shots import Looks, chosen, looked


def looks(
    shots: Sequence[int],
    *,
    sharp: Sequence[float] | None = None,
    exposed: Sequence[float] | None = None,
    contrast: float = 50.0,
) -> Looks:
    """Looks of a second each, of which those of one shot are the same but for how good they are."""
    patterns = np.random.default_rng(0).choice([-1.0, 1.0], (max(shots) + 1, 256))
    return Looks(
        seconds=np.arange(len(shots), dtype=float),
        grids=128 + contrast * patterns[list(shots)],
        sharp=np.array(sharp or [100.0] * len(shots)),
        exposed=np.array(exposed or [1.0] * len(shots)),
    )


def test_of_pictures_as_good_as_each_other_the_middle_one_of_a_shot_is_kept() -> None:
    """Another encoding looks at others, but its middle is the same."""
    assert chosen(looks([0, 0, 0, 0, 0, 1, 1, 1]), 16) == [2, 6]


def test_a_picture_that_is_much_sharper_or_better_exposed_is_kept_in_its_place() -> None:
    assert chosen(looks([0] * 5, sharp=[50, 50, 50, 50, 100]), 16) == [4]
    assert chosen(looks([0] * 5, sharp=[90, 90, 95, 90, 100]), 16) == [2]
    assert chosen(looks([0] * 5, exposed=[1, 0.2, 0.2, 0.2, 0.2]), 16) == [0]


def test_a_picture_without_contrast_is_left_out_however_sharp_it_is() -> None:
    seen = looks([0, 1, 2])
    flat = Looks(
        seconds=seen.seconds,
        grids=np.stack([seen.grids[0], 128 + 0.03 * (seen.grids[1] - 128), seen.grids[2]]),
        sharp=np.array([100.0, 500.0, 100.0]),
        exposed=seen.exposed,
    )
    assert chosen(flat, 16) == [0, 2]


def test_a_shot_that_comes_again_is_kept_once() -> None:
    assert chosen(looks([0, 1, 0, 1, 2]), 16) == [0, 1, 4]


def test_what_is_black_or_white_is_no_detail() -> None:
    random = np.random.default_rng(0)
    picture = random.integers(60, 200, (224, 224, 3)).astype(np.uint8)
    burnt = picture.copy()
    burnt[:112], burnt[112:168] = 255, 0
    seen = looked([0.0, 1.0], [picture, burnt])
    assert seen.exposed.tolist() == [1.0, 0.25]
    assert (seen.quality / seen.sharp).tolist() == pytest.approx([1.0, 0.25])
