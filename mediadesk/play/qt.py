"""Plays through Qt Multimedia, where the extra “qt-player” is installed."""

from PySide6.QtCore import QUrl
from PySide6.QtWidgets import QVBoxLayout, QWidget

from mediadesk.play.player import Surface

try:
    from PySide6.QtMultimedia import QAudioOutput, QMediaPlayer
    from PySide6.QtMultimediaWidgets import QVideoWidget

    HERE = True
except ImportError:
    HERE = False


class QtPlayer:
    """A `Player` on Qt Multimedia."""

    name = "Qt Multimedia"

    def __init__(self) -> None:
        self._player = QMediaPlayer()
        self._sound = QAudioOutput()
        self._player.setAudioOutput(self._sound)
        self._player.mediaStatusChanged.connect(self._begin)
        self._start = 0.0
        self._path = ""

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
        return f"“{self._path}” can't be played ({self._player.errorString()})."

    def attach(self, surface: Surface | None) -> None:
        if isinstance(surface, QWidget) and surface.layout() is None:
            screen = QVideoWidget(surface)
            box = QVBoxLayout(surface)
            box.setContentsMargins(0, 0, 0, 0)
            box.addWidget(screen)
            self._player.setVideoOutput(screen)

    def open(self, path: str, *, start: float = 0.0) -> None:
        self._path, self._start = path, start
        self._player.setSource(QUrl.fromLocalFile(path))
        self._player.play()

    def pause(self, *, paused: bool) -> None:
        if paused:
            self._player.pause()
        else:
            self._player.play()

    def seek(self, second: float) -> None:
        self._player.setPosition(int(second * 1000))

    def set_volume(self, volume: int) -> None:
        self._sound.setVolume(volume / 100)

    def stop(self) -> None:
        self._player.stop()

    def close(self) -> None:
        self._player.stop()

    def _begin(self, status: "QMediaPlayer.MediaStatus") -> None:
        """Go to the second to start at as soon as the file takes it."""
        if self._start and status in {
            QMediaPlayer.MediaStatus.LoadedMedia,
            QMediaPlayer.MediaStatus.BufferedMedia,
        }:
            self.seek(self._start)
            self._start = 0.0
