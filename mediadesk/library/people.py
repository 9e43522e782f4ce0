"""Who made a file, for whom and where: its credits, role → names, in the order of billing."""

import re
from collections.abc import Iterable, Mapping

Credits = dict[str, tuple[str, ...]]
"""Role (`store.graph.ROLES`) → names, without roles that nobody has."""

_MOST = 50
_MOST_NAME = 200
_APART = re.compile(r"\s*(?:[;\0]|\s/\s)\s*")
_TAGS = {
    "director": ("director",),
    "writer": ("writer", "written_by", "screenplay_by"),
    "actor": ("actor",),
    "composer": ("composer",),
    "lyricist": ("lyricist",),
    "producer": ("producer",),
    "studio": ("production_studio",),
}
_PLACES = (
    "com.apple.quicktime.location.name", "recording_location", "location",
    "com.apple.quicktime.location.iso6709",
)  # fmt: skip
_POINT = re.compile(r"([+-]\d{2}(?:\.\d+)?)([+-]\d{3}(?:\.\d+)?)(?:[+-]\d+(?:\.\d+)?)?(?:CRS.*)?/?")


def credited(said: Mapping[str, Iterable[str | None]]) -> Credits:
    """Give each role its names in one line each, once, and without roles that nobody has."""
    found: Credits = {}
    for role, names in said.items():
        lines = (" ".join((name or "").split())[:_MOST_NAME] for name in names)
        if kept := tuple(dict.fromkeys(filter(None, lines)))[:_MOST]:
            found[role] = kept
    return found


def of_tags(tagged: Mapping[str, str]) -> Credits:
    """Give the credits in tags as FFmpeg calls them, lower-case name → text."""
    said: dict[str, Iterable[str]] = {
        role: [name for each in names for name in _APART.split(tagged.get(each, ""))]
        for role, names in _TAGS.items()
    }
    places = (place for name in _PLACES if (place := where(tagged.get(name, ""))))
    return credited(said | {"location": [next(places, "")]})


def where(text: str) -> str:
    """Give the name of a place; a point on the map (ISO 6709) by its degrees, to about 1 km.

    Nothing is looked up anywhere, so that who took a video at home tells nobody.
    """
    point = _POINT.fullmatch(text.strip())
    if point is None:
        return text.strip()
    north, east = float(point[1]), float(point[2])
    if abs(north) > 90 or abs(east) > 180 or not (north or east):
        return ""  # what a camera without reception writes
    return f"{abs(north):.2f}° {'NS'[north < 0]}, {abs(east):.2f}° {'EW'[east < 0]}"
