"""An edit that whoever removed a collection had not seen brings it back, by whatever clock."""

import json
from collections.abc import Callable, Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sharing import Pair

from mediadesk.store import Database, Store, changes, collections, merging, oplog, registers
from mediadesk.store.merging import Log, Row
from mediadesk.store.registers import Edit
from mediadesk.store.removing import COLLECTION, IN, REMOVED

ONE = "one"
DEVICES = ("aaaaaaaa", "bbbbbbbb", "cccccccc")
STEPS = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.sampled_from(["rename", "put", "remove", "remove", "hear", "hear", "undo"]),
        st.integers(0, 2),
    ),
    min_size=1,
    max_size=12,
)
SKEWS = st.tuples(*[st.sampled_from([0, 0, 5, 10**9])] * 3)


class RolledBackError(Exception):
    """What was tried is not to stay."""


def told(skews: Sequence[int], steps: Sequence[tuple[int, str, int]]) -> list[Row]:
    """Give what three devices wrote, each removing the collection as it had heard of it by then."""
    seen = [dict.fromkeys(DEVICES, 0) for _ in DEVICES]
    rows: list[Row] = []
    for who, what, other in [(0, "rename", 0), (1, "hear", 0), (2, "hear", 0), *steps]:
        if what == "hear":
            for each in DEVICES:
                seen[who][each] = max(seen[who][each], seen[other][each])
            continue
        own, number = DEVICES[who], seen[who][DEVICES[who]] + 1
        thing, field, value = {
            "rename": (COLLECTION + ONE, "name", f"{own}-{number}"),
            "put": (f"item-{other}", IN + ONE, number),
            "remove": (COLLECTION + ONE, REMOVED, {"seen": dict(seen[who])}),
            "undo": (f"{own}-{number - 1}", "undone", True),
        }[what]
        kind = "undo" if what == "undo" else "set"
        at = number * 10 + skews[who]
        rows.append(
            (own, number, at, kind, thing, field, json.dumps(value), None, "", f"{own}-{number}")
        )
        seen[who][own] = number
    return rows


def stands(rows: Sequence[Row]) -> bool:
    """Tell by the definition whether the collection is there."""
    undone = {row[4] for row in rows if row[3] == "undo"}
    standing = [row for row in rows if row[3] == "set" and row[9] not in undone]
    removals = [json.loads(row[6])["seen"] for row in standing if row[5] == REMOVED]
    edits = [row for row in standing if row[5] != REMOVED]
    unseen = [row for row in edits if not any(row[1] <= seen.get(row[0], 0) for seen in removals)]
    return any(row[5] == "name" for row in edits) and bool(not removals or unseen)


def merged(store: Store, logs: Sequence[Sequence[Row]]) -> tuple[bool, list[object]]:
    """Give whether the collection is there after these came in turn, and what registers say."""
    found: list[tuple[bool, list[object]]] = []

    def take(db: Database) -> None:
        for rows in logs:
            acts = [(str(row[9]), 0.0, "Did", 1) for row in rows]
            merging.take(db, Log(device=rows[0][0], name="", ops=rows, acts=acts))
        registered = db.conn.execute("SELECT * FROM register ORDER BY item, field").fetchall()
        found.append((bool(collections.listed(db)), registered))
        raise RolledBackError

    with pytest.raises(RolledBackError):
        store.write(take)
    return found[0]


@settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(skews=SKEWS, steps=STEPS, data=st.data())
def test_in_any_order_and_by_any_clocks_it_is_there_if_an_edit_was_not_seen(
    store: Store,
    skews: tuple[int, int, int],
    steps: list[tuple[int, str, int]],
    data: st.DataObject,
) -> None:
    rows = told(skews, steps)
    logs = [own for each in DEVICES if (own := [row for row in rows if row[0] == each])]
    first = merged(store, logs)
    assert first[0] == stands(rows)
    longer = [(own, end) for own in logs for end in range(1, len(own) + 1)]
    order = data.draw(st.permutations(longer))  # an older file may come after a newer one
    assert merged(store, [own[:end] for own, end in order]) == first


def names(pair: Pair) -> list[list[str]]:
    return [[each.name for each in collections.listed(store.read())] for store in pair.both]


def act(write: Callable[[Database, str], list[str]]) -> Callable[[Database], changes.Change]:
    return lambda db: changes.act(db, "Did", lambda made: write(db, made))


def name(db: Database, made: str) -> list[str]:
    return collections.alter(db, ONE, {"name": "Sea"}, change=made)


def remove(db: Database, made: str) -> list[str]:
    return collections.remove(db, ONE, change=made)


def test_what_is_put_into_it_elsewhere_at_once_brings_it_back_with_all_that_was_in_it(
    pair: Pair,
) -> None:
    pair.here.write(act(name))
    pair.here.write(act(lambda db, made: collections.put(db, ONE, ["a"], change=made)))
    pair.exchange()
    pair.there.write(act(lambda db, made: collections.put(db, ONE, ["b"], change=made)))
    removed = pair.here.write(act(remove))  # by the clock it is the last word
    assert names(pair) == [[], ["Sea"]]
    pair.exchange()
    assert names(pair) == [["Sea"], ["Sea"]]
    for store in pair.both:
        assert registers.having(store.read(), IN + ONE).keys() == {"a", "b"}
    pair.there.write(act(remove))  # by now all is seen
    pair.exchange()
    assert names(pair) == [[], []]
    pair.there.write(changes.undo)
    pair.exchange()
    assert names(pair) == [["Sea"], ["Sea"]]
    assert changes.stands(pair.there.read(), removed.id)


def test_an_edit_that_counts_no_more_brings_nothing_back(pair: Pair) -> None:
    pair.here.write(act(name))
    pair.exchange()
    pair.there.write(act(lambda db, made: collections.put(db, ONE, ["b"], change=made)))
    pair.here.write(act(remove))
    pair.there.write(changes.undo)
    pair.exchange()
    assert names(pair) == [[], []]
    pair.there.write(lambda db: changes.undo(db, changes.listed(db, limit=1)[0].id))
    pair.exchange()
    assert names(pair) == [["Sea"], ["Sea"]]
    pair.there.write(lambda db: changes.undo(db, changes.listed(db, limit=1)[0].id))
    pair.exchange()
    assert names(pair) == [[], []]


def test_a_device_that_goes_on_under_another_name_has_seen_what_it_wrote(pair: Pair) -> None:
    pair.here.write(act(name))
    pair.here.write(act(lambda db, made: collections.put(db, ONE, ["a"], change=made)))
    pair.here.write(act(remove))
    pair.here.write(lambda db: merging.part(db, oplog.device_id(db), after=1))
    pair.exchange()
    assert names(pair) == [[], []]


def test_what_is_put_into_one_that_is_removed_brings_it_back_here_as_everywhere(
    pair: Pair,
) -> None:
    pair.here.write(act(name))
    pair.here.write(act(remove))
    edit = Edit(item="a", field=IN + ONE, value=1)  # such as follows from merging two items
    pair.here.write(
        act(lambda db, made: [e.item for e in registers.write(db, [edit], change=made)])
    )
    assert names(pair) == [["Sea"], []]
    pair.exchange()
    assert names(pair) == [["Sea"], ["Sea"]]


def test_the_word_of_an_older_mediadesk_counts_by_the_clock(store: Store) -> None:
    store.write(act(name))
    edit = Edit(item=COLLECTION + ONE, field=REMOVED, value=True)
    store.write(lambda db: registers.write(db, [edit]))
    row = ("bbbbbbbb", 1, 5, "set", COLLECTION + ONE, "name", '"Old"', None, "", None)
    store.write(lambda db: merging.take(db, Log(device=row[0], name="", ops=[row], acts=())))
    assert collections.listed(store.read()) == []
    store.write(act(remove))
    assert collections.listed(store.read()) == []
