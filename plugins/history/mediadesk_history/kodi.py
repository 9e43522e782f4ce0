"""Kodi: the videodb.xml of “Export library” to a single file, and its database MyVideos….db."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from mediadesk.api import EventKind, UserError, Watched
from mediadesk_history import databases, entries, files
from mediadesk_history.lines import episode, rating, seconds

_BEST = 10.0
_VIDEOS = frozenset({"movie", "episodedetails", "musicvideo"})
_VIEWS = {"movie": "movie", "episode": "episodedetails", "musicvideo": "musicvideo"}
_COLUMNS = {  # of the views, which name few of them
    "title": "c00", "artist": "c10", "season": "c12", "episode": "c13", "showtitle": "strTitle",
    "userrating": "userrating", "playcount": "playCount", "lastplayed": "lastPlayed",
    "premiered": "premiered", "year": "c07", "originaltitle": "c16",
    "resume/position": "resumeTimeInSeconds", "resume/total": "totalTimeInSeconds",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Video:
    """A film, an episode or a music video; `one` gives what an element of its export holds."""

    tag: str
    one: Callable[[str], str]


class Kodi:
    """Takes play counts as watched, where somebody stopped as played, and ratings."""

    name = "kodi"
    title = "Kodi"
    patterns = ("*.xml", "*.db")

    def read(self, name: str, content: bytes) -> Sequence[Watched]:
        if name.lower().endswith(".db"):
            return entries.each(name, _kept(name, content), _watched)
        videos = files.xml(name, content, "videodb", _VIDEOS)
        return entries.each(name, map(_exported, videos), _watched)


def _exported(video: ET.Element) -> _Video:
    return _Video(video.tag, lambda path: (video.findtext(path) or "").strip())


def _kept(name: str, content: bytes) -> Iterator[_Video]:
    """Give what the views of a database hold, which versions before 15 named without “_”."""
    with databases.opened(name, content) as db:
        if not databases.has(db, "movie", "episode", "musicvideo", "files", "bookmark"):
            raise UserError(f"“{name}” is no database of Kodi: choose MyVideos….db.")
        for view, tag in _VIEWS.items():
            view_name = f"{view}_view" if databases.has(db, f"{view}_view") else f"{view}view"
            for row in databases.rows(db, f"SELECT * FROM {view_name}"):
                yield _row(tag, row)


def _row(tag: str, row: databases.Row) -> _Video:
    return _Video(tag, lambda path: str(row.get(_COLUMNS[path], "")).strip())


def _watched(video: _Video) -> Iterator[Watched]:
    one = video.one
    title, artist, original = one("title"), "", ""
    year = one("premiered")[:4] or one("year")
    if video.tag == "episodedetails":
        title = episode(one("showtitle"), int(one("season") or 0), int(one("episode") or 0), title)
        year = ""
    elif video.tag == "musicvideo":
        artist = one("artist").partition(" / ")[0]
    else:
        original = one("originaltitle")
    told = rating(float(one("userrating") or 0), _BEST)
    stopped, length = (float(one(f"resume/{tag}") or 0) for tag in ("position", "total"))
    if int(one("playcount") or 0) > 0:
        told.append((EventKind.FINISHED, 1.0))
    elif 0 < stopped < length:
        told.append((EventKind.PLAYED, stopped / length))
    for kind, value in told:
        yield Watched(
            title=title,
            kind=kind,
            year=int(year) if year.strip("0") else None,
            artist=artist,
            at=seconds(one("lastplayed"), local=True),
            value=value,
            original=original,
        )
