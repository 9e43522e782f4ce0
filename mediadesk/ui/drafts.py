"""Notes that were written and are not kept yet: what is on its way, and what was refused."""

from PySide6.QtCore import QObject, Signal

from mediadesk.engine.messages import Change, Organising
from mediadesk.ui.desk import Desk


class Drafts(QObject):
    """Item → the text of its note that the engine has not been heard to keep.

    Of each item one text is on its way at a time, so that the last one written is the one kept.
    """

    kept = Signal(str, str)  # an item's id, and the text that is its note now
    refused = Signal(str)  # the id of an item whose text stays a draft

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self._texts: dict[str, str] = {}
        self._sent: dict[str, str] = {}

    def of(self, item: str) -> str | None:
        """Give what was written of an item and is not kept."""
        return self._texts.get(item)

    def keep(self, item: str, text: str) -> None:
        """Have a text be an item's note; until it is, it is a draft."""
        self._texts[item] = text
        if item not in self._sent:
            self._send(item, text)

    def drop(self, item: str) -> None:
        """Take that a person did not mean what was refused; what is on its way stays."""
        if item not in self._sent:
            self._texts.pop(item, None)

    def forget(self) -> None:
        """Know of no draft any more: somebody else looks, whose notes these are not."""
        self._texts.clear()
        self._sent.clear()

    def _send(self, item: str, text: str) -> None:
        def taken(change: Change) -> None:
            del self._sent[item]
            self._desk.done.emit(change)
            self.kept.emit(item, text)
            if self._texts[item] == text:
                del self._texts[item]
            else:  # it was written on meanwhile
                self._send(item, self._texts[item])

        def stayed() -> None:
            if not self._desk.bridge.late:
                del self._sent[item]
                self.refused.emit(item)

        self._sent[item] = text
        self._desk.attempt(self._desk.mine(taken), stayed, Organising.write_note, item, text)
