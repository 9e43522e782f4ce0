"""What one signal says of the candidates, and what of that is due to which opinion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mediadesk.api import Array, Cause, RankRequest, Scores

DAY = 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """Values float [n], in standard deviations of a good ranker, for a cause.

    `due` float [n, m] is by how much each would be less without each opinion. The rows need not add
    up to the values: where one opinion is missing another may stand in for it.
    """

    cause: Cause
    values: Array
    due: Array


def saturated(cause: Cause, parts: Array) -> Signal:
    """Add up what each opinion says, parts [n, m], to less than 1: each more says less."""
    total = parts.sum(axis=1)
    values = _bounded(total)
    due = values[:, None] - _bounded(total[:, None] - parts)
    return Signal(cause=cause, values=values, due=due)


def scores(signals: Sequence[Signal], *, count: int) -> Scores:
    """Add up signals on `count` candidates; name the opinion that each is due to most.

    Most of them say nothing of most candidates. The spread as the confidence keeps their scale: a
    few outstanding values must not become larger because they are few.
    """
    signals = [signal for signal in signals if signal.values.any() or signal.due.any()]
    if not signals:
        return Scores(values=np.zeros(count), confidence=0.0)
    values: Array = sum((signal.values for signal in signals), start=np.zeros(count))
    named = _named(signals)
    shares, cause, seed = [], [], []
    for n, signal in enumerate(signals):
        held = np.where(named >= 0, np.take_along_axis(signal.due, named, axis=1), 0)
        rest = signal.values - held.sum(axis=1)
        shares += [held, rest[:, None]]
        cause += [n] * (named.shape[1] + 1)
        seed += [named, np.full((count, 1), -1)]
    split = np.concatenate(shares, axis=1)
    return Scores(
        values=values,
        confidence=min(1.0, float(values.std())),
        causes=tuple(signal.cause for signal in signals),
        shares=split,
        cause=np.broadcast_to(cause, split.shape),
        seed=np.concatenate(seed, axis=1),
    )


def opinions(request: RankRequest) -> tuple[Array, Array]:
    """Give the opinions of the history, -1..1, and how many days old they are."""
    values = np.array([opinion.value for opinion in request.history], dtype=np.float64)
    at = np.array([opinion.at for opinion in request.history], dtype=np.float64)
    return values, np.maximum(request.now - at, 0) / DAY


def approval(values: Array) -> Array:
    """Give -1..1 for opinions: what was played to its end is as good as liked."""
    approved: Array = np.clip(2 * values, -1, 1)
    return approved


def _named(signals: Sequence[Signal]) -> Array:
    """Give int [n, k]: for each signal the opinion that moves it most, once; -1 for none."""
    count, held = signals[0].due.shape
    if not held:
        return np.zeros((count, 0), np.int64)
    columns: list[Array] = []
    for signal in signals:
        moved = np.abs(signal.due)
        most = moved.argmax(axis=1)
        is_moved = moved[np.arange(count), most] > 0
        for other in columns:
            is_moved &= most != other
        columns.append(np.where(is_moved, most, -1))
    return np.stack(columns, axis=1)


def _bounded(total: Array) -> Array:
    bounded: Array = total / (1 + np.abs(total))
    return bounded
