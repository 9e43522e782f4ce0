"""A picture of figures in the colours of the look; mouse and wheel are the page's.

It draws with pyqtgraph, which takes long to load: this is imported when there is something to draw.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pyqtgraph
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from mediadesk.ui.theme import TYPE, Theme, font
from mediadesk.ui.widgets.controls import column

_PLACES = {"left": (0, 0), "right": (0, 2), "bottom": (1, 1)}
_NARROWEST = 320

# Its clearing up at the end is meant for windows that end without closing; ours closes.
pyqtgraph.setConfigOptions(antialias=True, exitCleanup=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """Where things are drawn, and the axes around it: left, right and bottom."""

    box: pyqtgraph.ViewBox
    axes: Mapping[str, pyqtgraph.AxisItem]

    def tick(self, side: str, ticks: Sequence[tuple[float, str]]) -> None:
        """Write texts at some places of an axis."""
        self.axes[side].setTicks([list(ticks)])


Draw = Callable[[Plot, Theme], None]


class Graph(QWidget):
    """What `draw` draws, anew in each look; a screen reader is told what is `said` of it."""

    def __init__(self, theme: Theme, name: str, said: str, *, high: int, draw: Draw) -> None:
        super().__init__()
        self._theme = theme
        self._draw = draw
        # Not a PlotWidget: each of these has several menus that nobody opens here.
        self._view = pyqtgraph.GraphicsView(background=None)
        self._view.setFrameShape(QFrame.Shape.NoFrame)
        self._view.setStyleSheet("background: transparent")
        self._view.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setLayout(column(self._view, spacing=0))
        self.setFixedHeight(high)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name)
        self.setAccessibleDescription(said)
        theme.changed.connect(self._ink)
        self._ink()

    def minimumSizeHint(self) -> QSize:
        return QSize(_NARROWEST, self.height())

    def _ink(self) -> None:
        whole = pyqtgraph.GraphicsLayout()
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        box = whole.addViewBox(0, 1, enableMenu=False, enableMouse=False, defaultPadding=0.02)
        axes = {}
        for side, place in _PLACES.items():
            axes[side] = axis = pyqtgraph.AxisItem(side, linkView=box)
            axis.setStyle(
                tickLength=0, tickAlpha=0, tickFont=font(TYPE.small), hideOverlappingLabels=False
            )
            axis.setPen(None)
            axis.setTextPen(self._theme.colour("muted"))
            whole.addItem(axis, *place)
        self._draw(Plot(box=box, axes=axes), self._theme)
        self._view.setCentralItem(whole)
