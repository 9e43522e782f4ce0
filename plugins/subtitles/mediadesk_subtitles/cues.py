"""Cleans what subtitles show and joins it into passages of a few cues."""

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import inf

_LONGEST = 200  # characters of a passage
_MOST_CUES = 4
_PAUSE = 5.0  # seconds: a longer silence begins a new passage
_ROLLING = 0.2  # seconds within which a line that is there again is the same one
_LONGEST_CUE = 1000  # characters
# None of these can be made to look through a text again and again: what they skip ends at what
# they begin with.
_DRAWING = re.compile(r"\{[^{}]*\\p[1-9]")
_MARKUP = re.compile(r"<(?:[/A-Za-z]|\d+:)[^<>]*>|\{[^{}]*\}")
_DIRECTIONS = re.compile(r"[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")  # of letters
_BREAK = re.compile(r"\\N|\\n|\n")
_SOUND = re.compile(r"\[[^\[\]]*\]|^[(（][^()（）]*[)）]|[(（][^()（）]*[)）]$|[♩♪♫♬]")
_SPEAKER = re.compile(r"^(?:>>|[-–—‐])? ?(?:[A-Z][A-Z0-9 .'’#&-]{1,30}: )?")
_ADVERTISEMENT = re.compile(
    r"https?:|www\.|\w\.(?:com|net|org)\b|opensubtitles|字幕组|字幕組|字幕翻译|字幕制作"
    r"|\b(?:subtitle[sd]?|caption(?:s|ed)|transcript|sync(?:ed|hroni[sz]ed))\b[^.!?]{0,30}\bby\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """A text and when it is shown, in seconds."""

    start: float
    end: float
    text: str


def clean(cues: Iterable[Cue]) -> tuple[Cue, ...]:
    """Give what is said, in order of time.

    Left out are markup, drawings, sounds in brackets, names of speakers, advertisements, and lines
    that are shown again with the next cue, as those of rolling captions are.
    """
    last: dict[str, float] = {}
    said = []
    for cue in sorted(cues, key=lambda cue: cue.start):
        shown = lines(cue.text) if cue.end > cue.start else []
        fresh = [line for line in shown if last.get(line, -inf) < cue.start - _ROLLING]
        last |= {line: max(cue.end, last.get(line, -inf)) for line in shown}
        text = " ".join(fresh)
        if text and not _ADVERTISEMENT.search(text):
            said.append(Cue(start=cue.start, end=cue.end, text=text))
    return tuple(said)


def passages(cues: Sequence[Cue]) -> Iterator[Cue]:
    """Join cues that follow each other: at most 4, at most 200 characters if they can be."""
    own: list[Cue] = []
    for cue in cues:
        length = sum(len(other.text) + 1 for other in own) + len(cue.text)
        is_pause = bool(own) and cue.start - own[-1].end > _PAUSE
        if own and (is_pause or length > _LONGEST or len(own) == _MOST_CUES):
            yield _join(own)
            own = []
        own.append(cue)
    if own:
        yield _join(own)


def lines(text: str) -> list[str]:
    """Give the lines of a cue that say anything, each cleaned."""
    if _DRAWING.search(text):
        return []
    plain = html.unescape(_MARKUP.sub("", text).replace(r"\h", " "))[:_LONGEST_CUE]
    plain = _DIRECTIONS.sub("", plain)
    found = (_line(" ".join(line.split())) for line in _BREAK.split(plain))
    return [line for line in found if any(map(str.isalnum, line))]


def _line(text: str) -> str:
    heard = _SOUND.sub("", text).strip(" #")
    return _SOUND.sub("", _SPEAKER.sub("", heard, count=1)).strip()


def _join(cues: Sequence[Cue]) -> Cue:
    text = " ".join(cue.text for cue in cues)
    return Cue(start=cues[0].start, end=max(cue.end for cue in cues), text=text)
