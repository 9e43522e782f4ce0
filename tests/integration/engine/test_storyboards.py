"""What a mouse over a video shows, from the file to the joined picture."""

from __future__ import annotations

import os
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
import numpy as np

from mediadesk.engine.engine import Engine
from mediadesk.engine.messages import Storyboard

if TYPE_CHECKING:
    from numpy.typing import NDArray

HOURS = 2


def film(path: Path, *, shots: int, seconds: int, size: tuple[int, int] = (192, 108)) -> Path:
    """Write a video of (width, height) that shows so many pictures in turn, a second each."""
    width, height = size
    with av.open(path, "w") as container:
        stream = container.add_stream("libx264", rate=1, options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt, stream.gop_size = width, height, "yuv420p", 1
        encoded = []
        for n in range(shots):
            coarse = np.random.default_rng(n).integers(0, 256, (9, 12, 3), np.uint8)
            picture = coarse.repeat(height // 9, 0).repeat(width // 12, 1)
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts, frame.time_base = n, Fraction(1, 1)
            encoded += stream.encode(frame)
        encoded += stream.encode()
        for second in range(seconds):
            packet = av.Packet(bytes(encoded[second % shots]))
            packet.stream, packet.is_keyframe, packet.time_base = stream, True, Fraction(1, 1)
            packet.pts = packet.dts = second
            packet.duration = 1
            container.mux(packet)
    os.utime(path, (1.5e9, 1.5e9))
    return path


def turned(path: Path) -> Path:
    """Say of an MP4 that it was taken upright, as telephones do."""
    one, sixteen = (1 << 16).to_bytes(4, "big"), (1 << 30).to_bytes(4, "big")
    zero, minus = bytes(4), (-(1 << 16)).to_bytes(4, "big", signed=True)
    plain = one + zero * 3 + one + zero * 3 + sixteen
    content = path.read_bytes()
    track = content.index(b"tkhd")
    quarter = zero + one + zero + minus + zero * 4 + sixteen
    path.write_bytes(content[:track] + content[track:].replace(plain, quarter, 1))
    os.utime(path, (1.5e9, 1.5e9))
    return path


def tiles(board: Storyboard) -> NDArray[Any]:
    """Cut a storyboard: uint8 [n, height, width, 3]."""
    with av.open(BytesIO(board.jpeg), format="mjpeg") as file:
        whole = next(file.decode(video=0)).to_ndarray(format="rgb24")
    rows = -(-len(board.seconds) // board.columns)
    height, width = whole.shape[0] // rows, whole.shape[1] // board.columns
    cut = whole.reshape(rows, height, board.columns, width, 3).swapaxes(1, 2)
    return cut.reshape(-1, height, width, 3)[: len(board.seconds)]


def test_every_video_can_be_looked_into_though_its_file_is_away(
    engine: Engine, media: Path
) -> None:
    film(media / "Long.mp4", shots=149, seconds=HOURS * 3600)
    film(media / "One.mp4", shots=1, seconds=1)
    turned(film(media / "Upright.mp4", shots=6, seconds=12))
    engine.add_folder(str(media))
    engine.analyze(wait=True)
    boards = {path.stem: engine.browsing.storyboard(str(path)) for path in sorted(media.iterdir())}
    long, one, upright = boards["Long"], boards["One"], boards["Upright"]

    assert len(long.seconds) == 25
    assert list(long.seconds) == sorted(set(long.seconds))
    assert long.seconds[0] < HOURS * 3600 * 0.1
    assert long.seconds[-1] > HOURS * 3600 * 0.7
    assert tiles(long).shape == (25, 108, 192, 3)
    assert len(long.jpeg) <= 60_000

    assert (len(one.seconds), len(tiles(one))) == (1, 1)

    assert len(upright.seconds) == 6
    assert tiles(upright).shape == (6, 192, 108, 3)

    media.rename(media.with_name("away"))
    engine.scan()
    assert not engine.item(str(media / "Long.mp4")).item.available
    assert boards == {
        name: engine.browsing.storyboard(str(media / f"{name}.mp4")) for name in boards
    }


def test_the_second_look_costs_nothing_till_the_video_is_analysed_anew(
    engine: Engine, media: Path
) -> None:
    film(media / "Film.mp4", shots=6, seconds=6)
    engine.add_folder(str(media))
    engine.analyze(wait=True)
    name = str(media / "Film.mp4")
    board = engine.browsing.storyboard(name)
    assert engine.browsing.storyboard(name) is board
    film(media / "Film.mp4", shots=3, seconds=6)
    engine.analyze(wait=True)
    anew = engine.browsing.storyboard(name)
    assert len(anew.seconds) == 3
    assert tiles(anew).shape == (3, 108, 192, 3)
