"""What leaves this machine, and what is known of a person; see `messages.Privacy`."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from mediadesk.api import UserError
from mediadesk.engine import research
from mediadesk.engine.access import Access
from mediadesk.engine.filing import absolute
from mediadesk.engine.kept import KeptPanels
from mediadesk.engine.messages import ConnectionView, Erased, Exported, LedgerView, Research
from mediadesk.engine.preferences import Preferences
from mediadesk.paths import spelled
from mediadesk.privacy import Connection, Connections
from mediadesk.privacy.anonymity import anonymous
from mediadesk.recommend.profile import State
from mediadesk.settings import Places, Settings
from mediadesk.store import erasing, personal, plugins, profiles, safety
from mediadesk.store.personal import Table

_NAME = "personal-data"
_LOGS = ("mediadesk.log*", "plugins/.logs/*")
_ALL = 1_000_000
_FEWEST = 2  # people who share what is told of one: of one alone nothing would be hidden
_STATE = {
    "verdict": "the last word on it: like, less, hide or not-now",
    "stars": "half to five",
    "value": "the opinion that follows, -1..1",
    "position": "the second where it stopped when it was last played",
    "progress": "the share reached then, 0..1",
    "finished": "whether it was seen to its end",
    "plays": "in how many sittings it was",
    "shown": "in how many sittings it was shown",
    "played_at": "when it was last played, unix seconds",
    "liked_at": "when it was liked, unix seconds",
}
"""Column → what it means; see `State`."""


class Privacy:
    """The verbs of privacy; any thread may call them."""

    def __init__(
        self,
        access: Access,
        preferences: Preferences,
        connections: Connections,
        places: Places,
        *,
        learnt: Callable[..., LedgerView],
        sync: Callable[[], object],
    ) -> None:
        """Join the library.

        Args:
            access: the way to it.
            preferences: hold the switch of the network.
            connections: the ledger of those.
            places: where the library lives.
            learnt: gives all that was learnt of a `profile`.
            sync: keeps other devices in step.
        """
        self._access = access
        self._preferences = preferences
        self._connections = connections
        self._places = places
        self._learnt = learnt
        self._sync = sync

    def connections(self, *, limit: int = 100) -> tuple[ConnectionView, ...]:
        return tuple(map(_view, self._connections.latest(limit)))

    def network(self, *, on: bool | None = None) -> bool:
        return self._preferences.network(on)

    def export(self, folder: str, *, profile: str | None = None) -> Exported:
        tables = list(self._gathered(profile))
        with self._writing(folder, f"{_NAME}.sqlite", f"{_NAME}.json") as files:
            personal.write_sqlite(tables, files[0])
            personal.write_json(tables, files[1])
        return Exported(
            files=tuple(map(spelled, files)),
            rows={table.name: len(table.rows) for table in tables},
        )

    def research(self, folder: str, *, k: int = 5) -> Research:
        made = anonymous(research.acts(self._access.store.read()), k=k)
        if k < _FEWEST or made.people < k:
            raise UserError(
                f"Each row is to be of {k} people at least, and {made.people} did anything here: "
                f"say a --k from {_FEWEST} to that many."
            )
        with self._writing(folder, *research.FILES) as files:
            research.write(made, files[0].parent)
        return Research(
            files=tuple(map(spelled, files)),
            k=k,
            people=made.people,
            levels=made.levels,
            suppressed=made.suppressed,
        )

    def erase(self, profile: str, *, keep_backups: bool = False) -> Erased:
        store, who = self._access.store, profile
        safety.check_alone(store.path)
        if not erasing.is_erased(store.read(), who):  # else some files may still tell
            who = self._access.profile(profile)
            store.write(partial(erasing.erase, profile=who), durable=True)
        # At once, for what follows takes a while, and may fail.
        if erasing.is_erased(store.read(), self._preferences.now.profile):
            self._preferences.profile(self._somebody())
        kept = safety.kept(store.path)
        try:
            store.scour()
            self._delete(() if keep_backups else kept, who)
            if not keep_backups:
                store.backup()
            remains = tuple(self._remains(kept if keep_backups else ()))
        finally:
            self._access.changed("profiles", "items", "features")
        return Erased(profile=who, remains=remains)

    def _delete(self, backups: Sequence[Path], who: str) -> None:
        """Delete what beside the library tells of a profile."""
        try:
            KeptPanels.of(self._places).clear()
            for log in (each for logs in _LOGS for each in self._places.data.glob(logs)):
                log.write_bytes(b"")  # who writes to it goes on
            for backup in backups:
                backup.unlink()
        except OSError as error:
            raise UserError(
                f"“{who}” is erased from the library, but “{error.filename}” can't be deleted "
                f"({error.strerror}): delete it yourself."
            ) from error

    def _somebody(self) -> str:
        """Give who looks from now on: a person without limits, who may be the usual profile."""
        db, usual = self._access.store.read(), Settings().profile
        known = [profiles.find(db, name) for name in profiles.names(db)]
        free = [each.name for each in known if not each.members and each.limits is None]
        return usual if usual in free or not free else free[0]

    def _remains(self, backups: Sequence[Path]) -> Iterator[str]:
        """Tell what a profile that was erased may still be in."""
        store = self._access.store
        if backups:
            yield f"The backups in “{safety.folder(store.path)}” are as they were: delete them."
        others = [*safety.folder(store.path).glob("damaged-*")]
        if others:
            yield f"Damaged libraries are kept in “{others[0].parent}”: delete them."
        if self._preferences.now.sync_folder:
            try:
                self._sync()
            except UserError as error:
                yield f"The shared folder does not know yet: {error}"
            yield (
                "Other devices take it out of their libraries and files when they sync: erase it "
                "there, too, for the sake of their backups."
            )
        if plugins.listeners(store.read()):
            heard = ", ".join(f"“{name}”" for name in plugins.listeners(store.read()))
            yield f"Plugins that heard of events may have kept some: {heard}; remove their data."
        if erasing.has_written(store.read()):
            yield "What was written into NFO files and tags beside your media stays in them."

    @contextmanager
    def _writing(self, folder: str, *names: str) -> Iterator[list[Path]]:
        """Give new files in a folder, which is made; of what fails none is left.

        Raises:
            UserError: if one is there already, they can't be written, or would be in the library,
                where nobody expects them when somebody is erased.
        """
        into, own = absolute(folder), self._places.data
        files = [into / name for name in names]
        if into.resolve().is_relative_to(own.resolve()):
            raise UserError(f"“{own}” is of the library itself: name another folder.")
        if taken := next((each for each in files if each.exists() or each.is_symlink()), None):
            raise UserError(f"“{taken}” is there already: name another folder.")
        try:
            into.mkdir(parents=True, exist_ok=True)
            yield files
        except (OSError, sqlite3.Error) as error:
            for file in files:
                with suppress(OSError):  # where nothing could be made
                    file.unlink()
            why = getattr(error, "strerror", None) or error
            raise UserError(
                f"Nothing can be written to “{into}” ({why}): free some disk space there, or name "
                "another folder."
            ) from error

    def _gathered(self, profile: str | None) -> Iterator[Table]:
        who = self._access.profile(profile)
        yield from personal.gather(self._access.store.read(), who)
        yield _states(self._access.states(who))
        learnt = self._learnt(profile=who)
        yield Table(
            name="learnt",
            about="what was learnt of the person beside opinions on items",
            columns={
                "kind": "leaning: more or less is wanted; ranker: how much it counts",
                "name": "of what",
                "weight": "how much",
            },
            rows=[
                *(
                    {"kind": "leaning", "name": each.name, "weight": each.weight}
                    for each in learnt.leanings
                ),
                *(
                    {"kind": "ranker", "name": name, "weight": weight}
                    for name, weight in learnt.rankers.items()
                ),
            ],
        )
        yield Table(
            name="setting",
            about="what is set on this computer",
            columns={"name": "the setting", "value": "what it is, as JSON where it is a list"},
            rows=[
                {"name": name, "value": value}
                for name, value in asdict(self._preferences.now).items()
            ],
        )
        yield Table(
            name="connection",
            about="each attempt to reach anything outside this computer",
            columns={
                "at": "when, unix seconds",
                "who": "a plugin, or MediaDesk",
                "why": "what for",
                "host": "what was to be reached",
                "bytes": "how much came",
                "problem": "why not more",
            },
            rows=[asdict(each) for each in self._connections.latest(_ALL)],
        )


def _states(states: Mapping[str, State]) -> Table:
    return Table(
        name="state",
        about="what all events add up to, item by item",
        columns={"item": "of which content", **_STATE},
        rows=[
            {"item": item, **{name: getattr(state, name) for name in _STATE}}
            for item, state in states.items()
        ],
    )


def _view(one: Connection) -> ConnectionView:
    told: dict[str, Any] = asdict(one)
    return ConnectionView(size=told.pop("bytes"), **told)
