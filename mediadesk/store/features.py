"""Features: what extractors learnt, as summary vectors, timed moments and tags."""

from __future__ import annotations  # Array is a name for type checkers only

import json
import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from mediadesk.api import Array, Feature, Json, Moment
from mediadesk.paths import shown
from mediadesk.store import registers
from mediadesk.store.connection import Database
from mediadesk.store.jobs import marks
from mediadesk.store.library import count_items

LEARNT = "learnt"
"""The extractor, so to speak, of the tags that corrections of other items teach."""
_LIES_SOMEWHERE = (
    "EXISTS(SELECT 1 FROM location WHERE location.item = feature.item AND missing <> 3)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """One item's vector in one extractor's space; float32 [d]. `seq` grows with every write."""

    seq: int
    item: str
    vector: Array


def save(
    db: Database, item: str, extractor: str, feature: Feature, *, version: int, model: str
) -> None:
    """Save a feature and its moments, replacing the earlier one."""
    db.conn.execute(
        "INSERT OR REPLACE INTO"
        " feature(item, extractor, version, model, summary, tags, data, at, problem)"
        " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            item,
            extractor,
            version,
            model,
            _pack(feature.summary),
            shown(json.dumps(dict(feature.tags), ensure_ascii=False)),
            shown(json.dumps(feature.data, ensure_ascii=False)),
            time.time(),
            shown(feature.problem) or None,
        ],
    )
    db.conn.execute("DELETE FROM moment WHERE item = ? AND extractor = ?", [item, extractor])
    db.conn.executemany(
        "INSERT INTO moment(item, extractor, n, t0, t1, vector, text, image, why, language)"
        " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                *(item, extractor, n, m.start, m.end),
                *(_pack(m.vector), shown(m.text), m.image or None, shown(m.why)),
                shown(m.language),
            )
            # What can be left out comes last, so that nothing else has another number then.
            for n, m in enumerate(sorted(feature.moments, key=lambda each: bool(each.language)))
        ],
    )


def forget(db: Database, extractor: str) -> None:
    """Empty all that an extractor learnt, so that the index lets go of it, and drop its jobs."""
    db.conn.execute(
        "INSERT OR REPLACE INTO feature(item, extractor, version, model, summary, tags, data, at)"
        " SELECT item, extractor, version, model, NULL, '{}', '{}', ? FROM feature"
        " WHERE extractor = ?",
        [time.time(), extractor],
    )
    db.conn.execute("DELETE FROM moment WHERE extractor = ?", [extractor])
    db.conn.execute("DELETE FROM job WHERE extractor = ?", [extractor])
    db.conn.execute("UPDATE task SET queued = NULL WHERE name = ?", [extractor])


def dimensions(db: Database, extractor: str, *, version: int, model: str) -> int | None:
    """Give the length of an extractor's summary vectors, as far as one was saved lately."""
    found = db.conn.execute(
        "SELECT length(summary) / 4 FROM (SELECT summary, version, model FROM feature"
        " WHERE extractor = ? ORDER BY seq DESC LIMIT 100)"
        " WHERE version = ? AND model = ? AND summary IS NOT NULL LIMIT 1",
        [extractor, version, model],
    ).fetchone()
    return int(found[0]) if found else None


def of_item(
    db: Database, item: str, *, moments: bool = True, other_languages: bool = True
) -> dict[str, Feature]:
    """Give extractor → feature of one item.

    Passages that say the same in another language can be left out: they are many.
    """
    read = partial(of_moments, other_languages=other_languages)
    return {
        row["extractor"]: Feature(
            summary=_unpack(row["summary"]),
            tags=json.loads(row["tags"]),
            data=json.loads(row["data"]),
            moments=tuple(read(db, item, row["extractor"])) if moments else (),
            problem=row["problem"] or "",
        )
        for row in db.query("SELECT * FROM feature WHERE item = ? ORDER BY extractor", [item])
    }


def of_moments(
    db: Database, item: str, extractor: str, *, other_languages: bool = True
) -> list[Moment]:
    """Give an item's moments from one extractor, in the order of time."""
    only = "" if other_languages else " AND language = ''"
    return [
        Moment(
            start=row["t0"],
            end=row["t1"],
            vector=_unpack(row["vector"]),
            text=row["text"],
            image=row["image"] or b"",
            why=row["why"],
            language=row["language"],
        )
        for row in db.query(
            f"SELECT * FROM moment WHERE item = ? AND extractor = ?{only} ORDER BY n",
            [item, extractor],
        )
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A moment that can be compared: its place `n` in the feature, without its picture's bytes."""

    n: int
    start: float
    vector: Array
    text: str
    has_image: bool


def stretches(db: Database, item: str, extractor: str) -> list[Stretch]:
    """Give an item's moments that have vectors, in the order of time."""
    rows = db.conn.execute(
        "SELECT n, t0, vector, text, image IS NOT NULL FROM moment"
        " WHERE item = ? AND extractor = ? AND vector IS NOT NULL ORDER BY n",
        [item, extractor],
    )
    return [
        Stretch(
            n=n,
            start=start,
            vector=_array(packed),
            text=text,
            has_image=bool(has_image),
        )
        for n, start, packed, text, has_image in rows
    ]


def moment_image(db: Database, item: str, extractor: str, n: int) -> bytes | None:
    """Give the JPEG of the n-th moment, if it has one."""
    row = db.conn.execute(
        "SELECT image FROM moment WHERE item = ? AND extractor = ? AND n = ?", [item, extractor, n]
    ).fetchone()
    return row[0] if row else None


def tags(db: Database, items: Sequence[str], *, least: float = 0.0) -> dict[str, dict[str, float]]:
    """Give item → label → confidence, the greatest that any extractor or tagger gave.

    What corrections of other items teach outweighs that, what a person took away stays away, and
    what is less sure than `least` is left out.
    """
    merged: dict[str, dict[str, float]] = {}
    rows = db.conn.execute(
        f"SELECT item, tags, extractor = ? AS learnt FROM feature WHERE tags <> '{{}}'"
        f" AND item IN ({marks(items)}) ORDER BY learnt",
        [LEARNT, *items],
    )
    hidden = registers.hidden_tags(db, items)
    for item, encoded, is_learnt in rows:
        own, away = merged.setdefault(item, {}), hidden.get(item, set())
        for label, confidence in json.loads(encoded).items():
            if label.casefold() not in away:
                own[label] = confidence if is_learnt else max(confidence, own.get(label, 0.0))
    return {
        item: {label: sure for label, sure in own.items() if sure >= least}
        for item, own in merged.items()
    }


def vectors(db: Database, extractor: str, items: Sequence[str]) -> dict[str, Array]:
    """Give item → summary vector by an extractor, where it has one."""
    rows = db.conn.execute(
        "SELECT item, summary FROM feature WHERE item IN (SELECT value FROM json_each(?))"
        " AND extractor = ? AND summary IS NOT NULL",
        [json.dumps(list(items)), extractor],
    )
    return {item: _array(packed) for item, packed in rows}


def newest(db: Database, extractor: str, *, limit: int) -> dict[str, Array]:
    """Give item → summary vector by an extractor of those that were written last."""
    rows = db.conn.execute(
        "SELECT item, summary FROM feature WHERE extractor = ? AND summary IS NOT NULL"
        " ORDER BY seq DESC LIMIT ?",
        [extractor, limit],
    )
    return {item: _array(packed) for item, packed in rows}


def data_of(db: Database, extractor: str) -> dict[str, Json]:
    """Give item → what an extractor found out, for all items."""
    rows = db.conn.execute("SELECT item, data FROM feature WHERE extractor = ?", [extractor])
    return {item: json.loads(data) for item, data in rows}


def problems(db: Database, item: str | None = None) -> list[tuple[str, str, str]]:
    """Give (item, extractor, sentence) of partial features, of one item or a thousand of all."""
    only, values = (_LIES_SOMEWHERE, []) if item is None else ("item = ?", [item])
    return db.conn.execute(
        f"SELECT item, extractor, problem FROM feature WHERE problem IS NOT NULL AND {only}"
        " ORDER BY item, extractor LIMIT 1000",
        values,
    ).fetchall()


def count_partial(db: Database) -> dict[str, int]:
    """Give extractor → how many items have but a partial feature of it."""
    return dict(
        db.conn.execute(
            # Else SQLite goes through all features, which are in order by extractor.
            "SELECT extractor, count(*) FROM feature INDEXED BY feature_partial"
            f" WHERE problem IS NOT NULL AND {_LIES_SOMEWHERE} GROUP BY extractor"
        ).fetchall()
    )


def coverage(db: Database, allowed: Collection[str] | None = None) -> tuple[int, int]:
    """Give how many items wait for no extractor any more, and how many items there are.

    With `allowed` only these are counted.
    """
    which = "FROM job WHERE state IN ('pending', 'running', 'suspect')"
    if allowed is None:
        total = count_items(db)
        waiting = db.conn.execute(f"SELECT count(DISTINCT item) {which}").fetchone()[0]
    else:
        total = len(allowed)
        found = db.conn.execute(f"SELECT DISTINCT item {which}")
        waiting = sum(item in allowed for (item,) in found)
    return total - waiting, total


def spaces(db: Database) -> list[tuple[str, str, int]]:
    """Give (extractor, model, greatest seq) of every space that has summary vectors."""
    return db.conn.execute(
        "SELECT extractor, model, max(seq) FROM feature WHERE summary IS NOT NULL"
        " GROUP BY extractor, model ORDER BY extractor, model"
    ).fetchall()


def summaries(db: Database, extractor: str, model: str, *, after: int = 0) -> Iterator[Summary]:
    """Give the summary vectors of a space written after `after`, in the order of writing."""
    rows = db.conn.execute(
        "SELECT seq, item, summary FROM feature WHERE extractor = ? AND model = ? AND seq > ?"
        " AND summary IS NOT NULL ORDER BY seq",
        [extractor, model, after],
    )
    for seq, item, packed in rows:
        yield Summary(seq=seq, item=item, vector=_array(packed))


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A feature that was written: its space, and its summary vector or None where it has none."""

    seq: int
    item: str
    extractor: str
    model: str
    vector: Array | None


def last_seq(db: Database) -> int:
    """Give the seq of the newest feature, 0 where there is none; takes no time."""
    return int(db.conn.execute("SELECT coalesce(max(seq), 0) FROM feature").fetchone()[0])


def newest_seq(db: Database, item: str) -> int:
    """Give the seq of an item's newest feature, 0 where it has none."""
    found = db.conn.execute("SELECT max(seq) FROM feature WHERE item = ?", [item]).fetchone()
    return int(found[0] or 0)


def around(db: Database, start: str) -> Iterator[str]:
    """Give all items with a feature, those from an id on first and last those before it."""
    sql = "SELECT DISTINCT item FROM feature WHERE item {} ? ORDER BY item"
    for side in (">=", "<"):
        for (item,) in db.conn.execute(sql.format(side), [start]):
            yield item


def changes(db: Database, *, after: int = 0) -> Iterator[Change]:
    """Give all features written after `after`, of every space, in the order of writing."""
    rows = db.conn.execute(
        "SELECT seq, item, extractor, model, summary FROM feature WHERE seq > ? ORDER BY seq",
        [after],
    )
    for seq, item, extractor, model, packed in rows:
        yield Change(seq=seq, item=item, extractor=extractor, model=model, vector=_unpack(packed))


def _pack(vector: Array | None) -> bytes | None:
    import numpy as np

    return None if vector is None else np.ascontiguousarray(vector, dtype=np.float32).tobytes()


def _unpack(packed: bytes | None) -> Array | None:
    return None if packed is None else _array(packed)


def _array(packed: bytes) -> Array:
    import numpy as np  # it takes long to load, and most of what is read here needs none

    return np.frombuffer(packed, dtype=np.float32)
