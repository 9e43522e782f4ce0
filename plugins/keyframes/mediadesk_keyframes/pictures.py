"""Turns video frames into pictures for the model and for the screen."""

from collections.abc import Iterator
from fractions import Fraction
from functools import cache

import numpy as np
from av import VideoFrame
from av.codec import CodecContext
from av.container import InputContainer
from av.video.codeccontext import VideoCodecContext
from av.video.reformatter import VideoReformatter

from mediadesk.api import Array
from mediadesk_keyframes.frames import Look, looks, pixel

_SIDE = 224
_SHORT_SIDE, _LONGEST_SIDE = 256, 1024
_THUMBNAIL = 320
_PQ = 16  # AVCOL_TRC_SMPTE2084: how the light of HDR films is written
_WHITE = 203  # cd/m² of a white page in HDR (ITU-R BT.2408)
_TO_BT709 = np.array(  # from the primaries of BT.2020 (ITU-R BT.2087)
    [[1.6605, -0.5876, -0.0728], [-0.1246, 1.1329, -0.0083], [-0.0182, -0.1006, 1.1187]],
    np.float32,
)
_FINE = 4095


def pictures(container: InputContainer, most: int) -> Iterator[tuple[float, Array | None]]:
    """Look at up to `most` places of a video: (second, picture), None where none can be decoded.

    Raises:
        Skip: if there is no video stream, or none that can be decoded.
    """
    reformatter, wide = VideoReformatter(), pixel(container)

    def picture(look: Look) -> tuple[float, Array | None]:
        second, frame = look
        return second, None if frame is None else upright(frame, reformatter, wide)

    return map(picture, looks(container, most))


def upright(frame: VideoFrame, reformatter: VideoReformatter, wide: Fraction) -> Array:
    """Give the frame as uint8 [h, w, 3] RGB, its short side 256, as it is to be seen.

    It is turned as it was taken, stretched by how `wide` a pixel is to its height, and HDR is
    brought down to what a screen shows. A `reformatter` used again prepares itself only once.
    """
    shown = frame.width * wide, Fraction(frame.height)
    width, height = (min(round(n * _SHORT_SIDE / min(shown)), _LONGEST_SIDE) for n in shown)
    # The model learnt from BICUBIC; AREA is the same to it in half the time, but only makes small.
    how = "AREA" if width < frame.width and height < frame.height else "BICUBIC"
    is_hdr = frame.color_trc == _PQ
    # "gbrp" takes two thirds of the time of "rgb24", and colours stay as fine as light.
    layout = "rgb48le" if is_hdr else "gbrp"
    # Other files are read meanwhile: more threads would only be in their way.
    small = reformatter.reformat(frame, width, height, layout, interpolation=how, threads=1)
    picture = _dimmed(small.to_ndarray()) if is_hdr else _joined(small)
    return np.rot90(picture, round(frame.rotation / 90))


def _joined(frame: VideoFrame) -> Array:
    """Join planes of green, blue and red to [h, w, 3] RGB: a view of planes one after the other."""
    green, blue, red = (np.from_dlpack(plane) for plane in frame.planes)
    return np.moveaxis(np.stack((red, green, blue)), 0, -1)


def _dimmed(picture: Array) -> Array:
    """Turn HDR10, uint16 RGB, into uint8 RGB of BT.709, where nothing is brighter than white."""
    light, levels = _curves()
    dimmed: Array = levels[(light[picture] @ _TO_BT709.T * _FINE).clip(0, _FINE).astype(np.uint16)]
    return dimmed


@cache
def _curves() -> tuple[Array, Array]:
    """Give the light, 1 for white, of each level of SMPTE ST 2084, and the level of each light."""
    root = np.linspace(0, 1, 1 << 16) ** (1 / 78.84375)
    light = np.maximum(root - 0.8359375, 0) / (18.8515625 - 18.6875 * root)
    white = light ** (1 / 0.1593017578125) * 10_000 / _WHITE
    levels = 255 * np.linspace(0, 1, _FINE + 1) ** (1 / 2.2)
    return white.astype(np.float32), levels.round().astype(np.uint8)


def centre(picture: Array) -> Array:
    """Cut the middle 224 × 224 out of a picture."""
    top, left = ((side - _SIDE) // 2 for side in picture.shape[:2])
    return picture[top : top + _SIDE, left : left + _SIDE]


def jpeg(picture: Array) -> bytes:
    """Encode a picture as JPEG of at most 320 pixels a side."""
    frame = VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
    scale = min(1.0, _THUMBNAIL / max(frame.width, frame.height))
    encoder: VideoCodecContext = CodecContext.create("mjpeg", "w")
    encoder.width, encoder.height = round(frame.width * scale), round(frame.height * scale)
    encoder.pix_fmt, encoder.time_base = "yuvj420p", Fraction(1, 25)
    encoder.options = {"qmin": "4", "qmax": "4"}
    small = frame.reformat(encoder.width, encoder.height, "yuvj420p", interpolation="AREA")
    return b"".join(bytes(packet) for packet in (*encoder.encode(small), *encoder.encode()))
