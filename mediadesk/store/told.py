"""What each source says of an item, and which of them is believed: the strongest that says it.

A person's own word (`registers`) is stronger than all of them.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from mediadesk.store import edges, jobs, registers
from mediadesk.store.connection import Database
from mediadesk.store.jobs import marks

FIELDS = (
    "title", "year", "artist", "album", "album_artist", "genres", "description", "kind", "series",
    "season", "episode", "disc", "track",
)  # fmt: skip
FOLDER = "folder"
"""The source that says what a person chose for the series of a folder, before this file came."""
PLUGIN = "plugin/"
"""What the source of a plugin's reader begins with."""
NAMED_BY_GONE = """EXISTS(SELECT 1 FROM told WHERE told.item = location.content
    AND source = 'guessed' AND told.path IS NOT location.path AND NOT EXISTS(
        SELECT 1 FROM location AS copy JOIN root ON root.path = copy.root
        WHERE copy.path = told.path AND copy.content = told.item
            AND (copy.missing <> 1 OR root.problem IS NOT NULL)))"""
"""Of a place, in SQL: what lies there goes by the name of a copy that is not there any more."""
_NOTHING = dict.fromkeys(FIELDS) | dict.fromkeys(
    ("artist", "album", "album_artist", "description", "series"), ""
)
UNDERSTOOD = "understood"
"""The source that says what follows from all that an item holds: weaker than all but its name."""
_FILE = (FOLDER, "sidecar", "embedded", UNDERSTOOD, "guessed", "earlier")
_CHUNK = 500
_EARLIER = 1
_WORDED = ("text",)  # extractors that go by titles and descriptions
_FILED = ("understanding",)  # what weighs by the kind, and compares the episodes of a season


def tell(
    db: Database, item: str, source: str, fields: Mapping[str, Any], *, path: str | None = None
) -> None:
    """Keep what a source says of an item instead of what it said before; nothing if it is empty.

    Of several copies of a file, that found first gives the name; and what lies beside one is not
    forgotten because none lies beside another.

    Args:
        db: the library.
        item: its id.
        source: sidecar, embedded, understood, guessed, or “plugin/NAME”.
        fields: of `FIELDS`; what is empty or None is not said.
        path: where the file is that says it.
    """
    said = {name: value for name, value in fields.items() if value not in (None, "", (), [])}
    copy = _said_by_copy(db, item, source, path) if path else None
    if said and not (copy == _EARLIER and source == "guessed"):
        db.conn.execute(
            "INSERT INTO told(item, source, fields, path) VALUES(?, ?, ?, ?)"
            " ON CONFLICT(item, source) DO UPDATE SET fields = excluded.fields,"
            "  path = excluded.path",
            [item, source, json.dumps(said, ensure_ascii=False), path],
        )
    elif not said and copy is None:
        sql = "DELETE FROM told WHERE item = ? AND source = ?"
        if db.conn.execute(sql, [item, source]).rowcount and path:
            ask_copies(db, item, path)


def ask_copies(db: Database, item: str, path: str) -> None:
    """Have the copies of a file be read again, for what was known by this one is not true now."""
    db.conn.execute(
        "UPDATE location SET reread = 1 WHERE content = ? AND path <> ? AND missing = 0",
        [item, path],
    )


def ask_others(db: Database, gone: Iterable[str]) -> None:
    """Have copies of these files be read again where what is known was told by those."""
    spoke = "SELECT 1 FROM {} AS told WHERE told.item = here.content AND told.path = here.path"
    db.conn.execute(
        "UPDATE location SET reread = 1 WHERE missing = 0 AND content IN ("
        " SELECT content FROM json_each(?) AS gone CROSS JOIN location AS here"
        f" ON here.path = gone.value WHERE EXISTS({spoke.format('told')})"
        f"  OR EXISTS({spoke.format('artwork')}))",
        [json.dumps(list(gone))],
    )


def _said_by_copy(db: Database, item: str, source: str, path: str) -> int | None:
    """Tell which copy of a file said what is known from a source: one found earlier, or later.

    None if no copy did, or it is gone; one on a drive that is away is not.
    """
    row = db.conn.execute(
        "SELECT copy.rowid < mine.rowid FROM told JOIN location AS copy ON copy.path = told.path"
        " JOIN root ON root.path = copy.root JOIN location AS mine ON mine.path = ?"
        " WHERE told.item = ? AND told.source = ? AND copy.path <> mine.path"
        "  AND copy.content = told.item AND (copy.missing <> 1 OR root.problem IS NOT NULL)",
        [path, item, source],
    ).fetchone()
    return None if row is None else int(row[0])


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
    for layers in found.values():
        _retitle(layers)
    return found


def believed(layers: Iterable[tuple[str, Mapping[str, Any]]]) -> dict[str, Any]:
    """Give field → value as the strongest of these sources says it; they come strongest first."""
    found: dict[str, Any] = {}
    for _, fields in reversed(list(layers)):
        found |= fields
    return found


def retitled(title: str, old: str, new: str) -> str:
    """Give a title that begins with the name of its series with another name of that."""
    return new + title[len(old) :] if old and title.startswith(f"{old} ") else title


def settle(db: Database, items: Iterable[str]) -> None:
    """Have the columns of these items say what their strongest sources say.

    What was learnt from other words than they have now, or as of another kind or season, is to be
    learnt anew.
    """
    wanted = list(items)
    before, filed = words(db, wanted), _places(db, wanted)
    sets = ", ".join(f"{name} = :{name}" for name in FIELDS if name not in {"title", "kind"})
    layered = said(db, wanted)
    db.conn.executemany(
        f"UPDATE item SET {sets}, title = coalesce(:title, title), kind = coalesce(:kind, kind)"
        " WHERE id = :id",
        [_columns(item, layers) for item, layers in layered.items() if layers],
    )
    edges.save(db, layered)
    after = words(db, wanted)
    jobs.requeue(db, [each for each in after if after[each] != before[each]], _WORDED)
    refiled = _places(db, wanted)
    jobs.requeue(db, [each for each in refiled if refiled[each] != filed[each]], _FILED)


def _places(db: Database, items: Sequence[str]) -> dict[str, tuple[Any, ...]]:
    """Give item → its kind, series, season and episode."""
    rows = db.conn.execute(
        "SELECT id, kind, series, season, episode FROM item"
        " WHERE id IN (SELECT value FROM json_each(?))",
        [json.dumps(items)],
    )
    return {row[0]: row[1:] for row in rows}


def words(db: Database, items: Sequence[str]) -> dict[str, tuple[Any, ...]]:
    """Give item → its words: what is compared and found by text, and a sum of its lyrics."""
    rows = db.conn.execute(
        "SELECT id, title, artist, album, genres, description, series, (SELECT fields ->> 'lyrics'"
        "  FROM told WHERE told.item = item.id AND source = 'embedded'),"
        " (SELECT fields ->> 'tags' FROM told WHERE told.item = item.id AND source = 'sidecar')"
        " FROM item WHERE id IN (SELECT value FROM json_each(?))",
        [json.dumps(items)],
    )
    return {row[0]: row[1:] for row in rows}


def keywords(db: Database, items: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Give item → what the NFO file beside it is tagged with, for those that have any."""
    rows = db.conn.execute(
        "SELECT item, fields ->> 'tags' FROM told WHERE source = 'sidecar'"
        f" AND item IN ({marks(items)}) AND fields ->> 'tags' IS NOT NULL",
        list(items),
    )
    return {item: tuple(json.loads(tags)) for item, tags in rows}


def _retitle(layers: list[tuple[str, dict[str, Any]]]) -> None:
    """Have the series that was chosen for a folder stand in the titles of its episodes, too."""
    for n, (source, fields) in enumerate(layers):
        if source == FOLDER:
            below = believed(layers[n + 1 :])
            title = below.get("title", "")
            other = retitled(title, below.get("series", ""), fields["series"])
            if other != title:
                fields["title"] = other


def _strength(source: str) -> tuple[int, str]:
    """Sort sources: who filed its folder, what lies beside, plugins, its tags, content, name."""
    if source not in _FILE:
        return _FILE.index("embedded"), source
    place = _FILE.index(source)
    return (place if place < _FILE.index("embedded") else 1 + place), source


def _columns(item: str, layers: Sequence[tuple[str, Mapping[str, Any]]]) -> dict[str, Any]:
    strongest = believed(layers)
    genres = json.dumps(strongest.get("genres") or [], ensure_ascii=False)
    said_so = {name: value for name, value in strongest.items() if value not in (None, "")}
    return _NOTHING | said_so | {"genres": genres, "id": item}
