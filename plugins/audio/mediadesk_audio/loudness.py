"""Measures how loud sound is to an ear (ITU-R BS.1770, EBU R 128), and its peak."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import suppress

import av
from av.audio.frame import AudioFrame
from av.filter import Graph

_QUIETEST = -70.0  # LUFS, and dB of full scale: where the standard's gate lets nothing through


class Meter:
    """Listens to frames of one sound, in the channels that they have."""

    def __init__(self) -> None:
        self.loudness = _QUIETEST
        """Integrated over all that was heard, in LUFS."""
        self.peak = _QUIETEST
        """The largest sample, in dB of full scale."""
        self._graph: Graph | None = None

    def hear(self, frame: AudioFrame) -> None:
        """Listen to the next frame.

        Raises:
            av.FFmpegError: if it is of another form than the first.
        """
        if self._graph is None:
            self._graph = _meter(frame)
        frame.pts = None  # what was left out between two stretches is no silence
        self._graph.push(frame)
        for said in _pulled(self._graph):
            if "lavfi.r128.I" in said.metadata:
                self.loudness = max(float(said.metadata["lavfi.r128.I"]), _QUIETEST)
                self.peak = _decibels(float(said.metadata["lavfi.r128.sample_peak"]))


def _meter(frame: AudioFrame) -> Graph:
    graph = Graph()
    source = graph.add_abuffer(
        sample_rate=frame.sample_rate,
        format=frame.format.name,
        layout=frame.layout.name,
        time_base=frame.time_base,
    )
    meter = graph.add("ebur128", "metadata=1:peak=sample")
    graph.link_nodes(source, meter, graph.add("abuffersink")).configure()
    return graph


def _pulled(graph: Graph) -> Iterator[AudioFrame]:
    with suppress(av.BlockingIOError, av.EOFError):
        while isinstance(frame := graph.pull(), AudioFrame):
            yield frame


def _decibels(level: float) -> float:
    return 20 * math.log10(level) if level > 0 else _QUIETEST
