"""Duplicates, missing files, imports and changes, by mouse and by keyboard."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from gui.fake_client import FakeClient, item
from gui.fake_organising import unmatched
from gui.widths import cut_off
from library_factory import rest
from media_factory import clip
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialog,
    QFileDialog,
    QLabel,
    QMessageBox,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from mediadesk import app
from mediadesk.engine.messages import (
    Absent,
    FolderView,
    Imported,
    ImportedLine,
    Organising,
    Twins,
    Verbs,
)
from mediadesk.ui import item_words
from mediadesk.ui.dialogs.relink import RelinkDialog
from mediadesk.ui.dialogs.write import WriteDialog
from mediadesk.ui.pages.tidy import FACES
from mediadesk.ui.widgets.imported import signs, tables
from mediadesk.ui.widgets.table import TextTable
from mediadesk.ui.widgets.twins_row import TwinsRow
from mediadesk.ui.window import Window

Show = Callable[[FakeClient], Window]
Open = Callable[[Path], Window]
Key = Qt.Key
LONG = "What is called as nobody would call it" * 4


def ident(number: int) -> str:
    return f"{number:032x}"


def work(application: QApplication, window: Window | None = None) -> None:
    """Let the window work, told of a change first if given; this engine answers at once."""
    if window is not None:
        window.desk.changed.emit(frozenset({"items"}))
        if window.is_made("tidy") and window.tidy.twins._soon.isActive():
            window.tidy.twins.enter()  # it waits a while, not to compare too often
    for _ in range(8):
        application.processEvents()


def texts(widget: QWidget) -> str:
    return "\n".join(one.accessibleName() or one.text() for one in widget.findChildren(QLabel))


def agree(window: QWidget, word: str) -> None:
    """Press a button of the question that is open."""
    (box,) = [one for one in window.findChildren(QMessageBox) if one.isVisible()]
    (button,) = [one for one in box.buttons() if one.text() == word]
    button.click()


@pytest.fixture
def client() -> FakeClient:
    made = FakeClient([item(number) for number in range(24)])
    made.folders = (FolderView(path="/media", files=24, available=True),)
    for number, height in ((1, 1080), (2, 480), (4, 1080), (5, 1080)):
        made.items[ident(number)] = replace(made.items[ident(number)], height=height)
    one = [made.items[ident(number)] for number in range(24)]
    made.book.pairs = (
        Twins(items=(one[1], one[2]), alike=1.0, why="the same file", better="1080 lines"),
        Twins(items=(one[6], one[7]), alike=1.0, why="the same file", better="1080 lines"),
        Twins(items=(one[4], one[5]), alike=0.93, why="they look alike", better=""),
    )
    gone = {10: "Blue", 21: ""}
    for number, drive in gone.items():
        made.items[ident(number)] = replace(one[number], available=False, drive=drive)
    made.book.absent = (
        Absent(folder="/mnt/blue", drive="Blue", count=1, items=(made.items[ident(10)],)),
        Absent(folder="/media", drive="", count=1, items=(made.items[ident(21)],)),
    )
    made.imports = {
        "/home/me/trakt.json": Imported(
            importer="Trakt",
            matched=12,
            known=5,
            unmatched=tuple(unmatched(number) for number in range(3)),
            kept=False,
            lines=(replace(unmatched(7), item=ident(4), found="A quiet walk number 4"),),
        )
    }
    return made


@pytest.fixture
def window(application: QApplication, show: Show, client: FakeClient) -> Window:
    made = show(client)
    made.go("tidy")
    work(application)
    made.activateWindow()
    return made


def test_each_face_is_reached_by_its_button_and_by_its_name(
    application: QApplication, window: Window
) -> None:
    tidy = window.tidy
    for name, face in zip(
        FACES, (tidy.twins, tidy.missing, tidy.importing, tidy.changes), strict=True
    ):
        tidy.chips[name].setFocus()
        QTest.keyClick(tidy.chips[name], Key.Key_Space)
        work(application)
        assert tidy.face is face
        assert face.isVisible()
    window.go("tidy", "missing")
    work(application)
    assert tidy.face is tidy.missing
    assert tidy.chips["missing"].isChecked()


@pytest.mark.parametrize(
    ("face", "nothing"),
    [("missing", "Nothing is missing"), ("changes", "Nothing was changed yet")],
)
def test_that_there_is_nothing_is_told_once_it_is_known(
    application: QApplication, show: Show, face: str, nothing: str
) -> None:
    client = FakeClient()
    window = show(client)
    client.late = []
    window.go("tidy", face)
    application.processEvents()

    def told() -> list[str]:
        shown = [one for one in window.page.findChildren(QLabel) if one.isVisible()]
        return [one.text() for one in shown]

    assert nothing not in told()
    late, client.late = client.late, None
    for answer in late:
        answer()
    work(application)
    assert nothing in told()


def test_nothing_is_cut_off_in_a_narrow_window(
    application: QApplication, show: Show, client: FakeClient
) -> None:
    client.items |= {key: replace(each, title=LONG) for key, each in client.items.items()}
    window = show(client)
    window.resize(window.minimumSize())
    for name in reversed(FACES):
        window.go("tidy", name)
        app.settle(application, window)
        assert not cut_off(window), name
    (title, *_) = [
        button
        for button in window.tidy.twins.findChildren(QPushButton)
        if button.accessibleName() == f"Open “{LONG}”"
    ]
    cut = title.text()
    window.resize(1440, 900)
    app.settle(application, window)
    assert len(title.text()) > len(cut)  # as wide as there is room


def test_the_better_of_two_is_kept_and_that_can_be_undone(
    application: QApplication, window: Window, client: FakeClient
) -> None:
    row = window.tidy.twins.list.rows.first
    assert row is not None
    assert "1080p" in texts(row)
    assert "480p" in texts(row)
    assert "1080 lines" in texts(row)
    row.keep[0].setFocus()
    QTest.keyClick(row.keep[0], Key.Key_Space)
    work(application, window)
    assert ("merge", (ident(1), (ident(2),)), {}) in client.calls
    assert "Merged" in window.toast.sentence
    assert "“A quiet walk number 1”" not in (
        window.tidy.twins.list.rows.first.accessibleName()  # type: ignore[union-attr]
    )
    window.toast.undo_button.click()
    work(application, window)
    assert ident(2) in client.items
    assert len(client.book.pairs) == 3


def test_the_other_one_is_kept_where_a_person_says_so(
    application: QApplication, window: Window, client: FakeClient
) -> None:
    row = window.tidy.twins.list.rows.first
    assert row is not None
    row.keep[1].click()
    work(application)
    assert ("merge", (ident(2), (ident(1),)), {}) in client.calls


def test_a_double_click_merges_once(window: Window, client: FakeClient) -> None:
    row = window.tidy.twins.list.rows.first
    assert row is not None
    row.keep[0].setFocus()
    row.keep[0].click()
    row.keep[0].click()
    row.not_same.click()
    focused = window.focusWidget()
    assert window.tidy.twins.isAncestorOf(focused)
    assert not row.isAncestorOf(focused)
    assert [name for name, _, _ in client.calls if name in {"merge", "apart"}] == ["merge"]


def test_what_is_not_the_same_is_never_offered_again(
    application: QApplication, window: Window, client: FakeClient
) -> None:
    row = window.tidy.twins.list.rows.first
    assert row is not None
    row.not_same.click()
    work(application, window)
    assert ("apart", ((ident(1), ident(2)),), {}) in client.calls
    assert len(client.book.pairs) == 2


def test_all_that_are_sure_are_merged_after_a_question(
    application: QApplication, window: Window, client: FakeClient
) -> None:
    page = window.tidy.twins
    assert "2 that are sure" in page.merge_sure.accessibleName()
    page.merge_sure.click()
    agree(window, "Cancel")
    assert "merge_all" not in [name for name, _, _ in client.calls]
    page.merge_sure.click()
    agree(window, "Merge all")
    work(application, window)
    sets = ((ident(1), ident(2)), (ident(6), ident(7)))
    assert ("merge_all", (sets,), {}) in client.calls
    assert ident(2) not in client.items
    assert not page.merge_sure.isVisible()
    window.deeds.undo()
    work(application, window)
    assert {ident(2), ident(7)} <= set(client.items)


@pytest.mark.parametrize(
    ("count", "neither", "others"), [(2, "Neither is", "the other."), (5, "None is", "the others.")]
)
def test_two_and_many_of_the_same_are_told_apart(
    window: Window, client: FakeClient, count: int, neither: str, others: str
) -> None:
    items = tuple(client.items[ident(number)] for number in range(count))
    row = TwinsRow(window.desk, Twins(items=items, alike=0.9, why="they look alike", better=""))
    assert f"{neither} better. Whichever you keep" in texts(row)
    assert f"positions of {others}" in texts(row)


def test_without_duplicates_the_page_says_so(
    application: QApplication, window: Window, client: FakeClient
) -> None:
    client.book.pairs = ()
    work(application, window)
    assert window.tidy.twins.none.isVisible()
    assert "No duplicates" in texts(window.tidy.twins.none)


def test_what_is_missing_is_listed_drive_by_drive(
    application: QApplication, window: Window, client: FakeClient
) -> None:
    window.go("tidy", "missing")
    work(application)
    shown = texts(window.tidy.missing)
    assert "1 item on the drive “Blue”" in shown
    assert "1 item went away from “/media”" in shown
    buttons = {
        one.accessibleName(): one
        for one in window.tidy.missing.findChildren(QAbstractButton)
        if one.isVisible()
    }
    assert "Forget “A quiet walk number 10”" not in buttons, "its drive will be back"
    buttons["Forget “A quiet walk number 21”"].click()
    agree(window, "Forget")
    work(application, window)
    assert ("forget", ((ident(21),),), {}) in client.calls
    assert "went away from" not in texts(window.tidy.missing)
    window.deeds.undo()
    work(application, window)
    assert "went away from" in texts(window.tidy.missing)


def test_a_missing_item_or_its_folder_is_relinked(
    application: QApplication, window: Window, client: FakeClient
) -> None:
    window.go("tidy", "missing")
    work(application)
    buttons = {
        one.accessibleName(): one for one in window.tidy.missing.findChildren(QAbstractButton)
    }
    buttons["Relink “A quiet walk number 21”"].click()
    work(application)
    (sheet,) = [one for one in window.findChildren(RelinkDialog) if one.isVisible()]
    assert not sheet.agree.isEnabled(), "nothing looks like it"
    sheet.typed.setText("/elsewhere/21.mkv")
    QTest.keyClick(sheet, Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    work(application, window)
    assert client.items[ident(21)].path == "/elsewhere/21.mkv"
    buttons["Relink the folder “/mnt/blue”"].click()
    (chooser,) = [one for one in window.findChildren(QFileDialog) if one.isVisible()]
    chooser.fileSelected.emit("/mnt/other")
    chooser.close()
    work(application, window)
    assert ("relink_folder", ("/mnt/blue", "/mnt/other"), {}) in client.calls
    assert window.tidy.missing.none.isVisible()


def test_a_history_is_looked_at_before_it_is_taken_over(
    application: QApplication, window: Window, client: FakeClient
) -> None:
    window.go("tidy", "import")
    work(application)
    page = window.tidy.importing
    page.typed.setText("/home/me/nothing.txt")
    QTest.keyClick(page.typed, Key.Key_Return)
    work(application)
    assert "can't be imported" in page._trouble.text()
    page.typed.setText("/home/me/trakt.json")
    QTest.keyClick(page.typed, Key.Key_Return)
    work(application)
    assert not page._trouble.text()
    shown = texts(page)
    assert "7 lines of your items would be taken over" in shown
    assert "5 lines are known already" in shown
    assert "3 lines are about nothing in your library" in shown
    mine, others = page.findChildren(TextTable)
    assert mine.model().index(0, 0).data() == "Unknown 7"
    assert mine.model().index(0, 4).data() == "A quiet walk number 4"
    assert others.model().index(1, 0).data() == "Unknown 1"
    calls = [kwargs for name, _, kwargs in client.calls if name == "import_history"]
    assert all(kwargs["dry_run"] for kwargs in calls)
    QTest.keyClick(page.take, Key.Key_Space)
    assert window.focusWidget() is page.typed, "it must not wander down the tables"
    work(application)
    assert window.toast.sentence == "Imported 7 lines from Trakt"
    assert window.toast.undo_button.isVisible()
    window.toast.undo_button.click()
    work(application)
    assert window.toast.sentence == "Undone: Imported 7 lines from Trakt"
    assert "7 lines of your items taken over" in texts(page)
    work(application, window)
    assert not page._result.isVisible(), "it is taken over no more"
    assert not page.take.isVisible()
    assert window.focusWidget() is page.typed, "the button that had the keyboard is gone"
    page.undo.setFocus()
    page.undo.click()
    agree(window, "Take back")
    work(application)
    assert ("undo_import", (), {}) in client.calls
    assert window.focusWidget() is page.typed, "the button could not be pressed meanwhile"


def test_one_history_is_read_at_once_and_that_one_is_taken_over(
    application: QApplication, window: Window, client: FakeClient
) -> None:
    window.go("tidy", "import")
    work(application)
    page = window.tidy.importing
    page.look_at_nfos()
    page.look_at("/home/me/trakt.json")
    assert page._trouble.text().startswith("Something else is being read")
    work(application)
    page.take_over()
    page.look_at("/home/me/trakt.json")
    work(application)
    assert "import_history" not in [name for name, _, _ in client.calls]
    page.look_at("/home/me/trakt.json")
    assert not page._trouble.text()
    work(application)


def test_a_long_history_is_read_with_a_sign_of_how_far(
    application: QApplication, window: Window, client: FakeClient
) -> None:
    window.go("tidy", "import")
    work(application)
    page = window.tidy.importing
    page.look_at("/home/me/trakt.json")
    assert page._far.text() == "Reading …"
    page._often.timeout.emit()
    page._show_far(client.import_progress())
    assert page._far.text() == "Reading: 31 MB of 42 MB"
    work(application)
    assert not page._far.text()
    page._show_far(client.import_progress())
    assert not page._far.text(), "it is read by now"


def test_only_titles_are_cut_where_an_import_is_shown_in_a_small_window(qtbot: QtBot) -> None:
    line = ImportedLine(
        title=LONG, year=1995, kind="rated", at=1694556360, item="h", value=0.9, found=LONG
    )
    found = Imported(
        importer="Trakt", matched=1, known=0, unmatched=(line,), kept=False, lines=(line,)
    )
    for table in tables(found).values():
        qtbot.addWidget(table)
        table.resize(830, 200)
        table.show()
        for column in (1, 2, 3):
            text = table.model().index(0, column).data()
            assert table.columnWidth(column) > table.fontMetrics().horizontalAdvance(text)
        assert table.columnWidth(0) > table.columnWidth(1) * 2, "the title has the room"
        assert table.horizontalHeader().length() <= 830


def test_the_table_of_an_import_shows_stars_and_shares_and_how_much_it_leaves_out() -> None:
    def line(kind: str, value: float, at: float = 0) -> ImportedLine:
        return ImportedLine(title="Heat", year=1995, kind=kind, at=at, item="h", value=value)

    lines = (line("rated", 0.9, at=1704153600), line("played", 0.415), line("finished", 1))
    found = Imported(
        importer="Trakt", matched=600, known=0, unmatched=lines[:1] * 501, kept=False, lines=lines
    )
    made = tables(found)
    assert list(made) == [
        "What would be taken over: the first 3 of 600",
        "About nothing in your library: the first 500 of 501",
    ]
    table = made["What would be taken over: the first 3 of 600"].model()
    cells = [[table.index(row, column).data() for column in (2, 3)] for row in range(3)]
    assert cells == [
        ["rated 4½ of 5 stars", "2 January 2024"],
        ["played 42%", ""],
        ["watched", ""],
    ]


def test_what_nfo_files_tell_is_taken_over_likewise(
    application: QApplication, window: Window, client: FakeClient
) -> None:
    window.go("tidy", "import")
    work(application)
    page = window.tidy.importing
    page.nfos.click()
    work(application)
    assert "3 lines of your items would be taken over" in texts(page)
    assert ("import_nfos", (), {"dry_run": True}) in client.calls
    page.take.click()
    work(application)
    assert ("import_nfos", (), {"dry_run": False}) in client.calls


def test_one_line_is_told_in_the_singular() -> None:
    found = Imported(importer="Kodi", matched=2, known=1, unmatched=(unmatched(1),), kept=True)
    told = [sign.text for sign in signs(found)]
    assert told[:2] == ["1 line of your items taken over", "1 line is known already"]
    assert told[2].startswith("1 line is about nothing")


def test_lines_that_come_often_are_told_once_and_so_is_what_an_archive_holds_in_vain(
    application: QApplication,
) -> None:
    often = replace(unmatched(1), artist="Anna", times=1_200)
    found = Imported(
        importer="Last.fm", matched=1, known=0, unmatched=(often, unmatched(2)), kept=False,
        left_out=("“a.zip/watchlist.csv” lists what you want to watch.",),
    )  # fmt: skip
    told = [sign.text for sign in signs(found)]
    assert told[1].startswith("1,201 lines are about nothing")
    assert told[2] == found.left_out[0]
    [table] = tables(found).values()
    shown = [table.model().index(0, column).data() for column in range(4)]
    assert shown == ["Unknown 1 · Anna", "1991", "watched", "1,200 times"]


def test_each_change_can_be_taken_back_later(
    application: QApplication, window: Window, client: FakeClient
) -> None:
    client.rate([ident(1)], 4)
    client.tag([ident(2), ident(3)], add=["calm"])
    window.go("tidy", "changes")
    work(application)
    page = window.tidy.changes
    shown = texts(page)
    assert shown.index("Tagged 2 items") < shown.index("Rated 1 items"), "the newest first"
    assert "Today" in shown
    buttons = {one.accessibleName(): one for one in page.findChildren(QAbstractButton)}
    buttons["Undo “Tagged 2 items”"].setFocus()
    QTest.keyClick(buttons["Undo “Tagged 2 items”"], Key.Key_Space)
    work(application, window)
    assert client.items[ident(2)].labels == ()
    assert not buttons["Undo “Tagged 2 items”"].isVisible()
    assert "Undone: Tagged 2 items" in texts(page)
    undone = window.focusWidget()
    assert undone is not None
    told = "Undo “Undone: Tagged 2 items”"
    assert undone.accessibleName() == told, "the next key takes back nothing else"


def test_a_thousand_changes_are_shown_a_part_at_a_time(
    application: QApplication, window: Window, client: FakeClient
) -> None:
    for _ in range(120):
        client.rate([ident(1)], 4)
    window.go("tidy", "changes")
    work(application)
    changes = window.tidy.changes.list
    assert changes.rows.count() == 50
    assert "50 of 70" in changes.more.accessibleName()
    changes.more.click()
    work(application)
    assert changes.rows.count() == 100


@pytest.mark.parametrize(
    ("stars", "said"), [(None, "not rated"), (0.5, "½ of 5"), (3.0, "3 of 5"), (4.5, "4½ of 5")]
)
def test_a_rating_is_said_in_words(stars: float | None, said: str) -> None:
    assert item_words.stars(stars).startswith(said)


def test_on_the_real_engine_a_re_encoded_clip_is_found_and_merged(
    application: QApplication, open_window: Open, library: Path, qtbot: QtBot
) -> None:
    more = library / "more"
    more.mkdir()
    rest(clip(more / "Harbour.mkv", seed=2, title="Harbour", size=(96, 64)))
    window = open_window(library)
    window.intake.add(str(more))
    page = window.tidy.twins
    window.go("tidy", "twins")

    def found() -> bool:
        page.enter()
        app.settle(application, window)
        return page.list.rows.first is not None

    qtbot.waitUntil(found, timeout=60_000)
    row = page.list.rows.first
    assert row is not None
    assert "Harbour" in row.accessibleName()
    kept = row._ids[0]
    row.keep[0].click()
    app.settle(application, window)
    page.enter()
    app.settle(application, window)
    assert page.list.rows.first is None
    window.open_item(kept)
    app.settle(application, window)
    assert window.item.versions.isVisible()
    done: list[object] = []
    window.desk.questions.ask(done.append, Organising.changes)
    app.settle(application, window)
    assert "Merged" in done[0][0].says  # type: ignore[index]
    (split,) = [
        one
        for one in window.item.versions.findChildren(QAbstractButton)
        if one.isVisible() and "not the same" in one.accessibleName()
    ]
    split.click()
    app.settle(application, window)
    assert not window.item.versions.isVisible()
    ids: list[tuple[str, ...]] = []
    window.desk.questions.ask(ids.append, Verbs.ids, text="harbour")
    app.settle(application, window)
    assert len(ids[0]) == 2, "they are two items again"
    assert not window.message.isVisible(), window.message.words.text()


def otters(application: QApplication, window: Window) -> tuple[str, ...]:
    found: list[tuple[str, ...]] = []
    window.desk.questions.ask(found.append, Verbs.ids, text="otter")
    app.settle(application, window)
    return found[-1]


def otter(application: QApplication, window: Window, more: Path, qtbot: QtBot) -> tuple[str, Path]:
    """Add a folder with one clip, open its page, and give its id and its file."""
    more.mkdir()
    film = clip(more / "Otter.mkv", seed=9, seconds=2, title="Otter")
    rest(film)
    window.intake.add(str(more))
    qtbot.waitUntil(lambda: len(otters(application, window)) == 1, timeout=30_000)
    (made,) = otters(application, window)
    window.open_item(made)
    app.settle(application, window)
    return made, film


def test_on_the_real_engine_a_file_is_verified_and_written_beside(
    application: QApplication, open_window: Open, library: Path, qtbot: QtBot
) -> None:
    window = open_window(library)
    _, film = otter(application, window, library / "more", qtbot)
    window.item.act("verify")
    qtbot.waitUntil(lambda: "read to its end" in window.toast.sentence, timeout=20_000)
    window.item.act("write")
    app.settle(application, window)
    (sheet,) = [one for one in window.findChildren(WriteDialog) if one.isVisible()]
    assert sheet.agree.isEnabled(), sheet.line.text()
    sheet.agree.click()
    qtbot.waitUntil(lambda: film.with_suffix(".nfo").exists(), timeout=20_000)
    assert "<title>Otter</title>" in film.with_suffix(".nfo").read_text(encoding="utf-8")
    assert not window.message.isVisible(), window.message.words.text()


def test_on_the_real_engine_what_is_lost_is_forgotten_brought_back_and_relinked(
    application: QApplication, open_window: Open, library: Path, qtbot: QtBot
) -> None:
    window = open_window(library)
    more = library / "more"
    lost, film = otter(application, window, more, qtbot)
    window.item.act("rate-4")
    film.unlink()
    window.desk.questions.tell(Verbs.scan, (str(more),))
    window.go("tidy", "missing")
    page = window.tidy.missing

    def listed() -> bool:
        page.enter()
        app.settle(application, window)
        return "Otter.mkv" in texts(page)

    qtbot.waitUntil(listed, timeout=20_000)
    buttons = {one.accessibleName(): one for one in page.findChildren(QAbstractButton)}
    buttons["Forget “Otter”"].click()
    agree(window, "Forget")
    qtbot.waitUntil(lambda: not listed(), timeout=20_000)
    assert otters(application, window) == ()
    window.deeds.undo()
    qtbot.waitUntil(listed, timeout=20_000)
    assert otters(application, window) == (lost,)
    better = clip(more / "Otter in colour.mkv", seed=9, seconds=2, size=(96, 64), title="Otter")
    rest(better)
    window.desk.questions.tell(Verbs.scan, (str(more),))
    qtbot.waitUntil(lambda: len(otters(application, window)) == 2, timeout=30_000)
    window.open_item(lost)
    app.settle(application, window)
    window.item.act("relink")
    app.settle(application, window)
    (sheet,) = [one for one in window.findChildren(RelinkDialog) if one.isVisible()]
    assert sheet.chosen == str(better), "the same title and length"
    sheet.agree.click()
    qtbot.waitUntil(lambda: not window.item.absence.isVisible(), timeout=20_000)
    assert window.item.acts.item is not None
    assert window.item.acts.item.path == str(better)
    assert window.item.stars.value() == 8, "the rating came along"
    assert not window.message.isVisible(), window.message.words.text()


def test_on_the_real_engine_a_history_is_imported_and_taken_back(
    application: QApplication, open_window: Open, library: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    export = tmp_path / "trakt-history.json"
    watched = {"watched_at": "2024-05-01T20:00:00.000Z", "action": "watch", "type": "movie"}
    lines = [
        {**watched, "id": 1, "movie": {"title": "Lighthouse", "year": None}},
        {**watched, "id": 2, "movie": {"title": "Nothing of mine", "year": 1971}},
    ]
    export.write_text(json.dumps(lines), encoding="utf-8")
    window = open_window(library)
    window.go("tidy", "import")
    page = window.tidy.importing
    page.look_at(str(export))
    app.settle(application, window)
    assert "1 line of your items would be taken over" in texts(page), page._trouble.text()
    page.take.click()
    app.settle(application, window)
    found: list[tuple[str, ...]] = []
    window.desk.questions.ask(found.append, Verbs.ids, text="is:seen")
    app.settle(application, window)
    assert len(found[0]) == 1
    window.deeds.undo()
    qtbot.waitUntil(lambda: not page._result.isVisible(), timeout=20_000)
    window.deeds.redo()
    qtbot.waitUntil(page._result.isVisible, timeout=20_000)
    assert "1 line of your items taken over" in texts(page)
    page.undo.click()
    agree(window, "Take back")
    app.settle(application, window)
    window.desk.questions.ask(found.append, Verbs.ids, text="is:seen")
    app.settle(application, window)
    assert found[-1] == ()


def test_a_folder_is_taken_out_of_the_library_after_a_question(
    application: QApplication, window: Window, client: FakeClient
) -> None:
    window.go("settings")
    work(application)
    (remove,) = [
        one
        for one in window.settings.findChildren(QAbstractButton)
        if one.accessibleName() == "Remove /media"
    ]
    remove.click()
    (box,) = [one for one in window.findChildren(QMessageBox) if one.isVisible()]
    assert "24 files" in box.text()
    assert box.defaultButton().text() == "Cancel"
    agree(window, "Cancel")
    assert client.folders
    remove.click()
    agree(window, "Remove")
    work(application)
    assert not client.folders
    assert "all is back" in window.toast.sentence


def test_no_dialog_is_left_behind(application: QApplication, window: Window) -> None:
    window.open_item(ident(4))
    work(application)
    window.item.act("edit")
    work(application)
    (sheet,) = [one for one in window.findChildren(QDialog) if one.isVisible()]
    QTest.keyClick(sheet, Key.Key_Escape)
    work(application)
    assert not [one for one in window.findChildren(QDialog) if one.isVisible()]
