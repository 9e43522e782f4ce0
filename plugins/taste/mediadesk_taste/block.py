"""What one modality says about the candidates."""

from dataclasses import dataclass

import numpy as np

from mediadesk.api import Array, Block, Run

_PRIOR = 1.0  # precision of the head's weights against that of the opinions
_BEST = 3
_MOST = 4.0  # standard deviations: a rare thing that few candidates share would drown all else


@dataclass(frozen=True, slots=True)
class Verdict:
    """How much each opinion speaks for each candidate in one block.

    `shares` is [n, k], in standard deviations over the candidates, 0 in rows that lack the block.
    `opinions` are the k positions in the history that the columns stand for.
    """

    shares: Array
    opinions: Array


def judge(block: Block, values: Array, run: Run) -> Verdict | None:
    """Score the candidates of one block; None where it has nothing to say.

    Three signals, each additive over the opinions: a Bayesian linear head in its dual form (Bishop,
    "Pattern Recognition and Machine Learning", 6.1), the mean similarity to what was liked, and
    that to the most alike of what was liked.

    Args:
        block: vectors of the candidates and of the history.
        values: the opinions on the history, float32 [m].
        run: the graph of `build_model.py`.
    """
    known = np.asarray(block.candidates.any(axis=1))
    opinions = np.flatnonzero(block.history.any(axis=1))
    if known.sum() < 2 or len(opinions) == 0:
        return None
    values = values[opinions]
    centre = block.candidates[known].mean(axis=0).astype(np.float32)
    rows = np.ascontiguousarray(block.history[opinions], dtype=np.float32)
    alike = _gram(rows, centre)
    liked = np.maximum(values, 0)
    best = min(_BEST, max(int((liked > 0).sum()), 1))
    answer = run(
        {
            "candidates": np.ascontiguousarray(block.candidates, dtype=np.float32),
            "history": rows,
            "centre": centre,
            "head": np.linalg.solve(alike + _PRIOR * np.eye(len(rows)), values).astype(np.float32),
            "mean": (values / max(float(np.abs(values).sum()), 1e-6)).astype(np.float32),
            "liked": (liked / max(liked.sum(), 1e-6)).astype(np.float32),
            "best": np.array([best], dtype=np.int64),
        }
    )
    combined = _combine(answer["shares"][:, known], positives=int((liked > 0).sum()))
    shares = np.zeros((len(known), len(rows)), np.float32)
    shares[known] = combined * _trust(alike, answer["similar"][known], liked)
    return Verdict(shares, opinions)


def _gram(rows: Array, centre: Array) -> Array:
    moved = rows - centre
    moved /= np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-6)
    gram: Array = moved @ moved.T
    return gram


def _combine(signals: Array, *, positives: int) -> Array:
    """Weigh the signals [s, n, k] by how many likes there are: few say little about directions."""
    growth = np.log1p(positives)
    weights = (0.2 * growth, 0.4 / (1 + growth), 0.4)
    combined = np.zeros(signals.shape[1:], np.float32)
    for weight, signal in zip(weights, signals, strict=True):
        spread = signal.sum(axis=1).std()
        if spread > 1e-6:
            combined += weight * (signal - signal.mean(axis=0)) / spread
    total = np.abs(combined.sum(axis=1, keepdims=True))
    bounded: Array = combined * np.minimum(1, _MOST / np.maximum(total, 1e-6))
    return bounded


def _trust(alike: Array, similar: Array, liked: Array) -> float:
    """How much the block deserves: do liked items find each other in it, better than by chance?

    With a single like nothing is known: 1.
    """
    chosen = np.flatnonzero(liked > 0)
    if len(chosen) < 2:
        return 1.0
    among = alike[np.ix_(chosen, chosen)] - 3 * np.eye(len(chosen))
    spread = np.maximum(similar[:, chosen].std(axis=0), 1e-6)
    found = ((among.max(axis=1) - similar[:, chosen].mean(axis=0)) / spread).mean()
    chance = np.sqrt(2 * np.log(len(chosen) - 1)) if len(chosen) > 2 else 0.0
    return float(np.clip(0.5 + (found - chance) / 2, 0.5, 2.0))
