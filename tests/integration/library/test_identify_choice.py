"""What videos were identified as is remembered, also for files that come later.

In Jellyfin what was identified by hand is forgotten at the next scan.
"""

import itertools
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from media_factory import clip, song
from read_library import ReadLibrary

from mediadesk.api import Kind, UserError
from mediadesk.engine import fields as item_fields
from mediadesk.engine.identifying import Identifying
from mediadesk.engine.messages import Candidate, Work
from mediadesk.engine.organising import Organising

Make = Callable[[str], Path]
OFFICE = Work(kind="episode", series="The Office (US)")


@pytest.fixture
def home(tmp_path: Path) -> Iterator[ReadLibrary]:
    made = ReadLibrary(tmp_path)
    yield made
    made.store.close()


@pytest.fixture
def make(home: ReadLibrary) -> Make:
    """Make a video of other content than all before, in a folder of the library."""
    seeds = itertools.count(1)

    def made(name: str) -> Path:
        path = home.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return clip(path, seconds=1, seed=next(seeds), size=(64, 36), audio=False)

    return made


@pytest.fixture
def identifying(home: ReadLibrary) -> Identifying:
    return Identifying(home.access, take_up=lambda _: None)


@pytest.fixture
def organising(home: ReadLibrary) -> Organising:
    return Organising(
        home.access, space=lambda *_: None, take_up=lambda _: None, teach=lambda _: None
    )  # type: ignore[arg-type, return-value]


def known(home: ReadLibrary, path: Path) -> tuple[str, str, int | None, int | None]:
    item = home.item(path)
    return item.title, item.series, item.season, item.episode


def source(home: ReadLibrary, path: Path, field: str) -> str:
    fields = item_fields.views(home.store.read(), home.item(path).id)
    return next(each.source for each in fields if each.name == field)


def named(candidates: tuple[Candidate, ...], series: str) -> Candidate:
    return next(each for each in candidates if each.work.series == series)


def test_candidates_come_from_sources_folders_and_the_library(
    home: ReadLibrary, make: Make, identifying: Identifying
) -> None:
    make("The Office (US)/Season 1/The Office (US) - S01E01 - Pilot.mkv")
    film = make("Show Name (2019)/Season 1/Odd.mkv")
    odd = make("New/The.Office.US.S02E03.mkv")
    odd.with_suffix(".nfo").write_text(
        "<episodedetails><title>The Fire</title><showtitle>Office</showtitle>"
        "<season>2</season><episode>4</episode></episodedetails>"
    )
    home.read()
    guesses = identifying.candidates([str(odd)])
    assert (guesses.items, guesses.others) == (1, 0)
    series = {each.work.series: each for each in guesses.candidates}
    assert series["Office"].sources == ("sidecar",)
    assert series["Office"].now
    assert series["Office"].work.episode == 4
    assert "guessed" in series["The Office US"].sources
    assert series["The Office US"].work.episode == 3
    assert series["The Office (US)"].sources[-1] == "library"
    assert series["The Office (US)"].known == 1
    assert home.item(film).series == ""


def test_the_folders_of_a_file_tell_what_its_name_does_not(
    home: ReadLibrary, make: Make, identifying: Identifying
) -> None:
    episode = make("Show Name (2019)/s1/Show Name e03 720p.mkv")
    film = make("Brazil (1985)/Teil A.mkv")
    home.read()
    told = identifying.candidates([str(episode)]).candidates
    assert [(each.work.series, each.work.year, each.sources) for each in told] == [
        ("Show Name", 2019, ("guessed", "folders"))
    ]
    films = [each for each in identifying.candidates([str(film)]).candidates if each.work.year]
    assert [(each.work.kind, each.work.title, each.sources) for each in films] == [
        ("film", "Brazil", ("folders",))
    ]


def test_a_choice_goes_for_the_series_of_the_folder_and_for_files_that_come_later(
    home: ReadLibrary, make: Make, identifying: Identifying, organising: Organising
) -> None:
    one = make("TV/The.Office.US/Season 1/The.Office.US.S01E01.mkv")
    two = make("TV/The.Office.US/Season 2/The.Office.US.S02E05E06.Fire.mkv")
    other = make("TV/Lost.S01E01.mkv")
    home.read()
    assert identifying.candidates([str(one)]).others == 1
    made = identifying.identify([str(one)], OFFICE)
    assert (made.items, made.says) == (2, "Identified “The Office US S01E01” as “The Office (US)”")
    assert known(home, one) == ("The Office (US) S01E01", "The Office (US)", 1, 1)
    assert known(home, two) == ("The Office (US) S02E05-E06 · Fire", "The Office (US)", 2, 5)
    assert home.item(other).series == "Lost"
    later = make("TV/The.Office.US/Season 3/The.Office.US.S03E01.Gay.Witch.Hunt.mkv")
    elsewhere = make("Copies/The.Office.US.S09E09.mkv")
    home.read()
    expected = ("The Office (US) S03E01 · Gay Witch Hunt", "The Office (US)", 3, 1)
    assert known(home, later) == expected
    assert source(home, later, "series") == source(home, later, "title") == "folder"
    assert home.item(elsewhere).series == "The Office US"
    back = organising.undo(made.id)
    assert known(home, later)[:2] == ("The Office US S03E01 · Gay Witch Hunt", "The Office US")
    assert known(home, one)[:2] == ("The Office US S01E01", "The Office US")
    assert source(home, one, "series") == "guessed"
    organising.undo(back.id)
    assert known(home, later) == expected
    assert known(home, one)[1] == "The Office (US)"


def test_a_choice_survives_rescan_rename_move_and_replacement(
    home: ReadLibrary, make: Make, identifying: Identifying
) -> None:
    path = make("Office/The.Office.US.S01E01.mkv")
    home.read()
    identifying.identify([str(path)], OFFICE)
    expected = known(home, path)
    path.with_suffix(".nfo").write_text(
        "<episodedetails><title>Wrong</title><showtitle>Wrong</showtitle><season>7</season>"
        "<episode>7</episode></episodedetails>"
    )
    home.store.write(lambda db: db.conn.execute("UPDATE location SET reread = 1"))
    assert home.read() == [path]
    assert known(home, path) == expected
    path.with_suffix(".nfo").unlink()
    moved = home.root / "Else" / "whatever.mkv"
    shutil.copytree(path.parent, moved.parent)
    path.unlink()
    (moved.parent / path.name).rename(moved)
    home.read()
    assert known(home, moved) == expected
    before = home.item(moved).id
    make("Else/whatever.mkv")
    home.read()
    assert home.item(moved).id != before
    assert known(home, moved) == expected


def test_files_that_come_later_join_also_where_the_folder_was_renamed(
    home: ReadLibrary, make: Make, identifying: Identifying
) -> None:
    path = make("Office/The.Office.US.S01E01.mkv")
    home.read()
    identifying.identify([str(path)], OFFICE)
    path.parent.rename(home.root / "Renamed")
    later = make("Renamed/the office us s01e02.mkv")
    home.read()
    assert known(home, later)[1:] == ("The Office (US)", 1, 2)


def test_only_what_is_named_goes_where_that_is_wanted(
    home: ReadLibrary, make: Make, identifying: Identifying
) -> None:
    one, two = make("TV/Office.S01E01.mkv"), make("TV/Office.S01E02.mkv")
    home.read()
    assert identifying.identify([str(one)], OFFICE, only=True).items == 1
    later = make("TV/Office.S01E03.mkv")
    home.read()
    assert [home.item(each).series for each in (one, two, later)] == [
        "The Office (US)", "Office", "Office"
    ]  # fmt: skip


def test_an_episode_becomes_a_film_and_a_clip_an_episode(
    home: ReadLibrary, make: Make, identifying: Identifying, organising: Organising
) -> None:
    film, part = make("Apollo/Apollo 1x13.mkv"), make("Course/Week 3/Joins.mkv")
    home.read()
    was = known(home, film), home.item(film).kind
    made = identifying.identify(
        [str(film)], Work(kind="film", title="Apollo 13", year=1995, series="Apollo", season=4)
    )
    item = home.item(film)
    assert (item.kind, item.year, *known(home, film)) == (
        Kind.FILM, 1995, "Apollo 13", "", None, None
    )  # fmt: skip
    home.store.write(lambda db: db.conn.execute("UPDATE location SET reread = 1"))
    home.read()
    assert known(home, film) == ("Apollo 13", "", None, None)
    organising.undo(made.id)
    assert (known(home, film), home.item(film).kind) == was
    work = Work(kind="episode", series="SQL", season=3, episode=2)
    identifying.identify([str(part)], work)
    assert known(home, part) == ("SQL S03E02 · Joins", "SQL", 3, 2)


def test_a_plan_says_what_identifying_does_and_nothing_else(
    home: ReadLibrary, make: Make, identifying: Identifying
) -> None:
    one, two = make("TV/Office.S01E01.mkv"), make("TV/Office.S01E02.mkv")
    home.read()
    plan = identifying.plan_identify([str(one)], OFFICE)
    assert [(each.path, each.field, each.before, each.after) for each in plan] == [
        (str(path), field, before, after)
        for path, number in ((one, 1), (two, 2))
        for field, before, after in (
            ("series", "Office", "The Office (US)"),
            ("title", f"Office S01E0{number}", f"The Office (US) S01E0{number}"),
        )
    ]
    assert home.item(one).series == "Office"
    identifying.identify([str(one)], OFFICE)
    assert identifying.plan_identify([str(one)], OFFICE) == ()
    assert identifying.identify([str(one)], OFFICE).id == ""


def test_a_folder_stands_for_the_videos_in_it(
    home: ReadLibrary, make: Make, identifying: Identifying
) -> None:
    make("TV/Office.S01E01.mkv")
    make("TV/Sub/Office.S01E02.mkv")
    song(home.root / "TV" / "theme.mp3")
    home.read()
    guesses = identifying.candidates([str(home.root / "TV")])
    assert guesses.items == 2
    assert named(guesses.candidates, "Office").files == 2
    assert named(guesses.candidates, "Office").work.episode is None


def test_what_can_not_be_is_refused_in_a_sentence(
    home: ReadLibrary, make: Make, identifying: Identifying
) -> None:
    video = str(make("a.mkv"))
    sound = str(song(home.root / "b.mp3", title="Tune"))
    home.read()
    for name, work, why in (
        (sound, OFFICE, "“Tune” is sound"),
        (video, Work(kind="episode", title="Pilot"), "say which series"),
        (video, Work(kind="song", title="Tune"), "A video is no song"),
        (video, Work(kind="film"), "A film has a title"),
        (video, Work(kind="film", title="A", year=7), "“7” is no year"),
    ):
        with pytest.raises(UserError, match=why):
            identifying.identify([name], work)
