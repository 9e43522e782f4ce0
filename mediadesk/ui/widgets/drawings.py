"""What stands in graphs: intervals side by side, lines over time, and shares in pairs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pyqtgraph
from PySide6.QtCore import Qt
from PySide6.QtGui import QPen

from mediadesk.engine.messages import Figure
from mediadesk.ui.theme import TYPE, Theme
from mediadesk.ui.widgets.graph import Plot

ROW = 26
"""The height of a row of intervals in pixels."""
PAIR = 40
"""The height of a pair of bars in pixels."""
FOOT = 28
"""The height of the numbers below."""
_NAMES, _NUMBERS = 150, 112  # pixels beside
_STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5, 1.0)
_MOST_STEPS = 6
_CAP = 0.16
_BAR = 0.26
_DASHES = (Qt.PenStyle.DashLine, Qt.PenStyle.DotLine, Qt.PenStyle.DashDotLine)

Says = Callable[[float], str]
"""Writes a value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A named course of values, one for each moment."""

    name: str
    values: Sequence[float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A named share, and the share that it is compared with."""

    name: str
    share: float
    other: float


def intervals(
    plot: Plot,
    theme: Theme,
    *,
    rows: Sequence[tuple[str, Figure]],
    says: Says,
    most: float = 0.0,
    even: float | None = None,
) -> None:
    """Draw a dot for each name, with whiskers where there are any, the first one in the accent.

    The scale goes from 0 to the greatest end, or to `most` where that is more. At `even` a line
    stands: what is at its right has won.
    """
    places = _down(len(rows))
    reached = (end or 0.0 for _, figure in rows for end in (figure.value, figure.high))
    most = max([most, *reached]) or 1.0
    _rows(plot, theme, [name for name, _ in rows], [_told(figure, says) for _, figure in rows])
    _scale(plot, theme, most, says)
    if even is not None:
        pen = pyqtgraph.mkPen(theme.colour("muted"), style=Qt.PenStyle.DashLine)
        _strokes(plot, [(even, -1, even, len(rows))], pen)
    for place, (_, figure) in zip(places, rows, strict=True):
        if figure.value is None:
            continue
        first = place == places[0]
        ink = theme.colour("accent" if first else "muted")
        pen = pyqtgraph.mkPen(ink, width=2)
        if figure.low is not None and figure.high is not None:
            ends = [(end, place - _CAP, end, place + _CAP) for end in (figure.low, figure.high)]
            _strokes(plot, [(figure.low, place, figure.high, place), *ends], pen)
        ground = pyqtgraph.mkBrush(ink if first else theme.colour("surface"))
        dot = pyqtgraph.ScatterPlotItem([figure.value], [place], size=10, pen=pen, brush=ground)
        plot.box.addItem(dot)


def courses(
    plot: Plot,
    theme: Theme,
    *,
    lines: Sequence[Line],
    below: Sequence[tuple[int, str]],
    says: Says,
) -> None:
    """Draw lines over moments, the first one in the accent; `below` says when some of them were."""
    long = max(len(line.values) for line in lines)
    ticks = _ticks(1.25 * max(value for line in lines for value in line.values) or 1.0)
    plot.box.setRange(xRange=(1, max(long, 2)), yRange=(0, ticks[-1]))
    plot.tick("left", [(tick, says(tick)) for tick in ticks])
    plot.tick("right", [])
    plot.tick("bottom", below)
    grid = pyqtgraph.mkPen(theme.colour("track"))
    _strokes(plot, [(0, tick, 2 * long + 2, tick) for tick in ticks], grid)
    legend = pyqtgraph.LegendItem(
        offset=(1, 1), frame=False, colCount=len(lines), horSpacing=12,
        labelTextColor=theme.colour("muted"), labelTextSize=f"{TYPE.small}px",
    )  # fmt: skip
    legend.setParentItem(plot.box)
    for n, line in enumerate(lines):
        dash = _DASHES[(n - 1) % len(_DASHES)] if n else Qt.PenStyle.SolidLine
        ink = theme.colour("muted" if n else "accent")
        pen = pyqtgraph.mkPen(ink, width=1.5 if n else 3, style=dash)
        moments = list(range(1, len(line.values) + 1))
        curve = pyqtgraph.PlotCurveItem(moments, list(line.values), pen=pen)
        curve.setZValue(-n)  # the first one over all others
        plot.box.addItem(curve)
        legend.addItem(curve, line.name)


def pairs(plot: Plot, theme: Theme, *, rows: Sequence[Pair], says: Says) -> None:
    """Draw two bars for each name, that in the accent above the one it is compared with."""
    places = _down(len(rows))
    told = [f"{says(row.share)}, of all {says(row.other)}" for row in rows]
    _rows(plot, theme, [row.name for row in rows], told)
    _scale(plot, theme, max(max(row.share, row.other) for row in rows), says)
    for shift, shares, ink in (
        (0.18, [row.share for row in rows], "accent"),
        (-0.18, [row.other for row in rows], "faint"),
    ):
        at, brush = [place + shift for place in places], theme.colour(ink)
        bars = pyqtgraph.BarGraphItem(x0=0, y=at, width=shares, height=_BAR, pen=None, brush=brush)
        plot.box.addItem(bars)


def _down(count: int) -> list[int]:
    """Where rows stand, the first one at the top."""
    return list(range(count - 1, -1, -1))


def _told(figure: Figure, says: Says) -> str:
    return "–" if figure.value is None else says(figure.value)


def _rows(plot: Plot, theme: Theme, names: Sequence[str], told: Sequence[str]) -> None:
    for side, texts, wide in (("left", names, _NAMES), ("right", told, _NUMBERS)):
        plot.axes[side].setWidth(wide)
        plot.axes[side].setTextPen(theme.colour("text"))
        plot.tick(side, list(zip(_down(len(names)), texts, strict=True)))
    plot.box.setYRange(-0.6, len(names) - 0.4, padding=0)


def _scale(plot: Plot, theme: Theme, most: float, says: Says) -> None:
    ticks = _ticks(most)
    plot.box.setXRange(0, ticks[-1])
    plot.tick("bottom", [(tick, says(tick)) for tick in ticks])
    grid = pyqtgraph.mkPen(theme.colour("track"))
    _strokes(plot, [(tick, -1, tick, PAIR) for tick in ticks], grid)


def _strokes(plot: Plot, strokes: Sequence[tuple[float, float, float, float]], pen: QPen) -> None:
    """Draw strokes from (x, y) to (x, y), which move the range of no axis."""
    x = [end for stroke in strokes for end in (stroke[0], stroke[2])]
    y = [end for stroke in strokes for end in (stroke[1], stroke[3])]
    plot.box.addItem(pyqtgraph.PlotCurveItem(x, y, connect="pairs", pen=pen), ignoreBounds=True)


def _ticks(most: float) -> list[float]:
    """Round values from 0 on, of which the last is the first that is not below `most`."""
    step = next((each for each in _STEPS if most / each <= _MOST_STEPS), 1.0)
    count = 1
    while count * step < most - 1e-9:
        count += 1
    return [round(n * step, 4) for n in range(count + 1)]
