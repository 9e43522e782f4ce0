"""`mediadesk write` and `mediadesk import nfo`, as a person or a script runs them."""

import json
from pathlib import Path

from command import Inside
from media_factory import clip, song
from read_library import ReadLibrary

from mediadesk.library import nfo, tags


def _library(folder: Path) -> tuple[Inside, Path, Path]:
    """Give the command on a library with a film and a song, whose titles were edited."""
    home = ReadLibrary(folder)
    film = clip(home.root / "Film (1990).mkv", seconds=1)
    music = song(home.root / "a.mp3", title="Old", artist="Ann")
    film.with_suffix(".nfo").write_text("<movie><title>Film</title><watched>true</watched></movie>")
    home.read()
    home.edit(film, title="My film")
    home.edit(music, title="My song")
    home.store.close()
    return Inside(folder), film, music


def test_files_are_written_after_a_preview_and_with_consent(tmp_path: Path) -> None:
    command, film, music = _library(tmp_path)
    preview = command.json("write", "--search", "my", "--dry-run")
    assert preview["lines"] == [
        {"path": str(film.with_suffix(".nfo")), "field": "title", "before": "Film",
         "after": "My film"},
        {"path": str(film.with_suffix(".nfo")), "field": "year", "before": "", "after": "1990"},
    ]  # fmt: skip
    assert "is music" in preview["refused"][0]
    refused = command.run("write", str(film))
    assert refused.returncode == 1
    assert "then say --yes" in refused.stderr
    read = nfo.read(film.with_suffix(".nfo"))
    assert read is not None
    assert read.title == "Film", "nothing is written without consent"
    assert "title: Film → My film" in command.text("write", str(film), "--yes")
    read = nfo.read(film.with_suffix(".nfo"))
    assert read is not None
    assert (read.title, read.watched) == ("My film", True)
    done = command.json("write", str(music), "--into", "tags", "--yes")
    assert (done["files"], done["refused"], done["left"]) == (1, [], 0)
    assert done["change"]["says"] == "Written to 1 file"
    assert tags.read(music) == {"title": "My song", "artist": "Ann"}
    assert "say all that is known" in command.text("write", str(music), "--into", "tags", "--yes")
    assert "say all that is known" not in command.text("write", str(music), "--dry-run")
    refused = command.run("write", str(music), "--yes")
    assert (refused.returncode, "is music, which has no NFO file" in refused.stdout) == (1, True)
    music.chmod(0o444)
    assert command.run("edit", str(music), "title=Protected").returncode == 0
    refused = command.run("write", str(music), "--into", "tags", "--yes", "--json")
    assert refused.returncode == 1, "nothing was written of what there was to write"
    assert "is write-protected" in json.loads(refused.stdout)["refused"][0]
    nowhere = command.run("write", "--search", "nowhere", "--yes")
    assert (nowhere.returncode, "“nowhere” finds nothing" in nowhere.stderr) == (1, True)
    strange = command.run("write", "nothing", "--yes", "--json")
    assert "No item “nothing”" in json.loads(strange.stdout)["error"]


def test_what_nfo_files_tell_is_imported_and_taken_back(tmp_path: Path) -> None:
    command, film, _ = _library(tmp_path)
    assert command.json("import", "nfo", "--dry-run")["known"] == 0
    found = command.json("import", "nfo")
    assert (found["importer"], found["matched"], found["kept"]) == ("NFO files and tags", 1, True)
    assert command.json("item", str(film))["item"]["finished"]
    assert command.json("import", "undo") == {"taken_back": 1}
    assert not command.json("item", str(film))["item"]["finished"]
