"""Reads a few windows of sound spread over a file, without decoding the rest of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer

from mediadesk.api import Array, Skip
from mediadesk_audio.ends import ENDS, SLACK, breaks_off, end, is_cut
from mediadesk_audio.frames import frames
from mediadesk_audio.lengths import length, stated
from mediadesk_audio.loudness import Meter
from mediadesk_audio.windows import RATE, WINDOW, Heard

_WINDOWS = 3  # in each stretch
_STRETCH = _WINDOWS * WINDOW
_FEWEST, _MOST, _EACH = 3, 9, 900.0  # stretches: one more for each so many seconds
_MISSING = 0.1  # of what should be there is worth a word
_AGAIN = "the file is cut short or damaged, so copy it again from its source."


def heard(container: InputContainer) -> Heard:
    """Read stretches of 9 s: three, and one more for each quarter of an hour, nine at most.

    Each is in the middle of its share of the file, and is cut into windows of 3 s; the last one of
    a short file is shorter. A file of less than 27 s, or of unknown length, is read from its
    beginning.

    Raises:
        Skip: if there is no audio stream, or none that can be decoded.
    """
    stream = container.streams.best("audio")
    if not isinstance(stream, AudioStream):
        raise Skip("there is no sound")
    if stream.codec_context is None:  # FFmpeg does not know its codec
        raise Skip("there is no sound that can be decoded")
    said = stated(container, stream)
    known = end(container, stream, said) if said else length(container, stream)
    found = _spread(container, stream, known, due=known if said else 0.0)
    if said > known and is_cut(container, stream, said):
        return replace(
            found, problem=f"Its sound breaks off at second {known:.0f} of {said:.0f}: {_AGAIN}"
        )
    if breaks_off(container, stream):
        where = f" at second {known:.0f}" if said else ""
        return replace(found, problem=f"Its sound breaks off{where}: {_AGAIN}")
    return found


def _spread(container: InputContainer, stream: AudioStream, known: float, *, due: float) -> Heard:
    """Read stretches spread over the seconds that are known, of which `due` should be there."""
    count = min(_FEWEST + int(known / _EACH), _MOST)
    if known * RATE > _FEWEST * _STRETCH:
        starts = [known * (n + 0.5) / count - _STRETCH / RATE / 2 for n in range(count)]
        found = _read(container, stream, starts, _STRETCH, due=min(due, count * _STRETCH / RATE))
        if sum(map(len, found.stretches)) >= _STRETCH:
            return found
    # Short, or there is no getting to its middle.
    most = _FEWEST * _STRETCH
    return _read(container, stream, [0.0], most, due=min(due, most / RATE))


def _read(
    container: InputContainer,
    stream: AudioStream,
    starts: list[float],
    samples: int,
    *,
    due: float,
) -> Heard:
    """Decode `samples` from each of some seconds on.

    `due` is how many seconds should be there, 0 if that is unknown.
    """
    meter = Meter()
    stretches = [_decoded(container, stream, start, samples, meter) for start in starts]
    cut = [
        window for start, own in zip(starts, stretches, strict=True) for window in _cut(start, own)
    ]
    return Heard(
        starts=tuple(start for start, _ in cut),
        windows=tuple(window for _, window in cut),
        stretches=tuple(own for own in stretches if len(own)),
        loudness=meter.loudness,
        peak=meter.peak,
        problem=_problem(sum(map(len, stretches)) / RATE, due),
    )


def _problem(seconds: float, due: float) -> str:
    if due - seconds <= max(SLACK, _MISSING * due):
        return ""
    return f"Only {seconds:.0f} of {due:.0f} seconds of its sound could be read: {_AGAIN}"


def _cut(start: float, sound: Array) -> Iterator[tuple[float, Array]]:
    """Cut into windows; a last one of less than half counts only if it is the only one."""
    count = round(len(sound) / WINDOW) or min(len(sound), 1)
    for n in range(count):
        yield start + n * WINDOW / RATE, sound[n * WINDOW : (n + 1) * WINDOW]


def _decoded(
    container: InputContainer, stream: AudioStream, start: float, samples: int, meter: Meter
) -> Array:
    """Decode float32 [samples], or what there is of them, from second `start` on."""
    resampler = _resampler()
    form: tuple[str, str, int] | None = None
    parts = [np.zeros(0, np.float32)]
    with suppress(*ENDS):
        for frame in frames(container, stream, start, samples / RATE):
            # Television goes from stereo to more channels, which no resampler follows.
            if form != (form := (frame.format.name, frame.layout.name, frame.sample_rate)):
                parts += _resampled(resampler, None)
                resampler = _resampler()
            parts += _resampled(resampler, frame)
            with suppress(av.FFmpegError):  # it measures the sound of the first form
                meter.hear(frame)
    parts += _resampled(resampler, None)
    return np.concatenate(parts)[:samples]


def _resampler() -> AudioResampler:
    return AudioResampler(
        format="flt",
        layout="mono",
        rate=RATE,
        frame_size=16384,  # 1.4 times faster than those of the file
        options={"rematrix_maxval": "1"},  # the mean of the channels, not their sum
    )


def _resampled(resampler: AudioResampler, frame: AudioFrame | None) -> list[Array]:
    return [part.to_ndarray()[0] for part in resampler.resample(frame)]
