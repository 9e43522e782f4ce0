"""What the name of a file tells about it: title, year, series, season and episode."""

import datetime as dt
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from mediadesk.library.seasons import NUMERAL, counted, season_of, series_of, spaced, spelled

_EPISODE = re.compile(
    r"(?<![a-z0-9])s\d{1,4}[ ._-]*e\d{1,4}(?![a-z])"  # S01E02
    r"|(?<![a-z0-9])\d{1,2}x\d{2,3}(?![a-z0-9])"  # 1x02
    r"|(?<![a-z0-9])ep[ ._]?\d{1,4}(?![a-z0-9])|(?<![a-z0-9])e\d{2,4}(?![a-z0-9])"  # EP2, E02
    rf"|第\s*{NUMERAL}\s*[集话話回期]"
    # Fansubs number through: [Group] Title - 05 [1080p], [Group][Title][05][1080p]
    r"|^\[[^\]]+\].*?(?:\s-\s\d{1,4}(?:v\d)?(?![\w.])|\[\d{1,4}(?:v\d|\s*end)?\])",
    re.IGNORECASE,
)
_QUALITY = (
    r"(?:480|576|720|1080|2160)[pi]|[xh][ .]?26[45]|hevc|hdtv|dvd-?rip|blu-?ray|web-?(?:dl|rip)"
)
_RELEASE = re.compile(rf"(?<![\d_])(?:19|20)\d\d(?![\d_])|{_QUALITY}", re.IGNORECASE)
_DATED = re.compile(
    rf"\D(?:19|20)\d\d[ ._-](?:0\d|1[0-2])[ ._-](?:[0-2]\d|3[01])(?!\d).*?(?:{_QUALITY}|\bweb\b)",
    re.IGNORECASE,
)
_DAY = re.compile(
    r"(?<!\d)((?:19|20)\d\d)"  # 2023-07-14, 2023_07_14, 20230714 and 20230714101010, 2023-07
    r"(?:([-._ ]?)(?:0[1-9]|1[0-2])\2(?:0[1-9]|[12]\d|3[01])(?:\d{6})?|-(?:0[1-9]|1[0-2]))(?!\d)"
    r"|(?<!\d)(?:0[1-9]|[12]\d|3[01])([-._])(?:0[1-9]|1[0-2])\3((?:19|20)\d\d)(?!\d)"
)
_QUALITY_MARKS = frozenset({"screen_size", "source", "video_codec", "audio_codec"})
_RELEASE_MARKS = _QUALITY_MARKS | {"year", "season"}
DISC = re.compile(r"(?:cd|dis[ck])[ ._-]*(\d{1,2})", re.IGNORECASE)
"""The name of a folder that holds one disc of an album."""
_ALBUM = re.compile(r"(?:(.+?) - )?(.*?)(?: [(\[]((?:19|20)\d\d)[)\]])?", re.DOTALL)
_HEAPS = frozenset({"", "audio", "downloads", "mp3", "music", "musik", "songs", "音乐", "音楽"})
"""Folders that are no albums."""
_TRACK_NUMBER = re.compile(r"^(?:\d{1,3}(?:\s*[.–-]\s+|_)|0\d[\s._–-]+)(?=\D)")
_FILED = re.compile(r"(?:ep?)?(\d{1,3})(?:\s*[.–-]\s*(\D.*))?", re.IGNORECASE)
"""What is left of an episode's name where folders tell the series and the season: 05 - Title."""
_BRACKETS = re.compile(r"\[([^\[\]]+)\]")
_NUMBERS = re.compile(
    rf"(?:(?<![a-z])ep?|(?<!\d)\d{{1,2}}x|第)[\s._]*({NUMERAL}|\d+)", re.IGNORECASE
)
_RANGE = re.compile(
    r"(?:[esx]\d+|[集话話回期])[\s._]*(?:[-–~+&]|to|a)[\s._]*(?:s\d{4,}|(?!(?:19|20)\d\d(?!\d))\d{4,}(?![\dpi]))",
    re.IGNORECASE,
)
_MOST_EPISODES = 1000
_WORDS_OF_TITLES = ["language", "subtitle_language", "country", "film", "part"]
"""What guessit would take out of titles: “Waiting for Dutch”, “The Office (US)”."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A file name taken apart; `title` is never empty where it is no episode's.

    An episode has a `series` and a number or a `date`; its `title` may be empty. `last` is the
    number of the last episode where the file holds several.
    """

    title: str
    year: int | None = None
    series: str = ""
    season: int | None = None
    episode: int | None = None
    last: int | None = None
    date: dt.date | None = None

    @property
    def is_episode(self) -> bool:
        """Tell whether it is an episode, by number or by date."""
        return self.episode is not None or self.date is not None


def of_video(path: Path) -> Name:
    """Take apart the name of a video; a show may stand in the names of the folders around it.

    A name without the marks of a release (year, season, picture size…) is its own title: there
    guessit would see check sums, languages and episodes in dates, words and numbers. So is one with
    a day in it, as cameras give them, and one that goes on behind the year: the rest tells it from
    others.
    """
    plain = Name(title=spaced(path.stem))
    season = season_of(path)
    filed = _FILED.fullmatch(path.stem) if season is not None else None
    if filed and not _EPISODE.search(filed[2] or ""):
        series, number = series_of(path), int(filed[1])
        return Name(title=filed[2] or "", series=series, season=season, episode=number)
    if _EPISODE.search(path.stem) or _DATED.search(path.stem):
        return _episode(path) or plain
    if told := counted(path):
        series, number, title = told
        season = 1 if season is None else season
        return Name(title=title, series=series, season=season, episode=number)
    if season is not None and (found := _episode(path)) is not None and found.date is None:
        return _through(found, season)
    if day := _DAY.search(path.stem):
        return replace(plain, year=int(day[1] or day[4]))
    return _release(path) or plain if _RELEASE.search(path.stem) else plain


def of_audio(path: Path) -> Name:
    """Take the name of a sound file as a title, less the track's number."""
    return Name(title=spaced(_TRACK_NUMBER.sub("", path.stem)))


def album_of(path: Path) -> tuple[str, str, int | None]:
    """Give (artist, album, year) as the folder of a numbered track tells: Artist - Album (2001).

    A folder of discs tells for CD 1, CD 2…
    """
    folder = path.parent.parent if DISC.fullmatch(path.parent.name) else path.parent
    if track_of(path) is None or folder.name.lower() in _HEAPS:
        return "", "", None
    found = _ALBUM.fullmatch(folder.name)
    assert found is not None  # noqa: S101 - anything fits
    return found[1] or "", found[2], int(found[3]) if found[3] else None


def disc_of(path: Path) -> int | None:
    """Give the number of the disc that the folder of a sound file is."""
    found = DISC.fullmatch(path.parent.name)
    return int(found[1]) if found else None


def track_of(path: Path) -> int | None:
    """Give the number of a track that the name of a sound file begins with."""
    found = _TRACK_NUMBER.match(path.stem)
    digits = re.match(r"\d+", found[0]) if found else None
    return int(digits[0]) if digits else None


def titled(name: Name) -> str:
    """Write out a name: a film's title, or “Show S01E02 · Title”."""
    if not name.is_episode:
        return name.title
    text = f"{name.series} {_mark(name)}".strip()
    return f"{text} · {name.title}" if name.title else text


def bare(title: str, *, series: str, season: int | None, episode: int | None) -> str:
    """Give the title of an episode alone, as `titled` was given it; empty if it has none."""
    if not series or episode is None:
        return title
    begins = re.match(
        rf"{re.escape(series)} S0*{season or 0}E0*{episode}(?:-E\d+)?(?: · |$)", title
    )
    return title[begins.end() :] if begins else title


def looks_released(text: str) -> bool:
    """Tell whether a title is no title but the name of a release, as packers leave in tags."""
    return bool(_EPISODE.search(text) or re.search(_QUALITY, text, re.IGNORECASE))


def _mark(name: Name) -> str:
    if name.episode is None:
        return str(name.date)
    last = f"-E{name.last:02}" if name.last is not None else ""
    return f"S{name.season or 0:02}E{name.episode:02}{last}"


def _through(found: Name, season: int) -> Name:
    """Mend a number such as 121 that guessit has taken for season 1, episode 21."""
    if found.season == season or found.season is None or found.episode is None:
        return found
    return replace(found, season=season, episode=found.season * 100 + found.episode)


def _release(path: Path) -> Name | None:
    guessed = guess(path.name, kind="movie")
    if not (_RELEASE_MARKS & guessed.keys() and guessed.get("title")):
        return None
    year, disc = _year(guessed), _number(guessed, "cd")
    if not _QUALITY_MARKS & guessed.keys() and _goes_on(guessed, path.stem):
        return Name(title=spaced(re.sub(rf"\s*[(\[]{year}[)\]]", "", path.stem)), year=year)
    parts = [_title(guessed, path), _extra(guessed), f"CD{disc}" if disc else ""]
    return Name(title=" ".join(filter(None, parts)), year=year)


def _extra(guessed: dict[str, Any]) -> str:
    """Tell a film's trailer or sample from the film, of which it has the name."""
    return next((word for word in ("Trailer", "Sample") if word in guessed.get("other", ())), "")


def _goes_on(guessed: dict[str, Any], stem: str) -> bool:
    """Tell whether there is more than guessit has a name for, such as words behind the year."""
    behind = stem.partition(str(guessed.get("year")))[2]
    first = str(guessed.get("alternative_title", "")).split()[:1]
    return "release_group" in guessed or any(word in behind for word in first)


def _episode(path: Path) -> Name | None:
    found = guess(path.name, kind="episode")
    mark = _EPISODE.search(path.stem)
    before = path.stem[: mark.start()] if mark else ""
    if not found.get("title") and before.strip(" ._-") == str(found.get("year")):
        found |= {"title": str(found.pop("year"))}  # 1923, a series
    if mark and not before and not path.stem.startswith("["):  # the rest is the title of this one
        found |= {"episode_title": found.get("title"), "title": None}
    if not found.get("title"):
        around = guess(str(Path(*path.parts[-3:])), kind="episode")
        found = around | found | {"title": _in_brackets(path) or around.get("title")}
    numbers = _numbers(found, "episode")
    date = None if numbers else found.get("date")
    if not numbers and not isinstance(date, dt.date):
        return None
    seasons = (_number(found, "season"), season_of(path), date.year if date else 1)
    return Name(
        title=str(found.get("episode_title") or "").strip(" &-"),
        year=_year(found),
        series=spelled(_title(found, path), path, before)
        if found.get("title")
        else series_of(path),
        season=next(season for season in seasons if season is not None),
        episode=min(numbers) if numbers else None,
        last=max(numbers) if len(numbers) > 1 else None,
        date=date,
    )


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


def _title(found: dict[str, Any], path: Path) -> str:
    """Give the title that stands first where a name has it in two languages."""
    titles = [found["title"], found.get("alternative_title")]
    written = [str(each) for each in titles if isinstance(each, str) and each in path.name]
    return min(written, key=path.name.index, default=str(found["title"])).strip()


def _in_brackets(path: Path) -> str:
    """Give the title of [Group][Title][05][1080p]."""
    parts = _BRACKETS.findall(path.stem) if path.stem.startswith("[") else []
    return next((part for part in parts[1:] if not re.match(r"\d+", part)), "")


def _numbers(found: dict[str, Any], key: str) -> list[int]:
    value = found.get(key)
    return [each for each in (value if isinstance(value, list) else [value]) if type(each) is int]


def _year(found: dict[str, Any]) -> int | None:
    date = found.get("date")
    return date.year if isinstance(date, dt.date) else _number(found, "year")


def _number(found: dict[str, Any], key: str) -> int | None:
    return next(iter(_numbers(found, key)), None)
