"""Whether languages are told rightly, and videos known in two of them are near to each other."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from mediadesk.api import SURE, Array, Extractor, Feature, Item, Kind, Run
from mediadesk.engine.evaluating.measures import Measure, estimate, left_out, mean, share
from mediadesk.engine.evaluating.sentences import found
from mediadesk.engine.evaluating.tags import calibration_error
from mediadesk.engine.evaluating.themed import Themed, fused, recalls
from mediadesk.extract.batch import encoded
from mediadesk.media import GuardedMedia
from mediadesk.understand.blocks import inputs
from mediadesk.understand.languages import languages as likely

_BOTH = "subtitles in two languages"


def items(
    videos: Sequence[Themed], subtitles: Extractor, *, text: Run, fuse: Run
) -> Iterator[Measure]:
    """Give how well items find each other that are known by their subtitles alone.

    Args:
        videos: those with subtitles beside them, in Chinese and in English, are taken.
        subtitles: the extractor that reads them.
        text: runs its model.
        fuse: runs that of the item vector.
    """
    said = {each.item.id: _said(each, subtitles, text) for each in videos}
    both = [each for each in videos if {"zh", "en"} <= said[each.item.id].keys()]
    if len(both) < 2:
        yield left_out(_BOTH, "No video has subtitles beside it in Chinese and in English.")
        return

    def vectors(languages: Sequence[str]) -> Array:
        known = [
            {"subtitles": said[each.item.id][language]}
            for each, language in zip(both, languages, strict=True)
        ]
        blocks = inputs([each.item for each in both], known)
        return fused(blocks, ["subtitles"], fuse)

    whole = {language: vectors([language] * len(both)) for language in ("zh", "en")}
    for one, other in (("zh", "en"), ("en", "zh")):
        note = f"the nearest of {len(both)} in the other language is the same"
        yield share(f"videos {one} → {other}, top 1", found(whole[one], whole[other]), note)
    theme = [each.theme for each in both]
    mixed = vectors([("zh", "en")[n % 2] for n in range(len(both))])
    note = "every other one known in Chinese, the rest in English"
    yield mean("themes, both languages mixed, recall@10", recalls(mixed, theme), note)
    note = "the same, all known in English"
    yield mean("themes, English alone, recall@10", recalls(whole["en"], theme), note)


def told(
    videos: Sequence[Themed], subtitles: Extractor, words: Extractor, *, text: Run
) -> Iterator[Measure]:
    """Give how often the language of words alone is right, and whether that is as often as it says.

    Args:
        videos: what is said in those with subtitles beside them is taken for the words of songs.
        subtitles: the extractor that reads them.
        words: that of lyrics.
        text: runs the model of both.
    """
    with tempfile.TemporaryDirectory() as folder:
        cases = np.array(
            [
                case
                for each in videos
                for language, own in _said(each, subtitles, text).items()
                for case in _sung(language, own, words, text, Path(folder))
            ]
        )
    if not len(cases):
        yield left_out("languages", "No video has subtitles beside it.")
        return
    yield share("that of words alone is right", cases[:, 1] > 0, "of first lines, and of all lines")
    facts = cases[cases[:, 0] >= SURE]
    if len(facts):
        yield share("languages told as facts are right", facts[:, 1] > 0, f"confidence ≥ {SURE}")
    note = "0 is best; calibrated on dialogues in thirteen languages, without Chinese"
    yield estimate("expected calibration error of languages", cases, calibration_error, note)
    yield left_out("of what is heard", "A speech model is a person’s own: none is here to measure.")


def _sung(
    language: str, said: Feature, words: Extractor, run: Run, folder: Path
) -> Iterator[tuple[float, bool]]:
    """Give how sure the likeliest language is, and whether it is right."""
    lines = [each.text for each in said.moments]
    path = folder / "words.lrc"
    for count in {1, len(lines)}:
        timed = (f"[00:{second:02}.00]{line}" for second, line in enumerate(lines[:count]))
        path.write_text("\n".join(timed), encoding="utf-8")
        item = Item(id="", kind=Kind.SONG, title="", path=None, sidecars=(path,))
        (feature,) = encoded(words, [words.prepare(item, GuardedMedia())], run)
        code, sure = next(iter(likely({words.name: feature}).items()), ("", 0.0))
        yield sure, code == language


def _said(video: Themed, subtitles: Extractor, run: Run) -> Mapping[str, Feature]:
    """Give language → what the subtitles beside a video give, each file read by itself."""
    read: dict[str, list[Feature]] = defaultdict(list)
    for sidecar in video.item.sidecars:
        alone = replace(video.item, sidecars=(sidecar,))
        (feature,) = encoded(subtitles, [subtitles.prepare(alone, GuardedMedia())], run)
        read[feature.data["language"]].append(feature)
    return {language: own[0] for language, own in read.items()}
