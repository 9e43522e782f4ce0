"""Jellyfin: the backup of its Playback Reporting plugin, and the JSON of /Items with UserData."""

import re
from collections.abc import Iterator, Sequence

from msgspec import Raw, Struct, field
from msgspec.json import Decoder

from mediadesk.api import EventKind, Watched
from mediadesk_history import files
from mediadesk_history.lines import SHORTEST, episode, rating, seconds

_BEST = 10.0
_COLUMNS = 9
_EPISODE = re.compile(r"(?P<show>.+) - s(?P<season>\d+)e(?P<number>\d+) - (?P<title>.*)")
_SONG = re.compile(r"(?P<artist>.+?) - (?P<title>.+) \(.*\)")
_UNKNOWN = "Not Known"
_KINDS = frozenset({"Movie", "Episode", "Audio", "MusicVideo", "Video"})


class _State(Struct, rename="pascal"):
    played: bool = False
    played_percentage: float | None = None
    last_played_date: str | None = None
    is_favorite: bool = False
    likes: bool | None = None
    rating: float | None = None


class _Item(Struct, rename="pascal"):
    name: str
    type: str
    user_data: _State
    production_year: int | None = None
    series_name: str = ""
    parent_index_number: int = 0
    index_number: int = 0
    artists: list[str] = []


class _Page(Struct):
    items: list[Raw] = field(name="Items")


_ITEM = Decoder(_Item, strict=False)


class Jellyfin:
    """Reads both; in the backup a sitting of five minutes or more counts as watched."""

    name = "jellyfin"
    title = "Jellyfin"
    patterns = ("*.tsv", "*.txt", "*.json")

    def read(self, name: str, content: bytes) -> Sequence[Watched]:
        if name.lower().endswith(".json"):
            listed = files.json(name, content, _Page).items
            return files.each(name, files.typed(name, listed, _ITEM.decode), _known)
        lines = files.typed(name, files.rows(name, content, "\t"), _line)
        own = files.of_one(name, lines, lambda line: line[1])
        return files.each(name, own, _sitting)


def _line(cells: list[str]) -> list[str]:
    if len(cells) != _COLUMNS:
        raise ValueError(f"{len(cells)} columns, not the {_COLUMNS} of Playback Reporting")
    return cells


def _sitting(line: list[str]) -> Iterator[Watched]:
    day, _, _, kind, told, _, _, _, duration = line
    title, artist = told, ""
    if kind == "Episode" and (found := _EPISODE.fullmatch(told)):
        title = episode(found["show"], int(found["season"]), int(found["number"]), found["title"])
    elif kind == "Audio" and (found := _SONG.fullmatch(told)):
        title, artist = found["title"], found["artist"].replace(_UNKNOWN, "")
    if kind == "Audio" or float(duration) >= SHORTEST:
        at = seconds(day, local=True)
        yield Watched(title=title, artist=artist, kind=EventKind.FINISHED, at=at)


def _known(item: _Item) -> Iterator[Watched]:
    if item.type not in _KINDS:  # a folder or a series: what is in it is listed too
        return
    title, year, state = item.name, item.production_year, item.user_data
    if item.type == "Episode":
        title = episode(item.series_name, item.parent_index_number, item.index_number, title)
        year = None
    share = (state.played_percentage or 0.0) / 100
    told = rating(state.rating or 0.0, _BEST)
    if state.is_favorite or state.likes is not None:
        likes = state.is_favorite or state.likes
        told.append((EventKind.LIKE if likes else EventKind.LESS, 1.0))
    if state.played:
        told.append((EventKind.FINISHED, 1.0))
    elif 0 < share <= 1:
        told.append((EventKind.PLAYED, share))
    for kind, value in told:
        yield Watched(
            title=title,
            kind=kind,
            year=year,
            artist=item.artists[0] if item.artists else "",
            at=seconds(state.last_played_date or ""),
            value=value,
        )
