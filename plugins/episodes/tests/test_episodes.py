"""Fingerprints of real, encoded sound, and what is found by them."""

from __future__ import annotations

import re
from base64 import b64decode
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest
from media_factory import clip, harmed, surprising
from voice_factory import broadcast, talk

from mediadesk.api import Feature, Item, Kind, Skip, UnreadableError
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


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """130 s of music: 65 s of a head, and as much of a tail."""
    return write(tmp_path_factory.mktemp("whole") / "whole.mka", tune(130, 1), rate=32_000)


def copied(whole: Path, path: Path) -> Path:
    """Copy the sound into another container, whose index stands before it."""
    with (
        av.open(whole) as source,
        av.open(path, "w", container_options={"movflags": "faststart"}) as file,
    ):
        stream = file.add_stream_from_template(source.streams.audio[0])
        for packet in source.demux(source.streams.audio[0]):
            if packet.size:
                packet.stream = stream
                file.mux(packet)
    return path


def prints(found: Feature, part: str) -> NDArray[np.uint32]:
    return np.frombuffer(b64decode(found.data["prints"][part]), "<u4")


@pytest.mark.parametrize("suffix", [".mka", ".mp4"])
def test_a_truncated_episode_gives_what_there_is_and_says_what_is_missing(
    whole: Path, tmp_path: Path, suffix: str
) -> None:
    known = learn(path := copied(whole, tmp_path / f"whole{suffix}"))
    assert known.problem == ""
    raw = path.read_bytes()
    path.write_bytes(raw[: len(raw) * 2 // 3])
    found = learn(path)
    assert_told(found, begins=None, ends=22)
    np.testing.assert_array_equal(prints(found, "head"), prints(known, "head"))
    path.write_bytes(raw[: len(raw) // 4])
    found = learn(path)
    assert_told(found, begins=32, ends=0)
    assert 0 < np.count_nonzero(prints(found, "head")) < np.count_nonzero(prints(known, "head"))


def assert_told(found: Feature, *, begins: int | None, ends: int | None) -> None:
    told = re.fullmatch(
        r"Only (?:(\d+) of the 65 seconds it begins with)?(?: and )?"
        r"(?:(\d+) of the 65 seconds it ends with)? could be heard: the file is cut short or "
        r"damaged, so copy it again from its source\.",
        found.problem,
    )
    assert told, found.problem
    for seconds, expected in zip(told.groups(), (begins, ends), strict=True):
        assert (seconds is None) == (expected is None), found.problem
        assert expected is None or int(seconds) == pytest.approx(expected, abs=4)


def test_a_head_that_cannot_be_decoded_is_not_told_as_silence(whole: Path, tmp_path: Path) -> None:
    path = copied(whole, tmp_path / "film.mp4")
    known = learn(path)
    found = learn(harmed(path, 0.0, 0.51))
    assert_told(found, begins=0, ends=None)
    assert not prints(found, "head")[20:-20].any()
    assert (prints(found, "tail") == prints(known, "tail")).mean() > 0.9


def test_a_damaged_stretch_leaves_what_stands_around_it_in_its_place(
    whole: Path, tmp_path: Path
) -> None:
    path = copied(whole, tmp_path / "film.mp4")
    known = prints(learn(path), "head")
    found = learn(harmed(path, 0.1, 0.25))
    assert_told(found, begins=65 - 20, ends=None)
    first, last = (round(second / (512 / 5512)) for second in (12.5, 33.5))
    np.testing.assert_array_equal(prints(found, "head")[:first], known[:first])
    same = prints(found, "head")[last:] == known[last:]
    assert same.mean() > 0.9


def test_an_episode_without_a_second_that_can_be_decoded_is_named(
    whole: Path, tmp_path: Path
) -> None:
    path = harmed(copied(whole, tmp_path / "film.mp4"), 0.0, 1.0)
    with pytest.raises(UnreadableError, match=r"The sound that “.*film\.mp4” begins and ends with"):
        learn(path)


def test_a_few_bits_that_were_turned_over_cost_little_and_many_are_told(
    whole: Path, tmp_path: Path
) -> None:
    path = copied(whole, tmp_path / "film.mp4")
    known = learn(path)
    found = learn(harmed(path, 0.0, 1.0, every=40_000))
    assert found.problem == ""
    assert len(prints(found, "head")) == len(prints(known, "head"))
    assert (prints(found, "head") == prints(known, "head")).mean() > 0.9
    found = learn(harmed(path, 0.0, 1.0, every=900))
    assert_told(found, begins=51, ends=51)
    assert (prints(found, "head") == prints(known, "head")[: len(prints(found, "head"))]).any()


def test_sound_that_begins_late_stands_where_it_is_heard(tmp_path: Path) -> None:
    path = talk(tmp_path / "late.mkv", np.repeat(tune(60, 3), 2), starts=(7.0,))
    found = learn(path)
    assert found.problem == ""
    silent = np.flatnonzero(prints(found, "head"))[0] * 512 / 5512
    assert silent == pytest.approx(7, abs=0.5)


def test_a_stream_that_appears_late_ends_nothing(whole: Path, tmp_path: Path) -> None:
    path = copied(whole, tmp_path / "film.flv")
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 3 // 4])
    known = learn(path)
    found = learn(surprising(path, 0.8))
    assert found.problem == known.problem != ""
    for part in ("head", "tail"):
        assert (prints(found, part) == prints(known, part)).mean() > 0.9


def test_sound_that_changes_its_form_goes_on(tmp_path: Path) -> None:
    path = broadcast(tmp_path / "film.ts", "stereo", "mono", "stereo", seconds=25)
    found = learn(path)
    assert found.problem == ""
    assert np.count_nonzero(prints(found, "head")) * 512 / 5512 == pytest.approx(37, abs=2)


def test_the_host_finds_the_plugin() -> None:
    (found,) = (own for own in Registry().plugins if own.name == "episodes")
    assert found.state is State.READY
    assert [extractor.name for extractor in found.parts["extractors"]] == ["fingerprint"]
