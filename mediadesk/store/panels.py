"""The “For you” panels that other devices made, for where this one can't make a better one."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter

from mediadesk.api import Item
from mediadesk.store import elsewhere, erasing, features, library, profiles
from mediadesk.store.connection import Database
from mediadesk.store.elsewhere import MISSING
from mediadesk.texts import plain, plain_in

ARTWORK = "artwork/"
"""What the key of the picture of an item begins with; its id follows."""
KEY = re.compile(r"(artwork/[0-9a-f-]{1,64}|moment/[0-9a-f-]{1,64}/[^/]{1,64}/[0-9]{1,9})")
"""The keys of pictures."""
_MOST_PICTURE = 40 * 2**10
_MOST_PICTURES = 8 * 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a device shows a profile: `says` are shelves as JSON, made under `limits`, see there.

    `made_at` is in unix seconds.
    """

    profile: str
    made_at: float
    limits: str
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """What a device tells of the panels that it shows, with what stands on them.

    `pictures` are JPEGs by their keys: that of an item, or those of moments.
    """

    device: str
    name: str
    panels: tuple[Told, ...]
    items: tuple[Item, ...]
    pictures: Mapping[str, bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file of a shared folder, by its name there, as it was when it was read."""

    file: str
    size: int
    mtime_ns: int


def limits(db: Database, profile: str) -> str:
    """Give the limits of a profile and of its members as JSON, name by name."""
    found = profiles.find(db, profile)
    own = {each: profiles.find(db, each).limits for each in found.members}
    return json.dumps({profile: found.limits, **own}, sort_keys=True)


def gather(
    db: Database, panels: Sequence[Told], items: Sequence[str], moments: Iterable[str]
) -> Telling:
    """Give what this device tells: its panels, the items on them, and pictures as far as they fit.

    `moments` are the keys of the pictures that reasons rest on. Where the files are is not told.
    """
    device, name = db.conn.execute("SELECT id, name FROM device WHERE mine = 1").fetchone()
    known = library.items(db, items)
    covers = library.artwork(db, list(known))
    found = {f"{ARTWORK}{item}": covers[item] for item in known if item in covers}
    found |= {key: jpeg for key in moments if (jpeg := moment(db, key))}
    pictures, left = {}, _MOST_PICTURES
    for key, jpeg in found.items():
        if len(jpeg) <= min(_MOST_PICTURE, left):
            pictures[key] = jpeg
            left -= len(jpeg)
    return Telling(
        device=device,
        name=name,
        panels=tuple(sorted(panels, key=attrgetter("profile"))),
        items=tuple(
            replace(each, path=None, sidecars=(), keywords=(), description="")
            for _, each in sorted(known.items())
        ),
        pictures=pictures,
    )


def moment(db: Database, key: str) -> bytes | None:
    """Give the picture of a moment, which another device may have told; its key may be any text."""
    match key.split("/"):
        case ["moment", item, extractor, n] if n.isdecimal():
            own = features.moment_image(db, item, extractor, int(n))
        case _:
            return None
    row = db.conn.execute("SELECT jpeg FROM panel_picture WHERE key = ?", [key]).fetchone()
    return own or (row[0] if row else None)


def files(db: Database) -> dict[str, File]:
    """Give the files that are known, by name."""
    rows = db.conn.execute("SELECT file, size, mtime_ns FROM panel_file")
    return {row[0]: File(file=row[0], size=row[1], mtime_ns=row[2]) for row in rows}


def take(db: Database, told: Telling, file: File) -> bool:
    """Keep what another device tells, instead of what it told before; tell if that is newer.

    What stands here of an item that lies in this library stays as it is.
    """
    newest = max((each.made_at for each in told.panels), default=0.0)
    sql = "SELECT max(made_at) FROM panel WHERE device = ?"
    if told.panels and newest < (db.conn.execute(sql, [told.device]).fetchone()[0] or 0.0):
        return False  # a copy of an old one
    forget(db, told.device)
    db.conn.execute(
        "INSERT INTO panel_file(device, name, file, size, mtime_ns) VALUES(?, ?, ?, ?, ?)",
        [told.device, plain(told.name), file.file, file.size, file.mtime_ns],
    )
    stones = erasing.stones(db)
    db.conn.executemany(
        "INSERT INTO panel(device, profile, made_at, limits, says) VALUES(?, ?, ?, ?, ?)",
        [
            (told.device, each.profile, each.made_at, each.limits, _read(each.says))
            for each in told.panels
            if not _is_of_erased(each, stones)
        ],
    )
    elsewhere.put(db, told.device, told.name, _without_place(db, told.items))
    for key, jpeg in told.pictures.items():
        if key.startswith(ARTWORK):
            _save_artwork(db, key.removeprefix(ARTWORK), jpeg)
        else:
            sql = "INSERT INTO panel_picture(device, key, jpeg) VALUES(?, ?, ?)"
            db.conn.execute(sql, [told.device, key, jpeg])
    return True


def latest(db: Database, profile: str) -> tuple[str, Told] | None:
    """Give the newest panel that another device made of a profile, behind that device's name.

    None where it would be made under other limits here.
    """
    row = db.conn.execute(
        f"SELECT coalesce({elsewhere.called('panel.device')}, panel_file.name),"
        "  made_at, limits, says"
        " FROM panel JOIN panel_file USING(device)"
        " WHERE panel.profile = ? ORDER BY made_at DESC, panel.device LIMIT 1",
        [profile],
    ).fetchone()
    if row is None or row[2] != limits(db, profile):
        return None
    return row[0], Told(profile=profile, made_at=row[1], limits=row[2], says=row[3])


def forget(db: Database, device: str) -> None:
    """Forget what a device told; its items stay."""
    db.conn.execute("DELETE FROM panel_file WHERE device = ?", [device])


def forget_all(db: Database) -> None:
    """Forget what all devices told, until their files are read again."""
    db.conn.execute("DELETE FROM panel_file")


def understood(db: Database, items: Sequence[str]) -> int:
    """Count those of some items of which anything was learnt, be it by another device."""
    sql = (
        "SELECT count(*) FROM json_each(?) AS wanted"
        " WHERE EXISTS(SELECT 1 FROM feature WHERE feature.item = wanted.value)"
    )
    return int(db.conn.execute(sql, [json.dumps(list(items))]).fetchone()[0])


def _read(says: str) -> str:
    return json.dumps(plain_in(json.loads(says)), ensure_ascii=False)


def _is_of_erased(told: Told, stones: erasing.Stones) -> bool:
    """Tell whether anybody of whom a panel tells was erased since."""
    names = json.loads(told.limits)  # the own one is among them
    return any(told.made_at * 1e6 <= stones.get(erasing.digest(each), 0) for each in names)


def _without_place(db: Database, items: Sequence[Item]) -> list[Item]:
    """Give those of which no file is known anywhere."""
    sql = (
        "SELECT value FROM json_each(?)"
        " WHERE EXISTS(SELECT 1 FROM location WHERE location.item = value)"
    )
    placed = {row[0] for row in db.conn.execute(sql, [json.dumps([each.id for each in items])])}
    return [each for each in items if each.id not in placed]


def _save_artwork(db: Database, item: str, jpeg: bytes) -> None:
    """Show an item that is only elsewhere by this, until there is a picture of its own."""
    db.conn.execute(
        "INSERT INTO artwork(item, jpeg, source) SELECT id, ?, 'keyframe' FROM item WHERE id = ?"
        f" AND NOT EXISTS(SELECT 1 FROM location WHERE item = item.id AND missing <> {MISSING})"
        " ON CONFLICT DO NOTHING",
        [jpeg, item],
    )
