"""The importers on small pieces of real exports, and on files that are none of theirs."""

from __future__ import annotations

import re
import tracemalloc
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from mediadesk.api import (
    Event,
    EventKind,
    Importer,
    Item,
    Kind,
    UnreadableError,
    UserError,
    Watched,
)
from mediadesk.engine.imported import take_back
from mediadesk.engine.imports import take_over
from mediadesk.engine.titles import Titles
from mediadesk.host import Registry
from mediadesk.library.names import Name, titled
from mediadesk.recommend.profile import state, states
from mediadesk.store import Store, changes, library, locations, oplog, roots
from mediadesk.store.locations import Location
from mediadesk_history import importers
from mediadesk_history.lines import episode, rating, seconds

FINISHED, PLAYED, RATED, LIKE, LESS = (
    EventKind.FINISHED,
    EventKind.PLAYED,
    EventKind.RATED,
    EventKind.LIKE,
    EventKind.LESS,
)
SOLARIS = Item(id="s", kind=Kind.FILM, title="Solaris", year=1972, path=None)
BY_NAME: dict[str, Importer] = {each.name: each for each in importers()}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    place = Location(path=tmp_path / "s.mkv", root=tmp_path, size=1, mtime_ns=1)

    def fill(db: Database) -> None:
        roots.add(db, tmp_path)
        locations.save_locations(db, [place])
        library.save_item(db, SOLARIS, facts={}, location=place)

    store = Store(tmp_path / "library.db")
    store.write(fill)
    yield store
    store.close()


def read(program: str, name: str, content: str) -> Sequence[Watched]:
    return BY_NAME[program].read(name, content.encode())


def told(lines: Sequence[Watched]) -> list[tuple[str, EventKind, int | None]]:
    return [(line.title, line.kind, line.year) for line in lines]


DIARY = """\
Date,Name,Year,Letterboxd URI,Rating,Rewatch,Tags,Watched Date
2024-01-05,Solaris,1972,https://boxd.it/2a,4.5,Yes,"slow, russian",2024-01-02
2024-01-06,"Paris, Texas",1984,https://boxd.it/2b,,,,2024-01-06
2024-01-07,Cats,2019,https://boxd.it/2c,0.5,,,2024-01-07
"""
FILMS = "Date,Name,Year,Letterboxd URI\n2024-03-05,Heat,1995,https://boxd.it/2d\n"
RATINGS = "Date,Name,Year,Letterboxd URI,Rating\n2024-03-05,Heat,1995,https://boxd.it/2d,3\n"


def test_letterboxd() -> None:
    diary = read("letterboxd", "diary.csv", DIARY)
    assert told(diary) == [
        ("Solaris", RATED, 1972),
        ("Solaris", FINISHED, 1972),
        ("Paris, Texas", FINISHED, 1984),
        ("Cats", RATED, 2019),
        ("Cats", FINISHED, 2019),
    ]
    assert diary[0].at == 1704153600  # the day of watching, not of writing
    assert told(read("letterboxd", "watched (1).csv", FILMS)) == [("Heat", FINISHED, 1995)]
    assert told(read("letterboxd", "films.csv", FILMS)) == [("Heat", LIKE, 1995)]
    assert [line.value for line in diary if line.kind is RATED] == [0.9, 0.1]
    (rated,) = read("letterboxd", "ratings.csv", RATINGS)
    assert (rated.kind, rated.value) == (RATED, 0.6)
    with pytest.raises(UnreadableError, match=r"watchlist\.csv"):
        read("letterboxd", "watchlist.csv", FILMS)


IMDB = """\
Const,Your Rating,Date Rated,Title,Original Title,URL,Title Type,IMDb Rating,Runtime (mins),Year,\
Genres,Num Votes,Release Date,Directors
tt0068646,9,2024-01-05,The Godfather,The Godfather,https://www.imdb.com/title/tt0068646/,Movie,9.2,\
175,1972,"Crime, Drama",2000000,1972-03-14,Francis Ford Coppola
tt0903747,10,2024-02-11,Breaking Bad,Breaking Bad,https://www.imdb.com/title/tt0903747/,TV Series,\
9.5,49,2008,"Crime, Drama",2100000,2008-01-20,
tt1000774,6,2008-11-12,Sex and the City,,https://www.imdb.com/title/tt1000774/,movie,5.6,145,2008,\
Comedy,113269,2008-05-12,Michael Patrick King
"""
WATCHLIST = """\
Position,Const,Created,Modified,Description,Title,Original Title,URL,Title Type,IMDb Rating,\
Runtime (mins),Year,Genres,Num Votes,Release Date,Directors,Your Rating,Date Rated
1,tt1160419,2021-01-01,2021-01-01,,Dune,Dune,https://www.imdb.com/title/tt1160419/,Movie,8,155,2021\
,Drama,900000,2021-09-03,Denis Villeneuve,,
"""


def test_imdb() -> None:
    ratings = read("imdb", "4e4b1a0c.csv", IMDB)
    assert told(ratings) == [
        ("The Godfather", RATED, 1972),
        ("The Godfather", FINISHED, 1972),
        ("Breaking Bad", RATED, 2008),
        ("Sex and the City", RATED, 2008),
        ("Sex and the City", FINISHED, 2008),
    ]
    assert (ratings[0].at, ratings[0].value) == (1704412800, 0.9)
    with pytest.raises(UnreadableError, match="not the watchlist"):
        read("imdb", "watchlist.csv", WATCHLIST)


OLD_IMDB = """\
"position","const","created","modified","description","Title","Title type","Directors","You rated",\
"IMDb Rating","Runtime (mins)","Year","Genres","Num. Votes","Release Date (month/day/year)","URL"
"1","tt0211915","Sat Mar 14 00:00:00 2015","","","Amélie","Feature Film","Jean-Pierre Jeunet","9",\
"8.4","122","2001","comedy, romance","500000","2001-04-25","http://www.imdb.com/title/tt0211915/"
"2","tt0903747","Sun Mar 15 00:00:00 2015","","","Breaking Bad","TV Series","","10","9.5","45",\
"2008","crime","900000","2008-01-20","http://www.imdb.com/title/tt0903747/"
"""


def test_imdb_until_2017() -> None:
    ratings = BY_NAME["imdb"].read("ratings.csv", OLD_IMDB.encode("latin-1"))
    assert told(ratings) == [
        ("Amélie", RATED, 2001),
        ("Amélie", FINISHED, 2001),
        ("Breaking Bad", RATED, 2008),
    ]
    assert ratings[0].at == seconds("2015-03-14")


def test_imdb_tells_what_a_work_is_called_at_home() -> None:
    first, *_ = read("imdb", "r.csv", IMDB.replace("Godfather,The", "Godparent,The"))
    assert (first.title, first.original) == ("The Godparent", "The Godfather")


ACTIVITY = """\
Profile Name,Start Time,Duration,Attributes,Title,Supplemental Video Type,Device Type,Bookmark,\
Latest Bookmark,Country
Ash,2026-05-12 20:32:15,01:42:30,,Dune: Part Two,,Apple TV 4K,01:42:30,01:42:30,US (United States)
Ash,2026-05-10 21:00:00,00:48:12,,Dark: Season 2: Endings and Beginnings,,TV,0:48:12,0:48:12,DE
Ash,2026-05-09 19:45:00,00:06:30,,Dark: Season 2: Trailer,TRAILER,TV,00:06:30,00:06:30,DE
Ash,2026-05-09 19:40:00,00:00:40,Autoplayed: user action: None,Heat,,TV,00:00:40,00:00:40,DE
"""


def test_netflix() -> None:
    sent = read("netflix", "ViewingActivity.csv", ACTIVITY)
    assert told(sent) == [
        ("Dune: Part Two", FINISHED, None),
        ("Dark S02 · Endings and Beginnings", FINISHED, None),
    ]
    assert sent[0].at == 1778617935
    shared = ACTIVITY + "Ben,2026-05-12 20:32:15,01:42:30,,Heat,,TV,1:42:30,1:42:30,DE\n"
    with pytest.raises(UnreadableError, match="“Ash”, “Ben”"):
        read("netflix", "ViewingActivity.csv", shared)
    assert told(read("netflix", "ViewingActivity ben.csv", shared)) == [("Heat", FINISHED, None)]
    listed = read(
        "netflix", "NetflixViewingHistory.csv",
        'Title,Date\n"Bodies: Limited Series: Episode 4","2/1/24"\n"Moana","12/25/23"\n',
    )  # fmt: skip
    assert told(listed) == [("Bodies S01E04", FINISHED, None), ("Moana", FINISHED, None)]
    assert listed[0].at == seconds("2024-02-01")


VERDICTS = """\
Profile Name,Title Name,Rating Type,Star Value,Thumbs Value,Device Model,Event Utc Ts,\
Region View Date
Ash,Moana,thumb,,2,Smart TV,2025-06-19 19:13:22,
Ash,Heat,star,4,,HTML 5,2016-06-19 19:13:22,
Ash,Cats,thumb,,1,HTML 5,2019-06-19 19:13:22,
Ash,Dune,thumb,,0,HTML 5,2019-06-19 19:13:22,
Ash,Okja,thumb,,3,HTML 5,2019-06-19 19:13:22,
"""


def test_what_somebody_thinks_at_netflix() -> None:
    lines = read("netflix", "Ratings.csv", VERDICTS)
    assert [(line.title, line.kind) for line in lines] == [
        ("Moana", LIKE),
        ("Heat", RATED),
        ("Cats", LESS),
        ("Okja", LIKE),
    ]
    assert (lines[0].at, lines[1].value) == (seconds("2025-06-19 19:13:22"), 0.8)


@pytest.mark.parametrize(
    ("days", "first"),
    [
        (("1/2/24", "25/12/23"), "2024-02-01"),
        (("1/2/24", "12/25/23"), "2024-01-02"),
        (("1/2/24", "3/4/24"), "2024-01-02"),
        (("1/2/24", "31/31/24"), "2024-01-02"),
        (("1.2.24", "3.4.24"), "2024-02-01"),
        (("01.02.2024",), "2024-02-01"),
        (("2024-02-01",), "2024-02-01"),
        (("2024. 2. 1.",), "2024-02-01"),
    ],
)
def test_the_order_of_dates_of_netflix_is_found_in_them(days: Sequence[str], first: str) -> None:
    lines = "".join(f"Moana,{day}\n" for day in days)
    assert read("netflix", "n.csv", f"Title,Date\n{lines}")[0].at == seconds(first)


HISTORY = """[
{"id":9001,"watched_at":"2026-08-21T06:41:00.000Z","action":"watch","type":"movie",
 "movie":{"title":"Heat","year":1995,"ids":{"trakt":546,"slug":"heat-1995","imdb":"tt0113277"}}},
{"id":9002,"watched_at":"2026-07-21T19:19:00.000Z","action":"scrobble","type":"episode",
 "episode":{"season":1,"number":2,"title":"Half Loop","ids":{"trakt":502}},
 "show":{"title":"Severance","year":2022,"ids":{"trakt":154997}}}]"""
SHOWS = """[{"plays":2,"last_watched_at":"2026-07-22T19:19:00.000Z","reset_at":null,
"show":{"title":"Severance","year":2022,"ids":{"trakt":154997}},"seasons":[{"number":1,"episodes":[
{"number":1,"plays":1,"last_watched_at":"2026-07-20T19:19:00.000Z"},
{"number":2,"plays":1,"last_watched_at":"2026-07-22T19:19:00.000Z"}]}]}]"""
RATED_ON_TRAKT = """[
{"rated_at":"2014-09-01T09:10:11.000Z","rating":10,"type":"movie",
 "movie":{"title":"TRON: Legacy","year":2010,"ids":{"trakt":1}}},
{"rated_at":"2014-09-01T09:10:11.000Z","rating":3,"type":"season",
 "season":{"number":2,"ids":{"trakt":3950}},"show":{"title":"Heroes","year":2006,"ids":{}}}]"""


def test_trakt() -> None:
    history = read("trakt", "watched-history-1.json", HISTORY)
    assert told(history) == [
        ("Heat", FINISHED, 1995),
        ("Severance S01E02 · Half Loop", FINISHED, None),
    ]
    assert history[0].at == 1787294460
    assert told(read("trakt", "watched-shows.json", SHOWS)) == [
        ("Severance S01E01", FINISHED, None),
        ("Severance S01E02", FINISHED, None),
    ]
    assert told(read("trakt", "ratings-movies.json", RATED_ON_TRAKT)) == [
        ("TRON: Legacy", RATED, 2010),
        ("Heroes S02", RATED, None),
    ]
    assert [line.value for line in read("trakt", "ratings-movies.json", RATED_ON_TRAKT)] == [1, 0.3]
    paused = HISTORY.replace("watched_at", "paused_at").replace('"action"', '"progress":41.5,"a"')
    assert [(line.kind, line.value) for line in read("trakt", "playback.json", paused)] == [
        (PLAYED, 0.415),
        (PLAYED, 0.415),
    ]
    wanted = '[{"listed_at":"2026-08-27T10:00:00.000Z","type":"movie","movie":{"title":"Dune"}}]'
    with pytest.raises(UserError, match=r"lists-watchlist\.json"):
        read("trakt", "lists-watchlist.json", wanted)


SCROBBLES = {
    "recenttracks-anna-1704067200.csv": """\
uts,utc_time,artist,artist_mbid,album,album_mbid,track,track_mbid
"1779022496","17 May 2026, 12:54","Nelly Furtado","mb1","Loose","mb2","Say It Right",""
""",
    "anna.csv": "Nelly Furtado,Loose,Say It Right,17 May 2026 12:54\n",
    "lastfmstats-anna.csv": """\
Artist;Album;AlbumId;Track;Date#anna
"Nelly Furtado";"Loose";"mb2";"Say It Right";"1779022496000"
""",
    "recenttracks.json": """[{"track":[
{"artist":{"mbid":"","#text":"Nelly Furtado"},"album":{"#text":"Loose"},"name":"Say It Right",
 "date":{"uts":"1779022496","#text":"17 May 2026, 12:54"}},
{"artist":{"#text":"Ofenbach"},"name":"Now","@attr":{"nowplaying":"true"}}]}]""",
}


@pytest.mark.parametrize(("name", "content"), SCROBBLES.items())
def test_last_fm(name: str, content: str) -> None:
    (line,) = read("lastfm", name, content)
    assert (line.title, line.artist, line.kind) == ("Say It Right", "Nelly Furtado", FINISHED)
    assert line.at == pytest.approx(1779022496, abs=60)
    (liked,) = read("lastfm", f"loved {name}", content)
    assert liked.kind is LIKE


LISTENS = """\
{"listened_at":1636239050.0,"inserted_at":1636252334.1,"track_metadata":{"track_name":"Skate",\
"artist_name":"Silk Sonic","release_name":"Skate","recording_msid":"e60b","mbid_mapping":null}}
{"listened_at":1636239350,"track_metadata":{"track_name":"Ohms","artist_name":"Deftones"}}
"""


def test_listenbrainz() -> None:
    first, second = read("listenbrainz", "11.jsonl", LISTENS)
    assert first == Watched(title="Skate", artist="Silk Sonic", kind=FINISHED, at=1636239050)
    assert second.title == "Ohms"
    listens = f"[{','.join(LISTENS.splitlines())}]"
    assert read("listenbrainz", "data.json", listens) == [first, second]
    page = f'{{"payload":{{"count":2,"listens":{listens}}}}}'
    assert read("listenbrainz", "listens.json", page) == [first, second]
    with pytest.raises(UnreadableError, match="listens"):
        read("listenbrainz", "feedback.jsonl", '{"recording_msid":"e60b","score":1}')


VIDEODB = """<?xml version="1.0" encoding="UTF-8" standalone="yes" ?>
<videodb><version>1</version>
<movie><title>Allegiant</title><userrating>3</userrating><year>2016</year><playcount>1</playcount>
 <lastplayed>2017-09-06 12:44:12</lastplayed></movie>
<movie><title>Heat</title><userrating>0</userrating><premiered>1995-12-15</premiered>
 <playcount>0</playcount><lastplayed></lastplayed>
 <resume><position>1800.0</position><total>7200.0</total></resume></movie>
<movie><title>Unseen</title><year>0</year><playcount>0</playcount></movie>
<tvshow><title>Dark</title><playcount>1</playcount><episodedetails><title>Secrets</title>
 <showtitle>Dark</showtitle><userrating>9</userrating><season>1</season><episode>1</episode>
 <playcount>2</playcount><lastplayed>2020-01-02 20:00:00</lastplayed></episodedetails></tvshow>
<musicvideo><title>Waves Of Luv</title><artist>2black</artist><playcount>1</playcount></musicvideo>
</videodb>"""


def test_kodi() -> None:
    lines = read("kodi", "videodb.xml", VIDEODB)
    assert told(lines) == [
        ("Allegiant", RATED, 2016),
        ("Allegiant", FINISHED, 2016),
        ("Heat", PLAYED, 1995),
        ("Dark S01E01 · Secrets", RATED, None),
        ("Dark S01E01 · Secrets", FINISHED, None),
        ("Waves Of Luv", FINISHED, None),
    ]
    assert (lines[2].value, lines[2].at, lines[-1].artist) == (0.25, 0, "2black")
    assert lines[0].at == seconds("2017-09-06T12:44:12", local=True)
    entity = VIDEODB.replace("<videodb>", '<!DOCTYPE a [<!ENTITY b "c">]><videodb>')
    with pytest.raises(UserError, match="entities"):
        read("kodi", "videodb.xml", entity)
    assert read("kodi", "videodb.xml", VIDEODB.replace("UTF-8", "klingon")) == lines
    with pytest.raises(UserError, match="not in UTF-8"):
        BY_NAME["kodi"].read("videodb.xml", entity.encode("utf-16"))
    with pytest.raises(UserError, match="begins with <plist>"):
        read("kodi", "videodb.xml", "<plist><movie/></plist>")
    with pytest.raises(UserError, match="holds too much"):
        read("kodi", "videodb.xml", f"<videodb><movie>{'<a/>' * 100_001}</movie></videodb>")
    with pytest.raises(UserError, match="holds too much"):
        read("kodi", "videodb.xml", "<videodb>" + "<a>" * 101)


def test_an_export_of_kodi_is_not_held_as_a_whole() -> None:
    actors = "".join(f"<actor><name>{n}</name><role>{'x' * 400}</role></actor>" for n in range(20))
    movie = f"<movie><title>Heat</title><playcount>0</playcount>{actors}</movie>"
    tvshow = f"<tvshow><episodedetails>{actors}</episodedetails>{actors}</tvshow>"
    content = VIDEODB.replace("<movie>", (movie + tvshow) * 500 + "<movie>", 1).encode()
    assert len(content) > 10_000_000
    tracemalloc.start()
    try:
        lines = BY_NAME["kodi"].read("videodb.xml", content)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert lines == read("kodi", "videodb.xml", VIDEODB)
    assert most < 1_000_000


BACKUP = "".join(
    "\t".join(cells) + "\n"
    for cells in (
        ("2024-03-01 20:15:00.1234567", "u1", "a1", "Movie", '"Heat"', "DirectPlay", "Web", "TV",
         "9800"),
        ("2024-03-02 20:15:00.1234567", "u1", "a2", "Episode", "Dark - s01e02 - Lies", "DirectPlay",
         "Web", "TV", "3000"),
        ("2024-03-02 21:15:00.1234567", "u1", "a3", "Movie", "Cats", "DirectPlay", "Web", "TV",
         "45"),
        ("2024-03-03 20:15:00.1234567", "u1", "a4", "Audio", "Deftones - Ohms (Ohms)", "DirectPlay",
         "Web", "TV", "200"),
    )
)  # fmt: skip
ITEMS = """{"Items":[
{"Name":"Heat","Type":"Movie","Id":"a1","ProductionYear":1995,"UserData":{"PlaybackPositionTicks":0,
 "PlayCount":1,"IsFavorite":true,"LastPlayedDate":"2022-01-15T20:28:39.0000000Z","Played":true}},
{"Name":"Lies","Type":"Episode","SeriesName":"Dark","ParentIndexNumber":1,"IndexNumber":2,
 "ProductionYear":2017,"UserData":{"PlayedPercentage":40.5,"PlayCount":0,"IsFavorite":false,
 "Played":false}},
{"Name":"Dark","Type":"Series","UserData":{"Played":true,"UnplayedItemCount":0}},
{"Name":"Ohms","Type":"Audio","Artists":["Deftones"],"UserData":{"Played":true,"Likes":false}}],
"TotalRecordCount":4,"StartIndex":0}"""


def test_jellyfin() -> None:
    backup = read("jellyfin", "PlaybackReportingBackup.tsv", BACKUP)
    assert told(backup) == [
        ('"Heat"', FINISHED, None),
        ("Dark S01E02 · Lies", FINISHED, None),
        ("Ohms", FINISHED, None),
    ]
    assert backup[-1].artist == "Deftones"
    assert backup[0].at == pytest.approx(seconds("2024-03-01T20:15:00", local=True), abs=1)
    items = read("jellyfin", "items.json", ITEMS)
    assert told(items) == [
        ("Heat", LIKE, 1995),
        ("Heat", FINISHED, 1995),
        ("Dark S01E02 · Lies", PLAYED, None),
        ("Ohms", LESS, None),
        ("Ohms", FINISHED, None),
    ]
    assert (items[0].at, items[2].value) == (1642278519, 0.405)


SERVER = """<?xml version="1.0" encoding="UTF-8"?>
<MediaContainer size="3">
<Video historyKey="/status/sessions/history/1" key="/library/metadata/218860" title="Heat"
 type="movie" viewedAt="1419652344" accountID="1" deviceID="2" />
<Video historyKey="/status/sessions/history/2" title="Lies" grandparentTitle="Dark" type="episode"
 index="2" parentIndex="1" originallyAvailableAt="2017-12-01" viewedAt="1419653744" accountID="1" />
<Track historyKey="/status/sessions/history/3" title="Ohms" grandparentTitle="Deftones"
 parentTitle="Ohms" type="track" index="1" viewedAt="1419653999" accountID="7" />
</MediaContainer>"""
TAUTULLI = """{"response":{"result":"success","message":null,"data":{"recordsTotal":2,"data":[
{"date":1462687607,"user":"anna","media_type":"episode","title":"Lies","parent_title":"Season 1",
 "grandparent_title":"Dark","full_title":"Dark - Lies","media_index":"2","parent_media_index":"1",
 "year":2017,"percent_complete":84,"watched_status":0.75,"live":0},
{"date":1462688107,"user":"anna","media_type":"movie","title":"Heat","parent_title":"",
 "grandparent_title":"","media_index":"","parent_media_index":"","year":1995,"percent_complete":99,
 "watched_status":1}]}}}"""
TABLE = """date,user,media_type,title,grandparent_title,parent_media_index,media_index,year,\
percent_complete,watched_status
1462687607,anna,track,Ohms,Deftones,1,1,,100,1
"""


def test_plex() -> None:
    with pytest.raises(UnreadableError, match="“1”, “7”"):
        read("plex", "all.xml", SERVER)
    assert told(read("plex", "all 1.xml", SERVER)) == [
        ("Heat", FINISHED, None),
        ("Dark S01E02 · Lies", FINISHED, None),
    ]
    (song,) = read("plex", "all 7.xml", SERVER)
    assert (song.title, song.artist, song.at) == ("Ohms", "Deftones", 1419653999)
    half, film = read("plex", "history.json", TAUTULLI)
    assert told([half, film]) == [("Dark S01E02 · Lies", PLAYED, None), ("Heat", FINISHED, 1995)]
    assert half.value == 0.84
    (track,) = read("plex", "history.csv", TABLE)
    assert (track.artist, track.kind) == ("Deftones", FINISHED)


def test_a_damaged_entry_is_left_out_and_named() -> None:
    *lines, broken = read("letterboxd", "diary.csv", DIARY.replace("2024-01-06\n", "soon\n"))
    assert {line.title for line in lines} == {"Solaris", "Cats"}
    assert broken.problem.startswith("Entry 2 of “diary.csv” is damaged (Invalid isoformat")
    *_, broken = read("letterboxd", "diary.csv", re.sub("2024-01-0[67]\n", "soon\n", DIARY))
    assert broken.problem.startswith("2 entries of “diary.csv” are damaged, the first is entry 2 (")


_BAD_TRAKT = HISTORY.replace('"year":1995', '"year":"then"')
_ADDED = HISTORY.replace("[", "[7,", 1)
_ODD = ITEMS.replace('"ProductionYear":2017', '"IndexNumber":"x"')
_ONLY_FIRST = LISTENS.replace("1636239350", '"then"')


@pytest.mark.parametrize(
    ("program", "name", "content", "left", "number"),
    [
        ("trakt", "watched-history-1.json", _BAD_TRAKT, "Severance S01E02 · Half Loop", 1),
        ("trakt", "watched.json", _ADDED, "Severance S01E02 · Half Loop", 1),
        ("trakt", "w.json", re.sub('"2026-08-21[^"]*"', "null", HISTORY), "Severance S01E02", 1),
        ("listenbrainz", "11.jsonl", _ONLY_FIRST, "Skate", 2),
        ("listenbrainz", "11.jsonl", LISTENS.rstrip()[:-9], "Skate", 2),
        ("listenbrainz", "l.json", f"[{','.join(_ONLY_FIRST.splitlines())}]", "Skate", 2),
        ("lastfm", "a.json", '[{"artist":"A","name":"B","date":1},{"artist":3}]', "B", 2),
        ("jellyfin", "i.json", _ODD, "Ohms", 2),
        ("jellyfin", "backup.tsv", BACKUP + "2024-03-03\tu1\n", "Ohms", 5),
        ("plex", "h.json", TAUTULLI.replace("1462687607", '"then"'), "Heat", 1),
        ("plex", "h.csv", TABLE + TABLE.splitlines()[1].replace("1462687607", "then"), "Ohms", 2),
        ("plex", "all 1.xml", SERVER.replace("1419653744", "then"), "Heat", 2),
        ("kodi", "v.xml", VIDEODB.replace(">9<", ">nan<"), "Waves Of Luv", 4),
        ("imdb", "r.csv", IMDB.replace(",6,2008", ",nan,2008"), "Breaking Bad", 3),
    ],
)  # fmt: skip
def test_a_damaged_entry_takes_no_other_with_it(
    program: str, name: str, content: str, left: str, number: int
) -> None:
    *lines, broken = read(program, name, content)
    assert any(line.title.startswith(left) for line in lines)
    assert broken.problem.startswith(f"Entry {number} of “{name}” is damaged (")


def test_where_all_is_damaged_nothing_is_taken() -> None:
    with pytest.raises(UnreadableError, match=r"3 entries of “diary\.csv” are damaged, the first"):
        read("letterboxd", "diary.csv", re.sub("2024-01-0[267]\n", "soon\n", DIARY))
    with pytest.raises(UnreadableError, match=r"Entry 1 of “1\.jsonl” is damaged"):
        read("listenbrainz", "1.jsonl", re.sub(r"1636239050\.0", "1e300", LISTENS.splitlines()[0]))


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("Dark: Season 1: Secrets (Episode 1)", "Dark S01E01 · Secrets"),
        ("The Office (U.S.): Staffel 3: Folge 4", "The Office (U.S.) S03E04"),
        ("鱿鱼游戏: 第 1 季: 第 2 集", "鱿鱼游戏 S01E02"),
        ("黑镜：第 3 季：圣朱尼佩罗 (第 4 集)", "黑镜 S03E04 · 圣朱尼佩罗"),
        ("Stranger Things: Stranger Things 3: Chapter One", "Stranger Things S03 · Chapter One"),
        ("Dr. Strange: A Film: A Title", "Dr. Strange: A Film: A Title"),
        ("Dark: Sezon 1: Kłamstwa", "Dark S01 · Kłamstwa"),
        ("Bodies: Serial limitowany: Odcinek 4", "Bodies S01E04"),
        ("Dark: 1. Sezon: Yalanlar", "Dark S01 · Yalanlar"),
        ("Bodies: Mini Dizi: 4. Bölüm", "Bodies S01E04"),
        ("Dark: 1. évad: Hazugságok", "Dark S01 · Hazugságok"),
        ("Bodies: Minisorozat: 4. epizód", "Bodies S01E04"),
        ("Dark: Сезон 2: Серия 3", "Dark S02E03"),
        ("Bodies: Мини-сериал: Эпизод 4", "Bodies S01E04"),
        ("Dark: Säsong 1: Avsnitt 2", "Dark S01E02"),
        ("Dark: Sæson 1: Afsnit 2", "Dark S01E02"),
        ("Dark: Sesong 1: Episode 2", "Dark S01E02"),
        ("Dark: Kausi 1: Jakso 2", "Dark S01E02"),
        ("Bodies: Minissérie: Episódio 4", "Bodies S01E04"),
        ("Bodies: リミテッドシリーズ: 第4話", "Bodies S01E04"),
        ("Bodies: 리미티드 시리즈: 4화", "Bodies S01E04"),
        ("DAHMER: Monster: Doin' A Dahmer (Episode 3)", "DAHMER: Monster S01E03 · Doin' A Dahmer"),
    ],
)
def test_episodes_of_netflix_in_the_words_of_countries(line: str, title: str) -> None:
    (seen,) = read("netflix", "NetflixViewingHistory.csv", f'Title,Date\n"{line}","1/31/24"\n')
    assert seen.title == title


def test_tables_in_the_encodings_of_spreadsheets_and_of_older_exports() -> None:
    rated = IMDB.replace("The Godfather", "Amélie")
    for encoding in ("utf-8-sig", "utf-16", "cp1252"):
        lines = BY_NAME["imdb"].read("ratings.csv", rated.encode(encoding))
        assert lines[0].title == "Amélie"


def test_the_scrobbles_of_lastfmstats() -> None:
    listed = (
        '{"username": "anna", "scrobbles": [{"track": "Rain", "artist": "Anna", '
        '"album": "Weather", "albumId": "", "date": 1706732100000}]}'
    )
    (heard,) = read("lastfm", "lastfmstats-anna.json", listed)
    assert (heard.title, heard.artist, heard.at) == ("Rain", "Anna", 1706732100)


@given(
    st.binary(max_size=60)
    | st.sampled_from([b"", b"[]", b"{}", b"[" * 5000, b'{"a":' * 5000, b"<a/>", b"a,b\n1"])
)
@settings(max_examples=60, deadline=None)
def test_foreign_files_are_told_and_nothing_fails(content: bytes) -> None:
    for importer in BY_NAME.values():
        for pattern in importer.patterns:
            try:
                lines = importer.read(pattern.replace("*", "x"), content)
            except UserError as error:
                assert "“" in str(error)  # noqa: PT017 - either outcome is right
            else:
                assert all(line.title for line in lines)


def test_exports_are_told_apart() -> None:
    """Every export is read by the importer of its own program, whoever is asked first."""
    own = {
        "diary.csv": ("letterboxd", DIARY), "ratings.csv": ("imdb", IMDB),
        "a.csv": ("netflix", ACTIVITY), "b.csv": ("plex", TABLE), "c.json": ("trakt", HISTORY),
        "d.jsonl": ("listenbrainz", LISTENS), "e.json": ("jellyfin", ITEMS),
        "f.json": ("plex", TAUTULLI), "g.xml": ("kodi", VIDEODB),
        "anna.csv": ("lastfm", SCROBBLES["anna.csv"]),
    }  # fmt: skip
    for name, (program, content) in own.items():
        for other in BY_NAME.values():
            if other.name != program:
                with pytest.raises(UserError):
                    other.read(name, content.encode())


def test_ratings_and_titles_are_as_in_mediadesk() -> None:
    assert rating(0, 5) == rating(-1, 10) == []
    for points, best in ((0.5, 5), (2.5, 5), (7, 10), (5, 5), (12, 10), (0.1, 10)):
        ((kind, value),) = rating(points, best)
        rated = Event(id="", profile="me", item="s", kind=kind, at=0, value=value)
        assert state([rated]).stars == min(max(round(points / best * 10), 1), 10) / 2
    for name in (
        Name(title="Lies", series="Dark", season=1, episode=2),
        Name(title="", series="Dark", season=10, episode=123),
    ):
        assert episode(name.series, name.season or 0, name.episode, name.title) == titled(name)


@pytest.mark.parametrize("local", [True, False])
@pytest.mark.parametrize(
    "text", ["", "1920-01-01", "0001-01-01T00:00:00", "1970-01-01T00:00:00.000Z"]
)
def test_a_time_that_nobody_knows_is_none(text: str, *, local: bool) -> None:
    assert seconds(text, local=local) == 0


def test_the_library_takes_an_export_over_once(store: Store) -> None:
    registry = Registry()
    take = partial(take_over, store, registry, profile="me", dry_run=False)
    folder = store.path.parent
    export = folder / "diary.csv"
    export.write_text(DIARY)
    first = take(export)
    assert (first.importer, first.matched, first.known) == ("Letterboxd", 2, 0)
    assert {line.title for line in first.unmatched} == {"Paris, Texas", "Cats"}
    assert take(export).known == 2
    events = list(oplog.events(store.read(), profile="me"))
    assert [(event.item, event.kind) for event in events] == [("s", RATED), ("s", FINISHED)]
    assert states(events)["s"].stars == 4.5
    (folder / "films.csv").write_text(FILMS.replace("Heat,1995", "Solaris,1972"))
    take(folder / "films.csv")
    assert [take_back(store, profile="me") for _ in range(2)] == [1, 2]  # the last one first
    with pytest.raises(UserError, match="no import to take back"):
        take_back(store, profile="me")
    assert states(oplog.events(store.read(), profile="me")) == {}
    assert take(export).known == 0  # and it can be taken again
    assert states(oplog.events(store.read(), profile="me"))["s"].finished
    export.write_text(
        "".join(DIARY.splitlines(keepends=True)[:2]).replace("2024-01-02\n", "soon\n")
    )
    with pytest.raises(UserError, match=r"diary\.csv” can't be imported: Entry 1 of “diary\.csv”"):
        take(export)
    (folder / "other.csv").write_text("what,is\nthis,?\n")
    with pytest.raises(UserError, match=r"choose an export of IMDb, Netflix, .* or Plex, as"):
        take(folder / "other.csv")


def test_an_episode_is_found_by_its_number_and_an_import_is_one_act(store: Store) -> None:
    place = Location(path=store.path.parent / "e.mkv", root=store.path.parent, size=1, mtime_ns=1)
    named = Item(
        id="e",
        kind=Kind.EPISODE,
        title="Dark S01E02 · Lügen",
        series="Dark",
        season=1,
        episode=2,
        path=None,
    )
    store.write(lambda db: library.save_item(db, named, facts={}, location=place))
    export = store.path.parent / "watched-history-1.json"
    export.write_text(HISTORY.replace("Severance", "Dark"))
    found = take_over(store, Registry(), export, profile="me", dry_run=False)
    assert (found.importer, found.matched) == ("Trakt", 1)
    assert [line.title for line in found.unmatched] == ["Heat"]
    [act] = changes.listed(store.read(), limit=9)
    assert act.says == "Imported 1 line from Trakt"
    store.write(lambda db: changes.undo(db, act.id))
    assert states(oplog.events(store.read(), profile="me")) == {}


@pytest.mark.parametrize(
    ("line", "is_found"),
    [
        ("Dark S01E02", True),
        ("DARK S1E2 · Whatever it is called there", True),
        ("Dark S01 · Lügen", True),
        ("Dark S01E03 · Something", False),
        ("Dark S02 · Lügen", False),
        ("Darker S01E02", False),
    ],
)
def test_episodes_are_found_by_number_else_by_season_and_title(line: str, is_found: bool) -> None:
    new = Item(
        id="e", kind=Kind.EPISODE, title="Dark S01E02 · Lügen", series="Dark", season=1, episode=2,
        path=None,
    )  # fmt: skip
    old = Item(id="e", kind=Kind.EPISODE, title="Dark S01E02 · Lügen", path=None)
    for item in (new, old):
        found = Titles([item, SOLARIS]).find(Watched(title=line, kind=FINISHED))
        assert (found is item) is is_found
