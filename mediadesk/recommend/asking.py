"""Asks a ranker, as things are and as if nothing was held of some items."""

from __future__ import annotations

from collections.abc import Sequence

from mediadesk.api import Ranker, RankRequest, Run, Scores
from mediadesk.host.isolate.remote import Remote
from mediadesk.host.isolate.results import check_scores


def ask(ranker: Ranker, request: RankRequest, run: Run) -> Scores:
    """Ask one ranker and check that what it gives can be blended.

    Raises:
        ValueError: if it can't; it says what was given and what was expected.
    """
    scores = ranker.rank(request, run)
    if isinstance(ranker, Remote):
        return scores  # its guest has checked them
    try:
        check_scores(scores, request)
    except ValueError as error:
        raise ValueError(f"“{ranker.name}” went wrong: {error}") from error
    return scores


def ask_without(ranker: Ranker, request: RankRequest, run: Run) -> Sequence[Scores]:
    """Give what a ranker says without each opinion in `RankRequest.without`.

    One that does not tell is asked again for each of them.

    Raises:
        ValueError: if it can't be blended.
    """
    told = ask(ranker, request, run).without
    if told is not None:
        return [Scores(values=values) for values in told]
    items = [request.history[place].item for place in request.without]
    return [ask(ranker, request.forgetting(item), run) for item in items]
