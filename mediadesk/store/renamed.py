"""Lets history follow into a folder that was renamed while some of its files were replaced."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from mediadesk.paths import spelled
from mediadesk.store.connection import Database

_ENOUGH = 0.5
Sizes = Mapping[str, int]


def note_renamed(db: Database, root: Path, gone: Iterable[str]) -> None:
    """Note new files as replacements where at least half of a folder's files are in another now.

    A file counts as moved where one of the same name and size is new there; the rest of the same
    names took the places of what was there before: see `replaced.follow_replaced`.

    Args:
        db: the library.
        root: the folder of the library that was looked through.
        gone: the files that were found gone just now.
    """
    left = _by_folder(_sizes(db, gone))
    if not left:
        return
    come = _by_folder(_unread(db, root))
    homes: defaultdict[str, list[str]] = defaultdict(list)
    for folder, files in come.items():
        for name in files:
            homes[name].append(folder)
    for old, files in left.items():
        moved = Counter(
            folder
            for name, size in files.items()
            for folder in homes[name]
            if come[folder][name] == size
        )
        (new, count), *_ = moved.most_common(1) or [("", 0)]
        if count and count >= len(files) * _ENOUGH:
            _note(db, old, new, [name for name in files if come[new].get(name) != files[name]])


def _sizes(db: Database, paths: Iterable[str]) -> dict[str, int]:
    rows = db.conn.execute(
        "SELECT path, size FROM location WHERE item IS NOT NULL"
        " AND path IN (SELECT value FROM json_each(?))",
        [json.dumps(list(paths))],
    )
    return dict(rows.fetchall())


def _unread(db: Database, root: Path) -> dict[str, int]:
    rows = db.conn.execute(
        "SELECT path, size FROM location WHERE root = ? AND missing = 0 AND item IS NULL"
        " AND problem IS NULL AND previous IS NULL",
        [spelled(root)],
    )
    return dict(rows.fetchall())


def _by_folder(sizes: Sizes) -> dict[str, dict[str, int]]:
    """Give folder, with its last separator, → name → size in bytes."""
    found: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for path, size in sizes.items():
        end = max(path.rfind("/"), path.rfind("\\")) + 1
        found[path[:end]][path[end:]] = size
    return found


def _note(db: Database, old: str, new: str, names: Iterable[str]) -> None:
    db.conn.executemany(
        "UPDATE location SET (previous, replaced) ="
        " (SELECT item, content FROM location WHERE path = ?)"
        " WHERE path = ? AND item IS NULL AND previous IS NULL",
        ((old + name, new + name) for name in names),
    )
