"""Finds speech in sound, and writes down what is said with a Whisper model from a folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import exp
from pathlib import Path

import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.transcribe import restore_speech_timestamps
from faster_whisper.vad import VadOptions, get_speech_timestamps

from mediadesk.api import Array
from mediadesk_speech.passages import Line
from mediadesk_speech.sound import RATE

_MOST_THREADS = 4
_DETECTED_IN = 2  # half minutes of speech that tell the language
_PIECE = 30 * RATE  # samples: what Whisper takes at a time
_VOICE = VadOptions(
    min_speech_duration_ms=250,
    max_speech_duration_s=_PIECE / RATE,
    min_silence_duration_ms=700,
    speech_pad_ms=250,
)
# What is less likely than this, or repeats itself more, the model has made up.
_LIKELY, _REPETITION, _SILENT = -1.0, 2.4, 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """The stretches of some sound in which there is speech, as `chunks` of samples, and `joined`.

    `joined` is float32 [n]: Whisper takes half a minute at a time, and silence costs as much.
    `is_cut` where there is more speech than was allowed.
    """

    chunks: list[dict[str, int]]
    joined: Array
    is_cut: bool

    @property
    def seconds(self) -> float:
        """How long it is."""
        return len(self.joined) / RATE

    @property
    def end(self) -> float:
        """The second of the sound at which it ends."""
        return self.chunks[-1]["end"] / RATE if self.chunks else 0.0

    def pieces(self) -> Iterator[Speech]:
        """Cut it between its stretches into pieces of half a minute at most."""
        own, first, last = list[dict[str, int]](), 0, 0
        for chunk in self.chunks:
            size = chunk["end"] - chunk["start"]
            if own and last + size - first > _PIECE:
                yield replace(self, chunks=own, joined=self.joined[first:last])
                own, first = [], last
            own.append(chunk)
            last += size
        if own:
            yield replace(self, chunks=own, joined=self.joined[first:last])


class Whisper:
    """A speech model, loaded; it runs on the processor only."""

    def __init__(self, folder: Path) -> None:
        """Load it.

        Raises:
            RuntimeError, ValueError, Exception: if it is damaged, as its libraries say it.
        """
        # Half the cores: this goes on for hours, beside other work.
        threads = min(max((os.cpu_count() or 2) // 2, 1), _MOST_THREADS)
        self._model = WhisperModel(
            str(folder),
            device="cpu",
            compute_type="auto",
            cpu_threads=threads,
            local_files_only=True,
        )

    @property
    def is_multilingual(self) -> bool:
        """Whether it knows more than English."""
        return bool(self._model.model.is_multilingual)

    def language(self, speech: Array) -> tuple[str, float]:
        """Give the language of speech, and how sure that is: 0..1."""
        code, sure, _ = self._model.detect_language(
            audio=speech, language_detection_segments=_DETECTED_IN
        )
        return code, round(float(sure), 3)

    def lines(self, speech: Speech, language: str) -> Iterator[Line]:
        """Give what is said, one line after the other as they are found out; seconds are sound's.

        What the model seems to have made up is left out.
        """
        segments, _ = self._model.transcribe(
            speech.joined,
            language=language,
            beam_size=1,
            temperature=0.0,
            condition_on_previous_text=False,
        )
        for each in restore_speech_timestamps(segments, speech.chunks, RATE):
            text = " ".join(each.text.split())
            is_made_up = (
                each.avg_logprob < _LIKELY
                or each.compression_ratio > _REPETITION
                or (each.no_speech_prob > _SILENT and each.avg_logprob < _LIKELY / 2)
            )
            if not is_made_up and any(map(str.isalnum, text)):
                yield Line(
                    start=min(each.start, speech.end),  # the model may go beyond it
                    end=min(max(each.start, each.end), speech.end),
                    text=text,
                    confidence=min(exp(each.avg_logprob), 1.0),
                )


def speech_in(sound: Array, *, most: float) -> Speech:
    """Find the speech in sound, float32 [n] at 16 kHz; what is beyond `most` seconds is left out.

    A network (Silero) tells it from music and noise.
    """
    left, chunks, found = round(most * RATE), list[dict[str, int]](), 0
    for chunk in get_speech_timestamps(sound, _VOICE):
        found += chunk["end"] - chunk["start"]
        end = min(chunk["end"], chunk["start"] + left)
        if end > chunk["start"]:
            chunks.append({"start": chunk["start"], "end": end})
            left -= end - chunk["start"]
    parts = [sound[each["start"] : each["end"]] for each in chunks]
    joined = np.concatenate([np.zeros(0, np.float32), *parts])
    return Speech(chunks=chunks, joined=joined, is_cut=len(joined) < found)
