from collections import Counter
from collections.abc import Mapping

import numpy as np
import pytest
from simulated.evening import Clock, Person

from mediadesk.engine.messages import Card, Origin, Panel, Shelf

CARDS = 12


class Diary:
    """Stands where the engine does, and writes down what it is told."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.told: list[tuple[str, str, float]] = []

    def shown(self, cards: Mapping[str, Origin], **_: object) -> None:
        self.seen += cards

    def event(self, item: str, kind: str, *, share: float = 0.0, **_: object) -> None:
        self.told.append((item, kind, share))

    def feedback(self, item: str, kind: str, **_: object) -> None:
        self.told.append((item, kind, 0.0))

    def of(self, kind: str) -> list[str]:
        return [item for item, said, _ in self.told if said == kind]


def panel() -> Panel:
    cards = [
        Card(id=f"i{n}", title="", kind="clip", path=None, available=True, duration_s=100.0)
        for n in range(2 * CARDS)
    ]
    rows = (cards[:CARDS], cards[CARDS:])
    shelves = [Shelf(id=f"row{n}", title="", items=tuple(row)) for n, row in enumerate(rows)]
    return Panel(profile="Ada", took_ms=0, shelves=tuple(shelves))


def evenings(diary: Diary, enjoyed: float, *, count: int = 600, seed: int = 0) -> Person:
    """Have one who enjoys everything as much sit down anew and anew; give them after the last."""
    for n in range(count):
        chance = np.random.default_rng([seed, n])
        enjoys = {f"i{n}": enjoyed for n in range(2 * CARDS)}
        person = Person(diary, Clock(0.0), "Ada", enjoys, chance)  # type: ignore[arg-type]
        person.sit(panel())
    return person


def test_what_stands_first_is_opened_more_often() -> None:
    diary = Diary()
    evenings(diary, 0.4)
    times = Counter(diary.of("opened"))
    thirds = [sum(times[f"i{n}"] for n in range(start, start + 4)) for start in (0, 4, 8)]
    assert thirds[0] > 1.5 * thirds[1] > 1.5 * thirds[2] > 0
    assert sum(times[f"i{n}"] for n in range(CARDS, 2 * CARDS)) < sum(thirds)


def test_who_finds_nothing_good_stops_at_some_card() -> None:
    diary = Diary()
    evenings(diary, 0.0)
    seen = Counter(diary.seen)
    assert 0 < seen[f"i{CARDS - 1}"] < 0.75 * seen["i0"]
    assert 0 < seen[f"i{CARDS}"] < 0.75 * seen["i0"]


def test_what_is_opened_was_in_sight_and_is_played_once() -> None:
    diary = Diary()
    evenings(diary, 0.4)
    assert set(diary.of("opened")) <= set(diary.seen)
    played = diary.of("finished") + diary.of("abandoned")
    assert Counter(played) == Counter(diary.of("opened"))


@pytest.mark.parametrize("enjoyed", [0.0, 1.0])
def test_what_is_good_is_liked_and_what_is_not_is_left_and_refused(enjoyed: float) -> None:
    diary = Diary()
    evenings(diary, enjoyed)
    assert diary.of("opened")
    refused = diary.of("less") + diary.of("hide")
    if enjoyed:
        assert diary.of("like")
        assert not refused
        assert all(share >= 0.5 for _, kind, share in diary.told if kind == "abandoned")
    else:
        assert refused
        assert not diary.of("like")
        assert not diary.of("finished")
        assert all(share <= 0.4 for _, _, share in diary.told)


def test_what_bored_is_not_taken_up_again() -> None:
    diary = Diary()
    enjoys = {f"i{n}": 0.0 for n in range(2 * CARDS)}
    chance = np.random.default_rng(0)
    person = Person(diary, Clock(0.0), "Ada", enjoys, chance)  # type: ignore[arg-type]
    for _ in range(300):
        person.sit(panel())
    assert max(Counter(diary.of("opened")).values()) == 1
    assert person.past.bored == set(diary.of("opened"))


def test_the_same_chance_does_the_same() -> None:
    one, other = Diary(), Diary()
    evenings(one, 0.4, seed=7)
    evenings(other, 0.4, seed=7)
    assert one.told == other.told
    assert one.seen == other.seen
