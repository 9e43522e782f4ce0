"""What a person sets is kept, whoever else looks or sets something meanwhile."""

import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from mediadesk import settings
from mediadesk.engine.preferences import Preferences
from mediadesk.settings import Places

_TIMES = 60


@pytest.fixture
def hasty() -> Iterator[None]:
    """Threads that take turns as often as they can."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


@pytest.mark.usefixtures("hasty")
def test_what_is_set_is_kept_while_others_look_and_set(tmp_path: Path) -> None:
    places = Places.find(tmp_path)
    preferences = Preferences(places)
    done = threading.Event()

    def look() -> None:
        while not done.is_set():
            preferences.paused()

    def set_scale() -> None:
        while not done.is_set():
            preferences.desktop(scale=100 if preferences.now.scale != 100 else 130)

    others = [threading.Thread(target=act) for act in (look, look, set_scale)]
    for other in others:
        other.start()
    kept = []
    try:
        for n in range(_TIMES):
            wanted = ("dark", "light")[n % 2]
            preferences.theme(wanted)
            kept.append(settings.load(places.settings).theme == wanted)
    finally:
        done.set()
        for other in others:
            other.join()
    assert all(kept)
