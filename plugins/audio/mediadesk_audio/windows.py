"""What is read of a file's sound: windows of 3 s, from stretches that are spread over it."""

from __future__ import annotations

from dataclasses import dataclass

from mediadesk.api import Array

RATE = 16000  # samples a second
WINDOW = 3 * RATE  # samples


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """Windows, float32 [≤ 48000] at 16 kHz mono, and where they begin, in seconds.

    `stretches` are the same sound, unbroken. `loudness` is in LUFS and `peak` in dB of full scale,
    both of all channels. `problem` says what could not be read.
    """

    starts: tuple[float, ...]
    windows: tuple[Array, ...]
    stretches: tuple[Array, ...]
    loudness: float
    peak: float
    problem: str
