"""The values that pass between the host and its plugins: frozen, keyword-only, picklable."""

from __future__ import annotations  # numpy is slow to import and the window has no use for it

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from numpy.typing import NDArray

Array: TypeAlias = "NDArray[Any]"
Json = dict[str, Any]


class Kind(StrEnum):
    """What an item is to a person."""

    FILM = "film"
    EPISODE = "episode"
    CLIP = "clip"
    SONG = "song"
    RECORDING = "recording"


VIDEO = frozenset({Kind.FILM, Kind.EPISODE, Kind.CLIP})
AUDIO = frozenset({Kind.SONG, Kind.RECORDING})


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A file, known by its content.

    `path` is None while no known place holds the file. `duration` is in seconds, 0 if unknown.
    `sidecars` are the subtitle files beside it. `added_at` is in unix seconds.
    """

    id: str
    kind: Kind
    title: str
    path: Path | None
    duration: float = 0.0
    year: int | None = None
    artist: str = ""
    album: str = ""
    genres: tuple[str, ...] = ()
    description: str = ""
    sidecars: tuple[Path, ...] = ()
    added_at: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSpec:
    """Which model a plugin wants to run.

    `task` is the catalogue's: text, image, audio, voice, rank. Without a `name` the catalogue's
    choice for the task is used. With a `file` the model is the plugin's own ONNX graph, named
    `name`.
    """

    task: str
    name: str | None = None
    file: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What `prepare` read from one file, ready for the model."""

    arrays: Mapping[str, Array] = field(default_factory=dict)
    texts: tuple[str, ...] = ()
    images: tuple[bytes, ...] = ()
    times: tuple[tuple[float, float], ...] = ()
    data: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One stretch of an item, `start` to `end` in seconds, with what is known of it.

    `vector` is float32 [d] of unit length; `image` is an encoded JPEG of at most 320 pixels.
    """

    start: float
    end: float
    vector: Array | None = None
    text: str = ""
    image: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """What an extractor learnt about one item.

    `summary` is one float32 vector [d] of unit length, or None where there is nothing to compare.
    `tags` are label → confidence in 0..1. `data` is any JSON, shown on the item's page.
    """

    summary: Array | None = None
    moments: tuple[Moment, ...] = ()
    tags: Mapping[str, float] = field(default_factory=dict)
    data: Json = field(default_factory=dict)


class EventKind(StrEnum):
    """What a person did; the only feedback there is."""

    SHOWN = "shown"
    OPENED = "opened"
    PLAYED = "played"
    FINISHED = "finished"
    ABANDONED = "abandoned"
    LIKE = "like"
    LESS = "less"
    HIDE = "hide"
    NOT_NOW = "not-now"
    UNDO = "undo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One act of one person on one item. `at` is in unix seconds.

    `value` is the share watched (0..1) of a `played`; `context` holds what else matters: shelf,
    position in seconds, the event that an `undo` takes back.
    """

    id: str
    profile: str
    item: str
    kind: EventKind
    at: float
    value: float = 0.0
    context: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What a profile's events on one item add up to: -1 (less of this) … 1 (liked)."""

    item: str
    value: float
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One modality's summary vectors: float32 of unit length, a row of zeros where there is none.

    `candidates` is [n, d], row i for `RankRequest.candidates[i]`; `history` is [m, d], row j for
    `RankRequest.history[j]`.
    """

    candidates: Array
    history: Array


@dataclass(frozen=True, slots=True, kw_only=True)
class RankRequest:
    """Everything a ranker may know: the same request must give the same scores."""

    now: float
    profile: str
    candidates: tuple[str, ...]
    history: tuple[Opinion, ...]
    blocks: Mapping[str, Block]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """A share of a score: the modality block it comes from and the history item that caused it."""

    block: str
    share: float
    seed: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """A ranker's verdict on one candidate; larger is better, and reasons' shares sum to `value`."""

    item: str
    value: float
    reasons: tuple[Reason, ...] = ()


def unit(vectors: Array) -> Array:
    """Scale float vectors [..., d] to length 1; zeros stay zeros."""
    import numpy as np

    norms = np.linalg.norm(vectors, axis=-1, keepdims=True)
    scaled: Array = (vectors / np.where(norms == 0, 1, norms)).astype(np.float32)
    return scaled
