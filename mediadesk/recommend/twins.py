"""Finds items that are the same work: as long as each other, and alike frame by frame or by name.

Limits were measured on real clips and on 100 songs from games' soundtracks, with copies of them:
encoded again, cropped, brighter, grainy, clipped, with noise down to 5 dB, and films of the same
shots; against all pairs of others, of one reader's texts and of rain and wind too.
tests/integration/recommend/test_twins.py keeps to them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from mediadesk.api import AUDIO, VIDEO, Kind
from mediadesk.recommend.senses import PICTURE, SOUND, Compared, Moments, Sense, Space, centred

if TYPE_CHECKING:
    from mediadesk.store.twins import Candidate

_LENGTH = 0.01  # of the longer one, and a second at least
_SHORTEST = 3.0  # seconds: what is shorter sounds and looks too much like others
_OTHER = 0.3  # where a name alone says that they are the same
_OTHER_SOUND = 0.85  # of clips that look the same: takes with one voice are 0.8 alike, copies 0.95
_TAKE = 0.5  # seconds by which copies of a clip differ at most, or 1 %
_NEIGHBOURS = 16
_BLOCK = 512


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two items that are the same; `alike` is 0..1."""

    one: str
    other: str
    alike: float
    why: str


def pairs(
    known: Sequence[Candidate],
    *,
    space: Space,
    moments: Moments,
    apart: set[frozenset[str]],
    most: int = 2_000,
) -> list[Pair]:
    """Find pairs of the same, the surest first.

    Args:
        known: items of the library, the shortest first.
        space: what extractors found, of an item as a whole.
        moments: what they found at its times.
        apart: pairs that are not the same, whatever it seems.
        most: how many pairs of videos, and of sounds, are compared moment by moment.
    """
    compared = Compared(space, moments, of=len(known))
    found: dict[frozenset[str], Pair] = {}
    for sense in (PICTURE, SOUND):
        own = [each for each in known if (each.kind in AUDIO) is (sense is SOUND)]
        longer = [each for each in own if each.duration >= _SHORTEST]
        for pair in (*_named(own, compared, sense), *_alike(longer, compared, sense, most)):
            found.setdefault(frozenset((pair.one, pair.other)), pair)
    kept = [pair for both, pair in found.items() if both not in apart]
    return sorted(kept, key=lambda pair: (-pair.alike, pair.one, pair.other))


def groups(found: Iterable[Pair]) -> list[list[Pair]]:
    """Put pairs that share an item together, in the order of their first ones."""
    leader: dict[str, str] = {}

    def lead(item: str) -> str:
        while (above := leader.setdefault(item, item)) != item:
            item = above
        return item

    every = list(found)
    for pair in every:
        leader[lead(pair.other)] = lead(pair.one)
    together: dict[str, list[Pair]] = defaultdict(list)
    for pair in every:
        together[lead(pair.one)].append(pair)
    return list(together.values())


def better_first(twins: Sequence[Candidate]) -> tuple[list[Candidate], str]:
    """Give twins, that with the better file first, and why it is; "" where neither is better."""
    ordered = sorted(twins, key=_goodness, reverse=True)
    first, second = ordered[0], ordered[1]
    if first.gone != second.gone:
        return ordered, "the other file is gone"
    if first.height != second.height:
        return ordered, f"{first.height} lines instead of {second.height}"
    if first.lossless != second.lossless:
        return ordered, "its sound is lossless"
    if first.rate > second.rate * (1 + _LENGTH):
        more, less = (round(each.rate * 8 / 1000) for each in (first, second))
        return ordered, f"{more:,} kbit/s instead of {less:,}"
    return ordered, "it is here" if first.available != second.available else ""


def _goodness(each: Candidate) -> tuple[object, ...]:
    return (not each.gone, each.height, each.lossless, each.rate, each.available, each.id)


def _reach(duration: float) -> float:
    """Give how long an item may be that is as long as this one."""
    return duration + max(1.0, _LENGTH * duration)


def _alike(
    known: Sequence[Candidate], compared: Compared, sense: Sense, most: int
) -> Iterator[Pair]:
    """Find those of the same length that are alike moment by moment."""
    nearest = sorted(_near(known, compared.space, sense), key=lambda pair: -pair[2])
    of = {each.id: each for each in known}
    for one, other, _ in nearest[:most]:
        alike = compared.alike(one, other, sense)
        if alike is None or alike < sense.same or _are_takes(of[one], of[other], compared):
            continue
        if _are_numbered_apart(of[one], of[other]):
            continue
        yield Pair(one=one, other=other, alike=min(alike, 1.0), why=sense.why)


def _are_takes(one: Candidate, other: Candidate, compared: Compared) -> bool:
    """Tell whether two clips are recordings of the same scene rather than of the same moment."""
    if not {one.kind, other.kind} <= _TAKEN:
        return False
    if abs(one.duration - other.duration) > max(_TAKE, _LENGTH * one.duration):
        return True
    heard = compared.alike(one.id, other.id, SOUND)
    return heard is not None and heard < _OTHER_SOUND


def _named(known: Sequence[Candidate], compared: Compared, sense: Sense) -> Iterator[Pair]:
    """Find those of the same name and length whose pictures or sound don't say otherwise.

    The name of a clip says too little: cameras give the same ones again, people every year.
    """
    called: dict[tuple[object, ...], list[Candidate]] = defaultdict(list)
    for each in known:
        if each.kind not in _TAKEN and (name := _name(each)):
            called[name].append(each)
    for alike in called.values():
        for one, other in pairwise(alike):  # the shortest first
            if other.duration > _reach(one.duration) or not _same_year(one, other):
                continue
            if _are_numbered_apart(one, other):
                continue
            shown = compared.alike(one.id, other.id, sense)
            if shown is None or shown > _OTHER:
                sure = min(max(_BY_NAME, shown or 0.0), 1.0)
                yield Pair(one=one.id, other=other.id, alike=sure, why=_WHY[one.kind])


_BY_NAME = 0.9
_TAKEN = frozenset({Kind.CLIP, Kind.HOME_VIDEO})  # by whoever has a camera
_WHY = {
    **dict.fromkeys(VIDEO, "the same title and length"),
    **dict.fromkeys(AUDIO, "the same artist, title and length"),
    Kind.EPISODE: "the same episode",
}


def _name(each: Candidate) -> tuple[object, ...]:
    """Give what all copies of a work are called; nothing where that says too little."""
    title = plain(each.title)
    if each.kind is Kind.EPISODE and each.series and each.episode is not None:
        return plain(each.series), each.season, each.episode
    if each.kind in AUDIO:
        return (plain(each.artist), title) if each.artist and title else ()
    return ("", title) if title else ()


def plain(text: str) -> str:
    """Write a name without capitals, spaces and signs."""
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def _same_year(one: Candidate, other: Candidate) -> bool:
    """Tell whether two may be of the same year: albums come out again, tapes every Christmas."""
    if one.year is None or other.year is None:
        return True
    return abs(one.year - other.year) <= (1 if one.kind in AUDIO else 0)


def _are_numbered_apart(one: Candidate, other: Candidate) -> bool:
    """Tell whether two stand at different places of one album or series.

    Interludes may be named alike, and test pictures, lectures and stills look alike.
    """
    if one.kind is other.kind is Kind.EPISODE:
        wholes = one.series, other.series
        places = (one.season, one.episode), (other.season, other.episode)
        numbers = one.episode, other.episode
    else:
        wholes = one.album, other.album
        places = (one.disc or 1, one.track), (other.disc or 1, other.track)
        numbers = one.track, other.track
    if not wholes[0] or plain(wholes[0]) != plain(wholes[1]) or None in numbers:
        return False
    return places[0] != places[1]


def _near(
    known: Sequence[Candidate], space: Space, sense: Sense
) -> Iterator[tuple[str, str, float]]:
    """Give the few nearest of each item among those as long as it, by centred cosine."""
    lengths = [each.duration for each in known]
    for start in range(0, len(known), _BLOCK):
        stop = min(start + _BLOCK, len(known))
        end = bisect_right(lengths, _reach(lengths[stop - 1]))
        ids = [each.id for each in known[start:end]]
        held = space(sense.extractor, ids)
        if held is None:
            return
        vectors = centred(*held, sense, of=len(known))
        similar = vectors[: stop - start] @ vectors.T
        durations = np.array(lengths[start:end])
        reach = np.array([_reach(length) for length in lengths[start:stop]])
        later = np.arange(end - start) > np.arange(stop - start)[:, None]
        similar[~later | (durations > reach[:, None])] = -1
        count = min(_NEIGHBOURS, similar.shape[1])
        best = np.argpartition(-similar, count - 1, axis=1)[:, :count]
        rows, places = np.nonzero(np.take_along_axis(similar, best, axis=1) >= sense.near)
        for row, column in zip(rows.tolist(), best[rows, places].tolist(), strict=True):
            yield ids[row], ids[column], float(similar[row, column])
