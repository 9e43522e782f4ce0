"""The controls of the player: the seek bar, and the buttons below it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy, QWidget

from mediadesk.engine.messages import Sitting, Span
from mediadesk.play.queue import Queue, Repeat
from mediadesk.ui import words
from mediadesk.ui.desk import Desk
from mediadesk.ui.keys import KEYS
from mediadesk.ui.widgets.controls import Button, IconButton, OneLine, column, label, row
from mediadesk.ui.widgets.seek import SeekBar
from mediadesk.ui.widgets.slider import Slider

JUMP_S = 10.0
_SAID_TICKS = 8
_TOO_LATE_S = 1.0  # before the end of an intro: nothing is left to be skipped
_REPEATS: dict[Repeat, str] = {
    "off": "Repeat: off",
    "all": "Repeat: all",
    "one": "Repeat: this one",
}


class Transport(QWidget):
    """What a person does is told by `pressed` with the name of its key, see `keys.KEYS`."""

    pressed = Signal(str)
    sought = Signal(float)
    volume_changed = Signal(int)
    offered = Signal()  # to skip an intro or credits

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._names: dict[IconButton, tuple[str, str]] = {}
        self._sitting: Sitting | None = None
        self._said = "", 0
        self.span: Span | None = None  # that is played just now
        desk.keys.changed.connect(self._name_all)
        self.seek = SeekBar(desk)
        self.seek.sought.connect(self.sought)
        self._now, self._left = label("0:00", "small"), label("0:00", "small")
        self._name, self._moment = OneLine("", "strong"), OneLine("", "small")
        self.toggle = self._button("play", "Play or pause", "toggle", size=28)
        self.toggle.setProperty("role", "large")
        self.shuffle = self._switch("shuffle", "Shuffle", "shuffle-queue")
        self.repeat = self._switch("repeat", _REPEATS["off"], "repeat")
        self.previous = self._button("previous", "Previous", "previous")
        self.next = self._button("next", "Next", "next")
        back = self._button("rewind", f"Back {JUMP_S:g} seconds", "jump-back")
        on = self._button("forward", f"On {JUMP_S:g} seconds", "jump-on")
        self.audio = self._button("voice", "Sound: which track", "audio-menu")
        self.subtitles = self._button("subtitles", "Subtitles", "subtitle-menu")
        self.speed = self._button("speed", "Speed", "speed-menu")
        self.chapters = self._button("chapters", "Chapters", "chapter-menu")
        self.mute = self._button("volume", "Mute", "mute")
        self.volume = Slider(desk.theme, "Volume", steps=100)
        self.volume.setFixedWidth(96)
        self.volume.valueChanged.connect(self.volume_changed)
        self.queue = self._switch("queue", "Queue", "show-queue")
        full = self._button("fullscreen", "Full screen", "full-screen")
        self.skip = Button(
            desk.theme, "Skip", lambda: self.pressed.emit("skip"), role="chip", drawn="next"
        )
        self.skip.hide()
        middle = row(
            self.shuffle, self.previous, back, self.toggle, on, self.next, self.repeat, spacing=4
        )
        right = row(
            0, self.audio, self.subtitles, self.speed, self.chapters, self.mute, self.volume,
            self.queue, full, spacing=2,
        )  # fmt: skip
        holder, rest = QWidget(), QWidget()
        holder.setLayout(column(self._name, self._moment, spacing=2))
        rest.setLayout(right)
        for side in (holder, rest):  # so that what is between them stands in the middle
            side.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            side.setMinimumWidth(120)
        rest.setMinimumWidth(rest.sizeHint().width())
        buttons = row(holder, middle, rest, spacing=12)
        buttons.setStretch(0, 1)
        buttons.setStretch(2, 1)
        top = row(self._now, self.seek, self._left, self.skip, spacing=12)
        top.setStretch(1, 1)
        pile = column(top, buttons, spacing=4)
        pile.setContentsMargins(24, 10, 24, 12)
        self.setLayout(pile)

    def show_sitting(self, sitting: Sitting | None) -> None:
        """Be about an item, or about none while it is not known."""
        self._sitting = sitting
        self._name.say(sitting.item.title if sitting else "")
        self._moment.say(words.line(sitting.item) if sitting else "")
        self.seek.show_marks(sitting)
        self.chapters.setVisible(sitting is not None and bool(sitting.chapters))
        self._offer_to_skip(None)

    def show_position(self, position: float, length: float, *, playing: bool) -> None:
        """Stand at a second of so many, and say what is there; called at each tick."""
        self.toggle.draw("pause" if playing else "play")
        self.seek.show_position(position, length)
        self._now.setText(words.clock(position))
        self._left.setText(words.clock(length))
        spans = self._sitting.spans if self._sitting else ()
        within = (one for one in spans if one.start <= position < one.end - _TOO_LATE_S)
        self._offer_to_skip(next(within, None))
        said, ticks = self._said
        self._said = said, ticks - 1
        self._moment.say(said if ticks > 0 else self._what_is_at(position))

    def say(self, text: str) -> None:
        """Say something for a moment, where a toast would hide the controls."""
        self._said = text, _SAID_TICKS
        self._moment.say(text)

    def show_queue(self, queue: Queue, *, open_: bool) -> None:
        """Show how the queue is played."""
        self.shuffle.setChecked(queue.shuffled)
        self.repeat.setChecked(queue.repeat != "off")
        self.repeat.draw("repeat-one" if queue.repeat == "one" else "repeat")
        self._name_it(self.repeat, _REPEATS[queue.repeat], "repeat")
        self.queue.setChecked(open_)

    def show_mute(self, *, muted: bool) -> None:
        """Be silent, or not."""
        self.volume.setEnabled(not muted)
        self.mute.draw("muted" if muted else "volume")
        self._name_it(self.mute, "Sound on" if muted else "Mute", "mute")

    def _offer_to_skip(self, span: Span | None) -> None:
        """Offer to go to the end of a span that is played, or none."""
        if span == self.span:
            return
        self.span = span
        if self.skip.hasFocus():
            self.toggle.setFocus()
        self.skip.setVisible(span is not None)
        if span is not None:
            says = f"Skip {span.label}"
            self.skip.say(says)
            self.skip.setToolTip(self._desk.keys.named(says, "skip"))
            self.offered.emit()

    def _what_is_at(self, second: float) -> str:
        if self._sitting is None:
            return ""
        moments = self._sitting.moments
        past = [one.text for one in moments if one.text and one.start <= second]
        line = past[-1] if past else words.line(self._sitting.item)
        return " · ".join(part for part in (self.seek.chapter(second), line) if part)

    def _button(self, drawn: str, name: str, action: str, *, size: int = 20) -> IconButton:
        def press() -> None:
            self.pressed.emit(action)

        made = IconButton(self._desk.theme, drawn, name, press, size=size)
        self._name_it(made, name, action)
        return made

    def _name_it(self, button: IconButton, says: str, action: str) -> None:
        self._names[button] = says, action
        button.say(self._desk.keys.named(says, action) if action in KEYS else says)

    def _name_all(self) -> None:
        """Name the keys of now."""
        for button, (says, action) in tuple(self._names.items()):
            self._name_it(button, says, action)

    def _switch(self, drawn: str, name: str, action: str) -> IconButton:
        made = self._button(drawn, name, action)
        made.setCheckable(True)
        return made
