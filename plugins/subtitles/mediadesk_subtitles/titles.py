"""Understands any item by the words that come with it, such as its title and genres."""

import re
from collections.abc import Sequence

import numpy as np

from mediadesk.api import (
    AUDIO,
    VIDEO,
    Feature,
    Item,
    Media,
    ModelSpec,
    Run,
    Sample,
    Skip,
)

_LONGEST = 500  # characters
# What cameras, recorders and rippers call their files.
_JUNK = re.compile(
    r"\w*\d\w*|[a-f]{8,}|img|vid|video|dsc|mov|mvi|clip|rec|audio|track|untitled|unknown",
    re.IGNORECASE,
)


class Text:
    """Gives each item the vector of its title and tags."""

    name = "text"
    version = 1
    kinds = VIDEO | AUDIO
    model = ModelSpec(task="text")

    def prepare(self, item: Item, media: Media) -> Sample:  # noqa: ARG002 - the file is not needed
        """Join what is known in words."""
        title = item.title if has_words(item.title) else ""
        parts = [title, item.artist, item.album, ", ".join(item.genres), item.description]
        text = ". ".join(part.strip() for part in parts if part.strip())
        if not text:
            raise Skip("there is no title or description that says anything")
        return Sample(texts=(text[:_LONGEST],))

    def encode(self, samples: Sequence[Sample], run: Run) -> Sequence[Feature]:
        texts = np.array([sample.texts[0] for sample in samples], dtype=object)
        return [Feature(summary=vector) for vector in run({"text": texts})["embedding"]]


def has_words(title: str) -> bool:
    """Whether a title says anything: not only numbers, codes and what cameras call their files."""
    return any(not _JUNK.fullmatch(word) for word in re.findall(r"[^\W_]+", title))
