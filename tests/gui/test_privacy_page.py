"""What leaves is listed, the network is switched, and a person is exported or erased."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from gui.fake_client import FakeClient
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from mediadesk.api import UserError
from mediadesk.ui.pages.privacy import ConnectionRow, PrivacyPage
from mediadesk.ui.widgets.controls import OneLine
from mediadesk.ui.window import Window

Show = Callable[[FakeClient], Window]


@pytest.fixture
def page(show: Show, qtbot: QtBot) -> tuple[PrivacyPage, FakeClient]:
    client = FakeClient()
    window = show(client)
    window.go("privacy")
    qtbot.waitUntil(lambda: window.privacy.people.first is not None)
    return window.privacy, client


def said(page: PrivacyPage) -> list[list[str]]:
    rows = page.findChildren(ConnectionRow)
    return [[cell.text() for cell in row.findChildren(OneLine)] for row in rows]


def test_each_connection_is_a_line_and_none_is_said_in_words(
    page: tuple[PrivacyPage, FakeClient], qtbot: QtBot
) -> None:
    shown, client = page
    assert [line[1:] for line in said(shown)] == [
        ["posters", "tracker.example.org", "Not announced, by its own code", "It was not let out"],
        ["posters", "pictures.example.org", "Pictures of films", "123 kB"],
    ]
    assert not shown._none.isVisible()
    client.ledger = ()
    shown.enter()
    qtbot.waitUntil(shown._none.isVisible)


def test_the_switch_says_what_it_does_and_stays_where_it_failed(
    page: tuple[PrivacyPage, FakeClient], qtbot: QtBot
) -> None:
    shown, client = page
    assert shown.network.isChecked()
    shown.take_keyboard()
    QTest.keyClick(shown.network, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: "for nobody" in shown._network.text())
    assert not client.network_on
    client.error = UserError("The settings can't be saved.")
    QTest.keyClick(shown.network, Qt.Key.Key_Space)
    client.error = None
    qtbot.waitUntil(shown.network.isChecked)
    shown.enter()
    qtbot.waitUntil(lambda: not shown.network.isChecked())


def test_a_person_is_erased_only_when_that_is_meant(
    page: tuple[PrivacyPage, FakeClient], qtbot: QtBot
) -> None:
    shown, client = page
    for wanted, erased in (("Keep", ()), ("Erase for ever", ("me",))):
        first = shown.people.first
        assert first is not None
        first.erase.click()
        box = shown.findChild(QMessageBox)
        assert "Export first" in box.informativeText()
        next(one for one in box.findChildren(QPushButton) if one.text() == wanted).click()
        qtbot.waitUntil(lambda: shown.findChild(QMessageBox) is None)
        assert client.erased == erased
    qtbot.waitUntil(lambda: "Other devices have it" in shown._said.text())
    assert "restart" in [name for name, _, _ in client.calls]


def test_an_export_tells_where_it_is_or_why_not(
    page: tuple[PrivacyPage, FakeClient], qtbot: QtBot
) -> None:
    shown, client = page
    shown.export("me", "/media/out")
    written = "4 rows were written to “/media/out/me.sqlite”."
    qtbot.waitUntil(lambda: shown._said.text() == written)
    client.error = UserError("“/media/out” is full.")
    shown.export("me", "/media/out")
    qtbot.waitUntil(lambda: "is full" in shown._said.text())
