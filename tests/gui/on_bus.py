"""Plays a real film on a session bus, is driven through it, and says what came; see test_screen."""

from __future__ import annotations

import json
import sys
from functools import partial
from pathlib import Path

from gui import waiting
from gui.fake_client import FakeClient, item
from PySide6.QtCore import ClassInfo, QObject, QProcess, Slot
from PySide6.QtDBus import QDBusAbstractAdaptor, QDBusConnection
from PySide6.QtWidgets import QApplication

from mediadesk import app
from mediadesk.ui.desk import RESUME, Desk
from mediadesk.ui.theme import Theme
from mediadesk.ui.window import Window

_SAVER = "org.freedesktop.ScreenSaver"
_PLAYER = "org.mpris.MediaPlayer2.Player"


@ClassInfo({"D-Bus Interface": _SAVER})
class ScreenSaver(QDBusAbstractAdaptor):
    """The desktop's, as far as it is asked."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.asked: list[str] = []

    @Slot(str, str, result="uint")
    def Inhibit(self, program: str, reason: str) -> int:  # noqa: N802 - the standard's name
        self.asked.append(f"{program}: {reason}")
        return 7


def play(application: QApplication, film: Path) -> dict[str, object]:
    """Play, and be paused, sought, moved on and stopped by the desktop."""
    desktop = QObject()
    saver = ScreenSaver(desktop)
    bus = QDBusConnection.sessionBus()
    bus.registerObject("/org/freedesktop/ScreenSaver", desktop)
    bus.registerService(_SAVER)

    until = partial(waiting.until, application)

    def clients() -> set[str]:
        return set(bus.interface().registeredServiceNames().value())

    def call(method: str, *arguments: str) -> str:
        """Call what the player offers from another process, as a desktop does."""
        process = QProcess()
        to = "--dest=org.mpris.MediaPlayer2.mediadesk"
        process.start(
            "dbus-send",
            ["--session", "--print-reply", to, "/org/mpris/MediaPlayer2", method, *arguments],
        )
        until(lambda: process.state() == QProcess.ProcessState.NotRunning, method)
        return bytes(process.readAllStandardOutput().data()).decode()

    desk = Desk(Theme(application, "dark"))
    given = {"path": str(film), "duration_s": 30.0, "kind": "film", "resume_s": 0.0}
    client = FakeClient([item(number, available=True, **given) for number in range(2)])
    desk.connect_engine(client)  # type: ignore[arg-type]
    window = Window(desk)
    window.show()
    ids = list(client.items)
    desk.played.emit(ids[0], RESUME)
    player, playback = window.player, window.player.playback
    desk.queued.emit((ids[1],), "last")
    until(lambda: playback.playing and playback.position > 0.3, "it does not play")
    until(lambda: len(saver.asked) == 1, "the screen is not kept on")
    held = clients()  # who asked is one of them until it lets go
    call(f"{_PLAYER}.Seek", "int64:10000000")
    until(lambda: playback.position > 10, "it does not seek")
    call(f"{_PLAYER}.SetPosition", f"objpath:/mediadesk/item/{ids[0]}", "int64:2500000")
    until(lambda: 2.4 < playback.position < 9, "it does not go to a position")
    call(
        f"{_PLAYER}.SetPosition", f"objpath:/mediadesk/item/{ids[1]}", "int64:9000000"
    )  # another's
    told = call("org.freedesktop.DBus.Properties.GetAll", f"string:{_PLAYER}")
    call(f"{_PLAYER}.PlayPause")
    until(lambda: not playback.playing, "it does not pause")
    until(lambda: bool(held - clients()), "the screen is kept on while it is paused")
    for name, value in (("Shuffle", "boolean:true"), ("LoopStatus", "string:Playlist")):
        property_of = (f"string:{_PLAYER}", f"string:{name}", f"variant:{value}")
        call("org.freedesktop.DBus.Properties.Set", *property_of)
    volume = ("string:Volume", "variant:double:0.25")
    call("org.freedesktop.DBus.Properties.Set", f"string:{_PLAYER}", *volume)
    call(f"{_PLAYER}.Next")
    until(lambda: playback.playing and player.queue.place == 1, "it does not go on")
    call(f"{_PLAYER}.Stop")
    until(lambda: not playback.is_on, "it does not stop")
    found: dict[str, object] = {"told": told, "saver": saver.asked, "volume": player.volume}
    found["queue"] = [player.queue.shuffled, player.queue.repeat]
    window.close()
    desk.bridge.close()
    return found


if __name__ == "__main__":
    sys.stdout.write(json.dumps(play(app._application(), Path(sys.argv[1]))) + "\n")
