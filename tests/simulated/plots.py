"""The month as a picture: what is found, what is tried, what comes into sight."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyqtgraph as pg
from pyqtgraph.exporters import ImageExporter
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication
from simulated.courses import Course, Run, course
from simulated.month import DAYS
from simulated.people import GROUP, NAMES

_SIZE = (1440, 900)
_INK, _FAINT = "#1f2328", "#8b949e"
_OWN, _OTHER, _THIRD = "#2563eb", "#c2570c", "#16803c"
_BAND = 40  # of 255
_PLOTS = (
    (
        "NDCG@10 of what may be recommended",
        (0.0, 1.0),
        (
            ("Top picks", "ndcg", _OWN),
            ("before re-ranking", "ranking", _THIRD),
            ("others’ favourites", "popularity", _OTHER),
            ("chance", "chance", _FAINT),
        ),
    ),
    (
        "What is known of a taste, and what is left to enjoy",
        (0.0, 1.0),
        (
            ("NDCG@10 of the whole library", "whole", _OWN),
            ("enjoyment of the best ten that are left", "left", _OTHER),
        ),
    ),
    (
        "Exploration: share of the cards of Top picks",
        (0.0, 0.6),
        (
            ("to find out", "tried", _OWN),
            ("of the long tail, among the first ten", "long_tail", _OTHER),
        ),
    ),
    (
        "Coverage",
        (0.0, 1.0),
        (
            ("library shown", "shown", _OWN),
            ("Top picks nobody has played", "untouched", _THIRD),
            ("library played", "played", _OTHER),
        ),
    ),
)
"""Title, range, and lines of each plot: what it says, the name of its figure, colour."""


def draw(runs: Sequence[Run], file: Path) -> None:
    """Draw the courses of all figures as four plots."""
    QApplication.instance() or QApplication(["month"])
    pg.setConfigOptions(antialias=True, background="w", foreground=_INK)
    board = pg.GraphicsLayoutWidget(size=_SIZE)
    board.ci.setContentsMargins(16, 16, 24, 16)
    board.ci.layout.setHorizontalSpacing(32)
    for n, (title, (low, high), lines) in enumerate(_PLOTS):
        row, column = 2 * (n // 2), n % 2
        marks = [(name, colour) for name, _, colour in lines]
        marks += [("◆ all three together", _INK)] if n == 0 else []
        board.addLabel(_heading(title, marks), row=row, col=column, justify="left")
        plot = board.addPlot(row=row + 1, col=column)
        plot.setXRange(1, DAYS, padding=0.02)
        plot.setYRange(low, high, padding=0.02)
        plot.setLabel("bottom", "evening")
        plot.showGrid(y=True, alpha=0.15)
        for _, of, colour in lines:
            _line(plot, course(runs, of, NAMES), colour)
        if n == 0:
            own = course(runs, "ndcg", [GROUP])
            plot.plot(own.days, own.mean, pen=None, symbol="d", symbolBrush=_INK, symbolPen=None)
    board.show()
    QApplication.processEvents()
    exporter = ImageExporter(board.scene())
    exporter.parameters()["width"] = _SIZE[0]
    exporter.export(str(file))
    board.close()


def _heading(title: str, marks: Sequence[tuple[str, str]]) -> str:
    """Write a title, and under it in its colour what each line is."""
    names = [
        f"<span style='color: {colour}'>{'' if name[0] == '◆' else '━ '}{name}</span>"
        for name, colour in marks
    ]
    said = " &nbsp; ".join(names)
    top = f"<span style='font-size: 14pt'>{title}</span>"
    return f"{top}<br><span style='font-size: 10pt'>{said}</span>"


def _line(plot: pg.PlotItem, own: Course, colour: str) -> None:
    shade = QColor(colour)
    shade.setAlpha(_BAND)
    edges = [pg.PlotCurveItem(own.days, side, pen=None) for side in (own.low, own.high)]
    plot.addItem(pg.FillBetweenItem(*edges, brush=shade))
    plot.plot(own.days, own.mean, pen=pg.mkPen(colour, width=2.5))
