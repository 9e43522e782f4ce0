"""Plays through libVLC, on a thread of its own: libVLC waits for disks, the window must not."""

import logging
import sys
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import ModuleType

from mediadesk.play.player import Surface

log = logging.getLogger(__name__)
_OPTIONS = ("--no-video-title-show", "--no-metadata-network-access", "--no-lua", "--quiet")


def find() -> "VlcPlayer | None":
    """Give a player, or None where libVLC is missing or only half there.

    Takes a moment, for libVLC looks through its plugins; any thread will do.
    """
    try:
        import vlc

        return VlcPlayer(vlc)
    except (ImportError, NameError, OSError, NotImplementedError, AttributeError) as error:
        # python-vlc fails in its own ways, depending on what it does not find
        log.info("libVLC is not here: %s", error)
        return None


class VlcPlayer:
    """A `Player` on libVLC."""

    name = "libVLC"

    def __init__(self, library: ModuleType) -> None:
        """Start libVLC.

        Raises:
            OSError: if it has no plugins.
        """
        self._states = library.State
        self._instance = library.Instance(list(_OPTIONS))
        if self._instance is None:
            raise OSError("libVLC found no plugins")
        self._player = self._instance.media_player_new()
        # Without this the video's own window swallows the keys and clicks meant for ours.
        self._player.video_set_key_input(False)
        self._player.video_set_mouse_input(False)
        self._surface: Surface | None = None
        self._path = ""
        self._start = 0.0
        self._starting = False
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="vlc")

    @property
    def position(self) -> float:
        if self._starting:  # libVLC would keep the window waiting until the file is open
            return self._start
        milliseconds: int = self._player.get_time()
        return self._start if milliseconds < 0 else milliseconds / 1000

    @property
    def length(self) -> float:
        if self._starting:
            return 0.0
        milliseconds: int = self._player.get_length()
        return max(0.0, milliseconds / 1000)

    @property
    def playing(self) -> bool:
        busy = (self._states.Playing, self._states.Opening, self._states.Buffering)
        return self._starting or self._player.get_state() in busy

    @property
    def ended(self) -> bool:
        return not self._starting and self._player.get_state() == self._states.Ended

    @property
    def problem(self) -> str | None:
        if self._starting or self._player.get_state() != self._states.Error:
            return None
        return f"“{self._path}” can't be played: it is damaged, gone or of an unknown kind."

    def attach(self, surface: Surface | None) -> None:
        self._surface = surface

    def open(self, path: str, *, start: float = 0.0) -> None:
        self._path, self._start, self._starting = path, start, True
        window = None if self._surface is None else int(self._surface.winId())
        self._do(lambda: self._open(path, start, window))

    def pause(self, *, paused: bool) -> None:
        self._do(lambda: self._player.set_pause(int(paused)))

    def seek(self, second: float) -> None:
        self._do(lambda: self._player.set_time(int(second * 1000)))

    def set_volume(self, volume: int) -> None:
        self._do(lambda: self._player.audio_set_volume(volume))

    def stop(self) -> None:
        self._do(self._player.stop)

    def close(self) -> None:
        self.stop()
        self._do(self._player.release)
        self._do(self._instance.release)
        self._thread.shutdown(wait=True)

    def _open(self, path: str, start: float, window: int | None) -> None:
        media = self._instance.media_new_path(path)
        media.add_option(f":start-time={start:.2f}")
        if window is None:
            media.add_option(":no-video")
        elif sys.platform == "win32":
            self._player.set_hwnd(window)
        elif sys.platform == "darwin":
            self._player.set_nsobject(window)
        else:
            self._player.set_xwindow(window)
        self._player.set_media(media)
        self._player.play()
        self._starting = False

    def _do(self, task: Callable[[], object]) -> None:
        self._thread.submit(task).add_done_callback(_tell)


def _tell(done: Future[object]) -> None:
    if (error := done.exception()) is not None:
        log.error("libVLC failed", exc_info=error)
