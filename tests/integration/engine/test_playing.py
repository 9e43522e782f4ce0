"""What the player asks of the engine and tells it, on a real library."""

from __future__ import annotations

import pytest

from mediadesk.api import UserError
from mediadesk.engine.engine import Engine
from mediadesk.engine.messages import Track
from mediadesk.play.queue import QueueState
from mediadesk.store import registers
from mediadesk.store.registers import Edit


def named(engine: Engine, title: str) -> str:
    return next(one.id for one in engine.views(engine.ids()) if one.title == title)


def as_episodes(engine: Engine, *titles: str) -> list[str]:
    """Make these items the episodes of one series, each with its name spelt in another way."""
    ids = [named(engine, title) for title in titles]

    def write(db: object) -> None:
        for number, item in enumerate(ids, start=1):
            series = "The Coast" if number % 2 else "the coast"
            db.conn.execute(  # type: ignore[attr-defined]
                "UPDATE item SET series = ?, season = 1, episode = ?, kind = 'episode'"
                " WHERE id = ?",
                [series, number, item],
            )

    engine._store.write(write)
    return ids


def on_continue(engine: Engine) -> list[str]:
    shelves = [shelf for shelf in engine.for_you().shelves if shelf.id == "continue"]
    return [card.title for shelf in shelves for card in shelf.items]


def test_a_sitting_has_all_that_a_player_needs(ready: Engine) -> None:
    sitting = ready.playing.sit_down(named(ready, "Harbour"))
    assert sitting.path.endswith("Harbour.mp4")
    assert [path.rsplit("/", 1)[-1] for path in sitting.subtitles] == ["Harbour.en.srt"]
    assert sitting.moments
    assert (sitting.start, sitting.speed, sitting.audio, sitting.subtitle) == (0, 1, None, None)
    assert sitting.seen_from == pytest.approx(0.9 * sitting.item.duration_s, abs=0.01)


def test_it_goes_on_where_it_stopped_and_from_the_beginning_once_seen(ready: Engine) -> None:
    item = named(ready, "Harbour")
    ready.event(item, "played", share=0.5, position=1.5, watched=1.5)
    assert ready.playing.sit_down(item).start == 1.5
    ready.event(item, "played", share=0.03, position=0.1, watched=0.1)
    assert ready.playing.sit_down(item).start == 1.5
    ready.event(item, "finished", share=0.95, position=2.8, watched=2.8)
    assert ready.playing.sit_down(item).start == 0
    marked = named(ready, "Meadow")
    ready.event(marked, "played", share=0.5, position=1.5)
    ready.organising.mark([marked], watched=True)
    assert ready.playing.sit_down(marked).start == 0
    ready.organising.undo()
    assert ready.playing.sit_down(marked).start == 1.5
    song = named(ready, "Rain")
    ready.event(song, "played", share=0.5, position=1.5)
    assert ready.playing.sit_down(song).start == 0
    assert ready.item(song).item.resume_s == 0


def test_what_an_item_says_of_where_it_goes_on_is_what_the_player_does(ready: Engine) -> None:
    item = named(ready, "Harbour")
    ready.event(item, "played", share=0.5, position=1.5)
    assert ready.item(item).item.resume_s == ready.playing.sit_down(item).start == 1.5
    ready.event(item, "finished", share=1.0)
    ready.event(item, "played", share=0.5, position=1.5)  # and once more
    assert ready.item(item).item.resume_s == ready.playing.sit_down(item).start == 1.5
    ready.event(item, "played", share=0.02, position=0.06)
    assert ready.item(item).item.resume_s == ready.playing.sit_down(item).start == 0


def test_a_choice_is_remembered_for_the_series_by_language_and_name(ready: Engine) -> None:
    first, second = as_episodes(ready, "Harbour", "Meadow")
    playing = ready.playing
    playing.choose_audio(first, Track(language="de", name="Kommentar"))
    playing.choose_subtitle(first, Track(off=True))
    playing.choose_speed(second, 1.25)
    sitting = playing.sit_down(second)
    assert sitting.audio == Track(language="de", name="Kommentar")
    assert sitting.subtitle == Track(off=True)
    assert playing.sit_down(first).speed == 1.25
    assert playing.sit_down(named(ready, "Rain")).speed == 1
    ready.profiles.add("somebody")
    assert playing.sit_down(first, profile="somebody").audio is None


def test_a_subtitle_file_is_remembered_for_its_episode_alone(ready: Engine) -> None:
    first, second = as_episodes(ready, "Harbour", "Meadow")
    file = Track(language="en", name="Harbour.en.srt", path="/m/Harbour.en.srt")
    ready.playing.choose_subtitle(first, file)
    assert ready.playing.sit_down(first).subtitle == file
    assert ready.playing.sit_down(second).subtitle == Track(language="en", name="Harbour.en.srt")
    ready.playing.choose_subtitle(second, Track(language="fr"))
    ready.playing.choose_subtitle(first, Track(language="fr"))
    assert ready.playing.sit_down(first).subtitle == Track(language="fr")


def test_the_next_episode_follows(ready: Engine) -> None:
    first, second = as_episodes(ready, "Harbour", "Meadow")
    following = ready.playing.sit_down(first).following
    assert following is not None
    assert following.id == second
    assert ready.playing.sit_down(second).following is None


def test_taken_off_continue_it_keeps_its_position_and_comes_back_when_played(
    ready: Engine,
) -> None:
    item = named(ready, "Harbour")
    ready.event(item, "played", share=0.5, position=1.5)
    assert on_continue(ready) == ["Harbour"]
    change = ready.playing.dismiss(item)
    assert change.says == "Removed “Harbour” from Continue"
    assert on_continue(ready) == []
    assert ready.playing.sit_down(item).start == 1.5
    ready.organising.undo(change.id)
    assert on_continue(ready) == ["Harbour"]
    ready.playing.dismiss(item)
    ready.event(item, "played", share=0.6, position=1.8)
    assert on_continue(ready) == ["Harbour"]


def test_a_speed_that_nobody_can_follow_is_refused(ready: Engine) -> None:
    with pytest.raises(UserError, match="speed 9"):
        ready.playing.choose_speed(named(ready, "Harbour"), 9)
    with pytest.raises(UserError, match="seconds"):
        ready.event(named(ready, "Harbour"), "played", watched=-1)


def test_the_queue_is_kept_for_each_profile_and_follows_a_merge(ready: Engine) -> None:
    harbour, meadow = named(ready, "Harbour"), named(ready, "Meadow")
    assert ready.playing.queue() == QueueState()
    kept = QueueState(
        items=(harbour, meadow, harbour), order=(2, 0, 1), here=1, second=1.5, shuffled=True
    )
    ready.playing.keep_queue(QueueState(items=(harbour,), order=(0,), here=0))
    ready.playing.keep_queue(kept)
    ready.profiles.add("ann")
    ready.playing.keep_queue(QueueState(items=(meadow,), order=(0,), here=0), profile="ann")
    assert ready.playing.queue() == kept
    assert ready.playing.queue(profile="ann").items == (meadow,)
    ready.organising.merge(meadow, [harbour])
    assert ready.playing.queue().items == (meadow, meadow, meadow)


def test_what_a_newer_version_remembers_of_a_track_is_read_as_far_as_it_is_known(
    ready: Engine,
) -> None:
    item = named(ready, "Harbour")
    said = {"language": "de", "channels": 6}
    edit = Edit(item=item, field="play/audio", value=said, profile="me")
    ready._store.write(lambda db: registers.write(db, [edit]))
    assert ready.playing.sit_down(item, profile="me").audio == Track(language="de")
