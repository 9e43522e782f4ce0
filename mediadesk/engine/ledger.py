"""Tells what was learnt of a person, and takes any of it back."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from functools import partial

from mediadesk.api import SURE, Event, EventKind, UserError
from mediadesk.engine import acts
from mediadesk.engine.access import Access
from mediadesk.engine.messages import Change, LeaningView, LedgerView, OpinionView, Source
from mediadesk.recommend.outliers import Weighed, weigh
from mediadesk.recommend.profile import State, effective
from mediadesk.store import Database, changes, events, leanings, library, oplog, profiles, registers
from mediadesk.store.registers import Edit

_MOST = 3.0
_PASSING = frozenset({EventKind.SHOWN, EventKind.OPENED, EventKind.SEARCHED})
"""What no opinion comes from."""


class Ledger:
    """The verbs of the ledger; any thread may call them."""

    def __init__(
        self,
        access: Access,
        *,
        weights: Callable[[str], Mapping[str, float]],
        teach: Callable[[Sequence[str]], None],
    ) -> None:
        """Join the library.

        Args:
            access: the way to it.
            weights: gives profile → ranker → how much it counts.
            teach: called with items of whose tags people say something else now.
        """
        self._access = access
        self._weights = weights
        self._teach = teach

    def listed(self, *, profile: str | None = None) -> LedgerView:
        db, who = self._access.store.read(), self._access.profile(profile)
        sources, states = _sources(db, who), self._access.states(who)
        seen = {each.id: each for each in self._access.views(list(sources), profile=profile)}
        newest = sorted(seen, key=lambda item: -sources[item][-1].event.at)
        return LedgerView(
            profile=who,
            opinions=tuple(
                OpinionView(
                    item=seen[item],
                    value=states.get(item, State()).value,
                    sources=tuple(map(_source, reversed(sources[item]))),
                )
                for item in newest
            ),
            leanings=_leanings(db, who),
            rankers={} if profiles.find(db, who).members else dict(self._weights(who)),
            tags=_tags(db, self._access.allowed(profile)),
        )

    def forget(self, source: str, *, profile: str | None = None) -> Change:
        self._access.check_recorded()
        db, who = self._access.store.read(), self._access.profile(profile)
        sources = _sources(db, who)
        seen = self._access.seen_by(list(sources), profile)
        told = (each.event for item in seen for each in sources[item])
        event = next((each for each in told if each.id == source), None)
        if event is None:
            raise UserError(
                f"Nothing is known of “{source}”, or it is taken back already: give an id that "
                "“mediadesk ledger” lists."
            )
        # Another device may know what this one has not seen.
        title = library.titles(db, [event.item]).get(event.item, event.item)
        undo = Event(
            id="",
            # What somebody did in a group is taken back for all who were there.
            profile=events.whose(db, source),
            item=event.item,
            kind=EventKind.UNDO,
            at=time.time(),
            context={"event": source}
            | {name: event.context[name] for name in ("members",) if name in event.context},
        )
        says = f"Forgot “{event.kind.value}” of “{title}”"
        return self._act(says, partial(acts.note, events=[undo]))

    def forget_tag(self, tag: str) -> Change:
        said = registers.said_of_tag(self._access.store.read(), tag)
        items = list(dict.fromkeys(item for item, _ in said))
        if not items:
            raise UserError(
                f"Nobody put the tag “{tag}” on anything, or took it away: give one that "
                "“mediadesk ledger” lists."
            )
        what = "an item" if len(items) == 1 else f"{len(items):,} items"
        says = f"Forgot what was said of the tag “{tag}” on {what}"
        made = self._act(says, partial(_unsay, tag=tag))
        self._teach(items)
        return made

    def lean(self, name: str, weight: float, *, profile: str | None = None) -> Change:
        self._access.check_recorded()
        db, who = self._access.store.read(), self._access.profile(profile)
        name = " ".join(name.split())
        if not -_MOST <= weight <= _MOST:
            raise UserError(f"The weight must lie between {-_MOST:g} and {_MOST:g}, not {weight}.")
        if profiles.find(db, who).members:
            raise UserError(f"“{who}” is a group: say this as one of its members.")
        is_wanted = name.casefold() in leanings.of(db, who)
        if not name or not (is_wanted or leanings.known(db, name)):
            raise UserError(
                f"Nothing in the library is called “{name}”: name a tag, a genre, a person, a "
                "series or a set as “mediadesk item” lists it."
            )
        wish = "More" if weight > 0 else "Less" if weight < 0 else "As much as ever"
        edits = [leanings.edit(who, name, weight)]
        return self._act(f"{wish} of “{name}” from now on", partial(acts.write, edits=edits))

    def _act(self, says: str, write: Callable[[Database, str], Iterable[str]]) -> Change:
        made = self._access.store.write(
            lambda db: changes.act(db, says, partial(write, db)), durable=True
        )
        if made.id:
            self._access.heard()
            self._access.changed("items", "features")
        return Change(**asdict(made))


def _unsay(db: Database, change: str, *, tag: str) -> list[str]:
    edits = [
        Edit(item=item, field=field, value=None) for item, field in registers.said_of_tag(db, tag)
    ]
    return [edit.item for edit in registers.write(db, edits, change=change)]


def _sources(db: Database, profile: str) -> dict[str, Sequence[Weighed]]:
    """Give item → the events that count for a profile, in order of time, as they weigh."""
    by_item: dict[str, list[Event]] = defaultdict(list)
    for event in oplog.events(db, profile=profile):
        if event.item:
            by_item[event.item].append(event)
    found = {item: weigh(_telling(effective(own))) for item, own in by_item.items()}
    return {item: own for item, own in found.items() if own}


def _telling(told: Iterable[Event]) -> list[Event]:
    return [event for event in told if event.kind not in _PASSING]


def _source(weighed: Weighed) -> Source:
    event = weighed.event
    slot = event.context.get("slot")
    return Source(
        id=event.id,
        kind=event.kind.value,
        at=event.at,
        value=event.value,
        weight=weighed.weight,
        why=weighed.why,
        page=str(event.context.get("page", "")),
        shelf=str(event.context.get("shelf", "")),
        slot=slot if isinstance(slot, int) else 0,
    )


def _tags(db: Database, allowed: frozenset[str] | None) -> dict[str, int]:
    """Give tag → on how many items people put it or took it away, of those that may be seen."""
    told = {
        tag: len(items if allowed is None else items.keys() & allowed)
        for tag, items in sorted(registers.tagged(db).items())
    }
    return {tag: count for tag, count in told.items() if count}


def _leanings(db: Database, profile: str) -> tuple[LeaningView, ...]:
    wanted = leanings.of(db, profile)
    items = leanings.counted(db, wanted, sure=SURE)
    return tuple(
        LeaningView(name=name, weight=wanted[name], items=items[name]) for name in sorted(wanted)
    )
