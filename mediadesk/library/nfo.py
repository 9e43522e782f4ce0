"""Reads Kodi's NFO files: what a person or a scraper wrote about a video, beside it."""

import logging
import re
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

_log = logging.getLogger(__name__)
_MOST_BYTES = 1024 * 1024
_ROOTS = frozenset({"movie", "episodedetails", "musicvideo", "tvshow"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Nfo:
    """The fields of an NFO file; empty where it says nothing."""

    title: str = ""
    show: str = ""
    season: int | None = None
    episode: int | None = None
    year: int | None = None
    plot: str = ""
    genres: tuple[str, ...] = ()


def read(path: Path) -> Nfo | None:
    """Read an NFO file; None where there is none that can be used, with a line in the log."""
    try:
        if not path.is_file():  # a pipe would wait for ever
            return None
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
    except OSError as error:
        _log.warning("“%s” can't be read (%s): its description is not shown.", path, error)
        return None
    if len(data) > _MOST_BYTES:
        _log.warning("“%s” is larger than 1 MiB, too large for an NFO file: it is ignored.", path)
        return None
    try:
        return _parse(_decoded(data))
    except (ET.ParseError, ValueError) as error:
        _log.warning("“%s” is no NFO file that can be read (%s): it is ignored.", path, error)
        return None


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _parse(text: str) -> Nfo:
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise ValueError("it declares entities")
    # Kodi lets a line with the address of the scraper's page follow the XML.
    root = ET.fromstring(text[: text.rfind(">") + 1].strip())  # noqa: S314 - no entities
    if root.tag not in _ROOTS:
        raise ValueError(f"<{root.tag[:40]}> is unknown")

    def one(tag: str) -> str:
        return (root.findtext(tag) or "").strip()

    def number(tag: str) -> int | None:
        found = re.match(r"\d{1,4}", one(tag))
        return int(found[0]) if found else None

    genres = (
        part.strip() for each in root.iterfind("genre") for part in (each.text or "").split("/")
    )
    return Nfo(
        title=one("title"),
        show=one("showtitle"),
        season=number("season"),
        episode=number("episode"),
        year=number("year") or number("premiered"),
        plot=one("plot") or one("outline"),
        genres=tuple(genre for genre in genres if genre),
    )
