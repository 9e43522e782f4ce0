"""What can be tried: protocols on a data set, ranked by what is installed and by what others do."""

from __future__ import annotations  # Array is a name for type checkers only

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from mediadesk.api import Array, Event
from mediadesk.engine.evaluating.themed import around
from mediadesk.engine.trials import baselines, cases, feedback, figures
from mediadesk.engine.trials.cases import Case
from mediadesk.engine.trials.dataset import Dataset
from mediadesk.engine.trials.figures import Scales
from mediadesk.engine.trials.library import Library, library
from mediadesk.engine.trials.outcome import OURS, Outcome, outcome
from mediadesk.engine.trials.reading import read
from mediadesk.engine.trials.replay import replay
from mediadesk.engine.trials.trial import measure
from mediadesk.store import library as items
from mediadesk.store import oplog
from mediadesk.understand import FEATURE

if TYPE_CHECKING:
    from mediadesk.engine.access import Access
    from mediadesk.host import Registry
    from mediadesk.models import Models
    from mediadesk.recommend.ranking import Parts
    from mediadesk.recommend.recommender import Recommender
    from mediadesk.recommend.space import Empty

KS = (5, 20, 50)
SEED = 0


class Trials:
    """Tries the rankers that are installed; it leaves the library alone."""

    def __init__(
        self,
        access: Access,
        recommender: Recommender,
        registry: Registry,
        models: Models,
        *,
        parts: Callable[[], Parts],
        empty: Empty,
    ) -> None:
        """Join what it needs.

        Args:
            access: the library.
            recommender: ranks it.
            registry: the plugins.
            models: what they run.
            parts: gives the rankers, for libraries that are made of data sets.
            empty: makes the arrays that those get.
        """
        self._access = access
        self._recommender = recommender
        self._registry = registry
        self._models = models
        self._parts = parts
        self._empty = empty

    def dataset(
        self,
        folder: Path,
        *,
        protocol: Literal["crowd", "household"],
        ks: Sequence[int] = KS,
        seed: int = SEED,
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

    def mine(self, profile: str | None = None, *, seed: int = SEED) -> Outcome:
        """Replay a person's own history: of all that was open, what was liked next is to be found.

        What other profiles did counts as it is today, for all moments.

        Raises:
            UserError: if there is no such profile, or its history is too short.
        """
        who, db = self._access.profile(profile), self._access.store.read()
        every = [listed.item for listed in items.all_items(db)]
        kept = items.kept(db, [item.id for item in every])
        told = replay(
            [item for item in every if item.id in kept],
            list(oplog.events(db, profile=who)),
            who=who,
            seed=seed,
        )
        data = told.data
        ids = [item.id for item in data.items]
        words, content = (self._vectors(name, ids) for name in ("text", FEATURE))

        def ours(case: Case) -> Array:
            """Score as the panel would have done then."""
            return self._recommender.ranked(
                who,
                among=[ids[n] for n in case.candidates],
                held=told.held[int(case.relevant[0])],
                now=float(data.at[case.known].max()),
            ).values

        scorers = {OURS: ours, **_others(data, words, seed)}
        scales = Scales(vectors=around(content))
        found = {
            name: measure(told.cases, scorer, scales, pairs=False, seed=seed)
            for name, scorer in scorers.items()
        }
        return outcome("mine", data, len(told.cases), {"": found}, seed)

    def _vectors(self, block: str, ids: Sequence[str]) -> Array:
        found = self._recommender.space(block, ids)
        return np.zeros((len(ids), 1), np.float32) if found is None else found[0]

    def _crowd(self, data: Dataset, seed: int) -> Outcome:
        asked = cases.crowd(data, seed=seed)
        known = np.concatenate([case.known for case in asked])
        scale = feedback.scale(data.value)
        with self._library(data, feedback.events(data, known, scale)) as made:
            scorers = {
                OURS: made.scorer(data, lambda case: feedback.opinions(data, case.known, scale)),
                **_others(data, made.words, seed),
                "popularity": baselines.popularity(data, asked),
                "item-knn": baselines.item_knn(data, asked),
                "ease": baselines.ease(data, asked),
            }
            scales = _scales(data, known, made.content)
            found = {
                name: measure(asked, scorer, scales, pairs=False, seed=seed)
                for name, scorer in scorers.items()
            }
        return outcome("crowd", data, len(asked), {"": found}, seed)

    def _household(self, data: Dataset, ks: Sequence[int], seed: int) -> Outcome:
        asked = {f"@k={k}": cases.household(data, most=k, seed=seed) for k in ks}
        scale = feedback.scale(data.value)
        with self._library(data) as made:
            ours = made.scorer(data, lambda case: feedback.opinions(data, case.known, scale))
            scales = _scales(data, np.arange(len(data.item)), made.content)
            others = _others(data, made.words, seed)
            found = {
                known: {
                    name: measure(own, scorer, scales, pairs=True, seed=seed)
                    for name, scorer in {
                        OURS: ours,
                        **others,
                        "popularity": baselines.popularity(data, own),
                    }.items()
                }
                for known, own in asked.items()
            }
        people = max(map(len, asked.values()))
        return outcome("household", data, people, found, seed)

    def _library(
        self, data: Dataset, crowd: Sequence[Event] = ()
    ) -> AbstractContextManager[Library]:
        return library(
            data, self._registry, self._models, parts=self._parts, empty=self._empty, crowd=crowd
        )


def _others(data: Dataset, words: Array, seed: int) -> dict[str, baselines.Scorer]:
    """Give the baselines that need nobody else, by name."""
    return {
        "random": baselines.random(data, seed=seed),
        "jellyfin-localrecs": baselines.tf_idf(data),
        "streamystats": baselines.recent_embeddings(data, words),
    }


def _scales(data: Dataset, events: Array, content: Array) -> Scales:
    popular = np.bincount(data.item[events], minlength=len(data.items))
    return Scales(is_tail=figures.tail(popular), vectors=around(content))
