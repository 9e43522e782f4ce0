"""Whether other copies of a file are found, and nothing else is: real ones, made for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import av
import numpy as np

from mediadesk.api import Array, Extractor, Feature, Moment, Run, unit
from mediadesk.engine.evaluating import recode
from mediadesk.engine.evaluating.measures import Measure, share
from mediadesk.engine.evaluating.noise import noisy, white
from mediadesk.engine.evaluating.recode import Encoding
from mediadesk.engine.evaluating.themed import Themed
from mediadesk.extract.batch import encoded
from mediadesk.media import GuardedMedia
from mediadesk.recommend import twins
from mediadesk.store import Database
from mediadesk.store import twins as store
from mediadesk.understand.fuse import fuse

_MOST_VIDEOS, _MOST_SONGS = 8, 6
_QUICK = {"preset": "ultrafast"}
Way = tuple[str, Callable[[Path, Path], None]]
"""The ending of a copy's name, and what writes it from a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A copy of a file of `source`, read as that is; `done` says how it was made."""

    id: str
    source: Themed
    done: str
    duration: float
    known: Mapping[str, Feature]


def measures(
    items: Sequence[Themed],
    db: Database,
    extractors: Mapping[Extractor, Run],
    fusing: Run,
) -> Iterator[Measure]:
    """Give how many copies the library would tell as such, and how many of those it tells are.

    Args:
        items: the files of some of them are copied.
        db: where the items are.
        extractors: those of pictures and of sound, with what runs their models.
        fusing: runs the model of the item vector.
    """
    videos = [each for each in items if not each.is_sound]
    songs = [each for each in items if each.is_sound]
    copies: list[Copy] = []
    for what, own, ways, most in (
        ("videos", videos, _VIDEOS, _MOST_VIDEOS),
        ("songs", songs, _SONGS, _MOST_SONGS),
    ):
        chosen = own[:: max(1, len(own) // most)][:most]
        made = list(_copies(chosen, ways, extractors))
        copies += made
        if made:
            yield _by_vector(what, items, made, fusing)
    found = _pairs(items, copies, db)
    for done in dict.fromkeys(each.done for each in copies):
        hits = [_both(each) in found for each in copies if each.done == done]
        yield share(f"copies {done} are found", hits)
    if found:
        source = {each.item.id: each.item.id for each in items}
        source |= {each.id: each.source.item.id for each in copies}
        right = [len({source[each] for each in pair}) == 1 for pair in found]
        note = f"of all pairs of {len(items)} items and {len(copies)} copies"
        yield share("what is told to be a copy is one", right, note)


def _both(copy: Copy) -> frozenset[str]:
    return frozenset((copy.id, copy.source.item.id))


def _copies(
    items: Sequence[Themed], ways: Mapping[str, Way], extractors: Mapping[Extractor, Run]
) -> Iterator[Copy]:
    with TemporaryDirectory() as folder:
        for each in items:
            for done, (suffix, write) in ways.items():
                path = Path(folder, f"copy{suffix}")
                assert each.item.path is not None  # noqa: S101 - a demo library is there
                write(each.item.path, path)
                with av.open(str(path)) as container:
                    duration = (container.duration or 0) / av.time_base
                item = replace(each.item, path=path, sidecars=(), duration=duration)
                yield Copy(
                    id=f"{each.item.id} {done}",
                    source=each,
                    done=done,
                    duration=duration,
                    known={
                        extractor.name: encoded(
                            extractor, [extractor.prepare(item, GuardedMedia())], run
                        )[0]
                        for extractor, run in extractors.items()
                        if item.kind in extractor.kinds
                    },
                )
                path.unlink()


def _pairs(items: Sequence[Themed], copies: Sequence[Copy], db: Database) -> set[frozenset[str]]:
    """Give the pairs that the library would tell, were the copies in it, without names."""
    known: dict[str, Mapping[str, Feature]] = {each.item.id: each.known for each in items}
    candidates = {each.id: each for each in store.candidates(db) if each.id in known}
    known |= {each.id: each.known for each in copies}
    alike = [
        replace(candidates[each.source.item.id], id=each.id, title="", duration=each.duration)
        for each in copies
    ]
    every = sorted([*candidates.values(), *alike], key=lambda each: each.duration)

    def space(extractor: str, ids: Sequence[str], /) -> tuple[Array, Array] | None:
        vectors = {item: own[extractor].summary for item, own in known.items() if extractor in own}
        there = {item: each for item, each in vectors.items() if each is not None}
        if not there:
            return None
        middle = np.mean(list(there.values()), axis=0)
        return np.stack([there.get(each, np.zeros_like(middle)) for each in ids]), middle

    def moments(item: str, extractor: str, /) -> Sequence[Moment]:
        return known[item].get(extractor, Feature()).moments

    found = twins.pairs(every, space=space, moments=moments, apart=set())
    return {frozenset((pair.one, pair.other)) for pair in found}


def _by_vector(what: str, items: Sequence[Themed], copies: Sequence[Copy], fusing: Run) -> Measure:
    """Give how often the item whose vector is nearest to that of a copy is its original."""
    stored = np.stack([each.vector for each in items])
    own = [
        each.vector
        for each in fuse(
            [each.source.item for each in copies], [each.known for each in copies], fusing
        )
    ]
    middle = stored.mean(axis=0)
    centred = unit(stored - middle)
    hits = [
        vector is not None
        and items[int((centred @ unit(vector - middle)).argmax())].item.id == copy.source.item.id
        for copy, vector in zip(copies, own, strict=True)
    ]
    note = f"the nearest of {len(items)} items is the original; the copies have no words"
    return share(f"copies of {what} by the item vector, top 1", hits, note)


def _cropped(pixels: Array) -> Array:
    height, width = (size // 20 for size in pixels.shape[:2])
    return pixels[height:-height, width:-width]


def _grainy(pixels: Array) -> Array:
    grain = np.random.default_rng(int(pixels.sum())).normal(0, 16, (*pixels.shape[:2], 1))
    return np.clip(pixels + grain, 0, 255).astype(np.uint8)


def _video(encoding: Encoding) -> Way:
    def write(source: Path, target: Path) -> None:
        recode.video(source, target, encoding, sound=source)

    return encoding.suffix, write


def _noisy(source: Path, target: Path) -> None:
    sound = recode.decoded(source)
    recode.wave(noisy(sound, white(sound), 20), target)


def _quiet(source: Path, target: Path) -> None:
    recode.wave(recode.decoded(source) / 4, target)


_H264 = partial(Encoding, suffix=".mp4", codec="libx264", size=(480, 270))
_VIDEOS = {
    "half as large": _video(_H264(size=(320, 180), options={"crf": "33"} | _QUICK)),
    "in VP9": _video(
        Encoding(
            suffix=".mkv",
            codec="libvpx-vp9",
            size=(480, 270),
            options={"deadline": "realtime", "cpu-used": "8"},
        )
    ),
    "cropped to 90 %": _video(_H264(options=_QUICK, change=_cropped)),
    "with grainy pictures": _video(_H264(options=_QUICK, change=_grainy)),
}
_SONGS: dict[str, Way] = {
    "as MP3 of 96 kbit/s": (".mp3", recode.mp3),
    "with noise of 20 dB": (".wav", _noisy),
    "at a quarter of the level": (".wav", _quiet),
}
