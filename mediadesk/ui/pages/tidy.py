"""Tidying up: duplicates, missing files, histories from other programs, and what was changed."""

from functools import partial

from PySide6.QtWidgets import QApplication, QButtonGroup, QStackedWidget, QVBoxLayout

from mediadesk.ui.desk import Desk
from mediadesk.ui.pages.changes import ChangesPage
from mediadesk.ui.pages.importing import ImportPage
from mediadesk.ui.pages.missing import MissingPage
from mediadesk.ui.pages.page import Page
from mediadesk.ui.pages.twins import TwinsPage
from mediadesk.ui.widgets.controls import Button, head, label

FACES = ("twins", "missing", "import", "changes")
"""What the page may be turned to."""


class TidyPage(Page):
    """Four faces, one at a time."""

    title = "Tidy up"

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.twins = TwinsPage(desk)
        self.missing = MissingPage(desk)
        self.importing = ImportPage(desk)
        self.changes = ChangesPage(desk)
        faces: tuple[Page, ...] = (self.twins, self.missing, self.importing, self.changes)
        self._faces = QStackedWidget()
        self.chips: dict[str, Button] = {}
        group = QButtonGroup(self)
        for name, face in zip(FACES, faces, strict=True):
            chip = Button(desk.theme, face.title, partial(self._show, face), role="chip")
            chip.setCheckable(True)
            group.addButton(chip)
            self.chips[name] = chip
            self._faces.addWidget(face)
        self.chips[FACES[0]].setChecked(True)
        top = head(label(self.title, "hero"), 0, *self.chips.values())
        top.setContentsMargins(32, 8, 32, 16)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(top)
        box.addWidget(self._faces, 1)

    @property
    def face(self) -> Page:
        """The face that is seen."""
        face = self._faces.currentWidget()
        assert isinstance(face, Page)  # noqa: S101 - nothing else is put there
        return face

    def turn_to(self, argument: str) -> None:
        if argument in self.chips:
            self.chips[argument].setChecked(True)
            self._faces.setCurrentIndex(FACES.index(argument))

    def enter(self) -> None:
        self.face.enter()

    def leave(self) -> None:
        self.face.leave()

    def refresh(self, what: frozenset[str]) -> None:
        self.face.refresh(what)

    def act(self, action: str) -> None:
        self.face.act(action)

    def take_keyboard(self) -> None:
        self.face.take_keyboard()
        focused = QApplication.focusWidget()
        if focused is None or not self.face.isAncestorOf(focused):  # it has nothing for it
            next(chip for chip in self.chips.values() if chip.isChecked()).setFocus()

    def _show(self, face: Page) -> None:
        self.face.leave()
        self._faces.setCurrentWidget(face)
        face.enter()
