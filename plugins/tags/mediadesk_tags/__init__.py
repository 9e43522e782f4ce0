"""Names what an item is about from what other plugins saw, heard and read in it, and of it."""

import math
import tomllib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from importlib.resources import files
from typing import Any

import numpy as np

from mediadesk.api import Array, Feature, ModelSpec, Run, Tagger, hookimpl, said, unit
from mediadesk_tags.moods import moods

_MOST, _LEAST = 6, 0.2  # tags of one item; score of a tag
_BEHIND = 0.3  # score, of the best's, from which a tag is told beside it
_SAME = 0.5  # cosine from which a word is taken to mean the same as another
_UNRELATED, _ABOUT = 0.12, 0.35  # cosine of a text and a tag: not about it, about nothing else
_TALK = 0.5  # share of speech
_DESCRIBED, _SUNG = 12, 3  # words of a description, and passages of lyrics: a title alone misleads
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
        self._feelings = vocabulary["felt"]
        self._words = vocabulary["seen_or_said"]
        self._tag_of = {word: tag for tag, words in self._words.items() for word in words}
        self._vectors: dict[str, Array] = {}  # of the vocabulary: half a second to make anew

    def tag(
        self, features: Sequence[Mapping[str, Feature]], run: Run
    ) -> Sequence[Mapping[str, float]]:
        return [self._tags(own, run) for own in features]

    def scores(self, features: Mapping[str, Feature], run: Run) -> dict[str, dict[str, float]]:
        """Give tag → score in 0..1, by what it comes from: `seen`, `said`, `told` or `heard`.

        What comes from several of the first three is by all of them: `seen_said`. A score is as
        much evidence as there is; what that is worth, calibration tells.
        """
        sound = features.get("audio", Feature()).data
        channels: dict[str, Channel] = {}
        if "keyframes" in features:
            channels["seen"] = self._seen(features["keyframes"], run)
        for name, summary in _words(features).items():
            channels[name] = 1.0, self._worded(summary, run)
        found = {"_".join(channels): _first(_joined(channels.values()))} if channels else {}
        if "keyframes" not in features and sound.get("speech_share", 0) < _TALK:
            # Wind sounds like ambient music: names of music are for what is only to be heard.
            found["heard"] = self._listened(sound.get("tags", {}))
        return {by: _told(scores) for by, scores in found.items()}

    def _tags(self, features: Mapping[str, Feature], run: Run) -> dict[str, float]:
        found = Counter(
            {
                tag: _probability(score, **self._platt[by])
                for by, scores in self.scores(features, run).items()
                for tag, score in scores.items()
            }
        )
        heard = features.get("audio", Feature()).data
        found.update(moods(heard, self._moods, self._felt(features, run)))
        if heard.get("speech_share", 0) >= _TALK:
            found["talk"] = heard["speech_share"]
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

    def _worded(self, summary: Array, run: Run) -> dict[str, float]:
        """Compare what is said, or told of an item, with the middle of each tag's words."""
        alike = (self._middles(self._words, run) @ summary - _UNRELATED) / (_ABOUT - _UNRELATED)
        return dict(zip(self._words, np.clip(alike, 0.0, 1.0).tolist(), strict=True))

    def _felt(self, features: Mapping[str, Feature], run: Run) -> dict[str, float]:
        """Give mood → the greatest cosine of its words and what is said or told."""
        words = [*_words(features).values()]
        if not words:
            return {}
        alike = (self._middles(self._feelings, run) @ np.stack(words).T).max(axis=1)
        return dict(zip(self._feelings, alike.tolist(), strict=True))

    def _middles(self, table: Mapping[str, Sequence[str]], run: Run) -> Array:
        return np.stack([unit(self._encode(words, run).mean(axis=0)) for words in table.values()])

    def _listened(self, names: Mapping[str, float]) -> dict[str, float]:
        """Take the surest name of each tag."""
        return {
            tag: max(names.get(word, 0.0) for word in words) for tag, words in self._heard.items()
        }

    def _encode(self, words: Sequence[str], run: Run) -> Array:
        """Give the vectors of words, running the model for those not met before."""
        if new := [word for word in words if word not in self._vectors]:
            vectors = run({"text": np.array(new, dtype=object)})["embedding"]
            self._vectors.update(zip(new, vectors, strict=True))
        return np.stack([self._vectors[word] for word in words])


def _words(features: Mapping[str, Feature]) -> dict[str, Array]:
    """Give the vectors of what is `said` in an item, and `told` of it beyond a title, if any."""
    words, text = said(features).summary, features.get("text", Feature())
    long = text.data.get("description_words", 0) >= _DESCRIBED
    sung = text.data.get("lyric_passages", 0) >= _SUNG
    told = text.summary if long or sung else None
    found = {"said": words, "told": told}
    return {name: summary for name, summary in found.items() if summary is not None}


def _joined(channels: Collection[Channel]) -> dict[str, float]:
    """Give the mean of what channels tell."""
    found: Counter[str] = Counter()
    for _, tags in channels:
        found.update(tags)
    weight = sum(weight for weight, _ in channels)
    return {tag: min(each / weight, 1.0) for tag, each in found.items() if tag != _NO_TAG}


def _first(scores: Mapping[str, float]) -> dict[str, float]:
    """Weaken each tag by how far it is behind the best: birds are like reptiles, but are none."""
    best = max(scores.values(), default=0.0) or 1.0
    return {tag: score * score / best for tag, score in scores.items()}


def _told(scores: Mapping[str, float]) -> dict[str, float]:
    """Leave out tags that there is little evidence for."""
    least = max(_LEAST, _BEHIND * max(scores.values(), default=0.0))
    return {tag: score for tag, score in scores.items() if score >= least}


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
