"""Whom a person has listened to lately, and whom in the last days."""

import numpy as np

from mediadesk.api import Array, Facts, Kind

_MUSIC = [n for n, kind in enumerate(Kind) if kind in {Kind.SONG, Kind.MUSIC_VIDEO, Kind.CONCERT}]


def by_the_same(facts: Facts, days: Array, *, half_life: float) -> Array:
    """Give float32 [n, m]: how fresh the memory is of music by the artist of each candidate, 0..1.

    It is halved every `half_life` days; 0 for other artists, and for what is no music.
    """
    asked, heard = facts.candidates, facts.history
    is_music = np.isin(asked.kind, _MUSIC) & (asked.artist >= 0)
    is_same = (asked.artist[:, None] == heard.artist) & is_music[:, None]
    fresh: Array = is_same * (0.5 ** (days / half_life)).astype(np.float32)
    return fresh
