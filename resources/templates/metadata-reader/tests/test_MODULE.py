"""The reader on real files."""

from pathlib import Path

import pytest
from mediadesk.api import Metadata, UserError, testing

from MODULE import metadata_readers


def read(path: Path | None) -> Metadata | None:
    (reader,) = metadata_readers()
    return reader.read(testing.item(path=path))


def test_what_lies_beside_a_film_is_read(tmp_path: Path) -> None:
    said = '{"title": "Солярис", "year": 1972, "genres": ["drama"]}'
    (tmp_path / "solaris.json").write_text(said, encoding="utf-8")
    found = read(tmp_path / "solaris.mp4")
    assert found == Metadata(title="Солярис", year=1972, genres=("drama",))


def test_without_a_file_nothing_is_known(tmp_path: Path) -> None:
    assert read(tmp_path / "solaris.mp4") is None
    assert read(None) is None


@pytest.mark.parametrize("damaged", ["", "[]", '{"year": "soon"}', "{"])
def test_a_damaged_file_is_named(tmp_path: Path, damaged: str) -> None:
    (tmp_path / "solaris.json").write_text(damaged)
    with pytest.raises(UserError, match=r"solaris\.json"):
        read(tmp_path / "solaris.mp4")
