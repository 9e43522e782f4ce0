"""The player page by keyboard and mouse: a real libVLC, a real film, a made-up engine."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from gui.fake_client import FakeClient, item
from library_factory import subtitles
from media_factory import film, song
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu
from pytestqt.qtbot import QtBot

from mediadesk import app
from mediadesk.api import UserError
from mediadesk.engine.messages import ItemView, Presence, Track
from mediadesk.play import qt, report, vlc
from mediadesk.play.player import WAYLAND, Stream, Surface
from mediadesk.play.queue import QueueState
from mediadesk.ui import playback, tracks
from mediadesk.ui.desk import RESUME
from mediadesk.ui.pages.player import PlayerPage
from mediadesk.ui.palette import Palette
from mediadesk.ui.playback import Playback
from mediadesk.ui.queue_model import LINE
from mediadesk.ui.tray import Tray
from mediadesk.ui.widgets import next_bar
from mediadesk.ui.window import Window

Show = Callable[[FakeClient], Window]
_PATIENCE_MS = 20_000
LONG_S, SHORT_S = 30.0, 2.0
WATCHED_S = 3.0  # less is not told


@pytest.fixture(scope="session", autouse=True)
def libvlc() -> None:
    try:
        vlc.version()
    except UserError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a film and a song of half a minute, and such ones of two seconds."""
    folder = tmp_path_factory.mktemp("media")
    film(folder / "long.mkv", seconds=LONG_S)
    film(folder / "short.mkv", seconds=SHORT_S)
    song(folder / "song.mp3", seconds=SHORT_S)
    song(folder / "long.mp3", seconds=LONG_S)
    return folder


def client_of(media: Path, name: str, kind: str, *, number: int = 6) -> FakeClient:
    length = LONG_S if name.startswith("long") else SHORT_S
    given: dict[str, Any] = {
        "path": str(media / name),
        "duration_s": length,
        "kind": kind,
        "resume_s": 0.0,
    }
    return FakeClient([item(n, available=True, **given) for n in range(number)])


def wait(qtbot: QtBot, until: Callable[[], bool]) -> None:
    qtbot.waitUntil(until, timeout=_PATIENCE_MS)


def playing(qtbot: QtBot, window: Window, id_: str, start: float = RESUME) -> PlayerPage:
    """Play an item, and wait until it goes on."""
    window.desk.played.emit(id_, start)
    player = window.player
    player.set_volume(0)
    here = max(0.0, start)
    wait(qtbot, lambda: player.playback.playing and player.playback.position > here + 0.2)
    return player


def press(window: Window, key: Qt.Key, *modifiers: Qt.KeyboardModifier) -> None:
    held = Qt.KeyboardModifier.NoModifier
    for modifier in modifiers:
        held |= modifier
    QTest.keyClick(window.windowHandle(), key, held)


def told(client: FakeClient, verb: str) -> list[tuple[Any, ...]]:
    return [args for name, args, _ in client.calls if name == verb]


def texts(menu: QMenu | None) -> list[str]:
    assert menu is not None
    return [action.text() for action in menu.actions() if action.text()]


def pick(menu: QMenu | None, text: str) -> None:
    assert menu is not None
    next(action for action in menu.actions() if text in action.text()).trigger()
    window = menu.parentWidget()
    menu.close()
    window.activateWindow()  # the offscreen platform leaves none active behind a menu
    QTest.qWaitForWindowActive(window)


def drop(player: PlayerPage, path: Path) -> None:
    """Drag a file over the picture, and drop it there if it is taken."""
    data, at = QMimeData(), QPointF(9, 9)
    data.setUrls([QUrl.fromLocalFile(str(path))])
    how = Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(player.stage, QDragEnterEvent(at.toPoint(), *how))
    if player.stage.hint.isVisible():
        assert path.name in player.stage.hint._line.text()
        QApplication.sendEvent(player.stage, QDropEvent(at, *how))


@pytest.fixture
def long(show: Show, media: Path, qtbot: QtBot) -> tuple[PlayerPage, FakeClient, Window]:
    """A film that plays."""
    client = client_of(media, "long.mkv", "film")
    one = next(iter(client.items))
    window = show(client)
    return playing(qtbot, window, one), client, window


Long = tuple[PlayerPage, FakeClient, Window]


def test_the_keyboard_pauses_jumps_and_goes_to_chapters(long: Long, qtbot: QtBot) -> None:
    player, client, window = long
    playback = player.playback
    assert told(client, "playing") == [()]
    press(window, Qt.Key.Key_Space)
    wait(qtbot, lambda: not playback.playing)
    press(window, Qt.Key.Key_Right)
    wait(qtbot, lambda: playback.position > 9)
    press(window, Qt.Key.Key_PageDown)
    wait(qtbot, lambda: playback.position == pytest.approx(12, abs=0.5))  # “The clearing”
    press(window, Qt.Key.Key_Left)
    wait(qtbot, lambda: playback.position < 4)
    press(window, Qt.Key.Key_Space)
    wait(qtbot, lambda: playback.playing)
    press(window, Qt.Key.Key_BracketRight)
    assert playback.speed == 1.25
    assert told(client, "choose_speed")[-1][1] == 1.25
    press(window, Qt.Key.Key_Equal)
    assert playback.speed == 1


def test_stopped_it_goes_on_where_it_was(long: Long, qtbot: QtBot) -> None:
    player, _, window = long
    player.playback.seek(20)
    wait(qtbot, lambda: player.playback.position > 20.2)
    press(window, Qt.Key.Key_MediaStop)
    assert not player.playback.is_on
    press(window, Qt.Key.Key_Space)
    wait(qtbot, lambda: player.playback.playing and player.playback.position > 20.2)


def test_how_much_was_watched_on_end_is_told_so_that_a_glance_is_none(
    show: Show, media: Path, qtbot: QtBot
) -> None:
    client = client_of(media, "short.mkv", "film")
    playing(qtbot, show(client), next(iter(client.items)))
    finished: list[dict[str, Any]] = []

    def is_over() -> bool:
        finished[:] = [more for name, args, more in client.calls if args[1:] == ("finished",)]
        return bool(finished)

    wait(qtbot, is_over)
    assert SHORT_S / 2 <= finished[0]["watched"] <= SHORT_S + 0.3
    assert finished[0]["position"] == pytest.approx(SHORT_S, abs=0.3)


def test_whether_anybody_is_there_is_told_with_what_was_played(
    show: Show, media: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_of(media, "long.mkv", "film")
    window = show(client)
    later = [0.0]
    clock = SimpleNamespace(monotonic=lambda: time.monotonic() + later[0])
    monkeypatch.setattr(playback, "time", clock)

    def last() -> Presence:
        player.stop()
        events = [more for name, _, more in client.calls if name == "event"]
        found: Presence = events[-1]["presence"]
        return found

    def watch() -> PlayerPage:
        page = playing(qtbot, window, next(iter(client.items)), 0.0)
        page.playback.set_speed(2.0)  # what was watched is counted in seconds of the film
        report = page.playback._report
        assert report is not None
        wait(qtbot, lambda: report._watched > WATCHED_S)
        return page

    player = watch()
    assert last() == Presence(), "a person began it"
    window.desk.touched_at -= 7_200  # nobody has touched anything since, and the next one begins
    player = watch()
    assert 7_200 <= last().unattended < 7_300
    player = watch()
    press(window, Qt.Key.Key_Shift)
    assert last().unattended == 0, "somebody is there after all"
    player = watch()
    player.playback.toggle()
    wait(qtbot, lambda: player.playback._still_since is not None)
    later[0] += 5 * 3_600
    assert 18_000 <= last().paused < 18_100


def test_the_sound_track_is_chosen_in_its_menu_and_remembered(long: Long, qtbot: QtBot) -> None:
    player, client, window = long
    QTest.mouseClick(player.transport.audio, Qt.MouseButton.LeftButton)
    assert texts(player.menus.shown) == ["English · Main", "German · Kommentar"]
    pick(player.menus.shown, "German")
    wait(qtbot, lambda: player.playback.streams("audio")[1].chosen)
    assert told(client, "choose_audio")[-1][1] == Track(language="de", name="Kommentar")
    press(window, Qt.Key.Key_B)
    wait(qtbot, lambda: player.playback.streams("audio")[0].chosen)


def test_subtitles_come_from_the_file_from_beside_it_or_not_at_all(
    long: Long, qtbot: QtBot, tmp_path: Path
) -> None:
    player, client, window = long
    QTest.mouseClick(player.transport.subtitles, Qt.MouseButton.LeftButton)
    assert texts(player.menus.shown)[:5] == [
        "Off", "English · Full", "French", "English · A quiet walk number 0.en.srt", "Load file…",
    ]  # fmt: skip
    pick(player.menus.shown, "French")
    wait(qtbot, lambda: player.playback.streams("subtitle")[1].chosen)
    assert told(client, "choose_subtitle")[-1][1] == Track(language="fr")
    press(window, Qt.Key.Key_X)
    assert player.playback.delay == 0.25
    player.playback.choose_subtitle(None)
    wait(qtbot, lambda: not any(one.chosen for one in player.playback.streams("subtitle")))
    assert told(client, "choose_subtitle")[-1][1] == Track(off=True)
    file = subtitles(tmp_path / "More.de.srt", "Hallo.", "Und jetzt?")
    drop(player, tmp_path)
    assert not player.stage.hint.isVisible()
    assert window.drop_area.hint.isVisible(), "a folder is for the library"
    window.drop_area.hint.hide()
    drop(player, file)
    assert not player.stage.hint.isVisible()
    wait(qtbot, lambda: any(one.path == str(file) for one in player.playback.streams("subtitle")))
    assert told(client, "choose_subtitle")[-1][1] == Track(language="de", path=str(file))
    count = len(player.playback.streams("subtitle"))
    player.playback.choose_subtitle(None)
    player.playback.choose_file(str(file))  # once more: it is there already
    wait(qtbot, lambda: any(one.chosen for one in player.playback.streams("subtitle")))
    qtbot.wait(600)  # as long as a second one would take to be seen
    assert len(player.playback.streams("subtitle")) == count


def test_a_file_of_subtitles_is_looked_for_beside_the_film(long: Long, media: Path) -> None:
    player, _, window = long
    QTest.mouseClick(player.transport.subtitles, Qt.MouseButton.LeftButton)
    pick(player.menus.shown, "Load file…")
    dialog = window.findChild(QFileDialog)
    assert dialog.directory().absolutePath() == str(media)
    dialog.reject()


def test_subtitles_that_are_shifted_back_are_as_they_are(long: Long) -> None:
    player, _, window = long
    said: list[str] = []
    player.acts.said.connect(said.append)
    press(window, Qt.Key.Key_X)
    press(window, Qt.Key.Key_Z)
    assert said == ["Subtitles 0.25 s late", "Subtitles as they are"]


def test_a_key_goes_through_the_subtitles_in_the_film_and_beside_it_and_then_to_none(
    long: Long, qtbot: QtBot, tmp_path: Path
) -> None:
    player, client, window = long
    playback = player.playback
    file = subtitles(tmp_path / "Film.de.srt", "Hallo.", "Und jetzt?")
    assert playback.sitting is not None
    playback.sitting = replace(playback.sitting, subtitles=(str(file),))
    playback.choose_subtitle(playback.streams("subtitle")[1])
    wait(qtbot, lambda: playback.streams("subtitle")[1].chosen)
    press(window, Qt.Key.Key_V)
    assert told(client, "choose_subtitle")[-1][1] == Track(language="de", path=str(file))
    wait(qtbot, lambda: [one.path for one in playback.streams("subtitle") if one.chosen] != [""])
    wait(qtbot, lambda: [one.path for one in playback.streams("subtitle") if one.chosen] != [])
    press(window, Qt.Key.Key_V)
    assert told(client, "choose_subtitle")[-1][1] == Track(off=True)
    wait(qtbot, lambda: not any(one.chosen for one in playback.streams("subtitle")))


def test_where_one_is_in_the_queue_is_kept_while_it_plays(
    show: Show, media: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report, "EVERY_S", 1.0)
    client = client_of(media, "long.mp3", "song")
    player = playing(qtbot, show(client), next(iter(client.items)))
    wait(qtbot, lambda: client.kept_queue.second > 1)  # the power may fail, and songs go on nowhere
    assert player.playback.is_on


def test_what_was_chosen_for_the_series_is_chosen_again(
    show: Show, media: Path, qtbot: QtBot
) -> None:
    client = client_of(media, "long.mkv", "episode")
    client.last_audio = Track(language="de", name="The makers' commentary")
    client.last_subtitle = Track(language="fr")
    client.last_speed = 1.5
    player = playing(qtbot, show(client), next(iter(client.items)))
    wait(qtbot, lambda: player.playback.streams("audio")[1].chosen)
    wait(qtbot, lambda: player.playback.streams("subtitle")[1].chosen)
    assert player.playback.speed == 1.5
    assert told(client, "choose_audio") == []  # nobody chose anything


class Mute:
    """A player of a film that has pictures alone, which libVLC shows on a screen only."""

    name, takes_files, problem = "mute", True, None
    length, position, playing, ended = LONG_S, 0.0, True, False
    streams: tuple[Stream, ...] = ()

    def __init__(self) -> None:
        self.files: list[str] = []

    def attach(self, surface: Surface | None) -> None: ...
    def open(self, path: str, *, start: float = 0.0) -> None: ...
    def pause(self, *, paused: bool) -> None: ...
    def seek(self, second: float) -> None: ...
    def set_volume(self, volume: int) -> None: ...
    def set_speed(self, speed: float) -> None: ...
    def set_audio(self, stream: int) -> None: ...
    def set_subtitle(self, stream: int | None) -> None: ...
    def delay_subtitles(self, seconds: float) -> None: ...
    def stop(self) -> None: ...
    def close(self) -> None: ...

    def add_subtitles(self, path: str, language: str = "") -> None:  # noqa: ARG002 - as the others
        self.files.append(path)


def test_a_film_without_sound_has_the_file_of_subtitles_again_that_was_chosen(
    show: Show, media: Path, qtbot: QtBot
) -> None:
    client = client_of(media, "long.mkv", "film")
    client.last_subtitle = Track(language="de", path="/media/long.de.srt")
    playback, player = Playback(show(client).desk), Mute()
    playback.player, playback._looked = player, True
    playback.open(next(iter(client.items)), RESUME)
    wait(qtbot, lambda: playback.sitting is not None)
    playback.begin(None)
    playback._tick()
    assert player.files == [], "its tracks may be known in a moment"
    player.position = 1.5
    playback._tick()
    playback._tick()
    assert player.files == ["/media/long.de.srt"]
    playback.close()


def test_who_chose_no_subtitles_for_the_series_has_none_though_the_player_shows_some(
    long: Long, qtbot: QtBot
) -> None:
    playback = long[0].playback
    vlc_player, sitting = playback.player, playback.sitting
    assert vlc_player is not None
    assert sitting is not None
    wait(qtbot, lambda: len(playback.streams("subtitle")) == 2)
    vlc_player.set_subtitle(playback.streams("subtitle")[0].id)
    wait(qtbot, lambda: playback.streams("subtitle")[0].chosen)
    tracks.tune(vlc_player, replace(sitting, subtitle=tracks.OFF))
    wait(qtbot, lambda: not any(one.chosen for one in playback.streams("subtitle")))


def test_the_seek_bar_shows_what_is_there_and_goes_there(long: Long, qtbot: QtBot) -> None:
    player, client, window = long
    seek = player.transport.seek
    place = QPoint(round(seek.x_of(0.5)), seek.height() // 2)
    assert told(client, "storyboard") == [], "who only watches needs none"
    QTest.mouseMove(seek, place)
    wait(qtbot, seek._preview.isVisible)
    assert seek.spot(15).chapter == "The clearing"
    assert seek.spot(11.98).chapter == "The clearing", "where libVLC is that was sent to 12"
    assert "The clearing" in seek._preview._words.accessibleName()
    assert seek._preview._time.text() == "0:15"
    wait(qtbot, seek._preview._picture.isVisible)
    assert seek._preview._picture.pixmap().width() == 192
    shown = seek._preview._picture.pixmap().toImage().pixelColor(96, 54).red()
    assert round(shown / 30) == 4, "the fifth of eight pictures is that of the middle"
    assert len(told(client, "storyboard")) == 1
    QTest.mouseClick(seek, Qt.MouseButton.LeftButton, pos=place)
    wait(qtbot, lambda: player.playback.position > 14.5)
    seek.setFocus()
    seek.triggerAction(seek.SliderAction.SliderPageStepAdd)
    assert "The clearing" in seek.accessibleDescription()
    assert window.page is player


def test_the_queue_is_filled_moved_and_emptied_by_keyboard(long: Long, qtbot: QtBot) -> None:
    player, client, window = long
    ids = list(client.items)
    window.desk.queued.emit(tuple(ids[1:3]), "last")
    window.desk.queued.emit((ids[3],), "next")
    press(window, Qt.Key.Key_Q, Qt.KeyboardModifier.ShiftModifier)
    panel, view = player._panel, player._panel.view
    assert panel.isVisible()
    wait(qtbot, lambda: panel.model.index(1).data() == client.items[ids[3]].title)

    def order() -> list[int]:
        return [ids.index(entry.item) for entry in player.queue.entries]

    assert order() == [0, 3, 1, 2]
    panel.choose(3)
    QTest.keyClick(view, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert order() == [0, 3, 2, 1]
    QTest.keyClick(view, Qt.Key.Key_Delete)
    assert order() == [0, 3, 1]
    panel.choose(0)
    QTest.keyClick(view, Qt.Key.Key_Delete)  # what plays stays
    assert order() == [0, 3, 1]
    data = panel.model.mimeData([panel.model.index(2)])
    panel.model.dropMimeData(data, Qt.DropAction.MoveAction, 1, 0, panel.model.index(-1))
    assert order() == [0, 1, 3]
    press(window, Qt.Key.Key_N, Qt.KeyboardModifier.ShiftModifier)
    wait(qtbot, lambda: player.playback.sitting is not None and player.queue.place == 1)
    panel._clear.click()
    assert order() == [1]


def test_enter_in_the_queue_plays_it_and_the_one_before_comes_back(
    long: Long, qtbot: QtBot
) -> None:
    player, client, window = long
    ids = list(client.items)
    window.desk.queued.emit(tuple(ids[1:4]), "last")
    player.do("show-queue")
    player._panel.choose(2)
    QTest.keyClick(player._panel.view, Qt.Key.Key_Return)
    wait(qtbot, lambda: sits(player) == ids[2] and player.playback.playing)
    press(window, Qt.Key.Key_P, Qt.KeyboardModifier.ShiftModifier)
    wait(qtbot, lambda: sits(player) == ids[1])
    for expected in ("all", "one", "off"):
        press(window, Qt.Key.Key_R)
        assert player.queue.repeat == expected
    press(window, Qt.Key.Key_U)
    assert player.queue.shuffled
    assert player.transport.shuffle.isChecked()


def sits(player: PlayerPage) -> str:
    return player.playback.sitting.item.id if player.playback.sitting else ""


def goes_on(player: PlayerPage, expected: str) -> bool:
    return sits(player) == expected and player.playback.playing


def ended(qtbot: QtBot, player: PlayerPage) -> None:
    """Play to the end."""
    player.playback.seek(SHORT_S - 0.3)
    with qtbot.waitSignal(player.playback.ended, timeout=_PATIENCE_MS):
        pass


def series(show: Show, media: Path) -> tuple[FakeClient, Window, list[str]]:
    client = client_of(media, "short.mkv", "episode")
    client.series = tuple(client.items)
    return client, show(client), list(client.items)


def test_the_next_episode_is_announced_and_can_be_had_at_once_or_called_off(
    show: Show, media: Path, qtbot: QtBot
) -> None:
    _, window, ids = series(show, media)
    player = playing(qtbot, window, ids[0])
    ended(qtbot, player)
    bar = player._next_bar
    assert bar.isVisible()
    assert "Next in 10 s: “A quiet walk number 1”" in bar._words.accessibleName()
    QTest.keyClick(bar.now, Qt.Key.Key_Space)
    wait(qtbot, partial(goes_on, player, ids[1]))
    ended(qtbot, player)
    QTest.mouseClick(bar.cancel, Qt.MouseButton.LeftButton)
    assert not bar.isVisible()
    assert not bar._ticking.isActive()
    assert sits(player) == ids[1]
    player.playback.toggle()  # once more
    wait(qtbot, partial(goes_on, player, ids[1]))
    ended(qtbot, player)
    press(window, Qt.Key.Key_Escape)
    assert not bar.isVisible()
    assert window.page is player
    player.do("show-queue")
    assert player._panel.isVisible()
    press(window, Qt.Key.Key_Escape)
    assert not player._panel.isVisible()
    assert window.page is player
    assert player.transport.toggle.hasFocus()


def test_a_film_whose_drive_goes_away_is_not_seen_and_keeps_its_place(
    show: Show, media: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    whole = (media / "long.mkv").read_bytes()
    (tmp_path / "long.mkv").write_bytes(whole[: len(whole) // 2])
    client = client_of(tmp_path, "long.mkv", "film")
    window = show(client)
    player = playing(qtbot, window, next(iter(client.items)), 9.0)
    said: list[str] = []
    player.playback.failed.connect(said.append)
    with qtbot.waitSignal(player.playback.failed, timeout=_PATIENCE_MS):
        pass
    assert "long.mkv” breaks off at 0:1" in said[0]
    events = [(args, more) for name, args, more in client.calls if name == "event"]
    assert {args[1] for args, _ in events} == {"played"}
    place = events[-1][1]["position"]
    assert 10 < place < 20
    assert player.playback.position == place, "it goes on there once the drive is back"
    assert window.message.isVisible()
    (tmp_path / "long.mkv").write_bytes(whole)
    press(window, Qt.Key.Key_Space)
    wait(qtbot, lambda: player.playback.position > place + 0.2)
    assert not window.message.isVisible(), "what it said is true no longer"
    player.playback.stop()
    player.playback.failed.emit(said[0])
    assert window.message.isVisible()
    playing(qtbot, window, [*client.items][1])
    assert not window.message.isVisible(), "it is not about what plays now"


def test_what_is_stopped_can_be_sought_in_before_it_goes_on(long: Long, qtbot: QtBot) -> None:
    player, _, window = long
    press(window, Qt.Key.Key_MediaStop)
    wait(qtbot, lambda: not player.playback.is_on)
    bar = player.transport.seek
    QTest.mouseClick(
        bar, Qt.MouseButton.LeftButton, pos=QPoint(bar.width() // 2, bar.height() // 2)
    )
    assert player.playback.position == pytest.approx(LONG_S / 2, abs=0.5)
    press(window, Qt.Key.Key_Right)
    assert player.playback.position == pytest.approx(LONG_S / 2 + 10, abs=0.5)
    assert bar.value() > bar.maximum() * 0.8
    press(window, Qt.Key.Key_Space)
    wait(qtbot, lambda: player.playback.playing)
    assert player.playback.position > LONG_S / 2 + 9


def test_turning_to_what_plays_from_the_player_is_no_visit_of_its_own(
    long: Long, qtbot: QtBot
) -> None:
    player, _, window = long
    before = window.page_name
    window.go("player")
    qtbot.wait(100)
    assert player.playback.playing
    window.back()
    assert before == "player"
    assert window.page_name != "player"


def test_after_three_episodes_nobody_asked_for_it_asks_whether_somebody_is_there(
    show: Show, media: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(next_bar, "COUNTDOWN_S", 0)
    _, window, ids = series(show, media)
    player = playing(qtbot, window, ids[0])
    player._next_bar._ticking.setInterval(10)
    for expected in ids[1:4]:
        ended(qtbot, player)
        wait(qtbot, partial(goes_on, player, expected))
    ended(qtbot, player)
    assert "Still there?" in player._next_bar._words.accessibleName()
    qtbot.wait(100)
    assert sits(player) == ids[3]
    player._next_bar.now.click()
    wait(qtbot, lambda: sits(player) == ids[4])


def test_songs_follow_without_waiting_and_go_on_while_one_looks_around(
    show: Show, media: Path, qtbot: QtBot
) -> None:
    client = client_of(media, "song.mp3", "song")
    client.series = tuple(client.items)
    ids = list(client.items)
    window = show(client)
    player = playing(qtbot, window, ids[0])
    assert not window.now_bar.isVisible()
    window.go("library")
    bar = window.now_bar
    assert bar.isVisible()
    wait(qtbot, partial(goes_on, player, ids[1]))
    wait(qtbot, lambda: bar._name.accessibleName() == client.items[ids[1]].title)
    bar.toggle.click()
    wait(qtbot, lambda: not player.playback.playing)
    assert bar.isVisible()
    press(window, Qt.Key.Key_MediaPlay)
    wait(qtbot, partial(goes_on, player, ids[1]))
    press(window, Qt.Key.Key_Space, Qt.KeyboardModifier.ControlModifier)
    wait(qtbot, lambda: not player.playback.playing)
    bar.toggle.click()
    wait(qtbot, partial(goes_on, player, ids[1]))
    bar.open.click()
    assert window.page is player
    assert not bar.isVisible()
    assert player.playback.is_on
    press(window, Qt.Key.Key_MediaStop)
    wait(qtbot, lambda: not player.playback.playing)
    window.go("library")
    assert not bar.isVisible()


def test_the_palette_offers_the_player_from_any_page_while_something_plays(
    show: Show, media: Path, qtbot: QtBot
) -> None:
    client = client_of(media, "long.mp3", "song")
    window = show(client)

    def offered(*names: str) -> set[str]:
        window.commands.show_palette()
        (palette,) = [one for one in window.findChildren(Palette) if one.isVisible()]
        found = {one.name for one in palette._commands} & {*names}
        palette.reject()
        return found

    asked = ("faster", "toggle", "full-screen", "elsewhere-toggle")
    assert not offered(*asked)
    player = playing(qtbot, window, next(iter(client.items)))
    assert offered(*asked) == {"faster", "toggle", "full-screen"}
    window.go("library")
    assert offered(*asked) == {"faster", "elsewhere-toggle"}
    window.commands.todo["faster"]()
    assert player.playback.speed == 1.25
    window.commands.todo["elsewhere-stop"]()
    wait(qtbot, lambda: not player.playback.is_on)
    assert not offered(*asked)


def test_the_palette_does_what_is_chosen_and_not_what_stands_first(
    show: Show, media: Path, qtbot: QtBot
) -> None:
    window = show(client_of(media, "long.mp3", "song"))
    for down in (0, 2):
        window.commands.show_palette()
        (palette,) = [one for one in window.findChildren(Palette) if one.isVisible()]
        ran: list[int] = []
        palette._shown = [
            replace(one, run=partial(ran.append, row)) for row, one in enumerate(palette._shown)
        ]
        for _ in range(down):
            QTest.keyClick(palette.field, Qt.Key.Key_Down)
        QTest.keyClick(palette.field, Qt.Key.Key_Return)
        wait(qtbot, lambda ran=ran: bool(ran))
        assert ran == [down]


def test_a_film_stops_when_one_leaves_and_goes_on_when_one_comes_back(
    long: Long, qtbot: QtBot
) -> None:
    player, client, window = long
    window.go("library")
    assert not player.playback.playing
    assert told(client, "playing") == [(), ()]
    window.back()
    wait(qtbot, lambda: player.playback.playing)


def test_the_volume_goes_by_keys_and_is_remembered(
    long: Long, show: Show, tmp_path: Path, qtbot: QtBot
) -> None:
    player, _, window = long
    player.set_volume(40)
    press(window, Qt.Key.Key_Up, Qt.KeyboardModifier.ControlModifier)
    assert player.volume == 45
    press(window, Qt.Key.Key_M)
    assert player.playback._volume == 0
    press(window, Qt.Key.Key_M)
    assert player.playback._volume == 45
    press(window, Qt.Key.Key_M)
    press(window, Qt.Key.Key_Up, Qt.KeyboardModifier.ControlModifier)
    assert player.playback._volume == 50
    assert player.transport.volume.isEnabled(), "what is heard is not shown as muted"
    again = Window(window.desk, geometry_file=tmp_path / "window.ini")
    again.player.set_volume(33)
    again.close()
    third = Window(window.desk, geometry_file=tmp_path / "window.ini")
    assert third.player.volume == 33
    for one in (again, third):
        one.close()
        one.deleteLater()


def test_in_full_screen_the_controls_go_and_come_back(long: Long, qtbot: QtBot) -> None:
    player, _, window = long
    press(window, Qt.Key.Key_F)
    assert player.full_screen
    assert not window.rail.isVisible()
    wait(qtbot, lambda: not player.transport.isVisible())
    press(window, Qt.Key.Key_Escape)
    assert not player.full_screen
    assert player.transport.isVisible()


def test_full_screen_leaves_the_window_as_it_was_and_does_not_outlive_it(
    show: Show, qtbot: QtBot, tmp_path: Path
) -> None:
    def full(window: Window) -> bool:
        return bool(window.windowState() & Qt.WindowState.WindowFullScreen)

    desk = show(FakeClient([item(0)])).desk
    window = Window(desk, geometry_file=tmp_path / "window.ini")
    window.showMaximized()
    window.go("player")
    window.player.do("full-screen")
    assert full(window)
    window.player.do("full-screen")
    assert window.isMaximized()
    assert not full(window)
    window.player.do("full-screen")
    window.close()
    again = Window(desk, geometry_file=tmp_path / "window.ini")
    assert again.isMaximized()
    assert not full(again)
    for one in (window, again):
        one.deleteLater()


def test_a_film_stops_while_its_window_is_hidden_in_the_tray(
    long: Long, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    player, _, window = long
    monkeypatch.setattr(Tray, "on", True)
    window.close()
    assert not window.isVisible()
    assert not player.playback.is_on
    window.tray.show_wanted.emit()
    wait(qtbot, lambda: player.playback.playing)


def test_nothing_plays_on_when_the_window_is_closed_while_the_player_is_loaded(
    show: Show, media: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded, start, close = threading.Event(), vlc.start, vlc.VlcPlayer.close
    closed: list[vlc.VlcPlayer] = []

    def slow() -> vlc.VlcPlayer:
        loaded.wait(20)
        return start()

    def note(player: vlc.VlcPlayer) -> None:
        closed.append(player)
        close(player)

    monkeypatch.setattr(vlc, "start", slow)
    monkeypatch.setattr(vlc.VlcPlayer, "close", note)
    client = client_of(media, "long.mp3", "song")
    window = show(client)
    window.desk.played.emit(next(iter(client.items)), RESUME)
    playback = window.player.playback
    wait(qtbot, lambda: playback.sitting is not None)
    threading.Timer(0.05, loaded.set).start()
    window.close()
    wait(qtbot, lambda: bool(closed))
    assert playback.player is None
    assert not playback.is_on


def only(**more: object) -> tuple[FakeClient, ItemView]:
    client = FakeClient([item(0, **more)])
    return client, client.items[next(iter(client.items))]


def test_on_wayland_it_says_what_to_do_and_where_the_system_has_no_player(
    show: Show, media: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QGuiApplication, "platformName", lambda: "wayland")
    monkeypatch.setattr(qt, "HERE", False)
    client = client_of(media, "long.mkv", "film")
    window = show(client)
    window.desk.played.emit(next(iter(client.items)), RESUME)
    absent = window.player.stage.absent
    wait(qtbot, absent.isVisible)
    assert "QT_QPA_PLATFORM=xcb" in absent._sentence.text().replace("\u200b", "")
    assert window.player.playback.diagnosis == WAYLAND
    assert window.player.stage.outside.isVisible()
    assert not window.player.playback.is_on
    assert window.focusWidget() is window.player.stage.outside, "what is left to do is one key away"
    sentences: list[str] = []
    window.desk.told.connect(lambda sentence, _: sentences.append(sentence))
    window.player.stage.outside.click()  # the platform of the tests opens nothing
    assert "long.mkv" in sentences[-1]
    assert "install" in sentences[-1]


def test_on_wayland_the_window_of_x_is_taken_where_it_can_be_had(
    application: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.setenv(name, "there")
    monkeypatch.delenv("QT_QPA_PLATFORM")
    assert app._application() is application
    assert os.environ["QT_QPA_PLATFORM"] == "xcb;wayland", "Qt ends us where it finds no other"


class DrawsItself(vlc.VlcPlayer):
    """Stands for Qt Multimedia, which the tests need not have: it needs no window of X."""

    def __init__(self) -> None:
        super().__init__(*vlc._load())

    def attach(self, surface: Surface | None) -> None:
        assert surface is not None, "there are pictures to be seen"


def test_on_wayland_qt_multimedia_plays_where_libvlc_can_not(
    show: Show, media: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QGuiApplication, "platformName", lambda: "wayland")
    monkeypatch.setattr(qt, "HERE", True)
    monkeypatch.setattr(qt, "QtPlayer", DrawsItself)
    client = client_of(media, "long.mkv", "film")
    window = show(client)
    player = playing(qtbot, window, next(iter(client.items)))
    assert isinstance(player.playback.player, DrawsItself)
    assert player.playback.diagnosis == ""
    assert player.stage.screen_.isVisible()
    # libVLC has ended, and that of the test before, which may take a moment.
    wait(qtbot, lambda: [one.name for one in threading.enumerate()].count("vlc") == 1)


def test_what_is_on_a_drive_that_is_not_there_names_the_drive(show: Show, qtbot: QtBot) -> None:
    client, one = only(available=False, drive="Blue disk")
    window = show(client)
    window.desk.played.emit(one.id, RESUME)
    absent = window.player.stage.absent
    wait(qtbot, absent.isVisible)
    assert "the drive “Blue disk”" in absent._sentence.text()
    assert not window.player.stage.outside.isVisible()


@pytest.mark.parametrize("noticed", [True, False])
def test_what_is_on_a_drive_that_came_back_can_be_played_at_once(
    show: Show, media: Path, qtbot: QtBot, *, noticed: bool
) -> None:
    client = client_of(media, "long.mkv", "film")
    one = next(iter(client.items))
    here = client.items[one]
    client.items[one] = replace(here, available=False, drive="Blue disk")
    window = show(client)
    window.desk.played.emit(one, RESUME)
    player = window.player
    wait(qtbot, player.stage.absent.isVisible)
    client.items[one] = here
    if noticed:
        window.desk.changed.emit(frozenset({"items"}))
        wait(qtbot, lambda: player.stage.has_all)
        assert not player.playback.is_on, "nobody asked for it again"
    press(window, Qt.Key.Key_Space)
    wait(qtbot, lambda: player.playback.playing)


def test_with_nothing_to_play_the_page_says_what_to_do(show: Show, qtbot: QtBot) -> None:
    client, _ = only()
    window = show(client)
    window.go("player")
    wait(qtbot, window.player.stage.nothing.isVisible)
    window.player.stage.library.click()
    assert window.page is window.library


def test_the_queue_survives_a_restart_with_its_place_and_its_order_of_chance(
    show: Show, media: Path, qtbot: QtBot
) -> None:
    client = client_of(media, "long.mp3", "song")
    ids = list(client.items)
    client.items[ids[2]] = replace(client.items[ids[2]], available=False, drive="Blue disk")
    order = (4, 1, 2, 0, 3)
    client.kept_queue = QueueState(
        items=tuple(ids[:5]), order=order, here=1, second=5.0, shuffled=True
    )
    window = show(client)
    window.go("player")
    player = window.player
    wait(qtbot, lambda: player.playback.sitting is not None and player.playback.player is not None)
    assert sits(player) == ids[1]
    assert not player.playback.is_on  # nobody asked for it
    assert player.stage.currentWidget() is player.stage.poster
    assert player.playback.position == 5
    assert client.kept_queue.second == 5, "the power may fail before it goes on"
    player.do("show-queue")
    model = player._panel.model
    wait(qtbot, lambda: model.index(2).data() == client.items[ids[2]].title)
    assert model.index(2).data(LINE) == "On “Blue disk”, not connected"
    assert player.transport.shuffle.isChecked()
    player.set_volume(0)
    press(window, Qt.Key.Key_Space)
    wait(qtbot, lambda: player.playback.playing and player.playback.position > 5.3)
    player.playback.seek(LONG_S - 1)
    wait(qtbot, partial(goes_on, player, ids[0]))  # what is not here was passed over
    told = f"“{client.items[ids[2]].title}” is passed over: on “Blue disk”, not connected."
    assert window.toast.sentence == told
    assert player.queue.state().order == order
    wait(qtbot, lambda: player.playback.position > 0.2)
    press(window, Qt.Key.Key_MediaStop)
    assert client.kept_queue.order == order
    assert client.kept_queue.here == 3
    assert client.kept_queue.second == player.playback.position > 0.2


def test_what_was_kept_is_not_written_over_before_it_is_known(show: Show, media: Path) -> None:
    client = client_of(media, "long.mp3", "song")
    kept = QueueState(items=tuple(client.items)[:2], order=(1, 0), here=1, second=5.0)
    client.kept_queue = kept
    window = show(client)
    late: list[Callable[[], None]] = []
    client.late = late
    window.player.do("stop")
    window.close()
    for answer in late:
        answer()
    assert client.kept_queue == kept


def test_what_is_played_at_the_start_joins_the_queue_that_was_kept(
    show: Show, media: Path, qtbot: QtBot
) -> None:
    client = client_of(media, "song.mp3", "song")
    ids = list(client.items)
    client.kept_queue = QueueState(items=(ids[0], "gone"), order=(0, 1), here=0)
    window = show(client)
    player = playing(qtbot, window, ids[3])
    assert client.kept_queue.items == (ids[0], ids[3], "gone")
    player.do("show-queue")
    wait(qtbot, lambda: player._panel.model.index(2).data() == "No longer in the library")


def test_what_is_no_longer_in_the_library_or_damaged_is_passed_over_or_said_so(
    show: Show, media: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    client = client_of(media, "song.mp3", "song")
    ids = list(client.items)
    damaged = tmp_path / "song.mp3"
    damaged.write_text("no song")
    client.items[ids[2]] = replace(client.items[ids[2]], path=str(damaged))
    items = ("gone", ids[0], "gone", ids[2], ids[1])
    client.kept_queue = QueueState(items=items, order=(0, 1, 2, 3, 4), here=0)
    window = show(client)
    window.go("player")
    player = window.player
    wait(qtbot, window.message.isVisible)
    assert "There is no item “gone”" in window.message.words.accessibleName()
    assert player.stage.currentWidget() is player.stage.nothing
    player.set_volume(0)
    player.do("next")
    wait(qtbot, partial(goes_on, player, ids[0]))
    player.do("show-queue")
    toasts: list[str] = []
    window.desk.toasted.connect(lambda sentence, _: toasts.append(sentence))
    wait(qtbot, partial(goes_on, player, ids[1]))
    assert toasts[1:] == ["2 items are passed over: they can't be played."]
    client.calls.clear()
    view = player._panel.view
    place = view.visualRect(player._panel.model.index(3)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert told(client, "sit_down") == [(ids[2],)]
    wait(qtbot, lambda: "can't be played" in window.message.words.accessibleName())
    assert sits(player) == ids[2], "somebody asked for it"


def test_where_all_is_damaged_each_is_tried_once_and_that_is_said_once(
    show: Show, media: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    client = client_of(media, "song.mp3", "song")
    ids = list(client.items)[:4]
    damaged, cut = tmp_path / "song.mp3", tmp_path / "cut.flac"
    damaged.write_text("no song")
    song(cut, seconds=LONG_S)
    os.truncate(cut, 9_000)  # libVLC says that it has ended
    window = show(client)
    window.desk.queued.emit(tuple(ids), "now")
    player = window.player
    player.set_volume(0)
    wait(qtbot, partial(goes_on, player, ids[0]))
    player.do("repeat")
    for id_, path in zip(ids, (damaged, damaged, cut, damaged), strict=True):
        client.items[id_] = replace(client.items[id_], path=str(path))
    client.calls.clear()
    wait(qtbot, window.message.isVisible)
    assert [args[0] for args in told(client, "sit_down")] == [*ids[1:], ids[0]]
    assert not player.playback.is_on
    assert window.toast.sentence == "3 items are passed over: they can't be played."
    assert not window.toast._waiting


def test_a_song_that_breaks_off_is_not_passed_over_and_goes_on_there(
    show: Show, media: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_of(media, "long.mp3", "song")
    ids = list(client.items)
    client.items[ids[0]] = replace(client.items[ids[0]], path=str(media / "song.mp3"))
    window = show(client)
    window.desk.queued.emit(tuple(ids[:3]), "now")
    player = window.player
    player.set_volume(0)
    wait(qtbot, partial(goes_on, player, ids[1]))
    wait(qtbot, lambda: player.playback.position > 0.5)
    monkeypatch.setattr(vlc.VlcPlayer, "problem", "“long.mp3” does not answer.")
    wait(qtbot, window.message.isVisible)
    monkeypatch.undo()
    place = player.playback.position
    assert sits(player) == ids[1]
    assert place > 0.5
    assert (client.kept_queue.here, client.kept_queue.second) == (1, place)
    press(window, Qt.Key.Key_Space)
    wait(qtbot, lambda: player.playback.playing and player.playback.position > place)


def test_what_was_stopped_does_not_go_on_because_one_comes_back(long: Long, qtbot: QtBot) -> None:
    player, _, window = long
    press(window, Qt.Key.Key_MediaStop)
    window.go("library")
    window.back()
    qtbot.wait(50)
    assert not player.playback.is_on
    assert player.stage.currentWidget() is player.stage.poster


def test_shuffled_nothing_comes_again_because_it_is_the_next_track(
    show: Show, media: Path, qtbot: QtBot
) -> None:
    client = client_of(media, "long.mp3", "song")
    ids = list(client.items)
    client.series = tuple(ids[:3])
    window = show(client)
    window.desk.queued.emit(tuple(ids[:3]), "shuffled")
    player = window.player
    player.set_volume(0)
    heard = []
    for _ in range(3):
        wait(qtbot, lambda: sits(player) not in {"", *heard} and player.playback.playing)
        heard.append(sits(player))
        press(window, Qt.Key.Key_N, Qt.KeyboardModifier.ShiftModifier)
    assert sorted(heard) == sorted(ids[:3])
    assert len(player.queue.entries) == 3


def test_what_is_to_be_played_is_shown_before_the_player_is_loaded(
    show: Show, media: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded, start = threading.Event(), vlc.start

    def slow() -> vlc.VlcPlayer:
        loaded.wait(20)
        return start()

    monkeypatch.setattr(vlc, "start", slow)
    client = client_of(media, "long.mkv", "film")
    window = show(client)
    window.desk.played.emit(next(iter(client.items)), RESUME)
    player = window.player
    wait(qtbot, lambda: player.playback.sitting is not None)
    assert player.transport._name.accessibleName() == "A quiet walk number 0"
    assert player.stage.currentWidget() is player.stage.poster
    assert not player.playback.is_on
    loaded.set()
    wait(qtbot, lambda: player.playback.playing)
    assert player.stage.currentWidget() is player.stage.poster, "the platform shows no video"
