"""How good it is, and a contest of two rankers, for the engine of made-up data."""

from collections.abc import Mapping
from dataclasses import replace

from mediadesk.api import UserError
from mediadesk.engine.messages import (
    Change,
    ContestView,
    Figure,
    Measured,
    Moment,
    Outcome,
    Progress,
    QualityView,
)

_AT = 1_760_000_000.0
_DAY = 86_400.0
_WORTH = {
    "mediadesk": (0.43, 0.35, 0.51),
    "jellyfin-localrecs": (0.21, 0.15, 0.27),
    "streamystats": (0.35, 0.27, 0.44),
    "random": (0.06, 0.03, 0.1),
}
_PRICE = {
    "mediadesk": (0.62, 0.6, 0.64),
    "jellyfin-localrecs": (0.31, 0.29, 0.33),
    "streamystats": (0.4, 0.38, 0.42),
    "random": (0.81, 0.8, 0.82),
}


def outcome(moments: int = 57) -> Outcome:
    """A history in which MediaDesk learns, and the others don't."""
    told = {name: _figures(name) for name in _WORTH}
    ours = told.pop("mediadesk")
    return Outcome(
        protocol="mine",
        users=moments,
        metrics=ours,
        baselines=told,
        differences={
            "jellyfin-localrecs": {"ndcg@10": Figure(value=0.2, low=0.1, high=0.3)},
            "streamystats": {"ndcg@10": Figure(value=0.06, low=-0.01, high=0.13)},
            "random": {"ndcg@10": Figure(value=0.36, low=0.28, high=0.44)},
        },
        exposure={
            "kind": {"film": 0.57, "song": 0.3, "episode": 0.13},
            "language": {"en": 0.7, "zh": 0.26, "unknown": 0.04},
        },
        available={
            "kind": {"film": 0.35, "song": 0.5, "episode": 0.14, "podcast": 0.01},
            "language": {"en": 0.66, "zh": 0.24, "unknown": 0.1},
        },
        moments=tuple(_moment(n, moments) for n in range(moments)),
    )


def _figures(name: str) -> Mapping[str, Figure]:
    value, low, high = _WORTH[name]
    worth = {
        each: Figure(value=value * part, low=low * part, high=high * part)
        for each, part in (("hit@10", 1.0), ("mrr@10", 0.6), ("ndcg@10", 0.7))
    }
    value, low, high = _PRICE[name]
    price = {
        each: Figure(value=value * part, low=low * part, high=high * part)
        for each, part in (("ild", 1.0), ("coverage", 0.5), ("long_tail", 0.9))
    }
    return {**worth, **price}


def _moment(n: int, count: int) -> Moment:
    wave = 0.01 * ((n * 7) % 5 - 2)
    return Moment(
        at=_AT + n * 3 * _DAY,
        item=f"{n:032x}",
        title=f"A quiet walk number {n}",
        places={name: None if n % 3 == 2 or name == "random" else 1 + n % 9 for name in _WORTH},
        ndcg={
            "mediadesk": 0.12 + 0.3 * n / count + wave,
            "jellyfin-localrecs": 0.13 + wave / 2,
            "streamystats": 0.2 + 0.05 * n / count - wave / 2,
            "random": 0.04 + wave / 4,
        },
    )


class FakeQuality:
    """A history is measured at once, or `too_short` is why it can't be."""

    outcome = outcome()
    too_short = ""
    measured_for = ""
    who = "me"
    measuring: Progress | None = None
    last: Measured | None = None
    contest = ContestView(profile="me", rankers=("blend", "next", "novelty", "taste", "together"))

    def quality_standing(self) -> QualityView:
        return QualityView(profile=self.who, measured=self.last, progress=self.measuring)

    def quality_measure(self, *, profile: str) -> Measured:
        self.measured_for = profile
        if self.too_short:
            raise UserError(self.too_short)
        self.last = Measured(at=_AT, outcome=self.outcome)
        return self.last

    def quality_halt(self, *, profile: str) -> None:
        assert profile == self.who
        self.measuring = None

    def contests_status(self) -> ContestView:
        return self.contest

    def contests_start(self, first: str, second: str) -> Change:
        if first == second:
            raise UserError("A contest takes two: name another ranker.")
        self.contest = ContestView(
            profile="me",
            rankers=self.contest.rankers,
            arms=(first, second),
            since=_AT,
            verdict="open",
            says="Nothing was seen of it yet.",
        )
        return Change(id="c7", at=_AT, says="Started a contest", items=0)

    def contests_stop(self) -> Change:
        self.contest = replace(self.contest, until=_AT + _DAY)
        return Change(id="c8", at=_AT, says="Stopped the contest", items=0)
