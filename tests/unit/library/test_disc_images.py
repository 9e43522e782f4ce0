"""Disc images are not read: a person is told how many, and what to do."""

from pathlib import Path

import pytest
from media_factory import song

from mediadesk.library.scan import scan_root
from mediadesk.store import Store, locations, roots


@pytest.fixture
def root(tmp_path: Path, store: Store) -> Path:
    folder = tmp_path / "films"
    folder.mkdir()
    store.write(lambda db: roots.add(db, folder))
    return folder


def test_one_sentence_counts_the_disc_images_of_a_root(root: Path, store: Store) -> None:
    song(root / "Rain.mp3", seconds=0.2)
    assert scan_root(store, root).warnings == ()
    first, second = root / "Film (1999)" / "film.ISO", root / "Other" / "other.iso"
    for path in (first, second):
        path.parent.mkdir()
        path.write_bytes(b"x")
    scan_root(store, root)
    [(place, sentence)] = locations.problems(store.read())
    assert place == root
    assert sentence.startswith(f"“{first}” is a disc image, which is not read: ")
    assert sentence.endswith(f" The same goes for 1 more in “{root}”.")
    second.unlink()
    scan_root(store, root)
    [(_, sentence)] = locations.problems(store.read())
    assert sentence.startswith(f"“{first}” is a disc image, which is not read: ")
    assert "same" not in sentence
    first.unlink()
    scan_root(store, root)
    assert locations.problems(store.read()) == []


def test_disc_images_that_a_pattern_leaves_out_are_not_told_of(root: Path, store: Store) -> None:
    (root / "film.iso").write_bytes(b"x")
    (root / ".mediadeskignore").write_text("*.iso\n")
    (root / "folder.iso").mkdir()
    scan_root(store, root)
    assert locations.problems(store.read()) == []
