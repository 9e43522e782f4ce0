"""What a person says of a real small library, and taking it back."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import library_factory
import pytest
from library_factory import rest
from media_factory import clip

from mediadesk.api import SURE, EventKind, UserError
from mediadesk.api.errors import TakenBackError
from mediadesk.engine.engine import Engine
from mediadesk.engine.messages import FIELDS, FieldView, ItemPage, ItemView
from mediadesk.recommend.profile import hiding
from mediadesk.store import features, oplog
from mediadesk.understand import FEATURE
from mediadesk.understand.kinds import SURE_KIND

Open = Callable[..., Engine]


@pytest.fixture
def titles(ready: Engine) -> dict[str, str]:
    return {view.title: view.id for view in ready.views(ready.ids())}


def view(engine: Engine, item: str, profile: str | None = None) -> ItemView:
    return engine.views([item], profile=profile)[0]


def field(page: ItemPage, name: str) -> FieldView:
    return next(each for each in page.fields if each.name == name)


def jobs(engine: Engine) -> set[tuple[str, str, str, float]]:
    """Every job: its item, extractor and state, and when it was done."""
    sql = "SELECT item, extractor, state, updated_at FROM job"
    return set(engine._store.read().conn.execute(sql).fetchall())


def test_a_rating_is_of_one_profile_and_is_taken_back_and_done_again(
    ready: Engine, titles: dict[str, str]
) -> None:
    both = [titles["Rain"], titles["Snow"]]
    ready.organising.rate(both[:1], 2)
    change = ready.organising.rate(both, 4.5)
    assert (change.says, change.items) == ("Rated 2 items 4.5 of 5", 2)
    assert [view(ready, each).stars for each in both] == [4.5, 4.5]
    ready.profiles.add("somebody")
    assert view(ready, both[0], "somebody").stars is None
    back = ready.organising.undo()
    assert (back.says, back.items) == ("Undone: Rated 2 items 4.5 of 5", 2)
    assert [view(ready, each).stars for each in both] == [2, None]
    again = ready.organising.undo(back.id)
    assert again.says == "Done again: Rated 2 items 4.5 of 5"
    assert [view(ready, each).stars for each in both] == [4.5, 4.5]
    assert ready.organising.rate(both, None).items == 2
    assert view(ready, both[0]).stars is None
    assert [each.undone for each in ready.organising.changes()][:3] == [False, False, True]
    for wrong in (0, 0.7, 5.5, float("nan")):
        with pytest.raises(UserError, match="in halves"):
            ready.organising.rate(both, wrong)


def test_what_was_so_already_is_no_change(ready: Engine, titles: dict[str, str]) -> None:
    ready.organising.rate([titles["Rain"]], 3)
    before = ready.organising.changes()
    for nothing in (
        ready.organising.rate([titles["Rain"]], 3),
        ready.organising.mark([titles["Rain"]], watched=False),
        ready.organising.tag([titles["Rain"]], remove=["never put"]),
        ready.organising.write_note(titles["Rain"], " "),
        ready.organising.edit([titles["Rain"]], {"year": None}),
    ):
        assert (nothing.id, nothing.items) == ("", 0)
        assert nothing.says == "Nothing is different: it was so already"
    assert ready.organising.changes() == before


def test_an_edit_tells_what_is_different_by_it(ready: Engine, titles: dict[str, str]) -> None:
    rain = [titles["Rain"]]
    assert ready.organising.edit(rain, {"title": None, "year": 1999}).says == (
        "Changed the year of “Rain”"
    )
    ready.organising.edit(rain, {"genres": ["Folk"]})
    assert ready.organising.edit(rain, {"year": 1999, "album": "Sky", "genres": None}).says == (
        "Changed the album and unlocked the genres of “Rain”"
    )


def test_a_dropped_file_is_the_item_that_it_counts_as(
    ready: Engine, titles: dict[str, str]
) -> None:
    rain, snow = titles["Rain"], titles["Snow"]
    paths = {each.id: each.path for each in ready.views([rain, snow])}
    ready.organising.merge(snow, [rain])
    folder = str(Path(str(paths[rain])).parent)
    found = ready.sort_out([str(paths[rain]), f"{folder}/cover.txt", "/elsewhere/film.mkv"])
    assert (found.items, found.waiting) == ((snow,), (f"{folder}/cover.txt",))
    assert found.around == ("/elsewhere",)


def test_marks_begin_anew_and_end_what_was_begun(ready: Engine, titles: dict[str, str]) -> None:
    item = titles["Lighthouse"]
    ready.event(item, "played", share=0.4, position=1.2)
    assert ready.organising.mark([item], watched=True).items == 1
    seen = view(ready, item)
    assert (seen.finished, seen.progress) == (True, 1)
    assert item not in [each.id for shelf in ready.for_you().shelves for each in shelf.items]
    ready.organising.mark([item], watched=False)
    assert (view(ready, item).finished, view(ready, item).progress) == (False, 0)
    ready.organising.undo()
    ready.organising.undo()
    begun = view(ready, item)
    assert (begun.finished, begun.progress, begun.position_s) == (False, 0.4, 1.2)


def test_hidden_items_come_back_however_they_were_hidden(
    ready: Engine, titles: dict[str, str]
) -> None:
    both = [titles["Rain"], titles["Snow"]]
    ready.feedback(both[0], "like")
    assert ready.organising.hide(both).items == 2
    assert all(view(ready, each).hidden for each in both)
    ready.feedback(both[1], "not-now")
    ready.profiles.add("ann")
    ready.organising.hide(both, profile="ann")
    assert ready.organising.hide(both, hidden=False).items == 2
    assert not any(view(ready, each).hidden for each in both)
    assert all(ready.item(each, profile="ann").item.hidden for each in both)
    assert view(ready, both[0]).liked
    ready.organising.undo()
    events = oplog.events(ready._store.read(), profile=ready._access.profile(None))
    assert set(hiding(events)) == set(both)


def test_tags_are_found_in_any_case_and_kept_as_first_written(
    ready: Engine, titles: dict[str, str]
) -> None:
    rain, snow = titles["Rain"], titles["Snow"]
    ready.organising.tag([rain], add=["  Rainy   day ", "cafe\u0301"])
    ready.organising.tag([rain, snow], add=["RAINY DAY"])
    assert view(ready, rain).labels == ("Rainy day", "café")
    assert view(ready, snow).labels == ("Rainy day",)
    assert ready.organising.all_tags() == (("café", 1), ("Rainy day", 2))
    common = ready.organising.common([rain, snow])
    assert common.tags == (("café", 1), ("Rainy day", 2))
    assert (common.items, common.fields["artist"], common.fields.get("title")) == (2, "Anna", None)
    ready.organising.tag([rain, snow], remove=["rainy DAY"])
    assert ready.organising.all_tags() == (("café", 1),)
    ready.organising.undo()
    assert ready.organising.all_tags() == (("café", 1), ("Rainy day", 2))
    for wrong in ("", " ", 'a "b"', "x" * 201):
        with pytest.raises(UserError, match="tag"):
            ready.organising.tag([rain], add=[wrong])
    with pytest.raises(UserError, match="No tag is named"):
        ready.organising.tag([rain])
    with pytest.raises(UserError, match="“dry” can't be added and removed at once"):
        ready.organising.tag([rain], add=["dry"], remove=["Dry"])


def test_a_tag_in_two_spellings_is_put_once(ready: Engine, titles: dict[str, str]) -> None:
    done = ready.organising.tag([titles["Rain"]], add=["Wet", "wet", "WET"])
    assert done.says == "Tagged “Rain” “Wet”"
    assert ready.organising.all_tags() == (("Wet", 1),)
    many = ready.organising.tag([titles["Rain"]], add=[f"tag {n}" for n in range(40)])
    assert many.says.endswith("“tag 3”, “tag 4” and 35 more")


def test_what_nobody_can_see_is_left_out_of_what_is_written(
    ready: Engine, titles: dict[str, str]
) -> None:
    rain = titles["Rain"]
    ready.organising.tag([rain], add=["\u202egpj\x1b"])
    assert view(ready, rain).labels == ("gpj",)
    for unseen in ("\u200b", "\u202e \x00"):
        with pytest.raises(UserError, match="An empty name is no tag"):
            ready.organising.tag([rain], add=[unseen])
        with pytest.raises(UserError, match="An empty name is no collection"):
            ready.organising.make_collection(unseen)
    ready.organising.edit([rain], {"description": "Wet\x0b.\n\tVery\x00."})
    assert ready.item(rain).description == "Wet.\n\tVery."
    ready.organising.write_note(rain, "A\x00 note\u202e")
    assert ready.item(rain).note == "A note"


def test_a_tag_of_the_tagger_that_was_taken_away_stays_away(
    ready: Engine, titles: dict[str, str]
) -> None:
    tagged = next(each for each in ready.views(ready.ids()) if each.tags)
    unwanted = tagged.tags[0]
    ready.organising.tag([tagged.id], remove=[unwanted.upper()])
    assert unwanted not in view(ready, tagged.id).tags
    assert unwanted not in ready.item(tagged.id).tags
    ready.organising.undo()
    assert view(ready, tagged.id).tags == tagged.tags


def test_an_edit_goes_before_what_the_file_says_and_can_be_unlocked(
    ready: Engine, titles: dict[str, str]
) -> None:
    rain, snow = titles["Rain"], titles["Snow"]
    before = ready.item(rain)
    assert [each.name for each in before.fields] == list(FIELDS)
    assert (field(before, "title").value, field(before, "title").locked) == ("Rain", False)
    change = ready.organising.edit(
        [rain, snow], {"genres": "Ambient,  drone, Drone", "year": " 1999 ", "album": ""}
    )
    assert change.says == "Changed the genres, year and album of 2 items"
    edited = ready.item(rain)
    assert field(edited, "genres").value == "Ambient, drone"
    assert (field(edited, "genres").source, field(edited, "genres").locked) == ("user", True)
    assert ("embedded", "Folk") in field(edited, "genres").said
    assert (edited.item.year, edited.item.album) == (1999, "")
    assert len(ready.ids(text="genre:ambient")) == 2
    ready.organising.edit([rain], {"genres": None})
    assert field(ready.item(rain), "genres") == field(before, "genres")
    ready.organising.undo()
    ready.organising.undo()
    assert ready.item(rain).fields == before.fields
    assert view(ready, rain) == before.item


def test_special_episodes_have_the_season_zero_and_an_empty_number_unlocks(
    ready: Engine, titles: dict[str, str]
) -> None:
    item = titles["Harbour"]
    ready.organising.edit([item], {"series": "Coasts", "season": 0, "episode": " 7 "})
    assert (view(ready, item).series, view(ready, item).season) == ("Coasts", 0)
    assert view(ready, item).episode == 7
    ready.organising.edit([item], {"season": "", "episode": None})
    assert (view(ready, item).season, view(ready, item).episode) == (None, None)


def test_genres_that_a_person_emptied_stay_empty(ready: Engine, titles: dict[str, str]) -> None:
    item = titles["Harbour"]
    ready.organising.edit([item], {"genres": "Noir"})
    ready.organising.edit([item], {"genres": " , "})
    (genres,) = [one for one in ready.item(item).fields if one.name == "genres"]
    assert (genres.value, genres.locked) == ("", True)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "name a field"),
        ({"colour": "red"}, "no field “colour”"),
        ({"year": "soon"}, "“soon” is no year"),
        ({"year": 12}, "from 1000 to 2999"),
        ({"season": True}, "is no season"),
        ({"title": "  "}, "can't be empty"),
        ({"kind": "opera"}, "no kind “opera”"),
        ({"genres": 7}, "are no genres"),
        ({"artist": ["A"]}, "give a text"),
        ({"album": "x" * 2001}, "too long"),
        ({"year": "soon", "title": "", "season": "1"}, "(?s)“soon” is no year.*\nA title can't"),
    ],
)
def test_what_can_not_stand_in_a_field_is_refused_in_a_sentence(
    ready: Engine, titles: dict[str, str], fields: dict[str, object], sentence: str
) -> None:
    with pytest.raises(UserError, match=sentence):
        ready.organising.edit([titles["Rain"]], fields)
    assert not ready.organising.changes()


def test_an_item_of_another_kind_is_analysed_as_one(ready: Engine, titles: dict[str, str]) -> None:
    item = titles["Rain"]
    had = {each.extractor for each in ready.item(item).jobs}
    assert "keyframes" not in had
    ready.organising.edit([item], {"kind": "clip", "title": "Rain on film"})
    ready.analyze(wait=True)
    now = {each.extractor: each.state for each in ready.item(item).jobs}
    assert now.keys() > had
    assert now["keyframes"] in {"done", "skipped", "failed"}
    assert now["text"] == "done"
    ready.organising.undo()
    assert view(ready, item).kind == "song"


def test_a_tag_teaches_what_is_alike_at_once_and_one_taken_away_stays_away(
    ready: Engine, titles: dict[str, str]
) -> None:
    one, twin, other = titles["Harbour"], titles["Lighthouse"], titles["Rain"]
    db = ready._store.read()
    own = features.of_item(db, one)[FEATURE]
    ((_, model, _),) = [each for each in features.spaces(db) if each[0] == FEATURE]
    ready._store.write(lambda db: features.save(db, twin, FEATURE, own, version=1, model=model))
    ready.organising.tag([one], add=["Home town"])
    assert ready.item(twin).tags["Home town"] >= SURE
    assert view(ready, twin).tags == ("Home town", *view(ready, twin).tags[1:])
    assert "Home town" not in ready.item(other).tags
    ready.organising.undo()
    assert "Home town" not in ready.item(twin).tags
    ready.organising.tag([one], add=["Home town"])
    ready.organising.tag([twin], remove=["Home town"])
    ready.organising.tag([titles["Meadow"]], add=["Home town"])
    assert "Home town" not in ready.item(twin).tags
    assert "Home town" not in view(ready, twin).tags


def test_kinds_that_were_corrected_teach_those_alike_at_once_until_taken_back(
    ready: Engine, titles: dict[str, str]
) -> None:
    one, other, twin = (titles[name] for name in ("Harbour", "Meadow", "Lighthouse"))
    db = ready._store.read()
    own = features.of_item(db, one)[FEATURE]
    ((_, model, _),) = [each for each in features.spaces(db) if each[0] == FEATURE]
    for each in (other, twin):
        ready._store.write(
            lambda db, item=each: features.save(db, item, FEATURE, own, version=1, model=model)
        )
    assert view(ready, twin).kind == "clip"
    ready.organising.edit([one, other], {"kind": "home-video"})
    assert view(ready, twin).kind == "home-video"
    page = ready.item(twin)
    assert field(page, "kind").source == "understood"
    assert next(iter(page.kinds)) == "home-video"
    assert page.kinds["home-video"] >= SURE_KIND
    assert view(ready, titles["Rain"]).kind == "song"
    ready.organising.undo()
    assert view(ready, twin).kind == "clip"
    assert next(iter(ready.item(twin).kinds)) == "clip"


def test_a_new_title_is_understood_anew_and_nothing_else_is(
    ready: Engine, titles: dict[str, str]
) -> None:
    item = titles["Harbour"]
    before = jobs(ready)
    ready.organising.edit([item], {"title": "The grey whale"})
    ready.analyze(wait=True)
    assert {(each[0], each[1]) for each in jobs(ready) - before} <= {
        (item, "text"),
        (item, "understanding"),
        (item, "tags"),
    }
    assert (item, "text") in {(each[0], each[1]) for each in jobs(ready) - before}


def test_a_note_is_of_a_profile(ready: Engine, titles: dict[str, str]) -> None:
    item = titles["Rain"]
    ready.organising.write_note(item, " Play it at the wedding.\n")
    assert ready.item(item).note == "Play it at the wedding."
    ready.profiles.add("somebody")
    assert ready.item(item, profile="somebody").note == ""
    assert ready.organising.write_note(item, "").says == "Removed the note on “Rain”"
    ready.organising.undo()
    assert ready.item(item).note == "Play it at the wedding."


def test_collections_hold_items_in_order_and_smart_ones_what_they_find(
    ready: Engine, titles: dict[str, str]
) -> None:
    organising = ready.organising
    made = organising.make_collection(" For  the road ")
    assert (made.name, made.items, made.search, made.picture) == ("For the road", 0, None, None)
    organising.collect("for the ROAD", [titles["Snow"], titles["Lighthouse"]])
    organising.collect(made.id, [titles["Rain"], titles["Snow"]])
    order = (titles["Snow"], titles["Lighthouse"], titles["Rain"])
    assert organising.collected(made.id) == order
    smart = organising.make_collection("By Anna", search="artist:anna", sort="year")
    assert (smart.items, smart.sort) == (2, "year")
    back = organising.make_collection("Back", search="artist:anna", sort="title", descending=True)
    assert organising.collected(back.id)[::-1] == ready.ids(text="artist:anna")
    for look in (organising.collections, partial(organising.collected, back.id)):
        with pytest.raises(UserError, match="no profile “nobody”"):
            look(profile="nobody")
    organising.undo()
    both = organising.collections()
    assert [(each.name, each.items) for each in both] == [("By Anna", 2), ("For the road", 3)]
    assert ready.item(titles["Rain"]).collections == ("For the road",)
    assert both[1].picture is not None
    assert ready.pictures([both[1].picture])
    organising.uncollect("For the road", [titles["Lighthouse"]])
    organising.undo()
    assert organising.collected(made.id) == order
    organising.change_collection("By Anna", name="Anna", search="artist:anna rain")
    assert [(each.name, each.items) for each in organising.collections()[:1]] == [("Anna", 1)]
    organising.remove_collection(made.id)
    assert ready.item(titles["Rain"]).collections == ()
    organising.undo()
    assert organising.collected("For the road") == order


def test_collections_that_can_not_be_are_refused(ready: Engine, titles: dict[str, str]) -> None:
    organising = ready.organising
    organising.make_collection("One")
    organising.make_collection("Smart", search="rain")
    for call, sentence in (
        (lambda: organising.make_collection("ONE"), "a collection “One” already"),
        (lambda: organising.make_collection(" "), "An empty name"),
        (lambda: organising.make_collection("Two", search="(rain"), "rain"),
        (lambda: organising.make_collection("Two", sort="taste"), "no order “taste”"),
        (lambda: organising.change_collection("Smart", name="one"), "already"),
        (lambda: organising.change_collection("One", search="rain"), "no smart collection"),
        (lambda: organising.collect("Smart", [titles["Rain"]]), "what its search finds"),
        (lambda: organising.collect("Nobody's", [titles["Rain"]]), "no collection “Nobody's”"),
    ):
        with pytest.raises(UserError, match=sentence):
            call()
    assert len(organising.collections()) == 2


@pytest.fixture(scope="module")
def lakes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data of a library of a clip, a smaller encoding of it, and others."""
    folder = tmp_path_factory.mktemp("lakes")
    clip(folder / "Lake.mp4", seed=8, seconds=6, title="Lake")
    clip(folder / "lake_small.mkv", seed=8, seconds=6, size=(160, 90))
    for number in range(2):
        clip(folder / f"other{number}.mp4", seed=number, seconds=6, title=f"Other {number}")
    rest(*folder.iterdir())
    data = tmp_path_factory.mktemp("understood") / "data"
    library_factory.analyse(folder, data, tmp_path_factory.getbasetemp())
    return data


@pytest.fixture
def encodings(open_engine: Open, lakes: Path, tmp_path: Path) -> tuple[Engine, str, str]:
    """An engine on a copy of that library, and the ids of the clip and its smaller encoding."""
    engine = open_engine(library_factory.copied(lakes, tmp_path / "lakes"))
    found = {each.title: each.id for each in engine.views(engine.ids())}
    return engine, found["Lake"], found["lake small"]


def test_another_encoding_is_offered_until_it_is_told_apart(
    encodings: tuple[Engine, str, str],
) -> None:
    engine, *both = encodings
    organising = engine.organising
    (twins,) = organising.twins()
    assert [each.id for each in twins.items] == both
    assert [each.height for each in twins.items] == [180, 90]
    assert "180 lines instead of 90" in twins.better
    assert 0.65 < twins.alike <= 1
    organising.apart(both)
    assert organising.twins() == ()
    organising.undo()
    assert len(organising.twins()) == 1


def test_what_was_merged_is_told_apart_by_beginnings_of_ids_and_by_files(
    encodings: tuple[Engine, str, str],
) -> None:
    engine, large, small = encodings
    organising = engine.organising
    files = [str(each.path) for each in engine.views([large, small])]
    for names in ([small[:12], large[:12]], [small, large[:12]], files):
        organising.merge(large, [small])
        assert len(engine.ids()) == 3
        organising.apart(names)
        assert len(engine.ids()) == 4


def test_one_item_named_twice_is_not_told_apart_from_itself(
    encodings: tuple[Engine, str, str],
) -> None:
    engine, large, _ = encodings
    with pytest.raises(UserError, match="One item has no twin"):
        engine.organising.apart([large, large[:12]])


def test_merging_keeps_everything_and_is_taken_back(
    encodings: tuple[Engine, str, str],
) -> None:
    engine, large, small = encodings
    organising = engine.organising
    organising.rate([small], 5)
    engine.event(small, "played", share=0.5, position=3)
    organising.tag([small], add=["swim"])
    organising.tag([large], add=["blue"])
    organising.tag([small], add=["blue"])
    organising.tag([small], remove=["blue"])
    organising.write_note(large, "One.")
    organising.write_note(small, "Two.")
    organising.edit([large], {"title": "The lake"})
    organising.edit([small], {"title": "Water", "year": 2001})
    organising.collect(organising.make_collection("Wet").id, [small])
    engine.analyze(wait=True)
    pages = [engine.item(each) for each in (large, small)]
    before = jobs(engine)

    organising.merge(large, [small])
    merged = engine.item(large)
    assert (merged.item.title, merged.item.year, merged.item.stars) == ("The lake", 2001, 5)
    assert (merged.item.labels, merged.item.position_s) == (("blue", "swim"), 3)
    assert (merged.note, merged.collections) == ("One.\n\nTwo.", ("Wet",))
    assert [Path(each.path).name for each in merged.versions] == ["Lake.mp4", "lake_small.mkv"]
    assert [each.kept for each in merged.versions] == [True, False]
    assert small not in engine.ids()
    assert engine.item(small).item.id == large
    assert organising.twins() == ()
    engine.analyze(wait=True)
    engine.scan()
    done = {(item, task): at for item, task, _, at in before}
    again = {(i, t) for i, t, _, at in jobs(engine) if at != done.get((i, t))}
    assert again <= {(large, "text"), (large, "tags")}

    organising.undo()
    for page, item in zip(pages, (large, small), strict=True):
        now = engine.item(item)
        assert now.item == page.item
        assert (now.note, now.collections, now.fields) == (page.note, page.collections, page.fields)
        assert now.versions == page.versions
    engine.analyze(wait=True)
    states = {(item, task): state for item, task, state, _ in before}
    assert {(item, task): state for item, task, state, _ in jobs(engine)} == states


def test_a_merged_file_that_replaces_a_lost_one_keeps_what_was_said(
    engine: Engine, media: Path
) -> None:
    old = clip(media / "Walk.mp4", seed=5, seconds=6, title="Walk", size=(160, 90))
    rest(old)
    engine.add_folder(str(media))
    engine.analyze(wait=True)
    (lost,) = engine.ids()
    engine.organising.rate([lost], 4)
    old.unlink()
    rest(clip(media / "walk.1080p.mkv", seed=5, seconds=6))
    engine.analyze(wait=True)
    (found,) = [each for each in engine.ids() if each != lost]
    (twins,) = engine.organising.twins()
    assert [each.id for each in twins.items] == [found, lost]
    engine.organising.merge(found, [lost])
    assert view(engine, found).stars == 4
    assert engine.ids() == (found,)


def test_changes_that_are_not_there_are_named(ready: Engine, titles: dict[str, str]) -> None:
    with pytest.raises(UserError, match="nothing to take back"):
        ready.organising.undo()
    with pytest.raises(TakenBackError, match="no change “x”"):
        ready.organising.undo("x")
    change = ready.organising.rate([titles["Rain"]], 1)
    ready.organising.undo(change.id)
    with pytest.raises(TakenBackError, match="taken back already"):
        ready.organising.undo(change.id)
    with pytest.raises(UserError, match="one item already"):
        ready.organising.merge(titles["Rain"], [titles["Rain"]])
    with pytest.raises(UserError, match="no twin"):
        ready.organising.apart([titles["Rain"]])
    with pytest.raises(UserError, match="No item is named"):
        ready.organising.rate([], 1)


def test_what_was_changed_since_stays_when_a_change_is_taken_back(
    ready: Engine, titles: dict[str, str]
) -> None:
    both = [titles["Rain"], titles["Snow"]]
    first = ready.organising.edit(both, {"artist": "Ben"})
    ready.organising.edit(both[:1], {"artist": "Carl"})
    ready.organising.undo(first.id)
    assert [view(ready, each).artist for each in both] == ["Carl", "Anna"]


def test_a_second_engine_sees_it_all(ready: Engine, open_engine: Open, tmp_path: Path) -> None:
    item = ready.ids()[0]
    ready.organising.rate([item], 3.5)
    ready.organising.tag([item], add=["kept"])
    ready.organising.write_note(item, "Kept.")
    seen = ready.item(item)
    other = open_engine(tmp_path / "ready")
    now = other.item(item)
    assert (replace(now.item), now.note) == (seen.item, seen.note)
    events = list(oplog.events(other._store.read(), items=[item]))
    assert [each.kind for each in events] == [EventKind.RATED]
