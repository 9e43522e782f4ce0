"""What a person's corrections of tags teach: how right the tags of other items are after a few."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from mediadesk.api import SURE, Array, Feature, Run
from mediadesk.engine.evaluating.measures import Measure, estimate, left_out, mean
from mediadesk.engine.evaluating.tags import RIGHT, UNJUDGED, judged
from mediadesk.engine.evaluating.themed import Themed, fused, rows
from mediadesk.extract.learning import Learning
from mediadesk.store import Database, Store, features, learnt, library, locations, registers, roots
from mediadesk.store.registers import Edit
from mediadesk.understand import FEATURE
from mediadesk.understand.blocks import DIMENSIONS

COUNTS = (0, 1, 3, 10)
_DRAWS = 5
_PUT = {
    "mountains": "mountains",
    "coast": "sea",
    "cities": "city",
    "animals": "animals",
    "monuments": "buildings",
    "orchestral": "orchestral",
    "electronic": "electronic",
}
"""Theme → the tag that a person puts on items of it."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """Of an item that was not corrected: whether its first tag is right, and told as a fact.

    `facts` are its tags that are told as facts, and `right_facts` those of them that are right.
    """

    first: bool
    told: bool
    facts: int
    right_facts: int


def measures(items: Sequence[Themed], db: Database, fusing: Run) -> Iterator[Measure]:
    """Give how right the tags of all other items are after 0, 1, 3 and 10 corrected ones a theme.

    Items are known without their titles, in a library of its own that is thrown away.

    Args:
        items: some of each theme, drawn by chance, get its tag and lose those that are wrong.
        db: holds what taggers gave.
        fusing: runs the model of the item vector.
    """
    known = [each for each in items if each.theme in _PUT]
    if not known:
        yield left_out("corrected tags", "No item here has a theme of which the tags are known.")
        return
    with TemporaryDirectory() as folder, closing(Store(Path(folder, "library.db"))) as store:
        given = learnt.given(db, [each.item.id for each in known])
        vectors = _nameless(known, fusing)
        store.write(
            partial(_copy, known=known, given=given, vectors=vectors, root=store.path.parent)
        )
        seen = {count: _seen(store, known, given, count) for count in COUNTS}
    for count, own in seen.items():
        note = f"of those not corrected; the mean of {_DRAWS} draws" if count else "as tagged"
        yield _mean(f"{_after(count)}: the first tag is right", own, "first", note)
        yield _mean(f"{_after(count)}: … and told as a fact", own, "told")
        yield _facts(f"{_after(count)}: what is told as a fact is right", own)


def _after(count: int) -> str:
    return f"{count} a theme" if count else "before"


def _nameless(items: Sequence[Themed], fusing: Run) -> Array:
    """Give the item vectors [n, d] without what titles say, which may tell the theme."""
    return fused(rows(items), [block for block in DIMENSIONS if block != "text"], fusing)


def _copy(
    db: Database,
    known: Sequence[Themed],
    given: Mapping[str, Mapping[str, float]],
    vectors: Array,
    root: Path,
) -> None:
    roots.add(db, root)
    for each, vector in zip(known, vectors, strict=True):
        path = root / each.item.id
        item = replace(each.item, path=path, sidecars=(), title="")
        place = locations.Location(path=path, root=root, size=1, mtime_ns=1)
        library.save_item(db, item, facts={}, location=place)
        for name, feature in (
            ("tags", Feature(tags=given.get(item.id, {}))),
            (FEATURE, Feature(summary=vector if vector.any() else None)),
        ):
            features.save(db, item.id, name, feature, version=1, model="")


def _seen(
    store: Store,
    known: Sequence[Themed],
    given: Mapping[str, Mapping[str, float]],
    count: int,
) -> dict[str, list[_Seen]]:
    """Give item → what is seen of it in each of the draws in which it is not corrected."""
    found: dict[str, list[_Seen]] = defaultdict(list)
    for seed in range(_DRAWS if count else 1):
        taught = _drawn(known, count, seed)
        edits = [
            Edit(item=each.item.id, field=f"{registers.TAG}{tag}", value=tag == _PUT[each.theme])
            for each in taught
            for tag in {_PUT[each.theme], *_wrong(each, given)}
        ]
        store.write(partial(registers.write, edits=edits))
        _learn(store)
        rest = [each for each in known if each not in taught]
        shown = features.tags(store.read(), [each.item.id for each in rest])
        for each in rest:
            found[each.item.id].append(_judged(each, shown.get(each.item.id, {})))
        store.write(partial(registers.write, edits=[replace(each, value=None) for each in edits]))
        _learn(store)
    return found


def _drawn(known: Sequence[Themed], count: int, seed: int) -> list[Themed]:
    """Draw so many items of each theme, of which one at least is left."""
    chance = random.Random(seed)  # noqa: S311 - the same each time is meant
    of: dict[str, list[Themed]] = defaultdict(list)
    for each in known:
        of[each.theme].append(each)
    return [each for own in of.values() for each in chance.sample(own, min(count, len(own) - 1))]


def _wrong(each: Themed, given: Mapping[str, Mapping[str, float]]) -> set[str]:
    """Give the tags that a person takes away."""
    return {*given.get(each.item.id, {})} - RIGHT[each.theme] - UNJUDGED


def _learn(store: Store) -> None:
    learning = Learning(store, nearest=lambda *_: ())
    while learning.tend():
        pass


def _judged(each: Themed, shown: Mapping[str, float]) -> _Seen:
    tags, right = judged(shown), RIGHT[each.theme]
    best, sure = next(iter(tags.items()), ("", 0.0))
    facts = [tag for tag, own in tags.items() if own >= SURE]
    return _Seen(
        first=best in right,
        told=best in right and sure >= SURE,
        facts=len(facts),
        right_facts=len(right.intersection(facts)),
    )


def _mean(name: str, seen: Mapping[str, Sequence[_Seen]], what: str, note: str = "") -> Measure:
    values = [np.mean([getattr(each, what) for each in own]) for own in seen.values()]
    return mean(name, np.array(values), note)


def _facts(name: str, seen: Mapping[str, Sequence[_Seen]]) -> Measure:
    cases = np.array(
        [np.sum([(each.right_facts, each.facts) for each in own], axis=0) for own in seen.values()]
    )
    if not cases[:, 1].any():
        return left_out(name, "Nothing is told as a fact.")
    return estimate(name, cases, lambda own: float(own[:, 0].sum() / max(own[:, 1].sum(), 1)))
