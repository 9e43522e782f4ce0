"""What one device shows is shown by another one that understands nothing yet, with its pictures."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock
from forms import forms
from recommend_factory import Made, cloud, item_id, save

from mediadesk.api import EventKind, UserError
from mediadesk.engine import panels as shown
from mediadesk.engine.engine import Engine
from mediadesk.engine.messages import Panel
from mediadesk.settings import Places
from mediadesk.store import (
    Database,
    Store,
    devices,
    elsewhere,
    erasing,
    library,
    oplog,
    panels,
    profiles,
    registers,
)
from mediadesk.store.panels import Telling
from mediadesk.store.registers import DEVICE, Edit
from mediadesk.sync.crypto import Key
from mediadesk.sync.pairing import take_key
from mediadesk.sync.panels import FORM, lay, read, take
from mediadesk.sync.untrusted import write

ITEMS = 30
JPEG = bytes.fromhex("ffd8ffc0000b0800c8014001011100") + bytes(5_000)  # 320 × 200
KID = {"allowed_items": [item_id(n) for n in range(5)]}


def fill(store: Store) -> None:
    """Make a library in which much is understood, and liked; a child may see five items of it."""
    themes = np.arange(ITEMS) % 3
    vectors = cloud(themes, 16, seed=1)
    save(store, [
        Made(number=n, theme=int(themes[n]), vectors={"text": vectors[n]}) for n in range(ITEMS)
    ])  # fmt: skip

    def rest(db: Database) -> None:
        for n in range(ITEMS):
            library.save_artwork(db, item_id(n), JPEG + bytes([n]), source="keyframe")
        for n in (0, 1):
            oplog.add_event(db, profile="me", item=item_id(n), kind=EventKind.LIKE)
        profiles.limit(db, "kid", KID)

    store.write(rest)


@pytest.fixture(scope="module")
def telling(tmp_path_factory: pytest.TempPathFactory) -> tuple[Telling, Panel]:
    """What the device with the library tells, and what it shows."""
    places = Places.find(tmp_path_factory.mktemp("desk") / "data")
    with closing(Store(places.database)) as store:
        fill(store)
        store.write(oplog.device_id)
    with closing(Engine(places)) as engine:
        panel, told = engine.for_you(), engine.recommending.told()
    assert told is not None
    return told, panel


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "shared"
    made.mkdir()
    return made


def put(told: Telling, folder: Path, key: Key | None = None) -> Path:
    """Lay a file, whatever it says."""
    file = folder / f"{told.device}.mdpanel"
    home = folder.with_name("puts")
    with closing(Store(home / "library.db")) as store:
        if key:
            take_key(store, key)
        lay(store, folder, told, check=shown.read)
    return file


@pytest.fixture
def laptop(
    tmp_path: Path, blank: Path, folder: Path, telling: tuple[Telling, Panel]
) -> Iterator[Engine]:
    """A device with nothing on it, which has taken over what the other one shows."""
    places = Places.find(tmp_path / "laptop")
    places.data.mkdir()
    places.database.write_bytes(blank.read_bytes())
    put(telling[0], folder)
    with closing(Engine(places)) as engine:
        assert take(engine._store, folder, check=shown.read) == (True, ())
        yield engine


def cards(panel: Panel) -> list[str]:
    return [card.id for shelf in panel.shelves for card in shelf.items]


def test_a_device_with_nothing_on_it_shows_what_the_other_one_does(
    laptop: Engine, telling: tuple[Telling, Panel]
) -> None:
    told, theirs = telling
    panel = laptop.for_you()
    assert (panel.made_by, panel.made_at) == (told.name, told.panels[-1].made_at)
    assert [(each.id, each.title) for each in panel.shelves] == [
        (each.id, each.title) for each in theirs.shelves
    ]
    assert cards(panel) == cards(theirs)
    for ours, other in zip(
        (card for shelf in panel.shelves for card in shelf.items),
        (card for shelf in theirs.shelves for card in shelf.items),
        strict=True,
    ):
        assert (ours.title, ours.kind, ours.score) == (other.title, other.kind, other.score)
        assert (ours.rankers, ours.reasons) == (other.rankers, other.reasons)
        assert (ours.available, ours.drive, ours.duration_s) == (False, told.name, other.duration_s)
    keys = [f"artwork/{card}" for card in cards(panel)]
    pictures = laptop.pictures(keys)
    assert all(pictures[key] == told.pictures[key] for key in keys)
    (jobs,) = laptop._store.read().conn.execute("SELECT count(*) FROM job").fetchone()
    assert jobs == 0


def test_what_is_refused_liked_or_seen_here_goes_at_once(laptop: Engine) -> None:
    hidden, liked, seen, later, *_ = dict.fromkeys(cards(laptop.for_you()))
    expected = laptop.preview(hidden, "hide")
    effect = laptop.feedback(hidden, "hide")
    assert hidden in cards(effect.before)
    assert hidden not in cards(effect.after)
    assert effect.after.shelves == expected.after.shelves
    laptop.feedback(liked, "like")
    laptop.feedback(later, "not-now")
    laptop.event(seen, "finished", share=1.0)
    assert not {hidden, liked, seen, later} & set(cards(laptop.for_you()))
    laptop.feedback(hidden, "undo")
    assert hidden in cards(laptop.for_you())


def test_why_gives_the_reasons_that_came_along(
    laptop: Engine, telling: tuple[Telling, Panel]
) -> None:
    theirs = telling[1].shelves[0].items[0]
    why = laptop.why(theirs.id)
    assert why.reasons == theirs.reasons
    assert why.rankers == theirs.rankers
    assert telling[0].name in why.note


def test_who_understands_more_shows_its_own(folder: Path, telling: tuple[Telling, Panel]) -> None:
    put(telling[0], folder)
    places = Places.find(folder.with_name("other"))
    with closing(Store(places.database)) as store:
        fill(store)
    with closing(Engine(places)) as engine:
        take(engine._store, folder, check=shown.read)
        assert engine.for_you().made_by == ""


def test_nothing_of_others_is_told_on(laptop: Engine) -> None:
    told = laptop.recommending.told()
    assert told is not None
    assert told.panels == ()


def test_in_private_nothing_is_told(laptop: Engine) -> None:
    laptop._household.private = True
    assert laptop.recommending.told() is None


def test_what_was_made_under_other_limits_is_not_shown(laptop: Engine) -> None:
    db = laptop._store.read()
    assert laptop.for_you(profile="kid").made_by == "" if profiles.has(db, "kid") else True
    assert panels.latest(db, "kid") is None
    laptop._store.write(lambda db: profiles.limit(db, "kid", KID))
    panel = laptop.for_you(profile="kid")
    assert panel.made_by
    assert set(cards(panel)) <= set(KID["allowed_items"])
    laptop._store.write(lambda db: profiles.limit(db, "kid", {"allowed_items": []}))
    assert laptop.for_you(profile="kid").made_by == ""


def test_a_child_sees_nothing_that_its_limits_hide_here(
    laptop: Engine, folder: Path, telling: tuple[Telling, Panel]
) -> None:
    there = {each.profile: each for each in telling[0].panels}
    other = replace(there["kid"], made_at=there["kid"].made_at + 9, says=there["me"].says)
    put(replace(telling[0], panels=(other,)), folder)
    laptop._store.write(lambda db: profiles.limit(db, "kid", KID))
    take(laptop._store, folder, check=shown.read)
    panel = laptop.for_you(profile="kid")
    assert panel.made_by
    assert set(cards(panel)) <= set(KID["allowed_items"])
    assert set(cards(panel))
    reasons = [each for shelf in panel.shelves for card in shelf.items for each in card.reasons]
    assert {each.seed for each in reasons} <= {None, *KID["allowed_items"]}
    effect = laptop.feedback(cards(panel)[0], "like", profile="kid")
    assert set(cards(effect.after)) <= set(KID["allowed_items"])
    hidden = next(each for each in cards(telling[1]) if each not in KID["allowed_items"])
    for ask in (laptop.why, laptop.similar, laptop.item, partial(laptop.feedback, kind="like")):
        with pytest.raises(UserError):
            ask(hidden, profile="kid")


def test_a_file_is_written_when_something_has_changed_alone(
    folder: Path, telling: tuple[Telling, Panel]
) -> None:
    told = telling[0]
    later = tuple(replace(each, made_at=each.made_at + 9) for each in told.panels)
    before = put(told, folder).stat()
    again = put(replace(told, panels=later), folder).stat()
    assert again.st_mtime_ns == before.st_mtime_ns
    put(replace(told, panels=later[1:]), folder)
    assert put(told, folder).stat().st_mtime_ns != before.st_mtime_ns


def test_an_older_copy_of_a_file_replaces_nothing(
    laptop: Engine, folder: Path, telling: tuple[Telling, Panel]
) -> None:
    told = telling[0]
    older = tuple(replace(each, made_at=1.0, says="[]") for each in told.panels)
    copy = put(replace(told, panels=older), folder.with_name("puts")).read_bytes()
    (folder / f"{told.device} (conflict).mdpanel").write_bytes(copy)
    assert take(laptop._store, folder, check=shown.read) == (False, ())
    assert laptop.for_you().made_by


def test_of_a_revoked_device_nothing_is_shown_and_else_the_name_that_people_gave_it(
    laptop: Engine, folder: Path, telling: tuple[Telling, Panel]
) -> None:
    device, store = telling[0].device, laptop._store
    edit = Edit(item=DEVICE + device, field="name", value="The old desk")
    store.write(lambda db: registers.write(db, [edit]))
    assert laptop.for_you().made_by == "The old desk"
    store.write(partial(devices.revoke, device=device))
    for _ in range(2):
        assert take(store, folder, check=shown.read) == (False, ())
        assert laptop.for_you().made_by == ""


def test_who_shows_nothing_any_more_takes_back_what_it_told(
    laptop: Engine, folder: Path, telling: tuple[Telling, Panel]
) -> None:
    put(replace(telling[0], panels=()), folder)
    assert take(laptop._store, folder, check=shown.read) == (True, ())
    assert laptop.for_you().made_by == ""


def test_nothing_of_others_is_shown_once_nothing_is_shared(laptop: Engine) -> None:
    assert laptop.for_you().made_by
    laptop.syncing.setup("")
    assert laptop.for_you().made_by == ""


def test_while_a_sync_goes_on_sharing_can_t_be_stopped(
    laptop: Engine, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or what others told would stay for ever."""
    laptop.syncing.setup(str(folder))
    monkeypatch.setattr("mediadesk.sync.alone._WAIT_S", 0.01)
    with (
        FileLock(laptop._store.path.with_name("sync.lock")),
        pytest.raises(UserError, match="is being synced"),
    ):
        laptop.syncing.setup("")
    assert laptop.syncing.status().folder == str(folder)
    laptop.syncing.setup("")
    assert elsewhere.devices(laptop._store.read()) == []


def test_who_was_erased_is_not_brought_back(
    laptop: Engine, folder: Path, telling: tuple[Telling, Panel]
) -> None:
    laptop._store.write(partial(erasing.erase, profile="me"))
    assert panels.latest(laptop._store.read(), "me") is None
    laptop._store.write(panels.forget_all)
    take(laptop._store, folder, check=shown.read)
    assert panels.latest(laptop._store.read(), "me") is None


def test_nothing_can_be_read_in_a_file_without_the_key(
    laptop: Engine, folder: Path, telling: tuple[Telling, Panel]
) -> None:
    told, key = telling[0], Key.made()
    content = put(replace(told, panels=told.panels[:1]), folder, key).read_bytes()
    words = {told.name, *(item.title for item in told.items)}
    assert not any(form in content for word in words if len(word) >= 6 for form in forms(word))
    (_, [problem]) = take(laptop._store, folder, check=shown.read)
    assert "is encrypted: give this device the key" in problem
    with pytest.raises(UserError, match="lacks the key"):
        lay(laptop._store, folder, replace(told, device="0123456789abcdef"), check=shown.read)


Fill = Callable[[sqlite3.Connection], object]


def said(sql: str, *values: object) -> Fill:
    return lambda db: db.execute(sql, values)


SHELF = '[{"id":"picks","title":"Top","items":[%s]}]'
CARD = '{"item":"a","score":1.0,"rankers":{},"reasons":[%s]}'
SEEN = '{"text":"","ranker":"taste","share":0,"evidence":{"kind":"frame","item":"a","image":"%s"}}'
HARMS: dict[str, Fill] = {
    "a shelf is none": said("UPDATE panel SET says = '[1]'"),
    "a panel is no JSON": said("UPDATE panel SET says = '{'"),
    "a score is without end": said(
        "UPDATE panel SET says = ?", SHELF % (CARD % "").replace("1.0", "1e999")
    ),
    "too many cards": said("UPDATE panel SET says = ?", SHELF % ",".join([CARD % ""] * 101)),
    "too long a title": said("UPDATE panel SET says = ?", SHELF.replace("Top", "x" * 10_001) % ""),
    "a picture of another place": said(
        "UPDATE panel SET says = ?", SHELF % (CARD % (SEEN % "../../x"))
    ),
    "limits are none": said("UPDATE panel SET limits = '[]'"),
    "nobody's panel": said("UPDATE panel SET profile = '' WHERE profile = 'me'"),
    "no time": said("UPDATE panel SET made_at = 9e999"),
    "a kind that is none": said("UPDATE item SET says = replace(says, '\"clip\"', '\"x\"')"),
    "an item under another's name": said("UPDATE item SET id = 'ab' WHERE id = ?", item_id(1)),
    "a number that is none": said("UPDATE item SET says = replace(says, '600.0', '1e999')"),
    "what is not known": said("UPDATE item SET says = replace(says, '{', '{\"path\":\"/x\",')"),
    "a picture that is none": said("UPDATE picture SET jpeg = x'4d5a'"),
    "a picture of 65,000 pixels a side": said(
        "UPDATE picture SET jpeg = x'ffd8ffc0000b08fde8fde801011100'"
    ),
    "a picture that is too large": said("UPDATE picture SET jpeg = zeroblob(65537)"),
    "a picture of a file": said("UPDATE picture SET key = 'artwork/../' || key"),
    "another device beside it": said("INSERT INTO device VALUES('0123456789abcdef', '')"),
    "a device that is none": said("UPDATE device SET id = '../../x'"),
    "deeper than can be read": said("UPDATE panel SET limits = ?", '{"a":' * 9_000 + "{}"),
    "shelves deeper than can be kept": said(
        "UPDATE panel SET says = ?",
        SHELF.replace("{", '{"more":%s,' % ("[" * 600 + "]" * 600)) % "",
    ),
    "limits deeper than can be kept": said(
        "UPDATE panel SET limits = ? WHERE profile = 'me'",
        '{"me":{"more":%s}}' % ("[" * 600 + "]" * 600),
    ),
}


@pytest.mark.parametrize("harm", HARMS)
def test_of_a_file_that_means_harm_nothing_is_taken(
    store: Store, folder: Path, telling: tuple[Telling, Panel], harm: str
) -> None:
    file = put(telling[0], folder)

    def copy(db: sqlite3.Connection) -> None:
        with closing(sqlite3.connect(file)) as whole:
            for table in ("device", "panel", "item", "picture"):
                rows = whole.execute(f"SELECT * FROM {table}").fetchall()
                db.executemany(f"INSERT INTO {table} VALUES({','.join('?' * len(rows[0]))})", rows)
        HARMS[harm](db)

    write(file, FORM, copy)
    news, problems = take(store, folder, check=shown.read)
    assert not news
    assert "can't be taken over" in problems[0]
    for table in ("panel", "panel_file", "panel_picture", "item", "location"):
        assert store.read().conn.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)


def test_nothing_changes_of_what_lies_in_the_library_itself(
    store: Store, folder: Path, telling: tuple[Telling, Panel]
) -> None:
    told = telling[0]
    mine = Made(number=1, theme=0, vectors={})
    save(store, [mine])
    items = tuple(replace(each, title="Mine, says a stranger") for each in told.items)
    put(replace(told, items=items), folder)
    take(store, folder, check=shown.read)
    db = store.read()
    assert library.titles(db, [mine.id]) == {mine.id: "Item 1"}
    assert library.artwork(db, [mine.id]) == {}
    assert library.listed(db, [mine.id])[mine.id].available
    assert read(next(folder.iterdir()), key=None, check=shown.read).items == items
