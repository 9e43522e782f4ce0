"""What names a key names the one that does it now, not the one that did so once."""

from __future__ import annotations

from collections.abc import Callable

from gui.fake_client import FakeClient, item
from PySide6.QtWidgets import QMenu

from mediadesk.ui.window import Window


def test_tooltips_and_menus_follow_the_keys(show: Callable[[FakeClient], Window]) -> None:
    client = FakeClient([item(n) for n in range(3)])
    window = show(client)
    keys, transport = window.keys, window.player.transport
    assert transport.shuffle.toolTip() == "Shuffle (U)"
    assert transport.speed.toolTip() == "Speed", "a menu has no key"
    keys.set_keys("shuffle-queue", ["Ctrl+Alt+U"])
    keys.set_keys("toggle", ["K"])
    keys.set_keys("mute", [])
    keys.set_keys("rate-5", ["Ctrl+5"])
    keys.set_keys("filter", ["Ctrl+L"])
    keys.set_keys("play", ["Ctrl+P"])
    assert transport.shuffle.toolTip() == "Shuffle (Ctrl+Alt+U)"
    assert transport.toggle.toolTip() == "Play or pause (K)"
    assert transport.mute.toolTip() == "Mute"
    transport.show_mute(muted=True)
    assert transport.mute.accessibleName() == "Sound on"
    assert window.library.filter_button.toolTip() == "Filters (Ctrl+L)"
    browser = window.library.browser
    menu = QMenu()
    browser.acts.rating(menu, browser.chosen())
    assert menu.actions()[0].text() == "★★★★★\tCtrl+5"
    nothing = window.player.stage.nothing._sentence.text().replace("\u200b", "")
    assert "play it with Ctrl+P" in nothing
    keys.reset()
    assert transport.shuffle.toolTip() == "Shuffle (U)"
