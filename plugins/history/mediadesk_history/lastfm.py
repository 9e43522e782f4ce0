"""Last.fm: what the common export tools write, which is one CSV or JSON file of scrobbles."""

from calendar import timegm
from collections.abc import Iterator, Sequence
from email.utils import parsedate
from functools import partial
from typing import Any

import msgspec

from mediadesk.api import EventKind, UserError, Watched
from mediadesk_history import entries, files
from mediadesk_history.lines import seconds

_NAMELESS = ["artist", "album", "track", "date"]  # the columns of the tool that writes no names
_TIMES = ("uts", "date", "utc_time")
_MILLISECONDS = 1e11  # a time larger than this is in milliseconds
_PAGES = ("recenttracks", "lovedtracks", "scrobbles", "tracks", "track")


class _Artist(msgspec.Struct):
    text: str = msgspec.field(name="#text", default="")
    name: str = ""


class _Date(msgspec.Struct):
    uts: str


class _Track(msgspec.Struct):
    """A track as Last.fm gives it, or as lastfmstats.com does: with `track` and milliseconds."""

    artist: _Artist | str
    name: str = ""
    track: str = ""
    date: _Date | int | None = None


class LastFm:
    """Takes scrobbles as heard, and the tracks of a file called “loved” as liked."""

    name = "lastfm"
    title = "Last.fm"
    patterns = ("*.csv", "*.json")

    def read(self, name: str, content: bytes) -> Sequence[Watched]:
        kind = EventKind.LIKE if "loved" in files.own_name(name) else EventKind.FINISHED
        if name.lower().endswith(".json"):
            pages = files.json(name, content, Any)
            tracks = entries.typed(name, _tracks(pages), _track)
            return entries.each(name, tracks, partial(_heard, kind))
        return entries.each(name, _lines(name, content), partial(_scrobbled, kind))


def _tracks(pages: object) -> Iterator[object]:
    """Give the tracks of lists of pages, however deep a tool has put them."""
    if isinstance(pages, list):
        for page in pages:
            yield from _tracks(page)
    elif isinstance(pages, dict) and (
        inner := [pages[key] for key in _PAGES if _holds(pages, key)]
    ):
        yield from _tracks(inner)
    else:
        yield pages


def _track(written: object) -> _Track:
    return msgspec.convert(written, _Track, strict=False)


def _holds(page: dict[str, object], key: str) -> bool:
    return isinstance(page.get(key), list | dict)


def _heard(kind: EventKind, track: _Track) -> Iterator[Watched]:
    artist, date = track.artist, track.date
    named = artist if isinstance(artist, str) else artist.text or artist.name
    if date:  # what is playing at this moment has none
        at = _moment(str(date) if isinstance(date, int) else date.uts)
        yield Watched(title=track.name or track.track, artist=named, kind=kind, at=at)


def _lines(name: str, content: bytes) -> list[dict[str, str]]:
    found = files.rows(name, content)
    head = [column.lower().partition("#")[0] for column in found[0]] if found else []
    if len(head) == len(_NAMELESS) and parsedate(head[-1].replace(",", "")):
        head = _NAMELESS
    elif {"artist", "track"} <= set(head) and set(_TIMES) & set(head):
        found = found[1:]
    else:
        raise UserError(f"“{name}” holds no scrobbles: it needs the columns artist, track and uts.")
    return [dict(zip(head, cells, strict=False)) for cells in found]


def _scrobbled(kind: EventKind, line: dict[str, str]) -> Iterator[Watched]:
    at = next((line[column] for column in _TIMES if line.get(column)), "")
    if at:
        title, artist = line.get("track", ""), line.get("artist", "")
        yield Watched(title=title, artist=artist, kind=kind, at=_moment(at))


def _moment(text: str) -> float:
    if text.isdecimal():
        at = float(text)
        return at / 1000 if at > _MILLISECONDS else at
    written = parsedate(text.replace(",", ""))  # such as 31 Jan 2026, 20:15, in any locale
    return float(timegm(written)) if written else seconds(text)
