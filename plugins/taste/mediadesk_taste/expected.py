"""What is expected of an item before anything is known of a person's taste."""

import numpy as np

from mediadesk.api import Array, Facts, Kind
from mediadesk_taste.view import place

_QUALITY, _VOTES, _AGE = 5.0, 3.0, 4.0  # against 1 for each view of an opinion
_FILMS = [n for n, kind in enumerate(Kind) if kind in {Kind.FILM, Kind.EPISODE}]


def expected(facts: Facts | None) -> dict[str, Array]:
    """Give cause → share of every candidate; 0 is the mean, and where nothing is known.

    “quality” is what the public thinks of it and how many did. “year” is the age of films: the old
    ones that are still around are the good ones, and what is new has not been sifted yet.
    """
    if facts is None:
        return {}
    told = facts.candidates
    votes = np.log1p(told.votes)
    quality = _QUALITY * _standard(told.quality) + _VOTES * _standard(votes)
    is_film = np.isin(told.kind, _FILMS) & np.isnan(told.quality)
    newness = place(np.where(is_film, told.year, np.nan), told.year) ** 2
    found = {"quality": quality, "year": -_AGE * _standard(newness)}
    return {name: share for name, share in found.items() if share.any()}


def _standard(values: Array) -> Array:
    known = ~np.isnan(values)
    spread = float(values[known].std()) if known.any() else 0.0
    if spread < 1e-6:
        return np.zeros(len(values))
    standard: Array = np.nan_to_num((values - values[known].mean()) / spread)
    return standard
