"""Whether a summary says what each part of a text is about, on texts of which that is known."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from mediadesk import resources
from mediadesk.api import Extractor, Item, Kind, Run
from mediadesk.engine.evaluating.measures import Measure, mean, share
from mediadesk.extract.batch import encoded
from mediadesk.media import GuardedMedia
from mediadesk.understand.summary import summary

_PAUSE = 8  # seconds from one sentence to the next, so that each is a passage


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """The sentences of a text; of each the part it is in, and whether it tells the part's topic."""

    sentences: Sequence[str]
    part: Sequence[int]
    topical: Sequence[bool]


def measures(subtitles: Extractor, run: Run) -> Iterator[Measure]:
    """Give how many lines are topics, and how many parts are told of, beside simpler ways.

    Args:
        subtitles: the extractor that reads the texts, as subtitle files.
        run: runs its model.
    """
    texts = _texts()
    chosen = [_summarised(each, subtitles, run) for each in texts]
    first = [list(range(len(own))) for own in chosen]
    for name, lines in (("summaries", chosen), ("first lines", first)):
        pairs = list(zip(texts, lines, strict=True))
        hits = [text.topical[n] for text, own in pairs for n in own]
        parts = [len({text.part[n] for n in own}) / len({*text.part}) for text, own in pairs]
        note = f"by chance {_chance(texts):.2f}; of {len(texts)} narrations"
        yield share(f"{name}: lines that tell a part’s topic", hits, note)
        yield mean(f"{name}: parts that are told of", parts)


def _texts() -> list[Text]:
    path = resources.path("evaluation/summaries.toml")
    found = tomllib.loads(path.read_text(encoding="utf-8"))["text"]
    return [
        Text(
            sentences=[line.removeprefix("*") for part in each["parts"] for line in part],
            part=[n for n, part in enumerate(each["parts"]) for _ in part],
            topical=[line.startswith("*") for part in each["parts"] for line in part],
        )
        for each in found
    ]


def _chance(texts: Sequence[Text]) -> float:
    topical = [each for text in texts for each in text.topical]
    return sum(topical) / len(topical)


def _summarised(text: Text, subtitles: Extractor, run: Run) -> list[int]:
    """Give which sentences the summary is made of."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "text.srt")
        path.write_text(
            "\n".join(
                f"{n + 1}\n{_clock(n * _PAUSE)} --> {_clock(n * _PAUSE + 2)}\n{sentence}\n"
                for n, sentence in enumerate(text.sentences)
            ),
            encoding="utf-8",
        )
        length = float(len(text.sentences) * _PAUSE)
        item = Item(id="", kind=Kind.FILM, title="", path=None, sidecars=(path,), duration=length)
        (feature,) = encoded(subtitles, [subtitles.prepare(item, GuardedMedia())], run)
    return [round(line["t"] / _PAUSE) for line in summary({subtitles.name: feature})]


def _clock(seconds: int) -> str:
    return f"00:{seconds // 60:02}:{seconds % 60:02},000"
