"""Notes that were written at once on several devices are all there, by whatever clocks."""

import json
from collections.abc import Callable, Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sharing import Pair

from mediadesk.engine import acts
from mediadesk.store import Database, Store, changes, erasing, merging, registers, versions
from mediadesk.store.merging import Log, Row
from mediadesk.store.notes import NOTE
from mediadesk.store.registers import Edit

DEVICES = ("aaaaaaaa", "bbbbbbbb", "cccccccc")
STEPS = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.sampled_from(["write", "write", "plain", "clear", "hear", "hear", "undo"]),
        st.integers(0, 2),
    ),
    min_size=1,
    max_size=14,
)
AHEAD = st.tuples(*[st.sampled_from([0, 0, 5, 10**9])] * 3)


class RolledBackError(Exception):
    """What was tried is not to stay."""


def told(ahead: Sequence[int], steps: Sequence[tuple[int, str, int]]) -> list[Row]:
    """Give what three devices wrote, each when it had heard of others as it had by then."""
    known: list[set[tuple[str, int]]] = [set() for _ in DEVICES]
    clocks, rows = [0, 0, 0], list[Row]()
    for who, what, other in steps:
        if what == "hear":
            known[who] |= known[other]
            clocks[who] = max(clocks[who], clocks[other])
            continue
        own = DEVICES[who]
        number = 1 + sum(device == own for device, _ in known[who])
        clocks[who] = max(clocks[who] + 1, len(rows) + ahead[who])
        seen = {
            each: {"film": last}
            for each in DEVICES
            if (last := max((n for device, n in known[who] if device == each), default=0))
        }
        text = None if what == "clear" else f"{own}-{number}"
        kind, thing, field, value = {
            "plain": ("set", "film", NOTE, text),
            "undo": ("undo", f"{own}-{number - 1}", "undone", True),
        }.get(what, ("set", "film", NOTE, {"text": text, "seen": seen}))
        rows.append(
            (own, number, clocks[who], kind, thing, field, json.dumps(value), None, "me",
             f"{own}-{number}")
        )  # fmt: skip
        known[who].add((own, number))
    return rows


def by_definition(rows: Sequence[Row]) -> str | None:
    """Give what the note says: what stands, and nothing that stands had seen."""
    undone = {row[4] for row in rows if row[3] == "undo"}
    standing = sorted(
        (row for row in rows if row[3] == "set" and row[9] not in undone),
        key=lambda row: (row[2], row[0]),
    )

    def had_seen(later: Row, row: Row) -> bool:
        value = json.loads(later[6])
        if isinstance(value, dict):
            return bool(row[1] <= value["seen"].get(row[0], {}).get("film", 0))
        return (later[2], later[0]) > (row[2], row[0])

    left = [row for row in standing if not any(had_seen(each, row) for each in standing)]
    words = [value["text"] if isinstance(value, dict) else value
             for value in (json.loads(row[6]) for row in left)]  # fmt: skip
    return "\n\n".join(filter(None, words)) or None


def merged(store: Store, logs: Sequence[Sequence[Row]]) -> tuple[str | None, list[object]]:
    """Give what the note says after these came in turn, and what registers do."""
    found: list[tuple[str | None, list[object]]] = []

    def take(db: Database) -> None:
        for rows in logs:
            said = [(str(row[9]), 0.0, "Did", 1) for row in rows]
            merging.take(db, Log(device=rows[0][0], name="", ops=rows, acts=said))
        registered = db.conn.execute("SELECT * FROM register").fetchall()
        found.append((registers.having(db, NOTE, profile="me").get("film"), registered))
        registers.refold(db, ["film"])
        assert db.conn.execute("SELECT * FROM register").fetchall() == registered
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
@given(ahead=AHEAD, steps=STEPS, data=st.data())
def test_in_any_order_and_by_any_clocks_all_is_there_that_nobody_had_seen(
    store: Store,
    ahead: tuple[int, int, int],
    steps: list[tuple[int, str, int]],
    data: st.DataObject,
) -> None:
    rows = told(ahead, steps)
    logs = [own for each in DEVICES if (own := [row for row in rows if row[0] == each])]
    first = merged(store, logs)
    assert first[0] == by_definition(rows)
    longer = [(own, end) for own in logs for end in range(1, len(own) + 1)]
    order = data.draw(st.permutations(longer))  # an older file may come after a newer one
    assert merged(store, [own[:end] for own, end in order]) == first


def notes(pair: Pair, item: str = "film") -> list[str | None]:
    return [registers.having(store.read(), NOTE).get(item) for store in pair.both]


def wrote(text: str | None, item: str = "film") -> Callable[[Database], changes.Change]:
    edit = Edit(item=item, field=NOTE, value=text)
    return lambda db: changes.act(
        db, "Wrote", lambda made: [e.item for e in registers.write(db, [edit], change=made)]
    )


def test_two_that_were_written_at_once_are_both_shown_and_the_next_replaces_both(
    pair: Pair,
) -> None:
    pair.here.write(wrote("saw it"))
    pair.exchange()
    mine = pair.here.write(wrote("saw it with Anna"))
    pair.there.write(wrote("saw it, too long"))
    pair.exchange()
    assert notes(pair) == ["saw it with Anna\n\nsaw it, too long"] * 2
    both = pair.there.write(wrote("saw it with Anna, too long"))
    pair.exchange()
    assert notes(pair) == ["saw it with Anna, too long"] * 2
    pair.here.write(lambda db: changes.undo(db, both.id))
    pair.here.write(lambda db: changes.undo(db, mine.id))
    pair.exchange()
    assert notes(pair) == ["saw it, too long"] * 2


def test_one_that_was_removed_at_once_with_an_edit_of_it_is_kept(pair: Pair) -> None:
    pair.here.write(wrote("once"))
    pair.exchange()
    pair.there.write(wrote("twice"))
    pair.here.write(wrote(None))
    pair.exchange()
    assert notes(pair) == ["twice"] * 2
    pair.here.write(wrote(None))
    pair.exchange()
    assert notes(pair) == [None] * 2


def test_those_of_contents_that_become_one_are_both_kept_once(pair: Pair) -> None:
    pair.here.write(wrote("of the old file"))
    pair.here.write(wrote("of the new one", "new"))
    pair.here.write(wrote("of the new one, mended", "new"))
    pair.exchange()
    merge = pair.here.write(
        lambda db: changes.act(
            db, "Merged", lambda made: acts.merge(db, made, keep="new", others=["film"])
        )
    )
    pair.exchange()
    assert notes(pair, "new") == ["of the new one, mended\n\nof the old file"] * 2
    pair.there.write(lambda db: changes.undo(db, merge.id))
    pair.exchange()
    assert notes(pair, "new") == ["of the new one, mended"] * 2
    assert notes(pair, "film") == ["of the old file"] * 2
    pair.there.write(lambda db: versions.follow(db, old="film", new="new"))
    pair.exchange()
    assert sorted((notes(pair, "new")[0] or "").split("\n\n")) == [
        "of the new one, mended", "of the old file"
    ]  # fmt: skip


def test_a_device_that_goes_on_under_another_name_has_seen_what_it_wrote(pair: Pair) -> None:
    for text in ("one", "two", "three"):
        pair.here.write(wrote(text))
    ((own, *_),) = merging.own(pair.here.read())
    pair.here.write(lambda db: merging.part(db, own, after=1))
    pair.exchange()
    assert notes(pair) == ["three"] * 2


def test_what_was_erased_does_not_stay_in_what_was_written_since(pair: Pair) -> None:
    def write(text: str, item: str) -> int:
        edit = Edit(item=item, field=NOTE, value=text, profile="Ann")
        pair.here.write(lambda db: registers.write(db, [edit]))
        return int(pair.here.read().conn.execute("SELECT max(hlc) FROM op").fetchone()[0])

    at = write("of Ann", "film")
    write("of another Ann", "new")
    rows = [
        ("bbbbbbbb", 1, at, "erase", erasing.digest("Ann"), "", "null", None, "", None),
        ("bbbbbbbb", 2, at + 1, "alias", "film", "new", '"new"', None, "", None),
    ]
    log = Log(device="bbbbbbbb", name="", ops=rows, acts=[])
    pair.here.write(lambda db: merging.take(db, log))
    notes = registers.having(pair.here.read(), NOTE, profile="Ann")
    assert notes == {"new": "of another Ann"}
