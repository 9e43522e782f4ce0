"""What is remembered of items is what the library says of them now."""

from __future__ import annotations

import numpy as np
import pytest
from recommend_factory import Made, item_id, save

from mediadesk.recommend import columns, facts
from mediadesk.recommend.columns import Ragged, Traited
from mediadesk.store import Database, Store, told
from mediadesk.store.traits import NUMBERS, Trait, traits

IDS = [item_id(n) for n in range(30)]
WORDS = ["Drama", "drama", "Sea", "Heist", "War"]


@pytest.fixture
def library(store: Store) -> Store:
    save(store, [Made(number=n, theme=0, vectors={}) for n in range(len(IDS))])
    return store


def tell(chance: np.random.Generator, store: Store) -> None:
    """Let an NFO file say something of an item."""
    item = IDS[chance.integers(len(IDS))]
    fields = {
        "year": int(chance.integers(1960, 2020)),
        "rating": float(chance.random()),
        "series": str(chance.choice(["", "Coast"])),
        "artist": str(chance.choice(["", "Lee", "lee", "Ann"])),
        "album": str(chance.choice(["", "Weather"])),
        "genres": [str(each) for each in chance.choice(WORDS, chance.integers(4), replace=False)],
    }

    def write(db: Database) -> None:
        told.tell(db, item, "sidecar", fields)
        told.settle(db, [item])

    store.write(write)


def codes(names: list[object]) -> list[int]:
    """Give the place where each name stands first, -1 for none."""
    return [names.index(name) if name else -1 for name in names]


@pytest.mark.parametrize("remembered", [10, 1_000])
def test_columns_say_what_reading_each_item_says(
    library: Store, monkeypatch: pytest.MonkeyPatch, remembered: int
) -> None:
    monkeypatch.setattr(columns, "_REMEMBERED", remembered)
    chance, traited = np.random.default_rng(4), Traited()
    for _ in range(60):
        tell(chance, library)
        asked = [*chance.choice(IDS, 8), "no such item"]
        known, rows = traited.of(library.read(), asked)
        found = traits(library.read(), asked)
        each = [found.get(item) for item in asked]
        own = facts.facts(known, rows[:5], rows[5:])
        for name in ("year", "season", "track"):
            column = NUMBERS.index(name)
            wanted = [one.numbers[column] if one else None for one in each]
            both = np.concatenate([getattr(own.candidates, name), getattr(own.history, name)])
            np.testing.assert_array_equal(both, np.array(wanted, np.float32))
        for name in ("series", "artist"):
            both = np.concatenate([getattr(own.candidates, name), getattr(own.history, name)])
            wanted_codes = codes([getattr(one, name) if one else "" for one in each])
            seen = both.tolist()
            assert [seen.index(code) if code >= 0 else -1 for code in seen] == wanted_codes
        _check_genres(known, rows, each)
        assert sorted(traited._numbered.values()) == sorted(traited._rows), "both are let go"


def _check_genres(known: columns.Columns, rows: np.ndarray, each: list[Trait | None]) -> None:
    """See that the cosines of genres are those of two sets."""
    block = facts.genres(known, rows[:5], rows[5:])
    sets = [one.genres if one else frozenset() for one in each]
    common = [[len(a & b) for b in sets[5:]] for a in sets[:5]]
    if block is None:
        assert not np.any(common)
        return
    sizes = np.array([max(len(own), 1) for own in sets])
    wanted = common / np.sqrt(np.outer(sizes[:5], sizes[5:]))
    np.testing.assert_allclose(block.candidates @ block.history.T, wanted, atol=1e-6)
    has = [bool(own) for own in sets]
    lengths = np.linalg.norm(np.concatenate([block.candidates, block.history]), axis=1)
    np.testing.assert_allclose(lengths, has, atol=1e-6)


def test_what_has_not_changed_is_not_read_again(library: Store) -> None:
    traited, chance = Traited(), np.random.default_rng(1)
    before, rows = traited.of(library.read(), IDS)
    tell(chance, library)
    after, again = traited.of(library.read(), IDS)
    assert len(after.kind) == len(before.kind) + 1
    assert np.count_nonzero(again != rows) == 1
    assert traited.of(library.read(), IDS)[0] is after


def test_rows_of_different_lengths_are_taken_and_joined() -> None:
    rows = Ragged(np.array([5, 6, 7, 8]), np.array([2, 0, 1, 1]))
    taken = rows.rows(np.array([3, 0, 0, 1]))
    assert taken.values.tolist() == [8, 5, 6, 5, 6]
    assert taken.counts.tolist() == [1, 2, 2, 0]
    assert taken.lines.tolist() == [0, 1, 1, 2, 2]
    assert rows.rows(np.zeros(0, int)).joined(rows).rows(np.array([2])).values.tolist() == [7]
