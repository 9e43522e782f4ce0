"""The pipeline: real worker processes, lanes that keep their books in memory."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import wait
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest
import worker_tasks
from worker_tasks import noted, until

from mediadesk.api import UserError
from mediadesk.extract import pipeline as pipelines
from mediadesk.extract.pipeline import Pace, Pipeline, Station
from mediadesk.host import workers
from mediadesk.host.workers import Outcome, Work, Workers


class Books:
    """A lane that remembers: what waits, what runs, who is suspect, and what came of each work."""

    def __init__(self, log: Path) -> None:
        self.log = log
        self.waiting: list[Work] = []
        self.suspects: list[Work] = []
        self.running: list[Work] = []
        self.settled: dict[str, Outcome] = {}
        self.settlings = 0
        self.most_at_once = 0
        self.trouble: Exception | None = None
        self.claiming_trouble: Exception | None = None

    def add(
        self,
        name: str,
        function: Callable[..., object] = worker_tasks.note,
        *more: object,
        timeout: float = 60,
    ) -> None:
        arguments = (self.log, name, *more)
        self.waiting.append(Work(key=name, function=function, arguments=arguments, timeout=timeout))

    def claim(self, limit: int, *, idle: bool) -> Sequence[Work]:
        if self.claiming_trouble:
            raise self.claiming_trouble
        taken, self.waiting = self.waiting[:limit], self.waiting[limit:]
        if not taken and idle and self.suspects:
            taken = [self.suspects.pop(0)]
        self.running += taken
        self.most_at_once = max(self.most_at_once, len(self.running))
        return taken

    def settle(self, outcomes: Sequence[Outcome]) -> None:
        self.settlings += 1
        if self.trouble:
            raise self.trouble
        for each in outcomes:
            self.running.remove(each.work)
            if each.death and not each.work.alone:
                self.suspects.append(replace(each.work, alone=True))
            else:
                assert each.work.key not in self.settled, "nothing is settled twice"
                self.settled[each.work.key] = each

    def release(self, works: Sequence[Work]) -> None:
        for work in works:
            self.running.remove(work)
            self.waiting.append(work)


@pytest.fixture
def books(tmp_path: Path) -> Books:
    return Books(tmp_path / "log")


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Pipeline]]:
    monkeypatch.setattr(pipelines, "_RETRY_SECONDS", 0.1)
    started: list[Pipeline] = []

    def make(
        *lanes: Books, on_progress: Callable[[], None] = lambda: None, **more: Callable[[], Any]
    ) -> Pipeline:
        made = Pipeline([Station(lanes, lambda: Workers(2))], on_progress=on_progress, **more)
        started.append(made)
        made.start()
        return made

    yield make
    for each in started:
        each.close()


def test_where_no_process_starts_nothing_is_blamed_and_all_is_done_later(
    books: Books, start: Callable[..., Pipeline], monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(3):
        books.add(f"file{n}")
    with monkeypatch.context() as broken:
        broken.setattr(workers, "_serve", worker_tasks.never_serve)
        pipeline = start(books)
        until(lambda: "exit status 7" in str(pipeline.trouble), seconds=60)
    assert not books.settled
    finish(pipeline)
    assert all(each.result for each in books.settled.values())
    assert (sorted(books.settled), pipeline.trouble) == (["file0", "file1", "file2"], None)


def finish(pipeline: Pipeline) -> None:
    until(lambda: not pipeline.busy, seconds=60)
    pipeline.wait()


def test_everything_is_done_once_and_only_what_kills_a_worker_alone_is_given_up(
    books: Books, start: Callable[..., Pipeline]
) -> None:
    for n in range(10):
        books.add(f"good{n}")
    books.waiting.insert(
        1,
        Work(key="killer", function=worker_tasks.die, arguments=(books.log, "killer"), timeout=60),
    )
    books.waiting.insert(
        3,
        Work(
            key="hanger", function=worker_tasks.hang, arguments=(books.log, "hanger"), timeout=0.3
        ),
    )
    books.waiting.insert(
        5,
        Work(
            key="unlucky",
            function=worker_tasks.die_once,
            arguments=(books.log, "unlucky"),
            timeout=60,
        ),
    )
    books.add("raiser", worker_tasks.fail, UserError("Mend it."))
    finish(start(books))
    assert {name for name, each in books.settled.items() if each.death} == {"killer", "hanger"}
    assert str(books.settled["raiser"].error) == "Mend it."
    assert books.settled["unlucky"].result == "unlucky"
    assert all(books.settled[f"good{n}"].result == f"good{n}" for n in range(10))
    ran = noted(books.log)
    for name in ["killer", "unlucky"]:
        assert ran.count(name) == 2, "once among others, once alone"
    ran = [name for name in ran if name != "hanger"]  # it may be ended before it notes anything
    assert sorted({*ran, "hanger"}) == sorted(books.settled)
    assert len(ran) == 13 + 2, "everything else ran once"


def test_a_suspect_runs_when_nothing_else_does(
    books: Books, start: Callable[..., Pipeline], tmp_path: Path
) -> None:
    gate = tmp_path / "gate"
    books.add("suspect")
    books.suspects.append(replace(books.waiting.pop(), alone=True))
    books.add("slow", worker_tasks.wait_for, gate)
    running = start(books)
    until(lambda: "slow" in noted(books.log))
    books.add("late")
    running.start()
    until(lambda: "late" in books.settled)
    assert "suspect" not in noted(books.log)
    gate.touch()
    finish(running)
    assert noted(books.log)[-1] == "suspect"


def test_nothing_of_a_later_lane_runs_beside_a_suspect(
    tmp_path: Path, start: Callable[..., Pipeline]
) -> None:
    gate, first, later = tmp_path / "gate", Books(tmp_path / "log"), Books(tmp_path / "log")
    first.add("suspect", worker_tasks.wait_for, gate)
    first.suspects.append(replace(first.waiting.pop(), alone=True))
    later.add("other")
    running = start(first, later)
    until(lambda: noted(first.log))
    assert (noted(first.log), later.running) == (["suspect"], [])
    gate.touch()
    finish(running)
    assert noted(first.log) == ["suspect", "other"]


def test_a_station_comes_and_goes_and_nothing_of_the_others_is_lost_or_done_twice(
    books: Books, start: Callable[..., Pipeline], tmp_path: Path
) -> None:
    gate, guest = tmp_path / "gate", Books(tmp_path / "guest")
    books.add("slow", worker_tasks.wait_for, gate)
    running = start(books)
    until(lambda: "slow" in noted(books.log))
    guest.add("hanger", worker_tasks.hang)
    station = Station([guest], lambda: Workers(1))
    running.exchange([], [station])
    running.start()
    until(lambda: "hanger" in noted(guest.log))
    running.exchange([station], [])
    assert ([work.key for work in guest.waiting], guest.running) == (["hanger"], [])
    assert "slow" not in books.settled, "it was not interrupted"
    gate.touch()
    finish(running)
    assert noted(books.log) == ["slow"]
    assert books.settled["slow"].death is None


def test_an_earlier_lane_is_served_first_and_a_later_one_fills_the_room(
    tmp_path: Path, start: Callable[..., Pipeline]
) -> None:
    first, second = Books(tmp_path / "log"), Books(tmp_path / "log")
    for n in range(12):
        first.add(f"first{n}")
        second.add(f"second{n}")
    finish(start(first, second))
    order = noted(tmp_path / "log")
    assert all(name.startswith("first") for name in order[:8])
    assert len(first.settled) == len(second.settled) == 12


def test_work_that_appears_only_when_other_work_is_settled_is_still_done_before_it_rests(
    tmp_path: Path, start: Callable[..., Pipeline]
) -> None:
    class Parent(Books):
        def settle(self, outcomes: Sequence[Outcome]) -> None:
            super().settle(outcomes)
            for each in outcomes:
                child.add(f"of-{each.work.key}")

    child, parent = Books(tmp_path / "child"), Parent(tmp_path / "parent")
    parent.add("only")
    running = start(parent, child)
    running.wait()
    assert list(child.settled) == ["of-only"]


def test_a_full_disk_keeps_the_outcomes_and_nothing_is_lost_or_done_twice(
    books: Books, start: Callable[..., Pipeline]
) -> None:
    for n in range(8):
        books.add(f"good{n}")
    books.trouble = UserError("Free some disk space.")
    running = start(books)
    until(lambda: books.settlings > 3)
    assert running.trouble == "Free some disk space."
    assert running.busy
    assert not books.settled
    books.trouble = None
    finish(running)
    assert running.trouble is None
    assert len(books.settled) == 8
    assert sorted(noted(books.log)) == sorted(books.settled), "each ran once"


def test_what_a_full_disk_keeps_from_being_saved_does_not_pile_up(
    books: Books, start: Callable[..., Pipeline]
) -> None:
    for n in range(40):
        books.add(f"good{n}")
    books.trouble = UserError("Free some disk space.")
    running = start(books)
    until(lambda: books.settlings > 5)
    assert books.most_at_once <= 8, "four for each worker"
    books.trouble = None
    finish(running)
    assert len(books.settled) == 40


def test_workers_go_on_with_other_files_while_what_they_read_is_settled(
    tmp_path: Path, start: Callable[..., Pipeline]
) -> None:
    class Slow(Books):
        """A lane that takes as long to settle as the workers take for all that they have."""

        most_beside = 0

        def settle(self, outcomes: Sequence[Outcome]) -> None:
            until(lambda: {each.key for each in self.running} <= set(noted(self.log)), seconds=20)
            self.most_beside = max(self.most_beside, len(self.running) - len(outcomes))
            super().settle(outcomes)

    slow = Slow(tmp_path / "log")
    for n in range(24):
        slow.add(f"file{n}")
    finish(start(slow))
    assert len(slow.settled) == 24
    assert slow.most_beside == 4, "two for each worker, beside what is settled"


def test_trouble_while_claiming_is_told_and_passes(
    books: Books, start: Callable[..., Pipeline]
) -> None:
    told: list[str | None] = []
    books.claiming_trouble = UserError("Free some disk space.")
    ready = threading.Event()
    running = start(books, on_progress=lambda: (ready.wait(), told.append(running.trouble)))
    ready.set()
    until(lambda: told)
    books.claiming_trouble = None
    finish(running)
    until(lambda: len(told) > 1)
    assert told[0] == "Free some disk space."
    assert told[-1] is None


def test_who_waits_is_told_of_trouble_that_stays(
    books: Books, start: Callable[..., Pipeline], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipelines, "_RETRY_SECONDS", 0.01)
    monkeypatch.setattr(pipelines, "_PATIENCE_SECONDS", 0.2)
    books.add("file")
    books.claiming_trouble = UserError("Free some disk space.")
    running = start(books)
    with pytest.raises(UserError, match="Free some disk space"):
        running.wait(30)
    books.claiming_trouble = sqlite3.OperationalError("no such column: language")
    until(lambda: running.trouble != "Free some disk space.")
    with pytest.raises(
        UserError, match=r"inside MediaDesk .*no such column: language.*mediadesk\.log"
    ):
        running.wait(30)
    books.claiming_trouble = None
    finish(running)
    assert books.settled["file"].result == "file", "it has not given up"


def test_who_waits_is_told_where_processes_end_before_they_begin(
    books: Books, start: Callable[..., Pipeline], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipelines, "_PATIENCE_SECONDS", 1.0)
    books.add("file")
    with monkeypatch.context() as broken:
        broken.setattr(workers, "_serve", worker_tasks.serve_late_and_never)
        running = start(books)
        with pytest.raises(UserError, match="exit status 7"):
            running.wait(60)
    finish(running)
    assert (books.settled["file"].result, running.trouble) == ("file", None)


def test_who_waits_is_not_told_of_trouble_that_passes(
    books: Books, start: Callable[..., Pipeline], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipelines, "_RETRY_SECONDS", 0.01)
    books.add("file")
    books.claiming_trouble = UserError("Free some disk space.")
    running = start(books)
    until(lambda: running.trouble)
    assert not running.wait(0.1), "it is patient for a while"
    books.claiming_trouble = None
    finish(running)
    assert running.trouble is None


def test_a_bug_in_one_settling_is_logged_and_the_rest_goes_on(
    books: Books, start: Callable[..., Pipeline], caplog: pytest.LogCaptureFixture
) -> None:
    books.add("good")
    books.trouble = ZeroDivisionError("boom")
    running = start(books)
    until(lambda: running.trouble and "boom" in running.trouble)
    books.trouble = None
    finish(running)
    assert books.settled["good"].result == "good"
    assert any("stumbled" in record.message for record in caplog.records)


def test_pausing_finishes_what_runs_takes_nothing_new_and_resuming_goes_on(
    books: Books, start: Callable[..., Pipeline], tmp_path: Path
) -> None:
    gate = tmp_path / "gate"
    for n in range(12):
        books.add(f"slow{n}", worker_tasks.wait_for, gate)
    now = Pace.FULL
    asked: list[Pace] = []

    def pace() -> Pace:
        asked.append(now)
        return now

    running = start(books, pace=pace)
    until(lambda: len(noted(books.log)) == 2)
    now = Pace.REST
    until(lambda: Pace.REST in asked)
    claimed = 4  # two for each worker
    gate.touch()
    until(lambda: len(books.settled) == claimed)
    assert not books.running
    assert running.busy, "there is work left"
    now = Pace.FULL
    running.start()
    finish(running)
    assert len(books.settled) == 12


def test_closing_gives_back_what_runs_and_ends_the_workers(
    books: Books, start: Callable[..., Pipeline], tmp_path: Path
) -> None:
    for n in range(6):
        books.add(f"slow{n}", worker_tasks.wait_for, tmp_path / "never")
    running = start(books)
    until(lambda: len(noted(books.log)) == 2)
    pids = {int(line.split()[1]) for line in books.log.read_text().splitlines()}
    running.close()
    assert not books.running
    assert len(books.waiting) == 6
    assert not any(psutil.pid_exists(pid) for pid in pids)
    running.wait()


def test_closing_does_not_fail_over_a_full_disk(
    books: Books, start: Callable[..., Pipeline], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    class Full(Books):
        def release(self, works: Sequence[Work]) -> None:
            if works:
                raise UserError("Free some disk space.")

    full = Full(tmp_path / "log")
    full.add("slow", worker_tasks.wait_for, tmp_path / "never")
    running = start(full, books)
    until(lambda: noted(full.log))
    running.close()
    assert any("Free some disk space" in record.getMessage() for record in caplog.records)


def test_waiting_ends_exactly_when_all_is_done_however_often_it_is_started(
    books: Books, start: Callable[..., Pipeline]
) -> None:
    running = start(books)
    for n in range(60):
        books.add(f"good{n}")
        running.start()
        running.wait()
        assert f"good{n}" in books.settled
    assert len(books.settled) == 60


def test_work_that_comes_at_the_last_moment_keeps_it_busy(
    books: Books, start: Callable[..., Pipeline]
) -> None:
    began = threading.Event()
    told: list[tuple[bool, int]] = []

    def leisure() -> bool:
        began.wait()
        if not books.settled and not books.waiting:
            books.add("late")
            running.start()
        return False

    running = start(
        books, leisure=leisure, on_progress=lambda: told.append((running.busy, len(books.waiting)))
    )
    began.set()
    until(lambda: "late" in books.settled)
    finish(running)
    assert (False, 1) not in told, "nobody is told of an end while something waits"


def test_the_end_is_told_so_that_nobody_shows_a_busy_sign_for_ever(
    books: Books, start: Callable[..., Pipeline]
) -> None:
    told: list[bool] = []
    books.add("good")
    ready = threading.Event()
    running = start(books, on_progress=lambda: (ready.wait(), told.append(running.busy)))
    ready.set()
    until(lambda: told and not told[-1])


def test_workers_end_when_their_program_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "program.py"
    script.write_text(
        "import sys\n"
        "from pathlib import Path\n"
        "import worker_tasks\n"
        "from mediadesk.host.workers import Work, Workers\n"
        "if __name__ == '__main__':\n"
        "    workers = Workers(3)\n"
        "    log = Path(sys.argv[1])\n"
        "    for name in ['a', 'b']:\n"
        "        workers.submit(Work(key=0, function=worker_tasks.hang, arguments=(log, name),"
        " timeout=600))\n"
        "    workers.submit(Work(key=0, function=worker_tasks.note, arguments=(log, 'idle'),"
        " timeout=600))\n"
        "    input()\n"
    )
    log = tmp_path / "log"
    program = subprocess.Popen(
        [sys.executable, str(script), str(log)],
        stdin=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    with program:
        until(lambda: len(noted(log)) == 3)
        children = psutil.Process(program.pid).children(recursive=True)
        assert len(children) >= 3
        program.send_signal(signal.SIGKILL)
    _, alive = psutil.wait_procs(children, timeout=60)
    assert not alive


class Picky(Books):
    """A lane that can't keep one certain result, as a database refuses an odd value."""

    def settle(self, outcomes: Sequence[Outcome]) -> None:
        if any(each.work.key == "odd" and each.error is None for each in outcomes):
            raise ValueError("no such value")
        super().settle(outcomes)


def test_a_result_that_can_not_be_kept_fails_alone_and_stops_nothing(
    tmp_path: Path, start: Callable[..., Pipeline]
) -> None:
    picky = Picky(tmp_path / "log")
    for name in ("a", "odd", "b", "c", "d", "e"):
        picky.add(name)
    finish(start(picky))
    assert set(picky.settled) == {"a", "odd", "b", "c", "d", "e"}
    assert isinstance(picky.settled["odd"].error, ValueError)
    assert [key for key, each in picky.settled.items() if each.error] == ["odd"]


def test_of_results_that_are_handed_over_together_only_the_odd_one_fails(tmp_path: Path) -> None:
    picky = Picky(tmp_path / "log")
    for name in ("a", "odd", "b", "c"):
        picky.add(name)
    station = Station([picky], lambda: Workers(2))
    try:
        assert station.fill()
        done, _ = wait(station.running)
        assert station.settle(done) == 4
        assert not station.running
    finally:
        station.close()
    assert [key for key, each in picky.settled.items() if each.error] == ["odd"]
    assert set(picky.settled) == {"a", "odd", "b", "c"}


def test_gentle_work_is_one_at_a_time_and_work_that_rests_goes_on_later(
    books: Books, start: Callable[..., Pipeline], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipelines, "_GENTLE_SECONDS", 0.01)
    monkeypatch.setattr(pipelines, "_REST_SECONDS", 0.05)
    pace = [Pace.REST]
    for n in range(4):
        books.add(f"work{n}")
    pipeline = start(books, pace=lambda: pace[0])
    assert not pipeline.wait(0.3)
    assert noted(books.log) == []
    pace[0] = Pace.GENTLE
    finish(pipeline)
    assert (len(books.settled), books.most_at_once) == (4, 1)
