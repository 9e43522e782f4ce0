"""Listens to a stretch of a file, and tells how much of it could be heard."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from math import inf

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Discard

from mediadesk.api import Array, Skip

RATE = 5512  # samples a second
_GAP = 0.05  # seconds that sound may come earlier or later than what was heard before it says
_ENDS = (av.FFmpegError, EOFError, IndexError)
"""Of a truncated file; and of one that turned out to have more streams (PyAV counts them once)."""
_MISSING = 0.1  # of what a stretch should hold, and a second at least, is worth a word


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A stretch of sound, float32 [n] at 5,512 Hz, silent where it could not be decoded.

    `seconds` is how much of it could be, `due` how much the file claims to hold there.
    """

    sound: Array
    seconds: float
    due: float

    @property
    def is_short(self) -> bool:
        """Whether more is missing than encoders leave out."""
        return self.due - self.seconds > max(1.0, _MISSING * self.due)


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


def listen(container: InputContainer, stream: AudioStream, start: float, seconds: float) -> Heard:
    """Give so many seconds of a file's sound from `start` on, or what there is of them."""
    placed = _Placed(start, seconds)
    resampler, form, at, due = _resampler(), None, start, start
    for time, frame in _frames(container, stream, start, seconds):
        # Television goes from stereo to more channels, which no resampler follows.
        if form != (form := _form(frame)) or abs(time - due) > _GAP:
            placed.put(at, _resampled(resampler, None))
            resampler, at, due = _resampler(), time, time
        at = placed.put(at, _resampled(resampler, frame))
        due += frame.samples / frame.sample_rate
    placed.put(at, _resampled(resampler, None))
    return Heard(
        sound=placed.sound[: placed.last],
        seconds=min(placed.count / RATE, seconds),
        due=_due(container, stream, start, start + seconds),
    )


class _Placed:
    """The sound of a stretch that begins at second `start`, each piece where it belongs.

    `count` is how many samples were put there, `last` the one after the last of them.
    """

    def __init__(self, start: float, seconds: float) -> None:
        self.sound = np.zeros(round(seconds * RATE), np.float32)
        self.count = self.last = 0
        self._start = start

    def put(self, at: float, parts: list[AudioFrame]) -> float:
        """Put pieces that follow each other from second `at` on; give the second after them."""
        for part in parts:
            piece = part.to_ndarray()[0]
            first = round((at - self._start) * RATE)
            piece = piece[max(-first, 0) : max(len(self.sound) - first, 0)]
            first = max(first, 0)
            self.sound[first : first + len(piece)] = piece
            self.count += len(piece)
            self.last = max(self.last, first + len(piece))
            at += part.samples / RATE
        return at


def _frames(
    container: InputContainer, stream: AudioStream, start: float, seconds: float
) -> Iterator[tuple[float, AudioFrame]]:
    """Decode a stretch: (second, frame); a packet that is damaged is left out."""
    begin, due = _begin(container), start
    with suppress(*_ENDS):
        if start:  # Matroska fails to seek to what is before the first sound
            container.seek(round((begin + start) * av.time_base))
        for packet in container.demux(stream):
            for frame in _decoded(packet):
                time = due if frame.time is None else frame.time - begin
                due = time + frame.samples / frame.sample_rate
                if time >= start + seconds:
                    return
                if due > start:
                    yield time, frame


def _decoded(packet: av.Packet[AudioStream]) -> list[AudioFrame]:
    try:
        return packet.decode()
    except av.FFmpegError:  # of many kinds
        return []


def _due(container: InputContainer, stream: AudioStream, start: float, end: float) -> float:
    """Give how many seconds from `start` to `end` the sound claims to fill."""
    tick = float(stream.time_base or 0)
    first = max(0.0, (stream.start_time or 0) * tick - _begin(container))
    last = first + stream.duration * tick if stream.duration else inf
    return max(0.0, min(end, last) - max(start, first))


def _begin(container: InputContainer) -> float:
    return (container.start_time or 0) / av.time_base


def _form(frame: AudioFrame) -> tuple[str, str, int]:
    return frame.format.name, frame.layout.name, frame.sample_rate


def _resampled(resampler: AudioResampler, frame: AudioFrame | None) -> list[AudioFrame]:
    try:
        return resampler.resample(frame)
    except (av.FFmpegError, ValueError):  # a damaged packet may claim any form
        return []


def _resampler() -> AudioResampler:
    # Larger frames than those of the file are faster.
    return AudioResampler(format="flt", layout="mono", rate=RATE, frame_size=16384)
