"""Understands any item by the words that come with it, such as its title, genres and lyrics."""

import re
import textwrap
from collections.abc import Sequence
from itertools import chain

import numpy as np

from mediadesk.api import (
    AUDIO,
    VIDEO,
    Array,
    Feature,
    Item,
    Json,
    Media,
    ModelSpec,
    Moment,
    Run,
    Sample,
    Skip,
    unit,
)

_LONGEST = 500  # characters of a text
_KEYWORDS = 20  # of those that catalogues have, the first ones say most
# Two characters of Chinese make about one.
_WORD = re.compile(r"[\u3040-\u9fff]{1,2}|[^\W_\u3040-\u9fff]+")
_MOST = 5  # texts: what is said of it in short, and the rest of the description
# What cameras, recorders and rippers call their files.
_JUNK = re.compile(
    r"\w*\d\w*|[a-f]{8,}|img|vid|video|dsc|mov|mvi|clip|rec|audio|track|untitled|unknown",
    re.IGNORECASE,
)


class Text:
    """Gives each item the vector of its title and tags, and of its description or lyrics."""

    name = "text"
    version = 2
    kinds = VIDEO | AUDIO
    model = ModelSpec(task="text")

    def prepare(self, item: Item, media: Media) -> Sample:
        """Join what is known in words.

        The first text says it in short; the last ones are the lyrics, with times if they have any.
        """
        from mediadesk_subtitles import languages, lyrics  # they take a while to load
        from mediadesk_subtitles.files import sentence

        title = item.title if has_words(item.title) else ""
        series = item.series if item.series.casefold() not in title.casefold() else ""
        genres, keywords = ", ".join(item.genres), ", ".join(item.keywords[:_KEYWORDS])
        parts = [title, series, item.artist, item.album, genres, keywords, item.description]
        text = ". ".join(part.strip() for part in parts if part.strip())
        written = textwrap.wrap(text, _LONGEST)[:_MOST]
        found = lyrics.read(item, media) if item.kind in AUDIO else lyrics.Lyrics()
        sung = [each.text for each in found.passages]
        script = languages.looks(sung)
        if not written and not sung:
            raise Skip("there is no title or description that says anything")
        return Sample(
            texts=(*(written or [" ".join(sung)[:_LONGEST]]), *sung),
            times=tuple((each.start, each.end) for each in found.passages) if found.timed else (),
            data=_of_description(item.description)
            | (_of_lyrics(sung, script, float(bool(script))) if sung else {}),
            problem=sentence([found.problem]),
        )

    def encode(self, samples: Sequence[Sample], run: Run) -> Sequence[Feature]:
        """Run the model once over all texts; what is said in short counts as much as the rest."""
        texts = np.array(list(chain(*(sample.texts for sample in samples))), dtype=object)
        vectors = run({"text": texts})["embedding"]
        cuts = np.cumsum([len(sample.texts) for sample in samples])[:-1]
        return [
            _feature(sample, own)
            for sample, own in zip(samples, np.split(vectors, cuts), strict=True)
        ]


def has_words(title: str) -> bool:
    """Whether a title says anything: not only numbers, codes and what cameras call their files."""
    return any(not _JUNK.fullmatch(word) for word in re.findall(r"[^\W_]+", title))


def _feature(sample: Sample, vectors: Array) -> Feature:
    timed, more = len(sample.times), len(vectors) > 1
    sung = zip(sample.times, sample.texts[-timed:], vectors[-timed:], strict=True) if timed else ()
    return Feature(
        summary=unit(vectors[0] + unit(vectors[1:].mean(axis=0))) if more else vectors[0],
        moments=tuple(
            Moment(start=start, end=end, text=text, vector=vector)
            for (start, end), text, vector in sung
        ),
        data=_with_language(sample),
    )


def _with_language(sample: Sample) -> Json:
    """Give what is known of the lyrics; their language is told here, as that of subtitles is."""
    if sample.data.get("language", "?"):
        return sample.data
    from mediadesk_subtitles.languages import detect

    sung = sample.texts[-sample.data["lyric_passages"] :]
    return sample.data | _of_lyrics(sung, *detect(sung))


def _of_description(text: str) -> Json:
    words = len(_WORD.findall(text))
    return {"description_words": words} if words else {}


def _of_lyrics(sung: Sequence[str], language: str, confidence: float) -> Json:
    return {
        "lyric_passages": len(sung),
        "language": language,
        "language_confidence": confidence,
    }
