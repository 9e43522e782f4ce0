"""Makes a small real library for tests: clips, songs, subtitles, and some of the shared media."""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Collection, Mapping
from contextlib import closing
from functools import cache
from pathlib import Path

from filelock import FileLock
from media_factory import clip, song

from mediadesk.engine.access import Access
from mediadesk.engine.engine import Engine
from mediadesk.engine.household import Household
from mediadesk.engine.pin import Pin
from mediadesk.engine.preferences import Preferences
from mediadesk.recommend.profile import State
from mediadesk.settings import Places
from mediadesk.store import Store

SHARED = Path(__file__).parents[2] / "shared" / "data" / "media"
_SAID = (
    (0.2, 1.4, "The old lighthouse stands in the storm."),
    (1.6, 2.8, "Its keeper lights the lamp every night."),
)
_SRT = """1
00:00:00,200 --> 00:00:01,400
{0}

2
00:00:01,600 --> 00:00:02,800
{1}
"""


def rest(*paths: Path) -> None:
    """Make new files an hour old, for the scanner leaves alone what was just written."""
    now = time.time()
    for path in paths:
        if now - path.stat().st_mtime < 60:
            os.utime(path, (now - 3600, now - 3600))


def damage_table(library: Path, table: str) -> None:
    """Write over where a table and its indexes begin, which is met by who reads it."""
    with closing(sqlite3.connect(library)) as found:
        size = found.execute("PRAGMA page_size").fetchone()[0]
        sql = "SELECT rootpage FROM sqlite_schema WHERE tbl_name = ? AND rootpage"
        pages = [page for (page,) in found.execute(sql, [table])]
    with library.open("r+b") as written:
        for page in pages:
            written.seek((page - 1) * size)
            written.write(b"x" * size)


def household(folder: Path) -> Household:
    """Give the household of a library in a folder: “me” alone, without limits."""
    places = Places(data=folder, cache=folder / "cache")
    return Household(Preferences(places), Pin(folder / "pin.json"))


def access(
    store: Store, states: Callable[[str, Collection[str] | None], Mapping[str, State]]
) -> Access:
    """Give the way to a library that nobody follows and in which nothing is searched for."""
    return Access(
        store,
        states=states,
        household=household(store.path.parent),
        search=lambda *_: (),
        on_event=lambda: None,
        on_change=lambda *_: None,
    )


def subtitles(path: Path, *lines: str) -> Path:
    """Write two lines of speech as SubRip."""
    path.write_text(_SRT.format(*lines), encoding="utf-8")
    rest(path)
    return path


def build(folder: Path) -> Path:
    """Write six clips and songs, a subtitle file, and two real films where they are at hand."""
    folder.mkdir(parents=True)
    clip(folder / "Lighthouse.mkv", seed=1, title="Lighthouse", subtitles=_SAID)
    clip(folder / "Harbour.mp4", seed=2, title="Harbour")
    clip(folder / "Meadow.webm", seed=3, title="Meadow", audio=False)
    subtitles(folder / "Harbour.en.srt", "The boats come home.", "The gulls are hungry.")
    song(folder / "Rain.mp3", seed=4, title="Rain", artist="Anna", album="Weather", genre="Folk")
    song(folder / "Snow.flac", seed=5, title="Snow", artist="Anna", album="Weather", genre="Folk")
    song(folder / "Wind.opus", seed=6, title="Wind", artist="Ben", genre="Rock")
    for real in ("video/bikes.mp4", "audio-tags/moviepy_rain.mp3"):
        if (SHARED / real).exists():
            shutil.copyfile(SHARED / real, folder / Path(real).name)
    rest(*folder.iterdir())
    return folder


def together(session: Path) -> Path:
    """Give the folder that the processes of one run of tests share, from the own one of each."""
    return session.parent if "PYTEST_XDIST_WORKER" in os.environ else session


def models(session: Path) -> Path:
    """Give the session's folder of models, filled once for all tests."""
    folder = together(session) / "models"
    folder.mkdir(exist_ok=True)
    return folder


def places(folder: Path, session: Path) -> Places:
    """Give the places of a library of its own in `folder`, with the session's models."""
    made = Places(data=folder, cache=folder / "cache")
    made.cache.mkdir(parents=True, exist_ok=True)
    if not (made.cache / "models").exists():
        (made.cache / "models").symlink_to(models(session))
    return made


@cache
def analysed(session: Path) -> tuple[Path, Path]:
    """Give the small library and the data of its analysis; change neither."""
    folder = together(session) / "analysed"
    done = folder / "done"
    with FileLock(f"{folder}.lock"):
        if not done.exists():
            analyse(build(folder / "media"), folder / "data", session)
            done.touch()
    return folder / "media", folder / "data"


def analyse(media: Path, data: Path, session: Path) -> None:
    """Make a library of a folder, all of it understood."""
    engine = Engine(places(data, session))
    engine.add_folder(str(media))
    status = engine.analyze(wait=True)
    engine.close()
    assert not status.problems, status.problems


def copied(data: Path, to: Path) -> Path:
    """Copy the data of a library, its models as a link."""
    return shutil.copytree(data, to, symlinks=True)
