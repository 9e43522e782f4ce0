"""Answers come to the window's thread, once, in order of asking, and without leaking."""

import gc
import logging
import sys
import threading
from concurrent.futures import Future

import pytest
from gui.fake_client import FakeClient
from pytestqt.qtbot import QtBot

from mediadesk.api import UserError
from mediadesk.engine.messages import Changed, Status, Verbs
from mediadesk.ui.bridge import Bridge
from mediadesk.ui.desk import Desk
from mediadesk.ui.questions import Questions
from mediadesk.ui.theme import Theme


class SlowClient:
    """Keeps every future open until the test answers it."""

    def __init__(self) -> None:
        self.futures: list[Future[object]] = []

    def call(self, *_: object, **__: object) -> Future[object]:
        self.futures.append(Future())
        return self.futures[-1]


def test_a_closure_from_another_thread_runs_in_the_windows(qtbot: QtBot) -> None:
    bridge = Bridge(pytest.fail)
    ran: list[threading.Thread] = []
    other = threading.Thread(
        target=lambda: bridge.run(lambda: ran.append(threading.current_thread()))
    )
    other.start()
    other.join()
    qtbot.waitUntil(lambda: ran == [threading.main_thread()])


def test_of_one_verb_only_the_newest_answer_counts(qtbot: QtBot) -> None:
    client, bridge = SlowClient(), Bridge(pytest.fail)
    questions = Questions(client, bridge)  # type: ignore[arg-type]
    taken: list[object] = []
    questions.ask(taken.append, Verbs.ids, text="a")
    questions.ask(taken.append, Verbs.ids, text="ab")
    questions.ask(taken.append, Verbs.status)
    assert bridge.waiting == 3
    for future, answer in zip(client.futures, ("old", "new", "status"), strict=True):
        future.set_result(answer)
    qtbot.waitUntil(lambda: bridge.waiting == 0)
    assert taken == ["new", "status"]


def test_an_error_is_told_even_when_its_answer_is_stale(qtbot: QtBot) -> None:
    told: list[BaseException] = []
    client, bridge = SlowClient(), Bridge(told.append)
    questions = Questions(client, bridge)  # type: ignore[arg-type]
    questions.ask(pytest.fail, Verbs.status)
    questions.ask(lambda _: None, Verbs.status)
    client.futures[0].set_exception(UserError("The disk is full."))
    client.futures[1].set_result(None)
    qtbot.waitUntil(lambda: bridge.waiting == 0)
    assert [str(error) for error in told] == ["The disk is full."]


def test_a_closed_bridge_delivers_nothing(qtbot: QtBot) -> None:
    client, bridge = SlowClient(), Bridge(pytest.fail)
    Questions(client, bridge).ask(pytest.fail, Verbs.status)  # type: ignore[arg-type]
    bridge.close()
    client.futures[0].set_result(None)
    qtbot.wait(20)
    assert bridge.waiting == 1


def test_two_thousand_emits_leave_the_counts_of_true_and_none_alone(qtbot: QtBot) -> None:
    """PySide6 6.12 on Python 3.11 loses a reference at each, and the interpreter aborts."""
    bridge = Bridge(pytest.fail)
    ran: list[int] = []
    gc.collect()
    before = sys.getrefcount(True), sys.getrefcount(None)
    for number in range(2000):
        bridge.run(lambda number=number: ran.append(number))  # type: ignore[misc]
    qtbot.waitUntil(lambda: len(ran) == 2000)
    ran.clear()
    gc.collect()
    after = sys.getrefcount(True), sys.getrefcount(None)
    assert abs(after[0] - before[0]) < 50
    assert abs(after[1] - before[1]) < 50


def test_a_users_error_is_a_sentence_and_a_bug_is_reported(
    qtbot: QtBot, theme: Theme, caplog: pytest.LogCaptureFixture
) -> None:
    desk, client = Desk(theme), FakeClient()
    desk.connect_engine(client)  # type: ignore[arg-type]
    told: list[tuple[str, bool]] = []
    desk.told.connect(lambda sentence, bug: told.append((sentence, bug)))
    client.error = UserError("“/x” is gone: reconnect its drive.")
    desk.questions.ask(pytest.fail, Verbs.status)
    client.error = ZeroDivisionError("oh")
    with caplog.at_level(logging.ERROR):
        desk.questions.ask(pytest.fail, Verbs.status)
        qtbot.waitUntil(lambda: len(told) == 2)
    assert told[0] == ("“/x” is gone: reconnect its drive.", False)
    assert "ZeroDivisionError" in told[1][0]
    assert told[1][1]
    assert any(record.exc_info for record in caplog.records)


def test_many_changes_are_told_at_most_twice_a_second(qtbot: QtBot, theme: Theme) -> None:
    desk = Desk(theme)
    desk.connect_engine(FakeClient())  # type: ignore[arg-type]
    heard: list[frozenset[str]] = []
    desk.changed.connect(heard.append)
    for what in ("items", "features", "status") * 20:
        desk.on_change(Changed(what=frozenset({what})))
    qtbot.waitUntil(lambda: heard != [], timeout=2000)
    qtbot.wait(700)
    assert heard == [frozenset({"items", "features", "status"})]


def test_questions_of_two_pages_do_not_overtake_each_other(qtbot: QtBot, theme: Theme) -> None:
    desk = Desk(theme)
    desk.connect_engine(FakeClient())  # type: ignore[arg-type]
    first: list[Status] = []
    second: list[Status] = []
    one, other = desk.ask_anew(), desk.ask_anew()
    one.ask(first.append, Verbs.status)
    other.ask(second.append, Verbs.status)
    qtbot.waitUntil(lambda: bool(first and second))
