"""The file in which a device tells others what it shows, so that these need not understand it.

What stands in it of shelves is checked as far as anything here relies on it: who shows it reads the
rest, and shows nothing of what can't be read.
"""

import json
import math
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from sqlite3 import Connection
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from mediadesk.api import Item, Kind, UserError
from mediadesk.store import Store, devices, oplog, panels, parcels
from mediadesk.store.panels import KEY, File, Telling, Told
from mediadesk.sync import shared
from mediadesk.sync.alone import alone
from mediadesk.sync.crypto import Key
from mediadesk.sync.pairing import key_of
from mediadesk.sync.untrusted import Form, reading, refusal, write

SUFFIX = ".mdpanel"
FORM = Form(
    format=1,
    tables=(
        "CREATE TABLE device(id TEXT PRIMARY KEY, name TEXT NOT NULL) STRICT, WITHOUT ROWID",
        """CREATE TABLE panel(
    profile TEXT PRIMARY KEY, made_at REAL NOT NULL, limits TEXT NOT NULL, says TEXT NOT NULL
    ) STRICT, WITHOUT ROWID""",
        "CREATE TABLE item(id TEXT PRIMARY KEY, says TEXT NOT NULL) STRICT, WITHOUT ROWID",
        "CREATE TABLE picture(key TEXT PRIMARY KEY, jpeg BLOB NOT NULL) STRICT, WITHOUT ROWID",
    ),
    most_bytes=2**25,
)
_RACE_NS = 2 * 10**9  # the coarsest clock of a file system
_MOST_PANELS, _MOST_ITEMS, _MOST_PICTURES = 100, 5_000, 10_000
_LARGEST_PICTURE = 2**16
_LONGEST_NAME = 10_000
_Id = Annotated[str, Meta(pattern="^[0-9a-f-]{1,64}$")]
_Name = Annotated[str, Meta(max_length=_LONGEST_NAME)]
_Whole = Annotated[int, Meta(ge=-(2**53), le=2**53)]
_Seconds = Annotated[float, Meta(ge=-1e15, le=1e15)]


class _Item(msgspec.Struct, forbid_unknown_fields=True):
    id: _Id
    kind: Kind
    title: _Name
    duration: _Seconds
    added_at: _Seconds
    year: _Whole | None = None
    artist: _Name = ""
    album: _Name = ""
    genres: Annotated[tuple[_Name, ...], Meta(max_length=100)] = ()
    series: _Name = ""
    season: _Whole | None = None
    episode: _Whole | None = None
    album_artist: _Name = ""
    disc: _Whole | None = None
    track: _Whole | None = None


Check = Callable[[str], object]
"""Reads the shelves of a panel; raises ValueError where it can't."""


def take(store: Store, folder: Path, *, check: Check) -> tuple[bool, tuple[str, ...]]:
    """Take over what other devices show; tell if any of it is new, and what is wrong with files.

    Raises:
        UserError: if the folder can't be read, or another process does not finish syncing this
            library.
    """
    with alone(store):
        key, known = key_of(store), panels.files(store.read())
        own, news, problems = store.write(oplog.device_id), False, list[str]()
        revoked = {each.device for each in devices.bounds(store.read())}
        called = devices.names(store.read())
        for device in revoked:
            store.write(partial(panels.forget, device=device))
        for file in shared.files(folder, suffix=SUFFIX):
            if file.name == f"{own}{SUFFIX}":
                continue
            try:
                seen = _seen(file)
                if known.get(file.name) == seen:
                    continue
                told = read(file, key=key, check=check)
                if told.device not in {own, *revoked}:
                    news |= store.write(partial(panels.take, told=told, file=seen))
            except FileNotFoundError:  # its device is no longer there, or writes it anew
                continue
            except OSError as error:
                problems.append(f"“{file}” can't be read ({error.strerror}): sync again.")
            except UserError as error:
                problems.append(shared.refused(error, file, called))
        return news, tuple(problems)


def lay(store: Store, folder: Path, told: Telling, *, check: Check) -> None:
    """Lay what this device shows into the shared folder, if it is not there already.

    Raises:
        UserError: if it can't be written, if what others lay there is encrypted and this device has
            no key, or if another process does not finish syncing this library.
    """
    with alone(store):
        key, file = key_of(store), folder / f"{told.device}{SUFFIX}"
        if key is None:
            shared.check_plain(folder)
        try:
            is_there = file.exists()
            if not (is_there or told.panels):
                return
            if is_there and _same(read(file, key=key, check=check), told):
                return
        except UserError:
            pass  # it is made anew
        try:
            write(file, FORM, lambda db: _fill(db, told), key=key)
        except OSError as error:
            raise UserError(
                f"Nothing can be written to the shared folder “{folder}” ({error.strerror}): free "
                "some space there, or check its rights; what came from others is kept."
            ) from error


def read(file: Path, *, key: Key | None, check: Check) -> Telling:
    """Give what a file tells; times that have not come are now.

    Raises:
        OSError: if the file can't be read.
        UserError: if it is not what a MediaDesk with that key writes, damaged, or of a newer one.
    """
    with reading(file, FORM, key=key) as db:
        try:
            return _told(db, check)
        except (ValueError, RecursionError) as error:
            raise refusal(file, str(error)) from error


def _seen(file: Path) -> File:
    status = file.stat()
    is_fresh = abs(time.time_ns() - status.st_mtime_ns) < _RACE_NS
    at = 0 if is_fresh else status.st_mtime_ns
    return File(file=file.name, size=status.st_size, mtime_ns=at)


def _same(laid: Telling, told: Telling) -> bool:
    def timeless(one: Telling) -> Telling:
        return replace(one, panels=tuple(replace(each, made_at=0) for each in one.panels))

    return timeless(laid) == timeless(told)


def _fill(db: Connection, told: Telling) -> None:
    db.execute("INSERT INTO device VALUES(?, ?)", [told.device, told.name])
    db.executemany(
        "INSERT INTO panel VALUES(?, ?, ?, ?)",
        [(each.profile, each.made_at, each.limits, each.says) for each in told.panels],
    )
    db.executemany(
        "INSERT INTO item VALUES(?, ?)",
        [(each.id, msgspec.json.encode(_item(each)).decode()) for each in told.items],
    )
    db.executemany("INSERT INTO picture VALUES(?, ?)", told.pictures.items())


def _item(item: Item) -> _Item:
    wanted: dict[str, Any] = {name: getattr(item, name) for name in _Item.__struct_fields__}
    return _Item(**wanted)


def _told(db: Connection, check: Check) -> Telling:
    [(device, name)] = _rows(db, "SELECT id, name FROM device", 1)
    if not (device.isalnum() and device.isascii() and 8 <= len(device) <= 64):
        raise ValueError("it names no device")
    if len(name) > _LONGEST_NAME:
        raise ValueError("its device has no name")
    sql = "SELECT profile, made_at, limits, says FROM panel ORDER BY profile"
    shown = [_panel(row, check) for row in _rows(db, sql, _MOST_PANELS)]
    items = [
        _read_item(*row) for row in _rows(db, "SELECT id, says FROM item ORDER BY id", _MOST_ITEMS)
    ]
    pictures = dict(_rows(db, "SELECT key, jpeg FROM picture ORDER BY key", _MOST_PICTURES))
    for key, jpeg in pictures.items():
        if not KEY.fullmatch(key) or len(jpeg) > _LARGEST_PICTURE:
            raise ValueError("one of its pictures is none")
        parcels.check_jpeg(jpeg)
    return Telling(
        device=device, name=name, panels=tuple(shown), items=tuple(items), pictures=pictures
    )


def _panel(row: tuple[Any, ...], check: Check) -> Told:
    profile, made_at, limits, says = row
    if not 0 < len(profile) <= _LONGEST_NAME or not math.isfinite(made_at):
        raise ValueError("one of its panels is nobody's")
    if profile not in msgspec.json.decode(limits, type=dict[_Name, dict[str, Any] | None]):
        raise ValueError("one of its panels is of somebody else")
    check(says)
    for text in (limits, says):
        parcels.check_depth(json.loads(text))
    return Told(profile=profile, made_at=min(made_at, time.time()), limits=limits, says=says)


def _read_item(item: str, says: str) -> Item:
    told = msgspec.json.decode(says, type=_Item)
    if told.id != item:
        raise ValueError("one of its items is another one")
    return Item(path=None, **msgspec.structs.asdict(told))


def _rows(db: Connection, sql: str, most: int) -> list[tuple[Any, ...]]:
    rows = db.execute(f"{sql} LIMIT ?", [most + 1]).fetchall()
    if len(rows) > most:
        raise ValueError("it tells too much")
    return rows
