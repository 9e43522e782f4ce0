"""The audio plugin on real media, through the guarded door, with the real models."""

from __future__ import annotations

import shutil
import struct
import subprocess
import wave
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest
from media_factory import clip, song, surprising

from mediadesk.api import Item, Kind, Sample, Skip, UnreadableError
from mediadesk.host import Registry, State
from mediadesk.media import GuardedMedia
from mediadesk.models import Models
from mediadesk_audio import Audio

if TYPE_CHECKING:
    from numpy.typing import NDArray

SHARED = Path(__file__).parents[4] / "shared/data/media"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason=f"needs the media of {SHARED}")
audio, media = Audio(), GuardedMedia()


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Models]:
    models = Models(tmp_path_factory.mktemp("cache"))
    yield models
    models.close()


def read(path: Path) -> Sample:
    return audio.prepare(Item(id="x", kind=Kind.SONG, title="", path=path), media)


def recording(path: Path, sound: NDArray[Any], rate: int = 16000) -> Path:
    """Write float sound in -1..1, [samples] or [samples, channels], as a WAV file."""
    with wave.open(str(path), "wb") as file:
        file.setparams((sound.ndim and sound[0].size, 2, rate, len(sound), "NONE", ""))
        file.writeframes((np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes())
    return path


def tone(
    seconds: float, *, level: float = 0.5, rate: int = 16000, pitch: float = 440
) -> NDArray[Any]:
    return level * np.sin(2 * np.pi * pitch * np.arange(int(seconds * rate)) / rate)


def drums(beats: float, *, seconds: float = 30, rate: int = 16000) -> NDArray[Any]:
    """A bass drum on every beat, a hi-hat between, and a tone that goes on."""
    random = np.random.default_rng(0)
    fade = np.exp(-40 * np.arange(rate // 8) / rate)
    bass = fade * np.sin(2 * np.pi * 60 * np.arange(len(fade)) / rate)
    sound = tone(seconds, level=0.05, pitch=220)
    for n in range(int(seconds * beats / 30) - 1):
        start = round(n * 30 / beats * rate)
        hit = 0.2 * random.normal(size=len(fade)) * fade if n % 2 else 0.5 * bass
        sound[start : start + len(fade)] += hit
    return sound


def spoken(path: Path, language: str, text: str) -> NDArray[Any]:
    """Have a text read aloud; 16-bit samples at 22,050 Hz as float."""
    program = shutil.which("espeak-ng") or ""
    subprocess.run([program, "-v", language, "-w", path, text], check=True)  # noqa: S603
    with wave.open(str(path), "rb") as file:
        return np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32768


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
    others = {each.arrays["waveform"].tobytes(): each for each in samples}.values()
    assert len(others) > 40, "most have one sound, with other tags"
    features = audio.encode([*others], models.runner(audio.model))
    for sample, feature in zip(others, features, strict=True):
        assert len(feature.moments) == len(sample.times) >= 1
        assert np.isfinite(sample.arrays["waveform"]).all()
        assert all(0 <= feature.data[f"{of}_share"] <= 1 for of in ("speech", "music", "silence"))
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
    expected = np.array([loudness[round(end * 16000) - 1] for _, end in sample.times])
    assert levels / levels[-1] == pytest.approx(expected / expected[-1], abs=0.03)


def test_a_short_sound_is_one_window_with_its_true_length(tmp_path: Path) -> None:
    sample = read(recording(tmp_path / "short.wav", tone(0.5)))
    assert sample.arrays["waveform"].shape == (1, 48000)
    assert sample.times == ((0.0, pytest.approx(0.5, abs=0.01)),)
    assert sample.arrays["silence"] == pytest.approx([0])


@pytest.mark.parametrize("channels", [1, 2])
def test_loudness_is_that_of_the_standard(tmp_path: Path, channels: int) -> None:
    """EBU Tech 3341: a stereo tone of 1 kHz at -23 dB of full scale has -23 LUFS."""
    sound = tone(20, level=10 ** (-23 / 20), rate=48000, pitch=1000)
    path = recording(tmp_path / "tone.wav", np.stack([sound] * channels, axis=1), rate=48000)
    data = read(path).data
    assert data["peak_db"] == pytest.approx(-23, abs=0.1)
    assert data["loudness_lufs"] == pytest.approx(-23 if channels == 2 else -26, abs=0.1)


def test_a_quieter_copy_is_told_by_its_loudness_only(tmp_path: Path, models: Models) -> None:
    sound = drums(100, seconds=9)
    loud = read(recording(tmp_path / "loud.wav", sound))
    quiet = read(recording(tmp_path / "quiet.wav", sound / 4))
    assert loud.data["loudness_lufs"] - quiet.data["loudness_lufs"] == pytest.approx(12, abs=0.2)
    assert loud.data["peak_db"] - quiet.data["peak_db"] == pytest.approx(12, abs=0.2)
    one, other = audio.encode([loud, quiet], models.runner(audio.model))
    assert one.summary is not None
    assert one.summary.shape == (392,)
    assert one.summary @ other.summary > 0.9


def test_silence_has_no_vector_and_half_silence_has_one(tmp_path: Path, models: Models) -> None:
    silent = read(recording(tmp_path / "silent.wav", np.zeros(16000 * 6)))
    half = read(recording(tmp_path / "half.wav", np.r_[np.zeros(16000 * 3), tone(3)]))
    without, with_vector = audio.encode([silent, half], models.runner(audio.model))
    assert without.summary is None
    assert without.data["tags"] == {}
    assert without.data["silence_share"] == 1
    assert with_vector.summary is not None
    assert with_vector.data["silence_share"] == pytest.approx(0.5, abs=0.02)
    assert [moment.vector is None for moment in with_vector.moments] == [True, False]


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf, 1e300])
def test_what_is_no_sound_in_a_recording_is_silence(
    tmp_path: Path, models: Models, wrong: float
) -> None:
    """Programs that record in floating point leave such things behind."""
    sound = tone(9)
    sound[16000:48000] = wrong
    path = tmp_path / "glitch.wav"
    head = struct.pack("<4sI8sIHHIIHH", b"RIFF", 36 + 8 * len(sound), b"WAVEfmt ", 16, 3, 1, 16000,
                       128000, 8, 64)  # fmt: skip
    body = sound.astype("<f8").tobytes()
    path.write_bytes(head + struct.pack("<4sI", b"data", len(body)) + body)
    (feature,) = audio.encode([read(path)], models.runner(audio.model))
    assert feature.summary is not None
    assert np.isfinite(feature.summary).all()
    assert feature.data["peak_db"] <= 0
    assert all(np.isfinite(each) for each in feature.data.values() if isinstance(each, float))


def test_a_batch_gives_what_each_alone_gives(tmp_path: Path, models: Models) -> None:
    samples = [read(song(tmp_path / f"{n}.flac", seconds=2 + 4 * n, seed=n)) for n in range(3)]
    hear = models.runner(audio.model)
    for sample, together in zip(samples, audio.encode(samples, hear), strict=True):
        (alone,) = audio.encode([sample], hear)
        assert together.summary == pytest.approx(alone.summary, abs=1e-4)
        assert len(together.moments) == len(alone.moments) == len(sample.times)
        numbers = {name for name in alone.data if name != "tags"}
        for name in numbers:
            assert together.data[name] == pytest.approx(alone.data[name], abs=0.01)


@pytest.mark.parametrize("beats", [75, 100, 128, 140])
def test_the_tempo_of_drums_is_found_under_noise_too(tmp_path: Path, beats: float) -> None:
    clean = drums(beats)
    noise = np.random.default_rng(1).normal(0, np.sqrt(np.square(clean).mean() / 10), len(clean))
    for name, sound in {"clean.wav": clean, "noisy.wav": clean + noise}.items():  # 10 dB
        data = read(recording(tmp_path / name, sound)).data
        # Whether a beat counts once or twice even people don't agree on.
        assert data["tempo_bpm"] / beats in (pytest.approx(1, rel=0.01), pytest.approx(2, rel=0.01))
        assert 0.5 < data["tempo_confidence"] <= 1


def test_what_has_no_beat_has_no_tempo(tmp_path: Path, models: Models) -> None:
    noise = np.random.default_rng(0).normal(0, 0.1, 16000 * 30)
    samples = [
        read(recording(tmp_path / "tone.wav", tone(30))),
        read(recording(tmp_path / "noise.wav", noise)),
        read(recording(tmp_path / "short.wav", tone(1))),
        read(recording(tmp_path / "drums.wav", drums(100))),
    ]
    *none, some = audio.encode(samples, models.runner(audio.model))
    assert all("tempo_bpm" not in feature.data for feature in none)
    assert some.data["tempo_bpm"] == pytest.approx(100, rel=0.01)


def test_a_beat_without_music_is_no_tempo(tmp_path: Path, models: Models) -> None:
    """A train or a printer beats, too."""
    random = np.random.default_rng(0)
    beats = np.exp(-20 * (np.arange(16000 * 30) % 8000) / 16000)
    sample = read(recording(tmp_path / "train.wav", 0.3 * beats * random.normal(size=len(beats))))
    assert sample.data["tempo_bpm"] == pytest.approx(120, rel=0.01)
    (feature,) = audio.encode([sample], models.runner(audio.model))
    assert feature.data["music_share"] == 0
    assert "tempo_bpm" not in feature.data


@pytest.mark.parametrize(("right", "level"), [(1, 0.5), (0, 0.25)])
def test_one_channel_is_the_mean_of_two(tmp_path: Path, right: float, level: float) -> None:
    sound = tone(3)
    sample = read(recording(tmp_path / "stereo.wav", np.stack([sound, right * sound], axis=1)))
    assert sample.arrays["waveform"].max() == pytest.approx(level, abs=0.02)


def test_music_is_what_stays_on_its_pitches_and_only_music_gets_names(
    tmp_path: Path, models: Models
) -> None:
    random = np.random.default_rng(0)
    sea = random.normal(0, 0.1, 16000 * 9) * (1.2 + np.sin(np.arange(16000 * 9) / 16000))
    chords = np.concatenate(
        [sum(tone(1.5, level=0.1, pitch=root * k) for k in (1, 1.26, 1.5))
         for root in (220, 294, 330, 220, 247, 262)]
    )  # fmt: skip
    samples = [
        read(recording(tmp_path / "sea.wav", sea)),
        read(recording(tmp_path / "chords.wav", chords)),
    ]
    noise, music = audio.encode(samples, models.runner(audio.model))
    assert (noise.data["music_share"], noise.data["tags"]) == (0, {})
    assert noise.summary is not None
    assert music.data["music_share"] == pytest.approx(1, abs=0.05)
    assert len(music.data["tags"]) == 10


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="the program espeak-ng is not here")
@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The rescue team set out at dawn, when the storm had passed. " * 3),
        ("cmn", "救援队在黎明时分出发，暴风雨已经过去，大家都很累，可是没有人抱怨。" * 2),
    ],
)
def test_speech_is_heard_in_noise_and_gets_no_names_of_music(
    tmp_path: Path, models: Models, language: str, text: str
) -> None:
    clean = spoken(tmp_path / "spoken.wav", language, text)
    noise = np.random.default_rng(0).normal(0, np.sqrt(np.square(clean).mean() / 10), len(clean))
    samples = [
        read(recording(tmp_path / "clean.wav", clean, rate=22050)),
        read(recording(tmp_path / "quiet.wav", clean / 10, rate=22050)),
        read(recording(tmp_path / "noisy.wav", clean + noise, rate=22050)),  # 10 dB
    ]
    for feature in audio.encode(samples, models.runner(audio.model)):
        assert feature.data["speech_share"] > 0.6
        assert feature.data["music_share"] < 0.25
        assert feature.data["tags"] == {}


def test_tones_and_noise_are_no_speech(tmp_path: Path, models: Models) -> None:
    noise = np.random.default_rng(0).normal(0, 0.1, 16000 * 6)
    samples = [
        read(recording(tmp_path / "tone.wav", tone(6))),
        read(recording(tmp_path / "noise.wav", noise)),
    ]
    for feature in audio.encode(samples, models.runner(audio.model)):
        assert feature.data["speech_share"] < 0.1


def test_more_of_a_long_file_is_heard(tmp_path: Path) -> None:
    sample = read(recording(tmp_path / "long.wav", np.tile(tone(60, rate=4000), 31), rate=4000))
    assert [round(start) for start, _ in sample.times[::3]] == pytest.approx(
        [182, 554, 926, 1298, 1670], abs=3
    )


def test_sound_is_read_on_where_its_channels_change(tmp_path: Path) -> None:
    """As on television, where a film in more channels follows the news in stereo."""
    level = 10 ** (-20 / 20)
    path = tmp_path / "film.ts"
    with av.open(path, "w", format="mpegts") as container:
        stream = container.add_stream("mp2", rate=48000)
        for part, layout in enumerate(("stereo", "mono", "stereo")):
            coder = av.CodecContext.create("mp2", "w")
            assert isinstance(coder, av.AudioCodecContext)
            coder.rate, coder.format, coder.layout = 48000, "s16", layout
            coder.time_base = Fraction(1, 48000)
            sound = np.repeat(tone(5, level=level, rate=48000), coder.layout.nb_channels)
            samples = (sound[None] * 32767).astype(np.int16)
            frame = av.AudioFrame.from_ndarray(samples, format="s16", layout=layout)
            frame.sample_rate, frame.time_base = 48000, Fraction(1, 48000)
            frame.pts = part * 5 * 48000
            for packet in (*coder.encode(frame), *coder.encode(None)):
                packet.stream = stream
                container.mux(packet)
    sample = read(path)
    assert sample.problem == ""
    assert len(sample.times) == 5
    assert sample.data["peak_db"] == pytest.approx(-20, abs=0.5)
    assert (sample.arrays["waveform"].max(axis=1) > level / 2).all()


def test_the_sound_of_a_video_is_read_and_a_silent_film_is_skipped(tmp_path: Path) -> None:
    assert len(read(clip(tmp_path / "film.mp4", seconds=6)).times) == 2
    with pytest.raises(Skip):
        read(clip(tmp_path / "mute.mp4", audio=False))


def test_the_host_finds_the_plugin() -> None:
    (found,) = (own for own in Registry().plugins if own.name == "audio")
    assert found.state is State.READY
    assert [extractor.name for extractor in found.parts["extractors"]] == ["audio"]


def test_a_stream_that_turns_up_while_it_is_read_ends_the_sound_and_is_no_error(
    tmp_path: Path,
) -> None:
    assert read(surprising(song(tmp_path / "a.flv", seconds=12), 0.9)).arrays
