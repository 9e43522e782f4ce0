"""The recommender: the panel of a person, what is similar to an item, and why it stands there."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from mediadesk.api import Array, Event, Kind, Opinion, ShelfRequest
from mediadesk.recommend.again import Had, has_rested
from mediadesk.recommend.candidates import Candidates
from mediadesk.recommend.company import Companies, Company
from mediadesk.recommend.comparing import Comparing
from mediadesk.recommend.contesting import drafted, rivals, silent
from mediadesk.recommend.drafts import Draft, View
from mediadesk.recommend.explaining import Explaining
from mediadesk.recommend.extras import added_shelves
from mediadesk.recommend.fondness import untried
from mediadesk.recommend.group import Together
from mediadesk.recommend.history import History
from mediadesk.recommend.likeness import Likeness
from mediadesk.recommend.moments import Matcher
from mediadesk.recommend.profile import DAY, TELLING, State
from mediadesk.recommend.ranking import Guard, Parts, Ranking
from mediadesk.recommend.reasons import Reasons
from mediadesk.recommend.rehearsing import Rehearsing
from mediadesk.recommend.requests import Requests
from mediadesk.recommend.searches import Searches
from mediadesk.recommend.shelves import arrange
from mediadesk.recommend.space import Empty
from mediadesk.recommend.standing import Standing
from mediadesk.recommend.supposing import Supposing
from mediadesk.recommend.values import Panel, Pick, Reason, Shelf, Why
from mediadesk.recommend.viewing import Viewing
from mediadesk.store import Store, contests, library

if TYPE_CHECKING:
    from mediadesk.recommend.blend import Ranked
    from mediadesk.recommend.index import Index
    from mediadesk.recommend.ranking import Answer
    from mediadesk.store import Database

T = TypeVar("T")
_SLICE = 500  # vectors: about a second
_MUCH = 0.25
_POPULAR = 80  # items that others like among the candidates


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What a ranking starts from, and as of when: unix seconds.

    `again` is what was had and may come again; what is held of the `new` counts for no ranking.
    """

    known: Standing
    again: Mapping[str, Kind]
    held: Sequence[Opinion]
    among: Sequence[str]
    new: Collection[str]
    company: Company
    found: Mapping[str, Sequence[str]]
    as_of: float


def _call(_: object, call: Callable[[], T]) -> T:
    return call()


class Recommender:
    """Answers for one library; any thread may ask."""

    def __init__(
        self,
        store: Store,
        index: Index,
        parts: Callable[[], Parts],
        *,
        guard: Guard = _call,
        empty: Empty = np.empty,
        language: str = "en",
        allowed: Callable[[Database, str], frozenset[str] | None] = lambda *_: None,
        embed: Callable[[str], Array] = lambda _: np.zeros(0, np.float32),
    ) -> None:
        """Answer for the library in `store`.

        Args:
            store: the library.
            index: its vectors.
            parts: gives what plugins contribute, anew for each answer: they come and go.
            guard: calls into a plugin.
            empty: makes the arrays of vectors that rankers get, as `np.empty` does.
            language: the locale that sentences of plugins shall be in.
            allowed: gives the items that a profile may see, None for all.
            embed: gives the vector of a text, in the block of titles and descriptions.
        """
        self._store = store
        self._index = index
        self._parts = parts
        self._guard = guard
        self._language = language
        self._allowed = allowed
        self._candidates = Candidates(index)
        self._had = Had()
        self._likeness = Likeness(index, self._candidates.near)
        self._past = History()
        self._history = Supposing(self._past)
        self._matcher = Matcher(index)
        self._comparing = Comparing(index, self._likeness, self._matcher)
        self._viewing = Viewing(index, self._likeness)
        self._searches = Searches(index, embed)
        requests = Requests(index, History(kinds=TELLING), empty=empty)
        self._crowds = requests.crowds
        self._companies = Companies()
        self._people = Ranking(requests, Rehearsing(index), parts, guard=guard)
        self._ranking = Together(self._people, self._history)
        self._explaining = Explaining(self._ranking, self._matcher, guard=guard, language=language)
        self._lock = threading.Lock()

    def ranked(
        self,
        profile: str,
        *,
        among: Sequence[str],
        held: Sequence[Opinion],
        now: float,
        but: Collection[str] = (),
        leanings: bool = True,
    ) -> Ranked:
        """Rank items as the panel does its candidates.

        Args:
            profile: who asks; all others are the crowd.
            among: the items.
            held: the opinions to go by, oldest first, whatever the profile's events say.
            now: unix seconds.
            but: those of the items of which what is held counts for no ranking, as nobody may have
                had them.
            leanings: whether what the profile asked for more or less of counts.
        """
        with self._lock:
            db = self._begin()
            return self._ranking.rank(
                db, profile, among=among, held=held, but=but, now=now, leanings=leanings
            ).ranked

    def panel(
        self, profile: str, *, limit: int = 12, now: float, supposing: Event | None = None
    ) -> Panel:
        """Give the shelves of a profile, `limit` items each at most; the same all day long.

        With `supposing` they are as if that event had happened; it is kept nowhere.
        """
        with self._lock, self._history.that(supposing):
            db = self._begin()
            asked, parts = self._ask(db, profile, now), self._parts()
            answer = self._rank(db, profile, asked)
            arms = rivals(contests.current(db, profile), answer.ranked, now)
            seen = self._look(db, asked, answer, arms, limit=limit, now=now)
            drafts = arrange(seen, limit, contested=drafted(arms, seen, profile, limit=limit))
            drafts += self._added(db, parts, seen, profile, limit)
            titles = {each: item.title for each, item in seen.items.items()}
            reasons = Reasons(db, self._matcher, titles=titles, states=asked.known)
            return Panel(
                profile=profile,
                shelves=tuple(
                    _shelf(draft, seen, {**arms, "": answer.ranked}, reasons) for draft in drafts
                ),
            )

    def why(self, item: str, *, profile: str, limit: int = 12, now: float) -> Why:
        """Explain the place of an item among the candidates, and what each seed does to it.

        What one side of a contest put on a panel of that `limit` has its place in that side's
        ranking.
        """
        with self._lock:
            db = self._begin()
            asked = self._ask(db, profile, now)
            is_candidate = item in asked.among
            answer = self._ranking.rank(
                db,
                profile,
                among=asked.among if is_candidate else (*asked.among, item),
                held=asked.held,
                but=asked.new if is_candidate else {*asked.new, item},
                now=asked.as_of,
            )
            arms = rivals(contests.current(db, profile), answer.ranked, now) if is_candidate else {}
            if arms:
                seen = self._look(db, asked, answer, arms, limit=limit, now=now)
                entries = drafted(arms, seen, profile, limit=limit)
                arm = next((each.arm for each in entries if each.item == item), "")
                answer = replace(answer, ranked=arms.get(arm, answer.ranked))
            return self._explaining.why(
                db,
                item,
                answer,
                states=asked.known,
                held=[each for each in asked.held if each.item not in asked.new],
                parts=self._parts(),
                is_candidate=is_candidate,
            )

    def silent_arms(self, profile: str, *, now: float) -> tuple[str, ...]:
        """Give the arms of the contest that goes on which have nothing to say of anything yet."""
        with self._lock:
            db = self._begin()
            contest = contests.current(db, profile)
            if contest is None:
                return ()
            return silent(contest, self._rank(db, profile, self._ask(db, profile, now)).ranked)

    def starters(self, profile: str, *, limit: int = 12, now: float) -> tuple[Pick, ...]:
        """Give items to begin with, which tell most of a person's taste; the same all day long."""
        with self._lock:
            db = self._begin()
            asked = self._ask(db, profile, now)
            among = [item for item in asked.among if item not in asked.again]
            chosen = self._viewing.starters(db, among, count=limit)
            return tuple(Pick(item=item) for item in chosen)

    def states(self, profile: str, items: Collection[str] | None = None) -> Mapping[str, State]:
        """Give item → where the profile stands with it; for some `items` at least, and at once."""
        db = self._store.read()
        if items is None:
            return self._past.states(db, profile)
        return self._past.of(db, profile, items)

    def weights(self, profile: str) -> dict[str, float]:
        """Give how much each ranker counts for a person, 1 on average."""
        with self._lock:
            db = self._begin()
            return self._people.weights(db, profile, self._past.states(db, profile).opinions)

    def tend(self) -> bool:
        """Do a slice of what makes later answers quick; tell whether there is more of it."""
        with self._lock:
            self._index.refresh()
            self._index.save(least=_MUCH)  # or whoever leaves before it is built begins anew
        if self._index.build(most=_SLICE):
            return True
        self.save()
        return False

    def save(self) -> None:
        """Write the index's cache, which spares the next start a second or ten."""
        with self._lock:
            self._index.save()

    def nearest(self, vector: Array, ids: Sequence[str], *, block: str) -> list[str]:
        """Order items by how near they are to a vector [d] of a block; as they were without it."""
        with self._lock:
            self._begin()
            return self._comparing.nearest(vector, ids, block=block)

    def space(self, block: str, ids: Sequence[str]) -> tuple[Array, Array] | None:
        """Give items' vectors [n, d] in a block, zeros where one has none, and the mean of all.

        None where there is no such block.
        """
        with self._lock:
            self._begin()
            return self._comparing.space(block, ids)

    def alike(self, item: str, *, limit: int) -> list[str]:
        """Give the ids of the items most alike in content, best first."""
        with self._lock:
            return self._comparing.alike(self._begin(), item, limit=limit)

    def similar(
        self, item: str, *, limit: int = 12, allowed: frozenset[str] | None = None
    ) -> tuple[Pick, ...]:
        """Give the items most alike in content of those `allowed`, with where they are so."""
        with self._lock:
            return self._comparing.similar(self._begin(), item, limit=limit, allowed=allowed)

    def _ask(self, db: Database, profile: str, now: float) -> _Asked:
        """Gather what a ranking for a profile starts from."""
        known, allowed = self._history.states(db, profile), self._allowed(db, profile)
        if allowed is not None:
            known = Standing({item: each for item, each in known.items() if item in allowed})
        held, day = known.opinions, now - now % DAY
        again = self._had.of(db, known, day)
        rested = [item for item, kind in again.items() if has_rested(kind, known[item], day)]
        likes = {each.item for each in held if each.value > 0}
        others = self._companies.around(profile, self._crowds.others(db, profile), likes)
        found = self._searches.found(db, profile, now)
        among = self._candidates.gather(
            db,
            known,
            held,
            profile=profile,
            now=now,
            allowed=allowed,
            others=chain(others.popular[:_POPULAR], *found.values()),
            rested=rested,
        )
        return _Asked(
            known=known,
            again=again,
            held=held,
            among=among,
            new=untried(among, known),
            company=others,
            found=found,
            # Time stands still for rankers until something is learnt or the day is over.
            as_of=min(now, max([day, *(each.at for each in held[-1:])])),
        )

    def _rank(self, db: Database, profile: str, asked: _Asked) -> Answer:
        return self._ranking.rank(
            db, profile, among=asked.among, held=asked.held, but=asked.new, now=asked.as_of
        )

    def _look(
        self,
        db: Database,
        asked: _Asked,
        answer: Answer,
        arms: Mapping[str, Ranked],
        *,
        limit: int,
        now: float,
    ) -> View:
        """Give the view of a ranking, and of the arms that compete with it."""
        return self._viewing.view(
            db,
            asked.known,
            answer,
            company=asked.company,
            found=asked.found,
            known=asked.again,
            limit=limit,
            now=now,
            rivals=arms.values(),
        )

    def _begin(self) -> Database:
        self._index.refresh()
        return self._store.read()

    def _added(
        self, db: Database, parts: Parts, seen: View, profile: str, limit: int
    ) -> list[Draft]:
        if not parts.shelf_makers:
            return []
        known = library.items(db, list(seen.items))  # with all that lies beside them now
        offered = [item for item in seen.order if item in known]
        request = ShelfRequest(
            now=seen.now,
            profile=profile,
            items=tuple(known[item] for item in offered),
            values=tuple(seen.worth[item] for item in offered),
            language=self._language,
        )
        return added_shelves(parts.shelf_makers, self._guard, request, limit=limit)


def _shelf(draft: Draft, seen: View, ranked: Mapping[str, Ranked], reasons: Reasons) -> Shelf:
    """Make a shelf; `ranked` is arm → its ranking, "" → the one of what no arm put there."""
    picks = []
    for entry in draft.entries:
        written = []
        if entry.seed:
            block = seen.near[entry.seed][entry.item]
            written = [reasons.alike(entry.item, block=block, seed=entry.seed)]
        elif draft.id == "continue":
            written = [reasons.begun(entry.item, entry.text)]
        elif entry.text:
            written = [reasons.plain(entry.item, entry.text)]
        pick = _pick(entry.item, ranked[entry.arm], reasons, written)
        picks.append(replace(pick, arm=entry.arm))
    return Shelf(id=draft.id, title=draft.title, items=tuple(picks))


def _pick(item: str, ranked: Ranked, reasons: Reasons, written: list[Reason]) -> Pick:
    at = ranked.places.get(item)
    if at is None:  # begun or had: it is no candidate any more
        return Pick(item=item, reasons=tuple(written))
    score = float(ranked.values[at])
    if not written and score > 0:
        written = reasons.explain(item, ranked)[:1]
    return Pick(
        item=item,
        score=score,
        rankers=ranked.shares_of(item),
        reasons=tuple(written) or (reasons.untold(item),),
    )
