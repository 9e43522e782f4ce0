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
from typing import TYPE_CHECKING, Protocol

import numpy as np

from mediadesk.api import AUDIO, VIDEO, Array, Kind, Moment, unit

if TYPE_CHECKING:
    from mediadesk.store.twins import Candidate

_LENGTH = 0.01  # of the longer one, and a second at least
_SHORTEST = 3.0  # seconds: what is shorter sounds and looks too much like others
_OTHER = 0.3  # where a name alone says that they are the same
_OTHER_SOUND = 0.85  # of clips that look the same: takes with one voice are 0.8 alike, copies 0.95
_TAKE = 0.5  # seconds by which copies of a clip differ at most, or 1 %
_NEIGHBOURS = 16
_AGREE = 0.9  # so alike are pictures of one second in two copies, and none of 2,600 other pairs
_AGREEING = 4  # of them, and a quarter of all
_MIDDLE = (0.2, 0.8)  # of the length, where an eighth agrees: episodes share what is around it
_BLOCK = 512
_SIDE = 16  # of a frame as it is compared, in pixels
_BLACK, _LIT = 32, 0.02  # of 255; the share of a row that is brighter where it is no black bar
_FEW = 10.0  # so few items say little about what all have in common


@dataclass(frozen=True, slots=True, kw_only=True)
class Sense:
    """A way to perceive items: what an `extractor` finds as a whole, and moment by moment.

    Whose wholes are not at least `near` are not compared any further; moments of which at most so
    many `seconds` lie between are compared, and the same are at least so much alike. `part` is what
    counts of a vector.
    """

    extractor: str
    part: slice
    near: float
    seconds: float
    same: float
    why: str


PICTURE = Sense(
    extractor="keyframes",
    part=slice(None),
    near=0.3,  # in a small library copies are little more alike than 0.4
    seconds=3.0,
    same=0.65,
    why="the same pictures",
)
# The pitches of the sound, which noise leaves as they are: what kind of sound it is changes with
# noise, and is the same for all that one voice reads.
SOUND = Sense(
    extractor="audio",
    part=slice(200, None),
    near=0.7,
    seconds=1.5,
    same=0.87,
    why="the same sound",
)


class Space(Protocol):
    """Gives what an extractor found: float32 [n, d], zeros where there is none, and the mean [d].

    None where it has found nothing yet.
    """

    def __call__(self, extractor: str, ids: Sequence[str], /) -> tuple[Array, Array] | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two items that are the same; `alike` is 0..1."""

    one: str
    other: str
    alike: float
    why: str


class Moments(Protocol):
    """Gives what an extractor found at certain times of an item, in their order."""

    def __call__(self, item: str, extractor: str, /) -> Sequence[Moment]: ...


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
    compared = _Compared(space, moments, of=len(known))
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
    known: Sequence[Candidate], compared: _Compared, sense: Sense, most: int
) -> Iterator[Pair]:
    """Find those of the same length that are alike moment by moment."""
    nearest = sorted(_near(known, compared.space, sense), key=lambda pair: -pair[2])
    of = {each.id: each for each in known}
    for one, other, _ in nearest[:most]:
        alike = compared.alike(one, other, sense)
        if alike is None or alike < sense.same or _are_takes(of[one], of[other], compared):
            continue
        yield Pair(one=one, other=other, alike=min(alike, 1.0), why=sense.why)


def _are_takes(one: Candidate, other: Candidate, compared: _Compared) -> bool:
    """Tell whether two clips are recordings of the same scene rather than of the same moment."""
    if not {one.kind, other.kind} <= _TAKEN:
        return False
    if abs(one.duration - other.duration) > max(_TAKE, _LENGTH * one.duration):
        return True
    heard = compared.alike(one.id, other.id, SOUND)
    return heard is not None and heard < _OTHER_SOUND


def _named(known: Sequence[Candidate], compared: _Compared, sense: Sense) -> Iterator[Pair]:
    """Find those of the same name and length whose pictures don't say otherwise.

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
        vectors = _centred(*held, sense, of=len(known))
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


def _centred(vectors: Array, mean: Array, sense: Sense, *, of: int) -> Array:
    own = vectors[:, sense.part]
    has = own.any(axis=1, keepdims=True)
    around: Array = unit(own - mean[sense.part] * (of / (of + _FEW)))
    return np.where(has, around, 0).astype(np.float32)


class _Compared:
    """Compares items moment by moment."""

    def __init__(self, space: Space, moments: Moments, *, of: int) -> None:
        self.space = space
        self._moments = moments
        self._of = of
        self._known: dict[tuple[str, str], _Moments | None] = {}

    def alike(self, one: str, other: str, sense: Sense) -> float | None:
        """Give how alike two are, -1..1; None where that can't be said."""
        a, b = self._get(one, sense), self._get(other, sense)
        if a is None or b is None:
            return None
        similar = a.vectors @ b.vectors.T
        at_once = np.abs(a.times[:, None] - b.times) <= sense.seconds
        if sense is SOUND:
            return _mean(similar, at_once)
        seen = a.pictures @ b.pictures.T
        # Of a long film two encodings have few key frames in common …
        agreeing = _agreeing(seen, at_once)
        middle = np.ix_(_central(a.times), _central(b.times))
        within = _agreeing(seen[middle], at_once[middle])
        is_spread = len(within) >= max(1, min(seen[middle].shape) / 8)
        if is_spread and len(agreeing) >= max(_AGREEING, min(seen.shape) / 4):
            return float(agreeing.mean())
        # … else each frame has its like in the other, wherever that is, and what is seen at the
        # same time looks the same.
        scenes = float(min(similar.max(axis=1).mean(), similar.max(axis=0).mean()))
        return (scenes + _mean(seen, at_once)) / 2

    def _get(self, item: str, sense: Sense) -> _Moments | None:
        key = item, sense.extractor
        if key not in self._known:
            self._known[key] = self._read(item, sense)
        return self._known[key]

    def _read(self, item: str, sense: Sense) -> _Moments | None:
        held = self.space(sense.extractor, [item])
        if held is None:
            return None
        found = [
            each
            for each in self._moments(item, sense.extractor)
            # After an update vectors of another length wait for being made anew.
            if each.vector is not None and each.vector.shape == held[1].shape
            if each.image or sense is SOUND
        ]
        if not found:
            return None
        vectors = np.stack([each.vector for each in found if each.vector is not None])
        pictures = [_small(each.image) for each in found if each.image]
        return _Moments(
            times=np.array([each.start for each in found]),
            vectors=_centred(vectors, held[1], sense, of=self._of),
            pictures=unit(np.stack(pictures)) if pictures else np.zeros((0, 0), np.float32),
        )


@dataclass(frozen=True, slots=True)
class _Moments:
    """Of n moments the seconds [n], what was found [n, d], and the pictures [n, p]."""

    times: Array
    vectors: Array
    pictures: Array


def _mean(similar: Array, at_once: Array) -> float:
    """Give the mean over both sides of the best likeness of each to what is at once; or 0."""
    same = np.where(at_once, similar, -1)
    best = [same.max(axis=axis)[at_once.any(axis=axis)] for axis in (0, 1)]
    joined = np.concatenate(best)
    return float(joined.mean()) if len(joined) else 0.0


def _agreeing(similar: Array, at_once: Array) -> Array:
    """Give how alike what is the same at once is, [as many as each side has of them at least]."""
    same = np.where(at_once & (similar >= _AGREE), similar, 0)
    best = [same.max(axis=axis, initial=0) for axis in (0, 1)]
    fewer: Array = min((one[one > 0] for one in best), key=len)
    return fewer


def _central(times: Array) -> Array:
    """Tell which of the seconds [n] lie in the middle, bool [n]."""
    start, end = (share * times.max() for share in _MIDDLE)
    central: Array = (start <= times) & (times <= end)
    return central


def _small(jpeg: bytes) -> Array:
    """Give a picture without black bars in few colours around their mean, float32 [p]."""
    import av  # takes a while, and only pictures need it

    (frame,) = av.CodecContext.create("mjpeg", "r").decode(av.Packet(jpeg))
    inside = av.VideoFrame.from_ndarray(_unbarred(frame.to_ndarray(format="rgb24")), format="rgb24")
    small = inside.reformat(_SIDE, _SIDE, format="rgb24", interpolation="AREA").to_ndarray()
    flat: Array = small.astype(np.float32).ravel()
    flat -= flat.mean()
    return flat


def _unbarred(picture: Array) -> Array:
    """Cut off what is black at the edges of uint8 [h, w, 3]: films of one format have it alike."""
    lit = picture.max(axis=2) > _BLACK
    rows, columns = (np.flatnonzero(lit.mean(axis=axis) > _LIT) for axis in (1, 0))
    if min(len(rows), len(columns)) < _SIDE:
        return picture
    return np.ascontiguousarray(picture[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])
