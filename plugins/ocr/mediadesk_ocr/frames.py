"""Pictures spread over a video: the first ones far apart, later ones between them."""

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
    elif length <= _SHORT and _keys(container, stream) < count / 2:
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


def _keys(container: InputContainer, stream: VideoStream) -> int:
    """Count the key pictures by reading all, as far as that can be done."""
    count = 0
    try:
        for packet in container.demux(stream):
            count += packet.is_keyframe
    except (av.FFmpegError, EOFError):
        pass  # what came before it counts
    return count


def _before(
    container: InputContainer, stream: VideoStream, times: Sequence[int], far: int
) -> Iterator[Place]:
    """Give the key picture at or before each time, each once; none where the file lacks it."""
    seen: set[int] = set()
    for time in times:
        frame = _key_picture(container, stream, time)
        at = time if frame is None or frame.pts is None else frame.pts
        if at < time - far and not _goes_on(container, stream, time):
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
    except (av.FFmpegError, EOFError):
        return None  # a damaged stretch costs its own picture only
    return next((frame for frame in frames if not frame.is_corrupt), None)


def _goes_on(container: InputContainer, stream: VideoStream, time: int) -> bool:
    """Tell whether packets follow up to a time, as those of a still video do, not of a cut one."""
    try:
        for packet in islice(container.demux(stream), _READ_AHEAD):
            if packet.pts is None:  # the end
                return False
            if packet.pts + (packet.duration or 0) >= time:
                break
    except (av.FFmpegError, EOFError):
        return False
    return True


def _at_times(
    container: InputContainer, stream: VideoStream, times: Sequence[int]
) -> Iterator[Place]:
    """Decode all that others build on, and give the first picture at or after each time."""
    stream.codec_context.skip_frame = "NONREF"
    container.seek(0)
    ahead, last, until = list(times), times[0], 0
    for time, frame in _through(container, stream):
        if time >= ahead[0]:
            yield time, frame
            ahead = [each for each in ahead if each > time]
        if not ahead:
            return
        # Not every container says how long a picture stays.
        last, until = time, time + max(frame.duration, time - last)
    yield from ((time, None) for time in ahead if time > until)


def _through(container: InputContainer, stream: VideoStream) -> Iterator[tuple[int, VideoFrame]]:
    """Decode what follows, as far as it goes."""
    try:
        for frame in container.decode(stream):
            if frame.pts is not None and not frame.is_corrupt:
                yield frame.pts, frame
    except (av.FFmpegError, EOFError):
        return  # a truncated file ends early
