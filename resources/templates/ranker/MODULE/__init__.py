"""Lifts what is unlike the items of the last days, so that the panel stays varied."""

import numpy as np
from mediadesk.api import Cause, Context, Ranker, RankRequest, Run, Scores, hookimpl


class Variety:
    """Scores how unlike the most similar of the latest items a candidate is, beside the others."""

    name = "NAME"
    model = None  # or ModelSpec(task="rank", name="NAME", file=…): `run` then runs it

    def __init__(self, block: str, latest: int, sentence: str) -> None:
        self._block, self._latest, self._sentence = block, latest, sentence

    def rank(self, request: RankRequest, run: Run) -> Scores:
        """Score every candidate; 0 for those of which this block knows nothing."""
        block = request.blocks.get(self._block)
        if block is None or not request.history:
            return Scores(values=np.zeros(len(request.candidates)))
        by_time = np.argsort([opinion.at for opinion in request.history], kind="stable")
        alike = block.candidates @ block.history[by_time[-self._latest :]].T
        unlike = 1 - alike.max(axis=1)
        known = block.candidates.any(axis=1)
        usual = unlike[known].mean() if known.any() else 0  # 0 is where it has nothing to say
        values = np.where(known, unlike - usual, 0)
        return Scores(values=values, causes=(Cause(text=self._sentence),))


@hookimpl
def rankers(context: Context) -> list[Ranker]:
    """Hand over what this plugin has."""
    sentence = context.text("Unlike what you had lately")
    return [Variety(context.settings["block"], context.settings["latest"], sentence)]
