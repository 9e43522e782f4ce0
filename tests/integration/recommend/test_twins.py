"""Other encodings of real clips and songs are found, and nothing else of the demo library is."""

from __future__ import annotations

import shutil
from dataclasses import replace
from functools import partial
from pathlib import Path

import av
import pytest
from demo_features import Known, save, understand
from library_factory import SHARED

from mediadesk.library.demo import themes
from mediadesk.models import Models
from mediadesk.recommend import twins
from mediadesk.recommend.recommender import Recommender
from mediadesk.store import Store, features
from mediadesk.store import twins as candidates

_ENCODINGS = {
    "small.mkv": ((320, 180), "libx264", {"crf": "33", "preset": "ultrafast"}),
    "other.webm": ((480, 270), "libvpx-vp9", {"deadline": "realtime", "cpu-used": "8"}),
    "poor.mp4": ((640, 360), "libx264", {"crf": "30", "preset": "ultrafast"}),
}


def reencode(source: Path, target: Path) -> None:
    """Write a video in another size and encoding, without its sound, names and subtitles."""
    size, codec, options = _ENCODINGS[target.name]
    with av.open(f"file:{source}") as old, av.open(str(target), "w") as new:
        stream = new.add_stream(codec, rate=old.streams.video[0].average_rate, options=options)
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        for frame in old.decode(video=0):
            small = frame.reformat(*size, format="yuv420p")
            small.pts, small.time_base, small.pict_type = frame.pts, frame.time_base, 0
            new.mux(stream.encode(small))
        new.mux(stream.encode())


def reencode_sound(source: Path, target: Path) -> None:
    """Write a song as a small MP3 file."""
    with av.open(f"file:{source}") as old, av.open(str(target), "w") as new:
        stream = new.add_stream("libmp3lame", rate=44100)
        stream.layout, stream.bit_rate = "stereo", 96_000
        resampler = av.AudioResampler(format=stream.format, layout="stereo", rate=44100)
        for frame in (*old.decode(audio=0), None):
            for packet in resampler.resample(frame):
                new.mux(stream.encode(packet))
        new.mux(stream.encode())


def in_time(folder: Path, themed: dict[str, str], known: list[Known]) -> list[Known]:
    """Give items with the length that they have."""
    timed = []
    for path, one in zip(sorted(themed), known, strict=True):
        with av.open(f"file:{folder / path}") as container:
            length = (container.duration or 0) / av.time_base
        timed.append(replace(one, item=replace(one.item, duration=length)))
    return timed


@pytest.fixture
def library(
    request: pytest.FixtureRequest,
    models: Models,
    demo_library: Path,
    tmp_path: Path,
    store: Store,
) -> set[frozenset[str]]:
    """The pairs of the same in the library in `store`: the demo, and other encodings."""
    cache = request.config.cache.mkdir("demo-features")
    by_path = dict(themes(demo_library))
    demo = in_time(demo_library, by_path, list(understand(demo_library, by_path, models, cache)))
    clips = [path for path in sorted(by_path) if path.endswith((".mp4", ".mkv"))]
    songs = sorted(
        (path for path in by_path if path.endswith(".ogg")),
        key=lambda path: (demo_library / path).stat().st_size,
    )
    folder = tmp_path / "others"
    folder.mkdir()
    sources = dict(zip(_ENCODINGS, clips[3::20], strict=False)) | {"song.mp3": songs[0]}
    for name, source in sources.items():
        write = reencode_sound if name.endswith(".mp3") else reencode
        write(demo_library / source, folder / name)
    pristine, distorted = "carphone_pristine.mp4", "carphone_distorted.mp4"
    if (SHARED / "video" / pristine).exists():
        for name in (pristine, distorted):
            shutil.copyfile(SHARED / "video" / name, folder / name)
    others = {path.name: "" for path in folder.iterdir()}
    found = in_time(folder, others, list(understand(folder, others, models, cache)))
    save(store, [*demo, *found])
    ids = dict(zip(sorted(by_path), (one.item.id for one in demo), strict=True))
    new = dict(zip(sorted(others), (one.item.id for one in found), strict=True))
    same = {frozenset((new[name], ids[source])) for name, source in sources.items()}
    return same | ({frozenset((new[pristine], new[distorted]))} if pristine in new else set())


def test_every_other_encoding_is_found_and_nothing_else(
    store: Store, recommender: Recommender, library: set[frozenset[str]]
) -> None:
    db = store.read()
    known = list(candidates.candidates(db))
    assert len(known) >= 80
    find = partial(
        twins.pairs, known, space=recommender.space, moments=partial(features.of_moments, db)
    )
    found = find(apart=set())
    assert {frozenset((pair.one, pair.other)) for pair in found} == library
    assert {pair.why for pair in found} == {"the same pictures", "the same sound"}
    assert all(0.65 < pair.alike <= 1 for pair in found)
    assert find(apart=library) == []
