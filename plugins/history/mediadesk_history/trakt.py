"""Trakt: the JSON files of its export, and what its interface gives."""

from collections.abc import Iterator, Sequence

from msgspec import Raw, Struct
from msgspec.json import Decoder

from mediadesk.api import EventKind, Watched
from mediadesk_history import entries, files
from mediadesk_history.lines import episode, rating, seconds

_BEST = 10.0


class _Work(Struct):
    title: str | None = None
    year: int | None = None


class _Episode(Struct):
    number: int
    season: int = 0
    title: str | None = None
    last_watched_at: str | None = None


class _Season(Struct):
    number: int
    episodes: list[_Episode] = []


class _Entry(Struct):
    watched_at: str | None = None
    last_watched_at: str | None = None
    rated_at: str | None = None
    paused_at: str | None = None
    progress: float = 0.0
    rating: float = 0.0
    movie: _Work | None = None
    show: _Work | None = None
    season: _Season | None = None
    episode: _Episode | None = None
    seasons: list[_Season] = []

    @property
    def at(self) -> str | None:
        """When it was watched, rated or left."""
        return self.watched_at or self.last_watched_at or self.rated_at or self.paused_at

    @property
    def work(self) -> _Work | None:
        """The film, or the show."""
        return self.movie or self.show


_ENTRY = Decoder(_Entry, strict=False)


class Trakt:
    """Reads watched-history, watched-movies, watched-shows, playback and the files of ratings."""

    name = "trakt"
    title = "Trakt"
    patterns = ("*.json",)

    def read(self, name: str, content: bytes) -> Sequence[Watched]:
        read = entries.typed(name, files.json(name, content, list[Raw]), _entry)
        return entries.each(name, read, _watched)


def _entry(written: Raw) -> _Entry:
    entry = _ENTRY.decode(written)
    if not (entry.at and entry.work):
        raise ValueError("nothing with a time, as in files named “watched…” and “ratings…”")
    return entry


def _watched(entry: _Entry) -> Iterator[Watched]:
    work, show = entry.work or _Work(), (entry.show and entry.show.title) or ""
    title, year = work.title or "", work.year
    if entry.episode:
        own = entry.episode
        title, year = episode(show, own.season, own.number, own.title or ""), None
    elif entry.season:
        title, year = episode(show, entry.season.number), None
    told = [(EventKind.FINISHED, 1.0)]
    if entry.rated_at:
        told = rating(entry.rating, _BEST)
    elif entry.paused_at:
        told = [(EventKind.PLAYED, min(entry.progress / 100, 1.0))]
    if entry.seasons:  # of watched-shows: the show itself was last watched, not finished
        yield from _episodes(show, entry.seasons)
    elif entry.movie or entry.episode or entry.rated_at:
        for kind, value in told:
            yield Watched(
                title=title, kind=kind, year=year, at=seconds(entry.at or ""), value=value
            )


def _episodes(show: str, seasons: list[_Season]) -> Iterator[Watched]:
    for season in seasons:
        for own in season.episodes:
            yield Watched(
                title=episode(show, season.number, own.number),
                kind=EventKind.FINISHED,
                at=seconds(own.last_watched_at or ""),
            )
