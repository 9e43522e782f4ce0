"""Plugins are opened, stopped and forgotten one by one, and none waits for another."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest
from worker_tasks import until

from mediadesk.api import ModelCard, UserError
from mediadesk.engine.plugins.faults import Faults
from mediadesk.engine.plugins.journal import StartJournal
from mediadesk.engine.plugins.opening import Opener
from mediadesk.engine.plugins.outside import Outside
from mediadesk.engine.plugins.remembered import Remembered, Said, key_of
from mediadesk.engine.plugins.running import Running
from mediadesk.host import Registry, State
from mediadesk.host.install.disk import write
from mediadesk.host.install.inventory import RECEIPT, Installed
from mediadesk.host.install.records import Receipt
from mediadesk.host.isolate.contract import HOOKS
from mediadesk.host.isolate.faults import Fault
from mediadesk.host.isolate.guest import Guest
from mediadesk.host.isolate.shared import Shared
from mediadesk.host.manifest import Manifest, Permissions
from mediadesk.privacy import Connections
from mediadesk.settings import Places
from mediadesk.store import Store
from mediadesk.store import plugins as memory


class Bench:
    """All that runs plugins, around what a test says is on disk.

    What they offer is remembered, as after an earlier start: so none has to be started.
    """

    def __init__(self, folder: Path, register: Callable[[Callable[[], None]], None]) -> None:
        places = Places(data=folder, cache=folder / "cache")
        self.folder = folder
        self.store, self.shared = Store(places.database), Shared()
        self.registry = Registry(points=())
        self.disk: list[Installed] = []
        self.models: list[list[str]] = []
        self.changed: list[str] = []
        """The thread of each change that was told."""
        self.journal = StartJournal(folder / "starting", is_kept=True)
        self.faults = Faults(
            self.store,
            self.registry,
            tell=lambda name, line: self.running.tell(name, line),  # noqa: PLW0108 - it comes later
            stop=lambda name: self.running.stop(name),  # noqa: PLW0108
        )
        self.opener = Opener(
            places,
            self.store,
            lambda *_: {},
            shared=self.shared,
            outside=Outside(Connections(folder), is_allowed=lambda: False),
            faults=self.faults,
            journal=self.journal,
        )
        self.running = Running(
            self.store,
            self.registry,
            self.opener,
            self.faults,
            self.journal,
            on_disk=lambda: self.disk,
            on_change=lambda: self.changed.append(threading.current_thread().name),
            on_models=self._offered,
        )
        for close in (self.store.close, self.shared.close, self.running.close):
            register(close)

    def _offered(self, cards: Sequence[ModelCard]) -> None:
        self.models.append([card.name for card in cards])

    def put(
        self, name: str, parts: dict[str, list[dict[str, Any]]], cards: Sequence[ModelCard] = ()
    ) -> Installed:
        """Lay a plugin on the disk that has said this of itself."""
        root = self.folder / name / "site"
        root.mkdir(parents=True)
        write(root.parent / RECEIPT, Receipt(at=1.0, source=f"{name}.whl", sha256="a"))
        found = Installed(
            name=name,
            version="1",
            manifest=Manifest(
                name=name,
                distribution=name,
                version="1",
                module="plug",
                title=name,
                api=">=1",
                permissions=Permissions(read_media="to read", read_history="to know"),
            ),
            root=root,
            data=root.parent / "data",
            source="installed",
            state="ready",
        )
        self.disk.append(found)
        described = msgspec.msgpack.encode(dict.fromkeys(HOOKS, ()) | parts)
        key = key_of(found, settings={}, language="en")
        Remembered(self.folder / "plugins" / ".described").keep(
            name, key, Said(described, tuple(cards))
        )
        return found

    def guest(self, name: str) -> Guest:
        """Give a running guest."""
        return self.running.guests()[name]

    def state(self, name: str) -> State:
        """Give how a plugin is doing."""
        return self.registry.find(name).state


SHELVES = {"shelves": [{"name": "tiny"}]}
WANTS = {"rankers": [{"name": "wants", "model": {"task": "image", "name": "lamp"}}]}


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    close: list[Callable[[], None]] = []
    made = Bench(tmp_path, close.append)
    yield made
    for each in reversed(close):
        each()


def test_guests_are_stopped_though_nothing_can_be_written(bench: Bench) -> None:
    for name in ("one", "two"):
        bench.put(name, {"shelves": [{"name": name}]})
    bench.running.load()
    one, two = bench.guest("one"), bench.guest("two")
    for guest in (one, two):
        guest._books.note("shelf", 1.0, 0.5, 1 << 20)
    bench.store._writer.submit(bench.store._write_db.conn.execute, "PRAGMA query_only=on").result()
    assert bench.running.health("one") is not None
    bench.faults.quarantine(bench.registry.find("one"), "It was odd.")
    bench.running.stop("one")
    until(lambda: one.is_closed, seconds=10)
    assert bench.state("one") is State.QUARANTINED
    bench.store._writer.submit(bench.store._write_db.conn.execute, "PRAGMA query_only=off").result()
    bench.running.health("two")
    bench.running.health("two")
    (used,) = memory.usage(bench.store.read(), "two")
    assert used.calls == 1, "what could not be added was added later, once"
    bench.running.close()
    assert two.is_closed


def test_what_catalogues_hold_is_known_without_a_start(bench: Bench) -> None:
    file = bench.folder / "lamp.onnx"
    file.touch()
    card = ModelCard(name="lamp", task="image", file=file, dimensions=2, licence="MIT", source="x")
    catalogue = bench.put("brings", {"model_catalogues": [{"name": "brings"}]}, [card])
    bench.put("wants", WANTS)
    bench.put("other", SHELVES)
    bench.running.load()
    assert bench.models == [["lamp"]]
    wants, other = bench.guest("wants"), bench.guest("other")
    assert wants._spec.models == {"image/lamp": file}
    bench.running.reload("other")
    assert bench.guest("other") is not other
    assert bench.guest("wants") is wants
    assert bench.models == [["lamp"]]
    assert all(guest.health().started == 0 for guest in bench.running.guests().values())
    bench.disk.remove(catalogue)
    bench.running.reload("brings")
    assert bench.models == [["lamp"], []]
    assert bench.guest("wants")._spec.models == {}
    assert bench.guest("wants").health().started == 0


def test_one_that_starts_slowly_keeps_nothing_waiting(bench: Bench) -> None:
    slow = bench.put("slow", SHELVES)
    bench.put("quick", {"shelves": [{"name": "quick"}]})
    bench.running.load()
    (slow.root / "plug.py").write_text("import time\ntime.sleep(60)\n")
    bench.opener.doubt("slow")
    reload = threading.Thread(target=bench.running.reload, args=["slow"])
    reload.start()
    until(lambda: list((bench.folder / "starting").glob("*.json")), seconds=30)
    begun = time.monotonic()
    quick = bench.guest("quick")
    bench.running.reload("quick")
    assert quick.is_closed
    bench.faults.quarantine(bench.registry.find("quick"), "It was odd.")
    bench.running.stop("quick")
    until(lambda: "quick" not in bench.running.guests(), seconds=30)
    assert reload.is_alive()
    bench.running.close()
    reload.join()
    assert time.monotonic() - begun < 45
    assert bench.running.guests() == {}


def test_a_person_who_is_quicker_than_a_quarantine_has_the_last_word(bench: Bench) -> None:
    bench.put("tiny", SHELVES)
    bench.running.load()
    bench.faults.quarantine(bench.registry.find("tiny"), "It was odd.")
    bench.faults.pardon("tiny")
    bench.running.reload("tiny")
    bench.running.stop("tiny")
    until(lambda: not bench.running.is_changing, seconds=10)
    assert bench.state("tiny") is State.READY
    assert not bench.guest("tiny").is_closed


def test_one_that_cannot_be_started_again_is_asked_anew_what_it_is(bench: Bench) -> None:
    bench.put("tiny", SHELVES)  # there is no module in its folder
    bench.running.load()
    assert bench.state("tiny") is State.READY
    bench.running.wake("shelves")
    until(lambda: bench.state("tiny") is State.FAILED, seconds=30)
    assert memory.faults(bench.store.read(), "tiny") == (), "what was remembered was wrong"
    fault = Fault(
        plugin="tiny",
        version="1",
        at=time.time(),
        part="",
        item=None,
        kind="start",
        sentence="It was stopped: it can't be started again.",
    )
    before = bench.registry.find("tiny")
    bench.running._note_fault(fault)
    until(lambda: bench.registry.find("tiny") is not before, seconds=30)
    assert [row.kind for row in memory.faults(bench.store.read(), "tiny")] == ["start"]


def test_what_a_watcher_tells_is_done_by_threads_that_stay(bench: Bench) -> None:
    bench.put("tiny", SHELVES)
    bench.running.load()
    old = bench.guest("tiny")
    bench.running._watching._on_change("tiny")
    until(lambda: old.is_closed and bench.changed, seconds=10)
    assert bench.changed[0].startswith("plugins-aside"), "each has a database connection"


def test_one_that_cannot_be_removed_works_on_and_is_told_of(bench: Bench) -> None:
    bench.put("tiny", SHELVES)
    bench.running.load()
    old = bench.guest("tiny")

    def remove() -> None:
        raise UserError("“tiny” can't be removed: close what uses it.")

    with pytest.raises(UserError, match="close what uses it"):
        bench.running.let_go("tiny", remove)
    assert old.is_closed
    assert not bench.guest("tiny").is_closed
    assert len(bench.changed) == 1, "or work would go on with a guest that is closed"
    assert bench.state("tiny") is State.READY


def test_what_is_installed_later_is_no_crash_of_the_start(bench: Bench) -> None:
    bench.running.load()
    with bench.journal.starting("tiny"):
        assert not list(bench.folder.glob("starting/*"))
