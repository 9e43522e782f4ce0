"""Reads a few windows of sound spread over a file, without decoding the rest of it."""

from collections.abc import Iterator
from contextlib import suppress

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer

from mediadesk.api import Array, Skip
from mediadesk_audio.speech import RATE

WINDOW = 3 * RATE  # samples
_STRETCHES, _WINDOWS = 3, 3  # how many stretches, how many windows in each
_STRETCH = _WINDOWS * WINDOW


def windows(container: InputContainer) -> list[tuple[float, Array]]:
    """Give at most 9 windows: (start in seconds, sound), in order.

    The sound is float32 [48000] at 16 kHz mono, the last of a short file shorter. A file of less
    than 27 s, or of unknown length, is read from its beginning.

    Raises:
        Skip: if there is no audio stream.
    """
    stream = container.streams.best("audio")
    if not isinstance(stream, AudioStream):
        raise Skip("there is no sound")
    length = (container.duration or 0) / av.time_base
    found: list[tuple[float, Array]] = []
    if length * RATE > _STRETCHES * _STRETCH:
        for n in range(_STRETCHES):
            start = length * (n + 0.5) / _STRETCHES - _STRETCH / RATE / 2
            found += _cut(start, _read(container, stream, start, _STRETCH))
    if len(found) >= _WINDOWS:
        return found
    # Short, or truncated: a file may claim more than it holds.
    return list(_cut(0.0, _read(container, stream, 0.0, _STRETCHES * _STRETCH)))


def _cut(start: float, sound: Array) -> Iterator[tuple[float, Array]]:
    """Cut into windows; a last one of less than half counts only if it is the only one."""
    count = round(len(sound) / WINDOW) or min(len(sound), 1)
    for n in range(count):
        yield start + n * WINDOW / RATE, sound[n * WINDOW : (n + 1) * WINDOW]


def _read(container: InputContainer, stream: AudioStream, start: float, samples: int) -> Array:
    """Decode float32 [samples], or what there is of them, from second `start` on."""
    # Frames of this size are 1.4 times faster than those of the file.
    resampler = AudioResampler(
        format="flt",
        layout="mono",
        rate=RATE,
        frame_size=16384,
        options={"rematrix_maxval": "1"},  # the mean of the channels, not their sum
    )
    parts = [np.zeros(0, np.float32)]
    # Damage, or a change of format on the way, ends the sound early.
    with suppress(av.FFmpegError, EOFError, ValueError):
        for frame in _frames(container, stream, start, samples / RATE):
            parts += [part.to_ndarray()[0] for part in resampler.resample(frame)]
    parts += [part.to_ndarray()[0] for part in resampler.resample(None)]
    return np.concatenate(parts)[:samples]


def _frames(
    container: InputContainer, stream: AudioStream, start: float, seconds: float
) -> Iterator[AudioFrame]:
    """Give the frames of `seconds` from `start` on."""
    begin = float((stream.start_time or 0) * (stream.time_base or 0)) + start
    try:
        container.seek(round(begin * av.time_base))
    except av.FFmpegError:  # in Flash the pictures may begin later
        container.seek(round(begin / (stream.time_base or 1)), stream=stream)
    for frame in container.decode(stream):
        length = frame.samples / frame.sample_rate
        if not start or (frame.time or 0) + length > begin:
            yield frame
            seconds -= length
        if seconds <= 0:
            return
