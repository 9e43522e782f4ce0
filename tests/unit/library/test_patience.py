"""Drives that hang in the middle of a scan: the kernel itself holds who opens a folder."""

import ctypes
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from worker_tasks import until

from mediadesk.api import UserError
from mediadesk.engine.scanning import Scanning
from mediadesk.library.patience import Patience, Pulse
from mediadesk.library.presence import HangingError, Presence
from mediadesk.library.walk import Folder, walk
from mediadesk.store import Store, locations, roots

_OPEN_NEEDS_LEAVE, _AND_FOLDERS = 0x00010000, 0x40000000


@contextmanager
def hanging(folder: Path) -> Iterator[None]:
    """Let whoever opens a folder wait, as a drive does that does not answer."""
    if sys.platform != "linux":
        pytest.skip("only Linux can be told to hang")
    libc = ctypes.CDLL(None, use_errno=True)
    listener = libc.fanotify_init(4, os.O_RDONLY)  # FAN_CLASS_CONTENT
    what = ctypes.c_uint64(_OPEN_NEEDS_LEAVE | _AND_FOLDERS)
    try:
        if listener < 0 or libc.fanotify_mark(listener, 1, what, -100, os.fsencode(folder)) < 0:
            pytest.skip("the system lets nobody make a folder hang here")
        yield
    finally:
        if listener >= 0:
            os.close(listener)  # those who wait may go on


@pytest.fixture
def drives(store: Store, tmp_path: Path) -> list[Path]:
    """Two drives with two files each, one of them deep inside."""
    made = [tmp_path / "one", tmp_path / "two"]
    for root in made:
        for name in ("a.mp4", "deep/b.mp4"):
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).touch()
            os.utime(root / name, (1.5e9, 1.5e9))
        store.write(lambda db, root=root: roots.add(db, root))
    return made


@pytest.fixture
def scanning(store: Store) -> Iterator[Scanning]:
    """Looks through drives as the engine does, with less patience."""
    made = Scanning(
        store,
        Presence(0.5),
        analysis=lambda: None,
        extractors=list,
        on_change=lambda *_: None,
        patience=Patience(0.5),
    )
    yield made
    made.close()


def _files(store: Store, root: Path) -> dict[str, int]:
    """Path below a root → 1 where it is missing."""
    known = locations.known_files(store.read(), root)
    return {str(Path(each[0]).relative_to(root)): locations.beyond(each)[2] for each in known}


def test_a_drive_that_hangs_in_the_middle_is_left_and_the_others_are_scanned(
    store: Store, scanning: Scanning, drives: list[Path]
) -> None:
    one, two = drives
    with hanging(one / "deep"):
        scanning.whole()
        assert [root.problem for root in roots.listed(store.read())] == [
            f"“{one / 'deep'}” does not answer: check its drive or the network.",
            None,
        ]
        assert _files(store, two) == {"a.mp4": 0, "deep/b.mp4": 0}
        assert scanning.hangs(one)
        threads = threading.active_count()
        scanning.whole()  # nobody else is sent after the one who waits
        assert threading.active_count() == threads
    until(lambda: not scanning.hangs(one))
    assert _files(store, one).get("deep/b.mp4") is None  # who was given up wrote nothing
    scanning.whole()
    assert _files(store, one) == {"a.mp4": 0, "deep/b.mp4": 0}
    assert [root.problem for root in roots.listed(store.read())] == [None, None]


def test_what_is_known_of_a_drive_that_hangs_stays(
    store: Store, scanning: Scanning, drives: list[Path]
) -> None:
    one, two = drives
    scanning.whole()
    with hanging(one / "deep"):
        scanning.part([str(one / "deep"), str(two)])
        assert _files(store, one) == {"a.mp4": 1, "deep/b.mp4": 1}
        assert _files(store, two) == {"a.mp4": 0, "deep/b.mp4": 0}
    until(lambda: not scanning.hangs(one))
    scanning.whole()
    assert _files(store, one) == {"a.mp4": 0, "deep/b.mp4": 0}


def test_closing_waits_for_no_drive_and_says_nothing_of_it(
    store: Store, scanning: Scanning, drives: list[Path]
) -> None:
    one, _ = drives
    scanning._patience = Patience(60)
    errors: list[UserError] = []

    def look() -> None:
        try:
            scanning.whole([one])
        except UserError as error:
            errors.append(error)

    with hanging(one / "deep"):
        looking = threading.Thread(target=look)
        looking.start()
        until(lambda: any(thread.name == "looking" for thread in threading.enumerate()))
        scanning.close()
        looking.join(10)
        assert not looking.is_alive()
    assert [str(error) for error in errors] == ["MediaDesk is closing."]
    assert roots.listed(store.read())[0].problem is None


def test_what_takes_long_without_asking_a_drive_is_waited_for(tmp_path: Path) -> None:
    def through(pulse: Pulse) -> str:
        with pulse.asking("/drive"):
            pulse.beats += 1
        time.sleep(0.6)
        return "done"

    assert Patience(0.2).go(tmp_path, through) == "done"


def test_a_folder_that_can_not_be_read_is_an_answer(tmp_path: Path) -> None:
    def through(pulse: Pulse) -> list[str]:
        told: list[str] = []
        starts = [Folder(str(tmp_path / "gone")), Folder(str(tmp_path)), Folder(str(tmp_path))]
        for _ in walk(starts, skip=(), warn=told.append, pulse=pulse):
            time.sleep(0.6)
        time.sleep(0.6)
        return told

    [sentence] = Patience(0.2).go(tmp_path, through)
    assert "went away during the scan" in sentence


def test_one_who_shows_signs_of_life_is_waited_for(tmp_path: Path) -> None:
    def through(pulse: Pulse) -> int:
        with pulse.asking("/drive"):
            for _ in range(8):
                time.sleep(0.1)
                pulse.beats += 1
        return pulse.beats

    assert Patience(0.6).go(tmp_path, through) == 9


def test_an_error_of_the_one_who_looks_is_everybodys(tmp_path: Path) -> None:
    def through(_: Pulse) -> None:
        raise ValueError("a bug")

    with pytest.raises(ValueError, match="a bug"):
        Patience().go(tmp_path, through)


def test_who_was_given_up_learns_of_it_when_the_drive_answers(tmp_path: Path) -> None:
    answer, wrote = threading.Event(), threading.Event()

    def through(pulse: Pulse) -> None:
        with pulse.asking("/drive/folder"):
            answer.wait(20)
        wrote.set()

    patience = Patience(0.3)
    with pytest.raises(HangingError, match="“/drive/folder” does not answer"):
        patience.go(tmp_path, through)
    answer.set()
    until(lambda: not patience.hangs(tmp_path))
    assert not wrote.is_set()
