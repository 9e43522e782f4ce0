"""Tells the shots of a video apart by a few of its pictures, and chooses the best of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from mediadesk.api import Array

_CELLS = 16  # pictures are compared as 16 × 16 means
_BLANK, _ALIKE = 6.0, 10.0  # grey levels of 255
_PAGE, _WORDS = 0.5, 0.15  # of what is mostly black or white, so much of the contrast instead
_DARK, _BRIGHT = 16, 240
_BLURRED = 10.0  # variance of the Laplacian: of 580 sharp pictures the least had 15 …
_SOFTER = 0.25  # … and nothing is blurred where the sharper ones of a video are not much sharper
_AS_GOOD = 0.8
_MIXED = 0.25  # of its contrast: what of a fade or dissolve the pictures around it don't explain
_EDGE = 3  # pixels beside a black bar that are neither
_LEAST = 64  # pixels that bars leave at least


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
    """Look at n pictures, each uint8 [224, 224, 3], of which none counts what is always black."""
    inside = _lit(pixels, 0), _lit(pixels, 1)
    made = [_look(_grey(picture[inside])) for picture in pixels]
    grids, sharp, exposed = zip(*made, strict=True)
    return Looks(np.array(seconds), np.stack(grids), np.array(sharp), np.array(exposed))


def chosen(looks: Looks, most: int) -> list[int]:
    """Choose at most so many pictures, one of each shot, in order; at least one.

    None is blank, blurred or caught while one shot turns into another, unless all are, and none
    like another. Of more shots than that there is one from each of `most` stretches.
    """
    clear = _clear(looks)
    kept: list[int] = []
    for n in (_best(looks, shot) for shot in _shots(looks, _unmixed(looks, clear) or clear)):
        if not any(_alike(looks, n, other) for other in kept):
            kept.append(n)
    return kept if len(kept) <= most else _spread(looks, kept, most)


def _grey(picture: Array) -> Array:
    return picture @ np.array([0.299, 0.587, 0.114], np.float32)


def _lit(pixels: Sequence[Array], axis: int) -> slice:
    """Give the rows, or columns, between those that are black in all pictures: bars."""
    light = np.max([picture.mean(axis=(1 - axis, 2)) for picture in pixels], axis=0)
    lit = np.flatnonzero(light >= _DARK)
    if len(lit) in {0, len(light)}:
        return slice(None)
    first = lit[0] + _EDGE if lit[0] else 0
    last = lit[-1] + 1 - (_EDGE if lit[-1] + 1 < len(light) else 0)
    return slice(first, last) if last - first >= _LEAST else slice(None)


def _look(grey: Array) -> tuple[Array, float, float]:
    grid = _means(_means(grey, 0), 1).ravel()
    edges = grey[:-2, 1:-1] + grey[2:, 1:-1] + grey[1:-1, :-2] + grey[1:-1, 2:]
    laplacian = edges - 4 * grey[1:-1, 1:-1]
    exposed = ((grey > _DARK) & (grey < _BRIGHT)).mean()
    return grid, float(laplacian.var()), float(exposed)


def _means(grey: Array, axis: int) -> Array:
    """Give the means of 16 nearly equal parts along an axis."""
    cuts = np.arange(_CELLS + 1) * grey.shape[axis] // _CELLS
    widths = np.diff(cuts) if axis else np.diff(cuts)[:, None]
    means: Array = np.add.reduceat(grey, cuts[:-1], axis=axis) / widths
    return means


def _clear(looks: Looks) -> list[int]:
    """Give those that are neither blank nor blurred; the one with most detail if there is none."""
    detail = looks.grids.std(axis=1)
    seen = detail >= _BLANK
    if not seen.any():
        return [int(detail.argmax())]
    sharper = float(np.percentile(looks.sharp[seen], 75))
    clear = seen & (looks.sharp >= min(_BLURRED, _SOFTER * sharper))
    return np.flatnonzero(clear).tolist()


def _unmixed(looks: Looks, clear: Sequence[int]) -> list[int]:
    """Leave out fades and dissolves: mixtures of those before and after, or of one and a blank."""
    kept: list[int] = []
    before: Array | None = None
    for n, grid in enumerate(looks.grids):
        after = looks.grids[n + 1] if n + 1 < len(looks.grids) else None
        blanks = [np.zeros_like(grid), np.full_like(grid, 255)]
        around = [each for each in (before, after, *blanks) if each is not None]
        if not any(_is_mix(grid, *pair) for pair in combinations(around, 2)):
            before = grid
            if n in clear:
                kept.append(n)
    return kept


def _is_mix(grid: Array, one: Array, other: Array) -> bool:
    """Tell whether a picture is of neither of two others, but of both."""
    way = other - one
    share = float((grid - one) @ way / max(float(way @ way), 1.0))
    left = np.abs(grid - one - share * way).mean()
    between = min(share, 1 - share) * np.abs(way).mean() >= _ALIKE
    return bool(between and left <= _MIXED * grid.std())


def _shots(looks: Looks, clear: Sequence[int]) -> list[list[int]]:
    """Cut where a picture is unlike the first of its shot: a pan is cut too, after a while."""
    shots: list[list[int]] = []
    for n in clear:
        if shots and _alike(looks, n, shots[-1][0]):
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


def _alike(looks: Looks, one: int, other: int) -> bool:
    """Tell whether two are of one shot; on a blank page a few words make the difference."""
    grids, exposed = looks.grids[[one, other]], looks.exposed[[one, other]]
    apart = np.abs(grids[0] - grids[1]).mean()
    contrast = grids.std(axis=1).max()
    return bool(apart < (_ALIKE if exposed.max() > _PAGE else min(_ALIKE, _WORDS * contrast)))
