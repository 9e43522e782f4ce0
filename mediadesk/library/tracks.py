"""What the path of a sound file tells about it: its title, its album, and its place there."""

import re
from pathlib import Path

from mediadesk.library.seasons import spaced
from mediadesk.store.places import DISC

_ALBUM = re.compile(
    r"(?:(?!(?:19|20)\d\d - )(.+?) - )?"
    r"(?:((?:19|20)\d\d) - |[(\[]((?:19|20)\d\d)[)\]] )?(.*?)(?: [(\[]((?:19|20)\d\d)[)\]])?",
    re.DOTALL,
)
_HEAPS = frozenset({"", "audio", "downloads", "mp3", "music", "musik", "songs", "音乐", "音楽"})
"""Folders that are no albums."""
_TRACK_NUMBER = re.compile(
    r"(?:([1-9])-(\d\d)[\s._–-]+"  # 1-05, of the first disc
    r"|(\d{1,3})(?:\s*[.–-]\s+|_)|(0\d)[\s._–-]+)(?=\D)"
)


def title_of(path: Path) -> str:
    """Take the name of a sound file as a title, less the track's number."""
    found = _TRACK_NUMBER.match(path.stem)
    return spaced(path.stem[found.end() :] if found else path.stem)


def album_of(path: Path) -> tuple[str, str, int | None]:
    """Give (artist, album, year) as the folder of a numbered track tells: Artist - Album (2001).

    The year may stand first; a folder of discs tells for CD 1, CD 2…
    """
    folder = path.parent.parent if DISC.fullmatch(path.parent.name) else path.parent
    if track_of(path) is None or folder.name.lower() in _HEAPS:
        return "", "", None
    found = _ALBUM.fullmatch(folder.name)
    assert found is not None  # noqa: S101 - anything fits
    artist, *years, album, behind = found.groups()
    year = next(filter(None, (behind, *years)), None)
    return artist or "", album, int(year) if year else None


def disc_of(path: Path) -> int | None:
    """Give the number of the disc that the folder of a sound file is, or that its name tells."""
    found = DISC.fullmatch(path.parent.name) or _TRACK_NUMBER.match(path.stem)
    return int(found[1]) if found and found[1] else None


def track_of(path: Path) -> int | None:
    """Give the number of a track that the name of a sound file begins with."""
    found = _TRACK_NUMBER.match(path.stem)
    return int(found[2] or found[3] or found[4]) if found else None
