"""Packs may come in any order, late, twice, and written anew as one: all know the same then."""

from collections.abc import Iterator

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mediadesk.store import Database, Store, elsewhere, packing
from mediadesk.store.packing import FACTS, GONE, Entry

DEVICES, ITEMS = ("aaaaaaaa", "bbbbbbbb"), ("film", "song")
Pack = tuple[str, int, list[Entry]]


def facts(item: str) -> Entry:
    body = {
        "kind": "film", "title": item, "duration": 1.0, "added_at": 1.0, "size": 1, "height": 1,
        "facts": {}, "chapters": [], "told": {"guessed": f'{{"title": "{item}"}}'},
    }  # fmt: skip
    return Entry(item=item, what=FACTS, body=msgspec.msgpack.encode(body))


def feature(item: str, version: int) -> Entry:
    body = {
        "version": version, "model": "", "summary": None, "tags": {f"v{version}": 1.0},
        "data": "{}", "problem": "", "moments": [],
    }  # fmt: skip
    return Entry(item=item, what="feature/tags", body=msgspec.msgpack.encode(body))


@st.composite
def said(draw: st.DrawFn) -> list[Pack]:
    """Draw what devices say, pack by pack, each of its own things."""
    packs: list[Pack] = []
    for device in DEVICES:
        has: dict[str, int] = {}
        for number in range(1, draw(st.integers(1, 5))):
            item = draw(st.sampled_from(ITEMS))
            match draw(st.sampled_from(("comes", "learns", "goes"))):
                case "goes" if item in has:
                    del has[item]
                    entries = [Entry(item=item, what=FACTS, body=None, stamp=GONE)]
                case "learns" if item in has:
                    has[item] = number
                    entries = [feature(item, number)]
                case _:
                    entries = [facts(item), feature(item, has.setdefault(item, number))]
            packs.append((device, number, entries))
    if any(each.body is None for _, _, entries in packs for each in entries):
        # What was learnt on a device stays known to those who heard of it before it went there.
        return [(device, number, list(map(_first, entries))) for device, number, entries in packs]
    return packs


def _first(entry: Entry) -> Entry:
    return entry if entry.what == FACTS else feature(entry.item, 1)


def as_one(packs: list[Pack]) -> list[Pack]:
    """Write all packs of each device anew as one: of each thing the last that was said."""
    found = []
    for device in DEVICES:
        last: dict[tuple[str, str], Entry] = {}
        own = [pack for pack in packs if pack[0] == device]
        for _, _, entries in own:
            for each in entries:
                if each.body is None:
                    last = {key: known for key, known in last.items() if key[0] != each.item}
                last[each.item, each.what] = each
        if own:
            found.append((device, own[-1][1] + 1, list(last.values())))
    return found


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    made = Store(tmp_path_factory.mktemp("laws") / "library.db")
    yield made
    made.close()


def known(store: Store, packs: list[Pack]) -> list[tuple[object, ...]]:
    """Give what a device that knew nothing sees once it has been told all of it."""

    def tell(db: Database) -> list[tuple[object, ...]]:
        for device in DEVICES:
            packing.forget(db, device)
            elsewhere.call(db, device, device)
        for device, number, entries in (*packs, *packs):  # what came before its facts comes again
            packing.take(db, device, number, entries)
        return db.conn.execute(
            "SELECT path, title, version, tags FROM location JOIN item ON item.id = location.item"
            " LEFT JOIN feature ON feature.item = item.id ORDER BY path"
        ).fetchall()

    return store.write(tell)


@settings(max_examples=40, deadline=None)
@given(packs=said(), data=st.data())
def test_all_come_to_the_same(store: Store, packs: list[Pack], data: st.DataObject) -> None:
    in_order = known(store, packs)
    again = data.draw(st.lists(st.sampled_from(packs), max_size=3)) if packs else []
    shuffled = data.draw(st.permutations([*packs, *again]))
    assert known(store, shuffled) == in_order
    assert known(store, as_one(packs)) == in_order
    assert known(store, [*as_one(packs), *shuffled]) == in_order
