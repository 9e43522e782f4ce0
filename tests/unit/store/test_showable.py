from __future__ import annotations

import numpy as np
import pytest
from recommend_factory import Made, item_id, save

from mediadesk.api import Kind
from mediadesk.store import Database, Store, library
from mediadesk.store.showable import showable

IDS = [item_id(n) for n in range(4)]
FAILED = (
    "INSERT INTO job(item, extractor, version, model, state, updated_at)"
    " VALUES(?, 'audio', 1, '', 'failed', 0)"
)


@pytest.fixture
def db(store: Store) -> Database:
    rows = np.eye(4, dtype=np.float32)
    save(store, [Made(number=n, theme=0, vectors={"audio": rows[n]}) for n in range(4)])
    return store.read()


def change(store: Store, sql: str) -> None:
    store.write(lambda db: db.conn.execute(sql, [IDS[1]]))


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE location SET missing = 1 WHERE item = ?",
        "UPDATE location SET problem = 'cut off' WHERE item = ?",
        "UPDATE feature SET problem = 'the end is missing' WHERE item = ?",
        FAILED,
    ],
)
def test_what_is_damaged_or_not_there_is_left_out(store: Store, db: Database, sql: str) -> None:
    assert list(showable(store.read(), IDS[::-1])) == IDS[::-1]
    change(store, sql)
    assert list(showable(store.read(), IDS)) == [IDS[0], *IDS[2:]]


def test_with_pictures_where_there_are_any_of_the_kind(store: Store, db: Database) -> None:
    store.write(
        lambda db: [library.save_artwork(db, each, b"x", source="cover") for each in IDS[2:]]
    )
    assert showable(store.read(), IDS) == dict.fromkeys(IDS[2:], Kind.CLIP)
    change(store, "UPDATE item SET kind = 'song' WHERE id = ?")
    assert showable(store.read(), IDS)[IDS[1]] is Kind.SONG
