"""What can be done with a series, an album, an artist or a collection as a whole."""

from array import array
from collections.abc import Callable

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtWidgets import QMenu, QWidget

from mediadesk.engine.messages import (
    Browse,
    Browsing,
    Change,
    CollectionView,
    Organising,
    Rows,
    Sort,
)
from mediadesk.ui import icons
from mediadesk.ui.desk import Desk
from mediadesk.ui.dialogs.collect import NameDialog
from mediadesk.ui.dialogs.identify import identify_items
from mediadesk.ui.offers import offers
from mediadesk.ui.subject import Subject
from mediadesk.ui.widgets.menus import passing


class SubjectActs(QObject):
    """The acts, by the names that keys have; `changed` tells what a collection is by now."""

    changed = Signal(object)  # CollectionView
    removed = Signal(str)  # a collection's id

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        self._parent = parent

    def run(self, action: str, subject: Subject) -> bool:
        """Do something with a subject; tell whether that can be done with it."""
        todo: dict[str, Callable[[Subject], object]] = {
            "play": self.play,
            "shuffle": lambda one: self.play(one, "shuffled"),
            "queue": lambda one: self.play(one, "last"),
            "play-next": lambda one: self.play(one, "next"),
        }
        if subject.id:
            todo |= {"edit": self.rename, "rename": self.rename, "delete": self.remove}
        if subject.kind == "series":
            todo["identify"] = self.identify
        can = action in todo and offers(self._desk, action)
        if can:
            todo[action](subject)
        return can

    def play(self, subject: Subject, where: str = "now") -> None:
        """Put all its items into the queue, in their order."""
        none = f"“{subject.title}” holds nothing to play."
        self._with_items(subject, lambda ids: self._desk.queued.emit(ids, where), none)

    def identify(self, subject: Subject) -> None:
        """Ask which series all its files are of."""

        def ask(ids: tuple[str, ...]) -> None:
            identify_items(self._desk, ids, self._parent)

        self._with_items(subject, ask, f"“{subject.title}” holds no files any more.")

    def _with_items(
        self, subject: Subject, then: Callable[[tuple[str, ...]], None], none: str
    ) -> None:
        """Do something with the ids of all items of a subject, in their order."""
        desk = self._desk

        def take(rows: Rows) -> None:
            numbers = array("I")
            numbers.frombytes(rows.numbers)
            if numbers:
                desk.do(then, Browsing.ids_at, numbers)
            else:
                desk.toasted.emit(none, None)

        wanted = Browse(text=subject.search, sort=subject.sort, descending=subject.descending)
        desk.do(take, Browsing.rows, wanted)

    def make(
        self, *, search: str = "", sort: Sort = "title", descending: bool = False
    ) -> NameDialog:
        """Ask for the name of a new collection; with a search it is a smart one."""
        title = "Save this search" if search else "New collection"

        def save(dialog: NameDialog, name: str, wanted: str | None) -> None:
            dialog.questions.attempt(
                lambda made: self._saved(dialog, made),
                dialog.refuse,
                Organising.make_collection,
                name,
                search=wanted,
                sort=sort,
                descending=descending,
            )

        dialog = NameDialog(
            self._desk, title, "Save" if search else "Make", save, self._parent, search=search,
            smart=bool(search),
        )  # fmt: skip
        dialog.open()
        return dialog

    def rename(self, subject: Subject) -> NameDialog:
        """Ask for another name, and of a smart collection for another search."""

        def save(dialog: NameDialog, name: str, wanted: str | None) -> None:
            dialog.questions.attempt(
                lambda made: self._saved(dialog, made),
                dialog.refuse,
                Organising.change_collection,
                subject.id,
                name=name,
                search=wanted if subject.smart else None,
            )

        dialog = NameDialog(
            self._desk,
            "Change the collection" if subject.smart else "Rename the collection",
            "Save",
            save,
            self._parent,
            name=subject.title,
            search=subject.search if subject.smart else None,
            smart=subject.smart,
        )
        if not subject.smart:
            dialog.without_search()
        dialog.open()
        return dialog

    def remove(self, subject: Subject) -> None:
        """Remove a collection; its items stay, and it can be undone."""

        def done(change: Change) -> None:
            self._desk.done.emit(change)
            self.removed.emit(subject.id)

        self._desk.do(done, Organising.remove_collection, subject.id)

    def menu(self, subject: Subject, where: QPoint) -> QMenu:
        """Open the menu of a subject at a point of the screen."""
        menu = passing(self._parent)
        ink = self._desk.theme.colour("text")

        def add(drawn: str, text: str, action: str) -> None:
            if offers(self._desk, action):
                menu.addAction(icons.icon(drawn, ink), text, lambda: self.run(action, subject))

        opened = self._desk.group_opened
        menu.addAction(icons.icon("open", ink), "Open", lambda: opened.emit(subject.address))
        add("play", "Play all", "play")
        add("shuffle", "Shuffle", "shuffle")
        add("queue", "Add to the queue", "queue")
        if subject.kind == "series":
            menu.addSeparator()
            add("search", "Identify…", "identify")
        if subject.id:
            menu.addSeparator()
            add("edit", "Change…" if subject.smart else "Rename…", "rename")
            add("trash", "Delete", "delete")
        menu.popup(where)
        return menu

    def _saved(self, dialog: NameDialog, made: CollectionView) -> None:
        dialog.accept()
        self._desk.toasted.emit(f"The collection “{made.name}” is saved.", None)
        self.changed.emit(made)
