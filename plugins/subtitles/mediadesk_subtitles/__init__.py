"""Understands videos by what is said in their subtitles, and all items by their titles."""

from collections.abc import Sequence
from math import inf
from typing import TYPE_CHECKING

import numpy as np

from mediadesk.api import (
    VIDEO,
    Extractor,
    Feature,
    Item,
    Media,
    ModelSpec,
    Moment,
    Run,
    Sample,
    Skip,
    UnreadableError,
    hookimpl,
    unit,
)
from mediadesk_subtitles.titles import Text

if TYPE_CHECKING:
    from mediadesk_subtitles.tracks import Track

_MOST = 64  # passages of one item


class Subtitles:
    """Gives each video at most 64 passages from its subtitles, each with its vector."""

    name = "subtitles"
    version = 1
    kinds = VIDEO
    model = ModelSpec(task="text")

    def prepare(self, item: Item, media: Media) -> Sample:
        """Read the files beside the video, else the tracks inside it.

        Gives one text and (start, end) in seconds per passage, track after track, spread evenly.
        """
        tracks, problems = _read(item, media)
        end = item.duration or inf  # the subtitles of a longer film would point to nowhere
        found = [(track, each) for track in tracks for each in track.passages if each.start < end]
        if not found and problems:
            raise UnreadableError(" ".join(problems))
        if not found:
            raise Skip("there are no subtitles")
        kept = (
            [found[len(found) * n // _MOST] for n in range(_MOST)] if len(found) > _MOST else found
        )
        return Sample(
            texts=tuple(passage.text for _, passage in kept),
            times=tuple((passage.start, passage.end) for _, passage in kept),
            data={
                "languages": sorted({track.language for track, _ in kept}),
                "passages": len(kept),
                "tracks": [
                    {
                        "name": track.name,
                        "language": track.language,
                        "passages": sum(own is track for own, _ in kept),
                    }
                    for track in tracks
                    if track.cues
                ],
                **({"problems": problems} if problems else {}),
            },
        )

    def encode(self, samples: Sequence[Sample], run: Run) -> Sequence[Feature]:
        """Run the model once over the passages of all samples."""
        texts = [text for sample in samples for text in sample.texts]
        vectors = run({"text": np.array(texts, dtype=object)})["embedding"]
        cuts = np.cumsum([len(sample.texts) for sample in samples])[:-1]
        return [
            Feature(
                summary=unit(own.mean(axis=0)),
                moments=tuple(
                    Moment(start=start, end=end, text=text, vector=vector)
                    for (start, end), text, vector in zip(
                        sample.times, sample.texts, own, strict=True
                    )
                ),
                data=sample.data,
            )
            for sample, own in zip(samples, np.split(vectors, cuts), strict=True)
        ]


def _read(item: Item, media: Media) -> "tuple[list[Track], list[str]]":
    """Give the tracks and one sentence for each file that could not be read."""
    from mediadesk_subtitles.tracks import read_embedded, read_sidecar  # they take a while to load

    tracks, problems = [], []
    for sidecar in item.sidecars:
        try:
            tracks.append(read_sidecar(sidecar))
        except UnreadableError as error:
            problems.append(str(error))
    if not any(track.cues for track in tracks) and item.path is not None:
        with media.open(item.path) as container:
            tracks = read_embedded(container)
    return tracks, problems


@hookimpl
def extractors() -> list[Extractor]:
    """Hand over what this plugin has."""
    return [Subtitles(), Text()]
