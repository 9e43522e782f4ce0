"""One evening of one person: what is looked at, played and said, by the engine's own verbs.

The eyes go down each row from card to card, and stop with some chance at each: the cascade model
(Craswell, Zoeter, Taylor & Ramsey, "An experimental comparison of click position-bias models", WSDM
2008), with going on after something was played (Guo, Liu & Wang, "Efficient multiple-click models
in web search", WSDM 2009).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from simulated.people import Enjoyment

from mediadesk.engine.engine import Engine
from mediadesk.engine.messages import Card, FeedbackKind, Origin, Panel, Shelf

_IN_SIGHT = 6  # cards of a row
_NEXT_CARD, _NEXT_ROW = 0.9, 0.6  # the chance to go on
_AGAIN = 0.3  # after something that was enjoyed
_BY_CHANCE, _BY_TASTE = 0.05, 0.5  # the chance that a card is opened
_LIKES, _LESS, _HIDES = 0.4, 0.3, 0.1
_NEARLY = 0.15  # of what is enjoyed is left before its end, which still is to be seen
_GLANCE_S = 4.0


class Clock:
    """Time that passes only when somebody does something; to stand for `time.time`."""

    def __init__(self, now: float) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


@dataclass(kw_only=True)
class Past:
    """What a person did so far, by item id; `bored` are those that are not taken up again."""

    enjoyed: set[str] = field(default_factory=set)
    finished: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    bored: set[str] = field(default_factory=set)


class Person:
    """Somebody in front of the panel; `past` is kept apart from what the engine remembers."""

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        name: str,
        enjoys: Enjoyment,
        chance: np.random.Generator,
    ) -> None:
        self.past = Past()
        self._engine = engine
        self._clock = clock
        self._name = name
        self._enjoys = enjoys
        self._chance = chance

    def sit(self, panel: Panel) -> None:
        """Look at a panel until it is enough."""
        for shelf in panel.shelves:
            for slot, card in self._seen(shelf):
                self._clock.now += _GLANCE_S
                wants = _BY_CHANCE + _BY_TASTE * self._enjoys[card.id]
                if card.id not in self.past.bored and self._chance.random() < wants:
                    origin = Origin(page="for-you", shelf=shelf.id, slot=slot)
                    enjoyed = self._play(card, origin)
                    if enjoyed and self._chance.random() > _AGAIN:
                        return
            if self._chance.random() > _NEXT_ROW:
                return

    def _seen(self, shelf: Shelf) -> Iterator[tuple[int, Card]]:
        """Give the cards that are looked at, with their slots; a row comes into sight in parts."""
        for n, card in enumerate(shelf.items):
            if n % _IN_SIGHT == 0:
                part = enumerate(shelf.items[n : n + _IN_SIGHT], n + 1)
                self._engine.shown(
                    {
                        each.id: Origin(page="for-you", shelf=shelf.id, slot=slot)
                        for slot, each in part
                    },
                    profile=self._name,
                )
            yield n + 1, card
            if self._chance.random() > _NEXT_CARD:
                return

    def _play(self, card: Card, origin: Origin) -> bool:
        """Play it, to the end if it is good; say what there is to say, and whether it was."""
        who, chance = self._name, self._chance
        self._engine.event(card.id, "opened", origin=origin, profile=who)
        is_good = bool(chance.random() < self._enjoys[card.id])
        low, high = (0.0, 0.0)
        if not is_good:
            low, high = 0.02, 0.4
        elif chance.random() < _NEARLY:
            low, high = 0.5, 0.85
        share = float(chance.uniform(low, high)) if high else 1.0
        position = share * card.duration_s
        self._clock.now += position
        self._engine.event(
            card.id,
            "abandoned" if high else "finished",
            share=share,
            position=position,
            watched=position,
            origin=origin,
            profile=who,
        )
        if not high:
            self.past.finished.add(card.id)
        self._say(card, origin, is_good=is_good)
        return is_good

    def _say(self, card: Card, origin: Origin, *, is_good: bool) -> None:
        said = self._chance.random()
        if is_good:
            self.past.enjoyed.add(card.id)
            if said < _LIKES:
                self._engine.feedback(card.id, "like", origin=origin, profile=self._name)
            return
        self.past.bored.add(card.id)
        if said < _LESS + _HIDES:
            kind: FeedbackKind = "less" if said < _LESS else "hide"
            self._engine.feedback(card.id, kind, origin=origin, profile=self._name)
            self.past.refused.add(card.id)
