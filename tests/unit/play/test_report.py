"""Reports of what was played."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from mediadesk.play import report as reports
from mediadesk.play.report import Report


class Told(list[tuple[str, float, float]]):
    def __init__(self) -> None:
        super().__init__()
        self.watched: list[float] = []

    def __call__(self, kind: str, share: float, position: float, watched: float) -> None:
        self.append((kind, round(share, 3), round(position, 2)))
        self.watched.append(watched)


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


def test_it_tells_how_long_was_watched_on_end() -> None:
    told = Told()
    report = Report(told)
    watch(report, 0, 40, 1000)
    watch(report, 500, 520, 1000)
    report.stop(1000)
    assert told == [
        ("played", 0.015, 15.0),
        ("played", 0.03, 30.0),
        ("played", 0.505, 505.0),
        ("played", 0.52, 520.0),
    ]
    assert told.watched == [15, 30, 5, 20]


def test_with_a_chapter_of_credits_it_is_seen_where_they_begin() -> None:
    told = Told()
    watch(Report(told, seen_from=60), 20, 70, 100)
    assert ("finished", 0.6, 60.0) in told


def test_played_fast_it_is_watched_all_the_same() -> None:
    told = Told()
    report = Report(told)
    for tick in range(40):
        report.tick(tick * 3.0, 1000, speed=2)
    assert told.watched[-1] > 90


def test_a_player_that_stood_still_and_caught_up_has_played_what_lies_between(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [0.0]
    monkeypatch.setattr(reports, "time", SimpleNamespace(monotonic=lambda: now[0]))
    told = Told()
    report = Report(told)
    for at, position in ((0.0, 0.0), (0.8, 0.8), (1.8, 0.8), (3.0, 3.0)):
        now[0] = at
        report.tick(position, 3.0)
    assert told == [("finished", 1.0, 3.0)]


def test_what_was_gone_to_after_a_pause_was_not_watched_up_to_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [0.0]
    monkeypatch.setattr(reports, "time", SimpleNamespace(monotonic=lambda: now[0]))
    told = Told()
    report = Report(told)
    watch(report, 0, 5, 1000)
    now[0] = 3_600.0
    report.seek(950)
    report.tick(950, 1000)
    report.tick(950.5, 1000)
    report.stop(1000)
    assert told == [("played", 0.005, 5.0), ("played", 0.951, 950.5)]
    assert told.watched == [5.0, 0.5]


def test_what_is_stopped_and_left_for_something_else_is_abandoned_where_it_stopped() -> None:
    told = Told()
    report = Report(told)
    watch(report, 0, 20, 100)
    report.stop(100)
    report.leave()
    assert told == [("played", 0.15, 15.0), ("played", 0.2, 20.0), ("abandoned", 0.2, 20.0)]


def test_what_was_seen_or_hardly_begun_is_not_abandoned() -> None:
    seen, glanced, skimmed = Told(), Told(), Told()
    for told, parts in ((seen, [(0, 95)]), (glanced, [(50, 52)]), (skimmed, [(0, 10), (91, 95)])):
        report = Report(told)
        for start, end in parts:
            watch(report, start, end, 100)
        report.stop(100)
        report.leave()
    assert [
        kind for told in (seen, glanced, skimmed) for kind, *_ in told if kind == "abandoned"
    ] == []
    assert skimmed, "it was played all the same"


def test_a_place_that_was_gone_to_is_told_however_short_the_sitting() -> None:
    told = Told()
    report = Report(told)
    watch(report, 0, 1, 1000)
    report.seek(600)
    report.tick(600.25, 1000)
    report.stop(1000)
    assert told == [("played", 0.6, 600.25)]
    assert told.watched == [0.25]


def test_what_was_watched_before_somebody_went_elsewhere_is_told_too() -> None:
    told = Told()
    report = Report(told)
    watch(report, 0, 12, 1000)
    for second in (300, 450, 600):  # as the bar is dragged
        report.seek(second)
    report.stop(1000)
    assert told == [("played", 0.012, 12.0), ("played", 0.6, 600)]
    assert told.watched == [12.0, 0.0], "an opinion can rest on the first, the place is the second"


def test_back_at_the_beginning_and_left_at_once_it_was_not_played() -> None:
    told = Told()
    report = Report(told)
    watch(report, 0, 1, 1000)
    report.seek(0)
    report.stop(1000)
    assert told == []


def test_a_place_that_was_gone_to_while_paused_is_told() -> None:
    told = Told()
    report = Report(told)
    watch(report, 0, 15, 1000)
    report.seek(600)
    report.stop(1000)
    assert told[-1] == ("played", 0.6, 600)


def test_a_place_that_was_gone_to_is_told_soon_for_the_power_may_fail() -> None:
    told = Told()
    report = Report(told)
    watch(report, 0, 1, 1000)
    report.seek(600)
    watch(report, 600, 604, 1000)
    assert told == [("played", 0.603, 603.0)]


def test_a_place_that_was_gone_to_for_a_moment_is_not_abandoned() -> None:
    told = Told()
    report = Report(told)
    watch(report, 0, 1, 1000)
    report.seek(600)
    report.stop(1000)
    report.leave()
    assert [kind for kind, *_ in told] == ["played"]
