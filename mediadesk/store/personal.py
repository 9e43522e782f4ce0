"""Gathers all that a library holds about a person, with what each column means."""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mediadesk.store.connection import Database

_TITLE = "(SELECT title FROM item WHERE id = {}.item) AS title"
_WHOSE = "{}.profile IN ('', :profile)"
_NO_PIN = "NOT (item = 'household' AND field = 'pin')"  # a short PIN is found by trying
_TIME = "unix seconds"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows with what the table is about, and column → what it means."""

    name: str
    about: str
    columns: Mapping[str, str]
    rows: Sequence[Mapping[str, Any]]


_GATHERED: tuple[tuple[str, str, Mapping[str, str], str], ...] = (
    (
        "profile",
        "the person, and the groups that the person is in",
        {
            "name": "what the profile is called",
            "added_at": f"when it was made, {_TIME}",
            "members": "of a group, a JSON list of profiles",
            "limits": "what it may see, as JSON; empty for everything",
        },
        (
            "SELECT name, added_at, members, limits FROM profile WHERE id = :profile"
            " OR EXISTS(SELECT 1 FROM json_each(members) WHERE value = :profile) ORDER BY name"
        ),
    ),
    (
        "event",
        "everything that the person did, alone or in a group",
        {
            "id": "device:number",
            "at": f"when, {_TIME}",
            "profile": "the person, or the group",
            "kind": "what was done: played, finished, rated, liked, searched, shown …",
            "value": "a share watched, or of a rating its part of five stars",
            "item": "of which content; empty where of none",
            "title": "what that is called here",
            "context": "the rest as JSON: where it stopped or stood, the words of a search …",
        },
        (
            f"SELECT event.id, at, profile, kind, value, item, {_TITLE.format('event')}, context"
            " FROM event WHERE profile = :profile OR (profile IN (SELECT id FROM profile WHERE"
            "  members <> '[]') AND EXISTS(SELECT 1 FROM json_each(context, '$.members')"
            "  WHERE value = :profile)) ORDER BY at, event.id"
        ),
    ),
    (
        "said",
        (
            "what was last said of each field of each item: tags, notes, edited fields, places in "
            "collections, what was chosen for playing, contests, what is wanted more or less"
        ),
        {
            "profile": "the person; empty for what is said for everybody",
            "item": "of which content or collection",
            "title": "what that is called here",
            "field": "which field, such as tag/NAME, note, title, in/COLLECTION",
            "value": "what it says, as JSON",
            "at": f"when, {_TIME}",
            "device": "on which device",
        },
        (
            f"SELECT profile, item, {_TITLE.format('register')}, field, value, hlc / 1e6 AS at,"
            f" device FROM register WHERE {_WHOSE.format('register')} AND {_NO_PIN}"
            " ORDER BY item, field, profile"
        ),
    ),
    (
        "edit",
        "every edit in order, with what stood there before; what was said last is in “said”",
        {
            "device": "on which device",
            "number": "its number there",
            "at": f"when, {_TIME}",
            "kind": "set, event, alias, undo …",
            "profile": "the person; empty for everybody",
            "item": "of which content, collection or act",
            "field": "which field",
            "value": "what it said, as JSON",
            "before": "what stood there, as JSON",
            "act": "the act that it was part of",
        },
        (
            "SELECT device, seq AS number, hlc / 1e6 AS at, kind, profile, item, field, value,"
            f" prev AS before, change AS act FROM op WHERE {_WHOSE.format('op')} AND {_NO_PIN}"
            " ORDER BY hlc, device"
        ),
    ),
    (
        "act",
        "the acts that can be taken back",
        {
            "id": "its name",
            "at": f"when, {_TIME}",
            "says": "what was done",
            "undone": "1 where it was taken back",
        },
        (
            "SELECT id, at, says, undone FROM change WHERE NOT EXISTS(SELECT 1 FROM op"
            " WHERE change = change.id) OR EXISTS(SELECT 1 FROM op WHERE change = change.id"
            f"  AND {_WHOSE.format('op')}) ORDER BY at"
        ),
    ),
    (
        "queue",
        "what was left to play",
        {"state": "the queue as JSON"},
        "SELECT state FROM queue WHERE profile = :profile",
    ),
    (
        "file",
        "the files of the library",
        {
            "item": "the content",
            "title": "what it is called",
            "kind": "film, episode, song …",
            "added_at": f"since when it is known, {_TIME}",
            "path": "where it lies or lay",
            "size": "in bytes",
            "missing": "1 where it was not there, 2 in a cloud, 3 on another device",
        },
        (
            "SELECT item.id AS item, title, kind, added_at, path, location.size, missing FROM item"
            " LEFT JOIN location ON location.item = item.id ORDER BY path"
        ),
    ),
    (
        "removed",
        "where files lay that are gone, in case they come back",
        {
            "path": "where it lay",
            "item": "the content",
            "size": "in bytes",
            "seen_at": f"when it was there last, {_TIME}",
        },
        "SELECT path, item, size, seen_at FROM removed ORDER BY path",
    ),
    (
        "folder",
        "the folders of the library",
        {
            "path": "where it is",
            "added_at": f"when it was added, {_TIME}",
            "drive": "on which drive",
            "excludes": "the patterns of files that are left out",
            "removed": "1 where it was taken out of the library",
        },
        (
            "SELECT path, added_at, drive, excludes, 0 AS removed FROM root UNION ALL"
            " SELECT path, NULL, '', excludes, 1 FROM removed_root ORDER BY path"
        ),
    ),
    (
        "same",
        "which contents count as others: files that were replaced, and items that were merged",
        {
            "item": "the content",
            "counts_as": "the content that it counts as",
            "at": f"since when, {_TIME}",
        },
        "SELECT old AS item, new AS counts_as, hlc / 1e6 AS at FROM alias ORDER BY hlc",
    ),
    (
        "panel",
        "what other devices show the person, as they made it",
        {
            "device": "which device",
            "profile": "the person, or a group with the person",
            "made_at": f"when, {_TIME}",
            "limits": "the limits it was made under, as JSON",
            "says": "its shelves as JSON",
        },
        (
            "SELECT panel_file.name AS device, profile, made_at, limits, says FROM panel"
            " JOIN panel_file USING(device) WHERE profile = :profile"
            " OR EXISTS(SELECT 1 FROM json_each(panel.limits) WHERE key = :profile)"
            " ORDER BY panel_file.name, profile"
        ),
    ),
    (
        "exchange",
        "the last times that other devices brought something",
        {
            "at": f"when, {_TIME}",
            "device": "which device",
            "first": "the number of the first edit that came",
            "last": "that of the last one",
            "undone_by": "the act that took it back, if any did",
        },
        (
            "SELECT at, device, first, last, undone_by FROM merge"
            " JOIN merged ON merged.merge = merge.id ORDER BY at, device"
        ),
    ),
    (
        "device",
        "the devices that take part",
        {
            "id": "its name in edits",
            "name": "what it is called",
            "mine": "1 for this one, 2 for a name that this library had",
            "heard_at": f"when it made its last edit that is known here, {_TIME}",
        },
        "SELECT id, name, mine, heard_at FROM device ORDER BY id",
    ),
    (
        "plugin",
        "what was set for plugins",
        {"name": "the plugin", "settings": "as JSON", "budget": "when it may work"},
        "SELECT name, settings, budget FROM plugin ORDER BY name",
    ),
)


def gather(db: Database, profile: str) -> list[Table]:
    """Give all that the library holds about a person."""
    return [
        Table(
            name=name,
            about=about,
            columns=columns,
            rows=list(db.query(sql, {"profile": profile})),
        )
        for name, about, columns, sql in _GATHERED
    ]


def write_sqlite(tables: Iterable[Table], target: Path) -> None:
    """Write tables to a new database; its table “about” says what each column means.

    What is neither text nor a number is written as JSON.

    Raises:
        OSError, sqlite3.Error: if it can't be written.
    """
    with closing(sqlite3.connect(target)) as connection:
        connection.execute(
            'CREATE TABLE about("table" TEXT NOT NULL, "column" TEXT NOT NULL, means TEXT NOT NULL)'
        )
        for table in tables:
            names = ", ".join(f'"{name}"' for name in table.columns)
            connection.execute(f'CREATE TABLE "{table.name}"({names})')
            told = [("", table.about), *table.columns.items()]
            connection.executemany(
                "INSERT INTO about VALUES(?, ?, ?)", [(table.name, *pair) for pair in told]
            )
            places = ", ".join("?" * len(table.columns))
            connection.executemany(
                f'INSERT INTO "{table.name}" VALUES({places})',
                [[_plain(row[name]) for name in table.columns] for row in table.rows],
            )
        connection.commit()


def write_json(tables: Iterable[Table], target: Path) -> None:
    """Write the same tables to a JSON file: table → what it is about, its columns and its rows.

    Raises:
        OSError: if it can't be written.
    """
    told = {
        table.name: {"about": table.about, "columns": table.columns, "rows": table.rows}
        for table in tables
    }
    target.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _plain(value: object) -> object:
    if value is None or isinstance(value, str | int | float):
        return value
    return json.dumps(value, ensure_ascii=False)
