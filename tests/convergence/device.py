"""A device in a process of its own: a real library, and the real verbs of the engine on it."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
import tempfile
import time
import traceback
import uuid
from collections.abc import Sequence
from contextlib import closing
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from convergence.told import GROUP, ITEMS, PROFILES, Command, Reply, Row
from library_factory import access

from mediadesk.api import EventKind, UserError
from mediadesk.engine.organising import Organising
from mediadesk.engine.preferences import Preferences
from mediadesk.engine.syncing import Syncing
from mediadesk.recommend.history import History
from mediadesk.settings import Places
from mediadesk.store import (
    Store,
    collections,
    erasing,
    oplog,
    profiles,
    registers,
    safety,
    versions,
)
from mediadesk.sync.crypto import Key

_ROW = "device, seq, hlc, kind, item, field, json(value), profile, change"
_TABLES = {
    "op": f"SELECT {_ROW} FROM op ORDER BY device, seq",
    "event": "SELECT id, hlc, profile, item, kind, at, value, json(context) FROM event ORDER BY id",
    "register": (
        "SELECT profile, item, field, json(value), hlc, device FROM register"
        " ORDER BY profile, item, field"
    ),
    "alias": "SELECT old, new FROM alias ORDER BY old",
    "change": (  # what was done to places alone is nobody else's
        "SELECT id, at, says, items, undone FROM change WHERE id IN (SELECT change FROM op"
        " UNION SELECT item FROM op WHERE kind = 'undo') ORDER BY id"
    ),
}
_WATCHED = {"open", "os.rename", "os.remove", "sqlite3.connect"}


class _Death:
    """Kills the process at one of the steps that it takes on its disk."""

    def __init__(self) -> None:
        self.left = 0

    def step(self, *_: object) -> None:
        if self.left:
            self.left -= 1
            if not self.left:
                os.kill(os.getpid(), signal.SIGKILL)


DEATH = _Death()
sys.addaudithook(lambda event, _: DEATH.step() if event in _WATCHED else None)


def make_template(folder: Path) -> Path:
    """Make the library with which every device begins: items with files, and profiles."""
    with closing(Store(folder / "library.db")) as store:
        store.write(_fill)
    return folder / "library.db"


def _fill(db: Any) -> None:  # noqa: ANN401
    db.conn.execute("INSERT INTO root(path, added_at) VALUES('/media', 0)")
    for item in ITEMS:
        db.conn.execute(
            "INSERT INTO item(id, kind, title, duration, artist, album, genres, description, facts,"
            " added_at) VALUES(?, 'film', ?, 100, '', '', '[]', '', '{}', 0)",
            [item, f"Film {item}"],
        )
        db.conn.execute(
            "INSERT INTO location(path, root, item, content, size, mtime_ns, seen_at, sidecars)"
            " VALUES(?, '/media', ?, ?, 1, 1, 0, '')",
            [f"/media/{item}.mkv", item, item],
        )


def warm_up() -> None:
    """Live once, so that what is loaded at the first use of something is there for all forks."""
    with tempfile.TemporaryDirectory() as place:
        home, shared = Path(place, "home"), Path(place, "shared")
        for each in (home, shared):
            each.mkdir()
        shutil.copyfile(make_template(Path(place)), home / "library.db")
        device = Device()
        device.open(home=str(home), shared=str(shared), seed=0, key=Key.made().text)
        device.sync()
        device.dump()
        device.close()


def serve(connection: Connection) -> None:
    """Do what is told until nobody tells any more."""
    device = Device()
    while True:
        try:
            command: Command = connection.recv()
        except EOFError:
            return
        connection.send(device.answer(command))


class Device:
    """One library after the other."""

    def answer(self, command: Command) -> Reply:
        time.time_ns = lambda: command.now  # type: ignore[assignment]
        time.time = lambda: command.now / 1e9
        try:
            try:
                DEATH.left = command.dies_at
                answer, refused = getattr(self, command.verb)(**command.args), ""
            except UserError as error:
                answer, refused = None, str(error)
            finally:
                DEATH.left = 0
            if command.verb == "close":
                return Reply()
            return Reply(
                device=self.store.write(oplog.device_id),
                fresh=self._fresh(),
                answer=answer,
                refused=refused,
            )
        except Exception:  # noqa: BLE001 - who plays the run tells of it
            return Reply(broken=traceback.format_exc())

    def open(self, *, home: str, shared: str, seed: int, key: str = "") -> None:
        dice = random.Random(seed)  # noqa: S311 - the same names each time
        uuid.uuid4 = lambda: uuid.UUID(int=dice.getrandbits(128), version=4)  # type: ignore[assignment]
        self.home, self.shared, self.key = Path(home), shared, key
        is_new = not (self.home / "settings.toml").exists()
        self._open()
        if is_new:
            for name in PROFILES:
                self.arrive(profile=name)

    def close(self) -> None:
        self.store.close()

    def rate(self, *, item: str, stars: float | None, profile: str) -> None:
        self.organising.rate([item], stars, profile=profile)

    def mark(self, *, item: str, watched: bool, profile: str) -> None:
        self.organising.mark([item], watched=watched, profile=profile)

    def hide(self, *, item: str, hidden: bool, profile: str) -> None:
        self.organising.hide([item], hidden=hidden, profile=profile)

    def play(self, *, item: str, share: float, profile: str) -> None:
        found = self.access.find(item, profile).id
        self.access.note(
            found,
            EventKind.PLAYED,
            profile=profile,
            value=share,
            context={"position": 100 * share},
        )

    def tag(self, *, items: Sequence[str], name: str, on: bool) -> list[bool]:
        added, removed = ((name,), ()) if on else ((), (name,))
        self.organising.tag(items, add=added, remove=removed)
        labels = registers.labels(self.store.read(), ids := self.access.ids(items))
        wanted = name.casefold()  # however it was written first
        return [wanted in {each.casefold() for each in labels.get(item, ())} for item in ids]

    def note(self, *, item: str, text: str, profile: str) -> str:
        self.organising.write_note(item, text, profile=profile)
        now = self.access.find(item).id
        return str(registers.having(self.store.read(), "note", profile=profile).get(now, ""))

    def edit(self, *, items: Sequence[str], field: str, value: Any) -> list[Any]:  # noqa: ANN401
        self.organising.edit(items, {field: value})
        having = registers.having(self.store.read(), field)
        return [having.get(item) for item in self.access.ids(items)]

    def collect(self, *, name: str, items: Sequence[str], out: bool) -> None:
        if collections.find(self.store.read(), name) is None:
            self.organising.make_collection(name)
        (self.organising.uncollect if out else self.organising.collect)(name, items)

    def rename_collection(self, *, name: str, new: str) -> None:
        self.organising.change_collection(name, name=new)

    def remove_collection(self, *, name: str) -> None:
        self.organising.remove_collection(name)

    def merge(self, *, keep: str, others: Sequence[str]) -> None:
        self.organising.merge(keep, others)

    def apart(self, *, items: Sequence[str]) -> None:
        self.organising.apart(items)

    def follow(self, *, old: str, new: str) -> None:
        self.store.write(partial(versions.follow, old=old, new=new), durable=True)

    def undo(self, *, nth: int) -> None:
        standing = [each for each in self.organising.changes(limit=20) if not each.undone]
        if standing:
            self.organising.undo(standing[nth % len(standing)].id)

    def erase(self, *, profile: str) -> None:
        self.store.write(partial(erasing.erase, profile=profile), durable=True)

    def arrive(self, *, profile: str) -> None:
        self.store.write(partial(profiles.know, name=profile), durable=True)

    def limit(self, *, profile: str, age: int | None) -> None:
        limits = None if age is None else {"max_age": age}
        self.store.write(partial(profiles.limit, name=profile, limits=limits), durable=True)

    def group(self, *, members: Sequence[str]) -> None:
        self.store.write(partial(profiles.add, name=GROUP, members=members), durable=True)

    def revoke(self, *, nth: int) -> None:
        others = [each.id for each in self.syncing.status().devices if not each.mine]
        if others:
            self.syncing.revoke(sorted(others)[nth % len(others)])

    def allow_all(self) -> None:
        for each in self.syncing.status().devices:
            if each.revoked and not each.mine:
                self.syncing.allow(each.id)

    def undo_merge(self) -> None:
        self.syncing.undo()

    def sync(self) -> tuple[int, int, tuple[str, ...]]:
        told = self.syncing.run()
        return sum(each.edits for each in told.received), told.given, told.problems

    def look(self) -> bool:
        before = self._tables()
        self.syncing.run(preview=True)
        return before == self._tables()

    def keep_backup(self) -> str:
        return str(self.store.backup(self.home / f"kept-{uuid.uuid4().hex}.db"))

    def restore(self, *, backup: str, by_hand: bool) -> None:
        self.store.close()
        library = self.home / "library.db"
        if by_hand:
            for left in self.home.glob("library.db*"):
                left.unlink()
            shutil.copyfile(backup, library)
        else:
            safety.stage(library, Path(backup))
        self._open()

    def die(self) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def rows(self) -> set[Row]:
        return set(map(Row._make, self.store.read().conn.execute(f"SELECT {_ROW} FROM op")))

    def dump(self) -> dict[str, Any]:
        db = self.store.read()
        names = profiles.names(db)
        anew = History()
        states = {name: dict(self.history.states(db, name)) for name in names}
        if states != {name: dict(anew.states(db, name)) for name in names}:
            raise AssertionError("who looks on sees something else than who looks anew")
        return self._tables() | {
            "states": states,
            "profiles": [profiles.find(db, name) for name in names],
            "collections": [
                (each, collections.members(db, each.id)) for each in collections.listed(db)
            ],
        }

    def _open(self) -> None:
        self.told: set[tuple[str, int, int]] = set()
        self.store = Store(self.home / "library.db")
        self.store.write(lambda db: db.conn.set_trace_callback(DEATH.step))
        places = Places(data=self.home, cache=self.home / "cache")
        preferences = Preferences(places)
        self.history = History()
        self.access = access(
            self.store, lambda name, _items: self.history.states(self.store.read(), name)
        )
        nothing = lambda *_, **__: None  # noqa: E731
        self.organising = Organising(self.access, space=nothing, take_up=nothing, teach=nothing)
        self.syncing = Syncing(
            self.access,
            places,
            preferences,
            take_up=nothing,
            teach=nothing,
            shown=nothing,
            follow=nothing,
        )
        if not preferences.now.sync_folder:
            if self.key:
                self.syncing.pair(self.key)
            self.syncing.setup(self.shared)

    def _tables(self) -> dict[str, list[tuple[Any, ...]]]:
        conn = self.store.read().conn
        return {name: conn.execute(sql).fetchall() for name, sql in _TABLES.items()}

    def _fresh(self) -> tuple[Row, ...]:
        """Give what is new of this library's own in its log."""
        rows = self.store.read().conn.execute(
            f"SELECT {_ROW} FROM op WHERE device IN (SELECT id FROM device WHERE mine > 0)"
            " ORDER BY device, seq"
        )
        found = tuple(row for row in map(Row._make, rows) if row.key not in self.told)
        self.told.update(row.key for row in found)
        return found
