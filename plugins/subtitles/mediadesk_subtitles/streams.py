"""Reads the text tracks inside a video."""

import time
from collections.abc import Sequence
from contextlib import suppress

import av
from av.container import InputContainer
from av.subtitles.stream import SubtitleStream
from av.subtitles.subtitle import AssSubtitle

from mediadesk_subtitles import languages
from mediadesk_subtitles.cues import Cue, clean
from mediadesk_subtitles.files import MOST_CUES
from mediadesk_subtitles.tracks import Track, track

_TEXT_CODECS = frozenset({"subrip", "srt", "ass", "ssa", "webvtt", "mov_text", "text"})
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
    wanted = [*streams, *_pacemaker(container)]
    for stream in container.streams:
        if stream not in wanted:
            stream.discard = av.stream.Discard.all
    until, reached = time.monotonic() + _PATIENCE, 0.0
    with suppress(av.FFmpegError, EOFError):
        for packet in container.demux(wanted):
            start = float((packet.pts or 0) * packet.time_base)
            reached = max(reached, start)
            own = cues.get(packet.stream_index)
            if own is not None and len(own) < MOST_CUES:
                end = start + float((packet.duration or 0) * packet.time_base)
                own += [
                    Cue(start=start, end=end, text=found.dialogue.decode("utf-8", "replace"))
                    for found in packet.decode()
                    if isinstance(found, AssSubtitle)
                ]
            if time.monotonic() > until:
                return (
                    f"The subtitles inside the file were read up to minute {reached / 60:.0f} only:"
                    " its drive is too slow for more."
                )
    if any(len(own) >= MOST_CUES for own in cues.values()):
        return "The subtitles inside the file are too many: only their beginning was read."
    return ""


def _pacemaker(container: InputContainer) -> Sequence[av.VideoStream]:
    """Give the stream whose key pictures let a look at the clock be taken now and then.

    An MP4 file lists its subtitles, so that nothing else is read of it.
    """
    if "mp4" in container.format.name:
        return ()
    found = list(container.streams.video[:1])
    for stream in found:
        stream.discard = av.stream.Discard.nonkey
    return found


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
