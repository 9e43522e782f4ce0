"""Whether tags are right, and as often as they say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

import numpy as np

from mediadesk.api import SURE, Array
from mediadesk.engine.evaluating.measures import Measure, estimate, left_out, share
from mediadesk.engine.evaluating.themed import Themed
from mediadesk.store import Database, features

RIGHT = {
    "mountains": {"mountains", "winter"},
    "coast": {"sea"},
    "cities": {"city"},
    "animals": {"animals", "birds", "insects", "reptiles", "sea-life"},
    "monuments": {"buildings", "history", "religion"},
    "orchestral": {"instrumental", "orchestral"},
    "electronic": {"electronic", "dance", "ambient"},
}
"""Theme → the tags that are right for all of its items."""

UNJUDGED = frozenset({"calm", "sad", "happy", "energetic", "talk"})
"""Tags that a theme says nothing about."""

_BINS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)


def measures(items: Sequence[Themed], db: Database) -> Iterator[Measure]:
    """Give how often any tag and the first one is right, and how well confidence tells it."""
    known = [each for each in items if each.theme in RIGHT]
    shown = features.tags(db, [each.item.id for each in known])
    said = [judged(shown.get(each.item.id, {})) for each in known]
    right = [RIGHT[each.theme] for each in known]
    for name, kind in (("", None), (" of videos", False), (" of songs", True)):
        own = [n for n, each in enumerate(known) if kind in {None, each.is_sound}]
        if own:
            yield share(f"any tag{name} is right", [bool(right[n] & said[n].keys()) for n in own])
            yield share(
                f"first tag{name} is right", [next(iter(said[n]), None) in right[n] for n in own]
            )
    cases = np.array(
        [
            (sure, tag in own)
            for own, tags in zip(right, said, strict=True)
            for tag, sure in tags.items()
        ]
    )
    if not len(cases):
        yield left_out("confidence of tags", "No item of the demo library has a tag.")
        return
    facts = cases[cases[:, 0] >= SURE]
    if len(facts):
        yield share("tags told as facts are right", facts[:, 1] > 0, f"confidence ≥ {SURE}")
    yield from _reliability(cases)


def _reliability(cases: Array) -> Iterator[Measure]:
    for n, (low, high) in enumerate(pairwise(_BINS)):
        own = cases[_bin(cases) == n]
        if len(own):
            note = f"mean confidence {own[:, 0].mean():.2f}"
            yield share(f"tags of confidence {low:.1f}–{high:.1f} are right", own[:, 1] > 0, note)
    note = f"over {len(_BINS) - 1} bins, 0 is best; calibrated on other material"
    yield estimate("expected calibration error of tags", cases, calibration_error, note)


def judged(tags: Mapping[str, float]) -> dict[str, float]:
    """Give the tags that can be right or wrong, the surest first."""
    ordered = sorted(tags.items(), key=lambda each: -each[1])
    return {tag: sure for tag, sure in ordered if tag not in UNJUDGED}


def calibration_error(cases: Array) -> float:
    """Give the expected calibration error (Naeini et al. 2015) of (confidence, right) [n, 2]."""
    bins = _bin(cases)
    return float(
        sum(
            (bins == each).mean() * abs(np.subtract(*cases[bins == each].mean(axis=0)))
            for each in np.unique(bins)
        )
    )


def _bin(cases: Array) -> Array:
    found: Array = np.clip(np.searchsorted(_BINS, cases[:, 0], side="right") - 1, 0, len(_BINS) - 2)
    return found
