"""The first panel after a start: it comes with little loaded, and is never one that was."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path

import library_factory
import numpy as np
import pytest
from recommend_factory import Made, item_id, save
from worker_tasks import until

from mediadesk import settings
from mediadesk.api import EventKind, Feature, UserError
from mediadesk.engine.client import Client
from mediadesk.engine.engine import Engine
from mediadesk.engine.first import First
from mediadesk.engine.kept import KeptPanels, mark
from mediadesk.engine.messages import Changed, Panel, Verbs
from mediadesk.engine.preferences import Preferences
from mediadesk.engine.reception import Reception
from mediadesk.settings import Places
from mediadesk.store import Database, Store, features, oplog, profiles
from mediadesk.store import plugins as memory

SECONDS = 60
ITEMS = 6
# What the first panel has no use for, and what would cost it tenths of a second each.
LATE = {"numpy", "sqlite_utils", "psutil", "onnxruntime", "usearch", "msgspec", "tomlkit", "av"}
LATE |= {"packaging", "installer", "httpx2", "cryptography", "watchdog", "lark", "platformdirs"}
LATE |= {"mediadesk.engine.engine", "mediadesk.host", "mediadesk.models", "mediadesk.library"}


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """A library of which a panel is kept; item 0 is liked."""
    made = Places.find(tmp_path / "data")
    with closing(Store(made.database)) as store:
        vectors = np.eye(ITEMS, dtype=np.float32)
        save(store, [Made(number=n, theme=0, vectors={"text": vectors[n]}) for n in range(ITEMS)])
        like = partial(oplog.add_event, profile="me", item=item_id(0), kind=EventKind.LIKE)
        store.write(like)
    keep(made)
    return made


def keep(places: Places) -> None:
    with closing(Engine(places)) as engine:
        now = mark(engine._store.read(), places, settings.load(places.settings))
        KeptPanels.of(places).keep(engine.for_you(), now)


def first(places: Places, *, profile: str | None = None, limit: int = 12) -> Panel | None:
    with closing(Store(places.database)) as store:
        return First(places, Preferences(places), store).for_you(profile=profile, limit=limit)


def cards(panel: Panel) -> set[str]:
    return {card.id for shelf in panel.shelves for card in shelf.items}


def test_a_kept_panel_is_given_as_it_was(places: Places) -> None:
    with closing(Engine(places)) as engine:
        made = engine.for_you()
    kept = first(places)
    assert kept is not None
    assert cards(kept)
    assert replace(kept, took_ms=made.took_ms) == made
    assert first(places, profile="ann") is None, "it is somebody else's"
    assert first(places, limit=3) is None, "it is a longer one"


@pytest.fixture
def with_kid(places: Places) -> Places:
    """The library with another profile, “kid”, that may see item 1 alone; “me” looks."""
    with closing(Store(places.database)) as store:
        store.write(partial(profiles.know, name="me"))  # who has looked once already
        store.write(partial(profiles.limit, name="kid", limits={"allowed_items": [item_id(1)]}))
    keep(places)
    return places


def received(places: Places) -> closing[Reception]:
    return closing(Reception(places, on_change=lambda _: None, safe=False, private=False))


def test_what_was_kept_of_who_looked_is_not_given_to_who_looks(with_kid: Places) -> None:
    with received(with_kid) as reception:
        reception.do("1", "Profiles.use", "kid")
        assert reception.at_once("Verbs.for_you") is None
        given = reception.do("2", "Verbs.for_you")
    assert (given.profile, cards(given)) == ("kid", {item_id(1)})


def test_what_is_kept_of_another_one_is_the_engines_to_give(with_kid: Places) -> None:
    settings.save(with_kid.settings, settings.Settings(profile="kid"))
    with received(with_kid) as reception:
        assert reception.at_once("Verbs.for_you", profile="me") is None
        with pytest.raises(UserError, match="“kid” has limits"):
            reception.do("2", "Verbs.for_you", profile="me")


def test_who_looks_is_one_and_the_same_before_the_engine_is_open_and_after(
    with_kid: Places,
) -> None:
    with received(with_kid) as reception:
        settings.save(with_kid.settings, settings.Settings(profile="kid"))  # by another process
        given = reception.at_once("Verbs.for_you")
        assert given.profile == reception.do("1", "Profiles.household").now == "me"


def test_that_somebody_else_looks_by_now_is_no_bug(
    with_kid: Places, caplog: pytest.LogCaptureFixture
) -> None:
    with received(with_kid) as reception:
        shown = reception.at_once("Verbs.for_you")
        reception.do("1", "Profiles.use", "kid")
        reception._follow(shown)
    assert [each.getMessage() for each in caplog.records if each.exc_info] == []


def test_it_comes_with_little_loaded(places: Places) -> None:
    program = """
import sys
from pathlib import Path
import mediadesk.engine.process
from mediadesk.engine.first import First
from mediadesk.engine.preferences import Preferences
from mediadesk.settings import Places
from mediadesk.store import Store

places = Places.find(Path(sys.argv[1]))
store = Store(places.database)
first = First(places, Preferences(places), store)
panel = first.for_you()
keys = [f"artwork/{card.id}" for shelf in panel.shelves for card in shelf.items]
assert keys and first.pictures(keys) == {}
store.close()
print(*sys.modules)
"""
    command = [sys.executable, "-c", program, str(places.data)]
    loaded = subprocess.run(command, capture_output=True, check=True).stdout.decode().split()
    assert LATE.isdisjoint(loaded)


def event(kind: EventKind, item: int) -> Callable[[Database], object]:
    return partial(oplog.add_event, profile="me", item=item_id(item), kind=kind)


def said(sql: str) -> Callable[[Database], object]:
    return lambda db: db.conn.execute(sql)


def learnt(db: Database) -> None:
    feature = Feature(summary=np.ones(ITEMS, np.float32))
    features.save(db, item_id(1), "text", feature, version=1, model="m")


CHANGES: dict[str, Callable[[Database], object]] = {
    "an item was hidden": event(EventKind.HIDE, 1),
    "an item was played": event(EventKind.PLAYED, 2),
    "an item was opened": event(EventKind.OPENED, 2),
    "the like was taken back": event(EventKind.UNDO, 0),
    "all that was done is erased": said("DELETE FROM event"),
    "a place is missing": said("UPDATE location SET missing = 1 WHERE path = '/made/1.mkv'"),
    "a place is gone": said("DELETE FROM location WHERE path = '/made/1.mkv'"),
    "a title is another one": said("UPDATE item SET title = 'x' WHERE title = 'Item 1'"),
    "a drive is called otherwise": said("UPDATE root SET drive = 'x'"),
    "contents became one": said("INSERT INTO alias VALUES('a', 'b', 1)"),
    "a feature is another one": learnt,
    "a plugin has other settings": partial(memory.save_settings, plugin="p", settings={"a": 1}),
    "a plugin is quarantined": partial(memory.quarantine, plugin="p", why="it was greedy"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_it_is_not_given_where_anything_has_changed(places: Places, change: str) -> None:
    with closing(Store(places.database)) as store:
        store.write(CHANGES[change])
    assert first(places) is None


def test_it_is_given_where_cards_were_only_seen_since(places: Places) -> None:
    with closing(Store(places.database)) as store:
        store.write(event(EventKind.SHOWN, 2))
    assert first(places) is not None


@pytest.mark.parametrize("chosen", [{"language": "zh"}, {"disabled_plugins": ("taste",)}])
def test_it_is_not_given_where_settings_are_others(places: Places, chosen: dict[str, str]) -> None:
    settings.save(places.settings, settings.Settings(**chosen))
    assert first(places) is None


def test_it_is_not_given_where_another_plugin_is_installed(places: Places) -> None:
    current = places.data / "plugins" / "mood" / "current.json"
    current.parent.mkdir(parents=True)
    current.touch()
    assert first(places) is None


def test_several_may_be_kept_at_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    panels = KeptPanels(tmp_path / "panels")
    panel = Panel(profile="me", took_ms=1.0, shelves=())
    with ThreadPoolExecutor(3) as threads:
        for n in range(300):
            threads.submit(panels.keep, panel, str(n))
    assert caplog.messages == []
    assert [file.suffix for file in (tmp_path / "panels").iterdir()] == [".json"]


def test_a_damaged_one_is_made_anew(places: Places) -> None:
    [file] = (places.cache / "panels").iterdir()
    for text in ("", "{}", '{"mark": 1, "panel": []}', file.read_text()[:-9]):
        file.write_text(text)
        assert first(places) is None


@pytest.fixture
def open_window(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., Client]]:
    """Opens windows on one library that was analysed, one after the other."""
    _, analysed = library_factory.analysed(tmp_path_factory.getbasetemp())
    data = library_factory.copied(analysed, tmp_path / "data")
    opened: list[Client] = []

    def open_one(told: Callable[[Changed], object] = lambda _: None) -> Client:
        opened.append(Client(data, on_change=told))
        return opened[-1]

    yield open_one
    for client in opened:
        client.close()


def test_what_was_done_after_the_last_panel_is_in_the_first_one(
    open_window: Callable[..., Client], tmp_path: Path
) -> None:
    window = open_window()
    before = window.call(Verbs.for_you).result(SECONDS)
    hidden = before.shelves[0].items[0].id
    window.call(Verbs.event, hidden, "played", share=1.0).result(SECONDS)
    window.close()

    kept = first(Places.find(tmp_path / "data"))
    assert kept is not None
    window = open_window()
    given = window.call(Verbs.for_you).result(SECONDS)
    assert given == kept, "it is not made anew, which would take its time"
    assert cards(given) == cards(before) - {hidden}
    keys = [f"artwork/{card}" for card in sorted(cards(given))]
    pictures = window.call(Verbs.pictures, keys).result(SECONDS)
    assert {jpeg[:2] for jpeg in pictures.values()} == {b"\xff\xd8"}, "songs may have none"
    assert window.call(Verbs.for_you).result(SECONDS).shelves == given.shelves


def test_the_window_is_told_where_it_would_be_another_one_by_now(
    open_window: Callable[..., Client], tmp_path: Path
) -> None:
    window = open_window()
    right = window.call(Verbs.for_you).result(SECONDS)
    window.close()

    places = Places.find(tmp_path / "data")
    with closing(Store(places.database)) as store:
        now = mark(store.read(), places, settings.load(places.settings))
    shelf = right.shelves[0]
    yesterdays = replace(right, shelves=(replace(shelf, items=shelf.items[1:]),))
    KeptPanels.of(places).keep(yesterdays, now)
    told: list[Changed] = []
    window = open_window(told.append)
    assert window.call(Verbs.for_you).result(SECONDS) == yesterdays
    until(lambda: any("features" in change.what for change in told))
    assert window.call(Verbs.for_you).result(SECONDS).shelves == right.shelves


def test_a_window_that_is_closed_at_once_ends_in_good_order(
    open_window: Callable[..., Client],
) -> None:
    open_window().close()  # before anything was asked
    window = open_window()
    window.call(Verbs.for_you).result(SECONDS)
    window.close()  # the panel is kept
    window = open_window()
    window.call(Verbs.for_you).result(SECONDS)
    window.close()  # while the recommender is being loaded behind it
    assert window._process.wait(SECONDS) == 0
