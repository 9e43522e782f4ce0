"""Says of an item why its file can't be played, and what can be done about that."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame

from mediadesk.engine.messages import ItemView
from mediadesk.ui.theme import Theme
from mediadesk.ui.widgets.controls import Button, Sentence, column, row
from mediadesk.ui.widgets.mark import Glyph


class AbsenceBar(QFrame):
    """A note above the page of an item whose file is not there."""

    relink = Signal()
    forget = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setProperty("role", "note")
        self._glyph = Glyph(theme, "offline", "warning", 24)
        self._heading = Sentence("", "strong")
        self._words = Sentence("", "muted")
        self.relink_button = Button(theme, "Relink…", self.relink.emit)
        self.forget_button = Button(theme, "Forget…", self.forget.emit, role="quiet")
        line = row(
            self._glyph,
            column(self._heading, self._words, spacing=2),
            self.relink_button,
            self.forget_button,
            spacing=12,
        )
        line.setStretch(1, 1)
        line.setContentsMargins(16, 12, 16, 12)
        self.setLayout(line)
        self.hide()

    def show_item(self, item: ItemView, *, free: bool = True) -> None:
        """Say where the file of an item is if it is not here; else take no room.

        Who is `free` to may mend that.
        """
        self.setVisible(not item.available)
        self._glyph.draw("offline" if item.drive else "warning", "warning")
        if item.device:
            self._heading.say(f"On {item.device}, and not on this device")
            self._words.say(
                f"Copy its file from there into a folder of your library to play it here: what "
                f"“{item.device}” learnt of it is here already."
            )
        elif item.drive:
            self._heading.say(f"On the drive “{item.drive}”, which is not connected")
            self._words.say("Connect it and this can be played again; nothing of it is lost.")
        elif item.path:
            self._heading.say("File not found")
            how = "Relink it if you moved it; what" if free else "What"
            self._words.say(
                f"It was last seen at “{item.path}”. {how} you did with it is kept either way."
            )
        else:
            self._heading.say("Not in your library now")
            self._words.say(
                "It was forgotten, or its folder was taken out. What you did with it is kept for "
                "when it comes back."
            )
        self.relink_button.setVisible(free and item.path is not None)
        self.forget_button.setVisible(free and item.path is not None and not item.drive)
