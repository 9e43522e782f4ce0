"""The seek bar: a slider over the length of an item; its chapters, moments and intro marked."""

from PySide6.QtCore import QEvent, QPoint, QRectF, QTimer, Signal
from PySide6.QtGui import QHideEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QSlider

from mediadesk.engine.messages import Sitting
from mediadesk.ui.desk import Desk
from mediadesk.ui.scrubs import Scrubs
from mediadesk.ui.widgets.seek_preview import SeekPreview, Spot
from mediadesk.ui.widgets.slider import Slider
from mediadesk.ui.words import chapter_at, chapter_title, clock

_STEPS = 10_000
_NEAR = 60  # parts of the length: so near is a moment to where one points
_APART = 10  # pixels between the marks of two chapters at least
_PREVIEW_MS = 1500


class SeekBar(Slider):
    """Where one is in an item; `sought` gives seconds. Pointing at a place shows what is there."""

    sought = Signal(float)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.theme, "Position", steps=_STEPS)
        self._length = 0.0
        self._sitting: Sitting | None = None
        self._pointed = 0.0
        self._scrubs = Scrubs(desk, self)
        self._scrubs.arrived.connect(self._show_more)
        self._preview = SeekPreview(self)
        self._gone = QTimer(self, singleShot=True, interval=_PREVIEW_MS)
        self._gone.timeout.connect(self._preview.hide)
        self.setPageStep(_STEPS // 20)
        self.actionTriggered.connect(self._go)

    def show_marks(self, sitting: Sitting | None) -> None:
        """Mark the chapters, the moments, the intro and the credits of an item."""
        self._sitting = sitting
        self._scrubs.forget()
        self._preview.hide()
        self.update()

    def show_position(self, position: float, length: float) -> None:
        """Stand at a second of so many."""
        self._length = length
        self.setAccessibleDescription(f"{clock(position)} of {clock(length)}")
        if not self.isSliderDown():
            self.setValue(round(position / length * _STEPS) if length > 0 else 0)

    def chapter(self, second: float) -> str:
        """Give the title of the chapter that a second is in, empty where there is none."""
        chapters = self._sitting.chapters if self._sitting else ()
        here = chapter_at(chapters, second)
        return chapter_title(here) if here else ""

    def spot(self, second: float) -> Spot:
        """Tell what is at a second."""
        sitting = self._sitting
        moments = sitting.moments if sitting else ()
        near = min(moments, key=lambda one: abs(one.start - second), default=None)
        is_near = near is not None and abs(near.start - second) < self._length / _NEAR
        return Spot(
            second=second,
            chapter=self.chapter(second),
            moment=near.text if near is not None and is_near else "",
            picture=self._scrubs.picture(sitting.item.id, second) if sitting else None,
        )

    def paint_marks(self, painter: QPainter) -> None:
        if self._length <= 0 or self._sitting is None:
            return
        middle = self.height() / 2
        painter.setBrush(self._theme.colour("muted"))
        for span in self._sitting.spans:
            left, right = (self.x_of(each / self._length) for each in (span.start, span.end))
            painter.drawRect(QRectF(left, middle + 5, right - left, 2))
        moments = self._sitting.moments
        for moment in [one for one in moments if one.why] or moments:
            x = self.x_of(moment.start / self._length)
            painter.drawEllipse(QRectF(x - 1.5, middle - 8, 3, 3))
        painter.setBrush(self._theme.colour("window"))
        last = self.x_of(0)
        for chapter in self._sitting.chapters:
            x = self.x_of(chapter.start / self._length)
            if chapter.start > 0 and x - last >= _APART:  # else the track would not be seen
                last = x
                wide = 1.5 if chapter.proposed else 3
                painter.drawRect(QRectF(x - wide / 2, middle - 3, wide, 6))

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
        self._pointed = share
        if self._length > 0:
            above = self.mapToGlobal(QPoint(round(self.x_of(share)), 0))
            self._preview.show_spot(self.spot(share * self._length), above)

    def _show_more(self) -> None:
        """Show the picture, too, that came while one pointed at its place."""
        if self._preview.isVisible():
            self._show_spot(self._pointed)

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
