"""What the demo library is made of: `resources/demo.toml`, read into values."""

import hashlib
import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

_RENDERING = 1  # raised when the same plan comes out differently, so that clips are made anew


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A package that ships pictures, music or films."""

    name: str
    kind: str  # "deb" or "wheel"
    version: str
    sha256: Mapping[str, str]  # of every member that is used


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """How one narrated clip is rendered from pictures."""

    title: str
    year: int
    pictures: tuple[str, ...]  # members of the source
    music: str | None  # a member, or None for an ambience
    ambience: str
    lines: Mapping[str, tuple[str, ...]]  # language → sentences
    embedded: bool  # subtitles inside the file instead of beside it
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One item of the library: a file copied as it is, or a clip to render."""

    path: str  # relative, with forward slashes
    theme: str  # empty for an item that belongs to none
    source: str
    members: tuple[str, ...]
    clip: Clip | None = None

    @property
    def recipe(self) -> str:
        """Changes whenever the item would come out differently."""
        everything = {"rendering": _RENDERING, **asdict(self)}
        return hashlib.sha256(json.dumps(everything, sort_keys=True).encode()).hexdigest()[:16]

    @property
    def outputs(self) -> tuple[str, ...]:
        """Every file that belongs to the item, the item itself first."""
        if self.clip is None or self.clip.embedded:
            return (self.path,)
        stem = self.path.rpartition(".")[0]
        return (self.path, *(f"{stem}.{language}.srt" for language in self.clip.lines))


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything that the demo library should hold, and where it comes from."""

    sources: tuple[Source, ...]
    entries: tuple[Entry, ...]


def read(file: Path) -> Plan:
    """Give the plan that `file`, a TOML document, describes."""
    document = tomllib.loads(file.read_text(encoding="utf-8"))
    sources = tuple(
        Source(
            name=name,
            kind=row["kind"],
            version=row.get("version", ""),
            sha256=document["sha256"].get(name, {}),
        )
        for name, row in document["source"].items()
    )
    return Plan(sources=sources, entries=(*_clips(document), *_copies(document)))


def _clips(document: Mapping[str, Any]) -> Iterator[Entry]:
    for seed, row in enumerate(document["clip"]):
        theme = document["theme"][row["theme"]]
        pictures = tuple(theme["picture"].format(*name.split("/", 1)) for name in row["pictures"])
        music = row.get("music")
        clip = Clip(
            title=row["title"],
            year=row["year"],
            pictures=pictures,
            music=music,
            ambience=theme["sound"],
            lines={key: tuple(row[key].split("\n")[:-1]) for key in ("en", "zh") if key in row},
            embedded="embedded" in row,
            seed=seed,
        )
        yield Entry(
            path=f"{theme['folder']}/{clip.title} ({clip.year}).{row.get('embedded', 'mp4')}",
            theme=row["theme"],
            source=theme["source"],
            members=(*pictures, music) if music else pictures,
            clip=clip,
        )


def _copies(document: Mapping[str, Any]) -> Iterator[Entry]:
    for row in document["track"]:
        theme = document["theme"][row["theme"]]
        yield Entry(
            path=f"{theme['folder']}/{row['path']}",
            theme=row["theme"],
            source=theme["source"],
            members=(row["file"],),
        )
    for row in document["film"]:
        yield Entry(path=row["path"], theme="", source=row["source"], members=(row["file"],))
