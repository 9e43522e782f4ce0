"""Gathers what people did for research, without their names and those of what they have."""

import csv
import json
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

from mediadesk.api import EventKind
from mediadesk.privacy.anonymity import Act, Anonymous, Row
from mediadesk.recommend.profile import effective
from mediadesk.store import Database, oplog, profiles

FILES = ("research.csv", "research.json")
_UNTOLD = frozenset({EventKind.SEARCHED, EventKind.UNDO})
_LIMITS = (
    "Each row is told in the same words of k people or more; pseudonyms are of this file alone. "
    "Still, who knows much of what somebody did when may find the row of rows of that person: hand "
    "this to those alone who promise not to look, and never lay it where everybody can get it."
)
_COLUMNS = {
    "person": "pseudonym",
    "item": "pseudonym; another one where less of the item is told",
    "did": "played, finished, like, rated …",
    "value": "a share, or a rating's part of five stars, in quarters",
    "kind": "film, song …; empty where it is not told",
    "decade": "of the item; empty where it is not known or told",
    "genre": "the first of the item; empty where it is not known or told",
    "when": "week, month, quarter or year; empty where it is not told",
}


def acts(db: Database) -> Iterator[Act]:
    """Give what each person did that was not taken back; in groups all of them did it."""
    items = {
        item: (kind, year, next(iter(json.loads(genres or "[]")), ""))
        for item, kind, year, genres in db.conn.execute("SELECT id, kind, year, genres FROM item")
    }
    known = [profiles.find(db, name) for name in profiles.names(db)]
    for person in sorted({who for each in known for who in each.members or (each.name,)}):
        for event in effective(oplog.events(db, profile=person)):
            if event.kind not in _UNTOLD and event.item in items:
                kind, year, genre = items[event.item]
                yield Act(
                    person=person,
                    item=event.item,
                    did=event.kind.value,
                    value=event.value,
                    at=event.at,
                    kind=kind,
                    year=year,
                    genre=genre,
                )


def write(made: Anonymous, folder: Path) -> None:
    """Write rows to a CSV file, and what they mean and what was left out to a JSON file beside.

    Raises:
        OSError: if they can't be written.
    """
    names = [field.name for field in fields(Row)]
    with (folder / FILES[0]).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        writer.writerows([getattr(row, name) for name in names] for row in made.rows)
    told = {
        "k": made.k,
        "people": made.people,
        "rows": len(made.rows),
        "levels": made.levels,
        "suppressed": made.suppressed,
        "columns": _COLUMNS,
        "limits": _LIMITS,
    }
    text = json.dumps(told, ensure_ascii=False, indent=1) + "\n"
    (folder / FILES[1]).write_text(text, encoding="utf-8")
