"""Checks the window, the pictures it can show and the player; each check raises or tells.

All is imported late: what can't be imported must fail one check, not the program.
"""

import importlib.util
import sys
from pathlib import Path

_PICTURES = frozenset({"gif", "jpeg", "png", "svg", "webp"})
_SCREENS = frozenset({"offscreen", "wayland", "xcb"} if sys.platform == "linux" else {"offscreen"})
_FONT = "Inter"


def check_window(folder: Path) -> str:
    """Show the window on an empty library, whose engine is a process of its own."""
    from PySide6.QtGui import QFontDatabase

    from mediadesk import app

    picture = folder / "window.png"
    app.screenshot(folder / "data", ("for-you",), picture)
    if _FONT not in QFontDatabase.families():
        raise LookupError(f"the font {_FONT} is missing")
    return f"shown, a picture of it has {picture.stat().st_size:,} bytes"


def check_qt(_: Path) -> str:
    """See which pictures Qt reads, and which kinds of screen it could draw on here."""
    from PySide6.QtCore import QLibraryInfo, QPluginLoader
    from PySide6.QtGui import QImageReader

    formats = {bytes(name.data()).decode() for name in QImageReader.supportedImageFormats()}
    folder = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath), "platforms")
    screens = {file.stem.removeprefix("lib").removeprefix("q"): file for file in folder.iterdir()}
    if missing := (_PICTURES - formats) | (_SCREENS - screens.keys()):
        raise LookupError(f"no plugin for {', '.join(sorted(missing))}")
    found = []
    for name in sorted(_SCREENS):
        loader = QPluginLoader(str(screens[name]))
        found.append(name if loader.load() else f"not {name} ({loader.errorString()})")
    return f"{len(formats)} formats of pictures; screens: {', '.join(found)}"


def check_player(_: Path) -> str:
    """Look for libVLC, which may be missing: then files open in the system's player."""
    from mediadesk.api import UserError
    from mediadesk.play import vlc

    if importlib.util.find_spec("vlc") is None:
        raise LookupError("python-vlc is missing")
    try:
        return f"libVLC {vlc.version()}"
    except UserError:
        return "libVLC is not here; files open in the system's player"
