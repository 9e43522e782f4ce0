"""The dialogs about collections: which one items go into, and what one is called."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QWidget

from mediadesk.engine.messages import Change, CollectionView, Organising
from mediadesk.ui import words
from mediadesk.ui.desk import Desk
from mediadesk.ui.widgets.controls import Sentence, column, label
from mediadesk.ui.widgets.sheet import Sheet

_ID = Qt.ItemDataRole.UserRole
_HIGH = 520


def collect_items(desk: Desk, ids: Sequence[str], parent: QWidget | None = None) -> "CollectDialog":
    """Open the dialog that puts these items into a collection."""
    dialog = CollectDialog(desk, ids, parent)
    dialog.open()
    return dialog


class CollectDialog(Sheet):
    """The collections that things can be put into, and a field for the name of a new one."""

    def __init__(self, desk: Desk, ids: Sequence[str], parent: QWidget | None = None) -> None:
        title = f"Add {words.count(len(ids), 'item')} to a collection"
        super().__init__(desk, title, "Add", parent, width=480)
        self._ids = tuple(ids)
        self.name = QLineEdit()
        self.name.setPlaceholderText("Find one, or name a new one")
        self.name.setAccessibleName("Collection")
        self.name.textChanged.connect(lambda _: self._narrow())
        self.name.returnPressed.connect(self.go_on)
        self.list = QListWidget()
        self.list.setProperty("role", "list")
        self.list.setAccessibleName("Collections")
        self.list.itemActivated.connect(lambda _: self.go_on())
        self.list.currentRowChanged.connect(lambda _: self._tell())
        pile = column(self.name, self.list, spacing=12)
        pile.setContentsMargins(32, 4, 32, 4)
        self.body.addLayout(pile)
        self.high(_HIGH)
        self.name.setFocus()
        self.agree.setEnabled(False)
        self.questions.attempt(self._take, self.refuse, Organising.collections)

    @property
    def new(self) -> str:
        """The name of a collection that is not there yet, if one was typed."""
        typed = self.name.text().strip()
        names = [self.list.item(n).data(_ID)[1].casefold() for n in range(self.list.count())]
        return "" if typed.casefold() in names else typed

    def go_on(self) -> None:
        """Put the items into the chosen collection, which is made first if it is new."""
        chosen = self.list.currentItem()
        if chosen is not None and not chosen.isHidden():
            self._collect(chosen.data(_ID)[0])
        elif self.new:
            self.act()
            self.questions.attempt(
                lambda made: self._collect(made.id),
                self.refuse,
                Organising.make_collection,
                self.new,
            )

    def _take(self, collections: Sequence[CollectionView]) -> None:
        for one in collections:
            if one.search is None:
                entry = QListWidgetItem(f"{one.name}   ·   {words.count(one.items, 'item')}")
                entry.setData(_ID, (one.id, one.name))
                self.list.addItem(entry)
        self._narrow()

    def _narrow(self) -> None:
        """Show the collections whose name has what was typed; the first of them is chosen."""
        typed = self.name.text().strip().casefold()
        first = -1
        for place in range(self.list.count()):
            entry = self.list.item(place)
            fits = typed in entry.data(_ID)[1].casefold()
            entry.setHidden(not fits)
            if fits and first < 0 and (typed or self.list.count() == 1):
                first = place
        self.list.setCurrentRow(first)
        self._tell()

    def _tell(self) -> None:
        chosen = self.list.currentItem()
        some = chosen is not None and not chosen.isHidden()
        self.agree.say("Add" if some or not self.new else f"Make “{words.short(self.new, 24)}”")
        self.agree.setEnabled(some or bool(self.new))

    def _collect(self, collection: str) -> None:
        self.act()
        self.questions.attempt(self._done, self.refuse, Organising.collect, collection, self._ids)

    def _done(self, change: Change) -> None:
        self.desk.done.emit(change)
        self.accept()


class NameDialog(Sheet):
    """Asks for the name of a collection, and for the search of a smart one."""

    def __init__(
        self,
        desk: Desk,
        title: str,
        agree: str,
        save: Callable[["NameDialog", str, str | None], None],
        parent: QWidget | None = None,
        *,
        name: str = "",
        search: str | None = None,
        smart: bool = False,
    ) -> None:
        """`save` is called with this dialog, a name, and a search or None for a plain collection.

        It ends the dialog with `accept` or `refuse`. A `smart` one has a search for certain.
        """
        super().__init__(desk, title, agree, parent, width=480)
        self._save = save
        self._smart = smart
        self.name = QLineEdit(name)
        self.name.setAccessibleName("Name")
        self.search = QLineEdit(search or "")
        self.search.setAccessibleName("Search")
        self.search.setPlaceholderText("genre:drama year>=2000")
        self._searched = QWidget()
        told = Sentence(
            "It holds whatever this search finds, now and later. Leave it empty for a collection "
            "that you fill by hand."
            if not smart
            else "It holds whatever this search finds, now and later.",
            "muted",
        )
        searched = column(label("Search", "smallstrong"), self.search, told, spacing=6)
        self._searched.setLayout(searched)
        pile = column(label("Name", "smallstrong"), self.name, spacing=6)
        pile.addSpacing(6)
        pile.addWidget(self._searched)
        pile.addStretch(1)
        pile.setContentsMargins(32, 4, 32, 4)
        self.body.addLayout(pile)
        for field in (self.name, self.search):
            field.returnPressed.connect(self.go_on)
        self.name.textChanged.connect(lambda _: self._tell())
        self.search.textChanged.connect(lambda _: self._tell())
        self.name.selectAll()
        self.name.setFocus()
        self._tell()

    def without_search(self) -> "NameDialog":
        """Ask for a name only."""
        self._searched.hide()
        self.adjustSize()
        return self

    def go_on(self) -> None:
        """Save the name and the search."""
        if self.agree.isEnabled():
            self.act()
            self._save(self, self.name.text().strip(), self.search.text().strip() or None)

    def _tell(self) -> None:
        named = bool(self.name.text().strip())
        self.agree.setEnabled(named and (bool(self.search.text().strip()) or not self._smart))
