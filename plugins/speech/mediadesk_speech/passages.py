"""Joins the lines of a transcript to passages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_LONGEST = 200  # characters of a passage
_MOST_LINES = 4
_PAUSE = 5.0  # seconds: a longer silence begins a new passage


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Some words, when they are said in seconds, and how sure the model is of them: 0..1."""

    start: float
    end: float
    text: str
    confidence: float


def passages(lines: Sequence[Line]) -> Iterator[tuple[float, float, str]]:
    """Join lines that follow each other: at most 4, at most 200 characters if they can be.

    Gives start, end, text.
    """
    own: list[Line] = []
    for line in lines:
        size = sum(len(each.text) + 1 for each in own) + len(line.text)
        is_pause = bool(own) and line.start - own[-1].end > _PAUSE
        if own and (is_pause or size > _LONGEST or len(own) == _MOST_LINES):
            yield _joined(own)
            own = []
        own.append(line)
    if own:
        yield _joined(own)


def _joined(lines: Sequence[Line]) -> tuple[float, float, str]:
    end = max(line.end for line in lines)
    return round(lines[0].start, 2), round(end, 2), " ".join(line.text for line in lines)
