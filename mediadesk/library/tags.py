"""The tags inside music files, read and written, whatever the format calls them."""

import logging
import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from mediadesk.library import misread, people, ratings

_log = logging.getLogger(__name__)
_MOST_LINE = 500
_GENRES = re.compile(r"[;,/|\0]")
FIELDS = ("title", "artist", "album", "album_artist", "genres", "year", "disc", "track", "stars")
"""What tags can hold: fields of an item, and the stars that a person gave it, half to five."""


@cache
def _opener() -> Callable[[Path], Any]:
    """Give what opens the tags of a file; `performers` are all of whom `artist` is the first."""
    import mediafile

    class Tags(mediafile.MediaFile):  # type: ignore[misc]  # it has no types
        performers = mediafile.ListMediaField(
            mediafile.MP3ListStorageStyle("TPE1"),
            mediafile.MP4ListStorageStyle("\xa9ART"),
            mediafile.ListStorageStyle("ARTIST"),
            mediafile.ASFStorageStyle("Author"),
        )
        conductors = mediafile.ListMediaField(
            mediafile.MP3ListStorageStyle("TPE3"),
            mediafile.MP4ListStorageStyle("----:com.apple.iTunes:CONDUCTOR"),
            mediafile.ListStorageStyle("CONDUCTOR"),
            mediafile.ASFStorageStyle("WM/Conductor"),
        )

    return Tags


def read(path: Path) -> dict[str, Any]:
    """Give those of `FIELDS` that the tags of a file tell; none where they can't be read.

    Several artists are joined by “, ”; genres are a tuple. Beside them stand the `credits`.
    """
    from mediafile import FileTypeError

    try:
        opened = _opener()(path)
        misread.mend(opened.mgfile.tags)
        return _fields(opened)
    except FileTypeError:
        return {}  # a format whose tags FFmpeg alone knows
    except Exception as error:  # noqa: BLE001 - mutagen raises nine kinds on damaged tags
        _log.warning("The tags of “%s” can't be read (%s): they are left out.", path, error)
        return {}


def write(path: Path, fields: Mapping[str, Any]) -> None:
    """Write `FIELDS` into the tags of a file, in place; what it does not name stays as it is.

    Raises:
        ValueError: if the file can't hold tags, or those that it has are damaged.
    """
    try:
        tags = _opener()(path)
        for name, value in fields.items():
            _set(tags, name, value)
        tags.save()
    except Exception as error:
        raise ValueError(str(error)) from error


def can_hold(path: Path) -> bool:
    """Tell whether tags can be written into a file of this format."""
    try:
        _opener()(path)
    except Exception as error:  # noqa: BLE001 - as in `read`
        _log.info("“%s” can't be tagged (%s)", path, error)
        return False
    return True


def as_read(value: Any) -> Any:  # noqa: ANN401 - a text, number or tuple
    """Give what `read` makes of a value of a field that is written."""
    if isinstance(value, tuple):
        return genres(list(value))
    return _line(value) if isinstance(value, str) else value


def genres(texts: list[str]) -> tuple[str, ...]:
    """Take genres apart that were written into one text, each once."""
    parts = (part.strip()[:_MOST_LINE] for text in texts for part in _GENRES.split(text))
    return tuple(dict.fromkeys(part for part in parts if part))


def _fields(tags: Any) -> dict[str, Any]:  # noqa: ANN401 - of a library without types
    found = {
        "title": _line(tags.title),
        "artist": _line(", ".join(tags.performers or [])),
        "album": _line(tags.album),
        "album_artist": _line(tags.albumartist),
        "genres": genres(tags.genres or []),
        "year": _within(tags.year, 1000, 2999),
        "disc": _within(tags.disc, 1, 999),
        "track": _within(tags.track, 1, 9999),
        "stars": ratings.read(tags.mgfile.tags),
        "credits": people.credited(
            {
                "performer": several if len(several := tags.performers or ()) > 1 else (),
                "composer": tags.composers or (),
                "conductor": tags.conductors or (),
                "lyricist": tags.lyricists or (),
                "arranger": tags.arrangers or (),
                "label": [tags.label],
            }
        ),
    }
    return {name: value for name, value in found.items() if value}


def _set(tags: Any, name: str, value: Any) -> None:  # noqa: ANN401 - a text, number or tuple
    if name == "artist":
        tags.performers = [value]
        if tags.artists:
            tags.artists = [value]
    elif name == "genres":
        tags.genres = list(value)
    elif name == "stars":
        ratings.write(tags.mgfile.tags, value)
    else:
        setattr(tags, {"album_artist": "albumartist"}.get(name, name), value)


def _within(number: int | None, low: int, high: int) -> int | None:
    """Give a number that may be one; of a day without dashes the year."""
    if number is not None and 10**7 <= number < 10**8:
        number //= 10**4
    return number if number is not None and low <= number <= high else None


def _line(text: str | None) -> str:
    return " ".join((text or "").replace("\0", " ").split())[:_MOST_LINE]
