"""What pictures are made of video frames."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from av import VideoFrame
from av.video.reformatter import Interpolation, VideoReformatter

from mediadesk_keyframes.pictures import upright

LAYOUTS = [
    "yuv420p",
    "yuvj420p",
    "yuv422p",
    "yuv444p",
    "yuv420p10le",
    "yuva420p",
    "nv12",
    "gray",
    "gbrp",
    "rgb24",
]


def frame(layout: str, *, width: int = 1280, height: int = 720) -> VideoFrame:
    """A frame of coloured squares."""
    squares = np.random.default_rng(0).integers(0, 256, (9, 16, 3), np.uint8)
    wide, high = width // 16, height // 9
    drawn = VideoFrame.from_ndarray(squares.repeat(high, 0).repeat(wide, 1), format="rgb24")
    return drawn.reformat(format=layout)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("colours", [1, 5, 9], ids=["BT.709", "BT.601", "BT.2020"])
@pytest.mark.parametrize("width", [1280, 1440])
def test_a_picture_is_what_ffmpeg_makes_small_in_rgb(layout: str, colours: int, width: int) -> None:
    seen = frame(layout, width=width)
    seen.colorspace = colours
    size, how = (round(width * 256 / 720), 256), Interpolation.AREA | Interpolation.FULL_CHR_H_INT
    wanted = seen.reformat(*size, "rgb24", interpolation=how).to_ndarray().astype(int)
    assert np.abs(upright(seen, VideoReformatter(), Fraction(1)) - wanted).max() <= 1


def test_frames_may_change_their_size_and_layout_between_two() -> None:
    """As a broadcast does."""
    seen = [frame(layout) for layout in LAYOUTS]
    seen += [
        frame("yuv420p", width=width, height=height) for width, height in [(640, 360), (32, 36)]
    ]
    shared = VideoReformatter()
    for each in [*seen, *reversed(seen)]:
        alone = upright(each, VideoReformatter(), Fraction(1))
        assert np.array_equal(upright(each, shared, Fraction(1)), alone)
