"""What can be done with the item of a page: what goes with any item, and what needs a page."""

from array import array
from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QMenu, QWidget

from mediadesk.engine.messages import Filing, ItemView, Verified
from mediadesk.paths import to_path
from mediadesk.ui import icons, words
from mediadesk.ui.desk import Desk
from mediadesk.ui.dialogs.merge import merge_item
from mediadesk.ui.dialogs.relink import relink_item
from mediadesk.ui.item_acts import Chosen, ItemActs
from mediadesk.ui.offers import offers
from mediadesk.ui.widgets.menus import passing
from mediadesk.ui.widgets.sheet import confirm


class PageActs(QObject):
    """The acts on one item, by the names that keys have; those of `ItemActs` are among them."""

    def __init__(self, desk: Desk, page: QWidget) -> None:
        super().__init__(page)
        self._desk = desk
        self._page = page
        self._common = ItemActs(desk, page)
        self._questions = desk.ask_anew()
        self._own: Mapping[str, Callable[[ItemView], object]] = {
            "merge": lambda item: merge_item(desk, item, page),
            "relink": lambda item: relink_item(desk, item, page),
            "forget": self._confirm_forgetting,
            "verify": self._verify,
            "folder": _show_folder,
        }
        self.item: ItemView | None = None

    def do(self, action: str) -> None:
        """Do what is called so, with the item."""
        if self.item is None:
            return
        if action in self._own:
            self._own[action](self.item)
        else:
            self._common.run(action, Chosen(array("I", [0]), (self.item,)))

    def rate(self, stars: float | None) -> None:
        """Rate the item with half to five stars, or take its rating away."""
        if self.item is not None:
            self._desk.rate((self.item.id,), stars)

    def menu(self) -> QMenu:
        """The acts that have no button, as a menu; it goes when it is left."""
        menu = passing(self._page)
        if self.item is None:
            return menu
        item, colour = self.item, self._desk.theme.colour("text")

        def add(name: str, drawn: str, action: str, *, able: bool = True) -> None:
            if not offers(self._desk, action):
                return
            made = menu.addAction(icons.icon(drawn, colour), name)
            made.setEnabled(able)
            made.triggered.connect(lambda: self.do(action))

        add("Play next", "play", "play-next", able=item.available)
        add("Add to the queue", "queue", "queue", able=item.available)
        menu.addSeparator()
        add("Less like this", "less", "less")
        add("Not now", "history", "not-now")
        if item.hidden:
            add("Show again", "eye", "unhide")
        else:
            add("Hide", "hide", "hide")
        menu.addSeparator()
        add("Show in the file manager", "folder", "folder", able=item.available)
        add("Verify the file", "shield", "verify", able=item.available)
        if item.kind not in words.SOUND_KINDS:
            add("Identify…", "search", "identify")
        add("Write to files…", "disk", "write")
        add("Analyse before all else", "activity", "first", able=item.available)
        add("Merge with…", "copy", "merge")
        if not item.available:
            add("Relink…", "link", "relink")
            add("Forget…", "trash", "forget")
        return menu

    def _verify(self, item: ItemView) -> None:
        """Read the whole file and tell whether it is what it was."""
        self._desk.toasted.emit(f"Reading all of “{words.short(item.title)}” …", None)
        self._questions.ask(self._verified, Filing.verify, item.id)

    def _verified(self, done: Verified) -> None:
        name = done.path.replace("\\", "/").rpartition("/")[2]
        if done.same is False:
            self._desk.told.emit(
                f"“{name}” has changed since it was last verified: compare it with a backup.", False
            )
        elif done.same:
            self._desk.toasted.emit(
                f"“{name}” is whole: it is what it was when it was last verified.", None
            )
        else:
            self._desk.toasted.emit(
                f"“{name}” could be read to its end; from now on a change of it is noticed.", None
            )

    def _confirm_forgetting(self, item: ItemView) -> None:
        confirm(
            self._page,
            f"Take “{item.title}” out of the library?",
            title="Forget an item",
            more="Ratings, tags and positions are kept for when the file comes back, and this can "
            "be undone.",
            agree="Forget",
            then=lambda: self._desk.change(Filing.forget, (item.id,)),
        )


def _show_folder(item: ItemView) -> None:
    """Open the folder of a file in the system's file manager."""
    if item.path:
        folder = to_path(item.path).parent.as_uri()
        QDesktopServices.openUrl(QUrl.fromEncoded(folder.encode()))
