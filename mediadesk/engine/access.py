"""What all parts of the engine share: the database, who looks, and which item a name means."""

from collections.abc import Callable, Collection, Mapping, Sequence
from difflib import get_close_matches
from functools import partial
from shlex import quote

from mediadesk.api import Event, EventKind, Item, Json, UserError
from mediadesk.engine import views
from mediadesk.engine.household import Household
from mediadesk.engine.messages import Browse, ItemView
from mediadesk.recommend.profile import State
from mediadesk.store import Store, library, oplog, profiles, versions

Search = Callable[[Browse, str], tuple[str, ...]]
_PASSING = frozenset(
    {
        EventKind.SHOWN,
        EventKind.OPENED,
        EventKind.PLAYED,
        EventKind.FINISHED,
        EventKind.ABANDONED,
    }
)
"""What comes of using the program; all else is said on purpose."""


class Access:
    """The way to the library for the parts of one engine; any thread may use it."""

    def __init__(
        self,
        store: Store,
        *,
        states: Callable[[str, Collection[str] | None], Mapping[str, State]],
        household: Household,
        search: Search,
        on_event: Callable[[], None],
        on_change: Callable[..., None],
    ) -> None:
        """Join what the parts need.

        Args:
            store: the database.
            states: profile → item → where that profile stands with it, at least with some items.
            household: who looks now, and what each may see.
            search: gives the ids of what a profile finds, in order.
            on_event: called when something was added to the events.
            on_change: called with the names of what changed, see `messages.Changed`.
        """
        self.store = store
        self.changed = on_change
        self._states = states
        self._search = search
        self._household = household
        self._on_event = on_event

    def profile(self, name: str | None) -> str:
        """Give the profile that is meant.

        Raises:
            UserError: if there is none of this name, or who looks now has limits and may not leave.
        """
        now = self._household.now
        if not name or name == now:
            return now
        db = self.store.read()
        if self._household.is_limited(db, now):
            raise UserError(
                f"“{now}” has limits: go to “{name}” with “mediadesk profiles use {quote(name)}” "
                "and the household's PIN."
            )
        if not profiles.has(db, name):
            known = [now, *profiles.names(db)]
            near = get_close_matches(name.lower(), known, 1)
            remedy = f"did you mean “{near[0]}”? Or make it" if near else "make it"
            raise UserError(
                f"There is no profile “{name}”: {remedy} with “mediadesk profiles add "
                f"{quote(name)}”."
            )
        return name

    def states(
        self, profile: str | None, items: Collection[str] | None = None
    ) -> Mapping[str, State]:
        """Give item → where a profile stands with it; for some `items` at least, and at once."""
        return self._states(self.profile(profile), items)

    @property
    def private(self) -> bool:
        """Whether nothing that a person does is recorded."""
        return self._household.private

    def check_free(self) -> None:
        """See that who looks now may change the library.

        Raises:
            UserError: if that profile has limits.
        """
        self._household.check_free(self.store.read())

    def allowed(self, profile: str | None) -> frozenset[str] | None:
        """Give the items that a profile may see, None for all."""
        return self._household.allowed(self.store.read(), self.profile(profile))

    def seen_by(self, ids: Sequence[str], profile: str | None) -> list[str]:
        """Give those of some items that a profile may see."""
        allowed = self.allowed(profile)
        return [each for each in ids if allowed is None or each in allowed]

    def find(self, name: str, profile: str | None = None) -> Item:
        """Give the item that a name means.

        Raises:
            UserError: if there is none that the profile may see.
        """
        found = self._find(name)
        if not self.seen_by([found.id], profile):
            raise UserError(f"“{self.profile(profile)}” may not see “{name}”: choose another item.")
        return found

    def content(self, name: str) -> str:
        """Give the content that a name means, even where it counts as another item by now.

        Raises:
            UserError: if there is none.
        """
        found = library.find_id(self.store.read(), name)
        if found is None:
            raise UserError(
                f"No item “{name}”: give an id that “mediadesk items” lists, or a path."
            )
        return found

    def _find(self, name: str) -> Item:
        db, found = self.store.read(), self.content(name)
        now = versions.current(db, [found])[found]
        known = library.items(db, [found, now])
        return known.get(now) or known[found]  # another device may know what this one has not seen

    def ids(self, names: Sequence[str], profile: str | None = None) -> list[str]:
        """Give the ids of many items, each once; ids cost next to nothing.

        Raises:
            UserError: if a name means none that the profile may see, or there are no names.
        """
        if not names:
            raise UserError("No item is named: say which ones you mean.")
        db = self.store.read()
        known = library.known(db, names)
        now = versions.current(db, known)
        allowed = self.allowed(profile)
        return list(
            dict.fromkeys(
                now[one]
                if now.get(one) in known and (allowed is None or now[one] in allowed)
                else self.find(one, profile).id
                for one in names
            )
        )

    def search(self, wanted: Browse, *, profile: str | None) -> tuple[str, ...]:
        """Give the ids of the items that are found, in order.

        Raises:
            UserError: if the search isn't understood.
        """
        return self._search(wanted, self.profile(profile))

    def views(self, ids: Sequence[str], *, profile: str | None) -> tuple[ItemView, ...]:
        """View items in the order of their ids, without those that are gone or not to be seen."""
        seen = self.seen_by(ids, profile)
        return views.items(self.store.read(), seen, self.states(profile, seen))

    def note(
        self,
        item: str,
        kind: EventKind,
        *,
        profile: str | None,
        value: float = 0.0,
        context: Mapping[str, object] | None = None,
        at: float | None = None,
    ) -> None:
        """Keep what a person did with an item.

        Raises:
            UserError: if it is said on purpose, and nothing is recorded.
        """
        if self.private and kind in _PASSING:
            return
        self.check_recorded()
        who = self.profile(profile)
        add = partial(
            oplog.add_event,
            profile=who,
            item=item,
            kind=kind,
            value=value,
            context={**(context or {}), **self.company(who)},
            at=at,
        )
        self.store.write(add, durable=True)
        self._on_event()

    def keep(self, seen: Sequence[Event]) -> None:
        """Keep what came of using the program, in one go; what is kept already is so once."""
        if seen and not self.private:
            self.store.write(partial(oplog.add_new_events, events=seen))
            self._on_event()

    def check_recorded(self) -> None:
        """See that what a person says is recorded.

        Raises:
            UserError: if it is private now.
        """
        if self.private:
            raise UserError("Nothing is recorded in private mode: leave it first to say this.")

    def company(self, profile: str) -> Json:
        """Give as context who does what a group does."""
        members = profiles.find(self.store.read(), profile).members
        return {"members": list(members)} if members else {}

    def heard(self) -> None:
        """Tell listeners that events were written by other ways than `note`."""
        self._on_event()
