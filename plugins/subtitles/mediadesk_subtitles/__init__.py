"""Understands videos by what is said in their subtitles, and all items by their titles."""

from collections.abc import Mapping, Sequence
from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from mediadesk.api import (
    VIDEO,
    Array,
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

_MOST_VECTORS = 512  # of one item
_MOST_PASSAGES = 10_000  # of one item, in all languages


class Subtitles:
    """Gives each video the passages of its best subtitles; at most 512 of them have vectors.

    Those of other languages are kept as texts. `data["sound"]` has the language of the sound, as
    the file tells it.
    """

    name = "subtitles"
    version = 2
    kinds = VIDEO
    model = ModelSpec(task="text")

    def prepare(self, item: Item, media: Media) -> Sample:
        """Read the files beside the video, else the tracks inside it, and choose one of them.

        Gives one text and (start, end) in seconds per passage, and `language` str [n]: empty in
        the chosen track, whose passages come first, then that of another one.
        """
        from mediadesk_subtitles.files import sentence  # they take a while to load
        from mediadesk_subtitles.tracks import TOLD, chosen, others

        tracks, sound, problems = _read(item, media)
        end = item.duration or inf  # the subtitles of a longer film would point to nowhere
        best = chosen([each for each in tracks if each.cues and each.cues[0].start < end], sound)
        if best is None and problems:
            raise UnreadableError(" ".join(problems))
        heard = {"sound": {"language": sound, "language_confidence": TOLD}} if sound else {}
        if best is None:
            problem = sentence(each.problem for each in tracks)
            if not heard and not problem:
                raise Skip("there are no subtitles")
            return Sample(data=heard, problem=problem)
        said = [("", each) for each in best.passages if each.start < end]
        also = [
            (track.language, each)
            for track in others(tracks, best)
            for each in track.passages
            if each.start < end
        ]
        kept = [*said, *also][: max(len(said), _MOST_PASSAGES)]
        return Sample(
            arrays={"language": np.array([language for language, _ in kept])},
            texts=tuple(each.text for _, each in kept),
            times=tuple((each.start, each.end) for _, each in kept),
            data=heard
            | {
                "language": best.language,
                "languages": [best.language] if best.language else [],
                "passages": len(said),
                "tracks": [_told(track, is_chosen=track is best) for track in tracks if track.cues],
            },
            problem=sentence([*problems, best.problem]),
        )

    def encode(self, samples: Sequence[Sample], run: Run) -> Sequence[Feature]:
        """Run the model once over the passages of all samples."""
        spreads = [_spread(sample.data.get("passages", 0)) for sample in samples]
        texts = [
            sample.texts[n] for sample, spread in zip(samples, spreads, strict=True) for n in spread
        ]
        if not texts:
            return [Feature(data=sample.data) for sample in samples]
        vectors = run({"text": np.array(texts, dtype=object)})["embedding"]
        cuts = np.cumsum([len(spread) for spread in spreads])[:-1]
        return [
            _feature(sample, dict(zip(spread, own, strict=True)))
            for sample, spread, own in zip(samples, spreads, np.split(vectors, cuts), strict=True)
        ]


def _read(item: Item, media: Media) -> "tuple[list[Track], str, list[str]]":
    """Give the tracks, the language of the sound, and a sentence for each file that is broken."""
    from mediadesk_subtitles.files import read_sidecar
    from mediadesk_subtitles.streams import read_embedded, sound_language

    tracks: list[Track] = []
    problems: list[str] = []
    stem = item.path.stem if item.path is not None else ""
    for sidecar in item.sidecars:
        try:
            tracks.append(read_sidecar(sidecar, stem))
        except UnreadableError as error:
            problems.append(str(error))
    whole = [track for track in tracks if track.cues and "forced" not in track.roles]
    if item.path is None:
        return tracks, "", problems
    try:
        with media.open(item.path) as container:
            sound = sound_language(container)
            return tracks + ([] if whole else read_embedded(container)), sound, problems
    except UnreadableError:
        if not whole:
            raise
        return tracks, "", problems


def _told(track: "Track", *, is_chosen: bool) -> dict[str, Any]:
    return {
        "name": track.name,
        "language": track.language,
        "source": track.source,
        "confidence": track.confidence,
        "roles": sorted(track.roles),
        "passages": len(track.passages),
        "chosen": is_chosen,
    }


def _spread(count: int) -> list[int]:
    """Give which of so many passages get a vector: all, or as many as may be, evenly spread."""
    most = min(count, _MOST_VECTORS)
    return [count * n // most for n in range(most)]


def _feature(sample: Sample, vectors: Mapping[int, Array]) -> Feature:
    if not vectors:
        return Feature(data=sample.data)
    data = _with_language(sample)
    return Feature(
        summary=unit(np.mean(list(vectors.values()), axis=0)),
        moments=_moments(sample, vectors, data["language"]),
        data=data,
    )


def _moments(sample: Sample, vectors: Mapping[int, Array], own: str) -> tuple[Moment, ...]:
    """Give the passages; left out are others that are in the language `own`, too."""
    languages = sample.arrays["language"].tolist()
    passages = zip(languages, sample.times, sample.texts, strict=True)
    return tuple(
        Moment(start=start, end=end, text=text, vector=vectors.get(n), language=language)
        for n, (language, (start, end), text) in enumerate(passages)
        if not language or language != own
    )


def _with_language(sample: Sample) -> dict[str, Any]:
    """Give what is known of a sample's tracks; a language that no name tells is told by the text.

    The engine does it, for what tells languages is larger than all else that a worker needs.
    """
    data = sample.data
    if data["language"]:
        return data
    from mediadesk_subtitles.languages import detect

    language, confidence = detect(sample.texts[: data["passages"]])
    found = {"language": language, "source": "text", "confidence": confidence}
    return data | {
        "language": language,
        "languages": [language] if language else [],
        "tracks": [each | found if each["chosen"] else each for each in data["tracks"]],
    }


@hookimpl
def extractors() -> list[Extractor]:
    """Hand over what this plugin has."""
    return [Subtitles(), Text()]
