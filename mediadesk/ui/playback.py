"""Plays one item after another for the player page, and tells the engine what was watched."""

import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication

from mediadesk.engine.messages import Playing, Presence, Sitting, Track, Working
from mediadesk.paths import shown
from mediadesk.play import qt, vlc
from mediadesk.play.player import WAYLAND, Player, Stream, Surface
from mediadesk.play.report import PlayTold, Report
from mediadesk.ui import tracks, words
from mediadesk.ui.desk import RESUME, Desk

_TICK_MS = 250
_ENDS_S = 5.0  # so long before its end it may fall silent: tracks differ, ticks are few
_SILENT_S = 1.0  # what has no track to choose after that has none
_INSTEAD_S = 1_800.0  # what is begun later is begun on another occasion
_NOTABLE_S = 60.0  # less without a touch, or paused, is nothing
SPEEDS = (0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0)


class Playback(QObject):
    """A sitting with an item: asks for it, opens it with what was chosen before, follows it."""

    learnt = Signal()  # the sitting is known, and the player perhaps not yet
    sat_down = Signal()  # the sitting and the player are known: `begin` is to be called
    ticked = Signal()
    ended = Signal()
    stopped = Signal()  # the sitting is over, whoever ended it
    failed = Signal(str)  # a sentence
    missed = Signal(object)  # what was raised instead of sitting down
    sought = Signal(float)  # the second that was gone to
    told = Signal()  # the engine, of what was watched

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._questions = desk.ask_anew()
        self.player: Player | None = None
        self.diagnosis = ""  # why there is no player, or why it shows no pictures
        self.sitting: Sitting | None = None
        self.speed = 1.0
        self.delay = 0.0
        self._volume = 0
        self._looked = False
        self._looking: Future[Player] | None = None
        self._start = RESUME
        self._left_at = 0.0
        self._report: Report | None = None
        self._left: Report | None = None  # of what was stopped before its end
        self._left_off_at = 0.0
        self._furthest = 0.0  # the latest second that was played or gone to
        self._is_tuned = False
        self._was_playing = False
        self._began_at = 0.0
        self._still_since: float | None = None
        self._loader = ThreadPoolExecutor(max_workers=1, thread_name_prefix="player-loader")
        self._ticking = QTimer(self, interval=_TICK_MS)
        self._ticking.timeout.connect(self._tick)

    def open(self, item: str, start: float, *, left_at: float = 0.0) -> None:
        """Sit down with an item from a second on, or where it stopped (RESUME).

        Of songs it is not known where they stopped: `left_at` tells it of this one.
        """
        self.stop()
        self._abandon(item)
        self.sitting = None
        self._start, self._left_at = start, left_at
        self._questions.attempt(self._take, self.missed.emit, Playing.sit_down, item)

    def look_again(self) -> None:
        """See whether the file that was not here has come back."""
        if self.sitting is not None and not self.sitting.path:
            item = self.sitting.item.id
            self._questions.attempt(self._take_back, self.missed.emit, Playing.sit_down, item)

    def begin(self, surface: Surface | None) -> None:
        """Play the item, drawing into this widget."""
        player, sitting = self.player, self.sitting
        if player is None or sitting is None or not sitting.path:
            return
        self._report = Report(self._tell, seen_from=sitting.seen_from)
        self._began_at, self._still_since = time.monotonic(), None
        self._is_tuned = False
        self._furthest = 0.0
        self.delay = 0.0
        player.attach(surface)
        player.open(sitting.path, start=self.start)
        player.set_volume(self._volume)
        self.speed = sitting.speed
        player.set_speed(self.speed)
        self._ticking.start()

    def stop(self) -> None:
        """The sitting is over."""
        self._ticking.stop()
        if self._report is not None and self.player is not None:
            self._report.stop(self.length)
            self._left = None if self._is_over else self._report
            self._left_off_at, self._still_since = time.monotonic(), None
            self._start = 0.0 if self._is_over else self.position
            self.player.stop()
        self._report = None
        self._say_whether(playing=False)
        self.stopped.emit()

    def change_hands(self) -> None:
        """Somebody else looks, who has left nothing."""
        self._left = None

    def close(self) -> None:
        """Stop for good."""
        self.stop()
        self.sitting = None
        self._looked = True  # a player that comes now is closed
        self._questions.forget()
        if self.player is not None:
            self.player.close()
        self._loader.shutdown()

    @property
    def start(self) -> float:
        """The second to begin at."""
        if self._start != RESUME:
            return self._start
        known = self.sitting.start if self.sitting else 0.0
        return self._left_at if self.sitting is None or self.is_sound else known

    @property
    def is_sound(self) -> bool:
        """Whether there is nothing to be seen of the item."""
        return self.sitting is not None and self.sitting.item.kind in words.SOUND_KINDS

    @property
    def is_on(self) -> bool:
        """Whether something is played or paused."""
        return self._report is not None

    @property
    def position(self) -> float:
        """Where it is, in seconds; at the end once that is reached."""
        if self.player is None or self._report is None:
            return self.start
        if self._breaks_off:
            return self._report.position
        return self.length if self.player.ended else self.player.position

    @property
    def length(self) -> float:
        """How long it is, in seconds, 0 while that is unknown."""
        known = self.sitting.item.duration_s if self.sitting else 0.0
        return (self.player.length if self.player and self._report else 0.0) or known

    @property
    def playing(self) -> bool:
        """Whether it goes on just now."""
        return self._report is not None and self.player is not None and self.player.playing

    @property
    def _is_over(self) -> bool:
        """Whether the item was played to its end."""
        is_ended = self._report is not None and self.player is not None and self.player.ended
        return is_ended and not self._breaks_off

    @property
    def _breaks_off(self) -> bool:
        """Whether it ended before it should: players take a drive that is gone for an end.

        The length of a song is often but guessed, and nobody goes on in the middle of it: of one
        that did nothing was heard.
        """
        player, sitting = self.player, self.sitting
        if self._report is None or player is None or not player.ended or sitting is None:
            return False
        if self.is_sound:
            return self.length > _ENDS_S and not (self._furthest or self.start)
        late = min(sitting.seen_from or self.length, self.length - _ENDS_S)
        return self._furthest < late

    @property
    def needs_window(self) -> bool:
        """Whether pictures are drawn into a native window, which not every platform has."""
        return not isinstance(self.player, qt.QtPlayer)

    def streams(self, kind: str) -> list[Stream]:
        """Give the tracks of a kind, audio or subtitle."""
        known: Sequence[Stream] = self.player.streams if self.player and self._report else ()
        return [stream for stream in known if stream.kind == kind]

    def toggle(self) -> None:
        """Pause, go on, or play again from the start."""
        self._desk.touched_at = time.monotonic()  # also by a key of the system's
        player, sitting = self.player, self.sitting
        if player is None or sitting is None:
            return
        if not sitting.path:
            self.look_again()
        elif self._is_over or self._report is None:
            self._start = 0.0 if self._is_over else self._start
            self.sat_down.emit()
        else:
            player.pause(paused=player.playing)

    def seek(self, second: float) -> None:
        """Go to a second; what is stopped goes on there later, what is over plays again."""
        if self.player is None or self.sitting is None:
            return
        to = max(0.0, min(second, self.length or second))
        if self._report is None or self._is_over:
            self._start = to
            (self.sat_down if self._is_over else self.ticked).emit()
        else:
            self._furthest = max(self._furthest, to)
            self._report.seek(to)
            self.player.seek(to)
        self.sought.emit(to)

    def set_volume(self, volume: int) -> None:
        """Take a volume of 0..100, from now on."""
        self._volume = volume
        if self.player is not None:
            self.player.set_volume(volume)

    def set_speed(self, speed: float) -> None:
        """Take another speed, and remember it."""
        self.speed = speed
        if self.player is not None and self.sitting is not None:
            self.player.set_speed(speed)
            self._remember(Playing.choose_speed, speed)

    def choose_audio(self, stream: Stream) -> None:
        """Take another audio track, and remember it."""
        if self.player is not None:
            self.player.set_audio(stream.id)
            self._remember(Playing.choose_audio, tracks.track(stream))

    def choose_subtitle(self, stream: Stream | None) -> None:
        """Show these subtitles or none, and remember it."""
        if self.player is not None:
            self.player.set_subtitle(stream.id if stream else None)
            self._remember(Playing.choose_subtitle, tracks.track(stream) if stream else tracks.OFF)

    @property
    def files(self) -> list[str]:
        """The files of subtitles beside the item that are not among its tracks yet."""
        if self.sitting is None or self.player is None or not self.player.takes_files:
            return []
        loaded = {stream.path for stream in self.streams("subtitle")}
        return [path for path in self.sitting.subtitles if path not in loaded]

    def choose_file(self, path: str) -> None:
        """Show the subtitles of a file, and remember it."""
        if self.player is not None:
            here = [one for one in self.streams("subtitle") if one.path == path]
            if here:
                self.player.set_subtitle(here[0].id)
            else:
                self.player.add_subtitles(path, tracks.of_file(path).language)
            self._remember(Playing.choose_subtitle, tracks.of_file(path))

    def delay_subtitles(self, seconds: float) -> None:
        """Show subtitles so much later than now, or earlier."""
        self.delay = round(self.delay + seconds, 2)
        if self.player is not None:
            self.player.delay_subtitles(self.delay)

    def _take(self, sitting: Sitting) -> None:
        self.sitting = sitting
        self.learnt.emit()
        if self._looked:
            self.sat_down.emit()
        elif self._looking is None:  # else it is on its way since what was opened before
            self._looking = self._loader.submit(vlc.start)
            post = self._desk.bridge.post
            self._looking.add_done_callback(post(self._take_player, failed=self._do_without))

    def _take_back(self, sitting: Sitting) -> None:
        if sitting.path:
            self._take(sitting)

    def _take_player(self, found: Player) -> None:
        if not self._looked:
            self._looked = True
            is_wayland = QGuiApplication.platformName().startswith("wayland")
            self.player = qt.QtPlayer() if is_wayland and qt.HERE else found
            self.diagnosis = WAYLAND if is_wayland and self.player is found else ""
        if found is not self.player:
            found.close()
        if self.sitting is not None:
            self.sat_down.emit()

    def _do_without(self, error: BaseException) -> None:
        """Play with Qt Multimedia where libVLC is missing, if that is here."""
        self._looked = True
        self.diagnosis = "" if qt.HERE else self._desk.sentence(error)
        self.player = qt.QtPlayer() if qt.HERE else None
        if self.sitting is not None:
            self.sat_down.emit()

    def _remember(self, verb: object, value: Track | float) -> None:
        if self.sitting is not None and not (self._desk.posing or self._desk.private):
            self._desk.questions.tell(verb, self.sitting.item.id, value)  # type: ignore[arg-type]

    def _abandon(self, instead: str) -> None:
        """Tell what was left before its end, if another item is begun instead."""
        left, self._left = self._left, None
        is_other = self.sitting is not None and self.sitting.item.id != instead
        if left is not None and is_other and time.monotonic() - self._left_off_at < _INSTEAD_S:
            left.leave()

    def _tell(self, kind: PlayTold, share: float, position: float, watched: float) -> None:
        if self.sitting is not None:
            item = self.sitting.item.id
            self._desk.note(
                item,
                kind,
                share=share,
                position=position,
                watched=watched,
                presence=self._presence(time.monotonic()),
            )
            self.told.emit()

    def _presence(self, now: float) -> Presence:
        """Tell what is known of whether anybody is there."""
        touched = self._desk.touched_at
        alone = self._began_at - touched if touched < self._began_at else 0.0
        paused = now - self._still_since if self._still_since is not None else 0.0
        return Presence(
            unattended=round(alone) if alone >= _NOTABLE_S else 0,
            paused=round(paused) if paused >= _NOTABLE_S else 0,
        )

    def _say_whether(self, *, playing: bool) -> None:
        """Tell the engine, which works gently meanwhile."""
        if playing != self._was_playing and not self._desk.posing:
            self._was_playing = playing
            self._desk.questions.tell(Working.playing, on=playing)

    @property
    def _cut_short(self) -> str:
        path = shown(self.sitting.path) if self.sitting else ""
        return (
            f"“{path}” breaks off at {words.clock(self.position)}: connect its drive again, or see "
            "whether the file is whole."
        )

    def _tick(self) -> None:
        player, report = self.player, self._report
        if player is None or report is None:
            return
        sentence = self._cut_short if self._breaks_off else player.problem
        if sentence is not None:
            self.stop()
            self._left = None  # by nobody
            self.failed.emit(sentence)
            return
        if player.playing:
            self._furthest = max(self._furthest, self.position)
            report.tick(self.position, self.length, speed=self.speed)
            self._still_since = None
        elif self._still_since is None:
            self._still_since = time.monotonic()
        self._say_whether(playing=player.playing)
        are_known = bool(player.streams) or player.position >= self.start + _SILENT_S
        if self.sitting is not None and not self._is_tuned and player.length > 0 and are_known:
            self._is_tuned = True
            tracks.tune(player, self.sitting)
        self.ticked.emit()
        if player.ended:
            self._ticking.stop()
            report.tick(self.length, self.length, speed=self.speed)
            report.stop(self.length)
            self._say_whether(playing=False)
            self.ended.emit()
