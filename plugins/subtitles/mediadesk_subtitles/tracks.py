"""Reads subtitle tracks, beside a video or inside it, into passages of a few cues."""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import av
import charset_normalizer
import py3langid
import pysubs2
from av.container import InputContainer
from av.subtitles.subtitle import AssSubtitle

from mediadesk.api import UnreadableError

_TEXT_CODECS = frozenset({"subrip", "srt", "ass", "ssa", "webvtt", "mov_text", "text"})
_TELLING = 4000  # characters that tell the language
_LONGEST = 200  # characters of a passage
_MOST_CUES = 4
_ADVERTISEMENT = re.compile(r"https?:|www\.|\w\.(com|net|org)\b", re.IGNORECASE)
_PAUSE = 5.0  # seconds: a longer silence begins a new passage


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """A text and when it is shown, in seconds."""

    start: float
    end: float
    text: str


@dataclass(frozen=True, kw_only=True)
class Track:
    """One subtitle track, by the name of its file or the number of its stream."""

    name: str
    cues: tuple[Cue, ...]

    @cached_property
    def language(self) -> str:
        """Its language as two letters, guessed from the text."""
        text = " ".join(cue.text for cue in self.cues)[:_TELLING]
        code: str = py3langid.classify(text)[0]  # type: ignore[attr-defined,no-untyped-call]
        return code

    @property
    def passages(self) -> Iterator[Cue]:
        """Join cues that follow each other: at most 4, at most 200 characters if they can be."""
        own: list[Cue] = []
        for cue in self.cues:
            length = sum(len(other.text) + 1 for other in own) + len(cue.text)
            is_pause = bool(own) and cue.start - own[-1].end > _PAUSE
            if own and (is_pause or length > _LONGEST or len(own) == _MOST_CUES):
                yield _join(own)
                own = []
            own.append(cue)
        if own:
            yield _join(own)


def read_sidecar(path: Path) -> Track:
    """Read a subtitle file in any usual format and encoding.

    Raises:
        UnreadableError: if it can't be read or is no subtitle file.
    """
    try:
        best = charset_normalizer.from_bytes(path.read_bytes()).best()
        # Windows' line ends would split one cue in two.
        text = "\n".join(str(best or "").splitlines())
        events = pysubs2.SSAFile.from_string(text).events
    except OSError as error:
        raise UnreadableError(f"“{path}” can't be opened ({error.strerror}).") from error
    except (pysubs2.exceptions.Pysubs2Error, ValueError, LookupError) as error:
        raise UnreadableError(
            f"“{path}” is no subtitle file that can be read: mend or remove it."
        ) from error
    cues = (
        _cue(event.start / 1000, event.end / 1000, event.text) for event in events if event.is_text
    )
    return Track(name=path.name, cues=_clean(cues))


def read_embedded(container: InputContainer) -> list[Track]:
    """Read every text track of a video; a truncated one as far as it goes."""
    streams = [s for s in container.streams.subtitles if s.codec_context.name in _TEXT_CODECS]
    cues: dict[int, list[Cue]] = {stream.index: [] for stream in streams}
    with suppress(av.FFmpegError, EOFError):
        for packet in container.demux(streams) if streams else ():
            start = float((packet.pts or 0) * packet.time_base)
            end = start + float((packet.duration or 0) * packet.time_base)
            for found in packet.decode():
                if isinstance(found, AssSubtitle):
                    text = found.dialogue.decode("utf-8", "replace")
                    cues[packet.stream_index].append(_cue(start, end, text))
    return [Track(name=f"#{index}", cues=_clean(own)) for index, own in cues.items()]


def _cue(start: float, end: float, text: str) -> Cue:
    plain = re.sub(r"<[^>]*>", "", pysubs2.SSAEvent(text=text).plaintext)
    return Cue(start=start, end=end, text=" ".join(plain.split()))


def _clean(cues: Iterable[Cue]) -> tuple[Cue, ...]:
    shown = (c for c in cues if c.text and c.end > c.start and not _ADVERTISEMENT.search(c.text))
    return tuple(sorted(shown, key=lambda cue: cue.start))


def _join(cues: Sequence[Cue]) -> Cue:
    text = " ".join(cue.text for cue in cues)
    return Cue(start=cues[0].start, end=max(cue.end for cue in cues), text=text)
