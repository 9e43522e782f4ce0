"""Sound for the clips: an excerpt of real music, or an ambience made of shaped noise."""

import io
from collections.abc import Callable

import av
import numpy as np
from numpy.typing import NDArray

Wave = NDArray[np.float32]

RATE = 44_100


def excerpt(music: bytes, seconds: float, seed: int) -> Wave:
    """Give `seconds` of a piece in mono at `RATE` hertz, from a place that depends on `seed`."""
    resampler = av.AudioResampler("flt", "mono", RATE)
    with av.open(io.BytesIO(music), "r") as container:
        decoded = [
            part.to_ndarray()[0]
            for frame in container.decode(audio=0)
            for part in resampler.resample(frame)
        ]
    wanted = int(seconds * RATE)
    piece = _wave(np.concatenate(decoded))
    if len(piece) < wanted:
        return _faded(np.resize(piece, wanted))  # played again from its beginning
    start = (seed * 7 * RATE) % (len(piece) - wanted + 1)
    return _faded(piece[start : start + wanted])


def ambience(kind: str, seconds: float, seed: int) -> Wave:
    """Give `seconds` of wind, waves, traffic or a meadow in mono at `RATE` hertz."""
    rng = np.random.default_rng(seed)
    time = _wave(np.arange(int(seconds * RATE)) / RATE)
    return _faded(_wave(_MAKERS[kind](time, rng) * rng.uniform(0.15, 0.35)))


def _wind(time: Wave, rng: np.random.Generator) -> Wave:
    gust = 0.55 + 0.45 * np.sin(2 * np.pi * time / rng.uniform(4, 9) + rng.uniform(0, 6))
    return _wave(_noise(time, rng, low=90, high=900) * gust)


def _waves(time: Wave, rng: np.random.Generator) -> Wave:
    phase = (time / rng.uniform(4, 9) + rng.uniform()) % 1
    swell = np.exp(-(((phase - 0.35) / 0.18) ** 2)) + rng.uniform(0.05, 0.3)
    return _wave(_noise(time, rng, low=200, high=6000) * swell)


def _traffic(time: Wave, rng: np.random.Generator) -> Wave:
    passing = np.zeros_like(time)
    for at in rng.uniform(0, time[-1], rng.integers(2, 7)):
        passing += np.exp(-(((time - at) / 1.1) ** 2))
    hum = rng.uniform(0, 0.2) * np.sin(2 * np.pi * 100 * time)
    return _wave(_noise(time, rng, low=30, high=350) * (0.6 + 0.6 * passing) + hum)


def _meadow(time: Wave, rng: np.random.Generator) -> Wave:
    wave = _wave(_noise(time, rng, low=150, high=1200) * 0.3)
    note = np.arange(int(0.12 * RATE)) / RATE
    for at in rng.uniform(0, time[-1] - 1, rng.integers(6, 40)):
        pitch = rng.uniform(2200, 4800) + rng.uniform(-9000, 9000) * note
        chirp = np.sin(2 * np.pi * pitch * note) * np.hanning(len(note)) * rng.uniform(0.2, 0.7)
        start = int(at * RATE)
        wave[start : start + len(note)] += _wave(chirp)
    return wave


_MAKERS: dict[str, Callable[[Wave, np.random.Generator], Wave]] = {
    "wind": _wind,
    "waves": _waves,
    "traffic": _traffic,
    "meadow": _meadow,
}


def _noise(time: Wave, rng: np.random.Generator, *, low: float, high: float) -> Wave:
    """Give pink noise between two frequencies, each moved a little: no two places sound alike."""
    low, high = low * rng.uniform(0.5, 2), high * rng.uniform(0.5, 2)
    hertz = np.fft.rfftfreq(len(time), 1 / RATE)
    shape = np.where((hertz > low) & (hertz < high), 1 / np.sqrt(np.maximum(hertz, 1)), 0)
    spectrum = shape * np.exp(2j * np.pi * rng.random(len(hertz)))
    wave = np.fft.irfft(spectrum, len(time))
    return _wave(wave / np.abs(wave).max())


def _wave(values: NDArray[np.generic]) -> Wave:
    return np.asarray(values, dtype=np.float32)


def _faded(wave: Wave) -> Wave:
    ramp = _wave(np.linspace(0, 1, RATE // 2))
    result = wave.copy()
    result[: len(ramp)] *= ramp
    result[-len(ramp) :] *= ramp[::-1]
    return result
