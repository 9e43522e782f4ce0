"""Puts the pictures kept of a video into one, which is all that a mouse over its card asks for."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from mediadesk.engine.messages import Storyboard
from mediadesk.store import Store, features
from mediadesk.store import browse as reading

if TYPE_CHECKING:
    from av.video.frame import VideoFrame

    from mediadesk.api import Array

_TILE = 192  # pixels of the longer side of a picture in it
_MOST_BYTES = 60_000
_QUALITIES = (5, 9, 14, 20, 31)  # of mjpeg, the best first
_KEPT = 200


class Storyboards:
    """Knows the storyboards of items: each is made once, of what extractors kept of it by then."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._made = lru_cache(_KEPT)(self._make)

    def of(self, item: str) -> Storyboard:
        """Give an item's, an empty one if nothing is seen in it; its file may be away."""
        return self._made(item, features.newest_seq(self._store.read(), item))

    def _make(self, item: str, _seq: int) -> Storyboard:
        return storyboard(reading.storyboard(self._store.read(), item))


def storyboard(pictures: Sequence[tuple[float, bytes]]) -> Storyboard:
    """Join JPEGs of some seconds, each as large as the first; those that are damaged are left out.

    Several kB of sprite instead of a file: nothing but the pictures themselves is stored.
    """
    import av  # it takes a while to load, and nobody may ever point at a card

    seconds: list[float] = []
    tiles: list[Array] = []
    for second, jpeg in pictures:
        try:
            (frame,) = av.CodecContext.create("mjpeg", "r").decode(av.Packet(jpeg))
        except (av.FFmpegError, ValueError):
            continue
        seconds.append(second)
        tiles.append(_tile(frame, tiles[0].shape if tiles else _shape(frame)))
    if not tiles:
        return Storyboard()
    columns = int(np.ceil(np.sqrt(len(tiles))))
    rows = -(-len(tiles) // columns)
    height, width, _ = tiles[0].shape
    sheet = np.zeros((rows, columns, height, width, 3), np.uint8)
    sheet.reshape(-1, height, width, 3)[: len(tiles)] = tiles
    whole = sheet.swapaxes(1, 2).reshape(rows * height, columns * width, 3)
    return Storyboard(seconds=tuple(seconds), columns=columns, jpeg=_jpeg(whole))


def _shape(frame: VideoFrame) -> tuple[int, int, int]:
    scale = _TILE / max(frame.width, frame.height)
    return max(1, round(frame.height * scale)), max(1, round(frame.width * scale)), 3


def _tile(frame: VideoFrame, shape: tuple[int, ...]) -> Array:
    """Give the picture as uint8 RGB of a shape, with black beside it if it has another form."""
    height, width, _ = shape
    scale = min(width / frame.width, height / frame.height)
    size = max(1, round(frame.width * scale)), max(1, round(frame.height * scale))
    small = frame.reformat(*size, format="rgb24", interpolation="AREA").to_ndarray()
    left, top = (width - size[0]) // 2, (height - size[1]) // 2
    tile: Array = np.zeros(shape, np.uint8)
    tile[top : top + size[1], left : left + size[0]] = small
    return tile


def _jpeg(whole: Array) -> bytes:
    """Encode uint8 [height, width, 3] RGB as well as its limit of bytes allows."""
    import av

    frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(whole), format="rgb24")
    made = b""
    for quality in _QUALITIES:
        encoder = av.CodecContext.create("mjpeg", "w")
        encoder.width, encoder.height = frame.width, frame.height
        encoder.pix_fmt, encoder.time_base = "yuvj420p", Fraction(1, 25)
        encoder.options = {"qmin": f"{quality}", "qmax": f"{quality}"}
        picture = frame.reformat(format="yuvj420p")
        made = b"".join(bytes(each) for each in (*encoder.encode(picture), *encoder.encode()))
        if len(made) <= _MOST_BYTES:
            break
    return made
