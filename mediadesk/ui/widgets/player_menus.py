"""The menus of the player: sound, subtitles, speed, chapters."""

from collections.abc import Callable
from functools import partial
from pathlib import PurePath

from PySide6.QtCore import QPoint
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from mediadesk.ui import tracks, words
from mediadesk.ui.playback import SPEEDS, Playback
from mediadesk.ui.widgets.controls import unmarked
from mediadesk.ui.widgets.menus import passing

DELAY_S = 0.25
_FILES = f"Subtitles ({' '.join(f'*{ending}' for ending in tracks.FILES)});;All files (*)"


class PlayerMenus:
    """Makes the menus when they are asked for, for only then it is known what is in them."""

    def __init__(self, playback: Playback, parent: QWidget) -> None:
        self._playback = playback
        self._parent = parent
        self.shown: QMenu | None = None

    def audio(self, button: QWidget) -> None:
        """The audio tracks."""
        menu = self._menu("Sound")
        streams = self._playback.streams("audio")
        for number, stream in enumerate(streams, start=1):
            self._choice(
                menu,
                tracks.title(stream, number),
                partial(self._playback.choose_audio, stream),
                on=stream.chosen,
            )
        if not streams:
            menu.addAction("No audio track").setEnabled(False)
        self._open(menu, button)

    def subtitles(self, button: QWidget) -> None:
        """Off, those in the file, the files beside it, another file, and their delay."""
        playback = self._playback
        menu = self._menu("Subtitles")
        streams = playback.streams("subtitle")
        is_off = not any(stream.chosen for stream in streams)
        self._choice(menu, "Off", lambda: playback.choose_subtitle(None), on=is_off)
        for number, stream in enumerate(streams, start=1):
            self._choice(
                menu,
                tracks.title(stream, number),
                partial(playback.choose_subtitle, stream),
                on=stream.chosen,
            )
        if playback.player is not None and playback.player.takes_files:
            for path in playback.files:
                self._choice(menu, tracks.file_title(path), partial(playback.choose_file, path))
            menu.addSeparator()
            menu.addAction("Load file…").triggered.connect(self._ask_for_file)
            menu.addSeparator()
            for name, seconds in (("Earlier", -DELAY_S), ("Later", DELAY_S)):
                action = menu.addAction(f"{name} by {DELAY_S:g} s")
                action.triggered.connect(partial(self._delay, seconds))
            if playback.delay:
                told = f"{abs(playback.delay):g} s {'late' if playback.delay > 0 else 'early'}"
                menu.addAction(f"Shown {told}").setEnabled(False)
        self._open(menu, button)

    def speed(self, button: QWidget) -> None:
        """How fast it goes."""
        menu = self._menu("Speed")
        for speed in SPEEDS:
            name = "Normal" if speed == 1 else f"{speed:g} ×"
            todo = partial(self._playback.set_speed, speed)
            self._choice(menu, name, todo, on=speed == self._playback.speed)
        self._open(menu, button)

    def chapters(self, button: QWidget) -> None:
        """The chapters, the one that is played marked."""
        chapters = self._playback.sitting.chapters if self._playback.sitting else ()
        if not chapters:
            return
        proposed = any(one.proposed for one in chapters)
        menu = self._menu("Proposed chapters" if proposed else "Chapters")
        if proposed:
            menu.addAction("Proposed by what is seen and said").setEnabled(False)
        here = words.chapter_at(chapters, self._playback.position)
        for chapter in chapters:
            self._choice(
                menu,
                f"{words.clock(chapter.start)}  {words.short(chapter.title)}",
                partial(self._playback.seek, chapter.start),
                on=chapter is here,
            )
        self._open(menu, button)

    def _menu(self, name: str) -> QMenu:
        menu = passing(self._parent)
        menu.setAccessibleName(name)
        return menu

    def _choice(
        self, menu: QMenu, name: str, todo: Callable[[], None], *, on: bool = False
    ) -> QAction:
        action = menu.addAction(unmarked(name))
        action.setCheckable(True)
        action.setChecked(on)
        action.triggered.connect(lambda _: todo())
        return action

    def _open(self, menu: QMenu, button: QWidget) -> None:
        """Show a menu above its button."""
        self.shown = menu
        above = QPoint(0, -menu.sizeHint().height() - 4)
        menu.popup(button.mapToGlobal(above))

    def _delay(self, seconds: float) -> None:
        self._playback.delay_subtitles(seconds)

    def _ask_for_file(self) -> None:
        sitting = self._playback.sitting
        beside = str(PurePath(sitting.path).parent) if sitting else ""
        dialog = QFileDialog(self._parent.window(), "Load subtitles", beside, _FILES)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self._playback.choose_file)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
