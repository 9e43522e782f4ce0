"""The simulated month on a real library: the simulator itself is right, and the panel as well."""

from __future__ import annotations

import shutil
import sqlite3
import time
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import library_factory
import numpy as np
import pytest
from simulated.evening import Past
from simulated.measuring import Measured, Measuring
from simulated.month import simulate
from simulated.people import GROUP, NAMES, household

from mediadesk.api import VIDEO
from mediadesk.engine.engine import Engine
from mediadesk.store import library

WEEK = 7
SHARES = ("ndcg", "ranking", "popularity", "chance", "left", "tried", "untouched", "shown")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return library_factory.analysed(tmp_path_factory.getbasetemp())[1]


@pytest.fixture(scope="module")
def week(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Measured]:
    return simulate(demo, tmp_path_factory.mktemp("month"), seed=1, days=WEEK)


def test_the_same_seed_gives_the_same_week_whenever_and_in_which_order_files_were_analysed(
    demo: Path, week: list[Measured], tmp_path: Path
) -> None:
    other = shutil.copytree(demo, tmp_path / "other")
    with closing(sqlite3.connect(other / "library.db", isolation_level=None)) as db:
        db.execute("UPDATE item SET added_at = 1.6e9 + 7919 * rowid % 900000")
        db.execute("UPDATE feature SET seq = -seq")
        db.execute("UPDATE feature SET seq = seq + 1 - (SELECT min(seq) FROM feature)")
    again = simulate(other, tmp_path, seed=1, days=WEEK)
    assert repr(again) == repr(week)  # nan is nothing's equal


def test_another_seed_gives_another_week_and_the_library_is_left_alone(
    demo: Path, week: list[Measured], tmp_path: Path
) -> None:
    before = (demo / "library.db").read_bytes()
    assert simulate(demo, tmp_path, seed=2, days=WEEK) != week
    assert (demo / "library.db").read_bytes() == before
    assert not list(tmp_path.iterdir())


def test_everybody_sits_down_and_all_together_once(week: list[Measured]) -> None:
    assert {each.who for each in week} == {*NAMES, GROUP}
    assert sum(each.who == GROUP for each in week) == 1
    assert [each.day for each in week] == sorted(each.day for each in week)


def test_no_order_is_better_than_the_best_one_and_coverage_only_grows(
    week: list[Measured],
) -> None:
    for each in week:
        shares = np.array([getattr(each, name) for name in SHARES])
        there = shares[~np.isnan(shares)]  # nothing is open any more to who has played all
        assert len(there)
        assert ((there >= 0) & (there <= 1 + 1e-9)).all()
    for name in ("shown", "played"):
        assert all(getattr(one, name) <= getattr(other, name) for one, other in pairwise(week))
    assert week[-1].played > 0


def test_nobody_is_shown_what_they_saw_refused_or_may_not_see(week: list[Measured]) -> None:
    assert sum(each.wrong for each in week) == 0


def test_a_card_of_what_was_seen_or_refused_is_noticed(ready: Engine) -> None:
    items = {each.item.id: each.item for each in library.all_items(ready._store.read())}
    panel = ready.for_you(profile="me")
    cards = [card for shelf in panel.shelves for card in shelf.items]
    video = next(card.id for card in cards if items[card.id].kind in VIDEO)
    other = next(card.id for card in cards if card.id != video)
    for past, wrong in (
        (Past(), 0),
        (Past(finished={video}), 1),
        (Past(finished={video}, refused={other}), 2),
    ):
        enjoy = household(list(items.values()), seed=0)
        pasts = {"me": past, GROUP: Past()}
        measuring = Measuring(ready, items, {"me": enjoy["Ada"]}, pasts)
        assert measuring.measure(1, "me", panel, now=time.time()).wrong == wrong
