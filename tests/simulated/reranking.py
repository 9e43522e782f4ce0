"""What the shelf's re-ranking costs and gives: the same lists before and after it.

The order is that of the ranking by itself, and then that of Top picks: by diversity (MMR), kinds
and languages as they are liked, a floor for the long tail, and one card to find out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mediadesk.api import Array
from mediadesk.engine.engine import Engine
from mediadesk.engine.evaluating.themed import around
from mediadesk.engine.trials import cases, feedback, figures
from mediadesk.engine.trials.cases import Case
from mediadesk.engine.trials.dataset import Dataset
from mediadesk.engine.trials.figures import Scales
from mediadesk.engine.trials.intervals import Figure, coverage, means
from mediadesk.engine.trials.reading import read
from mediadesk.recommend.calibration import shares
from mediadesk.recommend.profile import opinions, states
from mediadesk.recommend.recommender import Recommender
from mediadesk.recommend.standing import Standing
from mediadesk.settings import Places

CARDS = 12
"""Those of a shelf of the panel; what is tried stands on the last three."""
LENGTHS = (figures.TOP, CARDS)
_SMOOTH = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Lists:
    """One person's list as it was ranked and as it would be shown: numbers of items."""

    case: Case
    ranked: Array
    shown: Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """A figure of the lists as ranked and as shown, and by how much that is greater."""

    ranked: Figure
    shown: Figure
    change: Figure | None


def of_folder(folder: Path, data_dir: Path, *, known: int = 20) -> dict[str, Price]:
    """Give the prices on a folder of evaluation data, by what is installed in `data_dir`."""
    engine = Engine(Places.find(data_dir))
    try:
        return prices(engine, read(folder), known=known)
    finally:
        engine.close()


def prices(engine: Engine, data: Dataset, *, known: int, seed: int = 0) -> dict[str, Price]:
    """Re-rank for the people of the household protocol of whom so many events are known.

    Gives the figures of lists of ten and of a whole shelf: NDCG, ILD, long-tail share, coverage,
    how far the tags are from those that are liked, in nats, and how far kinds and languages are
    from those that are liked, as total variation: the share of the list that had to be another.
    """
    asked = cases.household(data, most=known, seed=seed)
    with engine.trials._library(data) as made:
        lists = list(_lists(made.recommender, data, asked))
        content = around(made.content)
    popular = np.bincount(data.item, minlength=len(data.items))
    scales = Scales(vectors=content, is_tail=figures.tail(popular))
    found = {}
    for length in LENGTHS:
        sides = {
            side: [getattr(own, side)[:length] for own in lists] for side in ("ranked", "shown")
        }
        rows = {
            side: [worth(data, own.case, top, scales) for own, top in zip(lists, tops, strict=True)]
            for side, tops in sides.items()
        }
        for name in rows["ranked"][0]:
            before, after = (np.array([row[name] for row in rows[side]]) for side in sides)
            columns = np.stack([before, after, after - before], axis=1)
            ranked, shown, change = means(columns, seed=seed)
            found[f"{name}@{length}"] = Price(ranked=ranked, shown=shown, change=change)
        ranked, shown = (coverage(tops, len(data.items)) for tops in sides.values())
        found[f"coverage@{length}"] = Price(ranked=ranked, shown=shown, change=None)
    return found


def worth(data: Dataset, case: Case, top: Array, scales: Scales) -> dict[str, float]:
    """Measure one list of any length; see `figures.of_list`."""
    hits = np.isin(top, case.relevant)
    discounts = 1 / np.log2(np.arange(2, len(top) + 2))
    alike = scales.vectors[top] @ scales.vectors[top].T
    pairs = len(top) * (len(top) - 1)
    assert scales.is_tail is not None
    return {
        "ndcg": float(discounts[hits].sum() / discounts[: len(case.relevant)].sum()),
        "ild": float(1 - (alike.sum() - np.trace(alike)) / pairs),
        "long tail": float(scales.is_tail[top].mean()),
        "away from liked tags": _divergence(data, case, top),
        "away from kinds": _away([item.kind for item in data.items], data, case, top),
        "away from languages": _away(data.languages, data, case, top),
    }


class _Told:
    """Stands for the history of a library: what the person of a case did, and nobody else."""

    def __init__(self) -> None:
        self.known = Standing()

    def states(self, *_: object) -> Standing:
        return self.known

    def that(self, *_: object) -> AbstractContextManager[None]:
        return nullcontext()


def _lists(recommender: Recommender, data: Dataset, asked: Sequence[Case]) -> Iterator[Lists]:
    """Rank everything and have the panel made, for people of whom nothing but a case is known."""
    place = {item.id: n for n, item in enumerate(data.items)}
    told = recommender._history = _Told()
    recommender._candidates._most = len(data.items)  # all of them, as in the protocol
    for case in asked:
        rows = feedback.events(data, case.known, feedback.scale(data.value))
        told.known, now = Standing(states(rows)), feedback.moment(data, case.known)
        among = [data.items[n].id for n in case.candidates]
        # Else what the protocol leaves out of both would stand in the panel.
        recommender._allowed = lambda *_, may=frozenset([*among, *told.known]): may
        held = opinions(told.known)
        values = recommender.ranked("", among=among, held=held, now=now).values
        order = np.argsort(-values, kind="stable")
        (picks,) = (
            shelf.items
            for shelf in recommender.panel("", limit=CARDS, now=now).shelves
            if shelf.id == "picks"
        )
        yield Lists(
            case=case,
            ranked=case.candidates[order[:CARDS]],
            shown=np.array([place[pick.item] for pick in picks]),
        )


def _divergence(data: Dataset, case: Case, top: Array) -> float:
    """Give Kullback and Leibler's divergence of the list's tags from those of what was liked.

    Steck, "Calibrated Recommendations" (RecSys 2018), eqs. 2 to 6; nan where nothing was liked.
    """
    is_liked = feedback.liked(data.value[case.known], feedback.scale(data.value))
    wanted = _tags(data, data.item[case.known[is_liked]])
    if not wanted:
        return float("nan")
    own = _tags(data, top)
    return sum(
        share * np.log(share / ((1 - _SMOOTH) * own.get(tag, 0.0) + _SMOOTH * share))
        for tag, share in wanted.items()
    )


def _away(values: Sequence[str], data: Dataset, case: Case, top: Array) -> float:
    """Give the total variation, 0..1, of the list's values from those of what was liked."""
    is_liked = feedback.liked(data.value[case.known], feedback.scale(data.value))
    if not is_liked.any():
        return float("nan")
    own, wanted = (
        shares((values[n], 1.0) for n in items) for items in (top, data.item[case.known[is_liked]])
    )
    return sum(abs(own.get(n, 0.0) - wanted.get(n, 0.0)) for n in own.keys() | wanted.keys()) / 2


def _tags(data: Dataset, items: Sequence[int] | Array) -> Mapping[str, float]:
    """Give tag → its share, each item that has any counting as much."""
    found: Counter[str] = Counter()
    tagged = [data.items[n].genres for n in items if data.items[n].genres]
    for tags in tagged:
        for tag in tags:
            found[tag] += 1 / (len(tags) * len(tagged))
    return found


def table(found: Mapping[str, Price]) -> str:
    """Write a line for each figure."""
    lines = [f"{'':26} as ranked               as shown                change"]
    for name, price in found.items():
        columns = (price.ranked, price.shown, price.change)
        lines.append(f"{name:26} " + " ".join(f"{_written(each):23}" for each in columns))
    return "\n".join(line.rstrip() for line in lines)


def _written(figure: Figure | None) -> str:
    if figure is None or figure.value is None:
        return "–"
    return f"{figure.value:.3f} ({figure.low:.3f} to {figure.high:.3f})"
