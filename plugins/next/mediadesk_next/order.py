"""The next episode of a series, the next track of an album; and never the middle of a new one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from mediadesk.api import AUDIO, Array, Cause, Facts, Kind, Traits
from mediadesk_next.signal import Signal, Sparse, approval, joined

_AUDIO = [n for n, kind in enumerate(Kind) if kind in AUDIO]
_PACE = np.array([{Kind.SONG: 0.25, Kind.PODCAST: 14.0}.get(kind, 30.0) for kind in Kind])
"""Days after which half of the wish to go on is gone, by kind."""
_NEXT = 3.0
_EARLY = np.array([0.0 if kind in {Kind.SONG, Kind.PODCAST} else 2.0 for kind in Kind])
"""How bad it is to begin in the middle, by kind."""
_WORK, _SEASON = 10**9, 10**4


@dataclass(frozen=True, slots=True)
class _Parts:
    """Parts of works: where each stands in the order of everything, and its row."""

    place: Array
    row: Array

    @property
    def work(self) -> Array:
        return self.place // _WORK

    def only(self, kept: Array) -> _Parts:
        return _Parts(self.place[kept], self.row[kept])


def order(past: Cause, facts: Facts, values: Array, days: Array) -> tuple[Signal, Signal]:
    """Say how soon each candidate follows what was had last of its series or album.

    The second signal is of those that come before it: neither next nor too early.

    Args:
        past: what to call the second.
        facts: of candidates and history.
        values: the opinions float [m], the latest last.
        days: how old they are.
    """
    asked, had = _parts(facts.candidates), _parts(facts.history)
    kind = facts.candidates.kind[asked.row]
    wish = _NEXT * approval(values)

    def judge(had: _Parts) -> Array:
        last = _last(asked, had)
        row = np.append(had.row, -1)[last]
        pull = np.append(wish, 0)[row] * 0.5 ** (np.append(days, 0)[row] / _PACE[kind])
        since = np.where(last >= 0, np.append(had.place, 0)[last], asked.work * _WORK)
        nearness = 0.5 ** _between(asked.place, had.place, since)
        told = nearness * pull - _EARLY[kind] * (1 - nearness)
        return np.where(asked.place > since, told, 0)

    told = np.zeros(len(facts.candidates.kind))
    told[asked.row] = judge(had)
    moved = []
    for left_out in _crucial(had):
        without, out = judge(had.only(~left_out)), had.only(left_out)
        at = _last(asked, out)
        after = np.flatnonzero(at >= 0)
        row = asked.row[after]
        lost = told[row] - without[after]
        moved.append(Sparse(row=row, opinion=out.row[at[after]], value=lost))
    due = joined(moved)
    is_past = np.zeros(len(told), bool)
    is_past[asked.row] = asked.place <= np.append(had.place, -1)[_last(asked, had)]
    gone, ahead = (due.only(kept) for kept in (is_past[due.row], ~is_past[due.row]))
    behind = gone.sums(len(told))
    return (
        Signal(cause=Cause(block="order"), values=told - behind, due=ahead),
        Signal(cause=past, values=behind, due=gone),
    )


def _last(asked: _Parts, had: _Parts) -> Array:
    """Give which of `had` is the last one of the same work, -1 for none."""
    works = np.unique(had.work)
    if not len(works):
        return np.full(len(asked.row), -1)
    last = np.zeros(len(works), np.int64)
    last[works.searchsorted(had.work)] = np.arange(len(had.row))
    at = np.minimum(works.searchsorted(asked.work), len(works) - 1)
    found: Array = np.where(works[at] == asked.work, last[at], -1)
    return found


def _between(place: Array, had: Array, since: Array) -> Array:
    """Count what lies between where one stopped and each: what is there, or by its number."""
    waiting, known = np.sort(place), np.sort(had)
    here = waiting.searchsorted(place) - waiting.searchsorted(since, side="right")
    start = np.maximum(place - place % _SEASON, since)
    had_since = known.searchsorted(place) - known.searchsorted(start, side="right")
    between: Array = np.maximum(np.maximum(here, place - start - 1 - had_since), 0)
    return between


def _crucial(had: _Parts) -> Iterator[Array]:
    """Give masks of what to leave out, one of a work at a time; without the others all is equal."""
    last = had.place[_last(had, had)]
    counts = np.flatnonzero(had.place >= last)
    counts = counts[np.argsort(had.work[counts], kind="stable")]
    work = had.work[counts]
    turn = np.arange(len(work)) - work.searchsorted(work)
    for n in range(int(turn.max(initial=-1)) + 1):
        left_out = np.zeros(len(had.row), bool)
        left_out[counts[turn == n]] = True
        yield left_out


def _parts(traits: Traits) -> _Parts:
    """Find what is part of a series, or of an album of sound, and has a number there."""
    in_series = (traits.series >= 0) & ~np.isnan(traits.episode)
    in_album = np.isin(traits.kind, _AUDIO) & (traits.album >= 0) & ~np.isnan(traits.track)
    row = np.flatnonzero(in_series | in_album)
    work, part, number = (
        np.where(in_series, of_series, of_album)[row]
        for of_series, of_album in (
            (2 * traits.series, 2 * traits.album + 1),
            (traits.season, traits.disc),
            (traits.episode, traits.track),
        )
    )
    # float32 can't hold them all as one number.
    part = np.nan_to_num(part, nan=1).astype(np.int64)
    place = work.astype(np.int64) * _WORK + part * _SEASON + number.astype(np.int64)
    return _Parts(place, row)
