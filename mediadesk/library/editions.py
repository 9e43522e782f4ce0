"""Which edition, part or disc of a film a file is, as names tell for Plex, Jellyfin and Kodi."""

import re
from pathlib import Path

_EDITION = re.compile(r"\s*\{edition-([^{}]+)\}", re.IGNORECASE)
_PART = re.compile(r"[\s._-]+(cd|dvd|dis[ck]|part|pt)[\s._-]*(\d{1,2})$", re.IGNORECASE)
_WORDS = {
    "cd": "CD",
    "dvd": "DVD",
    "disc": "Disc ",
    "disk": "Disc ",
    "part": "Part ",
    "pt": "Part ",
}


def edition(stem: str) -> tuple[str, str]:
    """Give a name without its mark of an edition, and that edition, or nothing."""
    found = _EDITION.search(stem)
    return (_EDITION.sub("", stem).strip(), found[1].strip()) if found else (stem, "")


def part(stem: str) -> tuple[str, str]:
    """Give a name without the number of a part at its end, and that part, or nothing."""
    found = _PART.search(stem)
    if found is None:
        return stem, ""
    return stem[: found.start()], f"{_WORDS[found[1].lower()]}{int(found[2])}"


def disc_of(path: Path) -> Path | None:
    """Give the folder that holds a copied DVD or Blu-ray, for one of its files."""
    folder = path.parent
    if folder.name.upper() == "STREAM" and folder.parent.name.upper() == "BDMV":
        folder = folder.parent
    elif folder.name.upper() != "VIDEO_TS":
        return None
    return folder.parent if folder.parent.name else None
