"""What a search asks of items, as a tree, and the SQL that finds them."""

import json
import os
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from datetime import time as clock
from typing import Any, Literal

from mediadesk.api import Kind

TextField = Literal["any", "title", "artist", "album", "genre", "tag"]
CompareField = Literal["year", "length", "age", "added"]
Operator = Literal["<", "<=", "=", ">=", ">"]
StateName = Literal["available", "missing", "seen", "liked", "hidden"]


@dataclass(frozen=True, slots=True)
class And:
    """All of these are true; without parts it is true of everything."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one of these is true."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """This is not true; what is unknown, such as a year, is not true either."""

    part: "Node"


@dataclass(frozen=True, slots=True)
class Text:
    """The text stands somewhere in the field, A like a; any: title, artist, album or a genre."""

    field: TextField
    text: str


@dataclass(frozen=True, slots=True)
class OfKind:
    """It is of this kind."""

    kind: Kind


@dataclass(frozen=True, slots=True)
class Compare:
    """A year, a length or an age since it was added (both in seconds), or the local day of that."""

    field: CompareField
    op: Operator
    value: int | date


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands with the file, or the person with the item."""

    state: StateName


@dataclass(frozen=True, slots=True)
class Inside:
    """It lies, or lay when last seen, in this folder: a full path, or a name anywhere in one."""

    folder: str


Node = And | Or | Not | Text | OfKind | Compare | Standing | Inside
EVERYTHING = And(())
States = Callable[[StateName], Collection[str]]
"""Seen, liked or hidden → the ids of those items, for the person who looks."""


def where(node: Node, *, states: States, now: float | None = None) -> tuple[str, dict[str, Any]]:
    """Give the condition on table `item`, never NULL, and the values that it names.

    `now` is in unix seconds, `states` is asked only for what the tree names.
    """
    made = _Condition(states=states, now=time.time() if now is None else now)
    return made.of(node), made.values


def inside(folder: str) -> tuple[str, str]:
    """Give the bounds of all paths inside a folder: the first, and the first beyond."""
    start = folder.rstrip(os.sep) + os.sep
    return start, start[:-1] + chr(ord(os.sep) + 1)


@dataclass(slots=True)
class _Condition:
    states: States
    now: float
    values: dict[str, Any] = field(default_factory=dict)

    def of(self, node: Node) -> str:
        match node:
            case And(parts):
                # What is not there excludes little: it is left to what the others let pass.
                ordered = sorted(parts, key=lambda part: isinstance(part, Not))
                return f"({' AND '.join(map(self.of, ordered))})" if parts else "1"
            case Or(parts):
                return f"({' OR '.join(map(self.of, parts))})" if parts else "0"
            case Not(part):
                return f"(NOT {self.of(part)})"
            case _:
                return self._term(node)

    def _term(self, node: Text | OfKind | Compare | Standing | Inside) -> str:
        match node:
            case Text():
                return self._text(node)
            case OfKind(kind):
                return f"item.kind = {self._bind(kind.value)}"
            case Compare():
                return self._compare(node)
            case Standing():
                return self._standing(node.state)
            case Inside(folder):
                return self._inside(folder)

    def _bind(self, value: object) -> str:
        name = f"asked{len(self.values)}"
        self.values[name] = value
        return f":{name}"

    def _text(self, node: Text) -> str:
        like = f"LIKE {self._bind(_pattern(node.text))} ESCAPE '\\'"
        # The JSON as a whole is looked through first, for taking it apart is slow.
        encoded = _pattern(json.dumps(node.text, ensure_ascii=False)[1:-1])
        match node.field:
            case "title" | "artist" | "album":
                return f"item.{node.field} {like}"
            case "tag":
                return (
                    "item.id IN (SELECT item FROM feature WHERE tags <> '{}'"
                    f" AND tags LIKE {self._bind(encoded)} ESCAPE '\\'"
                    f" AND EXISTS(SELECT 1 FROM json_each(tags) WHERE key {like}))"
                )
        genre = f"item.genres LIKE {self._bind(encoded)} ESCAPE '\\'"
        if '"' in node.text or not node.text.strip(" ,[]"):  # as between two in the JSON
            genre += f" AND EXISTS(SELECT 1 FROM json_each(item.genres) WHERE value {like})"
        if node.field == "genre":
            return f"({genre})"
        return f"(item.title {like} OR item.artist {like} OR item.album {like} OR ({genre}))"

    def _compare(self, node: Compare) -> str:
        match node.field, node.value:
            case "added", date() as day:
                return self._added(node.op, day)
            case "age", int() as seconds:
                return f"({self._bind(self.now)} - item.added_at) {node.op} {self._bind(seconds)}"
            case "length", int() as seconds:
                compared = f"item.duration {node.op} {self._bind(seconds)}"
                return f"(item.duration > 0 AND {compared})"
            case "year", int() as year:
                return f"coalesce(item.year {node.op} {self._bind(year)}, 0)"
        raise TypeError(node)

    def _added(self, op: Operator, day: date) -> str:
        start, end = (self._bind(_midnight(day + timedelta(days=n))) for n in (0, 1))
        return {
            "<": f"item.added_at < {start}",
            "<=": f"item.added_at < {end}",
            "=": f"(item.added_at >= {start} AND item.added_at < {end})",
            ">=": f"item.added_at >= {start}",
            ">": f"item.added_at >= {end}",
        }[op]

    def _standing(self, state: StateName) -> str:
        if state in {"available", "missing"}:
            # Few are missing: they are looked up, and then whether another place has the file.
            gone = (
                "(item.id IN (SELECT item FROM location WHERE missing = 1 AND item IS NOT NULL)"
                " AND NOT EXISTS(SELECT 1 FROM location"
                "   WHERE location.item = item.id AND missing = 0))"
            )
            return gone if state == "missing" else f"(NOT {gone})"
        ids = self._bind(json.dumps(sorted(self.states(state))))
        return f"item.id IN (SELECT value FROM json_each({ids}))"

    def _inside(self, folder: str) -> str:
        # Those of `Path` keep `..`, and raise where nobody has such a home.
        path = os.path.expanduser(folder)  # noqa: PTH111
        if os.path.isabs(path):  # noqa: PTH117
            first, beyond = map(self._bind, inside(os.path.normpath(path)))
            lies = f"path >= {first} AND path < {beyond}"
        else:
            name = os.path.normpath(folder).strip(os.sep)
            lies = f"path LIKE {self._bind(_pattern(f'{os.sep}{name}{os.sep}'))} ESCAPE '\\'"
        return f"item.id IN (SELECT item FROM location WHERE {lies} AND item IS NOT NULL)"


def _pattern(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def _midnight(day: date) -> float:
    return datetime.combine(day, clock()).astimezone().timestamp()
