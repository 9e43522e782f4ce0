"""How well items of one theme find each other, and what each part of the item vector is worth."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from mediadesk.api import Array, Feature, Run, said
from mediadesk.engine.evaluating.measures import Measure, mean
from mediadesk.engine.evaluating.themed import Themed, fused, recalls, rows
from mediadesk.understand.blocks import DIMENSIONS, inputs

_DRAWS = 5
_MADE = "it was made theme by theme"
_TOLD = "titles and albums may tell them"
_NAMES = {"text": "titles", "subtitles": "subtitles", "keyframes": "pictures", "audio": "sound"}
"""Block → what people call it."""
_ONE = {"subtitles": "the passage", "keyframes": "the picture", "audio": "the sound"}
_PARTS: Mapping[str, Callable[[Mapping[str, Feature]], Feature]] = {
    "subtitles": said,
    "keyframes": lambda known: known.get("keyframes", Feature()),
    "audio": lambda known: known.get("audio", Feature()),
}


def measures(items: Sequence[Themed], run: Run) -> Iterator[Measure]:
    """Give recall@10 by theme, of videos and of songs apart; `run` runs the model that fuses."""
    videos = [each for each in items if not each.is_sound]
    for name, own in (("videos", videos), ("songs", [each for each in items if each.is_sound])):
        if len({each.theme for each in own}) > 1:
            yield from _ablation(name, own, run)
    if len({each.theme for each in videos}) > 1:
        yield from _scarce(videos, run)


def _ablation(name: str, items: Sequence[Themed], run: Run) -> Iterator[Measure]:
    theme = [each.theme for each in items]
    stored = np.stack([each.vector for each in items])
    note = f"{len(set(theme))} themes, among {len(items)} {name}; {_TOLD}"
    yield mean(name, recalls(stored, theme), note)
    blocks = rows(items)
    there = [block for block in DIMENSIONS if blocks[block].any()]
    for block in there:
        others = fused(blocks, [each for each in there if each != block], run)
        note = "by what is seen, heard and said" if block == "text" else ""
        yield mean(f"{name}, without {_NAMES[block]}", recalls(others, theme), note)
    for block in there:
        known = int(blocks[block].any(axis=1).sum())
        few = f"{known} of {len(items)} have them" if known < len(items) else ""
        if block == "audio" and not items[0].is_sound:
            few = _MADE
        alone = recalls(fused(blocks, [block], run), theme)
        yield mean(f"{name}, {_NAMES[block]} alone", alone, few)


def _scarce(videos: Sequence[Themed], run: Run) -> Iterator[Measure]:
    """The same where next to nothing is known, for with all of it this is too easy."""
    theme = [each.theme for each in videos]
    drawn = [_drawn(videos, seed) for seed in range(_DRAWS)]
    title = "one passage, picture and sound of each"
    whole = tuple(_PARTS)
    for name, of in (
        (title, whole),
        *((f"… without {_ONE[part]}", [each for each in whole if each != part]) for part in whole),
        *((f"… {_ONE[part]} alone", [part]) for part in whole),
    ):
        found = [recalls(fused(blocks, of, run), theme) for blocks in drawn]
        note = f"videos without titles, the mean of {_DRAWS} draws" if name == title else ""
        yield mean(name, np.mean(found, axis=0), note)


def _drawn(videos: Sequence[Themed], seed: int) -> dict[str, Array]:
    """Give what the model takes where of each video one moment of each part is known."""
    chance = random.Random(seed)  # noqa: S311 - the same each time is meant
    little: list[Mapping[str, Feature]] = []
    for each in videos:
        own = {
            name: [one.vector for one in part(each.known).moments if one.vector is not None]
            for name, part in _PARTS.items()
        }
        little.append({k: Feature(summary=chance.choice(v)) for k, v in own.items() if v})
    return inputs([each.item for each in videos], little)
