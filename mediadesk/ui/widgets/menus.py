"""Menus that come up where they are asked for and go when they are left."""

from PySide6.QtWidgets import QMenu, QWidget


def passing(asked: QWidget) -> QMenu:
    """Give an empty menu for what a widget offers.

    It is a child of the window: a page becomes a native window once a video was shown in it, its
    menus with it, and these could not come up on Wayland.
    """
    menu = QMenu(asked.window())
    menu.aboutToHide.connect(menu.deleteLater)
    return menu
