"""Reports of what was played, and what happens where libVLC is not."""

import sys
from types import ModuleType

import pytest

from mediadesk.play import vlc
from mediadesk.play.report import Report


class Told(list[tuple[str, float, float]]):
    def __call__(self, kind: str, share: float, position: float) -> None:
        self.append((kind, round(share, 3), round(position, 2)))


def watch(report: Report, start: float, end: float, length: float) -> None:
    """Play from one second to another, four ticks a second."""
    for tick in range(int(start * 4), int(end * 4) + 1):
        report.tick(tick / 4, length)


def test_playing_is_told_every_fifteen_seconds_and_when_it_stops() -> None:
    told = Told()
    report = Report(told)
    watch(report, 0, 40, 100)
    report.stop(100)
    assert told == [("played", 0.15, 15.0), ("played", 0.3, 30.0), ("played", 0.4, 40.0)]


def test_an_item_is_finished_once_at_nine_tenths() -> None:
    told = Told()
    report = Report(told)
    watch(report, 0, 20, 20)
    report.stop(20)
    assert [one for one in told if one[0] == "finished"] == [("finished", 0.9, 18.0)]
    assert told[-1][0] == "finished"


def test_jumping_to_the_end_is_not_watching() -> None:
    told = Told()
    report = Report(told)
    watch(report, 0, 5, 1000)
    watch(report, 950, 960, 1000)
    assert all(kind != "finished" for kind, _, _ in told)


def test_a_glance_is_nothing() -> None:
    told = Told()
    report = Report(told)
    watch(report, 50, 52, 100)
    report.stop(100)
    assert told == []


def test_stopping_twice_tells_once() -> None:
    told = Told()
    report = Report(told)
    watch(report, 0, 8, 100)
    report.stop(100)
    report.stop(100)
    assert told == [("played", 0.08, 8.0)]


def test_a_length_that_is_not_known_yet_is_waited_for() -> None:
    told = Told()
    report = Report(told)
    watch(report, 0, 20, 0)
    report.stop(0)
    assert told == []


def broken(error: type[Exception] | None) -> ModuleType:
    """A python-vlc that fails as the real one does without libVLC, or without its plugins."""
    module = ModuleType("vlc")

    def instance(_: list[str]) -> None:
        if error is not None:
            raise error("no function 'libvlc_new'")

    module.Instance = instance  # type: ignore[attr-defined]
    module.State = object  # type: ignore[attr-defined]
    return module


@pytest.mark.parametrize("error", [NameError, OSError, NotImplementedError, None])
def test_without_libvlc_there_is_no_player_and_no_error(
    monkeypatch: pytest.MonkeyPatch, error: type[Exception] | None
) -> None:
    monkeypatch.setitem(sys.modules, "vlc", broken(error))
    assert vlc.find() is None


def test_without_python_vlc_there_is_no_player_and_no_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "vlc", None)
    assert vlc.find() is None
