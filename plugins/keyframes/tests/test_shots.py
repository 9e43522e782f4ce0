"""Which pictures of a video are kept, by what they look like alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from mediadesk_keyframes.shots import Looks, chosen, looked

if TYPE_CHECKING:
    from numpy.typing import NDArray


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


def picture(seed: int) -> NDArray[Any]:
    """A picture with broad shapes and some detail, uint8 [224, 224, 3]."""
    random = np.random.default_rng(seed)
    broad = random.integers(40, 216, (7, 7, 3)).repeat(32, 0).repeat(32, 1)
    return (broad + random.integers(-15, 16, (224, 224, 1))).astype(np.uint8)


def out_of_focus(seen: NDArray[Any]) -> NDArray[Any]:
    """Leave nothing smaller than a tenth of the picture."""
    waves = np.fft.fft2(seen, axes=(0, 1))
    rows, columns = np.meshgrid(np.fft.fftfreq(224), np.fft.fftfreq(224), indexing="ij")
    waves *= np.exp(-((22 * np.hypot(rows, columns)) ** 2))[..., None]
    blurred: NDArray[Any] = np.fft.ifft2(waves, axes=(0, 1)).real.clip(0, 255).astype(np.uint8)
    return blurred


def mixed(one: NDArray[Any], other: NDArray[Any] | int, share: float) -> NDArray[Any]:
    return (one * (1 - share) + np.asarray(other) * share).round().astype(np.uint8)


def kept(pictures: Sequence[NDArray[Any]]) -> list[int]:
    return chosen(looked([float(n) for n in range(len(pictures))], pictures), 16)


@pytest.mark.parametrize("blank", [0, 255])
def test_a_shot_that_fades_is_kept_once_and_unfaded(blank: int) -> None:
    first, second = picture(1), picture(2)
    out = [mixed(first, blank, share) for share in (0, 0, 0.3, 0.6, 0.8, 1)]
    back = [mixed(second, blank, share) for share in (0.8, 0.6, 0.3, 0, 0)]
    one, other = kept([*out, *back])
    assert one in {0, 1}
    assert other in {9, 10}


def test_a_fade_is_told_by_the_picture_before_it_alone() -> None:
    """Of a long film the next picture that is looked at is of another shot."""
    first, second = picture(1), picture(2)
    assert kept([first, mixed(first, 0, 0.5), second]) == [0, 2]
    assert kept([first, mixed(second, 0, 0.5), second]) == [0, 2]


def test_a_dissolve_between_two_shots_is_no_third() -> None:
    first, second = picture(1), picture(2)
    assert kept([first, *(mixed(first, second, n / 3) for n in (1, 2)), second]) == [0, 3]
    assert kept([first, picture(3), second]) == [0, 1, 2]


@pytest.mark.parametrize("bars", [(28, 0), (0, 40), (20, 20)], ids=["above", "beside", "around"])
def test_black_bars_hide_no_blank_and_no_blur(bars: tuple[int, int]) -> None:
    high, wide = bars
    flat = np.full((224, 224, 3), 128, np.uint8)
    pictures = [picture(1), flat, picture(2), out_of_focus(picture(3)), flat + 60]
    barred = []
    for whole in pictures:
        dark = np.random.default_rng(0).integers(0, 5, whole.shape, np.uint8)
        inside = slice(high, 224 - high), slice(wide, 224 - wide)
        dark[inside] = whole[inside]
        barred.append(dark)
    assert kept(pictures) == kept(barred) == [0, 2]


def test_a_dark_film_is_no_bar() -> None:
    night = [(picture(n) // 12).astype(np.uint8) for n in range(3)]
    assert len(kept([np.pad(each[:, :60], ((0, 0), (0, 164), (0, 0))) for each in night])) >= 1
    lamp = np.zeros((224, 224, 3), np.uint8)
    lamp[100:110, 100:110] = 255
    assert kept([lamp, lamp]) == [0]


def page(seed: int, *, ink: int, paper: int) -> NDArray[Any]:
    """A slide with a title and a few lines, without its words."""
    random = np.random.default_rng(seed)
    seen = np.full((224, 224, 3), paper, np.uint8)
    for top, height in [(20, 16), *((80 + 40 * n, 9) for n in range(random.integers(2, 4)))]:
        width = random.integers(15, 48)
        words = (random.random((height, width, 1)) < 0.4).repeat(4, 1)
        seen[top : top + height, 20 : 20 + 4 * width][words[..., 0]] = ink
    return seen


@pytest.mark.parametrize(("ink", "paper"), [(30, 250), (235, 8)])
def test_each_slide_of_a_talk_is_kept_once(ink: int, paper: int) -> None:
    random = np.random.default_rng(0)
    slides = [page(n, ink=ink, paper=paper) for n in range(8) for _ in range(3)]
    noise = random.integers(-5, 6, (24, 224, 224, 1))
    seen = [
        (slide + own).clip(0, 255).astype(np.uint8)
        for slide, own in zip(slides, noise, strict=True)
    ]
    assert [n // 3 for n in kept(seen)] == list(range(8))


def test_a_speaker_who_moves_is_one_shot() -> None:
    room, head = picture(1), picture(2)[:60, :50]
    seen = []
    for n in range(12):
        moved = room.copy()
        left = 80 + 4 * (n % 3)
        moved[70:130, left : left + 50] = head
        seen.append(moved)
    assert len(kept(seen)) == 1


def test_snow_between_two_programmes_is_left_out() -> None:
    random = np.random.default_rng(0)
    snow = [random.integers(0, 256, (224, 224, 3), np.uint8) for _ in range(2)]
    assert kept([picture(1), *snow, picture(2)]) == [0, 3]
