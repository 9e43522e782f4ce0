"""What was learnt is shown line by line, and each line can be had otherwise by keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from gui.fake_client import FakeClient, item
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from mediadesk.api import UserError
from mediadesk.engine.messages import (
    Change,
    LeaningView,
    LedgerView,
    OpinionView,
    Source,
)
from mediadesk.ui.pages.ledger import LedgerPage
from mediadesk.ui.widgets.ledger_rows import sentence
from mediadesk.ui.window import Window

Show = Callable[[FakeClient], Window]


class Client(FakeClient):
    """A ledger that keeps what is said to it."""

    def __init__(self) -> None:
        super().__init__([item(n) for n in range(3)])
        like = Source(id="d:1", kind="like", at=1.0, value=0.0, weight=1.0)
        self.opinions = (OpinionView(item=item(0), value=1.0, sources=(like,)),)
        self.weights = {"calm": -1.0}
        self.tags: dict[str, int] = {}

    def listed(self) -> LedgerView:
        return LedgerView(
            profile="me",
            opinions=self.opinions,
            leanings=tuple(LeaningView(name=n, weight=w, items=2) for n, w in self.weights.items()),
            rankers={"taste": 1.5, "next": 0.5},
            tags=self.tags,
        )

    def lean(self, name: str, weight: float) -> Change:
        self.weights = {**self.weights, name: weight} if weight else {}
        return Change(id="c1", at=1.0, says=f"{name} {weight:g}", items=1)

    def forget(self, source: str) -> Change:
        self.opinions = tuple(one for one in self.opinions if one.sources[0].id != source)
        return Change(id="c2", at=1.0, says="Forgot it", items=1)

    def forget_tag(self, tag: str) -> Change:
        del self.tags[tag]
        return Change(id="c3", at=1.0, says=f"Forgot {tag}", items=2)


@pytest.fixture
def page(show: Show, qtbot: QtBot) -> tuple[LedgerPage, Client]:
    client = Client()
    window = show(client)
    window.go("ledger")
    qtbot.waitUntil(lambda: window.ledger.opinions.rows.first is not None)
    return window.ledger, client


def space(button: object) -> None:
    button.setFocus()  # type: ignore[attr-defined]
    QTest.keyClick(button, Qt.Key.Key_Space)


def test_that_nothing_was_learnt_is_told_once_it_is_known(show: Show, qtbot: QtBot) -> None:
    client = Client()
    client.opinions, client.weights = (), {}
    window = show(client)
    client.late = []
    window.go("ledger")
    assert not window.ledger.none.isVisible()
    late, client.late = client.late, None
    for answer in late:
        answer()
    qtbot.waitUntil(window.ledger.none.isVisible)


def test_what_is_refused_stands_in_its_field_again(
    page: tuple[LedgerPage, Client], qtbot: QtBot
) -> None:
    ledger, client = page
    client.late = []
    QTest.keyClicks(ledger.name, "horror")
    space(ledger.less)
    assert ledger.name.text() == ""
    client.error = UserError("The disk is full: free some space.")
    for answer in client.late:
        answer()
    qtbot.waitUntil(lambda: ledger.name.text() == "horror")


def test_more_and_less_are_said_and_changed_by_keyboard(
    page: tuple[LedgerPage, Client], qtbot: QtBot
) -> None:
    ledger, client = page
    QTest.keyClicks(ledger.name, "horror")
    space(ledger.less)
    qtbot.waitUntil(lambda: client.weights == {"calm": -1.0, "horror": -1.0})
    assert ledger.name.text() == ""
    space(ledger.leanings.first.less)
    qtbot.waitUntil(lambda: ledger.leanings.first._leaning.weight == -2.0)
    space(ledger.leanings.first.less)
    qtbot.waitUntil(lambda: client.weights["calm"] == -3.0)
    qtbot.waitUntil(lambda: not ledger.leanings.first.less.isEnabled())
    space(ledger.less)
    assert ledger.name.hasFocus(), "nothing is named yet"
    assert len(client.weights) == 2


def test_another_person_sees_nothing_of_it_before_their_own_is_there(
    page: tuple[LedgerPage, Client], qtbot: QtBot
) -> None:
    ledger, client = page
    client.late = []
    ledger.enter()  # its answer comes after all
    late = list(client.late)
    ledger.window().people.switched.emit()
    ledger.window().go("ledger")
    assert not ledger.less.isVisible()
    for answer in late:
        answer()
    qtbot.wait(0)
    assert not ledger.less.isVisible()
    for answer in client.late[len(late) :]:
        answer()
    client.late = None
    qtbot.waitUntil(ledger.less.isVisible)


def test_a_source_is_forgotten_and_what_is_left_is_shown(
    page: tuple[LedgerPage, Client], qtbot: QtBot
) -> None:
    ledger, client = page
    first = ledger.opinions.rows.first
    space(first.sources.first.forget)
    qtbot.waitUntil(lambda: ledger.opinions.rows.first is None)
    assert client.opinions == ()
    client.weights = {}
    ledger.enter()
    qtbot.waitUntil(ledger.none.isVisible)


def test_what_was_said_of_a_tag_is_told_and_forgotten(
    page: tuple[LedgerPage, Client], qtbot: QtBot
) -> None:
    ledger, client = page
    assert not ledger._taught.isVisible()
    client.tags = {"calm": 2, "loud": 1}
    client.opinions, client.weights = (), {}
    ledger.enter()
    qtbot.waitUntil(ledger._taught.isVisible)
    first = ledger.tags.rows.first
    assert first._says.text() == "“calm”: put on or taken from 2 items"
    space(first.forget)
    qtbot.waitUntil(lambda: ledger.tags.rows.first is not first)
    assert client.tags == {"loud": 1}
    ledger._desk.limit(limited=True)
    ledger.enter()
    qtbot.waitUntil(ledger.none.isVisible)


@pytest.mark.parametrize(
    ("kind", "value", "weight", "why", "says"),
    [
        ("rated", 0.8, 1.0, "", "You rated it 4 of 5, "),
        ("played", 0.3, 0.1, "it stood paused for 2 h", "; it counts 10%, because it stood paused"),
        ("less", 0.0, 1.0, "", "You asked for less like it, "),
    ],
)
def test_a_source_is_a_sentence(
    kind: str, value: float, weight: float, why: str, says: str
) -> None:
    source = Source(id="d:1", kind=kind, at=1.0, value=value, weight=weight, why=why)
    assert says in sentence(source)
