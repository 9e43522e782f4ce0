"""The demo library is built for real, once, into a folder that later runs find complete."""

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

import av
import pytest

from mediadesk import resources
from mediadesk.api import UserError
from mediadesk.library.demo import build, rcc, themes
from mediadesk.library.demo import plan as plans

MEDIA = {".mp4", ".mkv", ".ogg"}

pytestmark = pytest.mark.timeout(1800)


@pytest.fixture(scope="module")
def plan() -> plans.Plan:
    return plans.read(resources.path("demo.toml"))


def media(folder: Path) -> Iterator[Path]:
    return (file for file in sorted(folder.rglob("*")) if file.suffix in MEDIA)


def embedded_languages(file: Path) -> set[str]:
    with av.open(f"file:{file}") as container:
        return {stream.metadata.get("language", "") for stream in container.streams.subtitles}


def test_there_are_forty_items_and_six_themes_of_ten(demo_library: Path) -> None:
    sizes = Counter(themes(demo_library).values())
    assert len(list(media(demo_library))) >= 40
    assert len(sizes) >= 6
    assert min(sizes.values()) >= 10
    assert all((demo_library / path).is_file() for path in themes(demo_library))


def test_every_file_opens_and_decodes(demo_library: Path) -> None:
    for file in media(demo_library):
        with av.open(f"file:{file}") as container:
            streams = [stream.index for stream in container.streams if stream.type != "subtitle"]
            assert streams, file
            assert (container.duration or 0) > 2 * av.time_base, file
        for index in streams:
            with av.open(f"file:{file}") as container:
                frames = container.decode(container.streams[index])
                assert sum(1 for _ in islice(frames, 50)) > 40, file


def test_clips_begin_every_shot_with_a_key_frame(demo_library: Path, plan: plans.Plan) -> None:
    for entry in plan.entries:
        if entry.clip is not None:
            with av.open(f"file:{demo_library / entry.path}") as container:
                packets = container.demux(container.streams.video[0])
                keys = sum(packet.is_keyframe for packet in packets if packet.size)
            assert keys >= len(entry.clip.pictures), entry.path


def test_subtitles_stand_beside_and_inside_in_two_languages(demo_library: Path) -> None:
    beside = [file.name for file in demo_library.rglob("*.srt")]
    assert sum(name.endswith(".en.srt") for name in beside) >= 30
    assert sum(name.endswith(".zh.srt") for name in beside) >= 20
    inside = [embedded_languages(file) for file in media(demo_library) if file.suffix != ".ogg"]
    assert sum("eng" in languages for languages in inside) >= 5
    assert sum(bool(languages & {"zho", "chi"}) for languages in inside) >= 5


def test_no_two_items_show_the_same_picture(plan: plans.Plan) -> None:
    shown = Counter(
        (entry.source, name) for entry in plan.entries if entry.clip for name in entry.clip.pictures
    )
    assert set(shown.values()) == {1}


def test_a_second_call_is_quick_and_touches_nothing(demo_library: Path) -> None:
    before = {file: file.stat().st_mtime_ns for file in demo_library.rglob("*")}
    said: list[str] = []
    start = time.perf_counter()
    build(demo_library, say=said.append)
    assert time.perf_counter() - start < 1
    assert said == []
    assert {file: file.stat().st_mtime_ns for file in demo_library.rglob("*")} == before


def test_a_missing_source_costs_its_items_and_one_sentence(
    tmp_path: Path, plan: plans.Plan
) -> None:
    there = next(source for source in plan.sources if source.kind == "wheel")
    gone = replace(plan.sources[0], name="mediadesk-no-such-package")
    films = [entry for entry in plan.entries if entry.source == there.name]
    lost = replace(films[0], path="Videos/Lost.mp4", source=gone.name)
    said: list[str] = []
    what = plans.Plan(sources=(gone, there), entries=(lost, *films))
    build(tmp_path, say=said.append, what=what)
    assert [line for line in said if "left out" in line and gone.name in line]
    assert len([line for line in said if "left out" in line]) == 1
    assert len(list(media(tmp_path))) == len(films)
    assert not list(tmp_path.rglob("*.part"))


def test_nothing_is_fetched_that_is_not_allowed(tmp_path: Path, plan: plans.Plan) -> None:
    asked: list[str] = []
    said: list[str] = []

    def refuse(package: str) -> None:
        asked.append(package)
        raise UserError("The network is switched off.")

    build(tmp_path, say=said.append, what=plan, allow=refuse)
    assert asked == [source.name for source in plan.sources]
    assert said.count("The network is switched off.") == len(asked)
    assert not list(media(tmp_path))


def test_a_changed_file_is_not_taken(tmp_path: Path, plan: plans.Plan) -> None:
    source = next(source for source in plan.sources if source.kind == "wheel")
    films = tuple(entry for entry in plan.entries if entry.source == source.name)
    digests = {**source.sha256, films[0].members[0]: "0" * 64}
    said: list[str] = []
    what = plans.Plan(sources=(replace(source, sha256=digests),), entries=films)
    build(tmp_path, say=said.append, what=what)
    assert len([line for line in said if "another version" in line]) == 1
    assert [file.name for file in media(tmp_path)] == [Path(films[1].path).name]


@pytest.mark.parametrize("data", [b"", b"qres", b"qres" + bytes(40), b"PNG" * 20])
def test_a_damaged_collection_is_refused(data: bytes) -> None:
    with pytest.raises(UserError):
        rcc.read(data)
