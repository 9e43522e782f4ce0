"""Reads the sound of a file from its beginning on, in windows of five minutes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer

from mediadesk.api import Array, Skip

RATE = 16000  # samples a second
_WINDOW = 300 * RATE
_SEARCHED = 10 * RATE  # samples at the end of a window in which a pause to cut at is sought
_PAUSE = RATE // 5
_GAP = 1.0  # seconds between what was heard last and what comes next
_ENDS = (av.FFmpegError, EOFError, IndexError)
"""Of a truncated file; and of one that turned out to have more streams (PyAV counts them once)."""
_MISSING = 0.1  # of what a file claims, and a second at least, is worth a word
# Of these the length is a guess from their size, so they can't be short of it.
_GUESSED = frozenset({"mp3", "aac", "ac3", "eac3", "dts", "asf", "avi"})


Piece = tuple[float | None, Array]
"""A second of sound or less, float32 [n], and where it begins if that is not where one ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Sound without a gap, float32 [n] at 16 kHz mono, from second `start` of the file on."""

    start: float
    sound: Array

    @property
    def end(self) -> float:
        """The second after it."""
        return self.start + len(self.sound) / RATE


def stream_of(container: InputContainer) -> AudioStream:
    """Give the stream to listen to.

    Raises:
        Skip: if there is none.
    """
    stream = container.streams.best("audio")
    if not isinstance(stream, AudioStream):
        raise Skip("there is no sound")
    return stream


def length(container: InputContainer, stream: AudioStream) -> float:
    """Give the length in seconds that the sound claims to have, 0 if it is unknown."""
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    return (container.duration or 0) / av.time_base


def damage(container: InputContainer, claimed: float, heard: float) -> str:
    """Say that a file ended before it should have; empty where it did not."""
    near = claimed - max(1.0, _MISSING * claimed)
    if heard >= near or container.format.name in _GUESSED or _goes_on(container, near):
        return ""
    return (
        f"Only {heard:.0f} of {claimed:.0f} seconds of its sound could be read: the file is cut "
        "short or damaged, so copy it again from its source."
    )


def _goes_on(container: InputContainer, second: float) -> bool:
    """Tell whether pictures come from a second on: the sound of a film may end before them."""
    second += (container.start_time or 0) / av.time_base
    with suppress(*_ENDS):
        container.seek(round(second * av.time_base))
        return any(
            packet.pts is not None and packet.pts * packet.time_base >= second
            for packet in container.demux(container.streams.video)
        )
    return False


def windows(container: InputContainer, stream: AudioStream) -> Iterator[Window]:
    """Decode all of the sound; windows end in a pause, at a gap, or where its form changes."""
    start, parts, count = 0.0, list[Array](), 0
    for at, piece in _pieces(container, stream):
        if at is not None:
            if count:
                yield Window(start=start, sound=np.concatenate(parts))
            start, parts, count = at, [], 0
        parts.append(piece)
        count += len(piece)
        if count >= _WINDOW:
            sound = np.concatenate(parts)
            cut = _pause(sound)
            yield Window(start=start, sound=sound[:cut])
            start, parts, count = start + cut / RATE, [sound[cut:]], len(sound) - cut
    if count:
        yield Window(start=start, sound=np.concatenate(parts))


def _pause(sound: Array) -> int:
    """Give the middle of the quietest fifth of a second of the last ten."""
    tail = sound[-_SEARCHED:]
    loud = np.square(tail[: len(tail) // _PAUSE * _PAUSE]).reshape(-1, _PAUSE).mean(axis=1)
    return len(sound) - len(tail) + int(loud.argmin()) * _PAUSE + _PAUSE // 2


def _pieces(container: InputContainer, stream: AudioStream) -> Iterator[Piece]:
    begin = (container.start_time or 0) / av.time_base
    resampler, due = _resampler(), None
    form: tuple[str, str, int] | None = None
    start: float | None = 0.0
    with suppress(*_ENDS):
        for frame in _frames(container, stream):
            at = due or 0.0 if frame.time is None else frame.time - begin
            # Television goes from stereo to more channels, which no resampler follows.
            if due is None or abs(at - due) > _GAP or form != _form(frame):
                yield from _resampled(resampler, None, start)
                resampler, start, form = _resampler(), at, _form(frame)
            due = at + frame.samples / frame.sample_rate
            for piece in _resampled(resampler, frame, start):
                yield piece
                start = None
    yield from _resampled(resampler, None, start)


def _form(frame: AudioFrame) -> tuple[str, str, int]:
    return frame.format.name, frame.layout.name, frame.sample_rate


def _resampled(
    resampler: AudioResampler, frame: AudioFrame | None, start: float | None
) -> Iterator[Piece]:
    for part in resampler.resample(frame):
        yield start, part.to_ndarray()[0]
        start = None


def _resampler() -> AudioResampler:
    return AudioResampler(
        format="flt",
        layout="mono",
        rate=RATE,
        frame_size=16384,  # faster than those of the file
        options={"rematrix_maxval": "1"},  # the mean of the channels, not their sum
    )


def _frames(container: InputContainer, stream: AudioStream) -> Iterator[AudioFrame]:
    """Decode one packet after the other; one that is damaged is left out."""
    for packet in container.demux(stream):
        with suppress(av.FFmpegError):  # damage has many names
            yield from packet.decode()
