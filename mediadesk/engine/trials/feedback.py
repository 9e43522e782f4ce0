"""What a row of a data set stands for: an event, as if the person had done it here."""

from __future__ import annotations  # Array is a name for type checkers only

from collections.abc import Sequence

import numpy as np

from mediadesk.api import Array, Event, EventKind, Opinion
from mediadesk.engine.trials.dataset import Dataset
from mediadesk.recommend import profile

_SCALES = (1.0, 5.0, 10.0, 100.0)
_LIKED = 0.8  # of the scale: four stars of five
_LEAST_STARS = 0.1
_EPOCH, _YEAR = 1970, 31_556_952.0  # seconds


def scale(values: Array) -> float | None:
    """Give the best value that there is; None where the values are counts, or all the same.

    Values of which the least is the most frequent count something, unless they are 0 or 1, as no
    one rates so.
    """
    distinct, counts = np.unique(values, return_counts=True)
    most = float(distinct[-1])
    if len(distinct) == 1 or (most > 1 and counts[0] > counts[1:].max()):
        return None
    return next((top for top in _SCALES if most <= top), most)


def liked(values: Array, top: float | None) -> Array:
    """Tell which values say that a person liked it: what was counted at all, or 4 stars of 5."""
    is_liked: Array = values > 0 if top is None else values >= _LIKED * top
    return is_liked


def opinions(data: Dataset, events: Array, top: float | None) -> tuple[Opinion, ...]:
    """Give the opinions that the library would hold after these events of one person.

    Args:
        data: the data set.
        events: numbers of events.
        top: the best value of the scale; None makes each count a like.
    """
    made = [_event(data, int(n), top) for n in events]
    return profile.opinions(profile.states(made))


def events(data: Dataset, rows: Array, top: float | None) -> Sequence[Event]:
    """Give the events of these rows, of any persons."""
    return [_event(data, int(n), top) for n in rows]


def moment(data: Dataset, events: Array) -> float:
    """Give the time of the last of these events in unix seconds, in which rankers are asked.

    Where times are unknown, or can't be meant as such since most of these items are newer, it is
    the end of the newest item's year.
    """
    last = float(data.at[events].max(initial=0.0))
    years = [data.items[n].year for n in data.item[events].tolist()]
    usual = np.median([year for year in years if year] or [_EPOCH])
    if last > max(0.0, (usual - _EPOCH) * _YEAR):
        return last
    newest = max((item.year for item in data.items if item.year), default=_EPOCH)
    return float(newest + 1 - _EPOCH) * _YEAR


def _event(data: Dataset, n: int, top: float | None) -> Event:
    if top is not None and top > 1:
        kind, value = EventKind.RATED, max(float(data.value[n]) / top, _LEAST_STARS)
    else:
        kind = EventKind.LIKE if liked(data.value[n : n + 1], top).all() else EventKind.LESS
        value = 0.0
    return Event(
        id=str(n),
        profile=data.users[data.user[n]],
        item=data.items[data.item[n]].id,
        kind=kind,
        at=float(data.at[n]),
        value=value,
    )
