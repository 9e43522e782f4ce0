"""Syncs 100,000 events, plain and encrypted, beside a copy of their file: run it with pytest -s.

It is not in the suite.
"""

import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from mediadesk.api import Event, EventKind
from mediadesk.store import Store, oplog
from mediadesk.sync.crypto import Key
from mediadesk.sync.exchange import Report, exchange
from mediadesk.sync.pairing import take_key

EVENTS = 100_000
pytestmark = pytest.mark.timeout(600)


def sync(store: Store, folder: Path) -> Report:
    return exchange(store, folder, settle=lambda _db, _items: None)


def seconds(work: Callable[[], object]) -> tuple[float, float]:
    """Give the seconds on the clock and of CPU that something takes."""
    clock, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - clock, time.process_time() - cpu


@pytest.mark.parametrize("key", [None, Key.made()], ids=["plain", "encrypted"])
def test_100_000_events(tmp_path: Path, key: Key | None) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    first, second = (Store(tmp_path / name / "library.db") for name in ("first", "second"))
    for store in (first, second):
        if key:
            take_key(store, key)
    events = [
        Event(
            id="", profile="me", item=f"{n % 20_000:032x}", kind=EventKind.PLAYED, at=1.6e9 + n,
            value=0.9, context={"shelf": "top", "slot": n % 10},
        )
        for n in range(EVENTS)
    ]  # fmt: skip
    first.write(lambda db: oplog.add_events(db, events))
    given = seconds(lambda: sync(first, shared))
    [file] = shared.glob("*.mdsync")
    mib = file.stat().st_size / 2**20
    copied = seconds(lambda: shutil.copyfile(file, tmp_path / "copy"))
    taken = seconds(lambda: sync(second, shared))
    assert second.read().conn.execute("SELECT count(*) FROM event").fetchone() == (EVENTS,)
    time.sleep(2.1)  # a file that was written just now is read again
    for store in (first, second):
        sync(store, shared)
    still = min(seconds(lambda: sync(second, shared)) for _ in range(5))
    first.write(lambda db: oplog.add_events(db, events[:1]))
    one_given = seconds(lambda: sync(first, shared))
    one_taken = seconds(lambda: sync(second, shared))
    how = "encrypted" if key else "plain"
    print(f"\n{EVENTS:,} events, {how}, {mib:.1f} MiB; seconds, and of CPU:")
    for what, (clock, cpu) in {
        "file copied": copied, "laid there": given, "taken over": taken, "nothing new": still,
        "one event more laid there": one_given, "one event more taken over": one_taken,
    }.items():  # fmt: skip
        print(f"  {what}: {clock:.3f}, {cpu:.3f}")
    assert taken[1] < 2
    assert still[1] < 0.1
    assert max(one_given[1], one_taken[1]) < 0.05
