"""The window on a real engine with real files, and the rule that Qt has nothing to complain of."""

import logging
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from gui.fake_client import FakeClient
from media_factory import clip, song
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from mediadesk import app
from mediadesk.engine.client import Client
from mediadesk.settings import Places
from mediadesk.ui.desk import Desk
from mediadesk.ui.theme import Theme
from mediadesk.ui.window import Window

# Of the offscreen platform only; a real screen supports both.
_EXPECTED = ("propagateSizeHints", "This plugin does not support raise()")
_VIDEOS = (
    "bikes.mp4",
    "carphone_pristine.mp4",
    "carphone_distorted.mp4",
    "imageio_cockatoo.mp4",
    "moviepy_chaplin.mp4",
    "moviepy_example.mp4",
)


@pytest.fixture(scope="session")
def application() -> QApplication:
    return app._application()


@pytest.fixture
def theme(application: QApplication) -> Theme:
    return Theme(application, "dark")


@pytest.fixture(autouse=True)
def qt_is_content(application: QApplication, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fail a test in which Qt warned of something unexpected."""
    yield
    told = [
        record.getMessage()
        for when in ("setup", "call")
        for record in caplog.get_records(when)  # type: ignore[arg-type]
        if record.name == "qt" and record.levelno >= logging.WARNING
    ]
    assert [one for one in told if not any(known in one for known in _EXPECTED)] == []


@pytest.fixture(scope="session")
def media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of real videos and a song."""
    folder = tmp_path_factory.mktemp("media")
    for number, name in enumerate(_VIDEOS):
        seed = 1 if name.startswith("carphone") else number  # two that are alike
        said = [(1.0, 3.0, f"This is film {number}.")]
        clip(folder / name, seconds=12 + number, seed=seed, subtitles=said)
        os.utime(folder / name, (1.6e9, 1.6e9))  # files still changing would be left alone
    os.utime(song(folder / "song.mp3", seconds=6, title="A song"), (1.6e9, 1.6e9))
    return folder


@pytest.fixture(scope="session")
def analysed(media: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder whose library knows the real files and is done with them."""
    from mediadesk.engine.engine import Engine

    data = tmp_path_factory.mktemp("analysed")
    engine = Engine(Places.find(data))
    try:
        engine.add_folder(str(media))
        engine.analyze(wait=True)
    finally:
        engine.close()
    return data


@pytest.fixture
def library(analysed: Path, tmp_path: Path) -> Path:
    """A copy of the analysed library that a test may change."""
    copy = Path(
        shutil.copytree(analysed, tmp_path / "library", ignore=shutil.ignore_patterns("models"))
    )
    (copy / "cache" / "models").symlink_to(analysed / "cache" / "models")  # built once
    return copy


@pytest.fixture
def open_window(application: QApplication, theme: Theme) -> Iterator[Callable[[Path], Window]]:
    """Opens windows on real engines; all are closed at the end."""
    opened: list[tuple[Window, Client]] = []

    def open_one(data: Path) -> Window:
        desk = Desk(theme)
        client = Client(data, on_change=desk.on_change, on_restart=desk.on_restart)
        desk.connect_engine(client)
        window = Window(desk)
        opened.append((window, client))
        window.resize(1440, 900)
        window.show()
        app.settle(application, window)
        return window

    yield open_one
    for window, client in opened:
        window.desk.bridge.close()
        window.close()
        window.deleteLater()
        client.close()
    _clear_away()


@pytest.fixture
def show(application: QApplication, theme: Theme) -> Iterator[Callable[[FakeClient], Window]]:
    """Opens windows on made-up data."""
    opened: list[Window] = []

    def open_one(client: FakeClient) -> Window:
        desk = Desk(theme)
        desk.connect_engine(client)  # type: ignore[arg-type]
        window = Window(desk)
        opened.append(window)
        window.resize(1440, 900)
        window.show()
        app.settle(application, window)
        return window

    yield open_one
    for window in opened:
        window.desk.bridge.close()
        window.close()
        window.deleteLater()
    _clear_away()


def _clear_away() -> None:
    """Delete what is to be deleted, which `processEvents` does not do outside of `exec`."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
