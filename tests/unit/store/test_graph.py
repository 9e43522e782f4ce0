"""The graph of items, persons, works, places and tags follows whatever its sources say."""

from __future__ import annotations

import pytest
import sqlite_utils

from mediadesk.api import Feature
from mediadesk.store import Database, Store, edges, features, graph, registers, told, versions
from mediadesk.store.registers import Edit

_SIDECAR = {
    "series": "The Sea",
    "set": "Waters",
    "credits": {"director": ["Ann"], "actor": ["Ben", "Cy"], "country": ["France"], "odd": ["X"]},
}


def _add(db: Database, *names: str) -> None:
    row = {
        "kind": "film", "title": "as it was", "duration": 1.0, "artist": "", "album": "",
        "genres": "[]", "description": "", "facts": "{}", "added_at": 0.0,
    }  # fmt: skip
    place = {"root": "/m", "size": 1, "mtime_ns": 1, "seen_at": 0.0, "sidecars": "[]"}
    full = sqlite_utils.Database(db.conn)
    full.table("root").insert({"path": "/m", "added_at": 0.0})
    for name in names:
        full.table("item").insert(row | {"id": name})
        full.table("location").insert(place | {"path": f"/m/{name}", "item": name, "content": name})


@pytest.fixture
def items(store: Store) -> Store:
    store.write(lambda db: _add(db, "i", "j"))
    _tell(store, "i", "sidecar", _SIDECAR)
    return store


def _tell(store: Store, item: str, source: str, fields: dict[str, object]) -> None:
    store.write(lambda db: told.tell(db, item, source, fields))
    store.write(lambda db: told.settle(db, [item]))


def _seen(store: Store, item: str = "i") -> list[tuple[str, str, str]]:
    return [(each.role, each.name, each.source) for each in graph.of_item(store.read(), item)]


def test_an_item_has_edges_to_all_that_its_sources_tell(items: Store) -> None:
    _tell(items, "i", "embedded", {"artist": "Dee", "genres": ["Drama"], "credits": {
        "director": ["Somebody else"], "composer": ["Eve"]}})  # fmt: skip
    assert _seen(items) == [
        ("series", "The Sea", "sidecar"),
        ("artist", "Dee", "embedded"),
        ("genre", "Drama", "embedded"),
        ("director", "Ann", "sidecar"),
        ("actor", "Ben", "sidecar"),
        ("actor", "Cy", "sidecar"),
        ("composer", "Eve", "embedded"),
        ("set", "Waters", "sidecar"),
        ("country", "France", "sidecar"),
    ]
    kinds = {each.name: each.kind for each in graph.of_item(items.read(), "i")}
    assert (kinds["Ann"], kinds["Waters"], kinds["France"]) == ("person", "set", "place")


def test_edges_follow_when_a_source_says_something_else_or_nothing(items: Store) -> None:
    _tell(items, "i", "sidecar", {"credits": {"actor": ["Cy"]}})
    assert _seen(items) == [("actor", "Cy", "sidecar")]
    _tell(items, "i", "sidecar", {})
    assert _seen(items) == []


def test_tags_are_edges_with_the_confidence_of_the_tagger_and_rejected_ones_are_none(
    items: Store,
) -> None:
    feature = Feature(tags={"storm": 0.8, "harbour": 0.4})
    items.write(lambda db: features.save(db, "j", "tags", feature, version=1, model="m"))
    edits = [
        Edit(item="j", field="tag/evening", value=True),
        Edit(item="j", field="tag/storm", value=False),
    ]
    items.write(lambda db: registers.write(db, edits))
    found = graph.of_item(items.read(), "j")
    assert [(each.name, each.source, each.confidence) for each in found] == [
        ("evening", "user", 1.0), ("harbour", "tagger", 0.4)
    ]  # fmt: skip


def test_the_graph_can_be_made_anew_from_what_was_told(items: Store) -> None:
    before = _seen(items)
    items.write(lambda db: db.conn.execute("DELETE FROM edge"))
    assert len(_seen(items)) < len(before)
    items.write(lambda db: told.settle(db, ["i", "j"]))
    assert _seen(items) == before


def test_a_merge_keeps_the_edges_of_both_and_parting_gives_them_back(items: Store) -> None:
    _tell(items, "j", "sidecar", {"credits": {"actor": ["ben"], "composer": ["Eve"]}})
    items.write(lambda db: versions.follow(db, old="i", new="j"))
    merged = _seen(items, "j")
    assert [role for role, name, _ in merged if name.casefold() == "ben"] == ["actor"]
    assert {"Ann", "Cy", "Eve", "Waters"} <= {name for _, name, _ in merged}
    items.write(lambda db: versions.part(db, old="i"))
    assert {name for _, name, _ in _seen(items, "j")} == {"ben", "Eve"}


def test_what_two_items_share_is_told_directors_before_the_cast(items: Store) -> None:
    _tell(items, "j", "sidecar", {
        "set": "waters", "credits": {"actor": ["Dee", "ben", "ANN"], "country": ["France"]}
    })  # fmt: skip
    assert edges.shared(items.read(), "i", "j") == [
        ("person", "Ann"), ("person", "Ben"), ("set", "Waters")
    ]  # fmt: skip
    assert edges.shared(items.read(), "i", "i")[0] == ("person", "Ann")
    _tell(items, "j", "sidecar", {"credits": {"actor": ["Dee"], "country": ["France"]}})
    assert edges.shared(items.read(), "j", "i") == []


def test_lists_hear_of_new_credits_of_what_counts_as_another_item(items: Store) -> None:
    items.write(lambda db: versions.follow(db, old="i", new="j"))
    (number,) = items.read().conn.execute("SELECT rowid FROM item WHERE id = 'j'").fetchone()
    upto = "SELECT max(seq) FROM touched"
    (before,) = items.read().conn.execute(upto).fetchone()
    _tell(items, "i", "sidecar", {"credits": {"actor": ["Zoe"]}})
    touched = items.read().conn.execute("SELECT item FROM touched WHERE seq > ?", [before])
    assert (number,) in touched.fetchall()
    assert "Zoe" in {name for _, name, _ in _seen(items, "j")}


def test_what_counts_as_another_item_shares_its_persons_with_that(items: Store) -> None:
    _tell(items, "j", "sidecar", {})
    assert edges.nodes(items.read(), ["j"]) == {}
    items.write(lambda db: versions.follow(db, old="i", new="j"))
    found = edges.nodes(items.read(), ["j"])["j"]
    assert {("person", "ann"): "Ann", ("set", "waters"): "Waters"}.items() <= found.items()
