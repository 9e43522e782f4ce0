"""Calls a plugin with a batch and checks what it gives, so that whatever passes can be kept."""

from __future__ import annotations  # Array is a name for type checkers only

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np

from mediadesk.api import Array, Extractor, Feature, Metadata, Moment, Run, Sample, UserError

T = TypeVar("T")
_MOST_BYTES = 64 << 20
_MOST_MOMENTS, _MOST_TAGS, _MOST_DIMENSIONS = 20_000, 1_000, 8_192
_LONGEST_LABEL, _LONGEST_LINE, _LONGEST_TEXT, _MOST_GENRES = 100, 300, 20_000, 50
_MOST_PARTS = 100_000
"""Of a series, a season, an album: a daily programme comes to some ten thousand."""
_UNIT = 0.01
"""How far from 1 the length of a vector may be."""


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


def encoded(extractor: Extractor, samples: Sequence[Sample], run: Run) -> list[Feature]:
    """Give the checked feature of each sample; that of a partial sample is partial.

    Raises:
        ValueError: if the extractor gave what can't be kept.
    """
    made = checked(extractor.name, extractor.encode(samples, run), len(samples))
    return [
        replace(feature, problem=feature.problem or _sentence(sample.problem))
        for sample, feature in zip(samples, made, strict=True)
    ]


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


def checked_metadata(name: str, found: Metadata | None) -> Metadata | None:
    """Give what the metadata reader `name` found out, if it can be shown.

    Raises:
        ValueError: if a line is none, the year is none of ours, or a number none of a part.
    """
    if found is None:
        return None
    lines = (found.title, found.artist, found.album_artist, found.album, found.series)
    numbers = (found.season, found.episode, found.disc, found.track)
    if any(len(line) > _LONGEST_LINE or not line.isprintable() for line in (*lines, *found.genres)):
        wrong = f"a line of more than {_LONGEST_LINE} characters, or with control characters"
    elif len(found.genres) > _MOST_GENRES or len(found.description) > _LONGEST_TEXT:
        wrong = f"{len(found.genres)} genres and {len(found.description)} characters"
    elif found.year is not None and not 0 < found.year < 10_000:
        wrong = f"the year {found.year}"
    elif any(number is not None and not 0 <= number < _MOST_PARTS for number in numbers):
        wrong = f"a number that is not 0 to {_MOST_PARTS - 1}"
    else:
        return found
    raise ValueError(f"“{name}” gave what can't be kept ({wrong})")


def _kept(feature: Feature) -> Feature:
    if not isinstance(feature, Feature):
        raise TypeError(f"{type(feature).__name__} instead of Feature")
    if len(feature.moments) > _MOST_MOMENTS or len(feature.tags) > _MOST_TAGS:
        raise ValueError(f"{len(feature.moments)} moments and {len(feature.tags)} tags")
    kept = replace(
        feature,
        summary=_vector(feature.summary),
        moments=tuple(_moment(moment) for moment in feature.moments),
        tags=dict(_tag(label, confidence) for label, confidence in feature.tags.items()),
        problem=_sentence(feature.problem),
    )
    size = len(json.dumps(feature.data, allow_nan=False)) + sum(map(_size, kept.moments))
    if size > _MOST_BYTES:
        raise ValueError(f"{size >> 20} MiB about one item, {_MOST_BYTES >> 20} at most")
    return kept


def _moment(moment: Moment) -> Moment:
    return replace(
        moment,
        start=_second(moment.start),
        end=_second(moment.end),
        vector=_vector(moment.vector),
        text=str(moment.text).encode("utf-8", "replace").decode(),
        image=bytes(memoryview(moment.image)),
        why=_sentence(moment.why),
        language=_sentence(moment.language),
    )


def _sentence(text: str) -> str:
    """Give a line that can be shown; a file's name in it may be as long and odd as it likes."""
    line = " ".join(str(text).encode("utf-8", "replace").decode().split())
    line = "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in line)
    return line if len(line) <= _LONGEST_LINE else f"{line[: _LONGEST_LINE - 1]}…"


def _size(moment: Moment) -> int:
    vector = 0 if moment.vector is None else moment.vector.nbytes
    return vector + len(moment.text) + len(moment.image)


def _second(time: float) -> float:
    if not math.isfinite(time):
        raise ValueError(f"a moment at {time} seconds")
    return float(time)


def _tag(label: str, confidence: float) -> tuple[str, float]:
    label, confidence = str(label), float(confidence)
    if not 0 <= confidence <= 1:
        raise ValueError(f"the tag “{label[:_LONGEST_LABEL]}” with {confidence}, which is not 0..1")
    if not label.isprintable() or not 0 < len(label) <= _LONGEST_LABEL:
        raise ValueError(f"{label[:_LONGEST_LABEL]!r} is no label")
    return label, confidence


def _vector(vector: Array | None) -> Array | None:
    """Give a vector as it is kept; one that is longer than others would outshout them all."""
    if vector is None:
        return None
    row = np.asarray(vector, dtype=np.float32)
    if row.ndim != 1 or not np.isfinite(row).all():
        raise ValueError(f"a vector that is no row of finite numbers, but {row.shape}")
    length = float(np.linalg.norm(row.astype(np.float64)))
    if len(row) > _MOST_DIMENSIONS or (length and abs(length - 1) > _UNIT):
        raise ValueError(f"a vector [{len(row)}] of the length {length:.3g}: it must be 1")
    return row


def no_model(_: Mapping[str, Array]) -> Mapping[str, Array]:
    """Stand in for the model of an extractor that names none."""
    raise UserError("This extractor names no model to run.")
