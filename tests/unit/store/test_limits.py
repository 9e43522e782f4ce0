"""Who may see what, straight from a library of small things."""

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from mediadesk.api import Feature, Item, Kind
from mediadesk.store import (
    Store,
    changes,
    collections,
    features,
    library,
    limits,
    locations,
    registers,
    roots,
    versions,
)
from mediadesk.store.registers import TAG, Edit

ROOT = Path("/r")


@pytest.fixture
def films(store: Store) -> Store:
    """Six films: a to f; a is a drama, and b an épouvante."""

    def make(db: Database) -> None:
        roots.add(db, ROOT)
        for name in "abcdef":
            place = locations.Location(path=ROOT / name, root=ROOT, size=1, mtime_ns=1)
            locations.save_locations(db, [place])
            genres = {"a": ("Drama", "War"), "b": ("Épouvante",)}.get(name, ())
            item = Item(id=name, kind=Kind.FILM, title=name, path=None, genres=genres)
            library.save_item(db, item, facts={}, location=place)

    store.write(make)
    return store


_NOTHING: dict[str, Any] = {
    "max_age": None,
    "blocked_tags": (),
    "allowed_tags": (),
    "allowed_collections": (),
    "allowed_items": (),
}


def seen(store: Store, **told: Any) -> str:  # noqa: ANN401
    return "".join(sorted(limits.allowed(store.read(), **(_NOTHING | told))))


def tell(store: Store, item: str, fields: str) -> None:
    """Let an NFO file beside the item say something."""
    sql = "INSERT INTO told(item, source, fields) VALUES(?, 'sidecar', ?)"
    store.write(lambda db: db.conn.execute(sql, [item, fields]))


def guess(store: Store, item: str, extractor: str = "look", **tags: float) -> None:
    feature = Feature(tags=tags)
    store.write(lambda db: features.save(db, item, extractor, feature, version=1, model="m"))


def act(store: Store, write: Callable[[Database, str], list[str]]) -> str:
    return store.write(lambda db: changes.act(db, "Done", lambda change: write(db, change))).id


@pytest.mark.parametrize(
    ("blocked", "left"),
    [
        (["drama"], "bcdef"),
        (["WAR"], "bcdef"),
        (["épouvante"], "acdef"),
        (["ÉTÉ"], "abcde"),
        (["gore"], "abdef"),
        (["calm", "spooky"], "abcf"),
        (["dram"], "abcdef"),
    ],
)
def test_a_blocked_tag_hides_whoever_says_so_in_whatever_case(
    films: Store, blocked: list[str], left: str
) -> None:
    tell(films, "c", '{"tags": ["Gore"]}')
    guess(films, "d", Calm=0.9)
    guess(films, "e", Spooky=0.8, calm=0.3)
    registers_of = [Edit(item="f", field=f"{TAG}Été", value=True)]
    films.write(lambda db: registers.write(db, registers_of))
    assert seen(films, blocked_tags=blocked) == left


def test_a_guess_counts_unless_a_person_or_what_was_learnt_says_otherwise(films: Store) -> None:
    for item in "abcd":
        guess(films, item, calm=0.9)
    guess(films, "b", features.LEARNT, calm=0.1)
    guess(films, "e", features.LEARNT, Calm=0.9)
    films.write(lambda db: registers.write(db, [Edit(item="c", field=f"{TAG}Calm", value=False)]))
    assert seen(films, blocked_tags=["calm"]) == "bcf"


def test_what_is_blocked_stays_so_when_it_is_merged(films: Store) -> None:
    tell(films, "c", '{"tags": ["gore"]}')
    guess(films, "d", gore=0.9)
    assert seen(films, blocked_tags=["gore", "drama"]) == "bef"
    for old, new in ("ab", "ce", "df"):
        films.write(lambda db, old=old, new=new: versions.follow(db, old=old, new=new))
    assert seen(films, blocked_tags=["gore", "drama"]) == ""


def test_of_several_copies_the_strictest_age_counts(films: Store) -> None:
    for item, years in {"a": 6, "b": 16, "c": 6, "d": 12}.items():
        tell(films, item, f'{{"age": {years}}}')
    assert seen(films, max_age=12) == "acd"
    films.write(lambda db: versions.follow(db, old="b", new="a"))
    films.write(lambda db: versions.follow(db, old="d", new="f"))
    assert seen(films, max_age=12) == "cf"


def test_a_removed_collection_lets_nothing_in_any_more(films: Store) -> None:
    made = collections.new("For kids", search=None, sort="title")
    told = {"name": made.name, "sort": made.sort}
    act(films, lambda db, change: collections.alter(db, made.id, told, change=change))
    act(films, lambda db, change: collections.put(db, made.id, ["a", "b"], change=change))
    assert seen(films, allowed_collections=[made.id]) == "ab"
    before = limits.standing(films.read(), [made.id])
    act(films, lambda db, change: collections.alter(db, made.id, {"removed": True}, change=change))
    assert seen(films, allowed_collections=[made.id]) == ""
    assert limits.standing(films.read(), [made.id]) != before


def test_what_stands_changes_when_an_act_amid_others_is_taken_back(films: Store) -> None:
    films.write(lambda db: collections.put(db, "kids", ["a", "b"], change=""))
    films.write(lambda db: collections.take(db, "kids", ["b"], change=""))
    again = act(films, lambda db, change: collections.put(db, "kids", ["b"], change=change))
    act(films, lambda db, change: collections.put(db, "kids", ["c"], change=change))
    before = limits.standing(films.read(), ["kids"])
    films.write(lambda db: changes.undo(db, again))
    assert collections.members(films.read(), "kids") == ["a", "c"]
    assert limits.standing(films.read(), ["kids"]) != before


RULES: list[dict[str, Any]] = [
    {"blocked_tags": ["drama", "calm", "gore"]},
    {"max_age": 12, "blocked_tags": ["calm"], "allowed_tags": ["kept"]},
    {"allowed_items": ["a"], "allowed_tags": ["KEPT"], "blocked_tags": ["Drama"]},
    {"max_age": 6, "allowed_collections": ["kids"]},
]


def change(chance: random.Random, films: Store) -> None:
    """Do one of all the things by which something may be allowed from then on, or not any more."""
    item, other = chance.sample("abcdef", 2)
    tag = chance.choice(["Calm", "gore", "Kept", "drama", "other"])
    edit = Edit(item=item, field=f"{TAG}{tag}", value=chance.choice([True, False]))
    genres = chance.choice(["[]", '["Drama"]', '["Gore", "War"]'])
    told = chance.choice(
        ["{}", '{"age": 6}', '{"age": 16, "tags": ["Gore"]}', '{"tags": ["calm"]}']
    )
    by = chance.choice(["look", "listen", features.LEARNT])
    sure = chance.choice([0.2, 0.8])
    does: list[Callable[[Database], object]] = [
        lambda db: registers.write(db, [edit]),
        lambda db: db.conn.execute("UPDATE item SET genres = ? WHERE id = ?", [genres, item]),
        lambda db: db.conn.execute(
            "INSERT OR REPLACE INTO told(item, source, fields) VALUES(?, 'sidecar', ?)",
            [item, told],
        ),
        lambda db: features.save(db, item, by, Feature(tags={tag: sure}), version=1, model="m"),
        lambda db: collections.put(db, "kids", [item], change=""),
        lambda db: versions.follow(db, old=item, new=other),
    ]
    films.write(chance.choices(does, [6, 6, 6, 6, 1, 1])[0])


@pytest.mark.parametrize("seed", range(12))
def test_to_follow_what_changes_gives_what_looking_at_all_gives(films: Store, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - no secret
    rules = [_NOTHING | rule for rule in RULES]
    films.write(lambda db: collections.alter(db, "kids", {"name": "For kids"}, change=""))
    known: list[limits.Allowed | None] = [None] * len(rules)
    for _ in range(40):
        for _ in range(chance.randint(1, 3)):
            change(chance, films)
        known = [
            limits.follow(films.read(), before, **rule)
            for before, rule in zip(known, rules, strict=True)
        ]
        for now, rule in zip(known, rules, strict=True):
            assert now is not None
            assert now.items == limits.allowed(films.read(), **rule)


def test_what_tells_nothing_leaves_all_that_is_allowed_as_it_is(films: Store) -> None:
    rule = _NOTHING | {"blocked_tags": ["drama"]}
    before = limits.follow(films.read(), None, **rule)
    assert limits.follow(films.read(), before, **rule) is before
    films.write(lambda db: registers.write(db, [Edit(item="c", field=f"{TAG}Calm", value=True)]))
    after = limits.follow(films.read(), before, **rule)
    assert after.items is before.items
    films.write(lambda db: registers.write(db, [Edit(item="c", field=f"{TAG}drama", value=True)]))
    assert limits.follow(films.read(), after, **rule).items == before.items - {"c"}
