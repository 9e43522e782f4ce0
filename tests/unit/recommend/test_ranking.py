"""What rankers give is checked, and those of guests only once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

import numpy as np

from mediadesk.api import Ranker, RankRequest, Run, Scores, UserError, testing
from mediadesk.host.isolate.remote import Remote
from mediadesk.recommend.ranking import _ask, rank

T = TypeVar("T")


class Short:
    """A ranker that gives one score, however many were asked for."""

    name, model = "short", None

    def rank(self, request: RankRequest, run: Run) -> Scores:  # noqa: ARG002 - as the API asks
        return Scores(values=np.zeros(1))


def guard(_: object, call: Callable[[], T], /) -> T:
    """Tell of errors as the registry does."""
    try:
        return call()
    except ValueError as error:
        raise UserError(str(error)) from error


def test_a_ranker_whose_scores_are_wrong_is_left_out() -> None:
    request = testing.rank_request(candidates=3)
    ranked = rank([(Short(), testing.no_model)], guard, request)
    assert ranked.items == request.candidates
    assert ranked.scores == {}


def test_what_a_guest_gave_was_checked_when_it_came() -> None:
    given = Scores(values=np.zeros(1))
    remote = Remote("rankers", {"name": "far", "model": None}, lambda *_: given)
    request = testing.rank_request(candidates=3)
    assert _ask(cast("Ranker", remote), request, testing.no_model) is given
