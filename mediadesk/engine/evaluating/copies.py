"""Whether other copies of a file are found, and nothing else is: real ones, made for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import av
import numpy as np

from mediadesk.api import Array, Extractor, Feature, Item, Kind, Moment, Run, unit
from mediadesk.engine.evaluating.measures import Measure, left_out, share
from mediadesk.engine.evaluating.reading import read
from mediadesk.engine.evaluating.themed import Themed
from mediadesk.engine.evaluating.ways import SONGS, VIDEOS, Way
from mediadesk.recommend import twins
from mediadesk.store import Database
from mediadesk.store import twins as store
from mediadesk.store.twins import Candidate
from mediadesk.understand.fuse import fuse

FOLDER = "media/video"
"""The folder of the evaluation data that holds videos."""

PAIR = ("carphone_pristine.mp4", "carphone_distorted.mp4")
"""Two of them that are the same, one of them encoded badly."""

_MOST_VIDEOS, _MOST_SONGS = 8, 6
_SHORTEST = 3.0  # seconds; what is shorter is never told to be a copy
_WIDEST = 640  # pixels of a video that is copied: larger ones take minutes


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A copy of the file of `source`, read as that is; `done` says how it was made."""

    id: str
    source: Item
    done: str
    duration: float
    known: Mapping[str, Feature]


def measures(
    items: Sequence[Themed],
    db: Database,
    readers: Mapping[Extractor, Run],
    fusing: Run,
) -> Iterator[Measure]:
    """Give how many copies the library would tell as such, and how many of those it tells are.

    Args:
        items: the files of some of them are copied.
        db: where the items are.
        readers: extractors of pictures and of sound, with what runs their models.
        fusing: runs the model of the item vector.
    """
    videos = [each.item for each in items if not each.is_sound]
    songs = [each.item for each in items if each.is_sound]
    copies: list[Copy] = []
    for what, own, ways, most in (
        ("videos", videos, VIDEOS, _MOST_VIDEOS),
        ("songs", songs, SONGS, _MOST_SONGS),
    ):
        made = list(_copies(own[:: max(1, len(own) // most)][:most], ways, readers))
        copies += made
        if made:
            yield _by_vector(what, items, made, fusing)
    known = {each.item.id: each.known for each in items}
    found = _pairs(_candidates(db, known), known, copies)
    yield from _found(copies, found)
    yield from _right(found, {each: each for each in known}, copies)


def given(
    data: Path, items: Sequence[Themed], db: Database, readers: Mapping[Extractor, Run]
) -> Iterator[Measure]:
    """Give the same of videos of the evaluation data, two of which are copies themselves.

    Args:
        data: its folder.
        items: those that the library holds besides, of which none is among the videos.
        db: where the items are.
        readers: extractors of pictures and of sound, with what runs their models.
    """
    paths = sorted((data / FOLDER).glob("*.mp4"))
    if not {*PAIR} <= {path.name for path in paths}:
        yield left_out("copies", f"“{data / FOLDER}” lacks “{PAIR[0]}” or its copy: put it there.")
        return
    videos = [(item, wide) for item, wide in map(_opened, paths) if item.duration >= _SHORTEST]
    copies = list(_copies([item for item, wide in videos if wide <= _WIDEST], VIDEOS, readers))
    known = {each.item.id: each.known for each in items}
    candidates = [*_candidates(db, known), *(_candidate(item) for item, _ in videos)]
    known |= {item.id: read(item, readers) for item, _ in videos}
    found = _pairs(candidates, known, [])
    note = "the limits were set with it in sight"
    yield share("the carphone pair is found", [frozenset(PAIR) in found], note)
    for done in VIDEOS:  # each alone, for many copies of few videos would be no usual library
        made = [each for each in copies if each.done == done]
        told = _pairs(candidates, known, made)
        yield from _found(made, told)
        found |= told
    one, other = PAIR
    works = {each: one if each == other else each for each in known}
    yield from _right(found, works, copies)


def _copies(
    items: Sequence[Item], ways: Mapping[str, Way], readers: Mapping[Extractor, Run]
) -> Iterator[Copy]:
    with TemporaryDirectory() as folder:
        for source in items:
            for done, (suffix, write) in ways.items():
                path = Path(folder, f"copy{suffix}")
                assert source.path is not None  # noqa: S101 - the file is there
                write(source.path, path)
                with av.open(str(path)) as container:
                    duration = (container.duration or 0) / av.time_base
                item = replace(source, path=path, sidecars=(), duration=duration)
                yield Copy(
                    id=f"{source.id} {done}",
                    source=source,
                    done=done,
                    duration=duration,
                    known=read(item, readers),
                )
                path.unlink()


def _opened(path: Path) -> tuple[Item, int]:
    """Give a video without a name, and how many pixels wide it is."""
    with av.open(f"file:{path}") as container:
        duration = (container.duration or 0) / av.time_base
        wide = container.streams.video[0].width
    return Item(id=path.name, kind=Kind.CLIP, title="", path=path, duration=duration), wide


def _candidates(db: Database, known: Mapping[str, object]) -> list[Candidate]:
    return [each for each in store.candidates(db) if each.id in known]


def _candidate(item: Item) -> Candidate:
    return Candidate(
        id=item.id,
        kind=item.kind,
        title="",
        duration=item.duration,
        year=None,
        artist="",
        series="",
        season=None,
        episode=None,
        height=0,
        rate=0.0,
        lossless=False,
        available=True,
        gone=False,
    )


def _pairs(
    candidates: Iterable[Candidate], known: Mapping[str, Mapping[str, Feature]], copies: list[Copy]
) -> set[frozenset[str]]:
    """Give the pairs that the library would tell, were the copies in it, without names."""
    of = {each.id: each for each in candidates}
    features = {**known, **{each.id: each.known for each in copies}}
    alike = [
        replace(of[each.source.id], id=each.id, title="", duration=each.duration) for each in copies
    ]
    every = sorted([*of.values(), *alike], key=lambda each: each.duration)

    def space(extractor: str, ids: Sequence[str], /) -> tuple[Array, Array] | None:
        vectors = {
            item: own[extractor].summary for item, own in features.items() if extractor in own
        }
        there = {item: each for item, each in vectors.items() if each is not None}
        if not there:
            return None
        middle = np.mean(list(there.values()), axis=0)
        return np.stack([there.get(each, np.zeros_like(middle)) for each in ids]), middle

    def moments(item: str, extractor: str, /) -> Sequence[Moment]:
        return features[item].get(extractor, Feature()).moments

    found = twins.pairs(every, space=space, moments=moments, apart=set())
    return {frozenset((pair.one, pair.other)) for pair in found}


def _found(copies: Sequence[Copy], found: set[frozenset[str]]) -> Iterator[Measure]:
    for done in dict.fromkeys(each.done for each in copies):
        hits = [
            frozenset((each.id, each.source.id)) in found for each in copies if each.done == done
        ]
        yield share(f"copies {done} are found", hits)


def _right(
    found: set[frozenset[str]], works: Mapping[str, str], copies: Sequence[Copy]
) -> Iterator[Measure]:
    """Give how many pairs are of one work; `works` is item → what it is a file of."""
    if found:
        of = {**works, **{each.id: works[each.source.id] for each in copies}}
        right = [len({of[each] for each in pair}) == 1 for pair in found]
        note = f"all pairs told, of {len(works)} items and {len(copies)} copies"
        yield share("what is told to be a copy is one", right, note)


def _by_vector(what: str, items: Sequence[Themed], copies: Sequence[Copy], fusing: Run) -> Measure:
    """Give how often the item whose vector is nearest to that of a copy is its original."""
    stored = np.stack([each.vector for each in items])
    own = [
        each.vector
        for each in fuse([each.source for each in copies], [each.known for each in copies], fusing)
    ]
    middle = stored.mean(axis=0)
    centred = unit(stored - middle)
    hits = [
        vector is not None
        and items[int((centred @ unit(vector - middle)).argmax())].item.id == copy.source.id
        for copy, vector in zip(copies, own, strict=True)
    ]
    note = f"the nearest of {len(items)} items; no words are known"
    return share(f"copies of {what}: top 1 by the item vector", hits, note)
