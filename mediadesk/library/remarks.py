"""What a person is told of the metadata of a file, beside its fields."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mediadesk.api import Kind
from mediadesk.library import kinds, nfo
from mediadesk.library.metadata import Layers
from mediadesk.library.seasons import plain

_STARS = {"sidecar": "Stars in its NFO file", "embedded": "Stars in its tags"}


def remarks(path: Path, layers: Layers) -> dict[str, str]:
    """Tell, label → text, of stars from other programs, and of a doubtful NFO file."""
    found = {
        label: f"{layers[source]['stars']:g} of 5"
        for source, label in _STARS.items()
        if "stars" in layers[source]
    }
    if kinds.is_video(path.name):
        doubt = nfo.fault(nfo.beside(path)) or _other(layers["guessed"], layers["sidecar"])
        found |= {"NFO file": doubt} if doubt else {}
    return found


def _other(named: Mapping[str, Any], said: Mapping[str, Any]) -> str:
    """Tell in a sentence that an NFO file is about another film than the name; nothing if not."""
    year, told = named.get("year"), said.get("year")
    title, other = plain(str(named.get("title", ""))), plain(str(said.get("title", "")))
    if said.get("kind") != Kind.FILM or year is None or told is None or abs(year - told) <= 1:
        return ""
    if title in other or other in title:
        return ""
    return (
        f"It is about “{said['title']}” ({told}), the name says “{named['title']}” ({year}): "
        "choose under Identify."
    )
