"""What every page may use: the engine, the pictures, the look, and the ways to other pages."""

import logging
import time
from collections.abc import Callable, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from mediadesk import log as logs
from mediadesk.api import UserError
from mediadesk.engine.client import Client
from mediadesk.ui.bridge import Bridge
from mediadesk.ui.theme import Theme

# The window is painted before the engine is reached: what speaks to it is loaded with that.
if TYPE_CHECKING:
    from mediadesk.engine.messages import (
        Change,
        Changed,
        Effect,
        FeedbackKind,
        Origin,
        PlayKind,
        Presence,
    )
    from mediadesk.ui.keys import KeyMap
    from mediadesk.ui.questions import Questions
    from mediadesk.ui.words import Tile

P = ParamSpec("P")
T = TypeVar("T")
log = logging.getLogger(__name__)
RESUME = -1.0
_CHANGES_EVERY_MS = 500
_THOUGHTS = frozenset({"like", "less", "hide", "not-now", "undo"})
_CHECK = {
    "checking": "MediaDesk was not closed properly: its library is checked before work goes on.",
    "checked": "MediaDesk was not closed properly; its library was checked, and it is whole.",
}


class Desk(QObject):
    """The one object that pages are built with; its signals are how they reach each other."""

    reached = Signal()  # the engine can be asked from now on
    opened = Signal(str)  # an item's id
    acted = Signal(object, str)  # a Tile, and what else is done with it: see keys.ITEM_ACTS
    played = Signal(str, float)  # an item's id and the second to start at, or RESUME
    queued = Signal(object, str)  # items' ids in order, and where: now, next, last or shuffled
    explained = Signal(str)  # an item's id
    panel = Signal(object)  # the Panel that follows feedback
    changed = Signal(object)  # frozenset of items, features, plugins, settings …; twice a second
    done = Signal(object)  # the Change that a person made: it is told, and can be taken back
    thought = Signal(str, object, str)  # a sentence, and the Tile and kind of the feedback it tells
    toasted = Signal(str, object)  # a sentence that goes by itself, and what it is about, or None
    told = Signal(str, bool)  # a sentence for the message bar, and whether it is a bug
    settled = Signal(str)  # such a sentence that is true no longer
    restarted = Signal()
    freed = Signal()  # who looks has limits, or has none any more
    folder_wanted = Signal()
    demo_wanted = Signal()
    guide_wanted = Signal()
    page_wanted = Signal(str)
    plugin_wanted = Signal(str)  # a plugin's name
    group_opened = Signal(str)  # a series, album, artist or collection: see pages.group.Subject
    search_wanted = Signal(str)  # a search, to be shown in the library

    def __init__(self, theme: Theme, *, posing: bool = False) -> None:
        """One that is `posing` for a picture plays nothing and leaves no trace in the history."""
        super().__init__()
        self.posing = posing
        self.private = False  # nothing is recorded
        self.limited = False  # who looks has limits: see `offers`
        self.touched_at = time.monotonic()  # when a person last did anything to the window
        self.origins: dict[str, Origin] = {}  # where on the panel stood what was chosen there
        self.theme = theme
        self.bridge = Bridge(self.report)
        self._changes: set[str] = set()
        self._exchanges = False  # another engine is wanted, so that it is no news when it comes
        self._thoughts = 0
        self._later = QTimer(self, singleShot=True, interval=_CHANGES_EVERY_MS)
        self._later.timeout.connect(self._announce)

    @cached_property
    def keys(self) -> "KeyMap":
        """Which keys do what."""
        from mediadesk.ui.keys import KeyMap

        return KeyMap()

    @property
    def has_engine(self) -> bool:
        """Whether the engine can be asked."""
        return hasattr(self, "client")

    def connect_engine(self, client: Client) -> None:
        """Take the engine that answers from now on."""
        from mediadesk.ui.cards import CardPainter
        from mediadesk.ui.pictures import Pictures
        from mediadesk.ui.questions import Questions

        self.client = client
        self.questions = Questions(client, self.bridge)
        self.pictures = Pictures(client, self.bridge)
        self.painter = CardPainter(self.theme, self.pictures)
        self.reached.emit()

    def ask_anew(self) -> "Questions":
        """Give a page questions of its own, so that pages do not overtake each other."""
        from mediadesk.ui.questions import Questions

        return Questions(self.client, self.bridge)

    def on_change(self, change: "Changed") -> None:
        """Take what the engine tells on its own; safe from any thread."""
        self.bridge.run(lambda: self._note(change.what))

    def exchange_engine(self, otherwise: Callable[[], None]) -> None:
        """Have the engine end in good order, and another one take its place.

        If none comes that is reported, and `otherwise` called.
        """
        self._exchanges = True

        def stays() -> None:
            self._exchanges = False
            otherwise()

        there = self.bridge.post(lambda _: None, otherwise=stays)
        self.client.restart().add_done_callback(there)

    def on_restart(self) -> None:
        """Take the news that the engine was started again; safe from any thread."""
        self.bridge.run(self._restart)

    def choose(self, tile: "Tile") -> None:
        """Open what a card shows, or play it where it is a moment."""
        self._note_origin(tile)
        if tile.start is not None:
            self.act(tile, "play")
        else:
            self.opened.emit(tile.id)

    def act(self, tile: "Tile", action: str) -> None:
        """Do what a card's button, key or menu says."""
        self._note_origin(tile)
        if action == "play":
            self.played.emit(tile.id, RESUME if tile.start is None else tile.start)
        elif action == "why":
            self.explained.emit(tile.id)
        elif action not in _THOUGHTS:
            self.acted.emit(tile, action)
        else:
            liked = action == "like" and tile.liked
            self.feedback(tile, "undo" if liked else action)  # type: ignore[arg-type]

    def feedback(
        self,
        tile: "Tile",
        kind: "FeedbackKind",
        told: Callable[[str], None] | None = None,
        otherwise: Callable[[], None] = lambda: None,
    ) -> None:
        """Note what a person thinks of an item; the shelves follow, and it can be undone.

        Its sentence is handed to `told` where that is given, else to `thought`; `otherwise` is
        called if it was not noted.
        """
        from mediadesk.engine.messages import Verbs
        from mediadesk.ui import effect_words

        self._thoughts += 1
        number = self._thoughts

        def then(effect: "Effect") -> None:
            if number == self._thoughts:  # an older panel may come later
                self.panel.emit(effect.after)
            sentence = effect_words.sentence(effect)
            if told is None:
                self.thought.emit(sentence, tile, kind)
            else:
                told(sentence)

        origin = self.origins.get(tile.id)
        self.attempt(
            self.mine(then), otherwise, Verbs.feedback, tile.id, kind, at=time.time(), origin=origin
        )

    def change(
        self, verb: "Callable[Concatenate[Any, P], Change]", /, *args: P.args, **kwargs: P.kwargs
    ) -> None:
        """Call a verb that changes items, such as ``Organising.rate``; `done` tells the change.

        If it fails, those that show it as done already are told to look.
        """
        look = partial(self._note, frozenset({"items"}))
        self.attempt(self.mine(self.done.emit), look, verb, *args, **kwargs)

    def rate(self, ids: Sequence[str], stars: float | None) -> None:
        """Rate items with half to five stars, or take their rating away."""
        from mediadesk.engine.messages import Organising

        origin = self.origins.get(ids[0]) if len(ids) == 1 else None
        self.change(Organising.rate, ids, stars, origin=origin)

    def do(
        self,
        then: Callable[[T], None],
        verb: Callable[Concatenate[Any, P], T],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> None:
        """Call a verb and hand its result on even if a newer call overtakes it: it is an act."""
        self.client.call(verb, *args, **kwargs).add_done_callback(self.bridge.post(then))

    def attempt(
        self,
        then: Callable[[T], None],
        otherwise: Callable[[], None],
        verb: Callable[Concatenate[Any, P], T],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> None:
        """Call a verb as `do` does; if it fails that is reported, and `otherwise` called."""
        done = self.bridge.post(then, otherwise=otherwise)
        self.client.call(verb, *args, **kwargs).add_done_callback(done)

    def mine(self, then: Callable[[T], None]) -> Callable[[T], None]:
        """Give what hands an answer on while the same person looks, and to nobody after that."""

        def hand_on(result: T) -> None:
            if not self.bridge.late:
                then(result)

        return hand_on

    def turn_private(self, *, on: bool) -> None:
        """Record nothing from now on, or again all; an engine that begins does so, too."""
        self.private = self.client.private = on

    def change_hands(self) -> None:
        """Take that somebody else looks: what is on its way to who did is theirs alone."""
        self.bridge.change_hands()
        self.origins.clear()

    def look(self, choice: str) -> None:
        """Take another look, of `LOOKS`, and keep it."""
        from mediadesk.engine.messages import Verbs

        before = self.theme.choice
        self.theme.choose(choice)
        self.attempt(lambda _: None, lambda: self.theme.choose(before), Verbs.theme, choice)

    def note(
        self,
        item: str,
        kind: "PlayKind",
        *,
        share: float = 0.0,
        position: float = 0.0,
        watched: float | None = None,
        presence: "Presence | None" = None,
    ) -> None:
        """Note that a person opened or played something; see `Verbs.event`."""
        from mediadesk.engine.messages import Verbs

        if not (self.posing or self.private):
            self.questions.tell(
                Verbs.event,
                item,
                kind,
                share=share,
                position=position,
                watched=watched,
                at=time.time(),
                origin=self.origins.get(item),
                presence=presence,
            )

    def note_search(self, text: str) -> None:
        """Note what a person searched for."""
        from mediadesk.engine.messages import Verbs

        if text.strip() and not (self.posing or self.private):
            self.questions.tell(Verbs.searched, text)

    def limit(self, *, limited: bool) -> None:
        """Take whether who looks has limits."""
        if limited != self.limited:
            self.limited = limited
            self.freed.emit()

    def report(self, error: BaseException) -> None:
        """Tell a person what went wrong: their own sentence, or that it is our fault.

        What another person did is not theirs to know.
        """
        if self.bridge.late:
            log.warning("something failed for who looked before", exc_info=error)
        else:
            self.told.emit(self.sentence(error), not isinstance(error, UserError))

    def sentence(self, error: BaseException) -> str:
        """What went wrong in a sentence, for a place of its own instead of the message bar."""
        if not isinstance(error, UserError):
            log.error("a call failed", exc_info=error)
        return logs.sentence(error)

    def _note_origin(self, tile: "Tile") -> None:
        if tile.origin is not None:
            self.origins[tile.id] = tile.origin

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
            self.pictures.renew()
        self.changed.emit(what)

    def _restart(self) -> None:
        """Say what is so: what was on its way is asked again, see `Client`."""
        if not self._exchanges:
            self.told.emit("The engine stopped and was started again; what you did is kept.", False)
        self._exchanges = False
        self.restarted.emit()
        self._note(frozenset({"items", "features", "status", "plugins"}))
