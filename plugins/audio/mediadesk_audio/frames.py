"""Decodes a stretch of sound from anywhere in a file."""

from __future__ import annotations

from collections.abc import Iterator

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer

from mediadesk.api import Array
from mediadesk_audio.lengths import begin

_LOUDEST = 16.0  # times full scale; what is beyond, or no number, was left behind by a program


def frames(
    container: InputContainer, stream: AudioStream, start: float, seconds: float
) -> Iterator[AudioFrame]:
    """Give the frames of `seconds` from `start` on, both counted from the beginning of the sound.

    Raises:
        av.FFmpegError: where the file is damaged.
    """
    first = begin(stream) + start
    # By its own stream: Matroska goes by key pictures else, and these may be far apart.
    container.seek(round(first / (stream.time_base or 1)), stream=stream)
    for frame in _decoded(container, stream, first + seconds):
        length = frame.samples / frame.sample_rate
        if not start or (frame.time or 0) + length > first:
            yield frame
            seconds -= length
        if seconds <= 0:
            return


def _decoded(container: InputContainer, stream: AudioStream, until: float) -> Iterator[AudioFrame]:
    """Decode packets; of an MPEG program the first may be the end of one, and is left out."""
    is_float = stream.codec_context.name.startswith("pcm_f")  # no other decoder gives anything odd
    is_first = True
    for packet in container.demux(stream):
        if is_first and packet.pts is not None and packet.pts * packet.time_base > until:
            return
        try:
            found = packet.decode()
        except av.FFmpegError:
            if not is_first:
                raise
            continue
        is_first = False
        yield from map(_finite, found) if is_float else found


def _finite(frame: AudioFrame) -> AudioFrame:
    """Give a frame with silence where there is no sound that anything could play."""
    sound = frame.to_ndarray()
    wrong = ~(np.abs(sound) <= _LOUDEST)
    if not wrong.any():
        return frame
    silenced: Array = np.where(wrong, 0, sound).astype(sound.dtype)
    clean = AudioFrame.from_ndarray(silenced, format=frame.format.name, layout=frame.layout.name)
    clean.sample_rate, clean.pts, clean.time_base = frame.sample_rate, frame.pts, frame.time_base
    return clean
