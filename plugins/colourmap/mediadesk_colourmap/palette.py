"""What many pixels come to: a few colours with their shares, and a vector to compare them by."""

import numpy as np

from mediadesk.api import Array, unit
from mediadesk_colourmap.oklab import to_light

_COLOURS = 6
_ROUNDS = 15
_SAME = 0.06  # nearer than this, nobody would call them two colours
_LEAST_SHARE = 0.01
_STEP = 0.1  # between the colours that stand for all others
_GAMUT = 0.02


def dominant(lab: Array) -> tuple[Array, Array]:
    """Give the main colours [k, 3] of pixels [n, 3], at most 6, and their shares [k], most first.

    Lloyd's k-means, begun as in Arthur and Vassilvitskii 2007 ("k-means++"): the same pixels give
    the same colours.
    """
    centres = _begin(lab)
    for _ in range(_ROUNDS):
        nearest = _squares(lab, centres).argmin(axis=1)
        sizes = np.bincount(nearest, minlength=len(centres))
        sums = np.stack([np.bincount(nearest, lab[:, n], len(centres)) for n in range(3)], axis=1)
        centres = np.divide(sums, sizes[:, None], out=centres, where=sizes[:, None] > 0)
    centres, shares = _merged(centres[sizes > 0], sizes[sizes > 0] / len(lab))
    order = [n for n in np.argsort(-shares, kind="stable") if shares[n] >= _LEAST_SHARE]
    return centres[order], shares[order]


def vector(lab: Array) -> Array:
    """Give the unit vector of pixels [n, 3]: how much of each of the colours of a lattice.

    A pixel belongs to several of them, the more the nearer it is, so that a little more light
    changes little. The roots make the product of two vectors their Bhattacharyya coefficient.
    """
    near = np.exp(-_squares(lab, _LATTICE) / (2 * (_STEP / 2) ** 2))
    shares = (near / near.sum(axis=1, keepdims=True)).mean(axis=0)
    return unit(np.sqrt(shares))


def _begin(lab: Array) -> Array:
    random = np.random.default_rng(0)
    chosen = [lab[len(lab) // 2]]
    for _ in range(_COLOURS - 1):
        far = _squares(lab, np.stack(chosen)).min(axis=1)
        if far.max() < _SAME**2:
            break
        chosen.append(lab[random.choice(len(lab), p=far / far.sum())])
    return np.stack(chosen)


def _merged(centres: Array, shares: Array) -> tuple[Array, Array]:
    """Make one of any two colours that are nearly the same."""
    while len(centres) > 1:
        apart = _squares(centres, centres) + np.diag(np.full(len(centres), np.inf))
        one, other = np.unravel_index(apart.argmin(), apart.shape)
        if apart[one, other] >= _SAME**2:
            break
        both = shares[one] + shares[other]
        centres[one] = (shares[one] * centres[one] + shares[other] * centres[other]) / both
        shares[one] = both
        centres, shares = np.delete(centres, other, axis=0), np.delete(shares, other)
    return centres, shares


def _squares(lab: Array, others: Array) -> Array:
    """The squared distances [n, m] of colours [n, 3] and [m, 3]."""
    squares: Array = (lab**2).sum(axis=1)[:, None] - 2 * lab @ others.T + (others**2).sum(axis=1)
    return np.maximum(squares, 0)


def _lattice() -> Array:
    """The colours of a regular lattice in OKLab that a screen can show."""
    lightness, sides = np.arange(0, 1.01, _STEP), np.arange(-0.4, 0.41, _STEP)
    points = np.stack(np.meshgrid(lightness, sides, sides, indexing="ij"), axis=-1).reshape(-1, 3)
    light = to_light(points)
    return points[((light >= -_GAMUT) & (light <= 1 + _GAMUT)).all(axis=1)]


_LATTICE = _lattice()
