"""The whole window on the real engine and real files."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from gui.fake_client import FakeClient, item
from gui.names import nameless
from library_factory import rest
from media_factory import clip
from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialog,
    QLabel,
    QLineEdit,
    QMessageBox,
    QWidget,
)
from pytestqt.qtbot import QtBot

from mediadesk import app
from mediadesk.api import UserError
from mediadesk.engine import client
from mediadesk.engine.messages import FolderView, Organising, Verbs
from mediadesk.play import qt, vlc
from mediadesk.store import safety
from mediadesk.ui import poses
from mediadesk.ui.desk import RESUME
from mediadesk.ui.rail import PLACES
from mediadesk.ui.style import DARK, LIGHT
from mediadesk.ui.widgets.backups import BackupRow
from mediadesk.ui.window import Window
from mediadesk.ui.words import Tile

Open = Callable[[Path], Window]
Key = Qt.Key


def press(window: Window, key: Qt.Key, *more: Qt.KeyboardModifier) -> None:
    """Press a key where the keyboard is."""
    modifiers = Qt.KeyboardModifier.NoModifier
    for one in more:
        modifiers |= one
    QTest.keyClick(QApplication.focusWidget() or window, key, modifiers)


def activate(window: Window) -> None:
    window.activateWindow()
    assert QTest.qWaitForWindowActive(window)


def picks(window: Window) -> list[Tile]:
    """The cards of the shelf of top picks."""
    shelf = next(one for one in window.for_you._shelves if "pick" in one.view.accessibleName())
    return [tile for number in range(shelf.model.total) if (tile := shelf.model.tile(number))]


def test_every_page_is_reached_and_left_by_keys(
    application: QApplication, open_window: Open, library: Path
) -> None:
    window = open_window(library)
    activate(window)
    for name, key in (
        ("library", Key.Key_L),
        ("activity", Key.Key_A),
        ("settings", Key.Key_S),
        ("for-you", Key.Key_F),
    ):
        assert not isinstance(QApplication.focusWidget(), QLineEdit), "there a letter is a letter"
        press(window, Key.Key_G)
        press(window, key)
        assert window.page is window.named(name)
    for number, name in enumerate(PLACES, start=1):
        press(window, Key(Key.Key_0 + number), Qt.KeyboardModifier.ControlModifier)
        assert window.page is window.named(name)
    press(window, Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert window.page is window.plugins
    press(window, Key.Key_Escape)
    assert window.page is window.activity
    press(window, Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert window.page is window.plugins
    app.settle(application, window)
    press(window, Key.Key_Slash)
    assert window.topbar.search.hasFocus()
    press(window, Key.Key_Question)
    assert not window.findChildren(QDialog)
    window.topbar.search.clear()
    press(window, Key.Key_Tab)
    press(window, Key.Key_F1)
    (dialog,) = window.findChildren(QDialog)
    dialog.close()


def test_arrows_enter_and_letters_work_on_cards(
    application: QApplication, open_window: Open, library: Path
) -> None:
    window = open_window(library)
    activate(window)
    window.go("library")
    app.settle(application, window)
    window.library.browser.view.take_keyboard()
    press(window, Key.Key_Right)
    tile = window.library.browser.view.tile_here()
    assert tile is not None
    assert tile == window.library.browser.model.tile(1)
    press(window, Key.Key_W)
    app.settle(application, window)
    assert window.drawer.isVisible()
    press(window, Key.Key_Escape)
    assert not window.drawer.isVisible()
    assert window.library.browser.view.hasFocus(), "the keyboard is where it was"
    press(window, Key.Key_L)
    app.settle(application, window)
    liked = window.library.browser.model.tile(1)
    assert liked is not None
    assert liked.liked
    window.library.browser.view.setFocus()
    press(window, Key.Key_Return)
    app.settle(application, window)
    assert window.page is window.item
    assert window.item._name.text() == tile.title


def test_a_like_changes_the_shelves_names_its_reason_and_can_be_undone(
    application: QApplication, open_window: Open, library: Path
) -> None:
    window = open_window(library)
    before = picks(window)
    assert before
    liked = next(tile for tile in before if not tile.sound)
    window.desk.act(liked, "like")
    app.settle(application, window)
    assert window.toast.isVisible()
    after = picks(window)
    assert [tile.id for tile in after] != [tile.id for tile in before]
    reasons = " ".join(
        shelf.model.tile(number).reason  # type: ignore[union-attr]
        for shelf in window.for_you._shelves
        if not shelf.isHidden()
        for number in range(shelf.model.total)
    )
    assert liked.title in reasons
    window.toast.undo_button.click()
    app.settle(application, window)
    assert [tile.id for tile in picks(window)] == [tile.id for tile in before]


def test_a_hidden_item_leaves_the_shelves(
    application: QApplication, open_window: Open, library: Path
) -> None:
    window = open_window(library)
    hidden = picks(window)[0]
    window.desk.act(hidden, "hide")
    app.settle(application, window)
    assert hidden.id not in [tile.id for tile in picks(window)]
    window.deeds.undo()
    app.settle(application, window)
    assert hidden.id in [tile.id for tile in picks(window)]


def test_the_item_page_shows_what_is_inside_the_file(
    application: QApplication, open_window: Open, library: Path
) -> None:
    window = open_window(library)
    panel = window.for_you._panel
    assert panel is not None
    ids = {card.title: card.id for shelf in panel.shelves for card in shelf.items}
    window.open_item(ids["Lighthouse"])
    app.settle(application, window)
    page = window.item
    assert page.moments.model.total >= 1
    assert page._facts.count() >= 4
    assert "Passages" in _texts(page._learnt)
    shown = [page.moments.model.tile(number) for number in range(page.moments.model.total)]
    assert all(tile and window.desk.pictures.get(tile.picture) for tile in shown)
    assert "of" in page._why.findChildren(QLabel)[0].text()
    window.open_item(ids["Rain"])
    app.settle(application, window)
    assert page._similar.model.total >= 1


def test_searching_goes_to_the_library_and_narrows_it(
    application: QApplication, open_window: Open, library: Path, qtbot: QtBot
) -> None:
    window = open_window(library)
    window.topbar.search.setText("lighthouse")
    assert window.page is window.library
    qtbot.waitUntil(lambda: window.library.browser.model.total == 1)
    window.topbar.search.setText("lighthouse OR")
    qtbot.waitUntil(window.library.hint.isVisible)
    assert "after “OR”" in window.library.hint.text()
    assert window.library.browser.model.total == 1, "half typed: what was found stays"
    assert not window.message.isVisible()
    window.topbar.search.setText("lighthouse OR kind:song")
    qtbot.waitUntil(lambda: window.library.browser.model.total >= 4)
    assert not window.library.hint.isVisible()
    window.topbar.search.setText("nothing has this name")
    qtbot.waitUntil(window.library.none.isVisible)
    assert window.library.browser.model.total == 0
    window.topbar.search.clear()
    window.library.chips["song"].click()
    qtbot.waitUntil(lambda: window.library.browser.model.total >= 3)
    tiles = [window.library.browser.model.tile(number) for number in range(3)]
    assert all(tile and tile.sound for tile in tiles)


def test_what_a_person_can_mend_is_told_in_one_sentence(
    application: QApplication, open_window: Open, library: Path
) -> None:
    window = open_window(library)
    window.intake.add("/no/such/folder")
    app.settle(application, window)
    assert window.message.isVisible()
    assert "/no/such/folder" in window.message.words.accessibleName()


def test_a_folder_is_added_and_its_files_appear_before_they_are_understood(
    application: QApplication, open_window: Open, media: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    window = open_window(tmp_path / "new")
    assert window.for_you._faces.currentWidget() is window.for_you._widgets["no folder"]
    window.go("settings")
    typed = window.settings.folders.typed
    typed.setText("/no/such/folder")
    QTest.keyClick(typed, Key.Key_Return)
    app.settle(application, window)
    assert typed.text() == "/no/such/folder", "what is wrong can be mended"
    typed.setText(str(media))
    QTest.keyClick(typed, Key.Key_Return)
    qtbot.waitUntil(lambda: str(media) in _texts(window.settings), timeout=20_000)
    qtbot.waitUntil(lambda: not typed.text(), timeout=20_000)
    row = window.settings.folders.rows.first
    assert row is not None
    qtbot.waitUntil(row.remove.isVisible)  # Qt shows what joins a layout one turn later
    typed.setFocus()
    QTest.keyClick(typed, Key.Key_Backtab)
    remove = QApplication.focusWidget()
    assert remove is not None
    assert remove.accessibleName() == f"Remove {media}", "the list stands above the line"
    window.go("for-you")
    qtbot.waitUntil(lambda: bool(window.for_you._shelves), timeout=20_000)
    panel = window.for_you._panel
    assert panel is not None
    assert panel.total > 0
    window.settings.folders.remove(str(media))
    qtbot.waitUntil(lambda: not window.desk.bridge.waiting, timeout=20_000)
    assert all((media / name.name).exists() for name in media.iterdir())


def test_a_dead_engine_is_replaced_and_said_so(
    application: QApplication, open_window: Open, library: Path, qtbot: QtBot
) -> None:
    window = open_window(library)
    window.desk.client._process.kill()
    qtbot.waitUntil(window.message.isVisible, timeout=20_000)
    assert "started again" in window.message.words.accessibleName()
    answered: list[object] = []
    window.desk.questions.ask(answered.append, Verbs.status)
    qtbot.waitUntil(lambda: bool(answered), timeout=20_000)
    qtbot.waitUntil(lambda: "it is whole" in window.message.words.text(), timeout=20_000)
    app.settle(application, window)
    assert picks(window)


def test_what_a_person_did_when_the_engine_was_killed_is_there_once(
    application: QApplication, open_window: Open, library: Path, qtbot: QtBot
) -> None:
    window = open_window(library)
    rated, liked, opened = picks(window)[:3]
    engine = psutil.Process(window.desk.client._process.pid)
    engine.suspend()  # so that it takes nothing in before it dies
    window.desk.change(Organising.rate, (rated.id,), 4.0)
    window.desk.feedback(liked, "like")
    window.desk.note(opened.id, "opened")
    window.desk.note_search("rain")
    engine.kill()
    qtbot.waitUntil(window.message.isVisible, timeout=20_000)
    assert "what you did is kept" in window.message.words.accessibleName()
    qtbot.waitUntil(lambda: len(window.deeds._done) == 2, timeout=20_000)
    app.settle(application, window)
    with closing(sqlite3.connect(library / "library.db")) as db:
        did = db.execute("SELECT item, kind FROM event WHERE kind <> 'shown'").fetchall()
    assert sorted(did) == sorted(
        [(rated.id, "rated"), (liked.id, "like"), (opened.id, "opened"), ("", "searched")]
    )
    for _ in range(2):
        window.deeds.undo()
    app.settle(application, window)
    one, other = window.desk.client.call(Verbs.views, (rated.id, liked.id)).result()
    assert (one.stars, other.liked) == (None, False)


def test_a_backup_is_made_and_restored_on_a_new_engine(
    application: QApplication, open_window: Open, library: Path, qtbot: QtBot
) -> None:
    window = open_window(library)
    window.go("settings")
    app.settle(application, window)
    box = window.settings.backups
    assert str(library / "backups") in _texts(box)
    box.now.setFocus()
    QTest.keyClick(box.now, Qt.Key.Key_Space)
    app.settle(application, window)
    row = box.rows.first
    assert row is not None
    assert window.focusWidget() is box.now, "the next key does nothing else"
    tile = picks(window)[0]
    window.desk.feedback(tile, "hide")
    app.settle(application, window)
    assert tile.id not in {one.id for one in picks(window)}
    row.restore.setFocus()
    row.restore.click()
    (question,) = box.findChildren(QMessageBox)
    (restore,) = [one for one in question.buttons() if one.text() == "Restore"]
    restore.click()
    qtbot.waitUntil(lambda: window.focusWidget() is row.restore)
    qtbot.waitUntil(lambda: "is what it was" in window.message.words.text(), timeout=20_000)
    assert window.focusWidget() is row.restore, "the keyboard stays where it was"
    assert len(box.findChildren(BackupRow)) == 2, "what the library was before is backed up too"
    window.go("for-you")
    app.settle(application, window)
    assert tile.id in {one.id for one in picks(window)}


def test_of_a_damaged_library_the_whole_way_back_is_told_and_works(
    application: QApplication, open_window: Open, library: Path, qtbot: QtBot
) -> None:
    good = safety.back_up(library / "library.db")
    (library / "library.db").write_bytes(b"nothing of a database" * 1000)
    window = open_window(library)
    qtbot.waitUntil(window.message.isVisible, timeout=20_000)
    words = window.message.words
    assert f"{good}" in words.text().replace("\u200b", ""), "a person can't read what is cut"
    assert words.height() >= words.heightForWidth(words.width())
    window.go("settings")
    qtbot.waitUntil(lambda: window.settings.backups.rows.first is not None, timeout=20_000)
    row = window.settings.backups.rows.first
    assert row is not None
    row.restore.click()
    (question,) = window.settings.backups.findChildren(QMessageBox)
    (restore,) = [one for one in question.buttons() if one.text() == "Restore"]
    restore.click()
    qtbot.waitUntil(lambda: "is what it was" in window.message.words.text(), timeout=20_000)
    kept = f"what it was before is kept, damaged, in “{good.parent}”"
    assert kept in window.message.words.text().replace("\u200b", "")
    window.go("for-you")
    app.settle(application, window)
    assert picks(window)


def test_the_look_changes_at_once_and_is_kept(
    application: QApplication, open_window: Open, library: Path
) -> None:
    window = open_window(library)
    window.go("settings")
    app.settle(application, window)
    for name, palette in (("light", LIGHT), ("dark", DARK)):
        window.settings._looks[name].click()
        app.settle(application, window)
        image = window.grab().toImage()
        assert image.pixelColor(image.width() - 4, image.height() - 4).name() == palette.window
        kept: list[str] = []
        window.desk.questions.ask(kept.append, Verbs.theme)
        app.settle(application, window)
        assert kept == [name]


def test_every_control_has_a_name_to_be_read_aloud(
    application: QApplication, open_window: Open, library: Path
) -> None:
    window = open_window(library)
    for name in poses.PAGES:
        poses._turn(window, name)
        app.settle(application, window)
    assert nameless(window) == []


def test_playing_is_told_to_the_engine_and_resumes(
    application: QApplication, open_window: Open, library: Path, qtbot: QtBot
) -> None:
    try:
        vlc.version()
    except UserError as error:
        pytest.skip(str(error))
    (library / "more").mkdir()
    rest(clip(library / "more" / "cockatoo.mp4", seconds=12))
    window = open_window(library)
    window.intake.add(str(library / "more"))
    window.library.search("cockatoo")
    window.go("library")
    qtbot.waitUntil(lambda: window.library.browser.model.total == 1, timeout=20_000)
    qtbot.waitUntil(lambda: window.library.browser.model.tile(0) is not None)
    item = window.library.browser.model.tile(0)
    assert item is not None
    window.play(item.id, 1.0)
    player = window.player
    qtbot.waitUntil(
        lambda: player.playback.playing and player.playback.position > 5, timeout=20_000
    )
    window.back()
    app.settle(application, window)
    window.open_item(item.id)
    app.settle(application, window)
    assert window.item._play_button.accessibleName().startswith("Resume at 0:0")


class Desktop(QObject):
    """Takes the files that are opened in the system's player."""

    def __init__(self) -> None:
        super().__init__()
        self.files: list[str] = []

    @Slot(QUrl)
    def open(self, url: QUrl) -> None:
        self.files.append(url.toLocalFile())


def test_without_a_player_the_file_is_offered_to_the_systems(
    application: QApplication, open_window: Open, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "vlc", None)
    monkeypatch.setattr(qt, "HERE", False)
    window = open_window(library)
    item = picks(window)[0]
    window.play(item.id, RESUME)
    app.settle(application, window)
    assert window.player.stage.absent.isVisible()
    assert "libvlc5" in _texts(window.player.stage.absent)
    desktop = Desktop()
    QDesktopServices.setUrlHandler("file", desktop, "open")
    window.player.stage.outside.click()
    QDesktopServices.unsetUrlHandler("file")
    (opened,) = desktop.files
    assert Path(opened).exists()


@pytest.mark.parametrize("page", ["item", "player"])
def test_a_picture_of_a_page_is_taken(
    application: QApplication, library: Path, tmp_path: Path, page: str
) -> None:
    out = tmp_path / "page.png"
    app.screenshot(library, (page,), out, themes=("light",), sizes=((1200, 800),))
    image = QImage(str(out))
    assert (image.width(), image.height()) == (1200, 800)
    colours = {
        image.pixelColor(x, y).rgb() for x in range(300, 1200, 20) for y in range(80, 800, 20)
    }
    assert len(colours) > 10


def test_without_an_engine_there_is_no_picture(
    application: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "page.png"
    (tmp_path / "library.db").write_bytes(b"no database" * 999)
    with pytest.raises(UserError, match=r"library\.db"):
        app.screenshot(tmp_path, ("for-you",), out)
    ends = [sys.executable, "-c", ""]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    monkeypatch.setattr(client, "launch", lambda: subprocess.Popen(ends, **pipes))
    with pytest.raises(UserError, match="mediadesk doctor"):
        app.screenshot(tmp_path, ("for-you",), out)
    assert not out.exists()


def test_the_window_keeps_its_size(
    application: QApplication, show: Callable[[FakeClient], Window], tmp_path: Path
) -> None:
    file = tmp_path / "window.ini"
    first = show(FakeClient())
    window = Window(first.desk, geometry_file=file)
    window.resize(900, 600)  # the offscreen screen is 800 wide, so the width is cut
    window.show()
    window.close()
    again = Window(first.desk, geometry_file=file)
    assert again.height() == 600
    for one in (window, again):
        one.deleteLater()


def test_news_do_not_take_the_keyboard_from_a_folders_button(
    application: QApplication, show: Callable[[FakeClient], Window]
) -> None:
    client = FakeClient(folders=[FolderView(path="/films", files=3, available=True)])
    window = show(client)
    activate(window)
    window.go("settings")
    app.settle(application, window)
    (remove,) = [
        one
        for one in window.settings.findChildren(QAbstractButton)
        if one.accessibleName() == "Remove /films"
    ]
    remove.setFocus()
    client.folders = (replace(client.folders[0], files=4),)
    window.settings.refresh(frozenset({"status"}))
    app.settle(application, window)
    assert "4 files" in _texts(window.settings)
    assert QApplication.focusWidget() is remove


def test_an_explanation_that_comes_late_does_not_open_on_another_page(
    application: QApplication, show: Callable[[FakeClient], Window]
) -> None:
    client = FakeClient([item(1)])
    window = show(client)
    client.late = []
    window.desk.explained.emit(item(1).id)
    late, client.late = client.late, None
    window.go("settings")
    for answer in late:
        answer()
    app.settle(application, window)
    assert not window.drawer.isVisible()


def _texts(widget: QWidget) -> str:
    return " ".join(
        f"{label.text()} {label.accessibleName()}" for label in widget.findChildren(QLabel)
    )
