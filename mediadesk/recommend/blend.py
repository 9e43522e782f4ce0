"""One score from several rankers: their scores brought to one scale, weighed and added."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from mediadesk.api import Array, Opinion, Scores

_NOTHING = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a candidate's score: who gave it, and due to what.

    `block` is a modality, `text` the ranker's own words, `seed` an item of the history and
    `opinion` what is held of that.
    """

    ranker: str
    share: float
    block: str = ""
    text: str = ""
    seed: str | None = None
    opinion: float = 0.0


@dataclass(frozen=True, kw_only=True)  # no slots: of a cached property
class Ranked:
    """Candidates with their blended scores.

    `values` is float64 [n]; `shares` has each ranker's part of them, which add up to it; `scores`
    is what each ranker said, `scale` by how much its numbers were multiplied.
    """

    items: tuple[str, ...]
    history: Sequence[Opinion]
    values: Array
    shares: Mapping[str, Array]
    scores: Mapping[str, Scores]
    scale: Mapping[str, float]

    @cached_property
    def places(self) -> dict[str, int]:
        """Candidate → its position."""
        return {item: n for n, item in enumerate(self.items)}

    def shares_of(self, item: str) -> dict[str, float]:
        """Give ranker → its part of a candidate's score."""
        at = self.places[item]
        return {name: float(share[at]) for name, share in self.shares.items()}

    def parts(self, item: str) -> list[Part]:
        """Give what a candidate's score is made of, as far as its rankers told.

        All that a ranker puts down to one seed is one part, of the block that has most of it.
        """
        at = self.places[item]
        told = [
            part
            for name, scores in self.scores.items()
            for part in _parts(name, scores, at, self.scale[name], self.history)
        ]
        return [part for part in _joined(told) if abs(part.share) > _NOTHING]

    def seed(self, item: str) -> str:
        """Give the history item that speaks most for a candidate, "" for none."""
        at = self.places[item]
        sums: dict[tuple[str, int, str], float] = {}  # as `parts` joins them, for hundreds of items
        for name, scores in self.scores.items():
            if scores.shares is None or scores.cause is None or scores.seed is None:
                continue
            columns = (own[at].tolist() for own in (scores.seed, scores.cause, scores.shares))
            for place, cause, share in zip(*columns, strict=True):
                if place >= 0:
                    key = name, place, scores.causes[cause].text
                    sums[key] = sums.get(key, 0.0) + share * self.scale[name]
        named = [(share, self.history[place].item) for (_, place, _), share in sums.items()]
        share, seed = max(named, default=(0.0, ""))
        return seed if share > _NOTHING else ""

    def order(self) -> list[int]:
        """Give the positions of the candidates, best first; equals stay as they came."""
        return [int(n) for n in np.argsort(-self.values, kind="stable")]

    def rank(self, item: str) -> int:
        """Give the place of a candidate, from 1."""
        return [self.items[n] for n in self.order()].index(item) + 1


def blend(
    items: Sequence[str],
    scores: Mapping[str, Scores],
    weights: Mapping[str, float] | None = None,
    *,
    history: Sequence[Opinion] = (),
    scale: Mapping[str, float] | None = None,
) -> Ranked:
    """Add up the rankers' scores, each divided by its spread over the candidates.

    Args:
        items: the candidates.
        scores: ranker → its scores, in the order of the candidates.
        weights: ranker → how much it counts, 1 where none is given.
        history: the opinions that the scores' seeds mean.
        scale: that of another blend, to compare with it, instead of weights and spreads.
    """
    weighed = weights or {}
    shares: dict[str, Array] = {}
    scales: dict[str, float] = {}
    for name, own in scores.items():
        values = _values(own)
        scales[name] = weighed.get(name, 1.0) * _unit(own) if scale is None else scale.get(name, 0)
        # Without a common shift: 0 stays what a ranker knows nothing about.
        shares[name] = values * scales[name]
    return Ranked(
        items=tuple(items),
        history=history,
        values=sum(shares.values(), start=np.zeros(len(items))),
        shares=shares,
        scores=scores,
        scale=scales,
    )


def _values(scores: Scores) -> Array:
    """Give a ranker's values as its shares add up, which may differ by what float32 leaves."""
    if scores.shares is None:
        return np.asarray(scores.values, dtype=np.float64)
    total: Array = np.asarray(scores.shares).sum(axis=1, dtype=np.float64)
    return total


def _unit(scores: Scores) -> float:
    """Give what brings a ranker's scores to the common scale."""
    spread = float(np.std(scores.values, dtype=np.float64)) if len(scores.values) else 0.0
    return float(scores.confidence) / spread if spread > _NOTHING else 0.0


def _joined(parts: Sequence[Part]) -> Iterator[Part]:
    of_seed: dict[tuple[str, str, str], list[Part]] = {}
    for part in parts:
        if part.seed is None:
            yield part
        else:
            of_seed.setdefault((part.ranker, part.seed, part.text), []).append(part)
    for own in of_seed.values():
        most = max(own, key=lambda part: part.share)
        yield replace(most, share=sum(part.share for part in own))


def _parts(
    ranker: str, scores: Scores, at: int, scale: float, history: Sequence[Opinion]
) -> Iterator[Part]:
    if scores.shares is None or scores.cause is None:
        cause = scores.causes[0] if scores.causes else None
        yield Part(
            ranker=ranker,
            share=float(scores.values[at]) * scale,
            block=cause.block if cause else "",
            text=cause.text if cause else "",
        )
        return
    for column, share in enumerate(scores.shares[at].tolist()):
        cause = scores.causes[int(scores.cause[at, column])]
        seed = -1 if scores.seed is None else int(scores.seed[at, column])
        yield Part(
            ranker=ranker,
            share=share * scale,
            block=cause.block,
            text=cause.text,
            seed=history[seed].item if seed >= 0 else None,
            opinion=history[seed].value if seed >= 0 else 0.0,
        )
