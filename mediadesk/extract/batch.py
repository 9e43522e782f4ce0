"""Calls a plugin with a batch and checks what it gives, so that whatever passes can be kept."""

from __future__ import annotations  # Array is a name for type checkers only

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np

from mediadesk.api import Array, Feature, Moment, UserError

T = TypeVar("T")


def each_or_error(
    call: Callable[[Sequence[T]], Sequence[Feature]], batch: Sequence[T]
) -> list[Feature | UserError]:
    """Give a feature or what went wrong for each of a batch.

    Where the whole fails each is tried alone: one bad sample must not take its neighbours along.
    """
    try:
        return list(call(batch))
    except UserError as error:
        if len(batch) == 1:
            return [error]
    return [each_or_error(call, [single])[0] for single in batch]


def checked(name: str, made: Sequence[Feature], count: int) -> list[Feature]:
    """Give the features in a form that can be saved.

    Raises:
        ValueError: if the extractor or tagger `name` gave anything else than `count` features.
    """
    try:
        if len(made) != count:
            raise ValueError(f"{len(made)} features for {count} items")
        return [_kept(feature) for feature in made]
    except (AttributeError, TypeError, ValueError) as error:
        raise ValueError(f"“{name}” gave what can't be kept ({error})") from error


def _kept(feature: Feature) -> Feature:
    if not isinstance(feature, Feature):
        raise TypeError(f"{type(feature).__name__} instead of Feature")
    json.dumps(feature.data)
    return replace(
        feature,
        summary=_vector(feature.summary),
        moments=tuple(_moment(moment) for moment in feature.moments),
        tags={str(label): float(confidence) for label, confidence in feature.tags.items()},
    )


def _moment(moment: Moment) -> Moment:
    return replace(
        moment,
        start=_second(moment.start),
        end=_second(moment.end),
        vector=_vector(moment.vector),
        text=str(moment.text).encode("utf-8", "replace").decode(),
        image=bytes(memoryview(moment.image)),
    )


def _second(time: float) -> float:
    if not math.isfinite(time):
        raise ValueError(f"a moment at {time} seconds")
    return float(time)


def _vector(vector: Array | None) -> Array | None:
    if vector is None:
        return None
    row = np.asarray(vector, dtype=np.float32)
    if row.ndim != 1 or not np.isfinite(row).all():
        raise ValueError(f"a vector that is no row of finite numbers, but {row.shape}")
    return row
