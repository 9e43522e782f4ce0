"""Tells the shots of a video apart by a few of its pictures, and chooses the best of each."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mediadesk.api import Array

_CELLS, _CELL = 16, 14  # a picture of 224 × 224 is compared as 16 × 16 means
_BLANK, _ALIKE = 6.0, 10.0  # grey levels of 255
_DARK, _BRIGHT = 16, 240
_BLURRED = 10.0  # variance of the Laplacian: of 580 sharp pictures the least had 15 …
_SOFTER = 0.25  # … and nothing is blurred where the sharper ones of a video are not much sharper
_AS_GOOD = 0.8


@dataclass(frozen=True, slots=True)
class Looks:
    """What n pictures of a video look like.

    `seconds` [n] is when they are seen, in order; `grids` float32 [n, 256] are 16 × 16 mean grey
    levels; `sharp` [n] is the variance of the Laplacian (Pech-Pacheco et al. 2000); `exposed` [n]
    the share that is neither black nor white.
    """

    seconds: Array
    grids: Array
    sharp: Array
    exposed: Array

    @property
    def quality(self) -> Array:
        """How good each picture is, for comparing those of one shot."""
        good: Array = self.sharp * self.exposed
        return good


def looked(seconds: Sequence[float], pixels: Sequence[Array]) -> Looks:
    """Look at n pictures, each uint8 [224, 224, 3]."""
    made = [_look(grey) for grey in map(_grey, pixels)]
    grids, sharp, exposed = zip(*made, strict=True)
    return Looks(np.array(seconds), np.stack(grids), np.array(sharp), np.array(exposed))


def chosen(looks: Looks, most: int) -> list[int]:
    """Choose at most so many pictures, one of each shot, in order; at least one.

    None is blank or blurred, unless all are, and none like another. Of more shots than that there
    is one from each of `most` stretches.
    """
    kept: list[int] = []
    for n in (_best(looks, shot) for shot in _shots(looks, _clear(looks))):
        if all(_apart(looks, n, other) >= _ALIKE for other in kept):
            kept.append(n)
    return kept if len(kept) <= most else _spread(looks, kept, most)


def _grey(picture: Array) -> Array:
    return picture @ np.array([0.299, 0.587, 0.114], np.float32)


def _look(grey: Array) -> tuple[Array, float, float]:
    grid = grey.reshape(_CELLS, _CELL, _CELLS, _CELL).mean(axis=(1, 3)).ravel()
    edges = grey[:-2, 1:-1] + grey[2:, 1:-1] + grey[1:-1, :-2] + grey[1:-1, 2:]
    laplacian = edges - 4 * grey[1:-1, 1:-1]
    exposed = ((grey > _DARK) & (grey < _BRIGHT)).mean()
    return grid, float(laplacian.var()), float(exposed)


def _clear(looks: Looks) -> list[int]:
    """Give those that are neither blank nor blurred; the one with most detail if there is none."""
    detail = looks.grids.std(axis=1)
    seen = detail >= _BLANK
    if not seen.any():
        return [int(detail.argmax())]
    sharper = float(np.percentile(looks.sharp[seen], 75))
    clear = seen & (looks.sharp >= min(_BLURRED, _SOFTER * sharper))
    return np.flatnonzero(clear).tolist()


def _shots(looks: Looks, clear: Sequence[int]) -> list[list[int]]:
    """Cut where a picture is unlike the first of its shot: a pan is cut too, after a while."""
    shots: list[list[int]] = []
    for n in clear:
        if shots and _apart(looks, n, shots[-1][0]) < _ALIKE:
            shots[-1].append(n)
        else:
            shots.append([n])
    return shots


def _best(looks: Looks, shot: Sequence[int]) -> int:
    """Give the most central of the best pictures of a shot.

    So that another encoding of the same video gives the same picture.
    """
    quality = looks.quality[shot]
    good = np.flatnonzero(quality >= _AS_GOOD * quality.max())
    middle = (len(shot) - 1) / 2
    return shot[int(good[np.abs(good - middle).argmin()])]


def _spread(looks: Looks, kept: Sequence[int], most: int) -> list[int]:
    """Keep those nearest to the middles of `most` stretches of the time that was looked at."""
    first, last = looks.seconds[[0, -1]]
    middles = first + (np.arange(most) + 0.5) * (last - first) / most
    nearest = np.abs(looks.seconds[kept] - middles[:, None]).argmin(axis=1)
    return [kept[n] for n in sorted(set(nearest.tolist()))]


def _apart(looks: Looks, one: int, other: int) -> float:
    return float(np.abs(looks.grids[one] - looks.grids[other]).mean())
