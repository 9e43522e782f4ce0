"""Kinds from names, tags, length, sound and pictures: sure only where it is clear."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediadesk.api import AUDIO, VIDEO, Feature, Item, Kind, Moment, unit
from mediadesk.understand.kinds import SURE_KIND, kinds, understood

HEARD = {
    "": {},
    "speech": {"speech_share": 0.85, "music_share": 0.05},
    "music": {"speech_share": 0.05, "music_share": 0.85},
    "film": {"speech_share": 0.45, "music_share": 0.35},
}


def item(path: str, minutes: float, **more: object) -> Item:
    of = Kind.CLIP if Path(path).suffix in {".mp4", ".mkv", ".mov"} else Kind.SONG
    kind = more.pop("kind", of)
    return Item(id="x", title="", path=Path(path), duration=minutes * 60, kind=kind, **more)  # type: ignore[arg-type]


def known(
    sound: str, *, still: bool = False, classes: dict[str, float] | None = None
) -> dict[str, Feature]:
    random = np.random.default_rng(1)
    noise = 0.3 if still else 3.0
    vectors = unit(np.ones(64) / 8 + noise * unit(random.normal(size=(8, 64))))
    moments = tuple(Moment(start=n, end=n + 1, vector=each) for n, each in enumerate(vectors))
    seen = Feature(moments=moments, data={"classes": classes or {}})
    return {"audio": Feature(data=HEARD[sound]), "keyframes": seen}


@pytest.mark.parametrize(
    ("path", "minutes", "sound", "more", "expected"),
    [
        ("/m/Camera/VID_20240714_153012.mp4", 1, "", {}, Kind.HOME_VIDEO),
        ("/m/DCIM/100APPLE/IMG_4711.mov", 3, "", {}, Kind.HOME_VIDEO),
        ("/m/Family Videos/Anna learns to swim.mp4", 12, "film", {}, Kind.HOME_VIDEO),
        ("/m/Anna - Rain (Official Video).mp4", 4, "music", {}, Kind.MUSIC_VIDEO),
        ("/m/Music Videos/Rain.mkv", 4, "", {}, Kind.MUSIC_VIDEO),
        ("/m/Concerts/Anna 2019.mkv", 95, "", {}, Kind.CONCERT),
        ("/m/Anna - Live at the Harbour (2019).mkv", 95, "music", {}, Kind.CONCERT),
        ("/m/Lectures/Trees.mp4", 50, "", {}, Kind.TALK),
        ("/m/TEDxBasel - What trees say.mp4", 16, "speech", {}, Kind.TALK),
        ("/m/讲座/大海.mp4", 50, "", {}, Kind.TALK),
        ("/m/Storm.m4b", 400, "", {}, Kind.AUDIOBOOK),
        ("/m/Storm/03.mp3", 30, "", {"genres": ("Audiobook",)}, Kind.AUDIOBOOK),
        ("/m/有声书/风暴.mp3", 30, "", {}, Kind.AUDIOBOOK),
        ("/m/Podcasts/Sea/Tides.mp3", 48, "", {}, Kind.PODCAST),
        ("/m/Tides.mp3", 48, "speech", {"genres": ("Podcast",)}, Kind.PODCAST),
    ],
)
def test_what_names_tags_and_sound_make_clear_is_understood(
    path: str, minutes: float, sound: str, more: dict[str, object], expected: Kind
) -> None:
    found = kinds(item(path, minutes, **more), known(sound) if sound else {})
    assert understood(found) is expected, found


@pytest.mark.parametrize(
    ("path", "minutes", "sound", "guess"),
    [
        ("/m/Storm (1999).mkv", 100, "film", Kind.FILM),
        ("/m/Storm.mkv", 100, "speech", Kind.FILM),
        ("/m/Waves.mp4", 1, "music", Kind.CLIP),
        ("/m/Trailer.mp4", 2, "film", Kind.CLIP),
        ("/m/Talk to Her (2002).mkv", 112, "film", Kind.FILM),
        ("/m/The Concert (2009).mkv", 119, "film", Kind.FILM),
        ("/m/Anna/Weather/01 Rain.flac", 4, "music", Kind.SONG),
        ("/m/Anna/Live at Home/01 Rain.flac", 4, "music", Kind.SONG),
        ("/m/Mix.mp3", 60, "music", Kind.RECORDING),
        ("/m/Interview.mp3", 25, "speech", Kind.RECORDING),
    ],
)
def test_what_is_not_clear_stays_what_its_length_says(
    path: str, minutes: float, sound: str, guess: Kind
) -> None:
    assert understood(kinds(item(path, minutes, kind=guess), known(sound))) is None


def test_a_long_speech_before_a_camera_that_stands_still_is_a_talk() -> None:
    own = item("/m/Trees.mp4", 45, kind=Kind.FILM)
    still, moving = (kinds(own, known("speech", still=on)) for on in (True, False))
    assert still["talk"] > moving["talk"]
    assert understood(still) is Kind.TALK


def test_a_stage_makes_a_concert_likelier() -> None:
    own = item("/m/Anna.mkv", 90, kind=Kind.FILM)
    plain, staged = (
        kinds(own, known("music", classes=seen)) for seen in ({}, {"stage": 0.3, "drum": 0.1})
    )
    assert staged["concert"] > plain["concert"]
    assert understood(staged) is Kind.CONCERT


def test_an_episode_stays_one() -> None:
    own = item("/m/Concerts/S01E02.mkv", 30, kind=Kind.EPISODE, series="Show", episode=2)
    assert understood(kinds(own, known("speech"))) is None


@given(
    name=st.text(min_size=1, max_size=40).filter(lambda text: "\0" not in text),
    minutes=st.floats(0, 1e6),
    kind=st.sampled_from(list(Kind)),
    sound=st.sampled_from(list(HEARD)),
)
def test_probabilities_are_of_one_medium_and_sum_to_one_at_most(
    name: str, minutes: float, kind: Kind, sound: str
) -> None:
    found = kinds(item(f"/m/{name}", minutes, kind=kind), known(sound))
    assert set(found) <= (VIDEO if kind in VIDEO else AUDIO)
    assert 0.9 <= sum(found.values()) <= 1.01
    assert list(found.values()) == sorted(found.values(), reverse=True)
    assert understood(found) is None or max(found.values()) >= SURE_KIND


@pytest.mark.parametrize(
    ("path", "minutes", "sound", "expected"),
    [
        ("/m/1.mkv", 30, "music", Kind.CONCERT),
        ("/m/1.mkv", 4, "music", Kind.CLIP),
        ("/m/1.mkv", 12, "speech", Kind.TALK),
        ("/m/1.mp3", 25, "speech", Kind.PODCAST),
        ("/m/1.mp3", 400, "speech", Kind.AUDIOBOOK),
        ("/m/1.mp3", 25, "", Kind.RECORDING),
    ],
)
def test_without_a_name_sound_and_length_make_a_kind_likely_and_not_sure(
    path: str, minutes: float, sound: str, expected: Kind
) -> None:
    found = kinds(item(path, minutes), known(sound))
    assert next(iter(found)) == expected
    assert understood(found) is None


def test_even_many_names_make_nothing_certain() -> None:
    found = kinds(item("/m/Podcasts/Podcast - Tides.mp3", 48, genres=("Podcast",)), known("speech"))
    assert found["podcast"] == 0.98


def test_a_numbered_part_of_a_series_is_an_episode_whatever_is_heard_in_it() -> None:
    for sound in HEARD:
        part = item("/m/Tides/S01E03.mkv", 25, series="Tides", season=1, episode=3)
        assert next(iter(kinds(part, known(sound)))) == Kind.EPISODE
