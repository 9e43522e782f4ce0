"""What every page may use: the engine, the pictures, the look, and the ways to other pages."""

import logging

from PySide6.QtCore import QObject, QTimer, Signal

from mediadesk.api import UserError
from mediadesk.engine.client import Client, EngineGoneError
from mediadesk.engine.messages import Changed, Panel, PlayKind, Verbs
from mediadesk.ui.bridge import Bridge
from mediadesk.ui.cards import CardPainter
from mediadesk.ui.pictures import Pictures
from mediadesk.ui.questions import Questions
from mediadesk.ui.theme import Theme
from mediadesk.ui.words import Tile

log = logging.getLogger(__name__)
RESUME = -1.0
_CHANGES_EVERY_MS = 500
_SAID = {
    "like": "Liked “{}”. Your shelves follow.",
    "less": "Less like “{}” from now on.",
    "hide": "“{}” is hidden.",
    "undo": "Taken back for “{}”.",
}

_CHECK = {
    "checking": "MediaDesk was not closed properly: its library is checked before work goes on.",
    "checked": "MediaDesk was not closed properly; its library was checked, and it is whole.",
}


class Desk(QObject):
    """The one object that pages are built with; its signals are how they reach each other."""

    opened = Signal(str)  # an item's id
    played = Signal(str, float)  # an item's id and the second to start at, or RESUME
    explained = Signal(str)  # an item's id
    panel = Signal(object)  # the Panel that follows feedback
    changed = Signal(object)  # frozenset of items, features, status, plugins; twice a second
    toasted = Signal(str, object)  # a sentence, and the item whose last feedback can be undone
    told = Signal(str, bool)  # a sentence for the message bar, and whether it is a bug
    restarted = Signal()
    folder_wanted = Signal()
    demo_wanted = Signal()
    page_wanted = Signal(str)
    plugin_wanted = Signal(str)  # a plugin's name
    search_cleared = Signal()

    def __init__(self, theme: Theme, *, posing: bool = False) -> None:
        """One that is `posing` for a picture plays nothing and leaves no trace in the history."""
        super().__init__()
        self.posing = posing
        self.theme = theme
        self.bridge = Bridge(self.report)
        self._changes: set[str] = set()
        self._later = QTimer(self, singleShot=True, interval=_CHANGES_EVERY_MS)
        self._later.timeout.connect(self._announce)

    def connect_engine(self, client: Client) -> None:
        """Take the engine that answers from now on."""
        self.client = client
        self.questions = Questions(client, self.bridge)
        self.pictures = Pictures(client, self.bridge)
        self.painter = CardPainter(self.theme, self.pictures)

    def ask_anew(self) -> Questions:
        """Give a page questions of its own, so that pages do not overtake each other."""
        return Questions(self.client, self.bridge)

    def on_change(self, change: Changed) -> None:
        """Take what the engine tells on its own; safe from any thread."""
        self.bridge.run(lambda: self._note(change.what))

    def on_restart(self) -> None:
        """Take the news that the engine was started again; safe from any thread."""
        self.bridge.run(self._restart)

    def act(self, tile: Tile, action: str) -> None:
        """Do what a card's button, key or menu says."""
        if action == "play":
            self.played.emit(tile.id, RESUME if tile.start is None else tile.start)
        elif action == "why":
            self.explained.emit(tile.id)
        else:
            self.feedback(tile, "undo" if action == "like" and tile.liked else action)

    def feedback(self, tile: Tile, kind: str) -> None:
        """Note what a person thinks of an item; the shelves follow, and it can be undone."""

        def then(panel: Panel) -> None:
            self.panel.emit(panel)
            self.toasted.emit(_SAID[kind].format(tile.title), None if kind == "undo" else tile)

        self.questions.ask(then, Verbs.feedback, tile.id, kind)  # type: ignore[arg-type]

    def note(self, item: str, kind: PlayKind, *, share: float = 0.0, position: float = 0.0) -> None:
        """Note that a person opened or played something."""
        if not self.posing:
            self.questions.tell(Verbs.event, item, kind, share=share, position=position)

    def report(self, error: BaseException) -> None:
        """Tell a person what went wrong: their own sentence, or that it is our fault."""
        if isinstance(error, EngineGoneError):
            log.warning("%s", error)  # on_restart tells it
        else:
            self.told.emit(self.sentence(error), not isinstance(error, UserError))

    def sentence(self, error: BaseException) -> str:
        """What went wrong in a sentence, for a place of its own instead of the message bar."""
        if isinstance(error, UserError | EngineGoneError):
            return str(error)
        log.error("a call failed", exc_info=error)
        return f"Something went wrong inside MediaDesk ({type(error).__name__}: {error})."

    def _note(self, what: frozenset[str]) -> None:
        for stage in ("checked", "checking"):
            if stage in what and not self.posing:
                self.told.emit(_CHECK[stage], False)
                break
        self._changes |= what
        if not self._later.isActive():
            self._later.start()

    def _announce(self) -> None:
        what, self._changes = frozenset(self._changes), set()
        if "features" in what or "items" in what:
            self.pictures.forget_missing()
        self.changed.emit(what)

    def _restart(self) -> None:
        self.told.emit("The engine stopped and was started again; nothing is lost.", False)
        self.restarted.emit()
        self._note(frozenset({"items", "features", "status", "plugins"}))
