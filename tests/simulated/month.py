"""A month of a household of three in front of the real engine, measured evening by evening."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from unittest.mock import patch

import numpy as np
from simulated.evening import Clock, Person
from simulated.measuring import Measured, Measuring
from simulated.people import CHILD, GROUP, NAMES, household

from mediadesk.engine.engine import Engine
from mediadesk.engine.messages import Limits
from mediadesk.recommend.profile import DAY
from mediadesk.settings import Places
from mediadesk.store import Store, library

DAYS = 30
_ADDED_AT = 1_700_000_000.0  # what is drawn by lot is drawn anew each day: no two dates are alike
_PIN = "2468"
_BLOCKED = ("insects", "reptiles")
_EVENING = 19 * 3_600.0
_AT_HOME = 0.85  # the chance of an evening in front of the panel
_TOGETHER = 5  # the day of the week on which they sit down together


def simulate(demo: Path, folder: Path, *, seed: int, days: int = DAYS) -> list[Measured]:
    """Let a household of tastes drawn from `seed` live with a copy of the library in `demo`.

    When its items were added is no matter: it is the same month with each preparation of it.
    """
    data = folder / f"household-{seed}"
    shutil.copytree(demo, data, ignore=shutil.ignore_patterns("cache"))
    (data / "cache").mkdir()
    (data / "cache" / "models").symlink_to(demo.absolute() / "cache" / "models")
    with closing(Store(Places.find(data).database)) as store:
        store.write(lambda db: db.conn.execute("UPDATE item SET added_at = ?", [_ADDED_AT]))
    engine = Engine(Places.find(data))
    try:
        month = _Month(engine, seed)
        with patch("time.time", month.clock):
            return [found for day in range(days) for found in month.live(day)]
    finally:
        engine.close()
        shutil.rmtree(data)


class _Month:
    def __init__(self, engine: Engine, seed: int) -> None:
        self._engine = engine
        found = library.all_items(engine._store.read())
        items = sorted((listed.item for listed in found), key=lambda item: item.id)
        self._start = (_ADDED_AT // DAY + 1) * DAY
        self.clock = Clock(self._start)
        self._chance = np.random.default_rng([seed, 1])
        enjoy = household(items, seed=seed)
        self._people = {
            name: Person(engine, self.clock, name, enjoy[name], self._chance)
            for name in (*NAMES, GROUP)
        }
        pasts = {name: person.past for name, person in self._people.items()}
        self._measuring = Measuring(engine, {item.id: item for item in items}, enjoy, pasts)
        engine.profiles.set_pin(_PIN)
        for name in NAMES:
            limits = Limits(blocked_tags=_BLOCKED) if name == CHILD else None
            engine.profiles.add(name, limits=limits, pin=_PIN)
        engine.profiles.add(GROUP, members=NAMES, pin=_PIN)

    def live(self, day: int) -> Iterator[Measured]:
        """Let those who are at home sit down one after the other, or all together once a week."""
        self.clock.now = self._start + day * DAY + _EVENING
        for name in [GROUP] if day % 7 == _TOGETHER else NAMES:
            if name == GROUP or self._chance.random() < _AT_HOME:
                panel = self._engine.for_you(profile=name)
                yield self._measuring.measure(day + 1, name, panel, now=self.clock.now)
                self._people[name].sit(panel)
