"""Series → seasons → episodes and artists → albums → tracks, as they come out of real files."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import mutagen
import pytest
from media_factory import clip, song
from read_library import ReadLibrary

from mediadesk.engine.browsing import Browsing
from mediadesk.engine.messages import Browse

_EPISODES = (
    "Firefly (2002)/Season 01/Firefly.S01E03.The.Train.Job.mp4",
    "Firefly (2002)/Season 01/firefly.s01e01e02.serenity.mp4",
    "Firefly (2002)/Specials/Firefly - S00E02 - Gag Reel.mp4",
    "Firefly (2002)/Season 02/S02E01 - Home.mp4",
    "Firefly (2002)/Season 01/Extras/Deleted scenes.mp4",
    "Doctor Who (1963)/Season 1/Doctor Who - S01E01 - An Unearthly Child.mp4",
    "Doctor Who (2005)/Season 1/Doctor Who - S01E01 - Rose.mp4",
    "One Piece/[Group] One Piece - 1071 [1080p].mp4",
    "One Piece/[Group] One Piece - 02 [1080p].mp4",
    "Bleach/Season 1/Bleach - 001.mp4",
    "Bleach/Season 2/Bleach - 021.mp4",
)
_TRACKS: Sequence[tuple[str, Mapping[str, str]]] = (
    ("Ann/Days/b.mp3", {"title": "Second", "artist": "Ann", "album": "Days", "tracknumber": "2"}),
    ("Ann/Days/a.mp3", {"title": "Hidden", "artist": "Ann", "album": "Days"}),
    ("Ann/Days/c.mp3", {"title": "First", "artist": "Ann", "album": "Days", "tracknumber": "1/2"}),
    ("Ann/Hits/1.mp3", {"title": "H1", "artist": "Ann", "album": "Greatest Hits"}),
    ("Ben/Hits/1.mp3", {"title": "H2", "artist": "Ben", "album": "Greatest Hits"}),
    ("Sum/1.mp3", {"artist": "Cat", "album": "Summer", "albumartist": "Various Artists"}),
    ("Sum/2.mp3", {"artist": "Dan", "album": "Summer", "albumartist": "Various Artists"}),
    ("Win/1.mp3", {"artist": "Cat", "album": "Winter"}),
    ("Win/2.mp3", {"artist": "Dan feat. Eve", "album": "Winter"}),
    ("Gus/Double/CD2/01 - Third.mp3", {"artist": "Gus", "album": "Double", "title": "Third"}),
    ("Gus/Double/CD1/02 - Two.mp3", {"artist": "Gus", "album": "Double", "title": "Two"}),
    ("Gus/Double/CD1/01 - One.mp3", {"artist": "Gus", "album": "Double", "title": "One"}),
    ("Ida - Plain (2001)/02 - Later.mp3", {}),
    ("Ida - Plain (2001)/01 - Sooner.mp3", {}),
)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[ReadLibrary]:
    made = ReadLibrary(tmp_path)
    yield made
    made.store.close()


def _groups(home: ReadLibrary, kind: str) -> dict[tuple[str, str], list[str]]:
    """Give (title, line) of each group → the titles of its items, in order."""
    browsing = Browsing(home.access, alike=lambda _: [], kept=None)
    found = {}
    for group in browsing.groups(kind):  # type: ignore[arg-type]
        ids = browsing.ids(Browse(text=group.search, sort=group.sort))
        views = home.access.views(ids, profile=None)
        found[group.title, group.line] = [view.title for view in views]
    browsing.close()
    return found


def test_series_have_their_seasons_and_episodes_in_order(home: ReadLibrary) -> None:
    first = clip(home.root / "first.mp4", seconds=0.5, size=(96, 54)).read_bytes()
    (home.root / "first.mp4").unlink()
    for number, name in enumerate(_EPISODES):
        path = home.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(first + b"\0\0\0\x09free" + bytes([number]))
    home.read()
    assert _groups(home, "series") == {
        ("Bleach", "2 seasons, 2 episodes"): ["Bleach S01E01", "Bleach S02E21"],
        ("Doctor Who (1963)", "1 season, 1 episode"): [
            "Doctor Who (1963) S01E01 · An Unearthly Child"
        ],
        ("Doctor Who (2005)", "1 season, 1 episode"): ["Doctor Who (2005) S01E01 · Rose"],
        ("Firefly (2002)", "2 seasons, 4 episodes"): [
            "Firefly (2002) S01E01-E02 · serenity",
            "Firefly (2002) S01E03 · The Train Job",
            "Firefly (2002) S02E01 · Home",
            "Firefly (2002) S00E02 · Gag Reel",
        ],
        ("One Piece", "1 season, 2 episodes"): ["One Piece S01E02", "One Piece S01E1071"],
    }


def test_albums_have_their_discs_and_tracks_in_order(home: ReadLibrary) -> None:
    for number, (name, tags) in enumerate(_TRACKS):
        path = home.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        song(path, seconds=0.5, seed=number)
        if tags:
            file = mutagen.File(path, easy=True)
            file.update({"title": path.stem} | tags)
            file.save()
    home.read()
    assert _groups(home, "albums") == {
        ("Days", "Ann · 3 songs"): ["First", "Second", "Hidden"],
        ("Double", "Gus · 3 songs"): ["One", "Two", "Third"],
        ("Greatest Hits", "Ann · 1 song"): ["H1"],
        ("Greatest Hits", "Ben · 1 song"): ["H2"],
        ("Plain", "Ida · 2001 · 2 songs"): ["Sooner", "Later"],
        ("Summer", "Various Artists · 2 songs"): ["1", "2"],
        ("Winter", "Various Artists · 2 songs"): ["1", "2"],
    }
    artists = _groups(home, "artists")
    assert artists["Ann", "2 albums, 4 songs"] == ["First", "Second", "Hidden", "H1"]
    assert artists["Various Artists", "1 album, 2 songs"] == ["1", "2"]
