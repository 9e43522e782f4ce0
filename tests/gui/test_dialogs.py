"""Dialogs by keyboard: Enter agrees, Escape leaves and loses nothing unasked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from gui.fake_client import FakeClient, item
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QLabel,
    QLineEdit,
    QMessageBox,
    QPushButton,
    QRadioButton,
    QWidget,
)
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from mediadesk.api import UserError
from mediadesk.engine.fields import cleaned
from mediadesk.engine.messages import Change, Match, ProfileView, WritePlan, Written
from mediadesk.ui.dialogs.edit import EditDialog, edit_items
from mediadesk.ui.dialogs.limits import LimitsSheet
from mediadesk.ui.dialogs.pin import NewPinSheet
from mediadesk.ui.dialogs.profile import PersonSheet
from mediadesk.ui.dialogs.relink import relink_item
from mediadesk.ui.dialogs.tag import TagDialog, tag_items
from mediadesk.ui.dialogs.write import write_items
from mediadesk.ui.theme import Theme
from mediadesk.ui.widgets.sheet import Sheet, confirm
from mediadesk.ui.window import Window

Key = Qt.Key
Show = Callable[[FakeClient], Window]
Opened = tuple[Sheet, FakeClient, Window]


def press(widget: QWidget, key: Qt.Key) -> None:
    QTest.keyClick(widget.window().windowHandle(), key)
    QTest.qWait(20)


def is_gone(dialog: Sheet) -> bool:
    return not isValid(dialog) or dialog.isHidden()


def question(dialog: Sheet) -> QMessageBox | None:
    return next((one for one in dialog.findChildren(QMessageBox) if one.isVisible()), None)


def told(client: FakeClient, verb: str) -> int:
    return sum(name == verb for name, *_ in client.calls)


@pytest.fixture
def edit(show: Show, qtbot: QtBot) -> tuple[EditDialog, FakeClient, Window]:
    client = FakeClient([item(n) for n in range(3)])
    window = show(client)
    dialog = edit_items(window.desk, list(client.items)[:1], window)
    qtbot.waitUntil(lambda: "title" in dialog.fields and dialog.fields["title"].editor.hasFocus())
    return dialog, client, window


@pytest.fixture
def tag(show: Show, qtbot: QtBot) -> tuple[TagDialog, FakeClient, Window]:
    client = FakeClient([item(n) for n in range(3)])
    window = show(client)
    dialog = tag_items(window.desk, list(client.items)[:2], window)
    qtbot.waitUntil(dialog.box.field.hasFocus)
    qtbot.waitUntil(dialog.agree.isEnabled)
    return dialog, client, window


def test_tags_typed_before_those_of_the_items_are_known_are_saved(show: Show, qtbot: QtBot) -> None:
    client = FakeClient([item(n) for n in range(3)])
    window = show(client)
    client.late = []
    dialog = tag_items(window.desk, list(client.items)[:2], window)
    assert QTest.qWaitForWindowActive(dialog)
    for key in (Key.Key_S, Key.Key_E, Key.Key_A, Key.Key_Return, Key.Key_Return):
        press(dialog, key)
    assert not is_gone(dialog)
    assert told(client, "tag") == 0
    late, client.late = client.late, None
    for answer in late:
        answer()
    qtbot.waitUntil(lambda: is_gone(dialog))
    tagged = [one.id for one in client.items.values() if "sea" in one.labels]
    assert tagged == list(client.items)[:2]
    assert told(client, "tag") == 1


def test_no_tag_is_suggested_that_they_have(show: Show, qtbot: QtBot) -> None:
    labels = (("evening", "sea"), ("evening",), ("rain",))
    client = FakeClient([item(n, labels=some) for n, some in enumerate(labels)])
    dialog = tag_items(show(client).desk, list(client.items)[:2])
    qtbot.waitUntil(lambda: list(dialog.suggested.chips) == ["rain"])
    dialog.suggested.chips["rain"].button.click()
    assert list(dialog.box.chips) == ["evening", "rain", "sea"]
    qtbot.waitUntil(lambda: not dialog.suggested.chips)
    assert dialog._often.isHidden()
    dialog.box.chips["rain"].close_button.click()
    qtbot.waitUntil(lambda: list(dialog.suggested.chips) == ["rain"])
    dialog.reject()


def test_what_is_typed_before_a_dialog_is_ready_is_not_lost_and_does_not_leave_it(
    show: Show, qtbot: QtBot
) -> None:
    client = FakeClient([item(n) for n in range(3)])
    window = show(client)
    client.late = []
    dialog = edit_items(window.desk, list(client.items), window)
    assert QTest.qWaitForWindowActive(dialog)
    for key in (Key.Key_Space, Key.Key_S, Key.Key_E, Key.Key_R, Key.Key_Backspace, Key.Key_A):
        press(dialog, key)
    for key in (Key.Key_Return, Key.Key_A, Key.Key_I, Key.Key_R):
        press(dialog, key)
    assert not is_gone(dialog)
    late, client.late = client.late, None
    for answer in late:
        answer()
    qtbot.waitUntil(dialog.labels.field.hasFocus)
    assert list(dialog.labels.chips) == ["sea"], "Enter added it"
    assert dialog.labels.field.text() == "air"
    assert dialog.unsaved


def test_a_title_typed_before_its_dialog_is_ready_is_saved_by_enter(
    show: Show, qtbot: QtBot
) -> None:
    client = FakeClient([item(n) for n in range(3)])
    window = show(client)
    client.late = []
    first = next(iter(client.items))
    dialog = edit_items(window.desk, [first], window)
    assert QTest.qWaitForWindowActive(dialog)
    for key in (Key.Key_Return, Key.Key_S, Key.Key_E, Key.Key_A, Key.Key_Return):
        press(dialog, key)  # the first Enter agrees to nothing that was seen
    assert not is_gone(dialog)
    while client.late:
        client.late.pop(0)()
        QTest.qWait(20)
    client.late = None
    qtbot.waitUntil(lambda: is_gone(dialog))
    assert client.items[first].title == "sea"


def test_a_dialog_that_grows_stays_within_its_window(show: Show) -> None:
    window = show(FakeClient([item(0)]))
    sheet = Sheet(window.desk, "Grow", "Agree", window)
    sheet.body.addStretch()
    sheet.open()
    sheet.move(window.x(), window.frameGeometry().bottom() - sheet.height())
    sheet.high(600)
    assert sheet.height() == 600
    assert sheet.frameGeometry().bottom() == window.frameGeometry().bottom()
    sheet.high(10_000)
    assert (
        window.y() <= sheet.y() < sheet.frameGeometry().bottom() <= window.frameGeometry().bottom()
    )
    sheet.reject()


def test_escape_asks_only_where_something_was_typed(
    edit: tuple[EditDialog, FakeClient, Window],
) -> None:
    dialog, client, _ = edit
    line = dialog.fields["title"].editor
    assert isinstance(line, QLineEdit)
    was = line.text()
    assert line.selectedText() == was, "as in every dialog that renames"
    QTest.keyClicks(line, "x")
    press(dialog, Key.Key_Escape)
    asked = question(dialog)
    assert asked is not None
    press(asked, Key.Key_Escape)  # no: the typing is still there
    assert not is_gone(dialog)
    assert line.text() == "x"
    line.setText(was)
    press(dialog, Key.Key_Escape)
    assert is_gone(dialog)
    assert told(client, "edit") == 0


def test_leaving_can_be_confirmed_by_keyboard(edit: tuple[EditDialog, FakeClient, Window]) -> None:
    dialog, client, window = edit
    QTest.keyClicks(dialog.fields["title"].editor, "x")
    press(dialog, Key.Key_Escape)
    asked = question(dialog)
    assert asked is not None
    leave = next(one for one in asked.findChildren(QPushButton) if "Leave" in one.text())
    leave.setFocus()
    press(asked, Key.Key_Space)
    assert is_gone(dialog)
    assert told(client, "edit") == 0
    assert window.isActiveWindow(), "the keyboard is there again"


def test_enter_in_a_field_saves(edit: tuple[EditDialog, FakeClient, Window], qtbot: QtBot) -> None:
    dialog, client, _ = edit
    QTest.keyClicks(dialog.fields["title"].editor, "x")
    press(dialog, Key.Key_Return)
    qtbot.waitUntil(lambda: is_gone(dialog))
    assert told(client, "edit") == 1


def test_tab_goes_from_a_field_to_its_own_lock(
    edit: tuple[EditDialog, FakeClient, Window],
) -> None:
    dialog, _, _ = edit
    title = dialog.fields["title"]
    stops = []
    while dialog.focusWidget() is not dialog.fields["kind"].editor:
        stops.append(dialog.focusWidget())
        press(dialog, Key.Key_Tab)
    assert stops[-1] is title.lock
    assert set(stops) <= {title.editor, title.others, title.lock}


def test_who_leaves_while_it_saves_is_told_of_it_all_the_same(
    edit: tuple[EditDialog, FakeClient, Window], qtbot: QtBot
) -> None:
    dialog, client, window = edit
    done: list[Change] = []
    window.desk.done.connect(done.append)
    QTest.keyClicks(dialog.fields["title"].editor, "x")
    client.late = []
    press(dialog, Key.Key_Return)
    press(dialog, Key.Key_Escape)
    assert is_gone(dialog)
    assert question(dialog) is None
    client.late[0]()
    qtbot.waitUntil(lambda: len(done) == 1)
    qtbot.waitUntil(lambda: not isValid(dialog))


def test_what_could_not_be_saved_comes_back(
    edit: tuple[EditDialog, FakeClient, Window], qtbot: QtBot
) -> None:
    dialog, client, _ = edit
    QTest.keyClicks(dialog.fields["title"].editor, "x")
    client.late = []
    press(dialog, Key.Key_Return)
    press(dialog, Key.Key_Escape)
    client.error = OSError("full")
    client.late[0]()
    qtbot.waitUntil(dialog.isVisible)
    assert "full" in dialog.trouble.accessibleName()
    client.error = None
    client.late = None
    dialog.accept()


def test_all_that_is_wrong_is_marked_at_once_each_where_it_stands(
    edit: tuple[EditDialog, FakeClient, Window], qtbot: QtBot
) -> None:
    dialog, client, _ = edit
    wrong = {"title": "", "year": "the album", "season": "x"}
    dialog._more.click()
    for name, value in wrong.items():
        line = dialog.fields[name].editor
        assert isinstance(line, QLineEdit)
        line.setText(value)
    with pytest.raises(UserError) as refused:
        cleaned(wrong)
    client.error = refused.value
    press(dialog, Key.Key_Return)
    said = {name: dialog.fields[name]._problem for name in dialog.fields}
    qtbot.waitUntil(lambda: bool(said["season"].accessibleName()))
    told_of = {name: one.accessibleName() for name, one in said.items() if one.accessibleName()}
    assert set(told_of) == set(wrong)
    assert told_of["year"].startswith("“the album” is no year")
    assert dialog.fields["title"].editor.hasFocus(), "the first of them"
    client.error = None
    QTest.keyClicks(dialog.fields["title"].editor, "x")
    assert not said["title"].accessibleName(), "what is being mended is not blamed"
    assert said["season"].accessibleName()
    dialog.accept()


def test_enter_adds_a_tag_and_once_more_saves(
    tag: tuple[TagDialog, FakeClient, Window], qtbot: QtBot
) -> None:
    dialog, client, _ = tag
    QTest.keyClicks(dialog.box.field, "calm")
    press(dialog, Key.Key_Return)
    assert "calm" in dialog.box.chips
    assert told(client, "tag") == 0
    press(dialog, Key.Key_Escape)
    asked = question(dialog)
    assert asked is not None
    press(asked, Key.Key_Return)  # Enter goes on editing
    assert not is_gone(dialog)
    dialog.box.field.setFocus()
    press(dialog, Key.Key_Return)
    qtbot.waitUntil(lambda: is_gone(dialog))
    assert told(client, "tag") == 1


def test_enter_in_the_tags_of_many_adds_and_does_not_save(show: Show, qtbot: QtBot) -> None:
    client = FakeClient([item(n) for n in range(3)])
    window = show(client)
    dialog = edit_items(window.desk, list(client.items), window)
    qtbot.waitUntil(dialog.labels.field.hasFocus)
    QTest.keyClicks(dialog.labels.field, "calm")
    press(dialog, Key.Key_Return)
    assert "calm" in dialog.labels.chips
    assert not is_gone(dialog)
    press(dialog, Key.Key_Return)
    qtbot.waitUntil(lambda: is_gone(dialog))
    assert told(client, "tag") == 1


def test_of_many_what_they_share_can_be_emptied_and_what_differs_is_not_by_mistake(
    show: Show, qtbot: QtBot
) -> None:
    client = FakeClient([item(n, artist="Everybody") for n in range(3)])
    window = show(client)
    dialog = edit_items(window.desk, list(client.items), window)
    qtbot.waitUntil(dialog.labels.field.hasFocus)
    shared, several = dialog.fields["artist"].editor, dialog.fields["title"].editor
    assert isinstance(shared, QLineEdit)
    assert isinstance(several, QLineEdit)
    assert (shared.text(), several.text()) == ("Everybody", "")
    shared.clear()
    QTest.keyClicks(several, "x")
    several.clear()
    dialog.agree.click()
    qtbot.waitUntil(lambda: is_gone(dialog))
    (saved,) = [args for name, args, _ in client.calls if name == "edit"]
    assert saved[1] == {"artist": ""}


def test_tags_of_many_are_asked_after_and_saved_again_alone_after_a_trouble(
    show: Show, qtbot: QtBot
) -> None:
    client = FakeClient([item(n) for n in range(3)])
    window = show(client)
    dialog = edit_items(window.desk, list(client.items), window)
    qtbot.waitUntil(dialog.labels.field.hasFocus)
    QTest.keyClicks(dialog.labels.field, "calm")
    press(dialog, Key.Key_Return)
    press(dialog, Key.Key_Escape)
    asked = question(dialog)
    assert asked is not None
    press(asked, Key.Key_Escape)
    editor = dialog.fields["artist"].editor
    assert isinstance(editor, QLineEdit)
    editor.setText("Everybody")
    late: list[Callable[[], None]] = []
    client.late = late
    dialog.agree.click()
    late[0]()
    qtbot.waitUntil(lambda: len(late) == 2)
    client.error = OSError("full")
    late[1]()
    qtbot.waitUntil(dialog.agree.isEnabled)
    assert "full" in dialog.trouble.accessibleName()
    client.error = client.late = None
    dialog.agree.click()
    qtbot.waitUntil(lambda: is_gone(dialog))
    assert (told(client, "edit"), told(client, "tag")) == (1, 2)
    assert {one.labels for one in client.items.values()} == {("calm",)}


def test_the_first_field_has_the_keyboard_and_enter_relinks(show: Show, qtbot: QtBot) -> None:
    client = FakeClient([item(n) for n in range(12)])
    window = show(client)
    write = write_items(window.desk, list(client.items)[:2], window)
    qtbot.waitUntil(write.into["nfo"].hasFocus)
    press(write, Key.Key_Escape)
    assert is_gone(write)
    missing, other = (
        next(one for one in client.items.values() if one.available is here)
        for here in (False, True)
    )
    client.matching = (Match(item=other, path="/media/guess.mkv", alike=0.9, why="Its name"),)
    relink = relink_item(window.desk, missing, window)
    qtbot.waitUntil(lambda: relink.focusWidget() is not None and relink.isEnabled())
    qtbot.waitUntil(lambda: isinstance(relink.focusWidget(), QRadioButton))
    press(relink, Key.Key_Tab)
    assert relink.typed.hasFocus(), "what is read next"
    QTest.keyClicks(relink.typed, "/media/other.mkv")
    press(relink, Key.Key_Return)
    qtbot.waitUntil(lambda: is_gone(relink))
    assert told(client, "relink") == 1
    assert client.items[missing.id].path == "/media/other.mkv", "what is typed goes first"


def test_what_is_hardly_like_it_is_offered_and_not_taken_by_enter(show: Show, qtbot: QtBot) -> None:
    client = FakeClient([item(n) for n in range(12)])
    window = show(client)
    missing, other = (
        next(one for one in client.items.values() if one.available is here)
        for here in (False, True)
    )
    weak = Match(item=other, path="/media/guess.mkv", alike=0.71, why="the same length")
    client.matching = (weak,)
    relink = relink_item(window.desk, missing, window)
    qtbot.waitUntil(lambda: isinstance(relink.focusWidget(), QRadioButton))
    assert not relink.chosen
    press(relink, Key.Key_Return)
    QTest.qWait(20)
    assert told(client, "relink") == 0
    press(relink, Key.Key_Space)
    assert relink.chosen == "/media/guess.mkv"
    press(relink, Key.Key_Return)
    qtbot.waitUntil(lambda: is_gone(relink))
    assert client.items[missing.id].path == "/media/guess.mkv"


class Refusing(FakeClient):
    """Files that can't be written to, those of the first item because they say it all already."""

    def plan_write(
        self, names: Sequence[str], *, into: str = "nfo", profile: str | None = None
    ) -> WritePlan:
        plan = super().plan_write(names, into=into, profile=profile)
        return plan if len(names) > 1 else replace(plan, lines=())

    def write_back(self, token: str) -> Written:
        refused = ("“/media/a.mkv” has changed since the preview.",)
        return replace(super().write_back(token), refused=refused)


def test_only_a_preview_that_is_seen_is_written(show: Show, qtbot: QtBot) -> None:
    client = Refusing([item(n) for n in range(3)])
    window = show(client)
    late: list[Callable[[], None]] = []
    client.late = late
    write = write_items(window.desk, list(client.items)[:2], window)

    def insist() -> None:
        QTest.keyClick(write, Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        write.agree.click()

    insist()
    write.into["tags"].click()
    by_tags, by_nfo = late[1], late[0]
    by_tags()
    qtbot.waitUntil(write.agree.isEnabled)
    by_nfo()  # too late: what is chosen and seen is the other
    QTest.qWait(20)
    assert write._token.startswith("tags")
    client.error = OSError("the drive went away")
    write.into["nfo"].click()
    insist()
    late[2]()
    qtbot.waitUntil(lambda: "went away" in write.trouble.accessibleName())
    insist()
    assert told(client, "write_back") == 0, "there is nothing to agree to"
    assert not is_gone(write)
    client.error = client.late = None
    write.into["tags"].click()
    qtbot.waitUntil(write.agree.isEnabled)
    write.agree.click()
    qtbot.waitUntil(lambda: write.agree.text().strip() == "Close")
    assert [args for name, args, _ in client.calls if name == "write_back"] == [("tags-2",)]
    write.agree.click()
    qtbot.waitUntil(lambda: is_gone(write))
    assert told(client, "write_back") == 1
    assert told(client, "plan_write") == 4


def test_where_nothing_is_to_be_written_there_is_nothing_to_agree_to(
    show: Show, qtbot: QtBot
) -> None:
    client = Refusing([item(n) for n in range(3)])
    window = show(client)
    few, more = (write_items(window.desk, list(client.items)[:n], window) for n in (1, 2))
    qtbot.waitUntil(lambda: "say it all already" in few.line.text())
    assert not few.agree.isEnabled()
    few.reject()
    qtbot.waitUntil(more.agree.isEnabled)
    client.late = []
    more.into["tags"].click()
    press(more, Key.Key_Escape)
    stopped = [args for name, args, _ in client.calls if name == "stop"]
    assert stopped == [("",)], "the preview in the making, not the one before"


@pytest.mark.parametrize("kind", [LimitsSheet, NewPinSheet, PersonSheet])
def test_what_is_refused_after_a_sheet_was_left_is_told_in_it(
    kind: type[LimitsSheet | NewPinSheet | PersonSheet], show: Show, qtbot: QtBot
) -> None:
    client = FakeClient([item(0)])
    window = show(client)
    dialog = kind(
        window.desk,
        ProfileView(name="kid") if kind is LimitsSheet else client.household_now,  # type: ignore[arg-type]
        window,
    )
    dialog.open()
    client.late = []
    dialog.go_on()
    assert dialog.cancel.text() == "Hide", "it can be called off no more"
    dialog.reject()
    assert dialog.isHidden()
    late, client.late = client.late, None
    client.error = UserError("The disk is full: free some space.")
    for answer in late:
        answer()
    client.error = None
    qtbot.waitUntil(dialog.isVisible)
    assert dialog.trouble.text() == "The disk is full: free some space."
    assert dialog.cancel.text() == "Cancel"
    dialog.reject()


def test_a_question_has_its_buttons_in_the_order_of_every_other_dialog(
    theme: Theme, qtbot: QtBot
) -> None:
    around, done = QWidget(), list[str]()
    around.resize(900, 600)
    around.show()
    name = "<b>Anna</b>"
    box = confirm(
        around, name, title="Revoke", more="", agree="Revoke", then=lambda: done.append("revoked")
    )
    no, yes = sorted(box.buttons(), key=lambda each: each.x())
    assert [no.text(), yes.text()] == ["Cancel", "Revoke"]
    heading = box.findChild(QLabel, "qt_msgbox_label")
    assert heading is not None
    assert heading.textFormat() is Qt.TextFormat.PlainText
    assert heading.font().pixelSize() > yes.font().pixelSize()
    press(box, Key.Key_Return)
    assert not done
    box = confirm(
        around, name, title="Revoke", more="", agree="Revoke", then=lambda: done.append("revoked")
    )
    yes = next(each for each in box.buttons() if each.text() == "Revoke")
    QTest.mouseClick(yes, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: done == ["revoked"])
    around.close()
