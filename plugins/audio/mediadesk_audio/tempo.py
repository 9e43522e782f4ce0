"""Finds the tempo of music, by the autocorrelation of where its notes begin (after Ellis, 2007)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mediadesk.api import Array

_FRAME, _HOP = 512, 160  # samples at 16 kHz: 100 frames a second
_BANDS = 24
_SLOWEST, _FASTEST, _USUAL = 40.0, 220.0, 120.0  # beats a minute
_OCTAVES = 1.0  # how far from the usual one a tempo is still likely
_FAINT = 1e-4  # variance of onsets: a tone that goes on has less, music from .0015 on
_SURE = 0.1  # noise has .05


def tempo(stretches: Sequence[Array], rate: int) -> tuple[float, float]:
    """Give beats a minute and how sure they are, 0..1, from stretches of sound [samples].

    Where no beat is to be heard, or too little sound for one, that is (0, 0).
    """
    second = rate / _HOP
    lags = np.arange(round(60 * second / _FASTEST), round(60 * second / _SLOWEST) + 1)
    count = int(lags[-1]) + 2
    long = [each for each in stretches if len(each) > 2 * count * _HOP]
    if not long:
        return 0.0, 0.0
    repeated = np.mean([_autocorrelation(_onsets(each), count) for each in long], axis=0)
    repeated /= repeated[0] + _FAINT
    octaves = np.log2(60 * second / lags / _USUAL)
    likely = repeated[lags] * np.exp(-((octaves / _OCTAVES) ** 2) / 2)
    best = int(lags[likely.argmax()])
    sure = float(repeated[best])
    if sure < _SURE:
        return 0.0, 0.0
    # Between two frames, where a parabola through the three highest has its top.
    before, top, after = repeated[best - 1 : best + 2]
    bend = before - 2 * top + after
    shift = float(np.clip((before - after) / (2 * bend), -0.5, 0.5)) if bend < 0 else 0.0
    return float(60 * second / (best + shift)), min(sure, 1.0)


def _onsets(sound: Array) -> Array:
    """Give how much begins in each frame, over bands of pitch; around their local mean."""
    frames = np.lib.stride_tricks.sliding_window_view(sound, _FRAME)[::_HOP]
    levels = np.abs(np.fft.rfft(frames * np.hanning(_FRAME).astype(np.float32), axis=1))
    edges = np.unique(np.geomspace(2, levels.shape[1], _BANDS + 1).astype(int))
    bands = np.log1p(10 * np.add.reduceat(levels, edges[:-1], axis=1))
    rise = np.maximum(np.diff(bands, axis=0), 0).mean(axis=1)
    around = np.convolve(rise, np.ones(100) / 100, "same")
    begun: Array = rise - around
    return begun


def _autocorrelation(onsets: Array, count: int) -> Array:
    """Give the mean product with itself at each lag below `count`."""
    size = 2 * len(onsets)
    power = np.abs(np.fft.rfft(onsets, size)) ** 2
    found: Array = np.fft.irfft(power, size)[:count] / (len(onsets) - np.arange(count))
    return found
