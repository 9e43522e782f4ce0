"""Workers: whatever a work does to its process, only that work suffers."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
import worker_tasks

from mediadesk.api import UnreadableError
from mediadesk.host import workers as workers_module
from mediadesk.host.workers import Outcome, Work, Workers
from mediadesk.privacy import gate


@pytest.fixture
def workers() -> Iterator[Workers]:
    made = Workers(2)
    yield made
    made.close()


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "log"


def work(function: Callable[..., Any], *arguments: object, timeout: float = 60) -> Work:
    return Work(key=arguments[1:2], function=function, arguments=arguments, timeout=timeout)


def results(workers: Workers, works: list[Work]) -> list[Outcome]:
    return [future.result(timeout=60) for future in [workers.submit(each) for each in works]]


def test_each_work_gets_its_own_outcome_and_only_culprits_suffer(
    workers: Workers, log: Path
) -> None:
    odd = [
        work(worker_tasks.die, log, "die"),
        work(worker_tasks.hang, log, "hang", timeout=0.5),
        work(worker_tasks.fail, log, "fail", UnreadableError("Mend it.")),
        work(worker_tasks.leave, log, "leave"),
        work(worker_tasks.give_lambda, log, "lambda"),
        work(worker_tasks.fail_oddly, log, "odd"),
        work(worker_tasks.fail, log, "late", TimeoutError("the network drive sleeps")),
    ]
    good = [work(worker_tasks.note, log, f"good{n}") for n in range(8)]
    mixed = [each for n in range(8) for each in (good[n : n + 1] + odd[n : n + 1])]
    by_name = {each.work.key[0]: each for each in results(workers, mixed)}

    assert all(by_name[f"good{n}"].result == f"good{n}" for n in range(8))
    assert "ended the worker" in (by_name["die"].death or "")
    assert by_name["hang"].death == "it took longer than 0.5 seconds"
    assert isinstance(by_name["fail"].error, UnreadableError)
    assert str(by_name["fail"].error) == "Mend it."
    for name, words in {
        "leave": "3",
        "lambda": "lambda",
        "odd": "OddError",
        "late": "sleeps",
    }.items():
        assert by_name[name].death is None
        assert words in str(by_name[name].error)
    assert sorted(worker_tasks.noted(log)) == sorted(by_name), "each ran once"


@pytest.mark.skipif(sys.platform != "linux", reason="memory can be limited on Linux only")
def test_a_work_that_takes_too_much_memory_fails_alone_and_its_worker_goes_on(log: Path) -> None:
    made = Workers(1)
    try:
        greedy, modest = results(
            made,
            [
                work(worker_tasks.fill_memory, log, "greedy", 1600),
                work(worker_tasks.fill_memory, log, "modest", 400),
            ],
        )
    finally:
        made.close()
    assert isinstance(greedy.error, MemoryError)
    assert greedy.death is None
    assert modest.result == "modest"


def test_workers_have_low_priority(workers: Workers) -> None:
    mine = psutil.Process().nice()
    (found,) = results(
        workers, [Work(key=0, function=worker_tasks.niceness, arguments=(), timeout=60)]
    )
    assert found.result > mine


def test_workers_do_not_answer_for_the_command(
    workers: Workers, capfd: pytest.CaptureFixture[str]
) -> None:
    """Nor keep its reader waiting: on a drive that hangs they outlive it, and can't be ended."""
    (done,) = results(
        workers, [Work(key=0, function=worker_tasks.say, arguments=("said",), timeout=60)]
    )
    assert done.error is None
    assert capfd.readouterr().out == ""


def test_what_workers_log_is_in_the_log_and_names_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(gate, "ledger", lambda: tmp_path)
    made = Workers(1)
    (done,) = results(made, [work(worker_tasks.warn, "Secret Film.mkv")])
    made.close()
    assert done.error is None
    assert "Secret" not in capfd.readouterr().err
    (log,) = tmp_path.glob("*.log")
    assert "WARNING The tags of “…” can't be read." in log.read_text("utf-8")


def test_a_worker_that_is_killed_while_it_has_nothing_to_do_is_replaced(
    workers: Workers, log: Path
) -> None:
    results(workers, [work(worker_tasks.note, log, "first")])
    for child in psutil.Process().children():
        if child.pid in worker_pids(log):
            os.kill(child.pid, signal.SIGKILL)
            child.wait(20)
    after = results(workers, [work(worker_tasks.note, log, f"after{n}") for n in range(4)])
    assert [each.result for each in after] == [f"after{n}" for n in range(4)]


def test_a_worker_that_never_begins_is_ended_and_the_work_is_not_to_blame(
    workers: Workers, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as stuck:
        stuck.setattr(workers_module, "_serve", worker_tasks.never_begin)
        stuck.setattr(workers_module, "_START_SECONDS", 0.2)
        (found,) = results(workers, [work(worker_tasks.note, log, "first")])
    assert (found.unstarted, found.death, found.error) == ("a new one did not begin", None, None)
    again = results(workers, [work(worker_tasks.note, log, f"again{n}") for n in range(3)])
    assert [each.result for each in again] == ["again0", "again1", "again2"]


def test_closing_ends_every_worker_even_one_that_hangs(log: Path) -> None:
    workers = Workers(2)
    for name in "ab":
        workers.submit(work(worker_tasks.hang, log, name))
    worker_tasks.until(lambda: len(worker_tasks.noted(log)) == 2)
    pids = worker_pids(log)
    workers.close()
    assert len(pids) == 2
    assert not any(psutil.pid_exists(pid) for pid in pids)


@pytest.mark.parametrize(("cores", "count"), [(1, 1), (2, 2), (64, 8), (None, 1)])
def test_by_default_there_is_a_worker_for_each_core_up_to_8(
    cores: int | None, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: cores)
    made = Workers()
    made.close()
    assert made.count == count


def worker_pids(log: Path) -> set[int]:
    return {int(line.split()[1]) for line in log.read_text("utf-8").splitlines()}
