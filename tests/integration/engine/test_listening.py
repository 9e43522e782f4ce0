"""Listeners: each plugin is told at its own pace."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from worker_tasks import until

from mediadesk.api import Event, EventKind
from mediadesk.engine.plugins.listening import Listening
from mediadesk.host import Plugin, Registry
from mediadesk.store import Store, oplog


class Hears:
    def __init__(self, name: str) -> None:
        self.name = name
        self.gate = threading.Event()
        self.heard: list[str] = []

    def on_events(self, events: Sequence[Event]) -> None:
        assert self.gate.wait(60)
        self.heard += [event.item for event in events]


def test_one_that_hangs_keeps_no_other_waiting(tmp_path: Path) -> None:
    store, registry = Store(tmp_path / "library.db"), Registry(points=())
    hanging, quick = Hears("hanging"), Hears("quick")
    quick.gate.set()
    for part in (hanging, quick):
        registry.admit(Plugin(name=f"of-{part.name}", version="1"), {"listeners": [part]})
    like = partial(oplog.add_event, profile="me", kind=EventKind.LIKE)
    store.write(partial(like, item="before they came"))
    listening = Listening(store, registry)
    try:
        listening.wake()
        store.write(partial(like, item="one"))
        listening.wake()
        until(lambda: quick.heard == ["one"])
        store.write(partial(like, item="two"))
        listening.wake()
        until(lambda: quick.heard == ["one", "two"])
        assert hanging.heard == []
        hanging.gate.set()
        until(lambda: hanging.heard == ["one", "two"])
        registry.dismiss("of-hanging")
        listening.wake()
        until(lambda: _tellers() == ["tell-of-quick"])
    finally:
        hanging.gate.set()
        listening.close()
        store.close()
    assert not _tellers()


def _tellers() -> list[str]:
    return [each.name for each in threading.enumerate() if each.name.startswith("tell-")]
