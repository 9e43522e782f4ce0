"""The next episode and the next track."""

from __future__ import annotations

import pytest
import sqlite_utils

from mediadesk.api import Item, Kind
from mediadesk.store import Database, Store, library
from mediadesk.store.following import following
from mediadesk.store.library import chapters


def add(store: Store, name: str, *, missing: bool = False, **more: object) -> None:
    """Put an item into the library, with what is needed here."""
    row = {
        "id": name, "kind": "episode", "title": name, "duration": 60.0, "artist": "", "album": "",
        "genres": "[]", "description": "", "facts": "{}", "added_at": 0.0,
    }  # fmt: skip
    place = {
        "path": f"/m/{name}", "root": "/m", "item": name, "size": 1, "mtime_ns": 1, "seen_at": 0.0,
        "missing": int(missing), "sidecars": "[]",
    }  # fmt: skip

    def change(db: Database) -> None:
        full = sqlite_utils.Database(db.conn)
        full.table("root").insert({"path": "/m", "added_at": 0.0}, ignore=True)
        full.table("item").insert(row | more)
        full.table("location").insert(place)

    store.write(change)


def after(store: Store, name: str) -> str | None:
    return following(store.read(), library.items(store.read(), [name])[name])


@pytest.fixture
def series(store: Store) -> Store:
    for season, episode in ((0, 1), (1, 1), (1, 2), (1, 10), (2, 1)):
        add(store, f"s{season}e{episode}", series="The Sea", season=season, episode=episode)
    add(store, "other", series="The Land", season=1, episode=3)
    return store


def test_the_next_episode_follows_by_number_over_the_end_of_a_season(series: Store) -> None:
    assert after(series, "s1e1") == "s1e2"
    assert after(series, "s1e2") == "s1e10"
    assert after(series, "s1e10") == "s2e1"
    assert after(series, "s2e1") is None


def test_extras_lead_into_no_season(series: Store) -> None:
    assert after(series, "s0e1") is None


def test_an_episode_whose_file_is_gone_is_passed_by(series: Store) -> None:
    add(series, "s1e3", missing=True, series="the sea", season=1, episode=3)
    assert after(series, "s1e2") == "s1e10"


def test_the_next_track_follows_over_the_end_of_a_disc_and_stays_with_the_artist(
    store: Store,
) -> None:
    for disc, track in ((None, 1), (1, 2), (2, 1)):
        name = f"d{disc}t{track}"
        add(store, name, kind="song", album="Best of", artist="Anna", disc=disc, track=track)
    add(store, "ben", kind="song", album="Best of", artist="Ben", disc=1, track=3)
    assert after(store, "dNonet1") == "d1t2"
    assert after(store, "d1t2") == "d2t1"
    assert after(store, "d2t1") is None


def test_a_film_and_an_unnumbered_song_have_nothing_after_them(store: Store) -> None:
    add(store, "film", kind="film")
    add(store, "song", kind="song", album="Best of", artist="Anna")
    assert after(store, "film") is None
    assert after(store, "song") is None


def test_chapters_are_seconds_and_titles(store: Store) -> None:
    add(store, "film", kind="film", chapters='[[0, "One"], [61.5, "Two"]]')
    assert chapters(store.read(), "film") == [(0.0, "One"), (61.5, "Two")]
    assert chapters(store.read(), "nothing") == []


def test_what_follows_is_found_without_looking_at_every_item(store: Store) -> None:
    asked: list[str] = []
    db = store.read()
    db.conn.set_trace_callback(asked.append)
    for place in ({"series": "a", "episode": 1}, {"album": "a", "track": 1}):
        following(db, Item(id="x", kind=Kind.SONG, title="", path=None, **place))
    db.conn.set_trace_callback(None)
    for query, index in zip(asked, ("series", "album"), strict=True):
        plan = [row[3] for row in db.conn.execute(f"EXPLAIN QUERY PLAN {query}")]
        assert plan[0] == f"SEARCH item USING INDEX item_of_{index} ({index}=?)"
