"""The fields of the search language: what “year>=1990” and its like mean."""

import calendar
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import cast, get_args

from mediadesk.api import Kind, UserError
from mediadesk.search.tree import (
    Alike,
    And,
    Compare,
    CompareField,
    Inside,
    Node,
    Not,
    OfKind,
    Operator,
    Standing,
    StateName,
    Text,
    TextField,
)

Span = tuple[float | date, float | date]
"""The first and the last that a value stands for: a year has many days."""

_LENGTH = re.compile(r"(?:([0-9]{1,5})h)?(?:([0-9]{1,5})m)?(?:([0-9]{1,5})s)?")
_AGE = re.compile(r"([0-9]{1,5})([hdwmy])")
_DAY = re.compile(r"([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?")
_SIZE = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,3})?|[0-9]{1,18})([bkmgt])b?")
_HEIGHT = re.compile(r"([0-9]{1,5})p?|([1-9])k")
_STARS = re.compile(r"[0-5](?:\.[05])?")
_LONGEST = 100_000_000
_LEAST: dict[str, float | date] = {
    **dict.fromkeys(("year", "season", "episode", "track", "length", "size", "height"), 0),
    "stars": 0.5,
    "plays": 1,
    **dict.fromkeys(("added", "played"), date(1971, 1, 1)),
}
"""What each field that is compared is at least, where it is known."""
AGES = {"y": 31_536_000, "m": 2_592_000, "w": 604_800, "d": 86_400, "h": 3600}
PASTS: dict[str, CompareField] = {"added": "age", "played": "rest"}
"""The fields that are days, and what their distance from now is called."""
_SIZES = {"b": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12}
_SYNONYMS: dict[str, StateName] = {"watched": "seen"}
_OPERATORS: dict[str, Operator] = {"": "=", "≤": "<=", "≥": ">="}


@dataclass(frozen=True, slots=True)
class Term:
    """A field, its operator and value as they were typed; it begins at character `at`, from 1."""

    field: str
    op: str
    value: str
    at: int

    def wrong(self, remedy: str) -> UserError:
        """Say where it stands, and what may stand there."""
        said = f"{self.field}{self.op}{self.value}"
        return UserError(f"“{said}” at character {self.at} isn't understood: {remedy}.")

    @property
    def plain(self) -> str:
        """The value in ordinary letters and digits, for those that are no text."""
        return unicodedata.normalize("NFKC", self.value).strip().lower()


def name_of(field: str) -> str:
    """Give a field's name as it is known: lower case, ordinary letters."""
    return unicodedata.normalize("NFKC", field).lower()


def meant(field: str) -> str:
    """Give the field that a person may have meant, "" if it is like none."""
    return next(iter(get_close_matches(name_of(field), FIELDS, 1)), "")


def understood(term: Term) -> Node:
    """Give what a term of a known field means.

    Raises:
        UserError: if its value or operator is none that the field has.
    """
    said = unicodedata.normalize("NFKC", term.op)
    # “:” before another one changes nothing: year:>1990.
    op = _OPERATORS.get(said.lstrip(":"), cast("Operator", said.lstrip(":")))
    field = name_of(term.field)
    if said == "=" and not term.value and field in _LEAST:
        return Not(Compare(cast("CompareField", field), ">=", _LEAST[field]))
    return FIELDS[field](term, op)


def _text(term: Term, op: Operator) -> Node:
    field = name_of(term.field)
    if op != "=":
        raise term.wrong(f'write {field}:WORD, {field}:"SOME WORDS" or, for all of it, {field}="…"')
    whole = unicodedata.normalize("NFKC", term.op) == "="
    return Text(cast("TextField", field), term.value, whole)


def _similar(term: Term, op: Operator) -> Node:
    if op != "=" or not term.value.strip():
        raise term.wrong('write similar:"A TITLE", or the id of an item')
    return Alike(term.value)


def _kind(term: Term, op: Operator) -> Node:
    kind = term.plain.replace(" ", "-")
    if op != "=" or kind not in set(Kind):
        raise term.wrong(f"the kinds are {', '.join(Kind)}, as in kind:film")
    return OfKind(Kind(kind))


def _is(term: Term, op: Operator) -> Node:
    known = {name: name for name in get_args(StateName)} | _SYNONYMS
    if op != "=" or term.plain not in known:
        raise term.wrong(f"it may be {', '.join(known)}, as in is:seen")
    return Standing(cast("StateName", known[term.plain]))


def _in(term: Term, op: Operator) -> Node:
    if op != "=" or not term.value.strip(" ."):
        raise term.wrong("write in:FOLDER, in quotes if it has spaces")
    return Inside(term.value)


def _number(name: CompareField, example: str) -> Callable[[Term, Operator], Node]:
    """Understand a field that is a whole number."""

    def one(value: str) -> Span | None:
        return (int(value), int(value)) if re.fullmatch("[0-9]{1,4}", value) else None

    def understand(term: Term, op: Operator) -> Node:
        return _compared(term, op, name, one, f"write {example}")

    return understand


def _stars(term: Term, op: Operator) -> Node:
    def one(value: str) -> Span | None:
        fits = _STARS.fullmatch(value) and 0.5 <= float(value) <= 5
        return (float(value), float(value)) if fits else None

    return _compared(term, op, "stars", one, "write stars:5, stars>=3.5 or stars:1..2, up to 5")


def _height(term: Term, op: Operator) -> Node:
    def one(value: str) -> Span | None:
        found = _HEIGHT.fullmatch(value)
        pixels = found and (int(found[1]) if found[1] else 540 * int(found[2]))
        return None if pixels is None else (pixels, pixels)

    return _compared(term, op, "height", one, "write height>=1080, height:720p or height<4k")


def _length(term: Term, op: Operator) -> Node:
    remedy = "write length<20m, length>1h30m or length:45s..2m"
    units = {"h": 3600, "m": 60, "s": 1}
    return _measured(term, op, "length", one=_clocked, units=units, remedy=remedy)


def _size(term: Term, op: Operator) -> Node:
    def one(value: str) -> Span | None:
        found = _SIZE.fullmatch(value)
        return (round(float(found[1]) * _SIZES[found[2]]),) * 2 if found else None

    remedy = "write size>1g, size<700m or size:1g..2.5g"
    return _measured(term, op, "size", one=one, units=_SIZES, remedy=remedy)


def _measured(
    term: Term,
    op: Operator,
    field: CompareField,
    *,
    one: Callable[[str], Span | None],
    units: Mapping[str, int],
    remedy: str,
) -> Node:
    """Compare a measure: 20m alone is as exact as its unit, from 20 to below 21 minutes."""
    found = None if ".." in term.plain else one(term.plain)
    if op != "=" or found is None or not isinstance(found[0], int):
        return _compared(term, op, field, one, remedy)
    number, unit = re.fullmatch(r"(.*?)([a-z])b?", term.plain).groups()  # type: ignore[union-attr]
    step = units[unit] // 10 ** len(number.partition(".")[2])
    return And((Compare(field, ">=", found[0]), Compare(field, "<", found[0] + max(step, 1))))


def _clocked(value: str) -> tuple[int, int] | None:
    found = _LENGTH.fullmatch(value)
    if found is None or not value:
        return None
    hours, minutes, seconds = (int(each or 0) for each in found.groups())
    length = 3600 * hours + 60 * minutes + seconds
    return (length, length) if length <= _LONGEST else None


def _when(term: Term, op: Operator) -> Node:
    def age(value: str) -> Span | None:
        found = _AGE.fullmatch(value)
        return (int(found[1]) * AGES[found[2]],) * 2 if found else None

    name = name_of(term.field)
    remedy = f"write {name}>2026-01-31, {name}:2026-01 or, for the last seven days, {name}:7d"
    if any(map(age, term.plain.split(".."))):
        within: Operator = "<=" if op == "=" and ".." not in term.plain else op
        return _compared(term, within, PASTS[name], age, remedy)
    return _compared(term, op, cast("CompareField", name), _days, remedy)


def _days(value: str) -> Span | None:
    """Give the first and last day of a year, a month or a day."""
    found = _DAY.fullmatch(value)
    if found is None:
        return None
    year, month, day = (int(each) if each else 0 for each in found.groups())
    if not 1971 <= year <= 2999 or (found[2] and not 1 <= month <= 12):
        return None  # Windows knows no others
    last = calendar.monthrange(year, month or 12)[1]
    if found[3] and not 1 <= day <= last:
        return None
    return date(year, month or 1, day or 1), date(year, month or 12, day or last)


def _compared(
    term: Term, op: Operator, field: CompareField, one: Callable[[str], Span | None], remedy: str
) -> Node:
    """Compare with a value, from its first to its last, or with a range of two."""
    low_text, dots, high_text = term.plain.partition("..")
    low, high = one(low_text), one(high_text if dots else low_text)
    if low is None or high is None or (dots and op != "="):
        raise term.wrong(remedy)
    first, last = low[0], high[1]
    if op == "=" and first != last:
        return And((Compare(field, ">=", first), Compare(field, "<=", last)))
    return Compare(field, op, last if op in {"<=", ">"} else first)


FIELDS: dict[str, Callable[[Term, Operator], Node]] = {
    "kind": _kind,
    "year": _number("year", "year:1999, year>=1990 or year:1990..1999"),
    "title": _text,
    "artist": _text,
    "album": _text,
    "series": _text,
    "genre": _text,
    "tag": _text,
    "person": _text,
    "place": _text,
    "studio": _text,
    "set": _text,
    "description": _text,
    "note": _text,
    "collection": _text,
    "season": _number("season", "season:2, season>=2 or season:1..3"),
    "episode": _number("episode", "episode:2, episode>=2 or episode:1..3"),
    "track": _number("track", "track:2, track>=2 or track:1..3"),
    "length": _length,
    "size": _size,
    "height": _height,
    "stars": _stars,
    "plays": _number("plays", "plays:0, plays>2 or plays:1..3"),
    "played": _when,
    "added": _when,
    "is": _is,
    "in": _in,
    "drive": _text,
    "similar": _similar,
}
