"""What plugins have cost since they were installed."""

import logging
import threading
from collections.abc import Mapping
from functools import partial
from weakref import WeakKeyDictionary

from mediadesk.api import UserError
from mediadesk.host.isolate.guest import Guest
from mediadesk.host.isolate.health import Health, Used
from mediadesk.store import Database, Store
from mediadesk.store import plugins as memory

log = logging.getLogger(__name__)
_NOTHING: Used = (0, 0.0, 0.0)


class Costs:
    """Adds what running guests have cost to what is remembered, each second of it once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._saved: WeakKeyDictionary[Guest, Mapping[str, Used]] = WeakKeyDictionary()
        self._lock = threading.Lock()

    def save(self, name: str, guest: Guest) -> None:
        """Add what a plugin's guest has cost since this was saved last."""
        with self._lock:
            health = guest.health()
            spent = _spent(health, self._saved.get(guest, {}))
            try:
                if spent:
                    self._store.write(partial(_add, plugin=name, spent=spent))
            except UserError as error:  # a full disk
                log.warning("what “%s” has cost is added another time: %s", name, error)
            else:
                self._saved[guest] = health.parts


def _spent(health: Health, before: Mapping[str, Used]) -> list[memory.Usage]:
    spent = []
    for part, now in health.parts.items():
        calls, seconds, cpu = (a - b for a, b in zip(now, before.get(part, _NOTHING), strict=True))
        if calls:
            spent.append(
                memory.Usage(
                    part=part,
                    calls=int(calls),
                    seconds=seconds,
                    cpu_seconds=cpu,
                    peak_memory=health.peak_memory,
                )
            )
    return spent


def _add(db: Database, plugin: str, spent: list[memory.Usage]) -> None:
    for used in spent:
        memory.add_usage(db, plugin, used)
