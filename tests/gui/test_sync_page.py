"""Devices are brought to share, looked at and synced by keyboard and mouse; the key is no show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pytest
from command import Inside
from gui.fake_client import FakeClient
from gui.fake_sync import KEY, QR, FakeSync
from gui.names import nameless
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from mediadesk import app
from mediadesk.api import UserError
from mediadesk.engine.messages import SyncStatus
from mediadesk.ui.dialogs.device import RenameSheet, RevokeSheet
from mediadesk.ui.dialogs.join import JoinSheet
from mediadesk.ui.pages.sync import SyncPage
from mediadesk.ui.widgets.sync_device import DeviceRow
from mediadesk.ui.widgets.table import TextTable
from mediadesk.ui.window import Window

Show = Callable[[FakeClient], Window]
LONG = 20_000
ALONE = SyncStatus(folder="", encrypted=False, synced_at=None, devices=(), problems=())


@pytest.fixture
def client() -> FakeClient:
    return FakeClient()


@pytest.fixture
def window(show: Show, client: FakeClient, application: QApplication) -> Window:
    made = show(client)
    made.go("sync")
    app.settle(application, made)
    return made


@pytest.fixture
def page(window: Window) -> SyncPage:
    return window.sync


@pytest.fixture
def fresh(client: FakeClient, window: Window, application: QApplication) -> SyncPage:
    """The page of a device that shares nothing yet."""
    client.syncing_now = ALONE
    window.sync.enter()
    app.settle(application, window)
    return window.sync


def asked(client: FakeClient, verb: str) -> list[dict[str, object]]:
    return [more for name, _, more in client.calls if name == verb]


def said(part: QWidget) -> str:
    return "\n".join(one.accessibleName() or one.text() for one in part.findChildren(QLabel)
                     if one.isVisible())  # fmt: skip


def table(page: SyncPage) -> list[list[str]]:
    model = page.findChild(TextTable).model()
    across = range(model.columnCount())
    return [[str(model.index(y, x).data()) for x in across] for y in range(model.rowCount())]


def sheet() -> JoinSheet:
    found = QApplication.activeModalWidget()
    assert isinstance(found, JoinSheet)
    return found


def test_a_first_device_names_a_folder_and_is_shown_the_key_that_encrypts(
    fresh: SyncPage, client: FakeClient, qtbot: QtBot
) -> None:
    start = fresh.start
    assert start.encrypt.isChecked()
    assert not fresh.run.isVisible()
    QTest.keyClick(start.share, Qt.Key.Key_Return)
    assert "No folder is named" in start.trouble.text()
    QTest.keyClicks(start.typed, "/nowhere")
    assert start.trouble.isHidden()
    QTest.keyClick(start.typed, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "is no folder" in start.trouble.text())
    assert start.typed.text() == "/nowhere", "it can be mended"
    start.typed.setText("/shared")
    QTest.mouseClick(start.share, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(fresh.key.code.isVisible)
    assert asked(client, "setup")[-1] == {"encrypt": True}
    assert not start.isVisible()
    assert "/shared" in said(fresh.run)
    assert "Not synced yet" in said(fresh.run)
    assert "No other device is known yet" in said(fresh)
    assert fresh.run.now.hasFocus()


def test_what_was_asked_before_sharing_began_does_not_take_it_back(
    fresh: SyncPage, client: FakeClient, application: QApplication, window: Window
) -> None:
    client.late = []
    fresh.enter()
    (stale,), client.late = client.late, None
    fresh.start.typed.setText("/shared")
    fresh.start.share.click()
    application.processEvents()
    assert fresh.run.isVisible()
    client.syncing_now = ALONE
    stale()
    app.settle(application, window)
    assert fresh.run.isVisible()


def test_who_encrypts_nothing_is_told_what_that_means_and_may_begin_to(
    fresh: SyncPage, client: FakeClient, qtbot: QtBot
) -> None:
    start = fresh.start
    QTest.keyClick(start.encrypt, Qt.Key.Key_Space)
    assert "Whoever gets at the folder can read" in said(start)
    start.typed.setText("/shared")
    QTest.keyClick(start.typed, Qt.Key.Key_Return)
    qtbot.waitUntil(fresh.key.encrypt.isVisible)
    assert asked(client, "setup")[-1] == {"encrypt": False}
    assert not fresh.key.reveal.isVisible()
    assert not asked(client, "key")
    fresh.key.encrypt.click()
    qtbot.waitUntil(fresh.key.code.isVisible)
    assert not fresh.key.encrypt.isVisible()


def test_a_wrong_key_is_told_in_its_dialog_and_a_right_one_leaves_nothing_to_encrypt(
    fresh: SyncPage, client: FakeClient, qtbot: QtBot
) -> None:
    QTest.keyClick(fresh.start.join, Qt.Key.Key_Return)
    dialog = sheet()
    assert nameless(dialog) == []
    qtbot.waitUntil(dialog.key.hasFocus)
    QTest.keyClicks(dialog.key, "AGE")
    QTest.keyClick(dialog.key, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "as “Show key” shows it" in dialog.trouble.text())
    dialog.key.setText(KEY)
    QTest.keyClick(dialog.key, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not fresh.start.encrypt.isVisible())
    assert "This device has a key" in said(fresh.start)
    assert fresh.start.isVisible(), "the folder is still to be named"
    fresh.start.typed.setText("/shared")
    fresh.start.share.click()
    qtbot.waitUntil(fresh.run.isVisible)
    assert not asked(client, "key"), "who took a key need not be shown it"


def test_the_settings_and_two_keys_lead_there(window: Window, page: SyncPage) -> None:
    window.go("settings")
    go = next(one for one in window.page.findChildren(QPushButton) if "in step" in one.text())
    QTest.keyClick(go, Qt.Key.Key_Return)
    assert window.page is page
    assert [name for name, one in window.rail.buttons.items() if one.isChecked()] == ["settings"]
    window.go("library")
    window.activateWindow()
    for key in (Qt.Key.Key_G, Qt.Key.Key_Y):
        QTest.keyClick(window, key)
    assert window.page is page


def test_each_device_says_what_is_known_of_it_and_what_is_wrong(page: SyncPage) -> None:
    first, second = page.findChildren(DeviceRow)
    assert said(first) == "Desk\nThis device · 3 edits"
    name, known, problem = said(second).splitlines()
    assert (name, known.split(" · ")[0]) == ("Laptop", "12 edits")
    assert "last heard of: 9 October 2025" in known
    assert problem.endswith("give its device this one with “Join with a key”.")
    assert page._others.text() == "“c.mdsync” is damaged: sync again there.", "each is told once"
    assert "Synced last: 9 October 2025" in said(page.run)
    assert "mediadesk sync run" in said(page.run)
    assert nameless(page) == []


def test_a_preview_is_a_table_and_a_sync_says_what_it_came_to(
    page: SyncPage, client: FakeClient, qtbot: QtBot
) -> None:
    changes = "It would change the tags of 1 thing."
    QTest.keyClick(page.run.preview, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: page.findChild(TextTable) is not None)
    assert asked(client, "run") == [{"preview": True}]
    assert table(page) == [
        ["Rain", "tags", "–", "calm", "Laptop"],
        ["Rain", "year", "1999", "–", "Laptop"],
    ]
    assert page.run.said.text().splitlines() == [
        f"2 edits would come from “Laptop” (Tagged “Rain”: calm). {changes}",
        "1 edit of this device would be laid into the folder.",
        "Nothing is changed yet.",
    ]
    assert "… and 1 more" in said(page.run)
    client.late = []
    QTest.mouseClick(page.run.now, Qt.MouseButton.LeftButton)
    page.run.now.click()
    page.run.preview.click()
    assert asked(client, "run")[1:] == [{}], "one at a time"
    assert page.run._busy.isVisible()
    late, client.late = client.late, None
    for answer in late:
        answer()
    done = "2 edits came from “Laptop”. 1 edit of this device was laid there."
    qtbot.waitUntil(lambda: page.run.said.text() == done)
    assert not page.run._busy.isVisible()
    qtbot.waitUntil(lambda: page.findChild(TextTable) is None)
    client.news = replace(FakeSync.news, received=(), given=0)
    page.run.now.click()
    qtbot.waitUntil(lambda: page.run.said.text() == "Everything is in step.")


def test_a_preview_or_a_sync_that_brings_nothing_but_a_known_problem_says_so(
    page: SyncPage, client: FakeClient, qtbot: QtBot
) -> None:
    standing = client.syncing_now.problems
    client.looked = replace(
        FakeSync.looked, received=(), given=0, problems=standing, differences=(), different=0
    )
    client.news = replace(FakeSync.news, received=(), given=0, problems=standing)
    page.run.preview.click()
    qtbot.waitUntil(lambda: "Nothing that can be read would change" in page.run.said.text())
    assert page.run.trouble.isHidden(), "it stands below already"
    page.run.now.click()
    qtbot.waitUntil(lambda: "Nothing came" in page.run.said.text())


def test_a_sync_that_fails_says_why_and_can_be_done_again(
    page: SyncPage, client: FakeClient, qtbot: QtBot
) -> None:
    client.error = UserError("The shared folder “/shared” can't be read: plug its drive in.")
    page.run.now.click()
    qtbot.waitUntil(lambda: "plug its drive in" in page.run.trouble.text())
    wrong = "The shared folder “/shared/in step” can't be read: plug its drive in."
    client.error = UserError(wrong)
    client.syncing_now = replace(client.syncing_now, problems=(wrong,))
    page.run.now.click()
    qtbot.waitUntil(lambda: "in step" in page.run.trouble.text())
    client.error = None
    page.enter()
    qtbot.waitUntil(page._others.isHidden)  # each is told once
    page.run.now.click()
    qtbot.waitUntil(lambda: "came from" in page.run.said.text())
    assert page.run.trouble.isHidden()


def test_the_key_is_seen_while_it_is_wanted_and_never_after_the_page_is_left(
    window: Window, page: SyncPage, client: FakeClient, qtbot: QtBot
) -> None:
    box = page.key
    assert not box.code.isVisible()
    QTest.keyClick(box.reveal, Qt.Key.Key_Return)
    qtbot.waitUntil(box.code.isVisible)
    assert box.text.toPlainText() == KEY
    QTest.keyClick(box.copy, Qt.Key.Key_Return)
    assert QApplication.clipboard().text() == KEY
    QTest.keyClick(box.reveal, Qt.Key.Key_Return)
    assert not box.code.isVisible()
    assert box.text.toPlainText() == ""
    box.reveal.click()
    qtbot.waitUntil(box.code.isVisible)
    window.go("settings")
    assert box.text.toPlainText() == ""
    window.go("sync")
    client.late = []
    box.reveal.click()
    window.go("settings")
    late, client.late = client.late, None
    for answer in late:
        answer()
    qtbot.wait(1)
    assert box.text.toPlainText() == "", "one that comes too late"


@pytest.mark.parametrize("look", ["light", "dark", "contrast"])
def test_the_code_is_black_on_white_in_every_look(
    page: SyncPage, window: Window, qtbot: QtBot, look: str
) -> None:
    window.desk.theme.choose(look)
    page.key.reveal.click()
    qtbot.waitUntil(page.key.code.isVisible)
    seen = page.key.code.grab().toImage()
    wide = seen.width() // len(QR)
    assert wide >= 4
    read = tuple(
        "".join(
            {"#000000": "1", "#ffffff": "0"}[
                seen.pixelColor(x * wide + wide // 2, y * wide + wide // 2).name()
            ]
            for x in range(len(QR))
        )
        for y in range(len(QR))
    )
    assert read == QR
    assert page.key.code.accessibleName() == "QR code of the key"
    window.desk.theme.choose("dark")


def test_a_device_is_renamed_in_a_dialog(page: SyncPage, client: FakeClient, qtbot: QtBot) -> None:
    first, _ = page.devices
    QTest.keyClick(first.rename, Qt.Key.Key_Return)
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, RenameSheet)
    assert nameless(dialog) == []
    qtbot.waitUntil(dialog.name.hasFocus)
    dialog.name.clear()
    QTest.keyClick(dialog.name, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "An empty name" in dialog.trouble.text())
    QTest.keyClicks(dialog.name, "Desktop")
    QTest.keyClick(dialog.name, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: said(first).startswith("Desktop"))
    assert client.syncing_now.devices[0].name == "Desktop"
    assert not first.turn.isVisible(), "a device can't revoke itself"


def test_a_lost_device_is_revoked_with_another_key_and_allowed_again(
    page: SyncPage, client: FakeClient, qtbot: QtBot
) -> None:
    _, lost = page.devices
    QTest.keyClick(lost.turn, Qt.Key.Key_Return)
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, RevokeSheet)
    assert nameless(dialog) == []
    qtbot.waitUntil(dialog.cancel.hasFocus)
    assert "It keeps the key" in said(dialog)
    QTest.keyClick(dialog.key, Qt.Key.Key_Space)
    assert "until you join each with the new key" in said(dialog)
    QTest.keyClick(dialog.agree, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "revoked" in said(lost))
    assert asked(client, "revoke") == [{"new_key": True}]
    qtbot.waitUntil(page.key.code.isVisible)
    assert lost.turn.accessibleName() == "Allow again “Laptop”"
    QTest.keyClick(lost.turn, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "revoked" not in said(lost))


def test_the_last_sync_is_taken_back_and_that_is_told(
    window: Window, page: SyncPage, client: FakeClient, qtbot: QtBot
) -> None:
    assert "Last came 2 edits of “Laptop”: 9 October 2025" in said(page.run)
    QTest.keyClick(page.run.undo, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not page.run.undo.isVisible())
    assert "Undone: 2 edits of “Laptop”" in window.toast.sentence
    assert len(asked(client, "undo")) == 1


def test_another_key_is_made_only_when_that_is_meant(
    page: SyncPage, client: FakeClient, qtbot: QtBot
) -> None:
    for wanted, made in (("Cancel", []), ("Make another key", [{"new": True}])):
        page.key.anew.click()
        box = page.findChild(QMessageBox)
        assert "until you join each of them" in box.informativeText()
        next(one for one in box.findChildren(QPushButton) if one.text() == wanted).click()
        qtbot.waitUntil(lambda: page.findChild(QMessageBox) is None)
        qtbot.waitUntil(lambda made=made: asked(client, "key") == made)
    qtbot.waitUntil(page.key.code.isVisible)


def test_sharing_ends_only_when_that_is_meant(
    page: SyncPage, client: FakeClient, qtbot: QtBot
) -> None:
    for wanted, folder in (("Go on sharing", "/shared/in step"), ("Stop sharing", "")):
        page.run.end.click()
        box = page.findChild(QMessageBox)
        next(one for one in box.findChildren(QPushButton) if one.text() == wanted).click()
        qtbot.waitUntil(lambda: page.findChild(QMessageBox) is None)
        qtbot.waitUntil(lambda folder=folder: client.syncing_now.folder == folder)
    qtbot.waitUntil(page.start.isVisible)


def test_a_device_joins_with_a_key_and_takes_over_what_another_said(
    application: QApplication,
    open_window: Callable[[Path], Window],
    tmp_path: Path,
    qtbot: QtBot,
) -> None:
    shared, laptop = tmp_path / "shared", Inside(tmp_path / "laptop")
    shared.mkdir()
    with patch("mediadesk.store.oplog.platform.node", return_value="Anna’s laptop"):
        laptop.text("collection", "new", "For the train")
        laptop.text("sync", "setup", str(shared), "--encrypt")
        laptop.text("sync", "run")
    window = open_window(tmp_path / "desk")
    window.go("sync")
    page = window.sync
    app.settle(application, window)
    page.start.typed.setText(str(shared))
    page.start.share.click()
    qtbot.waitUntil(lambda: "lacks the key" in page.start.trouble.text(), timeout=LONG)
    assert "with “Join with a key”, as “Show key” shows it" in page.start.trouble.text()
    page.start.join.click()
    dialog = sheet()
    dialog.key.setText(laptop.json("sync", "key")["text"])
    dialog.agree.click()
    qtbot.waitUntil(lambda: not page.start.encrypt.isVisible(), timeout=LONG)
    page.start.share.click()
    qtbot.waitUntil(page.run.isVisible, timeout=LONG)
    qtbot.waitUntil(
        lambda: [said(each)[:13] for each in page.devices][1:] == ["Anna’s laptop"], timeout=LONG
    )
    assert "Last came 2 edits of “Anna’s laptop”" in said(page.run)
    page.run.now.click()
    qtbot.waitUntil(lambda: page.run.said.text() == "Everything is in step.", timeout=LONG)
    qtbot.waitUntil(lambda: "Synced last: Today" in said(page.run), timeout=LONG)
    page.run.undo.click()
    qtbot.waitUntil(lambda: not page.run.undo.isVisible(), timeout=LONG)
    assert "Undone: 2 edits of “Anna’s laptop”" in window.toast.sentence
