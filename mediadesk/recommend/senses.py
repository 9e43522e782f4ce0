"""Perceives items by what extractors found in them, and tells how alike two are.

Limits were measured as those of `twins`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from mediadesk.api import Array, Moment, unit

_AGREE = 0.9  # so alike are pictures of one second in two copies, and none of 2,600 other pairs
_AGREEING = 4  # of them, and a quarter of all
_MIDDLE = (0.2, 0.8)  # of the length, where an eighth agrees: episodes share what is around it
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


class Moments(Protocol):
    """Gives what an extractor found at certain times of an item, in their order."""

    def __call__(self, item: str, extractor: str, /) -> Sequence[Moment]: ...


class Compared:
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
            vectors=centred(vectors, held[1], sense, of=self._of),
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


def centred(vectors: Array, mean: Array, sense: Sense, *, of: int) -> Array:
    """Give the directions of vectors [n, d] from the mean [d] of all `of` items, [n, what counts].

    Zeros stay zeros: there nothing was found. The fewer items, the less of the mean counts.
    """
    own = vectors[:, sense.part]
    has = own.any(axis=1, keepdims=True)
    around: Array = unit(own - mean[sense.part] * (of / (of + _FEW)))
    return np.where(has, around, 0).astype(np.float32)
