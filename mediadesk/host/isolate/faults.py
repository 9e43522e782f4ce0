"""When a plugin has done too much wrong: rules, and nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass

ITEMS, ITEM_SECONDS = 3, 600.0
"""So many faults, each with another item or with none, within so many seconds are too many."""
RESTARTS, RESTART_SECONDS = 5, 60.0
"""And so many with whatever."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something a plugin did wrong.

    `at` is in unix seconds; `kind` is one of `Died`, or wrong for a result that is none;
    `sentence` says what happened.
    """

    plugin: str
    version: str
    at: float
    part: str
    item: str | None
    kind: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether a plugin is to be quarantined, and a sentence that says why."""

    quarantine: bool
    sentence: str = ""


def verdict(faults: Sequence[Fault], now: float) -> Verdict:
    """Judge a plugin by its faults, in any order."""
    lately = [fault for fault in faults if 0 <= now - fault.at < ITEM_SECONDS]
    lately.sort(key=lambda fault: fault.at)
    # The same item again says nothing new: the file may be to blame.
    counted = {fault.item or (n,): fault for n, fault in enumerate(lately)}
    if len(counted) >= ITEMS:
        return _quarantine(list(counted.values()), f"{ITEM_SECONDS / 60:g} minutes")
    quick = [fault for fault in lately if now - fault.at < RESTART_SECONDS]
    if len(quick) >= RESTARTS:
        return _quarantine(quick, f"{RESTART_SECONDS:g} seconds")
    return Verdict(quarantine=False)


def _quarantine(faults: Sequence[Fault], time: str) -> Verdict:
    told = " ".join(dict.fromkeys(fault.sentence for fault in faults))
    return Verdict(quarantine=True, sentence=f"{len(faults)} faults within {time}: {told}")
