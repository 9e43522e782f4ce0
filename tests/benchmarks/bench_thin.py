"""Times how soon a laptop with an empty library shows For you: run it with pytest -s.

It is not in the suite. The demo library is analysed on one device, whose panel comes to another one
through a shared folder. The clock runs from the start of `mediadesk sync setup` there until all
pictures of the panel have come through the pipe of its engine, and beside it for the analysis: once
with all that was learnt in the folder as well, once with the panel alone, as it comes first.
"""

import os
import shutil
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from queue import SimpleQueue
from statistics import median

import psutil
import pytest
from library_factory import analyse

from mediadesk.engine.client import Client
from mediadesk.engine.engine import Engine
from mediadesk.engine.messages import Changed, Panel, Verbs
from mediadesk.settings import Places
from mediadesk.store import Store

pytestmark = pytest.mark.timeout(1_200)
SECONDS, RUNS, MOST_SECONDS = 60, 5, 3.0


def command(data: Path, *words: str) -> float:
    """Run a command; give the seconds of CPU that it took."""
    before = os.times()
    subprocess.run([sys.executable, "-m", "mediadesk", "--data-dir", data, *words], check=True)
    after = os.times()
    spent = zip(before, after, strict=True)
    _, _, user, system, _ = (late - early for early, late in spent)
    return user + system


def shown(data: Path) -> tuple[Panel, dict[str, bytes], float]:
    """Start an engine as a window does; give the first panel with cards, pictures, CPU seconds."""
    changes: SimpleQueue[Changed] = SimpleQueue()
    with closing(Client(data, on_change=changes.put)) as client:
        while not (panel := client.call(Verbs.for_you).result(SECONDS)).shelves:
            changes.get(timeout=SECONDS)
        keys = [f"artwork/{card}" for card in cards(panel)]
        pictures = client.call(Verbs.pictures, keys).result(SECONDS)
        spent = psutil.Process(client._process.pid).cpu_times()
        return panel, pictures, spent.user + spent.system


def cards(panel: Panel) -> list[str]:
    return [card.id for shelf in panel.shelves for card in shelf.items]


def test_a_laptop_shows_for_you_in_under_three_seconds(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, demo_library: Path
) -> None:
    desk, shared = tmp_path / "desk", tmp_path / "shared"
    shared.mkdir()
    begun = time.perf_counter()
    analyse(demo_library, desk, tmp_path_factory.getbasetemp())
    print(f"\nThe analysis took {time.perf_counter() - begun:.0f} s")
    command(desk, "sync", "setup", str(shared), "--encrypt")
    command(desk, "sync", "run")
    with closing(Engine(Places.find(desk))) as engine:
        theirs, key = engine.for_you(), engine.syncing.key().text
        covers = engine.pictures([f"artwork/{card}" for card in cards(theirs)])
    compare(tmp_path, shared, key, (cards(theirs), covers))


def compare(folder: Path, shared: Path, key: str, theirs: tuple[list[str], object]) -> None:
    """Time laptops that have the key; each of them has its own copy of what is shared."""
    for kinds in (("*.mdpanel", "*.mdpack"), ("*.mdpanel",)):
        clock, cpu = [], []
        for n in range(RUNS):
            laptop = folder / f"laptop {kinds} {n}".replace("*", "")
            with closing(Engine(Places.find(laptop))) as engine:
                engine.syncing.pair(key)
            copy = laptop.with_name(f"{laptop.name} shares")
            copy.mkdir()
            files = [file for kind in kinds for file in shared.glob(kind)]
            for file in files:
                shutil.copy(file, copy)
            begun = time.perf_counter()
            spent = command(laptop, "sync", "setup", str(copy))
            panel, pictures, more = shown(laptop)
            clock.append(time.perf_counter() - begun)
            cpu.append(spent + more)
            assert not panel.made_by or (cards(panel), pictures) == theirs
            assert pictures
            with closing(Store(Places.find(laptop).database)) as store:
                states = store.read().conn.execute("SELECT DISTINCT state FROM job").fetchall()
            assert states in ([], [("done",)])  # done by the other device
        size = sum(file.stat().st_size for file in files) / 2**20
        print(
            f"{' and '.join(kinds)}, {size:.1f} MiB: {len(cards(panel))} cards, {len(pictures)}"
            f" pictures after {min(clock):.2f}–{max(clock):.2f} s, {median(cpu):.2f} of CPU"
        )
        assert median(cpu) < MOST_SECONDS
