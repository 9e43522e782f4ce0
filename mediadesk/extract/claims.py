"""What lanes share: which jobs they take up, and what becomes of those that come to nothing."""

import logging
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from mediadesk.api import Feature, Skip, UserError
from mediadesk.extract.tagging import held
from mediadesk.host.workers import Outcome
from mediadesk.paths import spelled
from mediadesk.store import Database, features, jobs, locations
from mediadesk.store.jobs import Job, Task

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Failure:
    """A job that came to nothing: the state that it gets, and what is to be said of it.

    It is pending where the file at `path` is gone, for its drive may come back.
    """

    job: Job
    path: Path
    state: str
    problem: str | None


def take(db: Database, rounds: Iterable[Sequence[Task]], *, limit: int, idle: bool) -> list[Job]:
    """Claim jobs of the first of these groups of tasks that has any pending.

    Where none has, and nothing else runs (`idle`), one suspect.
    """
    names: list[str] = []
    for tasks in rounds:
        if claimed := jobs.claim(db, tasks, limit=limit):
            return claimed
        names += [task.name for task in tasks]
    suspect = jobs.claim_suspect(db, names) if idle else None
    return [suspect] if suspect else []


def judge(failed: Outcome) -> Failure:
    """Judge a failed work by its error, its end and its file; that is its last argument's."""
    path = Path(failed.work.arguments[-1].path)
    return Failure(failed.work.key, path, *verdict(failed, path))


def note(
    db: Database,
    failures: Sequence[Failure],
    tasks: Mapping[str, Task],
    followers: Callable[[], Sequence[str]],
) -> None:
    """Save what failed; `followers` are done again where something was found before."""
    for each in failures:
        jobs.finish(db, each.job, state=each.state, problem=each.problem)
        task = tasks[each.job.extractor]
        # What a tagger found is read by nobody.
        if each.state == "skipped" and emptied(db, each.job, task) and not task.after:
            jobs.requeue(db, [each.job.item], followers())
    locations.set_missing(db, map(spelled, gone(failures)))


def gone(failures: Iterable[Failure]) -> list[Path]:
    """Give the files that are not there."""
    return [each.path for each in failures if each.state == "pending"]


def emptied(db: Database, job: Job, task: Task) -> bool:
    """Keep that there is nothing to find any more; tell whether anything was found before."""
    before = features.of_item(db, job.item, moments=False).get(job.extractor)
    if before is None:
        return False
    moments = tuple(features.of_moments(db, job.item, job.extractor))
    if not held({job.extractor: replace(before, moments=moments)}) and not before.problem:
        return False
    features.save(db, job.item, task.name, Feature(), version=task.version, model=task.model)
    return True


def verdict(failed: Outcome, path: Path) -> tuple[str, str | None]:
    """Give the state that the job about a file gets after a failure, and what is to be said."""
    if failed.death is not None:
        return died(failed)
    if not os.path.exists(path):  # noqa: PTH110 - never raises
        return "pending", None
    if isinstance(failed.error, Skip):
        return "skipped", str(failed.error)
    if isinstance(failed.error, UserError):
        return "failed", str(failed.error)
    return broke(failed)


def died(failed: Outcome) -> tuple[str, str | None]:
    """Give state and sentence where a worker ended: who ran beside others is only suspect."""
    if not failed.work.alone:
        return "suspect", None
    return "failed", (
        f"{failed.work.key.extractor} gave this file up: {failed.death}. Everything else goes "
        "on; replace the file to try again."
    )


def broke(failed: Outcome) -> tuple[str, str | None]:
    """Give state and sentence where something raised what nobody expects."""
    log.error("%s failed", failed.work.key, exc_info=failed.error)
    return "failed", f"{type(failed.error).__name__}: {failed.error}"
