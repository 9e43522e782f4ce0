"""Tries the parts that learn something about items: extractors, taggers, metadata readers."""

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np

from mediadesk.api import (
    AUDIO,
    VIDEO,
    Array,
    Extractor,
    Feature,
    Kind,
    MetadataReader,
    Sample,
    Skip,
    Tagger,
    UserError,
    testing,
)
from mediadesk.host.isolate.results import Dimensions
from mediadesk.host.makers import material
from mediadesk.host.makers.material import Bench

_CLOSE = 1e-3


def extractor(part: Extractor, bench: Bench) -> Iterator[str]:
    """Two files of each medium it understands, alone and in a batch; a file of noise."""
    found: list[Feature] = []
    dimensions = Dimensions()
    for kinds, files in ((VIDEO, bench.videos), (AUDIO, bench.songs)):
        if kind := min(part.kinds & kinds, default=None):
            yield from _learn(part, kind, files, dimensions, found)
    bench.learnt[part.name] = tuple(found)
    kind = min(part.kinds)
    with suppress(UserError, Skip), _naming(bench.damaged):
        part.prepare(testing.item(kind=kind, path=bench.damaged), testing.Media())


def tagger(part: Tagger, bench: Bench) -> Iterator[str]:
    """Items with many, few and no features."""
    known: list[Mapping[str, Feature]] = [material.features(n, bench.learnt) for n in range(5)]
    known += [{name: own} for name, own in material.features(5, bench.learnt).items()] + [{}]
    found = part.tag(known, testing.no_model)
    if len(found) != len(known):
        yield f"It gives the tags of {len(found)} items for {len(known)}."
    for tags in found:
        yield from _tags(tags)


def metadata_reader(part: MetadataReader, bench: Bench) -> Iterator[str]:
    """A good file twice; a file of noise with noise beside it."""
    kind = min(part.kinds)
    item = testing.item(kind=kind, path=(bench.videos if kind in VIDEO else bench.songs)[0])
    if part.read(item) != part.read(item):
        yield "It reads something else from the same file the second time."
    try:
        part.read(testing.item(kind=kind, path=bench.damaged))
    except UserError:
        return


def _learn(
    part: Extractor,
    kind: Kind,
    files: Sequence[Path],
    dimensions: Dimensions,
    into: list[Feature],
) -> Iterator[str]:
    """Analyse files, and note down what is sound of it."""
    samples, alone = list[Sample](), list[Feature]()
    for n, file in enumerate(files):
        item = testing.item(kind=kind, path=file, title=file.stem, duration=2.0 * (n + 1))
        with suppress(Skip), _naming(file):
            sample = part.prepare(item, testing.Media())
            found = part.encode([sample], testing.no_model)
            if len(found) != 1:
                yield f"It gives {len(found)} features for 1 sample."
                return
            problems = [*_feature(found[0])] or [*_length(part.name, found[0], dimensions)]
            if problems:
                yield from (f"{problem} This is of “{file.name}”." for problem in problems)
                return
            into += found
            samples.append(sample)
            alone += found
    if not samples:
        return
    batch = part.encode(samples, testing.no_model)
    if len(batch) != len(samples):
        yield f"It gives {len(batch)} features for {len(samples)} samples."
    elif not all(map(_same, batch, alone)):
        yield "What it learns of a file depends on the others of its batch."


@contextmanager
def _naming(file: Path) -> Iterator[None]:
    """Note at what is raised which file it is about."""
    try:
        yield
    except Exception as error:
        error.add_note(f"This is of “{file.name}”.")
        raise


def _length(name: str, feature: Feature, dimensions: Dimensions) -> Iterator[str]:
    try:
        dimensions.check(name, feature)
    except ValueError as error:
        yield f"It can't be compared: {error}."


def _feature(feature: Feature) -> Iterator[str]:
    yield from _vector("The summary", feature.summary)
    for moment in feature.moments:
        yield from _vector("The vector of a moment", moment.vector)
        if not 0 <= moment.start <= moment.end < math.inf:
            yield f"A moment goes from {moment.start} to {moment.end} seconds."
    yield from _tags(feature.tags)
    yield from _data("data", feature.data)


def _vector(what: str, vector: Array | None) -> Iterator[str]:
    if vector is None:
        return
    if vector.dtype != np.float32 or vector.ndim != 1:
        yield f"{what} is {vector.dtype} {list(vector.shape)}, not float32 [d]."
    elif len(wrong := np.flatnonzero(~np.isfinite(vector))):
        yield f"{what} has {vector[wrong[0]]} at {wrong[0]}, which is no finite number."
    elif abs((length := float(np.linalg.norm(vector))) - 1) >= _CLOSE:
        yield f"{what} has the length {length:.3g}, not 1: use mediadesk.api.unit."


def _data(where: str, value: object) -> Iterator[str]:
    """See that something can be kept as JSON, which has no NaN."""
    match value:
        case dict():
            for key, each in value.items():
                yield from _data(f"{where}[{key!r}]", each)
        case list() | tuple():
            for n, each in enumerate(value):
                yield from _data(f"{where}[{n}]", each)
        case float() if not math.isfinite(value):
            yield f"Its {where} is {value}, which is no finite number."
        case None | bool() | int() | float() | str():
            return
        case _:
            yield f"Its {where} is a {type(value).__name__}, which is no JSON."


def _tags(tags: Mapping[str, float]) -> Iterator[str]:
    for label, confidence in tags.items():
        if not label.strip() or not 0 <= confidence <= 1:
            yield f"“{label}” with {confidence} is no tag with a confidence of 0 to 1."


def _same(one: Feature, other: Feature) -> bool:
    if one.summary is None or other.summary is None:
        return one.summary is other.summary
    return bool(np.allclose(one.summary, other.summary, atol=_CLOSE))
