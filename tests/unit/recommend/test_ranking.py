"""What rankers give is checked, and those of guests only once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar, cast

import numpy as np

from mediadesk.api import Ranker, RankRequest, Run, Scores, UserError, testing
from mediadesk.host.isolate.remote import Remote
from mediadesk.recommend.asking import ask
from mediadesk.recommend.group import Centre, GroupAnswer, Together
from mediadesk.recommend.ranking import Answer, Parts, Ranking, rank

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
    assert ask(cast("Ranker", remote), request, testing.no_model) is given


class Sum:
    """A ranker that adds up the opinions, and tells what they are `without` only when asked."""

    model = None

    def __init__(self, name: str, *, refuses: Callable[[RankRequest], bool] | None = None) -> None:
        self.name = name
        self.refuses = refuses or (lambda _: False)
        self.asked: list[int] = []

    def rank(self, request: RankRequest, run: Run) -> Scores:  # noqa: ARG002 - as the API asks
        self.asked.append(len(request.without))
        if self.refuses(request):
            raise ValueError("it went wrong")
        fits = np.arange(len(request.candidates))
        total = sum(opinion.value for opinion in request.history)
        left = [fits * (total - request.history[place].value) for place in request.without]
        return Scores(values=fits * total, without=np.array(left) if left else None)


def ranked_by(*rankers: Sum) -> tuple[Ranking, Answer]:
    parts = Parts(rankers=[(ranker, testing.no_model) for ranker in rankers])
    ranking = Ranking(cast("Any", None), cast("Any", None), lambda: parts, guard=guard)
    request = testing.rank_request(candidates=3, opinions=(1.0, 0.5, -1.0))
    answer = Answer(request=request, ranked=rank(parts.rankers, guard, request))
    for ranker in rankers:
        ranker.asked.clear()
    return ranking, answer


def test_without_seeds_a_ranker_is_asked_once_if_it_tells_then_whatever_it_told_before() -> None:
    ranking, answer = ranked_by(tells := Sum("tells"))
    scale = answer.ranked.scale["tells"]
    left = ranking.without(answer, ["h0", "h2"])
    assert scale > 0
    assert [own.shares["tells"][1] / scale for own in left] == [-0.5, 1.5]
    assert tells.asked == [2]


def test_without_seeds_nobody_is_asked_who_did_not_answer_at_first() -> None:
    failing = Sum("failing", refuses=lambda _: True)
    ranking, answer = ranked_by(Sum("tells"), failing)
    assert len(ranking.without(answer, ["h0", "h2"])) == 2
    assert failing.asked == []


def test_without_seeds_nothing_is_told_where_a_ranker_fails_that_had_its_say() -> None:
    failing = Sum("failing", refuses=lambda request: bool(request.without))
    ranking, answer = ranked_by(Sum("tells"), failing)
    assert ranking.without(answer, ["h0", "h2"]) == []
    centre = Centre(means={}, spread=1.0)
    of_two = GroupAnswer(
        request=answer.request,
        ranked=answer.ranked,
        members={"ann": answer, "bob": replace(answer, ranked=rank((), guard, answer.request))},
        centres={"ann": centre, "bob": centre},
        weights={"ann": np.ones(3)},
    )
    assert Together(ranking, cast("Any", None)).without(of_two, ["h0", "h2"]) == []
