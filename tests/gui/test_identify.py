"""The dialog that says what videos are, by keyboard and mouse, on a real library."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from gui.fake_client import FakeClient
from media_factory import clip, song
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QMenu
from pytestqt.qtbot import QtBot
from read_library import ReadLibrary
from shiboken6 import isValid

from mediadesk.engine.identifying import Identifying
from mediadesk.engine.messages import Change
from mediadesk.ui.dialogs.identify import IdentifyDialog, identify_items
from mediadesk.ui.subject import Subject
from mediadesk.ui.widgets.controls import Sentence
from mediadesk.ui.widgets.table import TextTable
from mediadesk.ui.window import Window

Show = Callable[[FakeClient], Window]
NAMES = ("Known/The Office (US) S01E01.mkv", "New/The.Office.US.S02E01.mkv",
         "New/The.Office.US.S02E02.mkv")  # fmt: skip


class Known(FakeClient):
    """Has a real library behind it for what this dialog asks."""

    def __init__(self, home: ReadLibrary) -> None:
        self.home = home
        self.paths = [home.root / name for name in NAMES]
        self.ids = [home.item(path).id for path in self.paths]
        real = Identifying(home.access, take_up=lambda _: None)
        self.candidates = real.candidates
        self.plan_identify = real.plan_identify
        self.identify = real.identify
        super().__init__(home.access.views(self.ids, profile=None))

    def series(self) -> list[str]:
        return [self.home.item(path).series for path in self.paths]


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Known]:
    home = ReadLibrary(tmp_path)
    for seed, name in enumerate(NAMES):
        path = home.root / name
        path.parent.mkdir(exist_ok=True)
        clip(path, seconds=1, seed=seed, size=(64, 36), audio=False)
    home.read()
    yield Known(home)
    home.store.close()


def opened(qtbot: QtBot, window: Window, ids: list[str]) -> IdentifyDialog:
    dialog = identify_items(window.desk, ids, window)
    qtbot.waitUntil(lambda: any(one.hasFocus() for one in dialog.group.buttons()))
    qtbot.waitUntil(lambda: shown(dialog) is not None)
    return dialog


def shown(dialog: IdentifyDialog) -> list[list[str]] | None:
    """What changes, as it is listed; None until it is."""
    tables = dialog.findChildren(TextTable)
    if not tables:
        return [] if dialog._changes.count() else None
    model = tables[-1].model()
    return [
        [str(model.index(line, at).data()) for at in range(model.columnCount())]
        for line in range(model.rowCount())
    ]


def checked(dialog: IdentifyDialog) -> QAbstractButton:
    button = dialog.group.checkedButton()
    assert button is not None
    return button


def press(dialog: IdentifyDialog, key: Qt.Key) -> None:
    QTest.keyClick(dialog.windowHandle(), key)
    QTest.qWait(20)


def test_a_candidate_is_chosen_by_keyboard_after_seeing_what_changes(
    show: Show, client: Known, qtbot: QtBot
) -> None:
    window = show(client)
    done: list[Change] = []
    window.desk.done.connect(done.append)
    dialog = opened(qtbot, window, client.ids[1:2])
    assert dialog.heading.text() == "What is “The Office US S02E01”?"
    assert "as it is now" in checked(dialog).text()
    assert shown(dialog) == []
    for _ in dialog.group.buttons():
        if dialog.work_chosen.series == "The Office (US)":
            break
        press(dialog, Qt.Key.Key_Down)
    assert "in the library, with 1 item" in checked(dialog).accessibleName()
    assert "1 more file" in dialog.others.text()
    press(dialog, Qt.Key.Key_Tab)
    focused = dialog.focusWidget()
    assert focused is not None
    assert dialog.fields.isAncestorOf(focused), "what is read next"
    press(dialog, Qt.Key.Key_Backtab)
    qtbot.waitUntil(lambda: bool(shown(dialog)))
    listed = shown(dialog)
    assert listed is not None
    assert [(line[0], line[1], line[3]) for line in listed] == [
        (path.name, field, value)
        for number, path in enumerate(client.paths[1:], start=1)
        for field, value in (
            ("Series", "The Office (US)"), ("Title", f"The Office (US) S02E0{number}"),
        )
    ]  # fmt: skip
    press(dialog, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not isValid(dialog) or dialog.isHidden())
    assert client.series() == ["The Office (US)"] * 3
    assert [change.items for change in done] == [2]


def test_something_else_is_written_into_the_fields(show: Show, client: Known, qtbot: QtBot) -> None:
    dialog = opened(qtbot, show(client), client.ids[1:2])
    dialog.fields.kind.setFocus()
    QTest.keyClick(dialog.fields.kind, Qt.Key.Key_Down)
    assert dialog.work_chosen.kind == "film"
    assert dialog.group.checkedButton() is None
    assert dialog.others.isHidden()
    title = dialog.fields.lines["title"]
    title.clear()
    qtbot.waitUntil(lambda: not dialog.agree.isEnabled())
    QTest.keyClicks(title, "Office")
    year = dialog.fields.lines["year"]
    QTest.keyClicks(year, "x")
    said = "The year is a whole number, such as 1999."
    assert [one.text() for one in dialog.fields.findChildren(Sentence) if one.isVisible()] == [said]
    QTest.keyClicks(year, "1999")
    assert not [one for one in dialog.fields.findChildren(Sentence) if one.isVisible()]
    assert dialog.work_chosen.year == 1999, "no letter is taken"
    qtbot.waitUntil(dialog.agree.isEnabled)
    QTest.mouseClick(dialog.agree, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: client.home.item(client.paths[1]).title == "Office")
    found = client.home.item(client.paths[1])
    assert (found.kind, found.year, found.series) == ("film", 1999, "")
    assert client.series()[2] == "The Office US"


def test_the_others_of_the_folder_can_be_left_out(show: Show, client: Known, qtbot: QtBot) -> None:
    dialog = opened(qtbot, show(client), client.ids[1:2])
    dialog.fields.lines["series"].setText("Other")
    QTest.mouseClick(dialog.others, Qt.MouseButton.LeftButton, pos=dialog.others.rect().center())
    if dialog.others.isChecked():  # its indicator is at the left
        dialog.others.click()
    qtbot.waitUntil(lambda: {line[0] for line in shown(dialog) or ()} == {client.paths[1].name})
    press(dialog, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: client.series()[1:] == ["Other", "The Office US"])


def test_many_are_of_one_series_and_keep_their_numbers(
    show: Show, client: Known, qtbot: QtBot
) -> None:
    dialog = opened(qtbot, show(client), client.ids)
    assert dialog.heading.text() == "What are these 3 videos?"
    for name in ("title", "season", "episode"):
        assert dialog.fields.lines[name].isHidden() or not dialog.fields.lines[name].isVisible()
    dialog.fields.lines["series"].setText("All")
    qtbot.waitUntil(lambda: len(shown(dialog) or ()) == 6)
    dialog.go_on()
    qtbot.waitUntil(lambda: client.series() == ["All"] * 3)
    assert [client.home.item(path).episode for path in client.paths] == [1, 1, 2]


def test_sound_is_refused_in_a_sentence(show: Show, client: Known, qtbot: QtBot) -> None:
    tune = song(client.home.root / "tune.mp3", title="Tune")
    client.home.read()
    window = show(client)
    dialog = identify_items(window.desk, [client.home.item(tune).id], window)
    qtbot.waitUntil(lambda: "is sound" in dialog.trouble.text())
    assert not dialog.fields.isVisible()
    assert not dialog.agree.isEnabled()


def test_it_opens_from_menus_keys_and_the_page_of_a_series(
    show: Show, client: Known, qtbot: QtBot
) -> None:
    window = show(client)

    def dialog() -> IdentifyDialog | None:
        found = window.findChildren(IdentifyDialog)
        return next((one for one in found if isValid(one) and one.isVisible()), None)

    def leave() -> None:
        now = dialog()
        assert now is not None
        now.reject()
        qtbot.waitUntil(lambda: dialog() is None)

    window.open_item(client.ids[1])
    page = window.page
    qtbot.waitUntil(lambda: page.acts.item is not None)  # type: ignore[attr-defined]
    menu: QMenu = page.acts.menu()  # type: ignore[attr-defined]
    next(one for one in menu.actions() if one.text() == "Identify…").trigger()
    qtbot.waitUntil(lambda: dialog() is not None)
    leave()
    window.shortcuts.run("identify")
    qtbot.waitUntil(lambda: dialog() is not None)
    leave()
    subject = Subject(kind="series", title="The Office US", line="", search="", sort="series")
    window.desk.group_opened.emit(subject.address)
    qtbot.waitUntil(lambda: hasattr(window.page, "subject_acts"))
    assert window.page.subject_acts.run("identify", subject)  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: dialog() is not None)
    leave()
