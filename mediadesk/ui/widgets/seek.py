"""The seek bar: a slider over the length of an item, its chapters and moments marked."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QRectF, QTimer, Signal
from PySide6.QtGui import QHideEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QSlider

from mediadesk.engine.messages import ChapterView, MomentView
from mediadesk.ui.desk import Desk
from mediadesk.ui.widgets.seek_preview import SeekPreview, Spot
from mediadesk.ui.widgets.slider import Slider
from mediadesk.ui.words import clock

_STEPS = 10_000
_NEAR = 60  # parts of the length: so near is a moment to where one points
_PREVIEW_MS = 1500


class SeekBar(Slider):
    """Where one is in an item; `sought` gives seconds. Pointing at a place shows what is there."""

    sought = Signal(float)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.theme, "Position", steps=_STEPS)
        self._length = 0.0
        self._chapters: tuple[ChapterView, ...] = ()
        self._moments: tuple[MomentView, ...] = ()
        self._preview = SeekPreview(desk, self)
        self._gone = QTimer(self, singleShot=True, interval=_PREVIEW_MS)
        self._gone.timeout.connect(self._preview.hide)
        self.setPageStep(_STEPS // 20)
        self.actionTriggered.connect(self._go)

    def show_marks(self, chapters: Sequence[ChapterView], moments: Sequence[MomentView]) -> None:
        """Mark these chapters and moments."""
        self._chapters, self._moments = tuple(chapters), tuple(moments)
        self._preview.hide()
        self.update()

    def show_position(self, position: float, length: float) -> None:
        """Stand at a second of so many."""
        self._length = length
        self.setAccessibleDescription(f"{clock(position)} of {clock(length)}")
        if not self.isSliderDown():
            self.setValue(round(position / length * _STEPS) if length > 0 else 0)

    def spot(self, second: float) -> Spot:
        """Tell what is at a second."""
        chapters = [one.title for one in self._chapters if one.start <= second]
        near = min(self._moments, key=lambda one: abs(one.start - second), default=None)
        is_near = near is not None and abs(near.start - second) < self._length / _NEAR
        pictured = [one for one in self._moments if one.image and one.start <= second + 1]
        return Spot(
            second=second,
            chapter=chapters[-1] if chapters else "",
            moment=near.text if near is not None and is_near else "",
            image=pictured[-1].image if pictured else None,
        )

    def paint_marks(self, painter: QPainter) -> None:
        if self._length <= 0:
            return
        middle = self.height() / 2
        painter.setBrush(self._theme.colour("muted"))
        key = [one for one in self._moments if one.why]
        for moment in key or self._moments:
            x = self.x_of(moment.start / self._length)
            painter.drawEllipse(QRectF(x - 1.5, middle - 8, 3, 3))
        painter.setBrush(self._theme.colour("window"))
        for chapter in self._chapters:
            if chapter.start > 0:
                x = self.x_of(chapter.start / self._length)
                painter.drawRect(QRectF(x - 1.5, middle - 3, 3, 6))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._gone.stop()
        self._show_spot(self.share_at(event.position().x()))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._preview.hide()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._preview.hide()

    def _show_spot(self, share: float) -> None:
        if self._length > 0:
            above = self.mapToGlobal(QPoint(round(self.x_of(share)), 0))
            self._preview.show_spot(self.spot(share * self._length), above)

    def _go(self, action: int) -> None:
        """A person moved the handle, by mouse or keys; following the playing is no action."""
        if action == QSlider.SliderAction.SliderNoAction.value:
            return
        share = self.sliderPosition() / _STEPS
        self.sought.emit(share * self._length)
        if self.hasFocus() and not self.isSliderDown():
            self._show_spot(share)
            self._gone.start()
            self.setAccessibleDescription(self.spot(share * self._length).spoken)
