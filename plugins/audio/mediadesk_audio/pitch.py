"""Gives the pitches in sound: what noise, clipping and another level leave as it is."""

from __future__ import annotations

from functools import cache

import numpy as np

from mediadesk.api import Array

BINS = 192
_LOWEST, _OCTAVE = 55.0, 36  # Hz; bins an octave, so the last one is at 2,175 Hz
_FRAME, _HOP = 8192, 4096  # samples: semitones are apart from 60 Hz on


def spectra(sound: Array, rate: int) -> Array:
    """Give the square root of the level at each pitch, float32 [frames, 192], of sound [samples].

    What is shorter than a frame of 0.5 s (at 16 kHz) counts as one, with silence after it.
    """
    padded = np.pad(sound, (0, max(_FRAME - len(sound), 0)))
    frames = np.lib.stride_tricks.sliding_window_view(padded, _FRAME)[::_HOP]
    levels = np.abs(np.fft.rfft(frames * _hann(), axis=1)).astype(np.float32)
    bank = _bank(rate)
    found: Array = np.sqrt(levels[:, : len(bank)] @ bank)
    return found


def peaks(levels: Array) -> Array:
    """Give by how much each pitch stands out, ≥ 0, from levels [n, 192] at all.

    Compared is with the octave around it: noise of any colour lifts all pitches there alike.
    """
    side = _OCTAVE // 2
    padded = np.pad(levels, ((0, 0), (side, side)), "reflect")
    around = np.lib.stride_tricks.sliding_window_view(padded, 2 * side + 1, axis=1).mean(axis=2)
    found: Array = np.maximum(levels - around, 0)
    return found


def profile(levels: Array) -> Array:
    """Give how much each pitch stands out on the mean, float32 [192], from levels [frames, 192]."""
    mean: Array = peaks(levels).mean(axis=0)
    return mean


def clarity(levels: Array) -> float:
    """Tell how much of the sound stays on pitches, 0..1, from levels [frames, 192].

    White noise of 3 s has .02, the sea .05, a drone from .06 on, an orchestra .2.
    """
    mean = levels.mean(axis=0, keepdims=True)
    total = float(mean.sum())
    return float(peaks(mean).sum()) / total if total else 0.0


@cache
def _hann() -> Array:
    window: Array = np.hanning(_FRAME + 1)[:-1].astype(np.float32)
    return window


@cache
def _bank(rate: int) -> Array:
    """Give float32 [frequencies, 192]: triangles a bin wide, but no narrower than the spectrum.

    Frequencies above the highest bin are left out.
    """
    frequencies = np.fft.rfftfreq(_FRAME, 1 / rate)
    pitches = _LOWEST * 2 ** (np.arange(BINS) / _OCTAVE)
    width = np.maximum(pitches * (2 ** (1 / _OCTAVE) - 1), frequencies[1])
    triangles = np.maximum(1 - np.abs(frequencies[:, None] - pitches) / width, 0)
    used = int(np.flatnonzero(triangles.any(axis=1))[-1]) + 1
    bank: Array = (triangles / triangles.sum(axis=0))[:used].astype(np.float32)
    return bank
