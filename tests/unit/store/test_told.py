"""Whatever is told in whatever order, the strongest source is believed, and a person always."""

import pytest
import sqlite_utils
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mediadesk.store import Database, Store, library, registers, told
from mediadesk.store.registers import Edit

_ORDER = ("user", "sidecar", "plugin/a", "plugin/b", "embedded", "understood", "guessed", "earlier")
_NAMES = ("title", "year", "artist")
_fields = st.fixed_dictionaries(
    {},
    optional={
        "title": st.sampled_from(["x", "y", ""]),
        "year": st.sampled_from([1990, 2000, None]),
        "artist": st.sampled_from(["Ann", "Ben", ""]),
    },
)


_ROW = {
    "id": "i", "kind": "song", "title": "as it was", "duration": 1.0, "artist": "", "album": "",
    "genres": "[]", "description": "", "facts": "{}", "added_at": 0.0,
}  # fmt: skip


@pytest.fixture
def item(store: Store) -> str:
    store.write(lambda db: sqlite_utils.Database(db.conn).table("item").insert(_ROW))
    return "i"


def _clear(db: Database) -> None:
    for table in ("told", "register", "op"):
        db.conn.execute(f"DELETE FROM {table}")
    db.conn.execute("UPDATE item SET title = 'as it was'")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.lists(st.tuples(st.sampled_from(_ORDER), _fields), max_size=8))
def test_the_strongest_that_says_something_is_believed(
    store: Store, item: str, words: list[tuple[str, dict[str, object]]]
) -> None:
    store.write(_clear)
    known: dict[str, dict[str, object]] = {}
    for source, fields in words:
        if source == "user":
            edits = [Edit(item=item, field=k, value=v or None) for k, v in fields.items()]
            store.write(lambda db, edits=edits: registers.write(db, edits))
            known.setdefault("user", {}).update(fields)
        else:
            store.write(lambda db, s=source, f=fields: told.tell(db, item, s, f))
            known[source] = fields
        store.write(lambda db: told.settle(db, [item]))
    layers = [known[source] for source in _ORDER if source in known]
    believed = {
        name: next((layer[name] for layer in layers if layer.get(name)), None) for name in _NAMES
    }
    found = library.items(store.read(), [item])[item]
    spoken = [source for source in _ORDER if any((known.get(source) or {}).values())]
    assert [source for source, _ in told.said(store.read(), [item])[item]] == spoken
    assert (found.year, found.artist) == (believed["year"], believed["artist"] or "") or not spoken
    if believed["title"]:
        assert found.title == believed["title"]


def test_a_silenced_source_is_believed_no_more(store: Store, item: str) -> None:
    store.write(lambda db: told.tell(db, item, "plugin/a", {"artist": "Ann"}))
    store.write(lambda db: told.tell(db, item, "guessed", {"title": "Guess"}))
    store.write(lambda db: told.settle(db, [item]))
    assert store.write(lambda db: told.silence(db, "plugin/a")) == [item]
    store.write(lambda db: told.settle(db, [item]))
    assert library.items(store.read(), [item])[item].artist == ""
