"""What the graph of signals computes, one candidate and one signal at a time."""

from collections.abc import Sequence

import numpy as np

from mediadesk.api import Array
from mediadesk_next.signal import Signal


def dues(signal: Signal, row: int) -> dict[int, float]:
    """Give opinion → what is due to it at a candidate."""
    own = signal.due.only(signal.due.row == row)
    return dict(zip(own.opinion.tolist(), own.value.tolist(), strict=True))


def named(signals: Sequence[Signal], row: int) -> list[int]:
    """Give whom each signal names at a candidate: who moves it most, unless one before did.

    Of two that move it as much, up goes before down, and the older before the later.
    """
    seeds: list[int] = []
    for signal in signals:
        moved = [(abs(due), due, -seed) for seed, due in dues(signal, row).items() if due]
        most = -max(moved)[2] if moved else -1
        seeds.append(-1 if most in seeds else most)
    return seeds


def shares(signals: Sequence[Signal], row: int) -> tuple[list[float], list[int]]:
    """Give the shares of a candidate, for each signal the named and the rest, and their seeds."""
    seeds = named(signals, row)
    found: list[float] = []
    for signal in signals:
        held = [dues(signal, row).get(seed, 0.0) for seed in seeds]
        found += [*held, float(signal.values[row]) - sum(held)]
    return found, [*seeds, -1] * len(signals)


def spread(signals: Sequence[Signal]) -> tuple[Array, float]:
    """Give the sum of the signals, and the standard deviation of it."""
    total = np.array([signal.values for signal in signals]).sum(axis=0)
    return total, float(total.std())
