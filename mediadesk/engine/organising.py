"""What people say of items, and how they order them: see `messages.Organising`."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from functools import partial

from mediadesk.api import Event, EventKind, Json, UserError
from mediadesk.api.errors import TakenBackError
from mediadesk.engine import acts, collecting, inside, twins
from mediadesk.engine import fields as item_fields
from mediadesk.engine.access import Access
from mediadesk.engine.messages import Change, CollectionView, Common, Origin, Twins
from mediadesk.engine.noting import context_of
from mediadesk.recommend.profile import State, hiding
from mediadesk.recommend.senses import Space
from mediadesk.store import Database, changes, features, library, oplog, registers
from mediadesk.store.changes import Change as Act
from mediadesk.store.registers import Edit

_LONGEST_NOTE = 100_000
_MOST_APART = 100


class Organising:
    """Ratings, marks, tags, notes, fields, collections and twins; each act can be taken back."""

    def __init__(
        self,
        access: Access,
        *,
        space: Space,
        take_up: Callable[[Sequence[str]], None],
        teach: Callable[[Sequence[str]], None],
    ) -> None:
        """Organise the library of `access`.

        Args:
            access: the way to it.
            space: gives what extractors found, to compare items by.
            take_up: called with items that may lack features by now, to be analysed.
            teach: called with items whose tags or kind people may have changed.
        """
        self._access = access
        self._space = space
        self._take_up = take_up
        self._teach = teach

    def rate(
        self,
        names: Sequence[str],
        stars: float | None,
        *,
        origin: Origin | None = None,
        profile: str | None = None,
    ) -> Change:
        if stars is not None and not (0.5 <= stars <= 5 and float(stars * 2).is_integer()):
            raise UserError(f"“{stars:g}” is no rating: give 0.5 to 5 stars, in halves.")
        ids = self._access.ids(names, profile)
        known = self._access.states(profile)
        news = [each for each in ids if known.get(each, State()).stars != stars]
        what = self._what(ids)
        says = f"Rated {what} {stars:g} of 5" if stars else f"Took the rating from {what}"
        rated = [(each, EventKind.RATED, context_of(origin)) for each in news]
        who = self._access.profile(profile)
        return self._events(says, rated, profile=who, value=(stars or 0) / 5)

    def mark(self, names: Sequence[str], *, watched: bool, profile: str | None = None) -> Change:
        ids = self._access.ids(names, profile)
        known = self._access.states(profile)
        news = [each for each in ids if not _is_marked(known.get(each, State()), watched=watched)]
        says = f"Marked {self._what(ids)} as {'watched' if watched else 'not watched'}"
        kind = EventKind.SEEN if watched else EventKind.UNSEEN
        return self._done(says, news, kind, profile=profile)

    def hide(
        self, names: Sequence[str], *, hidden: bool = True, profile: str | None = None
    ) -> Change:
        ids = self._access.ids(names, profile)
        known = self._access.states(profile)
        news = [each for each in ids if known.get(each, State()).hidden is not hidden]
        if hidden:
            return self._done(f"Hid {self._what(ids)}", news, EventKind.HIDE, profile=profile)
        who, wanted = self._access.profile(profile), set(news)
        events = oplog.events(self._access.store.read(), profile=who)
        hides = hiding(event for event in events if event.item in wanted)
        back = [(item, EventKind.UNDO, {"event": event}) for item, event in hides.items()]
        return self._events(f"Brought {self._what(ids)} back", back, profile=who)

    def tag(
        self, names: Sequence[str], *, add: Sequence[str] = (), remove: Sequence[str] = ()
    ) -> Change:
        added, removed = (item_fields.tags(tags) for tags in (add, remove))
        if not added and not removed:
            raise UserError("No tag is named: say which ones to add or to remove.")
        if both := {tag.casefold() for tag in removed} & {tag.casefold() for tag in added}:
            raise UserError(
                f"“{min(both)}” can't be added and removed at once: choose one of both."
            )
        ids = self._access.ids(names)
        write = partial(acts.tag, items=ids, add=added, remove=removed)
        made = self._act(acts.tagging(added, removed, self._what(ids)), write, "features")
        self._teach(ids)
        return made

    def write_note(self, name: str, text: str, *, profile: str | None = None) -> Change:
        text = item_fields.clean(text)
        if len(text) > _LONGEST_NOTE:
            raise UserError(
                f"The note “{text[:40]}…” is too long: {_LONGEST_NOTE:,} characters are the most."
            )
        item = self._access.find(name, profile)
        who = self._access.profile(profile)
        self._access.check_recorded()
        edit = Edit(item=item.id, field="note", value=text or None, profile=who)
        says = f"{'Wrote' if text else 'Removed'} the note on “{item.title}”"
        return self._act(says, partial(acts.write, edits=[edit]))

    def keep_chapters(self, name: str) -> Change:
        item, db = self._access.find(name), self._access.store.read()
        learnt = features.of_item(db, item.id, moments=False)
        found = inside.chapters(library.chapters(db, item.id), learnt)
        proposed = [[one.start, one.title] for one in found if one.proposed]
        if found and not proposed:
            raise UserError(f"“{item.title}” has chapters of its own already.")
        if not proposed:
            raise UserError(f"No chapters are proposed for “{item.title}”: analyse it first.")
        edit = Edit(item=item.id, field="chapters", value=proposed)
        says = f"Kept the proposed chapters of “{item.title}”"
        return self._act(says, partial(acts.write, edits=[edit]))

    def edit(self, names: Sequence[str], fields: Mapping[str, object]) -> Change:
        values = item_fields.cleaned(fields)
        ids = self._access.ids(names)
        now = registers.values(self._access.store.read(), ids)
        others = {
            field: value
            for field, value in values.items()
            if any(now.get(each, {}).get(field) != value for each in ids)
        }
        says = acts.editing(others or values, self._what(ids))
        made = self._act(says, partial(acts.edit, items=ids, values=values))
        self._take_up(ids)
        if "kind" in others:
            self._teach(ids)
        return made

    def common(self, names: Sequence[str]) -> Common:
        return item_fields.common(self._access.store.read(), self._access.ids(names))

    def all_tags(self) -> tuple[tuple[str, int], ...]:
        seen = self._access.allowed(None)
        return tuple(registers.all_tags(self._access.store.read(), seen).items())

    def collections(self, *, profile: str | None = None) -> tuple[CollectionView, ...]:
        return collecting.listed(self._access, profile=profile)

    def collected(self, collection: str, *, profile: str | None = None) -> tuple[str, ...]:
        found = collecting.find(self._access, collection)
        return tuple(collecting.items(self._access, found, profile=profile))

    def make_collection(
        self,
        name: str,
        *,
        search: str | None = None,
        sort: str = "title",
        descending: bool = False,
    ) -> CollectionView:
        made, change = collecting.make(
            self._access, name, search=search, sort=sort, descending=descending
        )
        self._act(f"Made the collection “{made.name}”", change)
        return collecting.view(self._access, made.id, profile=None)

    def change_collection(
        self, collection: str, *, name: str | None = None, search: str | None = None
    ) -> CollectionView:
        found = collecting.find(self._access, collection)
        change = collecting.alter(self._access, found, name=name, search=search)
        self._act(f"Changed the collection “{found.name}”", change)
        return collecting.view(self._access, found.id, profile=None)

    def remove_collection(self, collection: str) -> Change:
        found = collecting.find(self._access, collection)
        return self._act(f"Removed the collection “{found.name}”", collecting.remove(found))

    def collect(self, collection: str, names: Sequence[str]) -> Change:
        found, ids = collecting.plain(self._access, collection), self._access.ids(names)
        says = f"Put {self._what(ids)} into “{found.name}”"
        return self._act(says, collecting.put(found, ids))

    def uncollect(self, collection: str, names: Sequence[str]) -> Change:
        found, ids = collecting.plain(self._access, collection), self._access.ids(names)
        says = f"Took {self._what(ids)} out of “{found.name}”"
        return self._act(says, collecting.take(found, ids))

    def twins(self, *, limit: int = 100, profile: str | None = None) -> tuple[Twins, ...]:
        return twins.found(self._access, self._space, limit=limit, profile=profile)

    def merge(self, keep: str, others: Sequence[str]) -> Change:
        kept = self._access.find(keep)
        away = [each for each in self._access.ids(others) if each != kept.id]
        if not away:
            raise UserError(f"“{kept.title}” is one item already: name another one to merge.")
        says = f"Merged {self._what([kept.id, *away])} into “{kept.title}”"
        made = self._act(says, partial(acts.merge, keep=kept.id, others=away))
        self._access.heard()
        return made

    def merge_all(self, sets: Sequence[Sequence[str]]) -> Change:
        whole = [ids for names in sets if len(ids := self._access.ids(names)) > 1]
        if not whole:
            raise UserError("These are one item each already: name two or more that are the same.")

        def write(db: Database, change: str) -> list[str]:
            merged = (acts.merge(db, change, keep=keep, others=away) for keep, *away in whole)
            return [item for items in merged for item in items]

        says = (
            f"Merged {len(whole):,} sets of duplicates"
            if len(whole) > 1
            else "Merged a set of duplicates"
        )
        made = self._act(says, write)
        self._access.heard()
        return made

    def apart(self, names: Sequence[str]) -> Change:
        ids = list(dict.fromkeys(self._access.content(name) for name in names))
        if len(ids) < 2:
            raise UserError("One item has no twin: name two or more that are not the same.")
        if len(ids) > _MOST_APART:  # each two of them are told apart
            raise UserError(f"{len(ids):,} items are too many: name {_MOST_APART} at most at once.")
        made = self._act(f"Told {self._what(ids)} apart", partial(acts.apart, items=ids))
        self._take_up(ids)
        self._access.heard()
        return made

    def changes(self, *, limit: int = 50) -> tuple[Change, ...]:
        done = changes.listed(self._access.store.read(), limit=limit)
        return tuple(Change(**asdict(each)) for each in done)

    def undo(self, change: str | None = None) -> Change:
        self._access.check_recorded()
        db = self._access.store.read()
        if not changes.is_of(db, change, self._access.profile(None)):
            self._access.check_free()
        act = changes.find(db, change)
        if change is not None:
            return self._take_back(act)
        try:
            return self._take_back(act)
        except TakenBackError as error:
            self._access.store.write(partial(changes.pass_by, change=act.id), durable=True)
            raise UserError(f"{error} Undo again to take back what was done before it.") from error
        except UserError as error:
            raise UserError(
                f"{error} Or name another change to take back: “mediadesk changes” lists them."
            ) from error

    def _take_back(self, act: Act) -> Change:
        if changes.wrote(self._access.store.read(), act.id):
            from mediadesk.engine import unwriting  # its decoder is slow to load

            taken = unwriting.take_back(self._access.store, act)
            self._access.changed("items")
            return Change(**asdict(taken))
        made, touched = self._access.store.write(partial(acts.undo, wanted=act.id), durable=True)
        self._take_up(touched)
        self._teach(touched)
        self._access.heard()
        self._access.changed("items", "features")
        return Change(**asdict(made))

    def _done(
        self,
        says: str,
        ids: Iterable[str],
        kind: EventKind,
        *,
        profile: str | None,
    ) -> Change:
        none: Json = {}
        made = [(each, kind, none) for each in ids]
        return self._events(says, made, profile=self._access.profile(profile))

    def _events(
        self,
        says: str,
        done: Iterable[tuple[str, EventKind, Json]],
        *,
        profile: str,
        value: float = 0.0,
    ) -> Change:
        self._access.check_recorded()
        now, company = time.time(), self._access.company(profile)
        events = [
            Event(
                id="",
                profile=profile,
                item=item,
                kind=kind,
                at=now,
                value=value,
                context=more | company,
            )
            for item, kind, more in done
        ]
        made = self._act(says, partial(acts.note, events=events), "features")
        self._access.heard()
        return made

    def _act(
        self,
        says: str,
        write: Callable[[Database, str], Iterable[str]],
        *more: str,
    ) -> Change:
        """Do something as one act; `write` gets its id, and gives what is different now."""

        def act(db: Database) -> changes.Change:
            return changes.act(db, says, partial(write, db))

        made = self._access.store.write(act, durable=True)
        if made.id:
            self._access.changed("items", *more)
        return Change(**asdict(made))

    def _what(self, ids: Sequence[str]) -> str:
        """Name items in a sentence."""
        return f"“{self._access.find(ids[0]).title}”" if len(ids) == 1 else f"{len(ids):,} items"


def _is_marked(state: State, *, watched: bool) -> bool:
    if watched:
        return state.finished and not state.underway
    return not state.finished and state.progress == 0
