"""Has files that come later into the folder of an identified series join that series.

Whoever identifies the files of a folder says of their series, as the files name it, which one that
is. This is kept with each of those items (as “joins/NAME”) and so moves wherever they go, and goes
when that act is taken back.
"""

import json
import os
from collections.abc import Iterable, Sequence
from typing import Any

from mediadesk.library.seasons import plain, season_of
from mediadesk.paths import native, spell, spelled, to_path
from mediadesk.store import Database, told, versions

_JOINS = "joins/"


def field(series: str) -> str:
    """Give the field in which an item keeps what the series is that files name so."""
    return _JOINS + plain(series)


def filed(layers: Iterable[tuple[str, dict[str, Any]]]) -> str:
    """Give the series that the sources of an item name, whatever a person says."""
    files = [layer for layer in layers if layer[0] not in {"user", told.FOLDER}]
    return str(told.believed(files).get("series") or "")


def home(path: str) -> str:
    """Give the folder of the series that a file may be of: its own, or that around a season."""
    file = to_path(path)
    return spelled(file.parent if season_of(file) is None else file.parent.parent)


def follow(db: Database, content: str, path: str) -> None:
    """Have what was just read at a path join the series that was chosen for others there.

    Of an item that was identified itself, nothing is told: it has its own words.
    """
    item = versions.current(db, [content])[content]
    series = filed(told.said(db, [content])[content])
    chosen = _chosen(db, item, series, home(path)) if series else ""
    told.tell(db, content, told.FOLDER, {"series": chosen}, path=path)


def others(db: Database, items: Sequence[str]) -> list[str]:
    """Give the items that lie in the folders of these and that files name alike, without these."""
    wanted, around = _near(db, items)
    own = set(items)
    said = told.said(db, [item for item in around if item not in own])
    return [
        item
        for item, layers in said.items()
        if (series := plain(filed(layers))) and any((at, series) in wanted for at in around[item])
    ]


def undone(db: Database, change: str) -> list[str]:
    """Give the items whose files join a series, or no longer do, by taking an act back."""
    rows = db.conn.execute(
        "SELECT DISTINCT op.item FROM op AS back JOIN op ON op.change = back.item"
        " WHERE back.change = ? AND back.kind = 'undo' AND op.field >= ? AND op.field < ?",
        [change, _JOINS, _JOINS[:-1] + chr(ord("/") + 1)],
    )
    return list(versions.current(db, [row[0] for row in rows]).values())


def again(db: Database, items: Sequence[str]) -> list[str]:
    """Have all files of the series of these, in their folders, join anew; give their items."""
    _, around = _near(db, items)
    for item in around:
        for path, content in db.conn.execute(
            "SELECT path, content FROM location"
            " WHERE item = ? AND content IS NOT NULL AND missing <> 3",
            [item],
        ).fetchall():
            follow(db, content, path)
    return list(around)


def inside(db: Database, folder: str) -> list[str]:
    """Give the videos in a folder of the library and below it; none if it is no folder."""
    path = spell(os.path.abspath(os.path.expanduser(native(folder))))  # noqa: PTH100, PTH111
    rows = db.conn.execute(
        "SELECT DISTINCT location.item FROM location JOIN item ON item.id = location.item"
        " WHERE location.path > ? AND location.path < ? AND kind IN ('film', 'episode', 'clip')"
        " ORDER BY location.path",
        _range(path),
    )
    return [row[0] for row in rows]


def _chosen(db: Database, item: str, series: str, folder: str) -> str:
    rows = db.conn.execute(
        "SELECT register.item, value, location.path FROM register"
        " JOIN location ON location.item = register.item"
        " WHERE field = ? AND profile = '' AND value <> 'null' ORDER BY hlc DESC",
        [field(series)],
    ).fetchall()
    if any(row[0] == item for row in rows):
        return ""
    return next((str(json.loads(row[1])) for row in rows if home(row[2]) == folder), "")


def _places(db: Database, items: Sequence[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    rows = db.conn.execute(
        "SELECT item, path FROM location"
        " WHERE missing <> 3 AND item IN (SELECT value FROM json_each(?))",
        [json.dumps(list(items))],
    )
    for item, path in rows:
        found.setdefault(item, []).append(path)
    return found


def _near(db: Database, items: Sequence[str]) -> tuple[set[tuple[str, str]], dict[str, set[str]]]:
    """Give (folder, series as files name it) of items, and what is at home in these folders.

    That is item → folders, of those that go by such a name now, or by that of these items.
    """
    mine = _places(db, items)
    wanted = {
        (home(path), plain(series))
        for item, layers in told.said(db, items).items()
        if (series := filed(layers))
        for path in mine.get(item, ())
    }
    known = db.conn.execute(
        "SELECT DISTINCT series FROM item WHERE id IN (SELECT value FROM json_each(?))",
        [json.dumps(list(items))],
    )
    called = {series for _, series in wanted} | {plain(row[0]) for row in known}
    around: dict[str, set[str]] = {}
    for folder in {folder for folder, _ in wanted}:
        rows = db.conn.execute(
            "SELECT location.item, location.path, series FROM location"
            " JOIN item ON item.id = location.item"
            " WHERE location.path > ? AND location.path < ? AND item.series <> ''",
            _range(folder),
        )
        for item, path, series in rows.fetchall():
            if plain(series) in called and home(path) == folder:
                around.setdefault(item, set()).add(folder)
    return wanted, around


def _range(folder: str) -> list[str]:
    """Give the paths between which all lie that are in a folder."""
    bare = folder.rstrip(os.sep)
    return [bare + os.sep, bare + chr(ord(os.sep) + 1)]
