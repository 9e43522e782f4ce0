"""Plays through Qt Multimedia, where the extra “qt-player” is installed."""

import logging
import os
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QFile, QLocale, QUrl
from PySide6.QtWidgets import QVBoxLayout, QWidget

from mediadesk.paths import native, shown, to_uri
from mediadesk.play.player import OUTSIDE, Stream, Surface

try:
    from PySide6.QtMultimedia import QAudioOutput, QMediaDevices, QMediaMetaData, QMediaPlayer
    from PySide6.QtMultimediaWidgets import QVideoWidget

    HERE = True
except ImportError:
    HERE = False

if TYPE_CHECKING:
    from collections.abc import Sequence

log = logging.getLogger(__name__)


class QtPlayer:
    """A `Player` on Qt Multimedia."""

    name = "Qt Multimedia"
    takes_files = False

    def __init__(self) -> None:
        self._player = QMediaPlayer()
        self._sound = QAudioOutput()
        if QMediaDevices.audioOutputs():  # without any, Qt waits for its own thread for ever
            self._player.setAudioOutput(self._sound)
        self._player.mediaStatusChanged.connect(self._begin)
        self._start = 0.0
        self._path = ""
        self._file: QFile | None = None

    @property
    def position(self) -> float:
        return self._start or self._player.position() / 1000

    @property
    def length(self) -> float:
        return self._player.duration() / 1000

    @property
    def playing(self) -> bool:
        return self._player.playbackState() == QMediaPlayer.PlaybackState.PlayingState

    @property
    def ended(self) -> bool:
        return self._player.mediaStatus() == QMediaPlayer.MediaStatus.EndOfMedia

    @property
    def problem(self) -> str | None:
        if self._player.error() == QMediaPlayer.Error.NoError:
            return None
        return (
            f"“{shown(self._path)}” can't be played ({self._player.errorString()}): "
            f"see whether its drive is connected, {OUTSIDE}."
        )

    @property
    def streams(self) -> tuple[Stream, ...]:
        player = self._player
        return (
            *_streams("audio", player.audioTracks(), player.activeAudioTrack()),
            *_streams("subtitle", player.subtitleTracks(), player.activeSubtitleTrack()),
        )

    def attach(self, surface: Surface | None) -> None:
        if isinstance(surface, QWidget) and surface.layout() is None:
            screen = QVideoWidget(surface)
            box = QVBoxLayout(surface)
            box.setContentsMargins(0, 0, 0, 0)
            box.addWidget(screen)
            self._player.setVideoOutput(screen)

    def open(self, path: str, *, start: float = 0.0) -> None:
        self._path, self._start = path, start
        address = QUrl.fromEncoded(to_uri(path).encode())
        if path == native(path):
            self._player.setSource(address)
            self._file = None
        else:  # Qt knows no file names that are not UTF-8
            self._player.setSource(QUrl())
            self._file = _opened(path)  # the player reads it, and does not own it
            self._player.setSourceDevice(self._file, address)
        self._player.setPlaybackRate(1.0)
        self._player.play()

    def pause(self, *, paused: bool) -> None:
        if paused:
            self._player.pause()
        else:
            self._player.play()

    def seek(self, second: float) -> None:
        self._player.setPosition(int(second * 1000))

    def set_volume(self, volume: int) -> None:
        self._sound.setVolume((volume / 100) ** 3)  # as libVLC does: Qt takes an amplitude

    def set_speed(self, speed: float) -> None:
        self._player.setPlaybackRate(speed)

    def set_audio(self, stream: int) -> None:
        self._player.setActiveAudioTrack(stream)

    def set_subtitle(self, stream: int | None) -> None:
        self._player.setActiveSubtitleTrack(-1 if stream is None else stream)

    def add_subtitles(self, path: str, language: str = "") -> None:
        """Qt Multimedia takes no files (`takes_files`)."""

    def delay_subtitles(self, seconds: float) -> None:
        """Qt Multimedia shifts none (`takes_files`)."""

    def stop(self) -> None:
        self._player.stop()
        self._player.setSource(QUrl())
        self._file = None

    def close(self) -> None:
        self.stop()

    def _begin(self, status: "QMediaPlayer.MediaStatus") -> None:
        """Go to the second to start at as soon as the file takes it."""
        if self._start and status in {
            QMediaPlayer.MediaStatus.LoadedMedia,
            QMediaPlayer.MediaStatus.BufferedMedia,
        }:
            self.seek(self._start)
            self._start = 0.0


def _opened(path: str) -> QFile:
    """Open a file by the name that the system knows; it can't be read where there is none."""
    file = QFile()
    try:
        number = os.open(native(path), os.O_RDONLY)
    except OSError:
        log.info("“%s” can't be opened", path, exc_info=True)
    else:
        file.open(number, QFile.OpenModeFlag.ReadOnly, QFile.FileHandleFlag.AutoCloseHandle)
    return file


def _streams(
    kind: Literal["audio", "subtitle"], tracks: "Sequence[QMediaMetaData]", chosen: int
) -> list[Stream]:
    key = QMediaMetaData.Key
    found: list[Stream] = []
    for number, track in enumerate(tracks):
        language = track.value(key.Language)
        code = QLocale.languageToCode(language) if isinstance(language, QLocale.Language) else ""
        name = track.stringValue(key.Title)
        found.append(
            Stream(id=number, kind=kind, language=code, name=name, chosen=number == chosen)
        )
    return found
