"""Makes small random libraries whose every detail a test knows, and looks through them."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from library_factory import access
from search_trees import DAY, LETTERS

from mediadesk.api import SURE, EventKind, Feature, Item, Kind
from mediadesk.engine.browsing import Browsing
from mediadesk.recommend.profile import State
from mediadesk.search.kept import KeptColumns
from mediadesk.store import Database, Store, edges, features, library, locations, registers, roots
from mediadesk.store.registers import Edit

NOW = datetime(2026, 11, 22, 12).astimezone().timestamp()
FOLDERS = ("a", "A", "a/a", "ab", "xa", "b%", "海", "x/A")
ROOTS = {"/r": "Disk é", "/s": ""}


@dataclass(slots=True)
class Made:
    """An item with its places (path → missing), tags, credits, and what people said of it."""

    item: Item
    size: int
    height: int
    places: dict[str, bool]
    tags: set[str] = field(default_factory=set)
    put: set[str] = field(default_factory=set)
    taken: set[str] = field(default_factory=set)
    note: str = ""
    collections: set[str] = field(default_factory=set)
    locked: bool = False
    credits: dict[str, list[str]] = field(default_factory=dict)
    state: State = field(default_factory=State)


def made(count: int, seed: int = 7) -> list[Made]:
    """Make so many random items; the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311 - no secret

    def text() -> str:
        return "".join(chance.choices(LETTERS + " x", k=chance.randrange(6)))

    def some() -> set[str]:
        return {text() for _ in range(chance.randrange(3))} - {""}

    def one(number: int) -> Made:
        root = chance.choice(list(ROOTS))
        folders = chance.sample(FOLDERS, chance.choice([0, 1, 1, 1, 2]))
        item = Item(
            id=f"{number:032x}", kind=chance.choice(list(Kind)), title=text(), path=None,
            duration=chance.choice([0.0, 59.0, 60.0, 60.5, 61.0]),
            year=chance.choice([None, 1999, 2000, 2001]), artist=text(), album=text(),
            album_artist=chance.choice(["", text()]), series=chance.choice(["", "a", text()]),
            season=chance.choice([None, 0, 1, 2]), episode=chance.choice([None, 1, 2]),
            track=chance.choice([None, 1, 2]), genres=tuple({text() for _ in range(2)}),
            description=text(), added_at=NOW - chance.choice([0, 0.5, 1, 1.5, 2, 3, 40]) * DAY,
        )  # fmt: skip
        tags = some()
        return Made(
            item=item,
            size=chance.choice([0, 10**6, 2 * 10**9]),
            height=chance.choice([0, 480, 1080]),
            places={f"{root}/{folder}/{number}.mp4": chance.random() < 0.3 for folder in folders},
            tags=tags,
            put=some() - tags,
            taken={tag for tag in tags if chance.random() < 0.3},
            note=chance.choice(["", text()]),
            collections=set(chance.sample(["Bést", "b(a"], chance.randrange(3))),
            locked=chance.random() < 0.3,
            state=_state(chance),
            credits={role: sorted(some()) for role in chance.sample(list(edges.ROLES), 4)},
        )

    return [one(number) for number in range(count)]


def _state(chance: random.Random) -> State:
    return State(
        verdict=chance.choice([None, EventKind.LIKE, EventKind.HIDE]),
        finished=chance.random() < 0.3,
        progress=chance.choice([0.0, 0.4]),
        played_at=chance.choice([None, NOW - 3 * DAY, NOW - 3600]),
        stars=chance.choice([None, 0.5, 3.0, 4.5, 5.0]),
        plays=chance.randrange(4),
    )


def save(db: Database, items: list[Made]) -> None:
    """Write items as a scan, a tagger and a person would."""
    for root, drive in ROOTS.items():
        roots.add(db, Path(root))
        db.conn.execute("UPDATE root SET drive = ? WHERE path = ?", [drive, root])
    for each in items:
        write(db, each)


def write(db: Database, each: Made) -> None:
    """Write one item, new or changed."""
    id = each.item.id  # noqa: A001 - that is what it is
    db.conn.execute("DELETE FROM location WHERE item = ?", [id])
    places = [
        locations.Location(path=Path(path), root=Path(path[:2]), size=1, mtime_ns=1)
        for path in each.places or {f"/r/away/{id}.mp4": False}
    ]
    locations.save_locations(db, places)
    for place in places:
        library.save_item(db, each.item, facts={}, location=place)
    _columns(db, each)
    locations.set_missing(db, [path for path, missing in each.places.items() if missing])
    if not each.places:
        db.conn.execute("DELETE FROM location WHERE item = ?", [id])
    feature = Feature(tags=dict.fromkeys(each.tags, SURE))
    features.save(db, id, "look", feature, version=1, model="m")
    tags = dict.fromkeys(each.taken, False) | dict.fromkeys(each.put, True)
    edges.save(db, {id: [("sidecar", {"credits": each.credits})]})
    edits = [Edit(item=id, field=f"tag/{tag}", value=is_put) for tag, is_put in tags.items()]
    edits += [Edit(item=id, field=f"in/{name}", value=1) for name in sorted(each.collections)]
    if each.note:
        edits.append(Edit(item=id, field="note", value=each.note, profile="me"))
    if each.locked:
        edits.append(Edit(item=id, field="year", value=each.item.year or 1))
    registers.write(db, edits)


def _columns(db: Database, each: Made) -> None:
    columns = {
        "title": each.item.title, "kind": each.item.kind.value, "year": each.item.year,
        "artist": each.item.artist, "album": each.item.album, "series": each.item.series,
        "album_artist": each.item.album_artist, "season": each.item.season,
        "episode": each.item.episode, "track": each.item.track, "size": each.size,
        "height": each.height,
    }  # fmt: skip
    sets = ", ".join(f"{name} = :{name}" for name in columns)
    db.conn.execute(f"UPDATE item SET {sets} WHERE id = :id", columns | {"id": each.item.id})


def make_collections(db: Database) -> None:
    """Make two plain collections, each with its name as its id, and two smart ones."""
    told = {
        "Bést": None, "b(a": None, "Smart": "is:liked", "Round": "collection:Round OR stars>=5",
    }  # fmt: skip
    registers.write(
        db,
        [
            Edit(item=f"collection/{name}", field=field, value=value)
            for name, search in told.items()
            for field, value in (("name", name), ("search", search))
            if value is not None
        ],
    )


def browsing(store: Store, items: list[Made], *, kept: KeptColumns | None = None) -> Browsing:
    """Look through a library as the person to whom the states of these items belong."""
    known = {each.item.id: each.state for each in items}
    looks = access(store, lambda *_: known)
    return Browsing(looks, alike=lambda _: [items[0].item.id], kept=kept)
