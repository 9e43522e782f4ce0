"""Follows a voice through sound with Silero's network, which listens in steps of 32 ms."""

from collections.abc import Sequence

import numpy as np

from mediadesk.api import Array, Run

RATE = 16000  # samples a second
_STEP, _CONTEXT = 512, 64  # samples
_VOICE = 0.5


def probabilities(waveform: Array, run: Run) -> Array:
    """Give float32 [n, steps], how surely somebody speaks, for float32 [n, samples] at 16 kHz."""
    count, steps = len(waveform), waveform.shape[1] // _STEP
    padded = np.pad(waveform, ((0, 0), (_CONTEXT, 0)))
    state = np.zeros((2, count, 128), np.float32)
    heard = np.empty((count, steps), np.float32)
    for n in range(steps):
        sound = padded[:, n * _STEP : (n + 1) * _STEP + _CONTEXT]
        found = run({"input": sound, "state": state, "sr": np.array(RATE, np.int64)})
        heard[:, n], state = found["output"][:, 0], found["stateN"]
    return heard


def share(heard: Array, times: Sequence[tuple[float, float]]) -> float:
    """Give the share of speech in windows [n, steps] that last from `start` to `end` seconds."""
    lengths = np.array([end - start for start, end in times])
    inside = np.arange(heard.shape[1]) * _STEP / RATE < lengths[:, None]
    return float((heard[inside] >= _VOICE).mean())
