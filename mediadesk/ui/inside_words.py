"""Puts what is inside an item into words: how it sounds, in which languages, who made it."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QLocale

from mediadesk.api import SURE
from mediadesk.engine.messages import ItemPage, NodeView
from mediadesk.ui import words

_SHARES = {"speech_share": "speech", "music_share": "music", "silence_share": "silence"}
_MOSTLY, _PARTLY, _SOME = 0.65, 0.3, 0.08
_LEVELS = ((-30.0, "very quiet"), (-23.0, "quiet"), (-11.0, ""), (float("inf"), "loud"))
_KINDS = 3
_ROLES = {
    "director": "Director",
    "writer": "Written by",
    "actor": "Cast",
    "producer": "Producer",
    "performer": "Performed by",
    "composer": "Composed by",
    "conductor": "Conducted by",
    "lyricist": "Words by",
    "arranger": "Arranged by",
    "genre": "Genre",
    "set": "Set",
    "location": "Taken at",
    "country": "Country",
    "studio": "Studio",
    "label": "Label",
}
"""Role → what stands before those who have it; the rest of the graph is shown in other places."""


def sound(numbers: Mapping[str, float]) -> str:
    """How an item sounds: “Mostly music, some speech, about 118 beats a minute, quiet”."""
    parts = _shares(numbers)
    tempo = numbers.get("tempo_bpm", 0.0)
    if tempo and numbers.get("tempo_confidence", 1.0) >= SURE:
        parts.append(f"about {tempo:.0f} beats a minute")
    if "loudness_lufs" in numbers and parts != ["silence"]:
        level = numbers["loudness_lufs"]
        parts.append(next(word for most, word in _LEVELS if level <= most))
    told = ", ".join(filter(None, parts))
    return told[:1].upper() + told[1:]


def _shares(numbers: Mapping[str, float]) -> list[str]:
    shares = sorted((-numbers.get(key, 0.0), word) for key, word in _SHARES.items())
    found = []
    for negative, word in shares:
        share = -negative
        if share >= 1 - _SOME:
            return [word]
        if share >= _SOME:
            degree = "mostly " if share >= _MOSTLY else "" if share >= _PARTLY else "some "
            found.append(degree + word)
    return found


def languages(sure: Mapping[str, float]) -> str:
    """The names of languages that are told by two letters: “English, perhaps German”."""
    named: dict[str, float] = {}
    for code, share in sorted(sure.items(), key=lambda one: one[1] < SURE):
        named.setdefault(_language(code), share)
    return ", ".join(name if share >= SURE else f"perhaps {name}" for name, share in named.items())


def _language(code: str) -> str:
    known = QLocale.codeToLanguage(code)
    return code if known is QLocale.Language.AnyLanguage else QLocale.languageToString(known)


def kinds(sure: Mapping[str, float]) -> str:
    """What an item may be, and how sure that is: “Talk 87%, Video 8%”."""
    likely = [(words.KINDS.get(kind, kind), share) for kind, share in sure.items()][:_KINDS]
    return ", ".join(f"{name} {share:.0%}" for name, share in likely)


def facts(content: ItemPage) -> tuple[tuple[str, str], ...]:
    """What the page tells of the file, and what was found inside it, as (name, value)."""
    more = (
        ("May be", kinds(content.kinds) if is_guessed(content) else ""),
        ("Language", languages(content.languages)),
        ("Sounds like", sound(content.sound)),
    )
    return (*content.facts, *(pair for pair in more if pair[1]))


def is_guessed(content: ItemPage) -> bool:
    """Whether nobody and no file says of which kind an item is: what is in it tells that."""
    return any(
        each.name == "kind" and each.source == "understood" and not each.locked
        for each in content.fields
    )


def credits(nodes: Sequence[NodeView]) -> dict[str, list[NodeView]]:  # noqa: A001 - they are
    """What stands before those who have a role, and those, in the order of billing."""
    found: dict[str, list[NodeView]] = {}
    for title in _ROLES.values():
        of_role = [each for each in nodes if _ROLES.get(each.role) == title]
        if of_role:
            found[title] = of_role
    return found
