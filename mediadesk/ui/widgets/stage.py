"""What is seen of what plays: the picture, else its artwork, else why nothing can be played."""

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QStackedWidget

from mediadesk import paths
from mediadesk.engine.messages import ItemView
from mediadesk.ui import tracks, words
from mediadesk.ui.desk import Desk
from mediadesk.ui.keys import KeyMap, shown
from mediadesk.ui.playback import Playback
from mediadesk.ui.widgets.controls import Button
from mediadesk.ui.widgets.drop import dropped
from mediadesk.ui.widgets.drop_hint import DropHint
from mediadesk.ui.widgets.empty import Empty
from mediadesk.ui.widgets.hero import Hero
from mediadesk.ui.widgets.open_with import OpenWith
from mediadesk.ui.widgets.screen import Screen

_EMBEDS = frozenset({"xcb", "windows", "cocoa"})


class Stage(QStackedWidget):
    """Shows one of its faces; a double click on the picture is for full screen.

    Files of subtitles are shown that are dropped onto a film; what else is dropped is the window's.
    """

    double_clicked = Signal()

    def __init__(self, desk: Desk, playback: Playback) -> None:
        super().__init__()
        self._desk = desk
        self._playback = playback
        self.screen_ = Screen()
        self.screen_.double_clicked.connect(self.double_clicked)
        self.poster = Hero(desk, art=QSize(560, 315), centred=True)
        self.open_with = OpenWith(desk)
        self.outside = Button(
            desk.theme,
            "Open in the system's player",
            self.open_with.open_outside,
            role="primary",
            drawn="open",
        )
        self.absent = Empty(desk.theme, "film", "", "", self.outside, self.open_with)
        self.library = Button(
            desk.theme, "Open the library", lambda: desk.page_wanted.emit("library"), role="primary"
        )
        self.nothing = Empty(desk.theme, "play", "Nothing plays", "", self.library)
        for face in (self.poster, self.screen_, self.absent, self.nothing):
            self.addWidget(face)
        desk.keys.changed.connect(self._tell_keys)
        self._tell_keys()
        self.hint = DropHint(desk.theme, self)
        self.setAcceptDrops(True)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        file = self._subtitles(event)
        event.setAccepted(bool(file))
        if file:
            name = words.short(paths.shown(file.rpartition("/")[2]))
            self.hint.say("Drop to show these subtitles", f"“{name}”")

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        super().dragLeaveEvent(event)
        self.hint.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        self.hint.hide()
        if file := self._subtitles(event):  # else what played has ended
            self._playback.choose_file(file)

    @property
    def surface(self) -> Screen | None:
        """Where pictures of the item are to be drawn; None where there are none to be seen."""
        embeds = not self._playback.needs_window or QGuiApplication.platformName() in _EMBEDS
        return self.screen_ if embeds and not self._playback.is_sound else None

    @property
    def has_all(self) -> bool:
        """Whether the item can be played here."""
        return self.currentWidget() in {self.poster, self.screen_}

    def introduce(self, item: ItemView) -> None:
        """Show an item before it is known what can be played of it."""
        self.poster.show_tile(words.tile(item))
        if self.currentWidget() is not self.screen_:
            self.setCurrentWidget(self.poster)

    def show_sitting(self) -> None:
        """Show the face that goes with the item, and with whether it is played."""
        playback, sitting = self._playback, self._playback.sitting
        self.open_with.show_item(sitting.item if sitting else None)
        if sitting is None:
            return
        if not sitting.path:
            heading = words.absence(sitting.item) or "Not found"
            self._say_absent(heading, words.remedy(sitting.item), playable=False)
        elif playback.player is None or (playback.diagnosis and not playback.is_sound):
            self._say_absent("Nothing can play this here", playback.diagnosis, playable=True)
        else:
            plays = playback.is_on and self.surface is not None
            self.setCurrentWidget(self.screen_ if plays else self.poster)

    def show_nothing(self) -> None:
        """Say what to do next."""
        self.setCurrentWidget(self.nothing)

    def _subtitles(self, event: QDropEvent) -> str:
        """Give the file of subtitles that is dragged here; empty where none could be shown."""
        playback = self._playback
        takes = playback.is_on and playback.player is not None and playback.player.takes_files
        files = dropped(event.mimeData()) if takes and not playback.is_sound else []
        return next((path for path in files if tracks.is_file(path)), "")

    def _say_absent(self, heading: str, sentence: str, *, playable: bool) -> None:
        self.absent.say(heading, sentence)
        for button in (self.outside, self.open_with):
            button.setVisible(playable)
        self.setCurrentWidget(self.absent)

    def _tell_keys(self) -> None:
        self.nothing.say("Nothing plays", _how_to_begin(self._desk.keys))


def _how_to_begin(keys: KeyMap) -> str:
    play, queue = (shown(keys.of(name)) for name in ("play", "queue"))
    by_play, by_queue = (f" with {one}" if one else "" for one in (play, queue))
    return f"Choose a film or a song and play it{by_play}, or add some to the queue{by_queue}."
