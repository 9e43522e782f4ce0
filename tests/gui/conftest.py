"""The window on a real engine with real files, and the rule that Qt has nothing to complain of."""

import logging
import os
from collections.abc import Callable, Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import library_factory
import pytest
from gui.fake_client import FakeClient
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from mediadesk import app
from mediadesk.engine.client import Client
from mediadesk.ui.desk import Desk
from mediadesk.ui.theme import Theme
from mediadesk.ui.window import Window

# Of the offscreen platform only; a real screen supports them all.
_EXPECTED = (
    "propagateSizeHints",
    "This plugin does not support raise()",
    "This plugin does not support lower()",
    "This plugin does not support grabbing the keyboard",
    "This plugin does not support QPlatformServices::openDocument()",
    "This plugin does not support setting window masks",
    # Of Qt Multimedia, where it is installed: a machine without sound, and a damaged film.
    "PulseAudioService",
    "No audio device detected",
    "Could not open media",
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


@pytest.fixture
def media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the analysed library; nothing in it may be changed."""
    return library_factory.analysed(tmp_path_factory.getbasetemp())[0]


@pytest.fixture
def library(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of an analysed library of real files, which a test may change."""
    _, data = library_factory.analysed(tmp_path_factory.getbasetemp())
    return library_factory.copied(data, tmp_path / "library")


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
        for _ in range(5):  # all is answered at once: nothing has to be waited for
            application.processEvents()
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
