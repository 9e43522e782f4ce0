"""Reads the text tracks inside a video."""

import time
from collections.abc import Iterator, Sequence
from contextlib import suppress

import av
from av.container import InputContainer
from av.stream import Stream
from av.subtitles.stream import SubtitleStream
from av.subtitles.subtitle import AssSubtitle

from mediadesk_subtitles import languages
from mediadesk_subtitles.cues import Cue, clean
from mediadesk_subtitles.files import MOST_CUES
from mediadesk_subtitles.tracks import Track, track

_TEXT_CODECS = frozenset({"subrip", "srt", "ass", "ssa", "webvtt", "mov_text", "text"})
_MISSING, _FEWEST = 0.1, 5.0
"""Of what a file claims, and so many seconds at least, is worth a word."""
_DAMAGED = "it is cut short or damaged, so copy it again from its source"
_LARGEST = 1 << 14
"""Bytes of a cue: a larger one is no dialogue, and packed ones may come to gigabytes."""
_PATIENCE = 60.0
"""Seconds: Matroska has no list of its subtitles, so that the whole file is gone through."""


def read_embedded(container: InputContainer) -> list[Track]:
    """Read every text track of a video; a truncated one as far as it goes."""
    told = [s for s in container.streams.subtitles if s.codec_context is not None]
    streams = [s for s in told if s.codec_context.name in _TEXT_CODECS]
    if not streams:
        return []
    cues: dict[int, list[Cue]] = {stream.index: [] for stream in streams}
    problem = _read(container, streams, cues)
    return [_track(stream, cues[stream.index], problem) for stream in streams]


def sound_language(container: InputContainer) -> str:
    """Give the language of the first sound of a video, empty if it is not told."""
    first = next(iter(container.streams.audio), None)
    return languages.code(first.language or "") if first is not None else ""


def _read(
    container: InputContainer, streams: Sequence[SubtitleStream], cues: dict[int, list[Cue]]
) -> str:
    """Collect what the streams show; give a sentence if that is not all of it."""
    pace = _pacemaker(container)
    wanted = [*streams, *pace]
    for stream in container.streams:
        if stream not in wanted:
            stream.discard = av.stream.Discard.all
    until, reached = time.monotonic() + _PATIENCE, 0.0
    try:
        for reached in _gathered(container, wanted, cues):
            if time.monotonic() > until:
                return _cut(reached, "its drive is too slow for more")
    except EOFError:
        pass
    except av.FFmpegError:
        return _cut(reached, _DAMAGED)
    due = (container.duration or 0) / av.time_base if pace else _length(streams)
    near = due - max(_FEWEST, _MISSING * due)
    if reached < near and not (pace and _goes_on(container, near)):
        return _cut(reached, _DAMAGED)
    if any(len(own) >= MOST_CUES for own in cues.values()):
        return "The subtitles inside the file are too many: only their beginning was read."
    return ""


def _goes_on(container: InputContainer, second: float) -> bool:
    """Tell whether anything comes from a second on: the sound may end before the pictures."""
    for stream in container.streams:
        stream.discard = av.stream.Discard.default
    with suppress(av.FFmpegError, EOFError):
        container.seek(round(second * av.time_base))
        return any(
            packet.pts is not None and packet.pts * packet.time_base >= second
            for packet in container.demux()
        )
    return False


def _gathered(
    container: InputContainer, wanted: Sequence[Stream], cues: dict[int, list[Cue]]
) -> Iterator[float]:
    """Collect what streams show, and give now and then up to which second they were read."""
    ticks = {stream.index: float(stream.time_base or 0) for stream in wanted}
    reached = 0.0
    for packet in container.demux(wanted):
        if packet.pts is None:
            continue  # the last ones only flush decoders
        tick = ticks[packet.stream_index]
        start = packet.pts * tick
        end = start + (packet.duration or 0) * tick
        own = cues.get(packet.stream_index)
        if own is not None and len(own) < MOST_CUES and packet.size <= _LARGEST:
            own += [
                Cue(start=start, end=end, text=found.dialogue.decode("utf-8", "replace"))
                for found in packet.decode()
                if isinstance(found, AssSubtitle)
            ]
        reached = max(reached, end)
        yield reached


def _cut(seconds: float, why: str) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"The subtitles inside the file were read up to {minutes}:{rest:02} only: {why}."


def _length(streams: Sequence[SubtitleStream]) -> float:
    """Give up to which second these streams go by what the file tells of them, 0 if it does not."""
    told = (float(each.duration * (each.time_base or 0)) for each in streams if each.duration)
    return max(told, default=0.0)


def _pacemaker(container: InputContainer) -> Sequence[Stream]:
    """Give the stream that tells how far the file was read: the sound goes on to its end.

    An MP4 file lists its subtitles, so that nothing else is read of it.
    """
    if "mp4" in container.format.name:
        return ()
    return container.streams.audio[:1] or container.streams.video[:1]


def _track(stream: SubtitleStream, cues: Sequence[Cue], problem: str) -> Track:
    title = stream.metadata.get("title", "")
    titled, roles = languages.told(title)
    flags = stream.disposition
    roles |= {
        role
        for flag, role in (
            (av.stream.Disposition.forced, "forced"),
            (av.stream.Disposition.hearing_impaired, "sdh"),
            (av.stream.Disposition.comment, "commentary"),
        )
        if flags & flag
    }
    told = languages.code(stream.language or "") or titled
    return track(
        f"#{stream.index}", clean(cues), told, "stream", roles=frozenset(roles), problem=problem
    )
