"""What can be tried: protocols on a data set, ranked by what is installed and by what others do."""

from __future__ import annotations  # Array is a name for type checkers only

from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from mediadesk.api import Array, Event
from mediadesk.engine.evaluating.themed import around
from mediadesk.engine.messages import Outcome
from mediadesk.engine.trials import baselines, cases, feedback, figures
from mediadesk.engine.trials.cases import Case
from mediadesk.engine.trials.course import course
from mediadesk.engine.trials.dataset import Dataset
from mediadesk.engine.trials.figures import Scales
from mediadesk.engine.trials.library import Library, library
from mediadesk.engine.trials.outcome import OURS, outcome
from mediadesk.engine.trials.reading import read
from mediadesk.engine.trials.replay import replay
from mediadesk.engine.trials.trial import measure
from mediadesk.recommend.profile import TELLING
from mediadesk.store import Database, oplog
from mediadesk.store import library as items
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

    def mine(
        self,
        who: str,
        *,
        allowed: frozenset[str] | None,
        seed: int = SEED,
        on_progress: Callable[[int, int], None] = lambda *_: None,
    ) -> Outcome:
        """Replay a person's own history: of all that was open, what was liked next is to be found.

        What other profiles did counts as it is today, for all moments; what the person asked for
        more or less of does not, for that was said later.

        Args:
            who: the profile whose history it is.
            allowed: the items that it may see, None for all.
            seed: of all chance.
            on_progress: told before each moment how many are done, of how many.

        Raises:
            UserError: if the history is too short.
        """
        db = self._access.store.read()
        every = {listed.item.id: listed.item for listed in items.all_items(db)}
        kept = items.kept(db, list(every))
        told = replay(
            [
                item
                for name, item in every.items()
                if name in kept and (allowed is None or name in allowed)
            ],
            list(oplog.events(db, profile=who)),
            who=who,
            seed=seed,
        )
        data = told.data
        ids = [item.id for item in data.items]
        words, content = (self._vectors(name, ids) for name in ("text", FEATURE))

        done = count()

        def ours(case: Case) -> Array:
            """Score as the panel would have done then."""
            on_progress(next(done), len(told.cases))
            item = int(case.relevant[0])
            return self._recommender.ranked(
                who,
                among=[ids[n] for n in case.candidates],
                held=told.held[item],
                but=told.new[item],
                now=float(data.at[case.known].max()),
                leanings=False,
            ).values

        by_chance = baselines.random(data, seed=seed, anew=True)
        scorers = {OURS: ours, **_others(data, words, seed), "random": by_chance}
        scales = Scales(is_tail=_little_known(db, who, ids), vectors=around(content))
        found = {
            name: measure(
                told.cases, scorer, scales, pairs=False, seed=seed, by_chance=scorer is by_chance
            )
            for name, scorer in scorers.items()
        }
        moments = course(data, told.cases, found)
        return outcome("mine", data, {"": told.cases}, {"": found}, seed=seed, moments=moments)

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
        return outcome("crowd", data, {"": asked}, {"": found}, seed=seed)

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
        return outcome("household", data, asked, found, seed=seed)

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


def _little_known(db: Database, who: str, ids: Sequence[str]) -> Array | None:
    """Tell which items are the long tail by what others in the household did, None without them."""
    others = defaultdict(set)
    for event in oplog.events(db, kinds=TELLING):
        if event.profile != who:
            others[event.item].add(event.profile)
    popular = np.array([len(others[item]) for item in ids])
    return figures.tail(popular) | (popular == 0) if popular.any() else None


def _scales(data: Dataset, events: Array, content: Array) -> Scales:
    popular = np.bincount(data.item[events], minlength=len(data.items))
    return Scales(is_tail=figures.tail(popular), vectors=around(content))
