"""Tells from wins and losses who is better; it holds however often somebody looks meanwhile.

The evidence against a share p of wins is what somebody makes of 1 who bets against p with every
other share alike: ∫ q^w (1 − q)^l dq / (p^w (1 − p)^l), a mixture over Beta(1, 1). If p is the true
share this is a nonnegative martingale, which ever reaches 1/α with a probability of at most α
(Ville's inequality). So the shares for which it is below that are a confidence sequence: Robbins,
"Statistical Methods Related to the Law of the Iterated Logarithm" (1970); Howard, Ramdas, McAuliffe
& Sekhon, "Time-uniform, Nonparametric, Nonasymptotic Confidence Sequences" (2021).
"""

from collections.abc import Callable
from math import ceil, inf, lgamma, log

ALPHA = 0.05
"""The probability with which an interval is ever wrong."""
EQUAL = 0.5
_ENOUGH = -log(ALPHA)
_STEPS = 40  # halvings: to 1e-12
_LONGEST = 1_000


def evidence(wins: float, losses: float, share: float = EQUAL) -> float:
    """Give the natural logarithm of the evidence against a true share of wins."""
    expected = sum(
        count * (log(p) if p > 0 else -inf)
        for count, p in ((wins, share), (losses, 1 - share))
        if count
    )
    mixture = lgamma(wins + 1) + lgamma(losses + 1) - lgamma(wins + losses + 2)
    return mixture - expected


def interval(wins: int, losses: int) -> tuple[float, float]:
    """Give the lowest and highest share of wins that there is not enough evidence against."""
    if wins + losses == 0:
        return 0.0, 1.0

    def held(share: float) -> bool:
        return evidence(wins, losses, share) < _ENOUGH

    found = wins / (wins + losses)
    return _end(held, found, 0.0), _end(held, found, 1.0)


def is_told(wins: float, losses: float) -> bool:
    """Tell whether there is enough evidence that one is better."""
    return evidence(wins, losses) >= _ENOUGH


def needed(wins: int, losses: int) -> int | None:
    """Give how many more would tell if the share stayed what it is likely to be.

    None where that is more than a thousand. The likely share is the mean of Beta(1 + w, 1 + l).
    """
    likely = (wins + 1) / (wins + losses + 2)
    return next(
        (
            more
            for more in range(_LONGEST + 1)
            if is_told(wins + likely * more, losses + (1 - likely) * more)
        ),
        None,
    )


def per_sitting(more: int, *, decided: int, sittings: int) -> int:
    """Give how many sittings bring so many `more` that somebody wins."""
    return ceil(more * sittings / decided)


def _end(held: Callable[[float], bool], inside: float, outside: float) -> float:
    """Give where it ends to hold between a share for which it does and the last."""
    for _ in range(_STEPS):
        middle = (inside + outside) / 2
        inside, outside = (middle, outside) if held(middle) else (inside, middle)
    return inside
