"""Turns what extractors learnt about an item into facts that a person can read."""

from collections.abc import Iterable, Mapping
from itertools import islice

from mediadesk.api import SURE, Feature, Json
from mediadesk.engine.messages import LearntView
from mediadesk.host import Plugin

_MOST = 12
_MOST_OF_LIST = 8
_LONGEST_LABEL = 40
_LONGEST = 120
_GREATEST = 1e15
_ELSEWHERE = frozenset({"cover", "description_words", "language", "languages"})
_CONFIDENCE = "_confidence"
_UNITS = {
    "share": "{:.0%}",
    "db": "{:z.0f} dB",
    "lufs": "{:.0f} LUFS",
    "bpm": "{:.0f} bpm",
    "seconds": "{:,.4g} s",
}
"""The last word of a key that tells how its number is written, and is no part of the label."""


def learnt(known: Mapping[str, Feature], plugins: Iterable[Plugin]) -> tuple[LearntView, ...]:
    """View extractor → feature under the titles of their plugins; those without facts are left out.

    What is learnt stays when its plugin is switched off or gone: its own name is the title then.
    """
    titles = {name: title for each in plugins for name, title in _titles(each)}
    return tuple(
        LearntView(extractor=name, title=titles.get(name, name), facts=found)
        for name, feature in known.items()
        if (found := facts(feature.data))
    )


def facts(data: Json) -> tuple[tuple[str, str], ...]:
    """Give the entries that can be read at a glance as (label, value), twelve at most.

    These are texts, numbers, yes or no, and lists of them; what is nested, empty or no finite
    number is left out, and so is what is told in other places. What is not sure, by an entry of its
    own (“tempo_confidence” of “tempo_bpm”), is told as such.
    """
    found = (
        (*_fact(str(key), value), _is_sure(str(key), data))
        for key, value in data.items()
        if key not in _ELSEWHERE and not str(key).endswith(_CONFIDENCE)
    )
    told = (
        (label, value if sure else f"perhaps {value}")
        for label, value, sure in found
        if label and value
    )
    return tuple(islice(told, _MOST))


def _is_sure(key: str, data: Json) -> bool:
    """Whether nobody says that an entry is not: its confidence goes by the beginning of its key."""
    parts = key.split("_")
    said = (data.get("_".join(parts[:n]) + _CONFIDENCE) for n in range(1, len(parts) + 1))
    return all(sure >= SURE for sure in said if isinstance(sure, int | float))


def _fact(key: str, value: object) -> tuple[str, str]:
    words = _clean(key.replace("_", " "), _LONGEST_LABEL).split()
    number = isinstance(value, int | float) and not isinstance(value, bool)
    unit = _UNITS.get(words[-1]) if len(words) > 1 and number else None
    if unit:
        words.pop()
    label = " ".join(words)
    return label[:1].upper() + label[1:], _text(value, unit)


def _text(value: object, unit: str | None = None) -> str:
    """Write a value; empty where it can't be read at a glance."""
    match value:
        case bool():
            return "yes" if value else "no"
        case int() | float():
            return _number(value, unit) if abs(value) < _GREATEST else ""  # NaN is not, either
        case str():
            return _clean(value, _LONGEST)
        case list() | tuple():
            shown = value[:_MOST_OF_LIST]
            parts = [_text(each) for each in shown if isinstance(each, str | int | float)]
            more = ["…"] if len(value) > _MOST_OF_LIST else []
            whole = len(parts) == len(shown) and all(parts)
            return _clean(", ".join(parts + more), _LONGEST) if whole else ""
        case _:
            return ""


def _number(value: float, unit: str | None) -> str:
    if unit:
        return unit.format(value)
    if isinstance(value, int) or value.is_integer() or abs(value) >= 100:
        return f"{value:,.0f}" if abs(value) >= 10_000 else f"{value:.0f}"  # a year has no comma
    return f"{value:.3g}"


def _clean(text: str, most: int) -> str:
    """Give a stranger's text as one line of what can be seen, cut where it is long."""
    seen = "".join(each if each.isprintable() else " " for each in text[: 4 * most])
    line = " ".join(seen.split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


def _titles(plugin: Plugin) -> Iterable[tuple[str, str]]:
    """Give the plugin's title for each part that learns, with its name where there are several."""
    parts = [*plugin.parts.get("extractors", ()), *plugin.parts.get("taggers", ())]
    title = plugin.title or plugin.name
    for part in parts:
        alone = len(parts) == 1 or part.name.lower() in title.lower()
        yield part.name, title if alone else f"{title} · {part.name}"
