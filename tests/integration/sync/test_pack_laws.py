"""Packs may come in any order, late, twice, and written anew as one: all know the same then.

Versions go up and down, and the same is said by several devices.
"""

from collections.abc import Iterator

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mediadesk.store import Database, Store, elsewhere, forgetting, packfiles, unpacking
from mediadesk.store.packing import FACTS, GONE, Entry

DEVICES, ITEMS = ("aaaaaaaa", "bbbbbbbb"), ("film", "song")
Pack = tuple[str, int, list[Entry]]
Feature = tuple[int, str]  # its version and tags


def facts(item: str) -> Entry:
    body = {
        "kind": "film", "title": item, "duration": 1.0, "added_at": 1.0, "size": 1, "height": 1,
        "facts": {}, "chapters": [], "told": {"guessed": f'{{"title": "{item}"}}'},
    }  # fmt: skip
    return Entry(item=item, what=FACTS, body=msgspec.msgpack.encode(body))


def feature(item: str, version: int, device: str) -> Entry:
    body = {
        "version": version, "model": "", "summary": None, "tags": {device: 1.0},
        "data": "{}", "problem": "", "moments": [],
    }  # fmt: skip
    return Entry(item=item, what="feature/tags", body=msgspec.msgpack.encode(body))


@st.composite
def said(draw: st.DrawFn) -> list[Pack]:
    """Draw what devices say, pack by pack, each of its own things."""
    packs: list[Pack] = []
    for device in DEVICES:
        has = set[str]()
        for number in range(1, draw(st.integers(1, 5))):
            item = draw(st.sampled_from(ITEMS))
            learnt = feature(item, draw(st.integers(1, 3)), device)
            match draw(st.sampled_from(("comes", "learns", "goes"))):
                case "goes" if item in has:
                    has.remove(item)
                    entries = [Entry(item=item, what=FACTS, body=None, stamp=GONE)]
                case "learns" if item in has:
                    entries = [learnt]
                case _:
                    has.add(item)
                    entries = [facts(item), learnt]
            packs.append((device, number, entries))
    return packs


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


def known(store: Store, packs: list[Pack]) -> tuple[list[tuple[object, ...]], dict[str, Feature]]:
    """Give the places and features that a device sees once it has been told all of it."""

    def tell(db: Database) -> tuple[list[tuple[object, ...]], dict[str, Feature]]:
        for device in DEVICES:
            while forgetting.forget(db, device):
                pass
            elsewhere.call(db, device, device)
        for device, number, entries in (*packs, *packs):  # what came before its facts comes again
            packfiles.keep(db, pack(device, number))
            unpacking.take(db, device, number, entries)
        while again := {(p.device, p.number) for p in packfiles.listed(db) if not p.taken}:
            for device, number, entries in packs:
                if (device, number) in again:
                    packfiles.keep(db, pack(device, number))
                    unpacking.take(db, device, number, entries)
        places = db.conn.execute(
            "SELECT path, title FROM location JOIN item ON item.id = location.item ORDER BY path"
        ).fetchall()
        learnt = db.conn.execute("SELECT item, version, json(tags) FROM feature").fetchall()
        return places, {item: (version, tags) for item, version, tags in learnt}

    return store.write(tell)


def pack(device: str, number: int) -> packfiles.Pack:
    file = f"{device}.{number}"
    return packfiles.Pack(file=file, device=device, number=number, size=1, mtime_ns=1, taken=True)


def best(packs: list[Pack]) -> dict[str, Feature]:
    """Give what counts of what devices say in the end: the highest version of the least device."""
    found: dict[str, Feature] = {}
    for device, _, entries in as_one(packs):  # by their ids
        for each in entries:
            if each.what != FACTS and each.body is not None:
                version = msgspec.msgpack.decode(each.body)["version"]
                if version > found.get(each.item, (0, ""))[0]:
                    found[each.item] = version, f'{{"{device}":1.0}}'
    return found


@settings(max_examples=60, deadline=None)
@given(packs=said(), data=st.data())
def test_all_come_to_the_same(store: Store, packs: list[Pack], data: st.DataObject) -> None:
    in_order, learnt = known(store, packs)
    again = data.draw(st.lists(st.sampled_from(packs), max_size=3)) if packs else []
    shuffled = data.draw(st.permutations([*packs, *again]))
    wanted = best(packs)
    assert learnt | wanted == learnt
    for others in (shuffled, as_one(packs), [*as_one(packs), *shuffled]):
        places, learnt = known(store, others)
        assert places == in_order
        # What nobody says any more may be known to who heard it.
        assert learnt | wanted == learnt
