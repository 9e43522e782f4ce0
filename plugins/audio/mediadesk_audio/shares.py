"""Tells speech, music and silence apart, window by window."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mediadesk.api import Array

SILENCE = 1e-3  # of full scale: -60 dB
_SLICE = 0.1  # seconds
_STEP = 0.032  # seconds: how often the network says whether somebody speaks
_VOICE = 0.5  # how surely somebody has to
_CLEAR = 0.055  # what stays less on its pitches is noise: wind, the sea, applause


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """Of n windows, float [n], the share of each one's time that is speech, music and silence.

    What is left is noise of all kinds.
    """

    speech: Array
    music: Array
    silence: Array

    def whole(self, seconds: Array) -> dict[str, float]:
        """Give the share of each in all windows, which last [n] seconds."""
        return {
            "speech_share": round(float(self.speech @ seconds / seconds.sum()), 3),
            "music_share": round(float(self.music @ seconds / seconds.sum()), 3),
            "silence_share": round(float(self.silence @ seconds / seconds.sum()), 3),
        }


def silence(window: Array, rate: int) -> float:
    """Give the share of slices in which sound [samples] is silent."""
    size = round(_SLICE * rate)
    slices = np.split(window, range(size, len(window), size))
    return float(np.mean([level(each) < SILENCE for each in slices]))


def level(sound: Array) -> float:
    """Give the root mean square of float32 [samples]."""
    return float(np.sqrt(np.square(sound, dtype=np.float64).mean()))


def shares(*, spoken: Array, silent: Array, clarity: Array, seconds: Array) -> Shares:
    """Tell of n windows what they hold.

    Args:
        spoken: how surely somebody speaks in each step, float [n, steps].
        silent: the share of silence, float [n].
        clarity: how much of the sound stays on pitches, float [n].
        seconds: how long they last, float [n]; steps after that don't count.
    """
    inside = np.arange(spoken.shape[1]) * _STEP < seconds[:, None]
    speech = ((spoken >= _VOICE) & inside).sum(axis=1) / inside.sum(axis=1)
    speech = np.minimum(speech, 1 - silent)
    music = np.where(clarity >= _CLEAR, 1 - silent - speech, 0)
    return Shares(speech=speech, music=music, silence=silent)
