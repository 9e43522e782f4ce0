"""The ranker of what comes next."""

from collections.abc import Callable

from mediadesk.api import Cause, RankRequest, Run, Scores
from mediadesk_next.after import after
from mediadesk_next.lately import by_the_same
from mediadesk_next.order import order
from mediadesk_next.signal import MODEL, Signal, approval, opinions, scores

_INTEREST = 3.0  # days


class Next:
    """Scores by order: the next part, more of whom one listens to, what others went on to."""

    name = "next"
    model = MODEL

    def __init__(self, text: Callable[[str], str]) -> None:
        """Translate by `text`."""
        self._others = Cause(text=text("Others went on to this"))
        self._past = Cause(text=text("You are further on already"))
        self._artist = Cause(text=text("By somebody you have played or judged lately"))

    def rank(self, request: RankRequest, run: Run) -> Scores:
        """Score every candidate; what nothing is known of has 0."""
        values, days = opinions(request)
        count = len(request.candidates)
        signals: list[Signal] = []
        if request.facts is not None:
            signals += order(self._past, request.facts, values, days)
            liked = approval(values) * 0.5 ** (days / _INTEREST)
            signals.append(by_the_same(self._artist, request.facts, liked))
        if request.crowd is not None:
            signals.append(after(self._others, request.crowd, values, days))
        return scores(signals, run, count=count, without=request.without)
