"""What a person did, so that each act can be told, taken back, and done again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Signal

from mediadesk.api.errors import TakenBackError
from mediadesk.engine.messages import Change, FeedbackKind, Organising
from mediadesk.ui.desk import Desk
from mediadesk.ui.widgets.notices import Notice
from mediadesk.ui.words import Tile

_KEPT = 100


@dataclass(frozen=True, slots=True, eq=False)
class Deed:
    """An act that is told.

    `other` goes the other way: it hands on the deed that this was, or None if there is no way any
    more, or calls its second argument if it was refused.
    """

    says: str
    other: Callable[[Callable[["Deed | None"], None], Callable[[], None]], None]


class Deeds(QObject):
    """The acts of this sitting, the newest last; those taken back can be done again."""

    told = Signal(object)  # a Notice of a Deed, with the button for going the other way
    settled = Signal(object)  # a Deed that has gone the other way

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self._done: list[Deed] = []
        self._undone: list[Deed] = []
        self._going: set[Deed] = set()  # the other way, which is not answered yet
        desk.done.connect(self._changed)
        desk.thought.connect(lambda *given: self._act(self._of_feedback(*given)))
        desk.toasted.connect(lambda told, about: self.told.emit(Notice(told, about=about)))

    def undo(self) -> None:
        """Take back the last act."""
        self._take_last(self._done, "undo")

    def redo(self) -> None:
        """Do again what was taken back last."""
        self._take_last(self._undone, "redo")

    def forget(self) -> None:
        """Know of no act any more: somebody else looks, whose acts these are not."""
        self._done.clear()
        self._undone.clear()
        self._going.clear()

    def take(self, deed: Deed) -> None:
        """Go the other way with an act, be it the last one or not; refused, it stays.

        Not so where it was taken back elsewhere: it would keep all older ones from their turn.
        """
        back = deed in self._done
        if deed in self._going or not (back or deed in self._undone):
            return  # it has gone already, by a key or by an older toast

        def gone(result: Deed | None) -> None:
            self._going.discard(deed)
            deeds = self._done if back else self._undone
            if deed in deeds:  # else another act has made it one that can't be done again
                deeds.remove(deed)
            if result is not None:
                self._keep(result, back=back)

        def stayed() -> None:
            self._going.discard(deed)
            if deed in self._done or deed in self._undone:
                self._tell(deed, back=not back)

        self._going.add(deed)
        self.settled.emit(deed)
        deed.other(gone, stayed)

    def _take_last(self, deeds: Sequence[Deed], word: str) -> None:
        staying = [deed for deed in deeds if deed not in self._going]
        if staying:
            self.take(staying[-1])
        else:
            self.told.emit(Notice(f"There is nothing to {word}."))

    def _act(self, deed: Deed) -> None:
        self._undone.clear()
        self._keep(deed, back=False)

    def _keep(self, deed: Deed, *, back: bool) -> None:
        deeds = self._undone if back else self._done
        deeds.append(deed)
        del deeds[:-_KEPT]
        self._tell(deed, back=back)

    def _tell(self, deed: Deed, *, back: bool) -> None:
        word = "Redo" if back else "Undo"
        self.told.emit(Notice(deed.says, word, partial(self.take, deed), deed))

    def _changed(self, change: Change) -> None:
        if change.id:
            self._act(self._of_change(change))
        else:  # it was so already: there is nothing to take back
            self.told.emit(Notice(change.says))

    def _of_change(self, change: Change) -> Deed:
        def other(then: Callable[[Deed | None], None], otherwise: Callable[[], None]) -> None:
            def undone(taken: Change) -> None:
                then(self._of_change(taken))

            def refused(error: BaseException) -> None:
                self._desk.report(error)
                if isinstance(error, TakenBackError):
                    then(None)
                else:
                    otherwise()

            answer = self._desk.bridge.post(self._desk.mine(undone), failed=refused)
            self._desk.client.call(Organising.undo, change.id).add_done_callback(answer)

        return Deed(change.says, other)

    def _of_feedback(
        self, sentence: str, tile: Tile, kind: FeedbackKind, other_kind: FeedbackKind = "like"
    ) -> Deed:
        """`other_kind` is what an “undo” has taken back: only a like can be, by its own button."""
        to: FeedbackKind = other_kind if kind == "undo" else "undo"

        def other(then: Callable[[Deed | None], None], otherwise: Callable[[], None]) -> None:
            def done(says: str) -> None:
                then(self._of_feedback(says, tile, to, kind))

            self._desk.feedback(tile, to, done, otherwise)

        return Deed(sentence, other)
