"""The player on the desktop's media keys and in its media controls (MPRIS 2.2, Linux only)."""

import os
from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from PySide6.QtCore import ClassInfo, Property, QObject, Signal, Slot
from PySide6.QtDBus import QDBusAbstractAdaptor, QDBusConnection, QDBusMessage, QDBusObjectPath
from PySide6.QtWidgets import QWidget

from mediadesk.play.queue import Queue, Repeat
from mediadesk.ui.playback import SPEEDS, Playback

T = TypeVar("T", bound=type)
_PATH = "/org/mpris/MediaPlayer2"
_NAME = "org.mpris.MediaPlayer2.mediadesk"
_PLAYER = "org.mpris.MediaPlayer2.Player"
_PROPERTIES = "org.freedesktop.DBus.Properties"
_INT32 = 2**31 - 1
_S = 1_000_000  # microseconds
_LOOPS: dict[Repeat, str] = {"off": "None", "one": "Track", "all": "Playlist"}


def _interface(name: str) -> Callable[[T], T]:
    """Name the interface that a class offers; Qt's own stubs know nothing of it."""
    named: Callable[[T], T] = ClassInfo({"D-Bus Interface": name})  # type: ignore[call-arg,assignment]
    return named


class Driven(Protocol):
    """What the desktop drives; the names of what it can `do` are those of `keys.KEYS`."""

    playback: Playback
    queue: Queue

    @property
    def volume(self) -> int: ...
    def set_volume(self, volume: int) -> None: ...
    def do(self, action: str) -> None: ...
    def window(self) -> QWidget: ...


class Mpris(QObject):
    """Offers a player to the desktop where there is a session bus, and tells what changes."""

    def __init__(self, player: Driven, parent: QObject) -> None:
        super().__init__(parent)
        self._bus = QDBusConnection.sessionBus()
        self._told: dict[str, Any] = {}
        self._program = _Program(self, player)
        self._controls = _Controls(self, player)
        self.is_on = self._bus.isConnected() and self._bus.registerObject(_PATH, self)
        if self.is_on:
            if not self._bus.registerService(_NAME):  # the window of another library has it
                self._bus.registerService(f"{_NAME}.instance{os.getpid()}")
            playback = player.playback
            for signal in (playback.sat_down, playback.stopped, playback.ticked):
                signal.connect(self._tell)
            playback.sought.connect(lambda second: self._controls.Seeked.emit(int(second * _S)))

    def release(self) -> None:
        """Be gone from the desktop."""
        if self.is_on:
            self._bus.unregisterObject(_PATH)
            self._bus.unregisterService(_NAME)

    def _tell(self) -> None:
        now = self._controls.now()
        news = {name: value for name, value in now.items() if self._told.get(name) != value}
        self._told = now
        if news:
            signal = QDBusMessage.createSignal(_PATH, _PROPERTIES, "PropertiesChanged")
            signal.setArguments([_PLAYER, news, []])
            self._bus.send(signal)


@_interface("org.mpris.MediaPlayer2")
class _Program(QDBusAbstractAdaptor):
    """What is offered of the program; the names are those of the standard."""

    def __init__(self, parent: Mpris, player: Driven) -> None:
        super().__init__(parent)
        self._player = player

    @Slot()
    def Raise(self) -> None:
        window = self._player.window()
        window.show()
        window.raise_()
        window.activateWindow()

    @Slot()
    def Quit(self) -> None:
        self._player.window().close()

    CanQuit = Property(bool, lambda _: True)
    CanRaise = Property(bool, lambda _: True)
    HasTrackList = Property(bool, lambda _: False)
    Identity = Property(str, lambda _: "MediaDesk")
    DesktopEntry = Property(str, lambda _: "mediadesk")


@_interface(_PLAYER)
class _Controls(QDBusAbstractAdaptor):
    """What is offered of the player; the names are those of the standard."""

    Seeked = Signal("qlonglong")  # type: ignore[arg-type]

    def __init__(self, parent: Mpris, player: Driven) -> None:
        super().__init__(parent)
        self._player = player

    def now(self) -> dict[str, Any]:
        """Give what may have changed, but for the position, which clients count on themselves."""
        return {
            "PlaybackStatus": self._status(),
            "Metadata": self._metadata(),
            "Rate": self._player.playback.speed,
            "Shuffle": self._player.queue.shuffled,
            "LoopStatus": self._loop(),
            "Volume": self._player.volume / 100,
        }

    @Slot()
    def PlayPause(self) -> None:
        self._player.do("toggle")

    @Slot()
    def Play(self) -> None:
        if not self._player.playback.playing:
            self._player.do("toggle")

    @Slot()
    def Pause(self) -> None:
        if self._player.playback.playing:
            self._player.do("toggle")

    @Slot()
    def Stop(self) -> None:
        self._player.do("stop")

    @Slot()
    def Next(self) -> None:
        self._player.do("next")

    @Slot()
    def Previous(self) -> None:
        self._player.do("previous")

    @Slot("qlonglong")
    def Seek(self, offset: int) -> None:
        playback = self._player.playback
        playback.seek(playback.position + offset / _S)

    @Slot(QDBusObjectPath, "qlonglong")
    def SetPosition(self, track: QDBusObjectPath, position: int) -> None:
        sitting, length = self._player.playback.sitting, self._player.playback.length
        is_this = sitting is not None and track.path() == _track(sitting.item.id)
        if is_this and 0 <= position <= length * _S:
            self._player.playback.seek(position / _S)

    def _loop(self) -> str:
        return _LOOPS[self._player.queue.repeat]

    def _set_loop(self, wanted: str) -> None:
        while wanted in _LOOPS.values() and self._loop() != wanted:
            self._player.do("repeat")

    def _set_shuffle(self, on: bool) -> None:
        if on != self._player.queue.shuffled:
            self._player.do("shuffle-queue")

    def _set_rate(self, rate: float) -> None:
        if SPEEDS[0] <= rate <= SPEEDS[-1]:
            self._player.playback.set_speed(rate)

    def _status(self) -> str:
        playback = self._player.playback
        if not playback.is_on:
            return "Stopped"
        return "Playing" if playback.playing else "Paused"

    def _metadata(self) -> dict[str, Any]:
        sitting = self._player.playback.sitting
        if sitting is None:
            return {}
        item, length = sitting.item, int(sitting.item.duration_s * _S)
        # An int of 64 bits by the standard, but Qt's Python sends a small one as 32: then a double.
        told = {
            "mpris:trackid": QDBusObjectPath(_track(item.id)),
            "mpris:length": length if length > _INT32 else float(length),
            "xesam:title": item.title,
            "xesam:artist": [item.artist] if item.artist else [],
            "xesam:album": item.album or item.series,
        }
        return {name: value for name, value in told.items() if value}

    def _position(self) -> int:
        return int(self._player.playback.position * _S)

    def _set_volume(self, volume: float) -> None:
        self._player.set_volume(round(100 * volume))

    PlaybackStatus = Property(str, _status)
    Metadata = Property("QVariantMap", _metadata)  # type: ignore[arg-type]
    Position = Property("qlonglong", _position)  # type: ignore[arg-type]
    Volume = Property(float, lambda self: self._player.volume / 100, _set_volume)
    Rate = Property(float, lambda self: self._player.playback.speed, _set_rate)
    MinimumRate = Property(float, lambda _: SPEEDS[0])
    MaximumRate = Property(float, lambda _: SPEEDS[-1])
    Shuffle = Property(bool, lambda self: self._player.queue.shuffled, _set_shuffle)
    LoopStatus = Property(str, _loop, _set_loop)
    CanGoNext = Property(bool, lambda _: True)
    CanGoPrevious = Property(bool, lambda _: True)
    CanPlay = Property(bool, lambda _: True)
    CanPause = Property(bool, lambda _: True)
    CanSeek = Property(bool, lambda _: True)
    CanControl = Property(bool, lambda _: True)


def _track(item: str) -> str:
    return f"/mediadesk/item/{item}"
