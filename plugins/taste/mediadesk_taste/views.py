"""The views in which items are compared: what is in the files, genres, persons and sets, era."""

import numpy as np

from mediadesk.api import Array, Kind, RankRequest
from mediadesk_taste.ground import Grounds
from mediadesk_taste.view import (
    GENRES,
    GRAPH,
    View,
    of_content,
    of_era,
    of_genres,
    of_graph,
)

_SOUND = "audio"
_MUSIC = [n for n, kind in enumerate(Kind) if kind in {Kind.SONG, Kind.MUSIC_VIDEO, Kind.CONCERT}]
_LEAD, _FOLLOW = 2.0, 0.5  # how much its sound says of music, and of what is not music


def views(request: RankRequest, grounds: Grounds) -> list[View]:
    """Give the views in which both some candidates and some of the history can be seen.

    What is normalised here is so by the candidates alone: removing an item from the history changes
    nothing for the others. So that is kept in `grounds`.
    """
    blocks = dict(sorted(request.blocks.items()))
    sets = {name: blocks.pop(name) for name in (GENRES, GRAPH) if name in blocks}
    own = {
        name: grounds.of(name, request.candidates, block.candidates)
        for name, block in blocks.items()
    }
    weights = _weights({name: ground.known for name, ground in own.items()}, _is_music(request))
    judged = [opinion.item for opinion in request.history]
    found = [
        of_content(name, block, own[name], judged, weights[name]) for name, block in blocks.items()
    ]
    if GENRES in sets:
        found.append(of_genres(sets[GENRES]))
    if GRAPH in sets:
        found.append(of_graph(sets[GRAPH]))
    if request.facts is not None and not np.isnan(request.facts.candidates.year).all():
        found.append(of_era(request.facts.candidates.year, request.facts.history.year))
    return [view for view in found if view.weight.any() and view.seen.any()]


def _is_music(request: RankRequest) -> Array:
    if request.facts is None:
        return np.zeros(len(request.candidates), dtype=bool)
    return np.isin(request.facts.candidates.kind, _MUSIC)


def _weights(inside: dict[str, Array], is_music: Array) -> dict[str, Array]:
    """Weigh what is in the files: having more such views must not make an item count for more."""
    plain = {
        name: known * (np.where(is_music, _LEAD, _FOLLOW) if name == _SOUND else 1.0)
        for name, known in inside.items()
    }
    length = np.sqrt(sum((own**2 for own in plain.values()), np.zeros(len(is_music))))
    return {name: own / np.maximum(length, 1e-6) for name, own in plain.items()}
