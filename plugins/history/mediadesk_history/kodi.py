"""Kodi: the videodb.xml of “Export library” to a single file."""

from collections.abc import Iterator, Sequence
from xml.etree import ElementTree as ET

from mediadesk.api import EventKind, Watched
from mediadesk_history import files
from mediadesk_history.lines import episode, rating, seconds

_BEST = 10.0
_VIDEOS = frozenset({"movie", "episodedetails", "musicvideo"})


class Kodi:
    """Takes play counts as watched, where somebody stopped as played, and ratings."""

    name = "kodi"
    title = "Kodi"
    patterns = ("*.xml",)

    def read(self, name: str, content: bytes) -> Sequence[Watched]:
        videos = files.xml(name, content, "videodb", _VIDEOS)
        return files.each(name, videos, _watched)


def _watched(video: ET.Element) -> Iterator[Watched]:
    def one(path: str) -> str:
        return (video.findtext(path) or "").strip()

    title, year = one("title"), one("year") or one("premiered")[:4]
    if video.tag == "episodedetails":
        title = episode(one("showtitle"), int(one("season") or 0), int(one("episode") or 0), title)
        year = ""
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
            artist=one("artist"),
            at=seconds(one("lastplayed"), local=True),
            value=value,
        )
