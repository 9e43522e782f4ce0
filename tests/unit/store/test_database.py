import re
import resource
import shutil
import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from mediadesk.api import EventKind, Item, Kind, UserError
from mediadesk.store import (
    Database,
    Store,
    changes,
    features,
    jobs,
    library,
    locations,
    migrating,
    oplog,
    places,
    roots,
    safety,
    told,
)
from mediadesk.store.jobs import Task
from mediadesk.store.locations import Location
from mediadesk.store.schema import SCHEMA


def _write(store: Store, sql: str, values: tuple[object, ...] = ()) -> None:
    store.write(lambda db: db.conn.execute(sql, values))


def _add_profile(store: Store, name: str) -> None:
    _write(store, "INSERT INTO profile(id, name, added_at) VALUES(?, ?, 0)", (name, name))


def _profiles(store: Store) -> set[str]:
    return {row["id"] for row in store.read().query("SELECT id FROM profile")}


def test_the_first_change_of_an_act_has_its_id_and_no_other_has(tmp_path: Path) -> None:
    store = Store(tmp_path / "library.db")

    def make(says: str) -> str:
        return store.write(lambda db: changes.begin(db, says, items=1)).id

    with store.acting("abc"):
        assert make("First") == "abc"
        others = [make("Second")]
        with ThreadPoolExecutor(1) as elsewhere:
            others.append(elsewhere.submit(make, "Of another thread").result())
    others.append(make("Afterwards"))
    assert len({"abc", *others}) == 4
    found = changes.known(store.read(), "abc")
    assert found is not None
    assert found.says == "First"
    assert changes.known(store.read(), "xyz") is None
    store.close()


def test_what_was_written_is_there_when_opened_again(tmp_path: Path) -> None:
    first = Store(tmp_path / "new folder" / "library.db")
    _add_profile(first, "ann")
    assert _profiles(first) == {"ann"}
    first.close()
    second = Store(tmp_path / "new folder" / "library.db")
    assert _profiles(second) == {"ann"}
    second.close()
    assert not (tmp_path / "new folder" / "backups").exists()


def test_a_failing_write_leaves_nothing_and_the_next_one_works(store: Store) -> None:
    def fail(db: Database) -> None:
        db.conn.execute("INSERT INTO profile(id, name, added_at) VALUES('x', 'x', 0)")
        db.conn.execute("INSERT INTO device(id, name, mine) VALUES('d', 'n', 1)")
        raise LookupError("a bug")

    with pytest.raises(LookupError, match="a bug"):
        store.write(fail)
    _add_profile(store, "y")
    assert _profiles(store) == {"y"}
    assert next(store.read().query("SELECT count(*) AS n FROM device"))["n"] == 0


def test_readers_cannot_write_and_see_every_finished_write(store: Store) -> None:
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        store.read().conn.execute("DELETE FROM profile")
    seen: list[set[str]] = []
    _add_profile(store, "ann")
    thread = threading.Thread(target=lambda: seen.append(_profiles(store)))
    thread.start()
    thread.join()
    assert seen == [{"ann"}]


def test_a_thread_that_has_ended_holds_no_file_open(store: Store) -> None:
    def read(known: list[int]) -> None:
        store.read().query("SELECT 1 FROM item")
        known.append(len(psutil.Process().open_files()))

    counts: list[int] = []
    for _ in range(8):
        thread = threading.Thread(target=read, args=[counts])
        thread.start()
        thread.join()
    assert counts[-1] == counts[0]


def test_wrong_types_are_refused(store: Store) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        _write(store, "INSERT INTO profile(id, name, added_at) VALUES('x', 'x', 'yesterday')")


def _tables(store: Store) -> set[str]:
    return {row["name"] for row in store.read().query("SELECT name FROM sqlite_schema")}


_NEWER = SCHEMA | {"m999_test": ("CREATE TABLE extra(id INTEGER PRIMARY KEY) STRICT",)}


def _before(migration: str) -> dict[str, tuple[str, ...]]:
    return {name: SCHEMA[name] for name in [*SCHEMA][: [*SCHEMA].index(migration)]}


_RELEASED = _before("m005_organise")


def test_a_newer_database_is_refused_with_a_sentence_and_left_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "library.db"
    with monkeypatch.context() as newer:
        newer.setattr(migrating, "SCHEMA", _NEWER)
        store = Store(path)
        _add_profile(store, "ann")
        store.close()
    before = path.read_bytes()
    with pytest.raises(UserError, match=r"made by a newer MediaDesk .*m999_test.*: update this"):
        Store(path)
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["library.db"]


def test_a_library_that_lacks_a_column_of_its_migrations_is_named_and_left_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "library.db"
    unfinished = SCHEMA | {"m006_understanding": SCHEMA["m006_understanding"][:-1]}
    with monkeypatch.context() as before:
        before.setattr(migrating, "SCHEMA", unfinished)
        store = Store(path)
        _add_profile(store, "ann")
        store.close()
    before_ = path.read_bytes()
    with pytest.raises(UserError, match=r"lacks moment\.language.*restore a backup from elsewhere"):
        Store(path)
    assert path.read_bytes() == before_
    with pytest.raises(UserError, match=r"lacks moment\.language.*another backup"):
        safety.stage(tmp_path / "other.db", path)


def test_the_way_back_from_a_library_that_lacks_something_is_a_backup_that_does_not(
    store: Store,
) -> None:
    _add_profile(store, "ann")
    good = store.backup()
    _write(store, "ALTER TABLE moment DROP COLUMN language")
    _write(store, "PRAGMA user_version = 0")  # as an unfinished version leaves it
    bad = store.backup()
    path = store.path
    store.close()
    with pytest.raises(UserError, match=r"lacks moment\.language") as refused:
        Store(path)
    assert str(good) in str(refused.value)
    assert str(bad) not in str(refused.value)
    safety.stage(path, good)
    again = Store(path)
    assert _profiles(again) == {"ann"}
    again.close()


def test_what_other_programs_add_to_a_library_keeps_it_from_nothing(store: Store) -> None:
    _add_profile(store, "ann")
    for sql in (
        "CREATE VIEW broken AS SELECT gone FROM nowhere",
        "CREATE VIRTUAL TABLE words USING fts5(word)",
        "CREATE TABLE notes(text TEXT)",
        "DROP INDEX item_by_kind",
        "PRAGMA user_version = 0",
    ):
        _write(store, sql)
    store.close()
    again = Store(store.path)
    assert _profiles(again) == {"ann"}
    again.close()


def test_a_migration_is_preceded_by_a_backup(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "library.db"
    store = Store(path)
    _add_profile(store, "ann")
    store.close()
    monkeypatch.setattr(migrating, "SCHEMA", _NEWER)
    newer = Store(path)
    assert "extra" in _tables(newer)
    assert _profiles(newer) == {"ann"}
    newer.close()
    [backup] = (tmp_path / "backups").iterdir()
    saved = sqlite3.connect(backup)
    assert saved.execute("SELECT id FROM profile").fetchall() == [("ann",)]
    assert saved.execute("SELECT 1 FROM sqlite_schema WHERE name = 'extra'").fetchall() == []
    saved.close()


def test_a_migration_that_fails_leaves_the_old_schema(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "library.db"
    store = Store(path)
    _add_profile(store, "ann")
    store.close()
    with monkeypatch.context() as newer:
        broken = (*_NEWER["m999_test"], "INSERT INTO nowhere VALUES(1)")
        newer.setattr(migrating, "SCHEMA", _NEWER | {"m999_test": broken})
        with pytest.raises(UserError, match="no such table: nowhere"):
            Store(path)
    again = Store(path)
    assert _profiles(again) == {"ann"}
    assert "extra" not in _tables(again)
    again.close()


def test_a_file_that_is_no_database_is_refused_with_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    path.write_bytes(b"this is my diary" * 1000)
    with pytest.raises(UserError, match=r"“.*library\.db” is damaged .*: restore a backup"):
        Store(path)
    assert path.read_bytes() == b"this is my diary" * 1000


def test_a_place_that_is_no_folder_is_refused_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UserError, match=r"can't be kept in .*: choose another folder"):
        Store(tmp_path / "file" / "library.db")


def test_a_full_disk_is_a_sentence_and_work_goes_on_afterwards(store: Store) -> None:
    def limit(pages: int) -> None:
        # The limit belongs to a connection, as a full disk does to all.
        store._writer.submit(
            store._write_db.conn.execute, f"PRAGMA max_page_count = {pages}"
        ).result()

    pages = store.read().conn.execute("PRAGMA page_count").fetchone()[0]
    limit(pages + 2)
    with pytest.raises(UserError, match=r"Nothing can be written to “.*” .*: free some disk space"):
        _add_profile(store, "x" * 100_000)
    assert _profiles(store) == set()
    limit(1_000_000)
    _add_profile(store, "y" * 100_000)
    assert len(_profiles(store)) == 1


def test_a_disk_that_is_really_full_is_a_sentence(disk: Path) -> None:
    store = Store(disk / "library.db")
    with pytest.raises(UserError, match="free some disk space"):
        _add_profile(store, "x" * 8_000_000)
    _add_profile(store, "small")
    assert _profiles(store) == {"small"}
    store.close()


def test_a_backup_on_a_disk_that_is_really_full_leaves_nothing(store: Store, disk: Path) -> None:
    _write(store, "INSERT INTO profile(id, name, added_at) VALUES('x', hex(zeroblob(1000000)), 0)")
    other = disk / "other"
    other.write_bytes(bytes(3_900_000))
    with pytest.raises(UserError, match="free some disk space"):
        store.backup(disk / "copy.db")
    assert list(disk.iterdir()) == [other]


def test_a_backup_is_a_whole_copy(store: Store) -> None:
    _add_profile(store, "ann")
    copy = store.backup()
    assert re.fullmatch(r"library-\d{8}-\d{6}-\d+\.db", copy.name)
    saved = sqlite3.connect(copy)
    assert saved.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert saved.execute("SELECT id FROM profile").fetchall() == [("ann",)]
    saved.close()


def test_a_backup_that_can_not_be_written_says_why_without_the_words_of_the_system(
    store: Store,
) -> None:
    (store.path.parent / "backups").write_text("no folder")
    with pytest.raises(UserError, match=r"copied to “[^”]*backups” \(File exists\): free"):
        store.backup()


def test_a_backup_keeps_no_writer_waiting(store: Store) -> None:
    with ThreadPoolExecutor(1) as other:

        def change(db: Database) -> None:
            db.conn.execute("INSERT INTO profile(id, name, added_at) VALUES('ann', 'ann', 0)")
            other.submit(store.backup).result(timeout=20)

        store.write(change)
    assert _profiles(store) == {"ann"}


def test_a_backup_that_does_not_fit_says_so_and_leaves_nothing(store: Store) -> None:
    _write(store, "INSERT INTO profile(id, name, added_at) VALUES('x', hex(zeroblob(1000000)), 0)")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, before[1]))
    try:
        with pytest.raises(UserError, match=r"copied to “.*backups”.*free some disk space"):
            store.backup()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert not list((store.path.parent / "backups").iterdir())


_WRITER = """
import sys
from pathlib import Path
from mediadesk.api import EventKind
from mediadesk.store import Store, oplog
store = Store(Path(sys.argv[1]))
while True:
    event = store.write(
        lambda db: oplog.add_event(db, profile="me", item="i", kind=EventKind.LIKE), durable=True
    )
    print(event.id, flush=True)
"""


@pytest.mark.parametrize("lines", [1, 40, 200])
def test_kill_9_loses_no_acknowledged_event(tmp_path: Path, lines: int) -> None:
    path = tmp_path / "library.db"
    with subprocess.Popen(
        [sys.executable, "-c", _WRITER, str(path)], stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout is not None
        acknowledged = [writer.stdout.readline().strip() for _ in range(lines)]
        writer.kill()
        acknowledged += [line.strip() for line in writer.stdout if line.endswith("\n")]
    store = Store(path)
    events = [event.id for event in oplog.events(store.read())]
    assert set(acknowledged) <= set(events)
    assert len(events) - len(acknowledged) in {0, 1}
    assert store.read().conn.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    after = store.write(lambda db: oplog.add_event(db, profile="me", item="i", kind=EventKind.LIKE))
    assert after.id not in events
    store.close()


def test_a_copy_of_the_file_alone_opens_after_closing(tmp_path: Path) -> None:
    store = Store(tmp_path / "library.db")
    _add_profile(store, "ann")
    store.close()
    shutil.copy(tmp_path / "library.db", tmp_path / "copy.db")
    copy = Store(tmp_path / "copy.db")
    assert _profiles(copy) == {"ann"}
    copy.close()


def test_a_library_of_the_first_version_is_taken_over_with_a_backup(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "library.db"
    with monkeypatch.context() as older:
        older.setattr(migrating, "SCHEMA", {"m001_foundation": SCHEMA["m001_foundation"]})
        store = Store(path)
        _add_profile(store, "ann")
        store.close()
    store = Store(path)
    assert [row["id"] for row in store.read().query("SELECT id FROM profile")] == ["ann"]
    assert "plugin" in _tables(store)
    store.close()
    assert len(list((tmp_path / "backups").glob("*.db"))) == 1


def test_a_library_of_the_last_release_says_no_more_than_was_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "library.db"

    def fill(db: Database) -> None:
        db.conn.execute("INSERT INTO root(path, added_at) VALUES('/media/usb/films', 1)")
        for item, year, size in (("old", 1990, None), ("new", None, 7)):
            db.conn.execute(
                "INSERT INTO item VALUES(?, 'clip', ?, 1, ?, '', '', '[]', '', '{}', 0)",
                [item, item.title(), year],
            )
            if size:
                db.conn.execute(
                    "INSERT INTO location VALUES('/media/usb/films/a.mkv', '/media/usb/films', ?,"
                    " ?, 1, 1, 1, '[]', NULL, NULL)",
                    [item, size],
                )
        db.conn.execute("INSERT INTO alias VALUES('old', 'new', 1)")

    with monkeypatch.context() as before:
        before.setattr(migrating, "SCHEMA", _RELEASED)
        store = Store(path)
        store.write(fill)
        store.close()
    store = Store(path)
    db = store.read()
    assert told.said(db, ["new", "old"]) == {
        "new": [("earlier", {"title": "New", "kind": "clip"})],
        "old": [("earlier", {"title": "Old", "kind": "clip", "year": 1990})],
    }
    listed = library.listed(db, ["new"])["new"]
    assert (listed.size, listed.available) == (7, False), "it is known of what is not there, too"
    store.close()


def test_who_still_reads_while_it_is_closed_reads_on(tmp_path: Path) -> None:
    store = Store(tmp_path / "library.db")
    reads, results = threading.Event(), []

    def read() -> None:
        db = store.read()
        db.conn.create_function("reads", 1, lambda n: reads.set() or n)
        results.extend(
            db.conn.execute(
                "WITH RECURSIVE n(i) AS (SELECT reads(1) UNION ALL SELECT i + 1 FROM n LIMIT ?)"
                " SELECT count(*) FROM n",
                [3_000_000],
            ).fetchone()
        )

    reader = threading.Thread(target=read)
    reader.start()
    assert reads.wait(10)
    store.close()
    reader.join()
    assert results == [3_000_000]


def test_a_library_from_before_understanding_loses_its_voices_and_reads_its_files_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "library.db"

    def fill(db: Database) -> None:
        run = db.conn.execute
        run("INSERT INTO root(path, added_at) VALUES('/media', 1)")
        for n, item in enumerate(["talk", "song"]):
            run(
                "INSERT INTO item(id, kind, title, duration, artist, album, genres, description,"
                " facts, added_at) VALUES(?, 'clip', ?, 1, '', '', '[]', '', '{}', 0)",
                [item, item],
            )
            run(
                "INSERT INTO location(path, root, item, size, mtime_ns, seen_at, missing, sidecars,"
                " content) VALUES(?, '/media', ?, 1, 1, 1, 0, '[]', ?)",
                [f"/media/{item}", item, item],
            )
            for extractor in ("audio", "voice"):
                run(
                    "INSERT INTO feature(item, extractor, version, model, summary, tags, data, at)"
                    " VALUES(?, ?, 1, 'm', NULL, ?, '{\"speech_share\": 0.9}', 0)",
                    [item, extractor, '{"speech": 0.9}' if extractor == "voice" else "{}"],
                )
                run(
                    "INSERT INTO job(item, extractor, version, model, state, updated_at)"
                    " VALUES(?, ?, 1, 'm', ?, 0)",
                    [item, extractor, ("done", "pending")[n]],
                )
        run("INSERT INTO task(name, plugin, version, model, kinds) VALUES('voice', 'a', 1, '', '')")

    with monkeypatch.context() as before:
        before.setattr(migrating, "SCHEMA", _before("m006_understanding"))
        store = Store(path)
        store.write(fill)
        touched = store.read().conn.execute("SELECT max(seq) FROM touched").fetchone()[0]
        store.close()
    store = Store(path)
    db = store.read()
    assert {name for item in ("talk", "song") for name in features.of_item(db, item)} == {"audio"}
    assert features.problems(db) == []
    assert {(each.extractor, each.state, each.jobs) for each in jobs.counts(db)} == {
        ("audio", "done", 1), ("audio", "pending", 1)
    }  # fmt: skip
    assert not db.conn.execute("SELECT 1 FROM task").fetchall()
    assert {row[0] for row in db.conn.execute("SELECT reread FROM location")} == {1}
    tagged = "SELECT count(DISTINCT item) FROM touched WHERE seq > ?"
    assert db.conn.execute(tagged, [touched]).fetchone()[0] == 2, "lists forget what voices tagged"
    store.close()


def test_a_library_from_before_privacy_lists_and_counts_what_it_did(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, root = tmp_path / "library.db", Path("/media")
    task = Task(name="look", version=1, model="", kinds=("film",), plugin="plugin")
    here, missing, clouded = (
        Location(path=root / name, root=root, size=1, mtime_ns=1)
        for name in ("here", "missing", "clouded")
    )

    def fill(db: Database) -> None:
        roots.add(db, root)
        locations.save_locations(db, [here, missing])
        for place in (here, missing):
            film = Item(id=place.path.name, kind=Kind.FILM, title=place.path.name, path=None)
            library.save_item(db, film, facts={}, location=place)
        locations.save_seen(db, root, [(str(clouded.path), 1, 1, "[]", 0, 2)])
        locations.set_gone(db, [str(missing.path)])
        jobs.enqueue(db, [task], ["here", "missing"])

    with monkeypatch.context() as before:
        before.setattr(migrating, "SCHEMA", _before("m009_privacy"))
        store = Store(path)
        store.write(fill)
        listed = locations.problems(store.read()), places.gone(store.read(), limit=9)
        store.close()
    store = Store(path)
    db = store.read()
    assert (locations.problems(db), places.gone(db, limit=9)) == listed
    assert [len(each) for each in listed] == [1, 1]
    assert [each.jobs for each in jobs.counts(db)] == [1]
    assert [each.path.name for each in locations.unread(db, limit=9)] == ["here"], "tags tell more"
    store.write(lambda db: locations.save_locations(db, [missing]))
    assert [each.jobs for each in jobs.counts(db)] == [2]
    assert places.gone(db, limit=9) == []
    store.close()
