"""Databases of other programs are read with their journals, and nothing is touched by that."""

import shutil
import sqlite3
import struct
from contextlib import closing
from pathlib import Path

import pytest

from mediadesk.api import UnreadableError
from mediadesk.store import foreign

_MAGIC = bytes.fromhex("d9d505f920a163d7")
_PAGE = 4096


def made(path: Path) -> Path:
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA page_size=4096")
        db.execute("CREATE TABLE heard(title)")
    return path


def journal_naming(other: Path, page: bytes, pages: int) -> bytes:
    """Write a hot journal of a change to several databases, as SQLite's file format has it."""
    header = _MAGIC + struct.pack(">IIIII", 1, 0, pages, 512, _PAGE)
    check = sum(page[at] for at in range(_PAGE - 200, 0, -200))
    name = str(other).encode()
    return (
        header.ljust(512, b"\0")
        + struct.pack(">I", 1)
        + page
        + struct.pack(">I", check)
        + struct.pack(">I", (1 << 30) // _PAGE + 1)
        + name
        + struct.pack(">II", len(name), sum(name))
        + _MAGIC
    )


def test_no_journal_has_another_file_deleted(tmp_path: Path) -> None:
    (dear := tmp_path / "dear.txt").write_text("mine")
    page = made(tmp_path / "strange.db").read_bytes()
    hot = journal_naming(dear, page[:_PAGE], len(page) // _PAGE)
    (tmp_path / "strange.db-journal").write_bytes(hot)
    with pytest.raises(UnreadableError, match=r"strange\.db” is in the middle of a change"):
        foreign.content(tmp_path / "strange.db")
    assert dear.read_text() == "mine"


def test_a_journal_that_is_put_away_meanwhile_is_not_read_into_what_is_there_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = made(tmp_path / "heard.db")
    writer = sqlite3.connect(file)
    writer.execute("PRAGMA journal_mode=wal")
    writer.execute("INSERT INTO heard VALUES('Rain')")
    writer.commit()
    copy = shutil.copyfile

    def end_meanwhile(source: str, target: str) -> None:
        copy(source, target)
        if source.endswith("-wal"):
            writer.close()  # it takes the journal in and removes it
            with closing(sqlite3.connect(file)) as again:
                again.execute("PRAGMA journal_mode=delete")
                again.execute("UPDATE heard SET title = 'Sun'")
                again.commit()

    monkeypatch.setattr(foreign, "_PAUSE_SECONDS", 0)
    monkeypatch.setattr(shutil, "copyfile", end_meanwhile)
    with closing(sqlite3.connect(":memory:")) as db:
        db.deserialize(foreign.content(file))
        assert db.execute("SELECT title FROM heard").fetchall() == [("Sun",)]
