from concurrent.futures import ThreadPoolExecutor
from operator import is_

import numpy as np
import pytest

from mediadesk.api import EventKind
from mediadesk.recommend.history import History
from mediadesk.recommend.profile import TELLING, opinions, states
from mediadesk.store import Database, Store, oplog, profiles, versions


def test_following_the_log_gives_what_reading_it_whole_gives(store: Store) -> None:
    chance, history = np.random.default_rng(1), History()
    kinds = list(EventKind)
    for step in range(120):
        store.write(
            lambda db, step=step: oplog.add_event(
                db,
                profile=str(chance.choice(["me", "you"])),
                item=str(chance.choice(["a", "b", "c"])),
                kind=kinds[chance.integers(len(kinds))],
                value=float(chance.random()),
                at=float(chance.integers(1_000) + step / 1_000),
            )
        )
        if step == 60:
            store.write(lambda db: versions.follow(db, old="a", new="d"))
        if step % 7 == 0:
            for who in ("me", "you"):
                whole = states(oplog.events(store.read(), profile=who))
                assert history.states(store.read(), who) == whole


def test_a_page_of_items_does_not_wait_for_thousands(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(db: Database) -> None:
        profiles.add(db, "we", members=("me",))
        for n in range(3_000):
            said = EventKind.RATED if n % 2 else EventKind.LIKE
            oplog.add_event(db, profile="me", item=f"{n % 700}", kind=said, value=0.8, at=float(n))
        versions.follow(db, old="1", new="2")

    store.write(write)
    page = ["1", "2", "3", "none"]
    for who in ("me", "we"):
        told = History().states(store.read(), who)
        expected = {item: told[item] for item in page if item in told}
        with monkeypatch.context() as only:
            only.setattr(History, "states", pytest.fail)
            assert History().of(store.read(), who, page) == expected
        assert set(expected) == {"2", "3"}
    history = History()
    history.states(store.read(), "me")
    store.write(lambda db: versions.follow(db, old="3", new="4"))  # all is read anew after this
    monkeypatch.setattr(History, "states", pytest.fail)
    assert set(history.of(store.read(), "me", page)) == {"2"}


def test_of_few_news_a_page_knows_as_all_do(store: Store) -> None:
    history = History()
    store.write(lambda db: oplog.add_event(db, profile="me", item="a", kind=EventKind.LIKE))
    assert history.of(store.read(), "me", ["b"]) is history.states(store.read(), "me")


def test_opinions_need_but_the_events_that_tell_of_them(store: Store) -> None:
    chance, kinds = np.random.default_rng(2), list(EventKind)

    def write(db: Database) -> None:
        for step in range(600):
            oplog.add_event(
                db,
                profile="me",
                item=str(chance.integers(200)),
                kind=kinds[chance.integers(len(kinds))],
                value=float(chance.random()),
                at=float(step),
            )

    store.write(write)
    telling = History(kinds=TELLING).states(store.read(), "me")
    whole = History().states(store.read(), "me")
    assert len(opinions(whole)) > 100
    assert opinions(telling) == opinions(whole)


def test_a_state_that_is_undone_is_gone(store: Store) -> None:
    history = History()
    for at, kind in enumerate((EventKind.LIKE, EventKind.UNDO)):
        store.write(
            lambda db, at=at, kind=kind: oplog.add_event(
                db, profile="me", item="a", kind=kind, at=float(at)
            )
        )
        assert ("a" in history.states(store.read(), "me")) == (kind is EventKind.LIKE)


def test_who_looks_at_an_older_view_makes_nobody_begin_anew(store: Store) -> None:
    def like(item: str) -> None:
        store.write(
            lambda db: oplog.add_event(db, profile="me", item=item, kind=EventKind.LIKE, at=1.0)
        )

    history, db = History(), store.read()
    like("a")
    db.conn.execute("BEGIN")
    history.states(db, "me")
    like("b")
    with ThreadPoolExecutor(1) as other:
        newer = other.submit(lambda: history.states(store.read(), "me")).result()
    assert set(newer) == {"a", "b"}
    assert history.states(db, "me") is newer
    db.conn.execute("ROLLBACK")


def test_what_another_does_leaves_where_one_stands_and_ones_group(store: Store) -> None:
    def tell(who: str) -> None:
        store.write(lambda db: oplog.add_event(db, profile=who, item="a", kind=EventKind.LIKE))

    store.write(lambda db: profiles.add(db, "we", members=("me",)))
    history = History()
    tell("me")
    before = [history.states(store.read(), who) for who in ("me", "we")]
    tell("another")
    after = [history.states(store.read(), who) for who in ("me", "we")]
    assert all(map(is_, after, before)), "nothing was summed up anew"
    tell("me")
    assert not any(map(is_, [history.states(store.read(), who) for who in ("me", "we")], before))
