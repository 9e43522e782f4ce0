"""Puts what is known of an item's fields, files and changes into words."""

import time
from collections.abc import Mapping

from PySide6.QtCore import QDateTime, QLocale, QTimeZone

from mediadesk.engine.messages import SOURCES, ItemView
from mediadesk.ui import words

FIELDS = {
    "title": "Title",
    "kind": "Kind",
    "year": "Year",
    "series": "Series",
    "season": "Season",
    "episode": "Episode",
    "artist": "Artist",
    "album_artist": "Album artist",
    "album": "Album",
    "disc": "Disc",
    "track": "Track",
    "genres": "Genres",
    "description": "Description",
}
_DAY_SECONDS = 86_400
_SOUND = frozenset(
    {"title", "kind", "year", "artist", "album_artist", "album", "disc", "track", "genres"}
)
_PICTURE = frozenset({"title", "kind", "year", "series", "season", "episode", "genres", "artist"})


def source(name: str, plugins: Mapping[str, str]) -> str:
    """Where a value comes from, to follow it; `plugins` are their titles by their names."""
    plain = name.removeprefix("plugin/")
    return SOURCES.get(name) or f"from the plugin “{plugins.get(plain, plain)}”"


def usual(kind: str) -> frozenset[str]:
    """The fields that items of a kind usually have."""
    return (_SOUND if kind in words.SOUND_KINDS else _PICTURE) | {"description"}


def value(name: str, text: str) -> str:
    """A field's value as it is read; an unknown one is told so."""
    return (words.KINDS.get(text, text) if name == "kind" else text) or "nothing"


def stars(rating: float | None) -> str:
    """A rating in words: “3½ of 5 stars”."""
    if not rating:
        return "not rated"
    whole, half = divmod(rating, 1)
    return f"{'½' if not whole else int(whole)}{'½' if half and whole else ''} of 5 stars"


def line(item: ItemView, *, guessed: bool = False) -> str:
    """What an item is in a few words, without the whole that it belongs to.

    Where its kind is `guessed`, that is told.
    """
    kind = words.KINDS.get(item.kind, item.kind.title())
    parts = (
        f"Probably {_a(kind.lower())}" if guessed else kind,
        str(item.year or ""),
        words.clock(item.duration_s) if item.duration_s else "",
        resolution(item.height),
    )
    return " · ".join(part for part in parts if part)


def part_of(item: ItemView) -> list[tuple[str, str]]:
    """The whole that an item belongs to, from the largest on: (words, the search for it)."""
    if item.series:
        whole = [(item.series, f"series={_quoted(item.series)}")]
        if item.season is not None:
            named = f"Season {item.season}" if item.season else "Specials"
            whole.append((named, f"{whole[0][1]} season:{item.season}"))
        return whole
    found = [(item.artist, f"artist={_quoted(item.artist)}")] if item.artist else []
    if item.album:
        by = item.album_artist or item.artist
        whose = f" artist={_quoted(by)}" if by else ""
        found.append((item.album, f"album={_quoted(item.album)}{whose}"))
    return found


def number(item: ItemView) -> str:
    """The place of an item in its season or on its disc; empty where it has none."""
    if item.series and item.episode is not None:
        return f"Episode {item.episode}"
    if item.album and item.track is not None:
        return f"Track {item.track}"
    return ""


def resolution(height: int) -> str:
    """The height of a picture: “1080p”; empty for sound."""
    return f"{height}p" if height else ""


def where(item: ItemView, place: str) -> str:
    """The place of an item's file or folder, and why it is not there if it is not."""
    if item.available:
        return place
    if item.device:
        return f"on “{item.device}”"
    state = f"on “{item.drive}”, not connected" if item.drive else "not found"
    return f"{state}: {place}" if place else state


def moment(at: float) -> str:
    """When something was done: “Today, 14:05”, “3 March 2026, 9:10”; `at` in unix seconds.

    What other programs told the day of alone, stands at its midnight in UTC: no zone moves that.
    """
    if at % _DAY_SECONDS == 0:
        told = QDateTime.fromSecsSinceEpoch(int(at), QTimeZone(QTimeZone.Initialization.UTC))
        return QLocale.c().toString(told.date(), "d MMMM yyyy")
    when = QDateTime.fromSecsSinceEpoch(int(at))
    days = when.date().daysTo(QDateTime.fromSecsSinceEpoch(int(time.time())).date())
    clock = when.time().toString("HH:mm")
    if days in {0, 1}:
        return f"{'Yesterday' if days else 'Today'}, {clock}"
    return f"{day(at)}, {clock}"


def when(at: float) -> str:
    """The same inside a sentence: “today, 14:05”."""
    said = moment(at)
    return said[:1].lower() + said[1:]


def day(at: float) -> str:
    """A date: “3 March 2026”; `at` in unix seconds."""
    return QLocale.c().toString(QDateTime.fromSecsSinceEpoch(int(at)).date(), "d MMMM yyyy")


def _a(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def _quoted(text: str) -> str:
    return '"' + text.replace('"', "") + '"'
