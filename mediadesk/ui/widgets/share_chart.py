"""A bar chart of what speaks for something and what against it, around one line."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from mediadesk.ui.theme import TYPE, Theme, font

_BAR = 8.0
_LINE = 30
_NUMBER = 52
_GAP = 12


class ShareChart(QWidget):
    """Named shares as bars, to the right for, to the left against, each with its number."""

    def __init__(self, theme: Theme, shares: Sequence[tuple[str, float]]) -> None:
        super().__init__()
        self._theme = theme
        self._shares = tuple(shares)
        self.setFixedHeight(_LINE * len(self._shares))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(spoken(shares))
        theme.changed.connect(self.update)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, self.height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font(TYPE.small))
        metrics = painter.fontMetrics()
        widest = max(
            (metrics.boundingRect(name).width() + 2 for name, _ in self._shares), default=0
        )
        names = min(widest, self.width() // 2 - _NUMBER)
        left, right = names + _GAP, self.width() - _NUMBER - _GAP
        against = max((-share for _, share in self._shares), default=0.0)
        for_it = max((share for _, share in self._shares), default=0.0)
        whole = max(0.0, against) + max(0.0, for_it) or 1.0
        axis = left + (right - left) * max(0.0, against) / whole
        painter.setPen(self._theme.colour("faint"))
        painter.drawLine(round(axis), 0, round(axis), self.height())
        for n, (name, share) in enumerate(self._shares):
            middle = n * _LINE + _LINE / 2
            long = (right - left) * share / whole
            bar = QRectF(min(axis, axis + long), middle - _BAR / 2, abs(long), _BAR)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.colour("accent" if share >= 0 else "danger"))
            painter.drawRoundedRect(bar, _BAR / 2, _BAR / 2)
            painter.setPen(self._theme.colour("text"))
            line = QRectF(0, n * _LINE, names, _LINE)
            cut = metrics.elidedText(name, Qt.TextElideMode.ElideRight, names)
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, cut)
            number = QRectF(right + _GAP, n * _LINE, _NUMBER, _LINE)
            side = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
            painter.drawText(number, side, f"{share:+.2f}")


def spoken(shares: Sequence[tuple[str, float]]) -> str:
    """The chart as a screen reader says it."""
    return ", ".join(f"{name} {share:+.2f}" for name, share in shares)
