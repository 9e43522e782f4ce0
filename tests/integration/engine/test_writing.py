"""Writing back to real files: previewed, whole, and without the item becoming another."""

import os
import shutil
import stat
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import mutagen
import pytest
from media_factory import clip, song
from read_library import ME, ReadLibrary

from mediadesk.api import EventKind, Kind, UserError
from mediadesk.engine import acts
from mediadesk.engine.imported import take_back
from mediadesk.engine.messages import Progress, WriteLine, WritePlan
from mediadesk.library import nfo, tags, writeback
from mediadesk.library.originals import Originals
from mediadesk.library.writeback import Draft
from mediadesk.recommend.profile import State
from mediadesk.store import oplog, registers, told
from mediadesk.store.registers import Edit

_MUSIC = (".mp3", ".flac", ".ogg", ".opus", ".m4a", ".wav")


@pytest.fixture
def home(tmp_path: Path) -> Iterator[ReadLibrary]:
    made = ReadLibrary(tmp_path)
    yield made
    made.store.close()


def _note(home: ReadLibrary, path: Path, kind: EventKind, **more: float) -> None:
    item = home.item(path).id
    home.store.write(lambda db: oplog.add_event(db, profile=ME, item=item, kind=kind, **more))


def _film(home: ReadLibrary) -> Path:
    """Give a film that was edited, tagged, rated and watched."""
    path = clip(home.root / "Film (1990).mkv", seconds=1)
    home.read()
    home.edit(path, title="Мой фильм", genres=["Noir", "Crime"], description="About it.")
    item = home.item(path).id
    home.store.write(
        lambda db: registers.write(db, [Edit(item=item, field="tag/cosy", value=True)])
    )
    _note(home, path, EventKind.FINISHED, at=1_700_000_000.0, value=1.0)
    _note(home, path, EventKind.RATED, value=0.9)
    return path


def _fields(plan: WritePlan) -> dict[str, tuple[str, str]]:
    return {line.field: (line.before, line.after) for line in plan.lines}


def test_a_preview_of_an_nfo_file_is_exactly_what_is_written(home: ReadLibrary) -> None:
    path = _film(home)
    plan = home.writing.plan_write([str(path)])
    side = path.with_suffix(".nfo")
    assert not side.exists(), "a preview writes nothing"
    shown = _fields(plan)
    assert shown["title"] == ("", "Мой фильм")
    assert shown["genres"] == ("", "Noir, Crime")
    assert (shown["stars"], shown["watched"], shown["play count"]) == (
        ("", "4.5"), ("", "yes"), ("", "1"),
    )  # fmt: skip
    assert {line.path for line in plan.lines} == {str(side)}
    assert home.writing.write_back(plan.token).files == 1
    read = nfo.read(side)
    assert read is not None
    assert (read.title, read.year, read.genres) == ("Мой фильм", 1990, ("Noir", "Crime"))
    assert (read.watched, read.plays, read.stars, read.tags) == (True, 1, 4.5, ("cosy",))
    assert read.last_played.startswith("2023-11-1")
    assert home.writing.plan_write([str(path)]).lines == (), "all is said"
    assert home.read() == [], "and no scan reads it again"
    assert home.said(path)["sidecar"]["title"] == "Мой фильм"


def test_an_nfo_file_keeps_what_others_wrote_into_it(home: ReadLibrary) -> None:
    path = clip(home.root / "Film (1990).mkv", seconds=1)
    side = path.with_suffix(".nfo")
    side.write_text(
        "<movie><title>Old</title><actor><name>Ann</name></actor><tag>theirs</tag>"
        "<playcount>7</playcount><watched>true</watched></movie>"
    )
    side.chmod(0o640)
    home.read()
    home.edit(path, title="New")
    cosy = Edit(item=home.item(path).id, field="tag/cosy", value=True)
    home.store.write(lambda db: registers.write(db, [cosy]))
    _note(home, path, EventKind.SEEN)
    plan = home.writing.plan_write([str(path)])
    assert _fields(plan)["title"] == ("Old", "New")
    assert "play count" not in _fields(plan), "seven are more than one"
    home.writing.write_back(plan.token)
    assert "<name>Ann</name>" in side.read_text()
    read = nfo.read(side)
    assert read is not None
    assert (read.title, read.tags, read.plays) == ("New", ("theirs", "cosy"), 7)
    assert stat.S_IMODE(side.stat().st_mode) == 0o640


def test_texts_too_long_for_the_library_stay_whole_in_the_file(home: ReadLibrary) -> None:
    path = clip(home.root / "Film (1990).mkv", seconds=1)
    title, plot = "A long walk " * 60, "And then it rained. " * 1200
    side = path.with_suffix(".nfo")
    side.write_text(f"<movie><title>{title}</title><plot>{plot}</plot></movie>")
    home.read()
    assert len(home.item(path).title) < len(title.strip())
    _note(home, path, EventKind.SEEN)
    plan = home.writing.plan_write([str(path)])
    assert _fields(plan).keys() == {"watched", "play count", "year"}
    home.writing.write_back(plan.token)
    read = nfo.read(side)
    assert read is not None
    assert (read.title, read.plot) == (title.strip(), plot.strip())


def test_what_was_only_marked_as_watched_has_a_play_for_kodi(home: ReadLibrary) -> None:
    """Kodi goes by the play count alone: with 0 it would take the film for unseen."""
    path = clip(home.root / "Film (1990).mkv", seconds=1)
    home.read()
    _note(home, path, EventKind.SEEN)
    home.writing.write_back(home.writing.plan_write([str(path)]).token)
    read = nfo.read(path.with_suffix(".nfo"))
    assert read is not None
    assert (read.watched, read.plays) == (True, 1)


def test_what_was_marked_as_not_watched_is_written_so(home: ReadLibrary) -> None:
    path = clip(home.root / "Film (1990).mkv", seconds=1)
    side = path.with_suffix(".nfo")
    side.write_text("<movie><title>Film</title><watched>true</watched></movie>")
    home.read()
    assert "watched" not in _fields(home.writing.plan_write([str(path)]))
    _note(home, path, EventKind.UNSEEN)
    home.writing.write_back(home.writing.plan_write([str(path)]).token)
    read = nfo.read(side)
    assert read is not None
    assert (read.watched, read.plays) == (False, 0)


def test_an_episode_is_written_as_kodi_has_it(home: ReadLibrary) -> None:
    path = clip(home.root / "Show.S01E02.Pilot.mkv", seconds=1)
    home.read()
    home.writing.write_back(home.writing.plan_write([str(path)]).token)
    read = nfo.read(path.with_suffix(".nfo"))
    assert read is not None
    assert (read.root, read.title, read.show) == ("episodedetails", "Pilot", "Show")
    assert (read.season, read.episode) == (1, 2)
    home.store.write(lambda db: db.conn.execute("UPDATE location SET reread = 1"))
    assert home.read() == [path]
    assert home.item(path).title == "Show S01E02 · Pilot"


def test_a_music_video_is_written_as_kodi_has_it_and_read_as_one(home: ReadLibrary) -> None:
    path = clip(home.root / "Anna.mkv", seconds=1)
    side = path.with_suffix(".nfo")
    side.write_text("<musicvideo><title>Rain</title><artist>Anna</artist></musicvideo>")
    home.read()
    assert home.item(path).kind is Kind.MUSIC_VIDEO
    side.unlink()
    home.writing.write_back(home.writing.plan_write([str(path)]).token)
    read = nfo.read(side)
    assert read is not None
    assert (read.root, read.title, read.artist) == ("musicvideo", "Rain", "Anna")


@pytest.mark.parametrize("ending", _MUSIC)
def test_tags_are_written_and_the_item_stays_the_same(home: ReadLibrary, ending: str) -> None:
    path = song(home.root / f"a{ending}", seconds=1, title="Old", artist="Ann")
    home.read()
    before = home.item(path)
    home.edit(path, title="新", genres=["Pop", "Jazz"], year=1999, track=3, album_artist="V")
    plan = home.writing.plan_write([before.id], into="tags")
    assert _fields(plan)["title"][1] == "新"
    done = home.writing.write_back(plan.token)
    assert (done.files, done.refused) == (1, ())
    assert tags.read(path) | {"artist": "Ann"} == {
        "title": "新", "artist": "Ann", "genres": ("Pop", "Jazz"), "year": 1999, "track": 3,
        "album_artist": "V",
    }  # fmt: skip
    assert home.read() == [], "no scan reads it again"
    home.store.write(lambda db: db.conn.execute("UPDATE location SET reread = 1"))
    assert home.read() == [path]
    assert home.item(path).id == before.id, "it is the same sound"
    assert home.said(path)["embedded"]["title"] == "新"
    assert home.row(path)["size"] == path.stat().st_size
    assert [each.name for each in home.root.iterdir()] == [path.name], "nothing is left over"


def test_odd_texts_are_written_once(home: ReadLibrary) -> None:
    film = clip(home.root / "b.mkv", seconds=1)
    home.read()
    home.edit(film, title=" Two\x00 words\r\n ", genres=["Rock/Pop", " "], description=" x ")
    home.writing.write_back(home.writing.plan_write([str(film)]).token)
    assert home.writing.plan_write([str(film)]).lines == ()
    path = song(home.root / "a.flac", title="Old")
    home.read()
    home.edit(path, title=" Two  spaces\nand a line ", genres=["Rock/Pop"], album="x" * 900)
    done = home.writing.write_back(home.writing.plan_write([str(path)], into="tags").token)
    assert (done.files, done.refused) == (1, ())
    assert home.writing.plan_write([str(path)], into="tags").lines == ()


def test_a_file_whose_sound_would_change_is_left_alone(home: ReadLibrary, shared: Path) -> None:
    """What FFmpeg takes for the last of the sound in Monkey's Audio holds the tags."""
    path = home.root / "a.ape"
    shutil.copyfile(shared / "media" / "audio-tags" / "mediafile" / "full.ape", path)
    home.read()
    home.edit(path, title="New")
    was = path.read_bytes()
    done = home.writing.write_back(home.writing.plan_write([str(path)], into="tags").token)
    assert done.files == 0
    assert "its sound would not stay the same" in done.refused[0]
    assert path.read_bytes() == was


def test_other_tags_stay_as_they_are(home: ReadLibrary) -> None:
    path = song(home.root / "a.mp3", title="Old")
    tagged = mutagen.File(path)
    tagged.tags.add(mutagen.id3.TXXX(encoding=3, desc="MOOD", text=["calm"]))
    tagged.tags.add(mutagen.id3.APIC(encoding=3, mime="image/jpeg", type=3, data=b"\xff\xd8\xff"))
    tagged.save()
    home.read()
    home.edit(path, title="New")
    home.writing.write_back(home.writing.plan_write([str(path)], into="tags").token)
    kept = mutagen.File(path).tags
    assert (kept["TXXX:MOOD"].text, kept["TIT2"].text) == (["calm"], ["New"])
    assert kept.getall("APIC")[0].data == b"\xff\xd8\xff"


def _refusal(home: ReadLibrary, path: Path, into: str = "nfo") -> str:
    plan = home.writing.plan_write([home.item(path).id], into=into)  # type: ignore[arg-type]
    assert plan.lines == ()
    [sentence] = plan.refused
    assert sentence.startswith("“")
    assert sentence.endswith(".")
    return sentence


def test_what_can_not_be_written_says_why(home: ReadLibrary) -> None:
    film, music = clip(home.root / "a.mkv", seconds=1), song(home.root / "b.mp3")
    odd = song(home.root / "c.mka", title="Matroska")
    home.read()
    assert "write an NFO file instead" in _refusal(home, film, "tags")
    assert "write its tags instead" in _refusal(home, music)
    assert "can't be tagged" in _refusal(home, odd, "tags")
    music.chmod(0o444)
    assert "write-protected" in _refusal(home, music, "tags")
    film.with_suffix(".nfo").write_text("<movie><title>cut")
    assert "can't be added to" in _refusal(home, film)
    film.unlink()
    home.read()
    assert "missing" in _refusal(home, film)
    with pytest.raises(UserError, match="choose nfo or tags"):
        home.writing.plan_write([str(music)], into="xmp")  # type: ignore[arg-type]


def test_a_file_on_a_drive_that_is_away_is_written_to_once_it_is_back(home: ReadLibrary) -> None:
    film, music = _film(home), song(home.root / "b.mp3", title="Old")
    home.read()
    home.edit(music, title="New")
    away = home.root.with_name("away")
    for path, into in ((film, "nfo"), (music, "tags")):
        plan = home.writing.plan_write([str(path)], into=into)  # type: ignore[arg-type]
        home.root.rename(away)
        told = home.writing.write_back(plan.token).refused
        assert told == (f"“{home.root}” is not there: reconnect its drive.",)
        away.rename(home.root)
    home.root.rename(away)
    home.read()
    plan = home.writing.plan_write([str(film)])
    assert plan.lines == ()
    assert plan.refused == (
        f"“{film}” is on “media”, which is not connected: bring it back to write to it.",
    )
    away.rename(home.root)
    home.read()
    assert home.writing.write_back(home.writing.plan_write([str(film)]).token).files == 1
    assert film.with_suffix(".nfo").exists()


def test_where_a_file_has_moved_from_is_no_place_to_write_to(home: ReadLibrary) -> None:
    film = _film(home)
    home.read()
    moved = film.rename(film.with_name("moved.mkv"))
    home.read()
    plan = home.writing.plan_write([str(moved)])
    assert plan.refused == ()
    assert {line.path for line in plan.lines} == {str(moved.with_suffix(".nfo"))}


def test_what_changed_since_the_preview_is_left_alone(home: ReadLibrary) -> None:
    film, music = _film(home), song(home.root / "b.mp3", title="Old")
    home.read()
    home.edit(music, title="New")
    for path, into, side in (
        (film, "nfo", film.with_suffix(".nfo")),
        (music, "tags", music),
    ):
        plan = home.writing.plan_write([str(path)], into=into)  # type: ignore[arg-type]
        if side == music:
            os.utime(side, (1, 1))
        else:
            side.write_text("<movie><title>By somebody else</title></movie>")
        was = side.read_bytes()
        done = home.writing.write_back(plan.token)
        assert done.files == 0
        assert "has changed since the preview" in done.refused[0]
        assert side.read_bytes() == was


def test_what_was_protected_since_the_preview_is_left_alone(home: ReadLibrary) -> None:
    film = _film(home)
    side = film.with_suffix(".nfo")
    side.write_text("<movie><title>Old</title></movie>")
    home.read()
    plan, was = home.writing.plan_write([str(film)]), side.read_bytes()
    side.chmod(0o444)
    done = home.writing.write_back(plan.token)
    assert (done.files, done.change) == (0, None)
    assert "is write-protected" in done.refused[0]
    assert side.read_bytes() == was


def test_what_changes_in_the_last_moment_is_left_alone(
    home: ReadLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else writes to the file after we read it, and before ours takes its place."""
    film, music = _film(home), song(home.root / "b.mp3", title="Old")
    side = film.with_suffix(".nfo")
    side.write_text("<movie><title>Old</title></movie>")
    home.read()
    home.edit(music, title="New")
    theirs: list[Path] = []

    def write_theirs(file: Path) -> None:
        with file.open("ab") as written:
            written.write(b"<!-- theirs -->")
        theirs.append(file)

    write_tags, written_nfo = tags.write, nfo.written
    monkeypatch.setattr(tags, "write", lambda *args: (write_tags(*args), write_theirs(music)))
    for path, into, file in ((film, "nfo", side), (music, "tags", music)):
        plan = home.writing.plan_write([str(path)], into=into)  # type: ignore[arg-type]
        assert plan.lines
        if into == "nfo":
            monkeypatch.setattr(nfo, "written", lambda *a: (written_nfo(*a), write_theirs(side))[0])
        done = home.writing.write_back(plan.token)
        assert theirs.pop() == file
        assert done.files == 0
        assert f"“{file}” was changed by another program just now" in done.refused[0]
        assert file.read_bytes().endswith(b"<!-- theirs -->")
    assert {each.name for each in home.root.iterdir()} == {film.name, side.name, music.name}


def test_another_file_in_its_place_is_left_alone_and_noticed(home: ReadLibrary) -> None:
    film, music = _film(home), song(home.root / "b.mp3", seed=1, title="Old")
    home.read()
    home.edit(music, title="New")
    plan = home.writing.plan_write([str(film)])
    for path, make in ((film, clip), (music, song)):
        make(path, seconds=2, seed=2)
        os.utime(path, (1, 1))
    assert home.writing.write_back(plan.token).files == 1, "beside it"
    was = music.read_bytes()
    for path, into in ((film, "nfo"), (music, "tags")):
        refused = home.writing.plan_write([str(path)], into=into).refused  # type: ignore[arg-type]
        assert f"“{path}” is not as it was" in refused[0]
    assert music.read_bytes() == was
    before = {path: home.item(path).id for path in (film, music)}
    assert set(home.read()) == {film, music}
    assert all(home.item(path).id != item for path, item in before.items())


def test_a_preview_is_written_once(home: ReadLibrary) -> None:
    plan = home.writing.plan_write([str(_film(home))])
    home.writing.write_back(plan.token)
    with pytest.raises(UserError, match="look at a new one first"):
        home.writing.write_back(plan.token)


def test_all_copies_of_a_file_are_written(home: ReadLibrary) -> None:
    first = song(home.root / "a.mp3", title="Old")
    second = home.root / "b.mp3"
    second.write_bytes(first.read_bytes())
    home.read()
    home.edit(first, title="New")
    plan = home.writing.plan_write([str(first)], into="tags")
    assert {Path(line.path) for line in plan.lines} == {first, second}
    assert WriteLine(path=str(second), field="title", before="Old", after="New") in plan.lines
    assert home.writing.write_back(plan.token).files == 2
    assert tags.read(second)["title"] == "New"


def test_a_link_stays_a_link(home: ReadLibrary) -> None:
    real = song(home.root.parent / "real.mp3", title="Old")
    link = home.root / "link.mp3"
    link.symlink_to(real)
    home.read()
    home.edit(link, title="New")
    home.writing.write_back(home.writing.plan_write([str(link)], into="tags").token)
    assert link.is_symlink()
    assert tags.read(real)["title"] == "New"


_KODI = """<movie><title>Film</title><watched>true</watched><playcount>2</playcount>
<lastplayed>2020-02-03 20:15:00</lastplayed><userrating>8</userrating><tag>cosy</tag></movie>"""


def _stands(home: ReadLibrary, path: Path) -> tuple[bool, float | None, list[str]]:
    item = home.item(path).id
    state = home.access.states(None).get(item, State())
    return state.finished, state.stars, registers.labels(home.store.read(), [item]).get(item, [])


def test_what_nfo_files_tell_of_watching_is_taken_over_only_when_asked(home: ReadLibrary) -> None:
    seen, rated = (clip(home.root / f"{name} (1990).mkv", seconds=1, seed=n)
                   for n, name in enumerate(("Seen", "Rated")))  # fmt: skip
    for path in (seen, rated):
        path.with_suffix(".nfo").write_text(_KODI)
    home.read()
    assert _stands(home, seen) == (False, None, [])
    _note(home, rated, EventKind.RATED, value=0.2)
    preview = home.writing.import_nfos(dry_run=True)
    assert (preview.matched, preview.known, preview.kept) == (6, 1, False)
    assert _stands(home, seen) == (False, None, [])
    done = home.writing.import_nfos()
    assert (done.matched, done.known, done.kept) == (6, 1, True)
    assert _stands(home, seen) == (True, 4.0, ["cosy"])
    assert _stands(home, rated) == (True, 1.0, ["cosy"]), "what was said here stands"
    played = home.access.states(None)[home.item(seen).id].played_at
    assert played == time.mktime((2020, 2, 3, 20, 15, 0, 0, 0, -1))
    assert home.writing.import_nfos().known == 6, "nothing is taken twice"
    assert take_back(home.store, profile=ME) == 5
    assert _stands(home, seen) == (False, None, [])
    assert _stands(home, rated) == (False, 1.0, [])
    with pytest.raises(UserError, match="no import to take back"):
        take_back(home.store, profile=ME)
    assert home.writing.import_nfos().known == 1, "what was taken back can be taken over again"


def test_stars_in_tags_are_taken_over_and_written_by_the_scale_they_had(home: ReadLibrary) -> None:
    new, rated = (song(home.root / f"{name}.flac", seconds=0.2, seed=n)
                  for n, name in enumerate(("New", "Rated")))  # fmt: skip
    for path in (new, rated):
        held = mutagen.File(path)
        held["rating"] = "80"
        held.save()
    (home.root / "album.nfo").write_text(
        "<album><mood>Sad</mood><userrating>2</userrating></album>"
    )
    home.read()
    assert home.facts(new)["Stars in its tags"] == "4 of 5"
    assert _stands(home, new) == (False, None, []), "only when asked"
    _note(home, rated, EventKind.RATED, value=0.3)
    done = home.writing.import_nfos()
    assert (done.matched, done.known, done.kept) == (2, 1, True)
    assert _stands(home, new) == (False, 4.0, []), "moods of an album are no person's tags"
    assert _stands(home, rated) == (False, 1.5, [])
    plan = home.writing.plan_write([str(new), str(rated)], into="tags")
    assert _fields(plan)["stars"] == ("4", "1.5")
    home.writing.write_back(plan.token)
    assert mutagen.File(rated)["rating"] == ["30"]
    assert home.writing.import_nfos().known == 2, "nothing is taken twice"


def test_the_stars_of_an_nfo_file_stand_before_those_in_tags(home: ReadLibrary) -> None:
    path = clip(home.root / "Film (1990).mkv", seconds=1)
    path.with_suffix(".nfo").write_text(_KODI)
    home.read()
    item = home.item(path).id
    home.store.write(lambda db: told.tell(db, item, "embedded", {"stars": 1.0}, path=str(path)))
    home.writing.import_nfos()
    assert _stands(home, path)[1] == 4.0


def test_a_film_goes_on_where_its_nfo_file_says_that_somebody_stopped(home: ReadLibrary) -> None:
    film, begun = (clip(home.root / f"{name} (1990).mkv", seconds=1, seed=n)
                   for n, name in enumerate(("New", "Begun")))  # fmt: skip
    for path in (film, begun):
        path.with_suffix(".nfo").write_text(
            "<movie><title>Film</title><resume><position>61.5</position><total>100</total></resume>"
            "<lastplayed>2020-02-03 20:15:00</lastplayed></movie>"
        )
    home.read()
    _note(home, begun, EventKind.PLAYED, value=0.3)
    assert home.writing.import_nfos().known == 1, "what was played here stands"
    state = home.access.states(None)[home.item(film).id]
    assert (state.position, state.finished) == (61.5, False)
    assert state.played_at == time.mktime((2020, 2, 3, 20, 15, 0, 0, 0, -1))


def test_an_nfo_file_in_capitals_is_read_and_written(home: ReadLibrary) -> None:
    path = clip(home.root / "FILM.MKV", seconds=1)
    side = path.with_suffix(".NFO")
    side.write_text("<movie><title>Loud</title></movie>")
    home.read()
    assert home.item(path).title == "Loud"
    home.edit(path, year=1990)
    done = home.writing.write_back(home.writing.plan_write([str(path)]).token)
    assert done.refused == ()
    assert sorted(each.name for each in home.root.iterdir()) == ["FILM.MKV", "FILM.NFO"]
    assert nfo.parse(side.read_bytes()).year == 1990


def test_the_address_of_a_page_stays_in_an_nfo_file_that_is_written(home: ReadLibrary) -> None:
    path = _film(home)
    path.with_suffix(".nfo").write_text("https://example.org/1\n")
    home.read()
    done = home.writing.write_back(home.writing.plan_write([str(path)]).token)
    assert (done.files, done.refused) == (1, ())
    text = path.with_suffix(".nfo").read_text()
    assert text.startswith("<?xml")
    assert text.endswith("</movie>\nhttps://example.org/1\n")


def test_what_an_nfo_file_tells_without_a_time_is_not_of_today(home: ReadLibrary) -> None:
    film = clip(home.root / "Film (1990).mkv", seconds=1)
    told = _KODI.replace("<lastplayed>2020-02-03 20:15:00</lastplayed>", "")
    film.with_suffix(".nfo").write_text(told)
    home.read()
    home.writing.import_nfos()
    state = home.access.states(None)[home.item(film).id]
    assert (state.finished, state.stars, state.rested_at) == (True, 4.0, 0)


def test_a_time_that_is_not_known_is_not_written(home: ReadLibrary) -> None:
    path = clip(home.root / "Film (1990).mkv", seconds=1)
    home.read()
    item = home.item(path).id
    undated = {"undated": True}
    home.store.write(
        lambda db: oplog.add_event(
            db, profile=ME, item=item, kind=EventKind.FINISHED, context=undated
        )
    )
    shown = _fields(home.writing.plan_write([str(path)]))
    assert shown["watched"] == ("", "yes")
    assert "last played" not in shown


def test_two_files_of_one_item_were_watched_once(home: ReadLibrary) -> None:
    first, second = (clip(home.root / f"{name} (1990).mkv", seconds=1, seed=n)
                     for n, name in enumerate(("One", "Two")))  # fmt: skip
    for path in (first, second):
        path.with_suffix(".nfo").write_text(_KODI)
    home.read()
    keep, other = home.item(first).id, home.item(second).id
    home.store.write(lambda db: acts.merge(db, "x", keep=keep, others=[other]))
    home.writing.import_nfos()
    assert home.access.states(None)[keep].plays == 1
    assert take_back(home.store, profile=ME) == 3


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such limit there")
def test_a_full_drive_leaves_the_file_as_it_was(home: ReadLibrary) -> None:
    import resource

    path = song(home.root / "a.wav", seconds=60, title="Old")  # larger than the library
    home.read()
    home.edit(path, title="New")
    plan, was = home.writing.plan_write([str(path)], into="tags"), path.read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(was) // 2, hard))
    try:
        done = home.writing.write_back(plan.token)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert done.files == 0
    assert "the room on its drive" in done.refused[0]
    assert path.read_bytes() == was
    assert [each.name for each in home.root.iterdir()] == [path.name]


def test_writing_tells_how_far_it_is_and_ends_between_two_files(
    home: ReadLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [song(home.root / f"{n}.mp3", seconds=0.5, seed=n) for n in range(4)]
    home.read()
    for path in paths:
        home.edit(path, album="Days")
    plan = home.writing.plan_write([str(path) for path in paths], into="tags")
    assert home.writing.progress(plan.token) is None
    real, seen = writeback.carry_out, []

    def watched(draft: Draft, originals: Originals) -> None:
        seen.append(home.writing.progress(plan.token))
        if len(seen) == 3:
            home.writing.stop(plan.token)
        real(draft, originals)

    monkeypatch.setattr(writeback, "carry_out", watched)
    done = home.writing.write_back(plan.token)
    assert seen == [Progress(done=n, of=4) for n in range(3)]
    assert (done.files, done.left, home.writing.progress(plan.token)) == (3, 1, None)
    assert [tags.read(path).get("album") for path in paths] == ["Days", "Days", "Days", None]
    assert home.read() == [], "what was written before the stop is known"


@pytest.mark.parametrize("how", ["stopped", "overtaken"])
def test_a_plan_that_is_stopped_or_overtaken_is_not_made(
    home: ReadLibrary, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    names = [str(song(home.root / f"{n}.mp3", seconds=0.5, seed=n)) for n in range(3)]
    home.read()
    real, seen = writeback.draft_tags, []

    def watched(path: Path, wanted: Mapping[str, object]) -> Draft:
        seen.append(home.writing.progress())
        if len(seen) == 2 and how == "stopped":
            home.writing.stop()
        elif len(seen) == 2:
            home.writing.plan_write(names)
        return real(path, wanted)

    monkeypatch.setattr(writeback, "draft_tags", watched)
    with pytest.raises(UserError, match="stopped"):
        home.writing.plan_write(names, into="tags")
    assert seen == [Progress(done=0, of=3), Progress(done=1, of=3)]


def test_a_plan_that_is_stopped_before_it_is_written_is_not_written(home: ReadLibrary) -> None:
    path = song(home.root / "a.mp3", seconds=0.5)
    home.read()
    home.edit(path, album="Days")
    plan = home.writing.plan_write([str(path)], into="tags")
    home.writing.stop(plan.token)
    with pytest.raises(UserError, match="look at a new one"):
        home.writing.write_back(plan.token)
    assert "album" not in tags.read(path)


def test_an_import_of_nothing_but_tags_is_taken_back_as_the_last_one(home: ReadLibrary) -> None:
    path = clip(home.root / "Film (1990).mkv", seconds=0.5)
    path.with_suffix(".nfo").write_text("<movie><title>Film</title><watched>true</watched></movie>")
    home.read()
    home.writing.import_nfos()
    tags_too = "<movie><title>Film</title><watched>true</watched><tag>Lent</tag></movie>"
    path.with_suffix(".nfo").write_text(tags_too)
    home.read()
    item = home.item(path).id
    change = home.writing.import_nfos().change
    assert change is not None
    for _ in range(2):  # an engine died before it answered
        with home.store.acting("abc"):
            assert take_back(home.store, profile=ME) == 1
    assert registers.labels(home.store.read(), [item]) == {}
    assert home.access.states(None)[item].finished, "the import before that stays"
    assert take_back(home.store, profile=ME) == 1
    assert not home.access.states(None).get(item, State()).finished
    with pytest.raises(UserError, match="no import to take back"):
        take_back(home.store, profile=ME)
