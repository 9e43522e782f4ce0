"""A file of any form is read as it was written, and not at all otherwise."""

import os
import random
from pathlib import Path

import pytest

from mediadesk.api import UserError
from mediadesk.sync import untrusted
from mediadesk.sync.crypto import Key
from mediadesk.sync.untrusted import Form, reading, write

KEY = Key.made()
FORM = Form(
    format=3,
    tables=("CREATE TABLE thing(id INTEGER PRIMARY KEY, picture BLOB NOT NULL) STRICT",),
    most_bytes=2**16,
    longest=2**13,
)
THINGS = [(1, b"0" * 64), (2, b"\0" * 5_000)]


def lay(target: Path, form: Form = FORM, key: Key | None = None) -> None:
    write(
        target, form, lambda db: db.executemany("INSERT INTO thing VALUES(?, ?)", THINGS), key=key
    )


def things(file: Path, form: Form = FORM, key: Key | None = None) -> list[tuple[object, ...]]:
    with reading(file, form, key=key) as db:
        return db.execute("SELECT * FROM thing ORDER BY id").fetchall()


@pytest.mark.parametrize("key", [None, KEY], ids=["plain", "encrypted"])
def test_what_was_written_is_read(tmp_path: Path, key: Key | None) -> None:
    lay(tmp_path / "x", key=key)
    assert things(tmp_path / "x", key=key) == THINGS
    assert [each.name for each in tmp_path.iterdir()] == ["x"]


def test_no_bit_can_be_turned(tmp_path: Path) -> None:
    file, chance = tmp_path / "x", random.Random(1)  # noqa: S311 - no secret
    lay(file)
    whole = file.read_bytes()
    for _ in range(100):
        raw = bytearray(whole)
        raw[chance.randrange(len(raw))] ^= 1 << chance.randrange(8)
        file.write_bytes(raw)
        with pytest.raises(UserError, match=r"“.*x” "):
            things(file)


@pytest.mark.parametrize(
    ("form", "why"),
    [
        (Form(format=2, tables=FORM.tables), "written by a newer MediaDesk"),
        (Form(format=3, tables=()), "it is no file that a MediaDesk writes"),
        (Form(format=3, tables=FORM.tables, most_bytes=8_000), "it is larger than"),
        (Form(format=3, tables=FORM.tables, longest=4_000), "too big"),
    ],
    ids=["newer", "other tables", "large", "long"],
)
def test_what_is_not_of_the_form_is_refused(tmp_path: Path, form: Form, why: str) -> None:
    lay(tmp_path / "x")
    with pytest.raises(UserError, match=why):
        things(tmp_path / "x", form)


def test_nothing_but_reading_is_allowed(tmp_path: Path) -> None:
    lay(tmp_path / "x")
    for harm in ("DELETE FROM thing", "ATTACH 'y' AS y", "CREATE TABLE y(y)"):
        with (
            pytest.raises(UserError, match="not authorized"),
            reading(tmp_path / "x", FORM) as db,
        ):
            db.execute(harm)


def test_what_takes_without_end_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay(tmp_path / "x")
    monkeypatch.setattr(untrusted, "_STEPS", 1)
    monkeypatch.setattr(untrusted, "_MOST_STEPS", 10)
    with pytest.raises(UserError, match="interrupted"):
        things(tmp_path / "x")


@pytest.mark.parametrize("moment", ["fsync", "replace"])
def test_who_is_killed_while_writing_leaves_the_one_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    lay(tmp_path / "x")
    with monkeypatch.context() as patched:
        patched.setattr(os if moment == "fsync" else Path, moment, killed)
        with pytest.raises(KeyboardInterrupt):
            write(tmp_path / "x", FORM, lambda _db: None)
    assert things(tmp_path / "x") == THINGS


def test_what_one_that_was_killed_left_goes_with_the_next_file(tmp_path: Path) -> None:
    (tmp_path / ".x.12ab.tmp").touch()
    (tmp_path / ".y.12ab.tmp").touch()  # of another one, that may be at work
    lay(tmp_path / "x")
    assert {each.name for each in tmp_path.iterdir()} == {"x", ".y.12ab.tmp"}
