"""Files that drives damage, or that somebody writes to do harm, are refused, and say so."""

import hashlib
import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from whole_logs import whole_logs

from mediadesk.api import EventKind, UserError
from mediadesk.store import Database, Store, changes, oplog, registers
from mediadesk.store.registers import Edit
from mediadesk.sync import bundle
from mediadesk.sync.exchange import exchange

EDITS = 40


def fill(db: Database) -> None:
    for n in range(EDITS):
        edit = Edit(item=f"item {n % 7}", field="note", value=f"Text {n} with “quotes” and ü")
        changes.act(
            db, f"Act {n}", lambda act, edit=edit: [
                each.item for each in registers.write(db, [edit], change=act)
            ],
        )  # fmt: skip
        oplog.add_event(db, profile="me", item=f"item {n % 7}", kind=EventKind.LIKE, value=float(n))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = Store(tmp_path / "library" / "library.db")
    made.write(fill)
    return made


@pytest.fixture
def file(store: Store, tmp_path: Path) -> Path:
    shared = tmp_path / "shared"
    shared.mkdir()
    exchange(store, shared, settle=lambda _db, _items: None)
    return next(shared.glob("*.mdsync"))


def alter(file: Path, change: Callable[[sqlite3.Connection], object]) -> None:
    with closing(sqlite3.connect(file)) as connection:
        change(connection)
        connection.commit()


def sign(file: Path) -> None:
    """Make the check sum right again, as somebody would who knows how."""
    alter(
        file, lambda c: c.execute("UPDATE meta SET value = hex(zeroblob(32)) WHERE name = 'digest'")
    )
    content, blank = file.read_bytes(), b"0" * 64
    assert content.count(blank) == 1
    file.write_bytes(content.replace(blank, hashlib.sha256(content).hexdigest().encode()))


def test_what_was_written_is_read(store: Store, file: Path) -> None:
    assert bundle.read(file) == whole_logs(store.read())
    assert len(bundle.read(file)[0].ops) == 2 * EDITS


def test_no_damage_is_taken_for_something_else(store: Store, file: Path, tmp_path: Path) -> None:
    whole, logs = file.read_bytes(), whole_logs(store.read())
    damaged, chance, refused = tmp_path / "x.mdsync", random.Random(3), 0  # noqa: S311 - no secret
    for n in range(300):
        raw = bytearray(whole)
        if n % 3 == 0:
            del raw[chance.randrange(len(raw)) :]
        else:
            for _ in range(chance.choice([1, 1, 8])):
                raw[chance.randrange(len(raw))] ^= 1 << chance.randrange(8)
        damaged.write_bytes(raw)
        try:
            assert bundle.read(damaged) == logs  # the damage hit nothing
        except UserError as error:
            refused += "x.mdsync" in str(error)
    assert refused > 200


@pytest.mark.parametrize(
    "harm",
    [
        "CREATE VIEW evil AS SELECT * FROM op",
        "CREATE TRIGGER evil AFTER INSERT ON op BEGIN DELETE FROM op; END",
        "CREATE TABLE more(x)",
        "CREATE INDEX more ON op(item)",
        "ALTER TABLE op ADD COLUMN more TEXT",
        "DELETE FROM op WHERE seq = 7",
        "UPDATE op SET value = 'no JSON' WHERE kind = 'set'",
        "UPDATE op SET prev = '{' WHERE kind = 'set'",
        "UPDATE op SET value = '{\"kind\": \"like\"}' WHERE kind = 'event'",
        "UPDATE op SET value = json_set(value, '$.at', 'x') WHERE kind = 'event'",
        "UPDATE op SET value = json_set(value, '$.context', 3) WHERE kind = 'event'",
        "UPDATE op SET kind = 'undo' WHERE seq = 2",
        "UPDATE op SET kind = 'alias', value = '[1]' WHERE seq = 2",
        "UPDATE op SET hlc = 9223372036854775807 WHERE seq = 80",
        "UPDATE op SET hlc = -1 WHERE seq = 1",
        "UPDATE device SET id = '../../x'",
        "DELETE FROM meta WHERE name = 'digest'",
        "UPDATE meta SET value = 'x' WHERE name = 'format'",
        "UPDATE meta SET value = replace(hex(zeroblob(3000)), '0', '9') WHERE name = 'format'",
        "UPDATE op SET hlc = (SELECT hlc FROM op WHERE seq = 7) WHERE seq = 8",
        "UPDATE op SET seq = seq - 5",
        "UPDATE op SET profile = replace(hex(zeroblob(500000)), '0', 'x') WHERE seq = 1",
        "UPDATE op SET kind = 'alias', value = json_quote(item) WHERE seq = 1",
        "UPDATE op SET value = json_set(value, '$.at', 1e300) WHERE seq = 2",
        "UPDATE op SET value = json_set(value, '$.profile', 'other') WHERE seq = 2",
        "UPDATE op SET value = json_remove(value, '$.profile') WHERE seq = 2",
        "UPDATE op SET value = json_set(value, '$.context.position', 'x') WHERE seq = 2",
        "UPDATE op SET value = json_set(value, '$.context.event', json('[]')) WHERE seq = 2",
        "UPDATE op SET value = json_set(value, '$.context.members', 3) WHERE seq = 2",
        (
            "UPDATE op SET field = 'searched', value = json_set(value, '$.kind', 'searched')"
            " WHERE seq = 2"
        ),
        "UPDATE op SET value = replace(value, '}}', '}, \"kind\": 3}') WHERE seq = 2",
        "UPDATE act SET at = 1e999",
        "UPDATE act SET id = '../../x' WHERE says = 'Act 1'",
        "UPDATE act SET items = -1",
    ],
)
def test_what_no_mediadesk_writes_is_refused_even_if_its_check_sum_is_right(
    file: Path, harm: str
) -> None:
    alter(file, lambda connection: connection.execute(harm))
    if "digest" not in harm and "TABLE op" not in harm:
        sign(file)
    with pytest.raises(UserError, match="can't be taken over"):
        bundle.read(file)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("note", "3"),
        ("title", '["x"]'),
        ("year", '"x"'),
        ("year", "1e999"),
        ("kind", '["film"]'),
        ("genres", '"Drama"'),
        ("tag/x", "[]"),
        ("in/1", '"x"'),
        ("chapters", '[["x"]]'),
        ("play/audio", "7"),
        ("play/speed", "0"),
        ("apart/x", "{}"),
        ("joins/x", "1"),
        ("of a newer version", "[" * 900 + "]" * 900),
        ("of a newer version", "9" * 5000),
        ("of a newer version", '"\\ud800"'),
        ("of a newer version", "NaN"),
        ("of a newer version", '{"a": 1, "a": 2}'),
    ],
)
def test_what_nothing_here_could_read_is_refused(file: Path, field: str, value: str) -> None:
    alter(file, lambda connection: connection.execute(
        "UPDATE op SET field = ?, value = ? WHERE seq = 1", [field, value]))  # fmt: skip
    sign(file)
    with pytest.raises(UserError, match="its entry 1 is none that a MediaDesk writes"):
        bundle.read(file)


@pytest.mark.parametrize(
    ("item", "field", "value"),
    [
        ("collection/1", "name", "3"),
        ("collection/1", "removed", '{"seen": {"a": -1}}'),
        ("leanings", "war", '"x"'),
        ("contests", "latest", "[]"),
        ("profile", "made", '"x"'),
        ("profile", "made", "1.0"),  # of nobody
        ("profile", "members", f'["{"x" * 20_000}"]'),
        ("profile", "limits", '{"allowed_tags": "x"}'),
        ("profile", "limits", '{"max_age": "x"}'),
        ("household", "pin", '{"salt": "zz", "hash": "zz", "after": ""}'),
    ],
)
def test_what_is_no_item_is_looked_at_as_well(
    file: Path, item: str, field: str, value: str
) -> None:
    alter(file, lambda connection: connection.execute(
        "UPDATE op SET item = ?, field = ?, value = ? WHERE seq = 1", [item, field, value]
    ))  # fmt: skip
    sign(file)
    with pytest.raises(UserError, match="its entry 1 is none"):
        bundle.read(file)


def test_fields_of_a_newer_version_may_say_anything(file: Path) -> None:
    alter(file, lambda connection: connection.execute(
        "UPDATE op SET field = 'mood', value = '{\"blue\": [1.5, null]}' WHERE seq = 1"
    ))  # fmt: skip
    sign(file)
    assert bundle.read(file)[0].ops[0][6] == '{"blue": [1.5, null]}'


def test_a_link_to_what_never_ends_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "x.mdsync").symlink_to("/dev/full")
    with pytest.raises(UserError, match="it is no file"):
        bundle.read(tmp_path / "x.mdsync")


def test_a_link_to_itself_keeps_nothing_else_from_coming(file: Path, tmp_path: Path) -> None:
    (file.parent / "x.mdsync").symlink_to("x.mdsync")
    other = Store(tmp_path / "other" / "library.db")
    report = exchange(other, file.parent, settle=lambda _db, _items: None)
    assert [each.merged.ops for each in report.taken] == [2 * EDITS]
    assert ["x.mdsync" in each for each in report.problems] == [True]


def test_a_file_of_a_newer_version_says_so(file: Path) -> None:
    newer = str(bundle.FORMAT + 1)
    alter(file, lambda c: c.execute("UPDATE meta SET value = ? WHERE name = 'format'", [newer]))
    alter(file, lambda c: c.execute("DROP TABLE act"))
    with pytest.raises(UserError, match="newer MediaDesk: update this one"):
        bundle.read(file)


@pytest.mark.parametrize(
    ("at", "value", "why"),
    [
        (18, b"\2\2", "unable to open"),  # a journal of its own, which is nowhere
        (28, b"\xff\xff\xff\xfe", "malformed"),  # pages
        (32, b"\0\0\0\2\0\0\xff\xff", "freelist"),
        (56, b"\0\0\0\2", "schema"),  # letters of two bytes
    ],
)
def test_a_header_that_lies_is_refused(file: Path, at: int, value: bytes, why: str) -> None:
    with file.open("rb+") as opened:
        opened.seek(at)
        opened.write(value)
    with pytest.raises(UserError, match=rf"can't be taken over \([^)]*{why}"):
        bundle.read(file)


def test_a_file_of_more_names_than_one_library_can_have_had_is_refused(file: Path) -> None:
    alter(file, lambda connection: connection.execute(
        "INSERT INTO device WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 1000)"
        " SELECT printf('%016d', i), 'x' FROM n"
    ))  # fmt: skip
    sign(file)
    with pytest.raises(UserError, match="more devices than one library can have been"):
        bundle.read(file)


def test_of_what_is_known_only_the_last_entry_is_read(file: Path) -> None:
    [log] = bundle.read(file)
    [news] = bundle.read(file, known={log.device: 2 * EDITS - 3})
    assert list(news.ops) == list(log.ops[-4:])


def test_a_file_of_more_entries_than_fit_into_memory_is_refused(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundle, "_MOST_OPS", 2 * EDITS - 1)
    with pytest.raises(UserError, match="more entries than a MediaDesk writes into one"):
        bundle.read(file)
    monkeypatch.setattr(bundle, "_MOST_OPS", 2 * EDITS)
    assert len(bundle.read(file)[0].ops) == 2 * EDITS


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\0", b"<html>", b"\0" * 5000])
def test_a_file_that_is_none_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.mdsync").write_bytes(content)
    with pytest.raises(UserError, match=r"x\.mdsync"):
        bundle.read(tmp_path / "x.mdsync")


def test_a_refused_file_keeps_nothing_else_from_coming(
    store: Store, file: Path, tmp_path: Path
) -> None:
    other = Store(tmp_path / "other" / "library.db")
    shutil.copy(file, file.with_name("torn.mdsync"))
    with file.with_name("torn.mdsync").open("rb+") as torn:
        torn.truncate(3000)
    report = exchange(other, file.parent, settle=lambda _db, _items: None)
    assert [each.merged.ops for each in report.taken] == [2 * EDITS]
    assert len(report.problems) == 1
    assert "torn.mdsync" in report.problems[0]
    # It is told again as long as it lies there, and not once it is gone.
    assert exchange(other, file.parent, settle=lambda _db, _items: None).problems
    file.with_name("torn.mdsync").unlink()
    assert not exchange(other, file.parent, settle=lambda _db, _items: None).problems


def test_kinds_of_a_newer_version_are_kept_and_do_no_harm(
    store: Store, file: Path, tmp_path: Path
) -> None:
    for change in (
        "UPDATE op SET kind = 'dance' WHERE seq = 1",
        "UPDATE op SET value = json_set(value, '$.kind', 'hummed'), field = 'hummed' WHERE seq = 2",
    ):
        alter(file, lambda connection, change=change: connection.execute(change))
    sign(file)
    other = Store(tmp_path / "other" / "library.db")
    exchange(other, file.parent, settle=lambda _db, _items: None)
    db = other.read()
    assert db.conn.execute("SELECT count(*) FROM op").fetchone() == (2 * EDITS,)
    assert len(list(oplog.events(db))) == EDITS - 1


def test_a_device_that_is_copied_or_restored_goes_on_under_another_name(
    store: Store, file: Path, tmp_path: Path
) -> None:
    first = store.write(oplog.device_id)
    copied = store.backup(tmp_path / "copy.db")
    (tmp_path / "elsewhere").mkdir()
    copied.rename(tmp_path / "elsewhere" / "library.db")
    with closing(Store(tmp_path / "elsewhere" / "library.db")) as other:
        assert other.write(oplog.device_id) != first
    assert store.write(oplog.device_id) == first
