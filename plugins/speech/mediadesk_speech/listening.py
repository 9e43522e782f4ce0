"""Listens to a file for as long as it may, and says how far it came."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from av.container import InputContainer

from mediadesk.api import Skip
from mediadesk_speech.passages import Line
from mediadesk_speech.sound import Window, damage, length, stream_of, windows
from mediadesk_speech.whisper import Speech, Whisper, speech_in

_SURE = 0.8  # of a language; until then each window is asked anew
_LEAST = 1.0  # seconds of speech in a window that are worth it
_ENGLISH = frozenset({"", "en", "eng", "und"})
_STANDARD = {"yue": "zh", "jw": "jv"}  # codes that Whisper has instead of the usual ones


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long one file is listened to: minutes of speech, and seconds by the clock.

    The seconds are of time that passes and of processor time alike.
    """

    minutes: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What was said in a file, and in which language, as sure as that is: 0..1.

    `problem` says what of the file was not heard.
    """

    lines: tuple[Line, ...]
    language: str
    confidence: float
    problem: str


def heard(container: InputContainer, whisper: Whisper, limits: Limits) -> Heard:
    """Write down what is said in a file, from its beginning on.

    Raises:
        Skip: if nothing is said in it, or not in a language that the model knows.
    """
    stream = stream_of(container)
    if not whisper.is_multilingual and (stream.language or "") not in _ENGLISH:
        raise Skip("its sound is not in English, and the speech model knows no other language")
    ear, until, why = _Ear(whisper, limits), 0.0, ""
    for window in windows(container, stream):
        until, why = ear.listen(window)
        if why:
            break
    whole = length(container, stream)
    problem = _stopped(until, whole, why) if why else damage(container, whole, until)
    if not ear.lines:
        raise Skip(". ".join(filter(None, (ear.nothing, problem))))
    return Heard(
        lines=tuple(ear.lines),
        language=_STANDARD.get(ear.language, ear.language),
        confidence=ear.confidence,
        problem=problem,
    )


class _Ear:
    """What was heard so far."""

    def __init__(self, whisper: Whisper, limits: Limits) -> None:
        self.lines: list[Line] = []
        self.language, self._sure = ("", 0.0) if whisper.is_multilingual else ("en", 1.0)
        self._whisper = whisper
        self._limits = limits
        self._began = time.monotonic(), time.process_time()
        self._spoken = 0.0  # seconds

    @property
    def nothing(self) -> str:
        """Say what was heard instead of words."""
        if self._spoken:
            return "there is speech in it, but no words could be made out"
        return "there is no speech in it"

    @property
    def confidence(self) -> float:
        """How sure the language is; a model of one language tells it by how well that fits."""
        return self._sure if self._whisper.is_multilingual else _mean(self.lines)

    def listen(self, window: Window) -> tuple[float, str]:
        """Listen to some more; give the second that was reached, and why it stops there, if so."""
        speech = speech_in(window.sound, most=self._limits.minutes * 60 - self._spoken)
        self._spoken += speech.seconds
        if speech.seconds >= _LEAST:
            if self._sure < _SURE:
                self._ask(speech)
            for piece in speech.pieces():
                for line in self._whisper.lines(piece, self.language):
                    start, end = window.start + line.start, window.start + line.end
                    self.lines.append(replace(line, start=start, end=end))
                    if self._is_late():
                        return end, self._out_of_time()
                if self._is_late():  # it may have given no line at all
                    return window.start + piece.end, self._out_of_time()
        if speech.is_cut:
            return window.start + speech.end, (
                f"the plugin's settings allow {_minutes(self._limits.minutes * 60)} of speech."
            )
        return window.end, self._out_of_time() if self._is_late() else ""

    def _ask(self, speech: Speech) -> None:
        language, sure = self._whisper.language(speech.joined)
        if sure > self._sure:
            self.language, self._sure = language, sure

    def _is_late(self) -> bool:
        wall, cpu = self._began
        took = max(time.monotonic() - wall, time.process_time() - cpu)
        return took > self._limits.seconds

    def _out_of_time(self) -> str:
        return (
            f"one file may take {_minutes(self._limits.seconds)} of this computer's time, and a "
            "smaller speech model gets further in it."
        )


def _mean(lines: Sequence[Line]) -> float:
    return round(sum(line.confidence for line in lines) / max(len(lines), 1), 3)


def _stopped(until: float, whole: float, why: str) -> str:
    """Say how far a file was heard, of which the `whole` is 0 where its length is not known."""
    if not whole:
        return f"The first {_minutes(until)} were heard: {why}"
    is_all = whole - until < 1
    return "" if is_all else f"The first {_number(until)} of {_minutes(whole)} were heard: {why}"


def _minutes(seconds: float) -> str:
    number = _number(seconds)
    return "1 minute" if number == "1" else f"{number} minutes"


def _number(seconds: float) -> str:
    return f"{seconds / 60:.0f}" if seconds >= 600 else f"{seconds / 60:.2g}"
