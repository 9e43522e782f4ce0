"""Whether sound stays what it is where it is noisy, clipped or quiet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from mediadesk.api import Array, Extractor, Run, UserError, unit
from mediadesk.engine.evaluating import recode
from mediadesk.engine.evaluating.measures import Measure, share
from mediadesk.engine.evaluating.themed import UNFINISHED, Themed
from mediadesk.extract.batch import encoded
from mediadesk.media import GuardedMedia

_MOST = 20
_DECIBELS = (10, 5)


def measures(songs: Sequence[Themed], audio: Extractor, run: Run) -> Iterator[Measure]:
    """Give how often the song nearest to a damaged copy's sound is its original.

    Args:
        songs: the originals; copies are made of 20 at most, into files, and read by the extractor.
        audio: the extractor.
        run: runs its model.
    """
    chosen = songs[:: max(1, len(songs) // _MOST)][:_MOST]
    stored = np.stack([_vector(each) for each in songs])
    middle = stored.mean(axis=0)
    centred = unit(stored - middle)
    hits: dict[str, list[bool]] = defaultdict(list)
    for song in chosen:
        for name, sound in _damaged(_decoded(song)):
            vector = _heard(song, sound, audio, run)
            if vector is None or vector.shape != middle.shape:
                raise UserError(UNFINISHED)
            nearest = int((centred @ unit(vector - middle)).argmax())
            hits[name].append(songs[nearest].item.id == song.item.id)
    for name, own in hits.items():
        yield share(name, own, f"the nearest of {len(songs)} songs")


def _vector(song: Themed) -> Array:
    feature = song.known.get("audio")
    if feature is None or feature.summary is None:
        raise UserError(UNFINISHED)
    return feature.summary


def _decoded(song: Themed) -> Array:
    assert song.item.path is not None  # noqa: S101 - the items of a demo library lie there
    return recode.decoded(song.item.path)


def white(sound: Array) -> Array:
    """Give white noise [n]."""
    return np.random.default_rng(0).standard_normal(len(sound), dtype=np.float32)


def pink(sound: Array) -> Array:
    """Give noise [n] with as much of it in each octave."""
    spectrum = np.fft.rfft(white(sound))
    return np.fft.irfft(spectrum / np.sqrt(np.arange(1, len(spectrum) + 1)), len(sound))


def noisy(sound: Array, noise: Array, decibels: float) -> Array:
    """Add noise [n] that is so many decibels less than sound [n]."""
    level = np.sqrt(np.square(sound).mean() / np.square(noise).mean())
    louder: Array = sound + noise * level / 10 ** (decibels / 20)
    return louder


def _damaged(sound: Array) -> Iterator[tuple[str, Array]]:
    for name, noise in (("white noise", white(sound)), ("pink noise", pink(sound))):
        for decibels in _DECIBELS:
            yield f"{name} of {decibels} dB", noisy(sound, noise, decibels)
    yield "four times the level, clipped", np.clip(sound * 4, -1, 1)
    yield "a quarter of the level", sound / 4


def _heard(song: Themed, sound: Array, audio: Extractor, run: Run) -> Array | None:
    with TemporaryDirectory() as folder:
        path = Path(folder, "copy.wav")
        recode.wave(sound, path)
        sample = audio.prepare(replace(song.item, path=path), GuardedMedia())
        return encoded(audio, [sample], run)[0].summary
