"""A library is put back by hand, while all count their times from a clock that was ahead.

Each edit then is one tick after the one before, so that times are given again that others know.
"""

from collections.abc import Callable
from functools import partial
from unittest.mock import patch

import pytest
from sharing import Device, both

from mediadesk.api import EventKind
from mediadesk.store import oplog, registers
from mediadesk.store.registers import Edit


def note(device: Device, text: str) -> None:
    device.say(text)


def edit(device: Device, text: str) -> None:
    """Say something that is part of no act."""
    title = Edit(item="item", field="title", value=text)
    device.store.write(partial(registers.write, edits=[title]))


def play(device: Device, text: str) -> None:
    share = 0.2 if text == "newer" else 0.4
    device.store.write(
        partial(
            oplog.add_event, profile="me", item="item", kind=EventKind.PLAYED, value=share, at=9.0
        )
    )


@pytest.mark.parametrize("say", [note, edit, play])
def test_who_was_put_back_parts_though_its_edit_has_the_place_and_time_of_another(
    pair: tuple[Device, Device], say: Callable[[Device, str], None]
) -> None:
    first, second = pair
    with patch("time.time_ns", lambda: 4 * 10**18):
        second.say("ahead")
    both(pair)
    backup = first.store.backup()
    say(first, "newer")
    both(pair)
    first.put_back(backup)
    say(first, "put back")
    both(pair)
    logs = [each.store.read().conn.execute("SELECT * FROM op").fetchall() for each in pair]
    assert logs[0] == logs[1]
    assert len(logs[0]) == 3, "nothing that was said is lost"
