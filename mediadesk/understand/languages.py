"""The languages that an item is in, and how sure that is."""

from __future__ import annotations  # what is told in is a name for type checkers only

from collections.abc import Mapping
from typing import Any

from mediadesk.api import Feature, Json

_HEARD = ("speech", "text")  # what was recognised, and what is sung
_READ = ("subtitles", "ocr")
_SAME = 0.6
"""How sure it is that what is to be read is in the language of what is to be heard."""


def languages(known: Mapping[str, Feature]) -> dict[str, float]:
    """Give the languages that an item is in, as two letters each, with how sure that is, 0..1.

    The file's own word on its sound counts, else what was heard, else what is to be read: that may
    be a translation, so it is never sure.
    """
    sound = known.get("subtitles", Feature()).data.get("sound")
    if isinstance(sound, dict) and (found := told(sound)):
        return found
    for names, share in ((_HEARD, 1.0), (_READ, _SAME)):
        for name in names:
            if found := told(known.get(name, Feature()).data):
                return {code: round(sure * share, 3) for code, sure in found.items()}
    return {}


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
