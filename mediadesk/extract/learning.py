"""What a person's tags teach: other items are tagged anew, near ones at once, the rest in time."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from typing import TYPE_CHECKING

import numpy as np

from mediadesk.store import features, learnt, registers
from mediadesk.understand import FEATURE
from mediadesk.understand.corrections import Corrections, Examples

if TYPE_CHECKING:
    from mediadesk.api import Array
    from mediadesk.store import Database, Store

_BACKGROUND = 1_000  # items that stand for the library
_SEEDS, _NEAR = 8, 100  # of one act, and items near to each: at once
_SLICE = 500


@dataclass(frozen=True, slots=True)
class _Taught:
    """The corrections as of some moment: `told` is label → item → whether it has it."""

    stamp: str
    told: Mapping[str, Mapping[str, bool]]
    corrections: Corrections | None

    def differences(self, other: _Taught) -> set[str]:
        """Give the items of which the two tell anything different."""
        return {
            item
            for label in {*self.told, *other.told}
            for item, _ in self.told.get(label, {}).items() ^ other.told.get(label, {}).items()
        }


class Learning:
    """Keeps, for each item of which corrections of others say anything, the feature “learnt”.

    Any thread may call it.
    """

    def __init__(self, store: Store, *, nearest: Callable[[str, int], Sequence[str]]) -> None:
        """Learn nothing yet; `nearest` gives the so many items most alike to one."""
        self._store = store
        self._nearest = nearest
        self._taught: _Taught | None = None

    def teach(self, items: Sequence[str] = ()) -> None:
        """Take up what people say of tags by now, and tag anew at once what is near to `items`.

        To these belong all of which something else was said before.
        """
        db = self._store.read()
        before, self._taught = self._taught, _taught(db)
        changed = [*items, *(self._taught.differences(before) if before else ())]
        seeds = list(dict.fromkeys(changed))[:_SEEDS]
        near = {each for item in seeds for each in self._nearest(item, _NEAR)}
        if changed:
            self._store.write(partial(self.follow, items=[*changed, *near]))

    def follow(self, db: Database, items: Sequence[str]) -> int:
        """Tag items anew, because their vectors or tags are new; give how many are different."""
        judged: dict[str, dict[str, float]] = {item: {} for item in items}
        corrections = self._now(db).corrections
        if corrections is not None:
            known = features.vectors(db, FEATURE, items)
            known = {each: own for each, own in known.items() if len(own) == len(corrections.mean)}
            given = learnt.given(db, [*known])
            vectors = np.array([*known.values()]).reshape(len(known), -1)
            tags = corrections.judge(vectors, [given.get(item, {}) for item in known])
            judged |= zip(known, tags, strict=True)
        return learnt.renew(db, judged)

    def tend(self) -> bool:
        """Tag a slice of those anew that were not since the last correction; tell if any were."""
        db = self._store.read()
        now = self._taught = _taught(db)  # examples may have vectors by now that had none
        items, upto = learnt.behind(db, FEATURE, now.stamp, limit=_SLICE)
        if not items or (now.corrections is None and not learnt.is_anything(db)):
            return False

        def write(db: Database) -> None:
            self.follow(db, items)
            learnt.note(db, now.stamp, upto)

        self._store.write(write)
        return True

    def _now(self, db: Database) -> _Taught:
        if self._taught is None:
            self._taught = _taught(db)
        return self._taught


def _taught(db: Database) -> _Taught:
    told = registers.tagged(db)
    sample = features.newest(db, FEATURE, limit=_BACKGROUND) if told else {}
    # What is left of an earlier model is of another length.
    length = Counter(map(len, sample.values())).most_common(1)[0][0] if sample else 0
    of = {
        item: vector
        for item, vector in features.vectors(db, FEATURE, [*_items(told)]).items()
        if len(vector) == length
    }
    stamp = blake2b(json.dumps([told, length, sorted(of)], sort_keys=True).encode(), digest_size=8)
    if not of:
        return _Taught(stamp.hexdigest(), told, None)
    given = learnt.given(db, [*sample]).values()
    known = {label.casefold(): label for tags in given for label in tags}

    def examples(said: Mapping[str, bool], *, put: bool) -> Array:
        rows = [of[item] for item, is_put in said.items() if is_put is put and item in of]
        return np.array(rows, np.float32).reshape(len(rows), length)

    corrections = Corrections(
        {
            known.get(label.casefold(), label): Examples(
                examples(said, put=True), examples(said, put=False)
            )
            for label, said in told.items()
        },
        mean=np.mean([each for each in sample.values() if len(each) == length], axis=0),
        known=set(known.values()),
    )
    return _Taught(stamp.hexdigest(), told, corrections)


def _items(told: Mapping[str, Mapping[str, bool]]) -> set[str]:
    return {item for said in told.values() for item in said}
