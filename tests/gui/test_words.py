"""Values in words; no screen is needed."""

from dataclasses import replace
from datetime import datetime

import pytest
from gui.fake_client import FakeClient, item

from mediadesk.api import AUDIO, Kind
from mediadesk.engine.messages import (
    Card,
    Evidence,
    FolderView,
    JobView,
    MomentView,
    Panel,
    Reason,
    Shelf,
    Status,
    Why,
    WorkView,
)
from mediadesk.ui import words
from mediadesk.ui.pages.activity import counts
from mediadesk.ui.pages.for_you import face, origin, spotlight
from mediadesk.ui.pages.item import pending, play_label
from mediadesk.ui.pages.library import _MEMBERS, TABS
from mediadesk.ui.topbar import short
from mediadesk.ui.widgets.share_chart import spoken
from mediadesk.ui.widgets.why import quotes, without

EMPTY = Status(
    folders=(),
    items=0,
    unread=0,
    settling=0,
    work=(),
    problems=(),
    busy=False,
    paused=False,
    seconds_left=None,
)
NOTHING = Panel(profile="me", took_ms=1, shelves=())


def test_every_kind_has_its_words_and_its_tab() -> None:
    assert set(words.KINDS) == set(words.PLURALS) == set(Kind)
    assert words.SOUND_KINDS == AUDIO
    shown = {kind for tab in TABS for kind in _MEMBERS.get(tab, (tab,))}
    assert shown - {""} == set(Kind)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0:00"), (7.4, "0:07"), (59.6, "0:59"), (750, "12:30"), (3900, "1:05:00"), (-3, "0:00")],
)
def test_a_position_reads_as_a_clock(seconds: float, said: str) -> None:
    assert words.clock(seconds) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.2, "a second"),
        (40, "40 seconds"),
        (100, "2 minutes"),
        (3500, "1 hour"),
        (7000, "2 hours"),
    ],
)
def test_time_left_is_rough(seconds: float, said: str) -> None:
    assert words.about(seconds) == said


@pytest.mark.parametrize(
    ("number", "said"), [(512, "512 B"), (2200, "2.2 kB"), (18_600_000, "19 MB"), (3e9, "3.0 GB")]
)
def test_sizes_are_short(number: int, said: str) -> None:
    assert words.size(number) == said


def test_a_tile_says_aloud_all_that_it_shows() -> None:
    shown = words.tile(item(1, liked=True, available=False, title="Rain", artist="Ann"))
    assert shown.spoken == "Rain, Video · Ann · 2001, liked, not found"


def test_a_watched_item_shows_no_progress() -> None:
    assert words.tile(item(1, finished=True, progress=0.95)).progress == 0


def test_a_moment_without_words_is_named_by_its_time() -> None:
    moment = MomentView(start=61, end=70, extractor="keyframes", image="moment/1/keyframes/0")
    tile = words.moment_tile(item(3), moment)
    assert (tile.title, tile.pill, tile.start) == ("At 1:01", "1:01", 61)
    assert (tile.line, tile.reason) == ("", "")


def test_a_key_moment_says_why_it_is_one() -> None:
    moment = MomentView(
        start=1, end=2, extractor="understanding", why="the loudest passage", text="Run!"
    )
    tile = words.moment_tile(item(3), moment)
    assert (tile.title, tile.line, tile.reason) == ("The loudest passage", "", "“Run!”")
    assert tile.spoken == "The loudest passage, “Run!”"


def test_a_moment_of_a_plugin_says_whose_it_is() -> None:
    moment = MomentView(start=1, end=2, extractor="palette")
    assert words.moment_tile(item(3), moment).line == "Palette"


def test_the_banner_is_silent_when_all_is_understood() -> None:
    assert words.understanding(34, 72) == "Understanding your library: 34 of 72"
    assert words.understanding(72, 72) == ""
    assert words.understanding(0, 0) == ""


def test_what_goes_on_is_one_sentence() -> None:
    work = (WorkView(extractor="audio", done=3, waiting=2, skipped=1, failed=0),)
    busy = replace(EMPTY, work=work, busy=True, seconds_left=200)
    assert words.going_on(busy) == "Analysing: 2 steps to go, about 3 minutes left."
    assert short(busy) == "2 to analyse"
    assert words.going_on(replace(busy, paused=True)).startswith("Paused")
    assert short(replace(busy, paused=True)) == "Paused"
    assert words.going_on(EMPTY) == "Nothing to do: the library has no folder yet."
    assert short(EMPTY) == ""
    done = replace(EMPTY, folders=(FolderView(path="/m", files=1, available=True, watched=True),))
    assert words.going_on(done) == "All done. New files are noticed at once."
    still = (FolderView(path="/m", files=1, available=True),)
    assert words.going_on(replace(done, folders=still)).endswith("within minutes.")
    away = replace(done.folders[0], available=False)
    assert words.going_on(replace(done, folders=(away,))).endswith("when its drive is back.")
    assert words.going_on(replace(done, folders=(*done.folders, away))).endswith("at once.")
    dropped = replace(work[0], waiting=0, cancelled=2)
    assert words.going_on(replace(done, work=(dropped,))) == (
        "All done but for what was cancelled."
    )
    assert words.progress_of(work[0]) == "4 of 6 · 1 had nothing to find"
    assert counts(replace(EMPTY, items=1, settling=2)) == (
        "1 item · 2 files still being written, left alone"
    )


def test_the_first_page_has_a_face_for_every_state() -> None:
    client = FakeClient([item(1), item(2)])
    folder = FakeClient().add_folder("/films")
    assert face(None, EMPTY) == face(NOTHING, None) == "waiting"
    assert face(NOTHING, EMPTY) == "no folder"
    assert face(NOTHING, folder) == "nothing found"
    assert face(replace(NOTHING, total=4), folder) == "nothing left"
    assert face(replace(NOTHING, total=4), EMPTY) == "nothing left", "to a child"
    assert face(client.for_you(), folder) == face(client.for_you(), None) == "shelves"


def test_the_spotlight_is_a_new_pick_rather_than_one_to_be_continued() -> None:
    panel = FakeClient([item(1), item(2)]).for_you()
    going, top = panel.shelves[0], panel.shelves[1]
    fresh = Shelf(id="top", title="Top picks", items=top.items[1:])
    assert spotlight(replace(panel, shelves=(going, fresh))) == top.items[1]
    assert spotlight(replace(panel, shelves=(going,))) == going.items[0]
    assert spotlight(NOTHING) is None


def test_a_panel_of_another_device_says_whose_it_is_and_of_when() -> None:
    now = datetime.now().astimezone()
    early = datetime(2026, 3, 1, 9, 5).astimezone()
    assert origin(NOTHING) == ""
    told = replace(NOTHING, made_by="Laptop", made_at=now.timestamp())
    assert origin(told) == f"As Laptop made it, {now:%H:%M}"
    told = replace(told, made_at=early.timestamp())
    assert origin(told) == "As Laptop made it, 1 March 2026, 09:05"


def test_what_is_not_connected_is_at_the_head_only_where_nothing_else_can_be_played() -> None:
    panel = FakeClient([item(1), item(2)]).for_you()
    away = tuple(replace(card, available=False) for card in panel.shelves[1].items)
    assert len(away) == 2
    here = panel.shelves[1].items[1]

    def shown(*cards: Card) -> Panel:
        return replace(panel, shelves=(Shelf(id="top", title="Top picks", items=cards),))

    assert spotlight(shown(away[0], here)) == here
    assert spotlight(shown(*away)) == away[0]


def test_the_play_button_says_what_it_will_do() -> None:
    assert play_label(item(3)) == "Play"
    assert play_label(item(3, position_s=70.0, resume_s=70.0)) == "Resume at 1:10"
    assert play_label(item(3, position_s=50.0)) == "Play"  # hardly begun: from the beginning
    assert play_label(item(3, finished=True, position_s=70.0)) == "Play again"
    assert play_label(item(3, finished=True, resume_s=70.0)) == "Resume at 1:10"
    assert play_label(item(3, available=False, drive="Blue")) == "Not connected"
    assert play_label(item(3, available=False)) == "Not found"


def test_a_card_tells_a_drive_that_is_away_from_a_file_that_is_gone() -> None:
    assert words.tile(item(3)).absent == ""
    away, gone = item(3, available=False, drive="Blue"), item(3, available=False)
    assert words.tile(away).spoken.endswith("not connected")
    assert words.tile(gone).spoken.endswith("not found")
    assert "connect the drive “Blue”" in words.remedy(away)
    assert "connect" not in words.remedy(gone)
    assert "relink it" in words.remedy(gone)


def test_what_another_device_has_says_which() -> None:
    there = item(3, available=False, drive="Laptop", path=None)
    assert play_label(there) == words.tile(there).absent == "On Laptop"
    assert "is on “Laptop”: play it there" in words.remedy(there)


def test_the_item_page_tells_problems_before_what_waits() -> None:
    names = ("audio", "keyframes", "tags")
    waiting = tuple(
        JobView(extractor=name, state=state)
        for name, state in zip(names, ("pending", "running", "suspect"), strict=True)
    )
    left = JobView(extractor="mood", state="left")
    failed = JobView(extractor="keyframes", state="failed", problem="It is damaged.")
    assert pending(waiting) == "Still to be looked at: sound, pictures, tags."
    assert pending((left,)) == "Not looked at while a plugin is off: mood."
    assert pending((*waiting, left, failed)) == "It is damaged."
    assert pending((JobView(extractor="audio", state="done"),)) == ""
    assert pending(()) == ""


def test_evidence_is_quoted_with_its_time() -> None:
    evidence = Evidence(
        kind="sentence", item="a", t=61, text="Ships sail.", seed_t=5, seed_text="A boat."
    )
    reason = Reason(text="Alike in words", ranker="taste", evidence=evidence)
    assert quotes(reason, evidence) == ["“Ships sail.” — at 1:01 here", "“A boat.” — at 0:05 there"]


def test_only_seeds_with_a_name_are_told_in_the_what_if_lines() -> None:
    reason = Reason(text="x", ranker="taste", seed="s", seed_title="Rain")
    why = Why(
        item=item(1),
        rank=1,
        of=9,
        score=1,
        rankers={},
        reasons=(reason,),
        without={"s": 7, "other": 2},
    )
    assert without(why, reason) == "Without “Rain” it would be number 7."
    same, none = (replace(why, without={"s": rank}) for rank in (why.rank, None))
    assert without(same, reason) == f"Without “Rain” it would still be number {why.rank}."
    assert without(none, reason) == "Without “Rain” it would not be here."
    assert without(why, replace(reason, seed="third")) == ""
    assert without(why, replace(reason, seed=None)) == ""
    assert without(why, replace(reason, seed_title="")) == "", "nothing is known of it"


def test_rankers_are_called_what_a_person_understands_and_shares_keep_their_sign() -> None:
    names = [words.ranker(name) for name in ("taste", "ann: next", "moon-phase")]
    assert names == ["Your taste", "ann: What comes next", "Moon-phase"]
    assert spoken([("Your taste", 1.234), ("What is new", -0.5)]) == (
        "Your taste +1.23, What is new -0.50"
    )


@pytest.mark.parametrize(
    ("title", "own"),
    [
        ("Dark S01E02 · The Lie", "The Lie"),
        ("Dark S01E02", "Dark S01E02"),
        ("Light · and shade", "Light · and shade"),
    ],
)
def test_among_its_like_an_episode_says_its_own_title(title: str, own: str) -> None:
    assert words.title_within(item(0, title=title, series="Dark")) == own


@pytest.mark.parametrize(
    ("title", "line"),
    [
        ("Dark S01E02 · The Lie", "Episode · 2017"),
        ("Dark 2017-12-01", "Episode · 2017"),
        ("The Lie", "Dark · S1 E2 · 2017"),
        ("Dark Secrets", "Dark · S1 E2 · 2017"),
    ],
)
def test_a_card_tells_an_episodes_series_once(title: str, line: str) -> None:
    shown = item(0, kind="episode", title=title, series="Dark", season=1, episode=2, year=2017)
    assert words.line(shown) == line
