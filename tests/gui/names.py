"""Finds what has no name to be read aloud."""

from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QScrollBar,
    QWidget,
)

from mediadesk.ui.widgets.plot import PointMap

_KINDS = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    PointMap,
)
_WHOLE = (QLineEdit, QAbstractItemView, QAbstractSpinBox, QComboBox)  # their parts are Qt's own


def nameless(window: QWidget) -> list[QWidget]:
    """Give the controls of a window that have no name."""
    return [each for each in controls(window) if not each.accessibleName()]


def controls(window: QWidget) -> list[QWidget]:
    """Give what can be looked at or used in a window."""
    return [
        child
        for child in window.findChildren(QWidget)
        if isinstance(child, _KINDS)
        and not isinstance(child, QScrollBar)
        and not isinstance(child.parentWidget(), _WHOLE)
        and not isinstance(child.parentWidget() and child.parentWidget().parentWidget(), _WHOLE)
    ]
