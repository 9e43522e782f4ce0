"""A real film, played by libVLC into a real window under Xvfb, and driven by the desktop."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from media_factory import film

from mediadesk.api import UserError
from mediadesk.play import vlc

_TESTS = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film of half a minute with two tracks of each kind."""
    try:
        vlc.version()
    except UserError as error:
        pytest.skip(str(error))
    return film(tmp_path_factory.mktemp("screen") / "film.mkv", seconds=30)


def run(within: list[str], module: str, clip: Path, platform: str) -> dict[str, Any]:
    """Run a program within another, and give what it found."""
    if shutil.which(within[0]) is None:
        pytest.skip(f"{within[0]} is not installed here")
    done = subprocess.run(
        [*within, sys.executable, "-m", module, str(clip)],
        cwd=_TESTS,
        env=os.environ | {"QT_QPA_PLATFORM": platform},
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_a_film_is_seen_advances_is_sought_and_switches_its_tracks(clip: Path) -> None:
    xvfb = ["xvfb-run", "-a", "-s", "-screen 0 1280x800x24"]
    found = run(xvfb, "gui.on_screen", clip, "xcb")
    assert found["platform"] == "xcb"
    assert found["screen"]
    assert found["controls"]
    assert found["colours"] > 50
    assert found["tracks"] == [2, 2]
    assert found["end"] > 20


def test_the_desktop_drives_the_player_and_keeps_the_screen_on(clip: Path) -> None:
    found = run(["dbus-run-session", "--"], "gui.on_bus", clip, "offscreen")
    assert found["saver"][0] == "MediaDesk: A film plays"
    assert found["volume"] == 25
    assert found["queue"] == [True, "all"]
    assert '"A quiet walk number 0"' in found["told"]
    assert '"Playing"' in found["told"]
    assert 'object path "/mediadesk/item/' in found["told"]
    assert "int32" not in found["told"]  # which the standard has nowhere
    assert re.search(r'"mpris:length"\s+variant\s+(double|int64) 3e\+07', found["told"])
