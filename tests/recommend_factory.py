"""Makes libraries of numbers: items, features with hidden themes, and what a person did to them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sqlite_utils import Database

from mediadesk.api import Array, Feature, Item, Kind, Moment, unit
from mediadesk.recommend.values import Panel
from mediadesk.store import Store, features, library, locations, roots

DAY = 86_400.0
NOW = 1_800_000_000.0


def item_id(number: int) -> str:
    """Give a well-spread id, as hashes are."""
    return f"{(int(number) * 0x9E3779B97F4A7C15) % 2**64:016x}{number:016x}"


@dataclass(frozen=True, kw_only=True)
class Made:
    """One made item: its number, theme and vectors by extractor."""

    number: int
    theme: int
    vectors: Mapping[str, Array]
    kind: Kind = Kind.CLIP
    duration: float = 600.0
    artist: str = ""

    @property
    def id(self) -> str:
        return item_id(self.number)


def cloud(
    themes: Array, dimensions: int, *, seed: int, signal: float = 1.0, common: float = 1.0
) -> Array:
    """Give unit vectors [n, d] around one centre per theme and a mean that all share.

    A theme below 0 has no centre of its own: its vectors are noise around the shared mean.
    """
    random = np.random.default_rng(seed)
    centres = unit(random.standard_normal((int(themes.max()) + 2, dimensions)))
    centres[-1] = 0
    shared = unit(random.standard_normal(dimensions))
    noise = unit(random.standard_normal((len(themes), dimensions), dtype=np.float32))
    return unit(signal * centres[themes] + common * shared + noise)


def save(store: Store, made: list[Made], *, moments: int = 0) -> None:
    """Write items with their features, and the places where their files would lie."""

    def change(db: Database) -> None:
        roots.add(db, Path("/made"))
        for one in made:
            place = locations.Location(
                path=Path(f"/made/{one.number}.mkv"), root=Path("/made"), size=1, mtime_ns=1
            )
            locations.save_locations(db, [place])
            library.save_item(db, _item(one), facts={}, location=place)
            for extractor, vector in one.vectors.items():
                feature = Feature(summary=vector, moments=_moments(vector, moments))
                features.save(db, one.id, extractor, feature, version=1, model="m")

    store.write(change)


def _item(made: Made) -> Item:
    return Item(
        id=made.id,
        kind=made.kind,
        title=f"Item {made.number}",
        path=None,
        duration=made.duration,
        artist=made.artist,
        added_at=NOW - 100 * DAY - made.number,
    )


def _moments(vector: Array, count: int) -> tuple[Moment, ...]:
    return tuple(
        Moment(start=10.0 * n, end=10.0 * n + 10, vector=vector, image=b"\xff" * 8000)
        for n in range(count)
    )


def said(panel: Panel) -> list[object]:
    """Give what a panel says, with its numbers apart."""
    return [
        (shelf.id, shelf.title, pick.item, [(reason.text, reason.seed) for reason in pick.reasons])
        for shelf in panel.shelves
        for pick in shelf.items
    ]


def scores(panel: Panel) -> list[float]:
    """Give the numbers; what is remembered changes how they are rounded, and nothing else."""
    return [pick.score for shelf in panel.shelves for pick in shelf.items]
