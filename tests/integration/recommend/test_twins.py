"""Other encodings of real clips and songs are found, and nothing else of the demo library is."""

from __future__ import annotations

import shutil
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest
from demo_features import Known, save, understand
from library_factory import SHARED

from mediadesk.engine.evaluating import recode
from mediadesk.engine.evaluating.noise import noisy, white
from mediadesk.engine.evaluating.recode import Encoding
from mediadesk.library.demo import themes
from mediadesk.models import Models
from mediadesk.recommend import twins
from mediadesk.recommend.recommender import Recommender
from mediadesk.store import Store, features
from mediadesk.store import twins as candidates

if TYPE_CHECKING:
    from numpy.typing import NDArray


def _grainy(pixels: NDArray[Any]) -> NDArray[Any]:
    grain = np.roll(_grain(pixels.shape[:2]), int(pixels.sum()))  # other than in the last picture
    return np.clip(pixels + grain[..., None], 0, 255).astype(np.uint8)


@cache
def _grain(size: tuple[int, int]) -> NDArray[Any]:
    return np.random.default_rng(0).normal(0, 16, size).astype(np.float32)


def _noisy(source: Path, target: Path) -> None:
    """Write a song with noise of 10 dB."""
    sound = recode.decoded(source)
    recode.wave(noisy(sound, white(sound), 10), target)


_QUICK = {"preset": "ultrafast"}
_REALTIME = {"deadline": "realtime", "cpu-used": "8"}
_H264, _VP9 = (partial(Encoding, codec=codec) for codec in ("libx264", "libvpx-vp9"))
_ENCODINGS = {
    "small.mkv": _H264(suffix=".mkv", size=(320, 180), options={"crf": "33"} | _QUICK),
    "other.webm": _VP9(suffix=".webm", size=(320, 180), options=_REALTIME),
    "grainy.mp4": _H264(suffix=".mp4", size=(480, 270), options=_QUICK, change=_grainy),
    "poor.mp4": _H264(suffix=".mp4", size=(640, 360), options={"crf": "30"} | _QUICK),
    "copy.mkv": _H264(suffix=".mkv", size=(320, 180), options={"crf": "30"} | _QUICK),
    "take.mkv": _H264(suffix=".mkv", size=(320, 180), options={"crf": "33"} | _QUICK),
}


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
    sources = dict(zip(list(_ENCODINGS)[:4], clips[3::15], strict=False))
    for name, source in sources.items():
        recode.video(demo_library / source, folder / name, _ENCODINGS[name])
    for name, source, write in (
        ("song.mp3", songs[0], recode.mp3),
        ("noisy.wav", songs[1], _noisy),
    ):
        write(demo_library / source, folder / name)
        sources[name] = source
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


@pytest.fixture
def takes(
    request: pytest.FixtureRequest,
    models: Models,
    demo_library: Path,
    tmp_path: Path,
    store: Store,
) -> dict[str, str]:
    """Id → file of three clips in `store` that look the same and have the same name."""
    clip, other = sorted((demo_library / "Videos").rglob("*.mp4"))[:2]
    folder = tmp_path / "takes"
    folder.mkdir()
    shutil.copyfile(clip, folder / "clip.mp4")
    for name, sound in (("copy.mkv", clip), ("take.mkv", other)):
        recode.video(clip, folder / name, _ENCODINGS[name], sound=sound)
    names = {path.name: "" for path in folder.iterdir()}
    cache = request.config.cache.mkdir("demo-features")
    known = in_time(folder, names, list(understand(folder, names, models, cache)))
    save(store, [replace(one, item=replace(one.item, title="2023-07-14 Beach")) for one in known])
    return dict(zip((one.item.id for one in known), sorted(names), strict=True))


def test_another_take_of_a_scene_is_no_copy_of_it_and_its_name_says_nothing(
    store: Store, recommender: Recommender, takes: dict[str, str]
) -> None:
    db = store.read()
    found = twins.pairs(
        list(candidates.candidates(db)),
        space=recommender.space,
        moments=partial(features.of_moments, db),
        apart=set(),
    )
    assert [{takes[pair.one], takes[pair.other]} for pair in found] == [{"clip.mp4", "copy.mkv"}]
