"""Tags of people teach a library: near items at once, the rest in time, and all is taken back."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from mediadesk.api import SURE, Feature, Item, Kind, unit
from mediadesk.extract.learning import Learning
from mediadesk.search.columns import Tags
from mediadesk.search.words import Words
from mediadesk.store import (
    Database,
    Store,
    browse,
    features,
    library,
    locations,
    registers,
    roots,
    told,
)
from mediadesk.store.registers import Edit
from mediadesk.understand import FEATURE

THEMES, EACH, D = 8, 60, 64
KINDS = {"clip": 0.85, "home-video": 0.15}


@pytest.fixture
def items(store: Store) -> list[str]:
    """Ids of four themes of sixty, of which a tagger took the first two for the sea."""
    random = np.random.default_rng(7)
    middles = unit(random.normal(size=(THEMES, D)))
    scatter = unit(random.normal(size=(THEMES, EACH, D)))
    vectors = unit(0.7 * middles[:, None] + 0.7 * scatter).reshape(-1, D).astype(np.float32)
    ids = [f"{n:032x}" for n in range(len(vectors))]

    def write(db: Database) -> None:
        root = Path("/films")
        roots.add(db, root)
        for n, each in enumerate(ids):
            place = locations.Location(path=root / each, root=root, size=1, mtime_ns=1)
            item = Item(id=each, kind=Kind.CLIP, title=each, path=None, duration=9.0)
            locations.save_locations(db, [place])
            library.save_item(db, item, facts={}, location=place)
            told.tell(db, each, "guessed", {"kind": "clip"})
            save = partial(features.save, db, each, version=1, model="m")
            save(FEATURE, Feature(summary=vectors[n], data={"kind": KINDS}))
            save("tags", Feature(tags={"sea": 0.8} if n < 2 * EACH else {"winter": 0.8}))

    store.write(write)
    return ids


def say(store: Store, item: str, **tags: bool | None) -> None:
    edits = [Edit(item=item, field=f"tag/{name}", value=on) for name, on in tags.items()]
    store.write(lambda db: registers.write(db, edits))


def sure(store: Store, ids: Sequence[str], tag: str) -> int:
    known = features.tags(store.read(), ids)
    return sum(known.get(each, {}).get(tag, 0.0) >= SURE for each in ids)


def found(store: Store, ids: Sequence[str], tag: str) -> set[str]:
    """Give the items that a search for a tag finds."""
    db = store.read()
    tags = Tags(Words())
    size = browse.last(db)[1] + 1
    tags.read(db, size)
    having = tags.of(size, tags.words.having(tag, whole=True))
    return {each for each, number in browse.numbers(db, ids).items() if having[number]}


def test_near_items_are_tagged_at_once_and_the_rest_in_time(store: Store, items: list[str]) -> None:
    city = items[:EACH]
    learning = Learning(store, nearest=lambda _, limit: city[: min(limit, 20)])
    for each in city[:3]:
        say(store, each, city=True, sea=False)
    learning.teach(city[:3])
    assert sure(store, city[3:20], "city") >= 14
    assert sure(store, city[20:], "city") == 0
    while learning.tend():
        pass
    assert sure(store, city[20:], "city") >= 32
    assert sure(store, items[EACH:], "city") == 0
    assert sure(store, city, "sea") <= 6
    assert sure(store, items[EACH : 2 * EACH], "sea") == EACH, "where it was right it stays"
    hits = found(store, items, "sea")
    assert set(items[EACH : 2 * EACH]) <= hits
    assert len(hits & set(city)) <= 6
    assert len(found(store, items, "city") & set(city)) >= 45


def test_what_is_taken_back_teaches_nothing_any_more(store: Store, items: list[str]) -> None:
    learning = Learning(store, nearest=lambda *_: items[:EACH])
    for each in items[:2]:
        say(store, each, city=True)
    learning.teach(items[:2])
    assert sure(store, items[2:EACH], "city") > 20
    for each in items[:2]:
        say(store, each, city=None)
    learning.teach()
    assert sure(store, items[:EACH], "city") == 0
    assert features.tags(store.read(), items[2:3]) == {items[2]: {"sea": 0.8}}


def test_a_tag_that_was_taken_away_never_comes_back(store: Store, items: list[str]) -> None:
    learning = Learning(store, nearest=lambda *_: items[:EACH])
    say(store, items[0], city=False)
    for each in items[1:6]:
        say(store, each, city=True)
    learning.teach()
    while learning.tend():
        pass
    assert "city" not in features.tags(store.read(), items[:1])[items[0]]
    assert items[0] not in found(store, items, "city")


def test_who_begins_anew_goes_on_where_the_last_one_stopped(
    store: Store, items: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mediadesk.extract.learning._SLICE", 50)
    for each in items[:3]:
        say(store, each, city=True)
    assert Learning(store, nearest=lambda *_: ()).tend()
    slices = 1
    again = Learning(store, nearest=lambda *_: ())
    while again.tend():
        slices += 1
    assert slices == -(-len(items) // 50)
    assert sure(store, items[3:EACH], "city") > 40
    assert not Learning(store, nearest=lambda *_: ()).tend(), "it is all done"


def test_a_new_item_is_tagged_by_what_was_taught_before(store: Store, items: list[str]) -> None:
    learning = Learning(store, nearest=lambda *_: ())
    for each in items[:3]:
        say(store, each, city=True)
    learning.teach()
    store.write(lambda db: learning.follow(db, items[10:12]))
    assert sure(store, items[10:12], "city") == 2
    assert sure(store, items[12:], "city") == 0


def file_under(store: Store, ids: Sequence[str], kind: str | None) -> None:
    def write(db: Database) -> None:
        registers.write(db, [Edit(item=each, field="kind", value=kind) for each in ids])
        told.settle(db, ids)

    store.write(write)


def of_kind(store: Store, ids: Sequence[str], kind: str) -> int:
    found = library.items(store.read(), ids)
    return sum(each.kind == kind for each in found.values())


def test_kinds_are_learnt_at_once_nearby_and_elsewhere_in_time(
    store: Store, items: list[str]
) -> None:
    own = items[:EACH]
    learning = Learning(store, nearest=lambda _, limit: own[: min(limit, 20)])
    file_under(store, own[:3], "home-video")
    learning.teach(own[:3])
    assert of_kind(store, own[3:20], "home-video") >= 12
    assert of_kind(store, own[20:], "home-video") == 0
    while learning.tend():
        pass
    assert of_kind(store, own[20:], "home-video") >= 28
    assert of_kind(store, items[EACH:], "clip") == len(items) - EACH
    again = store.read().conn.execute("SELECT count(*) FROM job WHERE state = 'pending'")
    assert again.fetchone()[0] == 0, "nobody asked for jobs here"


def test_kinds_that_were_taken_back_teach_nothing_any_more(store: Store, items: list[str]) -> None:
    own = items[:EACH]
    learning = Learning(store, nearest=lambda *_: own)
    file_under(store, own[:3], "home-video")
    learning.teach(own[:3])
    assert of_kind(store, own, "home-video") > 40
    file_under(store, own[:3], None)
    learning.teach()
    while learning.tend():
        pass
    assert of_kind(store, items, "clip") == len(items)
    assert dict(told.said(store.read(), own[3:4])[own[3]]).keys() == {"guessed"}


def test_what_a_person_or_a_file_says_of_a_kind_stands(store: Store, items: list[str]) -> None:
    own = items[:EACH]
    file_under(store, own[:4], "home-video")
    file_under(store, own[4:5], "clip")
    store.write(lambda db: told.tell(db, own[5], "sidecar", {"kind": "talk"}))
    store.write(lambda db: told.settle(db, own[5:6]))
    learning = Learning(store, nearest=lambda *_: own)
    learning.teach(own[:5])
    assert of_kind(store, own[6:], "home-video") > 5, "one of them speaks against it"
    assert of_kind(store, own[4:5], "clip") == 1
    assert of_kind(store, own[5:6], "talk") == 1


def test_kinds_that_are_unknown_here_teach_nothing_and_harm_nothing(
    store: Store, items: list[str]
) -> None:
    """Another device may run a newer MediaDesk."""
    edits = [Edit(item=each, field="kind", value="hologram") for each in items[:3]]
    store.write(lambda db: registers.write(db, edits))
    learning = Learning(store, nearest=lambda *_: items[:EACH])
    learning.teach(items[:3])
    assert of_kind(store, items, "clip") == len(items)
