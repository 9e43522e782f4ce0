"""Understands music, recordings and the sound of videos."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mediadesk.api import (
    AUDIO,
    VIDEO,
    Array,
    Extractor,
    Feature,
    Item,
    Media,
    ModelSpec,
    Moment,
    Run,
    Sample,
    Skip,
    UnreadableError,
    hookimpl,
    unit,
)
from mediadesk_audio import pitch
from mediadesk_audio.shares import SILENCE, level, shares, silence
from mediadesk_audio.tempo import tempo
from mediadesk_audio.windows import RATE, WINDOW, Heard

_TAGS_KEPT = 10
_LEVEL = 0.1  # root mean square at which beats are sought
_MUSICAL = 0.5  # share of a window that must be music for its names to count


class Audio:
    """Gives each item the vector of its sound, and what is heard in it: speech, music, how fast."""

    name = "audio"
    version = 2
    kinds = VIDEO | AUDIO
    model = ModelSpec(task="audio")

    def prepare(self, item: Item, media: Media) -> Sample:
        return prepare(item, media)

    def encode(self, samples: Sequence[Sample], run: Run) -> Sequence[Feature]:
        """Run the model once over the windows of all samples."""
        found = run({"waveform": np.concatenate([s.arrays["waveform"] for s in samples])})
        ends = np.cumsum([len(sample.times) for sample in samples])[:-1]
        parts = [np.split(found[name], ends) for name in ("embedding", "probabilities", "speech")]
        return [
            _feature(sample, *own, labels=found["labels"])
            for sample, *own in zip(samples, *parts, strict=True)
        ]


def prepare(item: Item, media: Media) -> Sample:
    """Read a file's windows of sound; see `sample`."""
    from mediadesk_audio.sound import heard  # PyAV takes a while to load

    if item.path is None:
        raise Skip("the file is away")
    with media.open(item.path) as container:
        found = heard(container)
    if not found.windows:
        raise UnreadableError(
            f"No sound of “{item.path}” can be decoded: copy it again from its source."
        )
    return sample(found)


def sample(found: Heard) -> Sample:
    """Make what the model is to hear of w windows of 3 s at 16 kHz mono.

    `waveform` is float32 [w, 48000], padded with silence;
    `pitches` float32 [w, 192], how much each pitch stands out; `clarity` and `silence` float32 [w].
    `times` are (start, end) in seconds without the padding.
    """
    gain = _gain(found.windows)
    levels = [pitch.spectra(window, RATE) for window in found.windows]
    beats, sure = tempo([each * gain for each in found.stretches], RATE)
    return Sample(
        arrays={
            "waveform": np.stack([np.pad(each, (0, WINDOW - len(each))) for each in found.windows]),
            "pitches": np.stack([pitch.profile(each) for each in levels]),
            "clarity": np.array([pitch.clarity(each) for each in levels], np.float32),
            "silence": np.array([silence(each, RATE) for each in found.windows], np.float32),
        },
        times=tuple(
            (start, start + len(window) / RATE)
            for start, window in zip(found.starts, found.windows, strict=True)
        ),
        data={
            "loudness_lufs": round(found.loudness, 1),
            "peak_db": round(found.peak, 1),
            "tempo_bpm": round(beats, 1),
            "tempo_confidence": round(sure, 2),
        },
        problem=found.problem,
    )


def _gain(windows: Sequence[Array]) -> np.float32:
    """Give what brings all that is no silence to one level."""
    loud = [each for each in windows if level(each) >= SILENCE]
    return np.float32(_LEVEL / level(np.concatenate(loud)) if loud else 1)


def _feature(sample: Sample, net: Array, names: Array, speech: Array, *, labels: Array) -> Feature:
    own = sample.arrays
    seconds = np.array([end - start for start, end in sample.times])
    heard = shares(spoken=speech, silent=own["silence"], clarity=own["clarity"], seconds=seconds)
    loud = heard.silence < 1
    vectors = _joined(net, own["pitches"])
    data = {**sample.data, **heard.whole(seconds), "tags": _tags(names, heard.music, labels)}
    if not (heard.music.any() and data["tempo_bpm"]):
        del data["tempo_bpm"], data["tempo_confidence"]
    parts = net[loud], own["pitches"][loud]
    return Feature(
        summary=_joined(*(part.mean(axis=0) for part in parts)) if loud.any() else None,
        moments=tuple(
            Moment(start=start, end=end, vector=vector if is_loud else None)
            for (start, end), vector, is_loud in zip(sample.times, vectors, loud, strict=True)
        ),
        data=data,
    )


def _joined(net: Array, pitches: Array) -> Array:
    """Give float32 [..., 392] of unit length: both halves count alike.

    The network [..., 200] knows kinds of sound and is misled by noise of 10 dB; pitches [..., 192]
    stand out from it.
    """
    return unit(np.concatenate([unit(net), unit(pitches)], axis=-1))


def _tags(names: Array, music: Array, labels: Array) -> dict[str, float]:
    """Give what the music sounds like: all the model's names are names for music."""
    musical = music >= _MUSICAL
    if not musical.any():
        return {}
    mean = names[musical].mean(axis=0)
    return {str(labels[n]): round(float(mean[n]), 4) for n in np.argsort(-mean)[:_TAGS_KEPT]}


@hookimpl
def extractors() -> list[Extractor]:
    """Hand over what this plugin has."""
    return [Audio()]
