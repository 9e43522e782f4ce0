"""Jellyfin: its databases, the backup of Playback Reporting, and JSON of /Items with UserData."""

import re
from collections.abc import Iterator, Sequence

from msgspec import Raw, Struct, convert, field
from msgspec.json import Decoder

from mediadesk.api import EventKind, UserError, Watched
from mediadesk_history import databases, entries, files
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
    original_title: str = ""
    production_year: int | None = None
    series_name: str = ""
    parent_index_number: int = 0
    index_number: int = 0
    artists: list[str] = []
    who: str = ""


class _Page(Struct):
    items: list[Raw] = field(name="Items")


_ITEM = Decoder(_Item, strict=False)
_STATES = """
    SELECT items.*, data.*, {who} AS who FROM {data} AS data JOIN {items} AS items ON {on}
"""
_SINCE_10_11 = _STATES.format(
    data="UserData",
    items="BaseItems",
    on="items.Id = data.ItemId",
    who="(SELECT Username FROM Users WHERE Users.Id = data.UserId)",
)
_UNTIL_10_10 = _STATES.format(
    data="UserDatas",
    items="TypedBaseItems",
    on="items.UserDataKey = data.key",
    who="CAST(data.userId AS TEXT)",
)
_SITTINGS = """
    SELECT DateCreated, UserId, ItemId, ItemType, ItemName, PlaybackMethod, ClientName, DeviceName,
           PlayDuration
    FROM PlaybackActivity
"""


class Jellyfin:
    """Reads them all; in Playback Reporting five minutes or more count as watched."""

    name = "jellyfin"
    title = "Jellyfin"
    patterns = ("*.tsv", "*.txt", "*.json", "*.db")

    def read(self, name: str, content: bytes) -> Sequence[Watched]:
        if name.lower().endswith(".json"):
            listed = files.json(name, content, _Page).items
            return entries.each(name, entries.typed(name, listed, _ITEM.decode), _known)
        if name.lower().endswith(".db"):
            return _kept(name, content)
        return _sittings(name, files.rows(name, content, "\t"))


def _kept(name: str, content: bytes) -> Sequence[Watched]:
    """Read what a database keeps: who saw what is in another one than who sat how long."""
    with databases.opened(name, content) as db:
        if databases.has(db, "PlaybackActivity"):
            return _sittings(name, [[str(cell) for cell in row] for row in db.execute(_SITTINGS)])
        if databases.has(db, "BaseItems", "UserData", "Users"):
            query = _SINCE_10_11
        elif databases.has(db, "TypedBaseItems", "UserDatas"):
            query = _UNTIL_10_10
        else:
            raise UserError(
                f"“{name}” is no database of Jellyfin that tells a history: choose jellyfin.db, "
                "library.db of a version before 10.11, or playback_reporting.db."
            )
        items = entries.typed(name, map(_fields, databases.rows(db, query)), _item)
    own = entries.of_one(name, items, lambda item: item.who)
    return entries.each(name, own, _known)


def _fields(row: databases.Row) -> dict[str, object]:
    """Give what a row says as /Items does."""
    told = {column[0].upper() + column[1:]: value for column, value in row.items()}
    kind, length = str(told.get("Type", "")).rpartition(".")[2], told.get("RunTimeTicks")
    stopped = told.get("PlaybackPositionTicks")
    if isinstance(length, int) and isinstance(stopped, int) and length > 0:
        told["PlayedPercentage"] = 100 * stopped / length
    artists = [name for name in str(told.get("Artists", "")).split("|") if name]
    return {"Name": "", **told, "Type": kind, "Artists": artists, "UserData": told}


def _item(fields: dict[str, object]) -> _Item:
    return convert(fields, _Item, strict=False)


def _sittings(name: str, rows: Sequence[list[str]]) -> Sequence[Watched]:
    own = entries.of_one(name, entries.typed(name, rows, _line), lambda line: line[1])
    return entries.each(name, own, _sitting)


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
            original=item.original_title if item.type == "Movie" else "",
        )
