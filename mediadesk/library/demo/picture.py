"""Turns still pictures into shots: a slow move of the eye over each of them."""

import io
from collections.abc import Iterator

import av
import numpy as np
from av import VideoFrame
from numpy.typing import NDArray

Picture = NDArray[np.uint8]  # [720, 1280, 3]

WIDTH, HEIGHT = 640, 360
FRAMES_PER_S = 20
_FINE = 2  # pictures are kept twice as large, so that a move of one pixel is half a pixel


def load(data: bytes) -> Picture:
    """Give a picture cropped to 16:9, [720, 1280, 3] in RGB.

    Tall pictures lose more below than above, where heads and spires are.
    """
    with av.open(io.BytesIO(data), "r") as container:
        rgb = next(container.decode(video=0)).to_ndarray(format="rgb24")
    height, width = rgb.shape[:2]
    tall, wide = min(height, width * HEIGHT // WIDTH), min(width, height * WIDTH // HEIGHT)
    top, left = (height - tall) // 3, (width - wide) // 2
    cropped = np.array(rgb[top : top + tall, left : left + wide], dtype=np.uint8)
    frame = VideoFrame.from_ndarray(cropped, "rgb24")
    scaled = frame.reformat(WIDTH * _FINE, HEIGHT * _FINE, "rgb24", interpolation="BICUBIC")
    return scaled.to_ndarray().astype(np.uint8, copy=False)


def shot(picture: Picture, seconds: float, rng: np.random.Generator) -> Iterator[VideoFrame]:
    """Give the frames of a slow pan and zoom over a picture."""
    zooms = np.array([1.0, rng.uniform(0.72, 0.85)])
    if rng.random() < 0.5:
        zooms = zooms[::-1]
    centre = rng.uniform(0, 1, 2)
    count = round(seconds * FRAMES_PER_S)
    for step in np.linspace(0, 1, count):
        zoom = zooms[0] + (zooms[1] - zooms[0]) * step
        tall, wide = int(HEIGHT * _FINE * zoom), int(WIDTH * _FINE * zoom)
        top = int(centre[0] * (HEIGHT * _FINE - tall))
        left = int(centre[1] * (WIDTH * _FINE - wide))
        window = np.ascontiguousarray(picture[top : top + tall, left : left + wide])
        frame = VideoFrame.from_ndarray(window, "rgb24")
        yield frame.reformat(WIDTH, HEIGHT, "yuv420p", interpolation="BILINEAR")
