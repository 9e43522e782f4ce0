"""The commands of the window: each name of the list of keys with its act, and the palette."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from mediadesk.engine.messages import LOOKS, Backups, Organising, Playing, Status, Verbs
from mediadesk.ui.desk import Desk
from mediadesk.ui.keys import KEYS, shown
from mediadesk.ui.offers import offers
from mediadesk.ui.words import Tile

if TYPE_CHECKING:
    from mediadesk.ui.palette import Command

_RECENT = 6


class Commands(QObject):
    """All that a person can have done by name, as in `keys.KEYS`."""

    def __init__(
        self,
        desk: Desk,
        window: QWidget,
        todo: Mapping[str, Callable[[], object]],
        *,
        does: Callable[[str], bool],
    ) -> None:
        """`todo` is what the window does itself; `does` tells whether that is anything by now."""
        super().__init__(window)
        self._desk = desk
        self._window = window
        self._does = does
        self._missed = ""  # why the library was not backed up
        self.recent: list[str] = []
        looks = {f"look-{look}": partial(desk.look, look) for look in LOOKS}
        named: dict[str, Callable[[], object]] = {**todo, **self._own(), **looks}
        self.todo = {name: partial(self._run, name, act) for name, act in named.items()}
        desk.acted.connect(self.act_on)

    def show_keys(self) -> None:
        """Show all keys."""
        from mediadesk.ui.key_sheet import KeySheet

        sheet = KeySheet(self._desk.theme, self._desk.keys, self._window)
        sheet.finished.connect(sheet.deleteLater)
        sheet.open()

    def show_palette(self) -> None:
        """Let a person find a command or an item by a few letters, the last ones used first."""
        from mediadesk.ui.palette import Palette

        here = [name for name in KEYS if name in self.todo and self._does(name)]
        recent = [name for name in self.recent if name in here]
        names = [*recent, *(name for name in here if name not in recent and name != "palette")]
        Palette(self._desk, [self._command(name) for name in names], self._window).open()

    def act_on(self, tile: Tile, action: str) -> None:
        """Do with one card what is neither playing nor feedback."""
        if action.startswith("rate-"):
            stars = float(action.removeprefix("rate-")) or None
            self._desk.rate((tile.id,), stars)
        elif action == "watched":
            self._desk.change(Organising.mark, (tile.id,), watched=not tile.finished)
        elif action == "dismiss":
            self._desk.change(Playing.dismiss, tile.id)
        elif action == "first":
            from mediadesk.ui.item_acts import put_first

            put_first(self._desk, (tile.id,))
        elif action == "preview":
            from mediadesk.ui.dialogs.preview import preview_feedback

            preview_feedback(self._desk, tile, self._window)
        elif action in {"play-next", "queue"}:
            from mediadesk.ui.item_acts import QUEUES

            self._desk.queued.emit((tile.id,), QUEUES[action])
        elif action in {"edit", "tag", "collect", "identify", "write"}:
            from mediadesk.ui.dialogs.collect import collect_items
            from mediadesk.ui.dialogs.edit import edit_items
            from mediadesk.ui.dialogs.identify import identify_items
            from mediadesk.ui.dialogs.tag import tag_items
            from mediadesk.ui.dialogs.write import write_items

            asking = {
                "edit": edit_items,
                "tag": tag_items,
                "collect": collect_items,
                "identify": identify_items,
                "write": write_items,
            }
            asking[action](self._desk, (tile.id,), self._window)

    def scan(self) -> None:
        """Look for changes in all folders."""
        self._desk.toasted.emit("Looking through the folders …", None)
        self._desk.questions.tell(Verbs.scan)

    def pause(self) -> None:
        """Pause the work in the background, or go on."""
        self._desk.questions.ask(self._turn_pause, Verbs.status)

    def back_up(self) -> None:
        """Back the library up."""
        self._desk.questions.attempt(self._backed_up, self._not_backed_up, Verbs.backup)

    def _backed_up(self, _: Backups) -> None:
        self._desk.settled.emit(self._missed)
        self._desk.toasted.emit("The library is backed up.", None)

    def _not_backed_up(self, error: BaseException) -> None:
        self._desk.report(error)
        self._missed = str(error)

    def _turn_pause(self, status: Status) -> None:
        paused = not status.paused
        said = "The work is paused." if paused else "The work goes on."
        self._desk.do(lambda _: self._desk.toasted.emit(said, None), Verbs.pause, paused=paused)

    def _run(self, name: str, act: Callable[[], object]) -> None:
        if offers(self._desk, name):
            act()

    def _command(self, name: str) -> "Command":
        from mediadesk.ui.palette import Command

        key = KEYS[name]

        def run() -> None:
            self.recent = [name, *(one for one in self.recent if one != name)][:_RECENT]
            self.todo[name]()

        return Command(name, key.says, shown(self._desk.keys.of(name)), run)

    def _own(self) -> dict[str, Callable[[], object]]:
        desk = self._desk
        return {
            "palette": self.show_palette,
            "add-folder": desk.folder_wanted.emit,
            "scan": self.scan,
            "pause": self.pause,
            "backup": self.back_up,
            "guide": desk.guide_wanted.emit,
            "demo": desk.demo_wanted.emit,
            "help": self.show_keys,
        }
