"""The columns in memory know of places that come with their items, which no trigger tells of."""

from pathlib import Path

import pytest

from mediadesk.api import Item, Kind
from mediadesk.search.catalogue import Catalogue
from mediadesk.store import Store, changes, library, locations, roots

_ROOT = Path("/r")
_ITEM = "a" * 32


@pytest.fixture
def catalogue(store: Store) -> Catalogue:
    """What lies in /r is one film, and that has been read."""
    place = locations.Location(path=_ROOT / "a.mkv", root=_ROOT, size=1, mtime_ns=1)

    def add(db: library.Database) -> None:
        roots.add(db, _ROOT)
        locations.save_locations(db, [place])
        item = Item(id=_ITEM, kind=Kind.FILM, title="A", path=None)
        library.save_item(db, item, facts={}, location=place)

    store.write(add)
    catalogue = Catalogue(store)
    assert _state(catalogue) == "there"
    return catalogue


def _state(catalogue: Catalogue) -> str:
    with catalogue.now():
        places = catalogue.places
        if not places.known.any():
            return "nowhere"
        return "missing" if places.missing.any() else "there"


def test_what_was_taken_out_with_its_folder_is_listed_when_that_is_added_again(
    store: Store, catalogue: Catalogue
) -> None:
    store.write(lambda db: roots.remove(db, _ROOT))
    assert _state(catalogue) == "nowhere"
    store.write(lambda db: roots.add(db, _ROOT))
    assert _state(catalogue) == "missing"


def test_what_was_forgotten_is_listed_when_that_is_undone(
    store: Store, catalogue: Catalogue
) -> None:
    store.write(lambda db: locations.set_missing(db, ["/r/a.mkv"]))

    def forget(change: str, db: library.Database) -> list[str]:
        changes.forget_places(db, [_ITEM], change=change)
        return [_ITEM]

    store.write(lambda db: changes.act(db, "Forgot “A”", lambda change: forget(change, db)))
    assert _state(catalogue) == "nowhere"
    store.write(changes.undo)
    assert _state(catalogue) == "missing"
