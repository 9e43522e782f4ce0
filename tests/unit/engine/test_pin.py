from __future__ import annotations

import json
from pathlib import Path

import pytest

from mediadesk.api import UserError
from mediadesk.engine.pin import Pin


class Clock:
    def __init__(self) -> None:
        self.now = 1e9

    def __call__(self) -> float:
        return self.now


def test_without_a_pin_nothing_is_asked(tmp_path: Path) -> None:
    pin = Pin(tmp_path / "pin.json")
    assert not pin.is_set
    pin.check(None)
    pin.check("9999")


def test_the_right_pin_opens_and_a_wrong_one_says_the_way_back(tmp_path: Path) -> None:
    file = tmp_path / "pin.json"
    Pin(file).change("2468", pin=None)
    kept = file.read_text()
    assert "2468" not in kept
    assert file.stat().st_mode & 0o077 == 0
    again = Pin(file)
    again.check("2468")
    with pytest.raises(UserError, match="needs the household's PIN"):
        again.check(None)
    with pytest.raises(UserError, match=r"not the household's PIN.* deletes “.*pin\.json”"):
        again.check("2469")
    assert json.loads(file.read_text())["wrong"] == 1
    again.check("2468")
    assert json.loads(file.read_text())["wrong"] == 0
    file.unlink()
    again.check(None)


def test_it_is_changed_with_the_old_one_only(tmp_path: Path) -> None:
    pin = Pin(tmp_path / "pin.json")
    for wrong in ("123", "1" * 13, "12a4", "", "١٢٣٤"):
        with pytest.raises(UserError, match="4 to 12 digits"):
            pin.change(wrong, pin=None)
    pin.change("1234", pin=None)
    with pytest.raises(UserError, match="not the household's PIN"):
        pin.change("5678", pin="0000")
    pin.change("5678", pin="1234")
    pin.check("5678")


def test_after_five_wrong_ones_even_the_right_one_waits_longer_and_longer(tmp_path: Path) -> None:
    clock = Clock()
    pin = Pin(tmp_path / "pin.json", clock=clock)
    pin.change("1234", pin=None)
    for _ in range(5):
        with pytest.raises(UserError, match="not the household's PIN"):
            pin.check("0000")
    with pytest.raises(UserError, match="try again in 31 seconds"):
        pin.check("1234")
    clock.now += 20
    with pytest.raises(UserError, match="try again in 11 seconds"):
        Pin(tmp_path / "pin.json", clock=clock).check("1234")  # another start helps nobody
    clock.now += 11
    with pytest.raises(UserError, match="not the household's PIN"):
        pin.check("0000")
    clock.now += 31
    with pytest.raises(UserError, match="try again in 30 seconds"):
        pin.check("1234")
    clock.now -= 1_000  # a clock that was set back gives nobody more tries, and ends some day
    with pytest.raises(UserError, match="try again in 61 seconds"):
        pin.check("1234")
    clock.now += 61
    pin.check("1234")
    pin.check("1234")


def test_a_damaged_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "pin.json").write_text("{")
    with pytest.raises(UserError, match=r"can't be read .*: delete that file and set a new one"):
        Pin(tmp_path / "pin.json").check("1234")
