"""Checks what MediaDesk needs on this machine, and says what to do about what is missing."""

import os
import shutil
import sqlite3
from importlib.util import find_spec

from mediadesk.api import UserError
from mediadesk.engine.messages import Check
from mediadesk.host import Registry, State
from mediadesk.host.isolate.sandbox import available
from mediadesk.models import Models
from mediadesk.play import vlc
from mediadesk.play.player import WAYLAND
from mediadesk.settings import Places
from mediadesk.store import Store, safety

_FREE_BYTES_WANTED = 500_000_000


def examine(places: Places, store: Store, registry: Registry, models: Models) -> tuple[Check, ...]:
    """Give every finding, good ones too."""
    return (
        _database(store),
        _disk(places),
        *_plugins(registry),
        _isolation(),
        *_models(models),
        _player(),
        _ffmpeg(),
    )


def _database(store: Store) -> Check:
    try:
        damage = safety.damage(store.path)
    except sqlite3.DatabaseError as error:
        damage = str(error)
    return Check(
        name="Library database",
        ok=not damage,
        found=f"{store.path}: {damage or 'ok'}",
        remedy=f"Close MediaDesk, then {safety.way_back(store.path)}." if damage else "",
    )


def _disk(places: Places) -> Check:
    free = shutil.disk_usage(places.data).free
    return Check(
        name="Disk space",
        ok=free > _FREE_BYTES_WANTED,
        found=f"{free / 1e9:.1f} GB free beside “{places.data}”",
        remedy="Free some space, or move the library with --data-dir.",
    )


def _plugins(registry: Registry) -> list[Check]:
    return [
        Check(
            name=f"Plugin {plugin.name}",
            ok=plugin.state in {State.READY, State.DISABLED, State.OFF},
            found=plugin.state.value + (f": {plugin.problem}" if plugin.problem else ""),
            remedy="Update or disable this plugin.",
        )
        for plugin in registry.plugins
    ]


def _isolation() -> Check:
    """Tell what keeps installed plugins within their limits on this machine, and what does not."""
    known = available()
    gaps = [gap for gap in (known.files, known.network, known.memory, known.processes) if gap]
    return Check(
        name="Isolation of plugins",
        ok=not gaps,
        found=" ".join(dict.fromkeys(gaps)) or "files, network, memory and processes are limited",
        remedy="Install only plugins that you trust; on Linux a kernel from 5.13 on and libseccomp "
        "help.",
    )


def _models(models: Models) -> list[Check]:
    return [
        Check(
            name=f"Model {status.name}",
            ok=status.installed and not status.problem,
            found=status.problem or f"{status.task}, {status.size / 1e6:.1f} MB, {status.licence}",
            remedy="Install MediaDesk again: the model came with it.",
        )
        for status in models.report()
    ]


def _player() -> Check:
    """Tell what plays here, and whether it can draw into the window."""
    try:
        found, remedy = f"libVLC {vlc.version()}", ""
    except UserError as error:
        found, remedy = str(error), "Install VLC; till then files open in the system's player."
    if find_spec("PySide6.QtMultimedia"):
        other = "libVLC, which knows files of subtitles, is not here" if remedy else found
        return Check(name="Player", ok=True, found=f"Qt Multimedia; {other}")
    if not remedy and os.environ.get("WAYLAND_DISPLAY") and not os.environ.get("DISPLAY"):
        return Check(name="Player", ok=False, found=WAYLAND, remedy="Install XWayland.")
    return Check(name="Player", ok=not remedy, found=found, remedy=remedy)


def _ffmpeg() -> Check:
    import av

    return Check(name="Decoder", ok=True, found=f"PyAV {av.__version__}")
