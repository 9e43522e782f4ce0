"""What was written to files is taken back byte for byte, but never over what others wrote since."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import mutagen
import pytest
from media_factory import clip, picture, song
from mutagen.id3 import APIC, ID3
from read_library import ReadLibrary

from mediadesk.api import UserError
from mediadesk.api.errors import TakenBackError
from mediadesk.engine import unwriting
from mediadesk.engine.messages import Change, Into
from mediadesk.engine.organising import Organising
from mediadesk.library import nfo, tags, writeback
from mediadesk.library.originals import Originals
from mediadesk.library.replacing import replacing

_MUSIC = (".mp3", ".flac", ".ogg", ".opus", ".m4a", ".wav")


@pytest.fixture
def home(tmp_path: Path) -> Iterator[ReadLibrary]:
    made = ReadLibrary(tmp_path)
    yield made
    made.store.close()


@pytest.fixture
def organising(home: ReadLibrary) -> Organising:
    return Organising(
        home.access, space=lambda *_: None, take_up=lambda _: None, teach=lambda _: None
    )  # type: ignore[arg-type, return-value]


def _sums(*paths: Path) -> list[str]:
    return [hashlib.sha256(path.read_bytes()).hexdigest() for path in paths]


def _write(home: ReadLibrary, *paths: Path, into: Into) -> Change:
    done = home.writing.write_back(home.writing.plan_write(list(map(str, paths)), into=into).token)
    assert done.refused == ()
    assert done.change is not None
    return done.change


@pytest.mark.parametrize("ending", _MUSIC)
def test_tags_are_taken_back_and_written_again_byte_for_byte(
    home: ReadLibrary, organising: Organising, ending: str
) -> None:
    path = song(home.root / f"a{ending}", seconds=3, title="Old", artist="Ann")
    home.read()
    before = _sums(path)
    home.edit(path, title="New " * 400, genres=["Noir"])
    act = _write(home, path, into="tags")
    written = _sums(path)
    assert act.says == "Written to 1 file"
    assert written != before
    back = organising.undo(act.id)
    assert _sums(path) == before
    assert home.said(path)["embedded"]["title"] == "Old"
    assert home.read() == [], "it is known as it is"
    again = organising.undo(back.id)
    assert (_sums(path), again.says) == (written, "Done again: Written to 1 file")
    organising.undo(again.id)
    assert _sums(path) == before


def test_little_is_kept_of_a_large_file_with_tags_at_both_ends(home: ReadLibrary) -> None:
    path = song(home.root / "a.mp3", seconds=60, title="Old", artist="Ann")
    ID3(path).save(path, v1=2)
    cover = picture(home.root / "big.png", size=(300, 300))
    home.read()
    home.edit(path, title="New")
    both = ID3(path)
    both.add(APIC(mime="image/png", type=3, data=cover.read_bytes()))
    both.save(path)
    home.read()
    act = _write(home, path, into="tags")
    kept = unwriting.originals(home.store, act.id).folder
    size = sum(each.stat().st_size for each in kept.iterdir())
    assert size < path.stat().st_size / 3
    assert path.read_bytes()[-128:-125] == b"TAG"


def test_nfo_files_are_taken_back_and_new_ones_go(
    home: ReadLibrary, organising: Organising
) -> None:
    new, old = (clip(home.root / f"{name} (1990).mkv", seconds=1, seed=n)
                for n, name in enumerate(("New", "Old")))  # fmt: skip
    side = old.with_suffix(".nfo")
    side.write_bytes(b"<movie>\r\n<title>Old</title><x>mine</x></movie>\r\n")
    home.read()
    before = _sums(side)
    for path in (new, old):
        home.edit(path, description="About it.")
    act = _write(home, new, old, into="nfo")
    assert (act.says, act.items) == ("Written to 2 files", 2)
    assert new.with_suffix(".nfo").exists()
    written = _sums(side, new.with_suffix(".nfo"))
    back = organising.undo()
    assert (_sums(side), new.with_suffix(".nfo").exists()) == (before, False)
    assert home.said(new)["user"]["description"] == "About it.", "what a person said stands"
    assert home.read() == []
    organising.undo(back.id)
    assert _sums(side, new.with_suffix(".nfo")) == written
    with pytest.raises(TakenBackError):
        organising.undo(back.id)


def test_what_another_program_wrote_since_stays_and_is_told(
    home: ReadLibrary, organising: Organising
) -> None:
    paths = [song(home.root / f"{n}.mp3", seed=n, title="Old") for n in range(3)]
    home.read()
    before = _sums(*paths)
    for path in paths:
        home.edit(path, title="New")
    act = _write(home, *paths, into="tags")
    other = mutagen.File(paths[0], easy=True)
    other["title"] = "Theirs"
    other.save()
    paths[1].rename(home.root / "elsewhere.mp3")
    theirs = _sums(paths[0])
    back = organising.undo(act.id)
    assert _sums(paths[0]) == theirs
    assert _sums(paths[2]) == before[2:]
    assert "0.mp3” was changed since by another program: it stays" in back.says or (
        "1.mp3” is not there any more" in back.says
    )
    assert back.says.endswith("And 1 more stay")
    assert tags.read(home.root / "elsewhere.mp3")["title"] == "New"


def test_where_nothing_can_be_taken_back_the_act_stands(
    home: ReadLibrary, organising: Organising
) -> None:
    path = clip(home.root / "Film (1990).mkv", seconds=1)
    home.read()
    home.edit(path, description="About it.")
    act = _write(home, path, into="nfo")
    side = path.with_suffix(".nfo")
    mine = side.read_bytes()
    side.write_bytes(nfo.written(mine, nfo.Nfo(plot="Theirs")))
    with pytest.raises(UserError, match="was changed since by another program: it stays"):
        organising.undo(act.id)
    side.write_bytes(mine)
    unwriting.originals(home.store, act.id).drop()
    with pytest.raises(UserError, match="nothing is kept of it, as of all but the last 20 acts"):
        organising.undo(act.id)
    assert side.read_bytes() == mine


def test_the_last_act_is_told_once_to_be_lost_and_then_the_one_before_has_its_turn(
    home: ReadLibrary, organising: Organising
) -> None:
    path = clip(home.root / "Film (1990).mkv", seconds=0.5)
    home.read()
    organising.rate([str(path)], 4)
    home.edit(path, description="About it.")
    act = _write(home, path, into="nfo")
    elsewhere = path.rename(home.root.parent / path.name)
    side = path.with_suffix(".nfo").rename(home.root.parent / "film.nfo")
    for _ in range(2):  # what may come back keeps its turn
        with pytest.raises(UserError, match=r"put it back .* Or name another change"):
            organising.undo()
    elsewhere.rename(path)
    side.rename(path.with_suffix(".nfo")).write_text("<movie><title>Theirs</title></movie>")
    with pytest.raises(UserError, match=r"stays as it is\. Undo again to take back what was done"):
        organising.undo()
    assert organising.undo().says == "Undone: Rated “Film” 4 of 5"
    with pytest.raises(TakenBackError, match="was changed since by another program"):
        organising.undo(act.id)
    with pytest.raises(TakenBackError, match="There is nothing to take back"):
        organising.undo()


def test_an_undo_that_was_killed_half_way_is_gone_on_with(
    home: ReadLibrary, organising: Organising
) -> None:
    paths = [song(home.root / f"{n}.mp3", seed=n, title="Old") for n in range(2)]
    home.read()
    before = [path.read_bytes() for path in paths]
    for path in paths:
        home.edit(path, title="New")
    act = _write(home, *paths, into="tags")
    paths[1].write_bytes(before[1])
    assert organising.undo(act.id).says == "Undone: Written to 2 files"
    assert [path.read_bytes() for path in paths] == before


def test_what_the_last_acts_changed_is_kept_and_no_more(home: ReadLibrary) -> None:
    path = clip(home.root / "Film (1990).mkv", seconds=1)
    home.read()
    acts = []
    for n in range(22):
        home.edit(path, description=f"About it, {n}.")
        acts.append(_write(home, path, into="nfo").id)
    kept = [n for n, act in enumerate(acts) if unwriting.originals(home.store, act).each()]
    assert kept == list(range(2, 22))
    half = unwriting.originals(home.store, acts[9]).folder / ".a.rest.0123.tmp"
    half.touch()
    home.edit(path, description="About it.")
    _write(home, path, into="nfo")
    assert not half.exists(), "of one that was killed while it wrote"


def test_what_is_kept_is_checked_before_it_is_used(tmp_path: Path) -> None:
    kept, now = Originals(tmp_path / "kept"), tmp_path / "a"
    now.write_bytes(b"old")
    fresh = tmp_path / "b"
    fresh.write_bytes(b"new")
    kept.keep(now, now, fresh)
    fresh.replace(now)
    [original] = kept.each()
    (kept.folder / original.rest).write_bytes(b"odd")
    with pytest.raises(ValueError, match="does not fit any more"):
        kept.restore(original, tmp_path / "c")


def test_an_undo_that_was_killed_before_it_was_noted_can_be_done_again(
    home: ReadLibrary, organising: Organising, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [song(home.root / f"{n}.mp3", seed=n, title="Old") for n in range(2)]
    home.read()
    for path in paths:
        home.edit(path, title="New")
    act = _write(home, *paths, into="tags")
    written = _sums(*paths)

    def die(*_: object, **__: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(unwriting.acts, "undo", die)
        with pytest.raises(SystemExit):
            organising.undo(act.id)
    assert _sums(*paths) != written
    back = organising.undo(act.id)
    organising.undo(back.id)
    assert _sums(*paths) == written


def test_what_is_on_a_drive_that_is_away_is_taken_back_when_it_returns(
    home: ReadLibrary, organising: Organising
) -> None:
    paths = [home.root / name / "a.mp3" for name in ("here", "drive")]
    for seed, path in enumerate(paths):
        path.parent.mkdir()
        song(path, seed=seed, title="Old")
    home.read()
    before = _sums(*paths)
    for path in paths:
        home.edit(path, title="New")
    act = _write(home, *paths, into="tags")
    written = _sums(*paths)
    paths[1].parent.rename(home.root / "away")
    back = organising.undo(act.id)
    assert back.says.endswith("drive” is not there: reconnect its drive")
    (home.root / "away").rename(paths[1].parent)
    organising.undo(back.id)
    assert _sums(*paths) == written
    rest = organising.changes()[1]
    assert (rest.says, rest.undone) == ("Written to 1 file", False)
    organising.undo(rest.id)
    assert _sums(*paths) == [written[0], before[1]], "what was done again stays"


def test_a_new_file_on_a_drive_that_is_away_is_not_told_to_be_gone(
    home: ReadLibrary, organising: Organising, tmp_path: Path
) -> None:
    path = clip(home.root / "Film (1990).mkv", seconds=1)
    home.read()
    home.edit(path, description="About it.")
    act = _write(home, path, into="nfo")
    home.root.rename(tmp_path / "away")
    home.root.mkdir()  # where a drive was mounted
    with pytest.raises(UserError, match="is not there any more: put it back"):
        organising.undo(act.id)
    home.root.rmdir()
    (tmp_path / "away").rename(home.root)
    organising.undo(act.id)
    assert not path.with_suffix(".nfo").exists()


def test_nothing_is_taken_back_while_files_are_written(
    home: ReadLibrary, organising: Organising
) -> None:
    path = clip(home.root / "Film (1990).mkv", seconds=1)
    home.read()
    home.edit(path, description="About it.")
    act = _write(home, path, into="nfo")
    home.edit(path, description="More.")
    plan = home.writing.plan_write([str(path)], into="nfo")
    with unwriting.alone(home.store):
        with pytest.raises(UserError, match="just now: wait"):
            organising.undo(act.id)
        with pytest.raises(UserError, match="just now: wait"):
            home.writing.write_back(plan.token)
    assert home.writing.write_back(plan.token).files == 1, "the preview stands"


def test_until_it_is_done_writing_is_not_told_to_be(
    home: ReadLibrary, organising: Organising, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = clip(home.root / "Film (1990).mkv", seconds=1)
    home.read()
    home.edit(path, description="About it.")
    carry_out, said = writeback.carry_out, []

    def looked(draft: writeback.Draft, originals: Originals) -> None:
        said.append(organising.changes()[0].says)
        carry_out(draft, originals)

    monkeypatch.setattr(writeback, "carry_out", looked)
    act = _write(home, path, into="nfo")
    assert (said, act.says) == (["Began to write to 1 file"], "Written to 1 file")


def test_of_much_that_was_changed_the_last_act_is_kept(
    home: ReadLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unwriting, "_MOST_BYTES", 1)
    path = clip(home.root / "Film (1990).mkv", seconds=1)
    home.read()
    kept = []
    for n in range(2):
        home.edit(path, description=f"About it, {n}.")
        kept.append(unwriting.originals(home.store, _write(home, path, into="nfo").id))
    assert [len(each.each()) for each in kept] == [0, 1]


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such limits there")
def test_a_record_there_is_no_room_for_stops_its_file_alone(
    home: ReadLibrary, organising: Organising
) -> None:
    import resource

    paths = [clip(home.root / f"{name} (1990).mkv", seconds=1, seed=n)
             for n, name in enumerate(("Film", "F" * 200))]  # fmt: skip
    home.read()
    for path in paths:
        home.edit(path, description="About it.")
    drafts = [writeback.draft_nfo(path, nfo.Nfo(plot="About it.")) for path in paths]
    kept = Originals(home.root.parent / "kept")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    writeback.carry_out(drafts[0], kept)
    resource.setrlimit(resource.RLIMIT_FSIZE, (500, limits[1]))
    try:
        with pytest.raises(UserError, match=r"can't be kept in .*kept.* free some disk space"):
            writeback.carry_out(drafts[1], kept)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert [path.with_suffix(".nfo").exists() for path in paths] == [True, False]
    assert [Path(each.media) for each in kept.each()] == paths[:1]
    assert len(list(kept.folder.iterdir())) == 2, "no half is left"


@pytest.mark.skipif(sys.platform == "win32", reason="there are no named pipes there")
def test_a_file_that_is_cut_short_while_it_is_read_kills_nobody(tmp_path: Path) -> None:
    kept, file, fresh = Originals(tmp_path / "kept"), tmp_path / "a", tmp_path / "b"
    file.write_bytes(b"1" + b"-" * 100_000)
    fresh.write_bytes(b"2" + b"-" * 100_000)
    kept.keep(file, file, fresh)
    fresh.replace(file)
    [original] = kept.each()
    rest = kept.folder / original.rest
    rest.unlink()
    os.mkfifo(rest)
    code = (
        "import sys; from pathlib import Path; from mediadesk.library.originals import Originals\n"
        "kept = Originals(Path(sys.argv[1])); kept.restore(kept.each()[0], Path(sys.argv[2]))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, kept.folder, fresh], stderr=subprocess.PIPE, text=True
    ) as reader:
        with rest.open("wb") as pipe:  # the other end is read by now
            file.write_bytes(b"")
            pipe.write(b"1")
        told = reader.communicate()[1]
    assert reader.returncode == 1
    assert "ValueError" in told


def test_what_another_program_writes_in_that_moment_stays(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"old")

    def write() -> None:
        with replacing(file) as fresh:
            fresh.write_bytes(b"new")
            file.write_bytes(b"theirs")

    with pytest.raises(UserError, match="changed by another program just now"):
        write()
    assert file.read_bytes() == b"theirs"
    assert list(tmp_path.iterdir()) == [file]


def test_a_folder_whose_files_could_not_be_taken_back_any_more_stays_where_it_is(
    home: ReadLibrary,
) -> None:
    kept = unwriting.originals(home.store, "damaged").folder
    (kept / "a.json").mkdir(parents=True)
    with pytest.raises(UserError, match=r"can't be followed in “.*written” \(Is a directory\)"):
        unwriting.follow(home.store, home.root, home.root.with_name("elsewhere"))
