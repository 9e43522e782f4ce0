"""Playing: what to play from where, with which tracks, and what comes next."""

from dataclasses import dataclass
from typing import Protocol

from mediadesk.engine.messages.items import ChapterView, ItemView, MomentView, Span
from mediadesk.engine.messages.organising import Change
from mediadesk.play.queue import QueueState


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """An audio or subtitle track as a person chose it: by language and name, never by number.

    `off` stands for no subtitles; `path` is that of an external file.
    """

    language: str = ""
    name: str = ""
    path: str = ""
    off: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """All that a player needs to play one item.

    `path` is empty while no place holds the file. `start` is the second to resume at, 0 for the
    beginning, as with songs; from `seen_from` on it is seen, 0 if its length is unknown. `audio`
    and `subtitle` are what was last chosen in this series (or for this item), None where nothing
    was. `subtitles` are the files beside it. `following` is the next episode or track, if any.
    `moments` are the key moments, `spans` its intro and credits.
    """

    item: ItemView
    path: str
    start: float
    seen_from: float
    chapters: tuple[ChapterView, ...]
    moments: tuple[MomentView, ...]
    subtitles: tuple[str, ...]
    audio: Track | None
    subtitle: Track | None
    speed: float
    following: ItemView | None
    spans: tuple[Span, ...] = ()


class Playing(Protocol):
    """What the player asks and tells; what was played is told by `Verbs.event`."""

    def sit_down(self, name: str, *, profile: str | None = None) -> Sitting:
        """Give what is needed to play an item."""
        ...

    def choose_audio(self, name: str, track: Track, *, profile: str | None = None) -> None:
        """Remember the audio track for the series of an item, or for the item alone."""
        ...

    def choose_subtitle(self, name: str, track: Track, *, profile: str | None = None) -> None:
        """Remember the subtitles for the series of an item, or for the item alone."""
        ...

    def choose_speed(self, name: str, speed: float, *, profile: str | None = None) -> None:
        """Remember the speed (0.25..4) likewise."""
        ...

    def queue(self, *, profile: str | None = None) -> QueueState:
        """Give the queue as it was kept last; files that went missing are still in it."""
        ...

    def keep_queue(self, state: QueueState, *, profile: str | None = None) -> None:
        """Keep the queue for the next start of this device's player."""
        ...

    def dismiss(self, name: str, *, profile: str | None = None) -> Change:
        """Take an item off Continue until it is played again; its position stays."""
        ...
