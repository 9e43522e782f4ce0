"""How items are shown: in which order, as what, and how large; buttons for the head of a page."""

from functools import partial
from typing import Literal, get_args

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QButtonGroup, QFrame, QWidget

from mediadesk.engine.messages import Sort
from mediadesk.ui.keys import KeyMap
from mediadesk.ui.theme import Theme
from mediadesk.ui.widgets.controls import Button, IconButton, row
from mediadesk.ui.widgets.menus import passing
from mediadesk.ui.widgets.slider import Slider

Face = Literal["grid", "list", "details"]
FACES: dict[Face, str] = {"grid": "As a grid", "list": "As a list", "details": "With details"}
SIZES = (184, 248, 336)  # pixels of a card's cell
SORTS: dict[Sort, str] = {
    "title": "Title",
    "added": "Date added",
    "year": "Year",
    "length": "Length",
    "rating": "Rating",
    "played": "Last played",
    "plays": "Plays",
    "size": "Size",
    "artist": "Artist",
    "album": "Album",
    "series": "Series",
    "random": "Shuffled",
}
_GREATEST_FIRST = frozenset({"added", "rating", "played", "plays", "size"})


class Arrangement(QWidget):
    """The sort with its direction, the size of the cards, and grid, list or details."""

    face_chosen = Signal(str)
    sorted = Signal(str, bool)  # a Sort, and whether the greatest is first
    size_chosen = Signal(int)  # a place in SIZES

    def __init__(self, theme: Theme, keys: KeyMap, face: Face) -> None:
        super().__init__()
        self.sort: Sort = "title"
        self.descending = False
        self.sort_button = Button(theme, SORTS["title"], self._choose_sort, role="quiet")
        self.sort_button.draw("sort")
        keys.tell(self.sort_button.setToolTip, "Sort by something else", "sort")
        self.direction = IconButton(theme, "ascending", "", self._turn_round, size=18)
        self.size_slider = Slider(theme, "Size of the cards", steps=len(SIZES) - 1)
        self.size_slider.setValue(1)
        self.size_slider.setFixedWidth(84)
        keys.tell(self.size_slider.setToolTip, "Size of the cards", "larger-cards")
        self.size_slider.valueChanged.connect(self.size_chosen)
        self.faces: dict[Face, IconButton] = {}
        group = QButtonGroup(self)
        for name, says in FACES.items():
            button = IconButton(
                theme, _DRAWN[name], says, partial(self.face_chosen.emit, name), size=18
            )
            button.setCheckable(True)
            button.setChecked(name == face)
            group.addButton(button)
            self.faces[name] = button
        switch = QFrame()
        switch.setProperty("role", "switch")
        inside = row(*self.faces.values(), spacing=0)
        inside.setContentsMargins(2, 2, 2, 2)
        switch.setLayout(inside)
        self.setLayout(
            row(self.sort_button, self.direction, 4, self.size_slider, 8, switch, spacing=2)
        )
        self.show_sort("title", descending=False)

    @property
    def stops(self) -> tuple[QWidget, ...]:
        """Its parts in the order of Tab."""
        return (self.sort_button, self.direction, self.size_slider, *self.faces.values())

    @property
    def kept(self) -> str:
        """All of it as a text, for `keep`."""
        face = next(name for name, button in self.faces.items() if button.isChecked())
        way = "descending" if self.descending else "ascending"
        return " ".join((face, str(self.size_slider.value()), self.sort, way))

    def keep(self, kept: str) -> None:
        """Arrange as a text of `kept` says; one of another version or none changes nothing."""
        face, size, sort, way = (*kept.split(), "", "", "", "")[:4]
        if face in FACES and size.isdecimal() and sort in SORTS:
            self.size_slider.setValue(int(size))
            self.show_face(face)
            self.show_sort(sort, descending=way == "descending")
            self.sorted.emit(self.sort, self.descending)

    def show_sort(self, sort: Sort, *, descending: bool) -> None:
        """Show by what is sorted."""
        self.sort, self.descending = sort, descending
        self.sort_button.say(SORTS[sort])
        self.sort_button.setAccessibleName(f"Sorted by {SORTS[sort].lower()}")
        self.direction.draw("descending" if descending else "ascending")
        self.direction.say("Greatest first" if descending else "Smallest first")
        self.direction.setEnabled(sort != "random")

    def sort_by(self, sort: Sort) -> None:
        """Sort by something, the usual way round; the same once more turns round."""
        same = sort == self.sort
        descending = not self.descending if same else sort in _GREATEST_FIRST
        self.show_sort(sort, descending=descending)
        self.sorted.emit(sort, descending)

    def show_face(self, face: Face) -> None:
        """Take another way to show items, as a click does."""
        if not self.faces[face].isChecked():
            self.faces[face].setChecked(True)
            self.face_chosen.emit(face)

    def show_size(self, *, possible: bool) -> None:
        """Whether cards are shown, which have a size."""
        self.size_slider.setVisible(possible and self.window().width() >= _ROOMY)

    def act(self, action: str) -> bool:
        """Do what a key says; tell whether it was one for this."""
        if action == "sort":
            self._choose_sort()
        elif action == "larger-cards":
            self.size_slider.setValue(self.size_slider.value() + 1)
        elif action == "smaller-cards":
            self.size_slider.setValue(self.size_slider.value() - 1)
        elif (face := action.removeprefix("view-")) != action and face in get_args(Face):
            self.show_face(face)  # type: ignore[arg-type]
        else:
            return False
        return True

    def _choose_sort(self) -> None:
        menu = passing(self)
        group = QActionGroup(menu)
        for sort, says in SORTS.items():
            action = menu.addAction(says, partial(self._sort_by_menu, sort))
            action.setCheckable(True)
            action.setChecked(sort == self.sort)
            group.addAction(action)
            if sort == self.sort:
                menu.setActiveAction(action)
        menu.popup(self.sort_button.mapToGlobal(QPoint(0, self.sort_button.height() + 2)))

    def _sort_by_menu(self, sort: Sort) -> None:
        if sort != self.sort:
            self.sort_by(sort)

    def _turn_round(self) -> None:
        self.sort_by(self.sort)


_DRAWN: dict[Face, str] = {"grid": "library", "list": "list", "details": "details"}
_ROOMY = 1200  # pixels of a window that has room for everything
