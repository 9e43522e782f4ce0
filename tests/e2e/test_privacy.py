"""What leaves this computer, and what is known of a person, by the command as a person types it."""

from __future__ import annotations

import csv
import json
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from command import Command, Inside
from library_factory import copied

from mediadesk.engine.engine import Engine
from mediadesk.settings import Places

WORD, NAME, OTHER = "xyzzyquux", "Frobnicia", "Gnorbert"


def item(device: Inside, number: int = 0) -> str:
    return str(device.json("items")["items"][number]["id"])


def live(inside: Inside, name: str) -> str:
    """Do what leaves traces everywhere; give the item that has a tag, which is everybody's."""
    engine = Engine(Places.find(inside.data))
    first, second, third = engine.ids()[:3]
    engine.profiles.add(name)
    engine.organising.tag([second], add=["everybodys"])
    engine.organising.write_note(second, f"{WORD} noted", profile=name)
    engine.organising.rate([first], 4.5, profile=name)
    engine.organising.rate([second], 1, profile=name)
    engine.organising.undo()
    engine.feedback(second, "like", profile=name)
    engine.event(first, "played", share=0.4, position=33.0, profile=name)
    engine.searched(WORD, profile=name)
    engine.profiles.add(_group(name), members=(name, "me"))
    engine.feedback(third, "like", profile=_group(name))
    engine.close()
    return second


def test_the_switch_is_kept_and_binds_an_install(inside_empty: Inside) -> None:
    assert inside_empty.json("privacy", "network") == {"network": "on"}
    inside_empty.text("privacy", "network", "off")
    address = "https://plugins.example.org/x.whl"
    refused = inside_empty.run("plugins", "install", address, "--network", "--yes")
    assert refused.returncode == 1
    assert "switched off" in refused.stderr
    (line,) = inside_empty.json("privacy", "connections")
    assert (line["who"], line["host"]) == ("MediaDesk", "plugins.example.org")
    assert "switched off" in line["problem"]
    assert inside_empty.json("privacy", "network", "on") == {"network": "on"}


def test_all_that_is_known_is_exported_twice_the_same_with_every_column_told(
    inside: Inside, tmp_path: Path
) -> None:
    live(inside, NAME)
    live(inside, OTHER)
    folder = tmp_path / "mine"
    told = inside.json("privacy", "export", str(folder), "--profile", NAME)
    written = json.loads((folder / "personal-data.json").read_text())
    with closing(sqlite3.connect(folder / "personal-data.sqlite")) as db:
        about = {
            (table, column): means for table, column, means in db.execute("SELECT * FROM about")
        }
        for table, made in written.items():
            rows = db.execute(f'SELECT * FROM "{table}"').fetchall()
            assert len(rows) == len(made["rows"]) == told["rows"][table]
            columns = [row[1] for row in db.execute(f'PRAGMA table_info("{table}")')]
            assert columns == list(made["columns"])
            assert all(about[table, column] for column in ("", *columns))
            assert all(row.keys() == made["columns"].keys() for row in made["rows"])
        (state,) = db.execute("SELECT position, stars FROM state WHERE stars > 0")
    assert state == (33.0, 4.5)
    kinds = {row["kind"] for row in written["event"]["rows"]}
    assert {"rated", "like", "played"} <= kinds
    assert any(WORD in row["context"] for row in written["event"]["rows"])
    assert any(row["field"] == "note" for row in written["said"]["rows"])
    assert OTHER not in json.dumps(written["event"]) + json.dumps(written["said"])
    told = inside.json("privacy", "research", str(folder), "--k", "3")
    rows = list(csv.DictReader((folder / "research.csv").open()))
    assert len(rows) == sum(told["levels"].values()) > 0
    assert told["people"] == len({row["person"] for row in rows}) == 3, "what groups did, too"
    assert json.loads((folder / "research.json").read_text())["suppressed"] == told["suppressed"]
    names = [word.casefold() for word in (NAME, OTHER, *_titles(inside))]
    research = (folder / "research.csv").read_text().casefold()
    assert not [name for name in names if name in research]
    refused = inside.run("privacy", "research", str(tmp_path / "few")).stderr
    assert "5 people at least, and 3 did anything here" in refused
    for place, why in ((str(folder), "is there already"), ("/proc/nowhere", "can be written")):
        assert why in inside.run("privacy", "export", place).stderr


def test_an_erased_profile_is_in_no_byte_of_any_file_and_does_not_come_back(
    inside: Inside, tmp_path: Path
) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    laptop = Inside(copied(inside.data, tmp_path / "laptop"))
    tagged = live(inside, NAME)
    inside.text("backup")
    inside.text("profiles", "use", NAME)
    for device in (inside, laptop):
        device.text("sync", "setup", str(shared))
        device.text("sync", "run")
    assert NAME in laptop.json("profiles", "list")
    laptop.text("feedback", item(laptop, 3), "like", "--profile", NAME)
    old = [(file, file.read_bytes()) for file in shared.iterdir()]
    assert "--yes" in inside.run("privacy", "erase", NAME).stderr
    told = inside.json("privacy", "erase", NAME, "--yes", "--keep-backups")
    assert ["backups" in told["remains"][0], "Other devices" in told["remains"][1]] == [True, True]
    assert {file.parent.name for file in _holding(inside.data)} == {"backups"}
    assert len(inside.json("privacy", "erase", NAME, "--yes")["remains"]) == 1
    assert not _holding(inside.data)
    assert "no profile" in inside.run("privacy", "erase", OTHER, "--yes").stderr
    for device in (laptop, inside):
        device.text("sync", "run")
    assert not _holding(shared)
    for file, content in old:  # a cloud drive brings back what was there before
        (shared / f"{file.stem} conflict{file.suffix}").write_bytes(content)
    for device in (inside, laptop):
        assert device.json("sync", "run")["problems"] == []
    assert not _holding(inside.data)
    for device in (inside, laptop):
        assert sorted(device.json("profiles", "list")) == sorted(["me", _group(NAME)])
        assert device.json("item", tagged)["item"]["labels"] == ["everybodys"]
    inside.text("profiles", "add", NAME)  # somebody new
    inside.text("rate", item(inside), "2", "--profile", NAME)
    inside.text("sync", "run")
    laptop.text("sync", "run")
    assert laptop.json("item", item(laptop), "--profile", NAME)["item"]["stars"] == 2


def test_no_log_names_what_a_person_has(inside_empty: Inside, media: Path, tmp_path: Path) -> None:
    folder = tmp_path / f"{WORD} archive"
    folder.mkdir()
    film = Path(shutil.copy(media / "Lighthouse.mkv", folder / f"{WORD} film.mkv"))
    for ending in ("mkv", "mp3"):
        (folder / f"{WORD} broken.{ending}").write_bytes(b"nothing of the kind" * 1_000)
    film.with_suffix(".nfo").write_text(f"<movie><title>{WORD}")
    film.with_suffix(".jpg").write_bytes(b"no picture")
    for file in folder.iterdir():
        os.utime(file, (1e9, 1e9))  # what is still being written is left alone
    damaged = inside_empty.data / "plugins" / WORD
    damaged.mkdir(parents=True)
    (damaged / "current.json").write_text("damaged")
    inside_empty.text("library", "add", str(folder))
    told = Command(inside_empty.data).text("analyze", "--wait")
    assert "1 item" in told
    assert f"{WORD} broken.mkv" in told
    inside_empty.text("event", str(film), "played", "--share", "0.4", "--position", "2")
    log = (inside_empty.data / "mediadesk.log").read_text()
    assert "install.disk" in log, "something went wrong, and was told"
    assert not [file for file in inside_empty.data.rglob("*.log*") if _tells(file)]


def _titles(inside: Inside) -> list[str]:
    return [one["title"] for one in inside.json("items")["items"]]


def _group(name: str) -> str:
    return name[::-1]  # which is another name


def _holding(folder: Path) -> list[Path]:
    """Give the files that hold a name or a word of the one who was erased, however written."""
    files = [file for file in folder.rglob("*") if file.is_file()]
    assert files
    return [file for file in files if _tells(file)]


def _tells(file: Path) -> bool:
    words = [word.encode(code) for word in (NAME, WORD) for code in ("utf-8", "utf-16-le")]
    return any(word in file.read_bytes() for word in words)
