"""The engine in this process, on real media, with the real models and plugins."""

import os
import shutil
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from library_factory import SHARED, rest, subtitles
from media_factory import clip, song
from worker_tasks import until

from mediadesk.api import UserError
from mediadesk.engine import analysing, pace
from mediadesk.engine.engine import Engine
from mediadesk.engine.messages import Card, ItemView, Panel, Status
from mediadesk.extract import pipeline
from mediadesk.extract.pipeline import Station
from mediadesk.library import scan
from mediadesk.store import features

Open = Callable[..., Engine]


def by_title(engine: Engine) -> dict[str, ItemView]:
    return {view.title: view for view in engine.views(engine.ids())}


def understand(engine: Engine, media: Path) -> Status:
    rest(*media.rglob("*"))
    engine.add_folder(str(media)) if not engine.status().folders else engine.scan()
    return engine.analyze(wait=True)


def cards(panel: Panel) -> list[Card]:
    return [card for shelf in panel.shelves for card in shelf.items]


def sentences(status: Status, name: str) -> list[str]:
    return [problem.sentence for problem in status.problems if name in problem.path]


def stamps(engine: Engine) -> dict[tuple[str, str], tuple[float, str]]:
    """When each job was finished, and how."""
    with sqlite3.connect(engine._places.database) as db:
        rows = db.execute("SELECT item, extractor, updated_at, state FROM job")
        return {(row[0], row[1]): (row[2], row[3]) for row in rows}


def test_a_folder_appears_at_once_and_is_understood_by_analysis(ready: Engine) -> None:
    status = ready.status()
    assert status.items == len(ready.ids()) >= 6
    assert status.unread == 0
    assert not status.busy
    assert {work.extractor for work in status.work} >= {"keyframes", "audio", "subtitles", "tags"}
    assert all(work.waiting == work.failed == 0 for work in status.work)
    page = ready.item(by_title(ready)["Lighthouse"].id)
    assert any("lighthouse" in passage.text.lower() for passage in page.passages)
    keys = [moment.image for moment in page.moments if moment.image]
    pictures = ready.pictures(keys)
    assert set(pictures) == set(keys)
    assert all(jpeg.startswith(b"\xff\xd8") for jpeg in pictures.values())
    assert ready.pictures([f"artwork/{page.item.id}"])


def test_files_are_counted_before_any_is_opened(engine: Engine, media: Path) -> None:
    rest(song(media / "one.mp3", seed=1))
    status = engine.add_folder(str(media))
    assert (status.folders[0].files, status.unread, status.items) == (1, 1, 0)


def test_damaged_files_get_one_clear_sentence_each_and_the_others_are_done(
    engine: Engine, media: Path
) -> None:
    good = clip(media / "good.mp4", seed=1, title="Good")
    (media / "empty.mp4").touch()
    (media / "cut.mp4").write_bytes(good.read_bytes()[:3000])
    (media / "zeros.mkv").write_bytes(bytes(50_000))
    (media / "text.mp3").write_text("This is a shopping list.\n" * 50)
    shutil.copyfile(good, media / "video.mp3")
    (media / "folder.mp4").mkdir()
    if (SHARED / "subs/example.srt").exists():
        shutil.copyfile(SHARED / "subs/example.srt", media / "subs.avi")
    status = understand(engine, media)
    for name in ["empty.mp4", "cut.mp4", "zeros.mkv", "text.mp3"]:
        (sentence,) = sentences(status, name)
        assert str(media / name) in sentence
        assert sentence.endswith(".")
        assert "Error" not in sentence
        assert "Errno" not in sentence
    assert "Good" in by_title(engine)
    assert not status.busy
    assert status.unread == 0
    assert all(work.waiting == 0 for work in status.work)


def test_a_file_that_may_not_be_read_is_told(engine: Engine, media: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may read everything")
    secret = song(media / "secret.mp3", seed=1)
    secret.chmod(0)
    (sentence,) = sentences(understand(engine, media), "secret.mp3")
    assert "grant" in sentence


def test_a_folder_that_vanishes_before_it_is_read_gives_one_sentence(
    engine: Engine, media: Path
) -> None:
    for n in range(20):
        song(media / f"{n}.mp3", seed=n, seconds=1)
    rest(*media.iterdir())
    engine.add_folder(str(media))
    away = media.with_name("away")
    media.rename(away)
    status = engine.analyze(wait=True)
    (problem,) = status.problems
    assert problem.path == str(media)
    assert "reconnect the drive" in problem.sentence
    away.rename(media)
    status = engine.analyze(wait=True)
    assert not status.problems
    assert status.items == 20


def test_a_folder_that_vanishes_in_the_middle_of_analysis_gives_one_sentence_and_goes_on_later(
    engine: Engine, media: Path
) -> None:
    for n in range(20):
        song(media / f"{n}.mp3", seed=n, seconds=1)
    rest(*media.iterdir())
    engine.add_folder(str(media))
    engine.analyze()
    until(lambda: engine.status().items > 2)
    away = media.with_name("away")
    media.rename(away)
    until(lambda: not engine.status().busy)
    (problem,) = engine.status().problems
    assert "reconnect the drive" in problem.sentence
    away.rename(media)
    status = engine.analyze(wait=True)
    assert not status.problems
    assert status.items == 20
    assert all(work.waiting == work.failed == 0 for work in status.work)


def test_likes_and_positions_stay_when_files_are_renamed_and_moved(
    engine: Engine, media: Path
) -> None:
    film = clip(media / "film.mp4", seed=1, title="Film")
    tune = song(media / "tune.mp3", seed=2, title="Tune")
    clip(media / "other.mp4", seed=3, title="Other")
    understand(engine, media)
    engine.feedback(str(film), "like")
    engine.event(str(tune), "played", share=0.5, position=1.5)
    before, jobs = by_title(engine), stamps(engine)

    (media / "sub").mkdir()
    film.rename(media / "sub" / "renamed.mp4")
    tune.rename(media / "moved.mp3")
    understand(engine, media)
    after = by_title(engine)
    assert {title: view.id for title, view in after.items()} == {
        title: view.id for title, view in before.items()
    }
    assert after["Film"].liked
    assert after["Film"].path == str(media / "sub" / "renamed.mp4")
    assert after["Tune"].position_s == 1.5
    assert after["Tune"].progress == 0.5
    assert after["Film"].available
    assert stamps(engine) == jobs, "nothing is analysed again"


def test_removing_or_adding_subtitles_reads_them_again_and_nothing_else(
    engine: Engine, media: Path
) -> None:
    film = clip(media / "film.mp4", seed=1, title="Film")
    spoken = subtitles(media / "film.srt", "The penguin walks on the ice.", "It is cold.")
    understand(engine, media)

    def said() -> str:
        return " ".join(passage.text for passage in engine.item(str(film)).passages)

    assert "penguin" in said()
    spoken.unlink()
    understand(engine, media)
    assert "penguin" not in said()
    subtitles(media / "film.en.srt", "The submarine dives.", "It is dark.")
    understand(engine, media)
    assert "submarine" in said()


def test_a_like_changes_the_order_and_a_reason_names_that_item(ready: Engine) -> None:
    before = cards(ready.for_you())
    liked = before[-1]
    started = time.perf_counter()
    after = ready.feedback(liked.id, "like").after
    assert time.perf_counter() - started < 5
    assert [card.id for card in cards(after)] != [card.id for card in before]
    reasons = [reason for card in cards(after) for reason in card.reasons]
    assert any(reason.seed == liked.id and liked.title in reason.text for reason in reasons)
    undone = ready.feedback(liked.id, "undo").after
    assert not by_title(ready)[liked.title].liked
    assert [card.id for card in cards(undone)] == [card.id for card in before]


def test_a_hidden_item_is_not_recommended_and_why_says_so(ready: Engine) -> None:
    hidden = cards(ready.for_you())[0]
    assert hidden.id not in {card.id for card in cards(ready.feedback(hidden.id, "hide").after)}
    found = ready.why(hidden.id)
    assert found.rank is None
    assert found.note


def test_why_gives_an_items_place(ready: Engine) -> None:
    first = cards(ready.for_you())[0]
    found = ready.why(first.path or "")
    assert found.item.id == first.id
    assert found.rank is not None
    assert 1 <= found.rank <= found.of


def test_profiles_do_not_mix(ready: Engine) -> None:
    name = ready.ids()[0]
    with pytest.raises(UserError, match="no profile “anna”: make it with “mediadesk profiles add"):
        ready.feedback(name, "like", profile="anna")
    assert ready.profiles.add(" anna ") == ("me", "anna")
    ready.feedback(name, "like", profile="anna")
    assert [view.liked for view in ready.views([name], profile="anna")] == [True]
    assert [view.liked for view in ready.views([name])] == [False]


def test_a_mistyped_profile_is_told_with_the_one_that_was_meant(engine: Engine) -> None:
    engine.profiles.add("Anna Maria")
    for verb in (engine.for_you, engine.ids, engine.playing.queue):
        with pytest.raises(
            UserError, match=r"did you mean “Anna Maria”\? Or make it with .*'anna mari'”"
        ):
            verb(profile="anna mari")
    with pytest.raises(UserError, match="“me” already"):
        engine.profiles.add("me")
    for name in ("", "  ", "x" * 61, "a\0b"):
        with pytest.raises(UserError, match="needs a name of 1 to 60 letters"):
            engine.profiles.add(name)
    assert engine.profiles.names() == ("me", "Anna Maria")


def test_similar_items_come_with_scores_and_without_the_item_itself(ready: Engine) -> None:
    title = "Rain"
    listing = ready.similar(by_title(ready)[title].id)
    assert listing.items
    assert title not in {view.title for view in listing.items}
    assert all(isinstance(view, Card) for view in listing.items)


def test_lists_are_narrowed_by_words_and_kinds(ready: Engine) -> None:
    assert [view.title for view in ready.views(ready.ids(text="weather"))] == ["Rain", "Snow"]
    songs = ready.views(ready.ids(kinds=["song"]))
    assert {"Rain", "Snow", "Wind"} <= {view.title for view in songs}
    assert all(view.kind == "song" for view in songs)
    assert ready.ids(text="no such words") == ()
    rain = by_title(ready)["Rain"].id
    ready.feedback(rain, "like")
    assert ready.ids(text="is:liked OR title:meadow", kinds=["song"]) == (rain,)
    ready.profiles.add("somebody else")
    assert ready.ids(text="is:liked", profile="somebody else") == ()
    assert rain not in ready.ids(text="genre:folk -is:liked")


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda e: e.item("nothing"), "No item “nothing”"),
        (lambda e: e.why("nothing"), "No item “nothing”"),
        (lambda e: e.similar("nothing"), "No item “nothing”"),
        (lambda e: e.feedback("nothing", "like"), "No item “nothing”"),
        (lambda e: e.event("nothing", "played"), "No item “nothing”"),
        (lambda e: e.ids(kinds=["opera"]), "no kind “opera”"),
        (lambda e: e.ids(text="kind:opera"), "“kind:opera” at character 1"),
        (lambda e: e.feedback(e.ids()[0], "adore"), "“adore”"),
        (lambda e: e.feedback(e.ids()[0], "finished"), "“finished”"),
        (lambda e: e.event(e.ids()[0], "eaten"), "“eaten”"),
        (lambda e: e.event(e.ids()[0], "like"), "“like”"),
        (lambda e: e.event(e.ids()[0], "played", share=2), "between 0 and 1"),
        (lambda e: e.theme("pink"), "no theme “pink”"),
        (lambda e: e.pictures(["x"]), "names no picture"),
        (lambda e: e.add_folder("/no/such/folder"), "no folder"),
        (lambda e: e.remove_folder("/no/such/folder"), "not in the library"),
        (lambda e: e.scan(["/no/such/folder"]), "not in the library"),
    ],
    ids=lambda value: value if isinstance(value, str) else "call",
)
def test_what_is_unknown_or_impossible_is_said_in_a_sentence(
    ready: Engine, call: Callable[[Engine], object], words: str
) -> None:
    with pytest.raises(UserError, match=words):
        call(ready)


def test_a_second_engine_may_look_but_not_analyse(ready: Engine, open_engine: Open) -> None:
    ready.analyze()
    second = open_engine(ready._places.data)
    assert second.ids() == ready.ids()
    with pytest.raises(UserError, match="Another MediaDesk is analysing"):
        second.analyze()
    ready.close()
    second.analyze(wait=True)


def test_removing_a_folder_keeps_history_for_the_day_it_comes_back(
    engine: Engine, media: Path
) -> None:
    tune = song(media / "tune.mp3", seed=2, title="Tune")
    understand(engine, media)
    engine.feedback(str(tune), "like")
    jobs = stamps(engine)
    engine.remove_folder(str(media))
    assert engine.ids() == ()
    assert tune.exists()
    understand(engine, media)
    assert by_title(engine)["Tune"].liked
    assert stamps(engine) == jobs


def test_a_full_disk_is_told_and_work_goes_on_when_there_is_space(
    engine: Engine, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "_PATIENCE_SECONDS", 0.5)
    for n in range(4):
        clip(media / f"{n}.mp4", seed=n, seconds=4)
    rest(*media.iterdir())
    engine.add_folder(str(media))
    store = engine._store

    def limit(pages: int) -> None:
        store._writer.submit(
            store._write_db.conn.execute, f"PRAGMA max_page_count = {pages}"
        ).result()

    limit(store.read().conn.execute("PRAGMA page_count").fetchone()[0] + 10)
    engine.analyze()
    until(lambda: engine.status().problems, seconds=60)
    (problem,) = engine.status().problems
    assert "free some disk space" in problem.sentence
    with pytest.raises(UserError, match="free some disk space"):
        engine.analyze(wait=True)
    assert engine.for_you() is not None, "looking goes on"
    limit(2**30)
    until(lambda: not engine.status().busy, seconds=60)
    status = engine.status()
    assert not status.problems
    assert status.items == 4
    assert all(work.waiting == work.failed == 0 for work in status.work)


def test_a_new_engine_finds_everything_as_it_was_and_does_nothing_again(
    ready: Engine, open_engine: Open
) -> None:
    jobs, titles = stamps(ready), by_title(ready)
    data = ready._places.data
    ready.close()
    again = open_engine(data)
    again.analyze(wait=True)
    assert stamps(again) == jobs
    assert by_title(again) == titles


def test_a_damaged_index_cache_is_made_anew(ready: Engine, open_engine: Open) -> None:
    expected = [card.id for card in cards(ready.for_you())]
    data = ready._places.data
    ready.close()
    for file in (data / "cache" / "index").glob("*"):
        file.write_bytes(b"damaged")
    assert [card.id for card in cards(open_engine(data).for_you())] == expected


def test_what_is_paused_waits_and_goes_on(engine: Engine, media: Path) -> None:
    for n in range(3):
        song(media / f"{n}.mp3", seed=n)
    rest(*media.iterdir())
    engine.add_folder(str(media))
    assert engine.pause(paused=True).paused
    engine.analyze()
    assert engine.status().unread == 3
    engine.pause(paused=False)
    until(lambda: not engine.status().busy, seconds=60)
    assert engine.status().items == 3


def test_a_pause_holds_for_the_next_engine_until_any_process_ends_it(
    engine: Engine, open_engine: Open, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "_LOOK_EVERY_SECONDS", 0.1)
    monkeypatch.setattr(pipeline, "_REST_SECONDS", 0.1)
    song(media / "a.mp3", seed=1)
    rest(*media.iterdir())
    engine.add_folder(str(media))
    engine.pause(paused=True)
    engine.close()
    again, another = (open_engine(engine._places.data) for _ in range(2))
    again.analyze()
    assert again.status().paused
    assert again.status().unread == 1
    another.pause(paused=False)
    until(lambda: not again.status().busy, seconds=60)
    assert again.status().items == 1


def test_what_is_not_queued_yet_is_told_while_analysis_has_not_begun(ready: Engine) -> None:
    ready._store.write(lambda db: features.forget(db, "audio"))
    looked = ready.status()
    assert {work.extractor: work.waiting for work in looked.work}["audio"] > 0
    assert ready.pause(paused=True).work == looked.work


def test_who_waits_is_told_of_a_file_that_never_rests(
    engine: Engine, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scan, "SETTLE_SECONDS", 0.5)
    monkeypatch.setattr(analysing, "_RESTLESS_SECONDS", 2.0)
    fill = Station.fill
    monkeypatch.setattr(Station, "fill", lambda own, **more: time.sleep(0.2) or fill(own, **more))
    rest(song(media / "whole.mp3", seed=1))
    growing, ended = song(media / "growing.mp3", seed=2), threading.Event()

    def grow() -> None:
        while not ended.wait(0.1):
            os.utime(growing)

    writer = threading.Thread(target=grow)
    writer.start()
    try:
        engine.add_folder(str(media))
        status = engine.analyze(wait=True)
    finally:
        ended.set()
        writer.join()
    assert (status.items, status.settling, status.busy) == (1, 1, False)


def test_plugins_models_and_the_doctor_report(ready: Engine) -> None:
    assert {plugin.name for plugin in ready.plugins()} >= {"keyframes", "audio", "subtitles"}
    assert all(plugin.state == "ready" for plugin in ready.plugins())
    assert all(model.installed for model in ready.models())
    checks = {check.name: check for check in ready.doctor()}
    assert checks["Library database"].ok
    assert all(check.remedy for check in checks.values() if not check.ok)


def test_the_theme_is_remembered(ready: Engine, open_engine: Open) -> None:
    assert ready.theme("dark") == "dark"
    assert open_engine(ready._places.data).theme() == "dark"


def test_an_index_that_can_not_be_kept_stops_nothing(
    engine: Engine, media: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (engine._places.cache / "index").write_text("in the way")
    rest(song(media / "one.mp3", seed=1))
    engine.add_folder(str(media))
    status = engine.analyze(wait=True)
    assert not status.problems
    assert engine.for_you().shelves
    engine.close()
    assert any("can't be kept" in record.getMessage() for record in caplog.records)


def test_a_touched_film_that_lost_its_subtitles_loses_their_passages(
    engine: Engine, media: Path
) -> None:
    film = clip(media / "film.mp4", seed=77)
    subtitles = film.with_suffix(".srt")
    subtitles.write_text("1\n00:00:00,500 --> 00:00:02,000\nThe harbour lies still.\n")
    for path in (film, subtitles):
        os.utime(path, (1.5e9, 1.5e9))
    engine.add_folder(str(media))
    engine.analyze(wait=True)
    assert any(passage.text for passage in engine.item(str(film)).passages)
    subtitles.unlink()
    os.utime(film, (1.4e9, 1.4e9))
    engine.analyze(wait=True)
    assert not any(passage.text for passage in engine.item(str(film)).passages)


def test_a_deleted_file_is_recommended_no_more_and_an_unplugged_one_still_is(
    engine: Engine, media: Path
) -> None:
    for number in range(4):
        song(media / f"{number}.mp3", seed=number, title=f"Song {number}")
    understand(engine, media)
    (media / "3.mp3").unlink()
    engine.scan()
    shown = {card.title for card in cards(engine.for_you())}
    assert shown == {"Song 0", "Song 1", "Song 2"}
    away = media.with_name("away")
    media.rename(away)
    engine.scan()
    found = cards(engine.for_you())
    assert shown <= {card.title for card in found}
    assert not any(card.available for card in found)
    away.rename(media)


def test_a_failed_job_is_tried_again_when_the_program_starts_again(
    open_engine: Open, media: Path
) -> None:
    song(media / "a.mp3", title="A")
    first = open_engine()
    understand(first, media)
    first.close()
    with sqlite3.connect(first._places.database) as db:
        db.execute("UPDATE job SET state = 'failed', problem = 'no space' WHERE extractor = 'text'")
    db.close()
    again = open_engine()
    assert [work.failed for work in again.status().work if work.extractor == "text"] == [1]
    again.analyze(wait=True)
    assert not again.status().problems
