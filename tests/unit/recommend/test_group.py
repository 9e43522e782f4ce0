from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediadesk.api import Cause, EventKind, Opinion, Scores, testing
from mediadesk.recommend.blend import Ranked, blend
from mediadesk.recommend.group import GroupAnswer, agreed, centre_of, together, weights_of
from mediadesk.recommend.joint import Joints, joint
from mediadesk.recommend.profile import State
from mediadesk.recommend.ranking import Answer

ITEMS = ("a", "b", "c", "d")


def said(*values: float, seed: int = 0) -> Scores:
    column = np.zeros((len(values), 1), np.int32)
    return Scores(
        values=np.array(values),
        causes=(Cause(block="x"),),
        shares=np.array(values)[:, None],
        cause=column,
        seed=column + seed,
    )


def person(*values: float, name: str = "s") -> Ranked:
    held = [Opinion(item=name, value=1.0, at=0.0)] if any(values) else []
    return blend(ITEMS, {"taste": said(*values)}, history=held)


def group(**members: Ranked) -> Ranked:
    centres = {name: centre_of(each) for name, each in members.items()}
    return together(members, centres, weights_of(members, centres))


def test_what_one_can_not_stand_loses_to_what_all_like_well_enough() -> None:
    both = group(anna=person(3.0, 2.0, 0.0, -1.0), ben=person(-3.0, 2.0, 0.0, 1.0))
    assert both.items[both.order()[0]] == "b"
    average = (both.values.argsort()[::-1])[1:]
    assert both.items[average[-1]] == "a"


def test_it_is_half_the_average_and_half_the_least_of_standardised_values() -> None:
    anna, ben = person(3.0, 2.0, 0.0, -1.0), person(-3.0, 20.0, 1.0, 1.0)
    z = np.array([(one.values - one.values.mean()) / one.values.std() for one in (anna, ben)])
    expected = 0.5 * z.mean(axis=0) + 0.5 * z.min(axis=0)
    assert group(anna=anna, ben=ben).values == pytest.approx(expected)


def test_seeds_are_those_of_the_member_who_liked_them() -> None:
    both = group(
        anna=person(3.0, 2.0, 0.0, -1.0, name="x"), ben=person(0.0, 1.0, 0.5, 5.0, name="y")
    )
    seeds = {(part.ranker, part.seed) for part in both.parts("b") if part.seed}
    assert seeds == {("anna: taste", "x"), ("ben: taste", "y")}


def test_what_all_like_more_than_most_is_agreed_best_first() -> None:
    members = {
        "anna": person(3.0, 2.0, -4.0, 1.0),
        "ben": person(-3.0, 2.0, 0.0, 1.5),
        "new": person(0.0, 0.0, 0.0, 0.0),
    }
    request = testing.rank_request()
    answers = {name: Answer(request=request, ranked=each) for name, each in members.items()}
    centres = {name: centre_of(each) for name, each in members.items()}
    weights = weights_of(members, centres)
    both = GroupAnswer(
        request=request,
        ranked=together(members, centres, weights),
        members=answers,
        centres=centres,
        weights=weights,
    )
    assert agreed(both) == ["b", "d"]


def test_who_has_no_taste_yet_has_no_say() -> None:
    anna = person(3.0, 2.0, 0.0, -1.0)
    both = group(anna=anna, ben=person(0.0, 0.0, 0.0, 0.0))
    assert both.order() == anna.order()
    nobody = group(ben=person(0.0, 0.0, 0.0, 0.0))
    assert not nobody.values.any()


values = st.lists(st.floats(-5, 5), min_size=4, max_size=4)


@given(values, values, values, values)
def test_shares_and_parts_add_up_to_the_value(
    one: list[float], two: list[float], three: list[float], four: list[float]
) -> None:
    held = [Opinion(item="s", value=1.0, at=0.0), Opinion(item="t", value=0.5, at=1.0)]
    anna = blend(ITEMS, {"taste": said(*one), "next": said(*two, seed=1)}, history=held)
    plain = Scores(values=np.array(four), causes=(Cause(text="It is new."),))
    ben = blend(ITEMS, {"taste": said(*three), "new": plain}, {"new": 2.0}, history=held)
    both = group(anna=anna, ben=ben)
    for n, item in enumerate(ITEMS):
        assert sum(both.shares_of(item).values()) == pytest.approx(both.values[n], abs=1e-6)
        parts = sum(part.share for part in both.parts(item))
        assert parts == pytest.approx(both.values[n], abs=1e-6)


def test_what_one_member_hid_or_saw_is_closed_to_the_group() -> None:
    hid = State(verdict=EventKind.HIDE, value=-0.3, at=5.0)
    saw = State(finished=True, played_at=1.0, progress=1.0, at=1.0, value=0.5)
    begun = State(progress=0.4, position=60.0, played_at=2.0, at=2.0, value=0.2)
    found = joint({}, [{"a": hid, "c": begun}, {"a": saw, "b": saw}])
    assert found["a"].hidden
    assert found["a"].finished
    assert found["b"].played_at == 1.0
    assert not found["c"].underway, "one member alone has begun it"


def test_what_the_group_has_begun_it_goes_on_with() -> None:
    begun = State(progress=0.4, position=60.0, played_at=2.0, at=2.0, value=0.2)
    further = State(progress=0.8, position=120.0, played_at=9.0, at=9.0, value=0.4)
    found = joint({"a": begun}, [{"a": further}, {"a": begun}])["a"]
    assert (found.underway, found.position, found.value) == (True, 60.0, 0.4)
    hidden = joint({"a": begun}, [{"a": State(verdict=EventKind.HIDE)}, {"a": begun}])["a"]
    assert hidden.hidden


def test_what_one_likes_or_rated_best_counts_whatever_another_says_later() -> None:
    liked = State(verdict=EventKind.LIKE, value=1.0, liked_at=3.0, at=3.0)
    less = State(verdict=EventKind.LESS, value=-1.0, at=5.0)
    assert joint({}, [{"a": liked}, {"a": less}])["a"].liked_at == 3.0
    five, one = State(stars=5.0, value=1.0, at=3.0), State(stars=1.0, value=-0.7, at=5.0)
    found = joint({}, [{"a": five}, {"a": one}])["a"]
    assert (found.stars, found.value) == (5.0, 1.0)


def test_joint_states_are_the_same_object_until_somebody_does_something() -> None:
    joints, anna, ben = Joints(), {"a": State(opened=True)}, {"b": State(opened=True)}
    first = joints.of("us", {}, [anna, ben])
    assert set(first) == {"a", "b"}
    own: dict[str, State] = {}
    kept = joints.of("us", own, [anna, ben])
    assert joints.of("us", own, [anna, ben]) is kept
    assert joints.of("us", own, [anna, dict(ben)]) is not kept
