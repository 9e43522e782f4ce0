"""Keeps the screen from going dark while a film plays."""

import sys

from PySide6.QtDBus import QDBusConnection, QDBusMessage

_SERVICE, _PATH = "org.freedesktop.ScreenSaver", "/org/freedesktop/ScreenSaver"
_CONNECTION = "mediadesk-awake"
_WINDOWS_DISPLAY, _WINDOWS_USUAL = 0x8000_0003, 0x8000_0000


class Awake:
    """Asks the desktop not to show its screen saver; nothing waits for its answer."""

    def __init__(self) -> None:
        self._on = False

    def keep(self, *, on: bool) -> None:
        """Keep the screen on from now on, or let it go dark."""
        if on == self._on:
            return
        self._on = on
        if sys.platform == "win32":
            import ctypes

            state = _WINDOWS_DISPLAY if on else _WINDOWS_USUAL
            ctypes.windll.kernel32.SetThreadExecutionState(state)
        elif sys.platform.startswith("linux"):
            _inhibit() if on else QDBusConnection.disconnectFromBus(_CONNECTION)


def _inhibit() -> None:
    """Ask on a connection of its own: what was asked for ends with it."""
    bus = QDBusConnection.connectToBus(QDBusConnection.BusType.SessionBus, _CONNECTION)
    if bus.isConnected():
        call = QDBusMessage.createMethodCall(_SERVICE, _PATH, _SERVICE, "Inhibit")
        call.setArguments(["MediaDesk", "A film plays"])
        bus.asyncCall(call)
