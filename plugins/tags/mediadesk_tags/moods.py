"""Moods, told with reserve: there is nothing labelled to calibrate them with."""

from collections.abc import Mapping, Sequence
from typing import Any

_NAMED = 0.1  # share at which a name of the sound model is no chance
_MOST, _AGREES = (
    0.45,
    0.15,
)  # confidence by names or words alone, and more or less by tempo and loudness
_UNFELT, _FELT = 0.2, 0.3  # cosine of words and a mood: has nothing to do with it, is about it
_CLEAR_BEAT = 0.5
_SLOW, _FAST = 90.0, 118.0  # beats a minute
_QUIET, _LOUD = -20.0, -11.0  # LUFS
_LIVELY: Mapping[str, bool] = {"calm": False, "sad": False, "happy": True, "energetic": True}


def moods(
    heard: Mapping[str, Any], names: Mapping[str, Sequence[str]], felt: Mapping[str, float]
) -> dict[str, float]:
    """Give mood → confidence from what is heard in an item, and from its words.

    It never is so sure of one as to tell it as a fact, even where names, tempo and loudness agree.

    Args:
        heard: the data of the audio extractor's feature.
        names: mood → the names that the sound model gives to it.
        felt: mood → how alike what is said or told is to its words, as a cosine.
    """
    lively = _lively(heard)
    found = {}
    for mood, own in names.items():
        named = max(heard.get("tags", {}).get(name, 0.0) for name in own)
        by_sound = 1.5 * named if named >= _NAMED else 0.0
        alike = felt.get(mood, 0.0)
        by_words = 1.5 * (alike - _UNFELT) if alike >= _FELT else 0.0
        if evidence := max(by_sound, by_words):
            sign = 0 if lively is None else 1 if lively is _LIVELY[mood] else -1
            found[mood] = min(evidence, _MOST) + sign * _AGREES
    best = max(found.values(), default=0.0)
    return {mood: sure for mood, sure in found.items() if sure >= max(_NAMED, best / 2)}


def _lively(heard: Mapping[str, Any]) -> bool | None:
    """Tell whether music is fast or loud, or slow or quiet; None where neither or both."""
    beat = heard.get("tempo_bpm", 0.0) if heard.get("tempo_confidence", 0) >= _CLEAR_BEAT else 0.0
    loudness = heard.get("loudness_lufs", (_QUIET + _LOUD) / 2)
    lively = beat >= _FAST or loudness >= _LOUD
    still = 0 < beat <= _SLOW or loudness <= _QUIET
    return None if lively is still else lively
