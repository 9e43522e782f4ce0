"""Whom a person has listened to lately, and whom in the last days."""

import numpy as np

from mediadesk.api import Array, Facts, Kind
from mediadesk_next.signal import Sparse

_MUSIC = [n for n, kind in enumerate(Kind) if kind in {Kind.SONG, Kind.MUSIC_VIDEO, Kind.CONCERT}]


def by_the_same(facts: Facts, days: Array, *, half_life: float) -> Sparse:
    """Give how fresh the memory is of music by the artist of each candidate, 0..1.

    It is halved every `half_life` days; nothing for other artists, and for what is no music.
    """
    asked, heard = facts.candidates, facts.history
    songs = np.flatnonzero(np.isin(asked.kind, _MUSIC) & (asked.artist >= 0))
    by_artist = np.argsort(heard.artist, kind="stable")
    artists = heard.artist[by_artist]
    begins, ends = (artists.searchsorted(asked.artist[songs], side) for side in ("left", "right"))
    counts = ends - begins
    inside = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    opinion = by_artist[np.repeat(begins, counts) + inside]
    return Sparse(
        row=np.repeat(songs, counts), opinion=opinion, value=0.5 ** (days[opinion] / half_life)
    )
