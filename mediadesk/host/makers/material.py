"""Made-up input for the parts of a plugin: a small library, its features, a history, files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from mediadesk.api import (
    Array,
    Block,
    Event,
    EventKind,
    ExplainRequest,
    Feature,
    Item,
    Json,
    Kind,
    Liked,
    Moment,
    PanelRequest,
    RankRequest,
    ShelfRequest,
    testing,
    unit,
)

LANGUAGES = ("en", "zh_CN")
NOISE = b"\xff\xfe" + bytes(range(256)) * 40
GARBAGE = (b"", b"\x00", NOISE, b"<html>", b'{"a": [1, 2', b"a,b\n1\n")
QUESTIONS = (
    "",
    " \n",
    "films shorter than 10 minutes that I have not seen",
    "不到十分钟的电影",
    "🎬 ١٢٣ ½ " * 50,
    "(" * 3000 + "long " * 3000,
)
_SUFFIXES = (".json", ".txt", ".nfo", ".xml", ".csv")
_SEED = 20
Learnt = Mapping[str, Sequence[Feature]]
"""Extractor → what it found in several files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What parts are tried with: media of 2 and 4 seconds, and noise with noise beside it.

    `root` is the plugin's own folder. `learnt` is what its extractors found in the media, by their
    names: their trial writes it down for the parts that are shown such things.
    """

    videos: tuple[Path, ...]
    songs: tuple[Path, ...]
    damaged: Path
    root: Path
    learnt: dict[str, tuple[Feature, ...]] = field(default_factory=dict)


def bench(folder: Path, root: Path) -> Bench:
    """Make the files in an empty folder."""
    random = np.random.default_rng(_SEED)
    (folder / "damaged").mkdir()
    damaged = folder / "damaged" / "clip.mp4"
    for suffix in (".mp4", *_SUFFIXES):
        damaged.with_suffix(suffix).write_bytes(NOISE)
    return Bench(
        root=root,
        videos=tuple(
            testing.video(folder / f"{name}.mp4", _pictures(random, seconds, most))
            for name, seconds, most in (("clip", 2, 256), ("dark", 4, 64))
        ),
        songs=tuple(
            testing.sound(folder / f"{name}.flac", _wave(random, seconds, hertz))
            for name, seconds, hertz in (("song", 2, 440), ("bass", 4, 55))
        ),
        damaged=damaged,
    )


def items(count: int = 60) -> tuple[Item, ...]:
    """Make a library of all kinds; every third item lacks what may be lacking."""
    kinds = tuple(Kind)
    full = [
        testing.item(
            id=f"i{n}",
            kind=kinds[n % len(kinds)],
            title=("“Solaris” ", "海边的", "Café ")[n % 3] + str(n),
            duration=15.0 * (n + 1) ** 1.5,
            year=1950 + n,
            artist=f"Artist {n % 7}",
            genres=("drama", "sea"),
            added_at=1e9 + n * 86400,
        )
        for n in range(count)
    ]
    return tuple(
        replace(item, duration=0.0, year=None, artist="", genres=()) if n % 3 == 2 else item
        for n, item in enumerate(full)
    )


def features(n: int, learnt: Learnt | None = None) -> dict[str, Feature]:
    """Make what the plugins that come with MediaDesk know of the n-th item, beside `learnt`."""
    own = {name: found[n % len(found)] for name, found in (learnt or {}).items() if found}
    random = np.random.default_rng(n)
    seen = {name: float(random.uniform(0, 0.5)) for name in ("beach", "castle", "tabby cat", "ski")}
    heard = {name: float(random.uniform(0, 1)) for name in ("jazz", "rock", "instrumental")}
    moment = Moment(start=0.0, end=2.0, vector=_vectors(random, 1, 1280)[0], text="The sea.")
    return {
        "keyframes": Feature(
            summary=_vectors(random, 1, 1280)[0],
            moments=(moment,),
            data={"frames": 1, "classes": seen},
        ),
        "audio": Feature(
            summary=_vectors(random, 1, 392)[0],
            data={"speech_share": float(random.uniform(0, 1)), "tags": heard},
        ),
        "subtitles": Feature(summary=_vectors(random, 1, 512)[0], data={"language": "en"}),
        "tags": Feature(tags={"sea": 0.8}),
    } | own


def rank_request(
    candidates: int = 200, opinions: int = 12, learnt: Learnt | None = None
) -> RankRequest:
    """Make a request in which a third of the vectors of each block is missing.

    The blocks are those of the plugins that come with MediaDesk, and of what is `learnt`.
    """
    random = np.random.default_rng(_SEED)
    values = random.choice([1.0, 0.5, -0.1, -1.0], opinions).tolist()
    asked = testing.rank_request(candidates=candidates, opinions=values, seed=_SEED)
    known = {**asked.blocks, **_blocks(candidates, opinions, learnt or {})}
    blocks = {
        name: Block(candidates=_holed(random, own.candidates), history=_holed(random, own.history))
        for name, own in known.items()
    }
    return replace(asked, blocks=blocks)


def shuffled(request: RankRequest) -> tuple[RankRequest, Array]:
    """Give a request with its candidates in another order, and that order."""
    order = np.random.default_rng(_SEED).permutation(len(request.candidates))
    blocks = {
        name: replace(own, candidates=own.candidates[order]) for name, own in request.blocks.items()
    }
    told, crowd = request.facts, request.crowd
    mixed = replace(
        request,
        candidates=tuple(request.candidates[n] for n in order),
        blocks=blocks,
        facts=told and replace(told, candidates=told.candidates.rows(order)),
        crowd=crowd and replace(crowd, candidates=crowd.candidates[order]),
    )
    return mixed, order


def explain_request(language: str) -> ExplainRequest:
    """Make a request about an item of an artist of whom something is liked."""
    first, *rest = items(22)
    return ExplainRequest(
        item=first,
        reasons=("Because you liked “Solaris”",),
        history=tuple(Liked(item=item, value=1.0 - n / 10) for n, item in enumerate(rest)),
        language=language,
    )


def shelf_request(count: int) -> ShelfRequest:
    """Make a request of so many items, best first."""
    values = tuple(1.0 / (n + 1) for n in range(count))
    return ShelfRequest(now=1.1e9, profile="me", items=items(count), values=values, language="en")


def panel_request(reads: tuple[str, ...], count: int, learnt: Learnt | None = None) -> PanelRequest:
    """Make a request with the data that the page reads, where this is known."""
    library = items(count)
    known = {item.id: features(n, learnt) for n, item in enumerate(library)}
    data: dict[str, dict[str, Json]] = {
        name: {id_: own[name].data for id_, own in known.items() if name in own} for name in reads
    }
    return PanelRequest(items=library, data=data, language="en")


def events() -> tuple[Event, ...]:
    """Make an event of each kind."""
    return tuple(
        Event(id=f"check:{n}", profile="me", item=f"i{n}", kind=kind, at=1e9 + n, value=0.5)
        for n, kind in enumerate(EventKind)
    )


def _blocks(candidates: int, opinions: int, learnt: Learnt) -> dict[str, Block]:
    """Give vectors of extractors to as many items, over and over the same few."""
    blocks = {}
    for name, found in learnt.items():
        if vectors := [each.summary for each in found if each.summary is not None]:
            rows = np.resize(vectors, (candidates + opinions, len(vectors[0])))
            blocks[name] = Block(candidates=rows[:candidates], history=rows[candidates:])
    return blocks


def _pictures(random: np.random.Generator, seconds: int, most: int) -> Array:
    """Give ten noisy pictures a second, uint8 [n, 90, 160, 3] below `most`."""
    small = random.integers(0, most, (10 * seconds, 9, 16, 3), dtype=np.uint8)
    return small.repeat(10, 1).repeat(10, 2)


def _wave(random: np.random.Generator, seconds: int, hertz: int) -> Array:
    time = np.arange(48_000 * seconds) / 48_000
    return 0.3 * np.sin(2 * np.pi * hertz * time) + random.normal(0, 0.01, len(time))


def _vectors(random: np.random.Generator, count: int, length: int) -> Array:
    return unit(random.normal(size=(count, length)))


def _holed(random: np.random.Generator, vectors: Array) -> Array:
    missing = random.random(len(vectors)) < 1 / 3
    return np.where(missing[:, None], np.float32(0), vectors)
