"""Plays a real film in a real window of an X server, and says what came of it; see test_screen."""

from __future__ import annotations

import json
import sys
from functools import partial
from pathlib import Path

from gui import waiting
from gui.fake_client import FakeClient, item
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from mediadesk import app
from mediadesk.ui.desk import RESUME, Desk
from mediadesk.ui.theme import Theme
from mediadesk.ui.window import Window


def colours(image: QImage) -> int:
    """Count the different colours in the middle of the screen."""
    across = range(image.width() // 2 - 150, image.width() // 2 + 150, 10)
    down = range(image.height() // 2 - 80, image.height() // 2 + 80, 10)
    return len({QColor(image.pixel(x, y)).name() for x in across for y in down})


def play(application: QApplication, film: Path) -> dict[str, object]:
    """Play, seek, switch tracks, fill the screen; give what was seen."""
    until = partial(waiting.until, application)

    def grab() -> QImage:
        return application.primaryScreen().grabWindow(0).toImage()

    desk = Desk(Theme(application, "dark"))
    client = FakeClient([item(0, path=str(film), duration_s=30.0, kind="film", resume_s=0.0)])
    desk.connect_engine(client)  # type: ignore[arg-type]
    window = Window(desk)
    window.resize(1000, 650)
    window.show()
    found: dict[str, object] = {"platform": application.platformName()}
    desk.played.emit(next(iter(client.items)), RESUME)
    player, playback = window.player, window.player.playback
    until(lambda: playback.playing and playback.position > 0.5, "it does not play")
    begun = playback.position
    until(lambda: playback.position > begun + 1, "the position does not move")
    found["screen"] = player.stage.currentWidget() is player.stage.screen_
    until(lambda: colours(grab()) > 50, "there is no picture")
    found["colours"] = colours(grab())
    playback.seek(20)
    until(lambda: 20 <= playback.position < 23, "it does not seek")
    audio, subtitle = playback.streams("audio"), playback.streams("subtitle")
    found["tracks"] = [len(audio), len(subtitle)]
    playback.choose_audio(audio[1])
    playback.choose_subtitle(subtitle[1])
    until(lambda: playback.streams("audio")[1].chosen, "the sound is not switched")
    until(lambda: playback.streams("subtitle")[1].chosen, "the subtitles are not switched")
    player.do("full-screen")
    until(lambda: not player.transport.isVisible(), "the controls stay")
    until(window.isFullScreen, "it does not fill the screen")
    at = playback.position
    until(lambda: playback.position > at + 0.5, "it stops in full screen")
    player.do("full-screen")
    until(lambda: not window.isFullScreen(), "it stays in full screen")
    found["controls"] = player.transport.isVisible()
    found["end"] = playback.position
    window.close()
    desk.bridge.close()
    return found


if __name__ == "__main__":
    sys.stdout.write(json.dumps(play(app._application(), Path(sys.argv[1]))) + "\n")
