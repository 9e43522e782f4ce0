"""What the window asks of every page."""

from PySide6.QtWidgets import QWidget


class Page(QWidget):
    """A page; by itself it does nothing when it is entered, left, refreshed or acted upon."""

    title = ""

    def turn_to(self, argument: str) -> None:
        """Be about something else: an item's id, a plugin's name; `enter` follows."""

    def enter(self) -> None:
        """Show what is current; the page is about to be seen."""

    def leave(self) -> None:
        """Another page is about to be seen."""

    def refresh(self, what: frozenset[str]) -> None:
        """Follow a change of items, features, status or plugins, while seen."""

    def act(self, action: str) -> None:
        """Do what a key says where no card has the keyboard."""

    def take_keyboard(self) -> None:
        """Put the keyboard where a person would go on."""
