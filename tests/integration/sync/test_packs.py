"""What one device knows of its files, another one takes over, and does not analyse again."""

import json
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import msgspec
import numpy as np
import pytest
from library_factory import analysed, copied
from library_factory import places as library_places

from mediadesk.api import Feature, Kind, UserError
from mediadesk.engine.engine import Engine
from mediadesk.store import (
    Database,
    Store,
    devices,
    features,
    forgetting,
    jobs,
    library,
    locations,
    oplog,
    parcels,
    places,
    replaced,
    roots,
    told,
    versions,
)
from mediadesk.sync import packs
from mediadesk.sync.crypto import Key
from mediadesk.sync.pairing import take_key
from mediadesk.sync.untrusted import write

KEY = Key.made()


class Device:
    """A library that shares what it knows through a folder."""

    def __init__(self, home: Path, shared: Path, key: Key | None = KEY) -> None:
        self.home, self.shared, self.key = home, shared, key
        self.store = Store(home / "library.db")

    def sync(self) -> packs.Report:
        return packs.exchange(self.store, self.shared, key=self.key)

    def listed(self) -> dict[str, library.Listed]:
        return {each.item.id: each for each in library.all_items(self.store.read())}

    def features(self, item: str) -> dict[str, object]:
        known = features.of_item(self.store.read(), item)
        return {name: (each.tags, each.data, len(each.moments)) for name, each in known.items()}


@pytest.fixture
def desk(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Device]:
    _, data = analysed(tmp_path_factory.getbasetemp())
    (tmp_path / "shared").mkdir()
    made = Device(copied(data, tmp_path / "desk"), tmp_path / "shared")
    yield made
    made.store.close()


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Device]:
    made = Device(tmp_path / "laptop", tmp_path / "shared")
    yield made
    made.store.close()


def test_what_a_device_has_is_seen_on_another_with_all_that_was_learnt_of_it(
    desk: Device, laptop: Device
) -> None:
    assert desk.sync().given
    came = laptop.sync()
    assert came.problems == ()
    assert came.items == len(desk.listed())
    for item, there in desk.listed().items():
        here = laptop.listed()[item]
        assert (here.item.title, here.item.kind) == (there.item.title, there.item.kind)
        assert (here.available, here.item.path, bool(here.drive)) == (False, None, True)
        assert laptop.features(item) == {
            name: each for name, each in desk.features(item).items() if name != features.LEARNT
        }
    db = laptop.store.read()
    assert library.artwork(db, list(laptop.listed())) == library.artwork(
        desk.store.read(), list(desk.listed())
    )
    assert roots.listed(db) == ()
    assert places.gone(db, limit=5) == []
    assert locations.problems(db) == []
    assert jobs.counts(db) == []


def test_a_copy_of_a_file_that_another_device_analysed_is_not_analysed_again(
    desk: Device, laptop: Device, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    media, _ = analysed(tmp_path_factory.getbasetemp())
    desk.sync()
    laptop.sync()
    laptop_items = laptop.listed()
    laptop.store.close()
    own = tmp_path / "own"
    own.mkdir()
    shutil.copy2(media / "Lighthouse.mkv", own)
    engine = Engine(library_places(laptop.home, tmp_path_factory.getbasetemp()))
    away = next(item for item, each in laptop_items.items() if each.item.title == "Harbour")
    with pytest.raises(UserError, match="play it there"):
        engine.players(away)
    assert away in engine.ids(text=f'drive:"{laptop_items[away].drive}"')
    assert engine.status().folders == ()
    engine.add_folder(str(own))
    status = engine.analyze(wait=True)
    engine.close()
    assert not status.problems
    laptop.store = Store(laptop.home / "library.db")
    [item] = [each for each in laptop.listed().values() if each.available]
    assert item.item.path == own / "Lighthouse.mkv"
    assert laptop.features(item.item.id) == desk.features(item.item.id)
    taken = laptop.store.read().conn.execute(
        "SELECT extractor, state FROM job WHERE item = ? AND took IS NULL", [item.item.id]
    )
    made = desk.store.read().conn.execute(
        "SELECT extractor, state FROM job WHERE item = ? AND state = 'done'", [item.item.id]
    )
    assert set(taken) >= {row for row in made if row[0] in desk.features(item.item.id)} != set()


def test_a_file_that_waits_to_be_analysed_is_done_once_another_device_tells_of_it(
    desk: Device, laptop: Device
) -> None:
    item, task = waiting(desk, laptop)
    assert laptop.sync().features
    known = dict.fromkeys(row[:2] for row in jobs.of_item(laptop.store.read(), item))
    assert (task.name, "done") in known
    assert laptop.features(item)[task.name] == desk.features(item)[task.name]


def test_nothing_is_said_twice_and_what_is_new_comes_in_a_pack_of_its_own(
    desk: Device, laptop: Device
) -> None:
    desk.sync()
    laptop.sync()
    before = files(desk.shared)
    assert desk.sync() == laptop.sync() == packs.Report()
    assert files(desk.shared) == before
    item = next(iter(desk.listed()))
    learn(desk, item, Feature(tags={"storm": 0.9}))
    assert desk.sync().given == 1
    assert laptop.sync().touched == (item,)
    assert features.of_item(laptop.store.read(), item)["sort"].tags == {"storm": 0.9}
    assert len(files(desk.shared)) == 2


def test_what_is_gone_from_its_device_goes_and_comes_back_with_it(
    desk: Device, laptop: Device
) -> None:
    desk.sync()
    laptop.sync()
    [root] = roots.listed(desk.store.read())
    desk.store.write(lambda db: roots.remove(db, root.path))
    desk.sync()
    assert laptop.sync().items == len(desk.listed())
    assert library.kept(laptop.store.read(), list(laptop.listed())) == set()
    desk.store.write(lambda db: roots.add(db, root.path))
    desk.store.write(
        lambda db: db.conn.execute("UPDATE location SET missing = 0 WHERE missing = 1")
    )
    desk.sync()
    laptop.sync()
    assert library.kept(laptop.store.read(), list(laptop.listed())) == set(desk.listed())
    one = next(iter(desk.listed()))
    assert laptop.features(one)


def test_a_device_without_edits_is_known_can_be_revoked_and_allowed_again(
    desk: Device, laptop: Device
) -> None:
    desk.sync()
    laptop.sync()

    def known() -> dict[str, str]:
        found = devices.listed(laptop.store.read())
        return {each.id: each.revoked_by for each in found if not each.mine}

    wanted = desk.store.write(oplog.device_id)
    assert known() == {wanted: ""}
    laptop.store.write(partial(devices.revoke, device=wanted))
    laptop.sync()
    assert laptop.listed() == {}
    assert known()[wanted]
    laptop.store.write(partial(devices.allow, device=wanted))
    laptop.sync()
    assert laptop.listed()


def test_a_device_that_is_forgotten_leaves_nothing(desk: Device, laptop: Device) -> None:
    desk.sync()
    laptop.sync()
    device = desk.store.write(oplog.device_id)
    while laptop.store.write(partial(forgetting.forget, device=device)):
        pass
    tables = ("item", "location", "root", "feature", "moment", "artwork", "told", "packed", "pack")
    db = laptop.store.read()
    assert {
        t: db.conn.execute(f"SELECT count(*) FROM {t}").fetchone()[0] for t in tables
    } == dict.fromkeys(tables, 0)


def test_who_is_stopped_while_forgetting_a_device_goes_on_at_the_next_sync(
    desk: Device, laptop: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.sync()
    laptop.sync()
    monkeypatch.setattr(forgetting, "_AT_ONCE", 1)
    device = desk.store.write(oplog.device_id)
    laptop.store.write(partial(devices.revoke, device=device))
    assert laptop.store.write(partial(forgetting.forget, device=device))
    assert len(laptop.listed()) == len(desk.listed()) - 1
    laptop.sync()
    assert laptop.listed() == {}


def test_what_another_device_has_bettered_is_told_by_that_one_alone(
    desk: Device, laptop: Device
) -> None:
    item, _ = waiting(desk, laptop)
    learn(desk, item, Feature(data={"words": "long ago " * 9_000}), version=1)
    desk.sync()
    before = files(desk.shared)
    laptop.sync()
    learn(laptop, item, Feature(tags={"new": 1.0}), version=2)
    laptop.sync()
    desk.sync()
    assert features.of_item(desk.store.read(), item)["sort"].tags == {"new": 1.0}
    desk.sync()
    told = desk.store.read().conn.execute(
        "SELECT device FROM packed WHERE item = ? AND what = 'feature/sort'", [item]
    )
    assert told.fetchall() == [(laptop.store.write(oplog.device_id),)]
    assert not before <= files(desk.shared)


def test_a_copy_of_a_library_hears_what_it_told_itself_once(desk: Device, tmp_path: Path) -> None:
    desk.sync()
    other = Device(copied(desk.home, tmp_path / "other"), desk.shared)
    other.store.write(lambda db: db.conn.execute("UPDATE location SET missing = 1"))
    other.sync()
    there = other.listed()
    assert {each.drive for each in there.values()} != {""}
    assert there.keys() == desk.listed().keys()
    other.store.close()


def test_what_it_told_before_it_was_restored_is_not_another_devices(desk: Device) -> None:
    desk.sync()
    desk.store.write(lambda db: db.conn.execute("UPDATE device SET mine = 2"))
    desk.sync()
    assert (
        desk.store.read().conn.execute("SELECT * FROM location WHERE missing = 3").fetchall() == []
    )


TURNED = "\u202efdp.exe\x1b[31m"


def test_what_cannot_be_seen_is_left_out_of_what_is_told(desk: Device, laptop: Device) -> None:
    item = next(iter(desk.listed()))
    body = msgspec.msgpack.decode(parcels.facts(desk.store.read(), item)) | {
        "title": TURNED,
        "facts": {TURNED: TURNED},
        "chapters": [[1.0, TURNED]],
        "told": {
            "guessed": json.dumps({"title": TURNED}),
            "embedded": json.dumps({"genres": [TURNED]}),
        },
    }
    learnt = GOOD | {
        "tags": {TURNED: 1.0},
        "data": json.dumps({"a": [TURNED]}),
        "problem": TURNED,
        "moments": [[0.0, 1.0, None, TURNED, b"", TURNED, TURNED]],
    }
    stranger(
        desk,
        [
            (item, "facts", msgspec.msgpack.encode(body)),
            (item, "feature/sort", msgspec.msgpack.encode(learnt)),
        ],
        name=TURNED,
    )
    assert laptop.sync().problems == ()
    every = [
        str(row)
        for table in ("item", "told", "feature", "moment", "root", "device")
        for row in laptop.store.read().conn.execute(f"SELECT * FROM {table}")
    ]
    assert "fdp.exe" in "".join(every)
    assert not [row for row in every if "\\u202e" in row or "\\x1b" in row]


def test_a_pack_that_goes_while_it_is_looked_for_is_no_fault(desk: Device, laptop: Device) -> None:
    desk.sync()
    (desk.shared / "0123456789abcdef.7.mdpack").symlink_to(desk.shared / "gone")
    assert laptop.sync().problems == ()


def test_packs_are_encrypted_with_the_key_and_written_anew_with_another(
    desk: Device, laptop: Device
) -> None:
    desk.sync()
    before = files(desk.shared)
    words = {each.item.title for each in desk.listed().values()}
    content = b"".join(file.read_bytes() for file in before)
    assert not [word for word in words if word.encode() in content]
    take_key(desk.store, key := Key.made())
    desk.key = key
    desk.sync()
    assert files(desk.shared).isdisjoint(before)
    [problem] = laptop.sync().problems
    assert "encrypted with another key" in problem
    assert laptop.listed() == {}
    laptop.key = key
    assert laptop.sync().items


def test_a_pack_that_somebody_deleted_is_laid_again(desk: Device, laptop: Device) -> None:
    desk.sync()
    for file in files(desk.shared):
        file.unlink()
    desk.sync()
    laptop.sync()
    assert laptop.listed().keys() == desk.listed().keys()


def test_features_that_were_made_here_stay_unless_what_comes_is_newer(
    desk: Device, laptop: Device
) -> None:
    item, _ = waiting(desk, laptop)
    for version, expected in ((1, "here"), (2, "there")):
        learn(laptop, item, Feature(tags={"here": 1.0}), version=1)
        learn(desk, item, Feature(tags={"there": 1.0}), version=version)
        desk.sync()
        laptop.sync()
        assert list(features.of_item(laptop.store.read(), item)["sort"].tags) == [expected]


def test_facts_of_a_file_that_is_here_are_not_changed(desk: Device, laptop: Device) -> None:
    item, _ = waiting(desk, laptop)
    laptop.store.write(
        lambda db: db.conn.execute("UPDATE item SET title = 'Mine' WHERE id = ?", [item])
    )
    laptop.sync()
    here = laptop.listed()[item]
    assert (here.item.title, here.available) == ("Mine", True)
    assert versions.places(laptop.store.read(), item)[0].drive == ""


def test_what_another_device_has_is_never_worked_at(desk: Device, laptop: Device) -> None:
    desk.sync()
    laptop.sync()
    task = jobs.Task(name="sort", version=9, model="", kinds=tuple(kind.value for kind in Kind))
    items = list(laptop.listed())
    assert laptop.store.write(lambda db: jobs.enqueue(db, [task], items)) == 0
    assert jobs.lacking(laptop.store.read(), task)[0] == []
    assert features.problems(laptop.store.read()) == []


GOOD = {
    "version": 9, "model": "m", "summary": None, "tags": {}, "data": "{}", "problem": "",
    "moments": [],
}  # fmt: skip
ODD = {
    "a vector of another length": {"model": "", "summary": bytes(8)},
    "no number": {"summary": b"\x00\x00\xc0\x7f"},
    "no JSON": {"data": '{"a": NaN}'},
    "no share": {"tags": {"a": 7.0}},
    "no JPEG": {"moments": [[0.0, 1.0, None, "", b"GIF89a", "", ""]]},
    "a picture of 65,000 pixels a side": {
        "moments": [[0.0, 1.0, None, "", bytes.fromhex("ffd8ffc0000b08fde8fde801011100"), "", ""]]
    },
    "a moment that ends before it begins": {"moments": [[5.0, 1.0, None, "", b"", "", ""]]},
    "a vector of numbers whose squares have no end": {"summary": np.full(4, 3e38, "f4").tobytes()},
    "a moment before the first": {"moments": [[-1.0, 1.0, None, "", b"", "", ""]]},
}


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_what_no_mediadesk_says_is_left_out(
    desk: Device, laptop: Device, odd: dict[str, object]
) -> None:
    item, _ = waiting(desk, laptop)
    learn(laptop, item, Feature(summary=np.ones(4, np.float32)))
    before = laptop.features(item)
    bodies = [
        ("facts", parcels.facts(desk.store.read(), item)),
        ("feature/sort", msgspec.msgpack.encode(GOOD | odd)),
        ("picture", msgspec.msgpack.encode({"jpeg": b"GIF89a", "source": "sidecar"})),
    ]
    stranger(desk, [(item, *body) for body in bodies])
    [problem] = laptop.sync().problems
    assert "says 2 things" in problem
    assert laptop.features(item) == before


ODD_FACTS: dict[str, dict[str, object]] = {
    "a folder that names no series": {"told": {"folder": '{"title": "a"}'}},
    "no number": {"facts": {"Sound": float("nan")}},
    "a rating beyond all": {"told": {"sidecar": '{"rating": 1e300}'}},
    "more facts than there are of a file": {"facts": dict.fromkeys(map(str, range(1_001)))},
    "more sources than there are plugins": {
        "told": dict.fromkeys((f"plugin/{n}" for n in range(1_001)), "{}")
    },
}


@pytest.mark.parametrize("odd", ODD_FACTS.values(), ids=ODD_FACTS)
def test_facts_that_no_mediadesk_says_are_left_out(
    desk: Device, laptop: Device, odd: dict[str, object]
) -> None:
    item = next(iter(desk.listed()))
    said = msgspec.msgpack.decode(parcels.facts(desk.store.read(), item))
    stranger(desk, [(item, "facts", msgspec.msgpack.encode(said | odd))])
    [problem] = laptop.sync().problems
    assert "says 1 things" in problem
    assert laptop.listed() == {}


def test_packs_do_not_tell_what_people_did(desk: Device, laptop: Device) -> None:
    item, did = next(iter(desk.listed())), {"watched": True, "stars": 9.0, "set": "Sea"}
    desk.store.write(lambda db: told.tell(db, item, "sidecar", did))
    desk.sync()
    laptop.sync()
    assert dict(told.said(laptop.store.read(), [item])[item])["sidecar"] == {"set": "Sea"}


def test_a_pack_can_say_nothing_of_items_of_which_it_gives_no_facts(
    desk: Device, laptop: Device
) -> None:
    item, _ = waiting(desk, laptop)
    stranger(desk, [(item, "feature/sort", msgspec.msgpack.encode(GOOD))])
    before = laptop.features(item)
    laptop.sync()
    assert laptop.features(item) == before


def test_history_follows_a_file_that_was_replaced_here_though_another_device_has_it_still(
    desk: Device, laptop: Device
) -> None:
    item, _ = waiting(desk, laptop)
    laptop.sync()
    db = laptop.store.read()
    other = next(each for each in laptop.listed().values() if each.item.id != item)
    place = locations.Location(path=laptop.home / "a.mkv", root=laptop.home, size=10, mtime_ns=2)
    fresh = replace(laptop.listed()[item].item, id="f" * 32)

    def replaced_here(db: Database) -> None:
        locations.save_locations(db, [place])
        library.save_item(db, fresh, facts={}, location=place)
        roots.note_looked(db, laptop.home)
        db.conn.execute("UPDATE root SET scanned_at = scanned_at + 3600")
        replaced.follow_replaced(db)

    laptop.store.write(replaced_here)
    assert versions.current(db, [item, other.item.id]) == {
        item: fresh.id,
        other.item.id: other.item.id,
    }


def test_packs_do_not_tell_where_files_lie(
    desk: Device, tmp_path_factory: pytest.TempPathFactory
) -> None:
    media, _ = analysed(tmp_path_factory.getbasetemp())
    desk.key = None
    desk.sync()
    [file] = files(desk.shared)
    assert str(media).encode() not in file.read_bytes()


def learn(device: Device, item: str, feature: Feature, *, version: int = 1) -> None:
    device.store.write(
        lambda db: features.save(db, item, "sort", feature, version=version, model="")
    )


def files(shared: Path) -> set[Path]:
    return set(shared.glob("*.mdpack"))


def stranger(
    desk: Device, entries: list[tuple[str, str, bytes]], *, name: str = "Stranger"
) -> None:
    """Lay the only pack, of a device that nobody knows."""
    for file in files(desk.shared):
        file.unlink()

    def fill(db: sqlite3.Connection) -> None:
        db.execute("INSERT INTO pack VALUES('0123456789abcdef', ?, 1)", [name])
        db.executemany("INSERT INTO entry VALUES(?, ?, ?)", entries)

    write(desk.shared / "0123456789abcdef.1.mdpack", packs.FORM, fill, key=desk.key)


def waiting(desk: Device, laptop: Device) -> tuple[str, jobs.Task]:
    """Give an item of which the laptop has a file that waits for a task which the desk did."""
    desk.sync()
    row = next(desk.store.read().query("SELECT item, extractor, version, model FROM feature"))
    item, task = (
        row["item"],
        jobs.Task(
            name=row["extractor"],
            version=row["version"],
            model=row["model"],
            kinds=tuple(kind.value for kind in Kind),
        ),
    )

    def lie(db: Database) -> None:
        roots.add(db, laptop.home)
        place = locations.Location(path=laptop.home / "a.mkv", root=laptop.home, size=9, mtime_ns=1)
        locations.save_locations(db, [place])
        found = library.items(desk.store.read(), [item])[item]
        library.save_item(db, found, facts={}, location=place)
        assert jobs.enqueue(db, [task], [item]) == 1

    laptop.store.write(lie)
    return item, task
