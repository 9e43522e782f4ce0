"""What is played after what: the queue, then what follows by itself while somebody is there."""

import random
from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject, Signal

from mediadesk.engine.messages import ItemView
from mediadesk.play.queue import Entry, Queue, Repeat
from mediadesk.ui.playback import Playback
from mediadesk.ui.queue_model import QueueModel
from mediadesk.ui.widgets.next_bar import NextBar

_ASK_AFTER = 3  # films that came by themselves, one after the other
_REPEAT_AFTER: dict[Repeat, Repeat] = {"off": "all", "all": "one", "one": "off"}


class UpNext(QObject):
    """Goes through a queue; `wanted` carries the item that is to be played now."""

    wanted = Signal(str)
    changed = Signal()  # the queue, or how it is played
    announced = Signal()  # what comes next, or a question whether anybody is there

    def __init__(
        self, queue: Queue, model: QueueModel, playback: Playback, bar: NextBar, parent: QObject
    ) -> None:
        super().__init__(parent)
        self.queue = queue
        self._model = model
        self._playback = playback
        self._bar = bar
        self._by_itself = 0
        self._passed = 0

    def be_there(self) -> None:
        """Somebody did something."""
        self._by_itself = self._passed = 0

    def put(self, item: str) -> None:
        """Have an item be what is played now; the queue follows it."""
        current = self.queue.current
        if current is None:
            self.queue.start([item])
        elif current.item != item:
            self.queue.add([item], at_once=True)
            self.queue.next(by_hand=True)

    def start(self, items: Sequence[str], *, shuffled: bool) -> None:
        """Play these and nothing else."""
        if shuffled:
            self.queue.shuffle(on=True)
        chance = random.randrange(len(items)) if shuffled else 0  # noqa: S311 - no secret
        self.play(self.queue.start(items, chance))

    def play(self, entry: Entry | None) -> None:
        """Play an entry, if there is one."""
        if entry is not None:
            self.wanted.emit(entry.item)

    def next(self) -> None:
        """Go on to what comes next."""
        self._bar.dismiss()
        entry, following = self.queue.next(by_hand=True), self._following
        if entry is not None:
            self.play(entry)
        elif following is not None:
            self._follow(following)

    def previous(self) -> bool:
        """Go back to what was played before; tell whether there is any."""
        entry = self.queue.previous()
        self.play(entry)
        return entry is not None

    def go_on(self) -> None:
        """Go on by itself: with the queue, or with the next episode or track."""
        following = self._following
        entry = self.queue.next()
        if entry is not None:
            title = self._model.title(entry.item)
            self._come(partial(self.play, entry), title, wait=False)
        elif following is not None:
            self._model.know(following)
            then = partial(self._follow, following)
            self._come(then, following.title, wait=not self._playback.is_sound)

    def pass_by(self) -> int:
        """Go on from what is not here, unless a person asked for it; give how many that were.

        That is since one was last played to its end; 0 where it does not go on.
        """
        passed = self._passed
        if not 0 < passed < len(self.queue.entries):
            return 0
        self._passed += 1
        entry = self.queue.next(by_hand=True)
        self.play(entry)
        return passed if entry is not None else 0

    def cycle_repeat(self) -> None:
        """Repeat nothing, all, or this one."""
        self.queue.repeat = _REPEAT_AFTER[self.queue.repeat]
        self.changed.emit()

    def toggle_shuffle(self) -> None:
        """Play the queue in an order of chance, or as it stands."""
        self.queue.shuffle(on=not self.queue.shuffled)
        self.changed.emit()

    @property
    def _following(self) -> ItemView | None:
        """The next episode or track; shuffled, nothing that has come already comes again."""
        sitting = self._playback.sitting
        following = sitting.following if sitting else None
        if following is None or not self.queue.shuffled:
            return following
        return None if following.id in {one.item for one in self.queue.entries} else following

    def _follow(self, following: ItemView) -> None:
        self.queue.add([following.id])
        self.play(self.queue.next(by_hand=True))

    def _come(self, then: Callable[[], None], title: str, *, wait: bool) -> None:
        """Play on, after a moment if it can be called off; films only while somebody is there."""
        self._by_itself += not self._playback.is_sound
        self._passed = 1
        is_late = self._by_itself > _ASK_AFTER
        if not (is_late or wait):
            then()
            return
        self.announced.emit()
        if is_late:
            self.be_there()  # who answers is
            self._bar.ask(title, then)
        else:
            self._bar.announce(title, then)
