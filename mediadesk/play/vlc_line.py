"""The thread on which all calls into libVLC are made, one after the other."""

import ctypes
import logging
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Literal

from mediadesk.play.player import Stream

log = logging.getLogger(__name__)
_LOOK_S = 0.1
_STREAMS_EVERY = 4  # looks
_STUCK_S = 4.0
_CLOSE_S = 2.0
_AUDIO, _SUBTITLE = 0, 2

Task = Callable[[Any], object]
Phase = Literal["idle", "opening", "playing", "paused", "ended", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Now:
    """What is known of the playing after so many tasks were `done`; seconds."""

    done: int = 0
    position: float = 0.0
    length: float = 0.0
    state: Phase = "idle"
    streams: tuple[Stream, ...] = ()  # known when the length is


class Line:
    """A media player of libVLC and its thread, which does what it is told and looks how it is.

    The window reads `now` and never calls libVLC, which may wait for a drive that is gone.
    """

    def __init__(self, library: ModuleType, instance: Any) -> None:  # noqa: ANN401 - untyped
        self.now = Now()
        self.volume = 100
        self.opening = 0  # the number of the task that opens what is played
        self._library = library
        self._player = instance.media_player_new()
        # Without this the video's own window swallows the keys and clicks meant for ours.
        self._player.video_set_key_input(False)
        self._player.video_set_mouse_input(False)
        self._tasks: queue.SimpleQueue[Task | None] = queue.SimpleQueue()
        self._told = 0
        self._start = 0.0
        self._busy_since: float | None = None
        self._begun = False
        self._own: set[int] | None = None  # the numbers of the file's own tracks
        self._waiting: list[tuple[str, Task]] = []
        self._files: list[str] = []
        self._of_file: dict[int, str] = {}
        self._thread = threading.Thread(target=self._run, name="vlc", daemon=True)
        self._thread.start()

    @property
    def is_stuck(self) -> bool:
        """Whether a call has not come back for seconds."""
        since = self._busy_since
        return since is not None and time.monotonic() - since > _STUCK_S

    def do(self, task: Task) -> int:
        """Queue a call on the player; give its number, which `now.done` reaches after it."""
        self._told += 1
        self._tasks.put(task)
        return self._told

    def open(self, task: Task, start: float) -> int:
        """Queue the call that opens another file, at a second."""
        self._start = start
        self.opening = self.do(task)
        return self.opening

    def add_file(self, path: str, task: Task) -> None:
        """Queue the call that adds a file of subtitles, once it is known which are not of it."""
        self.do(lambda _: self._waiting.append((path, task)))

    def leave(self) -> None:
        """End when the call that is stuck comes back, if ever."""
        self._tasks.put(lambda player: player.stop())
        self._tasks.put(None)

    def close(self) -> bool:
        """Stop and end, waiting for it a moment; tell whether it has come to that."""
        self.leave()
        self._thread.join(_CLOSE_S)
        return not self._thread.is_alive()

    def _run(self) -> None:
        looks = done = 0
        while True:
            try:
                task = self._tasks.get(timeout=_LOOK_S)
            except queue.Empty:
                task = _nothing
            else:
                done += 1
            if task is None:
                break
            self._busy_since = time.monotonic()
            try:
                task(self._player)
                if done == self.opening:
                    self._forget()
                looks += 1
                is_new = done != self.now.done or looks % _STREAMS_EVERY == 0
                self.now = self._look(done, streams=is_new)
            except Exception:
                log.exception("libVLC failed")
                self.now = Now(done=done, state="failed")
            self._busy_since = None
        self._player.release()

    def _look(self, done: int, *, streams: bool) -> Now:
        player, state = self._player, self._phase()
        if state == "playing" and player.audio_get_volume() not in {self.volume, -1}:
            player.audio_set_volume(self.volume)  # it forgets what it is told before there is sound
        here = state in {"playing", "paused"}
        if here and self._own is not None:
            for path, task in self._waiting:
                task(player)
                self._files.append(path)
            self._waiting.clear()
        milliseconds = player.get_time() if here else 0
        self._begun = self._begun or milliseconds > 0
        before = self.now.position if self._begun else self._start
        length = max(0.0, player.get_length() / 1000)
        streams = streams or not (self.now.streams and self.now.length)
        if state == "ended" and not self._begun and player.get_length() <= 0:
            state = "failed"  # libVLC says that what it can't open has ended
        return Now(
            done=done,
            position=max(0, milliseconds) / 1000 if here and self._begun else before,
            length=length,
            state=state,
            streams=self._streams() if here and streams else self.now.streams if here else (),
        )

    def _phase(self) -> Phase:
        names = self._library.State
        known: dict[object, Phase] = {
            names.Opening: "opening",
            names.Buffering: "playing",
            names.Playing: "playing",
            names.Paused: "paused",
            names.Ended: "ended",
            names.Error: "failed",
        }
        return known.get(self._player.get_state(), "idle")

    def _streams(self) -> tuple[Stream, ...]:
        player = self._player
        chosen = {_AUDIO: player.audio_get_track(), _SUBTITLE: player.video_get_spu()}
        tracks = _tracks(self._library, player.get_media())
        if self._own is None and tracks:
            self._own = {number for number, *_ in tracks}
        for number, kind, *_ in tracks:
            is_fresh = number not in (self._own or ()) and number not in self._of_file
            if kind == _SUBTITLE and is_fresh and self._files:
                self._of_file[number] = self._files.pop(0)
                player.video_set_spu(number)
        return tuple(
            Stream(
                id=number,
                kind="audio" if kind == _AUDIO else "subtitle",
                language=language,
                name=name,
                path=self._of_file.get(number, ""),
                chosen=number == chosen[kind],
            )
            for number, kind, language, name in tracks
            if kind in chosen
        )

    def _forget(self) -> None:
        """Know nothing of the file that was open before."""
        self._begun, self._own = False, None
        self._waiting, self._files, self._of_file = [], [], {}


def _nothing(player: Any) -> None:  # noqa: ANN401 - untyped
    """Do nothing: it was only time to look."""


class _Track(ctypes.Structure):
    """`libvlc_media_track_t` of libVLC 3; python-vlc's own crashes, for it has no union."""

    _fields_ = (
        ("codec", ctypes.c_uint32),
        ("original_fourcc", ctypes.c_uint32),
        ("id", ctypes.c_int),
        ("kind", ctypes.c_int),
        ("profile", ctypes.c_int),
        ("level", ctypes.c_int),
        ("details", ctypes.c_void_p),
        ("bitrate", ctypes.c_uint),
        ("language", ctypes.c_char_p),
        ("description", ctypes.c_char_p),
    )


def _tracks(library: ModuleType, media: Any) -> list[tuple[int, int, str, str]]:  # noqa: ANN401 - untyped
    """Give (number, kind, language, name) of the tracks of a media that is open."""
    if media is None:
        return []
    get, release = (library.dll[f"libvlc_media_tracks_{what}"] for what in ("get", "release"))
    get.argtypes, get.restype = (ctypes.c_void_p, ctypes.c_void_p), ctypes.c_uint
    release.argtypes, release.restype = (ctypes.c_void_p, ctypes.c_uint), None
    array = ctypes.POINTER(ctypes.POINTER(_Track))()
    count = get(media._as_parameter_, ctypes.byref(array))
    tracks = [array[n].contents for n in range(count)]
    told = [(one.id, one.kind, _text(one.language), _text(one.description)) for one in tracks]
    release(array, count)
    media.release()
    return told


def _text(told: bytes | None) -> str:
    text = (told or b"").decode(errors="replace")
    return "" if text == "und" else text
