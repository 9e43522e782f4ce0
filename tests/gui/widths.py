"""Finds what is wider than the place that it stands in."""

from PySide6.QtWidgets import QScrollArea, QWidget


def cut_off(window: QWidget) -> list[str]:
    """Give the names of what is shown and scrolls up and down, but is cut off at its side."""
    return [
        area.accessibleName()
        for area in window.findChildren(QScrollArea)
        if area.isVisible() and area.widget().width() > area.viewport().width()
    ]
