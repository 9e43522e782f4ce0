"""Writes searches as a person would type them."""

import re
from datetime import date

from mediadesk.search.terms import AGES, PASTS
from mediadesk.search.tree import (
    Alike,
    And,
    Compare,
    CompareField,
    Inside,
    Leaf,
    Node,
    Not,
    OfKind,
    Or,
    Standing,
    Text,
)

MARKS = '"“”＂'
_WORD = re.compile(r"\w+")
_NAMES = {past: name for name, past in PASTS.items()}


def written(node: Node) -> str:
    """Write a tree so that `parse` gives it again."""
    match node:
        case And((Compare(field, ">=", low), Compare(other, "<=", high))) if (
            field == other and low != high
        ):
            return f"{_NAMES.get(field, field)}:{_value(field, low)}..{_value(field, high)}"
        case And(parts):
            return " ".join(map(_enclosed, parts))
        case Or(parts):
            return " OR ".join(map(_enclosed, parts))
        case Not(part):
            return f"-{_enclosed(part)}"
        case _:
            return _term_written(node)


def _quoted(text: str) -> str:
    if _WORD.fullmatch(text) and text not in {"OR", "AND", "NOT"}:
        return text
    for mark in MARKS:
        text = text.replace(mark, 2 * mark)
    return f'"{text}"'


def _term_written(node: Leaf) -> str:
    match node:
        case Text(field, text, whole):
            mark = "=" if whole else ":"
            return _quoted(text) if field == "any" else f"{field}{mark}{_quoted(text)}"
        case OfKind(kind):
            return f"kind:{kind}"
        case Standing(state):
            return f"is:{state}"
        case Inside(folder):
            return f"in:{_quoted(folder)}"
        case Alike(name):
            return f"similar:{_quoted(name)}"
        case Compare(field, op, value):
            name = _NAMES.get(field, field)
            said = _value(field, value)
            exact = op == "=" and field in {"length", "size", *PASTS.values()}
            return f"{name}:{said}..{said}" if exact else f"{name}{op}{said}"


def _enclosed(node: Node) -> str:
    return f"({written(node)})" if isinstance(node, And | Or) else written(node)


def _value(field: CompareField, value: float | date) -> str:
    if isinstance(value, date):
        return value.isoformat()
    whole = int(value)
    if field == "length":
        return f"{whole // 3600}h{whole // 60 % 60}m{whole % 60}s"
    if field == "size":
        return f"{whole}b"
    if field in PASTS.values():
        unit = next(unit for unit, seconds in AGES.items() if whole % seconds == 0)
        return f"{whole // AGES[unit]}{unit}"
    return f"{value:g}" if value < 100_000 else str(whole)
