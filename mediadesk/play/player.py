"""What a player can do, whoever plays."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

OUTSIDE = "or open the file in your system's player"
WAYLAND = (
    "This is a Wayland session, in which libVLC can't draw into another program's window: start "
    f"MediaDesk with QT_QPA_PLATFORM=xcb, which needs XWayland, {OUTSIDE}."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """An audio or subtitle track of what is open; `id` is the player's own number for it.

    `language` is an ISO 639 code, two letters or three, `path` that of a subtitle file of its own;
    each may be empty.
    """

    id: int
    kind: Literal["audio", "subtitle"]
    language: str = ""
    name: str = ""
    path: str = ""
    chosen: bool = False


class Surface(Protocol):
    """A widget with a native window that a player may draw into."""

    def winId(self) -> int: ...  # noqa: N802 - Qt's name


class Player(Protocol):
    """Plays one file at a time; no call waits, seconds everywhere, volume 0..100.

    `takes_files` tells whether it can show subtitles of another file, and shift them.
    """

    @property
    def name(self) -> str: ...
    @property
    def takes_files(self) -> bool: ...
    @property
    def position(self) -> float: ...
    @property
    def length(self) -> float: ...
    @property
    def playing(self) -> bool: ...
    @property
    def ended(self) -> bool: ...
    @property
    def problem(self) -> str | None: ...
    @property
    def streams(self) -> Sequence[Stream]:
        """The audio and subtitle tracks; none until the file is open."""
        ...

    def attach(self, surface: Surface | None) -> None:
        """Draw into this widget from the next `open` on; None plays the sound only."""
        ...

    def open(self, path: str, *, start: float = 0.0) -> None:
        """Play a file from a second on, at normal speed."""
        ...

    def pause(self, *, paused: bool) -> None: ...
    def seek(self, second: float) -> None: ...
    def set_volume(self, volume: int) -> None: ...
    def set_speed(self, speed: float) -> None: ...
    def set_audio(self, stream: int) -> None: ...

    def set_subtitle(self, stream: int | None) -> None:
        """Show these subtitles, or none."""
        ...

    def add_subtitles(self, path: str, language: str = "") -> None:
        """Show the subtitles of another file; they become one of the streams.

        Of a language that is known, two letters of ISO 639, old encodings are known, too.
        """
        ...

    def delay_subtitles(self, seconds: float) -> None:
        """Show them so much later than they say, or earlier."""
        ...

    def stop(self) -> None: ...
    def close(self) -> None: ...
