"""The ways in which other copies of a file are made: encoded again, cropped, noisy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import av
import numpy as np

from mediadesk.api import Array
from mediadesk.engine.evaluating import recode
from mediadesk.engine.evaluating.noise import noisy, white
from mediadesk.engine.evaluating.recode import Encoding

Way = tuple[str, Callable[[Path, Path], None]]
"""The ending of a copy's name, and what writes it from a file."""

_QUICK = {"preset": "ultrafast"}


def _video(
    suffix: str,
    codec: str,
    part: float,
    options: Mapping[str, str],
    change: Callable[[Array], Array] | None = None,
) -> Way:
    """Give the way that makes pictures `part` as wide and high."""

    def write(source: Path, target: Path) -> None:
        with av.open(f"file:{source}") as old:
            stream = old.streams.video[0]
            width, height = (2 * round(side * part / 2) for side in (stream.width, stream.height))
            sound = source if old.streams.audio else None
        encoding = Encoding(
            suffix=suffix, codec=codec, size=(width, height), options=options, change=change
        )
        recode.video(source, target, encoding, sound=sound)

    return suffix, write


def _cropped(pixels: Array) -> Array:
    height, width = (size // 20 for size in pixels.shape[:2])
    return pixels[height:-height, width:-width]


def _grainy(pixels: Array) -> Array:
    grain = np.random.default_rng(int(pixels.sum())).normal(0, 16, (*pixels.shape[:2], 1))
    return np.clip(pixels + grain, 0, 255).astype(np.uint8)


def _noisy(source: Path, target: Path) -> None:
    sound = recode.decoded(source)
    recode.wave(noisy(sound, white(sound), 20), target)


def _quiet(source: Path, target: Path) -> None:
    recode.wave(recode.decoded(source) / 4, target)


VIDEOS: Mapping[str, Way] = {
    "half as large": _video(".mp4", "libx264", 1 / 2, {"crf": "33"} | _QUICK),
    "in VP9": _video(".mkv", "libvpx-vp9", 3 / 4, {"deadline": "realtime", "cpu-used": "8"}),
    "cropped to 90 %": _video(".mp4", "libx264", 3 / 4, _QUICK, _cropped),
    "with grainy pictures": _video(".mp4", "libx264", 3 / 4, _QUICK, _grainy),
}
"""How it is said of a copy → the way."""

SONGS: Mapping[str, Way] = {
    "as MP3 of 96 kbit/s": (".mp3", recode.mp3),
    "with noise of 20 dB": (".wav", _noisy),
    "at a quarter of the level": (".wav", _quiet),
}
