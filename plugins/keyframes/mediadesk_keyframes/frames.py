"""Decodes a few frames spread over a video without decoding the rest of it."""

from __future__ import annotations  # a Packet of something is one for type checkers only

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import islice, pairwise, zip_longest

import av
from av.container import InputContainer
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from mediadesk.api import Skip

_FEW = 4  # key frames: a video with fewer is decoded whole
_SHORT = 60  # seconds: if it is no longer than this
_A_SECOND = 3  # frames looked at of what is decoded whole
_READ_AHEAD = 300  # packets in search of a key frame: as many as commonly lie between two
_FAR = 30  # seconds between key frames at most, where no index tells
_STREAMED = frozenset({"mpegts", "mpeg", "mpegvideo", "ogg"})

Look = tuple[float, VideoFrame | None]
Place = tuple[int, VideoFrame | None]
"""Like a look, in ticks of the stream."""


def looks(container: InputContainer, most: int) -> Iterator[Look]:
    """Look at up to `most` places of a video: (second, frame), None where none can be decoded.

    Raises:
        Skip: if there is no video stream, or none that can be decoded.
    """
    stream = container.streams.best("video")
    if not isinstance(stream, VideoStream):
        raise Skip("there is no picture")
    if stream.codec_context is None:  # FFmpeg does not know its codec
        raise Skip("there is no picture that can be decoded")
    # More threads would hold frames back until each thread has one.
    stream.codec_context.thread_count = 1
    tick = stream.time_base or Fraction(1, av.time_base)
    first = stream.start_time or 0
    for time, frame in _found(container, stream, first, tick, most):
        yield float((time - first) * tick), frame


def _found(
    container: InputContainer, stream: VideoStream, first: int, tick: Fraction, most: int
) -> Iterator[Place]:
    length = stream.duration or round((container.duration or 0) / av.time_base / tick)
    seconds = length * tick
    keys = _index(container, stream)
    if len(keys) < _FEW and 0 < seconds <= _SHORT:
        count = min(most, max(1, int(seconds * _A_SECOND)))
        return _through(container, stream, spread(first, length, count))
    if _is_whole(keys, length):
        # An index counts in decoding time, seeking in presentation time.
        return _at(container, stream, thin([key - keys[0] + first for key in keys], most))
    if length and _seeks(container, stream, first + length // 4, first + length // 16):
        return _at(container, stream, spread(first, length, most), far=round(_FAR / tick))
    if length:
        return _keys_through(container, stream, spread(first, length, most))
    return _at(container, stream, thin(_read_keys(container, stream), most))


def spread(first: int, length: int, count: int) -> list[int]:
    """Give the middles of `count` equal stretches."""
    return [first + length * (2 * n + 1) // (2 * count) for n in range(count)]


def thin(times: Sequence[int], most: int) -> list[int]:
    """Keep at most so many of these ascending times, as evenly spread as they allow."""
    if len(times) <= most:
        return list(times)
    wanted = spread(times[0], times[-1] - times[0], most)
    return sorted({_nearest(times, aim) for aim in wanted})


def _nearest(times: Sequence[int], aim: int) -> int:
    after = bisect_left(times, aim)
    return min(times[max(0, after - 1) : after + 1], key=lambda time: abs(time - aim))


def _index(container: InputContainer, stream: VideoStream) -> list[int]:
    """Give the times of the key frames, as far as the file tells them without being read."""
    try:
        container.seek(0)  # Matroska reads its index at the first seek
    except av.FFmpegError:  # in Flash the pictures may begin later
        container.seek(0, backward=False)
    if container.format.name in _STREAMED:
        return []  # FFmpeg notes only what it came across
    return [entry.timestamp for entry in stream.index_entries if entry.is_keyframe]


def _read_keys(container: InputContainer, stream: VideoStream) -> list[int]:
    """Give the times of the key frames by reading all, as far as that can be done."""
    keys = []
    try:
        for packet in container.demux(stream):
            if packet.is_keyframe and packet.pts is not None:
                keys.append(packet.pts)  # noqa: PERF401 - what came before an error counts
    except (av.FFmpegError, EOFError):
        pass
    return sorted(keys)


def _is_whole(keys: Sequence[int], length: int) -> bool:
    """Tell whether an index reaches the end, where there is one."""
    widest = max((later - earlier for earlier, later in pairwise(keys)), default=0)
    return bool(widest and length) and length - (keys[-1] - keys[0]) <= 2 * widest


def _seeks(container: InputContainer, stream: VideoStream, time: int, least: int) -> bool:
    """Tell whether seeking leads anywhere near: without its index an AVI begins anew each time."""
    try:
        container.seek(time, stream=stream)
        times = (p.pts if p.pts is not None else p.dts for p in container.demux(stream))
        return next((each for each in times if each is not None), 0) >= least
    except (av.FFmpegError, EOFError):
        return False


def _at(
    container: InputContainer, stream: VideoStream, times: Sequence[int], *, far: int = 0
) -> Iterator[Place]:
    """Give the key frame at or before each time, each once; a damaged stretch costs its own.

    Times that are no key frames' have one at most `far` before them.
    """
    last = None
    for time, after in zip_longest(times, times[1:]):
        frame = _key_frame(container, stream, time)
        at = (frame.pts or 0) if frame else 0
        if frame is None or (at < time - far if far else after is not None and at >= after):
            yield time, None
        elif last is None or at > last:
            last = at
            yield at, frame


def _key_frame(container: InputContainer, stream: VideoStream, time: int) -> VideoFrame | None:
    try:
        container.seek(time, stream=stream)
        packets = islice(container.demux(stream), _READ_AHEAD)
        key = next((packet for packet in packets if packet.is_keyframe), None)
    except (av.FFmpegError, EOFError):
        return None
    return _decoded(stream, key) if key else None


def _decoded(stream: VideoStream, key: Packet[VideoStream]) -> VideoFrame | None:
    """Decode a key frame by itself; None if it is damaged."""
    try:
        frames = [*stream.decode(key), *stream.decode(None)]
    except (av.FFmpegError, EOFError):
        frames = []
    stream.codec_context.flush_buffers()
    return next((frame for frame in frames if not frame.is_corrupt), None)


def _keys_through(
    container: InputContainer, stream: VideoStream, times: Sequence[int]
) -> Iterator[Place]:
    """Read all, and give the first key frame at or after each time; only these are decoded."""
    ahead = list(times)
    container.seek(0, backward=False)
    try:
        for packet in container.demux(stream):
            if packet.is_keyframe and packet.pts is not None and packet.pts >= ahead[0]:
                yield packet.pts, _decoded(stream, packet)
                ahead = ahead[bisect_left(ahead, packet.pts + 1) :]
            if not ahead:
                return
    except (av.FFmpegError, EOFError):
        pass  # a truncated file ends early
    yield from ((time, None) for time in ahead)


def _through(
    container: InputContainer, stream: VideoStream, times: Sequence[int]
) -> Iterator[Place]:
    """Decode all that others build on, and give the first frame at or after each time."""
    ahead = list(times)
    stream.codec_context.skip_frame = "NONREF"
    try:
        for frame in container.decode(stream):
            if frame.pts is not None and frame.pts >= ahead[0] and not frame.is_corrupt:
                yield frame.pts, frame
                ahead = ahead[bisect_left(ahead, frame.pts + 1) :]
            if not ahead:
                return
    except (av.FFmpegError, EOFError):
        pass  # a truncated file ends early
    yield from ((time, None) for time in ahead)
