"""Tells the files that play nothing themselves and have a player fetch it from elsewhere."""

from pathlib import Path

from mediadesk.paths import native

_HEAD = 4096  # libVLC looks at fewer bytes
_XML = (b"<MPD", b"<SmoothStreamingMedia")


def is_playlist(path: str) -> bool:
    """Tell whether a file lists streams, whatever it is called: for HLS, DASH or Smooth Streaming.

    What can't be read is none: the player says what it thinks of it.
    """
    try:
        with Path(native(path)).open("rb") as file:
            head = file.read(_HEAD)
    except OSError:
        return False
    text = head.replace(b"\0", b"")  # it may be UTF-16
    return b"#EXTM3U" in text[:16] or any(mark in text for mark in _XML)
