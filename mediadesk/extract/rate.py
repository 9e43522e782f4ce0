"""How long what waits will take, by what was done lately."""

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

_OVER = 30  # works, after which earlier ones count less and less


class Rate:
    """What one more work of each name costs, in seconds of the clock, where works go side by side.

    The time between two times that works are finished is theirs in equal parts.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Know nothing yet."""
        self._clock = clock
        self._since = clock()
        self._costs: dict[str, float] = {}
        self._done: Counter[str] = Counter()

    def begin(self) -> None:
        """Count from now on: nothing was under way."""
        self._since = self._clock()

    def finish(self, names: Sequence[str]) -> None:
        """Note that works of these names are finished; one without a name tells of no other."""
        if not names:
            return
        now = self._clock()
        for name in filter(None, names):
            self._done[name] += 1
            cost = (now - self._since) / len(names)
            before = self._costs.get(name, 0.0)
            self._costs[name] = before + (cost - before) / min(self._done[name], _OVER)
        self._since = now

    def left(self, waiting: Mapping[str, int], *, later: Sequence[str] = ()) -> float | None:
        """Give the seconds that so many works of each name take; None while nothing is known.

        What was never done yet is taken to cost as much as the others do, and what comes `later`,
        when all is read, as little as the least.
        """
        if not any(waiting.values()):
            return 0.0
        costs = dict(self._costs)
        if not costs:
            return None
        mean, least = sum(costs.values()) / len(costs), min(costs.values())
        unknown = {name: least if name in later else mean for name in waiting}
        return sum(number * costs.get(name, unknown[name]) for name, number in waiting.items())
