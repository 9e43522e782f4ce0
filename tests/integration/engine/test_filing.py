"""What is missing, found elsewhere, left out or damaged: on real files, with the real engine."""

import os
import re
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import library_factory
import mutagen
import pytest
from library_factory import rest
from media_factory import clip, song

from mediadesk.api import UserError
from mediadesk.engine.engine import Engine
from mediadesk.engine.messages import ItemView

Open = Callable[..., Engine]


def _understand(engine: Engine, *folders: Path) -> None:
    known = {folder.path for folder in engine.status().folders}
    for folder in folders:
        rest(*(path for path in folder.rglob("*") if path.is_file()))
        if str(folder) not in known:
            engine.add_folder(str(folder))
    engine.analyze(wait=True)


def _stamps(engine: Engine) -> dict[tuple[str, str], float]:
    """When each job was finished."""
    with sqlite3.connect(engine._places.database) as db:
        rows = db.execute("SELECT item, extractor, updated_at FROM job WHERE state <> 'parked'")
        return {(row[0], row[1]): row[2] for row in rows}


def _view(engine: Engine, title: str) -> ItemView:
    [view] = [view for view in engine.views(engine.ids()) if view.title == title]
    return view


def _sorted(engine: Engine, media: Path) -> tuple[Path, Path]:
    """Put all into a folder `album` beside an empty one; give both."""
    album, other = media / "album", media / "other"
    for folder in (album, other):
        folder.mkdir()
    for name in ("Film.mp4", "Tune.mp3", "Other.mp4"):
        (media / name).rename(album / name)
    _understand(engine, media)
    return album, other


def _touch(path: Path, text: str = "") -> Path:
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def understood(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the data of a library, and its media, to be put where the library knows them.

    It knows two clips and a song; one is rated, one half watched.
    """
    folder = tmp_path_factory.mktemp("understood")
    media = folder / "drives" / "media"
    media.mkdir(parents=True)
    clip(media / "Film.mp4", seed=1, title="Film")
    clip(media / "Other.mp4", seed=2, title="Other")
    song(media / "Tune.mp3", seed=3, title="Tune")
    engine = Engine(library_factory.places(folder / "data", tmp_path_factory.getbasetemp()))
    _understand(engine, media)
    engine.organising.rate([str(media / "Film.mp4")], 4.5)
    engine.event(str(media / "Film.mp4"), "played", share=0.5, position=1.5)
    engine.close()
    media.parent.rename(folder / "kept")
    return folder


@pytest.fixture
def media(understood: Path) -> Iterator[Path]:
    """The media of the library, which a test may change."""
    drives = shutil.copytree(understood / "kept", understood / "drives")
    yield drives / "media"
    shutil.rmtree(drives)


@pytest.fixture
def library(understood: Path, media: Path, tmp_path: Path, open_engine: Open) -> Engine:
    """An engine on the library, which a test may change."""
    return open_engine(library_factory.copied(understood / "data", tmp_path / "data"))


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is of Linux")
def test_a_folder_of_the_system_itself_is_not_taken_in(engine: Engine) -> None:
    with pytest.raises(UserError, match=r"/proc/self/root” is the system's own"):
        engine.add_folder("/proc/self/root")
    assert engine.status().folders == ()


def test_what_is_missing_is_told_drive_by_drive(library: Engine, media: Path) -> None:
    assert library.filing.absent() == ()
    with pytest.raises(UserError, match="no profile “nobody”"):
        library.filing.absent(profile="nobody")
    (media / "Tune.mp3").unlink()
    library.scan()
    [absent] = library.filing.absent()
    assert (absent.folder, absent.drive, absent.count) == (str(media), "", 1)
    assert [(view.title, view.available) for view in absent.items] == [("Tune", False)]
    media.rename(media.with_name("away"))
    library.scan()
    [absent] = library.filing.absent(limit=2)
    assert (absent.drive, absent.count) == ("media", 3)
    assert [view.title for view in absent.items] == ["Film", "Other"]
    assert _view(library, "Film").drive == "media"
    _check_what_can_not_be_done(library, media)


def _check_what_can_not_be_done(library: Engine, media: Path) -> None:
    """Of what lies on a drive that is away one sentence says so, and nothing changes."""
    film, other = _view(library, "Film"), media / "Other.mp4"
    sitting = library.playing.sit_down(film.id)
    assert (sitting.path, sitting.item.drive) == ("", "media")
    away = re.escape(f"“{other}” is no file that can be read: check its name and drive.")
    with pytest.raises(UserError, match=f"^{away}$"):
        library.filing.relink(film.id, str(other))
    with pytest.raises(
        UserError, match=r"^“Film” is not there: reconnect its drive to verify it\.$"
    ):
        library.filing.verify(film.id)
    with pytest.raises(UserError, match="gone” is no folder that can be read: check its name and"):
        library.filing.relink_folder(str(media), str(media.with_name("gone")))
    told = f"“{media / 'Film.mp4'}” is on “media”, which is not connected: bring it back to write"
    for into in ("nfo", "tags"):
        plan = library.writing.plan_write([film.id], into=into)  # type: ignore[arg-type]
        assert plan.lines == ()
        assert plan.refused == (f"{told} to it.",)
    assert _view(library, "Film") == film


def test_a_better_encode_is_offered_for_a_missing_film_and_takes_its_state(
    library: Engine, media: Path
) -> None:
    was = _view(library, "Film")
    (media / "Film.mp4").unlink()
    clip(media / "Film 1080p.mkv", seed=1, title="")
    _understand(library, media)
    best = library.filing.matches(was.id)[0]
    assert best.path == str(media / "Film 1080p.mkv")
    assert best.alike > 0.6
    assert best.why.startswith("the same length")
    change = library.filing.relink(was.id, best.path)
    assert change.says == "Found “Film” in “Film 1080p.mkv”"
    now = library.item(best.path).item
    assert (now.stars, now.position_s, now.available) == (4.5, 1.5, True)
    assert library.filing.absent() == ()
    library.organising.undo(change.id)
    assert library.item(best.path).item.stars is None
    assert library.item(was.id).item.stars == 4.5
    assert [view.id for absent in library.filing.absent() for view in absent.items] == [was.id]


def test_only_what_is_missing_is_found_elsewhere_and_only_in_the_library(
    library: Engine, media: Path, tmp_path: Path
) -> None:
    film, other = str(media / "Film.mp4"), str(media / "Other.mp4")
    with pytest.raises(UserError, match="“Film” is not missing"):
        library.filing.relink(film, other)
    with pytest.raises(UserError, match="“Film” is not missing"):
        library.filing.matches(film)
    was = _view(library, "Film").id
    (media / "Film.mp4").rename(tmp_path / "Film.mp4")
    library.scan()
    with pytest.raises(UserError, match="lies in no folder of the library: add its folder"):
        library.filing.relink(was, str(tmp_path / "Film.mp4"))
    with pytest.raises(UserError, match="is no file that can be read"):
        library.filing.relink(was, str(media / "nothing.mp4"))
    with pytest.raises(UserError, match="“Tune” is not of the length and kind of “Film”: merge"):
        library.filing.relink(was, str(media / "Tune.mp3"))
    longer = clip(media / "Longer.mp4", seed=7, seconds=6)
    rest(longer)
    library.analyze(wait=True)
    with pytest.raises(UserError, match="“Longer” is not of the length and kind of “Film”: merge"):
        library.filing.relink(was, str(longer))
    with pytest.raises(UserError, match="is no video or music"):
        library.filing.relink(was, str(_touch(media / "notes.txt")))
    damaged = _touch(media / "damaged.mp4", "no film")
    rest(damaged)
    library.pause(paused=True)
    with pytest.raises(UserError, match="has not been read yet"):
        library.filing.relink(was, str(damaged))
    library.pause(paused=False)
    library.analyze(wait=True)
    with pytest.raises(UserError, match="damaged"):
        library.filing.relink(was, str(damaged))


def test_a_folder_that_is_found_elsewhere_keeps_all_and_nothing_is_read_again(
    library: Engine, media: Path, tmp_path: Path
) -> None:
    _touch(media / "Film.en.srt", "1\n00:00:00,000 --> 00:00:01,000\nThe harbour.\n")
    _understand(library, media)
    library.filing.exclude(str(media), ["*.wav"])
    before, jobs = _view(library, "Film"), _stamps(library)
    moved = tmp_path / "drive" / "films"
    moved.parent.mkdir()
    media.rename(moved)
    status = library.filing.relink_folder(str(media), str(moved))
    [folder] = status.folders
    assert (folder.path, folder.files, folder.available) == (str(moved), 3, True)
    assert folder.excludes == ("*.wav",)
    assert status.unread == 0
    after = _view(library, "Film")
    assert after.path == str(moved / "Film.mp4")
    assert (after.id, after.stars, after.position_s, after.available) == (
        before.id, 4.5, 1.5, True,
    )  # fmt: skip
    library.analyze(wait=True)
    assert _stamps(library) == jobs
    moved.rename(media)
    library.filing.relink_folder(str(moved), str(media))
    assert _view(library, "Film").path == str(media / "Film.mp4")
    library.analyze(wait=True)
    assert _stamps(library) == jobs
    tune = (media / "Tune.mp3").read_bytes()
    library.organising.edit([str(media / "Tune.mp3")], {"title": "My tune"})
    plan = library.writing.plan_write([str(media / "Tune.mp3")], into="tags")
    written = library.writing.write_back(plan.token)
    assert written.change is not None
    media.rename(moved)
    library.filing.relink_folder(str(media), str(moved))
    library.organising.undo(written.change.id)
    assert (moved / "Tune.mp3").read_bytes() == tune, "it is taken back where it is now"


def test_a_folder_with_other_files_is_not_taken_for_it(
    library: Engine, media: Path, tmp_path: Path
) -> None:
    away = media.rename(tmp_path / "away")
    library.scan()
    wrong = tmp_path / "wrong"
    wrong.mkdir()
    shutil.copy2(away / "Film.mp4", wrong)
    with pytest.raises(UserError, match=r"Of 3 files .* only 1 are in"):
        library.filing.relink_folder(str(media), str(wrong))
    with pytest.raises(UserError, match="is no folder that can be read"):
        library.filing.relink_folder(str(media), str(tmp_path / "none"))
    with pytest.raises(UserError, match="is not a folder of the library"):
        library.filing.relink_folder(str(wrong), str(away))
    library.add_folder(str(wrong))
    with pytest.raises(UserError, match=r"wrong” is in the library already.*media” can be removed"):
        library.filing.relink_folder(str(media), str(wrong))
    with pytest.raises(UserError, match=r"” overlaps “[^”]*”, which is in the library"):
        library.filing.relink_folder(str(media), str(wrong.parent))
    with pytest.raises(UserError, match=r"wrong” is where it was"):
        library.filing.relink_folder(str(wrong), str(wrong))
    assert [folder.path for folder in library.status().folders] == [str(media), str(wrong)]
    assert library.item(str(media / "Film.mp4")).item.stars == 4.5


def test_what_is_missing_is_forgotten_on_demand_and_comes_back_with_its_state(
    library: Engine, media: Path, tmp_path: Path
) -> None:
    film = _view(library, "Film")
    with pytest.raises(UserError, match="“Film” is not missing"):
        library.filing.forget([film.id])
    (media / "Film.mp4").rename(tmp_path / "kept.mp4")
    library.scan()
    jobs = _stamps(library)
    change = library.filing.forget([film.id])
    assert change.says == "Forgot “Film” that went missing"
    assert film.id not in library.ids()
    assert library.filing.absent() == ()
    library.organising.undo(change.id)
    assert film.id in library.ids()
    assert [each.count for each in library.filing.absent()] == [1]
    library.filing.forget(folder=str(media))
    (tmp_path / "kept.mp4").rename(media / "back.mp4")
    library.analyze(wait=True)
    back = library.item(film.id).item
    assert (back.available, back.stars, back.position_s) == (True, 4.5, 1.5)
    assert _stamps(library) == jobs


def test_what_was_forgotten_comes_back_though_its_folder_is_elsewhere_by_now(
    library: Engine, media: Path, tmp_path: Path
) -> None:
    film = _view(library, "Film")
    (media / "Film.mp4").unlink()
    library.scan()
    forgotten = library.filing.forget([film.id])
    moved = media.rename(tmp_path / "moved")
    library.filing.relink_folder(str(media), str(moved))
    library.organising.undo(forgotten.id)
    back = library.item(film.id).item
    assert (back.available, back.stars, back.position_s) == (False, 4.5, 1.5)
    assert [(each.folder, each.count) for each in library.filing.absent()] == [(str(moved), 1)]


def test_a_bit_that_rots_is_found_and_an_edit_is_not_taken_for_one(
    library: Engine, media: Path
) -> None:
    film = media / "Film.mp4"
    first = library.filing.verify(str(film))
    assert (first.path, first.same) == (str(film), None)
    assert library.filing.verify(str(film)).same is True
    before, content = film.stat(), bytearray(film.read_bytes())
    content[len(content) // 2] ^= 1
    film.write_bytes(content)
    os.utime(film, ns=(before.st_atime_ns, before.st_mtime_ns))
    rotten = library.filing.verify(str(film))
    assert (rotten.same, rotten.hash == first.hash) == (False, False)
    assert library.filing.verify(str(film)).same is False, "until it is mended"
    os.utime(film, None)
    assert library.filing.verify(str(film)).same is None
    film.unlink()
    library.scan()
    with pytest.raises(UserError, match="“Film” is not there: reconnect its drive"):
        library.filing.verify(first.path)


def test_a_copy_with_other_tags_is_not_damaged(library: Engine, media: Path) -> None:
    tune, copy = media / "Tune.mp3", media / "Z copy.mp3"
    shutil.copyfile(tune, copy)
    tags = mutagen.File(copy, easy=True)
    tags["title"] = "Told otherwise"
    tags.save()
    os.utime(copy, (1, 1))
    _understand(library, media)
    assert library.filing.verify(str(tune)).path == str(tune)
    tune.unlink()
    library.scan()
    found = library.filing.verify(str(copy))
    assert (found.path, found.same) == (str(copy), None)


def test_what_is_left_out_leaves_the_lists_and_keeps_its_state(
    library: Engine, media: Path
) -> None:
    jobs = _stamps(library)
    folder = library.filing.exclude(str(media), ["Film.*", " "])
    assert (folder.excludes, folder.files) == (("Film.*",), 2)
    assert {view.title for view in library.views(library.ids())} == {"Other", "Tune"}
    library.filing.exclude(str(media), [])
    library.analyze(wait=True)
    assert _view(library, "Film").stars == 4.5
    assert _stamps(library) == jobs
    with pytest.raises(UserError, match="is no pattern"):
        library.filing.exclude(str(media), ["!"])


def test_what_a_look_through_a_folder_could_not_read_is_told_until_it_is_mended(
    library: Engine, media: Path
) -> None:
    mark = media / ".mediadeskignore"
    mark.write_text("!\n", encoding="utf-8")
    [problem] = library.scan().problems
    assert problem.path == str(media)
    assert problem.sentence.startswith(f"“{mark}” has the line “!”")
    mark.unlink()
    assert library.scan().problems == ()


def test_a_renamed_folder_keeps_its_items_though_copies_and_unread_files_are_in_it(
    library: Engine, media: Path
) -> None:
    shutil.copy2(media / "Film.mp4", media / "Copy.mp4")
    _understand(library, media)
    jobs, ids = _stamps(library), set(library.ids())
    album = media / "album"
    album.mkdir()
    for name in ("Film.mp4", "Copy.mp4", "Tune.mp3"):
        (media / name).rename(album / name)
    library.scan()  # seen, but not read yet, and moved on again
    album.rename(media / "record")
    away = media.rename(media.with_name("away"))
    library.scan()
    away.rename(media)
    library.analyze(wait=True)
    assert set(library.ids()) == ids
    film = _view(library, "Film")
    assert (film.stars, film.available) == (4.5, True)
    assert film.path in {str(media / "record" / name) for name in ("Film.mp4", "Copy.mp4")}
    assert _stamps(library) == jobs


def test_history_follows_a_film_replaced_while_its_folder_was_renamed(
    library: Engine, media: Path
) -> None:
    """Whoever tidies up while the program is closed renames a folder and puts a better file in."""
    album, other = _sorted(library, media)
    old = _view(library, "Film").id
    album.rename(media / "record")
    clip(media / "record" / "Film.mp4", seed=21, title="Film anew")
    clip(other / "Film.mp4", seed=22, title="Film elsewhere")
    rest(media / "record" / "Film.mp4", other / "Film.mp4")
    _understand(library, media)
    anew = _view(library, "Film anew")
    assert (anew.stars, anew.position_s, anew.available) == (4.5, 1.5, True)
    assert old not in library.ids()
    assert _view(library, "Film elsewhere").stars is None


def test_a_file_of_the_same_name_in_a_folder_of_others_is_another(
    library: Engine, media: Path
) -> None:
    album, other = _sorted(library, media)
    (album / "Tune.mp3").rename(other / "Tune.mp3")  # one of three is too few
    for name in ("Film.mp4", "Other.mp4"):
        (album / name).unlink()
    rest(clip(other / "Film.mp4", seed=22, title="Film elsewhere"))
    _understand(library, media)
    assert _view(library, "Film elsewhere").stars is None
    assert (_view(library, "Film").stars, _view(library, "Film").available) == (4.5, False)


def test_a_folder_taken_out_and_put_back_brings_all_back_without_analysing(
    library: Engine, media: Path
) -> None:
    jobs = _stamps(library)
    library.remove_folder(str(media))
    assert library.ids() == ()
    _understand(library, media)
    film = _view(library, "Film")
    assert (film.stars, film.position_s, film.available) == (4.5, 1.5, True)
    assert _stamps(library) == jobs


def test_history_follows_a_film_replaced_in_place_but_not_where_the_old_one_lies_elsewhere(
    library: Engine, media: Path, tmp_path: Path
) -> None:
    second = tmp_path / "second"
    second.mkdir()
    shutil.copy2(media / "Other.mp4", second / "kept.mp4")
    _understand(library, second)
    old = {title: _view(library, title).id for title in ("Film", "Other")}
    library.organising.rate([old["Other"]], 1.0)
    away = second.rename(tmp_path / "second is away")
    clip(media / "Film.mp4", seed=11, title="Film anew")
    clip(media / "Other.mp4", seed=12, title="Other anew")
    _understand(library, media)
    assert _view(library, "Film anew").stars == 4.5
    assert _view(library, "Other anew").stars is None, "the old one may lie on the other drive"
    assert library.item(old["Other"]).item.stars == 1.0
    away.rename(second)
    library.analyze(wait=True)
    kept = library.item(str(second / "kept.mp4")).item
    assert (kept.id, kept.stars) == (old["Other"], 1.0)
    assert _view(library, "Other anew").stars is None


def _replaced(library: Engine, media: Path) -> tuple[str, str]:
    """Write a longer film over one, say something of it, and give both."""
    path = media / "Film.mp4"
    old = _view(library, "Film").id
    library.organising.write_note(old, "With Ann.")
    clip(path, seed=11, seconds=6, title="Another")
    _understand(library, media)
    new = _view(library, "Another").id
    library.organising.tag([new], add=["new"])
    return old, new


def test_another_film_of_the_same_name_takes_over_nothing_and_is_told(
    library: Engine, media: Path, tmp_path: Path
) -> None:
    copy = shutil.copy2(media / "Film.mp4", tmp_path)
    old, new = _replaced(library, media)
    kept, page = library.item(old), library.item(new)
    assert (kept.item.stars, kept.item.position_s, kept.note) == (4.5, 1.5, "With Ann.")
    assert not kept.item.available
    assert library.ids(text="is:missing") == (old,)
    assert [each.size for each in kept.versions] == [0]
    assert (page.item.stars, page.item.position_s, page.note) == (None, 0.0, "")
    assert page.item.path == str(media / "Film.mp4")
    assert [[each.id for each in gone.items] for gone in library.filing.absent()] == [[old]]
    library.scan()
    _, told, *_ = library.organising.changes()
    assert told.says.startswith("Another film took the place of “Film” in “Film.mp4”: ")
    assert library.organising.undo().says == "Undone: Tagged “Another” “new”", "of a person's acts"

    shutil.copy2(copy, media / "found.mp4")
    _understand(library, media)
    found = library.item(old)
    assert (found.item.path, found.item.stars) == (str(media / "found.mp4"), 4.5)
    assert [each.path for each in found.versions] == [found.item.path]


def test_who_takes_back_that_another_film_took_a_place_has_one_film(
    library: Engine, media: Path
) -> None:
    old, new = _replaced(library, media)
    _, told, *_ = library.organising.changes()
    undone = library.organising.undo(told.id)
    same = library.item(old)
    assert (same.item.id, same.item.stars, same.item.position_s) == (new, 4.5, 1.5)
    assert (same.note, same.item.labels, same.item.available) == ("With Ann.", ("new",), True)
    assert [each.path for each in same.versions] == [str(media / "Film.mp4")]
    assert library.filing.absent() == ()

    library.organising.undo(undone.id)
    kept, page = library.item(old), library.item(new)
    assert (kept.item.id, kept.item.stars, kept.item.available) == (old, 4.5, False)
    assert (page.item.stars, page.note, page.item.labels) == (None, "", ("new",))
    library.filing.forget([old])
    assert library.filing.absent() == ()


def test_the_place_that_a_film_moved_from_can_be_forgotten_and_put_back(
    library: Engine, media: Path
) -> None:
    item = _view(library, "Film").id
    (media / "Film.mp4").rename(media / "Moved.mp4")
    _understand(library, media)
    assert len(library.item(item).versions) == 2
    assert library.filing.forget([item]).says == "Forgot places of “Film” that went missing"
    page = library.item(item)
    assert [each.path for each in page.versions] == [str(media / "Moved.mp4")]
    assert (page.item.stars, page.item.available) == (4.5, True)
    library.organising.undo()
    assert len(library.item(item).versions) == 2


def test_another_song_of_the_same_length_and_name_takes_over_nothing(
    library: Engine, media: Path
) -> None:
    old = _view(library, "Tune").id
    library.organising.rate([old], 2)
    song(media / "Tune.mp3", seed=4, title="Hum")
    _understand(library, media)
    assert (_view(library, "Hum").stars, _view(library, "Tune").stars) == (None, 2)
    told = library.organising.changes()[0].says
    assert told.startswith("Another recording took the place of “Tune” in “Tune.mp3”: ")


def test_history_follows_a_film_that_was_read_while_it_was_still_copied(
    library: Engine, media: Path, tmp_path: Path
) -> None:
    """A drive that pauses for a while leaves a shorter film, as long as the container tells so."""
    path = clip(media / "Show.ts", seconds=6, seed=21)
    _understand(library, media)
    library.organising.rate([str(path)], 3)
    better = clip(tmp_path / "Show.ts", seconds=6, seed=22).read_bytes()
    path.write_bytes(better[: len(better) // 2])
    _understand(library, media)
    assert library.item(str(path)).item.stars is None
    path.write_bytes(better)
    _understand(library, media)
    assert library.item(str(path)).item.stars == 3
    assert library.filing.absent() == ()
    assert library.organising.changes()[0].says.startswith("Undone: Another film took the place")


def test_a_film_that_somebody_spoke_of_is_no_part_of_the_one_before_it(
    library: Engine, media: Path
) -> None:
    first, second = _replaced(library, media)
    clip(media / "Film.mp4", seed=31, title="As long as the first")
    _understand(library, media)
    assert _view(library, "As long as the first").stars is None
    assert library.item(first).item.stars == 4.5
    assert library.item(second).item.labels == ("new",)
    assert {each.id for gone in library.filing.absent() for each in gone.items} == {first, second}


@pytest.mark.parametrize("seconds", [96.0, 101.2])
def test_history_follows_a_film_that_runs_faster_on_television_or_ends_otherwise(
    library: Engine, media: Path, seconds: float
) -> None:
    """Films of 24 pictures a second are shown with 25 there; another disc has other credits."""
    path = media / "Long.mp4"
    clip(path, seconds=100, seed=21, size=(64, 36), audio=False, title="Long")
    _understand(library, media)
    library.organising.rate([str(path)], 3)
    clip(path, seconds=seconds, seed=22, size=(64, 36), audio=False, title="Long, better")
    _understand(library, media)
    assert _view(library, "Long, better").stars == 3
    clip(path, seconds=90, seed=23, size=(64, 36), audio=False, title="Short")
    _understand(library, media)
    assert _view(library, "Short").stars is None


def test_history_follows_a_song_whose_title_is_but_spelled_otherwise(
    library: Engine, media: Path
) -> None:
    old = _view(library, "Tune").id
    library.organising.rate([old], 2)
    song(media / "Tune.mp3", seed=4, title="TUNE (Remastered 2011)")
    _understand(library, media)
    assert _view(library, "TUNE (Remastered 2011)").stars == 2


def test_history_follows_a_talk_to_be_heard_that_only_a_person_calls_so(
    library: Engine, media: Path
) -> None:
    old = _view(library, "Tune").id
    library.organising.edit([old], {"kind": "talk"})
    song(media / "Tune.mp3", seed=4, title="Tune")
    _understand(library, media)
    assert library.item(old).item.path == str(media / "Tune.mp3")


def test_of_what_is_replaced_and_nobody_spoke_of_nothing_is_left(
    library: Engine, media: Path
) -> None:
    clip(media / "Other.mp4", seed=11, seconds=6, title="Other, longer")
    before = library.organising.changes()
    _understand(library, media)
    assert library.filing.absent() == ()
    assert library.organising.changes() == before


def test_history_follows_when_the_other_drive_comes_back_without_the_old_film(
    library: Engine, media: Path, tmp_path: Path
) -> None:
    second = tmp_path / "second"
    second.mkdir()
    song(second / "something.mp3", seed=21, title="Something")
    shutil.copy2(media / "Film.mp4", second / "kept.mp4")
    _understand(library, second)
    away = second.rename(tmp_path / "second is away")
    clip(media / "Film.mp4", seed=11, title="Film anew")
    _understand(library, media)
    assert _view(library, "Film anew").stars is None
    (away / "kept.mp4").unlink()
    away.rename(second)
    library.analyze(wait=True)
    assert _view(library, "Film anew").stars == 4.5


def test_a_film_that_moved_to_another_folder_while_its_place_was_taken_stays_itself(
    library: Engine, media: Path, tmp_path: Path
) -> None:
    second = tmp_path / "second"
    second.mkdir()
    song(second / "something.mp3", seed=21, title="Something")
    _understand(library, second)
    (media / "Film.mp4").rename(second / "Film.mp4")
    clip(media / "Film.mp4", seed=11, title="New film")
    _understand(library, media, second)
    assert _view(library, "Film").path == str(second / "Film.mp4")
    assert (_view(library, "Film").stars, _view(library, "New film").stars) == (4.5, None)


def test_a_file_that_becomes_junk_is_listed_as_missing_until_it_can_be_read_again(
    library: Engine, media: Path
) -> None:
    path, good = media / "Film.mp4", (media / "Film.mp4").read_bytes()
    item = _view(library, "Film").id
    path.write_bytes(b"no film at all" * 1000)
    _understand(library, media)
    assert [problem.path for problem in library.status().problems] == [str(path)]
    junk = _view(library, "Film")
    assert (junk.id, junk.available, junk.stars, junk.position_s) == (item, False, 4.5, 1.5)
    assert library.ids(text="is:missing") == (item,)
    library.working.retry()
    library.analyze(wait=True)
    assert not _view(library, "Film").available

    path.write_bytes(good)
    os.utime(path, (1_600_000_000, 1_600_000_000))
    library.analyze(wait=True)
    assert _view(library, "Film").available
    assert library.ids(text="is:missing") == ()
    assert library.status().problems == ()

    path.write_bytes(b"junk again")
    _understand(library, media)
    clip(path, seed=9, title="Film, restored")
    _understand(library, media)
    restored = _view(library, "Film, restored")
    assert restored.id != item
    assert (restored.available, restored.stars, restored.position_s) == (True, 4.5, 1.5)
