"""What the window's process loads, Qt and little else; and that a library has one window."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from command import Command
from gui.fake_client import FakeClient, item
from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QObject, QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from recommend_factory import Made, save

from mediadesk import app
from mediadesk.api import UserError
from mediadesk.engine.client import EngineGoneError
from mediadesk.engine.messages import Desktop
from mediadesk.store import Store
from mediadesk.ui import instance
from mediadesk.ui.after_painting import AfterPainting
from mediadesk.ui.desk import Desk
from mediadesk.ui.theme import Theme
from mediadesk.ui.widgets.notices import MessageBar
from mediadesk.ui.window import Window

# What the engine loads when it is asked for more than lists, panels and pictures.
LATE = {"av", "filelock", "guessit", "lark", "mediafile", "pathspec", "pysubs2", "resolvelib"}
LATE |= {"mediadesk.engine.work", "mediadesk.engine.writing", "mediadesk.host.install.build"}
FORBIDDEN = {"numpy", "av", "sqlite3", "sqlite_utils", "onnxruntime", "usearch", "torch", "vlc"}
LATER = {
    "mediadesk.engine.messages",
    "mediadesk.api.types",
    "mediadesk.ui.keys",
    "mediadesk.ui.words",
}
LATER |= {"pluggy", "msgspec", "typer"}


# Starts the program as a person does, and prints what is loaded at two moments.
STARTED = """
import sys
from mediadesk import app
import mediadesk.__main__

def tell():
    print(*sys.modules, flush=True)

def probe(window, client, *more):
    from PySide6.QtCore import QTimer

    show(window, client, tell, *more)
    timer = QTimer(window, interval=20)

    def look():
        if window.is_made("for_you") and window.for_you._shelves:
            timer.stop()
            tell()
            window.quit()

    timer.timeout.connect(look)
    timer.start()

show, app.show_in_steps = app.show_in_steps, probe
mediadesk.__main__.main()
"""


def test_the_window_carries_no_database_model_or_decoder_and_is_painted_with_little(
    library: Path,
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", STARTED],
        env=os.environ | {"MEDIADESK_DATA_DIR": str(library)},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    painted, with_cards = done.stdout.splitlines()
    assert {"PySide6.QtWidgets", "mediadesk.ui.window"} <= set(painted.split())
    assert {*LATER, *FORBIDDEN}.isdisjoint(painted.split())
    assert "mediadesk.ui.pages.for_you" in with_cards.split()
    assert FORBIDDEN.isdisjoint(with_cards.split())


def test_the_engine_is_launched_before_qt_is_loaded() -> None:
    program = "import sys, mediadesk.app; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert {"PySide6", *LATER, *FORBIDDEN}.isdisjoint(done.stdout.decode().split())


@pytest.fixture
def frame(theme: Theme) -> Iterator[Window]:
    """A window that has not reached its engine."""
    window = Window(Desk(theme))
    yield window
    window.desk.bridge.close()
    window.close()
    window.deleteLater()


@pytest.mark.parametrize("after", [0, 1, 2])
def test_what_is_pressed_too_early_is_answered(
    application: QApplication, frame: Window, after: int
) -> None:
    """Right after it is shown, and between the steps that follow the first painting."""
    taken: list[str] = []
    client = FakeClient([item(n) for n in range(3)])

    def reach() -> None:
        frame.desk.connect_engine(client)  # type: ignore[arg-type]
        taken.append("reach")

    frame.show()
    frame.activateWindow()
    AfterPainting(frame, [lambda: taken.append("one"), lambda: taken.append("two"), reach])
    while len(taken) < after:
        application.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 0)
    assert not frame.desk.has_engine
    QTest.mouseClick(
        frame.windowHandle(),
        Qt.MouseButton.LeftButton,
        pos=frame.rail.buttons["library"].mapTo(frame, QPoint(20, 10)),
    )
    assert taken == ["one", "two", "reach"]
    assert frame.page_name == "library"
    QTest.keyClick(frame.windowHandle(), Qt.Key.Key_Slash)
    assert frame.focusWidget() is frame.topbar.search
    for _ in range(5):
        application.processEvents()
    assert taken == ["one", "two", "reach"], "once"


def test_a_frame_can_be_resized_and_closed_before_it_reaches_its_engine(
    application: QApplication, theme: Theme, tmp_path: Path
) -> None:
    window = Window(Desk(theme), geometry_file=tmp_path / "window.ini")
    window.show()
    window.resize(1000, 700)
    application.processEvents()
    seen = window.grab().toImage()
    assert window.close()
    again = Window(Desk(theme), geometry_file=tmp_path / "window.ini")
    assert again.height() == 700
    for one in (window, again):
        one.deleteLater()
    places = {"rail": (30, 150), "page": (600, 400)}
    colours = {name: seen.pixelColor(*at).name() for name, at in places.items()}
    assert colours == {"rail": theme.palette.rail, "page": theme.palette.window}


def test_the_first_panel_is_asked_for_before_all_else(
    application: QApplication, frame: Window
) -> None:
    client = FakeClient([item(n) for n in range(3)])
    client.late = []
    frame.desk.connect_engine(client)  # type: ignore[arg-type]
    application.processEvents()
    assert [verb for verb, _, _ in client.calls] == ["for_you", "desktop"]
    late, client.late = client.late, None
    for answer in late:
        answer()
    for _ in range(5):
        application.processEvents()
    assert {verb for verb, _, _ in client.calls[2:]} >= {"status", "plugins", "pages", "analyze"}


def test_that_the_engine_stopped_is_told_unless_another_one_was_wanted(
    application: QApplication, frame: Window
) -> None:
    told: list[str] = []
    frame.desk.connect_engine(FakeClient())  # type: ignore[arg-type]
    frame.desk.told.connect(lambda sentence, _: told.append(sentence))
    frame.desk.exchange_engine(lambda: None)
    for expected in (0, 1):
        frame.desk.on_restart()
        application.processEvents()
        assert len(told) == expected
    assert told == ["The engine stopped and was started again; what you did is kept."]


def test_where_no_other_engine_comes_that_is_told_and_one_that_dies_later_is_news(
    application: QApplication, frame: Window
) -> None:
    told: list[str] = []
    client = FakeClient()
    frame.desk.connect_engine(client)  # type: ignore[arg-type]
    for _ in range(5):  # what it asks at first
        application.processEvents()
    frame.desk.told.connect(lambda sentence, _: told.append(sentence))
    client.error = EngineGoneError("The engine can't be started again.")
    frame.desk.exchange_engine(lambda: told.append("otherwise"))
    application.processEvents()
    assert told == ["The engine can't be started again.", "otherwise"]
    client.error = None
    frame.desk.on_restart()
    application.processEvents()
    assert told[2:] == ["The engine stopped and was started again; what you did is kept."]


def test_what_a_person_set_is_asked_of_the_next_engine_if_the_first_one_dies(
    application: QApplication, frame: Window
) -> None:
    client = FakeClient([item(n) for n in range(3)])
    client.desk_settings = Desktop(scale=100, keys={"help": ("F9",)}, tray=False, guided=True)
    client.error = EngineGoneError("The engine stopped and was started again.")
    frame.desk.connect_engine(client)  # type: ignore[arg-type]
    application.processEvents()
    client.error = None
    for _ in range(2):
        frame.desk.on_restart()
        application.processEvents()
    application.processEvents()
    assert frame.keys.own == {"help": ("F9",)}
    frame.keys.set_keys("help", ("F8",))
    application.processEvents()
    assert client.desk_settings.keys == {"help": ("F8",)}
    assert [kwargs for verb, _, kwargs in client.calls if verb == "desktop" and kwargs] == [
        {"keys": {"help": ("F8",)}}
    ]


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
        elif time.monotonic() > deadline:  # it opened a window of its own
            second[0].kill()

    deadline = time.monotonic() + 60
    QTimer.singleShot(0, start)
    timer = QTimer(interval=50)
    timer.timeout.connect(look)
    timer.start()
    assert app.run(command.data) == 0
    timer.stop()
    assert [one.returncode for one in second] == [0]
    assert seen == [False], "it is no longer minimised"
    assert list((command.data / "window").iterdir()) == [], "nobody holds it any more"


def test_wrong_settings_are_told_in_the_window_and_stay_as_they_are(
    application: QApplication, tmp_path: Path
) -> None:
    file = tmp_path / "settings.toml"
    file.write_text("theme = 'dark'\nscale = \n")
    told: list[str] = []

    def look() -> None:
        for window in application.topLevelWidgets():
            if isinstance(window, Window) and window.findChildren(MessageBar):
                told.append(window.message.words.accessibleName())
                if told[-1]:
                    window.close()

    timer = QTimer(interval=50)
    timer.timeout.connect(look)
    timer.start()
    assert app.run(tmp_path) == 0
    timer.stop()
    assert (
        f"“{file}” is wrong (Invalid value (at line 2, column 9)): mend or delete it"
        in "\n".join(told)
    )
    assert file.read_text() == "theme = 'dark'\nscale = \n"


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


def test_who_has_the_library_for_long_still_has_it(tmp_path: Path) -> None:
    """Qt takes a lock for stale after half a minute, unless it is told otherwise."""
    first, second = instance.Instance(tmp_path), instance.Instance(tmp_path)
    assert first.take()
    os.utime(tmp_path / "window" / "lock", (0, 0))
    assert not second._own()
    first.release()
    assert second.take()
    second.release()


def test_a_call_that_comes_while_the_window_is_built_is_answered_and_one_of_before_is_not(
    application: QApplication, tmp_path: Path, qtbot: QtBot
) -> None:
    parent, came = QObject(), list[str]()
    call = tmp_path / "window" / "call"
    call.parent.mkdir()
    call.touch()  # by one that was killed while it waited
    first = instance.Instance(tmp_path)
    assert first.take()
    first.answer(lambda: came.append("before"), parent)
    assert came == []
    call.touch()
    qtbot.waitUntil(lambda: came == ["before"])
    assert not call.exists()
    parent.deleteLater()
    parent = QObject()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    call.touch()
    first.answer(lambda: came.append("built"), parent)
    assert came == ["before", "built"]
    assert not call.exists()
    first.release()
    parent.deleteLater()


def test_who_asks_a_window_that_just_closes_is_the_window(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = instance.Instance(tmp_path), instance.Instance(tmp_path)
    assert first.take()
    closing = threading.Timer(0.2, first.release)
    closing.start()
    assert second.take(), "nobody answers any more"
    closing.join()
    assert not (tmp_path / "window" / "call").exists(), "and nobody is called"
    monkeypatch.setattr(instance, "_PATIENCE_S", 0.1)
    with pytest.raises(UserError, match="does not answer"):
        first.take()
    assert not (tmp_path / "window" / "call").exists(), "who gave up does not come later"
    second.release()


def test_a_library_that_can_not_be_kept_there_is_told_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UserError, match=r"can't be kept in “.*file/data” \(Not a directory\): ch"):
        instance.Instance(tmp_path / "file" / "data").take()
