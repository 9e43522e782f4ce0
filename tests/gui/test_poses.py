"""Pictures of the window, one after the other: none shows what was posed for another."""

from collections.abc import Callable
from pathlib import Path

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
