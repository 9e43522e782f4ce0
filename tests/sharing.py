"""Devices that share a folder, for tests: each is a library."""

from pathlib import Path

from mediadesk.store import Database, Store, changes, merging, registers
from mediadesk.store.registers import Edit
from mediadesk.sync.exchange import Report, exchange


class Device:
    """A library and the folder that it shares."""

    def __init__(self, home: Path, shared: Path) -> None:
        self.library, self.shared = home / "library.db", shared
        self.store = Store(self.library)

    def say(self, text: str, field: str = "note") -> str:
        """Write a note as one act; give its id."""
        edit = Edit(item="item", field=field, value=text)

        def act(db: Database) -> str:
            return changes.act(
                db,
                f"Wrote {text}",
                lambda act: [each.item for each in registers.write(db, [edit], change=act)],
            ).id

        return self.store.write(act)

    def undo(self, act: str) -> str:
        return self.store.write(lambda db: changes.undo(db, act))[0].id

    def put_back(self, backup: Path) -> None:
        """Put a backup into the place of the library by hand."""
        self.store.close()
        for left in self.library.parent.glob("library.db*"):
            left.unlink()
        backup.rename(self.library)
        self.store = Store(self.library)

    def sync(self, *, dry_run: bool = False) -> Report:
        return exchange(self.store, self.shared, settle=lambda _db, _items: None, dry_run=dry_run)

    @property
    def note(self) -> str | None:
        return registers.having(self.store.read(), "note").get("item")


def both(pair: tuple[Device, Device]) -> None:
    for device in (*pair, *pair):
        device.sync()


class Pair:
    """Two libraries that tell each other all, without a folder."""

    def __init__(self, folder: Path) -> None:
        self.here, self.there = self.both = [
            Store(folder / name / "library.db") for name in ("1", "2")
        ]

    def exchange(self) -> None:
        for source, to in (self.both, self.both[::-1]):
            for device, *_ in merging.own(source.read()):
                log = merging.log(source.read(), device)
                to.write(lambda db, log=log: merging.take(db, log))
