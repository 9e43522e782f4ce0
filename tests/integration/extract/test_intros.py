"""Intros and credits are found in episodes of real music and speech, each encoded another way."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest
import voice_factory
from voice_factory import RATE

from mediadesk.api import Feature, testing
from mediadesk.media import GuardedMedia
from mediadesk.understand.seasons import spans
from mediadesk_episodes import Fingerprint

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Sound = NDArray[Any]

pytestmark = pytest.mark.skipif(not voice_factory.PROGRAM, reason="espeak-ng is not here")
_WORDS = """harbour lantern winter garden engine letter silver mountain doctor window river morning
    captain forest shadow market paper bridge thunder kitchen island soldier candle northern meadow
    question teacher village copper weather""".split()  # noqa: SIM905
_INTRO, _CREDITS = 25.0, 18.0  # seconds
_LENGTH = 105.0  # seconds of an episode without both
# Container, codec and its bits a second, level, seconds before the intro.
_AT_ONCE = ".mp4", "aac", 64_000, 0.9, 0.0
_RECAP = ".mkv", "libopus", 32_000, 0.3, 22.1
_COLD_OPEN = ".mkv", "libmp3lame", 48_000, 0.6, 45.4
_TELEVISION = ".ts", "ac3", 96_000, 0.4, 7.7
_QUICK = {"libopus": {"compression_level": "0"}, "aac": {"aac_coder": "fast"}}
_EPISODES = _AT_ONCE, _RECAP, _COLD_OPEN, _TELEVISION


@pytest.fixture(scope="module")
def songs(demo_library: Path) -> list[Path]:
    """Songs of three minutes and more."""
    found = sorted(demo_library.rglob("*.ogg"))
    return [path for path in found if path.stat().st_size > 3_000_000]


def played(path: Path, start: float, seconds: float) -> Sound:
    """Give some seconds of a song, float32 [n] at RATE."""
    resampler = av.AudioResampler("flt", "mono", RATE, frame_size=16384)
    parts, left = list[Any](), round(seconds * RATE)
    with av.open(path) as container:
        container.seek(round(start * av.time_base))
        for frame in container.decode(audio=0):
            parts += [part.to_ndarray()[0] for part in resampler.resample(frame)]
            if sum(map(len, parts)) >= left:
                break
    return np.concatenate([np.zeros(0, np.float32), *parts])[:left]


def scene(folder: Path, song: Path, number: int, seconds: float) -> Sound:
    """Give talk of its own over a song."""
    words = np.random.default_rng(number).choice(_WORDS, round(3 * seconds) + 3)
    said = voice_factory.spoken(folder, " ".join(words))[: round(seconds * RATE)]
    sound = 0.4 * played(song, 20 + 7 * number, seconds)
    sound[: len(said)] += 0.6 * said[: len(sound)]
    return sound


def write(path: Path, sound: Sound, codec: str, rate: int) -> Path:
    with av.open(path, "w") as container:
        stream = container.add_stream(
            codec, rate=48_000, layout="mono", options=_QUICK.get(codec, {})
        )
        stream.bit_rate = rate
        frame = av.AudioFrame.from_ndarray(sound[None], format="flt", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE, 0, Fraction(1, RATE)
        container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def learn(path: Path) -> Feature:
    sample = Fingerprint().prepare(testing.item(path=path), GuardedMedia())
    assert sample.problem == ""
    (found,) = Fingerprint().encode([sample], testing.no_model)
    return found


@pytest.fixture(scope="module")
def season(songs: list[Path], tmp_path_factory: pytest.TempPathFactory) -> list[Feature]:
    """Four episodes with one song as their intro and one as their credits, and one without."""
    folder = tmp_path_factory.mktemp("season")
    theme, roll = played(songs[0], 0, _INTRO), played(songs[1], 60, _CREDITS)
    talk = voice_factory.spoken(folder, "Tonight in the harbour")[: 2 * RATE]
    known = []
    for n, (suffix, codec, rate, level, before) in enumerate((*_EPISODES, _AT_ONCE)):
        lengths = before, _LENGTH - before, 4.0 + 3 * n
        first, body, last = (
            scene(folder, songs[2 + 3 * n + k], 3 * n + k, seconds)
            for k, seconds in enumerate(lengths)
        )
        intro = theme.copy()
        if n == 1:
            intro[10 * RATE : 10 * RATE + len(talk)] += talk
        shared = (intro, roll) if n < len(_EPISODES) else (theme[:0], roll[:0])
        sound = level * np.concatenate([first, shared[0], body, shared[1], last])
        known.append(learn(write(folder / f"{n}{suffix}", sound, codec, rate)))
    return known


def test_real_music_is_told_from_what_is_said_and_played_around_it(season: list[Feature]) -> None:
    end = _LENGTH + _INTRO
    for n, (*_, before) in enumerate(_EPISODES):
        first, last = spans(season[n], season[:n] + season[n + 1 :])
        assert first == (
            pytest.approx(before, abs=1), pytest.approx(before + _INTRO, abs=1), "intro"
        )  # fmt: skip
        assert last == (pytest.approx(end, abs=1), pytest.approx(end + _CREDITS, abs=1), "credits")


def test_one_neighbour_is_enough_however_it_is_encoded(season: list[Feature]) -> None:
    *own, _ = season
    for n, each in enumerate(own):
        for other in own[:n] + own[n + 1 :]:
            assert [label for *_, label in spans(each, [other])] == ["intro", "credits"]


def test_an_episode_of_other_music_and_talk_has_neither(season: list[Feature]) -> None:
    *own, stranger = season
    assert spans(stranger, own) == []
    assert all(spans(stranger, [each]) == spans(each, [stranger]) == [] for each in own)
