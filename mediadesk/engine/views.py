"""Turns what the engine knows into the plain values of `messages`."""

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import fields, replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from mediadesk.api import SURE, Item, Json, Kind, UserError
from mediadesk.engine import fields as item_fields
from mediadesk.engine import inside
from mediadesk.engine.learnt import learnt
from mediadesk.engine.messages import (
    Card,
    FolderView,
    ItemPage,
    ItemView,
    JobView,
    ModelView,
    Panel,
    Problem,
    Shelf,
    Status,
    Version,
    Why,
    WorkView,
)
from mediadesk.host import Plugin
from mediadesk.models import ModelStatus
from mediadesk.paths import shown, spelled
from mediadesk.recommend import values
from mediadesk.recommend.profile import State
from mediadesk.recommend.values import Pick
from mediadesk.recommend.watched import goes_on_at
from mediadesk.store import (
    Database,
    collections,
    features,
    graph,
    jobs,
    library,
    locations,
    panels,
    places,
    registers,
    roots,
    versions,
)
from mediadesk.understand import FEATURE

if TYPE_CHECKING:
    from mediadesk.engine.work import Analysis

_TAGS_SHOWN = 4
States = Mapping[str, State]
"""Item → where the profile that looks stands with it."""


def items(db: Database, ids: Sequence[str], states: States) -> tuple[ItemView, ...]:
    """View items in the order of their ids, without those that are gone."""
    viewed = _views(db, ids, states)
    return tuple(viewed[each] for each in ids if each in viewed)


def cards(db: Database, picks: Sequence[Pick], states: States) -> tuple[Card, ...]:
    """View picks as cards."""
    viewed = _views(db, [pick.item for pick in picks], states)
    return tuple(_card(pick, viewed) for pick in picks if pick.item in viewed)


def panel(
    db: Database,
    found: values.Panel,
    states: States,
    *,
    started: float,
    allowed: Collection[str] | None = None,
    made_by: str = "",
    made_at: float | None = None,
) -> Panel:
    """View a panel for who may see the `allowed` items; `started` is a `perf_counter` reading.

    `made_by` and `made_at` are as in the panel.
    """
    picked = [pick.item for shelf in found.shelves for pick in shelf.items]
    viewed = _views(db, picked, states)
    shelves = tuple(
        Shelf(
            id=shelf.id,
            title=shelf.title,
            items=tuple(_card(pick, viewed) for pick in shelf.items if pick.item in viewed),
        )
        for shelf in found.shelves
    )
    understood, total = features.coverage(db, allowed)
    return Panel(
        profile=found.profile,
        took_ms=since(started),
        shelves=shelves,
        understood=understood,
        total=total,
        made_by=made_by,
        made_at=made_at,
    )


def since(started: float) -> float:
    """Give the milliseconds since a `perf_counter` reading."""
    return round((time.perf_counter() - started) * 1000, 1)


def why(db: Database, found: values.Why, states: States) -> Why:
    """View an explanation."""
    return Why(
        item=_views(db, [found.item], states)[found.item],
        rank=found.rank,
        of=found.of,
        score=found.score,
        rankers=dict(found.rankers),
        reasons=found.reasons,
        without=dict(found.without),
        note=found.note,
    )


def page(
    db: Database,
    item: Item,
    states: States,
    *,
    profile: str,
    similar: Sequence[ItemView],
    plugins: Iterable[Plugin],
) -> ItemPage:
    """View everything about an item; `plugins` may have parts that learnt about it."""
    known = features.of_item(db, item.id, other_languages=False)
    partial = {name: feature.problem for name, feature in known.items() if feature.problem}
    noted = registers.values(db, [item.id], profile=profile).get(item.id, {})
    return ItemPage(
        item=items(db, [item.id], states)[0],
        facts=_facts(item, library.facts(db, item.id)),
        description=item.description,
        tags=features.tags(db, [item.id]).get(item.id, {}),
        moments=inside.moments(item.id, known),
        similar=tuple(each for each in similar if isinstance(each, Card)),
        jobs=tuple(
            JobView(extractor=name, state=state, problem=problem or partial.get(name))
            for name, state, problem in jobs.of_item(db, item.id)
        ),
        # What is derived from the rest has places of its own.
        learnt=learnt({name: known[name] for name in known if name != FEATURE}, plugins),
        fields=item_fields.views(db, item.id),
        chapters=inside.chapters(library.chapters(db, item.id), known),
        versions=_versions(db, item.id),
        note=noted.get("note", ""),
        collections=tuple(collections.of_items(db, [item.id]).get(item.id, ())),
        summary=inside.summary(known),
        keyframes=inside.keyframes(item.id, known),
        passages=inside.passages(item.id, known),
        spans=inside.spans(known),
        sound=inside.sound(known),
        languages=inside.languages(known),
        kinds=inside.kinds(known),
        nodes=inside.nodes(graph.of_item(db, item.id)),
    )


def _versions(db: Database, item: str) -> tuple[Version, ...]:
    return tuple(
        Version(
            path=place.path,
            content=place.content,
            available=place.available,
            drive=place.drive,
            size=max(place.size, 0),  # none lies where another film does
            height=place.height,
            kept=n == 0,
        )
        for n, place in enumerate(versions.places(db, item))
    )


def pictures(db: Database, keys: Sequence[str]) -> dict[str, bytes]:
    """Give key → JPEG; keys without a picture are left out.

    Raises:
        UserError: if a key is none.
    """
    found: dict[str, bytes] = {}
    covers = [key.removeprefix("artwork/") for key in keys if key.startswith("artwork/")]
    found |= {f"artwork/{item}": jpeg for item, jpeg in library.artwork(db, covers).items()}
    for key in keys:
        if key.startswith("artwork/"):
            continue
        match key.split("/"):
            case ["moment", _, _, n] if n.isdecimal():
                if jpeg := panels.moment(db, key):
                    found[key] = jpeg
            case _:
                raise UserError(f"“{key}” names no picture.")
    return found


def folder(root: roots.Root, *, watched: bool = False) -> FolderView:
    """View a folder of the library."""
    return FolderView(
        path=spelled(root.path),
        files=root.files,
        available=root.problem is None,
        problem=root.problem,
        drive=root.drive,
        excludes=root.excludes,
        watched=watched,
        scanned=root.scanned_at is not None,
    )


def status(
    db: Database,
    analysis: "Analysis | None",
    *,
    settling: int,
    work: tuple[WorkView, ...],
    pace: str,
    paused: bool,
    watched: Collection[Path] = (),
    unwatched: Sequence[tuple[Path, str]] = (),
    allowed: Collection[str] | None = None,
) -> Status:
    """View what is going on.

    Args:
        db: the library.
        analysis: what works on it, if anything does.
        settling: how many files still change.
        work: how far each part is.
        pace: why it goes gently.
        paused: whether a person paused it.
        watched: the folders of which the system tells changes.
        unwatched: those where it might and does not, with the reasons.
        allowed: the items that may be told of, None for all there is.
    """
    unread = locations.count_unread(db)
    pipeline = analysis.pipeline if analysis else None
    trouble = pipeline.trouble if pipeline else None
    waiting = {each.extractor: each.waiting for each in work if not each.held and each.waiting}
    seconds = None if waiting else 0.0
    if analysis and waiting:
        seconds = analysis.seconds_left(waiting)
    # Nobody knows what is in files that were not opened yet.
    if unread or allowed is not None:
        seconds = None
    known, items = _known(db, allowed)
    return Status(
        folders=tuple(folder(root, watched=root.path in watched) for root in known),
        items=items,
        unread=unread if allowed is None else 0,
        settling=settling,
        work=work,
        problems=(
            *([Problem(path="", sentence=trouble)] if trouble else []),
            *_problems(db, unwatched, allowed),
        ),
        busy=pipeline is not None and pipeline.busy,
        paused=paused,
        seconds_left=seconds and round(seconds, 1),
        pace=pace,
    )


def model(known: ModelStatus) -> ModelView:
    """View a model."""
    return ModelView(
        name=known.name,
        task=known.task,
        dimensions=known.dimensions,
        size_bytes=known.size,
        licence=known.licence,
        source=known.source,
        sha256=known.sha256,
        installed=known.installed,
        loaded=known.loaded,
        provider=known.provider or None,
        fell_back_because=known.fell_back_because or None,
        runs=known.runs,
        mean_ms=known.mean_ms,
        problem=known.problem or None,
    )


def _views(db: Database, ids: Sequence[str], states: States) -> dict[str, ItemView]:
    unique = list(dict.fromkeys(ids))
    tags = features.tags(db, unique, least=SURE)
    labels = registers.labels(db, unique)
    return {
        each: _view(listed, tags.get(each, {}), labels.get(each, ()), states.get(each, State()))
        for each, listed in library.listed(db, unique).items()
    }


def _view(
    listed: library.Listed, tags: Mapping[str, float], labels: Sequence[str], state: State
) -> ItemView:
    item = listed.item
    return ItemView(
        id=item.id,
        title=item.title,
        kind=item.kind.value,
        path=spelled(item.path) if item.path else None,
        available=listed.available,
        duration_s=round(item.duration, 3),
        year=item.year,
        artist=item.artist,
        album=item.album,
        tags=_strongest(tags),
        liked=state.liked,
        hidden=state.hidden,
        finished=state.finished,
        progress=round(state.progress, 4),
        position_s=state.position,
        resume_s=_resume(item, state),
        drive=listed.drive,
        labels=tuple(labels),
        stars=state.stars,
        plays=state.plays,
        added_at=item.added_at,
        played_at=state.played_at,
        size=listed.size,
        height=listed.height,
        series=item.series,
        season=item.season,
        episode=item.episode,
        album_artist=item.album_artist,
        disc=item.disc,
        track=item.track,
    )


def _resume(item: Item, state: State) -> float:
    """Give the second to begin at: music, and what is seen, is played from its beginning."""
    is_anew = item.kind in {Kind.SONG, Kind.MUSIC_VIDEO} or state.progress >= 1
    return 0.0 if is_anew else goes_on_at(state.position, item.duration)


def _strongest(tags: Mapping[str, float]) -> tuple[str, ...]:
    return tuple(sorted(tags, key=lambda label: -tags[label])[:_TAGS_SHOWN])


def _card(pick: Pick, viewed: Mapping[str, ItemView]) -> Card:
    view = viewed[pick.item]
    return Card(
        **{field.name: getattr(view, field.name) for field in fields(view)},
        score=round(pick.score, 4),
        rankers={name: round(share, 4) for name, share in pick.rankers.items()},
        reasons=pick.reasons,
        arm=pick.arm,
    )


def _known(db: Database, allowed: Collection[str] | None) -> tuple[Sequence[roots.Root], int]:
    """Give the folders, as far as what may be told of lies in them, and how many items that is."""
    every = roots.listed(db)
    if allowed is None:
        return every, library.count_items(db)
    lying = places.by_root(db, allowed)
    seen = [
        replace(root, files=len(lying[root.path]), excludes=())
        for root in every
        if root.path in lying
    ]
    return seen, len(set(chain.from_iterable(lying.values())))


def _problems(
    db: Database, unwatched: Sequence[tuple[Path, str]], allowed: Collection[str] | None
) -> tuple[Problem, ...]:
    unread = [*locations.problems(db), *unwatched]
    wrong = [*jobs.failures(db), *features.problems(db)]
    if allowed is not None:
        unread = [each for each in unread if places.item_at(db, each[0]) in allowed]
        wrong = [each for each in wrong if each[0] in allowed]
    found = [Problem(path=spelled(path), sentence=sentence) for path, sentence in unread]
    known = library.items(db, [item for item, _, _ in wrong])
    return tuple(found) + tuple(
        Problem(path=spelled(path) if path else "", sentence=sentence, extractor=extractor)
        for item, extractor, sentence in wrong
        if item in known
        for path in [known[item].path]
    )


def _facts(item: Item, probed: Json) -> tuple[tuple[str, str], ...]:
    facts = [("Kind", item.kind.label), ("Length", _clock(item.duration))]
    facts += [(str(label), str(value)) for label, value in probed.items()]
    if item.path:
        facts.append(("File", shown(item.path)))
    return tuple((label, value) for label, value in facts if value)


def _clock(seconds: float) -> str:
    whole = int(seconds)
    hours, minutes = whole // 3600, whole // 60 % 60
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"
