"""What each source says of a file: the NFO file beside it, the tags inside it, its name."""

import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from mediadesk.api import Item, Kind
from mediadesk.library import certification, kinds, names, nfo, people, tags, tracks
from mediadesk.library.names import Name
from mediadesk.library.nfo import Nfo
from mediadesk.library.seasons import plain
from mediadesk.paths import shown
from mediadesk.store import told
from mediadesk.store.places import DISC
from mediadesk.understand.kinds import kinds as likely
from mediadesk.understand.kinds import understood

_YEAR = re.compile(r"(?<!\d)(1[89]\d\d|20\d\d)(?!\d)")
_MOST_DESCRIPTION = 20_000
_MOST_LINE = 500
_KINDS = {"movie": Kind.FILM, "episodedetails": Kind.EPISODE, "musicvideo": Kind.MUSIC_VIDEO}
Layers = dict[str, dict[str, Any]]
"""Source (sidecar, embedded, guessed) → field → value, without what is unknown."""


def gather(
    path: Path, tagged: Mapping[str, str], *, video: bool, seconds: float, alone: bool = True
) -> Layers:
    """Give what the NFO file beside, the tags and the name of a file say, each for itself.

    Args:
        path: the file.
        tagged: its tags as FFmpeg calls them, lower-case name → text.
        video: whether it has moving pictures.
        seconds: its length, which tells a film from a clip.
        alone: whether it is the only video in its folder, so that movie.nfo is about it.

    The sidecar also tells, as far as it says so, `watched`, `plays`, `stars`, `last_played`,
    `stopped`, `tags`, `set`, `ids`, and the public's `rating` with its `votes`; and each its
    `credits`. Of music it is album.nfo and artist.nfo, and says what the tags do not. The tags of
    music also tell `stars`, and a sum of `lyrics`.
    """
    called = Path(shown(path))
    name = names.of_video(called) if video else Name(title=tracks.title_of(called))
    layers: Layers = {"sidecar": {}, "embedded": {}, "guessed": {}}
    if video:
        own = _nfo_of(path, alone=alone)
        show = _show(path.parent) if name.is_episode or (own and own.show) else None
        if own is not None and own.root == "movie":
            name = Name(title=names.titled(name), year=name.year)
        layers["sidecar"] = dict(_from_nfo(own, show, name))
        layers["embedded"] = dict(_from_film(tagged, name))
    else:
        layers["embedded"] = dict(_from_tags(tagged)) | tags.read(path)
        layers["embedded"]["lyrics"] = _sum_of_lyrics(tagged)
        layers["sidecar"] = dict(_from_music_nfos(path, layers["embedded"]))
        artist, album, year = tracks.album_of(called)
        name = replace(name, year=year)
        layers["guessed"] = {
            "artist": artist,
            "album": album,
            "disc": tracks.disc_of(called),
            "track": tracks.track_of(called),
        }
    kind = kinds.kind_of(video=video, seconds=seconds, episode=name.is_episode)
    layers["guessed"] |= _named(name) | {"year": name.year, "kind": kind.value}
    found = {
        source: {field: value for field, value in fields.items() if value not in _NOTHING}
        for source, fields in layers.items()
    }
    if kind is not Kind.EPISODE:
        found["guessed"]["kind"] = _called(found, called, seconds).value
    return found


_NOTHING: tuple[Any, ...] = (None, "", (), {})


def merged(layers: Layers) -> dict[str, Any]:
    """Give the fields of an item as the strongest source tells them, for `api.Item`."""
    found: dict[str, Any] = {}
    for source in ("guessed", "embedded", "sidecar"):
        found |= {name: value for name, value in layers[source].items() if name in told.FIELDS}
    return found | {"kind": Kind(found["kind"])}


def _called(layers: Layers, path: Path, seconds: float) -> Kind:
    """Give the kind that names and tags tell, else that which goes by the length."""
    fields = merged(layers) | {"kind": Kind(layers["guessed"]["kind"])}
    own = {name: fields[name] for name in ("kind", "artist", "album", "genres") if name in fields}
    item = Item(id="", title="", path=path, duration=seconds, **own)
    return understood(likely(item, {})) or item.kind


def _named(name: Name) -> dict[str, Any]:
    return {
        "title": names.titled(name)[:_MOST_LINE],
        "series": name.series[:_MOST_LINE],
        "season": name.season if name.is_episode else None,
        "episode": name.episode,
    }


def _nfo_of(path: Path, *, alone: bool) -> Nfo | None:
    own = nfo.read(nfo.beside(path))
    return own if own is not None or not alone else nfo.read(path.with_name("movie.nfo"))


def _show(folder: Path) -> Nfo | None:
    """Give the tvshow.nfo of the folder, or of the one above, where a series has its seasons."""
    for path in (folder / "tvshow.nfo", folder.parent / "tvshow.nfo"):
        if path.is_file() and (found := _show_at(path, path.stat().st_mtime_ns)) is not None:
            return found
    return None


@lru_cache(maxsize=8)
def _show_at(path: Path, _mtime_ns: int) -> Nfo | None:
    return nfo.read(path)


def _from_music_nfos(path: Path, tagged: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Say what album.nfo, and artist.nfo beside or above it, say of a song that its tags do not."""
    folder = path.parent.parent if DISC.fullmatch(path.parent.name) else path.parent
    album = _music_at(folder, "album.nfo") or Nfo()
    by = {plain(tagged.get(field, "")) for field in ("artist", "album_artist")} - {""}
    artist = _music_at(folder, "artist.nfo") or _music_at(folder.parent, "artist.nfo")
    if artist is None or plain(artist.title) not in (by or {plain(album.artist)}):
        artist = Nfo()
    yield "description", (album.plot or artist.plot)[:_MOST_DESCRIPTION]
    yield "tags", tuple(dict.fromkeys((*album.tags, *artist.tags)))
    yield "credits", album.credits
    yield "rating", album.rating
    yield "votes", album.votes
    for field, value in {
        "album": album.title[:_MOST_LINE],
        "album_artist": album.artist[:_MOST_LINE],
        "year": album.year,
        "genres": album.genres or artist.genres,
    }.items():
        if tagged.get(field) in _NOTHING:
            yield field, value


def _music_at(folder: Path, name: str) -> Nfo | None:
    path = folder / name
    return _music(path, path.stat().st_mtime_ns) if path.is_file() else None


@lru_cache(maxsize=8)
def _music(path: Path, _mtime_ns: int) -> Nfo | None:
    return nfo.read_music(path)


def _from_nfo(own: Nfo | None, show: Nfo | None, name: Name) -> Iterator[tuple[str, Any]]:
    """Say what the file's own NFO says, and for an episode what that of its series does."""
    if own is not None and own.root != "episodedetails":
        yield "title", own.title[:_MOST_LINE]
    elif own is not None or show is not None:
        yield from _named(_episode(own or Nfo(), show or Nfo(), name)).items()
    own, show = own or Nfo(root=""), show or Nfo()
    yield "kind", _KINDS.get(own.root)
    yield "year", own.year
    yield "genres", own.genres or show.genres
    yield "description", (own.plot or show.plot)[:_MOST_DESCRIPTION]
    yield "artist", own.artist[:_MOST_LINE]
    yield "album", own.album[:_MOST_LINE]
    yield "credits", _credits(own, show)
    yield "rating", own.rating or show.rating
    yield "votes", own.votes if own.rating else show.votes
    yield "age", certification.age(own.certification or show.certification)
    for state in ("watched", "plays", "stars", "last_played", "stopped", "tags", "set", "ids"):
        yield state, getattr(own, state)


def _credits(own: Nfo, show: Nfo) -> people.Credits:
    """Join whom an episode names with whom its series does, its own first."""
    roles = dict.fromkeys((*own.credits, *show.credits))
    both = {each: (*own.credits.get(each, ()), *show.credits.get(each, ())) for each in roles}
    return people.credited(both)


def _episode(own: Nfo, show: Nfo, name: Name) -> Name:
    return replace(
        name,
        title=own.title or name.title if name.is_episode else own.title,
        series=show.title or own.show or name.series,
        season=name.season if own.season is None else own.season,
        episode=name.episode if own.episode is None else own.episode,
        last=name.last if own.episode in (None, name.episode) else None,
    )


def _from_film(tagged: Mapping[str, str], name: Name) -> Iterator[tuple[str, Any]]:
    """Say what the tags of a video say; a title alone leaves the episode its number."""
    said = dict(_from_tags(tagged))
    season, episode = _number(tagged, "season_number"), _number(tagged, "episode_sort")
    series = " ".join(tagged.get("show", "").split())
    if series and episode is not None:
        said |= _named(Name(title=said["title"], series=series, season=season, episode=episode)) | {
            "kind": Kind.EPISODE
        }
    elif name.is_episode and said["title"]:
        is_junk = names.looks_released(said["title"])
        said["title"] = "" if is_junk else names.titled(replace(name, title=said["title"]))
    yield from said.items()


def _from_tags(tagged: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    for field, choices in {
        "title": ("title",),
        "artist": ("artist", "album_artist", "author", "performer"),
        "album": ("album",),
        "album_artist": ("album_artist",),
    }.items():
        text = next((tagged[choice] for choice in choices if choice in tagged), "")
        yield field, " ".join(text.split())[:_MOST_LINE]
    dates = (tagged[name] for name in ("date", "year") if name in tagged)
    year = next((match for date in dates if (match := _YEAR.search(date))), None)
    yield "year", int(year[0]) if year else None
    yield "genres", tags.genres([tagged.get("genre", "")])
    described = (tagged[name] for name in ("synopsis", "description") if name in tagged)
    yield "description", next(described, "")[:_MOST_DESCRIPTION]
    yield "disc", _number(tagged, "disc") or None
    yield "track", _number(tagged, "track") or None
    yield "credits", people.of_tags(tagged)


def _sum_of_lyrics(tagged: Mapping[str, str]) -> str:
    """Sum up the words of a song: with another sum they are to be learnt anew."""
    words = sorted(text for name, text in tagged.items() if "lyrics" in name)
    return f"{zlib.crc32(repr(words).encode()):08x}" if words else ""


def _number(tagged: Mapping[str, str], name: str) -> int | None:
    """Read a number such as 3 or 3/12."""
    found = re.match(r"\s*(\d{1,4})(?!\d)", tagged.get(name, ""))
    return int(found[1]) if found else None
