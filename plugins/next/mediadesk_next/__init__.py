"""Ranks by what comes next, and by what is new."""

from collections.abc import Iterable

from mediadesk.api import Context, Ranker, hookimpl
from mediadesk_next.novelty import Novelty
from mediadesk_next.ranker import Next


@hookimpl
def rankers(context: Context) -> Iterable[Ranker]:
    """Give both rankers: a person's feedback weighs each of them alone."""
    return (Next(context.text), Novelty(context.text))
