"""What opinions weigh: each alone, and all together in a Bayesian linear head."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mediadesk.api import Array
from mediadesk_taste.view import View

_PRIOR = 100.0  # variance of the opinions against that of the head's weights
_FEW = 20  # opinions
_BEST = 0.2  # how much the three most alike count against all


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinions:
    """The weights of m opinions in b views, as the graph takes them.

    `pull` [b, m] multiplies how alike a candidate is to each, `regain` [b, m] is what the others'
    pull is to be multiplied with once an item is removed. `head` [m] are the dual weights of the
    head, and `head_lost` [m, m] in row j what they lose when item j is removed. `liked` [m] are the
    weights of those that are liked. All are float32.
    """

    pull: Array
    regain: Array
    head: Array
    head_lost: Array
    liked: Array


def weigh(values: Array, views: Sequence[View]) -> Opinions:
    """Weigh the opinions `values`, float [m] of -1..1, of which there is at least one.

    A sum over k opinions is divided by √k: without any taste it then varies as one opinion does,
    and with one it grows. So views in which the liked are alike count more by themselves.
    """
    seen = np.stack([view.seen for view in views]).astype(np.float64)
    interest = np.array([[view.interest] for view in views])
    count = seen.sum(axis=1, keepdims=True)
    left = count - seen
    head, head_lost = _head(values.astype(np.float64), views)
    return Opinions(
        pull=seen * (values + interest) / np.sqrt(count),
        regain=np.sqrt(count / np.maximum(left, 1)),
        head=head,
        head_lost=head_lost,
        liked=_BEST / np.sqrt(3) * np.maximum(values, 0),
    )


def _head(values: Array, views: Sequence[View]) -> tuple[Array, Array]:
    """Give the dual weights of a Bayesian linear regression over all views at once.

    It learns what tells the liked from the others, so the mean opinion is taken off first. Source:
    Bishop, "Pattern Recognition and Machine Learning", 2006, 6.1; without one row: Rasmussen &
    Williams, "Gaussian Processes for Machine Learning", 2006, 5.4.2.
    """
    many = len(values)
    among = sum((view.among for view in views), np.zeros((many, many)))
    inverse = np.linalg.inv(among / _PRIOR + np.eye(many))
    of_values, of_ones = inverse @ values, inverse.sum(axis=1)
    mean_left = (values.sum() - values) / max(many - 1, 1)
    removed = (of_values - mean_left * of_ones) / np.diag(inverse)
    left = of_values - mean_left[:, None] * of_ones - removed[:, None] * inverse
    head = _growth(many) * (of_values - values.mean() * of_ones)
    return head, head - _growth(many - 1) * left


def _growth(count: int) -> float:
    """How much the head counts: a few opinions say little about directions."""
    return float(np.log1p(count / _FEW) / np.sqrt(max(count, 1)))
