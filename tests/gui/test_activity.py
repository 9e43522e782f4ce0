"""The Activity page: what goes on, at which pace, and what is cancelled, resumed, tried again."""

from dataclasses import replace

import pytest
from gui.fake_client import FakeClient, item
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from mediadesk.engine.messages import Status, WorkView
from mediadesk.ui.desk import Desk
from mediadesk.ui.pages.activity import ActivityPage
from mediadesk.ui.theme import Theme


class _Busy(FakeClient):
    """Two parts at work: one waits, the other one was cancelled."""

    pace = "Work goes gently while something plays."

    def __init__(self) -> None:
        super().__init__([item(n) for n in range(3)])
        self.work = {
            name: WorkView(extractor=name, done=1, waiting=2, skipped=0, failed=0)
            for name in ("keyframes", "audio")
        }

    def status(self) -> Status:
        return replace(super().status(), work=tuple(self.work.values()), pace=self.pace)

    def cancel(self, extractor: str) -> Status:
        self.work[extractor] = replace(self.work[extractor], waiting=0, cancelled=2)
        return self.status()

    def resume(self, extractor: str) -> Status:
        self.work[extractor] = replace(self.work[extractor], waiting=2, cancelled=0)
        return self.status()

    def retry(self) -> Status:
        return replace(self.status(), problems=())


@pytest.fixture
def page(application: QApplication, theme: Theme, qtbot: QtBot) -> ActivityPage:
    desk = Desk(theme)
    desk.connect_engine(_Busy())  # type: ignore[arg-type]
    made = ActivityPage(desk)
    qtbot.addWidget(made)
    made.resize(1000, 700)
    made.show()
    made.enter()
    qtbot.waitUntil(lambda: bool(_named(made, "Cancel “Sound”")))
    return made


def _named(page: ActivityPage, name: str) -> list[QPushButton]:
    buttons = page.findChildren(QPushButton)
    return [one for one in buttons if one.accessibleName() == name and one.isVisible()]


def test_a_part_is_cancelled_by_mouse_and_resumed_by_keyboard(
    page: ActivityPage, qtbot: QtBot
) -> None:
    qtbot.mouseClick(_named(page, "Cancel “Sound”")[0], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(_named(page, "Resume “Sound”")))
    assert _named(page, "Cancel “Pictures”")
    again = _named(page, "Resume “Sound”")[0]
    again.setFocus()
    qtbot.keyClick(again, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: bool(_named(page, "Cancel “Sound”")))


def test_the_pace_is_told_and_problems_are_tried_again(page: ActivityPage, qtbot: QtBot) -> None:
    assert page._pace.isVisible()
    assert "gently" in page._pace.text()
    assert page._retry.isVisible()
    qtbot.mouseClick(page._retry, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not page._retry.isVisible())


def test_the_tab_key_goes_from_top_to_bottom(page: ActivityPage) -> None:
    page.take_keyboard()
    met: list[str] = []
    for _ in range(4):
        here = QApplication.focusWidget()
        assert here is not None
        met.append(here.accessibleName())
        QTest.keyClick(here, Qt.Key.Key_Tab)
    assert met == ["Pause", "Cancel “Pictures”", "Cancel “Sound”", "Try all again"]
