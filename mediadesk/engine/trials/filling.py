"""Fills a library with the items of a data set, and with what is learnt of their words."""

from __future__ import annotations  # Array is a name for type checkers only

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mediadesk.api import Array, Extractor, Feature, Item, Json, ModelSpec, Skip, UserError
from mediadesk.extract.batch import encoded
from mediadesk.media import GuardedMedia
from mediadesk.store import Database, Store, features, library, locations, roots, told
from mediadesk.understand import FEATURE, MODEL, VERSION
from mediadesk.understand.fuse import fuse

if TYPE_CHECKING:
    from mediadesk.engine.trials.dataset import Dataset
    from mediadesk.host import Registry
    from mediadesk.models import Models

_WORDS = "text"
_FOLDER = Path("/dataset")
_BATCH = 64


def fill(store: Store, data: Dataset, registry: Registry, models: Models) -> tuple[Array, Array]:
    """Save the items of a data set, which have no files, with what can be learnt without any.

    Returns:
        their vectors [n, d] by words and as a whole, zeros where there are none.

    Raises:
        UserError: if the plugin that reads words is switched off.
    """
    extractor = next((each for each in registry.extractors if each.name == _WORDS), None)
    if extractor is None or extractor.model is None:
        raise UserError(
            "The plugin “subtitles” is switched off, which reads titles, too: switch it on with "
            "“mediadesk plugins enable subtitles”."
        )
    items = data.items
    store.write(partial(_save, items=items, public=data.public))
    marks = {
        _WORDS: (extractor.version, models.model_id(extractor.model)),
        FEATURE: (VERSION, models.model_id(MODEL)),
    }
    words, whole = [], []
    for start in range(0, len(items), _BATCH):
        some = items[start : start + _BATCH]
        known = _read(some, extractor, models)
        fused = fuse(some, known, models.runner(MODEL))
        words += [own.get(_WORDS, Feature()).summary for own in known]
        whole += [each.vector for each in fused]
        languages = data.languages[start : start + _BATCH]
        made = [
            own | {FEATURE: Feature(summary=each.vector, data=_told(language))}
            for own, each, language in zip(known, fused, languages, strict=True)
        ]
        store.write(partial(_keep, items=some, made=made, marks=marks))
    return _rows(words), _rows(whole)


def _save(db: Database, *, items: Sequence[Item], public: Sequence[Json]) -> None:
    roots.add(db, _FOLDER)
    places = [
        locations.Location(path=_FOLDER / str(n), root=_FOLDER, size=1, mtime_ns=1)
        for n in range(len(items))
    ]
    locations.save_locations(db, places)
    for item, place in zip(items, places, strict=True):
        library.save_item(db, item, facts={}, location=place)
    for item, fields in zip(items, public, strict=True):
        told.tell(db, item.id, "sidecar", fields)


def _keep(
    db: Database,
    *,
    items: Sequence[Item],
    made: Sequence[dict[str, Feature]],
    marks: dict[str, tuple[int, str]],
) -> None:
    for item, own in zip(items, made, strict=True):
        for name, feature in own.items():
            version, model = marks[name]
            features.save(db, item.id, name, feature, version=version, model=model)


def _read(items: Sequence[Item], extractor: Extractor, models: Models) -> list[dict[str, Feature]]:
    """Give the feature of each item by extractor, without those that say nothing."""
    samples = {}
    for n, item in enumerate(items):
        try:
            samples[n] = extractor.prepare(item, GuardedMedia())
        except Skip:  # its title may be a number
            continue
    model: ModelSpec | None = extractor.model
    assert model is not None  # noqa: S101 - `fill` has looked
    found = encoded(extractor, list(samples.values()), models.runner(model)) if samples else []
    read = dict(zip(samples, found, strict=True))
    return [{_WORDS: read[n]} if n in read else {} for n in range(len(items))]


def _told(language: str) -> Json:
    """Give what is told of an item whose language a data set names, as of one that was analysed."""
    return {"languages": {language: 1.0}} if language else {}


def _rows(vectors: Sequence[Array | None]) -> Array:
    length = next((len(each) for each in vectors if each is not None), 1)
    zeros = np.zeros(length, np.float32)
    return np.stack([zeros if each is None else each for each in vectors])
