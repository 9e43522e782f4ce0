"""The extractor: what is said in videos without subtitles, and in recordings of speech."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zlib import crc32

import numpy as np

from mediadesk.api import (
    VIDEO,
    Array,
    Context,
    Feature,
    Item,
    Kind,
    Media,
    ModelSpec,
    Moment,
    Run,
    Sample,
    Skip,
    unit,
)
from mediadesk_speech import weights
from mediadesk_speech.passages import passages

if TYPE_CHECKING:
    from av.container import InputContainer

    from mediadesk_speech.listening import Heard
    from mediadesk_speech.whisper import Whisper

log = logging.getLogger(__name__)
_SUNG = {Kind.MUSIC_VIDEO, Kind.CONCERT}
_SPOKEN = {Kind.AUDIOBOOK, Kind.PODCAST, Kind.RECORDING}
_SECONDS = 780.0
"""A call may take 900; half a minute of sound may take a large model one more minute."""
_TEXT_CODECS = frozenset({"subrip", "srt", "ass", "ssa", "webvtt", "mov_text", "text"})
_PARTIAL = frozenset({"forced", "foreign", "signs", "songs"})
_MOST_VECTORS = 512  # of one item
_MOST_VERSIONS = 1_000_000


class Speech:
    """Gives each item the passages of what is said in it; at most 512 of them have vectors."""

    name = "speech"
    kinds = (VIDEO - _SUNG) | _SPOKEN
    model = ModelSpec(task="text")

    def __init__(self, context: Context) -> None:
        self._place: Path = context.data
        self._text: Callable[[str], str] = context.text
        self._minutes: int = context.settings["minutes"]
        self._weights = weights.find(self._place, self._text)
        self._whisper: Whisper | None = None

    @property
    def version(self) -> int:
        """Another one for each model and budget; 1 while there is no model."""
        stamp = self._weights.stamp
        if not stamp:
            return 1
        return 2 + crc32(f"{stamp} {self._minutes}".encode()) % _MOST_VERSIONS

    def prepare(self, item: Item, media: Media) -> Sample:
        """Listen to the file; gives one text and (start, end) in seconds per passage."""
        if self._weights.problem:
            raise Skip(self._weights.problem)
        if item.path is None:
            raise Skip("the file is away")
        if any(_is_whole(each, item) for each in item.sidecars):
            raise Skip("it has subtitles")
        from mediadesk_speech.listening import Limits, heard

        with media.open(item.path) as container:
            if _is_subtitled(container):
                raise Skip("it has subtitles")
            limits = Limits(minutes=self._minutes, seconds=_SECONDS)
            return _sample(heard(container, self._loaded(), limits))

    def encode(self, samples: Sequence[Sample], run: Run) -> Sequence[Feature]:
        """Run the model once over the passages of all samples."""
        spreads = [_spread(len(sample.texts)) for sample in samples]
        texts = [
            sample.texts[n] for sample, spread in zip(samples, spreads, strict=True) for n in spread
        ]
        vectors = run({"text": np.array(texts, dtype=object)})["embedding"]
        cuts = np.cumsum([len(spread) for spread in spreads])[:-1]
        return [
            Feature(
                summary=unit(own.mean(axis=0)),
                moments=_moments(sample, dict(zip(spread, own, strict=True))),
                data=sample.data,
                problem=sample.problem,
            )
            for sample, spread, own in zip(samples, spreads, np.split(vectors, cuts), strict=True)
        ]

    def _loaded(self) -> Whisper:
        """Give the model, loaded by the first call.

        Raises:
            Skip: if it is damaged or too large, now and from then on.
        """
        from mediadesk_speech.whisper import Whisper

        folder = self._weights.folder
        if self._whisper is None and folder is not None:
            try:
                weights.check(folder)
                self._whisper = Whisper(folder)
            except MemoryError:  # it is whole, so nothing is noted of it
                log.exception("the model in “%s” is too large", folder)
                problem = self._text(weights.LARGE).format(folder=folder)
                self._weights = replace(self._weights, problem=problem)
            except Exception as error:  # its libraries raise nothing finer
                log.exception("the model in “%s” can't be loaded", folder)
                why = str(error) or type(error).__name__
                weights.note(self._place, folder, why.splitlines()[0])
                self._weights = weights.find(self._place, self._text)
        if self._whisper is None:
            raise Skip(self._weights.problem)
        return self._whisper


def _is_whole(sidecar: Path, item: Item) -> bool:
    """Tell whether a subtitle file covers all that is said, by what its name adds to the item's."""
    if item.kind in VIDEO and sidecar.suffix.casefold() == ".lrc":
        return False  # the words of songs
    own = item.path.stem if item.path else ""
    added = sidecar.stem.casefold().removeprefix(own.casefold())
    return _PARTIAL.isdisjoint(re.findall(r"[^\W_]+", added))


def _is_subtitled(container: InputContainer) -> bool:
    """Tell whether there is a text track that covers all that is said."""
    from av.stream import Disposition

    return any(
        stream.codec_context is not None  # FFmpeg knows its codec
        and stream.codec_context.name in _TEXT_CODECS
        and not stream.disposition & Disposition.forced
        for stream in container.streams.subtitles
    )


def _sample(found: Heard) -> Sample:
    said = list(passages(found.lines))
    track: dict[str, Any] = {
        "name": "",
        "language": found.language,
        "source": "speech",
        "confidence": found.confidence,
        "passages": len(said),
        "chosen": True,
    }
    return Sample(
        texts=tuple(text for _, _, text in said),
        times=tuple((start, end) for start, end, _ in said),
        data={
            "language": found.language,
            "languages": [found.language],
            "passages": len(said),
            "tracks": [track],
        },
        problem=found.problem,
    )


def _spread(count: int) -> list[int]:
    """Give which of so many passages get a vector: all, or as many as may be, evenly spread."""
    most = min(count, _MOST_VECTORS)
    return [count * n // most for n in range(most)]


def _moments(sample: Sample, vectors: dict[int, Array]) -> tuple[Moment, ...]:
    return tuple(
        Moment(start=start, end=end, text=text, vector=vectors.get(n))
        for n, ((start, end), text) in enumerate(zip(sample.times, sample.texts, strict=True))
    )
