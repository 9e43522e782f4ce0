"""Whether videos known in Chinese and in English are near to each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from mediadesk.api import Array, Extractor, Feature, Run
from mediadesk.engine.evaluating.measures import Measure, left_out, mean, share
from mediadesk.engine.evaluating.sentences import found
from mediadesk.engine.evaluating.themed import Themed, fused, recalls
from mediadesk.extract.batch import encoded
from mediadesk.media import GuardedMedia
from mediadesk.understand.blocks import inputs

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


def _said(video: Themed, subtitles: Extractor, run: Run) -> Mapping[str, Feature]:
    """Give language → what the subtitles beside a video give, each file read by itself."""
    read: dict[str, list[Feature]] = defaultdict(list)
    for sidecar in video.item.sidecars:
        alone = replace(video.item, sidecars=(sidecar,))
        (feature,) = encoded(subtitles, [subtitles.prepare(alone, GuardedMedia())], run)
        read[feature.data["language"]].append(feature)
    return {language: own[0] for language, own in read.items()}
