"""The ranker: what is expected of each candidate, and what the opinions say of it in each view."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from mediadesk.api import Array, Cause, ModelSpec, RankRequest, Run, Scores
from mediadesk_taste.expected import expected
from mediadesk_taste.ground import Grounds
from mediadesk_taste.opinions import weigh
from mediadesk_taste.view import View
from mediadesk_taste.views import views

_MOST_OPINIONS = 200


class Taste:
    """Scores by late fusion: a sum over views, so that every share of a score is exact.

    The liked item that speaks most for a candidate is its seed; what is due to it is by how much
    the score would be less without it.
    """

    name = "taste"
    model = ModelSpec(task="rank", name="taste", file=Path(__file__).with_name("taste.onnx"))

    def __init__(self) -> None:
        self._grounds = Grounds()

    def rank(self, request: RankRequest, run: Run) -> Scores:
        """Score every candidate; without opinions only by what is expected, with no confidence."""
        count = len(request.candidates)
        # One more than count: without a seed it does.
        first = max(len(request.history) - _MOST_OPINIONS - 1, 0)
        recent = _since(request, first) if first else request
        values = np.array([opinion.value for opinion in recent.history], dtype=np.float64)
        shown = views(recent, self._grounds) if count and len(values) else []
        general = expected(request)
        parts = np.array(list(general.values())).reshape(len(general), count)
        due, seed = np.zeros_like(parts), np.full(count, -1)
        without = np.tile(parts.sum(axis=0), (len(request.without), 1))
        if shown:
            place = np.array(request.without, np.int64) - first
            counts = place >= _has_spare(values)
            own, owed, told, left = _told(shown, values, place[counts], run)
            without[counts] += left
            without[~counts] += own.sum(axis=0)
            speaks = told >= 0
            due = np.concatenate([owed * speaks, due])
            parts = np.concatenate([own, parts])
            seed = np.where(speaks, told + first, -1)
        shares = np.concatenate([due[: len(shown)], parts - due]).T
        names = [*(view.name for view in shown), *general]
        cause = np.concatenate([np.arange(len(shown)), np.arange(len(names))])
        is_due = np.arange(len(cause)) < len(shown)
        return Scores(
            values=shares.sum(axis=1),
            confidence=1.0 if shown else 0.0,
            causes=tuple(Cause(block=name) for name in names),
            shares=shares,
            cause=np.broadcast_to(cause, shares.shape),
            seed=np.where(is_due, seed[:, None], -1),
            without=without,
        )


def _told(
    shown: Sequence[View], values: Array, left_out: Array, run: Run
) -> tuple[Array, Array, Array, Array]:
    """Give the parts [b, n] of the scores, what of them is due to the seeds, and these [n], or -1.

    Last come the sums [k, n] of the parts without each opinion `left_out`.
    """
    told = run(inputs(shown, values, left_out))
    parts, due, seed = (told[name] for name in ("parts", "due", "seed"))
    speaks = (values[seed] > 0) & (seed >= _has_spare(values))
    return parts, due, np.where(speaks, seed, -1), told["without"]


def inputs(shown: Sequence[View], values: Array, left_out: Array) -> dict[str, Array]:
    """Give what the graph takes for the views and for the opinions `values` [m].

    It also tells what they say without each of those `left_out`, places int64 [k].
    """
    opinions = weigh(values, shown)
    arrays = {
        "products": np.stack([view.alike for view in shown]),
        "weight": np.stack([view.weight for view in shown]),
        "pull": opinions.pull,
        "regain": opinions.regain,
        "head": opinions.head,
        "head_lost": opinions.head_lost,
        "liked": opinions.liked,
    }
    told = {name: array.astype(np.float32, copy=False) for name, array in arrays.items()}
    return told | {"spare": np.array([_has_spare(values)]), "left_out": left_out}


def _has_spare(values: Array) -> bool:
    """Tell whether the first opinion counts only where it takes the place of another."""
    return len(values) > _MOST_OPINIONS


def _since(request: RankRequest, first: int) -> RankRequest:
    """Give the request with the latest part of its history."""
    facts = request.facts
    latest = np.arange(first, len(request.history))
    return replace(
        request,
        history=request.history[first:],
        blocks={
            name: replace(block, history=block.history[first:])
            for name, block in request.blocks.items()
        },
        facts=facts and replace(facts, history=facts.history.rows(latest)),
    )
