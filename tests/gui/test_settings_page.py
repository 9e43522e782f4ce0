"""The Settings page: how each folder is told, what is left out of one, and the pace of work."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

import pytest
from gui.fake_client import FakeClient
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from mediadesk import app
from mediadesk.api import UserError
from mediadesk.engine.messages import BackupView, FolderView
from mediadesk.ui import words
from mediadesk.ui.dialogs.exclude import ExcludeDialog
from mediadesk.ui.pages.folders import FolderRow
from mediadesk.ui.window import Window

Key = Qt.Key
Show = Callable[[FakeClient], Window]
Opened = tuple[ExcludeDialog, FakeClient, Window]
FILMS = FolderView(path="/disk/films", files=8, available=True, excludes=("*.iso", "/Extras/"))


def row(window: Window) -> FolderRow:
    first = window.settings.folders.rows.first
    assert first is not None
    return first


def texts(widget: QWidget) -> list[str]:
    """What can be read; a text that was cut counts as a whole."""
    shown = [one for one in widget.findChildren(QLabel) if one.isVisible()]
    return [one.accessibleName() or one.text() for one in shown]


def opened(window: Window) -> ExcludeDialog:
    (dialog,) = [one for one in window.findChildren(ExcludeDialog) if one.isVisible()]
    return dialog


def press(widget: QWidget, key: Qt.Key) -> None:
    QTest.keyClick(widget.window().windowHandle(), key)
    QTest.qWait(20)


def is_gone(dialog: ExcludeDialog) -> bool:
    return not isValid(dialog) or dialog.isHidden()


def excluded(client: FakeClient) -> list[tuple[object, ...]]:
    return [args for verb, args, _ in client.calls if verb == "exclude"]


def question(dialog: ExcludeDialog) -> QMessageBox:
    (asked,) = [one for one in dialog.findChildren(QMessageBox) if one.isVisible()]
    return asked


@pytest.fixture
def settings(application: QApplication, show: Show) -> tuple[Window, FakeClient]:
    client = FakeClient(folders=[FILMS])
    window = show(client)
    window.activateWindow()
    assert QTest.qWaitForWindowActive(window)
    window.go("settings")
    app.settle(application, window)
    return window, client


@pytest.fixture
def exclude(settings: tuple[Window, FakeClient], qtbot: QtBot) -> Opened:
    window, client = settings
    row(window).leave_out.setFocus()
    press(window, Key.Key_Return)
    dialog = opened(window)
    qtbot.waitUntil(dialog.field.hasFocus)
    return dialog, client, window


def test_a_switch_whose_setting_is_refused_shows_what_is_set(
    settings: tuple[Window, FakeClient], qtbot: QtBot
) -> None:
    window, client = settings
    before = window.settings.gentle.isChecked()
    client.late = []
    window.settings.gentle.click()
    assert window.settings.gentle.isChecked() is not before
    late, client.late = client.late, None
    client.error = UserError("The disk is full: free some space.")
    for answer in late:
        answer()
    client.error = None
    qtbot.waitUntil(lambda: window.settings.gentle.isChecked() is before)


def test_a_look_that_is_refused_is_taken_back(
    settings: tuple[Window, FakeClient], qtbot: QtBot
) -> None:
    window, client = settings
    before = window.desk.theme.choice
    client.error = UserError("“kid” has limits, and this is the same on all devices.")
    window.settings._looks["contrast" if before != "contrast" else "dark"].click()
    qtbot.waitUntil(window.message.isVisible)
    assert window.desk.theme.choice == before
    assert window.settings._looks[before].isChecked()


def test_a_look_for_all_devices_is_said_and_one_from_elsewhere_is_taken(
    settings: tuple[Window, FakeClient], qtbot: QtBot
) -> None:
    window, client = settings
    chips = window.settings.common
    assert not any(chip.isChecked() for chip in chips.values())
    chips["theme"].click()
    assert client.on_all_devices["theme"]
    assert window.desk.theme.choice != "light"
    client.theme("light")
    client.desktop(keys={"mute": ["Ctrl+Shift+Q"]})
    client.on_all_devices = {**client.on_all_devices, "keys": True}
    window.desk.changed.emit(frozenset({"settings"}))
    qtbot.waitUntil(lambda: window.desk.theme.choice == "light")
    qtbot.waitUntil(chips["keys"].isChecked)
    assert window.desk.keys.of("mute") == ("Ctrl+Shift+Q",)


def test_what_is_typed_while_a_folder_is_added_stays(
    settings: tuple[Window, FakeClient], qtbot: QtBot
) -> None:
    window, client = settings
    typed = window.settings.folders.typed
    client.late = []
    typed.setText("/disk/series")
    QTest.keyClick(typed, Key.Key_Return)
    typed.setText("/disk/mus")
    late, client.late = client.late, None
    for answer in late:
        answer()
    qtbot.waitUntil(lambda: "/disk/series" in texts(window.settings))
    assert typed.text() == "/disk/mus"


def test_nothing_is_told_of_the_folders_before_they_are_known(show: Show) -> None:
    client = FakeClient(folders=[FILMS])
    window = show(client)
    client.late = []
    window.go("settings")
    assert "No folder yet." not in texts(window.settings)
    client.late = None
    client.folders = ()
    window.settings.refresh(frozenset({"status"}))
    QTest.qWait(20)
    assert "No folder yet." in texts(window.settings)


def test_what_is_wrong_with_a_path_is_told_beside_it_until_it_is_mended(
    settings: tuple[Window, FakeClient], qtbot: QtBot
) -> None:
    window, client = settings
    typed = window.settings.folders.typed
    wrong = "“/dsk” is no folder that can be read: check its name and drive."

    def add(path: str) -> None:
        typed.setText(path)
        QTest.keyClick(typed, Key.Key_Return)

    client.error = UserError(wrong)
    add("/dsk")
    qtbot.waitUntil(lambda: wrong in texts(window.settings.folders))
    assert not window.message.isVisible(), "it is told once"
    assert typed.text() == "/dsk"
    QTest.keyClick(typed, Key.Key_Backspace)
    assert wrong not in texts(window.settings.folders), "what is being mended is not blamed"
    add("/dsk")
    qtbot.waitUntil(lambda: wrong in texts(window.settings.folders))
    client.error = None
    add("/disk/series")
    qtbot.waitUntil(lambda: "/disk/series" in texts(window.settings.folders))
    assert wrong not in texts(window.settings.folders)


def test_why_there_is_no_backup_is_told_beside_it_until_there_is_one(
    settings: tuple[Window, FakeClient], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, client = settings
    full = "The disk of “/data/backups” is full: free some space."

    def refuse() -> None:
        raise UserError(full)

    with monkeypatch.context() as refusing:
        refusing.setattr(client, "backup", refuse)
        window.settings.backups.now.click()
        qtbot.waitUntil(lambda: full in texts(window.settings.backups))
    assert not window.message.isVisible(), "it is told once"
    window.settings.backups.now.click()
    qtbot.waitUntil(lambda: full not in texts(window.settings.backups))


def test_a_backup_that_no_engine_came_to_restore_waits_for_the_next_start(
    settings: tuple[Window, FakeClient], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, client = settings
    box, gone = window.settings.backups, "The engine can't be started again."

    def restart() -> Future[None]:
        there: Future[None] = Future()
        there.set_exception(UserError(gone))
        return there

    monkeypatch.setattr(client, "restart", restart)
    monkeypatch.setattr(client, "restore", lambda _: None, raising=False)
    box.restore(BackupView(path="/data/backups/1.db", at=0.0, size_bytes=1))
    qtbot.waitUntil(lambda: "at the next start" in " ".join(texts(box)))
    assert gone in texts(window.message)
    box.now.click()
    qtbot.waitUntil(lambda: "The five newest" in " ".join(texts(box)))


def test_patterns_are_added_and_saved_by_keyboard(exclude: Opened, qtbot: QtBot) -> None:
    dialog, client, window = exclude
    toasts: list[str] = []
    window.desk.toasted.connect(lambda told, _: toasts.append(told))
    assert dialog.field.toPlainText() == "*.iso\n/Extras/"
    press(dialog, Key.Key_Return)
    QTest.keyClicks(dialog.field, " Trailers/ ")
    press(dialog, Key.Key_Return)
    assert not excluded(client), "Enter begins a line"
    # Not to the window: QTest would let go of Ctrl on one that is deleted by then.
    QTest.keyClick(dialog.field, Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: is_gone(dialog))
    assert excluded(client) == [("/disk/films", ("*.iso", "/Extras/", "Trailers/"))]
    assert [told for told in toasts if "“films”" in told and "looked through now" in told]
    told = "3 patterns leave files out: *.iso, /Extras/, Trailers/"
    qtbot.waitUntil(lambda: told in texts(row(window)))
    row(window).leave_out.click()
    assert opened(window).patterns == ("*.iso", "/Extras/", "Trailers/")
    opened(window).reject()


def test_what_is_no_pattern_is_told_and_the_typing_stays(exclude: Opened, qtbot: QtBot) -> None:
    dialog, client, _ = exclude
    press(dialog, Key.Key_Return)
    QTest.keyClicks(dialog.field, "!")
    dialog.agree.click()
    qtbot.waitUntil(dialog.trouble.isVisible)
    assert dialog.trouble.accessibleName().startswith("“!” is no pattern")
    assert dialog.field.toPlainText() == "*.iso\n/Extras/\n!"
    qtbot.waitUntil(dialog.field.hasFocus)
    press(dialog, Key.Key_Backspace)
    assert dialog.field.toPlainText() == "*.iso\n/Extras/\n", "it can be mended"
    assert not dialog.trouble.isVisible(), "what is being mended is not blamed"
    assert client.folders == (FILMS,)
    press(dialog, Key.Key_Escape)  # an empty line is nothing to lose
    assert is_gone(dialog)


def test_escape_asks_where_typing_would_be_lost(exclude: Opened) -> None:
    dialog, client, _ = exclude
    QTest.keyClicks(dialog.field, "x")
    press(dialog, Key.Key_Escape)
    press(question(dialog), Key.Key_Escape)  # no: go on editing
    assert not is_gone(dialog)
    assert dialog.patterns == ("*.iso", "/Extras/x")
    press(dialog, Key.Key_Escape)
    asked = question(dialog)
    leave = next(one for one in asked.findChildren(QPushButton) if "Leave" in one.text())
    leave.setFocus()
    press(asked, Key.Key_Space)
    assert is_gone(dialog)
    assert not excluded(client)


def test_saving_what_was_not_changed_looks_through_nothing(exclude: Opened) -> None:
    dialog, client, _ = exclude
    dialog.agree.click()
    assert is_gone(dialog)
    assert not excluded(client)


def test_nothing_is_typed_while_it_saves(exclude: Opened, qtbot: QtBot) -> None:
    dialog, client, _ = exclude
    QTest.keyClicks(dialog.field, "x")
    client.late = []
    dialog.agree.click()
    QTest.keyClicks(dialog.field, "lost")
    assert dialog.patterns == ("*.iso", "/Extras/x")
    late, client.late = client.late, None
    late[0]()
    qtbot.waitUntil(lambda: is_gone(dialog))


def test_tab_goes_from_the_patterns_to_the_buttons(exclude: Opened) -> None:
    dialog, _, _ = exclude
    stops = []
    for _ in range(2):
        press(dialog, Key.Key_Tab)
        stops.append(dialog.focusWidget())
    assert stops == [dialog.cancel, dialog.agree]
    assert dialog.field.accessibleName() == "Patterns, one a line"


def test_a_row_tells_how_its_folder_is(
    application: QApplication, settings: tuple[Window, FakeClient]
) -> None:
    window, client = settings

    def told(**more: object) -> list[str]:
        client.folders = (replace(FILMS, **more),)  # type: ignore[arg-type]
        window.settings.refresh(frozenset({"status"}))
        app.settle(application, window)
        return texts(row(window))

    without = "2 patterns leave files out: *.iso, /Extras/"
    assert told() == ["/disk/films", without, "8 files"]
    assert told(excludes=()) == ["/disk/films", "8 files"]
    assert told(scanned=False, files=0, excludes=())[1] == "Being looked through …"
    away = "“/disk/films” may not be read: grant yourself access to it."
    assert told(available=False, problem=away, excludes=())[1:] == [
        f"{away} Its items stay in the library.",
        "Not available",
    ]
    assert told(available=False, problem=away, scanned=False, files=0)[2:] == [
        away,
        "Not available",
    ]


def test_gentle_work_is_turned_off_by_keyboard(
    application: QApplication, settings: tuple[Window, FakeClient]
) -> None:
    window, client = settings
    assert window.settings.gentle.isChecked()
    window.settings.gentle.setFocus()
    press(window, Key.Key_Space)
    assert not client.gentle_on_battery
    window.go("library")
    window.go("settings")
    app.settle(application, window)
    assert not window.settings.gentle.isChecked()


def test_tab_goes_through_the_row_before_the_line_below(
    settings: tuple[Window, FakeClient],
) -> None:
    window, _ = settings
    row(window).leave_out.setFocus()
    stops = []
    for _ in range(2):
        press(window, Key.Key_Tab)
        stops.append(window.focusWidget())
    assert stops == [row(window).remove, window.settings.folders.typed]


@pytest.mark.parametrize(
    ("patterns", "told"),
    [
        ((), ""),
        (("# a remark",), ""),
        (("*.iso", "# a remark"), "1 pattern leaves files out: *.iso"),
        (("*.iso", "!good.iso"), "2 patterns leave files out: *.iso, !good.iso"),
    ],
)
def test_patterns_in_words(patterns: tuple[str, ...], told: str) -> None:
    assert words.without(patterns) == told


@pytest.mark.parametrize(
    ("path", "name"),
    [("/disk/films", "films"), ("/disk/films/", "films"), ("/", "/"), ("D:\\Films", "Films")],
)
def test_a_folder_is_called_by_its_last_part(path: str, name: str) -> None:
    assert words.folder_name(replace(FILMS, path=path)) == name


def test_files_are_left_out_and_come_back(
    application: QApplication,
    open_window: Callable[[Path], Window],
    library: Path,
    qtbot: QtBot,
) -> None:
    window = open_window(library)
    window.go("settings")
    app.settle(application, window)
    whole = _files(window)
    assert "Being looked through …" not in texts(row(window))

    def save(patterns: str) -> ExcludeDialog:
        row(window).leave_out.click()
        dialog = opened(window)
        dialog.field.setPlainText(patterns)
        dialog.agree.click()
        return dialog

    dialog = save("*.mp3\n!")
    qtbot.waitUntil(lambda: "“!” is no pattern" in dialog.trouble.accessibleName(), timeout=20_000)
    dialog.field.setPlainText("*.flac\n*.opus")
    dialog.agree.click()
    qtbot.waitUntil(lambda: is_gone(dialog), timeout=20_000)
    told = "2 patterns leave files out: *.flac, *.opus"
    qtbot.waitUntil(lambda: told in texts(row(window)), timeout=20_000)
    qtbot.waitUntil(lambda: _files(window) == whole - 2, timeout=20_000)
    dialog = save("")
    qtbot.waitUntil(lambda: is_gone(dialog), timeout=20_000)
    qtbot.waitUntil(lambda: _files(window) == whole, timeout=20_000)
    assert told not in texts(row(window))


def _files(window: Window) -> int:
    (number,) = [one for one in texts(row(window)) if one.endswith(" files")]
    return int(number.removesuffix(" files"))
