"""Turns the lines of many pictures into passages: what stays is told once, a logo not at all."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from mediadesk_ocr.reader import Line, Page

_SAME = 0.8  # of their characters that two readings of one line share
_NEAR = 0.04  # of the picture's size between two readings of what stands still
_GAP = 2  # looks in which a line may have been missed
_MOSTLY, _OFTEN = 0.5, 5  # share and number of looks from which a line is a logo
_LONGEST = 500  # characters of a passage
_LEAST_SECONDS = 1.0
_SHORT = 120.0  # seconds of a video that may have one caption throughout
_CLOCK = re.compile(r"\d+(?:[:：]\d+)+")
_NO_DIGIT = re.compile(r"\D+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """What was to be read at once, `start` to `end` in seconds."""

    start: float
    end: float
    text: str


@dataclass(slots=True, eq=False)
class Track:
    """Readings of one line by the number of the look, in order; `key` is that of the first."""

    key: str
    readings: dict[int, Line] = field(default_factory=dict)

    @property
    def first(self) -> int:
        """The number of the look in which it was first read."""
        return next(iter(self.readings))

    @property
    def last(self) -> int:
        """The number of the look in which it was last read."""
        return next(reversed(self.readings))

    def best(self) -> Line:
        """Give the surest reading; of those with its letters, one in which no space was missed."""
        readings = self.readings.values()
        letters = _key(max(readings, key=lambda line: line.score).text)
        same = (line for line in readings if _key(line.text) == letters)
        return max(same, key=lambda line: (line.text.count(" "), line.score))


def passages(pages: Mapping[float, Page]) -> tuple[Passage, ...]:
    """Give the passages of second → what was read there, by time.

    A line is told where it is first seen, and lasts until the look before it is gone. One that is
    seen in most looks at its place is a logo or the like, and is left out; in a short video where
    nothing else is written it is the caption.
    """
    times = sorted(pages)
    tops = [pages[time].top for time in times]
    tracks = _tracks([pages[time].lines for time in times])
    passing = [track for track in tracks if not _stays(track, tops)]
    begun: dict[int, list[Track]] = {}
    is_captioned = bool(tracks) and not passing and times[-1] - times[0] <= _SHORT
    runs = tracks if is_captioned else [run for track in passing for run in _runs(track)]
    for run in runs:
        begun.setdefault(run.first, []).append(run)
    return tuple(_passage(begun[n], times) for n in sorted(begun))


def _stays(track: Track, tops: Sequence[float]) -> bool:
    there = sum(top <= track.readings[track.last].y for top in tops)
    return len(track.readings) >= max(_OFTEN, _MOSTLY * there)


def _tracks(looks: Sequence[Sequence[Line]]) -> list[Track]:
    """Follow lines through the looks.

    A line goes on with what is like it and was seen just before, wherever that stood, for credits
    move; or with the very same that was seen at its place at any time, for logos come and go.
    """
    tracks: list[Track] = []
    recent: list[Track] = []
    at_any_time: dict[str, list[Track]] = {}
    for n, lines in enumerate(looks):
        recent = [track for track in recent if n - track.last <= _GAP]
        for line in lines:
            key = _key(line.text)
            found = next((t for t in recent if t.last < n and _alike(t.key, key)), None)
            found = found or next(
                (t for t in at_any_time.get(key, ()) if t.last < n and _is_at(t, line)), None
            )
            if found is None:
                tracks.append(found := Track(key))
                at_any_time.setdefault(key, []).append(found)
            found.readings[n] = line
            if found not in recent:
                recent.append(found)
    return tracks


def _is_at(track: Track, line: Line) -> bool:
    earlier = track.readings[track.last]
    return abs(line.x - earlier.x) <= _NEAR and abs(line.y - earlier.y) <= _NEAR


def _alike(one: str, other: str) -> bool:
    if one == other:
        return True
    if _NO_DIGIT.sub("", one) != _NO_DIGIT.sub("", other):
        return False  # “Step 1” is not “Step 2”
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return (
        matcher.real_quick_ratio() >= _SAME
        and matcher.quick_ratio() >= _SAME
        and matcher.ratio() >= _SAME
    )


def _key(text: str) -> str:
    """Give what of a line is compared: its letters and digits, but for a clock, which goes on."""
    return "".join(filter(str.isalnum, _CLOCK.sub("", text.casefold())))


def _runs(track: Track) -> Iterator[Track]:
    """Cut a line's readings where it was away for longer."""
    run = Track(track.key)
    for n, line in track.readings.items():
        if run.readings and n - run.last > _GAP:
            yield run
            run = Track(track.key)
        run.readings[n] = line
    yield run


def _passage(runs: Sequence[Track], times: Sequence[float]) -> Passage:
    """Join the lines that begin in one look, from top to bottom."""
    first = runs[0].first
    last = max(run.last for run in runs)
    text = " ".join(line.text for line in in_order([run.best() for run in runs]))
    end = max(times[last], times[first] + _LEAST_SECONDS)
    return Passage(start=times[first], end=end, text=text[:_LONGEST])


def in_order(lines: Sequence[Line]) -> list[Line]:
    """Order lines as they are read: rows from the top, each from the left."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: line.y):
        if rows and abs(line.y - rows[-1][0].y) < min(line.height, rows[-1][0].height) / 2:
            rows[-1].append(line)
        else:
            rows.append([line])
    return [line for row in rows for line in sorted(row, key=lambda line: line.x)]
