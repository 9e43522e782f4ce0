"""How good it is, measured on real histories by the real engine, also through its process."""

import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

import household_factory
import pytest

from mediadesk.api import Event, EventKind, Kind, UserError
from mediadesk.cli import trials
from mediadesk.engine.client import Client
from mediadesk.engine.engine import Engine
from mediadesk.engine.messages import Limits, Measured, Profiles, Quality, QualityView
from mediadesk.engine.trials import Trials, feedback
from mediadesk.engine.trials.filling import fill
from mediadesk.engine.trials.reading import read
from mediadesk.store import library, oplog

Open = Callable[..., Engine]
_PATIENCE_S = 60.0


@pytest.fixture
def used(open_engine: Open, tmp_path: Path) -> Engine:
    """A library of two kinds in two languages, with the histories of two people."""
    household_factory.write(tmp_path / "set", items=120, users=2, events=60)
    data = read(tmp_path / "set")
    engine = open_engine()
    items = tuple(
        replace(item, kind=Kind.SONG if n % 4 == 0 else Kind.FILM)
        for n, item in enumerate(data.items)
    )
    fill(engine._store, replace(data, items=items), engine._registry, engine._models)
    engine.profiles.add("ann")
    top = feedback.scale(data.value)
    for who, own in zip(("me", "ann"), data.of_users(), strict=True):
        done = [
            replace(event, id="", at=1e9 + 60 * n, profile=who)
            for n, event in enumerate(feedback.events(data, own, top))
        ]
        engine._store.write(lambda db, done=done: oplog.add_events(db, done))
    return engine


def test_what_was_measured_is_kept_for_who_it_was_measured_for(used: Engine) -> None:
    assert used.quality.standing() == QualityView(profile="me")
    measured = used.quality.measure()
    assert used.quality.standing() == QualityView(profile="me", measured=measured)
    assert used.quality.standing(profile="ann").measured is None
    assert abs(measured.at - time.time()) < _PATIENCE_S
    found = measured.outcome
    assert len(found.moments) == found.users > 5
    hits = [moment.places["mediadesk"] is not None for moment in found.moments]
    share = found.metrics["hit@10"].value
    assert share == pytest.approx(sum(hits) / len(hits), abs=1e-4)
    assert found.moments[0].ndcg.keys() == {"mediadesk", *found.baselines}
    assert [moment.at for moment in found.moments] == sorted(moment.at for moment in found.moments)
    for shares in (found.exposure, found.available):
        assert shares.keys() == {"kind", "language"}
        assert sum(shares["kind"].values()) == pytest.approx(1, abs=1e-3)
    assert found.available["kind"]["song"] == pytest.approx(0.25, abs=0.1)
    long_tail = found.metrics["long_tail"].value
    assert long_tail is not None
    assert 0 < long_tail < 1, "ann has touched a half of all"


def test_who_has_limits_is_measured_on_what_the_panel_may_show(used: Engine) -> None:
    films = {item.id for item in used.views(used.ids(kinds=["film"]))}
    used.profiles.set_pin("4321")
    used.profiles.limit("me", Limits(allowed_items=tuple(films)), pin="4321")
    outcome = used.quality.measure().outcome
    assert outcome.exposure["kind"] == {"film": 1.0}
    assert outcome.available["kind"] == {"film": 1.0}


def test_who_was_asked_for_is_measured_though_another_one_looks_by_now(
    used: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = used.quality.measure().outcome
    load = used.quality._trials

    def slow() -> Trials:
        used.profiles.use("ann")
        return load()

    monkeypatch.setattr(used.quality, "_trials", slow)
    assert used.quality.measure().outcome == mine
    assert used.quality.standing(profile="ann").measured is None


def test_what_tells_titles_is_forgotten_when_other_ones_may_be_seen(used: Engine) -> None:
    first = used.quality.measure().outcome.moments[0]
    others = tuple(each for each in used.ids() if each != first.item)
    used.profiles.set_pin("4321")
    used.profiles.limit("me", Limits(allowed_items=others), pin="4321")
    assert used.quality.standing() == QualityView(profile="me")
    used.profiles.limit("me", None, pin="4321")
    assert used.quality.standing() == QualityView(profile="me"), "it is gone"


def test_of_few_moments_there_is_no_verdict_and_no_interval(used: Engine) -> None:
    used.profiles.add("eve")
    done = [
        Event(
            id="", profile="eve", item=each, kind=EventKind.FINISHED, at=1e9 + 1e4 * n, value=1.0,
            context={},
        )
        for n, each in enumerate(used.ids()[:6])
    ]  # fmt: skip
    used._store.write(lambda db: oplog.add_events(db, done))
    found = used.quality.measure(profile="eve").outcome
    assert found.users == 1
    for figures in (found.metrics, *found.baselines.values(), *found.differences.values()):
        assert all((each.low, each.high) == (None, None) for each in figures.values())
    assert found.baselines["random"]["hit@10"].value == pytest.approx(10 / 115, abs=1e-4)
    text = trials.shown(found)
    assert text.startswith("1 moment of your own history")
    assert "Too few to tell whether that is better or worse: it takes 19 more." in text


def test_what_one_asked_for_more_of_today_was_not_known_then(used: Engine) -> None:
    before = used.quality.measure().outcome
    liked = {moment.item for moment in before.moments}
    found = library.items(used._store.read(), sorted(liked))
    genres = Counter(genre for item in found.values() for genre in item.genres)
    used.ledger.lean(genres.most_common(1)[0][0], 3.0)
    assert used.quality.measure().outcome == before


def test_too_short_a_history_is_told_and_nothing_is_kept(used: Engine) -> None:
    used.profiles.add("eve")
    with pytest.raises(UserError, match=r"“eve” is too short"):
        used.quality.measure(profile="eve")
    assert used.quality.standing(profile="eve") == QualityView(profile="eve")


def test_only_the_measuring_of_who_is_meant_is_stopped_also_while_it_waits(used: Engine) -> None:
    data = used._places.data
    used.close()
    client = Client(data, on_change=lambda _: None)

    def begin(who: str) -> Future[Measured]:
        measuring = client.call(Quality.measure, profile=who)
        deadline = time.monotonic() + _PATIENCE_S
        while client.call(Quality.standing, profile=who).result(_PATIENCE_S).progress is None:
            assert not measuring.done()
            assert time.monotonic() < deadline
            time.sleep(0.01)
        return measuring

    try:
        mine, anns = begin("me"), begin("ann")
        assert not mine.done()
        client.call(Quality.halt, profile="ann").result(_PATIENCE_S)
        with pytest.raises(UserError, match="stopped"):
            anns.result(_PATIENCE_S)
        assert mine.result(_PATIENCE_S).outcome.users > 5
        again = client.call(Quality.measure, profile="ann").result(_PATIENCE_S)
        assert client.call(Quality.standing, profile="ann").result(_PATIENCE_S).measured == again
    finally:
        client.close()


def test_while_it_is_measured_the_engine_answers_and_can_stop_it(used: Engine) -> None:
    data = used._places.data
    used.close()
    client = Client(data, on_change=lambda _: None)
    try:
        measuring = client.call(Quality.measure)
        deadline = time.monotonic() + _PATIENCE_S
        while (told := client.call(Quality.standing).result(_PATIENCE_S)).progress is None:
            assert not measuring.done()
            assert time.monotonic() < deadline
            time.sleep(0.01)
        assert client.call(Profiles.household).result(_PATIENCE_S).now == told.profile
        client.call(Quality.halt).result(_PATIENCE_S)
        with pytest.raises(UserError, match="stopped"):
            measuring.result(_PATIENCE_S)
        assert client.call(Quality.standing).result(_PATIENCE_S) == QualityView(profile="me")
    finally:
        client.close()
