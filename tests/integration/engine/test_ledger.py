"""Everything learnt of a person is told with its source, and each of it can be had otherwise."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import library_factory
import pytest
from media_factory import song

from mediadesk.api import EventKind, UserError
from mediadesk.engine.engine import Engine
from mediadesk.engine.messages import LedgerView, Limits, Panel, Presence
from mediadesk.store import oplog


def opinions(ledger: LedgerView) -> dict[str, float | None]:
    return {one.item.id: one.value for one in ledger.opinions}


def scores(panel: Panel) -> dict[str, float]:
    return {card.id: card.score for shelf in panel.shelves for card in shelf.items}


def test_every_opinion_is_listed_with_what_it_comes_from(ready: Engine) -> None:
    liked, asleep, resting, seen = ready.ids()[:4]
    ready.feedback(liked, "like")
    ready.event(asleep, "played", share=0.8, presence=Presence(unattended=7_200.0))
    ready.feedback(resting, "not-now")
    ready.event(seen, "shown")
    told = ready.ledger.listed()
    assert told.profile == "me"
    assert opinions(told) == {
        liked: 1.0, asleep: pytest.approx(0.05, abs=0.05), resting: None
    }  # fmt: skip
    sources = {one.item.id: one.sources for one in told.opinions}
    assert [(one.kind, one.weight, one.why) for one in sources[liked]] == [("like", 1.0, "")]
    (doubtful,) = sources[asleep]
    assert (doubtful.kind, doubtful.value) == ("played", 0.8)
    assert doubtful.weight < 0.5
    assert "nobody had touched anything for 2 h" in doubtful.why
    assert set(told.rankers) >= {"taste"}
    assert set(told.rankers.values()) == {1.0}, "three opinions teach nothing of rankers"


def test_one_source_is_forgotten_and_brought_back(ready: Engine) -> None:
    item = ready.ids()[0]
    plain = scores(ready.for_you())
    ready.feedback(item, "less")
    ready.feedback(item, "like")
    taught = scores(ready.for_you())
    like, less = ready.ledger.listed().opinions[0].sources
    assert (like.kind, less.kind) == ("like", "less")
    made = ready.ledger.forget(like.id)
    assert opinions(ready.ledger.listed()) == {item: -1.0}
    ready.organising.undo(made.id)
    assert opinions(ready.ledger.listed()) == {item: 1.0}
    assert scores(ready.for_you()) == pytest.approx(taught, abs=1e-3)
    for source in ready.ledger.listed().opinions[0].sources:
        ready.ledger.forget(source.id)
    assert ready.ledger.listed().opinions == ()
    assert scores(ready.for_you()) == pytest.approx(plain, abs=1e-3)
    with pytest.raises(UserError, match="taken back already"):
        ready.ledger.forget(like.id)


def test_what_a_group_did_is_forgotten_for_all_of_it(ready: Engine) -> None:
    for name in ("ann", "bob"):
        ready.profiles.add(name)
    ready.profiles.add("both", members=["ann", "bob"])
    item = ready.ids()[0]
    ready.feedback(item, "like", profile="both")
    (mine,) = ready.ledger.listed(profile="ann").opinions
    ready.ledger.forget(mine.sources[0].id, profile="ann")
    for name in ("ann", "bob", "both"):
        assert ready.ledger.listed(profile=name).opinions == ()


def test_what_a_profile_may_not_see_is_not_its_to_forget(ready: Engine) -> None:
    ready.profiles.add("kid")
    ready.profiles.set_pin("1234")
    seen, hidden = ready.ids()[:2]
    for item in (seen, hidden):
        ready.feedback(item, "like", profile="kid")
    told = ready.ledger.listed(profile="kid").opinions
    sources = {one.item.id: one.sources[0].id for one in told}
    ready.profiles.limit("kid", Limits(allowed_items=(seen,)), pin="1234")
    ready.profiles.use("kid")
    with pytest.raises(UserError, match="Nothing is known of"):
        ready.ledger.forget(sources[hidden])
    assert ready.ledger.forget(sources[seen]).says.startswith("Forgot “like” of “")
    assert ready.ledger.listed().opinions == ()


def test_what_was_said_of_an_item_that_only_another_device_knows_is_forgotten(
    ready: Engine,
) -> None:
    like = partial(oplog.add_event, profile="me", item="elsewhere", kind=EventKind.LIKE)
    event = ready._store.write(like)
    made = ready.ledger.forget(event.id)
    assert made.says == "Forgot “like” of “elsewhere”"
    with pytest.raises(UserError, match="taken back already"):
        ready.ledger.forget(event.id)


def test_what_was_said_of_a_file_that_is_gone_is_forgotten(engine: Engine, media: Path) -> None:
    file = song(media / "Rain.mp3", seed=4, title="Rain")
    library_factory.rest(file)
    engine.add_folder(str(media))
    engine.analyze(wait=True)
    engine.feedback(str(file), "like")
    file.unlink()
    engine.scan()
    engine.filing.forget([engine.ledger.listed().opinions[0].item.id])
    (told,) = engine.ledger.listed().opinions
    assert engine.ledger.forget(told.sources[0].id).says == "Forgot “like” of “Rain”"
    assert engine.ledger.listed().opinions == ()


def test_less_of_a_tag_takes_just_its_weight_from_what_has_it(ready: Engine) -> None:
    ids = ready.ids()
    ready.feedback(ids[0], "like")
    tagged, other = ids[1], ids[2]
    ready.organising.tag([tagged], add=["Rainy day"])
    before = {item: ready.why(item) for item in (tagged, other)}
    made = ready.ledger.lean("rainy  DAY", -1.5)
    assert made.says == "Less of “rainy DAY” from now on"
    after = {item: ready.why(item) for item in (tagged, other)}
    assert after[tagged].score == pytest.approx(before[tagged].score - 1.5, abs=1e-3)
    assert after[other].score == pytest.approx(before[other].score, abs=1e-3)
    assert after[tagged].rankers["leaning"] == pytest.approx(-1.5)
    (reason,) = [each for each in after[tagged].reasons if each.ranker == "leaning"]
    assert (reason.text, reason.share) == (
        "You asked for less “rainy day”", pytest.approx(-1.5)
    )  # fmt: skip
    assert sum(each.share for each in after[tagged].reasons) == pytest.approx(after[tagged].score)
    (told,) = ready.ledger.listed().leanings
    assert (told.name, told.weight, told.items) == ("rainy day", -1.5, 1)
    ready.organising.undo(made.id)
    assert ready.ledger.listed().leanings == ()
    assert ready.why(tagged).score == pytest.approx(before[tagged].score, abs=1e-3)


def test_leanings_are_a_persons_own_and_count_in_a_group(ready: Engine) -> None:
    for name in ("ann", "bob"):
        ready.profiles.add(name)
    ready.profiles.add("both", members=["ann", "bob"])
    ids = ready.ids()
    for name in ("ann", "bob"):
        ready.feedback(ids[0], "like", profile=name)
    ready.organising.tag([ids[1]], add=["noisy"])
    ready.ledger.lean("noisy", -2, profile="ann")
    assert "leaning" not in ready.why(ids[1], profile="bob").rankers
    assert ready.why(ids[1], profile="both").rankers["ann: leaning"] < 0
    with pytest.raises(UserError, match="one of its members"):
        ready.ledger.lean("noisy", 1, profile="both")


@pytest.mark.parametrize(
    ("name", "weight", "says"),
    [
        ("nonsense", 1.0, "Nothing in the library is called “nonsense”"),
        (" ", 1.0, "Nothing in the library is called “”"),
        ("x", 9.0, "between -3"),
    ],
)
def test_what_can_not_be_wanted_is_refused(
    ready: Engine, name: str, weight: float, says: str
) -> None:
    with pytest.raises(UserError, match=says):
        ready.ledger.lean(name, weight)


def test_even_takes_a_leaning_away_and_nothing_is_learnt_in_private(ready: Engine) -> None:
    ready.organising.tag([ready.ids()[0]], add=["noisy"])
    ready.ledger.lean("noisy", 1)
    assert ready.ledger.lean("Noisy", 1).id == "", "it was so already"
    ready.ledger.lean("noisy", 0)
    assert ready.ledger.listed().leanings == ()
    ready._household.private = True
    with pytest.raises(UserError, match="private"):
        ready.ledger.lean("noisy", 1)


def test_what_was_said_of_a_tag_is_forgotten_everywhere_and_brought_back(ready: Engine) -> None:
    rain, wind, harbour = (ready.ids(text=title)[0] for title in ("Rain", "Wind", "Harbour"))
    ready.organising.tag([rain, wind, harbour], add=["Calm"])
    ready.organising.tag([harbour], remove=["calm"])
    ready.organising.merge(rain, [wind])
    ready.organising.tag([harbour], add=["windy"])
    assert ready.ledger.listed().tags.keys() == {"Calm", "windy"}
    made = ready.ledger.forget_tag("CALM")
    assert made.says == "Forgot what was said of the tag “CALM” on 2 items"
    assert ready.ledger.listed().tags == {"windy": 1}
    assert ready.organising.all_tags() == (("windy", 1),)
    ready.organising.undo(made.id)
    assert ready.ledger.listed().tags.keys() == {"Calm", "windy"}
    assert ready.views([rain])[0].labels == ("Calm",)
    with pytest.raises(UserError, match="Nobody put the tag “noisy” on anything"):
        ready.ledger.forget_tag("noisy")


def test_a_tag_that_was_taken_away_stands_as_it_was_found_when_that_is_forgotten(
    ready: Engine,
) -> None:
    item, found = next((item, tags) for item in ready.ids() if (tags := ready.item(item).tags))
    wrong = next(iter(found))
    ready.organising.tag([item], remove=[wrong])
    assert wrong not in ready.item(item).tags
    made = ready.ledger.forget_tag(wrong)
    assert ready.item(item).tags == found, "what was taught of it is unlearnt at once"
    ready.organising.undo(made.id)
    assert wrong not in ready.item(item).tags
