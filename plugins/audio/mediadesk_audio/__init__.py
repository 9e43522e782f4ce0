"""Understands music, recordings and the sound of videos, and hears whether somebody speaks."""

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
from mediadesk_audio import speech
from mediadesk_audio.speech import RATE

_TAGS_KEPT = 10
_SILENCE = 1e-3  # of full scale: -60 dB
_SLICE = RATE // 10


class Audio:
    """Gives each item the vector of its sound, its loudness and what it sounds like, in words."""

    name = "audio"
    version = 1
    kinds = VIDEO | AUDIO
    model = ModelSpec(task="audio")

    def prepare(self, item: Item, media: Media) -> Sample:
        return prepare(item, media)

    def encode(self, samples: Sequence[Sample], run: Run) -> Sequence[Feature]:
        """Run the model once over the windows of all samples."""
        found = run({"waveform": np.concatenate([s.arrays["waveform"] for s in samples])})
        vectors = _split(samples, found["embedding"])
        shares = _split(samples, found["probabilities"])
        return [
            _feature(*own, found["labels"]) for own in zip(samples, vectors, shares, strict=True)
        ]


class Voice:
    """Gives each item the share of its sound in which somebody speaks."""

    name = "voice"
    version = 1
    kinds = VIDEO | AUDIO
    model = ModelSpec(task="voice")

    def prepare(self, item: Item, media: Media) -> Sample:
        return prepare(item, media)

    def encode(self, samples: Sequence[Sample], run: Run) -> Sequence[Feature]:
        """Follow the windows of all samples side by side."""
        waveform = np.concatenate([sample.arrays["waveform"] for sample in samples])
        heard = _split(samples, speech.probabilities(waveform, run))
        return [
            Feature(data={"speech_share": round(speech.share(own, sample.times), 3)})
            for sample, own in zip(samples, heard, strict=True)
        ]


def prepare(item: Item, media: Media) -> Sample:
    """Read w windows of 3 s: `waveform` float32 [w, 48000], 16 kHz mono, padded with silence.

    `times` are (start, end) in seconds without the padding; `data` tells how loud it is.
    """
    from mediadesk_audio.sound import WINDOW, windows  # PyAV takes a while to load

    if item.path is None:
        raise Skip("the file is away")
    with media.open(item.path) as container:
        found = windows(container)
    if not found:
        raise UnreadableError(
            f"No sound of “{item.path}” can be decoded: copy it again from its source."
        )
    sound = np.concatenate([own for _, own in found])
    slices = np.split(sound, range(_SLICE, len(sound), _SLICE))
    return Sample(
        arrays={"waveform": np.stack([np.pad(own, (0, WINDOW - len(own))) for _, own in found])},
        times=tuple((start, start + len(own) / RATE) for start, own in found),
        data={
            "loudness_db": _decibels(_level(sound)),
            "peak_db": _decibels(float(np.abs(sound).max())),
            "silence_share": round(float(np.mean([_level(s) < _SILENCE for s in slices])), 3),
        },
    )


def _feature(sample: Sample, vectors: Array, shares: Array, labels: Array) -> Feature:
    loud = [_level(window) >= _SILENCE for window in sample.arrays["waveform"]]
    mean = shares[loud].mean(axis=0) if any(loud) else np.zeros(0)
    best = np.argsort(-mean)[:_TAGS_KEPT]
    return Feature(
        summary=unit(vectors[loud].mean(axis=0)) if any(loud) else None,
        moments=tuple(
            Moment(start=start, end=end, vector=vector if is_loud else None)
            for (start, end), vector, is_loud in zip(sample.times, vectors, loud, strict=True)
        ),
        data={**sample.data, "tags": {str(labels[n]): round(float(mean[n]), 4) for n in best}},
    )


def _split(samples: Sequence[Sample], rows: Array) -> list[Array]:
    return np.split(rows, np.cumsum([len(sample.times) for sample in samples])[:-1])


def _level(sound: Array) -> float:
    """Root mean square of float32 [samples]."""
    return float(np.sqrt(np.square(sound, dtype=np.float64).mean()))


def _decibels(level: float) -> float:
    return round(20 * float(np.log10(max(level, 1e-6))), 1)


@hookimpl
def extractors() -> list[Extractor]:
    """Hand over what this plugin has."""
    return [Audio(), Voice()]
