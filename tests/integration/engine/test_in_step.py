"""A library is synced by itself: at the start, and after something was edited."""

import logging
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from worker_tasks import until

from mediadesk.api import EventKind, UserError
from mediadesk.engine.in_step import InStep
from mediadesk.store import Store, oplog

LIKE = partial(oplog.add_event, profile="me", item="a", kind=EventKind.LIKE)
SOON, LATER = 0.005, 1_000.0


@pytest.fixture
def runs() -> list[int]:
    return []


@pytest.fixture
def made(store: Store, tmp_path: Path, runs: list[int]) -> Callable[..., closing[InStep]]:
    """Makes ones that note how many edits there were when they synced."""

    def run() -> None:
        runs.append(oplog.last_own(store.read()))

    def make(folder: Path = tmp_path, **rest: float) -> closing[InStep]:
        one = InStep(store, run, lambda: str(folder), poll=SOON, **rest)
        one.start()
        return closing(one)

    return make


def test_it_syncs_at_the_start_and_when_there_were_edits(
    store: Store, made: Callable[..., closing[InStep]], runs: list[int]
) -> None:
    with made(quiet=SOON):
        until(lambda: runs == [0])
        store.write(LIKE)
        until(lambda: runs == [0, 1])


def test_edits_are_laid_there_at_the_end_at_the_latest(
    store: Store, made: Callable[..., closing[InStep]], runs: list[int]
) -> None:
    with made(quiet=LATER):
        until(lambda: runs == [0])
        store.write(LIKE)
        store.write(LIKE)
    assert runs == [0, 2]


def test_it_waits_for_a_folder_that_is_not_there(
    tmp_path: Path, made: Callable[..., closing[InStep]], runs: list[int]
) -> None:
    drive = tmp_path / "drive"
    with made(drive, quiet=LATER) as one:
        until(lambda: one._wake.wait(SOON * 4) is False)
        assert runs == []
        drive.mkdir()
        until(lambda: runs == [0])


def test_without_a_folder_nothing_is_synced(store: Store, runs: list[int]) -> None:
    with closing(InStep(store, lambda: runs.append(0), lambda: "", poll=SOON)) as one:
        one.start()
        store.write(LIKE)
    assert runs == []


def test_what_fails_is_tried_again(
    store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    tried = []

    def fail() -> None:
        tried.append(0)
        raise UserError("The drive is full.")

    with closing(InStep(store, fail, lambda: str(tmp_path), poll=SOON, quiet=SOON)) as one:
        one.start()
        until(lambda: len(tried) == 1)
        store.write(LIKE)
        until(lambda: len(tried) == 2)
    assert "The drive is full." in caplog.text
