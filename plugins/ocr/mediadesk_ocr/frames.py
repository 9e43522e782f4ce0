"""Pictures spread over a video: the first ones far apart, later ones between them."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from enum import Enum, auto
from fractions import Fraction
from itertools import islice

import av
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from mediadesk.api import Skip

_STEP = 2.0  # seconds that a line of subtitles is to be read for, at least
_SHORT = 60.0  # seconds: a video with few key pictures is decoded whole if it is no longer
_FAR = 60.0  # seconds between key pictures: beyond, those that were meant may be missing
_READ_AHEAD = 300  # packets in search of a key picture: as many as commonly lie between two
_FOLLOWED = 20_000  # packets in search of the end: a quarter of an hour, at most
_ENDS = (av.FFmpegError, EOFError, IndexError)
"""Of a truncated file; and of one that turned out to have more streams (PyAV counts them once)."""
_DENSE = 4  # pictures for each that is wanted, from which those no other needs are left out


class Again(Enum):
    """Stands for a picture that was given before, for to find that out takes time, too."""

    AGAIN = auto()


AGAIN = Again.AGAIN
Look = tuple[float, VideoFrame | Again | None]
Place = tuple[int, VideoFrame | Again | None]
"""Like a look, in ticks of the stream."""


def looks(container: InputContainer, most: int, duration: float) -> Iterator[Look]:
    """Look at up to `most` places of a video: (second, frame), None where none can be decoded.

    AGAIN stands for a frame that was given before.

    Whenever the caller stops, what he got is spread over all of it. Key pictures are taken, for any
    other needs those before it; of a short video with few of them, pictures every two seconds.
    `duration` is in seconds, for files that do not say how long they are.

    Raises:
        Skip: if there is no video stream.
    """
    stream = container.streams.best("video")
    if not isinstance(stream, VideoStream):
        raise Skip("there is no picture")
    if stream.codec_context is None:  # FFmpeg does not know its codec
        raise Skip("there is no picture that can be decoded")
    stream.codec_context.thread_count = 1  # more would hold pictures back
    tick = stream.time_base or Fraction(1, av.time_base)
    first = stream.start_time or 0
    length = float((stream.duration or 0) * tick) or (container.duration or 0) / av.time_base
    length = length or duration
    count = max(1, min(most, round(length / _STEP)))
    times = [first + round(length * (2 * n + 1) / (2 * count) / float(tick)) for n in range(count)]
    if not length:
        stream.codec_context.skip_frame = "NONKEY"
        found: Iterator[Place] = islice(_through(container, stream), most)
    elif length <= _SHORT and (counted := _counted(container, stream))[1] < count / 2:
        if counted[0] > _DENSE * count:
            stream.codec_context.skip_frame = "NONREF"
        found = _at_times(container, stream, times)
    else:
        far = round(min(_FAR, length / 4) / float(tick))
        found = _before(container, stream, coarse_to_fine(times), far)
    for time, frame in found:
        yield float((time - first) * tick), frame


def coarse_to_fine(times: Sequence[int]) -> list[int]:
    """Order times so that any beginning of them is spread over all: by their numbers, mirrored."""
    bits = max(len(times) - 1, 1).bit_length()
    order = sorted(range(len(times)), key=lambda n: f"{n:0{bits}b}"[::-1])
    return [times[n] for n in order]


def _counted(container: InputContainer, stream: VideoStream) -> tuple[int, int]:
    """Count the pictures and the key pictures by reading all, as far as that can be done."""
    count = keys = 0
    try:
        for packet in container.demux(stream):
            count += packet.size > 0
            keys += packet.is_keyframe
    except _ENDS:
        pass  # what came before it counts
    return count, keys


def _before(
    container: InputContainer, stream: VideoStream, times: Sequence[int], far: int
) -> Iterator[Place]:
    """Give the key picture at or before each time, each once; none where the file lacks it."""
    seen: set[int] = set()
    missing: Sequence[int] | None = None
    for time in times:
        frame = _key_picture(container, stream, time)
        at = time if frame is None or frame.pts is None else frame.pts
        if at < time - far and missing is None:
            missing = _beyond(container, stream, sorted(times))
        if at < time - far and missing and time >= missing[0]:
            yield time, None
        else:
            yield at, AGAIN if at in seen else frame
            seen.add(at)


def _key_picture(container: InputContainer, stream: VideoStream, time: int) -> VideoFrame | None:
    try:
        container.seek(time, stream=stream)
        packets = islice(container.demux(stream), _READ_AHEAD)
        keys = islice((packet for packet in packets if packet.is_keyframe), 1)
        frames = [frame for key in (*keys, None) for frame in stream.decode(key)]
    except _ENDS:
        return None  # a damaged stretch costs its own picture only
    return next((frame for frame in frames if not frame.is_corrupt), None)


def _beyond(container: InputContainer, stream: VideoStream, times: Sequence[int]) -> Sequence[int]:
    """Give those times that come after the end of the pictures: some where a file is cut off."""
    if _goes_on(container, stream, times[-1]):
        return ()
    return times[bisect_left(times, True, key=lambda at: not _goes_on(container, stream, at)) :]


def _goes_on(container: InputContainer, stream: VideoStream, time: int) -> bool:
    """Tell whether there are pictures up to a time, be it one that stays."""
    # MP4 leads to any picture, Matroska only to those after a time: one that stays is before it.
    return any(_reaches(container, stream, time, any_frame=how) for how in (True, False))


def _reaches(container: InputContainer, stream: VideoStream, time: int, *, any_frame: bool) -> bool:
    """Tell whether pictures reach a time, read from any or from a key picture before it on."""
    last: int | None = None
    try:
        container.seek(time, stream=stream, any_frame=any_frame)
        for packet in islice(container.demux(stream), _FOLLOWED):
            if not packet.size:  # the end
                return False
            at = packet.dts if packet.pts is None else packet.pts
            if at is None:
                continue
            # Not every container says how long a picture stays.
            if at + max(packet.duration or 0, 0 if last is None else at - last) >= time:
                return True
            last = at
    except _ENDS:
        return False
    return last is not None  # it goes on for longer than is worth the time


def _at_times(
    container: InputContainer, stream: VideoStream, times: Sequence[int]
) -> Iterator[Place]:
    """Decode all, and give the picture that is seen at each time, each picture once."""
    container.seek(0)
    ahead, until = list(times), 0
    shown: tuple[int, VideoFrame] | None = None
    for time, frame in _through(container, stream):
        if shown is None:
            ahead = [max(time, each) for each in ahead]
        elif ahead[0] < time:
            yield shown
            ahead = [each for each in ahead if each >= time]
        if not ahead:
            return
        # Not every container says how long a picture stays.
        until = time + max(frame.duration, time - shown[0] if shown else 0)
        shown = time, frame
    if shown:
        yield shown
    yield from ((time, None) for time in ahead if time > until)


def _through(container: InputContainer, stream: VideoStream) -> Iterator[tuple[int, VideoFrame]]:
    """Decode what follows, as far as it goes."""
    try:
        for frame in container.decode(stream):
            if frame.pts is not None and not frame.is_corrupt:
                yield frame.pts, frame
    except _ENDS:
        return  # a truncated file ends early
