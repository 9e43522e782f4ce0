"""Understands the demo library as the engine would, without names: only content is left."""

import hashlib
import os
import pickle
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from pathlib import Path

from sqlite_utils import Database

from mediadesk.api import Extractor, Feature, Item, Kind, Moment, Skip
from mediadesk.media import GuardedMedia
from mediadesk.models import Models
from mediadesk.store import Store, features, library, locations, roots
from mediadesk.understand import FEATURE, MODEL
from mediadesk.understand.fuse import fuse
from mediadesk_audio import extractors as audio
from mediadesk_keyframes import extractors as keyframes
from mediadesk_subtitles import extractors as subtitles

EXTRACTORS: tuple[Extractor, ...] = (*audio(), *keyframes(), *subtitles())
_ADDED_AT = 1_700_000_000.0
_SHAPE = [field.name for shape in (Feature, Moment) for field in fields(shape)]
"""What is kept was pickled as it was then."""


@dataclass(frozen=True, kw_only=True)
class Known:
    """An item of the demo library with its theme and what the extractors learnt."""

    item: Item
    theme: str
    features: dict[str, tuple[str, Feature]]


def understand(
    folder: Path, themes: dict[str, str], models: Models, cache: Path
) -> Iterator[Known]:
    """Give each item with a theme; features are kept in `cache` by content and model."""
    for path, theme in sorted(themes.items()):
        item = _item(folder / path)
        found = {}
        for extractor in EXTRACTORS:
            if item.kind in extractor.kinds:
                model = models.model_id(extractor.model) if extractor.model else ""
                stamp = f"{item.id}-{extractor.name}-{extractor.version}-{model}-{_SHAPE}"
                name = hashlib.blake2b(stamp.encode(), digest_size=16).hexdigest()
                feature = _kept(cache / name, extractor, item, models)
                if feature is not None:
                    found[extractor.name] = (model, feature)
        own = {name: feature for name, (_, feature) in found.items()}
        (fused,) = fuse([item], [own], models.runner(MODEL))
        found[FEATURE] = models.model_id(MODEL), Feature(summary=fused.vector)
        yield Known(item=item, theme=theme, features=found)


def save(store: Store, known: list[Known]) -> None:
    """Write items and features as after a scan of a folder whose names tell nothing."""

    def change(db: Database) -> None:
        root = Path("/scrambled")
        roots.add(db, root)
        for one in known:
            place = locations.Location(path=root / one.item.id, root=root, size=1, mtime_ns=1)
            locations.save_locations(db, [place])
            library.save_item(db, replace(one.item, path=None), facts={}, location=place)
            for name, (model, feature) in one.features.items():
                features.save(db, one.item.id, name, feature, version=1, model=model)

    store.write(change)


def _item(path: Path) -> Item:
    digest = hashlib.blake2b(path.read_bytes(), digest_size=16).hexdigest()
    is_video = path.suffix in {".mp4", ".mkv", ".webm"}
    sidecars = tuple(sorted(path.parent.glob(f"{path.stem}*.srt"))) if is_video else ()
    return Item(
        id=digest,
        kind=Kind.CLIP if is_video else Kind.SONG,
        title=digest[:8],
        path=path,
        duration=60.0,
        sidecars=sidecars,
        added_at=_ADDED_AT,
    )


def _kept(file: Path, extractor: Extractor, item: Item, models: Models) -> Feature | None:
    if not file.exists():
        half = file.with_suffix(f".{os.getpid()}")  # other processes read it as soon as it is there
        half.write_bytes(pickle.dumps(_learn(extractor, item, models)))
        half.replace(file)
    feature: Feature | None = pickle.loads(file.read_bytes())  # noqa: S301 - we wrote it
    return feature


def _learn(extractor: Extractor, item: Item, models: Models) -> Feature | None:
    run: Callable = models.runner(extractor.model) if extractor.model else dict
    try:
        sample = extractor.prepare(item, GuardedMedia())
    except Skip:
        return None
    return extractor.encode([sample], run)[0]
