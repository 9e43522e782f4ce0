"""Plays through libVLC, on a thread of its own: libVLC waits for disks, the window must not."""

import logging
import sys
import tempfile
import time
from pathlib import Path
from types import ModuleType
from typing import Any

from mediadesk.api import UserError
from mediadesk.paths import shown, to_uri
from mediadesk.play.legible import legible
from mediadesk.play.player import OUTSIDE, Stream, Surface
from mediadesk.play.playlists import is_playlist
from mediadesk.play.vlc_line import Line

log = logging.getLogger(__name__)
_OPTIONS = (
    "--no-video-title-show",
    "--no-metadata-network-access",
    "--no-sub-autodetect-file",
    "--no-lua",
    "--quiet",
)
_PLUGINS = "vlc-plugin-base vlc-plugin-video-output"
_ABSENT = (
    f"libVLC is not installed: install VLC (Debian and Ubuntu: “libvlc5 {_PLUGINS}”), {OUTSIDE}."
)
_HALF = (
    "libVLC is installed, but finds none of its plugins: install VLC in full (Debian and Ubuntu: "
    f"“{_PLUGINS}”), {OUTSIDE}."
)
# python-vlc fails in its own ways, depending on what it does not find; it would even end us.
_FAILURES = (
    ImportError, NameError, OSError, NotImplementedError, AttributeError, SystemExit,
)  # fmt: skip
_PATIENCE_S = 30.0


def start() -> "VlcPlayer":
    """Give a player; takes a moment, for libVLC looks through its plugins; any thread will do.

    Raises:
        UserError: where libVLC is missing or only half there, with what to do about it.
    """
    return VlcPlayer(*_load())


def version() -> str:
    """Give the version of libVLC, after trying whether it works.

    Raises:
        UserError: as `start`.
    """
    library, instance = _load()
    instance.release()
    told: bytes = library.libvlc_get_version()
    return told.decode()


def _load() -> tuple[ModuleType, Any]:
    try:
        import vlc

        library: ModuleType = vlc
        instance = library.Instance(list(_OPTIONS))
    except _FAILURES as error:
        log.info("libVLC is not here: %s", error)
        raise UserError(_ABSENT) from error
    if instance is None:
        raise UserError(_HALF)
    return library, instance


class VlcPlayer:
    """A `Player` on libVLC. It never waits: it says what was last known, and is told the rest."""

    name = "libVLC"
    takes_files = True

    def __init__(self, library: ModuleType, instance: Any) -> None:  # noqa: ANN401 - untyped
        """Use this module, which is python-vlc, and this instance of libVLC."""
        self._library = library
        self._instance = instance
        self._copies: tempfile.TemporaryDirectory[str] | None = None  # of subtitles
        self._line = Line(library, instance)
        self._surface: Surface | None = None
        self._volume = 100
        self._speed = 1.0
        self._path = ""
        self._opened_at = 0.0
        self._place = 0, 0.0  # until the line has done so many things, the position is this

    @property
    def position(self) -> float:
        number, second = self._place
        return second if self._line.now.done < number else self._line.now.position

    @property
    def length(self) -> float:
        return 0.0 if self._starting else self._line.now.length

    @property
    def playing(self) -> bool:
        return self._starting or self._line.now.state in {"playing", "opening"}

    @property
    def ended(self) -> bool:
        return not self._starting and self._line.now.state == "ended"

    @property
    def problem(self) -> str | None:
        if not self._path:
            return None
        if self._is_held_up:
            self._begin(self._path, self.position)
        if self._starting or self._line.now.state == "opening":
            waited = time.monotonic() - self._opened_at
            return None if waited < _PATIENCE_S else self._silent
        if self._line.is_stuck:
            return self._silent
        if self._line.now.state != "failed":
            return None
        return (
            f"“{shown(self._path)}” can't be played: it is damaged, gone or of an unknown kind; "
            f"see whether its drive is connected, {OUTSIDE}."
        )

    @property
    def streams(self) -> tuple[Stream, ...]:
        return () if self._starting else self._line.now.streams

    def attach(self, surface: Surface | None) -> None:
        self._surface = surface

    def open(self, path: str, *, start: float = 0.0) -> None:
        self._speed = 1.0
        self._begin(path, start)

    def pause(self, *, paused: bool) -> None:
        self._line.do(lambda player: player.set_pause(int(paused)))

    def seek(self, second: float) -> None:
        number = self._line.do(lambda player: player.set_time(int(second * 1000)))
        self._place = number, second

    def set_volume(self, volume: int) -> None:
        self._volume = self._line.volume = volume
        self._line.do(lambda player: player.audio_set_volume(volume))

    def set_speed(self, speed: float) -> None:
        self._speed = speed
        self._line.do(lambda player: player.set_rate(speed))

    def set_audio(self, stream: int) -> None:
        self._line.do(lambda player: player.audio_set_track(stream))

    def set_subtitle(self, stream: int | None) -> None:
        self._line.do(lambda player: player.video_set_spu(-1 if stream is None else stream))

    def add_subtitles(self, path: str, language: str = "") -> None:
        kind = self._library.MediaSlaveType.subtitle

        def add(player: Any) -> None:  # noqa: ANN401 - untyped
            player.add_slave(kind, to_uri(self._legible(path, language)), True)

        self._line.add_file(path, add)

    def delay_subtitles(self, seconds: float) -> None:
        self._line.do(lambda player: player.video_set_spu_delay(int(seconds * 1_000_000)))

    def stop(self) -> None:
        self._path = ""
        self._line.do(lambda player: player.stop())

    def close(self) -> None:
        self._path = ""
        if self._line.close():
            self._instance.release()
        if self._copies is not None:
            self._copies.cleanup()

    @property
    def _starting(self) -> bool:
        return self._line.now.done < self._line.opening

    @property
    def _is_held_up(self) -> bool:
        """Whether what is to be opened waits for the drive of what was open before."""
        return self._line.is_stuck and self._line.now.done + 1 < self._line.opening

    @property
    def _silent(self) -> str:
        return (
            f"“{shown(self._path)}” does not answer: see whether its drive or network is connected."
        )

    def _legible(self, path: str, language: str) -> str:
        """Give a file of these subtitles that libVLC can read; touches the disk."""
        try:
            if self._copies is None:
                self._copies = tempfile.TemporaryDirectory(
                    prefix="mediadesk-", ignore_cleanup_errors=True
                )
        except OSError:
            log.warning("there is no place for copies of subtitles", exc_info=True)
            return path
        return legible(path, Path(self._copies.name), language)

    def _begin(self, path: str, start: float) -> None:
        if self._line.is_stuck:
            # It waits for a drive that does not answer; the next file need not.
            self._line.leave()
            self._line = Line(self._library, self._instance)
            self.set_volume(self._volume)
        self._path, self._opened_at = path, time.monotonic()
        window = None if self._surface is None else int(self._surface.winId())
        number = self._line.open(lambda player: self._open(player, path, start, window), start)
        self._place = number, start
        self.set_speed(self._speed)

    def _open(self, player: Any, path: str, start: float, window: int | None) -> None:  # noqa: ANN401 - untyped
        media = self._instance.media_new_location(to_uri(path))
        media.add_option(f":start-time={start:.2f}")
        if is_playlist(path):
            media.add_option(":demux=none")  # nothing is fetched
        if window is None:
            media.add_option(":no-video")
        elif sys.platform == "win32":
            player.set_hwnd(window)
        elif sys.platform == "darwin":
            player.set_nsobject(window)
        else:
            player.set_xwindow(window)
        player.set_media(media)
        media.release()
        player.play()
