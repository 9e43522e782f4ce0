"""What a person asked for more or less of, as one more share of every score."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mediadesk.api import SURE, Cause, Scores
from mediadesk.recommend import sentences
from mediadesk.store import leanings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mediadesk.store import Database

LEANING = "leaning"
"""Its name among the rankers."""


def leaning(db: Database, profile: str, among: Sequence[str]) -> Scores | None:
    """Score items by what has a name that a person wants more or less of, None where nothing has.

    A weight of 1 is as much as one standard deviation of a ranker: the spread as the confidence
    keeps that scale, however many items have the name.
    """
    wanted = leanings.of(db, profile)
    having = leanings.named(db, among, wanted, sure=SURE)
    names = [name for name, items in having.items() if items]
    if not names:
        return None
    shares = np.array([[wanted[name] * (item in having[name]) for name in names] for item in among])
    values = shares.sum(axis=1)
    said = {name: sentences.MORE if wanted[name] > 0 else sentences.LESS for name in names}
    return Scores(
        values=values,
        confidence=min(1.0, float(values.std())),
        causes=tuple(Cause(text=said[name].format(name=name)) for name in names),
        shares=shares,
        cause=np.broadcast_to(np.arange(len(names)), shares.shape),
    )
