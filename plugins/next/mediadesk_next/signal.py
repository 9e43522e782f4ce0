"""What one signal says of the candidates, and what of that is due to which opinion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mediadesk.api import Array, Cause, ModelSpec, RankRequest, Run, Scores

DAY = 86_400.0
MODEL = ModelSpec(task="rank", name="next", file=Path(__file__).with_name("next.onnx"))
"""Adds up signals."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sparse:
    """A matrix [n, m] of candidates and opinions by what is not 0: few opinions move a candidate.

    `value` float [k] is what the opinion `opinion` int [k] says of the candidate `row` int [k]; no
    pair is there twice.
    """

    row: Array
    opinion: Array
    value: Array

    def only(self, kept: Array) -> Sparse:
        """Give those that a mask [k] keeps."""
        return Sparse(row=self.row[kept], opinion=self.opinion[kept], value=self.value[kept])

    def sums(self, count: int) -> Array:
        """Give the sums [n] of the rows, `count` of them."""
        return np.bincount(self.row, weights=self.value, minlength=count)


NOBODY = Sparse(row=np.zeros(0, int), opinion=np.zeros(0, int), value=np.zeros(0))
"""No opinion says anything."""


def joined(parts: Sequence[Sparse]) -> Sparse:
    """Give the pairs of all parts, one after the other."""
    every = [NOBODY, *parts]
    return Sparse(
        row=np.concatenate([each.row for each in every]),
        opinion=np.concatenate([each.opinion for each in every]),
        value=np.concatenate([each.value for each in every]),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """Values float [n], in standard deviations of a good ranker, for a cause.

    `due` is by how much each would be less without each opinion. It need not add up to the values:
    where one opinion is missing another may stand in for it.
    """

    cause: Cause
    values: Array
    due: Sparse


def scores(signals: Sequence[Signal], run: Run, *, count: int, without: Sequence[int]) -> Scores:
    """Add up signals on `count` candidates; name the opinion that each is due to most.

    What is due to an opinion is what is missing `without` it.

    Most of them say nothing of most candidates. The spread as the confidence keeps their scale: a
    few outstanding values must not become larger because they are few.
    """
    signals = [signal for signal in signals if signal.values.any() or signal.due.value.any()]
    if not signals:
        return nothing(count, without)
    due, movers = _beside([signal.due for signal in signals], count)
    values = np.stack([signal.values for signal in signals], dtype=np.float64)
    told = run({"values": values, "due": due})
    cause = np.repeat(np.arange(len(signals)), len(signals) + 1)
    return Scores(
        values=told["total"],
        confidence=float(told["confidence"]),
        causes=tuple(signal.cause for signal in signals),
        shares=told["shares"],
        cause=np.broadcast_to(cause, told["shares"].shape),
        seed=np.take_along_axis(movers, told["seed"], axis=1),
        without=told["total"] - _lost(joined([signal.due for signal in signals]), without, count),
    )


def nothing(count: int, without: Sequence[int]) -> Scores:
    """Give the scores of who knows nothing of `count` candidates, with opinions or `without`."""
    return Scores(values=np.zeros(count), confidence=0.0, without=np.zeros((len(without), count)))


def _lost(due: Sparse, without: Sequence[int], count: int) -> Array:
    """Give what is due to each of some opinions, float64 [k, n]."""
    lost = [due.only(due.opinion == place).sums(count) for place in without]
    return np.reshape(lost, (len(lost), count))


def _beside(dues: Sequence[Sparse], count: int) -> tuple[Array, Array]:
    """Lay what moves a candidate side by side, the older before the later.

    Returns:
        what is due to them, float64 [s, n, w], and which opinions they are, int64 [n, w]: -1 where
        there are fewer, as everywhere in the last column.
    """
    moving = [due.only(due.value != 0) for due in dues]
    every = joined(moving)
    many = int(every.opinion.max(initial=0)) + 1
    pairs, where = np.unique(every.row * many + every.opinion, return_inverse=True)
    row = pairs // many
    column = np.arange(len(pairs)) - row.searchsorted(row)
    wide = int(column.max(initial=-1)) + 2
    movers = np.full((count, wide), -1)
    movers[row, column] = pairs % many
    laid = np.zeros((len(dues), count, wide))
    of = np.repeat(np.arange(len(moving)), [len(due.row) for due in moving])
    laid[of, row[where], column[where]] = every.value
    return laid, movers


def opinions(request: RankRequest) -> tuple[Array, Array]:
    """Give the opinions of the history, -1..1, and how many days old they are."""
    values = np.array([opinion.value for opinion in request.history], dtype=np.float64)
    at = np.array([opinion.at for opinion in request.history], dtype=np.float64)
    return values, np.maximum(request.now - at, 0) / DAY


def approval(values: Array) -> Array:
    """Give -1..1 for opinions: what was played to its end is as good as liked."""
    approved: Array = np.clip(2 * values, -1, 1)
    return approved
