"""What is remembered of plugins: settings, quarantine, faults and costs."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from mediadesk.api import Event, EventKind, Json
from mediadesk.paths import shown
from mediadesk.store import events
from mediadesk.store.connection import Database

_FAULTS_KEPT = 100
_FILE = (
    "SELECT coalesce((SELECT path FROM location WHERE location.item = known.id AND missing <> 3"
    " ORDER BY missing, path LIMIT 1), title) FROM item AS known WHERE known.id = item"
)
"""Gives the file of the `item` of a row, else its title."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a person set for a plugin, and why it is quarantined, if it is."""

    settings: Json
    quarantine: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultRow:
    """Something a plugin did wrong; `at` in unix seconds, the last of so many `times`.

    `file` is where the item lies or its title, None where the fault is about no item; it is found
    by reading.
    """

    version: str
    at: float
    part: str
    item: str | None
    kind: str
    sentence: str
    times: int = 1
    file: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What a part has cost: seconds of wall and CPU time, and the most memory in bytes."""

    part: str
    calls: int
    seconds: float
    cpu_seconds: float
    peak_memory: int


def decision(db: Database, plugin: str) -> Decision:
    """Give what was decided about a plugin; nothing for one never heard of."""
    for row in db.query("SELECT settings, quarantine FROM plugin WHERE name = ?", [plugin]):
        return Decision(settings=json.loads(row["settings"]), quarantine=row["quarantine"])
    return Decision(settings={}, quarantine=None)


def save_settings(db: Database, plugin: str, settings: Mapping[str, object]) -> None:
    """Replace a plugin's settings."""
    db.conn.execute(
        "INSERT INTO plugin(name, settings) VALUES(?, ?)"
        " ON CONFLICT(name) DO UPDATE SET settings = excluded.settings",
        [plugin, json.dumps(dict(settings), ensure_ascii=False)],
    )


def budget(db: Database, plugin: str) -> str:
    """Give when a plugin may work."""
    row = db.conn.execute("SELECT budget FROM plugin WHERE name = ?", [plugin]).fetchone()
    return str(row[0]) if row else "always"


def save_budget(db: Database, plugin: str, when: str) -> None:
    """Set when a plugin may work."""
    db.conn.execute(
        "INSERT INTO plugin(name, budget) VALUES(?, ?)"
        " ON CONFLICT(name) DO UPDATE SET budget = excluded.budget",
        [plugin, when],
    )


def quarantine(db: Database, plugin: str, why: str | None) -> None:
    """Put a plugin into quarantine, or with None let it out and begin to count anew."""
    db.conn.execute(
        "INSERT INTO plugin(name, quarantine) VALUES(?, ?)"
        " ON CONFLICT(name) DO UPDATE SET quarantine = excluded.quarantine",
        [plugin, why],
    )
    if why is None:
        db.conn.execute("DELETE FROM plugin_fault WHERE plugin = ?", [plugin])


def order(db: Database) -> dict[str, int]:
    """Give each plugin that was ever installed a number: who came first has the lowest."""
    return dict(db.conn.execute("SELECT name, rowid FROM plugin"))


def forget(db: Database, plugin: str) -> None:
    """Forget all about a plugin that was removed."""
    for table, column in (
        ("plugin", "name"),
        ("plugin_fault", "plugin"),
        ("plugin_usage", "plugin"),
        ("listener", "plugin"),
    ):
        db.conn.execute(f"DELETE FROM {table} WHERE {column} = ?", [plugin])


def add_fault(db: Database, plugin: str, fault: FaultRow, *, once: bool = False) -> bool:
    """Note a fault; only the latest of each kind are kept. Tell whether it is another one.

    With `once` what is there already is counted, not noted again.
    """
    told = [plugin, fault.version, fault.part, fault.item, fault.kind, shown(fault.sentence)]
    if once:
        known = db.conn.execute(
            "UPDATE plugin_fault SET times = times + 1, at = ? WHERE plugin = ? AND version = ?"
            " AND part = ? AND item IS ? AND kind = ? AND sentence = ?",
            [fault.at, *told],
        )
        if known.rowcount:
            return False
    db.conn.execute(
        "INSERT INTO plugin_fault(plugin, version, part, item, kind, sentence, at)"
        " VALUES(?, ?, ?, ?, ?, ?, ?)",
        [*told, fault.at],
    )
    db.conn.execute(
        "DELETE FROM plugin_fault WHERE plugin = :plugin AND kind = :kind AND id <= ("
        " SELECT id FROM plugin_fault WHERE plugin = :plugin AND kind = :kind"
        " ORDER BY id DESC LIMIT 1 OFFSET :kept)",
        {"plugin": plugin, "kind": fault.kind, "kept": _FAULTS_KEPT},
    )
    return True


def faults(db: Database, plugin: str, *, since: float = 0.0) -> tuple[FaultRow, ...]:
    """Give a plugin's faults, the latest first."""
    rows = db.query(
        f"SELECT version, at, part, item, kind, sentence, times, ({_FILE}) AS file"
        " FROM plugin_fault WHERE plugin = ? AND at >= ? ORDER BY at DESC, id DESC",
        [plugin, since],
    )
    return tuple(FaultRow(**row) for row in rows)


def file_of(db: Database, item: str) -> str | None:
    """Give where an item lies, else its title; None where there is no such item."""
    row = db.conn.execute(f"SELECT ({_FILE}) FROM (SELECT ? AS item)", [item]).fetchone()
    return str(row[0]) if row[0] is not None else None


def add_usage(db: Database, plugin: str, used: Usage) -> None:
    """Add to what a part has cost."""
    db.conn.execute(
        "INSERT INTO plugin_usage VALUES(?, ?, ?, ?, ?, ?) ON CONFLICT(plugin, part) DO UPDATE SET"
        " calls = calls + excluded.calls, seconds = seconds + excluded.seconds,"
        " cpu_seconds = cpu_seconds + excluded.cpu_seconds,"
        " peak_memory = max(peak_memory, excluded.peak_memory)",
        [plugin, used.part, used.calls, used.seconds, used.cpu_seconds, used.peak_memory],
    )


def usage(db: Database, plugin: str) -> tuple[Usage, ...]:
    """Give what each part has cost."""
    rows = db.query(
        "SELECT part, calls, seconds, cpu_seconds, peak_memory FROM plugin_usage"
        " WHERE plugin = ? ORDER BY part",
        [plugin],
    )
    return tuple(Usage(**row) for row in rows)


def unheard(
    db: Database, plugin: str, listener: str, *, limit: int
) -> tuple[tuple[Event, ...], int | None]:
    """Give the next events for a listener, in order, and the mark to keep once it took them.

    The mark is None where nothing is new. Who is heard of for the first time hears what happens
    from then on. What a person searches for is told to nobody.
    """
    row = db.conn.execute(
        "SELECT heard FROM listener WHERE plugin = ? AND name = ?", [plugin, listener]
    ).fetchone()
    end = int(db.conn.execute("SELECT coalesce(max(rowid), 0) FROM event").fetchone()[0])
    if row is None:
        return (), end
    rows = list(
        db.query(
            "SELECT rowid, * FROM event WHERE rowid > ? AND kind <> ? ORDER BY rowid LIMIT ?",
            [row[0], EventKind.SEARCHED.value, limit],
        )
    )
    return tuple(map(events.from_row, rows)), rows[-1]["rowid"] if rows else None


def heard(db: Database, plugin: str, listener: str, mark: int) -> None:
    """Note how far a listener has heard."""
    db.conn.execute(
        "INSERT OR REPLACE INTO listener(plugin, name, heard) VALUES(?, ?, ?)",
        [plugin, listener, mark],
    )


def listeners(db: Database) -> list[str]:
    """Name the plugins that ever heard of events."""
    return [row[0] for row in db.conn.execute("SELECT DISTINCT plugin FROM listener ORDER BY 1")]
