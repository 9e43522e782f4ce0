"""Where the dots of a map stand, and which is near a place or next in a direction."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt

from mediadesk.engine.messages import PointView

_CELL = 24.0
_ASIDE = 2.5  # how much worse a step to the side is than one ahead
_AHEAD = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class Scatter:
    """Dots laid into an area, in pixels."""

    def __init__(self, points: Sequence[PointView], area: QRectF) -> None:
        self.places = tuple(
            QPointF(
                area.left() + _share(point.x) * area.width(),
                area.bottom() - _share(point.y) * area.height(),
            )
            for point in points
        )
        self._cells: dict[tuple[int, int], list[int]] = {}
        for number, place in enumerate(self.places):
            self._cells.setdefault(_cell(place), []).append(number)

    def at(self, where: QPointF, within: float) -> int | None:
        """Give the dot nearest to a place and at most `within` (24 at most) away."""
        column, line = _cell(where)
        close = [
            (_far(self.places[number], where), number)
            for x in (column - 1, column, column + 1)
            for y in (line - 1, line, line + 1)
            for number in self._cells.get((x, y), ())
        ]
        best = min(close, default=None)
        return best[1] if best is not None and best[0] <= within**2 else None

    def next(self, number: int, key: Qt.Key) -> int:
        """Give the dot that an arrow key leads to, or the same where there is none."""
        here = self.places[number]
        ahead_x, ahead_y = _AHEAD[key]
        best, found = float("inf"), number
        for other, place in enumerate(self.places):
            x, y = place.x() - here.x(), place.y() - here.y()
            ahead = x * ahead_x + y * ahead_y
            if ahead <= 0:
                continue
            aside = abs(x * ahead_y) + abs(y * ahead_x)
            cost = ahead + _ASIDE * aside
            if cost < best:
                best, found = cost, other
        return found

    def middle(self, area: QRectF) -> int:
        """Give the dot nearest to the middle: where the keyboard starts."""
        centre = area.center()
        return min(range(len(self.places)), key=lambda one: _far(self.places[one], centre))


def _share(value: float) -> float:
    """A coordinate within 0..1; what is no number stands at 0."""
    return max(0.0, min(1.0, value)) if value == value else 0.0  # noqa: PLR0124 - NaN


def _cell(place: QPointF) -> tuple[int, int]:
    return int(place.x() // _CELL), int(place.y() // _CELL)


def _far(one: QPointF, other: QPointF) -> float:
    """The squared distance."""
    return (one.x() - other.x()) ** 2 + (one.y() - other.y()) ** 2
