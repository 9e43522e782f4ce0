"""What a device wrote lies in several files, which come in any order, twice, torn, or late."""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from itertools import pairwise
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from whole_logs import whole_logs

from mediadesk.api import EventKind, UserError
from mediadesk.store import Database, Store, changes, erasing, merging, oplog, registers, versions
from mediadesk.store.merging import Log
from mediadesk.store.registers import Edit
from mediadesk.sync import bundle, segments, shared, untrusted
from mediadesk.sync.exchange import Report, exchange

EXAMPLES = int(os.environ.get("SYNC_EXAMPLES", "0"))
"""How many to look at, others each time; without it the same few."""
_STATE = {
    "op": "SELECT * FROM op ORDER BY device, seq",
    "event": "SELECT * FROM event ORDER BY id",
    "register": "SELECT * FROM register ORDER BY item, profile, field",
    "alias": "SELECT old, new FROM alias ORDER BY old",
    "change": "SELECT id, at, says, items, undone FROM change ORDER BY id",
}


class Device:
    """A library and the folder that it shares."""

    def __init__(self, home: Path, folder: Path) -> None:
        self.store, self.folder = Store(home / "library.db"), folder
        self.id = self.store.write(oplog.device_id)

    def say(self, *texts: str) -> None:
        for text in texts:
            edit = Edit(item="item", field="note", value=text)
            self.store.write(partial(registers.write, edits=[edit]))

    def like(self, profile: str) -> None:
        self.store.write(
            partial(oplog.add_event, profile=profile, item="item", kind=EventKind.LIKE, value=1.0)
        )

    def sync(self) -> Report:
        return exchange(self.store, self.folder, settle=lambda _db, _items: None)

    def files(self) -> list[str]:
        """Give the parts that lie there of what it wrote."""
        names = [each.name.split(".") for each in self.folder.glob(f"{self.id}.*.mdsync")]
        return sorted(part for _, device, part, _ in names if device == self.id)

    def file(self, part: str) -> Path:
        return self.folder / f"{self.id}.{self.id}.{part}.mdsync"

    @property
    def note(self) -> str | None:
        return registers.having(self.store.read(), "note").get("item")


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[Device, Device]]:
    (tmp_path / "shared").mkdir()
    made = [Device(tmp_path / name, tmp_path / "shared") for name in ("first", "second")]
    yield made[0], made[1]
    for each in made:
        each.store.close()


@pytest.fixture
def three(pair: tuple[Device, Device]) -> tuple[Device, Device]:
    """Give two devices, the first of which has laid three files."""
    first, second = pair
    for texts in ("abcdefghijklmnop", "qrs", "t"):
        first.say(*texts)
        first.sync()
    assert first.files() == ["0-16", "16-19", "19-20"]
    return first, second


def state(store: Store) -> dict[str, list[tuple[object, ...]]]:
    return {name: store.read().conn.execute(sql).fetchall() for name, sql in _STATE.items()}


def test_what_is_new_is_laid_alone_and_small_files_become_one(three: tuple[Device, Device]) -> None:
    first, second = three
    before = first.file("0-16").stat()
    first.say("u")
    assert first.sync().given == 1
    assert first.files() == ["0-16", "16-21"], "1 and 1 are 2, and 2 and 3 are 5"
    assert first.file("0-16").stat() == before
    [log] = bundle.read(first.file("16-21"))
    assert [row[1] for row in log.ops] == [16, 17, 18, 19, 20, 21]
    [told] = second.sync().taken
    assert told.merged.ops == 21
    assert second.note == "u"
    assert first.sync() == Report()


def test_only_what_is_new_is_read(three: tuple[Device, Device]) -> None:
    first, second = three
    for file in first.folder.iterdir():
        shutil.copystat(__file__, file)  # it was not written just now
    second.sync()
    first.say("u")
    first.sync()
    with patch.object(bundle, "read", wraps=bundle.read) as read:
        second.sync()
    assert [call.args[0] for call in read.call_args_list] == [first.file("16-21")]
    assert second.note == "u"


def test_what_goes_on_from_a_part_that_is_still_to_come_waits_for_it(
    three: tuple[Device, Device],
) -> None:
    first, second = three
    late = first.file("16-19").rename(first.folder.parent / "late")
    for _ in range(2):
        [waiting] = second.sync().problems
        assert "has not arrived yet: it is taken over as soon as it has" in waiting
        assert second.note == "p"
    late.rename(first.file("16-19"))
    told = second.sync()
    assert not told.problems
    assert [each.merged.ops for each in told.taken] == [4]
    assert second.note == "t"


def test_nothing_is_lost_where_a_drive_deletes_first(three: tuple[Device, Device]) -> None:
    first, second = three
    first.file("0-16").unlink()
    second.sync()
    assert second.note is None
    first.file("16-19").unlink()
    first.file("19-20").unlink()
    assert not second.sync().problems
    first.sync()
    assert first.files() == ["0-20"]
    second.sync()
    assert state(second.store)["op"] == state(first.store)["op"]


@pytest.mark.parametrize(
    ("part", "harm"),
    [("0-16", "torn"), ("0-16", "flipped"), ("16-19", "gone"), ("19-20", "another")],
)
def test_a_file_of_its_own_that_was_harmed_is_made_anew(
    three: tuple[Device, Device], part: str, harm: str
) -> None:
    first, second = three
    file = first.file(part)
    if harm == "torn":
        file.write_bytes(file.read_bytes()[:5_000])
    elif harm == "flipped":  # and as large as before
        file.write_bytes(file.read_bytes().replace(b"item", b"Item", 1))
    elif harm == "gone":
        file.unlink()
    else:
        other = next(each for each in first.files() if each != part)
        file.write_bytes(first.file(other).read_bytes())
    assert first.sync().given == 20 - int(part.partition("-")[0])
    assert first.sync() == Report()
    assert not second.sync().problems
    assert second.note == "t"


def kill_before_deleting(device: Device) -> None:
    with (
        patch.object(shared, "remove", side_effect=KeyboardInterrupt),
        pytest.raises(KeyboardInterrupt),
    ):
        device.sync()


def test_who_was_killed_before_deleting_what_is_of_no_use_does_so_later(
    three: tuple[Device, Device],
) -> None:
    first, second = three
    first.say(*"uvw")
    (first.folder / f".{first.id}.{first.id}.0-3.mdsync.12ab.tmp").touch()
    kill_before_deleting(first)
    assert first.files() == ["0-16", "16-19", "16-23", "19-20"]
    second.sync()
    assert second.note == "w"
    assert first.sync().given == 0
    assert set(first.folder.iterdir()) == {first.file("0-16"), first.file("16-23")}
    assert not second.sync().problems


def test_a_copy_that_a_drive_made_of_a_part_is_one_more(three: tuple[Device, Device]) -> None:
    first, second = three
    copy = first.file("16-19").rename(first.file("16-19 (conflicted copy)"))
    second.sync()
    assert second.note == "t"
    first.sync()
    assert copy.exists(), "it may be of somebody else"


def test_no_byte_of_who_was_erased_is_left_in_any_file(pair: tuple[Device, Device]) -> None:
    first, second = pair
    first.say(*"abcdef")
    first.like("Ann-Katrin")
    first.sync()
    first.like("Bob")
    first.sync()
    second.sync()
    assert first.files() == ["0-7", "7-8"]
    first.store.write(partial(erasing.erase, profile="Ann-Katrin"))
    kill_before_deleting(first)
    first.sync()
    assert first.files() == ["0-9"]
    second.sync()
    for file in first.folder.iterdir():
        assert b"Ann-Katrin" not in file.read_bytes()
    assert {each.profile for each in oplog.events(second.store.read())} == {"Bob"}


@pytest.mark.parametrize("who", ["first", "second"])
def test_no_copy_or_file_under_a_former_name_tells_of_who_was_erased(
    pair: tuple[Device, Device], who: str
) -> None:
    first, second = pair
    device = first if who == "first" else second
    device.like("Ann-Katrin")
    device.sync()
    (file,) = device.folder.iterdir()
    copies = [
        file.with_name(f"{file.stem} (conflicted copy).mdsync"),
        file.with_name(f"{file.stem}.sync-conflict-20261101.mdsync"),
        file.with_name(f"Copy of {file.name}"),
    ]
    for each in copies:
        shutil.copy(file, each)
    shutil.copy(file, kept := file.with_suffix(".kept"))
    device.store.write(lambda db: merging.part(db, oplog.device_id(db), after=0))
    device.sync()
    kept.rename(file)  # as it lay under the name that this library had
    for each in (first, second):
        each.sync()
    first.store.write(partial(erasing.erase, profile="Ann-Katrin"))
    first.sync()
    second.sync()
    for each in device.folder.iterdir():
        assert b"Ann-Katrin" not in each.read_bytes(), each.name
    assert not list(oplog.events(first.store.read()))


def test_who_hears_of_an_erasure_makes_all_its_files_anew(pair: tuple[Device, Device]) -> None:
    first, second = pair
    second.like("Ann-Katrin")
    second.say(*"abcdef")
    second.sync()
    second.say("g")
    second.sync()
    assert second.files() == ["0-7", "7-8"]
    first.store.write(partial(erasing.erase, profile="Ann-Katrin"))
    first.sync()
    with (
        patch.object(bundle, "write", side_effect=OSError(28, "No space left")),
        pytest.raises(UserError, match="free some space"),
    ):
        second.sync()
    second.sync()
    assert second.files() == ["0-8"]
    for file in first.folder.iterdir():
        assert b"Ann-Katrin" not in file.read_bytes()


def lay_as_before(device: Device) -> Path:
    """Lay a file of the first format, which holds all that a library wrote."""
    file = device.folder / f"{device.id}.mdsync"
    file.unlink(missing_ok=True)
    with closing(sqlite3.connect(file)) as connection:
        for table in (untrusted._META, *bundle._TABLES):
            connection.execute(table)
        for log in whole_logs(device.store.read()):
            connection.execute("INSERT INTO device VALUES(?, ?)", [log.device, log.name])
            connection.executemany("INSERT INTO op VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", log.ops)
            acts = [(log.device, *act) for act in log.acts]
            connection.executemany("INSERT INTO act VALUES(?, ?, ?, ?, ?)", acts)
        told = {"format": "1", "digest": bundle._digest_of_rows(connection)}
        connection.executemany("INSERT INTO meta VALUES(?, ?)", told.items())
        connection.commit()
    return file


def test_the_files_of_an_older_version_are_read_and_ones_own_replaced(
    pair: tuple[Device, Device],
) -> None:
    first, second = pair
    first.say("a", "b")
    first.store.write(partial(merging.part, device=first.id, after=1))
    first.id = first.store.write(oplog.device_id)
    for text in ("c", "d"):
        first.say(text)
        file = lay_as_before(first)
        second.sync()
        assert second.note == text
    first.sync()
    assert not file.exists()
    assert second.sync() == Report()
    alter = "UPDATE op SET value = json_set(value, '$.text', 'e') WHERE value ->> '$.text' = 'd'"
    with closing(sqlite3.connect(lay_as_before(first))) as connection:
        connection.execute(alter)
        connection.commit()
    [problem] = second.sync().problems
    assert "its check sum is wrong" in problem


def test_who_was_put_back_does_not_write_on_where_its_files_do_though_one_is_missing(
    three: tuple[Device, Device],
) -> None:
    first, second = three
    backup = first.store.backup()
    for texts in ("uv", "w"):
        first.say(*texts)
        first.sync()
    assert first.files() == ["0-16", "16-22", "22-23"]
    second.sync()
    late = first.file("16-22").rename(first.folder.parent / "late")
    library = first.store.path
    first.store.close()
    for left in library.parent.glob("library.db*"):
        left.unlink()
    backup.rename(library)
    first.store = Store(library)
    assert first.note == "t"
    title = Edit(item="item", field="title", value="put back")
    first.store.write(partial(registers.write, edits=[title]))
    first.sync()
    assert first.store.write(oplog.device_id) != first.id
    late.rename(first.file("16-22"))
    for device in (first, second, first, second):
        assert not device.sync().problems
    for device in (first, second):
        assert device.note == "w"
        assert registers.having(device.store.read(), "title") == {"item": "put back"}
    assert state(first.store)["op"] == state(second.store)["op"]


def test_a_folder_that_is_named_as_a_file_is_no_file(three: tuple[Device, Device]) -> None:
    first, second = three
    (first.folder / f"{first.id}.{first.id}.20-99.mdsync").mkdir()
    (first.folder / "photos.mdsync").mkdir()
    for device in (first, second, first):
        assert not device.sync().problems
    assert second.note == "t"


def test_a_file_that_is_deleted_before_it_is_read_is_no_fault(
    three: tuple[Device, Device], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = three
    listed = shared.files

    def files(folder: Path) -> list[Path]:
        monkeypatch.setattr(shared, "files", listed)
        found = listed(folder)
        first.say("u")
        first.sync()  # and makes one of two
        return found

    monkeypatch.setattr(shared, "files", files)
    assert not any("can't be read" in each for each in second.sync().problems)
    assert second.note == "p"
    assert not second.sync().problems
    assert second.note == "u"


def restore(device: Device, backup: Path) -> None:
    """Put a library back as it was."""
    library = device.store.path
    device.store.close()
    for left in library.parent.glob("library.db*"):
        left.unlink()
    backup.rename(library)
    device.store = Store(library)


def test_nothing_is_laid_while_a_file_of_its_own_can_not_be_read(
    three: tuple[Device, Device],
) -> None:
    first, second = three
    backup = first.store.backup()
    first.say("u")
    first.sync()
    second.sync()
    restore(first, backup)
    first.say("put back")
    before = sorted(first.folder.iterdir())
    with (
        patch.object(bundle, "read", side_effect=OSError(5, "Input/output error")),
        pytest.raises(UserError, match=r"mdsync” can't be read \(Input/output error\)"),
    ):
        first.sync()
    assert sorted(first.folder.iterdir()) == before
    for device in (first, second, first):
        assert not device.sync().problems
    assert state(first.store)["op"] == state(second.store)["op"]


def test_who_has_written_nothing_yet_takes_no_number_from_who_writes_under_its_name(
    three: tuple[Device, Device],
) -> None:
    first, second = three
    [log] = bundle.read(first.file("19-20"))
    [told] = (row for row in log.ops if row[1] == 20)
    row = (second.id, 2**53, *told[2:])
    log = Log(device=second.id, name="x", ops=[row], acts=[])
    bundle.write(log, first.folder / "x.mdsync")
    second.sync()
    second.say("of its own")
    second.sync()
    assert first.sync().problems == ()
    assert first.note == second.note == "of its own"


def test_a_number_after_which_none_could_come_is_refused(three: tuple[Device, Device]) -> None:
    first, second = three
    [log] = bundle.read(first.file("19-20"))
    row = ("f" * 16, 2**53 + 1, *log.ops[-1][2:])
    bundle.write(Log(device="f" * 16, name="x", ops=[row], acts=[]), first.folder / "x.mdsync")
    [problem] = second.sync().problems
    assert "its entry 9007199254740993 is none" in problem


def test_no_file_is_larger_than_what_others_read(
    pair: tuple[Device, Device], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = pair
    monkeypatch.setattr(segments, "_MOST_BYTES", 100_000)
    texts = [letter * 20_000 for letter in "abcdefgh"]
    first.say(*texts)
    for _ in range(2):
        first.sync()
        assert max(each.stat().st_size for each in first.folder.iterdir()) < 200_000
        assert len(first.files()) > 2
        first.say(*texts)
    assert not second.sync().problems
    assert second.note == texts[-1]


def fill(db: Database) -> None:
    """Write some of all that can stand in a log."""
    for n in range(4):
        item, told = f"item {n % 2}", f"Note {n}"
        edits = [Edit(item=item, field=field, value=told) for field in ("note", "title")]

        def write(act: str, edits: list[Edit] = edits) -> list[str]:
            return [each.item for each in registers.write(db, edits, change=act)]

        changes.act(db, f"Act {n}", write)
        oplog.add_event(db, profile="me", item=item, kind=EventKind.LIKE, value=float(n))
    changes.undo(db)
    versions.follow(db, old="item 0", new="item 1")
    changes.undo(db, changes.listed(db, limit=9)[3].id)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Log, dict[str, object]]]:
    with closing(Store(tmp_path_factory.mktemp("source") / "library.db")) as store:
        store.write(fill)
        [log] = whole_logs(store.read())
        yield log, dict(state(store))


@given(data=st.data())
@settings(
    max_examples=EXAMPLES or 8, deadline=None, derandomize=not EXAMPLES, database=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate] if not EXAMPLES else [Phase.generate, Phase.shrink],
)  # fmt: skip
def test_parts_that_overlap_come_to_the_same_in_any_order(
    source: tuple[Log, dict[str, object]], data: st.DataObject
) -> None:
    log, wanted = source
    last = log.ops[-1][1]
    bounds = sorted({0, last, *data.draw(st.lists(st.integers(1, last - 1), max_size=5))})
    parts = list(pairwise(bounds))
    more = st.tuples(st.integers(0, last - 1), st.integers(1, last)).filter(lambda p: p[0] < p[1])
    parts += data.draw(st.lists(more, max_size=4))
    come = data.draw(st.permutations(parts))
    with tempfile.TemporaryDirectory(prefix="segments-") as base:
        folder = Path(base) / "shared"
        folder.mkdir()
        with closing(Store(Path(base) / "home" / "library.db")) as store:
            for n, part in enumerate(come):
                follows, end = part
                ops = [row for row in log.ops if follows <= row[1] <= end]
                named = {row[9] for row in ops} | {row[4] for row in ops if row[3] == "undo"}
                acts = [act for act in log.acts if act[0] in named]
                told = Log(device=log.device, name=log.name, ops=ops, acts=acts, follows=follows)
                bundle.write(told, folder / f"{n}.mdsync")
                if data.draw(st.booleans()):
                    exchange(store, folder, settle=lambda _db, _items: None)
            report = exchange(store, folder, settle=lambda _db, _items: None)
            assert not report.problems
            assert state(store) == wanted
