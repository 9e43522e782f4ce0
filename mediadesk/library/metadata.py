"""What an item is called and what it is about: sidecar before embedded before guessed."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mediadesk.library import names, nfo
from mediadesk.library.names import Name

_YEAR = re.compile(r"(?<!\d)(1[89]\d\d|20\d\d)(?!\d)")
_MOST_DESCRIPTION = 20_000
_MOST_LINE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """The fields of an item that say what it is, and where each was found.

    `sources` maps a field's name to sidecar, embedded or guessed.
    """

    title: str
    year: int | None
    artist: str
    album: str
    genres: tuple[str, ...]
    description: str
    is_episode: bool
    sources: Mapping[str, str]


def gather(path: Path, tags: Mapping[str, str], *, video: bool) -> Metadata:
    """Put together what the NFO file beside, the tags and the name of a file say."""
    name = names.of_video(path) if video else names.of_audio(path)
    layers = [
        ("sidecar", dict(_from_nfo(path.with_suffix(".nfo"))) if video else {}),
        ("embedded", dict(_from_tags(tags))),
        ("guessed", {"title": names.titled(name), "year": name.year}),
    ]
    found: dict[str, Any] = {}
    sources: dict[str, str] = {}
    for source, fields in layers:
        for field, value in fields.items():
            if value and field not in found:
                found[field], sources[field] = value, source
    return Metadata(
        title=found["title"],
        year=found.get("year"),
        artist=found.get("artist", ""),
        album=found.get("album", ""),
        genres=found.get("genres", ()),
        description=found.get("description", ""),
        is_episode=name.is_episode or bool(found.get("episode")),
        sources=sources,
    )


def _from_nfo(path: Path) -> Iterator[tuple[str, Any]]:
    read = nfo.read(path)
    if read is None:
        return
    title = read.title
    if read.show and read.episode is not None:
        title = names.titled(
            Name(
                title=read.show,
                season=read.season,
                episode=read.episode,
                episode_title=read.title,
            )
        )
    yield "title", title[:_MOST_LINE]
    yield "year", read.year
    yield "genres", read.genres
    yield "description", read.plot[:_MOST_DESCRIPTION]
    yield "episode", read.episode is not None


def _from_tags(tags: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    for field, choices in {
        "title": ("title",),
        "artist": ("artist", "album_artist", "author", "performer"),
        "album": ("album",),
    }.items():
        text = next((tags[choice] for choice in choices if choice in tags), "")
        yield field, " ".join(text.split())[:_MOST_LINE]
    dates = (tags[name] for name in ("date", "year") if name in tags)
    year = next((match for date in dates if (match := _YEAR.search(date))), None)
    yield "year", int(year[0]) if year else None
    genres = (part.strip() for part in re.split(r"[;,/|\0]", tags.get("genre", "")))
    yield "genres", tuple(dict.fromkeys(genre[:_MOST_LINE] for genre in genres if genre))
    described = (tags[name] for name in ("synopsis", "description") if name in tags)
    yield "description", next(described, "")[:_MOST_DESCRIPTION]
