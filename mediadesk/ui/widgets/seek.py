"""The seek bar: a slider over the length of an item, its moments marked."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, Signal
from PySide6.QtGui import QHelpEvent, QPainter
from PySide6.QtWidgets import QSlider, QToolTip

from mediadesk.engine.messages import MomentView
from mediadesk.ui.theme import Theme
from mediadesk.ui.widgets.slider import Slider
from mediadesk.ui.words import clock

_STEPS = 10_000


class SeekBar(Slider):
    """Where one is in an item; `sought` gives seconds."""

    sought = Signal(float)

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "Position", steps=_STEPS)
        self._length = 0.0
        self._moments: tuple[MomentView, ...] = ()
        self.actionTriggered.connect(self._go)

    def show_moments(self, moments: Sequence[MomentView]) -> None:
        """Mark these moments."""
        self._moments = tuple(moments)
        self.update()

    def show_position(self, position: float, length: float) -> None:
        """Stand at a second of so many."""
        self._length = length
        if not self.isSliderDown():
            self.setValue(round(position / length * _STEPS) if length > 0 else 0)

    def paint_marks(self, painter: QPainter) -> None:
        if self._length <= 0:
            return
        painter.setBrush(self._theme.colour("muted"))
        for moment in self._moments:
            x = self.x_of(moment.start / self._length)
            painter.drawRoundedRect(QRectF(x - 1.5, self.height() / 2 - 5, 3, 10), 1.5, 1.5)

    def event(self, event: QEvent) -> bool:
        if not isinstance(event, QHelpEvent):
            return bool(super().event(event))
        second = self.share_at(event.pos().x()) * self._length
        near = min(self._moments, key=lambda one: abs(one.start - second), default=None)
        close = near is not None and abs(near.start - second) < self._length / 60
        text = f"{clock(near.start)} {near.text}" if near and close else clock(second)
        QToolTip.showText(event.globalPos(), text, self)
        return True

    def _go(self, action: int) -> None:
        """A person moved the handle, by mouse or keys; following the playing is no action."""
        if action != QSlider.SliderAction.SliderNoAction.value:
            self.sought.emit(self.sliderPosition() / _STEPS * self._length)
