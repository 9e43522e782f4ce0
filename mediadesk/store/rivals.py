"""Whose word on a feature counts here, where several devices say something of it.

That is the highest version, before which goes what an extractor here would make now; of those that
are as good what was made here, else what the device of the least id says. What its device does not
say any more stays until another one says something of it. So those who hear the same know the same,
whatever the order. Of what does not count only the version is kept: once it does it is heard again.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from mediadesk.store.connection import Database
from mediadesk.store.packing import FEATURE, own


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A feature by what made it."""

    version: int
    model: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A feature that is known here: its number, and the device that tells it, if any does.

    It `stays` where something else is as good, or else goes for whatever is said.
    """

    seq: int
    made: Made
    teller: str | None
    stays: bool


def known(db: Database, items: Sequence[str]) -> dict[tuple[str, str], Known]:
    """Give (item, extractor) → what is known of these items."""
    here = own(db, items)
    rows = db.conn.execute(
        "SELECT item, extractor, seq, version, model, (SELECT max(device) FROM packed"
        "  WHERE packed.item = feature.item AND what = ? || extractor AND stamp = 'from ' || seq)"
        " FROM feature WHERE item IN (SELECT value FROM json_each(?))",
        [FEATURE, json.dumps(items)],
    )
    return {
        (item, extractor): Known(
            seq=seq,
            made=Made(version=version, model=model),
            teller=teller,
            stays=teller is not None or item in here,
        )
        for item, extractor, seq, version, model, teller in rows
    }


def wanted(db: Database) -> dict[str, Made]:
    """Give extractor → what it would make now."""
    rows = db.conn.execute("SELECT name, version, model FROM task")
    return {name: Made(version=version, model=model) for name, version, model in rows}


def is_better(known: Known | None, device: str, said: Made, wanted: Made | None) -> bool:
    """Tell whether what a device says of a feature counts, and not what is known."""
    if known is None or not known.stays or known.teller == device:
        return True
    ours, theirs = ((each == wanted, each.version) for each in (known.made, said))
    return theirs > ours or (theirs == ours and known.teller is not None and device < known.teller)


def stamp(said: Made) -> str:
    """Give what is kept of a feature that does not count."""
    return json.dumps([said.version, said.model])


def step_back(db: Database, item: str, extractor: str, known: Known | None) -> None:
    """Have what is known of a feature, by whomever it was told, not count: another one does."""
    what = FEATURE + extractor
    db.conn.execute(
        # This device need not go on telling what nobody will take over.
        "DELETE FROM packed WHERE item = ? AND what = ?"
        " AND device IN (SELECT id FROM device WHERE mine = 1)",
        [item, what],
    )
    if known is not None:
        db.conn.execute(
            "UPDATE packed SET stamp = ? WHERE item = ? AND what = ? AND stamp = 'from ' || ?",
            [stamp(known.made), item, what, known.seq],
        )


def hear_again(db: Database, items: Sequence[str]) -> None:
    """Have packs be read again that say something of features of these items which counts now."""
    rows = db.conn.execute(
        "SELECT item, what, device, number, stamp FROM packed"
        " WHERE item IN (SELECT value FROM json_each(?)) AND what GLOB ? || '*'"
        " AND +device NOT IN (SELECT id FROM device WHERE mine = 1)",
        [json.dumps(items), FEATURE],
    ).fetchall()
    here, makes = known(db, items), wanted(db)
    for item, what, device, number, told in rows:
        extractor = what.removeprefix(FEATURE)
        mine, said = here.get((item, extractor)), _read(told)
        if mine is not None and told == f"from {mine.seq}":
            continue
        if said is None or is_better(mine, device, said, makes.get(extractor)):
            db.conn.execute(
                "DELETE FROM packed WHERE item = ? AND what = ? AND device = ?",
                [item, what, device],
            )
            sql = "UPDATE pack SET taken = 0 WHERE device = ? AND number = ?"
            db.conn.execute(sql, [device, number])


def _read(told: str) -> Made | None:
    """Read a stamp; None where it tells something else."""
    try:
        version, model = json.loads(told)
    except (ValueError, TypeError):
        return None
    return Made(version=version, model=model)
