"""How fast work may go: what is asked of the disk, the battery and the player."""

import shutil
from pathlib import Path

import pytest

from mediadesk.engine.budget import Machine
from mediadesk.engine.pace import Pacing
from mediadesk.extract.pipeline import Pace


class _Laptop(Machine):
    """This computer, unplugged."""

    def on_mains(self) -> bool:
        return False


def test_work_goes_at_full_pace_unless_something_speaks_against_it(tmp_path: Path) -> None:
    if shutil.disk_usage(tmp_path).free < 2**30:
        pytest.skip("the disk is nearly full")
    pacing = Pacing(tmp_path, gentle_on_battery=lambda: True)
    assert (pacing(), pacing.sentence) == (Pace.FULL, "")
    pacing.playing = True
    assert (pacing(), pacing.sentence) == (
        Pace.GENTLE,
        "Work goes gently while something plays.",
    )
    pacing.playing = False
    assert pacing() is Pace.FULL


def test_a_battery_slows_work_down_where_a_person_wants_it(tmp_path: Path) -> None:
    wanted = [True]
    pacing = Pacing(tmp_path, gentle_on_battery=lambda: wanted[0], machine=_Laptop())
    assert (pacing(), pacing.sentence) == (Pace.GENTLE, "Work goes gently on battery.")
    wanted[0] = False
    assert pacing() is Pace.FULL


def test_a_full_disk_stops_work_before_it_is_too_late(tmp_path: Path) -> None:
    free = [1_000]
    pacing = Pacing(tmp_path, gentle_on_battery=lambda: False, free=lambda _: free[0])
    pacing.playing = True
    assert pacing() is Pace.REST
    assert "Free some space" in pacing.sentence
    free[0] = 2**40
    assert pacing() is Pace.REST, "it is looked up now and then only"
    pacing.look_again()
    assert pacing() is Pace.GENTLE


def test_a_person_who_pauses_has_all_of_it_rest_even_beside_a_film(tmp_path: Path) -> None:
    wish = [True]
    pacing = Pacing(
        tmp_path,
        gentle_on_battery=lambda: False,
        paused=lambda: wish[0],
        free=lambda _: 2**40,
    )
    pacing.playing = True
    assert (pacing(), pacing.paused, pacing.sentence) == (Pace.REST, True, "")
    wish[0] = False
    pacing.look_again()
    assert (pacing(), pacing.paused) == (Pace.GENTLE, False)
