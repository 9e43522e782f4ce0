"""What the folders around an episode tell: its season, its series, and how that is spelled."""

import datetime as dt
import re
from pathlib import Path

NUMERAL = r"(?:\d{1,4}|[〇零一二两三四五六七八九十百]{1,5})"
"""A number in digits or in Chinese, as a pattern."""
_SEASON = re.compile(
    rf"(?:season|series|staffel|saison|temporada|stagione|シーズン)[ ._-]*(\d{{1,4}})|s(\d\d)"
    rf"|第\s*({NUMERAL})\s*[季期部]|(specials?|特典|番外)",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_MARKS = re.compile(r"\s*(?:\[[^\[\]]*\]|\{[^{}]*\})")  # such as [tvdbid-78874]
_ADDED = re.compile(r"(?:\s*\([^()]*\))+$")  # such as (2005), (US)
_COUNTED = re.compile(
    r"(\D.*?)\s+-\s+((?!(?:19|20)\d\d(?!\d))\d{2,4})(?:v\d)?(?:\s+-\s+(.+?))?(?:\s*[\[(].*)?"
)
"""Anime are numbered through: Title - 021, Title - 021 - The Test."""
_HUNDREDS = re.compile(r"(\D.*?)\s+((?!(?:19|20)\d\d(?!\d))\d{3,4})(?:v\d)?(?:\s*[\[(].*)?")
_ON_DAY = re.compile(r"(.+?)\s+-\s+((?:19|20)\d\d-\d\d-\d\d)(?:\s+-\s+(.+))?")
"""A daily show: Title - 2023-10-06 - Guest."""


def season_of(path: Path) -> int | None:
    """Give the season that the folder of a file is, 0 for specials; None where it is none."""
    found = _SEASON.fullmatch(path.parent.name)
    if found is None:
        return None
    digits = found[1] or found[2] or found[3]
    if digits is None:
        return 0
    return int(digits) if digits.isdecimal() else _chinese(digits)


def series_of(path: Path) -> str:
    """Give the name of the series that the folders of a file are called after."""
    folder = path.parent if season_of(path) is None else path.parent.parent
    return _MARKS.sub("", spaced(folder.name or path.stem)).strip() or path.stem


def spelled(series: str, path: Path, before: str = "") -> str:
    """Spell a series as its folder does, else as the name of its file does in `before`.

    These tell The Office (US) from The Office (UK), and are the same for all episodes.
    """
    for written in (series_of(path), _MARKS.sub("", spaced(before)).strip(" -")):
        if plain(series) in {plain(written), plain(_ADDED.sub("", written))}:
            return written
    return series


def counted(path: Path) -> tuple[str, int, str] | None:
    """Give (series, number, title) of an episode that is numbered through in a folder of its own.

    That is a folder of its series, or of one season.
    """
    found = _COUNTED.fullmatch(path.stem)
    if found and (season_of(path) is not None or _is_own(found[1], path)):
        return spelled(found[1], path), int(found[2]), found[3] or ""
    found = _HUNDREDS.fullmatch(path.stem)
    if found and season_of(path) is None and _is_own(found[1], path):
        return spelled(found[1], path), int(found[2]), ""
    return None


def dated(path: Path) -> tuple[str, dt.date, str] | None:
    """Give (series, day, title) of an episode that is called by its day, in a folder of its own.

    That is a folder of its series, or of a season or year of that.
    """
    found = _ON_DAY.fullmatch(path.stem)
    if found is None:
        return None
    inside = path.parent if _YEAR.fullmatch(path.parent.name) else path
    if not _is_own(found[1], inside):
        return None
    try:
        return spelled(found[1], inside), dt.date.fromisoformat(found[2]), found[3] or ""
    except ValueError:
        return None


def _is_own(series: str, path: Path) -> bool:
    return plain(series) == plain(_ADDED.sub("", series_of(path)))


def spaced(stem: str) -> str:
    """Write a name with spaces, whatever stands for them in it."""
    spread = stem if " " in stem else stem.replace("_", " ").replace(".", " ")
    return " ".join(spread.split()) or stem


def plain(text: str) -> str:
    """Give the letters and digits of a name, by which its spellings are the same."""
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def _chinese(numeral: str) -> int:
    """Read 三, 十二 or 二十 as a number below a hundred."""
    digits = {each: n for n, each in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
    tens, ten, ones = numeral.partition("十")
    tens_value = digits.get(tens, 1) if ten else 0
    return tens_value * 10 + digits.get(ones if ten else tens, 0)
