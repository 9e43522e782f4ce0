"""Plays one item: the picture, the transport bar, the moments on the seek bar."""

from concurrent.futures import Future, ThreadPoolExecutor

from PySide6.QtCore import QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCursor, QGuiApplication, QMouseEvent
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from mediadesk.engine.messages import ItemPage, Verbs
from mediadesk.play import qt, vlc
from mediadesk.play.player import INSTALL, Player
from mediadesk.play.report import PlayTold, Report
from mediadesk.ui import words
from mediadesk.ui.desk import RESUME, Desk
from mediadesk.ui.pages.page import Page
from mediadesk.ui.widgets.controls import Button, IconButton, OneLine, column, label, row
from mediadesk.ui.widgets.empty import Empty
from mediadesk.ui.widgets.hero import Hero
from mediadesk.ui.widgets.open_with import OpenWith
from mediadesk.ui.widgets.seek import SeekBar
from mediadesk.ui.widgets.slider import Slider

_TICK_MS = 250
_IDLE_TICKS = 12
_JUMP_S = 10.0
_EMBEDS = frozenset({"xcb", "windows", "cocoa"})


class Screen(QWidget):
    """The black surface with a native window, into which the player draws."""

    double_clicked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_DontCreateNativeAncestors)
        self.setAttribute(Qt.WidgetAttribute.WA_NativeWindow)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setStyleSheet("background: black;")
        self.setAccessibleName("Video")

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: ARG002
        self.double_clicked.emit()


class PlayerPage(Page):
    """The page that plays."""

    title = "Player"
    full_screen_wanted = Signal(bool)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._questions = desk.ask_anew()
        self._player: Player | None = None
        self._looked = False
        self._content: ItemPage | None = None
        self._start = RESUME
        self._report: Report | None = None
        self._full = False
        self._still = 0
        self._pointer = QPoint()
        self._loader = ThreadPoolExecutor(max_workers=1, thread_name_prefix="player-loader")
        self._ticking = QTimer(self, interval=_TICK_MS)
        self._ticking.timeout.connect(self._tick)
        self._build()

    def play(self, item: str, start: float) -> None:
        """Play an item from a second on, or from where it stopped (RESUME)."""
        self._end_sitting()
        self._content = None
        self._start = start
        self._name.say("")
        self._open_with.show_item(None)
        self._questions.ask(self._take, Verbs.item, item)

    def leave(self) -> None:
        self._end_sitting()
        self.set_full_screen(full=False)

    def close_player(self) -> None:
        """Stop for good: the window is going."""
        self._end_sitting()
        if self._player is not None:
            self._player.close()
        self._loader.shutdown()

    def act(self, action: str) -> None:
        if self._content is None:
            return
        if action == "play":
            self.toggle()
        else:
            self._desk.act(words.tile(self._content.item), action)

    def take_keyboard(self) -> None:
        self._toggle_button.setFocus()

    def toggle(self) -> None:
        """Pause, go on, or play again from the start."""
        player = self._player
        if player is None or self._content is None:
            return
        if player.ended:
            self._start = 0.0
            self._begin()
        else:
            player.pause(paused=player.playing)

    def jump(self, seconds: float) -> None:
        """Go forward or back."""
        if self._player is not None and self._report is not None:
            self._player.seek(max(0.0, self._player.position + seconds))

    def seek(self, second: float) -> None:
        """Go to a second."""
        if self._player is not None and self._report is not None:
            self._player.seek(second)

    def set_full_screen(self, *, full: bool) -> None:
        """Fill the screen with the picture, or not."""
        if full != self._full:
            self._full = full
            self._bar.show()
            self.full_screen_wanted.emit(full)

    def toggle_full_screen(self) -> None:
        """The other of the two."""
        self.set_full_screen(full=not self._full)

    @property
    def full_screen(self) -> bool:
        """Whether the picture fills the screen."""
        return self._full

    def _build(self) -> None:
        theme = self._desk.theme
        self._screen = Screen()
        self._screen.double_clicked.connect(self.toggle_full_screen)
        self._poster = Hero(self._desk, art=QSize(560, 315), centred=True)
        self._open_with = OpenWith(self._desk)
        self._outside = Button(
            theme,
            "Open in the system's player",
            self._open_with.open_outside,
            role="primary",
            drawn="open",
        )
        self._absent = Empty(
            theme, "film", "No player here", INSTALL, self._outside, self._open_with
        )
        self._faces = QStackedLayout()
        for widget in (self._poster, self._screen, self._absent):
            self._faces.addWidget(widget)
        self._seek = SeekBar(theme)
        self._seek.sought.connect(self.seek)
        self._now = label("0:00", "small")
        self._left = label("0:00", "small")
        self._name = OneLine("", "strong")
        self._moment = OneLine("", "small")
        back = IconButton(theme, "rewind", "Back 10 seconds (←)", lambda: self.jump(-_JUMP_S))
        on = IconButton(theme, "forward", "On 10 seconds (→)", lambda: self.jump(_JUMP_S))
        self._toggle_button = IconButton(
            theme, "play", "Play or pause (Space)", self.toggle, size=28
        )
        self._toggle_button.setProperty("role", "large")
        self._mute = IconButton(theme, "volume", "Mute (M)", self.toggle_mute)
        self._volume = Slider(theme, "Volume", steps=100)
        self._volume.setValue(80)
        self._volume.setFixedWidth(128)
        self._volume.valueChanged.connect(self._set_volume)
        full = IconButton(theme, "fullscreen", "Full screen (F)", self.toggle_full_screen)
        words_left = column(self._name, self._moment, spacing=2)
        holder = QWidget()
        holder.setLayout(words_left)
        right = QWidget()
        right.setLayout(row(0, self._mute, self._volume, full))
        keys = row(holder, back, self._toggle_button, on, right, spacing=12)
        keys.setStretch(0, 1)
        keys.setStretch(4, 1)
        top = row(self._now, self._seek, self._left, spacing=12)
        top.setStretch(1, 1)
        pile = column(top, keys, spacing=4)
        pile.setContentsMargins(24, 10, 24, 12)
        self._bar = QWidget()
        self._bar.setLayout(pile)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(self._faces, 1)
        box.addWidget(self._bar)

    def toggle_mute(self) -> None:
        """Silence, or sound again."""
        silent = self._volume.isEnabled()
        self._volume.setEnabled(not silent)
        self._mute.draw("muted" if silent else "volume")
        self._set_volume(0 if silent else self._volume.value())

    def _set_volume(self, volume: int) -> None:
        if self._player is not None:
            self._player.set_volume(volume)

    def _take(self, content: ItemPage) -> None:
        self._content = content
        item = content.item
        self._name.say(item.title)
        self._moment.say(words.line(item))
        self._poster.show_tile(words.tile(item))
        self._faces.setCurrentWidget(self._poster)
        self._seek.show_moments(content.moments)
        self._seek.show_position(0, item.duration_s)
        self._left.setText(words.clock(item.duration_s))
        if self._looked:
            self._begin()
        else:
            looking: Future[Player | None] = self._loader.submit(vlc.find)
            looking.add_done_callback(self._desk.bridge.post(self._take_player))

    def _take_player(self, found: Player | None) -> None:
        if not self._looked:
            self._looked = True
            self._player = found or (qt.QtPlayer() if qt.HERE else None)
        if self._content is not None:
            self._begin()

    def _begin(self) -> None:
        if self._content is None:
            return
        item = self._content.item
        shows = item.kind not in words.SOUND_KINDS
        embeds = QGuiApplication.platformName() in _EMBEDS
        if self._player is None or item.path is None or not item.available:
            missing = f"“{item.title}” is not connected: connect its drive, then play it again."
            playable = item.path is not None and item.available
            self._absent.say(
                "No player here" if playable else "Not connected", INSTALL if playable else missing
            )
            self._open_with.show_item(item)
            for button in (self._outside, self._open_with):
                button.setVisible(playable)
            self._faces.setCurrentWidget(self._absent)
            return
        self._player.attach(self._screen if shows and embeds else None)
        self._faces.setCurrentWidget(self._screen if shows and embeds else self._poster)
        start = self._start
        if start == RESUME:
            start = 0.0 if item.finished else item.position_s
        self._seek.show_position(start, item.duration_s)
        self._now.setText(words.clock(start))
        if self._desk.posing:
            return
        self._report = Report(self._tell)
        self._player.open(item.path, start=start)
        self._set_volume(self._volume.value())
        self._still = 0
        self._ticking.start()

    def _tell(self, kind: PlayTold, share: float, position: float) -> None:
        if self._content is not None:
            self._desk.note(self._content.item.id, kind, share=share, position=position)

    def _end_sitting(self) -> None:
        self._ticking.stop()
        if self._report is not None and self._player is not None:
            self._report.stop(self._length())
            self._player.stop()
        self._report = None

    def _length(self) -> float:
        known = self._content.item.duration_s if self._content else 0.0
        return (self._player.length if self._player else 0.0) or known

    def _tick(self) -> None:
        player = self._player
        if player is None or self._report is None or self._content is None:
            return
        position, length = player.position, self._length()
        if player.problem is not None:
            self._end_sitting()
            self._desk.told.emit(player.problem, False)
            return
        playing = player.playing
        if playing:
            self._report.tick(position, length)
        self._toggle_button.draw("pause" if playing else "play")
        self._seek.show_position(length if player.ended else position, length)
        self._now.setText(words.clock(position))
        self._left.setText(words.clock(length))
        past = [one for one in self._content.moments if one.text and one.start <= position]
        self._moment.say(past[-1].text if past else words.line(self._content.item))
        self._hide_bar_when_idle(playing=playing)

    def _hide_bar_when_idle(self, *, playing: bool) -> None:
        """In full screen the bar goes after three seconds without the mouse."""
        pointer = QCursor.pos()
        self._still = self._still + 1 if pointer == self._pointer else 0
        self._pointer = pointer
        self._bar.setVisible(not (self._full and playing and self._still > _IDLE_TICKS))
