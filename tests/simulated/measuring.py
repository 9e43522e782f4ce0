"""What a panel is worth to somebody whose tastes are known, before anything is done with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from simulated.evening import Past
from simulated.figures import TOP, expected_ndcg, ndcg
from simulated.people import GROUP, Enjoyment

from mediadesk.api import VIDEO, Array, Item, Opinion
from mediadesk.engine.engine import Engine
from mediadesk.engine.messages import Card, Panel
from mediadesk.recommend import sentences
from mediadesk.recommend.profile import opinions

_AGAIN = frozenset({"continue", "watch", "listen"})  # shelves for what was played before
_LAST = 1e6
_LONG_TAIL = 2  # of ten at least


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One panel of one person on one evening, from 1; shares are of the cards of Top picks.

    Of what is open the NDCG is that of Top picks, that of the `ranking` that they are made of, in
    which what was passed by often stands last, of what others in the household enjoyed most
    (`popularity`), and of `chance`; `left` is how much
    the best ten that are open would be enjoyed on average. `whole` is the NDCG of the ranking over
    everything that the person may see, each item ranked without what was said of itself: what is
    known of the taste, whatever was seen already; nan for groups.

    `tried` say that they are there to find out, `untouched` were played by nobody. `long_tail` is
    the share of the first ten that nobody else here touched and that is little like the rest of the
    library, whether or not the cards say so; `floor` is what it is to be at least. `shown` and
    `played` are shares of the library so far, in anybody's panel and by anybody. `wrong` counts
    cards on any shelf that should not be there: videos that were seen, what was refused, what is
    not allowed.
    """

    day: int
    who: str
    ndcg: float
    ranking: float
    popularity: float
    chance: float
    left: float
    whole: float
    tried: float
    long_tail: float
    floor: float
    untouched: float
    shown: float
    played: float
    wrong: int


class Measuring:
    """Measures panels of one household; remembers what was shown."""

    def __init__(
        self,
        engine: Engine,
        items: Mapping[str, Item],
        enjoy: Mapping[str, Enjoyment],
        pasts: Mapping[str, Past],
    ) -> None:
        """Compare what `engine` shows with what each enjoys and, in `pasts`, did."""
        self._engine = engine
        self._items = items
        self._enjoy = enjoy
        self._pasts = pasts
        self._shown: set[str] = set()

    def measure(self, day: int, who: str, panel: Panel, *, now: float) -> Measured:
        """Measure the panel of an evening."""
        picks = next((shelf.items for shelf in panel.shelves if shelf.id == "picks"), ())
        self._shown |= {card.id for shelf in panel.shelves for card in shelf.items}
        played = set().union(*(past.finished for past in self._pasts.values()))
        enjoys, allowed = self._enjoy[who], self._engine._access.allowed(who)
        seen = [item for item in self._items if allowed is None or item in allowed]
        states = self._engine._access.states(who)
        tail = self._tail(who, now)
        open_ = list(dict.fromkeys([*self._candidates(who, now), *(card.id for card in picks)]))
        gains = np.array([enjoys[item] for item in open_])
        popular = np.array([self._popular(item, who) for item in open_])
        tired = np.array([item in states and states[item].is_tired(now) for item in open_])
        return Measured(
            day=day,
            who=who,
            ndcg=ndcg([enjoys[card.id] for card in picks], gains.tolist()),
            ranking=expected_ndcg(self._values(who, open_, now) - _LAST * tired, gains),
            popularity=expected_ndcg(popular, gains),
            chance=expected_ndcg(np.zeros(len(open_)), gains),
            left=float(np.sort(gains)[-TOP:].mean()) if open_ else 0.0,
            whole=float("nan") if who == GROUP else self._whole(who, seen, now),
            tried=_saying(picks, sentences.DISCOVERY),
            long_tail=_share([card.id in tail for card in picks[:TOP]]),
            floor=min(_LONG_TAIL, len(tail)) / TOP if self._held(who) else 0.0,
            untouched=_share([card.id not in played for card in picks]),
            shown=len(self._shown) / len(self._items),
            played=len(played) / len(self._items),
            wrong=self._wrong(who, panel, allowed),
        )

    def _candidates(self, who: str, now: float) -> Sequence[str]:
        """Give all that the panel is made of: nothing is left to chance in a small library."""
        asked = self._engine._recommender._ask(self._engine._store.read(), who, now)
        return asked.among

    def _tail(self, who: str, now: float) -> set[str]:
        """Give what of the long tail is open and not on Continue."""
        recommender = self._engine._recommender
        asked = recommender._ask(self._engine._store.read(), who, now)
        tired = {item for item, state in asked.known.items() if state.is_tired(now)}
        new = [item for item in asked.among if item not in tired and item not in asked.again]
        return set(recommender._likeness.rare(new)) - asked.company.touched

    def _whole(self, who: str, seen: Sequence[str], now: float) -> float:
        held = {opinion.item for opinion in self._held(who)}
        new = [item for item in seen if item not in held]
        told = [item for item in seen if item in held]
        values = self._values(who, new, now).tolist()
        values += [self._values(who, [*new, item], now, without=item)[-1] for item in told]
        gains = [self._enjoy[who][item] for item in (*new, *told)]
        return expected_ndcg(np.array(values), np.array(gains))

    def _values(self, who: str, among: Sequence[str], now: float, *, without: str = "") -> Array:
        held = [opinion for opinion in self._held(who) if opinion.item != without]
        ranked = self._engine._recommender.ranked(who, among=among, held=held, now=now)
        return np.array(ranked.values, np.float64)

    def _held(self, who: str) -> Sequence[Opinion]:
        return opinions(dict(self._engine._access.states(who)))

    def _popular(self, item: str, who: str) -> int:
        """Count the others who enjoyed an item."""
        return sum(item in past.enjoyed for name, past in self._pasts.items() if name != who)

    def _wrong(self, who: str, panel: Panel, allowed: frozenset[str] | None) -> int:
        own = [self._pasts[name] for name in {who, GROUP}]  # what a group does all its members do
        finished = set().union(*(past.finished for past in own))
        seen = {item for item in finished if self._items[item].kind in VIDEO}
        refused = set().union(*(past.refused for past in own))
        return sum(
            card.id in refused
            or (card.id in seen and shelf.id not in _AGAIN)
            or (allowed is not None and card.id not in allowed)
            for shelf in panel.shelves
            for card in shelf.items
        )


def _saying(cards: Sequence[Card], sentence: str) -> float:
    return _share([any(one.text.startswith(sentence) for one in card.reasons) for card in cards])


def _share(found: Sequence[bool]) -> float:
    return sum(found) / len(found) if found else 0.0
