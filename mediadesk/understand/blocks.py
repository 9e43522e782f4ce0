"""The blocks that an item's vector is made of, as the model of task "fuse" takes them."""

from __future__ import annotations  # Array is a name for type checkers only

from collections.abc import Mapping, Sequence

import numpy as np

from mediadesk.api import Array, Feature, Item, Kind, said

DIMENSIONS = {"text": 512, "subtitles": 512, "keyframes": 1280, "audio": 392}
"""The blocks, and the length of each one's vector."""

KINDS = (
    Kind.FILM,
    Kind.EPISODE,
    Kind.CLIP,
    Kind.SONG,
    Kind.RECORDING,
    Kind.MUSIC_VIDEO,
    Kind.CONCERT,
    Kind.HOME_VIDEO,
    Kind.TALK,
    Kind.AUDIOBOOK,
    Kind.PODCAST,
)
"""The kinds by the number that the model knows them by: append only, and make the model anew."""


def inputs(items: Sequence[Item], known: Sequence[Mapping[str, Feature]]) -> dict[str, Array]:
    """Give what the model takes for n items: each block float32 [n, d] and `kind` int64 [n].

    A block that an item lacks, or has from another recipe with another length, is zeros.
    """
    rows: dict[str, Array] = {
        name: np.zeros((len(items), length), np.float32) for name, length in DIMENSIONS.items()
    }
    for n, own in enumerate(known):
        for name, block in rows.items():
            feature = said(own) if name == "subtitles" else own.get(name, Feature())
            if feature.summary is not None and feature.summary.shape == block[n].shape:
                block[n] = feature.summary
    rows["kind"] = np.array([KINDS.index(item.kind) for item in items], dtype=np.int64)
    return rows
