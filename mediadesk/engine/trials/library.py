"""A library made of a data set for one trial, ranked by what ranks the panel."""

from __future__ import annotations  # Array is a name for type checkers only

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from mediadesk.api import Array, Event, Opinion
from mediadesk.engine.trials.feedback import moment
from mediadesk.engine.trials.filling import fill
from mediadesk.recommend.index import Index
from mediadesk.recommend.recommender import Recommender
from mediadesk.store import Store, oplog

if TYPE_CHECKING:
    from mediadesk.engine.trials.baselines import Scorer
    from mediadesk.engine.trials.cases import Case
    from mediadesk.engine.trials.dataset import Dataset
    from mediadesk.host import Registry
    from mediadesk.models import Models
    from mediadesk.recommend.ranking import Parts
    from mediadesk.recommend.space import Empty

_AT_ONCE = 20_000
_NEWCOMER = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """The library of a data set; `words` and `content` are its items' vectors [n, d].

    They are those of the text model, and those by which the library compares items: of unit
    length, or zeros where nothing is told of an item.
    """

    recommender: Recommender
    words: Array
    content: Array

    def scorer(self, data: Dataset, held: Callable[[Case], Sequence[Opinion]]) -> Scorer:
        """Give what scores a case as the panel would; `held` gives the opinions to go by.

        All ask as the same newcomer, so that the crowd is the same for all: each person's own
        row is in it, as in published figures, and nothing that was kept back.
        """

        def score(case: Case) -> Array:
            return self.recommender.ranked(
                _NEWCOMER,
                among=[data.items[n].id for n in case.candidates],
                held=held(case),
                now=moment(data, case.known),
            ).values

        return score


@contextmanager
def library(
    data: Dataset,
    registry: Registry,
    models: Models,
    *,
    parts: Callable[[], Parts],
    empty: Empty,
    crowd: Sequence[Event] = (),
) -> Iterator[Library]:
    """Make the library of a data set, and delete it at the end.

    Args:
        data: the data set.
        registry: the plugins.
        models: what they run.
        parts: gives the rankers.
        empty: makes the arrays that those get.
        crowd: what all people did as far as it is known.

    Raises:
        UserError: if the plugin that reads words is switched off.
    """
    with TemporaryDirectory(prefix="mediadesk-trial-") as folder:
        store = Store(Path(folder) / "library.db")
        try:
            words, content = fill(store, data, registry, models)
            for start in range(0, len(crowd), _AT_ONCE):
                some = crowd[start : start + _AT_ONCE]
                store.write(partial(oplog.add_events, events=some))
            index = Index(store, Path(folder) / "index")
            recommender = Recommender(store, index, parts, guard=registry.guard, empty=empty)
            yield Library(recommender=recommender, words=words, content=content)
        finally:
            store.close()
