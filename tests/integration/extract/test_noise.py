"""Sound of the demo library's real songs is told apart whatever is done to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import mediadesk_audio
from mediadesk.media import GuardedMedia
from mediadesk.models import Models
from mediadesk_audio.sound import heard
from mediadesk_audio.windows import RATE, Heard

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Sound = NDArray[Any]

_SONGS = 20
audio = mediadesk_audio.Audio()


@pytest.fixture
def models(tmp_path: Path) -> Iterator[Models]:
    models = Models(tmp_path)
    yield models
    models.close()


@pytest.fixture(scope="module")
def songs(demo_library: Path) -> list[Heard]:
    """The first 6 s that are heard of some songs."""
    found = []
    for path in sorted(demo_library.rglob("*.ogg"))[:_SONGS]:
        with GuardedMedia().open(path) as container:
            whole = heard(container)
        assert whole.problem == ""
        own = replace(whole, starts=whole.starts[:2], windows=whole.windows[:2], stretches=())
        found.append(own)
    return found


def damaged(sound: Sound) -> Iterator[tuple[str, Sound]]:
    """Copies of sound [windows, samples], and what was done to them."""
    random = np.random.default_rng(0)
    white = random.normal(size=sound.shape)
    spectrum = np.fft.rfft(random.normal(size=sound.shape))
    pink = np.fft.irfft(spectrum / np.sqrt(np.arange(1, spectrum.shape[1] + 1)), sound.shape[1])
    for name, noise in {"white": white, "pink": pink}.items():
        for decibels in (20, 10, 5):
            level = np.sqrt(np.square(sound).mean() / np.square(noise).mean())
            yield f"{name} noise, {decibels} dB", sound + noise * level / 10 ** (decibels / 20)
    yield "clipped", np.clip(sound * 4, -1, 1)
    yield "a quarter of the level", sound / 4
    gaps = sound.copy()
    gaps[1:] = 0
    yield "half of it silence", gaps


def test_a_damaged_copy_stays_nearest_to_its_clean_original(
    songs: list[Heard], models: Models
) -> None:
    run = models.runner(audio.model)

    def vectors(copies: list[Heard]) -> Sound:
        made = audio.encode([mediadesk_audio.sample(each) for each in copies], run)
        return np.stack([each.summary for each in made if each.summary is not None])

    originals = vectors(songs)
    copies: dict[str, list[Heard]] = {}
    for each in songs[::2]:
        for name, sound in damaged(np.stack(each.windows)):
            windows = tuple(sound.astype(np.float32))
            copies.setdefault(name, []).append(replace(each, windows=windows))
    nearest = {
        name: (vectors(own) @ originals.T).argmax(axis=1).tolist() for name, own in copies.items()
    }
    assert nearest == {name: list(range(0, _SONGS, 2)) for name in copies}


def test_the_sound_of_a_clip_is_heard_from_its_beginning_to_its_end(demo_library: Path) -> None:
    """Where the tracks of a file lie apart, the way by key pictures began eight seconds late."""
    clips = sorted(demo_library.rglob("*.mkv"))
    assert clips
    for path in clips[:4]:
        with GuardedMedia().open(path) as container:
            found, length = heard(container), (container.duration or 0) / 1e6
        assert found.problem == ""
        assert found.starts[0] == 0
        assert sum(map(len, found.windows)) / RATE == pytest.approx(length, abs=1.5)
