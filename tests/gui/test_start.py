"""What the window's process loads, Qt and little else; and that a library has one window."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from command import Command
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from recommend_factory import Made, save

from mediadesk import app
from mediadesk.api import UserError
from mediadesk.store import Store
from mediadesk.ui import instance
from mediadesk.ui.window import Window

# What the engine loads when it is asked for more than lists, panels and pictures.
LATE = {"av", "filelock", "guessit", "lark", "mediafile", "pathspec", "pysubs2", "resolvelib"}
LATE |= {"mediadesk.engine.work", "mediadesk.engine.writing", "mediadesk.host.install.build"}
FORBIDDEN = ("numpy", "av", "sqlite3", "sqlite_utils", "onnxruntime", "usearch", "torch", "vlc")


def test_the_window_starts_without_database_models_and_decoders() -> None:
    program = "import sys, mediadesk.app, {}, mediadesk.engine.process; print(*sys.modules)"

    def modules(more: str) -> set[str]:
        command = [sys.executable, "-c", program.format(more)]
        return set(subprocess.run(command, capture_output=True, check=True).stdout.decode().split())

    assert modules("os").isdisjoint({"PySide6.QtWidgets", "msgspec", *FORBIDDEN}), "engine first"
    loaded = modules("mediadesk.ui.window")
    assert "PySide6.QtWidgets" in loaded
    assert loaded.isdisjoint(FORBIDDEN)


def test_the_engine_answers_first_with_little_loaded(tmp_path: Path) -> None:
    store = Store(tmp_path / "library.db")
    vectors = {"keyframes": np.eye(2, dtype=np.float32)}
    save(
        store,
        [
            Made(number=n, theme=0, vectors={name: own[n] for name, own in vectors.items()})
            for n in range(2)
        ],
    )
    store.close()
    program = """
import sys
from pathlib import Path
from mediadesk.engine.engine import Engine
from mediadesk.engine.messages import Browse
from mediadesk.settings import Places

engine = Engine(Places.find(Path(sys.argv[1])))
cards = [card.id for shelf in engine.for_you().shelves for card in shelf.items]
assert cards and engine.views(cards) and engine.browsing.rows(Browse()).numbers
engine.pictures([f"artwork/{card}" for card in cards])
engine.plugins(), engine.pages(), engine.desktop(), engine.status()
print(*sys.modules)
engine.close()
"""
    command = [sys.executable, "-c", program, str(tmp_path)]
    loaded = subprocess.run(command, capture_output=True, check=True).stdout.decode().split()
    assert LATE.isdisjoint(loaded)


def test_a_second_start_brings_the_window_to_the_front_and_ends(
    application: QApplication, tmp_path: Path
) -> None:
    """The first window in this process, the second start in another."""
    command = Command(tmp_path / "data")
    second: list[subprocess.Popen[bytes]] = []
    seen: list[bool] = []

    def window() -> Window:
        windows = [one for one in application.topLevelWidgets() if isinstance(one, Window)]
        [found] = [one for one in windows if not one.isHidden()]
        return found

    def start() -> None:
        window().showMinimized()
        second.append(subprocess.Popen(command.arguments()))

    def look() -> None:
        if second and second[0].poll() is not None:
            seen.append(window().isMinimized())
            window().close()

    QTimer.singleShot(0, start)
    timer = QTimer(interval=50)
    timer.timeout.connect(look)
    timer.start()
    assert app.run(command.data) == 0
    timer.stop()
    assert [one.returncode for one in second] == [0]
    assert seen == [False], "it is no longer minimised"
    assert list((command.data / "window").iterdir()) == [], "nobody holds it any more"


def test_a_window_that_does_not_answer_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(instance, "_PATIENCE_S", 0.2)
    first = instance.Instance(tmp_path)
    assert first.take()
    with pytest.raises(
        UserError, match=rf"does not answer: end that MediaDesk \(process {os.getpid()}\)"
    ):
        app.run(tmp_path)
    first.release()
    dies = "import os, sys; from mediadesk.ui.instance import Instance; from pathlib import Path\n"
    dies += "one = Instance(Path(sys.argv[1])); one.take(); os.kill(os.getpid(), 9)"
    subprocess.run([sys.executable, "-c", dies, str(tmp_path)], check=False)
    assert (tmp_path / "window" / "lock").exists()
    assert instance.Instance(tmp_path).take(), "whoever was killed holds nothing"
