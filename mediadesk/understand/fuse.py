"""The item vector: text, words, pictures and sound of an item fused by a model into one."""

from __future__ import annotations  # Array is a name for type checkers only

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mediadesk.api import Array, Feature, Item, Run
from mediadesk.understand.blocks import DIMENSIONS, inputs


@dataclass(frozen=True, slots=True)
class Fused:
    """An item's vector, float32 [d] of unit length, and each block's share in it, summing to 1.

    An item of which nothing is known has neither.
    """

    vector: Array | None
    shares: Mapping[str, float]


def fuse(items: Sequence[Item], known: Sequence[Mapping[str, Feature]], run: Run) -> list[Fused]:
    """Fuse what is known of each item, extractor → feature, by the model of task "fuse"."""
    made = run(inputs(items, known))
    return [
        Fused(
            vector if vector.any() else None,
            {
                name: round(float(share), 3)
                for name, share in zip(DIMENSIONS, shares, strict=True)
                if share
            },
        )
        for vector, shares in zip(made["embedding"], made["shares"], strict=True)
    ]
