"""Whom a person has listened to lately, and whom in the last days."""

import numpy as np

from mediadesk.api import Array, Cause, Facts, Kind
from mediadesk_next.signal import Signal, Sparse

_MUSIC = [n for n, kind in enumerate(Kind) if kind in {Kind.SONG, Kind.MUSIC_VIDEO, Kind.CONCERT}]
_LAST = 20  # opinions: of today they make 0.95, more would make hardly any more


def by_the_same(cause: Cause, facts: Facts, told: Array) -> Signal:
    """Add up what the last opinions on music by the artist of each candidate say, to less than 1.

    Each more says less; nothing is said of what is no music.

    Args:
        cause: what to call it.
        facts: of candidates and history, the latest last.
        told: what each opinion says float [m].
    """
    asked, heard = facts.candidates, facts.history
    songs = np.flatnonzero(np.isin(asked.kind, _MUSIC) & (asked.artist >= 0))
    by_artist = np.argsort(heard.artist, kind="stable")
    artists = heard.artist[by_artist]
    begins, ends = (artists.searchsorted(asked.artist[songs], side) for side in ("left", "right"))
    counts = np.minimum(ends - begins, _LAST + 1)
    since = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    opinion = by_artist[np.repeat(ends, counts) - 1 - since]
    every = Sparse(row=np.repeat(songs, counts), opinion=opinion, value=told[opinion])
    last, before = every.only(since < _LAST), every.only(since == _LAST)
    total, instead = (each.sums(len(asked.kind)) for each in (last, before))
    values = _bounded(total)
    without = total[last.row] - last.value + instead[last.row]
    due = Sparse(row=last.row, opinion=last.opinion, value=values[last.row] - _bounded(without))
    return Signal(cause=cause, values=values, due=due)


def _bounded(total: Array) -> Array:
    bounded: Array = total / (1 + np.abs(total))
    return bounded
