"""Makes rows of what people did so coarse that each could be of any of k people, or omits them.

After Sweeney, “k-anonymity: a model for protecting privacy” and “Achieving k-anonymity privacy
protection using generalization and suppression” (2002), with people, not rows, being counted. It
is no defence against who knows much of one person and follows the row of pseudonyms through time
(Narayanan and Shmatikov, “Robust De-anonymization of Large Sparse Datasets”, 2008).
"""

import secrets
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What a person did with an item, `at` in unix seconds; of the item what others may know."""

    person: str
    item: str
    did: str
    value: float
    at: float
    kind: str
    year: int | None
    genre: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The same, of which nobody is to be known: empty is what is not told.

    `person` and `item` are pseudonyms of this export alone; a thing has another one where less is
    told of it, else that could be looked up in a finer row. `when` is a week, a month, a quarter or
    a year.
    """

    person: str
    item: str
    did: str
    value: float
    kind: str
    decade: str
    genre: str
    when: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Anonymous:
    """Rows of which each is told in the same words of `k` people or more.

    `levels` is how many rows are told at which coarseness, `suppressed` how many not at all.
    """

    k: int
    people: int
    rows: tuple[Row, ...]
    levels: dict[str, int]
    suppressed: int


_LAST = datetime(2100, 1, 1, tzinfo=UTC).timestamp()  # a clock that went wrong tells any time
_Told = tuple[str, str, str, str, str]
"""What was done, kind, decade, genre, time: by these somebody could be recognised."""


def _week(act: Act) -> _Told:
    year, week, _ = _date(act).isocalendar()
    return act.did, act.kind, _decade(act), act.genre, f"{year}-W{week:02}"


def _month(act: Act) -> _Told:
    return act.did, act.kind, _decade(act), act.genre, f"{_date(act):%Y-%m}"


def _quarter(act: Act) -> _Told:
    at = _date(act)
    return act.did, act.kind, _decade(act), "", f"{at.year}-Q{(at.month + 2) // 3}"


def _year(act: Act) -> _Told:
    return act.did, act.kind, "", "", str(_date(act).year)


def _nothing(act: Act) -> _Told:
    return act.did, "", "", "", ""


_LEVELS = {
    "week, genre and decade": _week,
    "month, genre and decade": _month,
    "quarter and decade": _quarter,
    "year and kind": _year,
    "what was done alone": _nothing,
}
"""Ways to tell of an act, from the finest to the coarsest."""


def anonymous(acts: Iterable[Act], *, k: int) -> Anonymous:
    """Tell of each act as finely as at least `k` people share it."""
    left: Sequence[Act] = list(acts)
    people = {act.person for act in left}
    pseudonyms: defaultdict[str, str] = defaultdict(lambda: secrets.token_hex(6))
    rows, levels = list[Row](), dict[str, int]()
    for name, tell in _LEVELS.items():
        alike: defaultdict[_Told, list[Act]] = defaultdict(list)
        for act in left:
            alike[tell(act)].append(act)
        left, before = [], len(rows)
        for told, those in alike.items():
            if len({act.person for act in those}) < k:
                left += those
            else:
                rows += [_row(act, told, pseudonyms) for act in those]
        levels[name] = len(rows) - before
    return Anonymous(
        k=k,
        people=len(people),
        rows=tuple(sorted(rows, key=lambda row: (row.person, row.when, row.item))),
        levels=levels,
        suppressed=len(left),
    )


def _row(act: Act, told: _Told, pseudonyms: defaultdict[str, str]) -> Row:
    did, kind, decade, genre, when = told
    return Row(
        person=pseudonyms[f"person {act.person}"],
        item=pseudonyms[f"item {act.item} {kind} {decade} {genre}"],
        did=did,
        value=round(act.value * 4) / 4,
        kind=kind,
        decade=decade,
        genre=genre,
        when=when,
    )


def _decade(act: Act) -> str:
    return "" if act.year is None else f"{act.year // 10 * 10}s"


def _date(act: Act) -> datetime:
    return datetime.fromtimestamp(min(max(act.at, 0.0), _LAST), UTC)
