"""What people's tags and kinds teach as of now, read from the library."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING

import numpy as np

from mediadesk.api import AUDIO, VIDEO, Feature
from mediadesk.store import features, learnt, registers
from mediadesk.understand import FEATURE
from mediadesk.understand.corrections import Corrections, Examples
from mediadesk.understand.filing import Filing

if TYPE_CHECKING:
    from mediadesk.api import Array, Json
    from mediadesk.store import Database

_BACKGROUND = 1_000  # items that stand for the library
Told = Mapping[str, Mapping[str, bool]]
"""What was said, as “tag/NAME” or “kind/NAME” → item → whether it has it."""


@dataclass(frozen=True, slots=True)
class Taught:
    """The corrections as of some moment, and what they teach; `stamp` is that of what was said."""

    stamp: str
    told: Told
    length: int = 0
    tags: Corrections | None = None
    kinds: Sequence[Filing] = ()

    def differences(self, other: Taught) -> set[str]:
        """Give the items of which the two tell anything different."""
        return {
            item
            for what in {*self.told, *other.told}
            for item, _ in self.told.get(what, {}).items() ^ other.told.get(what, {}).items()
        }

    def judge(self, db: Database, items: Sequence[str]) -> dict[str, Feature]:
        """Give item → what is learnt of it, empty where nothing is."""
        judged = dict.fromkeys(items, Feature())
        if self.tags is None:
            return judged
        vectors = features.vectors(db, FEATURE, items)
        known = {each: own for each, own in vectors.items() if len(own) == self.length}
        rows = np.array([*known.values()]).reshape(len(known), self.length)
        given = learnt.given(db, [*known])
        tags = self.tags.judge(rows, [given.get(item, {}) for item in known])
        kinds = self._kinds(db, [*known], rows)
        return judged | {
            item: Feature(tags=own, data=kinds.get(item, {}))
            for item, own in zip(known, tags, strict=True)
        }

    def _kinds(self, db: Database, items: Sequence[str], rows: Array) -> dict[str, Json]:
        if not self.kinds:
            return {}
        by_content = learnt.told(db, FEATURE, "kind", items)
        given = [by_content.get(item, {}) for item in items]
        before = learnt.told(db, features.LEARNT, "filed", items)
        return {
            item: {"kind": own, "filed": medium.filed(own, before.get(item, ""))}
            for medium in self.kinds
            for item, own in zip(items, medium.judge(rows, given), strict=True)
            if own
        }


def taught(db: Database) -> Taught:
    """Learn from all that people say by now."""
    tagged, filed = registers.tagged(db), registers.filed(db)
    told = {registers.TAG + label: said for label, said in tagged.items()} | {
        f"kind/{kind}": dict.fromkeys(items, True) for kind, items in filed.items()
    }
    sample = features.newest(db, FEATURE, limit=_BACKGROUND) if told else {}
    # What is left of an earlier model is of another length.
    length = Counter(map(len, sample.values())).most_common(1)[0][0] if sample else 0
    sample = {item: vector for item, vector in sample.items() if len(vector) == length}
    said_of = {item for said in told.values() for item in said}
    of = {
        item: vector
        for item, vector in features.vectors(db, FEATURE, [*said_of]).items()
        if len(vector) == length
    }
    encoded = json.dumps([told, length, sorted(of)], sort_keys=True).encode()
    stamp = blake2b(encoded, digest_size=8).hexdigest()
    if not of:
        return Taught(stamp, told)
    return Taught(
        stamp,
        told,
        length,
        _tags(db, tagged, sample, of),
        _kinds(db, filed, sample, of),
    )


def _tags(
    db: Database, tagged: Told, sample: Mapping[str, Array], of: Mapping[str, Array]
) -> Corrections:
    given = learnt.given(db, [*sample])
    known = {label.casefold(): label for tags in given.values() for label in tags}
    told = {item for said in tagged.values() for item in said}
    untold = [item for item in sample if item not in told]
    return Corrections(
        {
            known.get(label.casefold(), label): Examples(
                put=_rows(of, [item for item, is_put in said.items() if is_put]),
                taken=_rows(of, [item for item, is_put in said.items() if not is_put]),
            )
            for label, said in tagged.items()
        },
        mean=np.mean([*sample.values()], axis=0),
        known=set(known.values()),
        untold=_rows(sample, untold),
        given=[given.get(item, {}) for item in untold],
    )


def _kinds(
    db: Database,
    filed: Mapping[str, Sequence[str]],
    sample: Mapping[str, Array],
    of: Mapping[str, Array],
) -> list[Filing]:
    if not filed:
        return []
    told = {item for items in filed.values() for item in items}
    given: dict[str, dict[str, float]] = learnt.told(db, FEATURE, "kind", [*sample])
    found = []
    for medium in (VIDEO, AUDIO):
        own = [item for item, kinds in given.items() if not medium.isdisjoint(kinds)]
        untold = [item for item in own if item not in told]
        # Another device may know kinds that are not known here.
        examples = {kind: _rows(of, filed.get(kind, ())) for kind in medium}
        if own:
            filing = Filing(
                medium,
                examples,
                mean=_rows(sample, own).mean(axis=0),
                untold=_rows(sample, untold),
                given=[given[item] for item in untold],
            )
            found.append(filing)
    return found


def _rows(of: Mapping[str, Array], items: Sequence[str]) -> Array:
    """Give the vectors of those items that have one, float32 [n, d]."""
    rows = [of[item] for item in items if item in of]
    return np.array(rows, np.float32).reshape(len(rows), len(next(iter(of.values()))))
