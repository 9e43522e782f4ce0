"""What a person did stays with the content, wherever its file goes and whatever replaces it."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import mutagen
import pytest
from media_factory import clip, song

from mediadesk.api import EventKind, UnreadableError
from mediadesk.library.identify import identify, save
from mediadesk.library.scan import scan_root
from mediadesk.store import Store, library, locations, oplog, roots


class _Library:
    """A root with its database, brought up to date on demand."""

    def __init__(self, store: Store, root: Path) -> None:
        self.store, self.root = store, root
        root.mkdir(exist_ok=True)
        store.write(lambda db: roots.add(db, root))

    def update(self, *, reverse: bool = False) -> None:
        scan_root(self.store, self.root, settle_seconds=0)
        places = locations.unread(self.store.read(), limit=100)
        for place in reversed(places) if reverse else places:
            try:
                found = identify(place)
            except UnreadableError as error:
                sentence = str(error)
                self.store.write(
                    lambda db, place=place, sentence=sentence: locations.set_problem(
                        db, place, sentence
                    )
                )
            else:
                self.store.write(lambda db, place=place, found=found: save(db, place, found))

    def id_of(self, name: str) -> str:
        found = library.find_id(self.store.read(), str(self.root / name))
        assert found is not None
        return found

    def like(self, name: str) -> None:
        item = self.id_of(name)
        self.store.write(
            lambda db: oplog.add_event(db, profile="me", item=item, kind=EventKind.LIKE)
        )

    def liked(self) -> list[str]:
        return [event.item for event in oplog.events(self.store.read())]


@pytest.fixture
def media(store: Store, tmp_path: Path) -> _Library:
    return _Library(store, tmp_path / "media")


def _replace(path: Path, *, seed: int) -> None:
    clip(path, seconds=1, seed=seed)
    status = path.stat()
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns + seed * 10**9))


@pytest.mark.parametrize("make", [clip, song])
def test_likes_stay_when_files_are_renamed_and_moved(
    media: _Library, make: Callable[..., Path]
) -> None:
    suffix = ".mp4" if make is clip else ".mp3"
    make(media.root / f"a{suffix}", seconds=1)
    media.update()
    media.like(f"a{suffix}")
    before = library.items(media.store.read(), media.liked())
    (media.root / "new folder").mkdir()
    (media.root / f"a{suffix}").rename(media.root / "new folder" / f"b{suffix}")
    media.update()
    assert media.liked() == [media.id_of(f"new folder/b{suffix}")]
    [item] = library.items(media.store.read(), media.liked()).values()
    assert item.title == "b"
    assert item.path == media.root / "new folder" / f"b{suffix}"
    assert item.added_at == before[item.id].added_at


def test_history_follows_content_replaced_in_place_again_and_again(media: _Library) -> None:
    for seed in (1, 2, 3):
        _replace(media.root / "a.mp4", seed=seed)
        media.update()
        if seed == 1:
            media.like("a.mp4")
    assert media.liked() == [media.id_of("a.mp4")]


def test_history_follows_through_a_time_when_the_file_was_broken(media: _Library) -> None:
    _replace(media.root / "a.mp4", seed=1)
    media.update()
    media.like("a.mp4")
    (media.root / "a.mp4").write_bytes(b"half a copy")
    media.update()
    assert len(locations.problems(media.store.read())) == 1
    _replace(media.root / "a.mp4", seed=2)
    media.update()
    assert locations.problems(media.store.read()) == []
    assert media.liked() == [media.id_of("a.mp4")]


def test_content_that_comes_back_gets_its_history_back(media: _Library) -> None:
    _replace(media.root / "a.mp4", seed=1)
    kept = shutil.copy2(media.root / "a.mp4", media.root.parent / "kept.mp4")
    media.update()
    media.like("a.mp4")
    first = media.id_of("a.mp4")
    _replace(media.root / "a.mp4", seed=2)
    media.update()
    assert media.liked() == [media.id_of("a.mp4")] != [first]
    shutil.copy2(kept, media.root / "a.mp4")
    media.update()
    assert media.liked() == [media.id_of("a.mp4")] == [first]


@pytest.mark.parametrize("reverse", [False, True])
def test_moving_a_file_and_putting_another_in_its_place_is_no_replacement(
    media: _Library, reverse: bool
) -> None:
    _replace(media.root / "m.mp4", seed=1)
    media.update()
    media.like("m.mp4")
    liked = media.liked()
    (media.root / "m.mp4").rename(media.root / "z.mp4")
    _replace(media.root / "m.mp4", seed=2)
    media.update(reverse=reverse)
    assert media.liked() == liked == [media.id_of("z.mp4")]


@pytest.mark.parametrize("reverse", [False, True])
def test_two_files_that_swap_names_keep_their_own_history(media: _Library, reverse: bool) -> None:
    for n, name in enumerate(("a.mp4", "b.mp4")):
        _replace(media.root / name, seed=n + 1)
    media.update()
    media.like("a.mp4")
    (media.root / "a.mp4").rename(media.root / "c.mp4")
    (media.root / "b.mp4").rename(media.root / "a.mp4")
    (media.root / "c.mp4").rename(media.root / "b.mp4")
    media.update(reverse=reverse)
    assert media.liked() == [media.id_of("b.mp4")]


def test_content_still_on_an_unplugged_drive_is_not_replaced(
    media: _Library, store: Store, tmp_path: Path
) -> None:
    drive = _Library(store, tmp_path / "drive")
    _replace(media.root / "a.mp4", seed=1)
    shutil.copy2(media.root / "a.mp4", drive.root / "copy.mp4")
    media.update()
    drive.update()
    media.like("a.mp4")
    liked = media.liked()
    drive.root.rename(tmp_path / "unplugged")
    drive.update()
    _replace(media.root / "a.mp4", seed=2)
    media.update()
    assert media.liked() == liked
    assert media.id_of("a.mp4") not in liked


def test_an_edited_tag_changes_the_title_and_nothing_else(media: _Library) -> None:
    path = song(media.root / "a.flac", seconds=1, title="Before")
    media.update()
    media.like("a.flac")
    tagged = mutagen.File(path)
    tagged["title"] = "After, which is longer"
    tagged.save()
    media.update()
    [item] = library.items(media.store.read(), media.liked()).values()
    assert (item.title, item.id) == ("After, which is longer", media.id_of("a.flac"))


def test_a_removed_folder_leaves_the_history(media: _Library) -> None:
    _replace(media.root / "a.mp4", seed=1)
    media.update()
    media.like("a.mp4")
    liked = media.liked()
    media.store.write(lambda db: roots.remove(db, media.root))
    assert media.liked() == liked
    media.store.write(lambda db: roots.add(db, media.root))
    media.update()
    assert media.liked() == [media.id_of("a.mp4")]
