"""The ranker: judges each block alone and adds up what they say."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from mediadesk.api import Array, Cause, ModelSpec, RankRequest, Run, Scores
from mediadesk_taste.block import Verdict, judge

_MOST_OPINIONS = 200


class Taste:
    """Scores by late fusion: the sum over blocks, so that every share of a score is exact.

    A block that a candidate lacks adds 0, which is the mean: it neither lifts nor sinks it.
    """

    name = "taste"
    model = ModelSpec(task="rank", name="taste", file=Path(__file__).with_name("taste.onnx"))

    def rank(self, request: RankRequest, run: Run) -> Scores:
        """Score every candidate; without opinions all scores are 0."""
        recent = np.arange(len(request.history))[-_MOST_OPINIONS:]
        values = np.array([request.history[n].value for n in recent], dtype=np.float32)
        verdicts: dict[str, Verdict] = {}
        for name, block in sorted(request.blocks.items()) if np.abs(values).sum() > 0 else ():
            kept = type(block)(candidates=block.candidates, history=block.history[recent])
            verdict = judge(kept, values, run)
            if verdict is not None:
                verdicts[name] = Verdict(verdict.shares, recent[verdict.opinions])
        return _scores(request, verdicts)


def _scores(request: RankRequest, verdicts: dict[str, Verdict]) -> Scores:
    """Name for each candidate what spoke most for it, and the rest block by block."""
    if not verdicts:
        return Scores(values=np.zeros(len(request.candidates)))
    names = list(verdicts)
    every = np.concatenate([verdicts[name].shares for name in names], axis=1)
    every *= _certainty(request, names)[:, None]
    blocks = np.concatenate([np.full(len(v.opinions), n) for n, v in enumerate(verdicts.values())])
    seeds = np.concatenate([verdict.opinions for verdict in verdicts.values()])
    is_liked = np.array([opinion.value > 0 for opinion in request.history])[seeds]
    first = np.where(is_liked if is_liked.any() else True, every, -np.inf).argmax(axis=1)
    strongest = np.take_along_axis(every, first[:, None], axis=1)
    rest = np.stack([every[:, blocks == n].sum(axis=1) for n in range(len(names))], axis=1)
    rest[np.arange(len(rest)), blocks[first]] -= strongest[:, 0]
    shares = np.concatenate([strongest, rest], axis=1)
    columns = np.broadcast_to(np.arange(len(names)), rest.shape)
    return Scores(
        values=shares.sum(axis=1, dtype=np.float64),
        causes=tuple(Cause(block=name) for name in names),
        shares=shares,
        cause=np.concatenate([blocks[first][:, None], columns], axis=1),
        seed=np.concatenate([seeds[first][:, None], np.full(rest.shape, -1)], axis=1),
    )


def _certainty(request: RankRequest, judged: Sequence[str]) -> Array:
    """Give what a candidate's sum over blocks is to be multiplied with.

    √(blocks judged) / (blocks it has): agreement between blocks counts, but merely having more of
    them does not, and where the history is silent about some the score is believed less. A film
    that sounds like a liked song is a weaker guess than another such song.
    """
    has = {name: block.candidates.any(axis=1) for name, block in request.blocks.items()}
    known = np.sum([has[name] for name in judged], axis=0)
    certainty: Array = np.sqrt(known) / np.maximum(np.sum(list(has.values()), axis=0), 1)
    return certainty.astype(np.float32)
