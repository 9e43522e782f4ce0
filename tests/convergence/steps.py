"""What happens in a run, one step after the other, each whole in itself: any may be left out."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from convergence.told import GROUP, ITEMS, PROFILES

_TAGS = ("Calm", "calm", "Rainy")
_NAMES = ("Best", "Later")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that happens to a device, or to the drive where none is named.

    `chance` is the seed of whatever is decided on the way; with `dies_at` the device is killed at
    that step on its disk, or right afterwards.
    """

    verb: str
    device: int = -1
    args: dict[str, Any] = field(default_factory=dict)
    chance: int = 0
    dies_at: int = 0


_WEIGHTS = {
    "sync": 12, "carry": 10, "fail": 4, "clock": 2, "look": 1, "keep_backup": 6, "restore": 5,
    "note": 5, "tag": 5, "edit": 5, "rate": 5, "mark": 2, "hide": 3, "play": 3, "collect": 4,
    "rename_collection": 1, "remove_collection": 1, "merge": 3, "apart": 1, "follow": 2, "undo": 6,
    "erase": 1, "arrive": 1, "limit": 1, "group": 1, "undo_merge": 2, "revoke": 1,
}  # fmt: skip
_DEADLY = 0.06


def made(dice: random.Random, *, devices: int, length: int) -> list[Step]:
    """Make up the steps of a run."""
    return [_step(dice, devices) for _ in range(length)]


def _step(dice: random.Random, devices: int) -> Step:
    verb = dice.choices(list(_WEIGHTS), list(_WEIGHTS.values()))[0]
    step = Step(verb=verb, chance=dice.getrandbits(32))
    if verb in {"carry", "fail"}:
        return step
    step = replace(step, device=dice.randrange(devices), args=_args(verb, dice))
    if verb not in {"clock", "look", "keep_backup"} and dice.random() < _DEADLY:
        return replace(step, dies_at=dice.randint(1, 90 if verb in {"sync", "restore"} else 25))
    return step


def _args(verb: str, dice: random.Random) -> dict[str, Any]:
    drawn = _ARGS.get(verb, lambda _dice: {})(dice)
    if verb in _ON_ONE:
        drawn["item"] = dice.choice(ITEMS)
    if verb in _ON_SOME:
        drawn["items"] = dice.sample(ITEMS, dice.choice([1, 1, 2]))
    if verb in _BY_SOMEBODY:
        drawn["profile"] = dice.choice([*PROFILES, GROUP])
    return drawn


def _merge(dice: random.Random) -> dict[str, Any]:
    keep, *others = dice.sample(ITEMS, dice.choice([2, 2, 3]))
    return {"keep": keep, "others": others}


def _two(names: Sequence[str], among: Sequence[str], dice: random.Random) -> dict[str, Any]:
    return dict(zip(names, dice.sample(among, 2), strict=True))


def _word(dice: random.Random) -> str:
    return f"Word {dice.randrange(1000)}"


_ON_ONE = {"note", "rate", "mark", "hide", "play"}
_ON_SOME = {"tag", "edit", "collect"}
_BY_SOMEBODY = {"note", "rate", "mark", "hide", "play"}
_ARGS: dict[str, Callable[[random.Random], dict[str, Any]]] = {
    "clock": lambda dice: {
        "years": dice.choice([-9, 0, 0, 0, 30]), "stands": dice.random() < 0.3
    },
    "restore": lambda dice: {"by_hand": dice.random() < 0.6},
    "note": lambda dice: {"text": _word(dice)},
    "tag": lambda dice: {"name": dice.choice(_TAGS), "on": dice.random() < 0.7},
    "edit": lambda dice: dice.choice([
        {"field": "title", "value": _word(dice)},
        {"field": "year", "value": dice.choice([None, 1999, 2000])},
    ]),
    "rate": lambda dice: {"stars": dice.choice([None, 1.0, 2.5, 5.0])},
    "mark": lambda dice: {"watched": dice.random() < 0.7},
    "hide": lambda dice: {"hidden": dice.random() < 0.7},
    "play": lambda dice: {"share": round(dice.random(), 2)},
    "collect": lambda dice: {"name": dice.choice(_NAMES), "out": dice.random() < 0.3},
    "rename_collection": lambda dice: _two(("name", "new"), _NAMES, dice),
    "remove_collection": lambda dice: {"name": dice.choice(_NAMES)},
    "merge": _merge,
    "apart": lambda dice: {"items": dice.sample(ITEMS, 2)},
    "follow": lambda dice: _two(("old", "new"), ITEMS, dice),
    "undo": lambda dice: {"nth": dice.choice([0, 0, 1, 2, 5])},
    "erase": lambda dice: {"profile": dice.choice(PROFILES[1:])},
    "arrive": lambda dice: {"profile": dice.choice(PROFILES[1:])},
    "limit": lambda dice: {
        "profile": dice.choice(PROFILES[1:]), "age": dice.choice([None, 6, 12])
    },
    "group": lambda dice: {"members": dice.sample(PROFILES, dice.choice([2, 3]))},
    "revoke": lambda dice: {"nth": dice.randrange(2)},
}  # fmt: skip
"""Verb → what it is told, beside the item, the items or the profile that it may be about."""
