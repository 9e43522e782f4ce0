"""A small library whose files are scanned and read, as the engine does it, without any analysis."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from library_factory import access

from mediadesk.api import Item
from mediadesk.engine.writing import Writing
from mediadesk.host.workers import Outcome
from mediadesk.library.intake import Intake
from mediadesk.library.scan import scan_root
from mediadesk.recommend.history import History
from mediadesk.store import Store, library, registers, roots, told
from mediadesk.store.registers import Edit

ME = "me"


def read(store: Store, root: Path) -> list[Path]:
    """Scan a folder of a library and read what is new or changed in it; give what was read."""
    scan_root(store, root, settle_seconds=0)
    lane, opened = Intake(store, after_read=lambda _db, _items: None), []
    while claimed := lane.claim(100, idle=True):
        opened += [work.key.path for work in claimed]
        lane.settle([Outcome(work=work, result=work.function(*work.arguments)) for work in claimed])
    return opened


class ReadLibrary:
    """One folder, its database, and the parts of the engine that edit and write back."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "media"
        self.root.mkdir(exist_ok=True)
        self.store = Store(folder / "library.db")
        self.store.write(lambda db: roots.add(db, self.root))
        history = History()
        self.access = access(self.store, lambda who, _: history.states(self.store.read(), who))
        self.writing = Writing(self.access)

    def read(self) -> list[Path]:
        """Scan, and read what is new or changed, or has news beside it; give what was read."""
        return read(self.store, self.root)

    def item(self, path: Path) -> Item:
        return self.access.find(str(path))

    def edit(self, path: Path, **fields: Any) -> None:  # noqa: ANN401 - whatever a field holds
        """Say what a person says of an item; None takes it back."""
        item = self.item(path).id
        edits = [Edit(item=item, field=name, value=value) for name, value in fields.items()]
        self.store.write(lambda db: registers.write(db, edits))
        self.store.write(lambda db: told.settle(db, [item]))

    def said(self, path: Path) -> dict[str, dict[str, Any]]:
        """Give source → what it says, the strongest first."""
        item = self.item(path).id
        return dict(told.said(self.store.read(), [item])[item])

    def row(self, path: Path) -> dict[str, Any]:
        """Give the columns of an item, with its chapters taken out of JSON."""
        [row] = self.store.read().query("SELECT * FROM item WHERE id = ?", [self.item(path).id])
        return row | {"chapters": json.loads(row["chapters"])}

    def facts(self, path: Path) -> dict[str, str]:
        """Give what is told of the file of an item: label → text."""
        return dict(json.loads(self.row(path)["facts"]))

    def artwork(self, path: Path) -> bytes:
        item = self.item(path).id
        return library.artwork(self.store.read(), [item]).get(item, b"")
