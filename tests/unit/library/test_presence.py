import threading
import time
from pathlib import Path

import pytest

from mediadesk.library import presence
from mediadesk.library.presence import HangingError, Presence


def test_a_folder_is_told_from_another_in_its_place(tmp_path: Path) -> None:
    asked, folder = Presence(), tmp_path / "drive"
    assert asked.mark(folder) is None
    folder.mkdir()
    first = asked.mark(folder)
    assert first is not None
    folder.rename(tmp_path / "away")
    folder.mkdir()
    assert asked.mark(folder) not in {None, first}
    folder.rmdir()
    (tmp_path / "away").rename(folder)
    assert asked.mark(folder) == first


def test_a_drive_is_told_from_another_that_the_system_numbers_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, marks = Presence(), set()
    for drive in ("5E9F-3CF3", "5C82-4CA9"):
        monkeypatch.setattr(presence.drives, "identity", lambda _, drive=drive: drive)
        marks.add(asked.mark(tmp_path))
    assert len(marks) == 2


@pytest.mark.filterwarnings("error::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_name_that_no_drive_can_hold_is_no_folder(tmp_path: Path) -> None:
    asked = Presence()
    assert asked.is_folder(tmp_path)
    assert not asked.is_folder(tmp_path / ("x" * 300))


def test_why_a_folder_is_not_there_is_said(tmp_path: Path) -> None:
    asked, folder = Presence(), tmp_path / "drive"
    assert "is not there" in (asked.problem(folder, is_known=True) or "")
    folder.mkdir()
    assert asked.problem(folder, is_known=False) is None
    assert "is empty" in (asked.problem(folder, is_known=True) or "")
    (folder / "a").touch()
    assert asked.problem(folder, is_known=True) is None


def test_a_drive_that_hangs_costs_a_moment_once_and_one_thread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    goes_on, started = threading.Event(), []

    def hang(folder: Path) -> presence.Mark | None:
        started.append(folder)
        goes_on.wait(10)
        return 1, 2, ""

    monkeypatch.setattr(presence, "_mark", hang)
    asked = Presence(0.2)
    began = time.monotonic()
    for _ in range(20):
        with pytest.raises(HangingError, match="does not answer: check its drive"):
            asked.mark(tmp_path)
    assert time.monotonic() - began < 2
    assert started == [tmp_path]
    assert asked.problem(tmp_path.parent, is_known=False) is None, "others answer meanwhile"
    goes_on.set()
    until = time.monotonic() + 5
    while time.monotonic() < until:
        try:
            assert asked.mark(tmp_path) == (1, 2, "")
        except HangingError:
            time.sleep(0.01)
        else:
            return
    pytest.fail("it does not go on")
