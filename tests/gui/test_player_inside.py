"""What is known of the inside of a film while it plays: intro, credits, proposed chapters."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from gui.fake_client import FakeClient, item
from media_factory import film
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from mediadesk.api import UserError
from mediadesk.engine.messages import ChapterView, Sitting, Span
from mediadesk.play import vlc
from mediadesk.ui.key_sheet import KeySheet
from mediadesk.ui.pages.player import PlayerPage
from mediadesk.ui.window import Window

Show = Callable[[FakeClient], Window]
_PATIENCE_MS = 20_000
INTRO, CREDITS = Span(start=2, end=9, label="intro"), Span(start=20, end=26, label="credits")


class Client(FakeClient):
    """Has sittings with proposed chapters."""

    def sit_down(self, name: str, *, profile: str | None = None) -> Sitting:
        chapters = (
            ChapterView(start=0, title="Harbour", proposed=True),
            ChapterView(start=15, title="Storm", proposed=True),
        )
        return replace(super().sit_down(name, profile=profile), chapters=chapters)


@pytest.fixture(scope="session")
def long_film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    try:
        vlc.version()
    except UserError as error:
        pytest.skip(str(error))
    return film(tmp_path_factory.mktemp("media") / "long.mkv", seconds=30.0)


@pytest.fixture
def window(show: Show, long_film: Path) -> Window:
    one = item(0, available=True, path=str(long_film), duration_s=30.0, kind="film", resume_s=0.0)
    client = Client([one])
    client.inside = {"spans": (INTRO, CREDITS)}
    made = show(client)
    made.player.set_volume(0)
    return made


def wait(qtbot: QtBot, until: Callable[[], bool]) -> None:
    qtbot.waitUntil(until, timeout=_PATIENCE_MS)


def plays(qtbot: QtBot, window: Window, start: float) -> PlayerPage:
    window.desk.played.emit(f"{0:032x}", start)
    player = window.player
    wait(qtbot, lambda: player.playback.playing and player.playback.position > start + 0.1)
    return player


def rests(qtbot: QtBot, window: Window, second: float) -> PlayerPage:
    """Have it stand at a second, however slow the machine is."""
    player = plays(qtbot, window, second)
    player.do("toggle")
    wait(qtbot, lambda: not player.playback.playing)
    player.playback.seek(second)
    wait(qtbot, lambda: player.playback.position == pytest.approx(second, abs=0.3))
    player._tick()
    return player


def press(window: Window, key: Qt.Key, held: Qt.KeyboardModifier) -> None:
    QTest.keyClick(window.windowHandle(), key, held)


def test_the_intro_is_skipped_by_its_button_and_the_credits_by_a_key(
    window: Window, qtbot: QtBot
) -> None:
    player = rests(qtbot, window, 0.5)
    skip = player.transport.skip
    assert not skip.isVisible(), "the intro has not begun"
    player.playback.seek(3.0)
    wait(qtbot, skip.isVisible)
    assert skip.accessibleName() == "Skip intro"
    assert "Shift+S" in skip.toolTip()
    QTest.mouseClick(skip, Qt.MouseButton.LeftButton)
    wait(qtbot, lambda: 8.5 < player.playback.position < 12)
    wait(qtbot, lambda: not skip.isVisible())
    player.playback.seek(20.5)
    wait(qtbot, skip.isVisible)
    assert skip.accessibleName() == "Skip credits"
    skip.setFocus()
    press(window, Qt.Key.Key_S, Qt.KeyboardModifier.ShiftModifier)
    wait(qtbot, lambda: player.playback.position > 25.5)
    assert not player.playback.playing, "so it did not come there by itself"
    wait(qtbot, lambda: not skip.isVisible())
    assert player.transport.toggle.hasFocus(), "the keyboard is not lost with the button"


def test_where_nothing_is_to_be_skipped_the_key_says_so_and_goes_nowhere(
    window: Window, qtbot: QtBot
) -> None:
    player = rests(qtbot, window, 12.0)
    press(window, Qt.Key.Key_S, Qt.KeyboardModifier.ShiftModifier)
    assert player.transport._moment.text() == "There is nothing to skip here"
    assert player.playback.position == pytest.approx(12.0, abs=0.3)
    player.playback.seek(8.5)
    wait(qtbot, lambda: player.playback.position == pytest.approx(8.5, abs=0.3))
    player._tick()
    assert not player.transport.skip.isVisible(), "half a second of it is left"


def test_in_full_screen_the_controls_come_back_to_offer_it(window: Window, qtbot: QtBot) -> None:
    player = plays(qtbot, window, 10.0)
    player.set_full_screen(full=True)
    player._screen._still = 10**6  # nobody moved the mouse for long
    wait(qtbot, lambda: not player.transport.isVisible())
    player.playback.seek(21.0)
    wait(qtbot, player.transport.skip.isVisible)
    assert player.transport.isVisible()
    player.set_full_screen(full=False)


def test_the_sheet_of_all_keys_names_it(window: Window) -> None:
    window.shortcuts.run("help")
    (sheet,) = [one for one in window.findChildren(KeySheet) if one.isVisible()]
    assert "skip" in sheet.rows
    sheet.close()


def test_proposed_chapters_say_so_in_the_bar_and_in_the_menu(window: Window, qtbot: QtBot) -> None:
    player = plays(qtbot, window, 16.0)
    assert player.transport.seek.spot(16.0).chapter == "Storm (proposed)"
    player._tick()
    assert player.transport._moment.text().startswith("Storm (proposed) · ")
    player.menus.chapters(player.transport.chapters)
    menu = player.menus.shown
    assert menu is not None
    texts = [action.text() for action in menu.actions()]
    menu.close()
    assert texts == ["Proposed by what is seen and said", "0:00  Harbour", "0:15  Storm"]


def test_five_hundred_chapters_leave_the_seek_bar_to_be_seen(window: Window, qtbot: QtBot) -> None:
    many = tuple(ChapterView(start=n * 0.06, title=f"C{n}") for n in range(500))
    player = rests(qtbot, window, 12.0)
    sitting = replace(player.transport.seek._sitting, chapters=many)  # type: ignore[type-var]
    seek = player.transport.seek
    seek.show_marks(sitting)
    seek.show_position(0.0, 30.0)
    picture = seek.grab().toImage()
    y = round(seek.height() / 2 * picture.devicePixelRatio())
    line = [picture.pixelColor(x, y) for x in range(30, picture.width() - 30)]
    shown = [one for one in line if one == seek._theme.colour("track")]
    assert len(line) / 2 < len(shown) < len(line), "marks stand on it and don't cover it"


def test_the_seek_bar_marks_the_intro_below_its_track(window: Window, qtbot: QtBot) -> None:
    player = rests(qtbot, window, 12.0)
    player._tick()
    seek = player.transport.seek
    picture = seek.grab().toImage()
    ratio = picture.devicePixelRatio()

    def at(second: float) -> int:
        x, y = seek.x_of(second / 30), seek.height() / 2 + 6
        return picture.pixel(round(x * ratio), round(y * ratio))

    marked = window.desk.theme.colour("muted").rgb()
    assert at(5) == at(23) == marked
    assert marked not in {at(1), at(17), at(28)}
