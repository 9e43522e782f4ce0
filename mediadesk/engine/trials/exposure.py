"""What stands in the lists: which kinds and languages are shown, and how often."""

from __future__ import annotations  # Array is a name for type checkers only

from collections.abc import Sequence

import numpy as np

from mediadesk.api import Array, Item
from mediadesk.engine.trials.dataset import Dataset

UNKNOWN = "unknown"
_DIGITS = 4
_TELLING = (40, 500)  # characters of a description: less tells no language, more nothing else


def exposure(data: Dataset, lists: Sequence[Array]) -> dict[str, dict[str, float]]:
    """Give for kinds and languages the share of all places in lists that each one has."""
    items, times = np.unique(np.concatenate(lists), return_counts=True)
    found: dict[str, dict[str, float]] = {"kind": {}, "language": {}}
    for n, count in zip(items.tolist(), times.tolist(), strict=True):
        item = data.items[n]
        for name, value in (
            ("kind", item.kind.value),
            ("language", data.languages[n] or _language(item)),
        ):
            found[name][value] = found[name].get(value, 0) + count / int(times.sum())
    return {
        name: {value: round(share, _DIGITS) for value, share in sorted(shares.items())}
        for name, shares in found.items()
    }


def _language(item: Item) -> str:
    """Give two letters by what is told of an item; a title, full of names, tells none."""
    text, (least, most) = item.description, _TELLING
    if len(text) < least:
        return UNKNOWN
    import py3langid  # holds 80 MB

    found: str = py3langid.classify(text[:most])[0]  # type: ignore[attr-defined,no-untyped-call]
    return found
