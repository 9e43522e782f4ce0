"""The player: the picture or the artwork, the controls, the queue, and what comes next."""

import random
import sys
from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QCursor, QGuiApplication
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout

from mediadesk.engine.messages import ItemView
from mediadesk.play.queue import Entry, Queue, Repeat
from mediadesk.ui import tracks, words
from mediadesk.ui.awake import Awake
from mediadesk.ui.desk import RESUME, Desk
from mediadesk.ui.mpris import Mpris
from mediadesk.ui.pages.page import Page
from mediadesk.ui.playback import SPEEDS, Playback
from mediadesk.ui.widgets.controls import Button, row
from mediadesk.ui.widgets.empty import Empty
from mediadesk.ui.widgets.hero import Hero
from mediadesk.ui.widgets.next_bar import NextBar
from mediadesk.ui.widgets.open_with import OpenWith
from mediadesk.ui.widgets.player_menus import DELAY_S, PlayerMenus
from mediadesk.ui.widgets.queue_panel import QueuePanel
from mediadesk.ui.widgets.screen import Screen
from mediadesk.ui.widgets.transport import JUMP_S, Transport

_IDLE_TICKS = 12
_ASK_AFTER = 3  # films that came by themselves, one after the other
_EMBEDS = frozenset({"xcb", "windows", "cocoa"})
_SAID_TICKS = 8
_QUIETER = 5
_REPEAT_AFTER: dict[Repeat, Repeat] = {"off": "all", "all": "one", "one": "off"}


class PlayerPage(Page):
    """The page that plays."""

    title = "Player"
    full_screen_wanted = Signal(bool)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.playback = Playback(desk)
        self.queue = Queue()
        self._by_itself = 0
        self._full = False
        self._still = 0
        self._pointer = QPoint()
        self._said = "", 0
        self._awake = Awake()
        self._build()
        self._wire()
        # A picture that is taken of the page plays nothing.
        self._mpris = Mpris(self) if _has_media_controls() and not desk.posing else None

    def play(self, item: str, start: float) -> None:
        """Play an item from a second on, or from where it stopped (RESUME); the queue follows."""
        current = self.queue.current
        if current is None or current.item != item:
            if current is None:
                self.queue.start([item])
            else:
                self.queue.add([item], at_once=True)
                self.queue.next(by_hand=True)
        self._be_there()
        self._sit(item, start)

    def enqueue(self, items: Sequence[str], where: str) -> bool:
        """Take items into the queue: now, next, last, or shuffled; tell whether they play now."""
        if not items:
            return False
        plays_now = where in {"now", "shuffled"} or self.queue.current is None
        if where == "shuffled":
            self.queue.shuffle(on=True)
        if plays_now:
            self._be_there()
            chance = random.randrange(len(items)) if where == "shuffled" else 0  # noqa: S311
            self._play_entry(self.queue.start(items, chance))
        else:
            self.queue.add(items, at_once=where == "next")
            plays = "play" if len(items) > 1 else "plays"
            where_to = f"{plays} next" if where == "next" else "added to the queue"
            self._desk.toasted.emit(f"{words.count(len(items), 'item')} {where_to}.", None)
        self._follow_queue()
        return plays_now

    def leave(self) -> None:
        """A film stops; music goes on."""
        if not self._is_sound:
            self.playback.stop()
            self._next_bar.dismiss()
        self.set_full_screen(full=False)

    def enter(self) -> None:
        """Come back to what is in the queue."""
        current = self.queue.current
        if current is None:
            self._show_nothing()
        elif not self.playback.is_on and self.playback.sitting is not None:
            self._sit(current.item, RESUME)

    def close_player(self) -> None:
        """Stop for good: the window is going."""
        self._awake.keep(on=False)
        if self._mpris is not None:
            self._mpris.release()
        self.playback.close()

    def act(self, action: str) -> None:
        sitting = self.playback.sitting
        if action == "play":
            self.toggle()
        elif sitting is not None:
            self._desk.act(words.tile(sitting.item), action)

    def take_keyboard(self) -> None:
        self._transport.toggle.setFocus()

    @property
    def full_screen(self) -> bool:
        """Whether the picture fills the screen."""
        return self._full

    @property
    def volume(self) -> int:
        """How loud it is, 0..100."""
        return self._transport.volume.value()

    def set_volume(self, volume: int) -> None:
        """Be so loud, 0..100."""
        self._transport.volume.setValue(volume)

    def do(self, action: str) -> None:
        """Do what a key or a button says, see `keys.KEYS`."""
        self._be_there()
        self._todo[action]()

    def toggle(self) -> None:
        """Pause, go on, or play again from the start; have what is announced at once."""
        if self._next_bar.is_waiting:
            self._next_bar.go()
        else:
            self.playback.toggle()

    def call_off(self) -> bool:
        """Call off what is announced, else close the queue, and tell whether there was either."""
        if self._next_bar.is_waiting:
            self._next_bar.dismiss()
            self.take_keyboard()
        elif self._panel.isVisible():
            self.show_queue(shown=False)
        else:
            return False
        return True

    def jump(self, seconds: float) -> None:
        """Go forward or back."""
        self.playback.seek(self.playback.position + seconds)

    def stop(self) -> None:
        """End the sitting, and go where one came from."""
        self.playback.stop()
        self._show()

    def next(self) -> None:
        """Go on to what comes next."""
        self._next_bar.dismiss()
        sitting = self.playback.sitting
        entry = self.queue.next(by_hand=True)
        if entry is None and sitting is not None and sitting.following is not None:
            self.queue.add([sitting.following.id])
            entry = self.queue.next(by_hand=True)
        self._play_entry(entry)

    def previous(self) -> None:
        """Go to the beginning, or where one is there to what was played before."""
        entry = None if self.playback.position > JUMP_S else self.queue.previous()
        if entry is None:
            self.playback.seek(0)
        else:
            self._play_entry(entry)

    def toggle_mute(self) -> None:
        """Silence, or sound again."""
        muted = self._transport.volume.isEnabled()
        self._transport.show_mute(muted=muted)
        self.playback.set_volume(0 if muted else self.volume)

    def toggle_full_screen(self) -> None:
        """The other of the two."""
        self.set_full_screen(full=not self._full)

    def set_full_screen(self, *, full: bool) -> None:
        """Fill the screen with the picture, or not."""
        if full != self._full:
            self._full = full
            self._hide_controls(hidden=False)
            self.full_screen_wanted.emit(full)

    def cycle_repeat(self) -> None:
        """Repeat nothing, all, or this one."""
        self.queue.repeat = _REPEAT_AFTER[self.queue.repeat]
        self._follow_queue()

    def toggle_shuffle(self) -> None:
        """Play the queue in an order of chance, or as it stands."""
        self.queue.shuffle(on=not self.queue.shuffled)
        self._follow_queue()

    def cycle(self, kind: str) -> None:
        """Take the next track of a kind, audio or subtitle; after the last subtitles, none."""
        streams = self.playback.streams(kind)
        here = next((n for n, one in enumerate(streams) if one.chosen), -1)
        to = (here + 1) % len(streams) if kind == "audio" and streams else here + 1
        stream = streams[to] if to < len(streams) else None
        if kind == "subtitle":
            self.playback.choose_subtitle(stream)
            self._say(tracks.title(stream, to + 1) if stream else "No subtitles")
        elif stream is not None:
            self.playback.choose_audio(stream)
            self._say(tracks.title(stream, to + 1))

    def step_chapter(self, direction: int) -> None:
        """Go to the next chapter or the one before; where there are none, to the next moment."""
        sitting = self.playback.sitting
        if sitting is None:
            return
        marks = [one.start for one in sitting.chapters or sitting.moments]
        now = self.playback.position
        ahead = [one for one in marks if one > now + 0.5]
        behind = [one for one in marks if one < now - 2]
        if direction > 0 and ahead:
            self.playback.seek(ahead[0])
        elif direction < 0:
            self.playback.seek(behind[-1] if behind else 0.0)

    def step_speed(self, direction: int) -> None:
        """Go faster or slower; 0 is the normal speed."""
        now = min(range(len(SPEEDS)), key=lambda n: abs(SPEEDS[n] - self.playback.speed))
        to = max(0, min(len(SPEEDS) - 1, now + direction)) if direction else SPEEDS.index(1.0)
        self.playback.set_speed(SPEEDS[to])
        self._say(f"Speed {SPEEDS[to]:g} ×")

    def show_queue(self, *, shown: bool) -> None:
        """Show the queue at the right, or not."""
        self._panel.setVisible(shown)
        self._follow_queue()
        if shown:
            self._panel.choose(self.queue.place or 0)
            self._panel.view.setFocus()
        else:
            self.take_keyboard()

    def _build(self) -> None:
        desk = self._desk
        self._screen = Screen()
        self._poster = Hero(desk, art=QSize(560, 315), centred=True)
        self._open_with = OpenWith(desk)
        self._outside = Button(
            desk.theme,
            "Open in the system's player",
            self._open_with.open_outside,
            role="primary",
            drawn="open",
        )
        self._absent = Empty(desk.theme, "film", "", "", self._outside, self._open_with)
        self._library = Button(
            desk.theme, "Open the library", lambda: desk.page_wanted.emit("library"), role="primary"
        )
        self._nothing = Empty(
            desk.theme,
            "play",
            "Nothing plays",
            "Choose a film or a song and press P, or add some to the queue with Q.",
            self._library,
        )
        self._faces = QStackedWidget()
        for widget in (self._poster, self._screen, self._absent, self._nothing):
            self._faces.addWidget(widget)
        self._panel = QueuePanel(desk, self.queue)
        self._panel.hide()
        self._next_bar = NextBar(desk.theme)
        self._transport = Transport(desk)
        self._transport.volume.setValue(80)
        self.playback.set_volume(80)
        self._menus = PlayerMenus(self.playback, self)
        middle = row(self._faces, self._panel, spacing=0)
        middle.setStretch(0, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(middle, 1)
        box.addWidget(self._next_bar)
        box.addWidget(self._transport)

    def _wire(self) -> None:
        transport, panel, menus = self._transport, self._panel, self._menus
        self._screen.double_clicked.connect(self.toggle_full_screen)
        self.playback.sat_down.connect(self._begin)
        self.playback.ticked.connect(self._tick)
        self.playback.ended.connect(self._end)
        self.playback.failed.connect(self._fail)
        transport.pressed.connect(self.do)
        transport.sought.connect(self.playback.seek)
        transport.volume_changed.connect(self.playback.set_volume)
        panel.closed.connect(partial(self.show_queue, shown=False))
        panel.jumped.connect(lambda place: self._play_entry(self.queue.jump(place)))
        panel.removed.connect(self._remove)
        panel.moved.connect(self._move)
        panel.cleared.connect(self._clear)
        self._todo: dict[str, Callable[[], None]] = {
            "toggle": self.toggle,
            "stop": self.stop,
            "jump-back": lambda: self.jump(-JUMP_S),
            "jump-on": lambda: self.jump(JUMP_S),
            "next": self.next,
            "previous": self.previous,
            "next-chapter": lambda: self.step_chapter(1),
            "previous-chapter": lambda: self.step_chapter(-1),
            "louder": lambda: self.set_volume(self.volume + _QUIETER),
            "quieter": lambda: self.set_volume(self.volume - _QUIETER),
            "mute": self.toggle_mute,
            "full-screen": self.toggle_full_screen,
            "shuffle-queue": self.toggle_shuffle,
            "repeat": self.cycle_repeat,
            "show-queue": lambda: self.show_queue(shown=self._panel.isHidden()),
            "next-audio": lambda: self.cycle("audio"),
            "next-subtitles": lambda: self.cycle("subtitle"),
            "subtitles-earlier": lambda: self._delay(-DELAY_S),
            "subtitles-later": lambda: self._delay(DELAY_S),
            "faster": lambda: self.step_speed(1),
            "slower": lambda: self.step_speed(-1),
            "normal-speed": lambda: self.step_speed(0),
            "audio-menu": lambda: menus.audio(transport.audio),
            "subtitle-menu": lambda: menus.subtitles(transport.subtitles),
            "speed-menu": lambda: menus.speed(transport.speed),
            "chapter-menu": self._show_chapters,
        }

    @property
    def _is_sound(self) -> bool:
        sitting = self.playback.sitting
        return sitting is not None and sitting.item.kind in words.SOUND_KINDS

    def _sit(self, item: str, start: float) -> None:
        self._next_bar.dismiss()
        self._open_with.show_item(None)
        self._transport.show_sitting(None)
        self.playback.open(item, start)
        self._follow_queue()

    def _play_entry(self, entry: Entry | None) -> None:
        if entry is not None:
            self._sit(entry.item, RESUME)

    def _begin(self) -> None:
        """Show the item, and play it if it can be."""
        sitting = self.playback.sitting
        if sitting is None:
            return
        self._panel.model.know(sitting.item)
        self._transport.show_sitting(sitting)
        self._poster.show_tile(words.tile(sitting.item))
        self._open_with.show_item(sitting.item)
        self._follow_queue()
        self._show()
        if self._faces.currentWidget() is self._absent or self._desk.posing:
            return
        if not (self.isVisible() or self._is_sound):
            return  # one has gone to another page by now
        on_screen = self._faces.currentWidget() is self._screen
        self.playback.begin(self._screen if on_screen else None)
        self._still = 0

    def _show(self) -> None:
        """Show the face that goes with the item."""
        playback, sitting = self.playback, self.playback.sitting
        if sitting is None:
            return
        self._transport.show_position(playback.start, playback.length, playing=False)
        is_film = not self._is_sound
        embeds = not playback.needs_window or QGuiApplication.platformName() in _EMBEDS
        if not sitting.path:
            self._say_absent("Not connected", _connect(sitting.item), playable=False)
        elif playback.player is None or (is_film and playback.diagnosis):
            self._say_absent("Nothing can play this here", playback.diagnosis, playable=True)
        else:
            shows = is_film and embeds
            self._faces.setCurrentWidget(self._screen if shows else self._poster)

    def _say_absent(self, heading: str, sentence: str, *, playable: bool) -> None:
        self._absent.say(heading, sentence)
        for button in (self._outside, self._open_with):
            button.setVisible(playable)
        self._faces.setCurrentWidget(self._absent)

    def _show_nothing(self) -> None:
        self._transport.show_sitting(None)
        self._transport.show_position(0, 0, playing=False)
        self._faces.setCurrentWidget(self._nothing)

    def _follow_queue(self) -> None:
        if self._panel.isVisibleTo(self):
            self._panel.follow()
        self._transport.show_queue(self.queue, open_=self._panel.isVisibleTo(self))

    def _remove(self, place: int) -> None:
        self.queue.remove(place)
        self._follow_queue()
        self._panel.choose(min(place, len(self.queue.entries) - 1))

    def _move(self, place: int, to: int) -> None:
        self.queue.move(place, to)
        self._follow_queue()
        self._panel.choose(to)

    def _clear(self) -> None:
        self.queue.clear()
        self._follow_queue()

    def _show_chapters(self) -> None:
        sitting = self.playback.sitting
        if sitting is not None and sitting.chapters:
            self._menus.chapters(self._transport.chapters, sitting.chapters)

    def _tick(self) -> None:
        playback, sitting = self.playback, self.playback.sitting
        if sitting is None:
            return
        position, playing = playback.position, playback.playing
        self._transport.show_position(position, playback.length, playing=playing)
        spot = self._transport.seek.spot(position)
        past = [one.text for one in sitting.moments if one.text and one.start <= position]
        line = past[-1] if past else words.line(sitting.item)
        said, left = self._said
        self._said = said, left - 1
        usual = " · ".join(part for part in (spot.chapter, line) if part)
        self._transport.show_moment(said if left > 0 else usual)
        self._awake.keep(on=playing and not self._is_sound)
        self._watch_pointer(playing=playing)

    def _end(self) -> None:
        """Go on by itself: with the queue, or with the next episode or track."""
        self._tick()
        sitting = self.playback.sitting
        following = sitting.following if sitting else None
        entry = self.queue.next()
        if entry is not None:
            self._come_by_itself(partial(self._play_entry, entry), self._title(entry), wait=False)
        elif following is not None:
            self._panel.model.know(following)
            then = partial(self._play_following, following)
            self._come_by_itself(then, following.title, wait=not self._is_sound)

    def _come_by_itself(self, then: Callable[[], None], title: str, *, wait: bool) -> None:
        """Play on, after a moment if it can be called off; films only while somebody is there."""
        self._by_itself += not self._is_sound
        is_late = self._by_itself > _ASK_AFTER
        if not (is_late or wait):
            then()
            return
        self._hide_controls(hidden=False)
        if is_late:
            self._be_there()  # who answers is
            self._next_bar.ask(title, then)
        else:
            self._next_bar.announce(title, then)

    def _title(self, entry: Entry) -> str:
        place = self.queue.entries.index(entry)
        return str(self._panel.model.index(place).data() or "What is next")

    def _play_following(self, following: ItemView) -> None:
        self.queue.add([following.id])
        self._play_entry(self.queue.next(by_hand=True))

    def _fail(self, sentence: str) -> None:
        self._desk.told.emit(sentence, False)
        self._show()

    def _be_there(self) -> None:
        """Somebody did something."""
        self._by_itself = self._still = 0

    def _say(self, text: str) -> None:
        """Say something in the controls for a moment, where a toast would hide them."""
        self._said = text, _SAID_TICKS
        self._transport.show_moment(text)

    def _delay(self, seconds: float) -> None:
        self.playback.delay_subtitles(seconds)
        delay = self.playback.delay
        self._say(f"Subtitles {abs(delay):g} s {'late' if delay > 0 else 'early'}")

    def _watch_pointer(self, *, playing: bool) -> None:
        """In full screen the controls go after three seconds without the mouse."""
        pointer = QCursor.pos()
        if pointer != self._pointer:
            self._be_there()
        self._still = self._still + 1 if pointer == self._pointer else 0
        self._pointer = pointer
        is_quiet = self._full and playing and self._still > _IDLE_TICKS
        self._hide_controls(hidden=is_quiet and self._panel.isHidden())

    def _hide_controls(self, *, hidden: bool) -> None:
        self._transport.setVisible(not hidden)
        self.setCursor(Qt.CursorShape.BlankCursor if hidden else Qt.CursorShape.ArrowCursor)


def _has_media_controls() -> bool:
    """Whether the desktop is one of those that know MPRIS."""
    return sys.platform.startswith("linux")


def _connect(item: ItemView) -> str:
    drive = f"the drive “{item.drive}”" if item.drive else "its drive"
    return f"“{item.title}” is not connected: connect {drive}, then play it again."
