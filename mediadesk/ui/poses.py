"""Poses the window for pictures: which page it shows, when that is complete, and what is seen."""

import time
from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QApplication

from mediadesk.api import UserError
from mediadesk.engine.messages import (
    Browsing,
    GroupView,
    PageView,
    Panel,
    PluginView,
    Verbs,
)
from mediadesk.ui.desk import RESUME
from mediadesk.ui.keys import KEYS, PICK_ACTS
from mediadesk.ui.rail import panel_address
from mediadesk.ui.subject import of_group
from mediadesk.ui.window import Window

_FACES = ("missing", "import", "changes")  # of “tidy”, besides its first
PAGES = (
    "for-you",
    "library",
    "collections",
    "group",
    "tidy",
    *_FACES,
    "item",
    "player",
    "activity",
    "plugins",
    "plugin",
    "panel",
    "settings",
    "guide",
)
_PATIENCE_S = 90.0
_QUIET_ROUNDS = 12


def understood(pose: str) -> bool:
    """Whether a pose is a page, or a page and what is done there: “library+view-list”."""
    page, *acts = pose.split("+")
    return page in PAGES and all(act in KEYS and act not in PICK_ACTS for act in acts)


def picture(application: QApplication, window: Window, pose: str) -> QPixmap:
    """Give a picture of the window in a pose, with the dialog that is open.

    Raises:
        UserError: if the engine does not answer.
    """
    page, *acts = pose.split("+")
    _turn(window, page)
    settle(application, window)
    for act in acts:
        window.shortcuts.run(act)
        settle(application, window)
    seen = window.grab()
    dialog = application.activeModalWidget()
    if dialog is not None:
        painter = QPainter(seen)
        where = dialog.rect()
        where.moveCenter(window.rect().center())  # a screen that is not there may be small
        painter.drawPixmap(where.topLeft(), dialog.grab())
        painter.setPen(window.desk.theme.colour("faint"))  # the system's frame is not in it
        painter.drawRect(where)
        painter.end()
        dialog.close()
    return seen


def settle(application: QApplication, window: Window) -> None:
    """Let the window work until nothing has been on its way for a while.

    Raises:
        UserError: if that takes longer than a minute and a half.
    """
    desk = window.desk
    deadline = time.monotonic() + _PATIENCE_S
    quiet = 0
    while quiet < _QUIET_ROUNDS:
        application.processEvents()
        quiet = 0 if desk.bridge.waiting or desk.pictures.waiting else quiet + 1
        if time.monotonic() > deadline:
            raise UserError("The engine does not answer: run “mediadesk doctor” to see why.")
        time.sleep(0.01)


def _turn(window: Window, page: str) -> None:
    """Turn to a page, soon; what is missing for it is told as the window tells it."""
    questions, told = window.desk.questions, window.desk.told

    def open_first(panel: Panel) -> None:
        cards = [card for shelf in panel.shelves for card in shelf.items]
        if not cards:
            told.emit("There is no item to show yet: add a folder, then analyse it.", False)
        elif page == "item":
            window.open_item(cards[0].id)
        else:
            window.play(cards[0].id, RESUME)

    def open_plugin(plugins: Sequence[PluginView]) -> None:
        window.go("plugin", min(plugins, key=lambda one: one.source == "bundled").name)

    def open_panel(pages: Sequence[PageView]) -> None:
        if pages:
            window.go("panel", panel_address(pages[0]))
        else:
            told.emit("No plugin makes a page here: install one that does.", False)

    def open_group(groups: Sequence[GroupView]) -> None:
        if groups:
            window.go("group", of_group(max(groups, key=lambda one: one.items)).address)
        else:
            told.emit("There is no album to show yet: add a folder with music.", False)

    turns: dict[str, Callable[[], None]] = {
        "item": lambda: questions.ask(open_first, Verbs.for_you),
        "player": lambda: questions.ask(open_first, Verbs.for_you),
        "group": lambda: questions.ask(open_group, Browsing.groups, "albums"),
        "plugin": lambda: questions.ask(open_plugin, Verbs.plugins),
        "panel": lambda: questions.ask(open_panel, Verbs.pages),
        **{face: partial(window.go, "tidy", face) for face in _FACES},
        "tidy": lambda: window.go("tidy", "twins"),
    }
    turns.get(page, lambda: window.go(page))()
    if page == "library":
        window.library.act("tab-all")  # whatever the picture before showed
        window.library.act("view-grid")
