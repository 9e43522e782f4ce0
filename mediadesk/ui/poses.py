"""Poses the window for pictures: which page it shows, when that is complete, and what is seen."""

import time
from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QAbstractAnimation, QPoint, QTimer
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

from mediadesk.api import UserError
from mediadesk.engine.messages import (
    Browsing,
    GroupView,
    PageView,
    Panel,
    PluginView,
    Verbs,
)
from mediadesk.ui.card_view import CardView
from mediadesk.ui.desk import RESUME
from mediadesk.ui.keys import KEYS, PICK_ACTS
from mediadesk.ui.rail import panel_address
from mediadesk.ui.subject import of_group
from mediadesk.ui.widgets.notices import Notice
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
    "ledger",
    "quality",
    "privacy",
    "sync",
    "guide",
)
_KINDS = ("film", "song", "episode")  # the first of each: two are opened, one is played
_PATIENCE_S = 90.0
_INTRO_S = 3.0  # where an intro is heard, if there is one
_OVERLAP = 80  # pixels that are seen again when one scrolls on
_QUIET_ROUNDS = 5  # what is laid out or asked for anew takes some
_SOON_MS = 150  # as long as a search waits for the next letter


def understood(pose: str) -> bool:
    """Whether a pose is a page, or a page and what is done there: “library+view-list”."""
    page, *acts = pose.split("+")
    doable = (STATES.keys() | KEYS.keys()) - set(PICK_ACTS)
    return page in (*PAGES, *_KINDS) and doable.issuperset(acts)


def picture(application: QApplication, window: Window, pose: str) -> QPixmap:
    """Give a picture of the window in a pose, with the dialog that is open.

    Raises:
        UserError: if the engine does not answer.
    """
    page, *acts = pose.split("+")
    _clear_away(window)
    _turn(window, page)
    settle(application, window)
    for act in acts:
        if act in STATES:
            STATES[act](window)
        else:
            window.shortcuts.run(act)
        settle(application, window)
    seen = window.grab()
    for above in (application.activeModalWidget(), application.activePopupWidget()):
        if above is not None:
            _paint_above(seen, window, above)
            above.close()
            window.activateWindow()  # a question that closes leaves no window active
    return seen


def _paint_above(seen: QPixmap, window: Window, above: QWidget) -> None:
    """Paint a dialog or a menu over the window, with the frame that the system would give it."""
    where = above.rect()
    if above.isModal():
        where.moveCenter(window.rect().center())  # a screen that is not there may be small
    else:
        where.moveTopLeft(window.mapFromGlobal(above.mapToGlobal(QPoint())))
    painter = QPainter(seen)
    painter.drawPixmap(where.topLeft(), above.grab())
    painter.setPen(window.desk.theme.colour("faint"))
    painter.drawRect(where)
    painter.end()


def settle(application: QApplication, window: Window) -> None:
    """Let the window work until nothing is on its way, put off for a moment or in motion.

    Raises:
        UserError: if that takes longer than a minute and a half.
    """
    deadline = time.monotonic() + _PATIENCE_S
    quiet = 0
    while quiet < _QUIET_ROUNDS:
        application.processEvents()
        quiet = 0 if _works(window) else quiet + 1
        if time.monotonic() > deadline:
            raise UserError("The engine does not answer: run “mediadesk doctor” to see why.")
        time.sleep(0.002 if quiet else 0.01)


def _works(window: Window) -> bool:
    desk = window.desk
    return (
        desk.bridge.waiting > 0
        or desk.pictures.waiting
        or any(map(_is_soon, window.findChildren(QTimer)))
        or any(map(_moves, window.findChildren(QAbstractAnimation)))
    )


def _is_soon(timer: QTimer) -> bool:
    return timer.isActive() and timer.isSingleShot() and timer.interval() <= _SOON_MS


def _moves(motion: QAbstractAnimation) -> bool:
    return motion.state() == QAbstractAnimation.State.Running


def _clear_away(window: Window) -> None:
    """Undo what the pose before did."""
    window.topbar.search.clear()
    window.toast.hide()
    window.message.hide()
    window.drawer.dismiss()
    window.private_bar.setVisible(window.desk.private)
    for area in window.stack.findChildren(QScrollArea):
        area.verticalScrollBar().setValue(0)
    while window.is_made("guide") and not window.guide.chooses:
        window.guide.before.click()
    if window.is_made("player"):
        window.player.queue.start(())  # else it fills with what was played for other pictures
        window.player.show_queue(shown=False)
    if window.is_made("sync"):
        window.sync.leave()
    if window.is_made("library"):
        library = window.library
        library.browser.picked.clear()
        library.browser.view.hover(QPoint(-1, -1))
        if not library.facets.isHidden():
            library.act("filter")


def _select(window: Window) -> None:
    """Select the first item and the third."""
    picked = window.library.browser.picked
    for position in (0, 2):
        if position < len(window.library.browser.found):
            picked.toggle(position)


def _point(window: Window) -> None:
    """Put the mouse on the second item."""
    view = window.library.browser.view
    view.hover(view.visualRect(view.cards.place(1)).center())


def _open_menu(window: Window) -> None:
    """Open the menu of the first item."""
    view = window.library.browser.view
    view.take_keyboard()
    centre = view.visualRect(view.currentIndex()).center()
    view.menu_wanted.emit(view.viewport().mapToGlobal(centre))


def _revoke(window: Window) -> None:
    """Ask about the last device, if there is another than this one."""
    others = [row for row in window.sync.devices if not row.turn.isHidden()]
    if others:
        others[-1].turn.click()


def _preview(window: Window) -> None:
    """Ask what would change if one liked the first card."""
    picks = window.page.findChildren(CardView)
    window.desk.act(picks[0].seen_tiles()[0], "preview")


def _leave_out(window: Window) -> None:
    """Ask what is to be left out of the first folder."""
    first = window.settings.folders.rows.first
    if first is not None:
        first.leave_out.click()


def _scroll(window: Window) -> None:
    """Go to the end of a page that scrolls."""
    for area in window.page.findChildren(QScrollArea):
        area.verticalScrollBar().setValue(area.verticalScrollBar().maximum())


def _scroll_on(window: Window) -> None:
    """Go on by a page that scrolls."""
    for area in window.page.findChildren(QScrollArea):
        bar = area.verticalScrollBar()
        bar.setValue(bar.value() + bar.pageStep() - _OVERLAP)


def _walk(window: Window) -> None:
    """Go from an item to all that the first person named there has to do with."""
    chips = list(window.item.credits.chips.values())
    if chips:
        chips[0].click()


def _measure(window: Window) -> None:
    """Measure how good it is, once for all pictures."""
    if window.quality.none.isVisible():
        window.quality.measure.click()


STATES: dict[str, Callable[[Window], object]] = {
    "found": lambda window: window.topbar.search.setText("tag:evening"),
    "nothing-found": lambda window: window.topbar.search.setText("no such film"),
    "misread": lambda window: window.topbar.search.setText("year>"),
    "videos": lambda window: window.topbar.search.setText("kind:clip"),
    "selected": _select,
    "pointed": _point,
    "menu": _open_menu,
    "preview": _preview,
    "people": lambda window: window.open_people(),
    "private": lambda window: window.private_bar.show(),
    "leave-out": _leave_out,
    "end": _scroll,
    "further": _scroll_on,
    "pictures": lambda window: window.item.moments.switch.click(),
    "person": _walk,
    "next": lambda window: window.guide.next(),
    "examples": lambda window: window.topbar.examples.click(),
    "measured": _measure,
    "previewed": lambda window: window.sync.run.preview.click(),
    "key": lambda window: window.sync.key.reveal.click(),
    "join": lambda window: window.sync.key.join.click(),
    "new-key": lambda window: window.sync.key.anew.click(),
    "rename-device": lambda window: next(iter(window.sync.devices)).rename.click(),
    "revoke": _revoke,
    "toast": lambda window: window.toast.say(
        Notice("“Above the Clouds” is hidden. 1 came (“Bicycles”).", "Undo", lambda: None)
    ),
    "message": lambda window: window.message.say(
        "The engine stopped and was started again; what you did is kept.", bug=False
    ),
}
"""What a page can be posed in besides what keys do, by name; nothing of it changes the library."""


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
        **dict.fromkeys(_KINDS, partial(_ask_kind, window, page)),
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


def _ask_kind(window: Window, kind: str) -> None:
    window.desk.questions.ask(partial(_open_kind, window, kind), Verbs.ids, kinds=(kind,))


def _open_kind(window: Window, kind: str, found: Sequence[str]) -> None:
    """Open the first item of a kind; an episode is played, so that its intro can be skipped."""
    if not found:
        window.desk.told.emit(f"There is no {kind} to show yet: add a folder with one.", False)
    elif kind == "episode":
        window.play(found[0], _INTRO_S)
    else:
        window.open_item(found[0])
