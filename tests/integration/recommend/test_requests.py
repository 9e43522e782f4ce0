"""What rankers are told beside vectors: facts, genres, and what others think."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from recommend_factory import NOW, Made, item_id, save

from mediadesk.api import Crowd, EventKind, Kind, Opinion, RankRequest
from mediadesk.recommend import requests as module
from mediadesk.recommend.history import History
from mediadesk.recommend.index import Index
from mediadesk.recommend.requests import Requests
from mediadesk.store import Database, Store, oplog, told

COUNT = 12
IDS = [item_id(n) for n in range(COUNT)]


@pytest.fixture
def requests(store: Store, tmp_path: Path) -> Requests:
    random = np.random.default_rng(0)
    rows = random.normal(size=(COUNT, 16)).astype(np.float32)
    save(
        store,
        [
            Made(
                number=n,
                theme=0,
                vectors={"audio": rows[n]},
                kind=Kind.SONG if n % 2 else Kind.FILM,
            )
            for n in range(COUNT)
        ],
    )
    index = Index(store, tmp_path / "index")
    index.refresh()
    return Requests(index, History())


def liked(*numbers: int, value: float = 1.0) -> list[Opinion]:
    return [Opinion(item=IDS[n], value=value, at=NOW - 100 + n) for n in numbers]


def asked(
    requests: Requests, store: Store, among: Sequence[int], held: Sequence[Opinion], who: str = "me"
) -> RankRequest:
    ids = [IDS[n] for n in among]
    return requests.make(store.read(), who, among=ids, held=held, now=NOW)


def tell(store: Store, number: int, **fields: object) -> None:
    def write(db: Database) -> None:
        told.tell(db, IDS[number], "sidecar", fields)
        told.settle(db, [IDS[number]])

    store.write(write)


def say(store: Store, who: str, kind: EventKind, *numbers: int) -> None:
    def write(db: Database) -> None:
        for n in numbers:
            oplog.add_event(db, profile=who, item=IDS[n], kind=kind, at=NOW - 50 + n)

    store.write(write)


def test_the_same_candidates_are_the_same_arrays_until_a_vector_changes(
    requests: Requests, store: Store, tmp_path: Path
) -> None:
    first, again = (asked(requests, store, [0, 1, 2], liked(n)) for n in (4, 5))
    assert again.blocks["audio"].candidates is first.blocks["audio"].candidates
    others = asked(requests, store, [2, 1, 0], liked(4)).blocks["audio"].candidates
    np.testing.assert_array_equal(others, first.blocks["audio"].candidates[::-1])
    vectors = {"audio": np.ones(16, np.float32)}
    save(store, [Made(number=1, theme=0, vectors=vectors)])
    requests._index.refresh()
    changed = asked(requests, store, [0, 1, 2], liked(4)).blocks["audio"].candidates
    np.testing.assert_array_equal(changed[1], vectors["audio"])
    np.testing.assert_array_equal(changed[[0, 2]], first.blocks["audio"].candidates[[0, 2]])
    with pytest.raises(ValueError, match="read-only"):
        changed[:] = 0


def test_of_candidates_only_those_asked_for_lately_are_kept(
    requests: Requests, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_KEPT", 6)
    for n in range(8):
        asked(requests, store, [n, n + 1], liked(11))
    assert list(requests._kept) == [(IDS[n], IDS[n + 1]) for n in (5, 6, 7)]
    asked(requests, store, range(7), liked(11))
    assert not requests._kept


def test_facts_are_columns_in_the_order_of_the_request(requests: Requests, store: Store) -> None:
    tell(store, 1, year=1999, artist="Lee", season=2)
    tell(store, 2, year=2001, artist="lee")
    tell(store, 3, artist="Ann")
    facts = asked(requests, store, [3, 1, 0], liked(2)).facts
    assert facts is not None
    there, judged = facts.candidates, facts.history
    np.testing.assert_array_equal(there.year, [np.nan, 1999, np.nan])
    np.testing.assert_array_equal(there.season, [np.nan, 2, np.nan])
    assert judged.year.tolist() == [2001]
    assert there.artist[1] == judged.artist[0] != there.artist[0] >= 0
    assert there.artist[2] == -1
    assert [tuple(Kind)[n] for n in there.kind] == [Kind.SONG, Kind.SONG, Kind.FILM]
    assert there.duration.tolist() == [600, 600, 600]
    assert there.added[1] > there.added[0], "a lower number came later"


def test_quality_is_what_the_public_thinks_less_sure_with_fewer_votes(
    requests: Requests, store: Store
) -> None:
    for n, votes in ((0, 10_000), (1, 10), (2, None)):
        tell(store, n, rating=0.9, votes=votes)
    facts = asked(requests, store, [0, 1, 2, 3], []).facts
    assert facts is not None
    sure, hardly, untold, unknown = facts.candidates.quality.tolist()
    assert sure == pytest.approx(0.9, abs=0.002)
    assert 0.65 < untold < hardly < 0.75
    assert np.isnan(unknown)
    np.testing.assert_array_equal(facts.candidates.votes, [10_000, 10, np.nan, np.nan])


def test_what_is_written_about_an_item_is_known_at_once(requests: Requests, store: Store) -> None:
    assert np.isnan(asked(requests, store, [1], []).facts.candidates.year[0])
    tell(store, 1, year=1999)
    assert asked(requests, store, [1], []).facts.candidates.year[0] == 1999


def test_the_cosine_of_genres_is_that_of_two_sets(requests: Requests, store: Store) -> None:
    for n, own in enumerate([["Drama"], ["drama", "Sea"], ["Sea"], [], ["Drama", "Heist"]]):
        tell(store, n, genres=own)
    block = asked(requests, store, [0, 1, 3], liked(4, 2, 5)).blocks["genres"]
    half = 0.5**0.5
    np.testing.assert_allclose(
        block.candidates @ block.history.T, [[half, 0, 0], [0.5, half, 0], [0, 0, 0]], atol=1e-6
    )
    np.testing.assert_allclose(np.linalg.norm(block.history, axis=1), [1, 1, 0], atol=1e-6)
    fewer = asked(requests, store, [0, 1, 3], liked(4)).blocks["genres"]
    np.testing.assert_array_equal(fewer.candidates, block.candidates)
    assert "genres" not in asked(requests, store, [0], liked(2)).blocks


def row(crowd: Crowd, person: int) -> dict[int, float]:
    """Give column → opinion."""
    own = slice(crowd.start[person], crowd.start[person + 1])
    return dict(zip(crowd.item[own].tolist(), crowd.value[own].tolist(), strict=True))


def test_the_crowd_is_everybody_else(requests: Requests, store: Store) -> None:
    assert asked(requests, store, [0, 1], liked(2)).crowd is None
    say(store, "me", EventKind.LIKE, 2)
    assert asked(requests, store, [0, 1], liked(2)).crowd is None
    say(store, "ann", EventKind.LIKE, 2, 0)
    say(store, "bob", EventKind.LESS, 0)
    say(store, "cy", EventKind.SHOWN, 1)
    crowd = asked(requests, store, [0, 1], liked(2)).crowd
    assert crowd is not None
    assert (len(crowd.start), crowd.items) == (3, 2)
    one, unknown = crowd.candidates.tolist()
    assert unknown == -1
    assert row(crowd, 0) == {one: 1.0, crowd.history[0]: 1.0}
    assert row(crowd, 1) == {one: -1.0}
    assert crowd.at[0] < crowd.at[1], "oldest first"
    mine = asked(requests, store, [0, 1], liked(2), who="ann").crowd
    assert mine is not None
    assert row(mine, 1) == {int(mine.history[0]): 1.0}, "bob, then me"


def test_the_crowd_stays_the_same_until_another_person_says_something(
    requests: Requests, store: Store
) -> None:
    def crowd() -> Crowd:
        found = asked(requests, store, [0, 1], liked(2)).crowd
        assert found is not None
        return found

    say(store, "ann", EventKind.LIKE, 2)
    before = crowd()
    say(store, "me", EventKind.LIKE, 4)
    say(store, "ann", EventKind.SHOWN, 5)
    assert crowd().item is before.item
    say(store, "ann", EventKind.LIKE, 5)
    later = crowd()
    assert later.mark != before.mark
    assert len(later.item) == 2
    say(store, "ann", EventKind.UNDO, 5)
    assert crowd().mark == before.mark, "the same content goes by the same name"


def test_a_request_without_a_seed_is_the_one_that_would_have_been_made(
    requests: Requests, store: Store
) -> None:
    for n in range(COUNT):
        tell(store, n, genres=["a", "b"][: 1 + n % 2], year=1990 + n)
    say(store, "ann", EventKind.LIKE, *range(6))
    held = liked(5, 6, 7)
    less = asked(requests, store, [0, 1, 2], held).forgetting(IDS[6])
    made = asked(requests, store, [0, 1, 2], [held[0], held[2]])
    assert less.history == made.history
    assert less.blocks.keys() == made.blocks.keys() == {"audio", "genres"}
    for name, block in made.blocks.items():
        np.testing.assert_array_equal(less.blocks[name].history, block.history)
        np.testing.assert_array_equal(less.blocks[name].candidates, block.candidates)
    np.testing.assert_array_equal(less.facts.history.year, made.facts.history.year)
    np.testing.assert_array_equal(less.crowd.history, made.crowd.history)


def test_each_knows_what_the_other_said_last(requests: Requests, store: Store) -> None:
    for turn, (who, other) in enumerate([("me", "you"), ("you", "me")] * 2):
        store.write(
            lambda db, who=who, n=turn: oplog.add_event(
                db, profile=who, item=IDS[n], kind=EventKind.LIKE, at=NOW + n
            )
        )
        assert asked(requests, store, [9], [], who=who) is not None
        crowd = asked(requests, store, [turn], [], who=other).crowd
        assert crowd is not None
        assert crowd.candidates.tolist() == [crowd.items - 1]
        told = requests.crowds.others(store.read(), other)
        assert [opinion.item for opinion in told[who]] == IDS[turn % 2 : turn + 1 : 2]
