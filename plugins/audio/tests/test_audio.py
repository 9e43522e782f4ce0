"""The audio plugin on real media, through the guarded door, with the real models."""

from __future__ import annotations

import wave
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from media_factory import clip, song

from mediadesk.api import Item, Kind, Sample, Skip, UnreadableError
from mediadesk.host import Registry, State
from mediadesk.media import GuardedMedia
from mediadesk.models import Models
from mediadesk_audio import Audio, Voice

if TYPE_CHECKING:
    from numpy.typing import NDArray

SHARED = Path(__file__).parents[4] / "shared/data/media"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason=f"needs the media of {SHARED}")
audio, voice, media = Audio(), Voice(), GuardedMedia()


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Models]:
    models = Models(tmp_path_factory.mktemp("cache"))
    yield models
    models.close()


def read(path: Path) -> Sample:
    return audio.prepare(Item(id="x", kind=Kind.SONG, title="", path=path), media)


def recording(path: Path, sound: NDArray[Any], rate: int = 16000) -> Path:
    """Write float sound in -1..1 as a mono WAV file."""
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, rate, len(sound), "NONE", ""))
        file.writeframes((np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes())
    return path


def tone(seconds: float, *, level: float = 0.5, rate: int = 16000) -> NDArray[Any]:
    return level * np.sin(2 * np.pi * 440 * np.arange(int(seconds * rate)) / rate)


@needs_shared
def test_every_file_gives_a_sample_or_a_clear_answer(models: Models) -> None:
    paths = [path for path in sorted((SHARED / "audio-tags").rglob("*")) if path.is_file()]
    samples = []
    for path in paths:
        try:
            samples.append(read(path))
        except (Skip, UnreadableError):
            continue  # anything else fails the test
    assert len(samples) > 200
    features = audio.encode(samples, models.runner(audio.model))
    for sample, feature in zip(samples, features, strict=True):
        assert len(feature.moments) == len(sample.times) >= 1
        assert np.isfinite(sample.arrays["waveform"]).all()
        assert 0 <= sample.data["silence_share"] <= 1
        if feature.summary is not None:
            assert np.linalg.norm(feature.summary) == pytest.approx(1, abs=1e-5)


@needs_shared
def test_old_film_music_is_heard_as_jazz(models: Models) -> None:
    sample = read(SHARED / "video/moviepy_chaplin.mp4")
    (feature,) = audio.encode([sample], models.runner(audio.model))
    assert next(iter(feature.data["tags"])) == "jazz"


@pytest.mark.parametrize("suffix", [".mp3", ".flac", ".opus", ".wav", ".m4a"])
def test_a_long_track_is_read_in_three_stretches(tmp_path: Path, suffix: str) -> None:
    sample = read(song(tmp_path / f"long{suffix}", seconds=60))
    assert sample.arrays["waveform"].shape == (9, 48000)
    assert sample.arrays["waveform"].dtype == np.float32
    assert [round(start) for start, _ in sample.times[::3]] == pytest.approx([5, 25, 45], abs=1)


def test_windows_hold_the_sound_of_their_times(tmp_path: Path) -> None:
    loudness = np.repeat(np.linspace(0.1, 0.9, 60), 16000)
    sample = read(recording(tmp_path / "rising.wav", tone(60, level=1) * loudness))
    levels = np.abs(sample.arrays["waveform"]).max(axis=1)
    expected = [loudness[round(end * 16000) - 1] for _, end in sample.times]
    assert levels == pytest.approx(expected, abs=0.03)


def test_a_short_sound_is_one_window_with_its_true_length(tmp_path: Path) -> None:
    sample = read(recording(tmp_path / "short.wav", tone(0.5)))
    assert sample.arrays["waveform"].shape == (1, 48000)
    assert sample.times == ((0.0, pytest.approx(0.5, abs=0.01)),)
    assert sample.data["silence_share"] == 0


def test_loudness_and_peak_are_in_decibels_of_full_scale(tmp_path: Path) -> None:
    data = read(recording(tmp_path / "tone.wav", tone(3, level=0.5))).data
    assert data["peak_db"] == pytest.approx(-6.0, abs=0.1)
    assert data["loudness_db"] == pytest.approx(-9.0, abs=0.1)


def test_silence_has_no_vector_and_half_silence_has_one(tmp_path: Path, models: Models) -> None:
    silent = read(recording(tmp_path / "silent.wav", np.zeros(16000 * 6)))
    half = read(recording(tmp_path / "half.wav", np.r_[np.zeros(16000 * 3), tone(3)]))
    without, with_vector = audio.encode([silent, half], models.runner(audio.model))
    assert without.summary is None
    assert without.data["tags"] == {}
    assert silent.data["silence_share"] == 1
    assert with_vector.summary is not None
    assert half.data["silence_share"] == pytest.approx(0.5, abs=0.02)
    assert [moment.vector is None for moment in with_vector.moments] == [True, False]


def test_a_noisy_copy_stays_nearest_to_its_clean_original(tmp_path: Path, models: Models) -> None:
    random = np.random.default_rng(0)
    clean = [read(song(tmp_path / f"{n}.wav", seconds=9, seed=n)) for n in range(8)]
    noisy = []
    for n, sample in enumerate(clean):
        sound = sample.arrays["waveform"].reshape(-1)
        noise = random.normal(0, np.sqrt(np.square(sound).mean() / 100), len(sound))  # 20 dB
        noisy.append(read(recording(tmp_path / f"noisy{n}.wav", sound + noise)))
    run = models.runner(audio.model)
    originals, copies = (
        np.stack([own.summary for own in audio.encode(samples, run) if own.summary is not None])
        for samples in (clean, noisy)
    )
    assert (copies @ originals.T).argmax(axis=1).tolist() == list(range(8))


def test_a_batch_gives_what_each_alone_gives(tmp_path: Path, models: Models) -> None:
    samples = [read(song(tmp_path / f"{n}.flac", seconds=2 + 4 * n, seed=n)) for n in range(3)]
    hear, listen = models.runner(audio.model), models.runner(voice.model)
    for sample, together in zip(samples, audio.encode(samples, hear), strict=True):
        (alone,) = audio.encode([sample], hear)
        assert together.summary == pytest.approx(alone.summary, abs=1e-4)
        assert len(together.moments) == len(alone.moments) == len(sample.times)
    for sample, together in zip(samples, voice.encode(samples, listen), strict=True):
        (alone,) = voice.encode([sample], listen)
        assert together.data == pytest.approx(alone.data, abs=0.01)


def test_tones_and_noise_are_no_speech(tmp_path: Path, models: Models) -> None:
    noise = np.random.default_rng(0).normal(0, 0.1, 16000 * 6)
    samples = [
        read(recording(tmp_path / "tone.wav", tone(6))),
        read(recording(tmp_path / "noise.wav", noise)),
    ]
    for feature in voice.encode(samples, models.runner(voice.model)):
        assert feature.summary is None
        assert feature.data["speech_share"] < 0.1


def test_a_truncated_file_gives_its_beginning(tmp_path: Path) -> None:
    whole = song(tmp_path / "whole.flac", seconds=60)
    cut = tmp_path / "cut.flac"
    content = whole.read_bytes()
    cut.write_bytes(content[: len(content) // 10])
    sample = read(cut)
    assert sample.times[0][0] == 0
    assert 3 < sample.times[-1][1] < 9


def test_the_sound_of_a_video_is_read_and_a_silent_film_is_skipped(tmp_path: Path) -> None:
    assert len(read(clip(tmp_path / "film.mp4", seconds=6)).times) == 2
    with pytest.raises(Skip):
        read(clip(tmp_path / "mute.mp4", audio=False))


def test_the_host_finds_the_plugin() -> None:
    (found,) = (own for own in Registry().plugins if own.name == "audio")
    assert found.state is State.READY
    assert [extractor.name for extractor in found.parts["extractors"]] == ["audio", "voice"]
