"""Small files that are whole, and names that are names."""

from pathlib import Path

import pytest

from mediadesk.api import UserError
from mediadesk.host.install.addresses import file_name, local
from mediadesk.host.install.disk import Disk, read, write
from mediadesk.host.install.records import Current


def test_what_is_written_is_read_and_nothing_else_is_left(tmp_path: Path) -> None:
    file = tmp_path / "new" / "current.json"
    for version in ("1.0-aa", "2.0-bb"):
        write(file, Current(current=version))
    assert read(file, Current) == Current(current="2.0-bb")
    assert [each.name for each in file.parent.iterdir()] == ["current.json"]


def test_a_file_that_can_not_be_replaced_leaves_no_litter(tmp_path: Path) -> None:
    (tmp_path / "current.json" / "in the way").mkdir(parents=True)
    with pytest.raises(OSError, match="directory"):
        write(tmp_path / "current.json", Current(current="1.0-aa"))
    assert [each.name for each in tmp_path.iterdir()] == ["current.json"]


def test_a_missing_file_is_none_and_a_damaged_one_is_told(tmp_path: Path) -> None:
    assert read(tmp_path / "current.json", Current) is None
    for damage in (b"", b"\xff", b"{}", b"[" * 5000, b'{"current": 1}'):
        (tmp_path / "current.json").write_bytes(damage)
        with pytest.raises(UserError, match=r"current\.json” is damaged"):
            read(tmp_path / "current.json", Current)


@pytest.mark.parametrize("name", ["", ".", "..", "../x", "a/b", "A", "x y", ".staging", "a\n", "ä"])
def test_nothing_outside_the_folder_can_be_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(UserError, match="no plugin's name"):
        Disk(tmp_path).data(name)


def test_two_do_not_change_plugins_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mediadesk.host.install.disk._WAIT_S", 0.1)
    with (
        Disk(tmp_path).changing(),
        pytest.raises(UserError, match="Another MediaDesk is changing"),
        Disk(tmp_path).changing(),
    ):
        pytest.fail("both changed at once")


def test_addresses_and_paths_are_told_apart(tmp_path: Path) -> None:
    assert local("https://example.org/x.whl") is None
    assert local((tmp_path / "a b.whl").as_uri()) == tmp_path / "a b.whl"
    assert local(str(tmp_path)) == tmp_path
    assert file_name("https://example.org/a/x%2B1.whl?token=/y") == "x+1.whl"
    for wrong in ("https://example.org/", "https://example.org/..", "https://example.org/a%00b"):
        with pytest.raises(UserError, match="does not end with the name of a file"):
            file_name(wrong)
