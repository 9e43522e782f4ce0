from __future__ import annotations

import shutil
import sys
import threading
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from recommend_factory import Made, cloud, item_id, save

from mediadesk.api import Array, Feature, unit
from mediadesk.recommend import index as index_module
from mediadesk.recommend.hnsw import Graph
from mediadesk.recommend.index import Index
from mediadesk.recommend.ranking import Parts
from mediadesk.recommend.recommender import Recommender
from mediadesk.recommend.space import Space
from mediadesk.store import Store, features, safety
from mediadesk.understand import FEATURE

DIMENSIONS = 24


def library(store: Store, count: int, *, first: int = 0) -> Array:
    themes = np.arange(count) % 5
    vectors = cloud(themes, DIMENSIONS, seed=first + 1)
    save(
        store,
        [
            Made(number=first + n, theme=int(themes[n]), vectors={"x": vectors[n]})
            for n in range(count)
        ],
    )
    return vectors


def learn(store: Store, number: int, vector: Array | None, *, model: str = "m") -> None:
    feature = Feature(summary=None if vector is None else np.asarray(vector, np.float32))
    store.write(lambda db: features.save(db, item_id(number), "x", feature, version=1, model=model))


def brute_force(vectors: Array, query: Array, count: int) -> Array:
    centre = vectors.mean(axis=0)
    return np.argsort(-(unit(vectors - centre) @ unit(query - centre)))[:count]


def test_exact_neighbours_are_those_of_brute_force(store: Store, tmp_path: Path) -> None:
    vectors = library(store, 300)
    index = Index(store, tmp_path / "index")
    assert index.refresh()
    found, similar = index.neighbours("x", vectors[:7], 10)
    for n in range(7):
        assert found[n] == [item_id(k) for k in brute_force(vectors, vectors[n], 10)]
    assert np.all(np.diff(similar, axis=1) <= 1e-6)
    assert similar[:, 0] == pytest.approx(1, abs=1e-4)


def test_it_follows_new_vectors_and_replaced_ones(store: Store, tmp_path: Path) -> None:
    vectors = library(store, 50)
    index = Index(store, tmp_path / "index")
    index.refresh()
    assert not index.refresh()
    learn(store, 3, -vectors[3])
    library(store, 5, first=50)
    assert index.refresh()
    assert index.vectors("x", [item_id(3)])[0] == pytest.approx(-vectors[3])
    assert index.vectors("x", [item_id(54)]).any()
    assert not index.vectors("x", ["no such item"]).any()


def test_a_feature_that_lost_its_vector_is_near_to_nothing(store: Store, tmp_path: Path) -> None:
    vectors = library(store, 50)
    index = Index(store, tmp_path / "index")
    index.refresh()
    learn(store, 3, None)
    index.refresh()
    assert not index.vectors("x", [item_id(3)]).any()
    found, _ = index.neighbours("x", vectors[3:4], 49)
    assert item_id(3) not in found[0]


def test_only_the_newest_model_of_an_extractor_is_served(store: Store, tmp_path: Path) -> None:
    library(store, 20)
    index = Index(store, tmp_path / "index")
    index.refresh()
    learn(store, 4, np.eye(8)[0], model="newer")
    index.refresh()
    assert index.spaces["x"].model == "newer"
    assert index.vectors("x", [item_id(4), item_id(5)]).tolist() == [
        np.eye(8)[0].tolist(), [0.0] * 8,
    ]  # fmt: skip


def test_the_cache_is_taken_up_again_and_may_be_deleted(store: Store, tmp_path: Path) -> None:
    vectors = library(store, 40)
    index = Index(store, tmp_path / "index")
    index.refresh()
    index.save()
    library(store, 3, first=40)
    again, afresh = Index(store, tmp_path / "index"), Index(store, tmp_path / "elsewhere")
    assert again.seq == index.seq
    assert afresh.seq == 0
    for each in (again, afresh):
        each.refresh()
        assert len(each.spaces["x"]) == 43
    assert again.neighbours("x", vectors[:5], 8)[0] == afresh.neighbours("x", vectors[:5], 8)[0]


@pytest.mark.parametrize("name", ["index.json", "space-0-*.npz", "space-0-*.npy"])
def test_a_damaged_cache_is_made_anew_and_said_so(
    store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    library(store, 40)
    index = Index(store, tmp_path / "index")
    index.refresh()
    index.save()
    file = next((tmp_path / "index").glob(name))
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    again = Index(store, tmp_path / "index")
    assert "damaged" in caplog.text
    again.refresh()
    assert len(again.spaces["x"]) == 40


def test_what_is_saved_takes_no_memory_and_what_is_written_later_stays_apart(
    store: Store, tmp_path: Path
) -> None:
    vectors = library(store, 40)
    index = Index(store, tmp_path / "index")
    index.refresh()
    index.save()
    other = Index(store, tmp_path / "index")
    for each in (index, other):
        assert isinstance(each.spaces["x"].matrix, np.memmap)
    np.testing.assert_array_equal(other.spaces["x"].matrix, index.spaces["x"].matrix)
    library(store, 3, first=40)
    index.refresh()
    assert isinstance(index.spaces["x"].matrix, np.memmap), "there was room in the file"
    index.save()
    ids = [item_id(n) for n in range(43)]
    np.testing.assert_array_equal(other.vectors("x", ids[:40]), vectors)
    assert not other.vectors("x", ids[40:]).any(), "the file that it has mapped is another one"
    again = Index(store, tmp_path / "index")
    np.testing.assert_array_equal(again.vectors("x", ids), index.vectors("x", ids))
    library(store, 1_100, first=43)
    again.refresh()
    assert len(again.spaces["x"]) == 1_143, "more than there was room for"
    np.testing.assert_array_equal(again.vectors("x", ids), index.vectors("x", ids))


def test_a_library_that_was_set_back_is_read_anew(store: Store, tmp_path: Path) -> None:
    library(store, 10)
    index = Index(store, tmp_path / "index")
    index.refresh()
    store.write(lambda db: db.conn.execute("DELETE FROM feature WHERE seq > 4"))
    index.refresh()
    assert len(index.spaces["x"]) == 4


def test_what_was_read_anew_is_kept_though_little_has_come_since(
    store: Store, tmp_path: Path
) -> None:
    folder = tmp_path / "index"
    library(store, 300)
    index = Index(store, folder)
    index.refresh()
    index.save()
    store.write(lambda db: db.conn.execute("DELETE FROM feature WHERE seq > 299"))
    index.refresh()
    store.write(lambda db: db.conn.execute("UPDATE sqlite_sequence SET seq = 299"))
    library(store, 2, first=400)
    index.refresh()
    index.save()
    again = Index(store, folder)
    again.refresh()
    assert item_id(299) not in again.spaces["x"]
    assert set(again.spaces["x"].ids) == set(index.spaces["x"].ids)


def test_the_cache_is_of_no_use_for_a_library_that_was_restored(tmp_path: Path) -> None:
    path, cache = tmp_path / "library.db", tmp_path / "cache"
    with closing(Store(path)) as store:
        library(store, 5)
        backup = store.backup()
        library(store, 5, first=5)
        index = Index(store, cache)
        index.refresh()
        index.save()
    safety.stage(path, backup)
    with closing(Store(path)) as store:
        library(store, 9, first=20)
        index = Index(store, cache)
        index.refresh()
        known = {change.item for change in features.changes(store.read())}
        assert set(index.spaces["x"].ids) == known, "what was learnt since is as if it had not been"


def test_the_cache_keeps_only_its_newest_files(store: Store, tmp_path: Path) -> None:
    index = Index(store, tmp_path / "index")
    for first in (0, 10, 20):
        library(store, 10, first=first)
        index.refresh()
        index.save()
    assert sorted(file.suffix for file in (tmp_path / "index").iterdir()) == [
        ".json", ".npy", ".npz",
    ]  # fmt: skip


def written(folder: Path) -> dict[str, int]:
    """Give file → when it was written, but for the one that names all others."""
    return {
        file.name: file.stat().st_mtime_ns for file in folder.iterdir() if file.name != "index.json"
    }


def two_spaces(store: Store, folder: Path, *, of_y: int = 40) -> Index:
    themes = np.arange(of_y) % 5
    library(store, 40)
    rows = cloud(themes, DIMENSIONS, seed=9)
    save(store, [Made(number=n, theme=0, vectors={"y": rows[n]}) for n in range(of_y)])
    index = Index(store, folder)
    index.refresh()
    return index


def test_only_the_space_that_changed_is_written_anew(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "index"
    index = two_spaces(store, folder)
    index.save()
    before = written(folder)
    library(store, 1, first=40)
    index.refresh()
    index.save()
    after = written(folder)
    stayed = before.items() & after.items()
    assert {name.rpartition("-")[0] for name, _ in stayed} == {"space-1"}
    assert len(stayed) == 2
    assert len(after) == 4
    again = Index(store, folder)
    assert not again.refresh()
    assert (len(again.spaces["x"]), len(again.spaces["y"])) == (41, 40)
    library(store, 1, first=41)
    again.refresh()
    again.save()
    assert stayed <= written(folder).items(), "nor is it by the next program"


def test_what_has_no_vector_writes_but_how_far_the_index_is(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "index"
    index = two_spaces(store, folder)
    index.save()
    before = written(folder)
    feature = Feature(tags={"calm": 0.9})
    store.write(lambda db: features.save(db, item_id(3), "z", feature, version=1, model="m"))
    index.refresh()
    index.save()
    assert written(folder) == before
    assert not Index(store, folder).refresh()


def test_a_graph_that_grew_since_the_vectors_were_saved_is_kept(
    store: Store, tmp_path: Path
) -> None:
    folder = tmp_path / "index"
    library(store, 400)
    index = Index(store, folder, exact_below=200)
    index.refresh()
    index.save()
    before = written(folder)
    while index.build(most=150):
        pass
    index.save()
    assert before.items() <= written(folder).items(), "the vectors are the same"
    again = Index(store, folder, exact_below=200)
    assert again.build() == 0
    again.save()
    assert len(written(folder)) == 3


def test_vectors_are_kept_before_the_graph_is_built_and_it_a_quarter_at_a_time(
    store: Store, tmp_path: Path
) -> None:
    folder = tmp_path / "index"
    library(store, 2_600)
    index = Index(store, folder, exact_below=200)
    recommender = Recommender(store, index, Parts)
    kept = []
    while recommender.tend():
        again = Index(store, folder, exact_below=200)
        assert not again.refresh(), "whoever left here would have to read no vector again"
        kept.append(sum(map(len, again._graphs.values())))
    assert kept == [0, 0, 1_000, 1_000, 2_000]  # as of before the slice
    assert len(Index(store, folder, exact_below=200)._graphs["x"]) == 2_600


def test_a_graph_from_the_cache_takes_up_what_is_new(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "index"
    vectors = library(store, 400)
    index = Index(store, folder, exact_below=200)
    index.refresh()
    while index.build():
        pass
    index.save()
    again = Index(store, folder, exact_below=200)
    more = library(store, 5, first=400)
    learn(store, 7, -vectors[7])
    for each in (index, again):
        each.refresh()
        assert each.build() == 0
        each.save()
        found, _ = each.neighbours("x", np.concatenate([more[:1], -vectors[7:8]]), 1)
        assert found == [[item_id(400)], [item_id(7)]]


def test_beside_the_whole_blocks_get_no_graph(store: Store, tmp_path: Path) -> None:
    library(store, 300)
    index = Index(store, tmp_path / "index", exact_below=200)
    index.refresh()
    while index.build():
        pass
    assert list(index._graphs) == ["x"]
    rows = cloud(np.arange(300) % 5, DIMENSIONS, seed=9)
    save(store, [Made(number=n, theme=0, vectors={FEATURE: rows[n]}) for n in range(300)])
    index.refresh()
    while index.build():
        pass
    assert list(index._graphs) == [FEATURE]
    index.save()
    assert list(Index(store, tmp_path / "index", exact_below=200)._graphs) == [FEATURE]


@pytest.mark.skipif(sys.platform == "win32", reason="there is no limit for the size of files")
def test_a_save_that_finds_no_room_leaves_what_was_there(
    store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    import resource

    folder = tmp_path / "index"
    index = two_spaces(store, folder, of_y=4_000)
    index.save()
    before = written(folder)
    learn(store, 1, np.eye(DIMENSIONS)[0])
    vectors = {"y": np.eye(DIMENSIONS)[1]}
    save(store, [Made(number=n, theme=0, vectors=vectors) for n in range(100)])
    index.refresh()
    held = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, held[1]))
    try:
        index.save()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, held)
    assert "can't be kept" in caplog.text
    assert written(folder) == before
    earlier = Index(store, folder)
    assert earlier.seq < index.seq
    assert earlier.refresh()
    np.testing.assert_array_equal(
        earlier.vectors("y", [item_id(1)]), index.vectors("y", [item_id(1)])
    )
    index.save()
    assert not Index(store, folder).refresh(), "and then there was room"


def test_little_that_is_new_is_read_again_instead_of_writing_all(
    store: Store, tmp_path: Path
) -> None:
    folder = tmp_path / "index"
    index = two_spaces(store, folder, of_y=500)
    index.save()
    before = written(folder)
    library(store, 4, first=40)
    index.refresh()
    index.save()
    assert written(folder) == before
    again = Index(store, folder)
    assert again.refresh()
    assert len(again.spaces["x"]) == 44
    library(store, 2, first=44)
    again.refresh()
    again.save()
    assert written(folder) != before
    assert not Index(store, folder).refresh()


def test_a_cache_that_was_deleted_meanwhile_is_written_whole(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "index"
    index = two_spaces(store, folder)
    index.save()
    shutil.rmtree(folder)
    index.save()
    again = Index(store, folder)
    assert not again.refresh()
    assert (len(again.spaces["x"]), len(again.spaces["y"])) == (40, 40)


def test_a_graph_finds_what_brute_force_finds(store: Store, tmp_path: Path) -> None:
    vectors = library(store, 800)
    index = Index(store, tmp_path / "index", exact_below=200)
    index.refresh()
    exact, _ = index.neighbours("x", vectors[:40], 10)
    while index.build(most=300):
        pass
    assert index._near("x", vectors[:1], 10) is not None
    found, _ = index.neighbours("x", vectors[:40], 10)
    hits = [len(set(a) & set(b)) for a, b in zip(exact, found, strict=True)]
    assert np.mean(hits) >= 9.5


def test_what_the_graph_does_not_hold_yet_is_found_beside_it(store: Store, tmp_path: Path) -> None:
    vectors = library(store, 400)
    index = Index(store, tmp_path / "index", exact_below=200)
    index.refresh()
    while index.build():
        pass
    learn(store, 7, -vectors[7])
    library(store, 1, first=400)
    index.refresh()
    assert index.neighbours("x", -vectors[7:8], 1)[0] == [[item_id(7)]]
    assert len(index._graphs["x"].fresh) == 2
    assert index.build() == 0
    assert index.neighbours("x", -vectors[7:8], 1)[0] == [[item_id(7)]]
    new = index.vectors("x", [item_id(400)])
    assert index.neighbours("x", new, 1)[0] == [[item_id(400)]]


def test_what_is_left_from_a_save_that_was_cut_short_is_passed_over_and_deleted(
    store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "index"
    library(store, 40)
    index = Index(store, folder)
    index.refresh()
    index.save()
    for name in (
        "space-0-0badcafe.npz",
        "space-0-0badcafe.part",
        "graph-0-0badcafe.usearch",
        "index-0badcafe.tmp",
    ):
        (folder / name).write_bytes(b"half of it")
    taken_up = Index(store, folder)
    assert not taken_up.refresh(), "nothing is read again"
    assert "damaged" not in caplog.text
    library(store, 1, first=40)
    taken_up.refresh()
    taken_up.save()
    assert len(written(folder)) == 2


def test_a_graph_is_kept_in_the_cache(store: Store, tmp_path: Path) -> None:
    vectors = library(store, 400)
    index = Index(store, tmp_path / "index", exact_below=200)
    index.refresh()
    while index.build(most=150):
        pass
    index.save()
    again = Index(store, tmp_path / "index", exact_below=200)
    assert again._near("x", vectors[:1], 5) is not None
    assert again.neighbours("x", vectors[:9], 5)[0] == index.neighbours("x", vectors[:9], 5)[0]
    assert again.build() == 0


def test_building_in_another_thread_disturbs_no_search(store: Store, tmp_path: Path) -> None:
    vectors = library(store, 600)
    index = Index(store, tmp_path / "index", exact_below=200)
    index.refresh()
    expected, _ = index.neighbours("x", vectors[:1], 1)

    def build() -> None:
        while index.build(most=20):
            pass

    builder = threading.Thread(target=build)
    builder.start()
    while builder.is_alive():
        assert index.neighbours("x", vectors[:1], 1)[0] == expected
    builder.join()
    assert index.build() == 0


def test_vectors_of_half_precision_are_compared_as_exactly_as_they_are_held() -> None:
    ids, random = [item_id(n) for n in range(5_000)], np.random.default_rng(3)
    vectors = unit(random.standard_normal((len(ids), 96)) + 0.5)
    space, half = (Space("m", 96, compact_above=above) for above in (10_000, 1_000))
    for each in (space, half):
        each.put(ids, vectors)
        each.settle()
    assert (space.matrix.dtype, half.matrix.dtype) == (np.float32, np.float16)
    rows = np.array([4, 8, 4_999])
    for queries in (space.centred(vectors[:1]), space.centred(vectors[:20]), vectors[:0]):
        for chosen in (None, rows, rows[:0]):
            wanted = space.similarity(queries, chosen)
            found = half.similarity(queries, chosen)
            assert found.shape == wanted.shape
            assert found.dtype == np.float32
            np.testing.assert_allclose(found, wanted, atol=2e-3)


def test_a_space_that_is_begun_anew_while_its_graph_is_begun_gets_another_graph(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library(store, 60)
    index = Index(store, tmp_path / "index", exact_below=50)
    index.refresh()
    newer = cloud(np.arange(60) % 5, 8, seed=9)

    def slowly(dimensions: int, mean: Array) -> Graph:
        monkeypatch.undo()
        for number, vector in enumerate(newer):
            learn(store, number, vector, model="newer")
        index.refresh()
        return Graph(dimensions, mean)

    monkeypatch.setattr(index_module, "Graph", slowly)
    while index.build():
        pass
    index.save()
    for each in (index, Index(store, tmp_path / "index", exact_below=50)):
        assert each.neighbours("x", newer[:1], 1)[0] == [[item_id(0)]]
