"""Decodes a few frames spread over a video without decoding the rest of it."""

from __future__ import annotations  # a Packet of something is one for type checkers only

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import islice, pairwise, zip_longest
from typing import Any, TypeVar

import av
from av.container import InputContainer
from av.packet import Packet
from av.stream import Disposition, Stream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from mediadesk.api import Skip

_FEW = 4  # key frames: a video with fewer is decoded whole
_SHORT, _FRAMES = 60, 1800  # if it has no more seconds, or frames, than this
_A_SECOND = 3  # frames looked at of what is decoded whole
_READ_AHEAD = 300  # packets in search of a key frame: as many as commonly lie between two
_WIDEST = 3  # a pixel; what claims more is damaged
_FAR = 30  # seconds between key frames at most, where no index tells
_STREAMED = frozenset({"flv", "mpegts", "mpeg", "mpegvideo", "ogg"})

_ENDS = (av.FFmpegError, EOFError, IndexError)
"""Of a truncated file; and of one that turned out to have more streams (PyAV counts them once)."""
T = TypeVar("T")
Look = tuple[float, VideoFrame | None]
Place = tuple[int, VideoFrame | None]
"""Like a look, in ticks of the stream."""


def looks(container: InputContainer, most: int) -> Iterator[Look]:
    """Look at up to `most` places of a video: (second, frame), None where none can be decoded.

    Raises:
        Skip: if there is no video stream, or none that can be decoded.
    """
    stream = container.streams.best("video")
    if not isinstance(stream, VideoStream) or stream.disposition & Disposition.attached_pic:
        raise Skip("there is no picture")
    if stream.codec_context is None:  # FFmpeg does not know its codec
        raise Skip("there is no picture that can be decoded")
    # More threads would hold frames back until each thread has one.
    stream.codec_context.thread_count = 1
    tick = stream.time_base or Fraction(1, av.time_base)
    first = stream.start_time or 0

    def look(place: Place) -> Look:
        time, frame = place
        return float((time - first) * tick), frame

    return map(look, _found(container, stream, first, tick, most))


def pixel(container: InputContainer) -> Fraction:
    """Give the width of a pixel to its height: old films have pixels that are not square."""
    stream = container.streams.best("video")
    ratio = stream.sample_aspect_ratio if isinstance(stream, VideoStream) else None
    return ratio if ratio and 1 / _WIDEST <= ratio <= _WIDEST else Fraction(1)


def _found(
    container: InputContainer, stream: VideoStream, first: int, tick: Fraction, most: int
) -> Iterator[Place]:
    length = stream.duration or round((container.duration or 0) / av.time_base / tick)
    seconds = length * tick
    keys, last = _index(container, stream)
    is_short = 0 < seconds <= _SHORT or (seconds > 0 and 0 < stream.frames <= _FRAMES)
    if len(keys) < _FEW and is_short:
        count = min(most, max(1, int(seconds * _A_SECOND)))
        return _through(container, stream, tick, spread(first, length, count), length // count)
    if _is_whole(keys, last, length):
        # An index counts in decoding time, seeking in presentation time.
        return _at(container, stream, thin([key - keys[0] + first for key in keys], most))
    if length and _seeks(container, stream, first + length // 4, first + length // 16):
        return _at(container, stream, spread(first, length, most), far=round(_FAR / tick))
    if length:
        return _keys_through(container, stream, tick, spread(first, length, most), length // most)
    keys = _read_keys(_Packets(container, stream, tick), stream)
    return _at(container, stream, thin(keys, most))


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


def _index(container: InputContainer, stream: VideoStream) -> tuple[list[int], int]:
    """Give the times of the key frames, and of the last frame, as far as an index tells them."""
    try:
        container.seek(0)  # Matroska reads its index at the first seek
    except av.FFmpegError:  # in Flash the pictures may begin later
        container.seek(0, backward=False)
    if container.format.name in _STREAMED:
        return [], 0  # FFmpeg notes only what it came across
    keys, last = [], 0
    for entry in stream.index_entries:
        last = entry.timestamp
        if entry.is_keyframe:
            keys.append(last)
    return keys, last


def _read_keys(packets: Iterable[Packet[Stream]], stream: VideoStream) -> list[int]:
    """Give the times of the key frames by reading all."""
    keys = (packet for packet in packets if packet.stream is stream and packet.is_keyframe)
    return sorted(key.pts for key in keys if key.pts is not None)


def _is_whole(keys: Sequence[int], last: int, length: int) -> bool:
    """Tell whether an index reaches the end, where there is one."""
    widest = max((later - earlier for earlier, later in pairwise([*keys, last])), default=0)
    return bool(keys and widest and length) and length - (last - keys[0]) <= 2 * widest


def _seeks(container: InputContainer, stream: VideoStream, time: int, least: int) -> bool:
    """Tell whether seeking leads to a key frame anywhere near.

    Without its index an AVI begins anew each time, and elsewhere there may be none for minutes.
    """
    key = _key(container, stream, time)
    at = key and key.is_keyframe and (key.dts if key.pts is None else key.pts)
    return (at or 0) >= least


def _at(
    container: InputContainer, stream: VideoStream, times: Sequence[int], *, far: int = 0
) -> Iterator[Place]:
    """Give the key frame at or before each time, each once; a damaged stretch costs its own.

    Times that are no key frames' have one at most `far` before them.
    """
    last = None
    for time, after in zip_longest(times, times[1:]):
        key = _key(container, stream, time)
        if key is not None and not key.is_keyframe:
            continue  # there is none near, which is no damage
        frame = _decoded(stream, key) if key else None
        at = (frame.pts or 0) if frame else 0
        if frame is None or (at < time - far if far else after is not None and at >= after):
            yield time, None
        elif last is None or at > last:
            last = at
            yield at, frame
        del frame  # decoding goes on in the same memory, which is in the processor's cache


def _key(container: InputContainer, stream: VideoStream, time: int) -> Packet[VideoStream] | None:
    """Give the first key frame from where seeking leads, else the last packet read for it."""
    last = None
    try:
        container.seek(time, stream=stream)
        for packet in islice(container.demux(stream), _READ_AHEAD):
            last = packet if packet.size else last
            if packet.is_keyframe:
                break
    except _ENDS:
        return None
    return last


def _decoded(stream: VideoStream, key: Packet[Any]) -> VideoFrame | None:
    """Decode a key frame by itself; None if it is damaged."""
    frames = [*_frames(stream, key), *_frames(stream, None)]
    stream.codec_context.flush_buffers()
    return next((frame for frame in frames if not frame.is_corrupt), None)


def _frames(stream: VideoStream, packet: Packet[Any] | None) -> list[VideoFrame]:
    try:
        return stream.decode(packet)
    except _ENDS:
        return []


class _Packets:
    """All packets of a file, as far as it can be read.

    `reached` is where the last of any stream ends, and `own` where the last of one stream begins,
    both in its ticks.
    """

    def __init__(self, container: InputContainer, stream: VideoStream, tick: Fraction) -> None:
        self.reached = self.own = stream.start_time or 0
        self._container, self._stream, self._tick = container, stream, tick

    def __iter__(self) -> Iterator[Packet[Stream]]:
        try:
            for packet in self._container.demux():
                if packet.pts is not None and packet.time_base is not None:
                    end = (packet.pts + (packet.duration or 0)) * packet.time_base / self._tick
                    self.reached = max(self.reached, int(end))
                    if packet.stream is self._stream:
                        self.own = max(self.own, packet.pts)
                yield packet
        except _ENDS:
            pass  # a truncated file ends early


def _keys_through(
    container: InputContainer, stream: VideoStream, tick: Fraction, times: Sequence[int], step: int
) -> Iterator[Place]:
    """Read all, and give the key frame at or before each time; only these are decoded."""
    container.seek(0, backward=False)
    packets = _Packets(container, stream, tick)
    keys = (
        (packet.pts, packet)
        for packet in packets
        if packet.stream is stream and packet.is_keyframe and packet.pts is not None
    )
    for time, key in _seen(times, keys, lambda _: packets.reached + step):
        yield time, _decoded(stream, key) if key else None


def _through(
    container: InputContainer, stream: VideoStream, tick: Fraction, times: Sequence[int], step: int
) -> Iterator[Place]:
    """Decode all that others build on, and give the frame at or before each time."""
    stream.codec_context.skip_frame = "NONREF"
    packets = _Packets(container, stream, tick)
    frames = (
        (frame.pts, frame)
        for packet in packets
        if packet.stream is stream
        for frame in _frames(stream, packet)
        if frame.pts is not None and not frame.is_corrupt
    )

    def end(last: int) -> int:
        """Tell till when the last frame is seen: not beyond others that can't be decoded."""
        return step + (packets.reached if packets.own <= last + step else last)

    return _seen(times, frames, end)


def _seen(
    times: Sequence[int], pictures: Iterator[tuple[int, T]], end: Callable[[int], int]
) -> Iterator[tuple[int, T | None]]:
    """Give the picture at or before each time, each once; the last is seen till `end` of it."""
    ahead = list(times)
    last: tuple[int, T] | None = None
    for at, picture in pictures:
        if last is not None and ahead[0] < at:
            yield last
            ahead = ahead[bisect_left(ahead, at) :]
            if not ahead:
                return
        last = at, picture
    if last is not None:
        yield last
    yield from ((time, None) for time in ahead if last is None or time > end(last[0]))
