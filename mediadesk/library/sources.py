"""Takes notice of what was just written beside or into files, so that no scan reads them again."""

import logging
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mediadesk.api import UnreadableError
from mediadesk.library import artwork, kinds, metadata, probe, walk
from mediadesk.media import open_media
from mediadesk.paths import spelled
from mediadesk.store import Database, told

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A file as it is now, and what one of its sources says from now on.

    `mtime_ns` is in nanoseconds, `beside` the check sum of what belongs to it.
    """

    path: Path
    size: int
    mtime_ns: int
    beside: int
    source: str
    fields: dict[str, Any]


def look(db: Database, paths: Iterable[Path]) -> list[Look]:
    """Look at files of the library that were written to, or that have a new NFO file."""
    sums: dict[Path, Callable[[str], int]] = {}
    found = []
    for path in paths:
        row = db.conn.execute(
            "SELECT root, beside FROM location WHERE path = ?", [spelled(path)]
        ).fetchone()
        if row is None:
            continue  # its folder was taken out of the library meanwhile
        try:
            status = path.stat()
            if kinds.is_video(path.name) and path.parent not in sums:
                sums[path.parent] = _sums(row[0], path.parent)
            beside = sums[path.parent](spelled(path)) if path.parent in sums else row[1]
            found.append(_look(path, status, beside))
        except (OSError, UnreadableError) as error:
            _log.warning("“%s” was written and can't be read any more (%s).", path, error)
    return found


def learn(db: Database, looks: Iterable[Look]) -> None:
    """Keep what was seen; what a person said stands."""
    for seen in looks:
        row = db.conn.execute(
            "UPDATE location SET beside = ? WHERE path = ? RETURNING content, item",
            [seen.beside, spelled(seen.path)],
        ).fetchone()
        if row is None or row[0] is None:
            continue  # it was taken out of the library meanwhile
        content, item = row
        if seen.source == "embedded":  # else another file that takes its place is to be noticed
            db.conn.execute(
                "UPDATE location SET size = ?, mtime_ns = ? WHERE path = ?",
                [seen.size, seen.mtime_ns, spelled(seen.path)],
            )
            db.conn.execute("UPDATE item SET size = ? WHERE id = ?", [seen.size, content])
        told.tell(db, content, seen.source, seen.fields, path=spelled(seen.path))
        told.settle(db, [content, item])


def _look(path: Path, status: os.stat_result, beside: int) -> Look:
    is_video = kinds.is_video(path.name)
    source, tagged = "sidecar" if is_video else "embedded", {}
    if not is_video:
        with open_media(path) as container:
            tagged = probe.probe(container, video=False).tags
    alone = artwork.is_alone(path)
    said = metadata.gather(path, tagged, video=is_video, seconds=0, alone=alone)
    return Look(
        path=path,
        size=status.st_size,
        mtime_ns=status.st_mtime_ns,
        beside=beside,
        source=source,
        fields=said[source],
    )


def _sums(root: str, folder: Path) -> Callable[[str], int]:
    """Give path → check sum of what belongs to it, as the next scan will have it."""
    start = walk.begin(root, spelled(folder), None, warn=_log.warning)
    around = walk.walk([start] if start else [], skip=(), warn=_log.warning, enter=lambda *_: False)
    return next((each.sums() for each in around), lambda _: 0)
