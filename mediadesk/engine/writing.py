"""Writes back what the library knows, into tags and NFO files, after a preview."""

import secrets
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import get_args

from mediadesk.api import EventKind, Item, Kind, UserError
from mediadesk.engine.access import Access
from mediadesk.engine.messages import Imported, Into, WriteLine, WritePlan, Written
from mediadesk.engine.nfo_history import take_over_nfos
from mediadesk.library import names, tags, writeback
from mediadesk.library.nfo import Nfo
from mediadesk.library.sources import learn, look
from mediadesk.library.writeback import Draft
from mediadesk.recommend.profile import State, effective
from mediadesk.store import library, oplog, registers, versions
from mediadesk.store.versions import Place

_PLANS_KEPT = 4
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

    def plan_write(
        self, names: Sequence[str], *, into: Into = "nfo", profile: str | None = None
    ) -> WritePlan:
        kinds = get_args(Into)
        if into not in kinds:
            raise UserError(f"Nothing is written into “{into}”: choose {' or '.join(kinds)}.")
        drafts: dict[Path, Draft] = {}
        refused: list[str] = []
        for item, place in self._places(names):
            try:
                draft = self._draft(item, place, into, profile)
            except UserError as error:
                refused.append(str(error))
            else:
                drafts |= {draft.file: draft} if draft.changes else {}
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
        with self._lock:
            drafts = self._plans.pop(token, None)
        if drafts is None:
            raise UserError("This preview is not known any more: look at a new one first.")
        refused: list[str] = []
        written: list[Path] = []
        for draft in drafts:
            try:
                writeback.carry_out(draft)
                written.append(draft.media)
            except UserError as error:
                refused.append(str(error))
        if written:
            # It is known from now on, and no scan is to read it again.
            looks = look(self._access.store.read(), written)
            self._access.store.write(partial(learn, looks=looks), durable=True)
            self._access.changed("items")
        return Written(files=len(written), refused=tuple(refused))

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

    def _places(self, names: Sequence[str]) -> Iterable[tuple[Item, Place]]:
        db = self._access.store.read()
        ids = self._access.ids(names)
        items = library.items(db, ids)
        for item in (items[each] for each in ids if each in items):
            for place in versions.places(db, item.id):
                yield item, place

    def _draft(self, item: Item, place: Place, into: Into, profile: str | None) -> Draft:
        path = Path(place.path)
        if not place.available:
            where = f"on “{place.drive}”, which is not connected" if place.drive else "missing"
            raise UserError(f"“{path}” is {where}: bring it back to write to it.")
        if writeback.stamp(path) != (place.size, place.mtime_ns):
            raise UserError(
                f"“{path}” is not as it was when last looked at: scan its folder, and try again."
            )
        if into == "tags":
            return writeback.draft_tags(path, {name: getattr(item, name) for name in tags.FIELDS})
        return writeback.draft_nfo(path, self._nfo(item, profile))

    def _nfo(self, item: Item, profile: str | None) -> Nfo:
        """Say all that is known of an item as an NFO file does."""
        state = self._access.states(profile).get(item.id, State())
        labels = registers.labels(self._access.store.read(), [item.id])
        said = Nfo(
            title=item.title,
            year=item.year,
            plot=item.description,
            genres=item.genres,
            tags=tuple(labels.get(item.id, ())),
            watched=self._watched(item.id, state, profile),
            plays=state.plays or None,
            last_played=_local(state.played_at) if state.finished and state.played_at else "",
            stars=state.stars,
        )
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
        events = effective(oplog.events(db, profile=self._access.profile(profile), item=item))
        marks = [event.kind for event in events if event.kind in _MARKS]
        return False if marks and marks[-1] is EventKind.UNSEEN else None


def _lines(draft: Draft) -> Iterable[WriteLine]:
    for name, before, after in draft.changes:
        yield WriteLine(
            path=str(draft.file),
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
