"""The commands about the files themselves, as a person or a script runs them."""

import os
from pathlib import Path

import pytest
from command import Inside
from library_factory import rest
from media_factory import song
from read_library import ReadLibrary


@pytest.fixture
def media(tmp_path: Path) -> Path:
    return tmp_path / "media"


@pytest.fixture
def command(tmp_path: Path) -> Inside:
    """The commands on a library of three songs that have been read."""
    home = ReadLibrary(tmp_path)
    for n in range(3):
        song(home.root / f"{n}.mp3", seed=n, title=f"Song {n}")
    home.read()
    home.store.close()
    return Inside(tmp_path)


def test_folders_are_listed_with_what_is_left_out(command: Inside, media: Path) -> None:
    folder = command.json("library", "exclude", str(media), "1.*", "/Extras/")
    assert (folder["path"], folder["excludes"], folder["files"]) == (
        str(media), ["1.*", "/Extras/"], 2,
    )  # fmt: skip
    [listed] = command.json("library", "list")
    assert {"drive", "excludes", "watched"} <= listed.keys()
    assert "2 files  without 1.*, /Extras/" in command.text("library", "list")
    for nothing in ((), (" ",)):
        done = command.run("library", "exclude", str(media), *nothing)
        assert done.returncode == 1
        assert "--none" in done.stderr
    assert command.json("library", "list")[0]["excludes"] == ["1.*", "/Extras/"]
    rest(media / "1.mp3")
    told = command.text("library", "exclude", str(media), "--none")
    assert told.splitlines() == [
        f"{media}  3 files", "1 file not opened yet: run “mediadesk analyze --wait”.",
    ]  # fmt: skip
    assert command.json("library", "list")[0]["files"] == 3


def test_what_is_missing_is_listed_forgotten_and_put_back(command: Inside, media: Path) -> None:
    assert command.text("library", "missing") == "Nothing is missing.\n"
    (media / "0.mp3").unlink()
    (media / "1.mp3").unlink()
    command.text("library", "scan")
    [absent] = command.json("library", "missing")
    assert (absent["folder"], absent["drive"], absent["count"]) == (str(media), "", 2)
    assert "and 1 more" in command.text("library", "missing", "--limit", "1")
    done = command.run("forget", str(media / "2.mp3"))
    assert done.returncode == 1
    assert "“Song 2” is not missing" in done.stderr
    told = command.json("forget", "--search", "song")
    assert (told["says"], told["items"]) == ("Forgot 2 items that went missing", 2)
    assert command.json("library", "missing") == []
    command.text("undo", told["id"])
    assert "2 items went away" in command.text("library", "missing")
    done = command.run("forget", "--search", "nothing like this")
    assert (done.returncode, "finds nothing" in done.stderr) == (1, True)
    done = command.run("forget", "--search", "2")
    assert (done.returncode, "“2” finds is missing" in done.stderr) == (1, True)
    for wrong in ("", "song) OR (is:available", "(("):
        assert command.run("forget", "--search", wrong).returncode == 1
    assert "2 items went away" in command.text("library", "missing")


def test_what_is_found_elsewhere_is_said_file_by_file_or_as_a_folder(
    command: Inside, media: Path, tmp_path: Path
) -> None:
    media.rename(tmp_path / "drive")
    text = command.text("library", "relink", str(media), str(tmp_path / "drive"))
    assert text == f"{tmp_path / 'drive'}  3 files\n"
    lost = tmp_path / "drive" / "0.mp3"
    found = command.json("item", str(lost))["item"]["id"]
    lost.unlink()
    command.text("library", "scan")
    guess = command.json("matches", found)
    assert [Path(each["path"]).name for each in guess] == ["1.mp3", "2.mp3"]
    assert "(the same length, a like name)" in command.text("matches", found)
    told = command.json("relink", found, guess[0]["path"])
    assert told["says"] == "Found “Song 0” in “1.mp3”"
    assert command.json("library", "missing") == []


def test_files_are_verified(command: Inside, media: Path) -> None:
    files = [str(media / f"{n}.mp3") for n in range(2)]
    assert "hashed: the next time tells" in command.text("verify", *files)
    [first, second] = command.json("verify", *files)
    assert (first["same"], second["same"]) == (True, True)
    assert first["hash"] != second["hash"]
    content = bytearray((media / "0.mp3").read_bytes())
    content[-5] ^= 1
    times = (media / "0.mp3").stat()
    (media / "0.mp3").write_bytes(content)
    os.utime(media / "0.mp3", ns=(times.st_atime_ns, times.st_mtime_ns))  # as bit rot leaves it
    assert "HAS CHANGED" in command.text("verify", files[0])
