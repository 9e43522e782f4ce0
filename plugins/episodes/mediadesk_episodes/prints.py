"""Fingerprints of sound after Haitsma and Kalker, “A highly robust audio fingerprinting system”."""

from __future__ import annotations

from contextlib import suppress

import av
import numpy as np
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Discard

from mediadesk.api import Array, Skip

_RATE = 5512  # samples a second
_FRAME, _STEP = 2048, 512  # samples
HOP = _STEP / _RATE  # seconds
_EDGES = np.geomspace(300, 2000, 34)  # Hz: 33 bands
_SILENCE = 1e-3  # of full scale: -60 dB


def chosen(container: InputContainer) -> AudioStream:
    """Give the sound, and have nothing else read from then on.

    Raises:
        Skip: if there is no audio stream.
    """
    stream = container.streams.best("audio")
    if not isinstance(stream, AudioStream):
        raise Skip("there is no sound")
    for other in container.streams:
        if other is not stream:
            other.discard = Discard.all  # MP4 leaves it unread
    return stream


def listen(container: InputContainer, stream: AudioStream, start: float, seconds: float) -> Array:
    """Give the fingerprint of `seconds` from `start` on, or of what there is: uint32 [n]."""
    return fingerprint(_decoded(container, stream, start, seconds))


def fingerprint(sound: Array) -> Array:
    """Give uint32 [n], one for each `HOP` of float32 [samples] at 5,512 Hz; 0 is silence.

    Bit k tells whether band k is louder than the next one by more than it was before.
    """
    if len(sound) < _FRAME + _STEP:
        return np.zeros(0, np.uint32)
    frames = np.lib.stride_tricks.sliding_window_view(sound, _FRAME)[::_STEP]
    power = np.abs(np.fft.rfft(frames * np.hanning(_FRAME).astype(np.float32), axis=1)) ** 2
    edges = np.searchsorted(np.fft.rfftfreq(_FRAME, 1 / _RATE), _EDGES)
    bands = np.add.reduceat(power, edges, axis=1)[:, :-1]
    bits = np.diff(np.diff(bands, axis=1), axis=0) < 0
    packed = np.packbits(bits, axis=1).view("<u4")[:, 0]
    is_loud = np.square(frames[1:]).mean(axis=1) >= _SILENCE**2
    found: Array = np.where(is_loud, np.maximum(packed, 1), 0).astype(np.uint32)
    return found


def _decoded(container: InputContainer, stream: AudioStream, start: float, seconds: float) -> Array:
    resampler = AudioResampler(format="flt", layout="mono", rate=_RATE, frame_size=16384)
    parts = [np.zeros(0, np.float32)]
    begin = float((stream.start_time or 0) * (stream.time_base or 0)) + start
    with suppress(av.FFmpegError, EOFError, ValueError):  # damage ends the sound early
        container.seek(round(begin * av.time_base))
        for frame in container.decode(stream):
            if (frame.time or 0) + frame.samples / frame.sample_rate <= begin:
                continue
            if (frame.time or 0) >= begin + seconds:
                break
            parts += [part.to_ndarray()[0] for part in resampler.resample(frame)]
    parts += [part.to_ndarray()[0] for part in resampler.resample(None)]
    return np.concatenate(parts)[: round(seconds * _RATE)]
