"""Writes back what the library knows, into tags and NFO files, after a preview."""

import secrets
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any, Generic, TypeVar, get_args

from mediadesk.api import EventKind, Item, Kind, UserError
from mediadesk.engine import unwriting
from mediadesk.engine.access import Access
from mediadesk.engine.messages import (
    Change,
    Imported,
    Into,
    Progress,
    WriteLine,
    WritePlan,
    Written,
)
from mediadesk.engine.nfo_history import take_over_nfos
from mediadesk.library import names, tags, writeback
from mediadesk.library.nfo import Nfo
from mediadesk.library.replacing import stamp
from mediadesk.library.writeback import Draft
from mediadesk.paths import spelled, to_path
from mediadesk.recommend.profile import State, effective
from mediadesk.store import changes, library, oplog, registers, versions
from mediadesk.store.versions import Place

T = TypeVar("T")
_PLANS_KEPT = 4
_BATCH = 200
_MARKS = frozenset({EventKind.SEEN, EventKind.UNSEEN, EventKind.FINISHED})
_LABELS = {
    "root": "kind of file", "show": "series", "plot": "description", "plays": "play count",
    "last_played": "last played", "stars": "stars", "album_artist": "album artist",
}  # fmt: skip


class Writing:
    """The verbs of `messages.Writing`."""

    def __init__(self, access: Access) -> None:
        """Join the library."""
        self._access = access
        self._lock = threading.Lock()
        self._plans: dict[str, list[Draft]] = {}
        self._walks: dict[str, _Walk[Any]] = {}  # by the token of a plan; "" for one in the making

    def plan_write(
        self, names: Sequence[str], *, into: Into = "nfo", profile: str | None = None
    ) -> WritePlan:
        kinds = get_args(Into)
        if into not in kinds:
            raise UserError(f"Nothing is written into “{into}”: choose {' or '.join(kinds)}.")
        walk = self._begin("", self._access.ids(names))
        drafts: dict[Path, Draft] = {}
        refused: list[str] = []
        for item, place in self._places(walk):
            try:
                draft = self._draft(item, place, into, profile)
            except UserError as error:
                refused.append(str(error))
            else:
                drafts |= {draft.file: draft} if draft.changes else {}
        if walk.stopped:
            raise UserError("This was stopped, and nothing is written: look again to go on.")
        token = secrets.token_hex(8)
        with self._lock:
            self._plans[token] = list(drafts.values())
            while len(self._plans) > _PLANS_KEPT:
                del self._plans[next(iter(self._plans))]
        return WritePlan(
            token=token,
            lines=tuple(line for draft in drafts.values() for line in _lines(draft)),
            refused=tuple(dict.fromkeys(refused)),
        )

    def write_back(self, token: str) -> Written:
        with unwriting.alone(self._access.store):
            with self._lock:
                drafts = self._plans.pop(token, None)
            if drafts is None:
                raise UserError("This preview is not known any more: look at a new one first.")
            return self._write(token, drafts)

    def _write(self, token: str, drafts: Sequence[Draft]) -> Written:
        store, count = self._access.store, len(drafts)
        says = (
            f"Began to write to {count:,} {'file' if count == 1 else 'files'}"  # until it is done
        )
        act = store.write(partial(changes.begin_writing, says=says, items=count), durable=True)
        originals = unwriting.originals(store, act.id)
        walk = self._begin(token, drafts)
        refused: list[str] = []
        written: list[Path] = []
        known = 0
        try:
            for draft in walk:
                try:
                    writeback.carry_out(draft, originals)
                    written.append(draft.media)
                except UserError as error:
                    refused.append(str(error))
                if len(written) - known == _BATCH:
                    self._learn(written[known:])
                    known = len(written)
        finally:
            del self._walks[token]
            self._learn(written[known:])
            change = self._end(act.id, len(written))
        return Written(files=len(written), refused=tuple(refused), left=walk.left, change=change)

    def _end(self, act: str, count: int) -> Change | None:
        """Tell of what was written, if anything was."""
        store = self._access.store
        if count == 0:
            store.write(partial(changes.drop, change=act))
            unwriting.originals(store, act).drop()
            return None
        unwriting.clear(store)
        says = unwriting.written(count)
        told = store.write(partial(changes.retell, change=act, says=says, items=count))
        return Change(**asdict(told)) if told else None

    def progress(self, token: str = "") -> Progress | None:
        walk = self._walks.get(token)
        return Progress(done=walk.done, of=walk.of) if walk and walk.left else None

    def stop(self, token: str = "") -> None:
        with self._lock:
            self._plans.pop(token, None)
            if token in self._walks:
                self._walks[token].stopped = True

    def import_nfos(self, *, dry_run: bool = False, profile: str | None = None) -> Imported:
        found = take_over_nfos(
            self._access.store,
            states=self._access.states(profile),
            profile=self._access.profile(profile),
            dry_run=dry_run,
        )
        if found.kept:
            self._access.heard()
            self._access.changed("items", "features")
        return found

    def _begin(self, token: str, things: Sequence[T]) -> "_Walk[T]":
        """Go through things; who goes through others for the same ends."""
        walk = _Walk(things)
        self.stop(token)
        self._walks[token] = walk
        return walk

    def _learn(self, written: list[Path]) -> None:
        if written:
            unwriting.know(self._access.store, written)
            self._access.changed("items")

    def _places(self, ids: Iterable[str]) -> Iterator[tuple[Item, Place]]:
        db = self._access.store.read()
        for each in ids:
            for item in library.items(db, [each]).values():
                places = versions.places(db, each)
                is_here = any(place.available for place in places)
                for place in places:
                    is_other = not (place.available or place.drive) or not place.path
                    has_moved = is_here and is_other
                    if not has_moved:
                        yield item, place

    def _draft(self, item: Item, place: Place, into: Into, profile: str | None) -> Draft:
        path = to_path(place.path)
        if not place.path:
            raise UserError(
                f"The file of “{item.title}” is on “{place.drive}”: write to it there, or copy it "
                "into a folder of the library."
            )
        if not place.available:
            where = f"on “{place.drive}”, which is not connected" if place.drive else "missing"
            raise UserError(f"“{path}” is {where}: bring it back to write to it.")
        if stamp(path) != (place.size, place.mtime_ns):
            raise UserError(
                f"“{path}” is not as it was when last looked at: scan its folder, and try again."
            )
        if into == "tags":
            stars = self._access.states(profile).get(item.id, State()).stars
            fields = {name: getattr(item, name) for name in tags.FIELDS if name != "stars"}
            return writeback.draft_tags(path, {**fields, "stars": stars})
        return writeback.draft_nfo(path, self._nfo(item, profile))

    def _nfo(self, item: Item, profile: str | None) -> Nfo:
        """Say all that is known of an item as an NFO file does."""
        state = self._access.states(profile).get(item.id, State())
        labels = registers.labels(self._access.store.read(), [item.id])
        is_dated = state.finished and not state.undated
        said = Nfo(
            title=item.title,
            year=item.year,
            plot=item.description,
            genres=item.genres,
            tags=tuple(labels.get(item.id, ())),
            watched=self._watched(item.id, state, profile),
            plays=state.plays or None,
            last_played=_local(state.played_at) if is_dated and state.played_at else "",
            stars=state.stars,
        )
        if item.kind is Kind.MUSIC_VIDEO:
            return replace(said, root="musicvideo", artist=item.artist, album=item.album)
        if item.kind is not Kind.EPISODE:
            return said
        return replace(
            said,
            root="episodedetails",
            title=names.bare(
                item.title, series=item.series, season=item.season, episode=item.episode
            ),
            show=item.series,
            season=item.season,
            episode=item.episode,
        )

    def _watched(self, item: str, state: State, profile: str | None) -> bool | None:
        """Tell whether it was watched; None where nobody said that it was not."""
        if state.finished:
            return True
        db = self._access.store.read()
        events = effective(oplog.events(db, profile=self._access.profile(profile), items=[item]))
        marks = [event.kind for event in events if event.kind in _MARKS]
        return False if marks and marks[-1] is EventKind.UNSEEN else None


class _Walk(Generic[T]):
    """Things that are gone through one after the other, which can be stopped in between."""

    def __init__(self, things: Sequence[T]) -> None:
        self._things = things
        self.of = len(things)
        self.done = 0
        self.stopped = False

    @property
    def left(self) -> int:
        return self.of - self.done

    def __iter__(self) -> Iterator[T]:
        for each in self._things:
            if self.stopped:
                return
            yield each
            self.done += 1


def _lines(draft: Draft) -> Iterable[WriteLine]:
    for name, before, after in draft.changes:
        yield WriteLine(
            path=spelled(draft.file),
            field=_LABELS.get(name, name),
            before=_text(before),
            after=_text(after),
        )


def _text(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    return "" if value is None else str(value)


def _local(at: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(at))
