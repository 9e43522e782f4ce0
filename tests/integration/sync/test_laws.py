"""Devices that share a folder come to the same, whatever happens to its files, and lose no edit.

A state machine has three devices, and copies of them, write, take back, merge and sync in any
order, encrypted or not, with clocks that are equal or wrong by years. Meanwhile the drive does what
drives do: it makes conflict copies, brings old versions of files back, tears, deletes and mixes
them up.
"""

import json
import os
import shutil
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from unittest.mock import patch

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)

from mediadesk.api import EventKind
from mediadesk.store import Database, Store, changes, oplog, registers, safety, versions
from mediadesk.store.registers import Edit
from mediadesk.sync.crypto import Key
from mediadesk.sync.exchange import exchange
from mediadesk.sync.pairing import take_key

KEY = Key.made()
DEVICES = st.integers(0, 2)
ITEMS = st.sampled_from(["a", "b", "c"])
FIELDS = st.sampled_from(["note", "mood", "in/1", "title"])
YEAR_NS = 365 * 86_400 * 10**9
EXAMPLES = int(os.environ.get("SYNC_EXAMPLES", "0"))
"""How many to look at, others each time; without it the same few."""
_STATE = {
    "op": "SELECT * FROM op ORDER BY device, seq",
    "event": "SELECT * FROM event ORDER BY id",
    "register": "SELECT * FROM register ORDER BY item, profile, field",
    "alias": "SELECT old, new FROM alias ORDER BY old",
    "change": "SELECT id, at, says, undone FROM change ORDER BY id",
}


def nothing(_db: Database, _items: Sequence[str]) -> None:
    """Settle no item: there are none in these libraries."""


class Devices(RuleBasedStateMachine):
    """Some libraries and a folder between them."""

    @initialize(key=st.sampled_from([None, KEY]))
    def begin(self, key: Key | None) -> None:
        self.base = Path(tempfile.mkdtemp(prefix="laws-"))
        self.shared = self.base / "shared"
        self.shared.mkdir()
        self.key = key
        self.stores = [self._opened(n) for n in range(3)]
        self.skews = [0, 0, 0]
        self.now = time.time_ns()
        self.said: list[set[tuple[str, ...]]] = [set(), set(), set()]  # of each, what only it has
        self.kept: dict[str, bytes] = {}  # what the drive may bring back
        self.copies = 0

    @rule(device=DEVICES, item=ITEMS, field=FIELDS, value=st.integers(0, 9))
    def edit(self, device: int, item: str, field: str, value: int) -> None:
        self.copies += 1
        said = self.copies if field == "in/1" else f"{value} {self.copies}"

        def write(db: Database) -> None:
            now = versions.current(db, [item])[item]
            changes.act(db, "Edited", lambda act: [
                each.item for each in registers.write(
                    db, [Edit(item=now, field=field, value=said)], change=act)])  # fmt: skip

        self._write(device, write)
        self.said[device].add((field, json.dumps(said)))

    @rule(device=DEVICES, item=ITEMS, kind=st.sampled_from([EventKind.LIKE, EventKind.PLAYED]))
    def event(self, device: int, item: str, kind: EventKind) -> None:
        self.copies += 1
        value = float(self.copies)
        self._write(device, lambda db: oplog.add_event(
            db, profile="me", item=item, kind=kind, value=value))  # fmt: skip
        self.said[device].add(("event", str(value)))

    @rule(device=DEVICES, nth=st.integers(0, 4))
    def take_back(self, device: int, nth: int) -> None:
        known = changes.listed(self.stores[device].read(), limit=20)
        standing = [each.id for each in known if not each.undone]
        if standing:
            wanted = standing[nth % len(standing)]
            self._write(device, lambda db: changes.undo(db, wanted))

    @rule(device=DEVICES, old=ITEMS, new=ITEMS)
    def replace(self, device: int, old: str, new: str) -> None:
        self._write(device, lambda db: versions.follow(db, old=old, new=new))

    @rule(device=DEVICES, years=st.sampled_from([-9, 0, 0, 30]))
    def set_clock(self, device: int, years: int) -> None:
        self.skews[device] = years * YEAR_NS

    @rule(device=DEVICES)
    def sync(self, device: int) -> None:
        exchange(self.stores[device], self.shared, settle=nothing)
        self.said[device].clear()  # others can have it now

    @rule(device=DEVICES)
    def look(self, device: int) -> None:
        before = self._state(device)
        exchange(self.stores[device], self.shared, settle=nothing, dry_run=True)
        assert self._state(device) == before

    @rule(data=st.data())
    def keep_old(self, data: st.DataObject) -> None:
        if files := sorted(self.shared.iterdir()):
            file = data.draw(st.sampled_from(files))
            self.kept[file.name] = file.read_bytes()

    @rule(data=st.data(), as_copy=st.booleans())
    def bring_old_back(self, data: st.DataObject, as_copy: bool) -> None:
        if self.kept:
            name = data.draw(st.sampled_from(sorted(self.kept)))
            self.copies += 1
            stem = f"{name.removesuffix('.mdsync')} (conflicted copy {self.copies})"
            place = f"{stem}.mdsync" if as_copy else name
            (self.shared / place).write_bytes(self.kept[name])

    @rule(data=st.data(), share=st.floats(0, 0.99))
    def tear(self, data: st.DataObject, share: float) -> None:
        if files := sorted(self.shared.iterdir()):
            file = data.draw(st.sampled_from(files))
            whole = file.read_bytes()
            file.write_bytes(whole[: int(len(whole) * share)])

    @rule(data=st.data())
    def mix_up(self, data: st.DataObject) -> None:
        if files := sorted(self.shared.iterdir()):
            source, target = (data.draw(st.sampled_from(files)) for _ in range(2))
            target.write_bytes(source.read_bytes())

    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        if files := sorted(self.shared.iterdir()):
            data.draw(st.sampled_from(files)).unlink()

    @rule(device=DEVICES)
    def start_anew(self, device: int) -> None:
        self.stores[device].close()
        self.stores[device] = Store(self.base / str(device) / "library.db")

    @rule(source=DEVICES, to=DEVICES)
    def copy_library(self, source: int, to: int) -> None:
        if source == to:
            return
        backup = self.stores[source].backup()
        self.stores[to].close()
        self.copies += 1
        shutil.move(self.base / str(to), self.base / f"away {self.copies}")
        (self.base / str(to)).mkdir()
        shutil.move(backup, self.base / str(to) / "library.db")
        self.stores[to] = self._opened(to)
        self.said[to] = set()

    @rule(device=DEVICES)
    def keep_backup(self, device: int) -> None:
        self.stores[device].backup()

    @rule(device=DEVICES)
    def restore(self, device: int) -> None:
        library = self.base / str(device) / "library.db"
        backups = safety.kept(library)
        if not backups:
            return
        self.stores[device].close()
        safety.stage(library, backups[-1])
        self.stores[device] = Store(library)
        self.said[device] = set()  # what was not synced was given up by the person

    def teardown(self) -> None:
        if not hasattr(self, "stores"):
            return
        wanted = set().union(*self.said)
        for file in self.shared.iterdir():
            if "conflicted" not in file.name and self._is_torn(file):
                file.unlink()  # whoever wrote it is gone
        for _ in range(3):
            for store in self.stores:
                exchange(store, self.shared, settle=nothing)
        states = [self._state(n) for n in range(3)]
        assert states[0] == states[1]
        assert states[1] == states[2]
        told = self.stores[0].read().conn.execute(
            "SELECT field, iif(field = 'note', value -> 'text', value) FROM op"
            " WHERE kind = 'set' UNION ALL"
            " SELECT 'event', CAST(value ->> 'value' AS TEXT) FROM op WHERE kind = 'event'"
        ).fetchall()  # fmt: skip
        assert wanted <= set(told)
        for store in self.stores:
            self._check_fold(store)
            store.close()
        shutil.rmtree(self.base)

    def _opened(self, device: int) -> Store:
        store = Store(self.base / str(device) / "library.db")
        if self.key:
            take_key(store, self.key)
        return store

    def _write(self, device: int, write: "object") -> None:
        self.now += 1_000
        at = self.now // 10_000 * 10_000 + self.skews[device]  # often the same for several
        with patch("mediadesk.store.oplog.time.time_ns", return_value=at):
            self.stores[device].write(write)  # type: ignore[arg-type]

    def _state(self, device: int) -> dict[str, list[tuple[object, ...]]]:
        conn = self.stores[device].read().conn
        return {name: conn.execute(sql).fetchall() for name, sql in _STATE.items()}

    def _is_torn(self, file: Path) -> bool:
        return file.stat().st_size < 100

    def _check_fold(self, store: Store) -> None:
        """See that what the log adds up to is what it would be if all had come at once."""
        kept = store.read().conn.execute(_STATE["register"]).fetchall()

        def anew(db: Database) -> list[tuple[object, ...]]:
            items = [row[0] for row in db.conn.execute("SELECT DISTINCT item FROM op")]
            versions.refold(db, items)
            registers.refold(db, items)
            return db.conn.execute(_STATE["register"]).fetchall()

        assert store.write(anew) == kept


def test_all_devices_come_to_the_same_and_nothing_is_lost() -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Devices,
        settings=settings(
            max_examples=EXAMPLES or 12,
            stateful_step_count=25,
            deadline=None,
            derandomize=not EXAMPLES,
            database=None,
            phases=[Phase.generate] if not EXAMPLES else [Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        ),
    )
