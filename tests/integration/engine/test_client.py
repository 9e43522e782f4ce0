"""The engine in a process of its own: what crosses the pipe, and who ends with whom."""

import errno
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import closing
from pathlib import Path
from typing import Any

import library_factory
import psutil
import pytest
from library_factory import rest
from media_factory import song
from worker_tasks import until

from mediadesk.api import UserError
from mediadesk.engine import client
from mediadesk.engine.client import Client, EngineGoneError
from mediadesk.engine.messages import Changed, Organising, Origin, Profiles, Verbs
from mediadesk.store import Store

SECONDS = 60


class Window:
    """What a window would hold: a client, and what it was told."""

    def __init__(self, data: Path) -> None:
        self.told: list[Changed] = []
        self.restarts = 0
        self.client = Client(data, on_change=self.told.append, on_restart=self.count)

    def count(self) -> None:
        self.restarts += 1

    def engine(self) -> psutil.Process:
        """The engine's process, once it answers."""
        self.client.call(Verbs.status).result(SECONDS)
        return psutil.Process(self.client._process.pid)

    def kill(self) -> None:
        engine = self.engine()
        before = self.restarts
        engine.kill()
        until(lambda: self.restarts > before or not self.client._waiting)


@pytest.fixture
def open_window(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., Window]]:
    opened: list[Window] = []

    def open_one(data: Path = tmp_path / "data") -> Window:
        library_factory.places(data, tmp_path_factory.getbasetemp())
        opened.append(Window(data))
        return opened[-1]

    yield open_one
    for window in opened:
        window.client.close()


@pytest.fixture
def window(open_window: Callable[..., Window]) -> Window:
    return open_window()


@pytest.fixture
def media(tmp_path: Path) -> Path:
    folder = tmp_path / "media"
    folder.mkdir()
    for n in range(6):
        song(folder / f"{n}.mp3", seed=n, title=f"Song {n}")
    rest(*folder.iterdir())
    return folder


def test_answers_errors_and_news_come_through_the_pipe(window: Window, media: Path) -> None:
    call = window.client.call
    status = call(Verbs.add_folder, str(media)).result(SECONDS)
    assert [folder.path for folder in status.folders] == [str(media)]
    assert call(Verbs.analyze, wait=True).result(SECONDS).items == 6
    ids = call(Verbs.ids, text="Song 3").result(SECONDS)
    assert [view.title for view in call(Verbs.views, ids).result(SECONDS)] == ["Song 3"]
    done = call(Verbs.feedback, ids[0], "like", limit=3).result(SECONDS)
    assert done.after.shelves
    with pytest.raises(UserError, match="No item “nothing”"):
        call(Verbs.item, "nothing").result(SECONDS)
    until(lambda: {what for news in window.told for what in news.what} == {
        "items", "features", "status", "sync"
    })  # fmt: skip


def test_a_bug_in_the_engine_fails_its_call_and_nothing_else(window: Window) -> None:
    broken = window.client.call(Verbs.views, 5)  # type: ignore[arg-type]
    with pytest.raises(RuntimeError, match="TypeError"):
        broken.result(SECONDS)

    def unheard_of() -> None: ...

    unheard_of.__qualname__ = "Playing.unheard_of"
    with pytest.raises(RuntimeError, match="unheard_of"):
        window.client.call(unheard_of).result(SECONDS)
    assert window.client.call(Verbs.ids).result(SECONDS) == ()
    assert window.restarts == 0


def test_a_quick_question_is_answered_while_a_slow_one_waits(window: Window, media: Path) -> None:
    window.client.call(Verbs.add_folder, str(media)).result(SECONDS)
    window.client.call(Verbs.pause, paused=True).result(SECONDS)
    slow = window.client.call(Verbs.analyze, wait=True)
    until(lambda: window.client.call(Verbs.status).result(SECONDS).unread == 6)
    assert not slow.done()
    window.client.call(Verbs.pause, paused=False).result(SECONDS)
    assert slow.result(SECONDS).unread == 0


def test_when_the_engine_is_killed_who_waits_is_told_and_another_one_answers(
    window: Window, media: Path
) -> None:
    window.client.call(Verbs.add_folder, str(media)).result(SECONDS)
    window.client.call(Verbs.pause, paused=True).result(SECONDS)
    waiting = window.client.call(Verbs.analyze, wait=True)
    window.kill()
    with pytest.raises(EngineGoneError):
        waiting.result(SECONDS)
    until(lambda: window.restarts == 1)
    assert window.client.call(Verbs.status).result(SECONDS).paused, "what a person set holds"
    window.client.call(Verbs.pause, paused=False).result(SECONDS)
    assert window.client.call(Verbs.analyze, wait=True).result(SECONDS).items == 6


def test_what_a_person_did_when_the_engine_is_killed_is_done_by_the_next_one_once(
    window: Window, media: Path
) -> None:
    one, other, third = _known(window, media)
    call, engine = window.client.call, window.engine()
    engine.suspend()  # so that it takes nothing in before it dies
    at = time.time()
    rated = call(Organising.rate, (one,), 4.0)
    liked = call(Verbs.feedback, one, "like", at=at)
    played = call(Verbs.event, other, "played", share=0.5, position=1.0, at=at)
    noted = call(Organising.write_note, third, "The second half")
    engine.kill()
    change = rated.result(SECONDS)
    assert change.says == "Rated “Song 0” 4 of 5"
    assert liked.result(SECONDS).item.liked
    for future in (played, noted):
        future.result(SECONDS)
    until(lambda: window.restarts == 1)
    assert _said(window, one) == (4.0, "")
    assert _said(window, third) == (None, "The second half")
    assert sorted(kind for kind, _ in _events(window)) == ["like", "played", "rated"]
    call(Organising.undo, change.id).result(SECONDS)
    assert _said(window, one) == (None, "")


def test_what_was_done_but_not_answered_when_the_engine_died_is_answered_and_not_done_again(
    window: Window, media: Path
) -> None:
    one, other, third = _known(window, media)
    call = window.client.call
    at = time.time()
    rated = call(Organising.rate, (one,), 4.0).result(SECONDS)
    stories: list[tuple[Callable[[], Future[Any]], str]] = [
        (lambda: call(Organising.rate, (one,), 3.0), "Rated “Song 0” 3 of 5"),
        (lambda: call(Organising.undo, rated.id), "Undone: Rated “Song 0” 4 of 5"),
        (lambda: call(Organising.merge, other, (third,)), "Merged 2 items into “Song 1”"),
    ]
    for number, (ask, says) in enumerate(stories, start=1):
        answer = _unheard(window, ask)
        assert answer.result(SECONDS).says == says
        assert answer.result(SECONDS).id
        until(lambda number=number: window.restarts == number)
    liked = _unheard(window, lambda: call(Verbs.feedback, one, "like", at=at))
    assert liked.result(SECONDS).item.liked
    kinds = sorted(kind for kind, _ in _events(window))
    assert kinds == ["like", "rated", "rated", "undo"]
    changes = call(Organising.changes).result(SECONDS)
    assert [change.says for change in reversed(changes)] == [
        "Rated “Song 0” 4 of 5", *(says for _, says in stories)
    ]  # fmt: skip


def test_cards_that_were_shown_are_so_once_whatever_the_engine_does(
    window: Window, media: Path
) -> None:
    cards = dict.fromkeys(_known(window, media), Origin(page="for-you", shelf="top", slot=1))
    at = time.time()
    shown = _unheard(window, lambda: window.client.call(Verbs.shown, cards, at=at))
    shown.result(SECONDS)
    assert sorted(item for _, item in _events(window)) == sorted(cards)


def test_what_can_not_be_done_twice_says_that_it_may_be_done_already(
    window: Window, media: Path
) -> None:
    _known(window, media)
    made = _unheard(window, lambda: window.client.call(Organising.make_collection, "Quiet"))
    with pytest.raises(UserError, match="may be done already: There is a collection “Quiet”"):
        made.result(SECONDS)


def test_what_is_refused_whoever_answers_is_told_as_it_is(window: Window) -> None:
    call, engine = window.client.call, window.engine()
    engine.suspend()
    asked = [call(Verbs.item, "nothing"), call(Organising.rate, ("nothing",), 4.0)]
    engine.kill()
    for future in asked:
        with pytest.raises(UserError, match=r"^No item “nothing”"):
            future.result(SECONDS)


def test_when_no_other_engine_can_be_started_who_waits_is_told(
    window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> "subprocess.Popen[bytes]":
        raise OSError(errno.ENOMEM, os.strerror(errno.ENOMEM))

    engine = window.engine()
    engine.suspend()
    asked = window.client.call(Verbs.status)
    monkeypatch.setattr("mediadesk.engine.client.launch", fail)
    engine.kill()
    with pytest.raises(UserError, match=r"can't be started again \(Cannot allocate memory\)"):
        asked.result(SECONDS)
    with pytest.raises(UserError, match="can't be started again"):
        window.client.call(Verbs.status).result(SECONDS)
    assert window.restarts == 0


def test_who_wants_another_engine_gets_it_though_this_one_hangs_or_is_told_that_none_comes(
    window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> "subprocess.Popen[bytes]":
        raise OSError(errno.ENOMEM, os.strerror(errno.ENOMEM))

    monkeypatch.setattr("mediadesk.engine.client._CLOSING_SECONDS", 0.2)
    window.engine().suspend()
    window.client.restart().result(SECONDS)
    assert window.restarts == 1
    monkeypatch.setattr("mediadesk.engine.client.launch", fail)
    for _ in range(2):
        with pytest.raises(UserError, match="can't be started again"):
            window.client.restart().result(SECONDS)
    assert window.restarts == 1


def test_asking_waits_neither_for_an_engine_that_takes_nothing_in_nor_for_the_next_one(
    window: Window, media: Path
) -> None:
    one, *_ = _known(window, media)
    call, engine = window.client.call, window.engine()
    engine.suspend()
    asked: list[Future[Any]] = []

    def ask() -> None:  # far more than a pipe holds, either way
        asked.extend(call(Verbs.pictures, ("artwork/" + "0" * 100,)) for _ in range(3_000))
        asked.append(call(Organising.write_note, one, "x" * 90_000))

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(SECONDS / 2)
    is_free = not asking.is_alive()
    engine.kill()
    assert is_free
    for future in asked:
        future.result(SECONDS)
    assert len(_said(window, one)[1]) == 90_000


def test_what_kills_one_engine_after_the_other_is_given_up_and_said_to_be_unsure(
    window: Window, media: Path
) -> None:
    one, *_ = _known(window, media)
    window.engine().suspend()
    rated = window.client.call(Organising.rate, (one,), 4.0)
    for number in (1, 2):
        before = window.client._process
        before.kill()
        until(lambda number=number: window.restarts == number)
        if number == 1:
            os.kill(window.client._process.pid, signal.SIGSTOP)
    with pytest.raises(EngineGoneError, match="look whether it is done"):
        rated.result(SECONDS)


def test_an_engine_that_takes_over_in_private_mode_records_nothing_either(
    window: Window, media: Path
) -> None:
    one, *_ = _known(window, media)
    window.client.call(Profiles.be_private, on=True).result(SECONDS)
    window.client.private = True
    engine = window.engine()
    engine.suspend()
    rated = window.client.call(Organising.rate, (one,), 4.0)
    engine.kill()
    with pytest.raises(UserError, match="private mode"):
        rated.result(SECONDS)
    assert _events(window) == []


def _known(window: Window, media: Path) -> tuple[str, str, str]:
    """Three songs of a library that is read, in their order."""
    call = window.client.call
    call(Verbs.add_folder, str(media)).result(SECONDS)
    call(Verbs.analyze).result(SECONDS)
    until(lambda: call(Verbs.status).result(SECONDS).items == 6)
    call(Verbs.pause, paused=True).result(SECONDS)
    found = [call(Verbs.ids, text=f"Song {n}").result(SECONDS) for n in range(3)]
    return tuple(one for (one,) in found)  # type: ignore[return-value]


def _said(window: Window, item: str) -> tuple[float | None, str]:
    page = window.client.call(Verbs.item, item).result(SECONDS)
    return page.item.stars, page.note


def _events(window: Window) -> list[tuple[str, str]]:
    assert window.client._data_dir is not None
    path = window.client._data_dir / "library.db"
    with closing(sqlite3.connect(path)) as db:
        return db.execute("SELECT kind, item FROM event ORDER BY at, hlc").fetchall()


def _unheard(window: Window, ask: Callable[[], Future[Any]]) -> Future[Any]:
    """Ask for something that is done and whose answer is lost: its engine is killed over it."""
    engine, pipe = window.engine(), window.client._pipe
    receive, is_lost = pipe.recv, threading.Event()

    def lose() -> Any:  # noqa: ANN401 - whatever was sent
        message = receive()
        if message[0] is None or not is_lost.is_set():
            return message
        engine.kill()
        raise EOFError

    pipe.recv = lose  # type: ignore[method-assign]
    window.engine()  # from its answer on the reader goes by that
    is_lost.set()
    return ask()


def test_an_engine_killed_in_the_middle_of_analysis_leaves_no_workers_and_loses_nothing(
    window: Window, media: Path
) -> None:
    window.client.call(Verbs.add_folder, str(media)).result(SECONDS)
    window.client.call(Verbs.analyze).result(SECONDS)
    engine = window.engine()
    until(lambda: window.client.call(Verbs.status).result(SECONDS).items > 1)
    workers = engine.children(recursive=True)
    assert workers
    window.kill()
    _, alive = psutil.wait_procs(workers, timeout=10)
    assert not alive
    status = window.client.call(Verbs.analyze, wait=True).result(SECONDS)
    assert status.items == 6
    assert not status.problems
    assert all(work.done == 6 for work in status.work if work.extractor == "audio")


def test_an_engine_that_keeps_dying_is_given_up_in_a_sentence_and_calls_never_hang(
    window: Window,
) -> None:
    for n in range(1, 5):
        window.kill()
        until(lambda n=n: window.restarts == n)
    window.kill()
    for _ in range(2):
        with pytest.raises(UserError, match="keeps stopping"):
            window.client.call(Verbs.status).result(SECONDS)


def test_engines_that_died_long_ago_are_not_held_against_the_next(
    window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "_STARTS_SECONDS", 0.0)
    for n in range(1, 7):
        window.kill()
        until(lambda n=n: window.restarts == n)
    assert window.client.call(Verbs.status).result(SECONDS).items == 0


def test_closing_the_window_ends_the_engine_and_its_workers(
    open_window: Callable[..., Window], media: Path
) -> None:
    window = open_window()
    window.client.call(Verbs.add_folder, str(media)).result(SECONDS)
    window.client.call(Verbs.analyze).result(SECONDS)
    engine = window.engine()
    until(lambda: engine.children(recursive=True))
    processes = [engine, *engine.children(recursive=True)]
    window.client.close()
    _, alive = psutil.wait_procs(processes, timeout=10)
    assert not alive
    assert window.restarts == 0
    with pytest.raises(EngineGoneError):
        window.client.call(Verbs.status).result(SECONDS)


def test_an_engine_that_is_told_to_end_has_written_all_and_leaves_a_library_in_order(
    open_window: Callable[..., Window], media: Path, tmp_path: Path
) -> None:
    window = open_window()
    window.client.call(Verbs.add_folder, str(media)).result(SECONDS)
    window.client.call(Verbs.analyze).result(SECONDS)
    engine = window.engine()
    marks = list((tmp_path / "data").glob("library.db-open-*"))
    assert [mark.name.endswith(f"-{engine.pid}") for mark in marks] == [True]
    engine.send_signal(signal.SIGTERM)
    psutil.wait_procs([engine], timeout=SECONDS)
    until(lambda: not marks[0].exists())


def test_what_waits_when_the_window_closes_is_told(window: Window, media: Path) -> None:
    window.client.call(Verbs.add_folder, str(media)).result(SECONDS)
    window.client.call(Verbs.pause, paused=True).result(SECONDS)
    waiting = window.client.call(Verbs.analyze, wait=True)
    window.client.call(Verbs.status).result(SECONDS)
    window.client.close()
    with pytest.raises(EngineGoneError):
        waiting.result(SECONDS)


def test_what_a_person_did_right_before_the_window_closes_is_done(
    open_window: Callable[..., Window], media: Path
) -> None:
    window = open_window()
    window.client.call(Verbs.add_folder, str(media)).result(SECONDS)
    window.client.call(Verbs.analyze, wait=True).result(SECONDS)
    one = window.client.call(Verbs.ids, text="Song 3").result(SECONDS)
    window.client.close()
    hurried = open_window().client
    for _ in range(5):  # more than are answered at a time; all wait for the engine to open
        hurried.call(Verbs.status)
    hurried.call(Organising.rate, one, 4.0)
    hurried.close()
    assert open_window().client.call(Verbs.item, one[0]).result(SECONDS).item.stars == 4.0


def test_folders_added_and_taken_out_behind_long_work_are_so_though_the_window_closes(
    open_window: Callable[..., Window], media: Path, tmp_path: Path
) -> None:
    other, third = tmp_path / "other", tmp_path / "third"
    for folder in (other, third):
        folder.mkdir()
    call = (window := open_window()).client.call
    for folder in (media, other):
        call(Verbs.add_folder, str(folder)).result(SECONDS)
    call(Verbs.pause, paused=True).result(SECONDS)
    call(Verbs.analyze, wait=True)  # goes on for as long as the window is open
    added = call(Verbs.add_folder, str(third)).result(SECONDS)
    assert str(third) in {folder.path for folder in added.folders}, "it is told at once"
    call(Verbs.remove_folder, str(media))
    window.client.close()
    left = open_window().client.call(Verbs.status).result(SECONDS)
    assert [folder.path for folder in left.folders] == [str(other), str(third)]


def test_a_library_that_can_not_be_opened_answers_every_call_with_its_sentence(
    tmp_path: Path, open_window: Callable[..., Window]
) -> None:
    data = tmp_path / "bad"
    data.mkdir()
    (data / "library.db").write_bytes(b"This is no database, it is a poem." * 200)
    window = open_window(data)
    for _ in range(2):
        with pytest.raises(UserError, match="is damaged"):
            window.client.call(Verbs.status).result(SECONDS)
    process = psutil.Process(window.client._process.pid)
    window.client.close()
    assert not process.is_running()
    assert window.client._process.returncode == 0
    assert window.restarts == 0


def test_a_damaged_library_is_restored_from_the_window(
    open_window: Callable[..., Window], tmp_path: Path, media: Path
) -> None:
    window = open_window()
    call = window.client.call
    call(Verbs.add_folder, str(media)).result(SECONDS)
    call(Verbs.backup).result(SECONDS)
    window.client.close()
    library = tmp_path / "data" / "library.db"
    library.write_bytes(b"no database at all" * 1000)
    broken = open_window()
    with pytest.raises(UserError, match=r"library\.db"):
        broken.client.call(Verbs.status).result(SECONDS)
    [backup] = broken.client.call(Verbs.backups).result(SECONDS).kept
    with pytest.raises(UserError, match="nothing"):
        broken.client.call(Verbs.restore, str(tmp_path / "nothing")).result(SECONDS)
    broken.client.call(Verbs.restore, backup.path).result(SECONDS)
    broken.client.restart()
    until(lambda: broken.restarts == 1)
    assert [one.path for one in broken.client.call(Verbs.status).result(SECONDS).folders] == [
        str(media)
    ]


def test_the_engine_and_its_workers_end_when_the_window_is_killed(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, media: Path
) -> None:
    places = library_factory.places(tmp_path / "data", tmp_path_factory.getbasetemp())
    script = tmp_path / "window.py"
    script.write_text(
        "import sys\n"
        "from pathlib import Path\n"
        "from mediadesk.engine.client import Client\n"
        "from mediadesk.engine.messages import Verbs\n"
        "if __name__ == '__main__':\n"
        "    client = Client(Path(sys.argv[1]), on_change=print, on_restart=print)\n"
        "    client.call(Verbs.add_folder, sys.argv[2]).result()\n"
        "    client.call(Verbs.analyze).result()\n"
        "    input()\n"
    )
    window = subprocess.Popen(
        [sys.executable, str(script), str(places.data), str(media)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    with window:
        seen = psutil.Process(window.pid)

        def workers() -> list[psutil.Process]:
            names = [c for c in seen.children(recursive=True) if c.parent() != seen]
            return [c for c in names if "spawn_main" in " ".join(c.cmdline())]

        until(workers)
        everyone = seen.children(recursive=True)
        assert len(everyone) >= 2
        window.send_signal(signal.SIGKILL)
    _, alive = psutil.wait_procs(everyone, timeout=15)
    assert not alive


def test_damage_that_is_met_while_the_library_is_used_is_told(
    open_window: Callable[..., Window], tmp_path: Path
) -> None:
    Store(tmp_path / "data" / "library.db").close()
    library_factory.damage_table(tmp_path / "data" / "library.db", "change")
    window = open_window()
    with pytest.raises(UserError, match=r"is damaged .*: restore"):
        window.client.call(Organising.changes).result(SECONDS)
