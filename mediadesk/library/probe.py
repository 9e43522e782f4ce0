"""What a media file holds, from one opening: length, streams, chapters and embedded tags."""

from __future__ import annotations  # PyAV's packets are generic for type checkers only

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice

from av.audio.codeccontext import AudioCodecContext
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.error import FFmpegError, InvalidDataError
from av.packet import Packet
from av.stream import Disposition, Stream
from av.video.codeccontext import VideoCodecContext
from av.video.stream import VideoStream

from mediadesk.api import Json

_PICTURE = Disposition.attached_pic | Disposition.still_image | Disposition.timed_thumbnails
_PICTURE_CODECS = frozenset({"bmp", "gif", "mjpeg", "png", "tiff", "webp"})
_LONGEST_SECONDS = 14 * 24 * 3600  # a header that claims more is wrong
TRIED_PACKETS = 300
_GUESSING = frozenset({"mp3", "aac"})  # without a head FFmpeg goes by the first few bit rates
_GUESS_SECONDS = 1.0
_OUTLAST_SECONDS = 1.0
_FAR = 2**60
_MOST_CHAPTERS = 1000
_MOST_LINE = 500
Chapters = tuple[tuple[float, str], ...]
"""(second, title) of each chapter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """What one opening tells of a file: its streams, main ones first, and its tags.

    `video` is the stream of moving pictures, if any; `cover` an embedded still picture. `tags` are
    by lower-case name, as FFmpeg calls them in every format: title, artist, album, genre, date.
    """

    container: str
    video: VideoStream | None
    audio: AudioStream | None
    cover: VideoStream | None
    tags: dict[str, str]

    @property
    def main(self) -> VideoStream | AudioStream | None:
        """The stream that the file is kept for."""
        return self.video or self.audio


def probe(container: InputContainer, *, video: bool) -> Probe:
    """Look at an open container; `video` tells whether the name of the file promises pictures.

    Still pictures are covers, as are picture tracks beside the sound of an audio file.
    """
    pictures = [s for s in container.streams.video if s.codec_context is not None]
    covers = [
        stream
        for stream in pictures
        if stream.disposition & _PICTURE
        or (not video and stream.codec_context.name in _PICTURE_CODECS)
    ]
    moving = [stream for stream in pictures if stream not in covers]
    sound = [s for s in container.streams.audio if s.codec_context is not None]
    tags = {name.lower(): value for name, value in container.metadata.items()}
    if sound and not moving:  # Ogg keeps its tags in the stream
        tags |= {name.lower(): value for name, value in sound[0].metadata.items()}
    return Probe(
        container=container.format.name,
        video=moving[0] if moving else None,
        audio=sound[0] if sound else None,
        cover=min(covers, key=_is_other, default=None),
        tags={name: value.strip() for name, value in tags.items() if value.strip()},
    )


def _is_other(cover: VideoStream) -> bool:
    """Tell whether a picture is said to be another one than the front cover.

    ID3 and FLAC say what it shows; Matroska has the cover in “cover.jpg”, beside a small and a wide
    one.
    """
    said = cover.metadata.get("comment") or cover.metadata.get("filename", "").rpartition(".")[0]
    return said.lower() not in {"cover (front)", "cover"}


def packets(container: InputContainer, stream: Stream) -> Iterator[Packet[Stream]]:
    """Give the packets of a stream, as far as the container is whole."""
    try:
        yield from container.demux(stream)
    except (InvalidDataError, IndexError):
        return  # PyAV counts the streams once, but one may turn up while the file is read


def decodes(stream: VideoStream | AudioStream, some: Iterable[Packet[Stream]]) -> bool:
    """Tell whether the first packets give at least one frame."""
    context = stream.codec_context
    context.thread_count = 1
    tried = iter(islice(some, TRIED_PACKETS))
    first = next(tried, None)
    # Flushing gives a keyframe at once, where the decoder would wait for several more packets.
    if _frames(context, first) or _frames(context, None):
        return True
    context.flush_buffers()
    return any(_frames(context, packet) for packet in chain([first], tried, [None]))


def _frames(context: VideoCodecContext | AudioCodecContext, packet: Packet[Stream] | None) -> bool:
    try:
        return bool(context.decode(packet))
    except FFmpegError:
        return False  # one damaged packet says nothing about the next


class Clock:
    """Adds up how long the packets are that go by."""

    def __init__(self) -> None:
        self.ticks = 0

    def timed(self, some: Iterable[Packet[Stream]]) -> Iterator[Packet[Stream]]:
        """Give the same packets."""
        for packet in some:
            self.ticks += packet.duration or 0
            yield packet


def duration(container: InputContainer, stream: Stream, *, ticks: int = 0) -> float:
    """Give the length in seconds: declared, else that of the stream, else measured at the end.

    What is declared is but guessed in some formats of sound: there `ticks` counts instead, the
    length of all packets in units of the stream's time base, where it is another and known.
    Measuring moves the container's position.
    """
    declared = [float(container.duration / 1_000_000)] if container.duration else []
    if stream.duration and stream.time_base:
        declared.append(float(stream.duration * stream.time_base))
    plausible = [seconds for seconds in declared if 0 < seconds < _LONGEST_SECONDS]
    played = float(ticks * (stream.time_base or 0))
    if plausible and played and container.format.name in _GUESSING:
        return played if abs(plausible[0] - played) > _GUESS_SECONDS else plausible[0]
    told = [_told(each) for each in (*container.streams.video, *container.streams.audio)]
    if plausible and told and all(told) and plausible[0] - max(told) > _OUTLAST_SECONDS:
        return max(told)  # subtitles may outlast what is seen and heard
    return plausible[0] if plausible else _measured(container, stream)


def facts(container: InputContainer, seen: Probe, *, size: int) -> Json:
    """Describe a file for a person: label → text."""
    found = {
        "Video": _video_text(seen.video) if seen.video else "",
        "Sound": " · ".join(_audio_text(each) for each in container.streams.audio),
        "Embedded subtitles": " · ".join(
            each.language or "unnamed" for each in container.streams.subtitles
        ),
        "Container": container.format.long_name,
        "Size": f"{size / 1e6:,.1f} MB" if size >= 1e6 else f"{size / 1e3:,.1f} kB",
    }
    return {label: text for label, text in found.items() if text}


def chapters(container: InputContainer, *, seconds: float) -> Chapters:
    """Give the chapters as (second, title), in the order of a film of so many seconds."""
    found = [
        (
            float(chapter["start"] * (chapter["time_base"] or 0)),
            " ".join(chapter["metadata"].get("title", "").split())[:_MOST_LINE],
        )
        for chapter in container.chapters()[:_MOST_CHAPTERS]
    ]
    return tuple(
        (round(max(0.0, start), 3), title or f"Chapter {n}")
        for n, (start, title) in enumerate(sorted(found), 1)
        if not seconds or start < seconds
    )


def _told(stream: Stream) -> float:
    """Give the length of a Matroska stream in seconds, as its tag “DURATION” has it, else 0."""
    try:
        hours, minutes, seconds = map(float, stream.metadata.get("DURATION", "").split(":"))
    except ValueError:
        return 0.0
    return hours * 3600 + minutes * 60 + seconds


def _measured(container: InputContainer, stream: Stream) -> float:
    base = float(stream.time_base or 0)
    for position in (_FAR, 0):
        try:
            container.seek(position, stream=stream)
            ends = [
                (packet.pts + (packet.duration or 0)) * base
                for packet in packets(container, stream)
                if packet.pts is not None
            ]
        except FFmpegError:
            continue  # no seeking in this format: next from the start, else unknown
        if ends and 0 < max(ends) < _LONGEST_SECONDS:
            return max(ends)
    return 0.0


def _video_text(stream: VideoStream) -> str:
    context = stream.codec_context
    rate = float(stream.average_rate or 0)
    frames = f", {rate:.4g} frames/s" if math.isfinite(rate) and rate > 0 else ""
    return f"{context.codec.canonical_name}, {context.width} × {context.height}{frames}"


def _audio_text(stream: AudioStream) -> str:
    context = stream.codec_context
    if context is None:
        return ""
    language = f" ({stream.language})" if stream.language not in {None, "und"} else ""
    layout = {1: "mono", 2: "stereo"}.get(context.channels, context.layout.name)
    kilohertz = f"{context.sample_rate / 1000:g} kHz"
    return f"{context.codec.canonical_name}, {kilohertz}, {layout}{language}"
