"""Files whose names are not UTF-8, named to the command by their bytes and as it prints them."""

import os
import sys
from pathlib import Path

import pytest
from command import Command
from library_factory import rest
from media_factory import song

from mediadesk.paths import spelled, to_path

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")


def test_odd_names_are_given_by_their_bytes_and_as_they_are_printed(
    inside_empty: Command, tmp_path: Path
) -> None:
    folder = tmp_path / os.fsdecode(b"Caf\xe9")
    folder.mkdir()
    tune = song(tmp_path / "a.flac").rename(folder / os.fsdecode(b"br\xff.flac"))
    rest(tune)
    inside_empty.json("library", "add", str(folder))
    inside_empty.json("analyze", "--wait")
    [item] = inside_empty.json("items")["items"]
    assert item["title"] == "br�"
    assert to_path(item["path"]) == tune
    assert "Caf�" in inside_empty.text("library", "list")
    inside_empty.json("rate", str(tune), "4")
    for name in (str(tune), spelled(tune)):
        assert inside_empty.json("item", name)["item"]["stars"] == 4
    backup = tmp_path / os.fsdecode(b"copy\xe9.db")
    assert to_path(inside_empty.json("backup", str(backup))["backup"]) == backup
    assert backup.stat().st_size
    inside_empty.json("library", "remove", spelled(folder))
    assert inside_empty.json("items")["items"] == []
