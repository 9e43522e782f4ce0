"""What the commands of the window do: each name of the list of keys with its act."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from mediadesk.engine.messages import Organising, Playing, Status, Verbs
from mediadesk.ui.keys import GROUPS, ITEM_ACTS, KEYS, LIBRARY_ACTS, counts, shown
from mediadesk.ui.words import Tile

if TYPE_CHECKING:
    from mediadesk.ui.palette import Command
    from mediadesk.ui.window import Window

PAGES = ("for-you", "library", "collections", "tidy", "activity", "plugins", "settings", "player")
_RECENT = 6


class Commands:
    """The commands of a window, by the names of `keys.KEYS`."""

    def __init__(self, window: "Window") -> None:
        self._window = window
        self._desk = window.desk
        self.recent: list[str] = []
        self.todo = self._pages() | self._own() | self._items() | self._player()

    def show_keys(self) -> None:
        """Show all keys."""
        from mediadesk.ui.key_sheet import KeySheet

        sheet = KeySheet(self._desk.theme, self._window.keys, self._window)
        sheet.finished.connect(sheet.deleteLater)
        sheet.open()

    def show_palette(self) -> None:
        """Let a person find a command or an item by a few letters, the last ones used first."""
        from mediadesk.ui.palette import Palette

        here = [name for name in self.todo if counts(KEYS[name], self._window.page_name)]
        recent = [name for name in self.recent if name in here]
        names = [*recent, *(name for name in here if name not in recent and name != "palette")]
        Palette(self._desk, [self._command(name) for name in names], self._window).open()

    def act_on(self, tile: Tile, action: str) -> None:
        """Do with one card what is neither playing nor feedback."""
        if action.startswith("rate-"):
            stars = float(action.removeprefix("rate-")) or None
            self._desk.change(Organising.rate, (tile.id,), stars)
        elif action == "watched":
            self._desk.change(Organising.mark, (tile.id,), watched=not tile.finished)
        elif action == "dismiss":
            self._desk.change(Playing.dismiss, tile.id)
        elif action in {"edit", "tag", "collect"}:
            from mediadesk.ui.dialogs.collect import collect_items
            from mediadesk.ui.dialogs.edit import edit_items
            from mediadesk.ui.dialogs.tag import tag_items

            asking = {"edit": edit_items, "tag": tag_items, "collect": collect_items}[action]
            asking(self._desk, (tile.id,), self._window)

    def scan(self) -> None:
        """Look for changes in all folders."""
        self._desk.toasted.emit("Looking through the folders …", None)
        self._desk.questions.tell(Verbs.scan)

    def pause(self) -> None:
        """Pause the work in the background, or go on."""
        self._desk.questions.ask(self._turn_pause, Verbs.status)

    def back_up(self) -> None:
        """Back the library up."""
        self._desk.questions.ask(
            lambda _: self._desk.toasted.emit("The library is backed up.", None), Verbs.backup
        )

    def _turn_pause(self, status: Status) -> None:
        paused = not status.paused
        said = "The work is paused." if paused else "The work goes on."
        self._desk.do(lambda _: self._desk.toasted.emit(said, None), Verbs.pause, paused=paused)

    def _command(self, name: str) -> "Command":
        from mediadesk.ui.palette import Command

        key = KEYS[name]

        def run() -> None:
            self.recent = [name, *(one for one in self.recent if one != name)][:_RECENT]
            self.todo[name]()

        return Command(name, key.says, shown(self._window.keys.of(name)), run)

    def _pages(self) -> dict[str, Callable[[], object]]:
        return {name: partial(self._window.go, name) for name in PAGES if self._window.knows(name)}

    def _own(self) -> dict[str, Callable[[], object]]:
        window, desk = self._window, self._desk
        looks = ("system", "light", "dark", "contrast")
        return {
            "search": window.topbar.take_keyboard,
            "palette": self.show_palette,
            "back": window.back,
            "forward": window.forward,
            "escape": window.escape,
            "undo": window.deeds.undo,
            "redo": window.deeds.redo,
            "add-folder": desk.folder_wanted.emit,
            "scan": self.scan,
            "pause": self.pause,
            "backup": self.back_up,
            **{f"look-{look}": partial(desk.look, look) for look in looks},
            "guide": desk.guide_wanted.emit,
            "demo": desk.demo_wanted.emit,
            "help": self.show_keys,
            "quit": window.quit,
        }

    def _items(self) -> dict[str, Callable[[], object]]:
        return {name: partial(self._window.act, name) for name in (*ITEM_ACTS, *LIBRARY_ACTS)}

    def _player(self) -> dict[str, Callable[[], object]]:
        def acting(name: str) -> Callable[[], None]:
            return lambda: self._window.player.do(name)

        return {key.name: acting(key.name) for key in GROUPS["Player"]}
