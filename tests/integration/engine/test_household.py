"""Several people, groups, children and private hours, on a real library."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from unittest.mock import patch

import pytest
from media_factory import clip
from read_library import read

from mediadesk.api import UserError
from mediadesk.engine.engine import Engine
from mediadesk.engine.guarded import KEPT
from mediadesk.engine.messages import Browse, Limits, Origin, Panel, Presence, Track
from mediadesk.play.queue import QueueState
from mediadesk.store import changes, events, locations, oplog, profiles, roots
from mediadesk.store.standing import standing
from mediadesk.sync import bundle

HERE = Origin(page="for-you", shelf="picks", slot=3)


def named(engine: Engine, title: str) -> str:
    return next(one.id for one in engine.views(engine.ids()) if one.title == title)


def titles(engine: Engine, profile: str | None = None) -> set[str]:
    return {one.title for one in engine.views(engine.ids(profile=profile), profile=profile)}


def on_panel(panel: Panel) -> set[str]:
    return {card.title for shelf in panel.shelves for card in shelf.items}


def log(engine: Engine) -> list[tuple[str, str, dict[str, object]]]:
    return [
        (event.profile, event.kind.value, event.context)
        for event in oplog.events(engine._store.read())
    ]


def is_closed(engine: Engine) -> bool:
    try:
        engine._store.write(lambda _: None)
    except RuntimeError:  # its thread has ended
        return True
    return False


def nfo(film: Path, *, rating: str = "", tag: str = "") -> None:
    said = f"<mpaa>{rating}</mpaa>" if rating else ""
    said += f"<tag>{tag}</tag>" if tag else ""
    film.with_suffix(".nfo").write_text(f"<movie><title>{film.stem}</title>{said}</movie>")


@pytest.fixture
def family(media: Path, engine: Engine) -> Engine:
    """Films for children and others, a PIN, and a child for whom a limit is yet to be set."""
    ratings = {"Nursery": "TV-Y", "School": "FSK 12", "Horror": "Rated R for gore", "Home": ""}
    for seed, (title, rating) in enumerate(ratings.items(), start=1):
        clip(media / f"{title}.mkv", seed=seed, title=title, seconds=1)
        if rating:
            nfo(media / f"{title}.mkv", rating=rating, tag="spooky" if title == "School" else "")
    engine._store.write(lambda db: roots.add(db, media))
    read(engine._store, media)
    engine.profiles.add("kid")
    engine.profiles.set_pin("2468")
    return engine


def test_an_event_says_who_where_and_on_which_device(ready: Engine) -> None:
    item = named(ready, "Harbour")
    ready.event(item, "opened", origin=HERE)
    ready.event(item, "played", share=0.5, position=1.5, watched=1.5, origin=HERE,
                presence=Presence(unattended=7200.0))  # fmt: skip
    ready.feedback(item, "like", origin=Origin(page="item"))
    ready.shown({item: HERE, named(ready, "Rain"): Origin(page="for-you", shelf="new", slot=1)})
    at = {"page": "for-you", "shelf": "picks", "slot": 3}
    assert log(ready) == [
        ("me", "opened", at),
        ("me", "played", at | {"unattended": 7200.0, "position": 1.5, "watched": 1.5}),
        ("me", "like", {"page": "item"}),
        ("me", "shown", at),
        ("me", "shown", {"page": "for-you", "shelf": "new", "slot": 1}),
    ]
    device = ready._store.read().conn.execute("SELECT id FROM device WHERE mine").fetchone()[0]
    assert {each.id.split(":")[0] for each in oplog.events(ready._store.read())} == {device}


def test_nothing_is_recorded_twice(ready: Engine) -> None:
    item = named(ready, "Harbour")
    for _ in range(2):
        ready.event(item, "finished", share=1.0, at=1.7e9)
        ready.searched(" the  Sea ")
    ready.searched("the sea")
    ready.searched("the coast")
    assert [kind for _, kind, _ in log(ready)] == ["finished", "searched", "searched"]
    assert events.searched(ready._store.read(), "me") == ["the coast", "the Sea"]
    ready.event(item, "finished", share=1.0, at=1.7e9 + 1)
    assert len(log(ready)) == 4
    for wrong in ("  ", "x" * 1001):
        with pytest.raises(UserError, match="1 to 1,000 characters"):
            ready.searched(wrong)
    assert ready.for_you().shelves, "a search is about no item, and breaks nothing"


def test_events_are_never_changed_or_taken_out(ready: Engine) -> None:
    item = named(ready, "Harbour")
    ready.feedback(item, "like")
    before = list(oplog.events(ready._store.read()))
    ready.feedback(item, "undo")
    ready.organising.rate([item], 4)
    ready.organising.undo()
    after = list(oplog.events(ready._store.read()))
    assert after[: len(before)] == before
    assert len(after) > len(before)


def test_what_a_group_does_its_members_do_and_nobody_else(ready: Engine) -> None:
    for name in ("anna", "ben", "carl"):
        ready.profiles.add(name)
    ready.profiles.add("Us", members=["anna", "ben"])
    harbour, rain = named(ready, "Harbour"), named(ready, "Rain")
    ready.event(harbour, "finished", share=1.0, profile="Us")
    ready.feedback(rain, "like", profile="Us")
    assert [context["members"] for _, _, context in log(ready)] == [["anna", "ben"]] * 2
    for name, seen in (("anna", True), ("ben", True), ("Us", True), ("carl", False), ("me", False)):
        views = ready.views([harbour, rain], profile=name)
        assert [views[0].finished, views[1].liked] == [seen, seen], name
    ready.organising.rate([harbour], 4, profile="Us")
    assert ready.views([harbour], profile="ben")[0].stars == 4
    ready.organising.undo()
    assert ready.views([harbour], profile="ben")[0].stars is None
    ready.profiles.regroup("Us", ["anna", "carl"])
    assert ready.views([harbour], profile="ben")[0].finished, "it was with them then"
    assert not ready.views([harbour], profile="carl")[0].finished
    ready.feedback(rain, "undo", profile="anna")
    assert [ready.views([rain], profile=name)[0].liked for name in ("anna", "ben")] == [False, True]


def test_the_panel_of_a_group_is_made_of_its_members_tastes(ready: Engine) -> None:
    for name in ("anna", "ben"):
        ready.profiles.add(name)
    ready.profiles.add("Us", members=["anna", "ben"])
    ready.feedback(named(ready, "Rain"), "like", profile="anna")
    ready.feedback(named(ready, "Harbour"), "like", profile="ben")
    ready.feedback(named(ready, "Wind"), "hide", profile="ben")
    panel = ready.for_you(profile="Us")
    assert not on_panel(panel) & {"Rain", "Harbour", "Wind"}, "judged by one is closed to both"
    cards = [card for shelf in panel.shelves for card in shelf.items if card.rankers]
    assert {ranker.split(": ")[0] for card in cards for ranker in card.rankers} == {"anna", "ben"}
    for card in cards:
        assert sum(card.rankers.values()) == pytest.approx(card.score, abs=1e-3)
    why = ready.why(cards[0].id, profile="Us")
    assert why.rank is not None
    assert sum(why.rankers.values()) == pytest.approx(why.score, abs=1e-6)
    assert set(why.without) <= {named(ready, "Rain"), named(ready, "Harbour")}


def test_a_group_needs_persons_and_is_no_person(ready: Engine) -> None:
    ready.profiles.add("anna")
    for members in (["anna"], ["anna", "anna"], ["Us", "anna"]):
        with pytest.raises(UserError):
            ready.profiles.add("Us", members=members)
    ready.profiles.add("Us", members=["me", "anna"])
    with pytest.raises(UserError, match="two or more persons"):
        ready.profiles.add("All", members=["Us", "anna"])
    with pytest.raises(UserError, match="is a person, not a group"):
        ready.profiles.regroup("anna", ["me", "Us"])
    with pytest.raises(UserError, match="is a group, which has the limits of its members"):
        ready.profiles.limit("Us", Limits(max_age=6), pin=None)


def test_limits_need_a_pin_first(ready: Engine) -> None:
    ready.profiles.add("kid")
    with pytest.raises(UserError, match="Limits need a PIN"):
        ready.profiles.limit("kid", Limits(max_age=6))
    ready.profiles.set_pin("1234")
    with pytest.raises(UserError, match="needs the household's PIN"):
        ready.profiles.limit("kid", Limits(max_age=6))
    for wrong in (Limits(), Limits(max_age=-1), Limits(max_age=40)):
        with pytest.raises(UserError):
            ready.profiles.limit("kid", wrong, pin="1234")
    assert ready.profiles.limit("kid", Limits(max_age=6), pin="1234").limited
    assert not ready.profiles.limit("kid", None, pin="1234").limited


@pytest.mark.parametrize(
    ("limits", "seen"),
    [
        (Limits(max_age=12), {"Nursery", "School"}),
        (Limits(max_age=0), {"Nursery"}),
        (Limits(max_age=12, blocked_tags=("Spooky",)), {"Nursery"}),
        (Limits(blocked_tags=("spooky",)), {"Nursery", "Horror", "Home"}),
        (Limits(max_age=0, allowed_tags=("Ours",)), {"Nursery", "Home"}),
        (Limits(allowed_tags=("ours",)), {"Home"}),
        (Limits(max_age=0, allowed_collections=("For kids",)), {"Nursery", "School"}),
        (Limits(max_age=0, blocked_tags=("spooky",), allowed_collections=("For kids",)),
         {"Nursery"}),
        (Limits(max_age=0, blocked_tags=("spooky",), allowed_items=("School",)),
         {"Nursery", "School"}),
    ],
)  # fmt: skip
def test_what_a_child_may_see(family: Engine, limits: Limits, seen: set[str]) -> None:
    family.organising.tag([named(family, "Home")], add=["ours"])
    family.organising.make_collection("For kids")
    family.organising.collect("For kids", [named(family, "School")])
    if limits.allowed_items:
        limits = Limits(max_age=limits.max_age, blocked_tags=limits.blocked_tags,
                        allowed_items=(named(family, "School"),))  # fmt: skip
    family.profiles.limit("kid", limits, pin="2468")
    assert titles(family, "kid") == seen
    assert titles(family) == {"Nursery", "School", "Horror", "Home"}


def test_nothing_else_is_seen_anywhere(family: Engine) -> None:
    horror, home, school = (named(family, one) for one in ("Horror", "Home", "School"))
    family.organising.make_collection("Mixed")
    family.organising.collect("Mixed", [horror, school])
    family.feedback(horror, "like", profile="kid")
    family.profiles.limit("kid", Limits(max_age=12), pin="2468")
    assert on_panel(family.for_you(profile="kid")) <= {"Nursery", "School"}
    assert len(on_panel(family.for_you(profile="kid"))) == 2
    family.profiles.use("kid")
    family.searched("horror")
    assert on_panel(family.for_you()) == {"Nursery", "School"}
    assert {card.title for card in family.starters().items} <= {"Nursery", "School"}
    assert [one.title for one in family.views([horror, home, school])] == ["School"]
    assert len(family.browsing.rows(Browse(text="is:hidden OR horror")).numbers) == 0
    facets = {
        value.label: value.items
        for facet in family.browsing.facets(Browse(text=""))
        for value in facet.values
    }
    assert max(facets.values()) == 2
    assert {card.title for card in family.similar(school).items} <= {"Nursery"}
    assert [one.title for one in family.ask("films", limit=50).items] == ["Nursery", "School"]
    assert family.organising.collected("Mixed") == (school,)
    assert [each.items for each in family.organising.collections()] == [1]
    for look in (
        lambda: family.item(horror),
        lambda: family.item(str(next(Path(family.status().folders[0].path).glob("Horror*")))),
        lambda: family.why(horror),
        lambda: family.similar(horror),
        lambda: family.feedback(horror, "like"),
        lambda: family.event(horror, "played"),
        lambda: family.playing.sit_down(horror),
        lambda: family.players(horror),
        lambda: family.organising.rate([horror], 5),
        lambda: family.browsing.storyboard(horror),
    ):
        with pytest.raises(UserError, match="“kid” may not see"):
            look()


def test_a_child_can_not_lift_its_limits(
    family: Engine, open_engine: Callable[..., Engine]
) -> None:
    horror, school = named(family, "Horror"), named(family, "School")
    family.profiles.limit("kid", Limits(max_age=12, allowed_tags=("ours",)), pin="2468")
    made = family.organising.tag([school], add=["fine"])
    family.profiles.use("kid")
    for way in (
        lambda: family.profiles.use("me"),
        lambda: family.profiles.limit("kid", None),
        lambda: family.profiles.add("other"),
        lambda: family.profiles.set_pin("1111"),
    ):
        with pytest.raises(UserError, match="needs the household's PIN"):
            way()
    with pytest.raises(UserError, match="not the household's PIN"):
        family.profiles.use("me", pin="0000")
    with pytest.raises(UserError, match="“kid” has limits: go to “me” with"):
        family.for_you(profile="me")
    for change in (
        lambda: family.organising.tag([school], add=["ours"]),
        lambda: family.organising.edit([school], {"title": "X"}),
        lambda: family.organising.undo(made.id),
        lambda: family.organising.make_collection("Mine"),
        lambda: family.add_folder("media"),
        family.filing.absent,
        lambda: family.writing.plan_write([school]),
        lambda: family.restore("x"),
    ):
        with pytest.raises(UserError, match="“kid” has limits, so the library can't be changed"):
            change()
    rated = family.organising.rate([school], 5)  # its own marks it may set and take back
    family.organising.undo(rated.id)
    assert family.views([school])[0].stars is None
    family.close()
    again = open_engine()
    assert again.profiles.names()[0] == "kid", "also after the next start"
    assert titles(again) == {"Nursery", "School"}
    again.profiles.use("me", pin="2468")
    assert horror in again.ids()


def test_what_is_everybodys_is_kept_from_a_child(family: Engine) -> None:
    family.profiles.limit("kid", Limits(max_age=12), pin="2468")
    was = family.working.pace(gentle_on_battery=True), family.status().paused
    family.profiles.use("kid")
    refused = re.escape("“kid” has limits, so the library can't be changed")
    for group, verbs in KEPT.items():
        part = family if group == "Verbs" else getattr(family, group.lower())
        for verb in verbs:
            with pytest.raises(UserError, match=refused):
                getattr(part, verb)()
    family.working.playing(on=True)
    family.organising.hide([named(family, "School")])
    assert family.plugins()
    family.profiles.use("me", pin="2468")
    assert (family.working.pace(), family.status().paused) == was
    family.pause(paused=True)
    assert family.status().paused


def test_a_child_takes_back_what_it_did_and_does_it_again(family: Engine) -> None:
    school = named(family, "School")
    family.profiles.limit("kid", Limits(max_age=12), pin="2468")
    family.profiles.use("kid")
    organising = family.organising
    for made in (
        organising.rate([school], 5),
        organising.rate([school], None),
        organising.mark([school], watched=True),
        organising.mark([school], watched=False),
        organising.write_note(school, "Again!"),
        organising.hide([school]),
        organising.hide([school], hidden=False),
        family.playing.dismiss(school),
    ):
        undone = organising.undo(made.id)
        again = organising.undo(undone.id)
        organising.undo(again.id)


def test_limits_follow_what_changes(family: Engine, media: Path) -> None:
    family.profiles.limit("kid", Limits(max_age=12, allowed_tags=("ours",)), pin="2468")
    assert titles(family, "kid") == {"Nursery", "School"}
    family.organising.tag([named(family, "Home")], add=["Ours"])
    assert titles(family, "kid") == {"Nursery", "School", "Home"}
    family.organising.undo()
    assert titles(family, "kid") == {"Nursery", "School"}
    nfo(media / "School.mkv", rating="FSK 16")
    read(family._store, media)
    assert titles(family, "kid") == {"Nursery"}


def test_a_group_may_see_what_all_its_members_may(family: Engine) -> None:
    family.profiles.add("Us", members=["me", "kid"])
    assert len(titles(family, "Us")) == 4
    family.profiles.limit("kid", Limits(max_age=0), pin="2468")
    assert titles(family, "Us") == {"Nursery"}
    assert on_panel(family.for_you(profile="Us")) == {"Nursery"}
    told = {each.name: each.limited for each in family.profiles.household().profiles}
    assert told == {"me": False, "Us": True, "kid": True}


def test_in_private_nothing_at_all_is_recorded(ready: Engine, tmp_path: Path) -> None:
    item = named(ready, "Harbour")
    ready.event(item, "played", share=0.5, position=1.5, watched=1.5)

    def written() -> dict[str, list[object]]:
        db = sqlite3.connect(ready._places.database)
        names = [row[0] for row in db.execute("SELECT name FROM sqlite_schema WHERE type='table'")]
        kept = {name: db.execute(f"SELECT * FROM {name}").fetchall() for name in names}
        db.close()
        return kept

    before = written()
    assert ready.profiles.be_private(on=True).private
    ready.event(item, "played", share=0.9, position=2.8)
    ready.event(item, "finished")
    ready.shown({item: HERE})
    ready.searched("secrets")
    ready.playing.choose_audio(item, Track(language="de"))
    ready.playing.choose_subtitle(item, Track(off=True))
    ready.playing.choose_speed(item, 2.0)
    ready.playing.keep_queue(QueueState(items=(item,), order=(0,)))
    assert ready.playing.sit_down(item).start == 1.5, "what was before is still known"
    for said in (
        lambda: ready.feedback(item, "like"),
        lambda: ready.organising.rate([item], 5),
        lambda: ready.organising.mark([item], watched=True),
        lambda: ready.organising.hide([item]),
        lambda: ready.organising.write_note(item, "x"),
        lambda: ready.playing.dismiss(item),
    ):
        with pytest.raises(UserError, match="Nothing is recorded in private mode"):
            said()
    assert ready.for_you().shelves
    after = written()
    assert {name for name in after if after[name] != before[name]} <= {"plugin_usage"}
    assert not ready.profiles.be_private(on=False).private
    ready.event(item, "finished")
    assert [kind for _, kind, _ in log(ready)] == ["played", "finished"]


def test_private_ends_with_the_engine(
    ready: Engine, open_engine: Callable[..., Engine], tmp_path: Path
) -> None:
    ready.profiles.be_private(on=True)
    ready.close()
    assert not open_engine(tmp_path / "ready").profiles.household().private


def test_the_log_says_who_was_there(ready: Engine) -> None:
    assert profiles.heard(ready._store.read(), after=0) == []
    ready.profiles.add("anna")
    ready.profiles.add("Us", members=["me", "anna"])
    ready.feedback(named(ready, "Rain"), "like", profile="Us")
    assert profiles.heard(ready._store.read(), after=0) == ["anna", "me"]
    stored = ready._store.read().conn.execute("SELECT profile, context FROM event").fetchall()
    assert [(who, json.loads(context)) for who, context in stored] == [
        ("Us", {"members": ["me", "anna"]})
    ]


def test_closing_closes_everything_whoever_looks_and_whatever_fails(
    family: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    family.profiles.limit("kid", Limits(max_age=12), pin="2468")
    family.close()
    windowed = Engine(family._places, in_window=True, safe=True)
    windowed.for_you()
    windowed.profiles.use("kid")
    windowed.close()
    assert is_closed(windowed)
    broken = Engine(family._places, in_window=True, safe=True)

    def fail() -> None:
        raise UserError("The models can't be closed.")

    monkeypatch.setattr(broken._models, "close", fail)
    with pytest.raises(UserError, match="can't be closed"):
        broken.close()
    assert is_closed(broken)
    monkeypatch.undo()
    broken._models.close()


def test_a_child_takes_back_its_own_words_and_nobody_elses(family: Engine, media: Path) -> None:
    school = named(family, "School")
    family.profiles.limit("kid", Limits(max_age=12), pin="2468")
    file = media / "Horror.mkv"
    family._store.write(lambda db: locations.set_missing(db, [str(file)]))
    family.filing.forget([named(family, "Horror")])
    family.profiles.use("kid")
    with pytest.raises(UserError, match="“kid” has limits, so the library can't be changed"):
        family.organising.undo()
    family.organising.write_note(school, "Good")
    assert family.organising.undo().says.startswith("Undone: Wrote the note")
    assert family.item(school).note == ""


def test_a_child_changes_neither_the_work_nor_the_plugins(family: Engine, media: Path) -> None:
    family.profiles.limit("kid", Limits(max_age=12), pin="2468")
    family.profiles.use("kid")
    for change in (
        lambda: family.budget_plugin("taste", "idle"),
        family.scan,
        family.backup,
        family.working.retry,
        lambda: family.working.cancel("probe"),
        lambda: family.working.resume("probe"),
    ):
        with pytest.raises(UserError, match="“kid” has limits, so the library can't be changed"):
            change()


def test_a_child_is_told_of_no_hidden_file(family: Engine, media: Path) -> None:
    family.profiles.limit("kid", Limits(max_age=12), pin="2468")
    horror, school = (str(media / f"{one}.mkv") for one in ("Horror", "School"))
    for file in (horror, school):
        family._store.write(
            lambda db, file=file: db.conn.execute(
                "UPDATE location SET problem = 'It is damaged.' WHERE path = ?", [file]
            )
        )
    assert {one.path for one in family.status().problems} == {horror, school}
    assert len(family.sort_out([horror, school]).items) == 2
    family.profiles.use("kid")
    assert [one.path for one in family.status().problems] == [school]
    assert not family.status().work, "it tells how much there is"
    assert family.status().seconds_left is None, "that would tell of it, too"
    assert family.for_you().total == len(family.ids())
    assert family.sort_out([horror, school]).items == (named(family, "School"),)
    assert family.sort_out([horror]).waiting == (horror,)


def test_what_stands_changes_with_who_is_in_a_collection(family: Engine) -> None:
    school = named(family, "School")
    family.organising.make_collection("For kids")
    family.profiles.limit("kid", Limits(allowed_collections=("For kids",)), pin="2468")
    seen = [standing(family._store.read())]
    for change in (
        lambda: family.organising.collect("For kids", [school]),
        lambda: family.organising.uncollect("For kids", [school]),
        family.organising.undo,
        lambda: family.organising.remove_collection("For kids"),
    ):
        change()
        seen.append(standing(family._store.read()))
    assert all(one != next_one for one, next_one in pairwise(seen))


def test_in_private_nothing_is_taken_back_or_imported(ready: Engine, tmp_path: Path) -> None:
    made = ready.organising.rate([named(ready, "Rain")], 4)
    ready.profiles.be_private(on=True)
    for act in (
        lambda: ready.organising.undo(made.id),
        lambda: ready.import_history(str(tmp_path)),
        ready.undo_import,
    ):
        with pytest.raises(UserError, match="Nothing is recorded in private mode"):
            act()
    assert changes.stands(ready._store.read(), made.id)


def test_a_window_goes_on_with_who_looks_when_a_command_names_another(
    ready: Engine, open_engine: Callable[..., Engine], tmp_path: Path
) -> None:
    ready.profiles.add("anna")
    other = open_engine(tmp_path / "ready")
    other.profiles.use("anna")
    ready._preferences.reload()
    ready.theme("dark")
    assert ready.profiles.household().now == "me"
    assert open_engine(tmp_path / "ready").profiles.household().now == "anna"


def test_limits_come_to_another_device_with_the_pin_that_guards_them(
    family: Engine, open_engine: Callable[[Path], Engine], tmp_path: Path
) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    family.profiles.limit("kid", Limits(max_age=12), pin="2468")
    tablet = open_engine(tmp_path / "tablet")
    tablet.profiles.set_pin("1111")  # whoever has it in hand takes one there before it hears
    for each in (family, tablet):
        each.syncing.setup(str(shared))
        each.syncing.run()
    family.syncing.run()
    (kid,) = [each for each in tablet.profiles.household().profiles if each.name == "kid"]
    assert kid.limits == Limits(max_age=12)
    for engine in (family, tablet):
        with pytest.raises(UserError, match="not the household's PIN"):
            engine.profiles.limit("kid", None, pin="1111")
    assert tablet.profiles.set_pin("9753", pin="2468").has_pin
    tablet.syncing.run()
    family.syncing.run()
    assert not family.profiles.limit("kid", None, pin="9753").limited
    (family._places.data / "pin.json").unlink()  # forgotten, and taken anew
    family.profiles.set_pin("8642")
    family.syncing.run()
    tablet.syncing.run()
    tablet.profiles.limit("kid", Limits(max_age=6), pin="8642")
    again = open_engine(family._places.data)
    again.profiles.limit("me", Limits(max_age=12), pin="8642")


@pytest.mark.parametrize("looks", ["kid", "both"])
def test_a_child_who_looks_keeps_its_limits_though_another_device_erases_it(
    family: Engine, open_engine: Callable[[Path], Engine], tmp_path: Path, looks: str
) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    family.profiles.limit("kid", Limits(max_age=12), pin="2468")
    family.profiles.add("anna")
    family.profiles.add("both", members=("kid", "anna"))
    tablet = open_engine(tmp_path / "tablet")
    for each in (family, tablet):
        each.syncing.setup(str(shared))
        each.syncing.run()
    tablet.profiles.use(looks)
    with pytest.raises(UserError, match="has limits"):
        tablet.syncing.run()
    family.privacy.erase("kid")
    tablet._in_step._run()  # as it does by itself
    with pytest.raises(UserError, match="needs the household's PIN"):
        tablet.profiles.use("me")
    (now,) = [each for each in tablet.profiles.household().profiles if each.name == looks]
    assert now.limited
    tablet.profiles.use("me", pin="2468")
    tablet.privacy.erase("kid")
    family.syncing.run()
    assert "kid" not in [*family.profiles.names(), *tablet.profiles.names()]


def test_a_name_that_is_a_child_here_and_a_group_there_can_be_freed_of_limits(
    family: Engine, open_engine: Callable[[Path], Engine], tmp_path: Path
) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    family.profiles.limit("kid", Limits(max_age=12), pin="2468")
    tablet = open_engine(tmp_path / "tablet")
    for name in ("ann", "bob"):
        tablet.profiles.add(name)
    tablet.profiles.add("kid", members=("ann", "bob"))
    for each in (tablet, family):
        each.syncing.setup(str(shared))
        each.syncing.run()
    assert family.profiles.regroup("kid", ("ann", "bob"), pin="2468").limited
    assert not family.profiles.limit("kid", None, pin="2468").limited


def test_what_an_older_mediadesk_kept_to_itself_is_told_at_the_next_start(
    open_engine: Callable[[Path], Engine], tmp_path: Path
) -> None:
    engine = open_engine(tmp_path / "old")
    engine.profiles.set_pin("2468")
    row = "INSERT INTO profile(id, name, added_at, limits) VALUES('kid', 'kid', 5, ?)"
    engine._store.write(
        lambda db: [
            db.conn.execute(row, ['{"max_age": 6}']),
            *(db.conn.execute(f"DELETE FROM {table}") for table in ("op", "register")),
        ]
    )
    for _ in range(2):
        engine = open_engine(tmp_path / "old")
        told = engine._store.read().conn.execute("SELECT item, field FROM op ORDER BY seq")
        assert told.fetchall() == [
            ("household", "pin"), ("profile", "made"), ("profile", "limits"),
        ]  # fmt: skip


def test_what_came_is_told_of_though_nothing_can_be_laid(
    open_engine: Callable[[Path], Engine], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    family, tablet = (open_engine(tmp_path / name) for name in ("family", "tablet"))
    for each in (family, tablet):
        each.syncing.setup(str(shared))
    for each, name in ((family, "Best"), (tablet, "Mine")):
        each.organising.make_collection(name)
    family.syncing.run()
    told: list[frozenset[str]] = []
    monkeypatch.setattr(tablet, "_on_change", lambda changed: told.append(changed.what))
    full = OSError(28, "No space left")
    with (
        patch.object(bundle, "write", side_effect=full),
        pytest.raises(UserError, match="free some space"),
    ):
        tablet.syncing.run()
    assert [each.name for each in tablet.organising.collections()] == ["Best", "Mine"]
    assert any("profiles" in names for names in told)
