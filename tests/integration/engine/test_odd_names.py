"""Files and folders whose names are not UTF-8, from the scan to the copy, with the real engine."""

import os
import shutil
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from library_factory import rest
from media_factory import clip, picture, song

from mediadesk.engine.engine import Engine
from mediadesk.library import nfo
from mediadesk.paths import from_uri, spelled, to_path, to_uri

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")

_FOLDER = os.fsdecode(b"Am\xe9lie")
_FILM = os.fsdecode(b"caf\xe9 \xff.mp4")
_TUNE = os.fsdecode(b"br\xee\xbeken.flac")
_PRIVATE = "private \uef80.mp4"


def _understand(engine: Engine, folder: Path) -> None:
    rest(*(path for path in folder.rglob("*") if path.is_file()))
    if not engine.status().folders:
        engine.add_folder(spelled(folder))
    engine.analyze(wait=True)


@pytest.fixture
def folder(media: Path) -> Path:
    """A folder of such a name with such files in it."""
    found = media / _FOLDER
    found.mkdir()
    clip(media / "a.mp4", seed=1).rename(found / _FILM)
    (found / _FILM).with_suffix(".en.srt").write_text(
        "1\n00:00:00,000 --> 00:00:02,000\nA lighthouse.\n", encoding="utf-8"
    )
    picture(media / "a.jpg").rename((found / _FILM).with_suffix(".jpg"))
    song(media / "a.flac", seed=2).rename(found / _TUNE)
    clip(media / "b.mp4", seed=3).rename(found / _PRIVATE)
    return found


def test_odd_names_are_understood_shown_found_and_played(
    engine: Engine, media: Path, folder: Path
) -> None:
    _understand(engine, media)
    status = engine.status()
    assert status.problems == ()
    assert all(work.failed == 0 for work in status.work)
    assert {view.title for view in engine.views(engine.ids())} == {
        "caf� �",
        "br�ken",
        "private \uef80",
    }
    [view] = engine.views(engine.ids(text="caf"))
    assert view.path is not None
    assert to_path(view.path) == folder / _FILM
    assert engine.ids(text="lighthouse") or engine.item(view.id).passages
    page = engine.item(view.path)
    assert page.item.id == view.id
    assert dict(page.facts)["File"] == f"{media}/Am�lie/caf� �.mp4"
    assert engine.pictures([f"artwork/{view.id}"])
    sitting = engine.playing.sit_down(view.id)
    assert to_path(sitting.path) == folder / _FILM
    assert [to_path(each) for each in sitting.subtitles] == [
        (folder / _FILM).with_suffix(".en.srt")
    ]
    assert to_path(from_uri(to_uri(sitting.path).encode())).is_file()


def test_what_was_done_follows_an_odd_name_when_it_is_moved(
    engine: Engine, media: Path, folder: Path
) -> None:
    _understand(engine, media)
    [film] = engine.ids(text="caf")
    engine.organising.rate([film], 4.5)
    before = _finished(engine)
    moved = folder.rename(media / os.fsdecode(b"\xc4nderung"))
    (moved / _FILM).rename(moved / os.fsdecode(b"f\xfcr.mp4"))
    _understand(engine, media)
    [view] = engine.views([film])
    assert view.available
    assert view.path == spelled(moved / os.fsdecode(b"f\xfcr.mp4"))
    assert view.stars == 4.5
    assert {key: at for key, at in _finished(engine).items() if key[1] == "keyframes"} == {
        key: at for key, at in before.items() if key[1] == "keyframes"
    }


def test_an_odd_root_goes_away_comes_back_and_is_found_elsewhere(
    engine: Engine, media: Path, folder: Path
) -> None:
    rest(*folder.iterdir())
    engine.add_folder(spelled(folder))
    engine.analyze(wait=True)
    away = folder.rename(media / os.fsdecode(b"aw\xe4y"))
    engine.scan()
    [absent] = engine.filing.absent()
    assert (absent.folder, absent.count) == (spelled(folder), 3)
    assert "Am�lie" in engine.status().problems[0].sentence
    engine.filing.relink_folder(spelled(folder), spelled(away))
    assert engine.filing.absent() == ()
    engine.filing.exclude(spelled(away), [spelled(Path(_FILM))])
    assert engine.status().folders[0].files == 2
    engine.remove_folder(spelled(away))
    assert engine.status().folders == ()


def test_nfo_files_and_tags_are_written_beside_and_into_odd_names(
    engine: Engine, media: Path, folder: Path
) -> None:
    _understand(engine, media)
    [film] = engine.ids(text="caf")
    [tune] = engine.ids(text="br ken") or engine.ids(kinds=["song"])
    engine.organising.edit([film, tune], {"title": "Known"})
    engine.writing.write_back(engine.writing.plan_write([film], into="nfo").token)
    engine.writing.write_back(engine.writing.plan_write([tune], into="tags").token)
    written = nfo.read((folder / _FILM).with_suffix(".nfo"))
    assert written is not None
    assert written.title == "Known"
    engine.scan()
    assert {view.title for view in engine.views([film, tune])} == {"Known"}


def test_what_is_damaged_under_an_odd_name_is_told(engine: Engine, media: Path) -> None:
    (media / _FILM).write_bytes(b"no film at all" * 100)
    locked = media / _FOLDER
    locked.mkdir()
    _understand(engine, media)
    [problem] = engine.status().problems
    assert to_path(problem.path) == media / _FILM
    assert problem.sentence.startswith(f"“{media}/caf� �.mp4”")


def test_a_library_in_a_folder_of_an_odd_name_is_backed_up(
    open_engine: Callable[..., Engine], tmp_path: Path
) -> None:
    engine = open_engine(tmp_path / _FOLDER)
    backups = engine.backup()
    file = to_path(backups.kept[0].path)
    assert file.parent == to_path(backups.folder)
    copy = shutil.copy(file, tmp_path / "copy.db")
    with sqlite3.connect(copy) as db:
        assert db.execute("PRAGMA quick_check").fetchone() == ("ok",)


def _finished(engine: Engine) -> dict[tuple[str, str], float]:
    with sqlite3.connect(engine._places.database) as db:
        rows = db.execute("SELECT item, extractor, updated_at FROM job WHERE state = 'done'")
        return {(row[0], row[1]): row[2] for row in rows}
