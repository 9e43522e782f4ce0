"""The picture an item is shown with.

That is the one named after the file, else the one embedded in it, else that of its folder.
"""

from __future__ import annotations  # PyAV's packets are generic for type checkers only

import io
import logging
import os
import struct
from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import cast

import av
from av.container import InputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from av.video.reformatter import Interpolation
from av.video.stream import VideoStream

from mediadesk.library import beside, kinds
from mediadesk.store.places import DISC

_log = logging.getLogger(__name__)
_SIDE = 320
_MOST_BYTES = 32 * 1024 * 1024
_MOST_PIXELS = 2**27
_LARGE = 2**24  # pixels: from here on a JPEG is decoded at an eighth of its sides
_QUALITY = "4"  # of mjpeg's 2 (best) … 31
_MAGIC = {
    "mjpeg": b"\xff\xd8\xff", "png": b"\x89PNG\r\n\x1a\n", "bmp": b"BM", "gif": b"GIF8",
}  # fmt: skip
_AVIF = (b"ftypavif", b"ftypavis")
_FRAME = 16  # bytes before the picture of a frame of an animated WebP


def embedded(container: InputContainer, cover: VideoStream) -> bytes:
    """Give the embedded picture as a JPEG of at most 320 pixels, or nothing if it is damaged."""
    try:
        container.seek(0)
        data = next((bytes(packet) for packet in container.demux(cover)), b"")
    except FFmpegError as error:
        _log.warning("The cover in “%s” can't be read (%s).", container.name, error)
        return b""
    return _thumbnail(data, container.name)


def own(path: Path) -> bytes:
    """Give the picture named after a file as a JPEG of at most 320 pixels, or nothing."""
    stem = path.stem.lower()
    return _first(path.parent, (stem + role for role in beside.OWN))


def around(path: Path, *, season: int | None = None) -> bytes:
    """Give the picture of the folder of a file as a JPEG of at most 320 pixels, or nothing.

    It stands for its music, for a video that lies alone, and for the episodes of a `season`: theirs
    may also lie in the folder above. An artist's picture comes last.
    """
    folder = path.parent
    places: list[tuple[Path, Sequence[str]]]
    if season is not None:
        poster = "season-specials-poster" if season == 0 else f"season{season:02}-poster"
        places = [(folder, (poster,)), (folder.parent, (poster,))]
        places += [(folder, beside.OF_FOLDER), (folder.parent, beside.OF_FOLDER)]
    elif not kinds.is_video(path.name):
        places = [(folder, beside.OF_FOLDER)]
        if DISC.fullmatch(folder.name):
            places.append((folder.parent, beside.OF_FOLDER))
        places += [(folder, beside.OF_ARTIST), (folder.parent, beside.OF_ARTIST)]
    else:
        places = [(folder, beside.OF_FOLDER)] if is_alone(path) else []
    return next(filter(None, (_first(place, names) for place, names in places)), b"")


def is_alone(path: Path) -> bool:
    """Tell whether no other video lies in the folder of a file."""
    return _seen(path.parent)[1] <= 1


def _first(folder: Path, names: Iterable[str]) -> bytes:
    """Give the first of these pictures, named without their endings, that can be shown."""
    pictures, _ = _seen(folder)
    for name in names:
        for ending in kinds.PICTURES:
            found = pictures.get(name + ending)
            if found and (jpeg := _from_file(folder / found)):
                return jpeg
    return b""


def _seen(folder: Path) -> tuple[dict[str, str], int]:
    try:
        return _listing(str(folder), folder.stat().st_mtime_ns)
    except OSError as error:
        _log.warning("“%s” can't be listed (%s): pictures in it are not shown.", folder, error)
        return {}, 0


@lru_cache(maxsize=8)
def _listing(folder: str, _mtime_ns: int) -> tuple[dict[str, str], int]:
    """Give lower-case name → name of the pictures of a folder, and how many videos it holds."""
    names = os.listdir(folder)  # noqa: PTH208 - names are all that is needed
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
    except (FFmpegError, ValueError, MemoryError) as error:
        _log.warning("The picture in “%s” can't be shown (%s).", origin, error)
        return b""


def _decoded(data: bytes) -> VideoFrame:
    if data[4:12] in _AVIF:
        return _avif(data)
    webp = [("webp", data[8:12] == b"WEBP")]
    known = [(codec, data.startswith(magic)) for codec, magic in _MAGIC.items()] + webp
    codec = next((codec for codec, fits in known if fits), None)
    if codec is None:
        raise ValueError("it is no JPEG, PNG, BMP, GIF, WebP or AVIF")
    if codec == "mjpeg":
        try:
            return _frame(codec, data, most=_LARGE)
        except FFmpegError:  # too large or damaged, which the second try tells
            return _frame(codec, data, lowres=3)
    return _frame(codec, _still(data) if codec == "webp" else data)


def _frame(codec: str, data: bytes, *, most: int = _MOST_PIXELS, lowres: int = 0) -> VideoFrame:
    decoder = cast(VideoCodecContext, VideoCodecContext.create(codec, "r"))
    decoder.options = {"max_pixels": str(most), "lowres": str(lowres)}
    decoder.thread_count = 1
    for packet in (Packet(data), None):
        for frame in decoder.decode(packet):
            return frame
    raise ValueError("it is truncated")


def _avif(data: bytes) -> VideoFrame:
    """Decode an AVIF, which is an MP4 of one picture or of some that move: the first."""
    none = {"protocol_whitelist": ""}
    with av.open(io.BytesIO(data), "r", format="mov", options=none) as container:
        for stream in container.streams.video:
            stream.codec_context.options = {"max_pixels": str(_MOST_PIXELS)}
            for frame in container.decode(stream):
                return frame
    raise ValueError("it is truncated")


def _still(webp: bytes) -> bytes:
    """Give the first picture of an animated WebP, which FFmpeg does not decode, as one by itself.

    Source: the WebP container specification, RIFF chunks ANMF, ALPH, VP8 and VP8L.
    """
    name, size, at = b"", 0, 12
    while at + 8 <= len(webp) and name != b"ANMF":
        name, size = struct.unpack_from("<4sI", webp, at)
        at += 8 if name == b"ANMF" else 8 + size + size % 2
    if name != b"ANMF":
        return webp
    picture = webp[at + _FRAME : at + size]
    if picture[:4] == b"ALPH":
        alpha = int.from_bytes(picture[4:8], "little")
        picture = picture[8 + alpha + alpha % 2 :]
    return b"RIFF" + struct.pack("<I", 4 + len(picture)) + b"WEBP" + picture


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
