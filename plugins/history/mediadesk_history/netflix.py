"""Netflix: the short list of a profile's page, and the long one that is sent on request."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import partial

from mediadesk.api import EventKind, UserError, Watched
from mediadesk_history import files
from mediadesk_history.lines import SHORTEST, episode, seconds

_SEASON = re.compile(
    r"(?P<show>.+?) ?[:：] ?(?:Limited Series|Mini-?s[eé]rie"
    r"|(?:Season|Series|Part|Volume|Book|Staffel|Teil|Saison|Partie|Temporada|Parte|Stagione"
    r"|Seizoen|第|シーズン|시즌) ?(?P<season>\d+)(?: ?[季部])?"
    r"|(?P=show) (?P<named>\d+)) ?[:：] ?(?P<title>.+)"
)
_NUMBER = (
    r"(?:Episode|Folge|Épisode|Episodio|Episódio|Aflevering|第|エピソード|에피소드) ?(\d+)"
    r"(?: ?[集話话])?"
)
_NUMBERED = re.compile(rf"{_NUMBER}|(.+) \({_NUMBER}\)")


class Netflix:
    """Reads NetflixViewingHistory.csv and ViewingActivity.csv."""

    name = "netflix"
    title = "Netflix"
    patterns = ("*.csv",)

    def read(self, name: str, content: bytes) -> Sequence[Watched]:
        head = next(iter(files.rows(name, content)), [])
        if head == ["Title", "Date"]:
            lines = files.table(name, content, head)
            pattern = _pattern([line.get("Date", "") for line in lines])
            return files.each(name, lines, partial(_listed, pattern))
        if "Supplemental Video Type" not in head:
            raise UserError(
                f"“{name}” is no history of Netflix: choose NetflixViewingHistory.csv or "
                "ViewingActivity.csv."
            )
        columns = ("Profile Name", "Start Time", "Duration", "Title")
        lines = files.table(name, content, columns)
        own = files.of_one(name, lines, lambda line: line.get("Profile Name", ""))
        return files.each(name, own, _sitting)


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
        return text
    season, title = int(found["season"] or found["named"] or 1), found["title"]
    if numbered := _NUMBERED.fullmatch(title):
        alone, told, number = numbered.groups()
        return episode(found["show"], season, int(alone or number), told or "")
    return episode(found["show"], season, title=title)
