"""What each source says of an item, and which of them is believed: the strongest that says it.

A person's own word (`registers`) is stronger than all of them.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlite_utils import Database

from mediadesk.store import jobs, registers
from mediadesk.store.jobs import marks

FIELDS = (
    "title", "year", "artist", "album", "album_artist", "genres", "description", "kind", "series",
    "season", "episode", "disc", "track",
)  # fmt: skip
PLUGIN = "plugin/"
"""What the source of a plugin's reader begins with."""
_NOTHING = dict.fromkeys(FIELDS) | dict.fromkeys(
    ("artist", "album", "album_artist", "description", "series"), ""
)
_FILE = ("sidecar", "embedded", "guessed", "earlier")
_CHUNK = 500
_WORDED = ("text",)  # extractors that go by titles and descriptions


def tell(db: Database, item: str, source: str, fields: Mapping[str, Any]) -> None:
    """Keep what a source says of an item instead of what it said before; nothing if it is empty.

    Args:
        db: the library.
        item: its id.
        source: sidecar, embedded, guessed, or “plugin/NAME”.
        fields: of `FIELDS`; what is empty or None is not said.
    """
    said = {name: value for name, value in fields.items() if value not in (None, "", (), [])}
    if said:
        db.conn.execute(
            "INSERT INTO told(item, source, fields) VALUES(?, ?, ?)"
            " ON CONFLICT(item, source) DO UPDATE SET fields = excluded.fields",
            [item, source, json.dumps(said, ensure_ascii=False)],
        )
    else:
        db.conn.execute("DELETE FROM told WHERE item = ? AND source = ?", [item, source])


def silence(db: Database, source: str) -> list[str]:
    """Forget all that a source said, and give the items that it spoke of, to be settled."""
    rows = db.conn.execute("DELETE FROM told WHERE source = ? RETURNING item", [source])
    return [row[0] for row in rows.fetchall()]


def said(db: Database, items: Sequence[str]) -> dict[str, list[tuple[str, dict[str, Any]]]]:
    """Give item → (source, field → value), the strongest source first, a person's word included."""
    found: dict[str, list[tuple[str, dict[str, Any]]]] = {}
    for start in range(0, len(items), _CHUNK):
        chunk = list(items[start : start + _CHUNK])
        mine = registers.values(db, chunk)
        for item in chunk:
            edited = {name: mine[item][name] for name in FIELDS if name in mine.get(item, {})}
            found[item] = [("user", edited)] if edited else []
        rows = db.conn.execute(
            f"SELECT item, source, fields FROM told WHERE item IN ({marks(chunk)})", chunk
        )
        for item, source, fields in sorted(rows, key=lambda row: _strength(row[1])):
            found[item].append((source, json.loads(fields)))
    return found


def settle(db: Database, items: Iterable[str]) -> None:
    """Have the columns of these items say what their strongest sources say.

    What was learnt from other words than they have now is to be learnt anew.
    """
    wanted = list(items)
    before = words(db, wanted)
    sets = ", ".join(f"{name} = :{name}" for name in FIELDS if name not in {"title", "kind"})
    db.conn.executemany(
        f"UPDATE item SET {sets}, title = coalesce(:title, title), kind = coalesce(:kind, kind)"
        " WHERE id = :id",
        [_columns(item, layers) for item, layers in said(db, wanted).items() if layers],
    )
    after = words(db, wanted)
    jobs.requeue(db, [each for each in after if after[each] != before[each]], _WORDED)


def words(db: Database, items: Sequence[str]) -> dict[str, tuple[Any, ...]]:
    """Give item → its words: what is compared and found by text."""
    rows = db.conn.execute(
        "SELECT id, title, artist, album, genres, description FROM item"
        " WHERE id IN (SELECT value FROM json_each(?))",
        [json.dumps(items)],
    )
    return {row[0]: row[1:] for row in rows}


def _strength(source: str) -> tuple[int, str]:
    """Sort sources: what lies beside a file, what plugins read, what is in it, what its name is."""
    if source not in _FILE:
        return 1, source
    return (0 if source == "sidecar" else 1 + _FILE.index(source)), source


def _columns(item: str, layers: Sequence[tuple[str, Mapping[str, Any]]]) -> dict[str, Any]:
    believed: dict[str, Any] = {}
    for _, fields in reversed(layers):
        believed |= fields
    genres = json.dumps(believed.get("genres") or [], ensure_ascii=False)
    said_so = {name: value for name, value in believed.items() if value not in (None, "")}
    return _NOTHING | said_so | {"genres": genres, "id": item}
