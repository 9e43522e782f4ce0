"""Exports as people have them: archives, overlapping ones, and such as know less than we do."""

from __future__ import annotations

import time
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import plugin_factory
import pytest

from mediadesk.api import Event, EventKind, Item, Kind, UserError
from mediadesk.engine import exports
from mediadesk.engine.imports import take_back, take_over
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
CLOCKED = """
class Part:
    name, title, patterns = "clocked", "History", ("*.csv",)
    def read(self, name, content):
        return [Watched(title="Solaris", kind=EventKind.FINISHED, at=float(content))]
@hookimpl
def importers(): return [Part()]
"""
Take = Callable[[Path], Imported]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    folder = tmp_path / "media"

    def fill(db: Database) -> None:
        roots.add(db, folder)
        for item in (
            Item(id="solaris", kind=Kind.FILM, title="Solaris", year=1972, path=None),
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
        },
    )  # fmt: skip
    found = take(letterboxd)
    assert (found.importer, found.matched, found.known) == ("Letterboxd", 3, 0)
    assert [(line.title, line.times) for line in found.unmatched] == [("Cats", 2)]
    assert found.missed == 2
    assert [sentence.split("”")[0] for sentence in found.left_out] == [
        "“letterboxd-anna.zip/watchlist.csv",
        "“letterboxd-anna.zip/deleted/diary.csv",
    ]
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
    for name, content in (("empty.txt", ""), ("watched-history-1.json", "[]")):
        (tmp_path / name).write_text(content)
        with pytest.raises(UserError, match=f"{name}” tells of nothing"):
            take(tmp_path / name)


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
