"""What can be tried: protocols on a data set, ranked by what is installed and by what others do."""

from __future__ import annotations  # Array is a name for type checkers only

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from mediadesk.api import Array, Event
from mediadesk.engine.evaluating.themed import around
from mediadesk.engine.trials import baselines, cases, feedback, figures
from mediadesk.engine.trials.cases import Case
from mediadesk.engine.trials.dataset import Dataset
from mediadesk.engine.trials.exposure import exposure
from mediadesk.engine.trials.figures import Scales
from mediadesk.engine.trials.intervals import Figure
from mediadesk.engine.trials.library import Library, library
from mediadesk.engine.trials.reading import read
from mediadesk.engine.trials.trial import Measured, differences, measure

if TYPE_CHECKING:
    from mediadesk.host import Registry
    from mediadesk.models import Models
    from mediadesk.recommend.ranking import Parts
    from mediadesk.recommend.space import Empty

Protocol = Literal["crowd", "household"]
KS = (5, 20, 50)
SEED = 0
_OURS = "mediadesk"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a trial gave: figures of MediaDesk and of others, and how much better it is than each.

    Figures of a household bear how many events were known: `ndcg@10@k=20`. `exposure` is what
    stands in the lists: kind or language → which one → its share.
    """

    protocol: Protocol
    users: int
    metrics: Mapping[str, Figure]
    baselines: Mapping[str, Mapping[str, Figure]]
    differences: Mapping[str, Mapping[str, Figure]]
    exposure: Mapping[str, Mapping[str, float]]


class Trials:
    """Tries the rankers that are installed; it leaves the library alone."""

    def __init__(
        self, registry: Registry, models: Models, *, parts: Callable[[], Parts], empty: Empty
    ) -> None:
        """Try what `parts` gives, with arrays that `empty` makes."""
        self._registry = registry
        self._models = models
        self._parts = parts
        self._empty = empty

    def dataset(
        self, folder: Path, *, protocol: Protocol, ks: Sequence[int] = KS, seed: int = SEED
    ) -> Outcome:
        """Try a folder of evaluation data by a protocol.

        Args:
            folder: see `reading`.
            protocol: “crowd” ranks what was kept back of each person by what all others did, too;
                “household” by nothing but a few events of that person.
            ks: how many, for the household.
            seed: of all chance.

        Raises:
            UserError: if the data can't be understood, or nobody in it did enough.
        """
        data = read(folder)
        return self._crowd(data, seed) if protocol == "crowd" else self._household(data, ks, seed)

    def _crowd(self, data: Dataset, seed: int) -> Outcome:
        asked = cases.crowd(data, seed=seed)
        known = np.concatenate([case.known for case in asked])
        scale = feedback.scale(data.value)
        with self._library(data, feedback.events(data, known, scale)) as made:
            scorers = {
                _OURS: made.scorer(data, lambda case: feedback.opinions(data, case.known, scale)),
                **_others(data, asked, made, seed),
                "item-knn": baselines.item_knn(data, asked),
                "ease": baselines.ease(data, asked),
            }
            scales = _scales(data, known, made)
            found = {
                name: measure(asked, scorer, scales, pairs=False, seed=seed)
                for name, scorer in scorers.items()
            }
        return _outcome("crowd", data, len(asked), {"": found}, seed)

    def _household(self, data: Dataset, ks: Sequence[int], seed: int) -> Outcome:
        asked = {f"@k={k}": cases.household(data, most=k, seed=seed) for k in ks}
        scale = feedback.scale(data.value)
        with self._library(data) as made:
            ours = made.scorer(data, lambda case: feedback.opinions(data, case.known, scale))
            scales = _scales(data, np.arange(len(data.item)), made)
            found = {
                known: {
                    name: measure(own, scorer, scales, pairs=True, seed=seed)
                    for name, scorer in {_OURS: ours, **_others(data, own, made, seed)}.items()
                }
                for known, own in asked.items()
            }
        people = max(map(len, asked.values()))
        return _outcome("household", data, people, found, seed)

    def _library(
        self, data: Dataset, crowd: Sequence[Event] = ()
    ) -> AbstractContextManager[Library]:
        return library(
            data, self._registry, self._models, parts=self._parts, empty=self._empty, crowd=crowd
        )


def _others(
    data: Dataset, asked: Sequence[Case], made: Library, seed: int
) -> dict[str, baselines.Scorer]:
    """Give the baselines that need no crowd, by name."""
    return {
        "random": baselines.random(data, seed=seed),
        "popularity": baselines.popularity(data, asked),
        "jellyfin-localrecs": baselines.tf_idf(data),
        "streamystats": baselines.recent_embeddings(data, made.words),
    }


def _scales(data: Dataset, events: Array, made: Library) -> Scales:
    popular = np.bincount(data.item[events], minlength=len(data.items))
    return Scales(is_tail=figures.tail(popular), vectors=around(made.content))


def _outcome(
    protocol: Protocol,
    data: Dataset,
    people: int,
    found: Mapping[str, Mapping[str, Measured]],
    seed: int,
) -> Outcome:
    """Join what was found; `found` is a suffix of figures → scorer → what it is worth."""
    figured: dict[str, dict[str, Figure]] = defaultdict(dict)
    better: dict[str, dict[str, Figure]] = defaultdict(dict)
    for suffix, measured in found.items():
        for name, own in measured.items():
            figured[name] |= {f"{each}{suffix}": figure for each, figure in own.figures.items()}
            if name != _OURS:
                less = differences(measured[_OURS], own, seed=seed)
                better[name] |= {f"{each}{suffix}": figure for each, figure in less.items()}
    ours = figured.pop(_OURS)
    last = list(found.values())[-1]
    return Outcome(
        protocol=protocol,
        users=people,
        metrics=ours,
        baselines=figured,
        differences=better,
        exposure=exposure(data, last[_OURS].lists),
    )
