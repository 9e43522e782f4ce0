"""How good one ranking is: what came later, against what stands at the top."""

from __future__ import annotations  # Array is a name for type checkers only

from dataclasses import dataclass

import numpy as np

from mediadesk.api import Array
from mediadesk.engine.trials.cases import Case

TOP = 10
_HEAD = 0.2
"""The share of items that are the most popular; all others are the long tail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scales:
    """What lists are measured with: vectors of the n items' content, and which are the long tail.

    `vectors` are float [n, d] of unit length or zeros; `is_tail` is bool [n], or None where nobody
    knows what is popular.
    """

    vectors: Array
    is_tail: Array | None = None


def tail(popular: Array) -> Array:
    """Tell which items are not of the most popular fifth; `popular` counts who touched each."""
    order = np.argsort(-popular, kind="stable")
    is_tail = np.ones(len(popular), bool)
    is_tail[order[: int(np.ceil(_HEAD * len(popular)))]] = False
    return is_tail


def best(case: Case, scores: Array) -> Array:
    """Give the items with the ten greatest scores, best first; equals in the order of the case."""
    return case.candidates[np.argsort(-scores, kind="stable")[:TOP]]


def of_list(case: Case, top: Array, scales: Scales) -> dict[str, float]:
    """Measure the best items: precision, recall, MRR, NDCG (binary), hits, long tail, diversity.

    `ild` is the mean distance of content (1 − cosine) over all pairs of the list.
    """
    hits = np.isin(top, case.relevant)
    discounts = 1 / np.log2(np.arange(2, TOP + 2))
    ideal = discounts[: len(case.relevant)].sum()
    rows = scales.vectors[top]
    alike = rows @ rows.T
    pairs = len(top) * (len(top) - 1)
    return {
        f"ndcg@{TOP}": float(discounts[: len(top)][hits].sum() / ideal),
        f"recall@{TOP}": float(hits.sum() / len(case.relevant)),
        f"precision@{TOP}": float(hits.sum() / TOP),
        f"mrr@{TOP}": float(1 / (1 + hits.argmax())) if hits.any() else 0.0,
        f"hit@{TOP}": float(hits.any()),
        "ild": float(1 - (alike.sum() - np.trace(alike)) / pairs) if pairs else np.nan,
        **({} if scales.is_tail is None else {"long_tail": float(scales.is_tail[top].mean())}),
    }


def of_chance(count: int) -> dict[str, float]:
    """Give what an order of chance is worth on average where one of `count` items is relevant."""
    places = np.arange(1, min(TOP, count) + 1)
    hit = len(places) / count
    return {
        f"ndcg@{TOP}": float((1 / np.log2(places + 1)).sum() / count),
        f"recall@{TOP}": hit,
        f"precision@{TOP}": hit / TOP,
        f"mrr@{TOP}": float((1 / places).sum() / count),
        f"hit@{TOP}": hit,
    }


def of_pairs(case: Case, scores: Array) -> dict[str, float]:
    """Measure how often what was liked goes before what was not; a draw counts half.

    `auc_liked`: before what was judged otherwise; `auc_matched`: before items as popular that were
    never touched. What has none of these to be compared with is nan.
    """
    at = np.full(int(max(case.candidates.max(), case.relevant.max())) + 1, np.nan)
    at[case.candidates] = scores
    own = at[case.relevant]
    there = case.rivals >= 0
    rivals = np.where(there, at[np.where(there, case.rivals, 0)], np.nan)
    return {
        "auc_liked": _won(own[:, None], at[case.disliked][None, :]),
        "auc_matched": _won(own[:, None], rivals),
    }


def _won(own: Array, others: Array) -> float:
    """Give the share of pairs that are won, each of `own` [n, 1] counting as much."""
    own, others = np.broadcast_arrays(own, others)
    known = ~np.isnan(own) & ~np.isnan(others)
    won = np.where(known, (own > others) + 0.5 * (own == others), 0.0).sum(axis=1)
    counts = known.sum(axis=1)
    shares = won[counts > 0] / counts[counts > 0]
    return float(shares.mean()) if len(shares) else np.nan
