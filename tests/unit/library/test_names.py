from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediadesk.library import names, tracks


@pytest.mark.parametrize(
    ("file", "title", "year"),
    [
        ("A Morning in the Alps (2019).mp4", "A Morning in the Alps", 2019),
        ("The.Matrix.1999.1080p.BluRay.x264-GRP.mkv", "The Matrix", 1999),
        ("2001 A Space Odyssey (1968).mkv", "2001 A Space Odyssey", 1968),
        ("1917 (2019).mkv", "1917", 2019),
        ("2001 - A Space Odyssey (1968).mkv", "2001 - A Space Odyssey", 1968),
        (
            "/f/2001 - A Space Odyssey (1968)/2001 - A Space Odyssey.mkv",
            "2001 - A Space Odyssey",
            1968,
        ),
        (
            "/f/2001 A Space Odyssey (1968)/2001.A.Space.Odyssey.1080p.mkv",
            "2001 A Space Odyssey",
            1968,
        ),
        ("/f/Film (1990)/Film.mkv", "Film", 1990),
        ("/f/Film (1990)/film-trailer.mkv", "film Trailer", 1990),
        ("/f/Film (1990)/Film CD1.mkv", "Film CD1", 1990),
        ("/f/Film (1990)/Film 2002.mkv", "Film", 2002),
        ("/f/Film (1990)/Filming.mkv", "Filming", None),
        ("/f/Film (1990)/movie.mkv", "movie", None),
        ("/f/300 (2006)/300.mkv", "300", 2006),
        ("2012.2009.1080p.mkv", "2012", 2009),
        ("1984 (1984).mkv", "1984", 1984),
        ("300 (2006).mkv", "300", 2006),
        ("Blade Runner 2049.mkv", "Blade Runner 2049", None),
        ("Blade Runner 2049.2017.1080p.mkv", "Blade Runner 2049", 2017),
        ("Wonder Woman 1984 (2020).mkv", "Wonder Woman 1984", 2020),
        ("阿凡达.2009.mp4", "阿凡达", 2009),
        ("早晨的阿尔卑斯山.mp4", "早晨的阿尔卑斯山", None),
        ("f3a91c.mp4", "f3a91c", None),
        ("b7d2e5f1a9.mp4", "b7d2e5f1a9", None),
        ("12345.mp4", "12345", None),
        ("2012.mp4", "2012", None),
        ("001.mp4", "001", None),
        ("20190304_101500.mp4", "20190304 101500", 2019),
        ("VID_20200101_120000.mp4", "VID 20200101 120000", 2020),
        ("DJI_20230714101010_0001.MP4", "DJI 20230714101010 0001", 2023),
        ("2023-07-14 Beach.mp4", "2023-07-14 Beach", 2023),
        ("2023-07 Beach.mp4", "2023-07 Beach", 2023),
        ("Beach_2023_07_14.mp4", "Beach 2023 07 14", 2023),
        ("14.07.2023 Beach.mp4", "14.07.2023 Beach", 2023),
        ("2019-12-25.mov", "2019-12-25", 2019),
        ("2019-12-25 (2).mov", "2019-12-25 (2)", 2019),
        ("signal-2023-07-14-101010.mp4", "signal-2023-07-14-101010", 2023),
        ("Wedding 2018 ceremony.mp4", "Wedding 2018 ceremony", 2018),
        ("Wedding (2018) ceremony.mp4", "Wedding ceremony", 2018),
        ("Holiday 2019 - day 2.mp4", "Holiday 2019 - day 2", 2019),
        ("Film (1990) - part2.mkv", "Film Part 2", 1990),
        ("Film (1990)-part1.mkv", "Film Part 1", 1990),
        ("Film (1990) pt2.mkv", "Film Part 2", 1990),
        ("Film (1990) disc1.mkv", "Film Disc 1", 1990),
        ("Film (1990) cd1.mkv", "Film CD1", 1990),
        ("Film (1990) {edition-Final Cut}.mkv", "Film (Final Cut)", 1990),
        ("Film {edition-Director's Cut}.mkv", "Film (Director's Cut)", None),
        ("Film (1990) {edition-Uncut} - pt1.mkv", "Film Part 1 (Uncut)", 1990),
        ("Film (2009) - 3D.HSBS.1080p.mkv", "Film 3D", 2009),
        ("Film (2009) - 2160p.mkv", "Film", 2009),
        ("/films/Film (1999)/VIDEO_TS/VTS_01_1.VOB", "Film · VTS 01 1", 1999),
        ("/films/Film (1999)/BDMV/STREAM/00800.m2ts", "Film · 00800", 1999),
        ("/films/Rocky/Rocky 02.mkv", "Rocky 02", None),
        ("/films/Room 237/Room 237.mkv", "Room 237", None),
        ("/films/Beach/Beach 2019-12-25.mp4", "Beach 2019-12-25", 2019),
        ("/films/Beach - 2019-12-25 - Swim.mp4", "Beach - 2019-12-25 - Swim", 2019),
        ("Film.1999.CD2.DVDRip.XviD-GRP.avi", "Film CD2", 1999),
        ("Film (1990) [tmdbid-123].mkv", "Film", 1990),
        ("The Office (US) (2005).mkv", "The Office (US)", 2005),
        ("IMG_1999.MOV", "IMG 1999", None),
        ("spider web.mp4", "spider web", None),
        ("cooking-pasta.mp4", "cooking-pasta", None),
        ("Movie-Title_Part_2.mp4", "Movie-Title Part 2", None),
        ("lecture 3.mp4", "lecture 3", None),
        ("en.mp4", "en", None),
        ("1080p.mp4", "1080p", None),
        ("流浪地球2.2023.BluRay.1080p.mkv", "流浪地球2", 2023),
        ("千と千尋の神隠し.2001.1080p.mkv", "千と千尋の神隠し", 2001),
        ("Ötzi – 雨 (2001).mkv", "Ötzi – 雨", 2001),  # two scripts
        ("Blade.Runner.2049.2017.2160p.mkv", "Blade Runner 2049", 2017),
        ("300.2006.mkv", "300", 2006),
        ("Film (2010)-trailer.mkv", "Film Trailer", 2010),
        ("Film.2010.Trailer.1080p.mkv", "Film Trailer", 2010),
        ("Film (2010)-sample.mkv", "Film Sample", 2010),
        ("Se7en.1995.mkv", "Se7en", 1995),
        ("E3 2019 trailer.mp4", "E3 2019 trailer", None),
        ("Band of Brothers Part 1.mkv", "Band of Brothers Part 1", None),
        ("Birthday 2024-05-01.mp4", "Birthday 2024-05-01", 2024),
        ("Naruto Shippuuden - 500 END.mkv", "Naruto Shippuuden - 500 END", None),
        ("Kill Bill Vol. 2 (2004).mkv", "Kill Bill Vol 2", 2004),
        ("Kill.Bill.Vol.2.2004.1080p.mkv", "Kill Bill Vol 2", 2004),
        ("Kill Bill - Volume 2 (2004).mkv", "Kill Bill - Volume 2", 2004),
        ("The Godfather Part II (1974).mkv", "The Godfather Part II", 1974),
        ("Dune.Part.Two.2024.2160p.mkv", "Dune Part Two", 2024),
        ("Harry Potter - Part 2 (2011).mkv", "Harry Potter - Part 2", 2011),
        ("Harry.Potter.-.Part.2.2011.1080p.mkv", "Harry Potter - Part 2", 2011),
        ("Mission Impossible - Fallout (2018).mkv", "Mission Impossible - Fallout", 2018),
        ("X_-_Y_-_Z_(2001).mkv", "X - Y - Z", 2001),
        ("Film.2020.Part.2.1080p.mkv", "Film Part 2", 2020),
        ("三体.Three-Body.2023.1080p.mkv", "三体", 2023),
        ("Film (1982) - Director's Cut.mkv", "Film (Director's Cut)", 1982),
        ("Film.1982.Extended.Remastered.1080p.mkv", "Film (Extended)", 1982),
        ("Film.1982.LIMITED.1080p.mkv", "Film", 1982),
        ("DC League (2022).mkv", "DC League", 2022),
        ("(500) Days of Summer (2009).mkv", "(500) Days of Summer", 2009),
        ("(500).Days.of.Summer.2009.1080p.mkv", "(500) Days of Summer", 2009),
        ("[Group] Film (2009) 1080p.mkv", "Film", 2009),
        ("Director's Cut (1999).mkv", "Director's Cut (1999)", None),
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
        ("24 - S01E01.mkv", "24 S01E01"),
        ("1899 - S01E01 - The Ship.mkv", "1899 S01E01 · The Ship"),
        ("权力的游戏.S02E05.1080p.mkv", "权力的游戏 S02E05"),
        ("流浪地球 第2集.mp4", "流浪地球 S01E02"),
        ("/tv/My Show/Season 1/S01E02.mkv", "My Show S01E02"),
        ("/tv/Firefly/Season 1/05 - Safe.mkv", "Firefly S01E05 · Safe"),
        ("/tv/Show/Season 02/Show - 05.mkv", "Show S02E05"),
        ("/tv/Show/Specials/03 - Making of.mkv", "Show S00E03 · Making of"),
        ("/tv/剧/第二季/03.mp4", "剧 S02E03"),
        ("/tv/My Show/第1季/第05集.mp4", "My Show S01E05"),
        ("Doctor.Who.2005.S00E05.Special.mkv", "Doctor Who S00E05 · Special"),
        ("Breaking.Bad.S01E01E02.720p.BluRay.x264-GRP.mkv", "Breaking Bad S01E01-E02"),
        ("Show.S01E01-E03.mkv", "Show S01E01-E03"),
        ("Show.1x01-02.mkv", "Show S01E01-E02"),
        ("Firefly (2002) - S01E01 - Serenity.mkv", "Firefly (2002) S01E01 · Serenity"),
        (
            "/tv/Doctor Who (2005)/Season 1/doctor.who.s01e01.rose.mkv",
            "Doctor Who (2005) S01E01 · rose",
        ),
        (
            "/tv/The Office (US)/The Office (US) - S01E01 - Pilot.mkv",
            "The Office (US) S01E01 · Pilot",
        ),
        ("/tv/Show (2010) [tvdbid-7]/Season 2/S02E01 - Home.mkv", "Show (2010) S02E01 · Home"),
        ("/tv/Naruto/Naruto - 002 - The Test.mkv", "Naruto S01E02 · The Test"),
        ("/tv/Naruto/Naruto - 500v2 [1080p].mkv", "Naruto S01E500"),
        ("/tv/Bleach/Season 2/Bleach - 021.mkv", "Bleach S02E21"),
        ("/tv/Bleach/Season 6/Bleach 121.mkv", "Bleach S06E121"),
        ("/tv/Naruto/Naruto 135.mkv", "Naruto S01E135"),
        ("/tv/Daily/Daily - 2023-10-06 - Guest.mkv", "Daily 2023-10-06 · Guest"),
        ("/tv/Daily (US)/Season 2023/Daily - 2023-10-06.mkv", "Daily (US) 2023-10-06"),
        ("/tv/Daily/2023/Daily - 2023-10-06.mkv", "Daily 2023-10-06"),
        ("/tv/Show/Specials/Show - S00E02 - Gag Reel.mkv", "Show S00E02 · Gag Reel"),
        ("Fargo.S02E01.Waiting.for.Dutch.1080p.AMZN.mkv", "Fargo S02E01 · Waiting for Dutch"),
        ("Top Gear - 12x05 - Title.avi", "Top Gear S12E05 · Title"),
        ("24.S01E01.mkv", "24 S01E01"),
        ("/tv/24/Season 1/24.S01E02.720p.mkv", "24 S01E02"),
        ("/tv/1923/1923 S01E01.mkv", "1923 S01E01"),
        ("1923.S01E02.1080p.WEB.mkv", "1923 S01E02"),
        ("The.100.S01E01.mkv", "The 100 S01E01"),
        ("MythBusters.S2010E05.mkv", "MythBusters S2010E05"),
        ("The.Daily.Show.2024.05.01.Guest.1080p.WEB.h264.mkv", "The Daily Show 2024-05-01 · Guest"),
        ("[SubsPlease] Sousou no Frieren - 05 (1080p) [ABCD1234].mkv", "Sousou no Frieren S01E05"),
        ("[Erai-raws] One Piece - 1071 [1080p][HEVC].mkv", "One Piece S01E1071"),
        ("One Piece S01E1071 1920x1080 x264.mkv", "One Piece S01E1071"),
        ("Show S01E05 - 1080p.mkv", "Show S01E05"),
        ("[DBD-Raws][Made in Abyss][03v2][1080P][BDRip].mkv", "Made in Abyss S01E03"),
        ("[桜都字幕组] 葬送的芙莉莲 [05][1080p][简繁内封].mp4", "葬送的芙莉莲 S01E05"),
        ("[诸神字幕组][鬼灭之刃][Kimetsu no Yaiba][05][1080P].mp4", "鬼灭之刃 S01E05"),
        ("三体.Three-Body.S01E03.2023.2160p.WEB-DL.H265.AAC.mp4", "三体 S01E03"),
        ("庆余年 第二季 第03集.mp4", "庆余年 S02E03"),
        ("庆余年.第2季.第03集.1080p.mp4", "庆余年 S02E03"),
        ("狂飙.EP05.1080p.mp4", "狂飙 S01E05"),
        ("狂飙 第十二集.mp4", "狂飙 S01E12"),
        ("名探偵コナン 第1050話「迷宮」.mp4", "名探偵コナン S01E1050 · 「迷宮」"),
        ("進撃の巨人 第03話 (1920x1080 x264 AAC).mkv", "進撃の巨人 S01E03"),
    ],
)
def test_an_episode_is_known_by_its_number(path: str, title: str) -> None:
    name = names.of_video(Path(path))
    assert name.is_episode
    assert names.titled(name) == title
    assert name.series
    assert name.title == names.bare(
        title, series=name.series, season=name.season, episode=name.episode
    ) or (name.date is not None)


@pytest.mark.parametrize(
    ("file", "title"),
    [
        ("01 - Intro.mp3", "Intro"),
        ("12. Song.mp3", "Song"),
        ("03_track.ogg", "track"),
        ("7 Rings.mp3", "7 Rings"),
        ("99 Luftballons.mp3", "99 Luftballons"),
        ("1999.mp3", "1999"),
        ("1-05 Fifth.mp3", "Fifth"),
        ("月亮代表我的心.flac", "月亮代表我的心"),
    ],
)
def test_the_title_of_a_song_has_no_track_number(file: str, title: str) -> None:
    assert tracks.title_of(Path(file)) == title


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "file",
    [
        "Show S01E01-E9999.mkv", "第十二话-S99E9999..mkv", "Show S01-S2000.mkv", "1x01-1x1500.mkv",
        "Show S01E01-1500.mkv", "E05 第十二話-9999..mp4",
    ],
)  # fmt: skip
def test_a_range_without_end_is_a_title_at_once(file: str) -> None:
    assert not names.of_video(Path(file)).is_episode


def test_the_number_of_a_track_is_kept() -> None:
    files = ("01 - Intro.mp3", "12. Song.mp3", "99 Luftballons.mp3", "Rain.mp3", "2-05 Fifth.mp3")
    assert [tracks.track_of(Path(file)) for file in files] == [1, 12, None, None, 5]
    assert [tracks.disc_of(Path(file)) for file in files] == [None, None, None, None, 2]


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/m/Ann/Ann - Days (1999)/01 - Intro.mp3", ("Ann", "Days", 1999)),
        ("/m/Ann/Days [2001]/CD 2/01 - Intro.mp3", ("", "Days", 2001)),
        ("/m/王菲/天空/03_天空.flac", ("", "天空", None)),
        ("/m/Music/01 - Intro.mp3", ("", "", None)),
        ("/m/Ann - Days/Intro.mp3", ("", "", None)),
        ("/m/Ann/1999 - Days/01 - Intro.mp3", ("", "Days", 1999)),
        ("/m/Ann/[1999] Days/CD 2 - Live/01 - Intro.mp3", ("", "Days", 1999)),
        ("/m/Ann - 1999 - Days/01 - Intro.mp3", ("Ann", "Days", 1999)),
        ("/m/Ann - 1999/01 - Intro.mp3", ("Ann", "1999", None)),
    ],
)
def test_the_folder_of_numbered_tracks_is_an_album(
    path: str, told: tuple[str, str, int | None]
) -> None:
    assert tracks.album_of(Path(path)) == told
    assert tracks.disc_of(Path(path)) == (2 if "CD 2" in path else None)


@pytest.mark.parametrize(
    "path",
    [
        "/phone/S20/20230101_120000.mp4", "/phone/S7/clip 12.mp4", "/tv/Season 1/Making of.mkv",
        "/tv/Season 1/2023-05-01.mkv", "/films/Holiday/Holiday - 2019.mp4",
        "/films/Rocky/Alien - 02.mkv",
    ],
)  # fmt: skip
def test_a_folder_makes_no_episode_of_what_has_no_number(path: str) -> None:
    assert not names.of_video(Path(path)).is_episode


@given(
    st.sampled_from(["Season 1", "S01", "第二季", "Specials", "[x][y][05]", "VIDEO_TS"]),
    st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), max_size=20),
)
def test_any_name_in_any_folder_has_a_title(folder: str, stem: str) -> None:
    name = names.of_video(Path("Show") / folder / f"x{stem}.mp4")
    assert names.titled(name).strip()
    assert tracks.album_of(Path(folder) / f"01 - {stem}.mp3") is not None


@given(st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1))
def test_any_name_has_a_title(stem: str) -> None:
    assert names.titled(names.of_video(Path("folder") / f"x{stem}.mp4"))
