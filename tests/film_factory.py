"""Makes long films for tests that cost little: a picture each four seconds, sound at both ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import av
import numpy as np
from av.packet import Packet
from media_factory import add_subtitles, moving_pictures, wave

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.subtitles.stream import SubtitleStream
    from av.video.stream import VideoStream
    from numpy.typing import NDArray

_RATE = 8_000  # samples a second
_EACH = 4  # seconds of a picture
_SCENE = 80  # seconds
_INTRO, _TUNE = 20, 40  # seconds


def film(
    path: Path,
    *,
    seconds: int = 16 * 60,
    seed: int = 0,
    size: tuple[int, int] = (160, 90),
    loud: int = 40,
    title: str = "",
    lines: Sequence[str] = (),
) -> Path:
    """Write a Matroska film of scenes of 80 seconds, and give its path.

    It has a key picture each 8 seconds. It begins with 20 seconds of sound that are the same in
    each film; `loud` seconds more follow, and there are as many at the end. `lines` are spread over
    all of it as English subtitles.
    """
    with av.open(path, "w") as container:
        container.metadata["title"] = title
        video = container.add_stream("libx264", rate=Fraction(1, _EACH),
                                     options={"preset": "ultrafast", "crf": "28"})  # fmt: skip
        video.width, video.height = size
        video.pix_fmt, video.gop_size = "yuv420p", 2
        sound = container.add_stream("aac", rate=_RATE)
        sound.layout, sound.bit_rate = "mono", 16_000
        texts = add_subtitles(container, path) if lines else None
        if texts is not None:
            texts.metadata["language"] = "eng"
        container.start_encoding()
        packets = [*_pictures(video, seconds, seed, size), *_sound(sound, seconds, seed, loud)]
        if texts is not None:
            each = seconds / len(lines)
            packets += [
                text_packet(texts, n * each, n * each + 3, line.encode())
                for n, line in enumerate(lines)
            ]
        container.mux(sorted(packets, key=when))
    return path


def text_packet(stream: SubtitleStream, start: float, end: float, text: bytes) -> Packet:
    """Give a packet of subtitles from `start` to `end` in seconds; `text` goes in as it is."""
    if stream.codec_context.name == "mov_text":
        text = min(len(text), 0xFFFF).to_bytes(2, "big") + text
    packet = Packet(text)
    packet.stream, packet.time_base = stream, stream.time_base
    packet.pts = packet.dts = round(start / stream.time_base)
    packet.duration = round((end - start) / stream.time_base)
    return packet


def when(packet: Packet) -> Fraction:
    """Give the second at which a packet is to be decoded."""
    return Fraction((packet.dts or 0) * packet.time_base)


def _pictures(
    stream: VideoStream, seconds: int, seed: int, size: tuple[int, int]
) -> Iterator[Packet]:
    scenes = [
        moving_pictures(_SCENE / _EACH / 10, 1000 * seed + scene, size)
        for scene in range(-(-seconds // _SCENE))
    ]
    for n, frame in enumerate(chain(*scenes)):
        frame.pts, frame.time_base = n, Fraction(_EACH)
        yield from stream.encode(frame)
    yield from stream.encode(None)


def _sound(stream: AudioStream, seconds: int, seed: int, loud: int) -> Iterator[Packet]:
    begin, end = (np.resize(_wave(_TUNE, seed + n), loud * _RATE) for n in (1, 2))
    parts = [_wave(_INTRO, 0), begin, end]
    silence = np.zeros(seconds * _RATE - sum(map(len, parts)), np.int16)
    heard = np.concatenate([*parts[:2], silence, end])
    for at in range(0, len(heard), _RATE):
        frame = av.AudioFrame.from_ndarray(
            heard[None, at : at + _RATE], format="s16", layout="mono"
        )
        frame.sample_rate, frame.pts, frame.time_base = _RATE, at, Fraction(1, _RATE)
        yield from stream.encode(frame)
    yield from stream.encode(None)


def _wave(seconds: int, seed: int) -> NDArray[np.int16]:
    return wave(seconds, seed)[:: 48_000 // _RATE]
