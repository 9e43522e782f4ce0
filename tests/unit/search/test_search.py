"""The search language: what it understands, and that the database finds what the words mean."""

import operator
import random
import string
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from mediadesk.api import Feature, Item, Kind, UserError
from mediadesk.engine.messages import SEARCHES
from mediadesk.search import parse, written
from mediadesk.search.language import both, either, negated
from mediadesk.store import Store, features, library
from mediadesk.store.query import (
    EVERYTHING,
    And,
    Compare,
    Inside,
    Node,
    Not,
    OfKind,
    Or,
    Standing,
    Text,
    where,
)

NOW = datetime(2026, 11, 22, 12).astimezone().timestamp()
DAY = 86_400
_OPERATORS = {
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
    ">=": operator.ge,
    ">": operator.gt,
}
_texts = st.text(
    st.sampled_from("aAbé%_\\\"“”＂'海「」（）()-:=<>,[] 　\n")
    | st.characters(exclude_categories=["Cs"]),
    max_size=4,
).filter(lambda text: "\0" not in text)
_operators = st.sampled_from(["<", "<=", "=", ">=", ">"])
_numbers = st.integers(0, 9999)
_terms = st.one_of(
    st.builds(Text, st.sampled_from(["any", "title", "artist", "album", "genre", "tag"]), _texts),
    st.builds(OfKind, st.sampled_from(Kind)),
    st.builds(Compare, st.just("year"), _operators, st.sampled_from([1999, 2000, 2001]) | _numbers),
    st.builds(Compare, st.just("length"), _operators, st.sampled_from([59, 60, 61]) | _numbers),
    st.builds(Compare, st.just("age"), _operators, _numbers.map(lambda days: days * DAY)),
    st.builds(
        Compare,
        st.just("added"),
        _operators,
        st.dates(date(2026, 11, 18), date(2026, 11, 24))
        | st.dates(date(1971, 1, 1), date(2999, 12, 31)),
    ),
    st.builds(Standing, st.sampled_from(["available", "missing", "seen", "liked", "hidden"])),
    st.builds(Inside, st.sampled_from(["/r", "/r/a", "/r/A/", "a", "A", "r/a", "b%", "海", "/"])),
)
_trees = st.just(EVERYTHING) | st.recursive(
    _terms,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(both),
        st.lists(inner, min_size=2, max_size=3).map(either),
        inner.map(negated),
    ),
    max_leaves=6,
)


@given(tree=_trees)
def test_what_is_written_is_understood_again(tree: Node) -> None:
    assert parse(written(tree)) == tree


_bits = st.sampled_from([
    "(", ")", "（", "-", " ", "OR", "AND", "NOT", '"', "“", "「", "year", ">", "=", "：", "1999",
    "..", "added:", "7d", "2026-02-30", "length:", "1h", "kind:", "海", "\0", "\udcff", "in:",
    "is:",
])  # fmt: skip


@given(text=st.text() | st.lists(_bits, max_size=12).map("".join))
def test_any_text_is_understood_or_refused(text: str) -> None:
    try:
        tree = parse(text)
    except UserError:
        return
    condition, _ = where(tree, states=lambda _: ())
    assert condition
    assert parse(written(tree)) == tree


@dataclass(frozen=True, slots=True)
class Made:
    """An item with its places (path → missing) and tags."""

    item: Item
    places: dict[str, bool]
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Library:
    store: Store
    made: tuple[Made, ...]
    states: dict[str, list[str]]

    def found(self, tree: Node) -> list[str]:
        condition, values = where(tree, states=self.states.__getitem__, now=NOW)
        sql = f"SELECT id FROM item WHERE {condition} ORDER BY id"
        return [row[0] for row in self.store.read().conn.execute(sql, values)]


@pytest.fixture(scope="module")
def made_library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    store = Store(tmp_path_factory.mktemp("search") / "library.db")
    chance = random.Random(7)  # noqa: S311 - no secret

    def text() -> str:
        return "".join(chance.choices("aAbé%_\\\"“'海」（)-: x", k=chance.randrange(6)))

    def one(number: int) -> Made:
        folders = chance.sample(["a", "A", "a/a", "b%", "海", "x/A"], chance.choice([1, 1, 2]))
        item = Item(
            id=f"{number:032x}", kind=chance.choice(list(Kind)), title=text(), path=None,
            duration=chance.choice([0.0, 59.0, 60.0, 60.5, 61.0]),
            year=chance.choice([None, 1999, 2000, 2001]), artist=text(), album=text(),
            genres=tuple({text() for _ in range(chance.randrange(3))}),
            added_at=NOW - chance.choice([0, 0.5, 1, 1.5, 2, 3, 40]) * DAY,
        )  # fmt: skip
        return Made(
            item=item,
            places={f"/r/{folder}/{number}.mp4": chance.random() < 0.3 for folder in folders},
            tags=tuple({text() for _ in range(chance.randrange(3))} - {""}),
        )

    made = tuple(one(number) for number in range(80))
    store.write(lambda db: _save(db, made))
    unread = [
        library.Location(path=Path(f"/r/a/unread{n}.mp4"), root=Path("/r"), size=1, mtime_ns=1)
        for n in range(2)
    ]
    store.write(lambda db: library.save_locations(db, unread))
    store.write(lambda db: library.set_missing(db, [str(unread[1].path)]))
    ids = [each.item.id for each in made]
    yield Library(
        store, made, {name: chance.sample(ids, 20) for name in ("seen", "liked", "hidden")}
    )
    store.close()


def _save(db: Database, made: tuple[Made, ...]) -> None:
    library.add_root(db, Path("/r"))
    for each in made:
        for path in each.places:
            place = library.Location(path=Path(path), root=Path("/r"), size=1, mtime_ns=1)
            library.save_locations(db, [place])
            library.save_item(db, each.item, facts={}, location=place)
        library.set_missing(db, [path for path, missing in each.places.items() if missing])
        feature = Feature(tags=dict.fromkeys(each.tags, 0.5))
        features.save(db, each.item.id, "look", feature, version=1, model="m")


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tree=_trees)
@example(Not(Inside("/r/a")))
@example(Not(Standing("missing")))
@example(Not(Compare("year", ">", 1999)))
def test_the_database_finds_what_the_words_mean(made_library: Library, tree: Node) -> None:
    expected = [each.item.id for each in made_library.made if _holds(tree, each, made_library)]
    assert made_library.found(tree) == expected


def _holds(node: Node, made: Made, among: Library) -> bool:  # noqa: PLR0911 - one per noun
    item = made.item
    match node:
        case And(parts):
            return all(_holds(part, made, among) for part in parts)
        case Or(parts):
            return any(_holds(part, made, among) for part in parts)
        case Not(part):
            return not _holds(part, made, among)
        case Text(field, text):
            own = {
                "title": [item.title], "artist": [item.artist], "album": [item.album],
                "genre": item.genres, "tag": made.tags,
                "any": [item.title, item.artist, item.album, *item.genres],
            }[field]  # fmt: skip
            return any(_folded(text) in _folded(each) for each in own)
        case OfKind(kind):
            return item.kind is kind
        case Compare(field, op, value):
            own_value: Any = {
                "year": item.year,
                "length": item.duration or None,
                "age": NOW - item.added_at,
                "added": datetime.fromtimestamp(item.added_at).astimezone().date(),
            }[field]
            return own_value is not None and _OPERATORS[op](own_value, value)
        case Standing("available" | "missing" as state):
            return all(made.places.values()) == (state == "missing")
        case Standing(state):
            return item.id in among.states[state]
        case Inside(folder):
            return any(_lies(path, folder) for path in made.places)


def _lies(path: str, folder: str) -> bool:
    if folder.startswith("/"):
        return path.startswith(folder.rstrip("/") + "/")
    return _folded(f"/{folder}/") in _folded(path)


def _folded(text: str) -> str:
    return "".join(each.lower() if each in string.ascii_uppercase else each for each in text)


def test_a_library_is_searched_in_the_order_of_titles(store: Store) -> None:
    made = tuple(
        Made(
            item=Item(id=f"id{n}", kind=Kind.CLIP, title=title, path=None),
            places={f"/r/{n}.mp4": False},
            tags=(),
        )
        for n, title in enumerate(["b", "A", "c", "a", "100% _x_"])
    )
    store.write(lambda db: _save(db, made))

    def found(text: str) -> list[str]:
        return library.matching(store.read(), parse(text), states=lambda _: ())

    assert found("") == ["id4", "id1", "id3", "id0", "id2"]
    assert found('"0% _X"') == ["id4"]
    assert found("kind:song") == []
    store.write(lambda db: library.remove_root(db, Path("/r")))
    assert found("") == []


def test_a_search_means_what_it_says() -> None:
    anna, storm = Text("artist", "anna"), Text("any", "storm")
    rain, snow = Text("any", "rain"), Text("any", "snow")
    nineties = And((Compare("year", ">=", 1990), Compare("year", "<=", 1999)))
    for said, meant in {
        "": EVERYTHING,
        "rain snow": And((rain, snow)),
        "rain AND snow OR storm": Or((And((rain, snow)), storm)),
        "rain -snow": And((rain, Not(snow))),
        "NOT (rain OR snow) storm": And((Not(Or((rain, snow))), storm)),
        'artist:anna "storm': And((anna, storm)),  # a quotation that is just being typed
        "（rain　OR　snow） ａｒｔｉｓｔ：anna": And((Or((rain, snow)), anna)),
        "“storm” year：1990..1999": And((storm, *nineties.parts)),
        "year≥１９９０ KIND:Film": And((Compare("year", ">=", 1990), OfKind(Kind.FILM))),
        "year:>1990": Compare("year", ">", 1990),
        "流浪地球：飞跃2020": Text("any", "流浪地球：飞跃2020"),
        "Alien: E=mc2": And((Text("any", "Alien:"), Text("any", "E=mc2"))),
        'title:"say ""hi"""': Text("title", 'say "hi"'),
        "length>1h30m": Compare("length", ">", 5400),
        "length:20m": And((Compare("length", ">=", 1200), Compare("length", "<", 1260))),
        "added:7d": Compare("age", "<=", 7 * DAY),
        "added>2026-01": Compare("added", ">", date(2026, 1, 31)),
        "added:2026-02-03": Compare("added", "=", date(2026, 2, 3)),
        "-is:seen in:“My films”": And((Not(Standing("seen")), Inside("My films"))),
    }.items():
        assert parse(said) == meant, said
    for shown, _ in SEARCHES:
        assert parse(shown) != EVERYTHING, shown


@pytest.mark.parametrize(
    ("search", "sentence"),
    [
        ("storm OR", "ends too soon: write something after “OR”"),
        ("a (b", "ends too soon: write something after “(b”, and a “)”"),
        ("a b)", "“)” at character 4"),
        ("a yaer:1999", "“yaer:1999” at character 3 isn't understood: did you mean “year”"),
        ("colour:red", "the fields are kind, year, title"),
        ("kind:opera", "the kinds are film, episode"),
        ("title: storm", "write the words right behind it"),
        ("title>storm", "write title:WORD"),
        ("kind: film", "the kinds are film"),
        ("year:x", "write year:1999, year>=1990 or year:1990..1999"),
        ("year>1990..1999", "write year:1999"),
        ("length<20", "write length<20m"),
        ("added:2026-02-30", "write added>2026-01-31"),
        ("added:9999", "write added>2026-01-31"),
        ("is:red", "it may be available, missing"),
        ("in:.", "write in:FOLDER"),
        ("(" * 500 + "a" + ")" * 499, "ends too soon"),
        ("-(a " * 150 + "a" + ")" * 150, "more than 30 deep"),
        ("a " * 501, "1,000 characters at most"),
    ],
)
def test_what_is_not_understood_is_named_with_what_is_allowed(search: str, sentence: str) -> None:
    with pytest.raises(UserError) as refused:
        parse(search)
    assert sentence in str(refused.value)


def test_the_longest_searches_are_no_trouble_to_the_database(made_library: Library) -> None:
    for text in ("a " * 500, "-a OR " * 160 + "a", "(" * 499 + "a" + ")" * 499):
        assert made_library.found(parse(text))
