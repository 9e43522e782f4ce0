"""Searches find what their words mean: in any library and for any search."""

import operator
import random
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from typing import Any

import browse_factory
import pytest
from browse_factory import DAY, NOW, ROOTS, Made
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from search_trees import trees

from mediadesk.api import UserError
from mediadesk.engine.browsing import Browsing
from mediadesk.engine.messages import Browse
from mediadesk.search import catalogue, parse, written
from mediadesk.search.facets import FACETS, Facets, Value
from mediadesk.search.finding import Finder
from mediadesk.search.folding import fold
from mediadesk.search.tree import (
    Alike,
    And,
    Compare,
    Inside,
    Node,
    Not,
    OfKind,
    Or,
    Standing,
    Text,
)
from mediadesk.store import Store
from mediadesk.store import browse as reading

_OPERATORS = {
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
    ">=": operator.ge,
    ">": operator.gt,
}
_ITS_OWN = settings(
    max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)


class Library:
    def __init__(self, store: Store, made: list[Made], browsing: Browsing) -> None:
        self.store = store
        self.made = made
        self.browsing = browsing

    def found(self, tree: Node) -> list[str]:
        with self.browsing._looked("me") as look:
            finder = Finder(look.catalogue, look.db, look, when=NOW)
            numbers = finder.found(tree).nonzero()[0].tolist()
            return sorted(reading.ids(look.db, numbers).values())


@pytest.fixture(scope="module")
def made_library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    store = Store(tmp_path_factory.mktemp("search") / "library.db")
    made = browse_factory.made(80)
    store.write(lambda db: browse_factory.save(db, made))
    store.write(browse_factory.make_collections)
    yield Library(store, made, browse_factory.browsing(store, made))
    store.close()


@_ITS_OWN
@given(tree=trees())
@example(Not(Inside("/r/a")))
@example(Not(Standing("missing")))
@example(Not(Compare("year", ">", 1999)))
@example(Text("collection", "Smart"))
@example(Text("collection", "", whole=False))
@example(Text("drive", "DISK E", whole=True))
@example(Text("artist", "", whole=True))
@example(And((Alike("any"), Not(Text("tag", "")))))
def test_a_search_finds_what_its_words_mean(made_library: Library, tree: Node) -> None:
    if _names_nothing(tree, made_library.made):
        with pytest.raises(UserError, match="Nothing is called"):
            made_library.found(tree)
        return
    assert made_library.found(tree) == [
        each.item.id for each in made_library.made if each.places and _holds(tree, each)
    ]


@settings(_ITS_OWN, max_examples=40)
@given(seed=st.integers(0, 10**6), tree=trees())
def test_what_changes_is_found_as_it_is_now(made_library: Library, seed: int, tree: Node) -> None:
    """A library that was looked at before it changed is as one that is looked at first now."""
    fresh, chance = browse_factory.made(80, seed), random.Random(seed)  # noqa: S311
    places = chance.sample(range(80), chance.choice([1, 3, 80]))
    ahead = Library(
        made_library.store,
        made_library.made,
        browse_factory.browsing(made_library.store, made_library.made),
    )
    with pytest.MonkeyPatch.context() as at_once:
        at_once.setattr(catalogue, "_QUIET_SECONDS", 0.0)
        ahead.browsing.read_ahead()
    for place in places:
        made_library.made[place] = kept = _keeping(fresh[place], made_library.made[place])
        made_library.store.write(lambda db, one=kept: browse_factory.write(db, one))
    again = Library(
        made_library.store,
        made_library.made,
        browse_factory.browsing(made_library.store, made_library.made),
    )
    by_title = Browse()
    wanted = replace(by_title, sort=chance.choice(["year", "album", "series", "size", "artist"]))
    for each in (made_library, ahead):
        assert each.browsing.ids(by_title) == again.browsing.ids(by_title)
        assert each.browsing.ids(wanted) == again.browsing.ids(wanted)
        if not _names_nothing(tree, made_library.made):
            assert each.found(tree) == again.found(tree)
    ahead.browsing.close()


def _keeping(fresh: Made, old: Made) -> Made:
    """What people said cannot be unsaid by a scan."""
    return replace(
        fresh,
        put=(old.put | fresh.put) - fresh.taken,
        taken=(old.taken - fresh.put) | fresh.taken,
        note=fresh.note or old.note,
        collections=old.collections | fresh.collections,
        locked=old.locked or fresh.locked,
        state=old.state,
    )


def _names_nothing(tree: Node, made: list[Made]) -> bool:
    match tree:
        case And(parts) | Or(parts):
            return any(_names_nothing(part, made) for part in parts)
        case Not(part):
            return _names_nothing(part, made)
        case Alike(name):
            return not any(fold(name) in fold(each.item.title) for each in made if each.places)
        case _:
            return False


def _holds(node: Node, made: Made) -> bool:  # noqa: PLR0911 - one per noun
    match node:
        case And(parts):
            return all(_holds(part, made) for part in parts)
        case Or(parts):
            return any(_holds(part, made) for part in parts)
        case Not(part):
            return not _holds(part, made)
        case Text(field, text, whole):
            texts = _texts(made)[field]
            wanted = fold(text)
            return any(fold(each) == wanted if whole else wanted in fold(each) for each in texts)
        case OfKind(kind):
            return made.item.kind is kind
        case Compare(field, op, value):
            own = _numbers(made)[field]
            return own is not None and bool(_OPERATORS[op](own, value))
        case Standing(state):
            return _states(made)[state]
        case Inside(folder):
            return any(_lies(path, folder) for path in made.places)
        case Alike():
            return made.item.id == f"{0:032x}"


def _texts(made: Made) -> dict[str, Any]:
    item = made.item
    smart = {"Smart"} if made.state.liked else set()
    round_ = {"Round"} if made.state.stars == 5 else set()
    by = [item.artist, item.album_artist]
    tags = {fold(tag) for tag in made.tags} - {fold(tag) for tag in made.taken}
    return {
        "title": [item.title], "artist": by, "album": [item.album], "series": [item.series],
        "genre": [each for each in item.genres if each], "description": [item.description],
        "tag": tags | made.put, "note": [made.note] if made.note else [],
        "collection": made.collections | smart | round_,
        "drive": {ROOTS[path[:2]] for path in made.places},
        "any": [item.title, *by, item.album, item.series, *item.genres],
    }  # fmt: skip


def _numbers(made: Made) -> dict[str, Any]:
    item, state = made.item, made.state
    played = state.played_at
    return {
        "year": made.item.year, "length": item.duration or None, "size": made.size or None,
        "height": made.height or None, "season": item.season, "episode": item.episode,
        "track": item.track, "stars": state.stars, "plays": state.plays,
        "age": NOW - item.added_at, "rest": None if played is None else NOW - played,
        "added": datetime.fromtimestamp(item.added_at).astimezone().date(),
        "played": None if played is None else datetime.fromtimestamp(played).astimezone().date(),
    }  # fmt: skip


def _states(made: Made) -> dict[str, bool]:
    state = made.state
    is_missing = all(made.places.values())
    return {
        "available": not is_missing, "missing": is_missing, "seen": state.finished,
        "begun": state.progress > 0 and not state.finished, "liked": state.liked,
        "hidden": state.hidden, "rated": state.stars is not None, "locked": made.locked,
        "new": NOW - made.item.added_at <= 30 * DAY
        and state.played_at is None
        and not state.finished,
    }  # fmt: skip


def _lies(path: str, folder: str) -> bool:
    if folder.startswith("/"):
        return path.startswith(folder.rstrip("/") + "/")
    return fold(f"/{folder}/") in fold(path)


def test_the_longest_searches_are_no_trouble(made_library: Library) -> None:
    for text in ("a " * 500, "-a OR " * 160 + "a", "(" * 499 + "a" + ")" * 499):
        assert made_library.found(parse(text)) is not None


@settings(_ITS_OWN, max_examples=30)
@given(tree=trees())
def test_each_facet_narrows_to_as_many_as_it_says(made_library: Library, tree: Node) -> None:
    if _names_nothing(tree, made_library.made):
        return
    text = written(tree)
    found = made_library.browsing.ids(Browse(text=text))
    for facet in made_library.browsing.facets(Browse(text=text)):
        assert 0 < len(facet.values) <= 12
        for value in facet.values:
            both = f"({text}) {value.search}" if text else value.search
            narrowed = made_library.browsing.ids(Browse(text=both))
            assert len(narrowed) == value.items, (facet.name, value)
            assert set(narrowed) <= set(found)


def test_a_list_comes_between_two_facets(
    made_library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    done, begun = [], threading.Event()

    def slow(name: str) -> Callable[[Facets], list[Value]]:
        def counted(_: Facets) -> list[Value]:
            begun.set()
            time.sleep(0.2)
            done.append(name)
            return []

        return counted

    for name in ("one", "another"):
        monkeypatch.setitem(FACETS, name, (name, slow(name)))
    counting = threading.Thread(target=lambda: made_library.browsing.facets(Browse()))
    counting.start()
    begun.wait()
    made_library.browsing.rows(Browse())
    done.append("list")
    counting.join()
    assert done == ["one", "list", "another"]


def test_many_may_look_while_somebody_writes(made_library: Library) -> None:
    browsing, store, over = made_library.browsing, made_library.store, threading.Event()

    def look(call: Callable[[], object]) -> int:
        times = 0
        while not over.is_set():
            call()
            times += 1
        return times

    with ThreadPoolExecutor() as pool:
        calls: tuple[Callable[[], object], ...] = (
            lambda: browsing.ids(Browse(text="a -tag:b", sort="artist")),
            lambda: browsing.facets(Browse()),
            lambda: browsing.groups("albums"),
        )
        looking = [pool.submit(look, call) for call in calls]
        for seed in range(3):
            for place, fresh in enumerate(browse_factory.made(80, seed)):
                kept = _keeping(fresh, made_library.made[place])
                made_library.made[place] = kept
                store.write(lambda db, one=kept: browse_factory.write(db, one))
                # What was just written is there at once.
                is_there = kept.item.id in browsing.ids(Browse())
                assert is_there == bool(kept.places)
        over.set()
        assert all(each.result() for each in looking)
    again = browse_factory.browsing(store, made_library.made)
    assert browsing.ids(Browse()) == again.ids(Browse())
    wanted = Browse(text="tag:a OR year:1999", sort="album")
    assert browsing.ids(wanted) == again.ids(wanted)


def test_what_is_spelt_otherwise_is_shown_so_at_once(store: Store) -> None:
    made = [
        replace(each, places={f"/r/{n}": False}) for n, each in enumerate(browse_factory.made(3))
    ]
    for name in ("abba", "ABBA"):
        made = [replace(each, item=replace(each.item, artist=name)) for each in made]
        store.write(lambda db, made=made: browse_factory.save(db, made))
        if name == "abba":
            browsing = browse_factory.browsing(store, made)
        shown = [each.title for each in browsing.groups("artists")]
        assert name in shown
        assert len(shown) == len(set(map(fold, shown)))
