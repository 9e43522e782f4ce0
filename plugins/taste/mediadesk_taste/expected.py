"""What is expected of an item whatever a person's taste."""

import numpy as np

from mediadesk.api import Array, Kind, RankRequest

_QUALITY, _VOTES, _NEWNESS = 3.0, 2.0, 12.0  # against 1 for each view of an opinion
_YEARS = 5  # until a film is no longer new
_YEAR_SECONDS = 31_556_952
_FILMS = [n for n, kind in enumerate(Kind) if kind in {Kind.FILM, Kind.EPISODE}]


def expected(request: RankRequest) -> dict[str, Array]:
    """Give cause → share of every candidate; 0 is the mean, and where nothing is known.

    “quality” is what the public thinks of it and how many did. Of films, “age” says that what is
    new has not been sifted yet, by the public neither.
    """
    if request.facts is None:
        return {}
    told = request.facts.candidates
    quality = _QUALITY * _standard(told.quality) + _VOTES * _standard(np.log1p(told.votes))
    is_film = np.isin(told.kind, _FILMS)
    now = 1970 + request.now / _YEAR_SECONDS
    # Films may be dated a little ahead; a wrong date must not make all others old.
    today = min(np.fmax.reduce(told.year[is_film], initial=now), now + 1)
    newness = np.where(is_film, np.clip(1 - (today - told.year) / _YEARS, 0, 1), np.nan)
    found = {"quality": quality, "age": -_NEWNESS * _centred(newness)}
    return {name: share for name, share in found.items() if share.any()}


def _standard(values: Array) -> Array:
    centred = _centred(values)
    spread = float(np.nanstd(values)) if centred.any() else 1.0
    return centred / spread


def _centred(values: Array) -> Array:
    known = ~np.isnan(values)
    if not known.any():
        return np.zeros(len(values))
    centred: Array = np.where(known, values - values[known].mean(dtype=np.float64), 0)
    return np.where(np.abs(centred) < 1e-6, 0, centred)
