"""Learns what is written in the pictures of a video."""

import re
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from av.container import InputContainer
from av.stream import Disposition
from av.video.frame import VideoFrame

from mediadesk.api import (
    VIDEO,
    Array,
    Feature,
    Item,
    Media,
    ModelSpec,
    Moment,
    Run,
    Sample,
    Skip,
    UnreadableError,
    unit,
)
from mediadesk_ocr import languages
from mediadesk_ocr.frames import looks
from mediadesk_ocr.passages import passages
from mediadesk_ocr.reader import Page, page

_VERSION = 1
_PATIENCE = 240.0  # seconds for one video, a minute less than the manifest asks for
_MOST_VECTORS = 512
_LONGEST_SIDE = 1280  # pixels: larger pictures are made as small before they are read
_LOWER = 0.6  # share of the height above the part where subtitles stand
_OPENING = 120.0  # seconds in which all is read, for titles stand anywhere
_SAMPLE = 8  # pictures from all over a video that are read whole: logos stand anywhere, too
_PLAIN = 0.5  # share of a card's or a slide's pixels that have about one shade
_SHADES = 16  # levels of grey that count as one shade
_TEXTS = frozenset({"subrip", "srt", "ass", "ssa", "webvtt", "mov_text", "text"})
_PARTIAL = frozenset({"forced", "foreign", "signs", "songs"})


class Written:
    """Gives each video without subtitles the passages that are to be read in its pictures.

    Subtitles as text say more than can be read: what has them is left to those who read them.
    """

    name = "ocr"
    kinds = VIDEO
    model = ModelSpec(task="text")

    def __init__(self, most: int) -> None:
        """Look at up to `most` pictures of each video; with another number all are read anew."""
        self._most = most
        self.version = 1000 * _VERSION + most

    def prepare(self, item: Item, media: Media) -> Sample:
        """Give one text and (start, end) in seconds per passage."""
        if item.path is None:
            raise Skip("the file is away")
        if any(_tells_all(each, item.path) for each in item.sidecars):
            raise Skip("it has subtitles")
        with media.open(item.path) as container:
            if _is_subtitled(container):
                raise Skip("it has subtitles")
            read, problem = _read(container, self._most, item.duration)
        if not read and not problem:
            raise UnreadableError(
                f"No picture of “{item.path}” can be decoded: copy it again from its source."
            )
        found = passages(read)
        if not found and not problem:
            raise Skip("nothing is written in its pictures")
        return Sample(
            texts=tuple(each.text for each in found),
            times=tuple((each.start, each.end) for each in found),
            data={"pictures_read": len(read)},
            problem=problem,
        )

    def encode(self, samples: Sequence[Sample], run: Run) -> Sequence[Feature]:
        """Run the text model once over the passages of all samples."""
        spreads = [_spread(len(sample.texts)) for sample in samples]
        texts = [s.texts[n] for s, spread in zip(samples, spreads, strict=True) for n in spread]
        if not texts:
            return [Feature(data=sample.data, problem=sample.problem) for sample in samples]
        vectors = run({"text": np.array(texts, dtype=object)})["embedding"]
        cuts = np.cumsum([len(spread) for spread in spreads])[:-1]
        return [
            _feature(sample, dict(zip(spread, own, strict=True)))
            for sample, spread, own in zip(samples, spreads, np.split(vectors, cuts), strict=True)
        ]


def _tells_all(sidecar: Path, video: Path) -> bool:
    """Tell whether a file has all that is said, by what its name adds to the video's."""
    added = sidecar.stem.casefold().removeprefix(video.stem.casefold())
    is_partial = not _PARTIAL.isdisjoint(re.findall(r"[^\W_]+", added))
    return not is_partial and sidecar.suffix.casefold() != ".lrc"  # these are words of songs


def _is_subtitled(container: InputContainer) -> bool:
    """Tell whether there is a text track that has all that is said."""
    return any(
        stream.codec_context is not None  # FFmpeg knows its codec
        and stream.codec_context.name in _TEXTS
        and not stream.disposition & Disposition.forced
        for stream in container.streams.subtitles
    )


def _read(container: InputContainer, most: int, duration: float) -> tuple[dict[float, Page], str]:
    """Give second → what was read, and a sentence if that is not all that was to be read."""
    read: dict[float, Page] = {}
    missed, until = 0, time.monotonic() + _PATIENCE
    for second, frame in looks(container, most, duration):
        if isinstance(frame, VideoFrame):
            picture = _upright(frame)
            is_whole = _is_whole(picture, second, len(read))
            read[second] = page(picture, top=0.0 if is_whole else _LOWER)
        missed += frame is None
        if time.monotonic() > until:
            return read, (
                f"Text was looked for in {len(read)} pictures only, which took "
                f"{_PATIENCE / 60:.0f} minutes: give this plugin fewer to look at."
            )
    if missed and read:
        return read, (
            f"{missed} of {missed + len(read)} pictures can't be decoded: the file is cut short or "
            "damaged, so copy it again from its source."
        )
    return read, ""


def _upright(frame: VideoFrame) -> Array:
    """Give a frame as uint8 [h, w, 3] RGB, turned as it is to be seen, of at most 1,280 pixels."""
    scale = min(1.0, _LONGEST_SIDE / max(frame.width, frame.height))
    width, height = (max(1, round(n * scale)) for n in (frame.width, frame.height))
    rgb = frame.reformat(width=width, height=height, format="rgb24", interpolation="AREA")
    return np.rot90(rgb.to_ndarray(), round(frame.rotation / 90))


def _is_whole(picture: Array, second: float, earlier: int) -> bool:
    """Tell whether text may stand anywhere in a picture; if not, it is looked for below only."""
    is_upright = picture.shape[0] > picture.shape[1]
    return earlier < _SAMPLE or second <= _OPENING or is_upright or _is_card(picture)


def _is_card(picture: Array) -> bool:
    """Tell whether a picture has a ground of one shade, as title cards, credits and slides have."""
    shades = np.bincount(picture[::4, ::4].mean(axis=-1).astype(int).ravel(), minlength=256)
    around = np.convolve(shades, np.ones(_SHADES))
    return bool(around.max() >= _PLAIN * shades.sum())


def _spread(count: int) -> list[int]:
    """Give which of so many passages get a vector: all, or as many as may be, evenly spread."""
    most = min(count, _MOST_VECTORS)
    return [count * n // most for n in range(most)]


def _feature(sample: Sample, vectors: Mapping[int, Array]) -> Feature:
    """Make a feature of passages and the vectors [d] that some of them have."""
    if not vectors:
        return Feature(data=sample.data, problem=sample.problem)
    spoken = languages.detect(sample.texts)
    tracks = [
        {
            "name": "",
            "language": language,
            "source": "ocr",
            "confidence": sure,
            "passages": len(sample.texts),
            "chosen": n == 0,
        }
        for n, (language, sure) in enumerate(spoken or [("", 0.0)])
    ]
    return Feature(
        summary=unit(np.mean(list(vectors.values()), axis=0)),
        moments=tuple(
            Moment(start=start, end=end, text=text, vector=vectors.get(n))
            for n, ((start, end), text) in enumerate(zip(sample.times, sample.texts, strict=True))
        ),
        data={
            "language": tracks[0]["language"],
            "languages": [each for each, _ in spoken],
            "passages": len(sample.texts),
            **sample.data,
            "tracks": tracks,
        },
        problem=sample.problem,
    )
