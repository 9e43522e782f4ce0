from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediadesk.library import names


@pytest.mark.parametrize(
    ("file", "title", "year"),
    [
        ("A Morning in the Alps (2019).mp4", "A Morning in the Alps", 2019),
        ("The.Matrix.1999.1080p.BluRay.x264-GRP.mkv", "The Matrix", 1999),
        ("2001 A Space Odyssey (1968).mkv", "2001 A Space Odyssey", 1968),
        ("1917 (2019).mkv", "1917", 2019),
        ("阿凡达.2009.mp4", "阿凡达", 2009),
        ("早晨的阿尔卑斯山.mp4", "早晨的阿尔卑斯山", None),
        ("f3a91c.mp4", "f3a91c", None),
        ("b7d2e5f1a9.mp4", "b7d2e5f1a9", None),
        ("12345.mp4", "12345", None),
        ("2012.mp4", "2012", None),
        ("001.mp4", "001", None),
        ("20190304_101500.mp4", "20190304 101500", None),
        ("VID_20200101_120000.mp4", "VID 20200101 120000", None),
        ("IMG_1999.MOV", "IMG 1999", None),
        ("spider web.mp4", "spider web", None),
        ("cooking-pasta.mp4", "cooking-pasta", None),
        ("Movie-Title_Part_2.mp4", "Movie-Title Part 2", None),
        ("lecture 3.mp4", "lecture 3", None),
        ("en.mp4", "en", None),
        ("1080p.mp4", "1080p", None),
    ],
)
def test_a_video_has_a_sane_title(file: str, title: str, year: int | None) -> None:
    name = names.of_video(Path(file))
    assert (names.titled(name), name.year, name.is_episode) == (title, year, False)


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("Show.S01E02.Title.mkv", "Show S01E02 · Title"),
        ("Show - 1x03 - Name.mkv", "Show S01E03 · Name"),
        ("权力的游戏.S02E05.1080p.mkv", "权力的游戏 S02E05"),
        ("流浪地球 第2集.mp4", "流浪地球 S01E02"),
        ("/tv/My Show/Season 1/S01E02.mkv", "My Show S01E02"),
    ],
)
def test_an_episode_is_known_by_its_number(path: str, title: str) -> None:
    name = names.of_video(Path(path))
    assert name.is_episode
    assert names.titled(name) == title


@pytest.mark.parametrize(
    ("file", "title"),
    [
        ("01 - Intro.mp3", "Intro"),
        ("12. Song.mp3", "Song"),
        ("03_track.ogg", "track"),
        ("7 Rings.mp3", "7 Rings"),
        ("99 Luftballons.mp3", "99 Luftballons"),
        ("1999.mp3", "1999"),
        ("月亮代表我的心.flac", "月亮代表我的心"),
    ],
)
def test_the_title_of_a_song_has_no_track_number(file: str, title: str) -> None:
    assert names.of_audio(Path(file)).title == title


@given(st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1))
def test_any_name_has_a_title(stem: str) -> None:
    assert names.titled(names.of_video(Path("folder") / f"x{stem}.mp4"))
