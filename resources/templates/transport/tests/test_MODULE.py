"""The transport with a real folder."""

from pathlib import Path

import pytest
from mediadesk.api import Transport, UserError, testing

from MODULE import transports


@pytest.fixture
def transport(tmp_path: Path) -> Transport:
    (found,) = transports(testing.Context(folder=tmp_path))
    return found


def test_what_is_written_can_be_read_replaced_and_deleted(transport: Transport) -> None:
    transport.write("desk.mdsync", b"one")
    transport.write("desk.mdsync", b"two")
    assert transport.names() == ["desk.mdsync"]
    assert transport.read("desk.mdsync") == b"two"
    for _ in range(2):
        transport.delete("desk.mdsync")
    assert transport.names() == []


def test_an_unfinished_file_is_not_listed(transport: Transport, tmp_path: Path) -> None:
    (tmp_path / "shared" / "desk.mdsync.part").write_bytes(b"tw")
    assert transport.names() == []


def test_what_is_not_there_is_named(transport: Transport) -> None:
    with pytest.raises(UserError, match="laptop"):
        transport.read("laptop")


@pytest.mark.parametrize("name", ["../secret", "/etc/passwd", "a/b", "", "."])
def test_no_name_leads_out_of_the_folder(transport: Transport, name: str) -> None:
    with pytest.raises(UserError):
        transport.write(name, b"")
