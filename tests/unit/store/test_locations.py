"""Places as scans give them, most of them without anything beside the file."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mediadesk.store import Store, locations, roots
from mediadesk.store.locations import Seen

_ROOT = Path("/it's {a} ? root")


def _seen(path: str, n: int, sidecars: str, beside: int, missing: int) -> Seen:
    return locations.seen((path, n, n), sidecars, beside, missing)


_PLACES = st.lists(
    st.builds(
        _seen,
        st.sampled_from([f"{_ROOT}/{name}.mkv" for name in "abcd"]),
        st.integers(1, 2),
        st.sampled_from(["[]", '[["a.srt",1]]']),
        st.sampled_from([0, 7]),
        st.sampled_from([0, 2]),
    ),
    unique_by=lambda place: place[0],
)


@pytest.fixture
def library(store: Store) -> Store:
    store.write(lambda db: roots.add(db, _ROOT))
    return store


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=st.lists(st.tuples(_PLACES, st.booleans()), max_size=4))
def test_a_place_is_known_as_it_was_last_seen(
    library: Store, batches: list[tuple[list[Seen], bool]]
) -> None:
    library.write(lambda db: db.conn.execute("DELETE FROM location").rowcount)
    wanted: locations.Known = {}
    for places, goes in batches:
        library.write(lambda db, places=places: locations.save_seen(db, _ROOT, places))
        wanted |= {place[0]: place for place in places}
        if goes:
            library.write(lambda db: locations.set_away(db, _ROOT))
            gone = {path: (*locations.beyond(place)[:2], 1) for path, place in wanted.items()}
            wanted = {path: (*wanted[path][:3], *beyond) for path, beyond in gone.items()}
    db = library.read()
    in_order = sorted(wanted.values())
    assert locations.known_files(db, _ROOT) == in_order
    assert locations.known_files_in(db, _ROOT, str(_ROOT), below=False) == in_order


def test_a_place_that_loses_what_lies_beside_it_meanwhile_is_known(library: Store) -> None:
    place = _seen(f"{_ROOT}/a.mkv", 1, "[]", 7, 0)
    library.write(lambda db: locations.save_seen(db, _ROOT, [place]))
    selects = 0

    def lose(sql: str) -> None:
        nonlocal selects
        selects += sql.startswith("SELECT")
        if selects == 2:
            library.write(lambda db: db.conn.execute("UPDATE location SET beside = 0").rowcount)

    db = library.read()
    db.conn.set_trace_callback(lose)
    try:
        assert locations.known_files(db, _ROOT) == [place]
    finally:
        db.conn.set_trace_callback(None)
    assert locations.known_files(db, _ROOT) == [place[:3]]
