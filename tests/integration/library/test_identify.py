import logging
import pickle
import re
import shutil
import subprocess
import sys
from pathlib import Path

import av
import mutagen
import numpy as np
import pytest
from media_factory import clip, picture, song

from mediadesk.api import Kind, UnreadableError
from mediadesk.library.identify import Identified, identify
from mediadesk.store.locations import Location

_SENTENCE = re.compile(r"“.+” .+[:.] ?.*\.", re.DOTALL)


def _identify(path: Path) -> Identified:
    status = path.stat()
    return identify(
        Location(path=path, root=path.parent, size=status.st_size, mtime_ns=status.st_mtime_ns)
    )


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".webm", ".mov"])
def test_a_video_tells_what_it_is(tmp_path: Path, suffix: str) -> None:
    path = clip(tmp_path / f"My Trip (2021){suffix}", subtitles=[(0.5, 1, "Hello")])
    found = _identify(path)
    item = found.item
    assert (item.kind, item.title, item.year) == (Kind.CLIP, "My Trip", 2021)
    assert item.duration == pytest.approx(3, abs=0.1)
    assert item.path == path
    assert "320 × 180, 10 frames/s" in found.facts["Video"]
    assert "48 kHz, mono" in found.facts["Sound"]
    assert found.layers["guessed"] == {"title": "My Trip", "year": 2021, "kind": "clip"}
    assert (found.layers["sidecar"], found.layers["embedded"]) == ({}, {})
    assert found.height == 180
    assert "Embedded subtitles" in found.facts
    assert pickle.loads(pickle.dumps(found)) == found  # noqa: S301 - our own


@pytest.mark.parametrize("suffix", [".mp3", ".flac", ".opus", ".ogg", ".m4a", ".wav"])
def test_music_tells_its_tags(tmp_path: Path, suffix: str) -> None:
    made = song(
        tmp_path / f"x{suffix}", title="Morgen", artist="Ann", album="Tage", genre="Jazz; Blues"
    )
    item = _identify(made).item
    assert (item.kind, item.title, item.artist) == (Kind.SONG, "Morgen", "Ann")
    assert (item.album, item.genres) == ("Tage", ("Jazz", "Blues"))


@pytest.mark.parametrize("suffix", [".mp3", ".aac"])
def test_sound_without_a_head_is_as_long_as_it_plays(tmp_path: Path, suffix: str) -> None:
    """FFmpeg guesses the length of such by the first bit rates, here those of silence."""
    path = tmp_path / f"x{suffix}"
    with av.open(path, "w", options={"write_xing": "0"} if suffix == ".mp3" else {}) as container:
        options = {"flags": "+qscale", "global_quality": "236"}  # no steady bit rate
        codec = "mp3" if suffix == ".mp3" else "aac"
        stream = container.add_stream(codec, rate=48000, options=options)
        stream.layout = "mono"
        noise = np.random.default_rng(0).integers(-9000, 9000, 48000 * 20, np.int16)
        noise[: 48000 * 8] = 0
        frame = av.AudioFrame.from_ndarray(noise[None], format="s16", layout="mono")
        frame.sample_rate, frame.pts = 48000, 0
        container.mux(stream.encode(frame))
        container.mux(stream.encode())
    with av.open(path) as container:
        declared = (container.duration or 0) / 1e6
    assert abs(declared - 20) > 2, "it is guessed wrong"
    assert _identify(path).item.duration == pytest.approx(20, abs=0.1)


def test_a_video_container_with_only_sound_is_music(tmp_path: Path) -> None:
    made = song(tmp_path / "a.m4a", title="Only sound")
    as_mp4 = tmp_path / "a.mp4"
    shutil.copy(made, as_mp4)
    found = _identify(as_mp4)
    assert found.item.kind is Kind.SONG
    assert found.item.id == _identify(made).item.id


def test_a_sidecar_comes_before_the_tags_and_they_before_the_name(tmp_path: Path) -> None:
    path = clip(tmp_path / "Guess (1990).mkv", title="Embedded")
    assert _identify(path).item.title == "Embedded"
    (tmp_path / "Guess (1990).nfo").write_text(
        "<movie><title>Sidecar</title><plot>About it.</plot><genre>Drama</genre></movie>"
    )
    found = _identify(path)
    item = found.item
    assert (item.title, item.year) == ("Sidecar", 1990)
    assert (item.description, item.genres) == ("About it.", ("Drama",))
    assert found.layers["sidecar"]["title"] == "Sidecar"
    assert found.layers["embedded"]["title"] == "Embedded"
    assert found.layers["guessed"]["title"] == "Guess"
    assert item.kind is Kind.FILM, "for the file says movie"


def test_an_episode_is_one_by_its_name_or_by_its_sidecar(tmp_path: Path) -> None:
    path = clip(tmp_path / "Show.S02E03.mkv", seconds=1)
    assert (_identify(path).item.kind, _identify(path).item.title) == (Kind.EPISODE, "Show S02E03")
    other = clip(tmp_path / "f00.mkv", seconds=1)
    (tmp_path / "f00.nfo").write_text(
        "<episodedetails><title>Pilot</title><showtitle>Show</showtitle><season>1</season>"
        "<episode>1</episode></episodedetails>"
    )
    item = _identify(other).item
    assert (item.kind, item.title) == (Kind.EPISODE, "Show S01E01 · Pilot")


def test_an_embedded_cover_comes_before_one_beside(tmp_path: Path) -> None:
    path = song(tmp_path / "a.mp3")
    assert _identify(path).artwork == b""
    picture(tmp_path / "cover.jpg", size=(100, 100))
    assert _identify(path).artwork_source == "sidecar"
    jpeg = picture(tmp_path / "other.jpg", size=(600, 300)).read_bytes()
    tagged = mutagen.File(path)
    tagged.tags.add(mutagen.id3.APIC(encoding=3, mime="image/jpeg", type=3, data=jpeg))
    tagged.save()
    found = _identify(path)
    assert found.artwork_source == "embedded"
    assert found.artwork.startswith(b"\xff\xd8\xff")


def _broken(folder: Path, name: str) -> Path:
    path = folder / name
    whole = clip(folder / "whole.mp4", seconds=2).read_bytes()
    match name:
        case "empty.mp4":
            path.touch()
        case "text.mp4" | "text.mp3" | "text.mkv" | "text.flac":
            path.write_text("Dear diary, this is no film.\n" * 200)
        case "picture.mp4" | "picture.mp3":
            shutil.copy(picture(folder / "p.jpg"), path)
        case "truncated.mp4":
            path.write_bytes(whole[: len(whole) // 2])  # its index stands at the end
        case "beheaded.mkv":
            path.write_bytes(clip(folder / "w.mkv").read_bytes()[5000:])
        case "header.mkv":
            path.write_bytes(clip(folder / "w.mkv").read_bytes()[:400])
        case "zeros.mp4":
            path.write_bytes(bytes(100_000))
        case "payload.mp4":
            start = whole.index(b"mdat") + 4
            end = whole.index(b"moov") - 4
            path.write_bytes(whole[:start] + bytes(end - start) + whole[end:])
        case "folder.mp4":
            path.mkdir()
    return path


@pytest.mark.parametrize(
    "name",
    [
        "empty.mp4", "text.mp4", "text.mp3", "text.mkv", "text.flac", "picture.mp4", "picture.mp3",
        "truncated.mp4", "beheaded.mkv", "header.mkv", "zeros.mp4", "payload.mp4", "folder.mp4",
    ],
)  # fmt: skip
def test_a_broken_file_is_unreadable_in_one_sentence(tmp_path: Path, name: str) -> None:
    path = _broken(tmp_path, name)
    with pytest.raises(UnreadableError) as caught:
        _identify(path)
    sentence = str(caught.value)
    assert str(path) in sentence
    assert _SENTENCE.fullmatch(sentence), sentence
    assert "\n" not in sentence


def test_a_file_that_is_gone_is_unreadable(tmp_path: Path) -> None:
    place = Location(path=tmp_path / "gone.mp4", root=tmp_path, size=1, mtime_ns=1)
    with pytest.raises(UnreadableError, match="is gone: reconnect its drive"):
        identify(place)


def test_a_film_cut_off_behind_its_index_still_counts(tmp_path: Path) -> None:
    whole = clip(tmp_path / "a.mkv", seconds=4).read_bytes()
    path = tmp_path / "cut.mkv"
    path.write_bytes(whole[: len(whole) * 2 // 3])
    assert _identify(path).item.kind is Kind.CLIP


def test_every_real_file_is_identified_or_unreadable_with_a_sentence(
    shared: Path, caplog: pytest.LogCaptureFixture
) -> None:
    known, broken = {}, {}
    with caplog.at_level(logging.CRITICAL):
        for path in sorted((shared / "media").rglob("*")):
            if path.is_file():
                try:
                    known[path] = _identify(path)
                except UnreadableError as error:
                    broken[path] = str(error)
    assert all(_SENTENCE.fullmatch(sentence) for sentence in broken.values())
    assert all(len(found.item.id) == 32 and found.item.title for found in known.values())
    assert len(known) >= 200
    assert not [path for path in broken if path.is_relative_to(shared / "media" / "video")]
    # The mediafile project tagged the same recordings in many ways.
    for suffix in ("flac", "m4a", "ogg", "wv", "mpc", "aiff"):
        folder = shared / "media" / "audio-tags" / "mediafile"
        assert (
            len({known[folder / f"{name}.{suffix}"].item.id for name in ("full", "unparseable")})
            == 1
        )


def test_looking_at_files_needs_neither_the_window_nor_models() -> None:
    code = (
        "import sys, mediadesk.library.identify, mediadesk.library.scan;"
        "late = {'PySide6', 'onnxruntime', 'guessit', 'mediafile', 'torch'};"
        "print(sorted(late & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"
