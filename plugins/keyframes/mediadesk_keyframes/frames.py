"""Decodes a few frames spread over a video without decoding the rest of it."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import partial
from itertools import islice

import av
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from mediadesk.api import Skip

FRAMES = 16
_FEW = 4  # key frames: a video with fewer is decoded whole
_SHORT = 60  # seconds: if it is no longer than this
_READ_AHEAD = 64  # packets in search of a key frame


def key_frames(container: InputContainer) -> Iterator[tuple[float, VideoFrame]]:
    """Give (second, frame) of at most 16 frames, in order, without those that can't be decoded.

    Raises:
        Skip: if there is no video stream.
    """
    stream = container.streams.best("video")
    if not isinstance(stream, VideoStream):
        raise Skip("there is no picture")
    # More threads would hold frames back until each thread has one.
    stream.codec_context.thread_count = 1
    tick = stream.time_base or Fraction(1, av.time_base)
    first = stream.start_time or 0
    length = stream.duration or round((container.duration or 0) / av.time_base / tick)
    try:
        container.seek(0)  # Matroska reads its index at the first seek
    except av.FFmpegError:  # in Flash the pictures may begin later
        container.seek(0, backward=False)
    keys = [entry.timestamp for entry in stream.index_entries if entry.is_keyframe]
    if len(keys) >= _FEW:
        # An index counts in decoding time, seeking in presentation time.
        frames = _decode_at(container, stream, thin([key - keys[0] + first for key in keys]))
    elif 0 < length * tick <= _SHORT:
        frames = _decode_through(container, stream, spread(first, length, int(length * tick)))
    elif length:
        frames = _decode_at(container, stream, spread(first, length, FRAMES))
    else:
        keys = [p.pts for p in container.demux(stream) if p.is_keyframe and p.pts is not None]
        frames = _decode_at(container, stream, thin(keys))
    for frame in frames:
        yield float(((frame.pts or first) - first) * tick), frame


def spread(first: int, length: int, count: int) -> list[int]:
    """Give the middles of `count` equal stretches, at least 1 and at most 16."""
    count = min(FRAMES, max(1, count))
    return [first + length * (2 * n + 1) // (2 * count) for n in range(count)]


def thin(times: Sequence[int]) -> list[int]:
    """Keep at most 16 of these, as evenly spread over their range as they allow."""
    if len(times) <= FRAMES:
        return list(times)
    wanted = spread(times[0], times[-1] - times[0], FRAMES)
    return sorted({min(times, key=partial(_distance, aim)) for aim in wanted})


def _distance(one: int, other: int) -> int:
    return abs(one - other)


def _decode_at(
    container: InputContainer, stream: VideoStream, times: Sequence[int]
) -> Iterator[VideoFrame]:
    """Give the key frame at or before each time, each once."""
    last = None
    for time in times:
        try:
            container.seek(time, stream=stream)
            packets = islice(container.demux(stream), _READ_AHEAD)
            keys = islice((packet for packet in packets if packet.is_keyframe), 1)
            for frame in (frame for key in (*keys, None) for frame in stream.decode(key)):
                if last is None or (frame.pts or 0) > last:
                    yield frame
                    last = frame.pts
        except (av.FFmpegError, EOFError):
            continue  # a damaged or missing stretch costs its own picture only


def _decode_through(
    container: InputContainer, stream: VideoStream, times: Sequence[int]
) -> Iterator[VideoFrame]:
    """Give the first frame at or after each time."""
    ahead = list(times)
    try:
        for frame in container.decode(stream):
            if (frame.pts or 0) >= ahead[0]:
                yield frame
                ahead = [time for time in ahead if time > (frame.pts or 0)]
            if not ahead:
                return
    except (av.FFmpegError, EOFError):
        return  # a truncated file ends early
