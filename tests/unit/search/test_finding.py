"""Searches find what their words mean: in any library and for any search."""

import operator
import random
import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, get_args

import browse_factory
import pytest
from browse_factory import DAY, NOW, ROOTS, Made
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from search_trees import trees

from mediadesk.api import UserError
from mediadesk.engine.browsing import Browsing
from mediadesk.engine.looking import Look
from mediadesk.engine.messages import Browse
from mediadesk.search import catalogue, parse, written
from mediadesk.search.facets import FACETS, Facets, Value
from mediadesk.search.finding import Finder
from mediadesk.search.folding import fold
from mediadesk.search.kept import KeptColumns
from mediadesk.search.terms import FIELDS
from mediadesk.search.tree import (
    Alike,
    And,
    Compare,
    CompareField,
    Inside,
    Node,
    Not,
    OfKind,
    Operator,
    Or,
    Standing,
    Text,
)
from mediadesk.store import Database, Store
from mediadesk.store import browse as reading
from mediadesk.store.edges import ROLES

_OPERATORS = {
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
    ">=": operator.ge,
    ">": operator.gt,
}
_WORDS = re.compile(r"(?<=[^\W_])[._]+(?=[^\W_])")
_ALWAYS = {"kind", "is", "in", "similar"}
"""The fields that nothing is without."""
_ITS_OWN = settings(
    max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)


class Library:
    def __init__(self, store: Store, made: list[Made], browsing: Browsing) -> None:
        self.store = store
        self.made = made
        self.browsing = browsing

    def found(self, tree: Node) -> list[str]:
        def found(look: Look) -> list[str]:
            finder = Finder(look.catalogue, look.db, look, when=NOW)
            numbers = finder.found(tree).nonzero()[0].tolist()
            return sorted(reading.ids(look.db, numbers).values())

        return self.browsing._look("me", found)


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
@example(Inside("/r/a"))
@example(Inside("a"))
@example(Not(Inside("/r/a")))
@example(Not(Standing("missing")))
@example(Not(Compare("year", ">", 1999)))
@example(Text("collection", "Smart"))
@example(Text("collection", "", whole=False))
@example(Text("drive", "DISK E", whole=True))
@example(Text("artist", "", whole=True))
@example(Text("album", "", whole=True))
@example(Text("title", "", whole=True))
@example(Text("genre", "", whole=True))
@example(Text("tag", "", whole=True))
@example(Text("person", ""))
@example(Text("place", "", whole=True))
@example(Text("note", "", whole=True))
@example(Text("drive", "", whole=True))
@example(Text("collection", "", whole=True))
@example(And((Alike("any"), Not(Text("tag", "")))))
def test_a_search_finds_what_its_words_mean(made_library: Library, tree: Node) -> None:
    if _names_nothing(tree, made_library.made):
        with pytest.raises(UserError, match="Nothing is called"):
            made_library.found(tree)
        return
    assert made_library.found(tree) == [
        each.item.id for each in made_library.made if each.places and _holds(tree, each)
    ]


@pytest.mark.parametrize("field", ["added", "played"])
@pytest.mark.parametrize("op", get_args(Operator))
def test_days_are_compared_from_midnight_to_midnight(
    made_library: Library, field: CompareField, op: Operator
) -> None:
    here = [each for each in made_library.made if each.places]
    for ago in range(4):
        day = datetime.fromtimestamp(NOW - ago * DAY).astimezone().date()
        tree = Compare(field, op, day)
        assert made_library.found(tree) == [each.item.id for each in here if _holds(tree, each)]


@pytest.mark.parametrize("field", [each for each in FIELDS if each not in _ALWAYS])
def test_an_empty_value_finds_what_has_none(made_library: Library, field: str) -> None:
    def has(each: Made) -> bool:
        texts = _texts(each)
        if field in texts:
            return any(map(fold, texts[field]))
        number = _numbers(each)[field]
        return number is not None and (field != "plays" or number > 0)

    here = [each for each in made_library.made if each.places]
    for said, wanted in ((f'{field}=""', False), (f'-{field}=""', True)):
        tree = parse(said)
        assert parse(written(tree)) == tree
        assert made_library.found(tree) == [each.item.id for each in here if has(each) is wanted]


@pytest.fixture
def at_once() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as patched:
        yield patched


@settings(_ITS_OWN, max_examples=40)
@given(seed=st.integers(0, 10**6), tree=trees())
def test_what_changes_is_found_as_it_is_now(
    made_library: Library, at_once: pytest.MonkeyPatch, seed: int, tree: Node
) -> None:
    """A library that was looked at before it changed is as one that is looked at first now."""
    fresh, chance = browse_factory.made(80, seed), random.Random(seed)  # noqa: S311
    places = chance.sample(range(80), chance.choice([1, 3, 80]))
    ahead = Library(
        made_library.store,
        made_library.made,
        browse_factory.browsing(made_library.store, made_library.made),
    )
    at_once.setattr(catalogue, "_QUIET_SECONDS", 0.0)
    at_once.setattr(catalogue, "_FEW", 0)  # what was kept is of this change or some earlier one
    at_once.setattr(catalogue, "_MANY", chance.choice([0, 10]))
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
    kept = Library(
        made_library.store,
        made_library.made,
        browse_factory.browsing(
            made_library.store,
            made_library.made,
            kept=KeptColumns(made_library.store.path.parent / "columns", made_library.store.path),
        ),
    )
    for each in (made_library, ahead, kept):
        assert each.browsing.ids(by_title) == again.browsing.ids(by_title)
        assert each.browsing.ids(wanted) == again.browsing.ids(wanted)
        if not _names_nothing(tree, made_library.made):
            assert each.found(tree) == again.found(tree)
    assert [each.title for each in kept.browsing.groups("artists")] == [
        each.title for each in again.browsing.groups("artists")
    ]
    ahead.browsing.close()


def test_columns_are_kept_for_their_own_library(
    made_library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue, "_FEW", 0)
    listed = made_library.browsing.ids(Browse())
    whole: list[str] = []
    rows = reading.rows

    def noted(
        db: Database, source: reading.Source, *, only: Sequence[int] | None
    ) -> Iterator[list[tuple[Any, ...]]]:
        if only is None:
            whole.append(source)
        return rows(db, source, only=only)

    monkeypatch.setattr(reading, "rows", noted)

    def read(library: Path) -> list[str]:
        """Give what is read as a whole for a list of what is kept from this file."""
        whole.clear()
        kept = KeptColumns(tmp_path / "columns", library)
        browsing = browse_factory.browsing(made_library.store, made_library.made, kept=kept)
        assert browsing.ids(Browse()) == listed
        return sorted(whole)

    library = made_library.store.path
    assert read(library) == ["places", "titles"]
    assert read(library) == []
    monkeypatch.setattr("mediadesk.search.kept.SURE", 0.9, raising=False)
    assert read(library) == ["places", "titles"], "which tags are facts is another question now"
    restored = tmp_path / "restored.db"
    restored.touch()
    assert read(restored) == ["places", "titles"]
    assert read(library) == ["places", "titles"]
    titles = tmp_path / "columns" / "titles.npz"
    whole_file = titles.read_bytes()
    packed_otherwise = bytearray(whole_file)
    packed_otherwise[whole_file.rindex(b"PK\x01\x02") + 10] = 99
    for damaged in (b"", whole_file[:-200], packed_otherwise):
        titles.write_bytes(damaged)
        assert read(library) == ["titles"]


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
        case Text():
            return _says(node, made)
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


def _says(node: Text, made: Made) -> bool:
    texts, wanted = list(map(fold, _texts(made)[node.field])), fold(node.text)
    if node.whole:
        return wanted in texts if wanted else not any(texts)
    written = {wanted}
    if node.field == "any":
        written.add(" ".join(_WORDS.split(wanted)))
    return any(one in each for one in written for each in texts)


def _texts(made: Made) -> dict[str, Any]:
    item = made.item
    smart = {"Smart"} if made.state.liked else set()
    round_ = {"Round"} if made.state.stars == 5 else set()
    by = [item.artist, item.album_artist]
    tags = {fold(tag) for tag in made.tags} - {fold(tag) for tag in made.taken}
    nodes: dict[str, list[str]] = {kind: [] for kind in reading.NODES}
    for role, names in made.credits.items():
        nodes[ROLES[role]] += names
    return {
        **nodes, "person": [each for each in (*by, *nodes["person"]) if each],
        "title": [item.title], "artist": by, "album": [item.album], "series": [item.series],
        "genre": [each for each in item.genres if each], "description": [item.description],
        "tag": tags | made.put, "note": [made.note] if made.note else [],
        "collection": made.collections | smart | round_,
        "drive": {ROOTS[path[:2]] for path in made.places},
        "any": [item.title, *by, item.album, item.series, *item.genres, *nodes["person"]],
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


def test_the_name_of_a_file_finds_the_title_that_was_guessed_from_it(store: Store) -> None:
    titles = ("IMG 1234", "Blade Runner 2049", "St. Elmo v1.2")
    made = [
        replace(each, item=replace(each.item, title=title), places={f"/r/{title}": False})
        for each, title in zip(browse_factory.made(3), titles, strict=True)
    ]
    store.write(lambda db: browse_factory.save(db, made))
    browsing = browse_factory.browsing(store, made)
    said = ("img_1234", "Blade.Runner.2049", "v1.2")
    found = [browsing.ids(Browse(text=text)) for text in said]
    assert found == [(each.item.id,) for each in made]


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


def test_a_list_comes_while_what_is_alike_is_looked_for(made_library: Library) -> None:
    browsing, made = made_library.browsing, made_library.made
    lists: list[tuple[str, ...]] = []

    def alike(_: str) -> list[str]:
        with ThreadPoolExecutor(1) as another:
            lists.append(another.submit(browsing.ids, Browse()).result(30))
        return [made[0].item.id]

    with pytest.MonkeyPatch.context() as slow:
        slow.setattr(browsing, "_alike", alike)
        found = browsing.ids(Browse(text=f"similar:{made[1].item.id}"))
    assert lists == [browsing.ids(Browse())]
    assert set(found) <= {made[0].item.id}


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


def test_what_is_spelt_otherwise_since_it_was_read_ahead_is_shown_so(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue, "_QUIET_SECONDS", 0.0)
    abba = [
        replace(each, item=replace(each.item, artist="abba"), places={f"/r/{n}": False})
        for n, each in enumerate(browse_factory.made(3))
    ]
    store.write(lambda db: browse_factory.save(db, abba))
    browsing = browse_factory.browsing(store, abba)
    browsing.read_ahead()
    wait(browsing._catalogue._ahead.values())
    made = [replace(each, item=replace(each.item, artist="ABBA")) for each in abba]
    store.write(lambda db: browse_factory.save(db, made))
    assert "ABBA" in [each.title for each in browsing.groups("artists")]
    browsing.close()


def test_a_spelling_that_nothing_has_any_more_is_not_shown(store: Store) -> None:
    def written(*names: str) -> list[Made]:
        return [
            replace(each, item=replace(each.item, artist=name), places={f"/r/{n}": False})
            for n, (each, name) in enumerate(zip(browse_factory.made(2), names, strict=True))
        ]

    made = written("abba", "ABBA")
    store.write(lambda db: browse_factory.save(db, made))
    browsing = browse_factory.browsing(store, made)
    assert "abba" in [each.title for each in browsing.groups("artists")]
    store.write(lambda db: browse_factory.save(db, written("ABBA", "ABBA")))
    assert "ABBA" in [each.title for each in browsing.groups("artists")]
