"""Finds the words of a song: in the lrc file beside it, else in its tags."""

from collections.abc import Sequence
from dataclasses import dataclass

from av.container import InputContainer

from mediadesk.api import Item, Media, UnreadableError
from mediadesk_subtitles.cues import Cue, clean, lines, passages
from mediadesk_subtitles.files import read_sidecar, timed_lyrics

_NAMES = frozenset({"lyrics", "syncedlyrics", "unsyncedlyrics", "unsynced lyrics", "wm/lyrics"})
_LONGEST = 20_000  # characters
_MOST = 40  # passages


@dataclass(frozen=True, slots=True, kw_only=True)
class Lyrics:
    """A song's words as passages; their times are true only if `timed`.

    `problem` is one sentence where they could not be read.
    """

    passages: tuple[Cue, ...] = ()
    timed: bool = False
    problem: str = ""


def read(item: Item, media: Media) -> Lyrics:
    """Give the lyrics of a song; none where there are none, or they can't be read.

    Raises:
        UnreadableError: if the song went away.
    """
    problem = ""
    for path in item.sidecars:
        if path.suffix.lower() != ".lrc":
            continue
        try:
            return _lyrics(read_sidecar(path).cues, timed=True)
        except UnreadableError as error:
            problem = str(error)
    if item.path is None:
        return Lyrics(problem=problem)
    try:
        with media.open(item.path) as container:
            text = _tagged(container)
    except UnreadableError:
        if not item.path.exists():
            raise
        return Lyrics(problem=problem)  # who reads the sound tells what is wrong with it
    written = text[:_LONGEST].splitlines()
    if cues := clean(timed_lyrics(written)):
        return _lyrics(cues, timed=True)
    return _lyrics([Cue(start=0, end=0, text=said) for line in written for said in lines(line)])


def _tagged(container: InputContainer) -> str:
    """Give the lyrics in the tags of a file or, as in Ogg, of its sound; ID3 adds a language."""
    for tags in (container.metadata, *(stream.metadata for stream in container.streams.audio)):
        for name, text in tags.items():
            called = name.casefold()
            if (called in _NAMES or called.startswith("lyrics-")) and text.strip():
                return text
    return ""


def _lyrics(cues: Sequence[Cue], *, timed: bool = False) -> Lyrics:
    return Lyrics(passages=tuple(passages(cues))[:_MOST], timed=timed)
