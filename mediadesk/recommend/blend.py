"""One score from several rankers: their scores brought to one scale, weighed and added."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from mediadesk.api import Array, Reason, Score


@dataclass(frozen=True, kw_only=True)  # no slots: of a cached property
class Ranked:
    """Candidates with their blended scores.

    `values` is float64 [n]; `shares` has each ranker's part of them, which add up to it;
    `reasons` has each ranker's reasons by candidate, `scale` by how much a ranker's own numbers
    were multiplied.
    """

    items: tuple[str, ...]
    values: Array
    shares: Mapping[str, Array]
    reasons: Mapping[str, Sequence[tuple[Reason, ...]]]
    scale: Mapping[str, float]

    @cached_property
    def places(self) -> dict[str, int]:
        """Candidate → its position."""
        return {item: n for n, item in enumerate(self.items)}

    def shares_of(self, item: str) -> dict[str, float]:
        """Give ranker → its part of a candidate's score."""
        at = self.places[item]
        return {name: float(share[at]) for name, share in self.shares.items()}

    def causes(self, item: str) -> list[tuple[str, Reason]]:
        """Give (ranker, reason) of a candidate, the reasons' shares adding up to its score."""
        at = self.places[item]
        return [
            (name, replace(reason, share=reason.share * self.scale[name]))
            for name, own in self.reasons.items()
            for reason in own[at]
        ]

    def seed(self, item: str) -> str:
        """Give the history item that speaks most for a candidate, "" for none."""
        at = self.places[item]
        named = [
            (reason.share * self.scale[name], reason.seed)
            for name, own in self.reasons.items()
            for reason in own[at]
            if reason.seed
        ]
        share, seed = max(named, default=(0.0, ""))
        return seed if share > 0 else ""

    def order(self) -> list[int]:
        """Give the positions of the candidates, best first; equals stay as they came."""
        return [int(n) for n in np.argsort(-self.values, kind="stable")]

    def rank(self, item: str) -> int:
        """Give the place of a candidate, from 1."""
        return [self.items[n] for n in self.order()].index(item) + 1


def blend(
    items: Sequence[str],
    scores: Mapping[str, Sequence[Score]],
    weights: Mapping[str, float] | None = None,
) -> Ranked:
    """Add up the rankers' scores, each divided by its spread over the candidates.

    Args:
        items: the candidates.
        scores: ranker → its scores, in the order of the candidates.
        weights: ranker → how much it counts, 1 where none is given.
    """
    weighed = weights or {}
    shares: dict[str, Array] = {}
    scale: dict[str, float] = {}
    for name, own in scores.items():
        values = np.array([score.value for score in own], dtype=np.float64)
        spread = float(values.std()) if len(values) else 0.0
        scale[name] = weighed.get(name, 1.0) / spread if spread > 1e-9 else 0.0
        # Without a common shift: 0 stays what a ranker knows nothing about.
        shares[name] = values * scale[name]
    return Ranked(
        items=tuple(items),
        values=sum(shares.values(), start=np.zeros(len(items))),
        shares=shares,
        reasons={name: [score.reasons for score in own] for name, own in scores.items()},
        scale=scale,
    )
