"""What a player can do, whoever plays."""

from typing import Protocol

INSTALL = (
    "No player is installed here: install libVLC (Debian and Ubuntu: “libvlc5 vlc-plugin-base "
    "vlc-plugin-video-output”; elsewhere: VLC), or open the file in your system's player."
)


class Surface(Protocol):
    """A widget with a native window that a player may draw into."""

    def winId(self) -> int: ...  # noqa: N802 - Qt's name


class Player(Protocol):
    """Plays one file at a time; no call waits, seconds everywhere, volume 0..100."""

    @property
    def name(self) -> str: ...
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

    def attach(self, surface: Surface | None) -> None:
        """Draw into this widget from the next `open` on; None plays the sound only."""
        ...

    def open(self, path: str, *, start: float = 0.0) -> None:
        """Play a file from a second on."""
        ...

    def pause(self, *, paused: bool) -> None: ...
    def seek(self, second: float) -> None: ...
    def set_volume(self, volume: int) -> None: ...
    def stop(self) -> None: ...
    def close(self) -> None: ...
