"""Three people of one household whose tastes are known: by theme, era and kind, some of it shared.

What a taste says of an item rests on its folder, year and kind, never on what was understood of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from mediadesk.api import Item, Kind

NAMES = ("Ada", "Ben", "Cleo")
CHILD = "Cleo"
GROUP = "All of us"
_ERAS = (2011, 2016, 2019, 2021)
_WEIGHTS = {"theme": 1.2, "era": 0.6, "kind": 0.6}
_OWN = 0.6  # what one thinks of an item for no reason that can be told
_SHARED = 0.4  # of the variance of a taste
_LIKED = 0.5  # so far above the mean half of the evenings are enjoyed
_STEEP = 2.5

Enjoyment = Mapping[str, float]
"""Item → the chance that it is enjoyed, 0..1."""


def household(items: Sequence[Item], *, seed: int) -> dict[str, Enjoyment]:
    """Give what each of `NAMES`, and all together as `GROUP`, think of all items.

    The group enjoys what its members do on average and what the one does who likes it least, half
    each (Masthoff, "Group Recommender Systems", 2011).
    """
    items = sorted(items, key=lambda item: (item.title, item.id))  # they come as they were scanned
    chance = np.random.default_rng(seed)
    utility = _OWN * chance.standard_normal((len(NAMES), len(items)))
    for name, of in _traits(items).items():
        known, places = np.unique(of, return_inverse=True)
        shared = chance.standard_normal(len(known))
        own = chance.standard_normal((len(NAMES), len(known)))
        taste = np.sqrt(_SHARED) * shared + np.sqrt(1 - _SHARED) * own
        utility += _WEIGHTS[name] * taste[:, places]
    utility -= utility.mean(axis=1, keepdims=True)
    utility /= utility.std(axis=1, keepdims=True)
    enjoyed = 1 / (1 + np.exp(-_STEEP * (utility - _LIKED)))
    together = (enjoyed.mean(axis=0) + enjoyed.min(axis=0)) / 2
    ids = [item.id for item in items]
    return {
        name: dict(zip(ids, row.tolist(), strict=True))
        for name, row in zip((*NAMES, GROUP), (*enjoyed, together), strict=True)
    }


def _traits(items: Sequence[Item]) -> dict[str, list[str]]:
    return {
        "theme": [_theme(item) for item in items],
        "era": [str(np.digitize(item.year or 0, _ERAS)) for item in items],
        "kind": [item.kind.value for item in items],
    }


def _theme(item: Item) -> str:
    """Give the folder of a video; the style of a song, which lies in its artist's folder."""
    if item.kind is Kind.SONG or item.path is None:
        return "/".join(item.genres)
    return item.path.parent.name
