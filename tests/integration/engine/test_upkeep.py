"""Changes that are noticed while the window is open: on real folders, with the real engine."""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import library_factory
import pytest
from media_factory import song
from plugin_packages import install, of_template
from worker_tasks import until

from mediadesk.engine import upkeep
from mediadesk.engine.engine import Engine

Open = Callable[..., Engine]


@pytest.fixture
def window(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Engine]:
    """An engine as the window has it; it looks for drives more often than a real one."""
    monkeypatch.setattr(upkeep, "_POLL_SECONDS", 0.1)
    places = library_factory.places(tmp_path / "data", tmp_path_factory.getbasetemp())
    opened = Engine(places, in_window=True)
    opened._upkeep._poll = 0.1
    yield opened
    opened.close()


def _old(path: Path) -> Path:
    os.utime(path, (1.5e9, 1.5e9))
    return path


def _titles(engine: Engine, *, available: bool = True) -> set[str]:
    return {view.title for view in engine.views(engine.ids()) if view.available is available}


def _is_watched(engine: Engine) -> bool:
    return any(folder.watched for folder in engine.status().folders)


def test_new_moved_and_removed_files_are_noticed_without_a_scan(
    window: Engine, media: Path, tmp_path: Path
) -> None:
    made = [_old(song(tmp_path / f"{n}.mp3", seed=n, title=f"Song {n}")) for n in range(3)]
    shutil.copy2(made[0], media / "0.mp3")
    window.add_folder(str(media))
    window.analyze()
    until(lambda: _titles(window) == {"Song 0"}, seconds=60)
    until(lambda: _is_watched(window))
    shutil.copy2(made[1], media / "1.mp3")
    until(lambda: _titles(window) == {"Song 0", "Song 1"}, seconds=30)
    (media / "album").mkdir()
    shutil.copy2(made[2], media / "album" / "2.mp3")
    until(lambda: _titles(window) == {"Song 0", "Song 1", "Song 2"}, seconds=30)
    (media / "album").rename(media / "record")
    moved = str(media / "record" / "2.mp3")
    until(lambda: moved in {view.path for view in window.views(window.ids())}, seconds=30)
    (media / "1.mp3").unlink()
    until(lambda: _titles(window, available=False) == {"Song 1"}, seconds=30)
    assert [folder.files for folder in window.status().folders] == [2]


def test_a_drive_that_goes_and_comes_back_is_noticed_and_nothing_is_read_again(
    window: Engine, media: Path
) -> None:
    _old(song(media / "0.mp3", seed=0, title="Song 0"))
    window.add_folder(str(media))
    window.analyze()
    until(lambda: _titles(window) == {"Song 0"}, seconds=60)
    until(lambda: not window.status().busy, seconds=60)
    until(lambda: _is_watched(window))
    away = media.with_name("away")
    for _ in range(2):
        media.rename(away)
        until(lambda: not window.status().folders[0].available, seconds=10)
        until(lambda: not _is_watched(window), seconds=10)
        [view] = window.views(window.ids())
        assert (view.available, view.drive) == (False, "media")
        [absent] = window.filing.absent()
        assert (absent.folder, absent.drive, absent.count) == (str(media), "media", 1)
        away.rename(media)
        until(lambda: window.status().folders[0].available, seconds=10)
        [view] = window.views(window.ids())
        assert view.available
        assert window.status().unread == 0
        until(lambda: _is_watched(window))


def test_a_drive_that_is_mounted_inside_a_folder_is_noticed(
    window: Engine, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep.drives, "tells_changes", lambda _: False)
    monkeypatch.setattr(upkeep.drives, "mounts", frozenset[tuple[str, str]])
    _old(song(media / "0.mp3", seed=0, title="Song 0"))
    window.add_folder(str(media))
    window.analyze()
    until(lambda: _titles(window) == {"Song 0"}, seconds=60)
    until(lambda: not window.status().busy, seconds=60)
    drive = media / "drive"
    drive.mkdir()
    _old(song(drive / "1.mp3", seed=1, title="Song 1"))
    mounted = frozenset({("/", "disk"), (str(drive), "stick")})
    monkeypatch.setattr(upkeep.drives, "mounts", lambda: mounted)
    until(lambda: _titles(window) == {"Song 0", "Song 1"}, seconds=30)
    (drive / "1.mp3").rename(media.with_name("1.mp3"))
    monkeypatch.setattr(upkeep.drives, "mounts", lambda: frozenset({("/", "disk")}))
    until(lambda: _titles(window, available=False) == {"Song 1"}, seconds=30)


def test_what_nothing_tells_of_is_found_by_looking_now_and_then(
    window: Engine, media: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mediadesk.library.drives.tells_changes", lambda _: False)
    monkeypatch.setattr(upkeep, "_ANEW_SECONDS", 0.2)
    window._upkeep._anew_at = time.monotonic()
    _old(song(media / "0.mp3", seed=0, title="Song 0"))
    window.add_folder(str(media))
    window.analyze()
    _old(song(media / "1.mp3", seed=1, title="Song 1"))
    until(lambda: _titles(window) == {"Song 0", "Song 1"}, seconds=60)
    assert not _is_watched(window)


def test_a_drive_that_hangs_stops_neither_the_window_nor_the_other_folders(
    window: Engine, media: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    _old(song(media / "0.mp3", seed=0, title="Song 0"))
    _old(song(other / "1.mp3", seed=1, title="Song 1"))
    for folder in (media, other):
        window.add_folder(str(folder))
    window.analyze()
    until(lambda: _titles(window) == {"Song 0", "Song 1"}, seconds=60)
    stat, hangs = os.stat, [True]

    def slow(path: Path) -> object:
        while hangs[0] and path == media:
            time.sleep(0.05)
        status = stat(path)
        return status.st_dev, status.st_ino

    monkeypatch.setattr("mediadesk.library.presence._mark", slow)
    window._presence._seconds = 0.3
    window.scan()
    status = window.status()
    assert {folder.path: folder.available for folder in status.folders} == {
        str(media): False,
        str(other): True,
    }
    [problem] = [each for each in status.problems if each.path == str(media)]
    assert problem.sentence == f"“{media}” does not answer: check its drive or the network."
    assert _titles(window, available=False) == {"Song 0"}
    began = time.monotonic()
    assert window.for_you().shelves is not None
    assert time.monotonic() - began < 10
    hangs[0] = False
    until(lambda: _titles(window) == {"Song 0", "Song 1"}, seconds=20)


def test_what_another_process_queues_is_done_by_an_idle_window(
    window: Engine, media: Path, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    _old(song(media / "a.mp3", title="Song"))
    window.add_folder(str(media))
    window.analyze(wait=True)
    command = Engine(library_factory.places(tmp_path / "data", tmp_path_factory.getbasetemp()))
    command._store.write(
        lambda db: db.conn.execute("UPDATE job SET state = 'cancelled' WHERE extractor = 'audio'")
    )
    command.working.resume("audio")
    command.close()
    until(lambda: all(work.done for work in window.status().work), seconds=60)


def test_plugins_that_another_process_changes_are_taken_up(window: Engine, tmp_path: Path) -> None:
    def state(name: str) -> str | None:
        return next((each.state for each in window.plugins() if each.name == name), None)

    other = Engine(window._places)
    try:
        install(other, of_template("panel", tmp_path, name="panel"))
        until(lambda: state("panel") == "ready", seconds=30)
        for name in ("panel", "taste"):
            other.enable_plugin(name, enabled=False)
            until(lambda name=name: state(name) == "disabled", seconds=30)
            other.enable_plugin(name, enabled=True)
            until(lambda name=name: state(name) == "ready", seconds=30)
        other.remove_plugin("panel", with_data=True)
        until(lambda: state("panel") is None, seconds=30)
    finally:
        other.close()


def test_what_is_written_while_nothing_waits_is_no_news_of_items(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "_POLL_SECONDS", 0.1)
    _, data = library_factory.analysed(tmp_path_factory.getbasetemp())
    copy = library_factory.copied(data, tmp_path / "data")
    places = library_factory.places(copy, tmp_path_factory.getbasetemp())
    told: list[frozenset[str]] = []
    opened = Engine(places, in_window=True, on_change=lambda news: told.append(news.what))
    try:
        opened._upkeep._poll = 0.1
        opened.for_you()
        opened.analyze(wait=True)
        until(lambda: not opened.status().busy, seconds=60)
        opened.event(opened.ids()[0], "played", share=0.2, position=1.0)
        told.clear()
        looked, at_rest = frozenset({"status", "sync"}), frozenset({"status"})
        until(lambda: {looked, at_rest} <= set(told), seconds=30)
        assert set(told) == {looked, at_rest}
    finally:
        opened.close()
