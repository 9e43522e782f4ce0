"""The databases of other programs, with the tables and columns that those make."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from mediadesk.api import EventKind, Importer, UnreadableError, UserError, Watched
from mediadesk_history import databases, importers
from mediadesk_history.lines import seconds

BY_NAME: dict[str, Importer] = {each.name: each for each in importers()}
FINISHED, PLAYED, RATED, LIKE = (
    EventKind.FINISHED,
    EventKind.PLAYED,
    EventKind.RATED,
    EventKind.LIKE,
)
C = ",".join(f"c{n:02} text" for n in range(24))
KODI = f"""
CREATE TABLE files(idFile integer primary key, playCount integer, lastPlayed text);
CREATE TABLE bookmark(idFile integer, timeInSeconds double, totalTimeInSeconds double,
                      type integer);
CREATE TABLE movie(idMovie integer primary key, idFile integer, {C}, userrating integer,
                   premiered text);
CREATE TABLE tvshow(idShow integer primary key, {C});
CREATE TABLE episode(idEpisode integer primary key, idFile integer, {C}, idShow integer,
                     userrating integer);
CREATE TABLE musicvideo(idMVideo integer primary key, idFile integer, {C}, userrating integer,
                        premiered text);
"""
JOINED = """
CREATE VIEW {view} AS SELECT {table}.*, files.playCount AS playCount,
    files.lastPlayed AS lastPlayed, {more}
    bookmark.timeInSeconds AS resumeTimeInSeconds,
    bookmark.totalTimeInSeconds AS totalTimeInSeconds
FROM {table} JOIN files ON files.idFile = {table}.idFile {join}
LEFT JOIN bookmark ON bookmark.idFile = {table}.idFile AND bookmark.type = 1;
"""
FILLED = """
INSERT INTO files VALUES(1, 1, '2017-09-06 12:44:12'), (2, NULL, NULL), (3, 2,
    '2020-01-02 20:00:00'), (4, 1, '2021-05-05 10:00:00'), (5, NULL, '2022-01-01 09:00:00');
INSERT INTO bookmark VALUES(5, 1800, 7200, 1), (2, 30, 7200, 0);
INSERT INTO movie(idFile, c00, userrating, premiered) VALUES
    (1, 'Allegiant', 3, '2016-03-09'), (2, 'Unseen', 0, '2000-01-01'),
    (5, 'Heat', NULL, '1995-12-15');
UPDATE movie SET c16 = 'Heat: Original';
INSERT INTO tvshow(idShow, c00) VALUES(7, 'Dark');
INSERT INTO episode(idFile, c00, c12, c13, idShow, userrating) VALUES(3, 'Secrets', '1', '1', 7, 9);
INSERT INTO musicvideo(idFile, c00, c10, premiered) VALUES
    (4, 'Waves Of Luv', '2black / Loredana', '2001-01-01');
"""
JELLYFIN = """
CREATE TABLE Users(Id TEXT, Username TEXT);
CREATE TABLE BaseItems(Id TEXT, Type TEXT, Name TEXT, ProductionYear INTEGER, SeriesName TEXT,
    ParentIndexNumber INTEGER, IndexNumber INTEGER, Artists TEXT, RunTimeTicks INTEGER,
    OriginalTitle TEXT);
CREATE TABLE UserData(ItemId TEXT, UserId TEXT, CustomDataKey TEXT, Rating REAL,
    PlaybackPositionTicks INTEGER, PlayCount INTEGER, IsFavorite INTEGER, LastPlayedDate TEXT,
    Played INTEGER, Likes INTEGER);
INSERT INTO Users VALUES('u1', 'anna'), ('u2', 'ben');
INSERT INTO BaseItems VALUES
    ('a', 'MediaBrowser.Controller.Entities.Movies.Movie', 'Heat', 1995, NULL, NULL, NULL, NULL,
     60000000000, 'Hitze'),
    ('b', 'MediaBrowser.Controller.Entities.TV.Episode', 'Lies', 2017, 'Dark', 1, 2, NULL,
     30000000000, 'Lügen'),
    ('c', 'MediaBrowser.Controller.Entities.Audio.Audio', 'Ohms', NULL, NULL, NULL, 1,
     'Deftones|Chino', 2000000000, NULL),
    ('d', 'MediaBrowser.Controller.Entities.TV.Series', 'Dark', 2017, NULL, NULL, NULL, NULL, NULL,
     NULL);
INSERT INTO UserData VALUES
    ('a', 'u1', 'a', 8, 0, 1, 1, '2022-01-15 20:28:39.0000000', 1, NULL),
    ('b', 'u1', 'b', NULL, 12000000000, 0, 0, '2022-01-16 20:28:39.1234567', 0, NULL),
    ('c', 'u1', 'c', NULL, 0, 3, 0, NULL, 1, NULL),
    ('d', 'u1', 'd', NULL, 0, 0, 0, NULL, 1, NULL);
"""
LIBRARY = """
CREATE TABLE TypedBaseItems(guid GUID, type TEXT, data BLOB, Name TEXT, ProductionYear INT,
    SeriesName TEXT, ParentIndexNumber INT, IndexNumber INT, Artists TEXT, RunTimeTicks BIGINT,
    UserDataKey TEXT);
CREATE TABLE UserDatas(key nvarchar, userId INT, rating float, played bit, playCount int,
    isFavorite bit, playbackPositionTicks bigint, lastPlayedDate datetime);
INSERT INTO TypedBaseItems VALUES(x'00ff', 'MediaBrowser.Controller.Entities.Movies.Movie', x'fe',
    'Heat', 1995, NULL, NULL, NULL, NULL, 60000000000, '949');
INSERT INTO UserDatas VALUES('949', 1, NULL, 1, 1, 0, 0, '2022-01-15 20:28:39Z'),
    ('949', 2, NULL, 0, 0, 0, 600000000, '2022-01-15 20:28:39Z');
"""
REPORTED = """
CREATE TABLE PlaybackActivity(DateCreated DATETIME, UserId TEXT, ItemId TEXT, ItemType TEXT,
    ItemName TEXT, PlaybackMethod TEXT, ClientName TEXT, DeviceName TEXT, PlayDuration INT);
INSERT INTO PlaybackActivity VALUES
    ('2024-03-01 20:15:00.1234567', 'u1', 'a', 'Movie', 'Heat', 'DirectPlay', 'Web', 'TV', 9800),
    ('2024-03-02 20:15:00.1234567', 'u1', 'b', 'Movie', 'Cats', 'DirectPlay', 'Web', 'TV', 40);
"""
PLEX = """
CREATE TABLE accounts(id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE metadata_items(id INTEGER PRIMARY KEY, parent_id INTEGER, metadata_type INTEGER,
    guid TEXT, title TEXT, "index" INTEGER, year INTEGER, duration INTEGER, original_title TEXT);
CREATE TABLE metadata_item_views(id INTEGER PRIMARY KEY, account_id INTEGER, guid TEXT,
    metadata_type INTEGER, grandparent_title TEXT, parent_index INTEGER, parent_title TEXT,
    "index" INTEGER, title TEXT, viewed_at {time});
CREATE TABLE metadata_item_settings(id INTEGER PRIMARY KEY, account_id INTEGER, guid TEXT,
    rating FLOAT, view_offset INTEGER, view_count INTEGER, last_viewed_at {time},
    skip_count INTEGER {rated});
INSERT INTO accounts VALUES(1, 'anna'), (2, 'ben');
INSERT INTO metadata_items VALUES
    (1, NULL, 1, 'plex://heat', 'Heat', NULL, 1995, 10000000, 'Hitze'),
    (2, NULL, 2, 'plex://dark', 'Dark', NULL, 2017, NULL, NULL),
    (3, 2, 3, 'plex://s1', 'Season 1', 1, NULL, NULL, NULL),
    (4, 3, 4, 'plex://lies', 'Lies', 2, 2017, 3000000, NULL),
    (5, NULL, 8, 'plex://deftones', 'Deftones', NULL, NULL, NULL, NULL),
    (6, 5, 9, 'plex://album', 'Ohms', 1, 2020, NULL, NULL),
    (7, 6, 10, 'plex://ohms', 'Ohms', 1, NULL, 200000, 'Guest'),
    (8, NULL, 1, 'plex://cats', 'Cats', NULL, 2019, 6000000, NULL);
INSERT INTO metadata_item_views VALUES(1, 1, 'plex://heat', 1, '', -1, '', -1, 'Heat', {at}),
    (2, 1, 'plex://lies', 4, 'Dark', 1, 'Season 1', 2, 'Lies', {at});
INSERT INTO metadata_item_settings(account_id, guid, rating, view_offset, view_count,
    last_viewed_at) VALUES(1, 'plex://heat', 7.0, 0, 1, {at}), (1, 'plex://cats', -1.0, 1500000, 0,
    {at}), (1, 'plex://ohms', NULL, NULL, 3, NULL), (1, 'plex://dark', 9.0, NULL, NULL, NULL);
"""


def kodi(view: str = "{}_view") -> str:
    show = "JOIN tvshow ON tvshow.idShow = episode.idShow"
    return (
        KODI
        + JOINED.format(view=view.format("movie"), table="movie", more="", join="")
        + JOINED.format(
            view=view.format("episode"), table="episode", more="tvshow.c00 AS strTitle,", join=show
        )
        + JOINED.format(view=view.format("musicvideo"), table="musicvideo", more="", join="")
        + FILLED
    )


def plex(*, is_old: bool = False) -> str:
    if is_old:
        return PLEX.format(time="datetime", rated="", at="'2014-12-27 03:52:24'")
    return PLEX.format(time="dt_integer(8)", rated=", last_rated_at INTEGER", at="1419652344")


def made(folder: Path, script: str, *, wal: bool = False) -> bytes:
    file = folder / "made.db"
    with closing(sqlite3.connect(file)) as db:
        if wal:
            db.execute("PRAGMA journal_mode=wal")
        db.executescript(script)
    return file.read_bytes()


def told(lines: Sequence[Watched]) -> list[tuple[str, EventKind, int | None]]:
    return [(line.title, line.kind, line.year) for line in lines]


@pytest.mark.parametrize("view", ["{}_view", "{}view"])
def test_kodi_keeps_what_it_would_export(tmp_path: Path, view: str) -> None:
    lines = BY_NAME["kodi"].read("MyVideos131.db", made(tmp_path, kodi(view)))
    assert told(lines) == [
        ("Allegiant", RATED, 2016),
        ("Allegiant", FINISHED, 2016),
        ("Heat", PLAYED, 1995),
        ("Dark S01E01 · Secrets", RATED, None),
        ("Dark S01E01 · Secrets", FINISHED, None),
        ("Waves Of Luv", FINISHED, 2001),
    ]
    assert lines[1].at == seconds("2017-09-06T12:44:12", local=True)
    assert (lines[2].value, lines[-1].artist) == (0.25, "2black")
    assert [line.original for line in lines[2:4]] == ["Heat: Original", ""]


def test_older_versions_of_kodi_have_a_year_and_no_stars(tmp_path: Path) -> None:
    script = kodi() + (
        "UPDATE movie SET c07 = substr(premiered, 1, 4);"
        "DROP VIEW movie_view; ALTER TABLE movie DROP COLUMN premiered;"
        "ALTER TABLE movie DROP COLUMN userrating;"
        + JOINED.format(view="movie_view", table="movie", more="", join="")
    )
    lines = BY_NAME["kodi"].read("MyVideos93.db", made(tmp_path, script))
    assert told(lines)[:2] == [("Allegiant", FINISHED, 2016), ("Heat", PLAYED, 1995)]


def test_jellyfin_keeps_the_states_of_a_household(tmp_path: Path) -> None:
    content = made(tmp_path, JELLYFIN, wal=True)
    lines = BY_NAME["jellyfin"].read("jellyfin.db", content)
    assert told(lines) == [
        ("Heat", RATED, 1995),
        ("Heat", LIKE, 1995),
        ("Heat", FINISHED, 1995),
        ("Dark S01E02 · Lies", PLAYED, None),
        ("Ohms", FINISHED, None),
    ]
    assert (lines[0].value, lines[2].at, lines[3].value) == (0.8, 1642278519, 0.4)
    assert [line.original for line in lines] == ["Hitze"] * 3 + ["", ""]
    assert lines[-1].artist == "Deftones"
    shared = JELLYFIN + "INSERT INTO UserData SELECT ItemId, 'u2', 'x', 1, 0, 1, 0, NULL, 1, NULL"
    (tmp_path / "made.db").unlink()
    content = made(tmp_path, f"{shared} FROM UserData;")
    with pytest.raises(UnreadableError, match="“anna”, “ben”"):
        BY_NAME["jellyfin"].read("jellyfin.db", content)
    assert BY_NAME["jellyfin"].read("jellyfin anna.db", content) == lines


def test_jellyfin_kept_them_elsewhere_before(tmp_path: Path) -> None:
    content = made(tmp_path, LIBRARY)
    with pytest.raises(UnreadableError, match="“1”, “2”"):
        BY_NAME["jellyfin"].read("library.db", content)
    (line,) = BY_NAME["jellyfin"].read("library 1.db", content)
    assert (line.title, line.kind, line.at) == ("Heat", FINISHED, 1642278519)


def test_the_database_of_playback_reporting(tmp_path: Path) -> None:
    (line,) = BY_NAME["jellyfin"].read("playback_reporting.db", made(tmp_path, REPORTED))
    assert (line.title, line.kind) == ("Heat", FINISHED)


@pytest.mark.parametrize("is_old", [True, False])
def test_plex_keeps_viewings_and_settings(tmp_path: Path, *, is_old: bool) -> None:
    lines = BY_NAME["plex"].read("com.plexapp.db", made(tmp_path, plex(is_old=is_old), wal=True))
    assert told(lines) == [
        ("Heat", FINISHED, 1995),
        ("Dark S01E02 · Lies", FINISHED, None),
        ("Heat", RATED, 1995),
        ("Heat", FINISHED, 1995),
        ("Cats", PLAYED, 2019),
        ("Ohms", FINISHED, None),
    ]
    assert [line.mark for line in lines] == [False, False, False, True, False, True]
    assert (lines[0].at, lines[2].value, lines[4].value) == (1419652344, 0.7, 0.25)
    assert [line.original for line in lines] == ["Hitze", "", "Hitze", "Hitze", "", ""]
    assert lines[-1].artist == "Deftones"


def test_databases_are_told_apart(tmp_path: Path) -> None:
    own = {"kodi": kodi(), "jellyfin": JELLYFIN, "plex": plex()}
    for program, script in own.items():
        (tmp_path / program).mkdir()
        content = made(tmp_path / program, script)
        for other in own.keys() - {program}:
            with pytest.raises(UserError, match="is no database of"):
                BY_NAME[other].read("a.db", content)


def test_what_is_no_database_is_told_so(tmp_path: Path) -> None:
    content = made(tmp_path, kodi())
    for damaged in (b"", b"PK\x03\x04", content[:100], content[:5000] + bytes(len(content) - 5000)):
        for program in ("kodi", "jellyfin", "plex"):
            with pytest.raises(UserError, match=r"“a\.db” is no"):
                BY_NAME[program].read("a.db", damaged)


def test_an_endless_view_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(databases, "_MOST_STEPS", 3)
    endless = (
        "DROP VIEW movie_view; CREATE VIEW movie_view AS WITH RECURSIVE n(c00) AS"
        " (SELECT 1 UNION ALL SELECT c00 + 1 FROM n) SELECT * FROM n WHERE c00 < 0;"
    )
    with pytest.raises(UserError, match="interrupted"):
        BY_NAME["kodi"].read("MyVideos131.db", made(tmp_path, kodi() + endless))
