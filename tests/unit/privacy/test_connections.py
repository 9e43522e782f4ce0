"""The ledger of connections: nothing is lost, and it does not grow for ever."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mediadesk.privacy import Connections, connections


def test_the_latest_come_first_and_those_of_one_alone(tmp_path: Path) -> None:
    ledger = Connections(tmp_path / "new")
    assert ledger.latest(9) == ()
    ledger.note("light", "posters", "one.org", size=5)
    ledger.note("MediaDesk", "to install", "two.org", problem="no “answer”")
    told = [(line.who, line.why, line.host, line.bytes, line.problem) for line in ledger.latest(9)]
    assert told == [
        ("MediaDesk", "to install", "two.org", 0, "no “answer”"),
        ("light", "posters", "one.org", 5, None),
    ]
    assert [line.host for line in ledger.latest(9, who="light")] == ["one.org"]
    assert [line.host for line in ledger.latest(1)] == ["two.org"]


def test_a_line_torn_by_a_power_cut_hides_no_other(tmp_path: Path) -> None:
    ledger = Connections(tmp_path)
    ledger.note("light", "", "one.org")
    with ledger.file.open("ab") as file:
        file.write(b'[]\n{"at": 1.0, "who": "li')
    ledger.note("light", "", "two.org")
    assert [line.host for line in ledger.latest(9)] == ["two.org", "one.org"]


def test_what_is_written_in_part_is_not_taken_for_noted(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20, hard))  # as a disk with so much room
    try:
        with pytest.raises(OSError, match="large"):
            Connections(tmp_path).note("light", "", "one.org")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_it_does_not_grow_for_ever_and_loses_nothing_late(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "_MOST_BYTES", 20_000)
    ledgers = [Connections(tmp_path) for _ in range(4)]
    for n in range(1_000):
        ledgers[n % 4].note("light", "", f"{n}.org")
    assert sum(file.stat().st_size for file in tmp_path.glob("*.jsonl")) < 45_000
    latest = [line.host for line in ledgers[0].latest(150)]
    assert latest == [f"{n}.org" for n in range(999, 849, -1)]


def test_those_who_write_at_once_mix_no_lines(tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda n: Connections(tmp_path).note("x", "", f"{n}.org"), range(200)))
    assert {line.host for line in Connections(tmp_path).latest(999)} == {
        f"{n}.org" for n in range(200)
    }


def test_many_may_turn_it_over_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "_MOST_BYTES", 0)
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda n: Connections(tmp_path).note("x", "", f"{n}.org"), range(100)))
    assert Connections(tmp_path).latest(1)
