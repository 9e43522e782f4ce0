"""What all parts of the engine share: the database, who looks, and which item a name means."""

from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from functools import partial
from shlex import quote

from mediadesk.api import Event, EventKind, Item, UserError
from mediadesk.engine import views
from mediadesk.engine.messages import Browse, ItemView
from mediadesk.recommend.profile import State
from mediadesk.store import Store, library, oplog, profiles, versions

Search = Callable[[Browse, str], tuple[str, ...]]


class Access:
    """The way to the library for the parts of one engine; any thread may use it."""

    def __init__(
        self,
        store: Store,
        *,
        states: Callable[[str], Mapping[str, State]],
        default_profile: str,
        search: Search,
        on_event: Callable[[], None],
        on_change: Callable[..., None],
    ) -> None:
        """Join what the parts need.

        Args:
            store: the database.
            states: profile → item → where that profile stands with it.
            default_profile: who looks where nobody is named.
            search: gives the ids of what a profile finds, in order.
            on_event: called when something was added to the events.
            on_change: called with the names of what changed, see `messages.Changed`.
        """
        self.store = store
        self.changed = on_change
        self._states = states
        self._search = search
        self._default_profile = default_profile
        self._on_event = on_event

    def profile(self, name: str | None) -> str:
        """Give the profile that is meant.

        Raises:
            UserError: if there is none of this name.
        """
        if not name or name == self._default_profile:
            return self._default_profile
        db = self.store.read()
        if not profiles.has(db, name):
            known = [self._default_profile, *profiles.names(db)]
            near = get_close_matches(name.lower(), known, 1)
            remedy = f"did you mean “{near[0]}”? Or make it" if near else "make it"
            raise UserError(
                f"There is no profile “{name}”: {remedy} with “mediadesk profiles add "
                f"{quote(name)}”."
            )
        return name

    def states(self, profile: str | None) -> Mapping[str, State]:
        """Give item → where a profile stands with it."""
        return self._states(self.profile(profile))

    def find(self, name: str) -> Item:
        """Give the item that a name means.

        Raises:
            UserError: if there is none.
        """
        db = self.store.read()
        found = library.find_id(db, name)
        if found is None:
            raise UserError(
                f"No item “{name}”: give an id that “mediadesk items” lists, or a path."
            )
        now = versions.current(db, [found])[found]
        known = library.items(db, [found, now])
        return known.get(now) or known[found]  # another device may know what this one has not seen

    def ids(self, names: Sequence[str]) -> list[str]:
        """Give the ids of many items, each once; ids cost next to nothing.

        Raises:
            UserError: if a name means none, or there are no names.
        """
        if not names:
            raise UserError("No item is named: say which ones you mean.")
        db = self.store.read()
        known = library.known(db, names)
        now = versions.current(db, known)
        return list(
            dict.fromkeys(now[one] if now.get(one) in known else self.find(one).id for one in names)
        )

    def search(self, wanted: Browse, *, profile: str | None) -> tuple[str, ...]:
        """Give the ids of the items that are found, in order.

        Raises:
            UserError: if the search isn't understood.
        """
        return self._search(wanted, self.profile(profile))

    def views(self, ids: Sequence[str], *, profile: str | None) -> tuple[ItemView, ...]:
        """View items in the order of their ids, without those that are gone."""
        return views.items(self.store.read(), ids, self.states(profile))

    def note(
        self,
        item: str,
        kind: EventKind,
        *,
        profile: str | None,
        value: float = 0.0,
        context: Mapping[str, object] | None = None,
        at: float | None = None,
    ) -> Event:
        """Keep what a person did with an item."""
        add = partial(
            oplog.add_event,
            profile=self.profile(profile),
            item=item,
            kind=kind,
            value=value,
            context=context,
            at=at,
        )
        made = self.store.write(add, durable=True)
        self._on_event()
        return made

    def heard(self) -> None:
        """Tell listeners that events were written by other ways than `note`."""
        self._on_event()
