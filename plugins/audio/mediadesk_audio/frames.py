"""Decodes a stretch of sound from anywhere in a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet

from mediadesk.api import Array
from mediadesk_audio.lengths import begin

_LOUDEST = 16.0  # times full scale; what is beyond, or no number, was left behind by a program
# Where their sound is these rarely say: they would be read up to it, to the end where it is over,
# or be entered within a packet.
_BY_PICTURES = frozenset({"matroska,webm", "mpeg", "mpegts"})
_LATE = 0.5  # seconds: pictures and sound may lie apart in a file


def seek(container: InputContainer, stream: AudioStream, second: float) -> None:
    """Go to a second, or to the key picture before it, counted as the packets are.

    Raises:
        av.FFmpegError: where there is no getting there.
    """
    if container.format.name in _BY_PICTURES:
        container.seek(round(second * av.time_base))
    else:
        container.seek(round(second / (stream.time_base or 1)), stream=stream)


def frames(
    container: InputContainer, stream: AudioStream, start: float, seconds: float
) -> Iterator[AudioFrame]:
    """Give the frames of `seconds` from `start` on, both counted from the beginning of the sound.

    Raises:
        av.FFmpegError: where the file is damaged.
    """
    first = begin(stream) + start
    since = first if start else float("-inf")
    for frame in _decoded(stream, _packets(container, stream, first), since, first + seconds):
        length = frame.samples / frame.sample_rate
        if (frame.time or 0) + length > since:
            yield frame
            seconds -= length
        if seconds <= 0:
            return


def _packets(
    container: InputContainer, stream: AudioStream, second: float
) -> Iterator[Packet[AudioStream]]:
    """Give the packets from a second on; where the pictures lead beyond it, by the sound."""
    seek(container, stream, second)
    packets = container.demux(stream)
    for packet in packets:
        is_late = packet.pts is not None and packet.pts * packet.time_base > second + _LATE
        if not is_late or container.format.name not in _BY_PICTURES:
            return chain([packet], packets)
        container.seek(round(second / (stream.time_base or 1)), stream=stream)
        return container.demux(stream)
    return packets


def _decoded(
    stream: AudioStream, packets: Iterable[Packet[AudioStream]], since: float, until: float
) -> Iterator[AudioFrame]:
    """Decode packets; of an MPEG program the first may be the end of one, and is left out.

    Such an end is decoded by chance now and then, and what follows it then is not, so that only
    damage behind two packets in a row that were decoded is taken for damage.
    """
    is_float = stream.codec_context.name.startswith("pcm_f")  # no other decoder gives anything odd
    decoded = 0  # in a row
    for packet in packets:
        if packet.pts is not None and not decoded:
            if packet.pts * packet.time_base > until:
                return
            if (packet.pts + (packet.duration or 0)) * packet.time_base <= since:
                continue
        try:
            found = packet.decode()
        except av.FFmpegError:
            if decoded > 1:
                raise
            decoded = 0
            continue
        decoded += 1
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
