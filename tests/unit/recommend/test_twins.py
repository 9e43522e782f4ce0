from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from mediadesk.api import Array, Kind, Moment, unit
from mediadesk.recommend.twins import Pair, better_first, groups, pairs, plain
from mediadesk.store.twins import Candidate


def item(name: str, **more: object) -> Candidate:
    told = {
        "kind": Kind.SONG, "title": name, "duration": 200.0, "year": None, "artist": "",
        "series": "", "season": None, "episode": None, "height": 0, "rate": 1000.0,
        "lossless": False, "available": True, "gone": False,
    }  # fmt: skip
    return Candidate(id=name, **(told | more))  # type: ignore[arg-type]


class Sounds:
    """Vectors of a space: items of the same number sound the same; those without have none."""

    def __init__(self, **numbers: int) -> None:
        self._numbers = numbers
        self._all = unit(np.random.default_rng(1).standard_normal((50, 64)) + 0.5)

    def __call__(self, extractor: str, ids: Sequence[str]) -> tuple[Array, Array] | None:
        if extractor != "audio":
            return None
        none = np.zeros(64, np.float32)
        found = [self._all[self._numbers[one]] if one in self._numbers else none for one in ids]
        return np.stack(found).astype(np.float32), self._all.mean(axis=0)

    def moments(self, item: str, extractor: str) -> list[Moment]:
        if extractor != "audio" or item not in self._numbers:
            return []
        return [Moment(start=0, end=3, vector=self._all[self._numbers[item]])]


def found(known: Sequence[Candidate], sounds: Sounds, *apart: str) -> set[str]:
    ordered = sorted(known, key=lambda one: one.duration)
    told = {frozenset(apart)} if apart else set()
    same = pairs(ordered, space=sounds, moments=sounds.moments, apart=told)
    assert [pair.alike for pair in same] == sorted((pair.alike for pair in same), reverse=True)
    return {"".join(sorted((pair.one, pair.other))) for pair in same}


def test_what_sounds_the_same_and_is_as_long_is_the_same() -> None:
    sounds = Sounds(a=1, b=1, c=2, d=1, e=1)
    known = [item("a"), item("b", duration=201.9), item("c"), item("d", duration=250), item("e")]
    assert found(known, sounds) == {"ab", "ae", "be"}
    assert found(known, sounds, "a", "b") == {"ae", "be"}
    short = [item("a", duration=2.5), item("b", duration=2.5)]
    assert found(short, sounds) == set()  # too short to tell
    seconds = [item("a", duration=10), item("b", duration=10.9), item("e", duration=12)]
    assert found(seconds, sounds) == {"ab"}


def test_every_pair_is_found_across_blocks_of_a_long_list() -> None:
    numbers = {f"{n:04}": n % 40 for n in range(1400)}
    sounds = Sounds(**numbers)
    # Twins lie 40 places apart, so that some stand in other blocks; none is as long as a third.
    known = [item(name, duration=150 + 3.0 * (n // 80)) for n, name in enumerate(numbers)]
    same = pairs(known, space=sounds, moments=sounds.moments, apart=set())
    wanted = {(f"{n:04}", f"{n + 40:04}") for n in range(1360) if n // 80 == (n + 40) // 80}
    assert {(pair.one, pair.other) for pair in same} == wanted


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"artist": "Anna"}, {"artist": "ANNA"}, True),
        ({"artist": ""}, {"artist": ""}, False),
        ({"artist": "Anna"}, {"artist": "Ben"}, False),
        ({"artist": "Anna"}, {"artist": "Anna", "duration": 230.0}, False),
        ({"artist": "Anna", "year": 1990}, {"artist": "Anna", "year": 1991}, True),
        ({"artist": "Anna", "year": 1990}, {"artist": "Anna", "year": 2011}, False),
        ({"kind": Kind.FILM}, {"kind": Kind.FILM}, True),
        ({"kind": Kind.CLIP}, {"kind": Kind.CLIP}, False),  # cameras count from 1 each time
        ({"kind": Kind.FILM, "year": 2019}, {"kind": Kind.FILM, "year": 2020}, False),  # tapes
        ({"kind": Kind.FILM}, {"kind": Kind.SONG}, False),
        (
            {"kind": Kind.EPISODE, "series": "Dark", "season": 1, "episode": 2, "title": "Lies"},
            {"kind": Kind.EPISODE, "series": "dark", "season": 1, "episode": 2, "title": "Lügen"},
            True,
        ),
        (
            {"kind": Kind.EPISODE, "series": "Dark", "season": 1, "episode": 2},
            {"kind": Kind.EPISODE, "series": "Dark", "season": 2, "episode": 2},
            False,
        ),
    ],
)
def test_what_is_named_the_same_and_is_as_long_is_the_same(
    one: dict[str, object], other: dict[str, object], same: bool
) -> None:
    known = [
        item("a", **({"title": "The Sea"} | one)),
        item("b", **({"title": "the sea!"} | other)),
    ]
    assert found(known, Sounds()) == ({"ab"} if same else set())


def test_a_name_is_not_believed_where_the_sound_says_otherwise() -> None:
    known = [item(name, title="Intro", artist="Anna") for name in "ab"]
    assert found(known, Sounds(a=1, b=1)) == {"ab"}
    assert found(known, Sounds(a=1, b=2)) == set()


def test_pairs_that_share_an_item_stand_together() -> None:
    made = [Pair(one=a, other=b, alike=1, why="") for a, b in ("ab", "cd", "be", "de", "xy")]
    together = [
        {name for pair in group for name in (pair.one, pair.other)} for group in groups(made)
    ]
    assert together == [set("abcde"), set("xy")]


@pytest.mark.parametrize(
    ("better", "why"),
    [
        ({"gone": False, "height": 10}, "gone"),
        ({"height": 1080}, "1080 lines instead of 720"),
        ({"lossless": True, "rate": 1.0}, "lossless"),
        ({"rate": 4000.0}, "32 kbit/s instead of 8"),
    ],
)
def test_the_better_file_comes_first(better: dict[str, object], why: str) -> None:
    usual: dict[str, object] = {"height": 720, "gone": "gone" in better}
    ordered, said = better_first([item("a", **usual), item("b", **(usual | better))])
    assert [one.id for one in ordered] == ["b", "a"]
    assert why in said
    assert better_first([item("a"), item("b")])[1] == "neither is better"


def test_names_are_compared_without_what_people_write_differently() -> None:
    assert plain("The Sea – Pt. 2") == plain("the sea, pt 2") == "theseapt2"
    assert plain("海 と") == "海と"
