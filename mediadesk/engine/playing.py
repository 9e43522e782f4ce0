"""What the player needs to play an item, and what it is to remember."""

from dataclasses import asdict
from functools import partial
from typing import Any

import msgspec

from mediadesk.api import Event, EventKind, Item, Json, UserError
from mediadesk.engine import inside, views
from mediadesk.engine.access import Access
from mediadesk.engine.messages import Change, Sitting, Track
from mediadesk.paths import spelled
from mediadesk.play.queue import QueueState
from mediadesk.recommend.watched import seen_from
from mediadesk.store import Database, changes, features, library, oplog, queues, registers, versions
from mediadesk.store.following import following
from mediadesk.store.registers import Edit

_AUDIO, _SUBTITLE, _SPEED = "play/audio", "play/subtitle", "play/speed"
_SPEEDS = (0.25, 4.0)


class Playing:
    """The verbs of `messages.Playing`."""

    def __init__(self, access: Access) -> None:
        """Join the library."""
        self._access = access

    def sit_down(self, name: str, *, profile: str | None = None) -> Sitting:
        item = self._access.find(name, profile)
        db = self._access.store.read()
        states = self._access.states(profile)
        [after] = self._access.seen_by([following(db, item) or ""], profile) or [""]
        viewed = views.items(db, [item.id, after], states)
        known = library.chapters(db, item.id)
        learnt = features.of_item(db, item.id, other_languages=False)
        chosen = self._chosen(db, item, self._access.profile(profile))
        return Sitting(
            item=viewed[0],
            path=spelled(item.path) if item.path and viewed[0].available else "",
            start=viewed[0].resume_s,
            seen_from=seen_from(item.duration, known),
            chapters=inside.chapters(known, learnt),
            moments=inside.moments(item.id, learnt),
            spans=inside.spans(learnt),
            subtitles=tuple(spelled(each) for each in item.sidecars if each.suffix != ".lrc"),
            audio=_track(chosen.get(_AUDIO)),
            subtitle=_track(chosen.get(_SUBTITLE)),
            speed=float(chosen.get(_SPEED, 1.0)),
            following=viewed[1] if len(viewed) > 1 else None,
        )

    def choose_audio(self, name: str, track: Track, *, profile: str | None = None) -> None:
        self._choose(name, _AUDIO, asdict(track), profile)

    def choose_subtitle(self, name: str, track: Track, *, profile: str | None = None) -> None:
        self._choose(name, _SUBTITLE, asdict(track), profile)

    def choose_speed(self, name: str, speed: float, *, profile: str | None = None) -> None:
        if not _SPEEDS[0] <= speed <= _SPEEDS[1]:
            raise UserError(
                f"The speed {speed:g} can't be played: choose one from {_SPEEDS[0]:g} to "
                f"{_SPEEDS[1]:g}."
            )
        self._choose(name, _SPEED, speed, profile)

    def queue(self, *, profile: str | None = None) -> QueueState:
        db = self._access.store.read()
        state = queues.read(db, self._access.profile(profile))
        if state is None:
            return QueueState()
        now = versions.current(db, state["items"])  # one may have been replaced or merged
        items = tuple(now[item] for item in state["items"])
        return QueueState(**state | {"items": items, "order": tuple(state["order"])})

    def keep_queue(self, state: QueueState, *, profile: str | None = None) -> None:
        who = self._access.profile(profile)
        if not self._access.private:
            self._access.store.write(partial(queues.keep, profile=who, state=asdict(state)))

    def dismiss(self, name: str, *, profile: str | None = None) -> Change:
        item, who = self._access.find(name, profile), self._access.profile(profile)
        self._access.check_recorded()
        made = self._access.store.write(
            partial(_dismiss, item=item, profile=who, context=self._access.company(who)),
            durable=True,
        )
        self._access.heard()
        self._access.changed("items", "features")
        return Change(id=made.id, at=made.at, says=made.says, items=made.items)

    def _choose(self, name: str, field: str, value: Any, profile: str | None) -> None:  # noqa: ANN401 - JSON
        item, who = self._access.find(name, profile), self._access.profile(profile)
        if self._access.private:
            return
        edits = [Edit(item=_thing(item), field=field, value=value, profile=who)]
        if item.series and isinstance(value, dict):
            # A file beside one episode is no choice for the others: its language and name are.
            own = value if value["path"] else None
            edits = [
                Edit(item=_thing(item), field=field, value=value | {"path": ""}, profile=who),
                Edit(item=item.id, field=field, value=own, profile=who),
            ]
        self._access.store.write(partial(registers.write, edits=edits), durable=True)

    def _chosen(self, db: Database, item: Item, profile: str) -> dict[str, Any]:
        """Give field → what was chosen for an item, else for its series."""
        things = [_thing(item), item.id]
        said = registers.values(db, things, profile=profile)
        return said.get(things[0], {}) | said.get(things[1], {})


def _thing(item: Item) -> str:
    """Give what choices are remembered for: the series, whatever its spelling, or the item."""
    series = " ".join(item.series.casefold().split())
    return f"series/{series}" if series else item.id


def _track(said: dict[str, Any] | None) -> Track | None:
    # A newer version on another device may have written more.
    return msgspec.convert(said, Track) if said else None


def _dismiss(db: Database, *, item: Item, profile: str, context: Json) -> changes.Change:
    made = changes.begin(db, f"Removed “{item.title}” from Continue", items=1)
    event = Event(
        id="", profile=profile, item=item.id, kind=EventKind.DISMISSED, at=made.at, context=context
    )
    oplog.add_events(db, [event], change=made.id)
    return made
