"""Names what an item is about from what other plugins saw, heard and read in it."""

import math
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

import numpy as np

from mediadesk.api import Array, Feature, ModelSpec, Run, Tagger, hookimpl, unit
from mediadesk_tags.moods import moods

_MOST, _LEAST = 6, 0.2  # tags of one item; score of a tag, which is half the best's or more
_SAME = 0.5  # cosine from which a word is taken to mean the same as another
_UNRELATED, _ABOUT = 0.12, 0.35  # cosine of a text and a tag: not about it, about nothing else
_TALK = 0.5  # share of speech
_NO_TAG = "nothing"
Channel = tuple[float, Mapping[str, float]]  # its weight; its tags with their confidence


class Tags:
    """Gives each item at most 6 tags of a vocabulary of about 60, without any training.

    No model here knows pictures and words alike, so pictures go through the names of what is seen
    in them: a “king penguin” gets the tag whose words a text model finds nearest.
    """

    name = "tags"
    version = 2
    model = ModelSpec(task="text")

    def __init__(self) -> None:
        vocabulary: dict[str, dict[str, list[str]]] = _table("tags.toml")
        self._platt: dict[str, dict[str, float]] = _table("calibration.toml")
        self._heard, self._moods = vocabulary["heard"], vocabulary["mood"]
        self._words = vocabulary["seen_or_said"]
        self._tag_of = {word: tag for tag, words in self._words.items() for word in words}
        self._vectors: dict[str, Array] = {}  # of the vocabulary: half a second to make anew

    def tag(
        self, features: Sequence[Mapping[str, Feature]], run: Run
    ) -> Sequence[Mapping[str, float]]:
        return [self._tags(own, run) for own in features]

    def scores(self, features: Mapping[str, Feature], run: Run) -> tuple[str, dict[str, float]]:
        """Give what an item is tagged by, `seen_or_said` or `heard`, and tag → score in 0..1.

        A score is as much evidence as there is; what that is worth, calibration tells.
        """
        channels, by = [], "seen_or_said"
        if "keyframes" in features:
            channels.append(self._seen(features["keyframes"], run))
        if "subtitles" in features:
            channels.append(self._said(features["subtitles"], run))
        if "audio" in features and "keyframes" not in features:
            # Wind sounds like ambient music: names of music are for what is only to be heard.
            channels.append(self._listened(features["audio"]))
            by = by if len(channels) > 1 else "heard"
        found: Counter[str] = Counter()
        for _, tags in channels:
            found.update(tags)
        weight = sum(weight for weight, _ in channels)
        return by, {tag: min(value / weight, 1.0) for tag, value in found.items() if tag != _NO_TAG}

    def _tags(self, features: Mapping[str, Feature], run: Run) -> dict[str, float]:
        by, scores = self.scores(features, run)
        least = max(_LEAST, max(scores.values(), default=0.0) / 2)
        found = Counter(
            {
                tag: _probability(score, **self._platt[by])
                for tag, score in scores.items()
                if score >= least
            }
        )
        if "audio" in features:
            found.update(moods(features["audio"].data, self._moods))
        speech = features["audio"].data.get("speech_share", 0) if "audio" in features else 0
        if speech >= _TALK:
            found["talk"] = speech
        return {tag: round(sure, 3) for tag, sure in found.most_common(_MOST)}

    def _seen(self, feature: Feature, run: Run) -> Channel:
        """Add up the shares of the things in the pictures by the tag their names are nearest to.

        What the model could not name surely weighs less.
        """
        words, things = list(self._tag_of), feature.data["classes"]
        alike = self._encode(list(things), run) @ self._encode(words, run).T
        tags: Counter[str] = Counter()
        for share, row in zip(things.values(), alike, strict=True):
            if row.max() >= _SAME:
                tags[self._tag_of[words[row.argmax()]]] += share
        return sum(things.values()), tags

    def _said(self, feature: Feature, run: Run) -> Channel:
        """Compare what is said with the middle of each tag's words."""
        labels = [unit(self._encode(words, run).mean(axis=0)) for words in self._words.values()]
        alike = (np.stack(labels) @ feature.summary - _UNRELATED) / (_ABOUT - _UNRELATED)
        return 1.0, dict(zip(self._words, np.clip(alike, 0.0, 1.0).tolist(), strict=True))

    def _listened(self, feature: Feature) -> Channel:
        """Take the surest name of each tag."""
        names = feature.data["tags"]
        return 1.0, {
            tag: max(names.get(word, 0.0) for word in words) for tag, words in self._heard.items()
        }

    def _encode(self, words: Sequence[str], run: Run) -> Array:
        """Give the vectors of words, running the model for those not met before."""
        if new := [word for word in words if word not in self._vectors]:
            vectors = run({"text": np.array(new, dtype=object)})["embedding"]
            self._vectors.update(zip(new, vectors, strict=True))
        return np.stack([self._vectors[word] for word in words])


def _probability(score: float, *, slope: float, offset: float) -> float:
    """Give how often a tag with such a score is right: Platt, "Probabilistic outputs", 1999."""
    within = min(max(score, 0.01), 0.99)
    return 1 / (1 + math.exp(-(slope * math.log(within / (1 - within)) + offset)))


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath(name).read_text(encoding="utf-8"))


@hookimpl
def taggers() -> list[Tagger]:
    """Hand over what this plugin has."""
    return [Tags()]
