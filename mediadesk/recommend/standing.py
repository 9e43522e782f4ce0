"""Where a person stands with items, and what that comes to over all of them."""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Collection, Mapping
from functools import cached_property
from operator import attrgetter

from mediadesk.api import Opinion
from mediadesk.recommend.profile import State, opinions

_PARTS: Mapping[str, Callable[[State], bool]] = {
    "had": attrgetter("had"),
    "liked": attrgetter("liked"),
    "dear": attrgetter("dear"),
    "underway": attrgetter("underway"),
}


class Standing(dict[str, State]):
    """Item → state; not to be changed.

    What is asked of all states is found out once, and of what comes `after` for its news alone.
    """

    @cached_property
    def had(self) -> Mapping[str, State]:
        """Those that were played, marked as seen or judged."""
        return self._part("had")

    @cached_property
    def liked(self) -> Mapping[str, State]:
        """Those of which the last word was a like."""
        return self._part("liked")

    @cached_property
    def dear(self) -> Mapping[str, State]:
        """Those that were liked, rated high, or seen to their end more than once."""
        return self._part("dear")

    @cached_property
    def underway(self) -> Mapping[str, State]:
        """Those that were begun and not finished."""
        return self._part("underway")

    @cached_property
    def opinions(self) -> tuple[Opinion, ...]:
        """The opinions, oldest first."""
        return opinions(self)

    def after(self, changed: Collection[str], found: Mapping[str, State]) -> Standing:
        """Give this with other states for the items that have `changed`, none for those not found.

        Args:
            changed: items.
            found: those of them that have a state now.
        """
        made = Standing(_other(self, changed, found))
        for name, holds in _PARTS.items():
            if name in self.__dict__:
                own = {item: state for item, state in found.items() if holds(state)}
                made.__dict__[name] = _other(self.__dict__[name], changed, own)
        if "opinions" in self.__dict__:
            held = [opinion for opinion in self.opinions if opinion.item not in changed]
            for opinion in opinions(found):
                insort(held, opinion, key=attrgetter("at", "item"))
            made.__dict__["opinions"] = tuple(held)
        return made

    def _part(self, name: str) -> dict[str, State]:
        return {item: state for item, state in self.items() if _PARTS[name](state)}


def _other(
    kept: Mapping[str, State], changed: Collection[str], found: Mapping[str, State]
) -> dict[str, State]:
    made = dict(kept)
    for item in changed:
        made.pop(item, None)
    made.update(found)
    return made
