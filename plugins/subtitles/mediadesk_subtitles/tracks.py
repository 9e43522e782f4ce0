"""A subtitle track, and which of several says best what is in a video."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from mediadesk_subtitles import languages
from mediadesk_subtitles.cues import Cue, passages

TOLD = 0.9
"""How sure a language is that a name or a stream tells."""
_MOST_OTHERS = 4


@dataclass(frozen=True, kw_only=True)
class Track:
    """One subtitle track, by the name of its file or the number of its stream.

    `language` is of two letters, empty where it is not known; `source` is who tells it: name,
    stream or text. `roles` are of forced, sdh, commentary. `problem` is one sentence where a part
    of it could not be read.
    """

    name: str
    cues: tuple[Cue, ...]
    language: str = ""
    source: str = ""
    roles: frozenset[str] = frozenset()
    problem: str = ""

    @cached_property
    def passages(self) -> tuple[Cue, ...]:
        """Its cues, joined to passages."""
        return tuple(passages(self.cues))

    @cached_property
    def seconds(self) -> float:
        """For how long it shows a text."""
        return sum(cue.end - cue.start for cue in self.cues)

    @property
    def confidence(self) -> float:
        """How sure the language is, 0..1."""
        return 0.0 if not self.language else 1.0 if self.source == "text" else TOLD


def track(
    name: str, cues: tuple[Cue, ...], told: str, source: str, *, roles: frozenset[str], problem: str
) -> Track:
    """Make a track of which `source` told the language, unless its letters tell another."""
    language = languages.looks((cue.text for cue in cues), told)
    return Track(
        name=name,
        cues=cues,
        language=language,
        source="" if not language else source if language == told else "text",
        roles=roles,
        problem=problem,
    )


def chosen(tracks: Sequence[Track], sound: str) -> Track | None:
    """Give the track to go by: what was said in the film itself, else the one that covers most.

    Who watches is not known here, and all languages lie in one space of vectors. What only covers
    signs, or what somebody says about the film, is left to last; one that writes down sounds is
    behind one that does not.

    Args:
        tracks: those that there are.
        sound: the language of the sound, empty if it is not known.
    """
    most = max((track.seconds for track in tracks if not track.roles - {"sdh"}), default=0)

    def worth(track: Track) -> tuple[bool, bool, int, bool, float]:
        spoken = {sound: 2, "": 1}.get(track.language, 0) if sound else 0
        is_partial = "forced" in track.roles or track.seconds < most / 2
        return (
            "commentary" not in track.roles,
            not is_partial,
            spoken,
            "sdh" not in track.roles,
            track.seconds,
        )

    return max(tracks, key=worth, default=None)


def others(tracks: Sequence[Track], best: Track) -> list[Track]:
    """Give the best track of each language but that of `best`, the fullest first, at most four.

    What only covers signs, or what somebody says about the film, is none.
    """
    by_language: dict[str, list[Track]] = {}
    for track in tracks:
        is_whole = track.cues and not track.roles & {"forced", "commentary"}
        if is_whole and track.language not in {"", best.language}:
            by_language.setdefault(track.language, []).append(track)
    found = [max(own, key=lambda track: track.seconds) for own in by_language.values()]
    return sorted(found, key=lambda track: -track.seconds)[:_MOST_OTHERS]
