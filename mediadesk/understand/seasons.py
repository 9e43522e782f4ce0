"""Finds the intro and the credits of an episode: what its neighbours in the season share with it.

The fingerprints are those of the extractor “fingerprint”: 32 bits a step, 0 where it is silent.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Sequence

import numpy as np

from mediadesk.api import Array, Feature, Json

FINGERPRINT = "fingerprint"
"""The extractor."""

_BLOCK = 64  # steps, about 6 s, that are compared as a whole
_SMOOTH = 32  # steps over which the ends of what is the same are sought
_SAME = 0.35  # agreement, -1..1; what has nothing to do with each other has .15 at most
_SHORTEST, _LONGEST = 8.0, 300.0  # seconds: what is longer is the same episode once more
_GAP = 3.0  # seconds of talk on top


def spans(own: Feature, neighbours: Sequence[Feature]) -> list[tuple[float, float, str]]:
    """Give (start, end, "intro" or "credits") in seconds, by time.

    With one neighbour its word is enough, with more of them two have to agree.
    """
    prints = own.data.get("prints")
    others = [other for each in neighbours if (other := each.data.get("prints"))]
    if not prints or not others:
        return []
    hop = float(prints["hop"])
    return [
        (round(start + first * hop, 1), round(start + last * hop, 1), label)
        for part, start, label in (
            ("head", 0.0, "intro"),
            ("tail", float(prints["tail_start"]), "credits"),
        )
        for first, last in _common(_read(prints, part), [_read(each, part) for each in others], hop)
    ]


def _read(prints: Json, part: str) -> Array:
    """Give the bits of each step as float32 [n, 32] of -1 and 1, and zeros where it is silent."""
    steps = np.frombuffer(b64decode(prints[part]), "<u4")
    bits = np.unpackbits(steps.view(np.uint8).reshape(-1, 4), axis=1)
    signs: Array = np.where(steps[:, None] > 0, bits * 2.0 - 1, 0).astype(np.float32)
    return signs


def _common(own: Array, others: Sequence[Array], hop: float) -> list[tuple[int, int]]:
    """Give the runs of steps that enough of the others have, too."""
    heard = [each for each in others if len(each) >= _BLOCK]
    if not heard or len(own) < _BLOCK:
        return []
    votes = np.sum([_shared(own, each) for each in heard], axis=0)
    runs = _runs(votes >= min(2, len(heard)), round(_GAP / hop))
    return [run for run in runs if _SHORTEST <= (run[1] - run[0]) * hop <= _LONGEST]


def _shared(own: Array, other: Array) -> Array:
    """Tell for each step of `own` [n, 32] whether it sounds in `other` [m, 32], too: bool [n]."""
    found = np.zeros(len(own), bool)
    count = len(own) // _BLOCK
    blocks = own[: count * _BLOCK].reshape(count, -1)
    places = np.lib.stride_tricks.sliding_window_view(other, _BLOCK, axis=0)
    alike = blocks @ places.transpose(0, 2, 1).reshape(len(places), -1).T / blocks.shape[1]
    best = alike.argmax(axis=1)
    sure = alike[np.arange(count), best] >= _SAME
    for shift in np.unique((best - np.arange(count) * _BLOCK)[sure]):
        found |= _along(own, other, int(shift))
    return found


def _along(own: Array, other: Array, shift: int) -> Array:
    """Tell which steps of `own` are the same as those of `other` that are `shift` steps later."""
    first, last = max(0, -shift), min(len(own), len(other) - shift)
    agreement = (own[first:last] * other[first + shift : last + shift]).mean(axis=1)
    smooth = np.convolve(agreement, np.ones(_SMOOTH) / _SMOOTH, "same")
    found = np.zeros(len(own), bool)
    # At an end half of what is averaged is the same.
    found[first:last] = smooth >= max(_SAME, float(smooth.max())) / 2
    return found


def _runs(steps: Array, gap: int) -> list[tuple[int, int]]:
    """Give the first step and the one after the last of each run in bool [n], over small gaps."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], steps.astype(np.int8), [0]])))
    joined: list[tuple[int, int]] = []
    for first, last in edges.reshape(-1, 2).tolist():
        if joined and first - joined[-1][1] <= gap:
            joined[-1] = joined[-1][0], last
        else:
            joined.append((first, last))
    return joined
