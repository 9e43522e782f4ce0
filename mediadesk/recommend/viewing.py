"""Looks up all that the shelves are arranged from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from itertools import chain, islice
from typing import TYPE_CHECKING

import numpy as np

from mediadesk.recommend import sentences
from mediadesk.recommend.again import Again
from mediadesk.recommend.begun import begun
from mediadesk.recommend.candidates import dice
from mediadesk.recommend.drafts import View
from mediadesk.recommend.exploring import doubt, drawn
from mediadesk.recommend.group import GroupAnswer, agreed
from mediadesk.recommend.picking import POOL
from mediadesk.recommend.profile import DAY
from mediadesk.recommend.remembered import Remembered
from mediadesk.recommend.starting import spread
from mediadesk.recommend.tastes import Tastes
from mediadesk.store import features, library
from mediadesk.store.showable import showable

if TYPE_CHECKING:
    from mediadesk.api import Kind
    from mediadesk.recommend.blend import Ranked
    from mediadesk.recommend.company import Company
    from mediadesk.recommend.index import Index
    from mediadesk.recommend.likeness import Likeness
    from mediadesk.recommend.ranking import Answer
    from mediadesk.recommend.standing import Standing
    from mediadesk.store import Database

_LOOKED_AT = 100  # how many of the best are looked up at a time to fill the shelves
_NEAR = 40
_LATEST_LIKES = 3
_TRIED = 10
_STARTED_FROM = 300  # candidates, drawn by chance, among which what to begin with is chosen
_MOODY = 0.3  # so sure is a mood that gives a shelf


class Viewing:
    """Looks at what was ranked; one thread at a time."""

    def __init__(self, index: Index, likeness: Likeness) -> None:
        """Compare by `likeness` what is in `index`."""
        self._index = index
        self._likeness = likeness
        self._again = Again()
        self._tastes = Tastes(index)
        self._items = Remembered(library.items)
        self._tags = Remembered(partial(features.tags, least=_MOODY))

    def view(
        self,
        db: Database,
        states: Standing,
        answer: Answer,
        *,
        company: Company,
        found: Mapping[str, Sequence[str]],
        known: Mapping[str, Kind],
        limit: int,
        now: float,
        rivals: Iterable[Ranked] = (),
    ) -> View:
        """Give the view of ranked candidates, of what was begun and of what others like.

        Args:
            db: the library.
            states: where the profile stands with items.
            answer: the candidates as they were ranked.
            company: what the others in the household like.
            found: what the profile's searches find.
            known: what was had and may come again, with its kind.
            limit: how many cards a shelf has.
            now: unix seconds.
            rivals: other rankings of the same candidates: their best can be shown, too.
        """
        ranked = answer.ranked
        has_taste = bool(ranked.history) and bool(ranked.values.any())
        worth = dict(zip(ranked.items, ranked.values.tolist(), strict=True))
        if not has_taste:
            for item, names in company.liked_by.items():
                if item in worth:
                    worth[item] += len(names)
        whole = sorted(worth, key=lambda item: -worth[item])
        spare = [item for item in whole if item in states and states[item].is_tired(now)]
        resting = set(spare)
        order = [item for item in whole if item not in resting]
        open_ = set(order)
        new = [item for item in order if item not in known]
        likes = sorted(states.liked, key=lambda item: (-(states[item].liked_at or 0), item))
        near = {seed: self._near(seed, open_) for seed in likes[:_LATEST_LIKES]}
        rare = self._likeness.rare(new)
        drawn_by_chance = [item for item in ranked.items if item not in known]
        starts = [] if has_taste else self.starters(db, drawn_by_chance, count=limit)
        looked_at = _lying(db, new, most=max(_LOOKED_AT, 2 * limit))
        rested = _lying(db, [item for item in order if item in known], most=_LOOKED_AT // 2)
        if len(looked_at) + len(rested) < _LOOKED_AT:
            looked_at += _lying(db, spare, most=_LOOKED_AT)
        is_enough = len(looked_at) + len(rested) >= limit
        for rival in rivals:
            best = [rival.items[n] for n in rival.order() if rival.items[n] in open_]
            deep = max(POOL, limit)
            looked_at += _lying(db, [item for item in best if item not in known], most=deep)
            rested += _lying(db, [item for item in best if item in known], most=deep // 2)
        tries = self._tries(answer, new, worth, now) if has_taste else []
        latest = library.newest(db, limit=_NEAR + len(states))
        newest = islice((item for item in latest if item in open_), _NEAR)
        shared = _shared(answer, company, has_taste=has_taste)
        fitting = {query: [i for i in ids if i in open_] for query, ids in found.items()}
        underway = _lying(db, begun(db, states, known, now), most=limit)
        back = self._again.of(
            db,
            states,
            known,
            now - now % DAY,
            but=set(underway),
            most=2 * limit,
            only_due=is_enough,
        )
        wanted = chain(
            looked_at, rested, tries, starts, rare[:_NEAR], newest, underway, likes[:_LATEST_LIKES],
            [item for item in order if item in shared][:_NEAR], *near.values(), *fitting.values(),
            *([each.item for each in shelf] for shelf in back.values()),
        )  # fmt: skip
        items = self._items.of(db, list(dict.fromkeys(wanted)))
        lying = {*looked_at, *rested, *underway}
        lying |= library.kept(db, [item for item in items if item not in lying])
        here = {each: item for each, item in items.items() if each in lying}
        return View(
            order=order,
            spare=spare,
            worth=worth,
            seed=ranked.seed,
            items=here,
            states=states,
            begun=underway,
            near=near,
            rare=rare,
            discoveries=tries,
            starts=starts,
            found=fitting,
            moods=self._moods(db, [item for item in order if item in here]),
            touched=company.touched,
            again=back,
            shared=shared,
            understood=self._likeness.known(here),
            tastes=self._tastes.of(
                db, [*looked_at, *rested], states.opinions, rested=set(rested), known=known
            ),
            similarity=self._likeness.matrix,
            has_taste=has_taste,
            now=now,
        )

    def starters(self, db: Database, among: Sequence[str], *, count: int) -> list[str]:
        """Give items to begin with, of some in an order of chance."""
        kinds = showable(db, among[:_STARTED_FROM])
        return spread(kinds, self._likeness.matrix(list(kinds)), count=count)

    def _moods(self, db: Database, items: Sequence[str]) -> dict[str, list[str]]:
        """Give mood → the items that are of it, in their order."""
        tags = self._tags.of(db, items)
        return {
            mood: [item for item in items if mood in tags.get(item, {})] for mood in sentences.MOODS
        }

    def _near(self, seed: str, allowed: set[str]) -> dict[str, str]:
        """Give candidate → block in which it is most alike to the seed, best first."""
        alike = self._likeness.to_seed(seed).items()
        return dict([(item, block) for item, (_, block) in alike if item in allowed][:_NEAR])

    def _tries(
        self, answer: Answer, order: Sequence[str], worth: Mapping[str, float], now: float
    ) -> list[str]:
        """Give candidates of which little is known, as they were drawn for this day."""
        items = sorted(order)
        held = [opinion.item for opinion in answer.ranked.history]
        unsure = doubt(list(self._index.whole.values()), items, held)
        values = np.array([worth[item] for item in items])
        places = drawn(values, unsure, dice(answer.request.profile, now))
        return [items[n] for n in places[:_TRIED]]


def _lying(db: Database, order: Sequence[str], *, most: int) -> list[str]:
    """Give the first `most` that lie somewhere, or a few more."""
    found: list[str] = []
    for start in range(0, len(order), _LOOKED_AT):
        if len(found) >= most:
            break
        part = order[start : start + _LOOKED_AT]
        lying = library.kept(db, part)
        found += [item for item in part if item in lying]
    return found


def _shared(answer: Answer, company: Company, *, has_taste: bool) -> dict[str, str]:
    """Give item → who likes it: all members of a group, or others who share a taste."""
    if isinstance(answer, GroupAnswer):
        return dict.fromkeys(agreed(answer), sentences.ALL)
    said = {}
    for item in answer.ranked.items:
        people = company.liked_by.get(item, ())
        if liking := [each for each in people if not has_taste or each in company.friends]:
            names = sentences.listed([f"“{each}”" for each in liking])
            said[item] = sentences.LIKED_BY.format(names=names)
    return said
