"""The picture an item is shown with: embedded in the file, or beside it."""

from __future__ import annotations  # PyAV's packets are generic for type checkers only

import logging
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import cast

from av.container import InputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from av.video.reformatter import Interpolation
from av.video.stream import VideoStream

from mediadesk.library import kinds

_log = logging.getLogger(__name__)
_SIDE = 320
_MOST_BYTES = 32 * 1024 * 1024
_MOST_PIXELS = 8192 * 8192
_QUALITY = "4"  # of mjpeg's 2 (best) … 31
_MAGIC = {"mjpeg": b"\xff\xd8\xff", "png": b"\x89PNG\r\n\x1a\n", "bmp": b"BM"}


def embedded(container: InputContainer, cover: VideoStream) -> bytes:
    """Give the embedded picture as a JPEG of at most 320 pixels, or nothing if it is damaged."""
    try:
        container.seek(0)
        data = next((bytes(packet) for packet in container.demux(cover)), b"")
    except FFmpegError as error:
        _log.warning("The cover in “%s” can't be read (%s).", container.name, error)
        return b""
    return _thumbnail(data, container.name)


def beside(path: Path) -> bytes:
    """Give the sidecar picture of a file as a JPEG of at most 320 pixels, or nothing.

    A folder's picture stands for its music, or for a video that lies alone.
    """
    folder = path.parent
    pictures, videos = _listing(str(folder), folder.stat().st_mtime_ns)
    stem = path.stem.lower()
    wanted = [f"{stem}-poster", stem]
    if videos <= 1 or not kinds.is_video(path.name):
        wanted += ["poster", "cover", "folder"]
    for name in wanted:
        for ending in (".jpg", ".jpeg", ".png", ".webp"):
            if found := pictures.get(name + ending):
                return _from_file(folder / found)
    return b""


@lru_cache(maxsize=4)
def _listing(folder: str, _mtime_ns: int) -> tuple[dict[str, str], int]:
    """Give lower-case name → name of the pictures of a folder, and how many videos it holds."""
    names = [entry.name for entry in Path(folder).iterdir()]
    pictures = {name.lower(): name for name in names if kinds.is_picture(name)}
    return pictures, sum(map(kinds.is_video, names))


def _from_file(path: Path) -> bytes:
    try:
        if not path.is_file():  # a pipe would wait for ever
            return b""
        with path.open("rb") as file:
            return _thumbnail(file.read(_MOST_BYTES + 1), str(path))
    except OSError as error:
        _log.warning("The picture “%s” can't be read (%s).", path, error)
        return b""


def _thumbnail(data: bytes, origin: str) -> bytes:
    try:
        if len(data) > _MOST_BYTES:
            raise ValueError("it is larger than 32 MiB")
        return _scaled(_decoded(data))
    except (FFmpegError, ValueError) as error:
        _log.warning("The picture in “%s” can't be shown (%s).", origin, error)
        return b""


def _decoded(data: bytes) -> VideoFrame:
    webp = [("webp", data[8:12] == b"WEBP")]
    known = [(codec, data.startswith(magic)) for codec, magic in _MAGIC.items()] + webp
    codec = next((codec for codec, fits in known if fits), None)
    if codec is None:
        raise ValueError("it is no JPEG, PNG, BMP or WebP")
    decoder = cast(VideoCodecContext, VideoCodecContext.create(codec, "r"))
    decoder.options = {"max_pixels": str(_MOST_PIXELS)}
    decoder.thread_count = 1
    for packet in (Packet(data), None):
        for frame in decoder.decode(packet):
            return frame
    raise ValueError("it is truncated")


def _scaled(frame: VideoFrame) -> bytes:
    scale = min(1.0, _SIDE / max(frame.width, frame.height))
    width, height = (max(1, round(side * scale)) for side in (frame.width, frame.height))
    encoder = VideoCodecContext.create("mjpeg", "w")
    encoder.width, encoder.height, encoder.pix_fmt = width, height, "yuvj420p"
    encoder.time_base = Fraction(1, 25)
    encoder.options = {"qmin": _QUALITY, "qmax": _QUALITY}
    small = frame.reformat(width, height, "yuvj420p", interpolation=Interpolation.AREA)
    small.pts = 0
    return b"".join(bytes(packet) for each in (small, None) for packet in encoder.encode(each))
