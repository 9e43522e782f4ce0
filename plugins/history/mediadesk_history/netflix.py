"""Netflix: the short list of a profile's page, and the long one that is sent on request."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import partial

from mediadesk.api import EventKind, UserError, Watched
from mediadesk_history import entries, files
from mediadesk_history.lines import SHORTEST, episode, rating, seconds

_SEASONS = (
    "Season|Series|Part|Volume|Book|Staffel|Teil|Saison|Partie|Temporada|Parte|Stagione|Seizoen|Deel"
    "|Sezon|Sezonul|Część|évad|Säsong|Sæson|Sesong|Kausi|Сезон|Часть|Sezona|Sezóna|Série|Řada|Σεζόν"
    "|Musim|Mùa|ซีซั่น|الموسم|עונה|シーズン|パート|시즌|파트|第"
)
_EPISODES = (
    "Episode|Folge|Épisode|Episodio|Episódio|Aflevering|Odcinek|Bölüm|epizód|Avsnitt|Afsnit|Jakso"
    "|Серия|Эпизод|Epizoda|Episodul|Επεισόδιο|Tập|ตอนที่|الحلقة|פרק|エピソード|에피소드|第"
)
_ALONE = (
    "Limited Series|Mini-?s[eé]rie|Minissérie|Miniserial|Serial limitowany|Mini Dizi|Minisorozat"
    "|Minisarja|Мини-сериал|リミテッド ?シリーズ|리미티드 시리즈|限定剧集|迷你剧"
)
_SEASON = re.compile(
    rf"(?P<show>.+?) ?[:：] ?(?:{_ALONE}|(?:{_SEASONS}) ?(?P<season>\d+)(?: ?[季部])?"
    rf"|(?P<before>\d+)\. ?(?:{_SEASONS})|(?P=show) (?P<named>\d+)) ?[:：] ?(?P<title>.+)",
    re.IGNORECASE,
)
_NUMBER = rf"(?:(?:{_EPISODES}) ?(\d+)(?: ?[集話话])?|(\d+)(?:\. ?(?:{_EPISODES})|[集話话화회]))"
_NUMBERED = re.compile(rf"{_NUMBER}|(.+) \({_NUMBER}\)", re.IGNORECASE)
_SEASONLESS = re.compile(rf"(?P<show>.+): (?P<title>[^:]+ \({_NUMBER}\))", re.IGNORECASE)
_STARS = 5.0
_THUMBS = {"1": EventKind.LESS, "2": EventKind.LIKE, "3": EventKind.LIKE}


class Netflix:
    """Reads NetflixViewingHistory.csv, ViewingActivity.csv and Ratings.csv."""

    name = "netflix"
    title = "Netflix"
    patterns = ("*.csv",)

    def read(self, name: str, content: bytes) -> Sequence[Watched]:
        head = next(iter(files.rows(name, content)), [])
        if head == ["Title", "Date"]:
            lines = files.table(name, content, head)
            pattern = _pattern([line.get("Date", "") for line in lines])
            return entries.each(name, lines, partial(_listed, pattern))
        if "Supplemental Video Type" in head:
            columns, told = ("Profile Name", "Start Time", "Duration", "Title"), _sitting
        elif "Thumbs Value" in head:
            columns, told = ("Profile Name", "Title Name", "Star Value", "Event Utc Ts"), _verdict
        else:
            raise UserError(
                f"“{name}” is no history of Netflix: choose NetflixViewingHistory.csv or "
                "ViewingActivity.csv."
            )
        lines = files.table(name, content, columns)
        own = entries.of_one(name, lines, lambda line: line.get("Profile Name", ""))
        return entries.each(name, own, told)


def _listed(pattern: str, line: dict[str, str]) -> Iterator[Watched]:
    written = "/".join(re.findall(r"\d+", line.get("Date", "")))
    at = datetime.strptime(written, pattern).replace(tzinfo=UTC).timestamp()
    yield Watched(title=_title(line.get("Title", "")), kind=EventKind.FINISHED, at=at)


def _sitting(line: dict[str, str]) -> Iterator[Watched]:
    hours, minutes, rest = map(int, line.get("Duration", "0:0:0").split(":"))
    is_trailer = "Supplemental Video Type" in line
    if not is_trailer and hours * 3600 + minutes * 60 + rest >= SHORTEST:
        yield Watched(
            title=_title(line.get("Title", "")),
            kind=EventKind.FINISHED,
            at=seconds(line.get("Start Time", "")),
        )


def _verdict(line: dict[str, str]) -> Iterator[Watched]:
    told = rating(float(line.get("Star Value", 0)), _STARS)
    if thumb := _THUMBS.get(line.get("Thumbs Value", "")):
        told.append((thumb, 1.0))
    for kind, value in told:
        at = seconds(line.get("Event Utc Ts", ""))
        yield Watched(title=line.get("Title Name", ""), kind=kind, at=at, value=value)


def _pattern(days: list[str]) -> str:
    """Tell the order in a profile's dates, which is that of its country and stated nowhere."""
    parts = [re.findall(r"\d+", day) for day in days]
    if any(len(part[0]) == 4 for part in parts if part):
        return "%Y/%m/%d"
    year = "%Y" if any(len(part[-1]) == 4 for part in parts if part) else "%y"
    dated = [(int(part[0]), int(part[1])) for part in parts if len(part) == 3]
    possible = [pair for pair in dated if min(pair) <= 12]
    firsts, middles = ([pair[n] for pair in possible] for n in (0, 1))
    is_dotted = any("." in day for day in days)
    if max(firsts, default=0) > 12 or (is_dotted and max(middles, default=0) <= 12):
        return f"%d/%m/{year}"
    return f"%m/%d/{year}"


def _title(text: str) -> str:
    found = _SEASON.fullmatch(text)
    if found is None:
        alone = _SEASONLESS.fullmatch(text)
        return _episode(alone["show"], 1, alone["title"]) if alone else text
    season = next((number for number in found.group("season", "before", "named") if number), 1)
    return _episode(found["show"], int(season), found["title"])


def _episode(show: str, season: int, title: str) -> str:
    numbered = _NUMBERED.fullmatch(title)
    if numbered is None:
        return episode(show, season, title=title)
    number = next(int(each) for each in numbered.group(1, 2, 4, 5) if each)
    return episode(show, season, number, numbered[3] or "")
