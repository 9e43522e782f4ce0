"""Ranks by taste: what a person liked and played, compared with what is in the files."""

from collections.abc import Iterable

from mediadesk.api import Ranker, hookimpl
from mediadesk_taste.ranker import Taste


@hookimpl
def rankers() -> Iterable[Ranker]:
    """Give the one ranker of this plugin."""
    return (Taste(),)
