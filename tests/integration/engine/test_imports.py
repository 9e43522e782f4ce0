"""Exports as people have them: archives, overlapping ones, and such as know less than we do."""

from __future__ import annotations

import sqlite3
import time
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import plugin_factory
import pytest

from mediadesk.api import Event, EventKind, Item, Kind, UserError
from mediadesk.engine import export_files, exports, imported
from mediadesk.engine.imported import take_back
from mediadesk.engine.imports import take_over
from mediadesk.engine.messages import Imported
from mediadesk.host import Registry
from mediadesk.recommend.profile import State, states
from mediadesk.store import Database, Store, library, locations, oplog, roots
from mediadesk.store.locations import Location

FINISHED = EventKind.FINISHED
UNDOER = """
class Part:
    name, title, patterns = "undoer", "History", ("*.csv",)
    def read(self, name, content): return [Watched(title="Solaris", kind=EventKind.%s, at=1.8e9)]
@hookimpl
def importers(): return [Part()]
"""
DIARY = """\
Date,Name,Year,Letterboxd URI,Rating,Rewatch,Tags,Watched Date
2024-01-05,Solaris,1972,https://boxd.it/2a,4.5,,,2024-01-02
2024-01-06,Cats,2019,https://boxd.it/2c,,,,2024-01-06
2024-01-07,Cats,2019,https://boxd.it/2c,,,,2024-01-07
"""
FILMS = "Date,Name,Year,Letterboxd URI\n2024-03-05,Solaris,1972,https://boxd.it/2d\n"
LISTEN = """{"listened_at": 1706732100, "track_metadata": {"track_name": "Rain", \
"artist_name": "Anna"}}\n"""
KODI = """<videodb><movie><title>Solaris</title><userrating>4</userrating><playcount>%d</playcount>
<resume><position>10</position><total>100</total></resume></movie></videodb>"""
REPORTING = """
CREATE TABLE PlaybackActivity(DateCreated, UserId, ItemId, ItemType, ItemName, PlaybackMethod,
                              ClientName, DeviceName, PlayDuration);
INSERT INTO PlaybackActivity VALUES
    ('2024-03-01 20:15:00', 'u1', 'a', 'Movie', 'Solaris', '', '', '', 9800);
"""
CLOCKED = """
class Part:
    name, title, patterns = "clocked", "History", ("*.csv",)
    def read(self, name, content):
        return [Watched(title="Solaris", kind=EventKind.FINISHED, at=float(content))]
@hookimpl
def importers(): return [Part()]
"""
Take = Callable[..., Imported]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    folder = tmp_path / "media"

    def fill(db: Database) -> None:
        roots.add(db, folder)
        for item in (
            Item(
                id="solaris", kind=Kind.FILM, title="Solaris", year=1972, duration=10_000, path=None
            ),
            Item(id="rain", kind=Kind.SONG, title="Rain", artist="Anna", path=None),
        ):
            place = Location(path=folder / item.id, root=folder, size=1, mtime_ns=1)
            locations.save_locations(db, [place])
            library.save_item(db, item, facts={}, location=place)

    store = Store(tmp_path / "library.db")
    store.write(fill)
    yield store
    store.close()


@pytest.fixture
def take(store: Store) -> Take:
    return partial(take_over, store, Registry(), profile="me", dry_run=False)


def known(store: Store, item: str) -> State:
    return states(oplog.events(store.read(), profile="me"))[item]


def did(store: Store, kind: EventKind, *, at: float, value: float = 0.0) -> None:
    event = Event(id="", profile="me", item="solaris", kind=kind, at=at, value=value)
    store.write(lambda db: oplog.add_events(db, [event]))


def archive(path: Path, members: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return path


def test_an_archive_is_read_whole_as_one_import(store: Store, take: Take, tmp_path: Path) -> None:
    letterboxd = archive(
        tmp_path / "letterboxd-anna.zip",
        {
            "diary.csv": DIARY, "likes/films.csv": FILMS, "watchlist.csv": FILMS,
            "deleted/diary.csv": DIARY.replace("4.5", "1"), "profile.csv": "Username\nanna\n",
            "orphaned/diary.csv": DIARY.splitlines()[0],
        },
    )  # fmt: skip
    found = take(letterboxd)
    assert (found.importer, found.matched, found.known) == ("Letterboxd", 3, 0)
    assert [(line.title, line.times) for line in found.unmatched] == [("Cats", 2)]
    assert found.missed == 2
    assert found.left_out == (
        "“letterboxd-anna.zip/watchlist.csv” lists what you want to watch, which is no history.",
        "“letterboxd-anna.zip/deleted/diary.csv” lists what you deleted there, which is left out.",
    )
    assert known(store, "solaris").stars == 4.5
    assert known(store, "solaris").liked
    assert take(letterboxd).known == 3
    assert take_back(store, profile="me") == 3


def test_a_damaged_line_is_told_and_the_others_are_taken(
    store: Store, take: Take, tmp_path: Path
) -> None:
    diary = tmp_path / "diary.csv"
    diary.write_text(DIARY.replace("2024-01-06\n", "soon\n"))
    found = take(diary)
    assert (found.matched, found.missed) == (2, 1)
    (told,) = found.left_out
    assert told.startswith("Entry 2 of “diary.csv” is damaged (")
    assert known(store, "solaris").stars == 4.5
    diary.write_text(DIARY)
    assert take(diary).left_out == ()


def test_an_archive_may_hold_many_files_of_a_kind(store: Store, take: Take, tmp_path: Path) -> None:
    later = LISTEN.replace("1706732100", "1716732100")
    listens = {"listens/2024/1.jsonl": LISTEN, "listens/2024/5.jsonl": LISTEN + later}
    found = take(archive(tmp_path / "listenbrainz.zip", {"feedback.jsonl": "{}", **listens}))
    assert (found.matched, found.known) == (2, 0)
    assert known(store, "rain").plays == 2


def test_the_person_meant_stands_in_the_name_of_the_archive(take: Take, tmp_path: Path) -> None:
    head = "Profile Name,Start Time,Duration,Title,Supplemental Video Type\n"
    activity = {
        "CONTENT/ViewingActivity.csv": f"{head}Anna,2024-01-05 20:00:00,02:00:00,Solaris,\n"
        "Ben,2024-01-05 20:00:00,02:00:00,Cats,\n"
    }
    with pytest.raises(UserError, match=r"put one of “Anna”, “Ben” into its name"):
        take(archive(tmp_path / "netflix-report.zip", activity))
    assert take(archive(tmp_path / "netflix-report Anna.zip", activity)).matched == 1


def test_archives_that_are_none_or_burst_are_refused_in_a_sentence(
    take: Take, tmp_path: Path
) -> None:
    cut = archive(tmp_path / "cut.zip", {"diary.csv": DIARY})
    cut.write_bytes(cut.read_bytes()[:-30])
    with pytest.raises(UserError, match=r"cut\.zip” can't be unpacked"):
        take(cut)
    bomb = tmp_path / "bomb.zip"
    with (
        zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed,
        packed.open("diary.csv", "w", force_zip64=True) as member,
    ):
        for _ in range(70):
            member.write(bytes(1 << 20))
    with pytest.raises(UserError, match=r"diary\.csv” is larger than 64 MiB"):
        take(bomb)
    lying = archive(tmp_path / "lying.zip", {"diary.csv": DIARY * 100})
    size = len(DIARY * 100).to_bytes(4, "little")
    lying.write_bytes(lying.read_bytes().replace(size, (100).to_bytes(4, "little")))
    with pytest.raises(UserError, match=r"lying\.zip” can't be unpacked"):
        take(lying)
    short = tmp_path / "short.zip"
    with zipfile.ZipFile(short, "w") as packed:
        packed.writestr("diary.csv", DIARY)
    content = bytearray(short.read_bytes())
    listed = content.rindex(b"PK\1\2")
    content[listed + 20 : listed + 28] = (1 << 20).to_bytes(4, "little") * 2
    short.write_bytes(content)
    with pytest.raises(UserError, match=r"short\.zip” can't be unpacked \(it ends too early\)"):
        take(short)
    with pytest.raises(UserError, match="tells of nothing"):
        take(archive(tmp_path / "photos.zip", {"a.jpg": "", "notes.csv": "a,b\n"}))


def test_an_archive_of_more_lines_than_are_read_is_told_so(
    take: Take, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "_MOST_LINES", 2)
    with pytest.raises(UserError, match=r"diary\.csv” has more than 2 lines: export less"):
        take(archive(tmp_path / "letterboxd.zip", {"diary.csv": DIARY}))


def test_kodi_writes_a_large_library_into_one_file(take: Take, tmp_path: Path) -> None:
    export = tmp_path / "videodb.xml"
    unseen = f"<movie><title>Cats</title><plot>{'x' * (1 << 20)}</plot></movie>"
    export.write_text((KODI % 1).replace("<movie>", unseen * 65 + "<movie>"))
    assert take(export).matched == 2
    zipped = tmp_path / "kodi.zip"
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
        packed.write(export, export.name)
    assert take(zipped).known == 2


def test_a_file_that_tells_of_nothing_is_told_so(take: Take, tmp_path: Path) -> None:
    (export := tmp_path / "watched-history-1.json").write_text("[]")
    with pytest.raises(UserError, match=r"history-1\.json” tells of nothing"):
        take(export)
    for name in ("empty.txt", "empty.zip"):
        (tmp_path / name).write_text("")
        with pytest.raises(UserError, match=f"{name}” is empty: export it again"):
            take(tmp_path / name)


def test_a_file_that_was_named_anew_is_known_by_what_it_holds(take: Take, tmp_path: Path) -> None:
    contents = {
        "netflix.txt": "Title,Date\nSolaris,1/31/24\n",
        "download": "Title;Date\nSolaris;31.01.24\n",
        "letterboxd.zip": "Title,Date\nSolaris,1/31/24\n",
        "kodi": KODI % 1,
        "listens.txt": LISTEN,
        "trakt.bak": TRAKT % "12:00:00",
        "items": JELLYFIN,
    }
    for name, content in contents.items():
        (tmp_path / name).write_text(content)
        assert take(tmp_path / name).matched >= 1, name
    for name, content in {"notes.txt": "what is this?", "list.doc": "{}"}.items():
        (tmp_path / name).write_text(content)
        with pytest.raises(UserError, match=f"{name}” can't be imported: "):
            take(tmp_path / name)


def test_a_name_of_a_million_letters_is_none(take: Take, tmp_path: Path) -> None:
    (export := tmp_path / "listens.jsonl").write_text(
        LISTEN + LISTEN.replace("Rain", "Rain" * 250_000)
    )
    found = take(export)
    assert (found.matched, found.missed) == (1, 0)
    assert "Entry 2 of “listens.jsonl” is damaged (a name of more than" in found.left_out[0]


def test_nfo_files_are_told_their_own_way(take: Take, tmp_path: Path) -> None:
    (tmp_path / "films").mkdir()
    (nfo := tmp_path / "films" / "solaris.nfo").write_text("<movie/>")
    for path in (nfo, nfo.parent):
        with pytest.raises(UserError, match="“mediadesk import nfo”"):
            take(path)


def test_a_mark_adds_no_play_to_a_film_of_the_diary(
    store: Store, take: Take, tmp_path: Path
) -> None:
    """Letterboxd's watched.csv has every film of its diary.csv again, with the day of the mark."""
    both = archive(tmp_path / "letterboxd.zip", {"watched.csv": FILMS, "diary.csv": DIARY})
    alone = tmp_path / "watched.csv"
    alone.write_text(FILMS)
    assert take(both).matched == 3
    assert known(store, "solaris").plays == 1
    assert take(alone).known == 1
    take_back(store, profile="me")
    assert (take(alone).known, take(alone).known) == (0, 1), "where the diary has it not"
    assert known(store, "solaris").plays == 1


def test_what_has_no_time_overrides_nothing(store: Store, take: Take, tmp_path: Path) -> None:
    """Kodi keeps no time of ratings: one given there years ago must not undo one given here."""
    did(store, EventKind.RATED, at=1_700_000_000, value=1.0)
    did(store, EventKind.FINISHED, at=1_700_000_000)
    export = tmp_path / "videodb.xml"
    export.write_text(KODI % 0)
    found = take(export)
    assert (found.matched, found.known) == (2, 2)
    assert known(store, "solaris").stars == 5
    assert known(store, "solaris").progress == 1


def test_what_has_no_time_is_taken_where_nothing_is_known(
    store: Store, take: Take, tmp_path: Path
) -> None:
    export = tmp_path / "videodb.xml"
    export.write_text(KODI % 1)
    looked_at = take_over(store, Registry(), export, profile="me", dry_run=True)
    assert (looked_at.matched, looked_at.known, looked_at.change) == (2, 0, None)
    assert (take(export).known, take(export).known) == (0, 2)
    assert (known(store, "solaris").stars, known(store, "solaris").finished) == (2, True)


def test_what_has_no_time_is_known_to_have_none(store: Store, take: Take, tmp_path: Path) -> None:
    export = tmp_path / "videodb.xml"
    export.write_text(KODI % 1)
    take(export)
    assert known(store, "solaris").undated
    assert known(store, "solaris").rested_at == 0
    did(store, EventKind.FINISHED, at=time.time() + 60)
    assert not known(store, "solaris").undated


def test_the_time_of_a_mark_is_not_that_of_a_viewing(
    store: Store, take: Take, tmp_path: Path
) -> None:
    export = tmp_path / "watched.csv"
    export.write_text(FILMS)
    take(export)
    assert known(store, "solaris").undated


@pytest.mark.parametrize("at", ["-1", "5e9", "1.7e12", "nan", "inf"])
def test_a_time_that_cannot_be_is_refused_in_a_sentence(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    registry = Registry(points=[plugin_factory.point(tmp_path, "clocked", CLOCKED)])
    export = tmp_path / "history.csv"
    export.write_text(at)
    with pytest.raises(UserError, match=r"history\.csv.*nothing that a person did"):
        take_over(store, registry, export, profile="me", dry_run=False)


def test_who_thinks_otherwise_by_now_rates_anew_once(
    store: Store, take: Take, tmp_path: Path
) -> None:
    export = tmp_path / "ratings.csv"
    line = "Date,Name,Year,Letterboxd URI,Rating\n2024-01-05,Solaris,1972,https://boxd.it/2a,"
    for stars in (4.5, 3):
        export.write_text(f"{line}{stars}\n")
        assert (take(export).known, take(export).known) == (0, 1)
        assert known(store, "solaris").stars == stars


def test_a_day_and_a_time_of_that_day_are_one_viewing(
    store: Store, take: Take, tmp_path: Path
) -> None:
    """Netflix, Letterboxd and IMDb name days; Trakt and the long list of Netflix name times."""
    timed = tmp_path / "watched-history-1.json"
    timed.write_text(
        '[{"watched_at": "2024-01-02T12:00:00.000Z", "movie": {"title": "Solaris", "year": 1972}}]'
    )
    day = tmp_path / "diary.csv"
    day.write_text(DIARY.replace("4.5", ""))
    assert (take(timed).known, take(day).known) == (0, 1)
    assert known(store, "solaris").plays == 1
    take_back(store, profile="me")
    assert (take(day).known, take(timed).known) == (0, 1)
    assert known(store, "solaris").plays == 1


JELLYFIN = """{"Items": [
{"Name": "Solaris", "Type": "Movie", "ProductionYear": 1972, "UserData": {"Played": true}}]}"""
TRAKT = """[{"watched_at": "2024-01-02T%s.000Z", "type": "movie",
"movie": {"title": "Solaris", "year": 1972}}]"""


def test_two_programs_note_one_viewing_minutes_apart(
    store: Store, take: Take, tmp_path: Path
) -> None:
    """What Kodi or Plex play goes to Trakt, too, and to each its own clock."""
    export = tmp_path / "watched-history-1.json"
    for clock, plays in (("12:00:00", 1), ("12:04:10", 1), ("11:00:00", 1), ("20:00:00", 2)):
        export.write_text(TRAKT % clock)
        take(export)
        assert known(store, "solaris").plays == plays


@pytest.mark.parametrize("is_day_first", [True, False])
def test_the_eve_of_a_day_is_another_viewing(
    store: Store, take: Take, tmp_path: Path, *, is_day_first: bool
) -> None:
    (timed := tmp_path / "watched-history-1.json").write_text(
        (TRAKT % "23:30:00").replace("01-02", "01-01")
    )
    (day := tmp_path / "diary.csv").write_text(DIARY.replace("4.5", ""))
    for export in (day, timed) if is_day_first else (timed, day):
        assert take(export).known == 0
    assert known(store, "solaris").plays == 2


def test_programs_that_know_no_time_tell_of_one_viewing(
    store: Store, take: Take, tmp_path: Path
) -> None:
    (folder := tmp_path / "both").mkdir()
    (folder / "videodb.xml").write_text(KODI % 1)
    (folder / "items.json").write_text(JELLYFIN)
    assert take(folder).known == 1
    assert known(store, "solaris").plays == 1
    take_back(store, profile="me")
    (folder / "watched-history-1.json").write_text(TRAKT % "12:00:00")
    take(folder)
    assert known(store, "solaris").plays == 1
    assert not known(store, "solaris").undated


def test_a_mark_tells_nothing_new_of_what_was_watched_here(
    store: Store, take: Take, tmp_path: Path
) -> None:
    did(store, FINISHED, at=1_700_000_000)
    (export := tmp_path / "watched.csv").write_text(FILMS)
    assert take(export).known == 1
    assert known(store, "solaris").plays == 1


def test_what_was_begun_elsewhere_goes_on_there(store: Store, take: Take, tmp_path: Path) -> None:
    (export := tmp_path / "videodb.xml").write_text(KODI % 0)
    take(export)
    begun = known(store, "solaris")
    assert (begun.progress, begun.position) == (0.1, 1_000)


def test_who_hears_a_song_twice_has_heard_it_twice(
    store: Store, take: Take, tmp_path: Path
) -> None:
    """Last.fm and ListenBrainz get the same scrobbles, to the second."""
    listens = tmp_path / "listens.jsonl"
    listens.write_text(LISTEN + LISTEN.replace("1706732100", "1706732260"))
    take(listens)
    scrobbles = tmp_path / "anna.csv"
    scrobbles.write_text("uts,artist,track\n1706732100,Anna,Rain\n1706732260,ANNA,Rain\n")
    assert take(scrobbles).known == 2
    assert known(store, "rain").plays == 2


def test_an_unpacked_archive_is_read_as_the_archive_is(
    store: Store, take: Take, tmp_path: Path
) -> None:
    folder = tmp_path / "letterboxd-anna"
    (folder / "likes").mkdir(parents=True)
    (folder / "diary.csv").write_text(DIARY)
    (folder / "likes" / "films.csv").write_text(FILMS)
    (folder / "photo.jpg").write_bytes(b"none")
    assert take(folder).matched == 3
    with zipfile.ZipFile(tmp_path / "letterboxd-anna.zip", "w") as packed:
        packed.write(folder / "diary.csv", "diary.csv")
    (tmp_path / "letterboxd-anna.zip").rename(tmp_path / "download")
    assert take(tmp_path / "download").known == 2, "an archive without its ending"
    (tmp_path / "empty").mkdir()
    with pytest.raises(UserError, match="tells of nothing"):
        take(tmp_path / "empty")


def test_a_database_in_use_is_read_whole_and_left_as_it_is(take: Take, tmp_path: Path) -> None:
    folder = tmp_path / "reporting"
    folder.mkdir()
    file = folder / "playback_reporting.db"
    with closing(sqlite3.connect(file)) as db:
        db.executescript(f"PRAGMA journal_mode=wal; {REPORTING}")
        db.commit()
        before = {each.name: each.read_bytes() for each in folder.iterdir()}
        assert (folder / "playback_reporting.db-wal").stat().st_size
        assert take(file).matched == 1
        assert {each.name: each.read_bytes() for each in folder.iterdir()} == before
        assert (take(folder).known, take(folder).matched) == (1, 1)
    file.write_bytes(b"no database" * 100)
    with pytest.raises(UserError, match=r"reporting\.db” can't be imported: choose an export of"):
        take(file)


def test_a_backup_of_a_database_is_one_whatever_its_name(
    take: Take, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Plex names its own com.plexapp.plugins.library.db-2024-11-20."""
    monkeypatch.setattr(export_files, "_MOST_BYTES", 100)
    file = tmp_path / "playback_reporting.db-2024-11-20"
    with closing(sqlite3.connect(file)) as db:
        db.executescript(f"PRAGMA journal_mode=wal; {REPORTING}")
        assert take(file).matched == 1


def test_a_table_may_begin_with_the_letters_of_an_archive(take: Take, tmp_path: Path) -> None:
    (table := tmp_path / "anna.csv").write_text("PK,uts,artist,track\n1,1706732100,Anna,Rain\n")
    assert take(table).matched == 1


def test_a_file_that_cannot_be_used_takes_no_other_with_it(
    take: Take, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_files, "_MOST_BYTES", 1_000)
    (folder := tmp_path / "unpacked").mkdir()
    (folder / "diary.csv").write_text(DIARY)
    (folder / "films.csv").write_text(FILMS * 100)
    (folder / "notes.csv").write_text(FILMS)
    read = Path.read_bytes

    def refuse(path: Path) -> bytes:
        if path.name == "notes.csv":
            raise PermissionError(13, "Permission denied")
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    found = take(folder)
    assert found.matched == 2
    large, locked = sorted(found.left_out)
    assert "films.csv” is larger than 0 MiB" in large
    assert locked == "“unpacked/notes.csv” can't be read (Permission denied): check its rights."


@pytest.mark.parametrize("packing", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_what_was_packed_otherwise_and_is_damaged_is_told_so(
    take: Take, tmp_path: Path, packing: int
) -> None:
    path = tmp_path / "letterboxd.zip"
    with zipfile.ZipFile(path, "w", packing) as packed:
        packed.writestr("diary.csv", DIARY)
    content = bytearray(path.read_bytes())
    content[60:90] = bytes(30)
    path.write_bytes(content)
    with pytest.raises(UserError, match=r"letterboxd\.zip.* can't be (unpacked|read) \([CI]"):
        take(path)


def test_a_long_history_is_written_in_parts_as_one_act(
    store: Store, take: Take, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imported, "_AT_ONCE", 2)
    (listens := tmp_path / "listens.jsonl").write_text(
        "".join(LISTEN.replace("1706732100", str(1706732100 + 200 * n)) for n in range(5))
    )
    found = take(listens)
    assert (found.matched, known(store, "rain").plays) == (5, 5)
    assert found.change is not None
    assert (found.change.items, found.change.says) == (1, "Imported 5 lines from ListenBrainz")
    assert take(listens).known == 5
    assert take_back(store, profile="me") == 5
    assert not list(states(oplog.events(store.read(), profile="me")))


def test_a_long_history_is_not_held_as_a_whole(take: Take, tmp_path: Path) -> None:
    """Two million lines of a diligent listener are mostly the same songs, in months' files."""
    month = "".join(LISTEN.replace("Rain", f"Song {n % 50}") for n in range(2_000))

    def peak(months: int) -> int:
        members = {f"listens/2024/{n}.jsonl": month for n in range(months)}
        export = archive(tmp_path / "listenbrainz.zip", members)
        told: list[tuple[int, int]] = []
        tracemalloc.start()
        found = take(export, on_progress=lambda done, of: told.append((done, of)))
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert (found.missed, len(found.unmatched)) == (2_000 * months, 50)
        assert told == [(len(month) * n, len(month) * months) for n in range(1, months + 1)]
        return most

    peak(1)
    assert peak(8) < 1.5 * peak(2)


@pytest.mark.parametrize("kind", ["UNDO", "SHOWN"])
def test_an_importer_takes_nothing_back_and_tells_nothing_of_our_own_shelves(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    registry = Registry(points=[plugin_factory.point(tmp_path, "undoer", UNDOER % kind)])
    did(store, EventKind.RATED, at=1_700_000_000, value=1.0)
    export = tmp_path / "history.csv"
    export.write_text("Solaris\n")
    with pytest.raises(UserError, match="nothing that a person did"):
        take_over(store, registry, export, profile="me", dry_run=False)
    assert known(store, "solaris").stars == 5


@pytest.mark.parametrize("is_act", [True, False])
def test_an_import_is_taken_back_once_however_often_that_is_asked(
    store: Store, take: Take, tmp_path: Path, is_act: bool
) -> None:
    (listens := tmp_path / "listens.jsonl").write_text(LISTEN)
    take(listens)
    time.sleep(0.01)  # the last import is told by its time
    (diary := tmp_path / "diary.csv").write_text(DIARY)
    take(diary)
    if not is_act:  # it was made by a version that knew of none
        store.write(lambda db: db.conn.execute("DELETE FROM change"))
    for _ in range(2):  # an engine died before it answered
        with store.acting("abc"):
            assert take_back(store, profile="me") == 2
    assert known(store, "rain").plays == 1
    assert take_back(store, profile="me") == 1
