"""The keys of the window, in one list that is also its help."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QGridLayout, QWidget

from mediadesk.ui.widgets.controls import label


@dataclass(frozen=True, slots=True)
class Key:
    """One thing to do, the keys that do it, and what the help says."""

    name: str
    keys: tuple[str, ...]
    says: str


KEYS = (
    Key("for-you", ("G, F", "Ctrl+1"), "For you"),
    Key("library", ("G, L", "Ctrl+2"), "Library"),
    Key("activity", ("G, A", "Ctrl+3"), "Activity"),
    Key("settings", ("G, S", "Ctrl+4"), "Settings"),
    Key("plugins", ("G, P", "Ctrl+5"), "Plugins"),
    Key("search", ("/", "Ctrl+F"), "Search"),
    Key("back", ("Alt+Left", "Escape"), "Back"),
    Key("play", ("P",), "Play the chosen card"),
    Key("like", ("L",), "Like it"),
    Key("less", ("D",), "Less like it"),
    Key("hide", ("H",), "Hide it"),
    Key("why", ("W",), "Why is it here?"),
    Key("undo", ("Ctrl+Z",), "Undo the last like, less or hide"),
    Key("toggle", ("Space",), "Player: pause or go on"),
    Key("jump-back", ("Left",), "Player: back 10 seconds"),
    Key("jump-on", ("Right",), "Player: on 10 seconds"),
    Key("full-screen", ("F", "F11"), "Player: full screen"),
    Key("mute", ("M",), "Player: mute"),
    Key("help", ("?", "F1"), "This list"),
)
PLAYER_KEYS = frozenset({"toggle", "jump-back", "jump-on", "full-screen", "mute"})


def install(
    window: QWidget, todo: Mapping[str, Callable[[], object]]
) -> dict[str, list[QShortcut]]:
    """Make every key of the list do its part."""
    made: dict[str, list[QShortcut]] = {}
    for key in KEYS:
        made[key.name] = [
            QShortcut(QKeySequence(keys), window, todo[key.name]) for keys in key.keys
        ]
    return made


def help_dialog(parent: QWidget) -> QDialog:
    """The list of keys as a dialog."""
    dialog = QDialog(parent)
    dialog.setWindowTitle("Keys")
    grid = QGridLayout(dialog)
    grid.setContentsMargins(32, 24, 32, 24)
    grid.setHorizontalSpacing(32)
    grid.setVerticalSpacing(8)
    grid.addWidget(label("Keys", "heading"), 0, 0, 1, 2)
    extra = (
        Key("", ("Arrows",), "From card to card"),
        Key("", ("Enter",), "Open the chosen card"),
    )
    for line, key in enumerate((*extra, *KEYS), start=1):
        keys = " or ".join(one.replace(", ", " then ").replace("Ctrl", "Ctrl ") for one in key.keys)
        grid.addWidget(label(keys.replace(" +", " + "), "strong"), line, 0)
        grid.addWidget(label(key.says, "muted"), line, 1)
    return dialog
