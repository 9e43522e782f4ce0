"""Makes speech that espeak reads aloud, and videos with a sound of one's own."""

from __future__ import annotations

import shutil
import subprocess
import wave
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
import media_factory
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

PROGRAM = shutil.which("espeak-ng") or ""
"""What reads aloud; empty where it is not here."""
RATE = 22050  # samples a second of what it gives
_PIECE = 4096  # samples in a packet


def spoken(folder: Path, text: str, *, voice: str = "en-us") -> NDArray[Any]:
    """Have a text read aloud; float32 [n] of -1..1."""
    file = folder / "spoken.wav"
    subprocess.run([PROGRAM, "-v", voice, "-w", str(file), text], check=True)
    with wave.open(str(file), "rb") as sound:
        found = np.frombuffer(sound.readframes(sound.getnframes()), "<i2")
    file.unlink()
    return found.astype(np.float32) / 32768


def talk(
    path: Path,
    sound: NDArray[Any],
    *,
    starts: Sequence[float] = (0.0,),
    language: str = "",
    subtitles: str = "",
    forced: bool = False,
) -> Path:
    """Write a Matroska video of a grey picture a second, with this sound from each of `starts` on.

    These are seconds; between them there is nothing. With `subtitles` it has a track with one line
    of them. Gives the path.
    """
    with av.open(path, "w", format="matroska") as container:
        video = container.add_stream("libx264", rate=1, options={"preset": "ultrafast"})
        video.width, video.height, video.pix_fmt = 64, 36, "yuv420p"
        audio = container.add_stream("pcm_s16le", rate=RATE)
        audio.layout = "mono"
        if language:
            audio.metadata["language"] = language
        if subtitles:
            track = media_factory.add_subtitles(container, path)
            track.disposition = av.stream.Disposition.forced if forced else 0
        container.start_encoding()
        if subtitles:
            media_factory._mux_subtitles(container, track, [(0.0, 2.0, subtitles)])
        grey = np.full((36, 64, 3), 128, np.uint8)
        for n in range(int(max(starts) + len(sound) / RATE) + 1):
            frame = av.VideoFrame.from_ndarray(grey, format="rgb24")
            frame.pts, frame.time_base = n, Fraction(1, 1)
            container.mux(video.encode(frame))
        container.mux(video.encode())
        samples = (np.clip(sound, -1, 1) * 32767).astype(np.int16)
        for start in starts:
            for n in range(0, len(samples), _PIECE):
                heard = av.AudioFrame.from_ndarray(
                    samples[None, n : n + _PIECE], format="s16", layout="mono"
                )
                heard.sample_rate, heard.time_base = RATE, Fraction(1, RATE)
                heard.pts = round(start * RATE) + n
                container.mux(audio.encode(heard))
        container.mux(audio.encode())
    return path


def broadcast(path: Path, *layouts: str, seconds: int) -> Path:
    """Write a transport stream with one sound that goes on in other channels, as on television."""
    with av.open(path, "w", format="mpegts") as container:
        stream = container.add_stream("mp2", rate=48000)
        for part, layout in enumerate(layouts):
            coder = av.CodecContext.create("mp2", "w")
            assert isinstance(coder, av.AudioCodecContext)
            coder.rate, coder.format, coder.layout = 48000, "s16", layout
            coder.time_base = Fraction(1, 48000)
            count = len(av.AudioLayout(layout).channels)
            pulse = np.tile(np.repeat([3000, -3000], 48), 500 * seconds)
            frame = av.AudioFrame.from_ndarray(
                np.repeat(pulse, count).astype(np.int16)[None], format="s16", layout=layout
            )
            frame.sample_rate, frame.time_base = 48000, Fraction(1, 48000)
            frame.pts = part * len(pulse)
            for packet in (*coder.encode(frame), *coder.encode(None)):
                packet.stream = stream
                container.mux(packet)
    return path
