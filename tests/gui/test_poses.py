"""Pictures of the window, one after the other: none shows what was posed for another."""

from collections.abc import Callable
from pathlib import Path

from gui.fake_client import FakeClient, item
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from mediadesk.engine.messages import Verbs
from mediadesk.ui import poses
from mediadesk.ui.widgets.queue_panel import QueuePanel
from mediadesk.ui.window import Window


def test_the_queue_of_a_picture_has_what_is_played_in_it_alone(
    application: QApplication, open_window: Callable[[Path], Window], library: Path
) -> None:
    window = open_window(library)
    window.desk.posing = True
    ids = window.desk.client.call(Verbs.ids).result(30)
    for pose in ("player+show-queue", "player", "player+show-queue"):
        poses.picture(application, window, pose)
        (entry,) = window.player.queue.entries
        assert entry is window.player.queue.current
        assert window.player.findChild(QueuePanel).isVisible() == pose.endswith("queue")
        window.play(next(one for one in ids if one != entry.item), 0.0)
        poses.settle(application, window)
        assert len(window.player.queue.entries) == 2


def test_what_was_put_off_or_moves_is_over_when_the_window_has_settled(
    application: QApplication, show: Callable[[FakeClient], Window]
) -> None:
    window = show(FakeClient([item(number) for number in range(30)]))
    window.resize(700, 700)
    poses.settle(application, window)
    shelf = next(one.view for one in window.for_you._shelves if not one.isHidden())
    bar = shelf.horizontalScrollBar()
    shelf.page(1)
    assert bar.value() < bar.maximum()
    poses.settle(application, window)
    assert bar.value() == bar.maximum()
    search = QTimer(window, singleShot=True, interval=150)
    search.start()
    poses.settle(application, window)
    assert not search.isActive()
