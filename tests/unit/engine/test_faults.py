"""What plugins do wrong is kept with its file, told in their logs, and counted where it counts."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from mediadesk.api import Item, Kind, Skip, UnreadableError, UserError
from mediadesk.engine.plugins.faults import Faults
from mediadesk.host import Plugin, Registry, Source, State
from mediadesk.host.isolate.errors import Died
from mediadesk.host.isolate.faults import Fault
from mediadesk.store import Store, library, roots
from mediadesk.store import plugins as memory
from mediadesk.store.locations import Location


class Judge:
    """A ranker that is never asked by itself."""

    name, model = "judge", None

    def rank(self, request: object, run: object) -> None:
        """Give nothing."""


class Desk:
    """A registry with one plugin of a stranger, and what is kept and told of its faults."""

    def __init__(self, folder: Path) -> None:
        self.told: list[str] = []
        self.stopped: list[str] = []
        self.store = Store(folder / "library.db")
        self.registry = Registry(points=(), on_failure=self.failed)
        self.faults = Faults(
            self.store,
            self.registry,
            tell=lambda _, line: self.told.append(line),
            stop=self.stopped.append,
        )
        self.judge = Judge()
        self.plugin = Plugin(name="stranger", version="1.0", source=Source.INSTALLED)
        self.registry.admit(self.plugin, {"rankers": [self.judge]})

    def failed(self, plugin: Plugin, part: object, error: Exception) -> None:
        """Take note as the engine does."""
        self.faults.failed(plugin, part, error)

    def ask(self, error: Exception, item: str | None = None) -> None:
        """Call the plugin, which raises this."""

        def call() -> None:
            raise error

        with pytest.raises((UserError, Skip)):
            self.registry.guard(self.judge, call, item=item)

    def kept(self) -> tuple[memory.FaultRow, ...]:
        """Give what is kept."""
        return memory.faults(self.store.read(), "stranger")

    def die(self, item: str | None, sentence: str = "it crashed") -> None:
        """Let its process end under a call about an item."""
        fault = Fault(
            plugin="stranger",
            version="1.0",
            at=time.time(),
            part="judge",
            item=item,
            kind="crash",
            sentence=sentence,
        )
        self.faults.happened(fault)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.store.close()


def test_a_sentence_for_a_person_is_kept_once_and_never_counts(desk: Desk) -> None:
    for _ in range(20):
        desk.ask(UserError("Set the key in “judge.toml”."))
    (row,) = desk.kept()
    assert (row.kind, row.part, row.times) == ("message", "judge", 20)
    assert "Set the key in “judge.toml”." in row.sentence
    assert len(desk.told) == 1
    assert "message: “judge” says: Set the key in “judge.toml”. [judge]" in desk.told[0]
    assert (desk.plugin.state, desk.stopped) == (State.READY, [])
    for error in (Skip("nothing to see"), UnreadableError("“a.mkv” is empty."), Died("crash", "")):
        desk.ask(error)
    assert len(desk.kept()) == 1, "these are told elsewhere"


def test_many_messages_hide_no_crash(desk: Desk) -> None:
    desk.die("1")
    desk.die("2")
    for n in range(300):
        desk.ask(UserError(f"“{n}.mkv” is odd."))
    desk.die("3")
    assert desk.plugin.state is State.QUARANTINED
    assert desk.stopped == ["stranger"]
    assert "3 faults within 10 minutes" in desk.told[-1]
    assert 0 < len(desk.kept()) < 250


def test_a_bug_counts_when_it_comes_three_times_in_a_row(desk: Desk) -> None:
    for _ in range(2):
        desk.ask(KeyError("x"))
    assert desk.stopped == []
    desk.ask(KeyError("x"))
    assert desk.plugin.state is State.QUARANTINED
    (row,) = desk.kept()
    assert (row.kind, row.times) == ("raised", 3)
    desk.faults.pardon("stranger")
    assert desk.kept() == ()


def test_a_fault_names_the_file_of_its_item_as_it_is_called_now(desk: Desk, tmp_path: Path) -> None:
    place = Location(path=tmp_path / "Night.mkv", root=tmp_path, size=1, mtime_ns=1)
    item = Item(id="night", kind=Kind.FILM, title="Night", path=None, duration=60.0, added_at=0.0)
    desk.store.write(lambda db: library.save_item(db, item, facts={}, location=place))
    desk.ask(UserError("It is odd."), item="night")
    assert [row.file for row in desk.kept()] == ["Night"]
    desk.store.write(lambda db: roots.add(db, tmp_path))
    desk.store.write(
        lambda db: db.conn.execute(
            "INSERT INTO location(path, root, item, size, mtime_ns, seen_at, sidecars)"
            " VALUES(?, ?, 'night', 1, 1, 0, '[]')",
            [str(place.path), str(tmp_path)],
        )
    )
    # Between a process that ended and the guard that knows the item.
    desk.registry.guard(desk.judge, lambda: desk.die(None), item="night")
    desk.die(None)
    assert [(row.item, row.file) for row in desk.kept()] == [
        (None, None),
        ("night", str(place.path)),
        ("night", str(place.path)),
    ]
    assert f"[judge, {place.path}]" in desk.told[1]


def test_a_full_disk_hides_no_crash(desk: Desk) -> None:
    write = desk.store._writer.submit
    write(desk.store._write_db.conn.execute, "PRAGMA query_only=on").result()
    for item in "12":
        desk.die(item)
    assert desk.plugin.state is State.READY
    desk.die("3")
    assert desk.plugin.state is State.QUARANTINED
    assert desk.stopped == ["stranger"]
    with pytest.raises(UserError, match=r"“stranger” is quarantined: “mediadesk plugins enable"):
        desk.registry.guard(desk.judge, lambda: pytest.fail("it was called all the same"))
    write(desk.store._write_db.conn.execute, "PRAGMA query_only=off").result()
    assert desk.kept() == ()
    desk.plugin.state = State.READY
    desk.faults.pardon("stranger")
    desk.die("4")
    assert desk.plugin.state is State.READY, "it is counted anew"
