"""Two rankers compete on a person's top picks, until one is better: see `messages.Contests`."""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from difflib import get_close_matches
from functools import partial

from mediadesk.api import UserError
from mediadesk.engine import acts
from mediadesk.engine.access import Access
from mediadesk.engine.messages import Change, ContestView
from mediadesk.engine.messages.contests import Verdict
from mediadesk.engine.plugins.contributed import Contributed
from mediadesk.recommend import sequential
from mediadesk.recommend.contesting import BLEND
from mediadesk.recommend.crediting import leader, margins
from mediadesk.recommend.recommender import Recommender
from mediadesk.store import changes, contests, oplog, profiles
from mediadesk.store.contests import Contest


class Contests:
    """The verbs of contests; any thread may call them."""

    def __init__(
        self,
        access: Access,
        recommender: Recommender,
        contributed: Contributed,
        *,
        rankers: Callable[[], Sequence[str]],
    ) -> None:
        """Join the library.

        Args:
            access: the library, and who may do what.
            recommender: tells which ranker is silent.
            contributed: what plugins contribute to it.
            rankers: gives the names of those that are installed.
        """
        self._access = access
        self._recommender = recommender
        self._contributed = contributed
        self._rankers = rankers

    def start(self, first: str, second: str, *, profile: str | None = None) -> Change:
        self._access.check_recorded()
        db, who = self._access.store.read(), self._access.profile(profile)
        if profiles.find(db, who).members:
            raise UserError(f"“{who}” is a group: start a contest as one of its members.")
        for name in (first, second):
            self._check_known(name)
        if first == second:
            raise UserError(f"“{first}” can't compete with itself: name two different rankers.")
        current = contests.current(db, who)
        if current is not None:
            raise UserError(
                f"{_both(current)} compete since {_day(current.since)} already: stop that with "
                "“mediadesk contest stop” first."
            )
        contest = Contest(first=first, second=second, since=time.time())
        says = f"{_both(contest)} compete on the top picks of “{who}” from now on"
        return self._write(who, contest, says)

    def stop(self, *, profile: str | None = None) -> Change:
        self._access.check_recorded()
        who = self._access.profile(profile)
        current = contests.current(self._access.store.read(), who)
        if current is None:
            raise UserError(
                f"Nothing competes on the top picks of “{who}”: start a contest with “mediadesk "
                f"contest start taste {BLEND}”."
            )
        ended = replace(current, until=time.time())
        return self._write(who, ended, f"{_both(current)} compete no more")

    def status(self, *, profile: str | None = None) -> ContestView:
        db, who = self._access.store.read(), self._access.profile(profile)
        rankers, contest = self._names(), contests.latest(db, who)
        if contest is None:
            return ContestView(profile=who, rankers=rankers, says="Nothing has competed yet.")
        now = time.time()
        since = oplog.events(db, profile=who, since=contest.since)
        days = Counter(map(leader, margins(since, contest, now)))
        self._contributed.wake("rankers")
        return _judged(
            ContestView(
                profile=who,
                rankers=rankers,
                arms=contest.arms,
                since=contest.since,
                until=contest.until,
                sittings=days.total(),
                wins=days[1],
                losses=days[-1],
                ties=days[0],
            ),
            silent=self._recommender.silent_arms(who, now=now),
        )

    def _names(self) -> tuple[str, ...]:
        return BLEND, *sorted({*self._rankers()} - {BLEND})

    def _check_known(self, name: str) -> None:
        known = self._names()
        if name not in known:
            near = get_close_matches(name.lower(), known, 1)
            remedy = f"did you mean “{near[0]}”? There are" if near else "there are"
            raise UserError(f"There is no ranker “{name}”: {remedy} {', '.join(known)}.")

    def _write(self, who: str, contest: Contest, says: str) -> Change:
        write = partial(acts.write, edits=[contests.edit(who, contest)])
        made = self._access.store.write(
            lambda db: changes.act(db, says, partial(write, db)), durable=True
        )
        self._access.changed("features")
        return Change(**asdict(made))


def _judged(counted: ContestView, silent: Sequence[str] = ()) -> ContestView:
    """Give what is counted with what follows from it; `silent` arms have nothing to say now."""
    wins, losses = counted.wins, counted.losses
    decided = wins + losses
    low, high = sequential.interval(wins, losses)
    more = sequential.needed(wins, losses)
    judged = replace(
        counted,
        share=wins / decided if decided else None,
        low=low,
        high=high,
        needed=sequential.per_sitting(more, decided=decided, sittings=counted.sittings)
        if more and decided
        else None,
        verdict=_verdict(low, high),
    )
    return replace(judged, says=_sentence(judged, silent))


def _verdict(low: float, high: float) -> Verdict:
    if low > sequential.EQUAL:
        return "first"
    return "second" if high < sequential.EQUAL else "open"


def _sentence(told: ContestView, silent: Sequence[str]) -> str:
    missing = [name for name in told.arms if name not in told.rankers]
    if missing and told.until is None:
        return (
            f"“{missing[0]}” is not there any more, so nothing competes: enable its plugin, or "
            "stop the contest."
        )
    if told.verdict in {"first", "second"}:
        better, worse = told.arms if told.verdict == "first" else reversed(told.arms)
        return f"“{better}” is better than “{worse}” for you."
    if told.until is not None:
        return "There was no difference that could be told."
    if silent:
        return (
            f"“{silent[0]}” has nothing to say yet, so nothing is compared: wait until it has, or "
            "stop the contest and start one with another."
        )
    return _outlook(told)


def _outlook(told: ContestView) -> str:
    if not told.sittings:
        return "Nothing has been counted yet: look at For you, and come back in a day or two."
    if told.needed is None:
        return "No difference so far, and it can't be told yet how long it takes to find one."
    days = f"{told.needed:,} more day{'s' * (told.needed != 1)}"
    return f"No difference so far: about {days} will tell if it goes on like this."


def _both(contest: Contest) -> str:
    return f"“{contest.first}” and “{contest.second}”"


def _day(seconds: float) -> str:
    return datetime.fromtimestamp(seconds).astimezone().date().isoformat()
