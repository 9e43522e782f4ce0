"""Small pictures spread over a video, without decoding what lies between."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import islice

import av
import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from mediadesk.api import Array, Skip

WIDTH, HEIGHT = 48, 27
_FEW = 4  # key pictures: a video with fewer is decoded whole
_SHORT = 60  # seconds: if it is no longer than this
_READ_AHEAD = 64  # packets in search of a key picture
_UNKNOWN = 16  # key pictures looked at for each that is wanted, where the length is not known
_BLACK = 20  # of 255
_LEAST = 0.3  # of the picture: what is left within black bars


def pictures(container: InputContainer, count: int, duration: float) -> Array:
    """Give at most `count` pictures, uint8 [k, 27, 48, 3] RGB; none where none can be decoded.

    `duration` is in seconds, for files that do not say how long they are.

    Raises:
        Skip: if there is no video stream, or none that can be decoded.
    """
    stream = container.streams.best("video")
    if not isinstance(stream, VideoStream):
        raise Skip("there is no picture")
    if stream.codec_context is None:  # FFmpeg does not know its codec
        raise Skip("there is no picture that can be decoded")
    stream.codec_context.thread_count = 1  # more would hold pictures back
    tick = stream.time_base or Fraction(1, av.time_base)
    seconds = float((stream.duration or 0) * tick) or (container.duration or 0) / av.time_base
    if seconds := seconds or duration:
        first, length = stream.start_time or 0, round(seconds / tick)
        times = [first + length * (2 * n + 1) // (2 * count) for n in range(count)]
        found = list(_at(container, stream, times))
        if len(found) < min(_FEW, count) and seconds <= _SHORT:
            container.seek(0)
            found = list(_through(container, stream, times)) or found
    else:
        stream.codec_context.skip_frame = "NONKEY"
        found = list(islice(_through(container, stream, ()), _UNKNOWN * count))
        found = found[:: -(-len(found) // count) or 1]
    return np.stack(found) if found else np.zeros((0, HEIGHT, WIDTH, 3), np.uint8)


def _at(container: InputContainer, stream: VideoStream, times: Sequence[int]) -> Iterator[Array]:
    """Give the key picture before each time, each once."""
    seen: set[int | None] = set()
    for time in times:
        try:
            container.seek(time, stream=stream)
            packets = islice(container.demux(stream), _READ_AHEAD)
            keys = islice((packet for packet in packets if packet.is_keyframe), 1)
            for frame in [frame for key in (*keys, None) for frame in stream.decode(key)]:
                if frame.pts not in seen:
                    seen.add(frame.pts)
                    yield _small(frame)
        except (av.FFmpegError, EOFError):
            continue  # a damaged stretch costs its own picture only


def _through(
    container: InputContainer, stream: VideoStream, times: Sequence[int]
) -> Iterator[Array]:
    """Give the first picture at or after each time, or all where no times are wanted."""
    ahead = list(times)
    try:
        for frame in container.decode(stream):
            if not times or (frame.pts or 0) >= ahead[0]:
                yield _small(frame)
                ahead = [time for time in ahead if time > (frame.pts or 0)]
            if times and not ahead:
                return
    except (av.FFmpegError, EOFError):
        return  # a truncated file ends early


def _small(frame: VideoFrame) -> Array:
    return frame.reformat(WIDTH, HEIGHT, "rgb24", interpolation="AREA").to_ndarray()


def without_bars(found: Array) -> Array:
    """Cut off the edges [k, h, w, 3] that are black in all pictures: bars are not the film's."""
    lit = found.max(axis=(0, 3)) > _BLACK
    if not lit.any():
        return found
    inside = found[:, _between_bars(lit.any(axis=1)), _between_bars(lit.any(axis=0))]
    return inside if inside.size >= _LEAST * found.size else found


def _between_bars(lit: Array) -> slice:
    """Give the stretch of lines that are lit, without those that are partly bar."""
    first, last = np.flatnonzero(lit)[[0, -1]]
    return slice(first + (first > 0), last + (last == len(lit) - 1))
