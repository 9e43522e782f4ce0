"""Tries the parts that learn something about items: extractors, taggers, metadata readers."""

from collections.abc import Iterator, Mapping

import msgspec
import numpy as np

from mediadesk.api import (
    AUDIO,
    VIDEO,
    Extractor,
    Feature,
    MetadataReader,
    Skip,
    Tagger,
    UserError,
    testing,
)
from mediadesk.host.makers import material
from mediadesk.host.makers.material import Bench

_CLOSE = 1e-3


def extractor(part: Extractor, bench: Bench) -> Iterator[str]:
    """Each medium it understands, twice in a batch and alone; a file of noise."""
    for kinds, file in ((VIDEO, bench.clip), (AUDIO, bench.song)):
        if kind := min(part.kinds & kinds, default=None):
            item = testing.item(kind=kind, path=file, duration=2.0)
            try:
                sample = part.prepare(item, testing.Media())
            except Skip:
                continue
            found = part.encode([sample, sample], testing.no_model)
            alone = part.encode([sample], testing.no_model)
            if (len(found), len(alone)) != (2, 1):
                yield f"It gives {len(found)} features for 2 samples, and {len(alone)} for 1."
                continue
            yield from _feature(found[0])
            if not _same(found[0], alone[0]):
                yield "What it learns of a file depends on the others of its batch."
    kind = min(part.kinds)
    try:
        part.prepare(testing.item(kind=kind, path=bench.damaged), testing.Media())
    except (UserError, Skip):
        return


def tagger(part: Tagger, _: Bench) -> Iterator[str]:
    """Items with many, few and no features."""
    known: list[Mapping[str, Feature]] = [material.features(n) for n in range(5)]
    known += [{name: own} for name, own in material.features(5).items()] + [{}]
    found = part.tag(known, testing.no_model)
    if len(found) != len(known):
        yield f"It gives the tags of {len(found)} items for {len(known)}."
    for tags in found:
        yield from _tags(tags)


def metadata_reader(part: MetadataReader, bench: Bench) -> Iterator[str]:
    """A good file twice; a file of noise with noise beside it."""
    kind = min(part.kinds)
    item = testing.item(kind=kind, path=bench.clip if kind in VIDEO else bench.song)
    if part.read(item) != part.read(item):
        yield "It reads something else from the same file the second time."
    try:
        part.read(testing.item(kind=kind, path=bench.damaged))
    except UserError:
        return


def _feature(feature: Feature) -> Iterator[str]:
    vectors = [("summary", feature.summary)]
    vectors += [("moment", moment.vector) for moment in feature.moments]
    for name, vector in vectors:
        if vector is None:
            continue
        if vector.dtype != np.float32 or vector.ndim != 1:
            yield f"The vector of its {name} is {vector.dtype} {vector.shape}, not float32 [d]."
        elif not abs(float(np.linalg.norm(vector)) - 1) < _CLOSE:
            yield f"The vector of its {name} has not the length 1: use mediadesk.api.unit."
    for moment in feature.moments:
        if not 0 <= moment.start <= moment.end:
            yield f"A moment goes from {moment.start} to {moment.end} seconds."
    yield from _tags(feature.tags)
    try:
        msgspec.json.encode(feature.data)
    except (TypeError, ValueError) as error:
        yield f"Its data is no JSON: {error}."


def _tags(tags: Mapping[str, float]) -> Iterator[str]:
    for label, confidence in tags.items():
        if not label.strip() or not 0 <= confidence <= 1:
            yield f"“{label}” with {confidence} is no tag with a confidence of 0 to 1."


def _same(one: Feature, other: Feature) -> bool:
    if one.summary is None or other.summary is None:
        return one.summary is other.summary
    return bool(np.allclose(one.summary, other.summary, atol=_CLOSE))
