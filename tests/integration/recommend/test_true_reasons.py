"""What a reason says is so, whoever asks: a person, a child or a group, of whatever was done."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from recommend_factory import DAY, NOW, Made, cloud, item_id, save

from mediadesk.api import Event, EventKind, Json, Kind
from mediadesk.models import Models
from mediadesk.recommend.index import Index
from mediadesk.recommend.profile import State, effective
from mediadesk.recommend.ranking import Parts
from mediadesk.recommend.recommender import Recommender
from mediadesk.recommend.times import is_dated
from mediadesk.recommend.values import Reason
from mediadesk.store import Database, Store, leanings, oplog, profiles, registers
from mediadesk_next.novelty import Novelty
from mediadesk_next.ranker import Next
from mediadesk_taste import Taste
from mediadesk_together.ranker import Together

COUNT = 90
IDS = [item_id(n) for n in range(COUNT)]
KINDS = (Kind.FILM, Kind.EPISODE, Kind.SONG)
GENRES = ("Drama", "Comedy", "Horror", "Noir")
PEOPLE = ("me", "kid", "bob", "cy", "dee")
ALLOWED = frozenset(IDS[: COUNT * 2 // 3])
SAID = (EventKind.LIKE, EventKind.LESS, EventKind.HIDE, EventKind.RATED, EventKind.NOT_NOW)
DONE = (EventKind.FINISHED, EventKind.PLAYED, EventKind.ABANDONED, EventKind.SEEN)
PLAYS = (EventKind.FINISHED, EventKind.PLAYED, EventKind.ABANDONED)
HAVING = (*PLAYS, EventKind.LIKE, EventKind.LESS, EventKind.HIDE, EventKind.RATED)
PASSING = (EventKind.SHOWN, EventKind.OPENED, EventKind.UNDO, EventKind.UNSEEN)
ODD: Sequence[Json] = ({}, {}, {}, {"undated": True}, {"unattended": 7_200.0}, {"paused": 9_000.0})
CLOSE = 2e-4  # the rankers reckon in single precision


def year(n: int) -> int:
    return 1960 + n * 7 % 60


def place(n: int) -> tuple[str, int]:
    """Give the series or album and the number there."""
    return f"{'Series' if n % 3 == 1 else 'Album'} {n // 3 % 4}", n // 12 + 1


def describe(db: Database, n: int) -> None:
    """Give an item what rankers go by beside vectors."""
    name, number = place(n)
    told: Json = {
        "year": year(n),
        "genres": json.dumps([GENRES[n % 4]]),
        "added_at": NOW - (n * 37 % COUNT) * 4 * DAY,
    }
    if KINDS[n % 3] is Kind.EPISODE:
        told |= {"series": name, "season": 1, "episode": number}
    if KINDS[n % 3] is Kind.SONG:
        told |= {"album": name, "track": number}
    columns = ", ".join(f"{key} = ?" for key in told)
    db.conn.execute(f"UPDATE item SET {columns} WHERE id = ?", [*told.values(), IDS[n]])


@pytest.fixture
def recommender(store: Store, models: Models, tmp_path: Path) -> Recommender:
    """Every ranker that is shipped, on films, episodes and songs; a child may see some of them."""
    themes = np.arange(COUNT) % 5
    blocks = {"audio": cloud(themes, 48, seed=1), "keyframes": cloud(themes, 48, seed=2)}
    save(
        store,
        [
            Made(
                number=n,
                theme=int(themes[n]),
                kind=KINDS[n % 3],
                vectors={name: rows[n] for name, rows in blocks.items()},
                artist=f"Artist {n // 3 % 5}" if KINDS[n % 3] is Kind.SONG else "",
            )
            for n in range(COUNT)
        ],
    )

    def write(db: Database) -> None:
        for n in range(COUNT):
            describe(db, n)
        profiles.add(db, "we", members=["me", "bob"])

    store.write(write)
    rankers = (Taste(), Together(), Next(str), Novelty(str))
    parts = Parts(rankers=[(ranker, models.runner(ranker.model)) for ranker in rankers])
    return Recommender(
        store,
        Index(store, tmp_path / "index"),
        lambda: parts,
        allowed=lambda _, who: ALLOWED if who == "kid" else None,
    )


def live(store: Store, random: np.random.Generator) -> None:
    """Have everybody do what they like, alone and together."""

    def write(db: Database) -> None:
        for who in (*PEOPLE, "we"):
            for n in random.permutation(COUNT)[: int(random.integers(5, 45))].tolist():
                for _ in range(int(random.integers(1, 3))):
                    kinds = (SAID, DONE, DONE, PASSING)[int(random.integers(4))]
                    context = dict(ODD[int(random.integers(len(ODD)))])
                    if who == "we":
                        context["members"] = ["me", "bob"]
                    oplog.add_event(
                        db,
                        profile=who,
                        item=IDS[n],
                        kind=kinds[int(random.integers(len(kinds)))],
                        value=float(random.uniform(0.05, 1)),
                        at=NOW - DAY * float(random.choice([0.1, 1, 5, 20, 90])) - float(n),
                        context=context,
                    )
        wanted = [leanings.edit("me", "Horror", 2.0), leanings.edit("bob", "Drama", -1.0)]
        registers.write(db, wanted)

    store.write(write)


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("who", ["me", "kid", "we"])
def test_reasons_add_up_and_without_a_seed_a_score_is_less_by_what_was_put_down_to_it(
    store: Store, recommender: Recommender, who: str, seed: int
) -> None:
    live(store, np.random.default_rng(seed))
    db = recommender._begin()
    asked = recommender._ask(db, who, NOW)
    answer = recommender._rank(db, who, asked)
    named = 0
    for item in asked.among[::10]:
        why = recommender.why(item, profile=who, now=NOW)
        assert sum(each.share for each in why.reasons) == pytest.approx(why.score, abs=CLOSE)
        at = answer.ranked.places[item]
        due: defaultdict[tuple[str, str], float] = defaultdict(float)
        for reason in why.reasons:
            if reason.seed:
                due[reason.ranker, reason.seed] += reason.share
        for (ranker, seed_item), share in due.items():
            (less,) = recommender._ranking.without(answer, [seed_item])
            change = answer.ranked.shares[ranker][at] - less.shares[ranker][at]
            assert change == pytest.approx(share, abs=CLOSE), (ranker, item, seed_item)
        named += len(due)
    assert named


@dataclass(frozen=True, kw_only=True)
class Asker:
    """Who is told a reason: alone, or some of a group, with what each of them did and thinks."""

    members: Sequence[str]
    states: Mapping[str, Mapping[str, State]]
    events: Mapping[str, Sequence[Event]]

    def did(self, item: str, *kinds: EventKind) -> list[Event]:
        """Give what any of them did with an item, without what was taken back."""
        told = (event for who in self.members for event in self.events[who])
        return [event for event in told if event.item == item and event.kind in kinds]

    def held(self, item: str) -> list[float]:
        """Give what those of them who judged an item think of it."""
        states = (self.states[who].get(item) for who in self.members)
        return [each.value for each in states if each is not None and each.value is not None]

    def lately(self, items: Sequence[str], days: float) -> bool:
        """Tell whether one of the items was had, and it is known when."""
        had = (event for item in items for event in self.did(item, *HAVING))
        return any(is_dated(each) and NOW - each.at < days * DAY for each in had)


def is_so(reason: Reason, item: str, asker: Asker) -> bool:
    """Tell whether what a reason says of an item is true."""
    n, text, seed = IDS.index(item), reason.text, reason.seed
    artist = [IDS[other] for other in range(2, COUNT, 3) if other // 3 % 5 == n // 3 % 5]
    if text.startswith("By somebody you have played or judged lately"):
        return asker.lately(artist, 60)
    if text.startswith("You have played or judged them in the last few days"):
        return asker.lately(artist, 30)
    if seed is None:
        return True
    s = IDS.index(seed)
    others = [who for who in PEOPLE if asker.members != (who,)]  # of a group, each other one
    checks = {
        "Because you liked": len(asker.members) == 1 and asker.did(seed, EventKind.LIKE),
        "Because you rated": len(asker.members) == 1 and asker.did(seed, EventKind.RATED),
        "Because you played": asker.did(seed, *PLAYS),
        f"Because “Item {s}” was liked": asker.did(seed, EventKind.LIKE),
        f"Because “Item {s}” was rated": asker.did(seed, EventKind.RATED),
        f"Because “Item {s}” was played": asker.did(seed, *PLAYS),
        "Because": max(asker.held(seed), default=-1) > 0,
        "this comes after it": place(s)[0] == place(n)[0] and place(s)[1] < place(n)[1],
        "both of the series": place(s)[0] == place(n)[0],
        "alike in genre": n % 4 == s % 4,
        "alike in persons and series": False,
        "by what others think of both": any(
            item in asker.states[who] and seed in asker.states[who] for who in others
        ),
    }  # fmt: skip
    checks |= {f"both {name.lower()}": n % 4 == s % 4 for name in GENRES[n % 4 : n % 4 + 1]}
    return all(holds for words, holds in checks.items() if words in text)


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("who", ["me", "kid", "we"])
def test_what_a_reason_says_is_so(
    store: Store, recommender: Recommender, who: str, seed: int
) -> None:
    live(store, np.random.default_rng(seed))
    db = recommender._begin()
    asker = Asker(
        members=("me", "bob") if who == "we" else (who,),
        states={each: recommender.states(each) for each in PEOPLE},
        events={each: effective(oplog.events(db, profile=each)) for each in PEOPLE},
    )
    told = [
        (item, reason)
        for item in recommender._ask(db, who, NOW).among[::6]
        for reason in recommender.why(item, profile=who, now=NOW).reasons
    ]
    assert len({reason.text.partition("“")[0] for _, reason in told}) > 8
    untrue = [(IDS.index(item), each) for item, each in told if not is_so(each, item, asker)]
    assert untrue == []
