import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import NoReturn

import click
import pytest
import typer
from command import Inside
from library_factory import damage_table

from mediadesk.api import UserError
from mediadesk.cli import safety as commands
from mediadesk.cli.common import Context
from mediadesk.store import Store, safety


def _desktop() -> NoReturn:
    pytest.fail("no command here opens a window")


@pytest.fixture
def library(tmp_path: Path) -> Path:
    return tmp_path / "my library" / "library.db"


@pytest.fixture
def context(library: Path) -> typer.Context:
    return typer.Context(click.Command("test"), obj=Context(library.parent, _desktop))


def _add(library: Path, name: str) -> None:
    with closing(Store(library)) as store:
        store.write(
            lambda db: db.conn.execute(
                "INSERT INTO profile(id, name, added_at) VALUES(?, '', 0)", [name]
            )
        )


def _profiles(library: Path) -> set[str]:
    with closing(Store(library)) as store:
        return {row["id"] for row in store.read().query("SELECT id FROM profile")}


def _damage(file: Path) -> None:
    """Write over all pages but the first three."""
    with file.open("r+b") as written:
        written.seek(3 * 4096)
        written.write(os.urandom(file.stat().st_size - 3 * 4096))


def _names(library: Path) -> set[str]:
    return {each.name for each in library.parent.iterdir()}


def test_a_restored_library_is_what_it_was_and_the_one_before_is_kept(
    library: Path, context: typer.Context, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _add(library, "ann")
    copy = tmp_path / "on a stick.db"
    commands.backup(context, copy)
    assert capsys.readouterr().out == f"The library is kept in “{copy}”.\n"
    _add(library, "bob")
    commands.restore(context, copy)
    assert _profiles(library) == {"ann"}
    [before] = safety.kept(library)
    assert str(before) in capsys.readouterr().out
    commands.restore(context, before)
    assert _profiles(library) == {"ann", "bob"}
    assert _names(library) == {"library.db", "backups"}
    with pytest.raises(UserError, match=r"“.*stick\.db” is there already: name a new file"):
        commands.backup(context, copy)
    with pytest.raises(FileExistsError):
        safety.back_up(library, copy)
    assert not safety.damage(copy)
    library.unlink()
    with pytest.raises(UserError, match=r"no library in “.*my library”: say where"):
        commands.backup(context)


def test_what_is_staged_is_taken_at_the_next_opening_and_only_once(library: Path) -> None:
    _add(library, "ann")
    copy = safety.back_up(library)
    _add(library, "bob")
    safety.stage(library, safety.back_up(library))
    safety.stage(library, copy)  # the last word counts
    _add(library, "cleo")
    assert _profiles(library) == {"ann", "cleo"}


def test_nothing_is_staged_that_would_write_under_a_name_that_went_on(
    library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(_: Path) -> NoReturn:
        raise SystemExit

    _add(library, "before")
    copy = safety.back_up(library)
    with monkeypatch.context() as patched:
        patched.setattr(safety, "_make_new_device", die)
        with pytest.raises(SystemExit):
            safety.stage(library, copy)
    assert safety.take_staged(library) is None


def test_who_has_the_number_of_a_process_that_ended_is_not_taken_for_it(library: Path) -> None:
    _add(library, "ann")
    mark = library.with_name(f"library.db-open-{os.getppid()}")
    mark.touch()
    told: list[str] = []
    Store(library, on_check=told.append).close()
    assert told == [], "it may be that one"
    os.utime(mark, (0, 0))  # it had the library open before this one began
    Store(library, on_check=told.append).close()
    assert told == ["checking", "checked"]
    assert not mark.exists()


def test_only_five_backups_are_kept_the_newest_first(library: Path) -> None:
    _add(library, "ann")
    made = [safety.back_up(library) for _ in range(7)]
    assert safety.kept(library) == made[:1:-1]


def test_a_half_backup_of_one_that_was_killed_goes_also_from_another_folder(
    library: Path, tmp_path: Path
) -> None:
    _add(library, "ann")
    (stick := tmp_path / "stick").mkdir()
    (stick / f".mediadesk-{10**9}-x.db").touch()
    safety.back_up(library, stick / "mine.db")
    assert [each.name for each in stick.iterdir()] == ["mine.db"]


def test_a_new_backup_stays_also_when_the_clock_was_put_back(library: Path) -> None:
    _add(library, "ann")
    later = [safety.folder(library) / f"library-2999010{n}-000000-000000.db" for n in range(1, 7)]
    first = safety.back_up(library)
    for each in later:
        shutil.copyfile(first, each)
    made = safety.back_up(library)
    assert safety.kept(library) == [*later[:1:-1], made]


_KILLED = """
import os, sys
from pathlib import Path
from mediadesk.store import safety
safety.fsync = lambda _: os._exit(9)  # all is written by then, but not yet on the disk
library, what = Path(sys.argv[1]), sys.argv[2]
safety.back_up(library) if what == "backup" else safety.stage(library, library)
"""


@pytest.mark.parametrize("what", ["backup", "stage"])
def test_who_is_killed_while_it_copies_leaves_nothing_that_is_taken_for_a_library(
    library: Path, what: str
) -> None:
    _add(library, "ann")
    killed = subprocess.run([sys.executable, "-c", _KILLED, str(library), what], check=False)
    assert killed.returncode == 9
    assert safety.kept(library) == []
    copies = {each.name for each in library.parent.rglob("*.db*")} - {"library.db"}
    copies = {name for name in copies if not name.endswith(("-wal", "-shm"))}
    assert [name.startswith(".mediadesk-") for name in copies] == [True], "there is the half"
    folder = safety.folder(library) if what == "backup" else library.parent
    living = folder / f".mediadesk-{os.getpid()}-x.db"
    journals = [folder / f"{name}-journal" for name in (*copies, living.name)]
    for each in (living, *journals):
        each.touch()
    _add(library, "bob")
    assert _profiles(library) == {"ann", "bob"}, "what was half staged was not taken"
    assert {each.name for each in library.parent.rglob(".mediadesk-*")} == {
        living.name, f"{living.name}-journal"
    }, "of those that live nothing is taken away"  # fmt: skip
    safety.stage(library, safety.back_up(library))


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("missing", "There is no file"),
        ("diary", "is damaged, or no library"),
        ("damaged", "is damaged, or no library"),
        ("foreign", "is no library of MediaDesk"),
        ("newer", r"made by a newer MediaDesk \(it has m999_later\): update this program"),
    ],
)
def test_what_can_not_be_restored_is_refused_and_changes_nothing(
    library: Path, tmp_path: Path, kind: str, sentence: str
) -> None:
    _add(library, "ann")
    before = library.read_bytes()
    file = tmp_path / "file.db"
    if kind == "diary":
        file.write_bytes(b"this is my diary" * 1000)
    elif kind == "foreign":
        with closing(sqlite3.connect(file)) as foreign:
            foreign.execute("CREATE TABLE bookmark(address TEXT)")
    elif kind != "missing":
        shutil.copy(library, file)
    if kind == "damaged":
        _damage(file)
    elif kind == "newer":
        with closing(sqlite3.connect(file)) as newer, newer:
            newer.execute(
                "INSERT INTO _sqlite_migrations(migration_set, name, applied_at) "
                "VALUES('mediadesk', 'm999_later', '')"
            )
    with pytest.raises(UserError, match=sentence):
        safety.stage(library, file)
    assert library.read_bytes() == before
    assert _names(library) == {"library.db"}


_HOLDER = """
import sys, time
from pathlib import Path
from mediadesk.store import Store
store = Store(Path(sys.argv[1]))
eve = "INSERT INTO profile(id, name, added_at) VALUES('eve', '', 0)"
store.write(lambda db: db.conn.execute(eve))
print("written", flush=True)
time.sleep(60)
"""


def test_after_kill_9_the_library_is_checked_and_a_damaged_one_is_not_written_to(
    library: Path, context: typer.Context
) -> None:
    _add(library, "ann")
    good = safety.back_up(library)
    bad = safety.back_up(library)
    _damage(bad)
    told: list[str] = []
    Store(library, on_check=told.append).close()
    assert told == [], "it was closed properly"
    with subprocess.Popen(
        [sys.executable, "-c", _HOLDER, str(library)], stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        with pytest.raises(UserError, match=rf"open in another MediaDesk \(process {holder.pid}\)"):
            commands.restore(context, good)
        Store(library, on_check=told.append).close()
        assert told == [], "somebody else has it open"
        holder.kill()

    copy = shutil.copytree(library.parent, library.parent.with_name("copy")) / library.name
    Store(copy, on_check=told.append).close()
    assert told == ["checking", "checked"]
    assert _profiles(copy) == {"ann", "eve"}
    Store(copy, on_check=told.append).close()
    assert told == ["checking", "checked"], "once is enough"

    (library.parent / "library.db-wal").unlink()
    _damage(library)
    damaged = library.read_bytes()
    for _ in range(2):
        with pytest.raises(UserError, match=r"is damaged .*and stays as it is: restore") as refused:
            Store(library)
    assert library.read_bytes() == damaged
    assert f'mediadesk --data-dir "{library.parent}" restore "{good}"' in str(refused.value)
    commands.restore(context, good)
    assert _profiles(library) == {"ann"}
    [kept] = (library.parent / "backups").glob("damaged-*.db")
    assert kept.read_bytes() == damaged


@pytest.mark.parametrize("damaged", [False, True])
def test_the_journal_of_a_killed_process_is_kept_and_is_none_of_the_restored_library(
    library: Path, damaged: bool
) -> None:
    _add(library, "ann")
    good = safety.back_up(library)
    with subprocess.Popen(
        [sys.executable, "-c", _HOLDER, str(library)], stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        holder.kill()
    journal = library.with_name("library.db-wal").read_bytes()
    assert journal
    if damaged:
        _damage(library)
    safety.stage(library, good)
    assert _profiles(library) == {"ann"}
    assert not safety.damage(library), "pages of a journal are of one library only"
    if damaged:
        [kept] = safety.folder(library).glob("damaged-*.db-wal")
        assert kept.read_bytes() == journal
    else:
        with closing(sqlite3.connect(safety.kept(library)[0])) as before:
            assert before.execute("SELECT id FROM profile ORDER BY id").fetchall() == [
                ("ann",),
                ("eve",),
            ]


def test_an_empty_file_is_no_new_library_and_a_backup_takes_its_place(
    library: Path, context: typer.Context
) -> None:
    _add(library, "ann")
    with closing(Store(library)) as store:
        kept = store.backup()
    library.write_bytes(b"")
    sentence = r"library\.db” is an empty file.* restore \".*library-.*\.db.*newest is of 20\d\d-"
    with pytest.raises(UserError, match=sentence):
        Store(library)
    assert library.stat().st_size == 0
    assert _names(library) == {"library.db", "backups"}
    commands.restore(context, kept)
    assert _profiles(library) == {"ann"}
    assert safety.kept(library) == [kept]

    library.write_bytes(b"")
    kept.unlink()
    with pytest.raises(UserError, match=r"no good one lies in .*or move it away to begin a new"):
        Store(library)
    library.unlink()
    assert _profiles(library) == set()


def test_damage_that_is_met_while_the_library_is_used_is_named_with_the_way_back(
    library: Path,
) -> None:
    _add(library, "ann")
    good = safety.back_up(library)
    damage_table(library, "change")
    command = Inside(library.parent)
    for words in ("changes", "backup"):
        done = command.run(words)
        assert done.returncode == 1
        assert "is damaged" in done.stderr
        assert f'restore "{good}"' in done.stderr
    command.text("restore", str(good))
    assert command.text("changes")


def test_no_error_of_the_database_is_called_damage_where_the_library_is_whole(
    library: Path,
) -> None:
    with closing(Store(library)) as store, pytest.raises(sqlite3.OperationalError) as error:
        store.read().conn.execute("SELECT nothing FROM nowhere")
    assert safety.told(library, error.value) is None


def _fill(disk: Path) -> Path:
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as full, contextlib.suppress(OSError):
        while full.write(bytes(4096)):
            pass
    return filler


def test_a_new_library_for_which_there_is_no_room_is_begun_when_there_is_some(disk: Path) -> None:
    filler = _fill(disk)
    with pytest.raises(UserError, match="disk is full"):
        Store(disk / "library.db")
    assert list(disk.iterdir()) == [filler]
    filler.unlink()
    _add(disk / "library.db", "ann")


_KILLED_IN_MAKING = """
import os, sys
from pathlib import Path
from mediadesk.store import Store, migrating
migrating.stamp = lambda _: os._exit(9)
Store(Path(sys.argv[1]))
"""


def test_who_is_killed_while_it_makes_a_library_leaves_none(library: Path) -> None:
    killed = subprocess.run([sys.executable, "-c", _KILLED_IN_MAKING, str(library)], check=False)
    assert killed.returncode == 9
    assert not library.exists()
    _add(library, "ann")
    assert _names(library) == {"library.db"}


_ADDER = """
import sys
from pathlib import Path
from mediadesk.store import Store
store = Store(Path(sys.argv[1]))
added = "INSERT INTO profile(id, name, added_at) VALUES(?, '', 0)"
store.write(lambda db: db.conn.execute(added, [sys.argv[2]]))
store.close()
"""


def test_several_make_a_new_library_at_once_and_all_have_the_same(library: Path) -> None:
    words = [sys.executable, "-c", _ADDER, str(library)]
    makers = [subprocess.Popen([*words, str(n)]) for n in range(4)]
    assert [maker.wait() for maker in makers] == [0] * 4
    assert _profiles(library) == {"0", "1", "2", "3"}


@pytest.mark.parametrize("what", ["whole", "damaged"])
def test_a_restore_for_which_there_is_no_room_is_done_when_there_is_some(
    disk: Path, what: str
) -> None:
    library = disk / "library.db"
    _add(library, "ann")
    copy = safety.back_up(library)
    _add(library, "bob")
    safety.stage(library, copy)
    if what == "damaged":
        damage_table(library, "profile")
    copy.unlink()
    now = library.read_bytes()
    filler = _fill(disk)
    with pytest.raises(UserError, match=r"is not restored yet.*free some disk space"):
        Store(library)
    assert library.read_bytes() == now
    assert list(safety.folder(library).iterdir()) == [], "and no half a copy"
    filler.unlink()
    assert _profiles(library) == {"ann"}
    [before] = safety.folder(library).iterdir()
    assert before.name.startswith("library-" if what == "whole" else "damaged-")
