"""The player: the picture or the artwork, the controls, the queue, and what comes next."""

import sys
from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout

from mediadesk.api import UserError
from mediadesk.ui import item_words, words
from mediadesk.ui.awake import Awake
from mediadesk.ui.desk import RESUME, Desk
from mediadesk.ui.full_screen import FullScreen
from mediadesk.ui.kept_queue import KeptQueue
from mediadesk.ui.mpris import Mpris
from mediadesk.ui.pages.page import Page
from mediadesk.ui.playback import Playback
from mediadesk.ui.player_acts import PlayerActs
from mediadesk.ui.queue_model import QueueModel
from mediadesk.ui.up_next import UpNext
from mediadesk.ui.widgets.controls import row
from mediadesk.ui.widgets.next_bar import NextBar
from mediadesk.ui.widgets.player_menus import PlayerMenus
from mediadesk.ui.widgets.queue_panel import QueuePanel
from mediadesk.ui.widgets.stage import Stage
from mediadesk.ui.widgets.transport import JUMP_S, Transport

_VOLUME = 80


class PlayerPage(Page):
    """The page that plays."""

    title = "Player"
    full_screen_wanted = Signal(bool)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.playback = Playback(desk)
        self._kept = KeptQueue(desk)
        self.queue = self._kept.queue
        self._begins = False  # what one sits down with is played at once
        self._failed = ""  # why what was played last can't be
        self._goes_on = False  # what was left is played again when one comes back
        self._screen = FullScreen(self)
        self._awake = Awake()
        self._build()
        self._todo = self._all_acts()
        self._wire()
        # A picture that is taken of the page plays nothing.
        self._mpris = Mpris(self, self) if _has_media_controls() and not desk.posing else None

    def play(self, item: str, start: float) -> None:
        """Play an item from a second on, or from where it stopped (RESUME); the queue follows."""

        def todo() -> None:
            self._be_there()
            self.up_next.put(item)
            self._play(item, start)

        self._kept.when_known(todo)

    def enqueue(self, items: Sequence[str], where: str) -> None:
        """Take items into the queue: now, next, last, or shuffled; turn here if they play now."""
        if items:
            self._kept.when_known(partial(self._enqueue, tuple(items), where))

    def enter(self) -> None:
        """Come back to what is in the queue."""
        self._kept.when_known(self._enter)

    def leave(self) -> None:
        """A film stops; music goes on."""
        if not self.playback.is_sound:
            self._goes_on = self.playback.playing
            self.playback.stop()
            self._next_bar.dismiss()
        self.set_full_screen(full=False)

    def refresh(self, what: frozenset[str]) -> None:
        if "items" in what:
            self._panel.model.ask_anew()
            if self.playback.sitting is not None and not self.playback.sitting.path:
                self._begins = False  # it can be played, and is when somebody says so
                self.playback.look_again()

    def close_player(self) -> None:
        """Stop for good: the window is going."""
        self._awake.keep(on=False)
        if self._mpris is not None:
            self._mpris.release()
        self.playback.close()
        self._kept.close()

    def act(self, action: str) -> None:
        sitting = self.playback.sitting
        if action == "play":
            self.toggle()
        elif sitting is not None:
            self._desk.act(words.tile(sitting.item), action)

    def take_keyboard(self) -> None:
        outside = self.stage.outside  # where nothing can be played, that is what is left to do
        (outside if outside.isVisible() else self.transport.toggle).setFocus()

    @property
    def full_screen(self) -> bool:
        """Whether the picture fills the screen."""
        return self._screen.on

    @property
    def volume(self) -> int:
        """How loud it is, 0..100."""
        return self.acts.volume

    def set_volume(self, volume: int) -> None:
        """Be so loud, 0..100."""
        self.acts.set_volume(volume)

    def do(self, action: str) -> None:
        """Do what a key or a button says, see `keys.KEYS`."""
        self._be_there()
        self._todo[action]()

    def toggle(self) -> None:
        """Pause, go on, or play again from the start; have what is announced at once."""
        if self._next_bar.is_waiting:
            self._next_bar.go()
        else:
            self._begins = True
            self.playback.toggle()

    def stop(self) -> None:
        """End the sitting; it can be gone on with."""
        self.playback.stop()
        self._show()

    def change_hands(self) -> None:
        """Have what somebody else left to be played."""
        self.playback.change_hands()
        self._kept.take_anew()

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

    def previous(self) -> None:
        """Go to the beginning, or where one is there to what was played before."""
        if self.playback.position > JUMP_S or not self.up_next.previous():
            self.playback.seek(0)

    def set_full_screen(self, *, full: bool) -> None:
        """Fill the screen with the picture, or not."""
        self._hide_controls(hidden=False)
        self._screen.turn(on=full)

    def show_queue(self, *, shown: bool) -> None:
        """Show the queue at the right, or not."""
        self._panel.setVisible(shown)
        self._show_how_it_is_played()
        if shown:
            self._panel.choose(self.queue.place or 0)
            self._panel.view.setFocus()
        else:
            self.take_keyboard()

    def _build(self) -> None:
        desk = self._desk
        self.stage = Stage(desk, self.playback)
        model = QueueModel(desk, self.queue)
        self._panel = QueuePanel(desk, model)
        self._panel.hide()
        self._next_bar = NextBar(desk.theme)
        self.up_next = UpNext(self.queue, model, self.playback, self._next_bar, self)
        self.transport = Transport(desk)
        self.acts = PlayerActs(self.playback, self.transport, self)
        self.menus = PlayerMenus(self.playback, self)
        middle = row(self.stage, self._panel, spacing=0)
        middle.setStretch(0, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(middle, 1)
        box.addWidget(self._next_bar)
        box.addWidget(self.transport)

    def _all_acts(self) -> dict[str, Callable[[], None]]:
        transport, menus, up_next = self.transport, self.menus, self.up_next
        return self.acts.todo | {
            "toggle": self.toggle,
            "stop": self.stop,
            "next": up_next.next,
            "previous": self.previous,
            "shuffle-queue": up_next.toggle_shuffle,
            "repeat": up_next.cycle_repeat,
            "full-screen": lambda: self.set_full_screen(full=not self.full_screen),
            "show-queue": lambda: self.show_queue(shown=self._panel.isHidden()),
            "audio-menu": lambda: menus.audio(transport.audio),
            "subtitle-menu": lambda: menus.subtitles(transport.subtitles),
            "speed-menu": lambda: menus.speed(transport.speed),
            "chapter-menu": lambda: menus.chapters(transport.chapters),
        }

    def _wire(self) -> None:
        playback, transport, panel = self.playback, self.transport, self._panel
        playback.learnt.connect(self._introduce)
        playback.sat_down.connect(self._sat_down)
        playback.stopped.connect(self._keep)
        playback.told.connect(self._keep)
        playback.ticked.connect(self._tick)
        playback.ended.connect(self._end)
        playback.failed.connect(self._fail)
        playback.missed.connect(self._miss)
        self._kept.taken_up.connect(self._take_up)
        self.up_next.wanted.connect(lambda item: self._play(item, RESUME))
        self.up_next.changed.connect(self._queue_changed)
        self.up_next.announced.connect(lambda: self._hide_controls(hidden=False))
        self.acts.said.connect(transport.say)
        self._screen.wanted.connect(self.full_screen_wanted)
        self._screen.moved.connect(self._be_there)
        self.stage.double_clicked.connect(partial(self.do, "full-screen"))
        transport.pressed.connect(self.do)
        transport.sought.connect(playback.seek)
        transport.offered.connect(self._be_seen)
        transport.volume_changed.connect(playback.set_volume)
        panel.closed.connect(partial(self.show_queue, shown=False))
        panel.jumped.connect(self._jump)
        panel.changed.connect(self._queue_changed)
        self.set_volume(_VOLUME)

    def _enqueue(self, items: tuple[str, ...], where: str) -> None:
        if where in {"now", "shuffled"} or self.queue.current is None:
            self._be_there()
            self.up_next.start(items, shuffled=where == "shuffled")
            if not self.isVisible():
                self._desk.page_wanted.emit("player")
            return
        self.queue.add(items, at_once=where == "next")
        self._queue_changed()
        plays = "play" if len(items) > 1 else "plays"
        where_to = f"{plays} next" if where == "next" else "added to the queue"
        self._desk.toasted.emit(f"{words.count(len(items), 'item')} {where_to}.", None)

    def _jump(self, place: int) -> None:
        self._be_there()
        self.up_next.play(self.queue.jump(place))

    def _enter(self) -> None:
        goes_on, self._goes_on = self._goes_on, False
        if self.queue.current is None:
            self._show_nothing()
        elif goes_on and not self.playback.is_on:
            self._play(self.queue.current.item, RESUME)
        else:
            self._show()

    def _play(self, item: str, start: float) -> None:
        """Play what is current in the queue."""
        self._begins = True
        self._next_bar.dismiss()
        self.stage.open_with.show_item(None)
        self.transport.show_sitting(None)
        self.playback.open(item, start)
        self._queue_changed()

    def _take_up(self, second: float) -> None:
        """Be where one was when the window was last closed, without playing on."""
        if self.queue.current is not None:
            self.playback.open(self.queue.current.item, RESUME, left_at=second)
            self._queue_changed()

    def _introduce(self) -> None:
        """Show what one sits down with, while libVLC may still be on its way."""
        sitting = self.playback.sitting
        if sitting is not None:
            self._panel.model.know(sitting.item)
            self.transport.show_sitting(sitting)
            self.stage.introduce(sitting.item)

    def _sat_down(self) -> None:
        """Play the item if it can be, or say why not."""
        sitting = self.playback.sitting
        if sitting is None:
            return
        if not sitting.path and self._pass_by(item_words.where(sitting.item, "") or "not found"):
            return
        self._show()
        if self.transport.toggle.hasFocus():
            self.take_keyboard()
        if not (self._begins and self.stage.has_all) or self._desk.posing:
            return
        if not (self.isVisible() or self.playback.is_sound):
            return  # one has gone to another page by now
        self._next_bar.dismiss()
        if self._failed:
            self._desk.settled.emit(self._failed)  # this is another, or it is told again
            self._failed = ""
        self.playback.begin(self.stage.surface)
        self.stage.show_sitting()
        self._screen.stir()

    def _show(self) -> None:
        playback = self.playback
        if playback.sitting is None:
            return
        self.stage.show_sitting()
        self.transport.show_position(playback.position, playback.length, playing=playback.playing)

    def _show_nothing(self) -> None:
        self.transport.show_sitting(None)
        self.transport.show_position(0, 0, playing=False)
        self.stage.show_nothing()

    def _pass_by(self, why: str) -> bool:
        """Go on from what came by itself and can't be played, and say so; tell whether one does."""
        sitting, passed = self.playback.sitting, self.up_next.pass_by()
        if not passed:
            return False
        name = f"“{words.short(sitting.item.title)}”" if sitting else "An item"
        one = f"{name} is passed over: {why}."
        several = f"{words.count(passed, 'item')} are passed over: they can't be played."
        self._desk.toasted.emit(one if passed == 1 else several, self.up_next)
        return True

    def _fail(self, sentence: str) -> None:
        # What breaks off may go on there: its drive is gone rather than that it is damaged.
        is_begun = self.playback.position > 0
        if self.playback.is_sound and not is_begun and self._pass_by("it can't be played"):
            return
        self._failed = sentence
        self._desk.told.emit(sentence, False)
        self._show()

    def _miss(self, error: BaseException) -> None:
        """Go on from an item that is no longer in the library, or say so."""
        is_gone = isinstance(error, UserError)
        if is_gone and self._pass_by("it is no longer in the library"):
            return
        if is_gone:
            self._show_nothing()
        self._desk.report(error)

    def _keep(self) -> None:
        self._kept.keep(self.playback.position)

    def _queue_changed(self) -> None:
        self._keep()
        self._show_how_it_is_played()

    def _show_how_it_is_played(self) -> None:
        is_open = self._panel.isVisibleTo(self)
        if is_open:
            self._panel.follow()
        self.transport.show_queue(self.queue, open_=is_open)

    def _tick(self) -> None:
        playback, playing = self.playback, self.playback.playing
        self.transport.show_position(playback.position, playback.length, playing=playing)
        self._awake.keep(on=playing and not playback.is_sound)
        is_quiet = self._screen.is_quiet(playing=playing)
        self._hide_controls(hidden=is_quiet and self._panel.isHidden())

    def _end(self) -> None:
        self._tick()
        self.up_next.go_on()

    def _be_seen(self) -> None:
        """Show the controls, as if the mouse had moved."""
        self._screen.stir()
        self._hide_controls(hidden=False)

    def _be_there(self) -> None:
        """Somebody did something."""
        self._screen.stir()
        self.up_next.be_there()

    def _hide_controls(self, *, hidden: bool) -> None:
        self.transport.setVisible(not hidden)
        self.setCursor(Qt.CursorShape.BlankCursor if hidden else Qt.CursorShape.ArrowCursor)


def _has_media_controls() -> bool:
    """Whether the desktop is one of those that know MPRIS."""
    return sys.platform.startswith("linux")
