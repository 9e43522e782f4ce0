"""Pictures are shown at once where they are known, and anew after the library changed."""

from gui.fake_client import FakeClient
from PySide6.QtCore import QBuffer
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from mediadesk.ui.bridge import Bridge
from mediadesk.ui.pictures import Pictures


def _png(colour: str) -> bytes:
    image = QImage(16, 16, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    buffer = QBuffer()
    image.save(buffer, "PNG")
    return bytes(buffer.data().data())


def _shown(pictures: Pictures) -> str | None:
    picture = pictures.get("film")
    return picture and picture.toImage().pixelColor(8, 8).name()


def test_a_poster_that_was_changed_stays_till_the_new_one_has_come(qtbot: QtBot) -> None:
    client = FakeClient()
    errors: list[BaseException] = []
    pictures = Pictures(client, Bridge(errors.append))
    assert _shown(pictures) is None
    qtbot.waitUntil(lambda: pictures.came)
    pictures.renew()  # there was none; it has been made
    client.stock = {"film": _png("#ff0000")}
    qtbot.waitUntil(lambda: _shown(pictures) == "#ff0000")
    client.stock = {"film": _png("#0000ff")}
    pictures.renew()
    assert _shown(pictures) == "#ff0000"
    qtbot.waitUntil(lambda: _shown(pictures) == "#0000ff")
    asked = len(client.calls)
    assert _shown(pictures) == "#0000ff"
    qtbot.waitUntil(lambda: not pictures.waiting)
    assert len(client.calls) == asked, "what did not change is not asked for again"
    client.error = OSError("gone")
    pictures.renew()
    assert _shown(pictures) == "#0000ff"
    qtbot.waitUntil(lambda: not pictures.waiting)
    assert (_shown(pictures), [str(error) for error in errors]) == ("#0000ff", ["gone"])
    client.error, client.stock = None, {}
    pictures.renew()
    qtbot.waitUntil(lambda: _shown(pictures) is None)
