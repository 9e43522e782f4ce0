"""Plex: the history of its server as XML or its database, and that of Tautulli as JSON or CSV."""

from collections.abc import Iterator, Sequence

import msgspec
from msgspec import Struct

from mediadesk.api import EventKind, Watched
from mediadesk_history import entries, files, plex_database
from mediadesk_history.lines import named

_SEEN = frozenset({"Video", "Track"})
_Number = int | str | None  # Tautulli writes "" where there is none


class _Seen(Struct, rename="camel"):
    """A line of /status/sessions/history/all, which has only what was seen to the end."""

    title: str
    type: str
    viewed_at: float = 0.0
    account: str = msgspec.field(name="accountID", default="")
    grandparent_title: str = ""
    parent_index: int = 0
    index: int = 0
    year: int | None = None


class _Play(Struct):
    """A line of Tautulli's history."""

    title: str
    media_type: str
    date: float
    user: str = ""
    grandparent_title: str | None = None
    parent_media_index: _Number = None
    media_index: _Number = None
    year: _Number = None
    percent_complete: float = 0.0
    watched_status: float = 0.0


class _Plays(Struct):
    data: list[msgspec.Raw]


class _Data(Struct):
    data: _Plays


class _Tautulli(Struct):
    response: _Data


_PLAY = msgspec.json.Decoder(_Play, strict=False)


class Plex:
    """Reads them all."""

    name = "plex"
    title = "Plex"
    patterns = ("*.xml", "*.json", "*.csv", "*.db")

    def read(self, name: str, content: bytes) -> Sequence[Watched]:
        ending = name.lower().rpartition(".")[2]
        if ending == "db":
            return plex_database.read(name, content)
        if ending == "xml":
            found = files.xml(name, content, "MediaContainer", _SEEN)
            seen = entries.typed(name, (dict(each.attrib) for each in found), _seen)
            own = entries.of_one(name, seen, lambda line: line.account)
            return entries.each(name, own, _finished)
        if ending == "json":
            listed = files.json(name, content, _Tautulli).response.data.data
            plays = entries.typed(name, listed, _PLAY.decode)
        else:
            lines = files.table(name, content, ("date", "title", "media_type", "watched_status"))
            plays = entries.typed(name, lines, _play)
        own_plays = entries.of_one(name, plays, lambda play: play.user)
        return entries.each(name, own_plays, _played)


def _seen(attributes: dict[str, str]) -> _Seen:
    return msgspec.convert(attributes, _Seen, strict=False)


def _play(cells: dict[str, str]) -> _Play:
    return msgspec.convert(cells, _Play, strict=False)


def _finished(line: _Seen) -> Iterator[Watched]:
    title, artist = named(
        line.type, line.grandparent_title, line.parent_index, line.index, line.title
    )
    year = line.year if line.type == "movie" else None
    yield Watched(
        title=title, artist=artist, kind=EventKind.FINISHED, year=year, at=max(line.viewed_at, 0.0)
    )


def _played(play: _Play) -> Iterator[Watched]:
    season, number = int(play.parent_media_index or 0), int(play.media_index or 0)
    title, artist = named(play.media_type, play.grandparent_title or "", season, number, play.title)
    done = play.watched_status >= 1
    share = min(max(play.percent_complete / 100, 0.0), 1.0)
    if done or share > 0:
        yield Watched(
            title=title,
            artist=artist,
            kind=EventKind.FINISHED if done else EventKind.PLAYED,
            year=int(play.year) if play.year and play.media_type == "movie" else None,
            at=max(play.date, 0.0),
            value=1.0 if done else share,
        )
