"""What the name of a file tells about it: title, year, series, season and episode."""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from mediadesk.library import editions, guessing
from mediadesk.library.seasons import (
    NUMERAL,
    counted,
    dated,
    season_of,
    series_of,
    spaced,
    spelled,
)

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
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_OF_FILM = re.compile(r"(.+?)[ ._]*\(((?:19|20)\d\d)\)")
"""The folder of a film, as media servers want it: “2001 - A Space Odyssey (1968)”."""
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
_FILED = re.compile(r"(?:ep?)?(\d{1,3})(?:\s*[.–-]\s*(\D.*))?", re.IGNORECASE)
"""What is left of an episode's name where folders tell the series and the season: 05 - Title."""
_BRACKETS = re.compile(r"\[([^\[\]]+)\]")
_FRONT = re.compile(r"(?:\(\d{1,3}\)|DC|CC)[ ._]+")
"""What it would take away before them: “(500) Days of Summer”, “DC League”."""
_CUTS = frozenset(
    {
        "Alternative Cut",
        "Director's Cut",
        "Director's Definitive Cut",
        "Extended",
        "Theatrical",
        "Uncensored",
        "Uncut",
        "Unrated",
    }
)
"""The editions that guessit knows of which a film has another length."""


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
    others. A file that is called as its folder is but for the year has that of the folder. One of a
    copied DVD or Blu-ray is called after the folder of that.
    """
    disc = editions.disc_of(path)
    if disc is not None:
        film = _film(Path(disc.name + path.suffix))
        return replace(film, title=f"{film.title} · {spaced(path.stem)}")
    season = season_of(path)
    found = _filed(path, season)
    if found is None and (_EPISODE.search(path.stem) or _DATED.search(path.stem)):
        return _episode(path) or Name(title=spaced(path.stem))
    found = found or _in_series(path, season)
    if found is None and (day := _DAY.search(path.stem)):
        return Name(title=spaced(path.stem), year=int(day[1] or day[4]))
    return found or _film(_with_year(path))


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


def _filed(path: Path, season: int | None) -> Name | None:
    found = _FILED.fullmatch(path.stem) if season is not None else None
    if found is None or _EPISODE.search(found[2] or ""):
        return None
    return Name(title=found[2] or "", series=series_of(path), season=season, episode=int(found[1]))


def _in_series(path: Path, season: int | None) -> Name | None:
    """Take apart a name that tells an episode only in the folder of its series or season."""
    if on_day := dated(path):
        series, date, title = on_day
        return Name(title=title, year=date.year, series=series, season=date.year, date=date)
    if told := counted(path):
        series, number, title = told
        season = 1 if season is None else season
        return Name(title=title, series=series, season=season, episode=number)
    found = _episode(path) if season is not None else None
    if season is None or found is None or found.date is not None:
        return None
    return _through(found, season)


def _through(found: Name, season: int) -> Name:
    """Mend a number such as 121 that guessit has taken for season 1, episode 21."""
    if found.season == season or found.season is None or found.episode is None:
        return found
    return replace(found, season=season, episode=found.season * 100 + found.episode)


def _with_year(path: Path) -> Path:
    """Put the year behind the title where the folder of a film alone tells it."""
    folder = _OF_FILM.match(path.parent.name)
    if folder is None:
        return path
    called, stem = spaced(folder[1]), spaced(path.stem)
    title, rest = stem[: len(called)], stem[len(called) :]
    if title.casefold() != called.casefold() or rest[:1].isalnum() or _YEAR.search(rest):
        return path
    return path.with_name(f"{title} ({folder[2]}){rest}{path.suffix}")


def _film(path: Path) -> Name:
    stem, edition = editions.edition(path.stem)
    name = _release(path.with_name(stem + path.suffix)) if _RELEASE.search(stem) else None
    name = name or Name(title=spaced(stem))
    return replace(name, title=f"{name.title} ({edition})".strip()) if edition else name


def _release(path: Path) -> Name | None:
    stem, part = editions.part(path.stem)
    front = found[0] if (found := _FRONT.match(stem)) else ""
    guessed = guessing.guess(stem.removeprefix(front) + path.suffix, kind="movie")
    if not (_RELEASE_MARKS & guessed.keys() and guessed.get("title")):
        return None
    year, disc = guessing.year_of(guessed), guessing.number(guessed, "cd")
    if not _QUALITY_MARKS & guessed.keys() and _goes_on(guessed, stem):
        title = spaced(re.sub(rf"\s*[(\[]{year}[)\]]", "", stem))
        return Name(title=f"{title} {part}".strip(), year=year)
    title = f"{front.rstrip(' ._')} {guessing.whole_title(guessed, path)}".strip()
    for more in guessing.texts(guessed, "alternative_title"):
        part = part or editions.part("" if more in title else f" {more}")[1]
    parts = [title, *_marks(guessed), f"CD{disc}" if disc else part, *_cut(guessed)]
    return Name(title=" ".join(filter(None, parts)), year=year)


def _marks(guessed: dict[str, Any]) -> Iterator[str]:
    """Tell a film's trailer, sample or version in 3D from the film, of which it has the name."""
    return (word for word in ("3D", "Trailer", "Sample") if word in guessed.get("other", ()))


def _cut(guessed: dict[str, Any]) -> Iterator[str]:
    return (f"({each})" for each in guessing.texts(guessed, "edition") if each in _CUTS)


def _goes_on(guessed: dict[str, Any], stem: str) -> bool:
    """Tell whether there is more than guessit has a name for, such as words behind the year."""
    behind = stem.partition(str(guessed.get("year")))[2]
    first = str(guessed.get("alternative_title", "")).split()[:1]
    return "release_group" in guessed or any(word in behind for word in first)


def _episode(path: Path) -> Name | None:
    found = guessing.guess(path.name, kind="episode")
    mark = _EPISODE.search(path.stem)
    before = path.stem[: mark.start()] if mark else ""
    if not found.get("title") and before.strip(" ._-") == str(found.get("year")):
        found |= {"title": str(found.pop("year"))}  # 1923, a series
    if mark and not before and not path.stem.startswith("["):  # the rest is the title of this one
        found |= {"episode_title": found.get("title"), "title": None}
    if not found.get("title"):
        around = guessing.guess(str(Path(*path.parts[-3:])), kind="episode")
        found = around | found | {"title": _in_brackets(path) or around.get("title")}
    numbers = guessing.numbers(found, "episode")
    date = None if numbers else found.get("date")
    if not numbers and not isinstance(date, dt.date):
        return None
    seasons = (guessing.number(found, "season"), season_of(path), date.year if date else 1)
    return Name(
        title=str(found.get("episode_title") or "").strip(" &-"),
        year=guessing.year_of(found),
        series=spelled(guessing.title_of(found, path), path, before)
        if found.get("title")
        else series_of(path),
        season=next(season for season in seasons if season is not None),
        episode=min(numbers) if numbers else None,
        last=max(numbers) if len(numbers) > 1 else None,
        date=date,
    )


def _in_brackets(path: Path) -> str:
    """Give the title of [Group][Title][05][1080p]."""
    parts = _BRACKETS.findall(path.stem) if path.stem.startswith("[") else []
    return next((part for part in parts[1:] if not re.match(r"\d+", part)), "")
