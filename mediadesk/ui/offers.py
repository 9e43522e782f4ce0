"""What is not offered to who has limits: the engine would answer it with a sentence alone."""

from PySide6.QtWidgets import QWidget

from mediadesk.ui.desk import Desk

PAGES = frozenset({"tidy", "activity", "plugins", "plugin", "privacy", "sync", "guide"})
"""The pages about what is everybody's: the library, its files, plugins and work."""
ACTS = frozenset({
    "add-folder", "scan", "pause", "backup", "tag", "collect", "uncollect", "edit",
    "identify", "write", "first", "merge", "relink", "forget", "verify", "rename", "delete",
    "demo",
})  # fmt: skip
"""What is done by name, with a key or from a menu, to what is everybody's."""


def offers(desk: Desk, name: str) -> bool:
    """Whether a page or an act is offered to who looks now."""
    return not (desk.limited and name in PAGES | ACTS)


def only_free(desk: Desk, *parts: QWidget) -> None:
    """Show these to those without limits only, now and whenever somebody else looks."""

    def again() -> None:
        for part in parts:
            part.setHidden(desk.limited)

    desk.freed.connect(again)
    if desk.limited:  # else a part that has no parent yet would be a window for a moment
        again()
