"""What the name of a file tells about it: title, year, season and episode."""

import re
from dataclasses import dataclass
from pathlib import Path

_EPISODE = re.compile(
    r"(?<![a-z0-9])s\d{1,4}[ ._-]*e\d{1,4}(?![a-z])|(?<![a-z0-9])\d{1,2}x\d{2,3}(?![a-z0-9])"
    r"|第\s*\d+\s*[集话話期]",
    re.IGNORECASE,
)
_RELEASE_MARKS = frozenset(
    {"year", "date", "season", "screen_size", "source", "video_codec", "audio_codec"}
)
_RELEASE = re.compile(
    r"(?<![\d_])(?:19|20)\d\d(?![\d_])|(?:480|576|720|1080|2160)[pi]|[xh][ .]?26[45]|hevc|hdtv"
    r"|dvd-?rip|blu-?ray|web-?(?:dl|rip)",
    re.IGNORECASE,
)
_TRACK_NUMBER = re.compile(r"^(?:\d{1,3}(?:\s*[.–-]\s+|_)|0\d[\s._–-]+)(?=\D)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A file name taken apart; `title` is never empty."""

    title: str
    year: int | None = None
    season: int | None = None
    episode: int | None = None
    episode_title: str = ""

    @property
    def is_episode(self) -> bool:
        """Tell whether the name has an episode's number."""
        return self.episode is not None


def of_video(path: Path) -> Name:
    """Take apart the name of a video; a show may stand in the names of the folders around it.

    A name without the marks of a release (year, season, picture size…) is its own title: there
    guessit would see check sums, languages and episodes in dates, words and numbers.
    """
    plain = Name(title=_spaced(path.stem))
    is_episode = _EPISODE.search(path.stem) is not None
    if not is_episode and not _RELEASE.search(path.stem):
        return plain
    from guessit import guessit
    from guessit.api import GuessitException

    try:
        if is_episode:
            found = guessit(path.name, {"type": "episode", "name_only": True})
            if not found.get("title"):
                found = guessit(str(Path(*path.parts[-3:])), {"type": "episode"})
        else:
            found = guessit(path.name, {"type": "movie", "name_only": True})
    except GuessitException:
        return plain  # guessit's own words for "a bug of ours with this name"
    season, episode, year = (_number(found.get(key)) for key in ("season", "episode", "year"))
    if episode is not None and is_episode:
        return Name(
            title=str(found.get("title") or path.parent.name),
            year=year,
            season=season if season is not None else 1,
            episode=episode,
            episode_title=str(found.get("episode_title") or ""),
        )
    is_release = bool(_RELEASE_MARKS & found.keys()) and found.get("title")
    return Name(title=str(found["title"]), year=year) if is_release else plain


def of_audio(path: Path) -> Name:
    """Take the name of a sound file as a title, less the track's number."""
    return Name(title=_spaced(_TRACK_NUMBER.sub("", path.stem)))


def titled(name: Name) -> str:
    """Write out a name: a film's title, or “Show S01E02 · Title”."""
    if not name.is_episode:
        return name.title
    text = f"{name.title} S{name.season or 0:02}E{name.episode:02}"
    return f"{text} · {name.episode_title}" if name.episode_title else text


def _number(value: object) -> int | None:
    first = value[0] if isinstance(value, list) and value else value
    return first if isinstance(first, int) else None


def _spaced(stem: str) -> str:
    spaced = stem if " " in stem else stem.replace("_", " ").replace(".", " ")
    return " ".join(spaced.split()) or stem
