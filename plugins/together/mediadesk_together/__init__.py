"""Ranks by what other people who like the same like beside it."""

from collections.abc import Iterable

from mediadesk.api import Ranker, hookimpl
from mediadesk_together.ranker import Together


@hookimpl
def rankers() -> Iterable[Ranker]:
    """Give the one ranker of this plugin."""
    return (Together(),)
