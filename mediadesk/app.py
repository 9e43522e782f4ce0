"""Composes the desktop program: settings, the engine in its own process, and the window."""

import logging
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, get_args

from PySide6.QtCore import QMessageLogContext, QSize, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QPixmapCache
from PySide6.QtWidgets import QApplication

from mediadesk import settings
from mediadesk.api import UserError
from mediadesk.engine.client import Client
from mediadesk.engine.messages import PageView, Panel, PluginView, Verbs
from mediadesk.settings import Places
from mediadesk.ui.desk import RESUME, Desk
from mediadesk.ui.instance import Instance, to_front
from mediadesk.ui.rail import panel_address
from mediadesk.ui.theme import CHOICES, Theme
from mediadesk.ui.window import Window

Page = Literal[
    "for-you",
    "library",
    "item",
    "player",
    "activity",
    "settings",
    "plugins",
    "plugin",
    "panel",
]
PAGES: tuple[Page, ...] = get_args(Page)

log = logging.getLogger(__name__)
_QT_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}
_DEAD = (
    "The engine stopped before the picture was taken: run “mediadesk doctor” to see why, then try "
    "again."
)
_PICTURE_CACHE_KB = 96 * 1024
_PATIENCE_S = 90.0
_QUIET_ROUNDS = 12


def run(data_dir: Path | None, *, safe: bool = False) -> int:
    """Open the window and stay until it is closed; give the exit status.

    Where the library has a window already, that comes to the front instead.

    Args:
        data_dir: where the library lives; None for the platform's own folder.
        safe: start no installed plugin.

    Raises:
        UserError: if there is no display, the settings file is wrong, or the window that there is
            does not answer.
    """
    if not _has_display() and "QT_QPA_PLATFORM" not in os.environ:
        raise UserError(
            "There is no display to open a window on: use the commands (mediadesk --help), or "
            "save a picture with “mediadesk gui --screenshot for-you picture.png”."
        )
    places = Places.find(data_dir)
    theme = settings.load(places.settings).theme
    instance = Instance(places.data)
    if not instance.take():
        return 0
    application = _application()
    try:
        with _window(application, data_dir, theme=theme, safe=safe) as window:
            window.desk.demo_wanted.connect(lambda: _open_demo(window))
            instance.answer(lambda: to_front(window), window)
            window.show()
            return application.exec()
    finally:
        instance.release()


def screenshot(
    data_dir: Path | None,
    page: str,
    out: Path,
    *,
    theme: str = "system",
    size: tuple[int, int] = (1440, 900),
) -> None:
    """Save a picture of a page, as PNG or JPEG by its name, once its data and pictures are there.

    `item` and `player` show the first card of the panel, `plugin` the first plugin, one of others
    before ours, and `panel` the first page that a plugin makes.

    Raises:
        UserError: if there is no such page or theme, if the window has something to complain of,
            such as no engine, or if the picture can't be written.
    """
    if page not in PAGES or theme not in CHOICES:
        raise UserError(
            f"There is no page “{page}” in the look “{theme}”: take one of {', '.join(PAGES)} "
            f"and of {', '.join(CHOICES)}."
        )
    if not _has_display():
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = _application()
    with _window(application, data_dir, theme=theme, posing=True) as window:
        wrong = _complaints(window.desk)
        window.resize(QSize(*size))
        window.show()
        settle(application, window)
        _turn(window, page)
        settle(application, window)
        picture = window.grab()
        window.close()
    if wrong:
        raise UserError(wrong[0])
    if not picture.save(str(out)):
        raise UserError(
            f"The picture can't be written to “{out}”: name a .png or .jpg file in another place."
        )


def settle(application: QApplication, window: Window) -> None:
    """Let the window work until nothing has been on its way for a while.

    Raises:
        UserError: if that takes longer than a minute and a half.
    """
    desk = window.desk
    deadline = time.monotonic() + _PATIENCE_S
    quiet = 0
    while quiet < _QUIET_ROUNDS:
        application.processEvents()
        quiet = 0 if desk.bridge.waiting or desk.pictures.waiting else quiet + 1
        if time.monotonic() > deadline:
            raise UserError("The engine does not answer: run “mediadesk doctor” to see why.")
        time.sleep(0.01)


@contextmanager
def _window(
    application: QApplication,
    data_dir: Path | None,
    *,
    theme: str,
    posing: bool = False,
    safe: bool = False,
) -> Iterator[Window]:
    """Give the window with its engine, which ends with it; one that poses changes nothing."""
    desk = Desk(Theme(application, theme), posing=posing)
    client = Client(data_dir, on_change=desk.on_change, on_restart=desk.on_restart, safe=safe)
    try:
        desk.connect_engine(client)
        file = None if posing else Places.find(data_dir).data / "window.ini"
        window = Window(desk, geometry_file=file)
        yield window
    finally:
        desk.bridge.close()
        client.close()


def _application() -> QApplication:
    """Give the application, made ready for embedded video and with its messages in our log."""
    if _on_linux() and os.environ.get("DISPLAY") and os.environ.get("WAYLAND_DISPLAY"):
        os.environ.setdefault("QT_QPA_PLATFORM", "xcb")  # libVLC can't draw into Wayland windows
    qInstallMessageHandler(_log_qt)
    running = QApplication.instance()
    application = running if isinstance(running, QApplication) else QApplication(sys.argv[:1])
    application.setApplicationName("mediadesk")
    application.setApplicationDisplayName("MediaDesk")
    application.setDesktopFileName("mediadesk")
    QPixmapCache.setCacheLimit(_PICTURE_CACHE_KB)
    return application


def _log_qt(level: QtMsgType, context: QMessageLogContext, text: str) -> None:
    logging.getLogger("qt").log(_QT_LEVELS[level], "%s (%s)", text, context.category or "default")


def _complaints(desk: Desk) -> list[str]:
    """What is given fills with what goes wrong from now on, so that no picture shows it."""
    told: list[str] = []
    desk.restarted.connect(lambda: told.insert(0, _DEAD))
    desk.told.connect(lambda sentence, _: told.append(sentence))
    return told


def _turn(window: Window, page: str) -> None:
    """Turn to a page, soon; what is missing for it is told as the window tells it."""
    questions, told = window.desk.questions, window.desk.told

    def open_first(panel: Panel) -> None:
        cards = [card for shelf in panel.shelves for card in shelf.items]
        if not cards:
            told.emit("There is no item to show yet: add a folder, then analyse it.", False)
        elif page == "item":
            window.open_item(cards[0].id)
        else:
            window.play(cards[0].id, RESUME)

    def open_plugin(plugins: Sequence[PluginView]) -> None:
        window.go("plugin", min(plugins, key=lambda one: one.source == "bundled").name)

    def open_panel(pages: Sequence[PageView]) -> None:
        if pages:
            window.go("panel", panel_address(pages[0]))
        else:
            told.emit("No plugin makes a page here: install one that does.", False)

    if page in {"item", "player"}:
        questions.ask(open_first, Verbs.for_you)
    elif page == "plugin":
        questions.ask(open_plugin, Verbs.plugins)
    elif page == "panel":
        questions.ask(open_panel, Verbs.pages)
    else:
        window.go(page)


def _open_demo(window: Window) -> None:
    """Open the demo library in a program of its own: somebody's library is not the place for it."""
    command = [sys.executable, "-m", "mediadesk", "demo"]
    if getattr(sys, "frozen", False):
        command = [sys.executable, "demo"]
    subprocess.Popen(command, start_new_session=True)  # noqa: S603 - our own command
    window.message.say(
        "The demo library is being made; it opens in a window of its own.", bug=False
    )


def _has_display() -> bool:
    """Qt ends the process where there is none; only Linux can be without."""
    return not _on_linux() or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _on_linux() -> bool:
    return sys.platform.startswith("linux")
