"""Writes other copies of videos and of sound: smaller, cropped, noisy, in another encoding."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import av
import numpy as np
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.video.stream import VideoStream

from mediadesk.api import Array

RATE = 16_000
"""Samples a second of sound that is changed."""

_MP3_RATE = 44_100


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoding:
    """How a video is written: `suffix` names the container, `change` makes pictures others.

    Pictures are uint8 [height, width, 3].
    """

    suffix: str
    codec: str
    size: tuple[int, int]
    options: Mapping[str, str]
    change: Callable[[Array], Array] | None = None


def video(source: Path, target: Path, encoding: Encoding, *, sound: Path | None = None) -> None:
    """Write a video again, without its names and subtitles; with the sound of the file `sound`."""
    with av.open(f"file:{source}") as old, av.open(str(target), "w") as new:
        rate, options = old.streams.video[0].average_rate, dict(encoding.options)
        stream = cast("VideoStream", new.add_stream(encoding.codec, rate=rate, options=options))
        stream.width, stream.height = encoding.size
        stream.pix_fmt = "yuv420p"
        heard = new.add_stream("aac", rate=_MP3_RATE, layout="stereo") if sound else None
        new.start_encoding()
        for frame in old.decode(video=0):
            picture = _changed(frame, encoding).reformat(*encoding.size, format="yuv420p")
            picture.pts, picture.time_base, picture.pict_type = frame.pts, frame.time_base, 0
            new.mux(stream.encode(picture))
        new.mux(stream.encode())
        if sound and heard:
            _mux_sound(sound, new, heard)


def mp3(source: Path, target: Path) -> None:
    """Write sound as a small MP3 file."""
    with av.open(str(target), "w") as new:
        stream = new.add_stream("libmp3lame", rate=_MP3_RATE, layout="stereo")
        stream.bit_rate = 96_000
        _mux_sound(source, new, stream)


def decoded(source: Path) -> Array:
    """Give all sound of a file: float32 [n], mono, at `RATE`."""
    resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE, frame_size=RATE)
    with av.open(f"file:{source}") as old:
        parts = [
            part.to_ndarray()[0]
            for frame in (*old.decode(audio=0), None)
            for part in resampler.resample(frame)
        ]
    return np.concatenate(parts)


def wave(sound: Array, target: Path) -> None:
    """Write sound [n], as `decoded` gives it, as a WAV file in floating point, which clips none."""
    with av.open(str(target), "w") as new:
        stream = new.add_stream("pcm_f32le", rate=RATE, layout="mono")
        for start in range(0, len(sound), RATE):
            part = np.ascontiguousarray(sound[None, start : start + RATE], dtype=np.float32)
            frame = av.AudioFrame.from_ndarray(part, format="flt", layout="mono")
            frame.rate, frame.pts = RATE, start
            new.mux(stream.encode(frame))
        new.mux(stream.encode())


def _changed(frame: av.VideoFrame, encoding: Encoding) -> av.VideoFrame:
    if encoding.change is None:
        return frame
    pixels = encoding.change(frame.to_ndarray(format="rgb24"))
    return av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), format="rgb24")


def _mux_sound(source: Path, new: OutputContainer, stream: AudioStream) -> None:
    resampler = av.AudioResampler(format=stream.format, layout="stereo", rate=_MP3_RATE)
    with av.open(f"file:{source}") as old:
        for frame in (*old.decode(audio=0), None):
            for packet in resampler.resample(frame):
                new.mux(stream.encode(packet))
        new.mux(stream.encode())
