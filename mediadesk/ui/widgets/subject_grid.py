"""A grid of series, albums, artists or collections."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QKeyEvent

from mediadesk.ui.card_model import CardModel
from mediadesk.ui.card_view import CardView
from mediadesk.ui.desk import Desk
from mediadesk.ui.items_view import ItemsView, letter
from mediadesk.ui.subject import Subject
from mediadesk.ui.subject_acts import SubjectActs
from mediadesk.ui.words import Tile


class SubjectGrid(CardView):
    """Cards that open subjects; what is shown again keeps its place."""

    def __init__(self, desk: Desk, acts: SubjectActs, name: str) -> None:
        super().__init__(CardModel(), desk, name=name, grid=True, actions=False, lines=2)
        self.cards.setParent(self)
        self._acts = acts
        self._subjects: tuple[Subject, ...] = ()
        self.chosen.connect(lambda tile: desk.group_opened.emit(tile.id))
        self.acted.connect(lambda tile, _: acts.play(Subject.at(tile.id)))

    @property
    def here_subject(self) -> Subject | None:
        """The subject whose card has the keyboard."""
        here = self.here
        return None if here is None else self._subjects[here]

    @property
    def sees_here(self) -> bool:
        """Whether the card that has the keyboard is in sight."""
        cell = self.visualRect(self.currentIndex())
        return self.viewport().rect().intersects(cell)

    def show_subjects(self, subjects: Sequence[Subject], tiles: Sequence[Tile] = ()) -> None:
        """Take other subjects, with cards of their own where these are given."""
        if tuple(subjects) == self._subjects and not tiles:
            return
        here, scrolled = self.here, self.verticalScrollBar().value()
        self._subjects = tuple(subjects)
        shown = tiles or [one.tile for one in subjects]
        self.cards.show(shown, columns=self.columns_that_fit())
        self.verticalScrollBar().setValue(scrolled)
        if self._subjects and (here is not None or self.hasFocus()):
            self.set_here(min(here or 0, len(self._subjects) - 1))

    def jump(self, number: int) -> None:
        """Put the keyboard on a card, and its row at the top."""
        self.set_here(number)
        row = self.cards.place(number).row()
        self.verticalScrollBar().setValue(self.verticalHeader().sectionPosition(row))

    def act(self, action: str) -> None:
        subject = self.here_subject
        if action == "jump":
            self.keyed.emit(action)
            return
        if subject is not None and action != "play" and self._acts.run(action, subject):
            return
        super().act(action)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        ItemsView.contextMenuEvent(self, event)

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)
        if self.cards.total:
            self.cards.set_columns(self.columns_that_fit())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if letter(event):
            self.lettered.emit(event.text())
        elif event.key() == Qt.Key.Key_Delete and self.here_subject is not None:
            self._acts.run("delete", self.here_subject)
        else:
            super().keyPressEvent(event)

    def _open_menu(self, where: QPoint) -> None:
        if self.here_subject is not None:
            self._acts.menu(self.here_subject, where)
