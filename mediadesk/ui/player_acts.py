"""What keys and buttons do with the item that plays: jump, tracks, chapters, speed, loudness."""

from PySide6.QtCore import QObject, Signal

from mediadesk.ui import tracks
from mediadesk.ui.playback import SPEEDS, Playback
from mediadesk.ui.widgets.player_menus import DELAY_S
from mediadesk.ui.widgets.transport import JUMP_S, Transport

_LOUDER = 5


class PlayerActs(QObject):
    """Acts on a `Playback`; `said` carries what is to be told of it for a moment."""

    said = Signal(str)

    def __init__(self, playback: Playback, transport: Transport, parent: QObject) -> None:
        super().__init__(parent)
        self._playback = playback
        self._transport = transport
        self.todo = {
            "jump-back": lambda: self.jump(-JUMP_S),
            "jump-on": lambda: self.jump(JUMP_S),
            "next-chapter": lambda: self.step_chapter(1),
            "previous-chapter": lambda: self.step_chapter(-1),
            "skip": self.skip,
            "louder": lambda: self.set_volume(self.volume + _LOUDER),
            "quieter": lambda: self.set_volume(self.volume - _LOUDER),
            "mute": self.toggle_mute,
            "next-audio": self.next_audio,
            "next-subtitles": self.next_subtitles,
            "subtitles-earlier": lambda: self.delay(-DELAY_S),
            "subtitles-later": lambda: self.delay(DELAY_S),
            "faster": lambda: self.step_speed(1),
            "slower": lambda: self.step_speed(-1),
            "normal-speed": lambda: self.step_speed(0),
        }

    @property
    def volume(self) -> int:
        """How loud it is, 0..100."""
        return self._transport.volume.value()

    def set_volume(self, volume: int) -> None:
        """Be so loud, 0..100, and heard if it was muted."""
        self._transport.show_mute(muted=False)
        self._transport.volume.setValue(volume)
        self._playback.set_volume(self.volume)

    def toggle_mute(self) -> None:
        """Silence, or sound again."""
        muted = self._transport.volume.isEnabled()
        self._transport.show_mute(muted=muted)
        self._playback.set_volume(0 if muted else self.volume)

    def jump(self, seconds: float) -> None:
        """Go forward or back."""
        self._playback.seek(self._playback.position + seconds)

    def step_chapter(self, direction: int) -> None:
        """Go to the next chapter or the one before; where there are none, to the next moment."""
        sitting = self._playback.sitting
        if sitting is None:
            return
        marks = [one.start for one in sitting.chapters or sitting.moments]
        now = self._playback.position
        ahead = [one for one in marks if one > now + 0.5]
        behind = [one for one in marks if one < now - 2]
        if direction > 0 and ahead:
            self._playback.seek(ahead[0])
        elif direction < 0:
            self._playback.seek(behind[-1] if behind else 0.0)

    def skip(self) -> None:
        """Go to the end of the intro or the credits that are played."""
        span = self._transport.span
        if span is None:
            self.said.emit("There is nothing to skip here")
        else:
            self._playback.seek(span.end)

    def next_audio(self) -> None:
        """Take the next track of sound."""
        streams = self._playback.streams("audio")
        if streams:
            here = next((n for n, one in enumerate(streams) if one.chosen), -1)
            to = (here + 1) % len(streams)
            self._playback.choose_audio(streams[to])
            self.said.emit(tracks.title(streams[to], to + 1))

    def next_subtitles(self) -> None:
        """Take the next subtitles, those of files beside it last; after these there are none."""
        streams, files = self._playback.streams("subtitle"), self._playback.files
        to = next((n for n, one in enumerate(streams) if one.chosen), -1) + 1
        if to < len(streams):
            self._playback.choose_subtitle(streams[to])
            self.said.emit(tracks.title(streams[to], to + 1))
        elif files:
            self._playback.choose_file(files[0])
            self.said.emit(tracks.file_title(files[0]))
        else:
            self._playback.choose_subtitle(None)
            self.said.emit("No subtitles")

    def delay(self, seconds: float) -> None:
        """Show subtitles so much later, or earlier."""
        self._playback.delay_subtitles(seconds)
        delay = self._playback.delay
        told = f"{abs(delay):g} s {'late' if delay > 0 else 'early'}" if delay else "as they are"
        self.said.emit(f"Subtitles {told}")

    def step_speed(self, direction: int) -> None:
        """Go faster or slower; 0 is the normal speed."""
        now = min(range(len(SPEEDS)), key=lambda n: abs(SPEEDS[n] - self._playback.speed))
        to = max(0, min(len(SPEEDS) - 1, now + direction)) if direction else SPEEDS.index(1.0)
        self._playback.set_speed(SPEEDS[to])
        self.said.emit(f"Speed {SPEEDS[to]:g} ×")
