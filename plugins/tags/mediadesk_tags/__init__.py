"""Names what an item is about from what other plugins saw, heard and read in it."""

import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from importlib.resources import files

import numpy as np

from mediadesk.api import Array, Feature, ModelSpec, Run, Tagger, hookimpl, unit

_MOST, _LEAST = 6, 0.22  # tags of one item; confidence of a tag, which is half the best's or more
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
    version = 1
    model = ModelSpec(task="text")

    def __init__(self) -> None:
        text = files(__package__).joinpath("tags.toml").read_text(encoding="utf-8")
        vocabulary: dict[str, dict[str, list[str]]] = tomllib.loads(text)
        self._heard = vocabulary["heard"]
        self._words = vocabulary["seen_or_said"]
        self._tag_of = {word: tag for tag, words in self._words.items() for word in words}
        self._vectors: dict[str, Array] = {}  # of the vocabulary: half a second to make anew

    def tag(
        self, features: Sequence[Mapping[str, Feature]], run: Run
    ) -> Sequence[Mapping[str, float]]:
        return [self._tags(own, run) for own in features]

    def _tags(self, features: Mapping[str, Feature], run: Run) -> dict[str, float]:
        channels = []
        if "keyframes" in features:
            channels.append(self._seen(features["keyframes"], run))
        if "subtitles" in features:
            channels.append(self._said(features["subtitles"], run))
        if "audio" in features and "keyframes" not in features:
            # Wind sounds like ambient music: names of music are for what is only to be heard.
            channels.append(self._listened(features["audio"]))
        found: Counter[str] = Counter()
        for _, tags in channels:
            found.update(tags)
        weight = sum(weight for weight, _ in channels)
        found = Counter({tag: min(value / weight, 1.0) for tag, value in found.items()})
        if "voice" in features and features["voice"].data["speech_share"] >= _TALK:
            found["talk"] = features["voice"].data["speech_share"]
        del found[_NO_TAG]
        least = max(_LEAST, max(found.values(), default=0.0) / 2)
        return {tag: round(c, 3) for tag, c in found.most_common(_MOST) if c >= least}

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


@hookimpl
def taggers() -> list[Tagger]:
    """Hand over what this plugin has."""
    return [Tags()]
