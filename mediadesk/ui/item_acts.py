"""Does what a key, a button or a menu says with one item or with ten thousand."""

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, QPoint
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QMenu, QWidget

from mediadesk.engine.messages import Browsing, ItemView, Organising, Working
from mediadesk.ui import icons, words
from mediadesk.ui.desk import Desk
from mediadesk.ui.dialogs.collect import collect_items
from mediadesk.ui.dialogs.edit import edit_items
from mediadesk.ui.dialogs.identify import identify_items
from mediadesk.ui.dialogs.tag import tag_items
from mediadesk.ui.dialogs.write import write_items
from mediadesk.ui.keys import KEYS, shown
from mediadesk.ui.offers import offers
from mediadesk.ui.widgets.menus import passing

STARS = ("0", "1", "2", "3", "4", "5")
QUEUES = {"play": "now", "play-next": "next", "queue": "last", "shuffle": "shuffled"}
_THOUGHTS = frozenset({"like", "less", "not-now", "why"})


@dataclass(frozen=True, slots=True)
class Chosen:
    """The items that are acted upon: their numbers, and those of them that are here."""

    numbers: "array[int]"
    views: tuple[ItemView, ...]

    @property
    def only(self) -> ItemView | None:
        """The item, if it is one alone."""
        return self.views[0] if len(self.numbers) == 1 and self.views else None

    @property
    def watched(self) -> bool:
        """Whether all that are here have been watched."""
        return bool(self.views) and all(view.finished for view in self.views)


def put_first(desk: Desk, ids: Sequence[str]) -> None:
    """Have what waits for these items analysed before all else."""
    sentence = f"{words.count(len(ids), 'item')} will be analysed before all else."
    desk.do(lambda _: desk.toasted.emit(sentence, None), Working.first, ids)


class ItemActs(QObject):
    """The actions, by the names that keys have, and the menu of them."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        self._parent = parent
        self.collection = ""  # the id of the plain one that is seen, to take items out of it

    def run(self, action: str, chosen: Chosen) -> None:
        """Do something with what is chosen; nothing waits, however many these are."""
        only = chosen.only
        if not chosen.numbers:
            return
        if only is not None and action in _THOUGHTS | {"hide", "play"}:
            self._desk.act(words.tile(only), action)
        elif only is not None and action == "open":
            self._desk.opened.emit(only.id)
        elif action in _THOUGHTS | {"open"}:
            self._desk.toasted.emit("This goes with one item at a time.", None)
        elif only is not None:
            self._do(action, chosen, (only.id,))
        else:
            self._desk.do(partial(self._do, action, chosen), Browsing.ids_at, chosen.numbers)

    def menu(self, chosen: Chosen, where: QPoint) -> QMenu:
        """Open the menu of what can be done at a point of the screen."""
        menu = passing(self._parent)
        one = chosen.only is not None
        if one:
            self._add(menu, chosen, "open", "Open", "open")
        self._add(menu, chosen, "play", "Play", "play")
        self._add(menu, chosen, "play-next", "Play next", "queue")
        self._add(menu, chosen, "queue", "Add to the queue", "queue")
        menu.addSeparator()
        if one:
            liked = chosen.views[0].liked
            drawn = "liked" if liked else "like"
            self._add(menu, chosen, "like", "No longer like" if liked else "Like", drawn)
            self._add(menu, chosen, "less", "Less like this", "less")
            self._add(menu, chosen, "why", "Why this?", "why")
            menu.addSeparator()
        self.rating(menu.addMenu(self._icon("star"), "Rate"), chosen)
        if one:
            mark = "Mark as not watched" if chosen.watched else "Mark as watched"
            self._add(menu, chosen, "watched", mark, "eye")
        else:
            self._add(menu, chosen, "set-watched", "Mark as watched", "eye")
            self._add(menu, chosen, "set-unwatched", "Mark as not watched", "undo")
        self._add(menu, chosen, "tag", "Tag…", "tag")
        self._add(menu, chosen, "collect", "Add to a collection…", "collections")
        if self.collection:
            self._add(menu, chosen, "uncollect", "Take out of this collection", "close")
        menu.addSeparator()
        self._add(menu, chosen, "edit", "Edit…", "edit")
        if not all(view.kind in words.SOUND_KINDS for view in chosen.views):
            self._add(menu, chosen, "identify", "Identify…", "search")
        self._add(menu, chosen, "write", "Write to files…", "disk")
        self._add(menu, chosen, "first", "Analyse before all else", "activity")
        hidden = one and chosen.views[0].hidden
        hiding = ("unhide", "Show again") if hidden else ("hide", "Hide")
        self._add(menu, chosen, *hiding, "hide")
        menu.popup(where)
        return menu

    def rating(self, menu: QMenu, chosen: Chosen) -> None:
        """Fill a menu with the ratings."""
        for stars in reversed(STARS[1:]):
            text = f"{'★' * int(stars)}{'☆' * (5 - int(stars))}"
            self._offer_rating(menu, chosen, stars, text)
        self._offer_rating(menu, chosen, "0", "No rating")

    def _offer_rating(self, menu: QMenu, chosen: Chosen, stars: str, text: str) -> None:
        key = shown(self._desk.keys.of(f"rate-{stars}")[:1])
        menu.addAction(f"{text}\t{key}", partial(self.run, f"rate-{stars}", chosen))

    def _add(self, menu: QMenu, chosen: Chosen, action: str, text: str, drawn: str) -> None:
        """Add an act to a menu, with the first of its keys, if it is offered."""
        if not offers(self._desk, action):
            return
        key = shown(self._desk.keys.of(action)[:1]) if action in KEYS else ""
        said = f"{text}\t{key}" if key else text
        menu.addAction(self._icon(drawn), said, partial(self.run, action, chosen))

    def _icon(self, name: str) -> QIcon:
        return icons.icon(name, self._desk.theme.colour("text"))

    def _do(self, action: str, chosen: Chosen, ids: Sequence[str]) -> None:
        """Do something with these items."""
        desk = self._desk
        if action.startswith("rate-"):
            stars = int(action.removeprefix("rate-"))
            desk.rate(ids, float(stars) if stars else None)
        elif action in QUEUES:
            desk.queued.emit(tuple(ids), QUEUES[action])
        else:
            todo: dict[str, Callable[[], object]] = {
                "watched": lambda: desk.change(Organising.mark, ids, watched=not chosen.watched),
                "set-watched": lambda: desk.change(Organising.mark, ids, watched=True),
                "set-unwatched": lambda: desk.change(Organising.mark, ids, watched=False),
                "hide": lambda: desk.change(Organising.hide, ids),
                "unhide": lambda: desk.change(Organising.hide, ids, hidden=False),
                "tag": lambda: tag_items(desk, ids, self._parent),
                "collect": lambda: collect_items(desk, ids, self._parent),
                "uncollect": lambda: desk.change(Organising.uncollect, self.collection, ids),
                "edit": lambda: edit_items(desk, ids, self._parent),
                "identify": lambda: identify_items(desk, ids, self._parent),
                "write": lambda: write_items(desk, ids, self._parent),
                "first": lambda: put_first(desk, ids),
            }
            if action in todo:
                todo[action]()
