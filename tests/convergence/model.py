"""What a run must come to, told by the rules of the design alone.

It keeps every edit that a device acknowledged, and adds them up anew, in plain Python: of each
register the greatest (time, device) counts, of a note all that no other had seen; what was taken
back counts as never said; what became another item speaks for that; of who was erased nothing up to
then is left.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from convergence.told import Row


@dataclass(slots=True)
class _Op:
    """An edit, the library that made it, and whether that went back to before it."""

    row: Row
    slot: int
    life: int
    may_be_lost: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """What the log adds up to."""

    op: dict[tuple[str, int, int], Row]
    register: dict[tuple[str, str, str], tuple[Any, int, str]]
    alias: dict[str, str]
    event: dict[str, tuple[Any, ...]]
    undone: dict[str, bool]


class Model:
    """All edits that were ever acknowledged."""

    def __init__(self) -> None:
        self.ops: list[_Op] = []
        self._lives: dict[int, int] = {}

    def take(self, slot: int, rows: Iterable[Row]) -> None:
        """Note what stands in the log of a library, as it acknowledged it."""
        life = self._lives.setdefault(slot, 0)
        known = {op.row.key for op in self.ops}
        same = {op.row: op for op in self.ops}
        renamed: dict[tuple[str, int], str] = {}
        for row in rows:
            if row in same:
                if same[row].slot == slot:
                    same[row].life = life  # it was taken up again
                continue
            if row.kind == "gone" and row.key in known:
                continue
            moved = self._moved(slot, life, row)
            if moved is None:
                self.ops.append(_Op(row, slot, life))
                continue
            renamed[moved.row.device, row.seq] = row.device
            moved.row = moved.row._replace(device=row.device)
        for op in self.ops:
            if op.row.device in renamed.values():
                told = _renamed(json.loads(op.row.value), op.row, renamed)
                op.row = op.row._replace(value=_text(told))

    def restore(self, slot: int, kept: set[Row], elsewhere: set[Row]) -> None:
        """Note that a library is an old one again, with the edits that were `kept` in that.

        Those that no other device knows may be lost.
        """
        own = {row.key: row for row in kept}
        theirs = {row.key: row for row in elsewhere}
        self._lives[slot] = self._lives.get(slot, 0) + 1
        for op in self.ops:
            if op.slot == slot:
                if _is_in(op.row, own):
                    op.life = self._lives[slot]
                elif not _is_in(op.row, theirs):
                    op.may_be_lost = True

    def folded(self, there: Iterable[Row]) -> Folded:
        """Add all up; of what may be lost, what is `there` yet."""
        found = {row.key: row for row in there}
        ops = [op.row for op in self.ops if not op.may_be_lost or _is_in(op.row, found)]
        stones: dict[str, int] = {}
        for row in ops:
            if row.kind == "erase":
                stones[row.item] = max(row.hlc, stones.get(row.item, 0))
        ops = [_without(row, stones) for row in ops]
        undone = _undone(ops)
        stand = [row for row in ops if not undone.get(row.change or "", False)]
        alias = _aliases([row for row in stand if row.kind == "alias"])
        return Folded(
            op={row.key: row for row in ops},
            register=_registers([row for row in stand if row.kind == "set"], alias),
            alias=alias,
            event={f"{row.device}:{row.seq}": _event(row) for row in ops if row.kind == "event"},
            undone={act: undone.get(act, False) for act in _acts(ops)},
        )

    def _moved(self, slot: int, life: int, row: Row) -> _Op | None:
        """Give what goes by another device's name now: another library writes under the old one."""
        return next(
            (
                op
                for op in self.ops
                if (op.slot, op.life) == (slot, life)
                and (op.row.seq, op.row.hlc) == (row.seq, row.hlc)
                and op.row.device != row.device
            ),
            None,
        )


def _renamed(told: Any, row: Row, renamed: dict[tuple[str, int], str]) -> Any:  # noqa: ANN401
    """Give what an edit says, where it names others that go by another device's name now."""
    if row.kind == "event" and (named := told["context"].get("event")):
        device, _, number = named.partition(":")
        if new := renamed.get((device, int(number))):
            told["context"]["event"] = f"{new}:{number}"
    if row.field == "removed" and isinstance(told, dict):
        for (old, number), new in sorted(renamed.items()):
            if number <= told["seen"].get(old, 0):
                told["seen"] = {**told["seen"], new: told["seen"][old]}
                told["seen"][old] = min(n for each, n in renamed if each == old) - 1
                break
    if row.field == "note" and isinstance(told, dict):
        for old in {each for each, _ in renamed} & told["seen"].keys():
            first = min(n for each, n in renamed if each == old)
            new = next(made for (each, _), made in renamed.items() if each == old)
            if late := {item: n for item, n in told["seen"][old].items() if n >= first}:
                told["seen"][new] = late
                told["seen"][old] = told["seen"][old] | dict.fromkeys(late, first - 1)
    return told


def _is_in(row: Row, found: dict[tuple[str, int, int], Row]) -> bool:
    theirs = found.get(row.key)
    if theirs is None or "gone" in {row.kind, theirs.kind}:
        return theirs is not None
    # Not by the value: whoever was erased may be missing there.
    return (row[3:6], row.change) == (theirs[3:6], theirs.change)


def _without(row: Row, stones: dict[str, int]) -> Row:
    def is_gone(name: str, when: int) -> bool:
        told = hashlib.sha256(f"mediadesk profile {name}".encode()).hexdigest()
        return when <= stones.get(told, -1)

    is_old = False
    if (row.kind, row.item, row.field) == ("set", "profile", "made"):
        made = (json.loads(row.value) or 0) * 1e6  # told later than it was, maybe
        is_old = is_gone(row.profile, int(made))
    if is_old or (row.profile and is_gone(row.profile, row.hlc)):
        return row._replace(kind="gone", item="", field="", value="null", profile="")
    told = json.loads(row.value)
    match row.kind, row.item, row.field:
        case "event", _, _ if members := told["context"].get("members"):
            told["context"]["members"] = left = [m for m in members if not is_gone(m, row.hlc)]
        case "set", "profile", "members" if members := told:
            told = left = [m for m in members if not is_gone(m, row.hlc)]
        case _:
            return row
    return row if left == members else row._replace(value=_text(told))


def _text(told: Any) -> str:  # noqa: ANN401
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def _undone(ops: Sequence[Row]) -> dict[str, bool]:
    last: dict[str, Row] = {}
    for row in ops:
        if row.kind == "undo" and _when(row) > _when(last.get(row.item)):
            last[row.item] = row
    return {act: row.value == "true" for act, row in last.items()}


def _acts(ops: Sequence[Row]) -> set[str]:
    """Give the acts of which something is left, but for those that took back such as are gone."""
    left = {row.change for row in ops if row.change and row.kind not in {"gone", "undo"}}
    empty = {row.change for row in ops if row.change and row.kind == "gone"} - left
    while (
        more := {
            row.change for row in ops if row.change and row.kind == "undo" and row.item in empty
        }
        - empty
    ):
        empty |= more
    return left - empty


def _aliases(ops: Sequence[Row]) -> dict[str, str]:
    last: dict[str, Row] = {}
    for row in ops:
        new = json.loads(row.value)
        for content in (row.item, new):
            if content is not None and _when(row) > _when(last.get(content)):
                last[content] = row
    return {
        content: new
        for content, row in last.items()
        if row.item == content and (new := json.loads(row.value)) is not None
    }


def _registers(
    ops: Sequence[Row], alias: dict[str, str]
) -> dict[tuple[str, str, str], tuple[Any, int, str]]:
    last: dict[tuple[str, str, str], Row] = {}
    noted: dict[tuple[str, str, str], list[Row]] = {}
    for row in ops:
        item = row.item
        while item in alias:
            item = alias[item]
        what = row.profile, item, row.field
        if row.field == "note":
            noted.setdefault(what, []).append(row)
        if _when(row) > _when(last.get(what)):
            last[what] = row
    return {
        what: (_noted(noted[what]) if what in noted else json.loads(row.value), row.hlc, row.device)
        for what, row in last.items()
        if row.field != "removed" or _is_removed(row.item, ops)
    }


def _noted(rows: Sequence[Row]) -> str | None:
    """Give what notes say together: those that no other one had seen, the oldest first."""
    told = {row: json.loads(row.value) for row in sorted(rows, key=_when)}
    words = [
        one["text"]
        for row, one in told.items()
        if not any(row.seq <= each["seen"].get(row.device, {}).get(row.item, 0)
                   for each in told.values())
    ]  # fmt: skip
    return "\n\n".join(dict.fromkeys(filter(None, words))) or None


def _is_removed(thing: str, ops: Sequence[Row]) -> bool:
    """Tell whether all that was said of a collection had been seen by somebody who removed it."""
    seen: dict[str, int] = {}
    place = f"in/{thing.removeprefix('collection/')}"
    said = [row for row in ops if row.item == thing or row.field == place]
    for row in said:
        if row.field == "removed" and (told := json.loads(row.value)):
            for device, number in told["seen"].items():
                seen[device] = max(number, seen.get(device, 0))
    return all(row.seq <= seen.get(row.device, 0) for row in said if row.field != "removed")


def _event(row: Row) -> tuple[Any, ...]:
    told = json.loads(row.value)
    return (
        row.hlc, row.profile, row.item, told["kind"], told["at"], told["value"], told["context"],
    )  # fmt: skip


def _when(row: Row | None) -> tuple[int, str]:
    return (row.hlc, row.device) if row else (0, "")
