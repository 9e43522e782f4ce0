"""What guessit reads in a name, and how that is taken."""

import datetime as dt
import re
from pathlib import Path
from typing import Any

from mediadesk.library.seasons import NUMERAL, plain, spaced

_NUMBERS = re.compile(
    rf"(?:(?<![a-z])ep?|(?<!\d)\d{{1,2}}x|第)[\s._]*({NUMERAL}|\d+)", re.IGNORECASE
)
_RANGE = re.compile(
    r"(?:[esx]\d+|[集话話回期])[\s._]*(?:[-–~+&]|to|a)[\s._]*(?:s\d{4,}|(?!(?:19|20)\d\d(?!\d))\d{4,}(?![\dpi]))",
    re.IGNORECASE,
)
_MOST_EPISODES = 1000
_WORDS_OF_TITLES = ["language", "subtitle_language", "country", "film", "part", "volume"]
"""What guessit would take out of titles: “Waiting for Dutch”, “The Office (US)”."""


def guess(name: str, *, kind: str) -> dict[str, Any]:
    """Give what guessit reads in the name of a “movie” or an “episode”; nothing if it can't.

    With folders before it, these tell as well.
    """
    from guessit import guessit
    from guessit.api import GuessitException

    if _is_endless(name):
        return {}
    options = {"type": kind, "name_only": "/" not in name, "excludes": _WORDS_OF_TITLES}
    try:
        return dict(guessit(name, options))
    except GuessitException:
        return {}  # guessit's own words for "a bug of ours with this name"


def _is_endless(name: str) -> bool:
    """Tell a name such as S01E01-E9999: over so long a range guessit sits for minutes."""
    told = [int(each) if each.isdecimal() else 0 for each in _NUMBERS.findall(name)]
    return bool(_RANGE.search(name)) or (len(told) > 1 and max(told) - min(told) >= _MOST_EPISODES)


def title_of(found: dict[str, Any], path: Path) -> str:
    """Give the title that stands first where a name has it in two languages."""
    titles = [found["title"], found.get("alternative_title")]
    written = [str(each) for each in titles if isinstance(each, str) and each in path.name]
    return min(written, key=path.name.index, default=str(found["title"])).strip()


def whole_title(found: dict[str, Any], path: Path) -> str:
    """Give the title of a film with what follows behind a dash: Mission Impossible - Fallout."""
    titles = [str(found["title"]), *texts(found, "alternative_title")]
    is_dashed = f"{titles[0]} - " in spaced(path.stem)
    if is_dashed and plain("".join(titles)) in plain(path.stem):
        return " - ".join(titles)
    return title_of(found, path)


def texts(found: dict[str, Any], key: str) -> list[str]:
    """Give the texts that stand under a key."""
    return [each for each in _values(found, key) if type(each) is str]


def numbers(found: dict[str, Any], key: str) -> list[int]:
    """Give the numbers that stand under a key."""
    return [each for each in _values(found, key) if type(each) is int]


def _values(found: dict[str, Any], key: str) -> list[Any]:
    value = found.get(key)
    return value if isinstance(value, list) else [value]


def year_of(found: dict[str, Any]) -> int | None:
    """Give the year, else that of the date."""
    date = found.get("date")
    return date.year if isinstance(date, dt.date) else number(found, "year")


def number(found: dict[str, Any], key: str) -> int | None:
    """Give the first number that stands under a key."""
    return next(iter(numbers(found, key)), None)
