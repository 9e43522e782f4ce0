"""Composes the desktop program: settings, the engine in its own process, and the window."""

import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from mediadesk import settings
from mediadesk.api import UserError
from mediadesk.engine.launch import launch
from mediadesk.settings import Places

# The engine is launched before Qt is loaded: both take their time.
if TYPE_CHECKING:
    from PySide6.QtCore import QMessageLogContext, QtMsgType
    from PySide6.QtWidgets import QApplication

    from mediadesk.engine.client import Client
    from mediadesk.ui.desk import Desk
    from mediadesk.ui.window import Window

_DEAD = (
    "The engine stopped before the picture was taken: run “mediadesk doctor” to see why, then try "
    "again."
)
_NEXT = ("engine.messages", "ui.opening", "ui.pages.for_you")
"""The modules that the window needs right after its frame, in steps of about the same length."""
_PICTURE_CACHE_KB = 96 * 1024
_LEVELS = (logging.DEBUG, logging.WARNING, logging.ERROR, logging.CRITICAL, logging.INFO)  # Qt's


def run(
    data_dir: Path | None, *, safe: bool = False, then: Callable[[], object] | None = None
) -> int:
    """Open the window and stay until it is closed; give the exit status.

    Where the library has a window already, that comes to the front instead.

    Args:
        data_dir: where the library lives; None for the platform's own folder.
        safe: start no installed plugin.
        then: what is to be done first once the window has been painted.

    Raises:
        UserError: if there is no display, or the window that there is does not answer.
    """
    if not _has_display() and "QT_QPA_PLATFORM" not in os.environ:
        raise UserError(
            "There is no display to open a window on: use the commands (mediadesk --help), or "
            "save a picture with “mediadesk gui --screenshot for-you picture.png”."
        )
    with launch() as engine:
        from mediadesk.engine.client import Client
        from mediadesk.ui.instance import Instance, to_front

        places = Places.find(data_dir)
        look, scale = _seen(places)
        if scale != 100:
            os.environ.setdefault("QT_SCALE_FACTOR", str(scale / 100))
        instance = Instance(places.data)
        if not instance.take():
            return 0
        client = Client(data_dir, safe=safe, process=engine)
        try:
            application = _application()
            with _window(application, data_dir, theme=look, client=client) as window:
                window.desk.demo_wanted.connect(lambda: _open_demo(window))
                instance.answer(lambda: to_front(window), window)
                show_in_steps(window, client, *filter(None, (then,)))
                return application.exec()
        finally:
            client.close()
            instance.release()


def _seen(places: Places) -> tuple[str, int]:
    """Give look and scale; of a file that is wrong the engine tells, in the window."""
    try:
        return settings.seen(places.settings)
    except UserError:
        usual = settings.Settings()
        return usual.theme, usual.scale


def show_in_steps(window: "Window", client: "Client", *more: Callable[[], object]) -> None:
    """Show a window, and have it load and do the rest once its frame has been painted."""
    from mediadesk.ui.after_painting import AfterPainting

    load = [partial(import_module, f"mediadesk.{name}") for name in _NEXT]
    window.show()
    AfterPainting(window, [*more, *load, partial(_reach, window.desk, client)])


def _reach(desk: "Desk", client: "Client") -> None:
    """Join the window to its engine; it turns to its first page then."""
    client.listen(desk.on_change, desk.on_restart)
    desk.connect_engine(client)


def screenshot(
    data_dir: Path | None,
    poses: Sequence[str],
    out: Path,
    *,
    themes: Sequence[str] = ("system",),
    sizes: Sequence[tuple[int, int]] = ((1440, 900),),
) -> list[Path]:
    """Save pictures of pages once their data and pictures are there, and give their files.

    `all` stands for all pages. `item` and `player` show the first card of the panel, `plugin` the
    first plugin, one of others before ours, and `panel` the first page that a plugin makes. After
    a + stands what is then done there, by its name in the list of keys or in `poses.STATES`:
    `library+view-list`, `library+selected+tag`. Where there are several pictures, `out` holds
    {page}, {theme} or {size}; they are PNG or JPEG by its name.

    Raises:
        UserError: if there is no such page or theme, if the window has something to complain of,
            such as no engine, or if a picture can't be written.
    """
    if not _has_display():
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = _application()
    from PySide6.QtCore import QSize

    from mediadesk.engine.client import Client
    from mediadesk.engine.messages import LOOKS
    from mediadesk.ui.poses import PAGES, picture, understood

    poses = [one for pose in poses for one in (PAGES if pose == "all" else (pose,))]
    wrong = [one for one in poses if not understood(one)]
    if wrong or not set(themes) <= set(LOOKS):
        raise UserError(
            f"There is no page “{', '.join(wrong or poses)}” in the look “{', '.join(themes)}”: "
            f"take one of {', '.join(PAGES)} and of {', '.join(LOOKS)}."
        )
    files = {
        (pose, theme, size): _file(out, pose, theme, size)
        for theme in themes
        for size in sizes
        for pose in poses
    }
    if len(set(files.values())) < len(files):
        raise UserError(
            f"“{out}” is one file for {len(files)} pictures: name it like {{page}}-{{theme}}.png."
        )
    client = Client(data_dir)
    with _window(application, data_dir, theme=themes[0], client=client, posing=True) as window:
        _reach(window.desk, client)
        told = _complaints(window.desk)
        window.show()
        for (pose, theme, size), file in files.items():
            if window.desk.theme.choice != theme:
                window.desk.theme.choose(theme)
            window.resize(QSize(*size))
            settle(application, window)
            seen = picture(application, window, pose)
            if told:
                break
            if not seen.save(str(file)):
                raise UserError(
                    f"The picture can't be written to “{file}”: name a .png or .jpg file in "
                    "another place."
                )
        window.quit()
    if told:
        raise UserError(told[0])
    return list(files.values())


def settle(application: "QApplication", window: "Window") -> None:
    """Let the window work until nothing has been on its way for a while; see `ui.poses`."""
    from mediadesk.ui import poses

    poses.settle(application, window)


def _file(out: Path, pose: str, theme: str, size: tuple[int, int]) -> Path:
    named = str(out).replace("{page}", pose.replace("+", "-")).replace("{theme}", theme)
    return Path(named.replace("{size}", "x".join(map(str, size))))


@contextmanager
def _window(
    application: "QApplication",
    data_dir: Path | None,
    *,
    theme: str,
    client: "Client",
    posing: bool = False,
) -> "Iterator[Window]":
    """Give a window that has not reached its engine yet; both end together.

    One that poses changes nothing.
    """
    from mediadesk.ui.desk import Desk
    from mediadesk.ui.theme import Theme
    from mediadesk.ui.window import Window

    desk = Desk(Theme(application, theme), posing=posing)
    file = None if posing else Places.find(data_dir).data / "window.ini"
    try:
        yield Window(desk, geometry_file=file)
    finally:
        desk.bridge.close()
        client.close()


def _application() -> "QApplication":
    """Give the application, made ready for embedded video and with its messages in our log."""
    if _on_linux() and os.environ.get("DISPLAY") and os.environ.get("WAYLAND_DISPLAY"):
        # libVLC can't draw into Wayland windows; there may be no XWayland behind the name.
        os.environ.setdefault("QT_QPA_PLATFORM", "xcb;wayland")
    try:
        from PySide6.QtCore import qInstallMessageHandler
        from PySide6.QtGui import QPixmapCache
        from PySide6.QtWidgets import QApplication
    except ImportError as error:
        raise UserError(
            f"The window can't be opened ({error}): install what Qt needs; on Debian that is "
            "libgl1, libegl1, libxkbcommon0 and libdbus-1-3."
        ) from error
    qInstallMessageHandler(_log_qt)
    running = QApplication.instance()
    application = running if isinstance(running, QApplication) else QApplication(sys.argv[:1])
    application.setApplicationName("mediadesk")
    application.setApplicationDisplayName("MediaDesk")
    application.setDesktopFileName("mediadesk")
    QPixmapCache.setCacheLimit(_PICTURE_CACHE_KB)
    return application


def _log_qt(level: "QtMsgType", context: "QMessageLogContext", text: str) -> None:
    logging.getLogger("qt").log(
        _LEVELS[level.value], "%s (%s)", text, context.category or "default"
    )


def _complaints(desk: "Desk") -> list[str]:
    """What is given fills with what goes wrong from now on, so that no picture shows it."""
    told: list[str] = []
    desk.restarted.connect(lambda: told.insert(0, _DEAD))
    desk.told.connect(lambda sentence, _: told.append(sentence))
    return told


def _open_demo(window: "Window") -> None:
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
