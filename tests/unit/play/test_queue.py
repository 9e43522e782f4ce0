"""The queue: order, shuffle without repeats, repeating, and changing it while it is played."""

from __future__ import annotations

import random
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from mediadesk.play.queue import Entry, Queue, Repeat


def queue(items: str = "abc", *, seed: int = 0, at: int = 0) -> Queue:
    made = Queue(random.Random(seed))  # noqa: S311 - no secret
    made.start(items, at)
    return made


def played(queue: Queue, most: int = 100) -> str:
    """Play on to the end, and give what came."""
    found = []
    while len(found) < most and (entry := queue.next()) is not None:
        found.append(entry.item)
    return "".join(found)


def items(queue: Queue) -> str:
    return "".join(entry.item for entry in queue.entries)


def test_it_is_played_in_order_and_ends() -> None:
    made = queue()
    assert made.current is not None
    assert made.current.item == "a"
    assert played(made) == "bc"
    assert made.current.item == "c"


def test_what_is_played_next_comes_before_what_was_added() -> None:
    made = queue()
    made.add("xy", at_once=True)
    made.add("z")
    assert items(made) == "axybcz"
    assert played(made) == "xybcz"


def test_shuffled_too_what_is_played_next_comes_next() -> None:
    made = queue("abcdefgh")
    made.shuffle(on=True)
    made.add("x", at_once=True)
    assert played(made)[0] == "x"


def test_one_is_repeated_until_a_person_goes_on() -> None:
    made = queue()
    made.repeat = "one"
    assert played(made, 3) == "aaa"
    assert made.next(by_hand=True) is made.entries[1]


def test_all_is_repeated_from_the_first_on() -> None:
    made = queue()
    made.repeat = "all"
    assert played(made, 5) == "bcabc"


def test_one_goes_back_to_what_was_played_and_not_before_the_first() -> None:
    made = queue("abcd")
    made.shuffle(on=True)
    first = made.current
    second = made.next()
    made.next()
    assert made.previous() is second
    assert made.previous() is first
    assert made.previous() is None


def test_jumping_leaves_what_was_to_come_for_later() -> None:
    made = queue("abcd")
    made.shuffle(on=True)
    made.jump(3)
    assert made.place == 3
    assert sorted(played(made)) == ["b", "c"]
    straight = queue("abcd")
    straight.jump(2)
    assert played(straight) == "d"


def test_shuffled_jumping_back_plays_nothing_else_again() -> None:
    made = queue("abcdef")
    made.shuffle(on=True)
    heard = [made.current, made.next(), made.next(), made.next()]
    assert heard[1] is not None
    assert made.jump(made.entries.index(heard[1])) is heard[1]
    rest = {"a", "b", "c", "d", "e", "f"} - {one.item for one in heard if one}
    assert set(played(made)) == rest
    for _ in rest:
        made.previous()
    assert made.previous() is heard[3]


def test_what_is_played_can_not_be_taken_out_and_stays_when_cleared() -> None:
    made = queue("abcd", at=1)
    made.remove(1)
    assert items(made) == "abcd"
    made.remove(0)
    assert (items(made), made.place) == ("bcd", 0)
    made.clear()
    assert (items(made), played(made)) == ("b", "")


def test_moving_an_entry_changes_what_comes_next() -> None:
    made = queue("abcd")
    made.move(3, 1)
    assert items(made) == "adbc"
    assert made.place == 0
    assert played(made) == "dbc"


def test_shuffle_off_goes_on_from_where_it_is() -> None:
    made = queue("abcd", seed=3)
    made.shuffle(on=True)
    while made.current is not None and made.current.item != "c":
        made.next()
    made.shuffle(on=False)
    assert played(made) == "d"


@given(st.integers(1, 30), st.integers(0, 9), st.integers(1, 4), st.data())
def test_shuffled_each_comes_once_before_any_comes_again(
    number: int, seed: int, rounds: int, data: st.DataObject
) -> None:
    made = Queue(random.Random(seed))  # noqa: S311 - no secret
    made.repeat = "all"
    made.shuffle(on=True)
    first = made.start(map(str, range(number)), data.draw(st.integers(0, number - 1)))
    came: list[Entry | None] = [first]
    came += [made.next() for _ in range(number * rounds - 1)]
    for begin in range(0, len(came), number):
        assert set(came[begin : begin + number]) == set(made.entries)
    if number > 1:
        assert all(one is not other for one, other in pairwise(came))


acts = st.lists(
    st.tuples(
        st.sampled_from(
            ["add", "next-add", "remove", "move", "next", "previous", "jump", "shuffle", "clear"]
        ),
        st.integers(0, 20),
    ),
    max_size=40,
)


@given(acts, st.sampled_from(["off", "one", "all"]))
def test_whatever_is_done_what_plays_stands_in_the_list(
    done: list[tuple[str, int]], repeat: Repeat
) -> None:
    made = queue("abcde")
    made.repeat = repeat
    for act, number in done:
        before, place = made.current, number % len(made.entries)
        if act in {"add", "next-add"}:
            made.add("xy", at_once=act == "next-add")
        elif act == "remove":
            made.remove(place)
        elif act == "move":
            made.move(place, (number * 7) % len(made.entries))
        elif act == "shuffle":
            made.shuffle(on=not made.shuffled)
        elif act == "clear":
            made.clear()
        elif act == "jump":
            assert made.jump(place) is made.entries[place]
        elif act == "next":
            assert made.next(by_hand=True) in {None, *made.entries}
        else:
            made.previous()
        if act not in {"jump", "next", "previous"}:
            assert made.current is before
        assert made.current in made.entries
        assert made.place is not None
        assert made.entries[made.place] is made.current
        assert sorted(made._order, key=id) == sorted(made.entries, key=id)


@given(
    st.text("abcdefgh", min_size=1, max_size=8), st.integers(0, 12), st.booleans(), st.booleans()
)
def test_kept_and_restored_it_plays_what_it_would_have_played(
    names: str, steps: int, shuffled: bool, again: bool
) -> None:
    made = queue(names, seed=steps)
    made.repeat = "all" if again else "off"
    made.shuffle(on=shuffled)
    for _ in range(steps):
        made.next()
    state = made.state(12.5)
    other = Queue()
    other.restore(state)
    assert other.state(12.5) == state
    left = state.order[state.here + 1 :]
    assert "".join(names[place] for place in left) == played(other, len(left))
