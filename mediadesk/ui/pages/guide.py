"""The guide of the first start: choose folders, know what happens to them, pick what you like."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QStackedWidget, QVBoxLayout, QWidget

from mediadesk.engine.messages import ItemView, Listing, Status, Verbs
from mediadesk.ui import words
from mediadesk.ui.card_model import CardModel
from mediadesk.ui.card_view import CardView
from mediadesk.ui.desk import Desk
from mediadesk.ui.pages.page import Page
from mediadesk.ui.theme import Theme
from mediadesk.ui.widgets.controls import (
    Button,
    OneLine,
    Sentence,
    column,
    label,
    panel,
    row,
    scrolling,
)
from mediadesk.ui.widgets.mark import Glyph
from mediadesk.ui.widgets.rows import Rows
from mediadesk.ui.widgets.switch import Switch
from mediadesk.ui.words import Tile

_WIDE = 720
_PICKS = 12
STEPS = (
    (
        "Where are your films, videos and music?",
        (
            "Everything in the folders you choose belongs to the library. Nothing is moved or "
            "copied."
        ),
    ),
    ("What happens to your files", "In short: they are read, here, and nothing else."),
    (
        "Pick a few things that you like",
        (
            "Two or three are enough to begin with: choose a card with the mouse or with Enter. "
            "What you pick is at the heart of “For you”."
        ),
    ),
)
PROMISES = (
    (
        "lock",
        "Nothing leaves this computer",
        (
            "Pictures, sound and subtitles are looked into by programs on this computer. No "
            "account, no upload, no statistics."
        ),
    ),
    (
        "shield",
        "Your files stay as they are",
        (
            "They are only read, unless you have your own changes written into them. What you "
            "say of them is kept apart, and every change can be undone."
        ),
    ),
    (
        "activity",
        "Work waits for you",
        (
            "Looking into files takes a while and goes on in the background, gently; Activity "
            "shows how far it is and pauses it."
        ),
    ),
    (
        "history",
        "A drive that is unplugged is not forgotten",
        "Its items stay, with their ratings and positions, and play again when it is back.",
    ),
)


class FolderChoice(QWidget):
    """A folder that can be chosen."""

    def __init__(self, theme: Theme, path: str) -> None:
        super().__init__()
        self.path = path
        self.switch = Switch(theme, f"Add {path}")
        self.switch.setChecked(True)
        line = row(self.switch, Glyph(theme, "folder", "muted"), OneLine(path), spacing=12)
        line.setStretch(2, 1)
        self.setLayout(line)


class GuidePage(Page):
    """Three steps; each can be skipped, and all of it."""

    title = "Welcome"
    done = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._questions = desk.ask_anew()
        self._step = 0
        self._chosen: dict[str, FolderChoice] = {}
        self._added: frozenset[str] = frozenset()  # the folders of the library
        self._choices = Rows(self._choice, lambda _row, _path: None)
        self.model = CardModel(self)
        self.view = CardView(self.model, desk, name="Pick what you like", grid=True, lines=2)
        self.view.chosen.connect(lambda tile: desk.act(tile, "like"))
        self.view.acted.connect(desk.act)
        desk.panel.connect(lambda _: self._show_again())
        self._faces = QStackedWidget()
        for face in (self._folders_face(), self._promises_face(), self._picks_face()):
            self._faces.addWidget(face)
        self._build()
        self._turn(0)

    def enter(self) -> None:
        self._questions.ask(self._suggest, Verbs.usual_folders)
        self.refresh(frozenset({"items"}))

    def refresh(self, what: frozenset[str]) -> None:
        if what & {"items", "features"}:
            self._questions.ask(self._take_starters, Verbs.starters)
        self._questions.ask(self._take_status, Verbs.status)

    def take_keyboard(self) -> None:
        self.on.setFocus()

    def offer(self, paths: Sequence[str]) -> None:
        """Offer these folders too, chosen already."""
        have = [*self._chosen, *(one for one in paths if one not in self._chosen)]
        self._choices.show({path: path for path in have})
        self._none.setVisible(not have)
        self._other.say("Choose another folder" if have else "Choose a folder")

    @property
    def chooses(self) -> bool:
        """Whether folders are being chosen just now."""
        return self._step == 0

    def next(self) -> None:
        """Do what the step is about and go on."""
        if self._step == 0:
            self._settle_folders()
        if self._step < self._faces.count() - 1:
            self._turn(self._step + 1)
        else:
            self.finish()

    def finish(self) -> None:
        """Leave the guide, which does not come by itself again."""
        self._questions.tell(Verbs.desktop, guided=True)
        self.done.emit()
        self._chosen.clear()
        self.offer(())
        self._turn(0)

    def act(self, action: str) -> None:
        self.view.act(action)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def _build(self) -> None:
        theme = self._desk.theme
        self._heading = label("", "hero")
        self._line = Sentence("", "muted")
        skip = Button(theme, "Skip the guide", self.finish, role="quiet")
        self.before = Button(theme, "Back", lambda: self._turn(self._step - 1))
        self.on = Button(theme, "Next", self.next, role="primary")
        self._at = label("", "accent")
        foot = QFrame()
        foot.setProperty("foot", True)  # a toast stands above it
        foot.setLayout(row(skip, 0, self.before, self.on, spacing=12))
        pile = column(self._at, self._heading, self._line, 8, self._faces, foot, spacing=8)
        pile.setStretch(4, 1)
        pile.setContentsMargins(0, 24, 0, 24)
        middle = QWidget()
        middle.setLayout(pile)
        middle.setMaximumWidth(_WIDE)
        whole = row(24, middle, 24, spacing=0)
        whole.setStretch(1, 1)
        self.setLayout(whole)

    def _folders_face(self) -> QWidget:
        theme, desk = self._desk.theme, self._desk
        self._none = label("No usual folder for videos or music was found here.", "muted")
        self._other = Button(theme, "Choose a folder", desk.folder_wanted.emit, drawn="folder")
        demo = Button(theme, "Try the demo", desk.demo_wanted.emit, role="quiet", drawn="play")
        target = QFrame()
        target.setProperty("role", "target")
        inner = row(0, Glyph(theme, "download", "accent", 24), label("Or drop folders here."), 0)
        inner.setContentsMargins(24, 28, 24, 28)
        target.setLayout(inner)
        face = QWidget()
        listed = panel(column(self._none, self._choices, spacing=8), margin=20)
        face.setLayout(column(listed, row(self._other, demo, 0), 8, target, 0, spacing=12))
        return scrolling(face, "Folders")

    def _promises_face(self) -> QWidget:
        theme = self._desk.theme
        pile = QVBoxLayout()
        pile.setSpacing(20)
        for drawn, heading, sentence in PROMISES:
            said = column(label(heading, "strong"), Sentence(sentence, "muted"), spacing=2)
            line = row(Glyph(theme, drawn, "accent", 28), said, spacing=16)
            line.setStretch(1, 1)
            pile.addLayout(line)
        face = QWidget()
        face.setLayout(column(panel(pile, margin=24), 0))
        return scrolling(face, "What happens to your files")

    def _picks_face(self) -> QWidget:
        self._found = label("", "muted")
        face = QWidget()
        pile = column(self._found, self.view, spacing=8)
        pile.setStretch(1, 1)
        face.setLayout(pile)
        return face

    def _turn(self, step: int) -> None:
        self._step = step
        self._faces.setCurrentIndex(step)
        heading, line = STEPS[step]
        self._at.setText(f"Step {step + 1} of {self._faces.count()}")
        self._heading.setText(heading)
        self._line.say(line)
        self.before.setVisible(step > 0)
        self.on.say("Done" if step == self._faces.count() - 1 else "Next")
        if self.isVisible():
            self.take_keyboard()

    def _settle_folders(self) -> None:
        """Have the library be what is chosen: one may have come back to switch a folder off."""
        for path, choice in self._chosen.items():
            if choice.switch.isChecked() and path not in self._added:
                self._desk.do(self._take_status, Verbs.add_folder, path)
            elif path in self._added and not choice.switch.isChecked():
                self._desk.do(partial(self._removed, path), Verbs.remove_folder, path)

    def _removed(self, path: str, status: Status) -> None:
        self._take_status(status)
        self._desk.toasted.emit(words.taken_out(path), None)

    def _choice(self, path: str) -> FolderChoice:
        made = FolderChoice(self._desk.theme, path)
        self._chosen[path] = made
        return made

    def _suggest(self, paths: Sequence[str]) -> None:
        self.offer(paths)

    def _take_status(self, status: Status) -> None:
        folders = [one.path for one in status.folders]
        self._added = frozenset(folders)
        if self.chooses:
            self.offer(folders)
        number = status.items + status.unread
        self._found.setText(
            f"{words.count(number, 'file')} found so far."
            if number
            else "Your files appear here as they are found."
        )

    def _take_starters(self, found: Listing) -> None:
        """Fill up with what may be picked; what stands there stays, and tells what was picked."""
        here = [tile.id for tile in self._tiles()]
        more = [item.id for item in found.items if item.id not in here]
        self._show_again([*here, *more][:_PICKS])

    def _show_again(self, ids: Sequence[str] | None = None) -> None:
        shown = [tile.id for tile in self._tiles()] if ids is None else ids
        self._questions.ask(self._show_picks, Verbs.views, shown)

    def _show_picks(self, items: Sequence[ItemView]) -> None:
        at = self.view.currentIndex()
        tiles = [words.tile(item) for item in items]
        self.model.show(tiles, columns=max(1, self.view.columns_that_fit()))
        if at.isValid():
            self.view.setCurrentIndex(self.model.index(at.row(), at.column()))

    def _tiles(self) -> list[Tile]:
        tiles = [self.model.tile(number) for number in range(self.model.total)]
        return [tile for tile in tiles if tile is not None]

    def _lay_out(self) -> None:
        self.model.show(self._tiles(), columns=self.view.columns_that_fit())
