"""The page of an item and the dialogs that it opens, by mouse and by keyboard."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest
from gui.fake_client import FakeClient, item
from PySide6.QtCore import QObject, QPoint, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QMenu,
    QMessageBox,
    QWidget,
)
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from mediadesk import app
from mediadesk.api import UserError
from mediadesk.engine.messages import (
    FIELDS,
    ChapterView,
    FolderView,
    Match,
    Organising,
    Verbs,
    Version,
)
from mediadesk.ui import item_words
from mediadesk.ui.dialogs import edit
from mediadesk.ui.dialogs.edit import EditDialog, edit_items
from mediadesk.ui.dialogs.merge import MergeDialog
from mediadesk.ui.dialogs.relink import RelinkDialog
from mediadesk.ui.dialogs.write import WriteDialog
from mediadesk.ui.widgets.stars import Stars
from mediadesk.ui.window import Window

Show = Callable[[FakeClient], Window]
Open = Callable[[Path], Window]
Key = Qt.Key
D = TypeVar("D", bound=QDialog)


def engine() -> FakeClient:
    client = FakeClient([item(number) for number in range(24)])
    client.folders = (FolderView(path="/media", files=24, available=True),)
    return client


def ident(number: int) -> str:
    return f"{number:032x}"


def work(application: QApplication, window: Window | None = None) -> None:
    """Let the window work, told of a change first if given; this engine answers at once."""
    if window is not None:
        window.desk.changed.emit(frozenset({"items"}))
    for _ in range(8):
        application.processEvents()


def press(widget: QWidget, *keys: Qt.Key) -> None:
    for key in keys:
        QTest.keyClick(widget, key)


def dialog(window: Window, kind: type[D]) -> D:
    """The dialog of this kind that is open."""
    (found,) = [one for one in window.findChildren(kind) if one.isVisible()]
    return found


def choose(menu: QMenu, beginning: str) -> None:
    """Pick the entry of a menu that begins so."""
    (entry,) = [one for one in menu.actions() if one.text().startswith(beginning)]
    entry.trigger()


@pytest.fixture
def client() -> FakeClient:
    return engine()


@pytest.fixture
def window(application: QApplication, show: Show, client: FakeClient) -> Window:
    made = show(client)
    made.open_item(ident(4))
    work(application)
    made.activateWindow()
    return made


def test_stars_are_given_by_keys_and_the_toast_takes_them_back(
    application: QApplication, window: Window, client: FakeClient
) -> None:
    stars = window.item.stars
    stars.setFocus()
    press(stars, Key.Key_4)
    work(application)
    assert client.items[ident(4)].stars == 4
    assert "4 of 5" in stars.accessibleName()
    press(stars, Key.Key_Left)
    work(application)
    assert client.items[ident(4)].stars == 3.5
    assert "3½ of 5" in stars.accessibleName()
    assert "Rated" in window.toast.sentence
    window.deeds.undo()
    work(application, window)
    assert client.items[ident(4)].stars == 4
    press(stars, Key.Key_0)
    work(application)
    assert client.items[ident(4)].stars is None
    assert "not rated" in stars.accessibleName()


def test_stars_are_given_by_clicks_in_halves_and_a_second_click_takes_them_away(
    application: QApplication, window: Window, client: FakeClient
) -> None:
    stars = window.item.stars
    left = Qt.MouseButton.LeftButton
    QTest.mouseClick(stars, left, pos=QPoint(24 * 2 + 7, 15))
    work(application)
    assert client.items[ident(4)].stars == 2.5
    QTest.mouseClick(stars, left, pos=QPoint(24 * 2 + 7, 15))
    work(application)
    assert client.items[ident(4)].stars is None


def test_digits_rate_from_anywhere_on_the_page(
    application: QApplication, window: Window, client: FakeClient
) -> None:
    window.item.act("rate-5")
    work(application)
    assert client.items[ident(4)].stars == 5
    window.item.act("rate-0")
    work(application)
    assert client.items[ident(4)].stars is None


def test_stars_paint_what_they_say(application: QApplication, window: Window) -> None:
    stars = Stars(window.desk.theme)
    accent = window.desk.theme.colour("accent").rgb()
    lit = []
    for halves in (0, 5, 10):
        stars.show_stars(halves / 2 or None)
        image = stars.grab().toImage()
        pixels = (image.pixel(x, y) for x in range(image.width()) for y in range(image.height()))
        lit.append(sum(pixel == accent for pixel in pixels))
    assert lit[0] == 0
    assert lit[1] == pytest.approx(lit[2] / 2, rel=0.1)


def test_watched_is_marked_and_unmarked(
    application: QApplication, window: Window, client: FakeClient
) -> None:
    window.item.watched.setFocus()
    press(window.item.watched, Key.Key_Space)
    work(application)
    assert client.items[ident(4)].finished
    assert window.item.watched.isChecked()
    window.item.watched.click()
    work(application)
    assert not client.items[ident(4)].finished


def test_tags_are_added_removed_and_those_of_the_tagger_rejected(
    application: QApplication, window: Window, client: FakeClient
) -> None:
    client.tag([ident(7)], add=["rainy days"])
    window.item.enter()
    work(application)
    box = window.item.yours.tags
    assert box.field.completer().completionModel() is not None
    box.field.completer().setCompletionPrefix("days")
    assert box.field.completer().currentCompletion() == "rainy days"
    QTest.keyClicks(box.field, "holiday, with Anna")
    press(box.field, Key.Key_Return)
    work(application)
    assert client.items[ident(4)].labels == ("holiday", "with Anna")
    assert "the tagger" in box.chips["forest"].button.accessibleName()
    box.chips["forest"].close_button.click()
    work(application)
    assert "forest" in client.book.rejected[ident(4)]
    box.chips["holiday"].button.setFocus()
    press(box.chips["holiday"].button, Key.Key_Delete)
    work(application)
    assert client.items[ident(4)].labels == ("with Anna",)
    window.deeds.undo()
    work(application, window)
    assert client.items[ident(4)].labels == ("holiday", "with Anna")


def test_a_tag_is_searched_for_by_its_chip(application: QApplication, window: Window) -> None:
    wanted: list[str] = []
    window.desk.search_wanted.connect(wanted.append)
    window.item.yours.tags.chips["forest"].button.click()
    assert wanted == ['tag="forest"']


def test_an_item_is_put_into_a_collection_that_is_made_if_it_is_new(
    application: QApplication, window: Window, client: FakeClient
) -> None:
    box = window.item.yours.collections
    window.item.act("collect")
    assert box.field.hasFocus()
    QTest.keyClicks(box.field, "Rainy Sundays")
    press(box.field, Key.Key_Return)
    work(application)
    assert client.book.collections == {"Rainy Sundays": [ident(4)]}
    assert list(box.chips) == ["Rainy Sundays"]
    box.chips["Rainy Sundays"].close_button.click()
    work(application)
    assert client.book.collections == {"Rainy Sundays": []}
    QTest.keyClicks(box.field, "rainy sundays")
    press(box.field, Key.Key_Return)
    work(application)
    assert client.book.collections == {"Rainy Sundays": [ident(4)]}, "no second one of that name"


def test_a_note_is_kept_when_one_goes_on_and_never_overwritten_while_it_is_written(
    application: QApplication, window: Window, client: FakeClient
) -> None:
    note = window.item.yours.note
    note.text.setFocus()
    QTest.keyClicks(note.text, "The second half")
    client.write_note(ident(4), "from elsewhere")
    window.item.refresh(frozenset({"items"}))
    work(application)
    assert note.text.toPlainText() == "The second half"
    assert "from elsewhere" in note._meanwhile.text()
    window.item.stars.setFocus()
    work(application)
    assert client.book.notes[ident(4)] == "The second half"
    window.deeds.undo()
    work(application, window)
    assert client.book.notes[ident(4)] == "from elsewhere"
    note.text.setFocus()
    note.text.setPlainText("once more")
    window.open_item(ident(5))
    work(application)
    assert client.book.notes[ident(4)] == "once more", "leaving the page keeps it"
    assert client.book.notes.get(ident(5), "") == ""
    assert note.text.toPlainText() == ""


def answer(application: QApplication, client: FakeClient, error: Exception | None = None) -> None:
    """Have what waits be answered, writing with an error if one is given."""
    late, client.late = client.late or [], []
    for each in late:
        client.error = error
        each()
    client.error = None
    work(application)


def written(client: FakeClient) -> list[tuple[object, ...]]:
    return [args for name, args, _ in client.calls if name == "write_note"]


def test_a_note_that_is_refused_stays_written_and_is_saved_when_one_goes_on_again(
    application: QApplication, window: Window, client: FakeClient
) -> None:
    note = window.item.yours.note
    note.text.setFocus()
    QTest.keyClicks(note.text, "The second half")
    client.late = []
    window.item.stars.setFocus()
    assert note.touched, "it is kept once the engine says so"
    answer(application, client, UserError("The disk is full: free some space."))
    assert note.text.toPlainText() == "The second half"
    assert "not kept yet" in note._meanwhile.text()
    client.late = None
    window.item.refresh(frozenset({"items"}))
    work(application)
    assert note.text.toPlainText() == "The second half"
    assert client.book.notes == {}
    note.text.setFocus()
    window.item.stars.setFocus()
    work(application)
    assert client.book.notes == {ident(4): "The second half"}
    assert not note.touched
    assert note._meanwhile.text() == ""


def test_a_note_that_was_refused_when_its_page_was_left_is_there_when_one_comes_back(
    application: QApplication, window: Window, client: FakeClient
) -> None:
    client.write_note(ident(4), "as it was")
    work(application, window)
    note = window.item.yours.note
    note.text.setPlainText("The second half")
    client.late = []
    window.open_item(ident(5))
    answer(application, client, UserError("The disk is full: free some space."))
    client.late = None
    work(application, window)
    assert note.text.toPlainText() == ""
    window.open_item(ident(4))
    work(application)
    assert note.text.toPlainText() == "The second half"
    assert "not kept yet" in note._meanwhile.text()
    window.open_item(ident(5))
    work(application)
    assert client.book.notes == {ident(4): "The second half"}


def test_what_is_written_while_a_note_is_on_its_way_is_kept_after_it(
    application: QApplication, window: Window, client: FakeClient
) -> None:
    note = window.item.yours.note
    note.text.setFocus()
    QTest.keyClicks(note.text, "The second")
    client.late = []
    note.save()
    QTest.keyClicks(note.text, " half")
    window.open_item(ident(5))
    assert written(client) == [(ident(4), "The second")], "one after the other"
    for _ in range(4):
        answer(application, client)
    assert written(client)[1:] == [(ident(4), "The second half")]
    assert client.book.notes == {ident(4): "The second half"}
    assert note.text.toPlainText() == ""


def test_a_note_is_as_it_was_last_written_though_that_was_taken_back_meanwhile(
    application: QApplication, window: Window, client: FakeClient
) -> None:
    note = window.item.yours.note
    client.late = []
    note.text.setPlainText("A slip")
    note.save()
    note.text.clear()
    window.open_item(ident(5))
    for _ in range(4):
        answer(application, client)
    assert client.book.notes[ident(4)] == ""
    window.open_item(ident(4))
    for _ in range(4):
        answer(application, client)
    note.text.setPlainText("Another")
    note.save()
    answer(application, client, UserError("The disk is full: free some space."))
    note.text.clear()
    for number in (5, 4):
        window.open_item(ident(number))
        for _ in range(4):
            answer(application, client)
    assert note.text.toPlainText() == "", "nobody means that any more"
    assert client.book.notes[ident(4)] == ""


def test_a_note_that_was_not_kept_is_not_shown_to_the_next_person(
    application: QApplication, window: Window, client: FakeClient
) -> None:
    window.item.yours.note.text.setPlainText("Mine alone")
    client.late = []
    window.item.yours.note.save()
    window._change_hands()
    answer(application, client, UserError("The disk is full: free some space."))
    client.late = None
    window.open_item(ident(4))
    work(application)
    assert window.item.yours.note.text.toPlainText() == ""
    window.open_item(ident(5))
    work(application)
    assert client.book.notes == {}


def test_a_tag_and_a_collection_that_are_refused_can_be_typed_on(
    application: QApplication, window: Window, client: FakeClient
) -> None:
    yours = window.item.yours
    for box in (yours.tags, yours.collections):
        client.late = []
        QTest.keyClicks(box.field, "calm, dusk")
        press(box.field, Key.Key_Return)
        assert box.field.text() == ""
        answer(application, client, UserError("The disk is full: free some space."))
        assert box.field.text() == "calm, dusk"
        client.late = None


def test_a_name_that_was_typed_is_not_in_its_field_for_the_next_person(
    application: QApplication, window: Window, client: FakeClient
) -> None:
    tags, collections = window.item.yours.tags, window.item.yours.collections
    QTest.keyClicks(collections.field, "half of it")
    client.late = []
    QTest.keyClicks(tags.field, "mine alone")
    press(tags.field, Key.Key_Return)
    answers, client.late = client.late, None
    window._change_hands()
    window.open_item(ident(4))
    work(application)
    client.late = answers
    answer(application, client, UserError("The disk is full: free some space."))
    client.late = None
    assert (tags.field.text(), collections.field.text()) == ("", "")


def test_a_mark_that_is_refused_is_not_shown(
    application: QApplication, window: Window, client: FakeClient, qtbot: QtBot
) -> None:
    client.late = []
    window.item.watched.click()
    assert window.item.watched.isChecked()
    answer(application, client, UserError("Nothing is recorded in private mode: leave it first."))
    client.late = None
    qtbot.waitUntil(lambda: not window.item.watched.isChecked())


def test_the_tab_key_goes_through_the_page_from_top_to_bottom(
    application: QApplication, window: Window, client: FakeClient
) -> None:
    client.tag([ident(4)], add=["calm", "dusk"])
    client.chapters = (ChapterView(start=0, title="Opening"), ChapterView(start=95, title="Wood"))
    work(application, window)
    page = window.item
    wanted = [
        page.stars,
        page.watched,
        page._play_button,
        page.edit,
        page.more,
        *page.chapters.buttons,
        page.yours.tags.chips["calm"].button,
        page.yours.tags.chips["dusk"].close_button,
        page.yours.tags.field,
        page.yours.collections.field,
        page.yours.note.text,
    ]
    page.stars.setFocus()
    met = []
    for _ in range(60):
        here = QApplication.focusWidget()
        if here in wanted and here not in met:
            met.append(here)
        press(here, Key.Key_Tab)  # type: ignore[arg-type]
    assert [one.accessibleName() for one in met] == [one.accessibleName() for one in wanted]


def test_enter_presses_the_button_that_has_the_keyboard(
    application: QApplication, window: Window
) -> None:
    window.item.more.setFocus()
    press(window.item.more, Key.Key_Return)
    work(application)
    assert window.item.menu_shown.isVisible()
    window.item.menu_shown.close()


def test_news_that_tell_nothing_new_leave_what_is_seen_as_it_is(
    application: QApplication, window: Window
) -> None:
    page = window.item

    def seen() -> list[QWidget]:
        facts = [page._facts.itemAt(n).widget() for n in range(page._facts.count())]  # type: ignore[union-attr]
        return [*facts, *page._why.findChildren(QLabel)]

    before = seen()
    assert before
    page.refresh(frozenset({"items", "features"}))
    work(application)
    assert seen() == before


def test_in_a_small_window_the_artwork_stays_and_the_scroll_bar_takes_no_room(
    application: QApplication, window: Window
) -> None:
    window.resize(1024, 700)
    work(application)
    area = window.item._area
    assert area.verticalScrollBar().isVisible()
    assert area.viewport().width() == area.width()
    assert 0 < window.item._hero._shown.width() < 400


def test_escape_leaves_the_note_and_not_the_page(
    application: QApplication, window: Window, client: FakeClient
) -> None:
    note = window.item.yours.note.text
    note.setFocus()
    QTest.keyClicks(note, "Kept")
    press(note, Key.Key_Escape)
    work(application)
    assert window.page is window.item
    assert not note.hasFocus()
    assert client.book.notes[ident(4)] == "Kept"


def test_a_chapter_plays_from_where_it_starts(
    application: QApplication, window: Window, client: FakeClient
) -> None:
    client.chapters = (ChapterView(start=0, title="Opening"), ChapterView(start=95, title=""))
    window.item.enter()
    work(application)
    played: list[tuple[str, float]] = []
    window.desk.played.disconnect()
    window.desk.played.connect(lambda which, start: played.append((which, start)))
    flow = window.item.chapters._flow
    second = flow.itemAt(1).widget()  # type: ignore[union-attr]
    assert "Chapter 2" in second.accessibleName()
    QTest.mouseClick(second, Qt.MouseButton.LeftButton)
    assert played == [(ident(4), 95.0)]


def test_a_version_that_is_not_the_same_is_taken_out(
    application: QApplication, window: Window, client: FakeClient
) -> None:
    own = Version(
        path="/a/x.mkv",
        content=ident(4),
        available=True,
        drive="",
        size=9_000,
        height=720,
        kept=True,
    )
    other = replace(
        own, path="/b/y.avi", content="f" * 32, height=480, drive="Blue", available=False
    )
    client.book.versions[ident(4)] = (own, replace(other, kept=False))
    window.item.enter()
    work(application)
    box = window.item.versions
    assert box.isVisible()
    buttons = {one.accessibleName(): one for one in box.findChildren(type(window.item.edit))}
    assert not buttons["“x.mkv” is not the same"].isVisible(), "it is the item itself"
    buttons["“y.avi” is not the same"].click()
    work(application)
    assert [one.path for one in client.book.versions[ident(4)]] == ["/a/x.mkv"]
    assert not box.isVisible()


def test_episodes_lead_to_their_series_and_neighbours(
    application: QApplication, window: Window, client: FakeClient
) -> None:
    for number in (3, 4, 5):
        one = client.items[ident(number)]
        client.items[ident(number)] = replace(
            one, kind="episode", series="The Walkers", season=1, episode=number
        )
    window.item.enter()
    work(application)
    wanted: list[str] = []
    window.desk.search_wanted.connect(wanted.append)
    links = window.item.belongs.findChildren(type(window.item.edit))
    for link in [one for one in links if one.isVisible()]:
        link.click()
    assert wanted == ['series="The Walkers"', 'series="The Walkers" season:1']
    window.open_item(ident(4))
    work(application)
    assert window.item.belongs.before.accessibleName().endswith("number 3")
    window.item.belongs.after.click()
    work(application)
    assert window.item._id == ident(5)
    assert not window.item.belongs.after.isVisible()


def test_songs_lead_to_their_artist_album_and_neighbours(
    application: QApplication, window: Window, client: FakeClient
) -> None:
    for number in (2, 5, 8):
        client.items[ident(number)] = replace(
            client.items[ident(number)], artist="Anna", album="Weather", track=number
        )
    window.open_item(ident(5))
    work(application)
    parts = item_words.part_of(client.items[ident(5)])
    assert parts == [
        ("Anna", 'artist="Anna"'),
        ("Weather", 'album="Weather" artist="Anna"'),
    ]
    window.item.belongs.before.click()
    work(application)
    assert window.item._id == ident(2)


def test_what_is_missing_says_where_it_is_and_can_be_relinked_or_forgotten(
    application: QApplication, window: Window, client: FakeClient
) -> None:
    client.items[ident(4)] = replace(client.items[ident(4)], available=False, drive="Blue")
    window.item.enter()
    work(application)
    assert "“Blue”" in window.item.absence._heading.text()
    here = client.items[ident(4)]
    client.items[ident(4)] = replace(here, drive="Laptop", path=None)
    window.item.enter()
    work(application)
    assert "On Laptop" in window.item.absence._heading.text()
    assert not window.item.absence.relink_button.isVisible()
    assert not window.item.absence.forget_button.isVisible()
    client.items[ident(4)] = replace(here, drive="")
    window.item.enter()
    work(application)
    assert window.item.absence._heading.text() == "File not found"
    window.item.absence.forget_button.click()
    question = window.item.findChildren(QDialog)[-1]
    (forget,) = [one for one in question.buttons() if one.text() == "Forget"]  # type: ignore[attr-defined]
    forget.click()
    work(application)
    assert ("forget", ((ident(4),),), {}) in client.calls
    client.matching = (
        Match(item=client.items[ident(5)], path="/new/place.mkv", alike=0.9, why="The same length"),
    )
    window.item.absence.relink_button.click()
    work(application)
    sheet = dialog(window, RelinkDialog)
    assert sheet.chosen == "/new/place.mkv"
    sheet.typed.setText("/nothing/here.mkv")
    sheet.agree.click()
    work(application)
    assert "check its name" in sheet.trouble.text()
    sheet.typed.clear()
    QTest.keyClick(sheet, Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    work(application)
    assert client.items[ident(4)].path == "/new/place.mkv"
    assert not window.item.absence.isVisible()


def test_the_keyboard_is_on_the_page_even_where_nothing_can_be_played(
    application: QApplication, window: Window, client: FakeClient
) -> None:
    client.items[ident(5)] = replace(client.items[ident(5)], available=False, drive="Blue")
    for number, wanted in ((5, window.item.stars), (6, window.item._play_button)):
        window.open_item(ident(number))
        work(application)
        assert QApplication.focusWidget() is wanted


def test_the_menu_has_the_rarer_acts(
    application: QApplication, window: Window, client: FakeClient
) -> None:
    queued: list[tuple[object, str]] = []
    window.desk.queued.connect(lambda ids, where: queued.append((ids, where)))
    for entry in ("Play next", "Add to the queue", "Verify", "Analyse before all else"):
        QTest.mouseClick(window.item.more, Qt.MouseButton.LeftButton)
        choose(window.item.menu_shown, entry)
        window.item.menu_shown.close()
    work(application)
    assert queued == [((ident(4),), "next"), ((ident(4),), "last")]
    assert ("verify", (ident(4),), {}) in client.calls
    assert ("first", ((ident(4),),), {}) in client.calls
    desktop = Desktop()
    QDesktopServices.setUrlHandler("file", desktop, "open")
    choose(window.item.acts.menu(), "Show in the file manager")
    QDesktopServices.unsetUrlHandler("file")
    assert desktop.opened == ["/media"]


class Desktop(QObject):
    """Takes the folders that are opened in the file manager."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    @Slot(QUrl)
    def open(self, url: QUrl) -> None:
        self.opened.append(url.toLocalFile())


def test_one_field_is_edited_and_says_whose_it_is(
    application: QApplication, window: Window, client: FakeClient
) -> None:
    window.item.act("edit")
    work(application)
    sheet = dialog(window, EditDialog)
    title = sheet.fields["title"]
    assert "tags" in title._source.text()
    assert not sheet.fields["album"].isVisible(), "clips have none"
    sheet._more.click()
    assert sheet.fields["album"].isVisible()
    editor = title.editor
    assert isinstance(editor, QLineEdit)
    editor.selectAll()
    QTest.keyClicks(editor, "A loud walk")
    assert "set by you" in title._source.text()
    QTest.keyClick(editor, Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    work(application)
    assert client.items[ident(4)].title == "A loud walk"
    assert window.item._name.text() == "A loud walk"
    (call,) = [one for one in client.calls if one[0] == "edit"]
    assert call[1] == ((ident(4),), {"title": "A loud walk"}), "only what was touched"
    window.deeds.undo()
    work(application, window)
    assert window.item._name.text() == "A quiet walk number 4"


def test_a_lock_gives_the_field_back_to_the_files_and_a_source_can_be_chosen(
    application: QApplication, window: Window, client: FakeClient
) -> None:
    client.edit([ident(4)], {"title": "Mine"})
    sheet = edit_items(window.desk, (ident(4),), window)
    work(application)
    title = sheet.fields["title"]
    assert "Let files say the title again" in title.lock.accessibleName()
    title.lock.click()
    assert title.wish == "unlock"
    assert title.editor.text() == "A quiet walk number 4"  # type: ignore[union-attr]
    title.offer()
    (menu,) = (one for one in sheet.findChildren(QMenu) if one.isVisible())
    assert len(menu.actions()) == 3
    choose(menu, "walk_01")
    menu.close()
    assert title.value == "walk_01"
    sheet.agree.click()
    work(application)
    assert client.items[ident(4)].title == "walk_01"
    again = edit_items(window.desk, (ident(4),), window)
    work(application)
    again.fields["title"].lock.click()
    again.agree.click()
    work(application)
    assert client.items[ident(4)].title == "A quiet walk number 4"


def test_what_can_not_stand_in_a_field_is_told_beside_it(
    application: QApplication, window: Window, client: FakeClient
) -> None:
    sheet = edit_items(window.desk, (ident(4),), window)
    work(application)
    year = sheet.fields["year"]
    year.editor.setText("long ago")  # type: ignore[union-attr]
    sheet.agree.click()
    work(application)
    assert sheet.isVisible()
    assert "“long ago” is no year" in year._problem.text()
    assert not sheet.trouble.text()
    press(year.editor, Key.Key_Escape)
    (asked,) = sheet.findChildren(QMessageBox)
    next(one for one in asked.buttons() if one.text() == "Leave").click()
    work(application)
    assert not sheet.isVisible()
    assert client.items[ident(4)].year == 2004


def test_every_field_has_its_place_in_the_dialog() -> None:
    placed = [name for line in edit.LINES for name in line]
    assert sorted(placed) == sorted(FIELDS) == sorted(item_words.FIELDS)


def test_many_items_are_edited_together_and_only_what_was_touched(
    application: QApplication, window: Window, client: FakeClient
) -> None:
    ids = [ident(number) for number in range(3)]
    client.tag(ids[:1], add=["old"])
    sheet = edit_items(window.desk, ids, window)
    work(application)
    assert "3 items" in sheet.heading.text()
    assert sheet.fields["title"].editor.placeholderText() == "Several values"
    assert "1 of 3" in sheet.labels.chips["old"].button.text()
    sheet.fields["genres"].editor.setText("Walks, Woods")  # type: ignore[union-attr]
    kind = sheet.fields["kind"].editor
    assert isinstance(kind, QComboBox)
    kind.setCurrentIndex(kind.findData("film"))
    sheet.fields["year"].lock.click()
    assert sheet.fields["year"].editor.placeholderText() == "What the files say"
    sheet.labels.chips["old"].close_button.click()
    QTest.keyClicks(sheet.labels.field, "new")
    press(sheet.labels.field, Key.Key_Return)
    sheet.agree.click()
    work(application)
    calls = {name: args for name, args, _ in client.calls if name in {"edit", "tag"}}
    assert calls["edit"][1] == {"genres": "Walks, Woods", "kind": "film", "year": None}
    assert {client.items[one].labels for one in ids} == {("new",)}
    assert not isValid(sheet)
    window.deeds.undo()
    window.deeds.undo()
    work(application, window)
    assert client.items[ids[0]].labels == ("old",)
    assert client.items[ids[0]].kind == "clip"


def test_the_dialog_of_one_item_leaves_nothing_behind(
    application: QApplication, show: Show
) -> None:
    client = FakeClient([item(1)])
    window = show(client)
    sheet = edit_items(window.desk, list(client.items), window)
    work(application)
    assert sheet.labels.window() is sheet
    assert not sheet.labels.isVisible()
    sheet.close()


def test_ten_thousand_items_are_edited_by_one_call(application: QApplication, show: Show) -> None:
    client = FakeClient([item(number) for number in range(10_000)])
    window = show(client)
    sheet = edit_items(window.desk, list(client.items), window)
    work(application)
    sheet.fields["artist"].editor.setText("Everybody")  # type: ignore[union-attr]
    client.late = []
    sheet.agree.click()
    assert sheet._busy.isVisible()
    assert not sheet.agree.isEnabled()
    for answer in client.late:
        answer()
    client.late = None
    work(application)
    assert {one.artist for one in client.items.values()} == {"Everybody"}
    assert len([one for one in client.calls if one[0] == "edit"]) == 1


def test_nothing_is_written_to_files_before_it_was_agreed_to(
    application: QApplication, window: Window, client: FakeClient
) -> None:
    window.item.act("write")
    work(application)
    sheet = dialog(window, WriteDialog)
    assert "1 value" in sheet.line.text()
    assert "write_back" not in [one[0] for one in client.calls]
    sheet.into["tags"].click()
    work(application)
    QTest.keyClick(sheet, Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    work(application)
    assert ("write_back", ("tags-1",), {}) in client.calls
    assert not isValid(sheet)
    assert "Written to 1 file" in window.toast.sentence
    window.toast.undo_button.click()
    work(application)
    assert [args for name, args, _ in client.calls if name == "undo"] == [("c0",)]


def test_writing_tells_how_far_it_is_and_can_be_stopped(
    application: QApplication, window: Window, client: FakeClient, qtbot: QtBot
) -> None:
    window.item.act("write")
    work(application)
    sheet = dialog(window, WriteDialog)
    assert not sheet.stop.isVisible()
    client.late = []
    sheet.agree.click()
    written, client.late = client.late[0], None
    qtbot.waitUntil(lambda: sheet._busy.value() == 3)
    assert sheet._busy.maximum() == 4
    assert "3 of 4" in sheet.line.text()
    sheet.stop.click()
    assert ("stop", ("nfo-1",), {}) in client.calls
    assert "Stopping" in sheet.line.text()
    client.book.left = 2
    written()
    work(application)
    assert "2 files stayed as before" in window.toast.sentence


def test_who_leaves_the_preview_has_nothing_looked_at_any_more(
    application: QApplication, window: Window, client: FakeClient
) -> None:
    client.late = []
    window.item.act("write")
    sheet = dialog(window, WriteDialog)
    QTest.keyClick(sheet, Key.Key_Escape)
    assert ("stop", ("",), {}) in client.calls
    assert "write_back" not in [one[0] for one in client.calls]


def test_another_item_is_found_and_merged(
    application: QApplication, window: Window, client: FakeClient, qtbot: QtBot
) -> None:
    window.item.act("merge")
    work(application)
    sheet = dialog(window, MergeDialog)
    assert not sheet.agree.isEnabled()
    sheet.search.setText("number")
    qtbot.waitUntil(lambda: sheet.list.count() > 1)
    sheet.list.setCurrentRow(0)
    sheet.search.setText('"number 7"')
    assert not sheet.list.count(), "what was found for another text can't be merged by mistake"
    assert not sheet.agree.isEnabled()
    qtbot.waitUntil(lambda: sheet.list.count() == 1)
    sheet.search.setText("unheardof")
    qtbot.waitUntil(lambda: "Nothing else is found" in sheet.line.text())
    sheet.search.setText('"number 7"')
    qtbot.waitUntil(lambda: sheet.list.count() == 1)
    assert not sheet.line.text()
    press(sheet.search, Key.Key_Return)
    sheet.list.setCurrentRow(0)
    assert sheet.agree.isEnabled()
    press(sheet.list, Key.Key_Return)
    work(application)
    assert ("merge", (ident(4), (ident(7),)), {}) in client.calls
    assert ident(7) not in client.items


def test_on_the_real_engine_opinions_edits_and_notes_stay(
    application: QApplication, open_window: Open, library: Path, qtbot: QtBot
) -> None:
    window = open_window(library)
    found: list[tuple[str, ...]] = []
    window.desk.questions.ask(found.append, Verbs.ids, text="lighthouse")
    app.settle(application, window)
    ((lighthouse,),) = found
    window.open_item(lighthouse)
    app.settle(application, window)
    page = window.item
    page.stars.setFocus()
    press(page.stars, Key.Key_4)
    app.settle(application, window)
    page.watched.click()
    app.settle(application, window)
    QTest.keyClicks(page.yours.tags.field, "coast")
    press(page.yours.tags.field, Key.Key_Return)
    app.settle(application, window)
    QTest.keyClicks(page.yours.collections.field, "Seaside")
    press(page.yours.collections.field, Key.Key_Return)
    app.settle(application, window)
    page.yours.note.text.setPlainText("Look at the lamp.")
    page.yours.note.save()
    app.settle(application, window)
    sheet = edit_items(window.desk, (lighthouse,), window)
    app.settle(application, window)
    assert sheet.fields["title"].editor.text() == "Lighthouse"  # type: ignore[union-attr]
    sheet.fields["year"].editor.setText("soon")  # type: ignore[union-attr]
    sheet.agree.click()
    app.settle(application, window)
    assert "year" in sheet.fields["year"]._problem.text()
    sheet.fields["year"].editor.setText("1987")  # type: ignore[union-attr]
    sheet.fields["genres"].editor.setText("Sea, Storm")  # type: ignore[union-attr]
    sheet.agree.click()
    app.settle(application, window)
    window.go("settings")
    window.open_item(lighthouse)
    app.settle(application, window)
    assert page.stars.value() == 8
    assert page.watched.isChecked()
    assert "coast" in page.yours.tags.chips
    assert list(page.yours.collections.chips) == ["Seaside"]
    assert page.yours.note.text.toPlainText() == "Look at the lamp."
    assert "1987" in page._line.accessibleName()
    window.deeds.undo()
    qtbot.waitUntil(lambda: "1987" not in page._line.accessibleName())
    assert not window.message.isVisible(), window.message.words.text()


def test_on_the_real_engine_many_items_are_edited_and_undone(
    application: QApplication, open_window: Open, library: Path
) -> None:
    window = open_window(library)
    found: list[tuple[str, ...]] = []
    window.desk.questions.ask(found.append, Verbs.ids, text="kind:song")
    app.settle(application, window)
    (songs,) = found
    sheet = edit_items(window.desk, songs, window)
    app.settle(application, window)
    assert sheet.fields["title"].editor.placeholderText() == "Several values"
    sheet.fields["genres"].editor.setText("Weather")  # type: ignore[union-attr]
    QTest.keyClicks(sheet.labels.field, "outside")
    press(sheet.labels.field, Key.Key_Return)
    sheet.agree.click()
    app.settle(application, window)
    shared: list[object] = []
    window.desk.questions.ask(shared.append, Organising.common, songs)
    app.settle(application, window)
    (common,) = shared
    assert common.fields["genres"] == "Weather"  # type: ignore[attr-defined]
    assert common.tags == (("outside", len(songs)),)  # type: ignore[attr-defined]
    window.deeds.undo()
    window.deeds.undo()
    app.settle(application, window)
    window.desk.questions.ask(shared.append, Organising.common, songs)
    app.settle(application, window)
    assert "genres" not in shared[-1].fields  # type: ignore[attr-defined]
    assert shared[-1].tags == ()  # type: ignore[attr-defined]
