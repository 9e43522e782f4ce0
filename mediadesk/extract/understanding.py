"""The lane of understanding: what is derived from all that extractors learnt about one item."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mediadesk.api import Feature, Item, UserError
from mediadesk.extract import claims
from mediadesk.extract.batch import checked, each_or_error
from mediadesk.extract.filing import file
from mediadesk.extract.tagging import held
from mediadesk.host.workers import Outcome, Work
from mediadesk.store import features, jobs, library, seasons
from mediadesk.store.jobs import Job, Task
from mediadesk.store.seasons import Seasons
from mediadesk.understand.chapters import chapters
from mediadesk.understand.fuse import fuse
from mediadesk.understand.highlights import highlights
from mediadesk.understand.kinds import kinds
from mediadesk.understand.languages import languages
from mediadesk.understand.seasons import FINGERPRINT, spans
from mediadesk.understand.summary import summary

if TYPE_CHECKING:
    from mediadesk.api import Run
    from mediadesk.store import Database, Store

_TIMEOUT_SECONDS = 60.0
_Near = Mapping[str, tuple[int, Feature]]
"""Episode → `seq` of its fingerprint, and that."""


class Understanding:
    """Derives an item's vector, key moments, summary and chapters once its extractors are done.

    The files are left alone: workers only count, and the model runs here, on all that comes back
    at once.
    """

    def __init__(
        self,
        store: Store,
        run: Run,
        task: Task,
        *,
        followers: Callable[[], Sequence[str]] = tuple,
    ) -> None:
        """Make the lane.

        Args:
            store: where jobs and features are.
            run: runs the model that fuses.
            task: what is to be done, after all extractors.
            followers: gives all tasks that read features, this one too.
        """
        self._store = store
        self._run = run
        self._task = task
        self._followers = followers

    def claim(self, limit: int, *, idle: bool) -> list[Work]:
        """Give pending jobs, else one suspect if nothing else runs."""

        def take(db: Database) -> list[Work]:
            taken = claims.take(db, [[self._task]], limit=limit, idle=idle)
            items = library.items(db, [job.item for job in taken])
            near = Seasons(db, FINGERPRINT)
            return [self._work(db, job, items[job.item], near) for job in taken]

        # In one transaction: what is claimed is not lost where this fails.
        return self._store.write(take)

    def settle(self, outcomes: Sequence[Outcome]) -> None:
        """Fuse, and save each item's feature with its job."""
        made = [each for each in outcomes if each.result is not None]
        found = each_or_error(self._fused, made) if made else []

        def save(db: Database) -> None:
            told_of: list[Item] = []
            beside: set[str] = set()
            for outcome in outcomes:
                if outcome.result is None:
                    judge = claims.broke if outcome.death is None else claims.died
                    state, problem = judge(outcome)
                    jobs.finish(db, outcome.work.key, state=state, problem=problem)
            for outcome, feature in zip(made, found, strict=True):
                if isinstance(feature, UserError):
                    jobs.finish(db, outcome.work.key, state="failed", problem=str(feature))
                    continue
                item = outcome.work.key.item
                beside |= {item, *seasons.compared(db, item, self._task.name)}
                self._save(db, item, feature)
                jobs.finish(db, outcome.work.key, state="done")
                told_of.append(outcome.work.arguments[-1])
            self._tell_seasons(db, told_of, beside)

        self._store.write(save)

    def release(self, works: Sequence[Work]) -> None:
        """Put claimed jobs back."""
        self._store.write(lambda db: jobs.release(db, [work.key for work in works]))

    def _work(self, db: Database, job: Job, item: Item, near: Seasons) -> Work:
        derived = {*self._followers(), self._task.name, features.LEARNT}
        known = held(features.of_item(db, job.item, other_languages=False))
        own = {name: feature for name, feature in known.items() if name not in derived}
        return Work(
            key=job,
            function=derive,
            arguments=(own, self._near(db, near.neighbours(item)), item),
            timeout=_TIMEOUT_SECONDS,
            alone=job.suspect,
        )

    def _near(self, db: Database, found: Mapping[str, int]) -> _Near:
        """Give the fingerprints of the episodes nearest to one in its season."""
        known = {each: features.of_item(db, each, moments=False) for each in found}
        return {
            each: (seq, known[each][FINGERPRINT])
            for each, seq in found.items()
            if FINGERPRINT in known[each]
        }

    def _tell_seasons(self, db: Database, items: Sequence[Item], beside: Iterable[str]) -> None:
        """Have episodes compared again that these are new to, and of `beside` what it is due for.

        One that runs looks here for itself when it is settled, and one that failed stays so.
        """
        own, found = self._task.name, Seasons(db, FINGERPRINT)
        near = {
            each for item in items for each in found.neighbours(item, most=2 * seasons.NEIGHBOURS)
        }
        jobs.requeue(db, found.outdated({*beside, *near}, derived=own), [own], only_done=True)

    def _fused(self, made: Sequence[Outcome]) -> list[Feature]:
        known, _, items = zip(*(each.work.arguments for each in made), strict=True)
        vectors = fuse(items, known, self._run)
        joined = [
            replace(
                each.result,
                summary=own.vector,
                data=each.result.data | ({"shares": dict(own.shares)} if own.shares else {}),
            )
            for each, own in zip(made, vectors, strict=True)
        ]
        return checked(self._task.name, joined, len(made))

    def _save(self, db: Database, item: str, feature: Feature) -> None:
        task = self._task
        features.save(db, item, task.name, feature, version=task.version, model=task.model)
        file(db, [item])
        others = [name for name in self._followers() if name != task.name]
        jobs.requeue(db, [item], others)


def derive(known: Mapping[str, Feature], near: _Near, item: Item) -> Feature:
    """In a worker: give an item's key moments, and what can be said of it in words.

    `near` are the fingerprints of episodes near to this one.
    """
    prints = [feature for _, feature in near.values()]
    found: dict[str, Any] = {
        "kind": kinds(item, known),
        "summary": summary(known),
        "languages": languages(known),
        "chapters": [[second, title] for second, title in chapters(item, known)],
        "spans": [list(each) for each in spans(known.get(FINGERPRINT, Feature()), prints)],
        seasons.COMPARED: {each: seq for each, (seq, _) in near.items()},
    }
    return Feature(
        # Their vectors and pictures are kept where they come from.
        moments=tuple(replace(each, vector=None, image=b"") for each in highlights(item, known)),
        data={name: each for name, each in found.items() if each},
    )
