import sqlite3
from pathlib import Path

import numpy as np
import pytest

from mediadesk.api import Feature, Item, Kind, Moment
from mediadesk.store import Store, browse, features, learnt, library, locations, roots
from mediadesk.store.locations import Location


@pytest.fixture
def item(store: Store, tmp_path: Path) -> str:
    place = Location(path=tmp_path / "a.mp4", root=tmp_path, size=1, mtime_ns=1)
    made = Item(id="i", kind=Kind.CLIP, title="t", path=None)

    def change(db: library.Database) -> None:
        roots.add(db, tmp_path)
        locations.save_locations(db, [place])
        library.save_item(db, made, facts={}, location=place)

    store.write(change)
    return made.id


def _save(store: Store, item: str, feature: Feature, *, extractor: str = "look") -> None:
    store.write(lambda db: features.save(db, item, extractor, feature, version=1, model="m"))


def test_a_feature_comes_back_as_it_was(store: Store, item: str) -> None:
    vector = np.arange(4, dtype=np.float32)
    feature = Feature(
        summary=vector,
        moments=(
            Moment(start=0, end=1.5, vector=vector + 1, text="Hallo 你好", image=b"jpeg"),
            Moment(start=2, end=3, language="zh"),
        ),
        tags={"cat": 0.5},
        data={"cuts": [1, 2]},
    )
    _save(store, item, feature)
    found = features.of_item(store.read(), item)["look"]
    assert found.summary is not None
    np.testing.assert_array_equal(found.summary, vector)
    first, second = found.moments
    assert first.vector is not None
    np.testing.assert_array_equal(first.vector, vector + 1)
    assert (first.start, first.end, first.text, first.image) == (0, 1.5, "Hallo 你好", b"jpeg")
    assert (second.vector, second.text, second.image) == (None, "", b"")
    assert (first.language, second.language) == ("", "zh")
    assert (found.tags, found.data) == ({"cat": 0.5}, {"cuts": [1, 2]})
    assert features.moment_image(store.read(), item, "look", 0) == b"jpeg"


def test_saving_again_replaces_and_moves_to_the_end_of_the_space(store: Store, item: str) -> None:
    for n in range(3):
        moment = Moment(start=n, end=n + 1)
        _save(store, item, Feature(summary=np.full(2, n, np.float32), moments=(moment,)))
    [summary] = features.summaries(store.read(), "look", "m")
    assert (summary.item, summary.vector.tolist()) == (item, [2, 2])
    [moment] = features.of_moments(store.read(), item, "look")
    assert moment.start == 2
    assert list(features.summaries(store.read(), "look", "m", after=summary.seq)) == []
    assert features.spaces(store.read()) == [("look", "m", summary.seq)]


def test_the_length_of_what_is_saved_is_known_of_one_version_and_model(
    store: Store, item: str
) -> None:
    _save(store, item, Feature(summary=np.ones(3, np.float32)))
    _save(store, item, Feature(), extractor="no summary")

    def length(name: str, version: int = 1, model: str = "m") -> int | None:
        return features.dimensions(store.read(), name, version=version, model=model)

    assert length("look") == 3
    assert length("no summary") is length("look", 2) is length("look", 1, "other") is None


def test_no_feature_is_looked_at_to_count_the_partial_ones(store: Store) -> None:
    conn, said = store.read().conn, []
    conn.set_trace_callback(said.append)
    features.count_partial(store.read())
    conn.set_trace_callback(None)
    (sql,) = said
    plan = str(conn.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall())
    assert "SCAN feature USING INDEX feature_partial" in plan


def test_what_was_read_in_part_is_told_till_it_is_whole_or_lies_nowhere(
    store: Store, item: str, tmp_path: Path
) -> None:
    _save(store, item, Feature(problem="It breaks off after 3 of 90 minutes."))
    _save(store, item, Feature(), extractor="whole")
    told = [(item, "look", "It breaks off after 3 of 90 minutes.")]
    assert features.problems(store.read()) == features.problems(store.read(), item) == told
    assert features.problems(store.read(), "another") == []
    assert features.count_partial(store.read()) == {"look": 1}

    store.write(lambda db: locations.leave_out(db, [str(tmp_path / "a.mp4")]))
    assert features.problems(store.read()) == []
    assert features.count_partial(store.read()) == {}

    _save(store, item, Feature())
    assert features.problems(store.read(), item) == []


def test_the_surest_tag_counts(store: Store, item: str) -> None:
    _save(store, item, Feature(tags={"cat": 0.5, "dog": 0.9}), extractor="one")
    _save(store, item, Feature(tags={"cat": 0.7}), extractor="two")
    assert features.tags(store.read(), [item]) == {item: {"cat": 0.7, "dog": 0.9}}


def test_a_storyboard_is_some_pictures_from_all_over_without_the_key_moments(
    store: Store, item: str
) -> None:
    shots = tuple(Moment(start=float(n), end=n + 1.0, image=b"%d" % n) for n in range(50))
    key = Moment(start=5, end=6, image=b"jpeg", why="the most typical picture")
    _save(store, item, Feature(moments=(*shots, Moment(start=3, end=4, text="silent"))))
    _save(store, item, Feature(moments=(key,)), extractor="understanding")
    board = browse.storyboard(store.read(), item)
    assert board == [(n * 2.0, b"%d" % (2 * n)) for n in range(25)]
    assert browse.storyboard(store.read(), "nothing") == []


def test_a_feature_of_no_item_is_refused(store: Store) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        _save(store, "nobody", Feature())


def test_what_plugins_gave_is_told_apart_from_what_corrections_taught(
    store: Store, item: str
) -> None:
    _save(store, item, Feature(tags={"sea": 0.3, "calm": 0.4}))
    _save(store, item, Feature(tags={"sea": 0.6}), extractor="other")
    _save(store, item, Feature(tags={"sea": 0.9, "taught": 0.9}), extractor=features.LEARNT)
    assert learnt.given(store.read(), [item]) == {item: {"sea": 0.6, "calm": 0.4}}


def test_a_storyboard_is_what_is_left_while_pictures_are_saved_anew(
    store: Store, item: str
) -> None:
    shots = tuple(Moment(start=n, end=n + 1, image=b"%d" % n) for n in range(60))
    _save(store, item, Feature(moments=shots))
    db, statements = store.read(), []
    assert [t for t, _ in browse.storyboard(db, item, most=3)] == [0, 20, 40]

    def between(statement: str) -> None:
        statements.append(statement)
        if len(statements) == 2:
            _save(store, item, Feature(moments=shots[:1]))

    db.conn.set_trace_callback(between)
    try:
        assert browse.storyboard(db, item, most=3) == [(0, b"0")]
    finally:
        db.conn.set_trace_callback(None)


def test_passages_of_other_languages_are_left_out_where_nobody_wants_them(
    store: Store, item: str
) -> None:
    passages = (Moment(start=0, end=1, text="Hallo"), Moment(start=0, end=1, language="zh"))
    _save(store, item, Feature(moments=passages, data={"language": "de"}))
    assert features.of_item(store.read(), item)["look"].moments == passages
    found = features.of_item(store.read(), item, other_languages=False)["look"]
    assert (found.moments, found.data) == (passages[:1], {"language": "de"})


def test_what_is_left_out_renumbers_no_picture(store: Store, item: str) -> None:
    translated = Moment(start=0, end=1, text="Hello", language="en")
    _save(store, item, Feature(moments=(translated, Moment(start=1, end=2, image=b"jpeg"))))
    db = store.read()
    (shown,) = features.of_item(db, item, other_languages=False)["look"].moments
    assert shown.image == b"jpeg"
    assert features.moment_image(db, item, "look", 0) == b"jpeg"
    assert len(features.of_item(db, item)["look"].moments) == 2
