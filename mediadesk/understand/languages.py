"""The languages that an item is in, and how sure that is."""

from __future__ import annotations  # what is told in is a name for type checkers only

import math
from collections.abc import Mapping
from typing import Any

from mediadesk.api import Feature, Json
from mediadesk.understand.calibrated import SAME, TEXT

_HEARD, _SUNG = "speech", "text"
_READ = ("subtitles", "ocr")
_LEAST = 0.001  # probabilities are told as exactly as this


def languages(known: Mapping[str, Feature]) -> dict[str, float]:
    """Give the languages that an item is in, as two letters each, with how sure that is, 0..1.

    The file's own word on its sound counts, else what was heard, else what is sung, else what is to
    be read. How surely the words of a song are in a language is calibrated (Platt, "Probabilistic
    outputs", 1999), and what is to be read is as sure as it is usual that it is no translation: too
    little for a fact. The file's word and that of the speech model, which a person brings, are
    taken as they are: there is nothing free to calibrate them with.
    """
    sound = known.get("subtitles", Feature()).data.get("sound")
    if isinstance(sound, dict) and (found := told(sound)):
        return found
    if found := told(known.get(_HEARD, Feature()).data):
        return found
    if found := told(known.get(_SUNG, Feature()).data):
        return {code: _right(sure) for code, sure in found.items()}
    for name in _READ:
        if found := told(known.get(name, Feature()).data):
            return {code: round(sure * SAME, 3) for code, sure in found.items()}
    return {}


def _right(sure: float) -> float:
    """Give how often the language is right of a text that it was found of so surely."""
    within = min(max(sure, _LEAST), 1 - _LEAST)
    odds = TEXT["slope"] * math.log(within / (1 - within)) + TEXT["offset"]
    return round(1 / (1 + math.exp(-odds)), 3) if sure else 0.0


def told(data: Json, *, unsaid: float = 0.0) -> dict[str, float]:
    """Give the languages that a feature's data tells of, the first one first, with how sure it is.

    A language is as sure as the surest of the tracks in it, and `unsaid` where nothing says it.
    """
    own = {"language": data.get("language"), "confidence": data.get("language_confidence")}
    tracks = [own, *(each for each in _list(data, "tracks") if isinstance(each, dict))]
    sure: dict[str, float] = {}
    for each in tracks:
        code, confidence = each.get("language"), each.get("confidence")
        if code and isinstance(code, str) and isinstance(confidence, int | float):
            sure[code] = max(sure.get(code, 0.0), float(confidence))
    named = [own["language"], *_list(data, "languages")]
    return {code: sure.get(code, unsaid) for code in named if code and isinstance(code, str)}


def _list(data: Json, key: str) -> list[Any]:
    found = data.get(key)
    return found if isinstance(found, list) else []
