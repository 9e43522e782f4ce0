"""Fingerprints of real, encoded sound, and what is found by them."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest
from media_factory import clip

from mediadesk.api import Feature, Item, Kind, Skip
from mediadesk.host import Registry, State
from mediadesk.media import GuardedMedia
from mediadesk.understand.seasons import spans
from mediadesk_episodes import Fingerprint

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Sound = NDArray[Any]

RATE = 11025
fingerprint = Fingerprint()


def tune(seconds: float, seed: int) -> Sound:
    """Notes of three voices, each with harmonics that fade."""
    random = np.random.default_rng(seed)
    sound = np.zeros(round(seconds * RATE))
    for start in range(0, len(sound), RATE // 4):
        length = min(RATE // 2, len(sound) - start)
        time = np.arange(length) / RATE
        for pitch in random.choice(110 * 2 ** (np.arange(36) / 12), 3):
            waves = sum(np.sin(2 * np.pi * pitch * k * time) / k for k in range(1, 6))
            sound[start : start + length] += 0.05 * waves * np.exp(-4 * time)
    return sound + random.normal(0, 0.002, len(sound))


def write(path: Path, sound: Sound, *, rate: int) -> Path:
    """Write AAC of so many bits a second."""
    with av.open(path, "w") as file:
        stream = file.add_stream("aac", rate=RATE, layout="mono")
        stream.bit_rate = rate
        frame = av.AudioFrame.from_ndarray(sound[None].astype(np.float32), "fltp", "mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE, 0, Fraction(1, RATE)
        resampler = av.AudioResampler("fltp", "mono", RATE, frame_size=1024)
        for part in (frame, None):
            for each in resampler.resample(part):
                file.mux(stream.encode(each))
        file.mux(stream.encode())
    return path


def learn(path: Path) -> Feature:
    item = Item(id="x", kind=Kind.EPISODE, title="", path=path)
    sample = fingerprint.prepare(item, GuardedMedia())
    (found,) = fingerprint.encode([sample], dict)
    return found


def test_intro_and_credits_are_found_in_any_encoding_and_level(tmp_path: Path) -> None:
    intro, end = tune(15, 100), tune(12, 200)
    known = []
    made = [(7.3, 1.0, 48_000), (22.1, 0.3, 24_000), (0.0, 2.0, 32_000)]
    for n, (before, level, rate) in enumerate(made):
        parts = [tune(before, n), intro, tune(60 - before, n + 10), end, tune(2, n + 20)]
        known.append(learn(write(tmp_path / f"{n}.m4a", level * np.concatenate(parts), rate=rate)))
    for n, (before, *_) in enumerate(made):
        (first, second) = spans(known[n], known[:n] + known[n + 1 :])
        assert first == (
            pytest.approx(before, abs=1), pytest.approx(before + 15, abs=1), "intro"
        )  # fmt: skip
        assert second == (pytest.approx(75, abs=1), pytest.approx(87, abs=1), "credits")


def test_a_clip_without_sound_and_a_short_one_are_skipped(tmp_path: Path) -> None:
    with pytest.raises(Skip, match="no sound"):
        learn(clip(tmp_path / "mute.mp4", seconds=2, audio=False))
    with pytest.raises(Skip, match="too short"):
        learn(clip(tmp_path / "short.mkv", seconds=2))
    silent = write(tmp_path / "silent.m4a", np.zeros(70 * RATE), rate=32_000)
    with pytest.raises(Skip, match="silence"):
        learn(silent)


def test_a_truncated_episode_gives_what_there_is(tmp_path: Path) -> None:
    whole = write(tmp_path / "whole.mka", tune(80, 1), rate=32_000)
    cut = tmp_path / "cut.mka"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 4])
    prints = learn(cut).data["prints"]
    assert 0 < len(prints["head"]) < len(learn(whole).data["prints"]["head"])


def test_the_host_finds_the_plugin() -> None:
    (found,) = (own for own in Registry().plugins if own.name == "episodes")
    assert found.state is State.READY
    assert [extractor.name for extractor in found.parts["extractors"]] == ["fingerprint"]
