"""Several devices in step through a folder that they share: to be begun, looked at, and done."""

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from mediadesk.engine.messages import DeviceView, Syncing, SyncStatus
from mediadesk.ui import sync_words
from mediadesk.ui.desk import Desk
from mediadesk.ui.pages.page import Page
from mediadesk.ui.widgets.controls import (
    Sentence,
    column,
    head,
    in_reading_order,
    label,
    panel,
    scrolling,
)
from mediadesk.ui.widgets.rows import Rows
from mediadesk.ui.widgets.sync_device import DeviceRow
from mediadesk.ui.widgets.sync_key import KeyBox
from mediadesk.ui.widgets.sync_run import SyncRun
from mediadesk.ui.widgets.sync_start import SyncStart


class SyncPage(Page):
    """The way to share a folder; then the folder, the devices and the key."""

    title = "Sync"

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._questions = desk.ask_anew()
        self.start, self.run, self.key = SyncStart(desk), SyncRun(desk), KeyBox(desk)
        self.devices: Rows[DeviceView, DeviceRow] = Rows(
            self._make_row, DeviceRow.show_device, spacing=12
        )
        self._alone = Sentence("", "muted")
        self._besides = label("What else is wrong", "strong")
        self._others = Sentence("", "danger")
        listed = column(
            label("Devices", "heading"),
            self.devices,
            self._alone,
            column(self._besides, self._others, spacing=2),
            spacing=12,
        )
        self._before = (panel(column(self.start), margin=20),)
        self._after = (
            panel(column(self.run), margin=20),
            panel(listed, margin=20),
            panel(column(self.key), margin=20),
        )
        self._content = QWidget()
        pile = column(head(label(self.title, "hero")), *self._before, *self._after, 0, spacing=16)
        pile.setContentsMargins(32, 8, 32, 32)
        self._content.setLayout(pile)
        for part in self._after:
            part.hide()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        self._area = scrolling(self._content, self.title)
        box.addWidget(self._area)
        self.start.begun.connect(self._begun)
        for told in (self.start.joined, self.run.ended, self.key.changed):
            told.connect(self._turn)
        self.run.ran.connect(self.enter)
        self.key.shown.connect(self._show_key)
        desk.restarted.connect(self._restarted)

    def _make_row(self, one: DeviceView) -> DeviceRow:
        made = DeviceRow(self._desk, one)
        made.changed.connect(self._turn)
        made.keyed.connect(self.key.show_key)
        return made

    def enter(self) -> None:
        self._questions.ask(self._take, Syncing.status)

    def leave(self) -> None:
        self.key.hide_key()
        self.run.forget()

    def refresh(self, what: frozenset[str]) -> None:
        if what & {"items", "sync"}:
            self.enter()

    def take_keyboard(self) -> None:
        # In a field, the keys of the window would be letters.
        (self.start.choose if self._before[0].isVisibleTo(self) else self.run.now).setFocus()

    def _restarted(self) -> None:
        if self.isVisible():
            self.enter()

    def _begun(self, status: SyncStatus) -> None:
        is_new = status.encrypted and not self.start.has_key
        self._turn(status)
        if is_new:
            self.key.show_key()

    def _turn(self, status: SyncStatus) -> None:
        """Take what a person changed; what was asked before that is true no longer."""
        self._questions.forget()
        self._take(status)

    def _show_key(self) -> None:
        """Scroll to the key, once there is room for it."""
        QTimer.singleShot(0, self, lambda: self._area.ensureWidgetVisible(self.key))

    def _take(self, status: SyncStatus) -> None:
        had = QApplication.focusWidget()
        here = had is not None and self.isAncestorOf(had)
        for part in self._before:
            part.setHidden(bool(status.folder))
        for part in self._after:
            part.setHidden(not status.folder)
        for box in (self.start, self.run, self.key):
            box.show_status(status)
        self.devices.show({one.id: one for one in status.devices})
        for each in self.devices:
            each.encrypted = status.encrypted
        self._alone.say("" if len(status.devices) > 1 else sync_words.ALONE[status.encrypted])
        self._others.say(sync_words.others(status, but=self.run.wrong))
        self._besides.setHidden(self._others.isHidden())
        in_reading_order(self._content)
        if here and had is not None and not had.isVisible():
            self.take_keyboard()
