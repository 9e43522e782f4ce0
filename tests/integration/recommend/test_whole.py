"""The space of item vectors tells what is alike; blocks serve rankers and reasons."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from recommend_factory import NOW, Made, cloud, item_id, save

from mediadesk.api import RankRequest, Run, Scores
from mediadesk.recommend.candidates import Candidates
from mediadesk.recommend.index import Index
from mediadesk.recommend.likeness import Likeness
from mediadesk.recommend.ranking import Parts
from mediadesk.recommend.recommender import Recommender
from mediadesk.store import Store
from mediadesk.understand import FEATURE

THEMES, EACH = 4, 10
COUNT = THEMES * EACH


def made(fused: int = COUNT) -> list[Made]:
    """Give items whose pictures are of one theme and that are of another as a whole.

    The first `fused` of them have an item vector.
    """
    seen, whole = np.arange(COUNT) % THEMES, np.arange(COUNT) // EACH
    pictures, vectors = cloud(seen, 320, seed=1), cloud(whole, 64, seed=2)
    return [
        Made(
            number=n,
            theme=int(whole[n]),
            vectors={"keyframes": pictures[n]} | ({FEATURE: vectors[n]} if n < fused else {}),
        )
        for n in range(COUNT)
    ]


def begun(store: Store, folder: Path) -> Index:
    index = Index(store, folder)
    index.refresh()
    return index


def themes(found: list[str], of: list[Made]) -> list[int]:
    theme = {one.id: one.theme for one in of}
    return [theme[item] for item in found]


def alike(index: Index, item: str) -> dict[str, tuple[float, str]]:
    return Likeness(index, Candidates(index).near).to_seed(item)


def test_what_is_alike_goes_by_the_whole_and_the_reason_by_a_block(
    store: Store, recommender: Recommender
) -> None:
    items = made()
    save(store, items, moments=3)
    found = recommender.similar(items[3].id, limit=9)
    assert themes([pick.item for pick in found], items) == [0] * 9
    seen_alike = {each.id for each in items if each.number % THEMES == 3 % THEMES}
    told = {pick.item: pick.reasons[0].evidence for pick in found}
    assert {item for item, evidence in told.items() if evidence} == told.keys() & seen_alike
    for item in told.keys() & seen_alike:
        assert told[item].image.startswith(f"moment/{item}/keyframes/")
    scores = [pick.score for pick in found]
    assert scores == sorted(scores, reverse=True)
    assert 0 < scores[0] <= 1


@pytest.mark.parametrize("fused", [0, 1, 35])
def test_a_library_half_understood_is_as_without_it(
    store: Store, tmp_path: Path, fused: int
) -> None:
    save(store, made(fused))
    index = begun(store, tmp_path / "index")
    without = Store(tmp_path / "other.db")
    save(without, made(0))
    other = begun(without, tmp_path / "other")
    assert list(index.whole) == ["keyframes"]
    for n in (2, 38):
        assert alike(index, item_id(n)) == alike(other, item_id(n))
    ids = [item_id(n) for n in range(COUNT)]
    np.testing.assert_array_equal(
        Likeness(index, list).matrix(ids), Likeness(other, list).matrix(ids)
    )
    without.close()


def test_an_item_that_is_new_is_compared_by_its_blocks_until_it_is_understood(
    store: Store, tmp_path: Path
) -> None:
    items = made(fused=COUNT - 1)
    save(store, items)
    index = begun(store, tmp_path / "index")
    assert list(index.whole) == [FEATURE]
    new = items[-1]
    pictured = [number % THEMES for number in range(COUNT)]
    found = list(alike(index, new.id))[:5]
    numbers = {one.id: one.number for one in items}
    assert {pictured[numbers[item]] for item in found} == {pictured[COUNT - 1]}
    save(store, [made()[-1]])
    index.refresh()
    assert themes(list(alike(index, new.id))[:5], items) == [THEMES - 1] * 5


def test_rankers_get_every_block_and_nothing_twice(store: Store, tmp_path: Path) -> None:
    asked: list[RankRequest] = []

    class Ranker:
        name, model = "curious", None

        def rank(self, request: RankRequest, run: Run) -> Scores:  # noqa: ARG002
            asked.append(request)
            return Scores(values=np.zeros(len(request.candidates), np.float32))

    save(store, made())
    index = Index(store, tmp_path / "index")
    recommender = Recommender(store, index, lambda: Parts(rankers=[(Ranker(), dict)]))
    recommender.panel("me", now=NOW)
    assert [list(request.blocks) for request in asked] == [["keyframes"]]


def test_candidates_are_near_as_a_whole(store: Store, tmp_path: Path) -> None:
    items = made()
    save(store, items)
    index = begun(store, tmp_path / "index")
    near = Candidates(index).near(items[15].id)
    assert themes(near[:EACH], items) == [1] * EACH


def test_the_whole_is_the_same_from_the_cache_and_from_the_database(
    store: Store, tmp_path: Path
) -> None:
    items = made()
    save(store, items[:36])
    index = begun(store, tmp_path / "index")
    index.save()
    save(store, items[36:])
    index.refresh()
    cached, afresh = begun(store, tmp_path / "index"), begun(store, tmp_path / "elsewhere")
    for each in (cached, afresh):
        assert alike(each, items[0].id).keys() == alike(index, items[0].id).keys()


def test_an_item_that_lost_its_vector_is_compared_by_its_blocks(
    store: Store, tmp_path: Path
) -> None:
    items = made()
    save(store, items)
    index = begun(store, tmp_path / "index")
    vectors = {"keyframes": items[0].vectors["keyframes"], FEATURE: np.zeros(64, np.float32)}
    save(store, [replace(items[0], vectors=vectors)])
    index.refresh()
    assert list(index.compared(items[0].id)) == ["keyframes"]
    assert list(index.compared(items[1].id)) == [FEATURE]
