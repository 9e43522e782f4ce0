"""What each source says of a file is kept, the strongest is believed, and a person always.

Elsewhere edits are reverted: jellyfin #8532, #8888, #9760, #15596.
"""

import os
import shutil
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import mutagen
import mutagen.id3
import pytest
from media_factory import clip, picture, song
from mutagen.id3 import APIC
from read_library import ReadLibrary

from mediadesk.api import Feature, Kind, Metadata, Moment
from mediadesk.library.identify import identify, save
from mediadesk.library.scan import scan_root
from mediadesk.store import backlog, features, jobs, library, locations, roots, told
from mediadesk.store.jobs import Task

_MILLI = Fraction(1, 1000)
_EPISODE = """<episodedetails><title>{title}</title><season>1</season><episode>2</episode>
<plot>{plot}</plot><watched>true</watched><playcount>3</playcount><userrating>9</userrating>
<tag>cosy</tag></episodedetails>"""


@pytest.fixture
def home(tmp_path: Path) -> Iterator[ReadLibrary]:
    made = ReadLibrary(tmp_path)
    yield made
    made.store.close()


def _later(path: Path, seconds: int) -> None:
    """Have a file be changed at another time, for clocks of file systems may be coarse."""
    at = path.stat().st_mtime - seconds
    os.utime(path, (at, at))


def test_each_source_is_kept_and_the_strongest_believed(home: ReadLibrary) -> None:
    path = clip(home.root / "Guess (1990).mkv", seconds=1, title="Embedded")
    home.read()
    assert home.item(path).title == "Embedded"
    path.with_suffix(".nfo").write_text("<movie><title>Sidecar</title><year>1991</year></movie>")
    assert home.read() == [path], "for its NFO file is new"
    assert (home.item(path).title, home.item(path).year) == ("Sidecar", 1991)
    assert [*home.said(path)] == ["sidecar", "embedded", "guessed"]
    assert home.said(path)["guessed"]["title"] == "Guess"


def test_an_edit_survives_that_the_file_is_read_again(home: ReadLibrary) -> None:
    """In jellyfin #8532 the titles of episodes became their guessed numbers again."""
    path = clip(home.root / "Show (1990) S01E02.mkv", seconds=1)
    home.read()
    assert home.item(path).title == "Show (1990) S01E02"
    home.edit(path, title="Mine", genres=["Noir"])
    home.store.write(lambda db: db.conn.execute("UPDATE location SET reread = 1"))
    assert home.read() == [path]
    item = home.item(path)
    assert (item.title, item.genres, item.year) == ("Mine", ("Noir",), 1990)


def test_an_edit_survives_a_new_nfo_file_and_the_rest_of_it_is_taken(home: ReadLibrary) -> None:
    """In jellyfin #15596, with NFO files, even locking brought all back that they say."""
    path = clip(home.root / "Film (1990).mkv", seconds=1)
    home.read()
    home.edit(path, title="Mine")
    path.with_suffix(".nfo").write_text("<movie><title>Theirs</title><plot>P</plot></movie>")
    home.read()
    assert (home.item(path).title, home.item(path).description) == ("Mine", "P")
    home.edit(path, title=None)
    assert home.item(path).title == "Theirs", "when the field is unlocked"


def test_an_edit_survives_that_tags_of_the_file_change(home: ReadLibrary) -> None:
    """In jellyfin #8888 the genres of locked music were reset by a refresh."""
    path = song(home.root / "a.mp3", title="Before", artist="Ann")
    home.read()
    home.edit(path, title="Mine", genres=["Noir"])
    tags = mutagen.File(path, easy=True)
    tags["title"], tags["album"], tags["genre"] = "After", "Later", "Pop"
    tags.save()
    _later(path, 30)
    assert home.read() == [path]
    item = home.item(path)
    assert (item.title, item.genres, item.album) == ("Mine", ("Noir",), "Later")


def test_what_a_file_says_no_more_is_forgotten(home: ReadLibrary) -> None:
    path = clip(home.root / "Film (1990).mkv", seconds=1)
    nfo = path.with_suffix(".nfo")
    nfo.write_text("<movie><title>Sidecar</title><plot>About</plot></movie>")
    home.read()
    assert home.item(path).description == "About"
    nfo.unlink()
    home.read()
    assert (home.item(path).title, home.item(path).description) == ("Film", "")


def test_a_reader_of_a_plugin_stands_between_sidecar_and_tags_until_it_goes(
    home: ReadLibrary,
) -> None:
    path = song(home.root / "a.mp3", title="Embedded")
    home.read()
    item = home.item(path).id
    found = Metadata(title="Read", album="By a plugin", track=4)
    assert home.store.write(lambda db: library.save_metadata(db, item, found, source="reader"))
    assert not home.store.write(lambda db: library.save_metadata(db, item, found, source="reader"))
    assert (home.item(path).title, home.item(path).track) == ("Read", 4)
    assert [*home.said(path)] == ["plugin/reader", "embedded", "guessed"]
    home.store.write(lambda db: db.conn.execute("UPDATE location SET reread = 1"))
    home.read()
    assert home.item(path).title == "Read"
    home.store.write(lambda db: told.settle(db, told.silence(db, "plugin/reader")))
    assert (home.item(path).title, home.item(path).album) == ("Embedded", "")


def test_what_was_known_before_sources_were_kept_makes_way(home: ReadLibrary) -> None:
    path = clip(home.root / "Film (1990).mkv", seconds=1)
    home.read()
    item = home.item(path).id
    home.store.write(lambda db: told.tell(db, item, "earlier", {"artist": "Old"}))
    home.store.write(lambda db: db.conn.execute("UPDATE location SET reread = 1"))
    home.read()
    assert "earlier" not in home.said(path)


def test_an_episode_takes_after_its_series(home: ReadLibrary) -> None:
    season = home.root / "Dark Seas" / "Season 01"
    season.mkdir(parents=True)
    path = clip(season / "show.s01e02.mkv", seconds=1, title="Show.S01E02.1080p.WEB-GRP")
    (season.parent / "tvshow.nfo").write_text(
        "<tvshow><title>The Dark Seas</title><plot>All of it.</plot><genre>Drama</genre></tvshow>"
    )
    home.read()
    item = home.item(path)
    assert (item.title, item.series) == ("The Dark Seas S01E02", "The Dark Seas")
    assert (item.kind, item.season, item.episode) == (Kind.EPISODE, 1, 2)
    assert (item.description, item.genres) == ("All of it.", ("Drama",))
    path.with_suffix(".nfo").write_text(_EPISODE.format(title="Pilot", plot="The first."))
    home.read()
    item = home.item(path)
    assert (item.title, item.description) == ("The Dark Seas S01E02 · Pilot", "The first.")
    said = home.said(path)["sidecar"]
    assert (said["watched"], said["plays"], said["stars"]) == (True, 3, 4.5)
    assert said["tags"] == ["cosy"]
    own = path.with_suffix(".nfo")
    own.write_text(own.read_text().replace("<title>", "<showtitle>dark seas</showtitle><title>"))
    home.read()
    assert home.item(path).series == "The Dark Seas", "all of a series are of one"


def test_a_title_in_an_episode_leaves_it_its_number(home: ReadLibrary) -> None:
    path = clip(home.root / "Show.S02E03.mkv", seconds=1, title="The Storm")
    home.read()
    assert home.item(path).title == "Show S02E03 · The Storm"


def test_music_has_its_place_in_its_album(home: ReadLibrary) -> None:
    paths = [song(home.root / f"a{ending}") for ending in (".mp3", ".flac", ".ogg", ".m4a")]
    for path in paths:
        tags = mutagen.File(path, easy=True)
        tags["artist"] = ["Ann", "Ben"]
        tags["albumartist"], tags["genre"] = "Various", ["Jazz", "Blues"]
        tags["tracknumber"], tags["discnumber"], tags["date"] = "3/12", "2/2", "2001-05-06"
        tags.save()
    home.read()
    for path in paths:
        item = home.item(path)
        assert (item.track, item.disc, item.album_artist) == (3, 2, "Various"), path
        assert (item.artist, item.genres, item.year) == ("Ann, Ben", ("Jazz", "Blues"), 2001)


def test_a_file_tells_its_height_size_and_chapters(home: ReadLibrary) -> None:
    path = clip(home.root / "a.mkv", seconds=2)
    chaptered = home.root / "b.mkv"
    with av.open(path) as source, av.open(chaptered, "w") as target:
        streams = {s: target.add_stream_from_template(s) for s in source.streams}
        target.set_chapters(
            [
                {"id": second, "start": second * 1000, "end": second * 1000 + 1000,
                 "time_base": _MILLI, "metadata": {"title": title} if title else {}}
                for second, title in ((0, "Opening"), (1, ""), (9, "Behind its end"))
            ]
        )  # fmt: skip
        for packet in source.demux():
            if packet.dts is not None:
                packet.stream = streams[packet.stream]
                target.mux(packet)
    path.unlink()
    home.read()
    row = home.row(chaptered)
    assert row["chapters"] == [[0.0, "Opening"], [1.0, "Chapter 2"]]
    assert (row["height"], row["size"]) == (180, chaptered.stat().st_size)


def test_news_beside_a_file_are_noticed_and_nothing_is_analysed_again(home: ReadLibrary) -> None:
    path = clip(home.root / "Film (1990).mkv", seconds=1)
    home.read()
    look = Task(name="look", version=1, model="m", kinds=tuple(kind.value for kind in Kind))
    text = Task(name="text", version=1, model="m", kinds=look.kinds)

    backlog.fill(home.store, [look, text])
    home.store.write(lambda db: db.conn.execute("UPDATE job SET state = 'done'"))
    item = home.item(path).id

    def states() -> dict[str, str]:
        return {name: state for name, state, _ in jobs.of_item(home.store.read(), item)}

    poster = picture(home.root / "poster.jpg", size=(40, 40))
    assert home.read() == [path]
    first = home.artwork(path)
    assert first.startswith(b"\xff\xd8\xff")
    picture(poster, size=(60, 60), seed=3)
    _later(poster, 60)
    assert home.read() == [path]
    assert home.artwork(path) not in (b"", first), "the picture changed"
    assert states() == {"look": "done", "text": "done"}
    path.with_suffix(".nfo").write_text("<movie><title>Other</title></movie>")
    assert home.read() == [path]
    assert states() == {"look": "done", "text": "pending"}, "the words changed, not the pictures"
    assert home.read() == []


def test_the_tags_of_an_nfo_file_are_words_of_its_film_and_those_of_a_person_are_not(
    home: ReadLibrary,
) -> None:
    path = clip(home.root / "Film (1990).mkv", seconds=1)
    nfo = path.with_suffix(".nfo")
    nfo.write_text("<movie><title>Heist</title><tag>bank</tag></movie>")
    home.read()
    item = home.item(path).id
    backlog.fill(home.store, [Task(name="text", version=1, model="m", kinds=(*map(str, Kind),))])

    def after(tag: str) -> tuple[tuple[str, ...], str]:
        home.store.write(lambda db: db.conn.execute("UPDATE job SET state = 'done'"))
        nfo.write_text(f"<movie><title>Heist</title><tag>bank</tag><tag>{tag}</tag></movie>")
        _later(nfo, len(tag))
        home.read()
        ((_, state, _),) = jobs.of_item(home.store.read(), item)
        return library.items(home.store.read(), [item])[item].keywords, state

    assert after("Paris") == (("bank", "Paris"), "pending")
    home.edit(path, **{"tag/mine": True})
    assert after("Paris") == (("bank", "Paris"), "done")
    nfo.unlink()
    home.read()
    assert library.items(home.store.read(), [item])[item].keywords == ()


def test_other_lyrics_in_a_song_are_learnt_anew_and_nothing_else(home: ReadLibrary) -> None:
    path = song(home.root / "song.mp3", seconds=1, title="River")
    home.read()
    look = Task(name="look", version=1, model="m", kinds=tuple(kind.value for kind in Kind))
    backlog.fill(home.store, [look, Task(name="text", version=1, model="m", kinds=look.kinds)])
    item = home.item(path).id

    def states(words: str) -> dict[str, str]:
        home.store.write(lambda db: db.conn.execute("UPDATE job SET state = 'done'"))
        tags = mutagen.id3.ID3(path)
        tags.setall("USLT", [mutagen.id3.USLT(encoding=3, lang="eng", desc="", text=words)])
        tags.save(path)
        _later(path, len(words))
        assert home.read() == [path]
        assert home.item(path).id == item
        return {name: state for name, state, _ in jobs.of_item(home.store.read(), item)}

    assert states("The river runs") == {"look": "done", "text": "pending"}
    assert states("The river runs dry") == {"look": "done", "text": "pending"}
    _later(path, 99)
    home.store.write(lambda db: db.conn.execute("UPDATE job SET state = 'done'"))
    assert home.read() == [path]
    assert jobs.of_item(home.store.read(), item)[1][1] == "done", "the words are the same"


def test_a_picture_that_is_taken_away_gives_way_to_the_next(home: ReadLibrary) -> None:
    path = clip(home.root / "Film (1990).mkv", seconds=1)
    poster = picture(home.root / "poster.jpg", size=(40, 40))
    home.read()
    shown = home.artwork(path)
    assert shown
    item, frame = home.item(path).id, b"a key frame"
    home.store.write(lambda db: library.save_artwork(db, item, frame, source="keyframe"))
    assert home.artwork(path) == shown, "a poster comes first"
    seen = Feature(moments=(Moment(start=0, end=1, image=frame),))
    home.store.write(lambda db: features.save(db, item, "keyframes", seen, version=1, model=""))
    copy = home.root / "copies" / path.name
    copy.parent.mkdir()
    shutil.copyfile(path, copy)
    home.read()
    assert home.artwork(path) == shown, "that another copy has none changes nothing"
    poster.unlink()
    home.read()
    assert home.artwork(path) == frame
    copy.unlink()
    picture(poster, size=(60, 60), seed=3)
    home.read()
    assert home.artwork(path) not in (b"", frame)


def test_a_cover_that_is_taken_out_of_music_is_shown_no_more(home: ReadLibrary) -> None:
    path = song(home.root / "a.mp3", title="Song")
    cover = picture(home.root / "other.jpg", size=(40, 40)).read_bytes()
    tags = mutagen.File(path)
    tags.tags.add(APIC(mime="image/jpeg", type=3, data=cover))
    tags.save()
    beside = picture(home.root / "folder.jpg", size=(50, 50), seed=3)
    home.read()
    inside = home.artwork(path)
    tags.tags.delall("APIC")
    tags.save()
    _later(path, 60)
    home.read()
    outside = home.artwork(path)
    assert outside not in (b"", inside)
    beside.unlink()
    home.read()
    assert home.artwork(path) == b""


def test_the_file_found_first_gives_the_name_and_a_copy_takes_over_when_it_goes(
    home: ReadLibrary,
) -> None:
    path = clip(home.root / "Harbour (1990).mkv", seconds=1)
    home.read()
    copy = home.root / "A copy.mkv"
    shutil.copyfile(path, copy)
    home.read()
    assert home.item(path).id == home.item(copy).id
    assert (home.item(path).title, home.item(path).year) == ("Harbour", 1990)
    beside = copy.with_suffix(".nfo")
    beside.write_text("<movie><plot>About a harbour.</plot></movie>")
    home.read()
    picture(home.root / "Harbour (1990)-poster.jpg", size=(40, 40))
    home.read()
    assert home.item(path).description == "About a harbour.", "only one of them has an NFO file"
    beside.unlink()
    home.read()
    assert home.item(path).description == ""
    renamed = path.rename(home.root / "Haven (1990).mkv")
    home.read()
    assert home.item(renamed).title == "A copy"
    copy.unlink()
    home.read()
    assert home.item(renamed).title == "Haven"
    renamed.rename(path)
    home.read()
    assert (home.item(path).title, home.read()) == ("Harbour", [])


def test_a_copy_takes_over_when_a_drive_is_back_without_the_file(home: ReadLibrary) -> None:
    path = clip(home.root / "Harbour.mkv", seconds=1)
    copies = home.root.with_name("copies")
    copies.mkdir()
    home.store.write(lambda db: roots.add(db, copies))
    copy = Path(shutil.copyfile(path, copies / "A copy.mkv"))
    home.read()
    scan_root(home.store, copies, settle_seconds=0)
    home.read()
    away = home.root.rename(home.root.with_name("away"))
    home.read()
    assert home.item(copy).title == "Harbour", "a drive that is away tells nothing new"
    (away / "Harbour.mkv").rename(away / "Haven.mkv")
    clip(away / "Haven.mkv", seconds=1, seed=5)
    away.rename(home.root)
    home.read()
    assert home.item(copy).title == "A copy"


def test_the_name_of_copies_found_together_depends_on_nothing_but_them(home: ReadLibrary) -> None:
    path = clip(home.root / "b.mkv", seconds=1)
    shutil.copyfile(path, home.root / "a.mkv")
    scan_root(home.store, home.root, settle_seconds=0)
    first, other = locations.unread(home.store.read(), limit=9)
    for place in (other, first):  # the workers may end in any order
        found = identify(place)
        home.store.write(lambda db, place=place, found=found: save(db, place, found))
    assert home.item(path).title == first.path.stem


def test_an_edit_follows_when_another_content_takes_the_place_of_a_file(home: ReadLibrary) -> None:
    path = clip(home.root / "Film (1990).mkv", seconds=1)
    home.read()
    home.edit(path, title="Mine", artist="Ann")
    old = home.item(path).id
    clip(path, seconds=1, seed=5)
    _later(path, -5)
    home.read()
    item = home.item(path)
    assert item.id != old
    assert (item.title, item.artist, item.year) == ("Mine", "Ann", 1990)


@pytest.mark.parametrize("damaged", ["<movie><title>Sidecar</title>", "ASCII art by GROUP"])
def test_an_nfo_file_that_can_not_be_read_is_told_on_the_page_of_its_film(
    home: ReadLibrary, damaged: str
) -> None:
    path = clip(home.root / "Film (1990).mkv", seconds=0.5)
    nfo = path.with_suffix(".nfo")
    nfo.write_text(damaged)
    home.read()
    assert home.item(path).title == "Film"
    told = home.facts(path)["NFO file"]
    assert told.startswith("It can't be read (")
    assert told.endswith("): mend or remove it.")
    for sane in ("<movie><title>Sidecar</title></movie>", "https://example.org/1"):
        nfo.write_text(sane)
        _later(nfo, len(sane))
        assert home.read() == [path]
        assert "NFO file" not in home.facts(path)


def test_an_nfo_file_of_another_film_is_believed_but_told(home: ReadLibrary) -> None:
    path = clip(home.root / "Film (2012).mkv", seconds=0.5)
    nfo = path.with_suffix(".nfo")
    nfo.write_text("<movie><title>Another</title><year>1950</year></movie>")
    home.read()
    assert home.item(path).title == "Another"
    assert home.facts(path)["NFO file"] == (
        "It is about “Another” (1950), the name says “Film” (2012): choose under Identify."
    )
    for same in (
        "<title>Der Film</title><year>2013</year>",
        "<title>Film</title><year>1950</year>",
    ):
        nfo.write_text(f"<movie>{same}</movie>")
        _later(nfo, len(same))
        home.read()
        assert "NFO file" not in home.facts(path)


_ALBUM = """<album><title>Days</title><artistdesc>Ann</artistdesc><genre>Folk</genre>
<style>Chamber</style><mood>Sad</mood><theme>Loss</theme><review>Fine.</review>
<releasedate>1994-05-06</releasedate><label>Small</label><userrating>9</userrating>
<ratings><rating default="true" max="10"><value>8.2</value><votes>12</votes></rating></ratings>
<track><position>1</position><title>Wrong</title></track></album>"""
_ARTIST = """<artist><name>Ann</name><genre>Pop</genre><style>Indie</style><mood>Calm</mood>
<formed>1990</formed><biography>A long life.</biography>
<album><title>Days</title><year>1994</year></album></artist>"""


def test_album_and_artist_nfo_tell_what_tags_do_not(home: ReadLibrary) -> None:
    folder = home.root / "Ann" / "Days" / "CD 1"
    folder.mkdir(parents=True)
    path = song(folder / "01 - One.mp3", seconds=0.2, title="One", artist="Ann", genre="Jazz")
    guest = song(folder / "02 - Two.flac", seconds=0.2, seed=1, artist="Ben", album="Own")
    home.read()
    assert home.item(path).description == ""
    (folder.parent / "album.nfo").write_text(_ALBUM)
    (folder.parent.parent / "artist.nfo").write_text(_ARTIST)
    assert sorted(home.read()) == [path, guest], "for what lies beside is new"
    one = home.row(path)
    assert (one["title"], one["artist"], one["genres"]) == ("One", "Ann", '["Jazz"]')
    assert (one["album"], one["album_artist"], one["year"]) == ("Days", "Ann", 1994)
    assert one["description"] == "Fine."
    said = home.said(path)["sidecar"]
    assert said["tags"] == ["Chamber", "Sad", "Loss", "Indie", "Calm"]
    assert (said["rating"], said["votes"]) == (0.82, 12)
    assert said["credits"] == {"label": ["Small"]}
    assert "stars" not in said, "an album's stars are no song's"
    two = home.row(guest)
    assert (two["album"], two["genres"]) == ("Own", '["Folk"]')
    assert "Indie" not in home.said(guest)["sidecar"]["tags"], "he is another artist"
    (folder.parent / "album.nfo").unlink()
    home.read()
    assert home.row(path)["description"] == "A long life."
    assert home.row(guest)["description"] == ""
