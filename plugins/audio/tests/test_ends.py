"""Sound that is cut short, in every container that is made here, and whole files that are not."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest
from av.container import OutputContainer
from media_factory import harmed, song

from mediadesk.api import Item, Kind, Sample, UnreadableError
from mediadesk.media import GuardedMedia
from mediadesk_audio import Audio
from mediadesk_audio.ends import end
from mediadesk_audio.frames import frames

if TYPE_CHECKING:
    from numpy.typing import NDArray

SHARED = Path(__file__).parents[4] / "shared/data/media"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason=f"needs the media of {SHARED}")
audio, media = Audio(), GuardedMedia()
_RATE, _FPS = 48000, 25
_READ = Path("/proc/self/io")
_PICTURES = {
    ".avi": "mpeg4", ".flv": "libx264", ".mkv": "libx264", ".mp4": "libx264", ".wmv": "wmv2",
    ".mpg": "mpeg2video", ".ts": "mpeg2video", ".m2ts": "mpeg2video",
}  # fmt: skip
_SAYING = {  # these say how long they are, in seconds or in bytes
    ".aiff": "pcm_s16be", ".avi": "pcm_s16le", ".caf": "pcm_s16be", ".flac": "flac",
    ".flv": "aac", ".mka": "aac", ".mkv": "aac", ".mp3": "libmp3lame", ".tta": "tta",
    ".w64": "pcm_s16le", ".wav": "pcm_s16le", ".wma": "wmav2", ".wmv": "wmav2", ".wv": "wavpack",
}  # fmt: skip
_QUICK = {"aac": {"aac_coder": "fast"}, "libmp3lame": {"compression_level": "9"}}
_BARE = {".aac": "aac", ".ac3": "ac3", ".eac3": "eac3"}
_ENDING = {".ogg": "libopus", ".opus": "libopus", ".ts": "aac", ".m2ts": "mp2"}
_OTHER = {".m4a": "aac", ".mp4": "aac", ".mpg": "mp2", ".mp2": "mp2"}


def read(path: Path) -> Sample:
    return audio.prepare(Item(id="x", kind=Kind.SONG, title="", path=path), media)


def made(
    path: Path,
    codec: str,
    *,
    seconds: float,
    pictures: float = 0,
    begin: float = 0,
    sound: NDArray[np.int16] | None = None,
    bit_rate: int = 64000,
) -> Path:
    """Write sound, and pictures where the suffix is that of a film, each so many seconds.

    The sound is noise unless it is given; the time of all begins at `begin`.
    """
    with av.open(path, "w") as container:
        video = _video(container, path.suffix) if path.suffix in _PICTURES else None
        stream = container.add_stream(codec, rate=_RATE, options=_QUICK.get(codec, {}))
        assert isinstance(stream, av.AudioStream)
        stream.layout, stream.bit_rate = "mono", bit_rate
        noise = _sound(seconds) if sound is None else sound
        frame = av.AudioFrame.from_ndarray(noise, format="s16", layout="mono")
        frame.sample_rate, frame.time_base = _RATE, Fraction(1, _RATE)
        frame.pts = round(begin * _RATE)
        packets = [*stream.encode(frame), *stream.encode(None)]
        if video is not None:
            for n, picture in enumerate(_pictures(round((pictures or seconds) * _FPS))):
                picture.pts, picture.time_base = n + round(begin * _FPS), Fraction(1, _FPS)
                packets += video.encode(picture)
            packets += video.encode(None)
        for packet in sorted(packets, key=_when):
            container.mux(packet)
    return path


def _video(container: OutputContainer, suffix: str) -> av.VideoStream:
    video = container.add_stream(_PICTURES[suffix], rate=_FPS, options={"bf": "0"})
    assert isinstance(video, av.VideoStream)
    video.width, video.height, video.pix_fmt, video.gop_size = 64, 36, "yuv420p", _FPS
    return video


def _when(packet: av.Packet) -> float:
    return float((packet.dts or 0) * packet.time_base)


@cache
def _sound(seconds: float) -> NDArray[np.int16]:
    random = np.random.default_rng(0)
    return random.integers(-9999, 9999, (1, round(seconds * _RATE)), np.int16)


def _pictures(count: int) -> Iterator[av.VideoFrame]:
    for n in range(count):
        picture = np.full((36, 64, 3), n % 256, np.uint8)
        yield av.VideoFrame.from_ndarray(picture, format="rgb24")


def cut(path: Path, share: float) -> Path:
    """Leave so much of a file."""
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share) | 1])  # within what has even lengths
    return path


def second_of(sample: Sample) -> float:
    """Give when the sound breaks off, as it is told."""
    told = re.match(r"Its sound breaks off at second (\d+)", sample.problem)
    assert told, sample.problem
    return float(told[1])


def mp3(path: Path, *, header: str, varies: bool, seconds: float = 30, rate: int = 44100) -> Path:
    """Write an MP3 with a header Info, Xing or VBRI, which tells its length, or without one.

    It begins in silence, for which a bit rate that varies is low.
    """
    options = {"flags": "+qscale", "global_quality": "500"} if varies else {}
    with av.open(path, "w", options={"write_xing": str(int(header != ""))}) as container:
        stream = container.add_stream("libmp3lame", rate=rate, options=options)
        assert isinstance(stream, av.AudioStream)
        stream.layout = "mono"
        sound = np.random.default_rng(0).normal(0, 0.1, int(seconds * rate))
        sound[: 5 * rate] = 0
        samples = (sound[None] * 32767).clip(-32768, 32767).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(samples, format="s16", layout="mono")
        frame.sample_rate, frame.time_base, frame.pts = rate, Fraction(1, rate), 0
        container.mux([*stream.encode(frame), *stream.encode(None)])
    content = path.read_bytes()
    if header == "VBRI":  # which nothing here writes
        at = content.index(b"Xing\0\0\0")
        frames, size = content[at + 8 : at + 12], content[at + 12 : at + 16]
        first = content.rindex(b"\xff", 0, at)
        told = bytes(32) + b"VBRI\0\1\0\0\0\0" + size + frames
        content = content[: first + 4] + told + content[first + 4 + len(told) :]
        path.write_bytes(content)
    assert [name for name in (b"Info\0", b"Xing\0", b"VBRI\0") if name in content] == (
        [header.encode() + b"\0"] if header else []
    )
    return path


@pytest.mark.parametrize(("suffix", "codec"), (_SAYING | _BARE | _ENDING | _OTHER).items())
def test_a_whole_file_of_a_second_has_no_problem(tmp_path: Path, suffix: str, codec: str) -> None:
    sample = read(made(tmp_path / f"whole{suffix}", codec, seconds=1))
    assert sample.problem == ""
    assert len(sample.times) == 1


@pytest.mark.parametrize(("suffix", "codec"), _OTHER.items())
def test_a_whole_file_has_no_problem(tmp_path: Path, suffix: str, codec: str) -> None:
    sample = read(made(tmp_path / f"whole{suffix}", codec, seconds=40))
    assert sample.problem == ""
    assert [round(start) for start, _ in sample.times[::3]] == pytest.approx([2, 16, 29], abs=1)


@pytest.mark.parametrize(("suffix", "codec"), _SAYING.items())
def test_a_file_that_says_its_length_can_be_seen_to_be_cut_short(
    tmp_path: Path, suffix: str, codec: str
) -> None:
    path = made(tmp_path / f"song{suffix}", codec, seconds=40)
    assert read(path).problem == ""
    for seconds in (36, 30):
        sample = read(cut(path, seconds / (40 if seconds == 36 else 36)))
        assert second_of(sample) == pytest.approx(seconds, abs=3)
        assert " of 40: the file is cut short" in sample.problem
        assert len(sample.times) == 9
        assert sample.times[-1][1] > 0.7 * seconds


@pytest.mark.parametrize(("suffix", "codec"), _ENDING.items())
def test_a_file_that_ends_within_a_page_or_packet_is_told(
    tmp_path: Path, suffix: str, codec: str
) -> None:
    path = made(tmp_path / f"song{suffix}", codec, seconds=40)
    assert read(path).problem == ""
    for share, seconds in ((0.9995, 40), (0.5, 20)):
        assert second_of(read(cut(path, share))) == pytest.approx(seconds, abs=2)


def test_a_recording_of_television_may_end_anywhere(tmp_path: Path) -> None:
    """What is broadcast goes on; a recorder writes whole packets."""
    recorded = made(tmp_path / "film.ts", "mp2", seconds=40)
    content = recorded.read_bytes()
    recorded.write_bytes(content[188 * 501 : len(content) // 2 // 188 * 188])
    assert read(recorded).problem == ""


@pytest.mark.parametrize(("suffix", "codec"), (_BARE | {".flac": "flac"}).items())
def test_of_a_bare_stream_a_broken_last_frame_is_told(
    tmp_path: Path, suffix: str, codec: str
) -> None:
    path = made(tmp_path / f"cut{suffix}", codec, seconds=40)
    content = bytearray(path.read_bytes())
    content[21:26] = bytes([content[21] & 0xF0, *bytes(4)]) if suffix == ".flac" else content[21:26]
    path.write_bytes(content)  # a FLAC without a length, as one that was written into a pipe
    assert read(path).problem == ""
    path.write_bytes(content[: len(content) // 2 + 99])
    assert read(path).problem.startswith("Its sound breaks off: the file is cut short")
    path.write_bytes(content + b"TAG" + bytes(125))  # ID3v1
    assert read(path).problem == ""


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".avi", ".flv", ".wmv", ".mpg", ".ts"])
def test_sound_that_ends_before_the_film_is_whole(tmp_path: Path, suffix: str) -> None:
    codec = (_SAYING | _ENDING | _OTHER)[suffix]
    short = made(tmp_path / f"short{suffix}", codec, seconds=20, pictures=40)
    assert read(short).problem == ""
    assert read(short).times[-1][1] == pytest.approx(20, abs=2)
    long = made(tmp_path / f"long{suffix}", codec, seconds=40, pictures=10)
    assert read(long).problem == ""
    assert read(long).times[-1][1] > 26


@pytest.mark.parametrize("suffix", [".mpg", ".mpeg"])
def test_an_mpeg_program_can_be_read_from_anywhere(tmp_path: Path, suffix: str) -> None:
    """What comes first is often the end of a packet, which now and then looks like one."""
    time = np.arange(60 * _RATE) / _RATE
    sweep = (2000 * np.sin(2 * np.pi * (200 + 5 * time) * time)).astype(np.int16)[None]
    path = made(tmp_path / f"sweep{suffix}", "mp2", seconds=60, sound=sweep, bit_rate=384000)
    with media.open(path) as container:
        stream = container.streams.best("audio")
        assert isinstance(stream, av.AudioStream)
        for tenth in range(1, 580):
            found = frames(container, stream, tenth / 10, 0.9)
            heard = sum(frame.samples / frame.sample_rate for frame in found)
            assert heard == pytest.approx(0.9, abs=0.03)


@pytest.mark.skipif(not _READ.is_file(), reason=f"needs Linux, which counts in {_READ}")
@pytest.mark.parametrize("suffix", [".mkv", ".ts"])
def test_to_find_the_end_of_sound_little_is_read(tmp_path: Path, suffix: str) -> None:
    codec = (_SAYING | _ENDING)[suffix]
    path = made(tmp_path / f"short{suffix}", codec, seconds=60, pictures=300)
    with media.open(path) as container:
        stream = container.streams.best("audio")
        assert isinstance(stream, av.AudioStream)
        before = _bytes_read()
        assert end(container, stream, 300) == pytest.approx(60, abs=2)
        assert _bytes_read() - before < path.stat().st_size


@pytest.mark.skipif(not _READ.is_file(), reason=f"needs Linux, which counts in {_READ}")
def test_of_a_film_only_what_is_heard_is_read(tmp_path: Path) -> None:
    path = made(tmp_path / "film.mkv", "aac", seconds=300)
    with media.open(path) as container:
        stream = container.streams.best("audio")
        assert isinstance(stream, av.AudioStream)
        before = _bytes_read()
        found = list(frames(container, stream, 250, 9))
        assert _bytes_read() - before < path.stat().st_size / 4
    assert float(found[0].time or 0) == pytest.approx(250, abs=0.05)


def _bytes_read() -> int:
    """Give how much this process has asked the system for, be it cached or not."""
    return int(re.findall(r"rchar: (\d+)", _READ.read_text())[0])


@pytest.mark.parametrize("suffix", [".mkv", ".mp4", ".ts"])
def test_time_need_not_begin_at_nought(tmp_path: Path, suffix: str) -> None:
    """Matroska's duration is by some writers when the last sound ends."""
    codec = (_SAYING | _ENDING | _OTHER)[suffix]
    path = made(tmp_path / f"late{suffix}", codec, seconds=40, begin=10)
    assert read(path).problem == ""
    assert read(path).times[-1][1] == pytest.approx(36, abs=3)


def test_what_was_written_into_a_pipe_says_no_length(tmp_path: Path) -> None:
    """As encoders write it that can't go back to the beginning of their file."""
    film = made(tmp_path / "piped.avi", "libmp3lame", seconds=60)
    content = bytearray(film.read_bytes())
    content[4:8] = b"\xff" * 4
    for at in (n for n in range(len(content)) if content.startswith(b"strh", n)):
        content[at + 40 : at + 44] = struct.pack("<I", 1 << 30)
    film.write_bytes(content[: content.rindex(b"idx1")])
    assert read(film).problem == ""
    song = made(tmp_path / "piped.wma", "wmav2", seconds=60)
    content = bytearray(song.read_bytes())
    properties = content.index(bytes.fromhex("a1dcab8c47a9cf118ee400c00c205365"))
    content[properties + 64 : properties + 72] = content[properties + 80 : properties + 88]
    content[properties + 88] |= 1
    song.write_bytes(content)
    assert read(song).problem == ""
    wave = made(tmp_path / "piped.w64", "pcm_s16le", seconds=60)
    content = bytearray(wave.read_bytes())
    content[16:24] = b"\xff" * 8
    wave.write_bytes(content)
    assert read(wave).problem == ""
    sound = made(tmp_path / "piped.caf", "pcm_s16be", seconds=60)
    content = bytearray(sound.read_bytes())
    data = content.index(b"data")
    content[data + 4 : data + 12] = b"\xff" * 8
    sound.write_bytes(content)
    assert read(sound).problem == ""


def test_an_avi_of_several_parts_is_as_long_as_all_of_them(tmp_path: Path) -> None:
    """OpenDML: from a gigabyte on another RIFF comes behind the first."""
    film = made(tmp_path / "film.avi", "libmp3lame", seconds=40)
    size = film.stat().st_size
    with film.open("ab") as file:
        file.write(b"RIFF" + struct.pack("<I", size) + b"AVIX" + bytes(size - 4))
    assert read(film).problem == ""
    assert read(cut(film, 0.75)).problem.startswith("Its sound breaks off at second ")


def test_a_truncated_file_gives_its_beginning(tmp_path: Path) -> None:
    whole = song(tmp_path / "whole.flac", seconds=60)
    cut = tmp_path / "cut.flac"
    content = whole.read_bytes()
    cut.write_bytes(content[: len(content) // 10])
    sample = read(cut)
    assert sample.times[0][0] == 0
    assert 3 < sample.times[-1][1] < 9
    assert sample.problem.startswith("Its sound breaks off at second 6 of 60: ")


@pytest.mark.parametrize("rate", [44100, 16000])
@pytest.mark.parametrize("header", ["Info", "Xing", "VBRI"])
def test_an_mp3_that_tells_its_length_can_be_seen_to_be_cut_short(
    tmp_path: Path, header: str, rate: int
) -> None:
    whole = mp3(tmp_path / "whole.mp3", header=header, varies=header != "Info", rate=rate)
    assert read(whole).problem == ""
    cut = tmp_path / "cut.mp3"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    sample = read(cut)
    assert 14 <= second_of(sample) <= 17
    assert " of 30: the file is cut short" in sample.problem
    assert len(sample.times) >= 3


@pytest.mark.parametrize("varies", [False, True])
def test_an_mp3_that_does_not_tell_its_length_is_as_long_as_it_is(
    tmp_path: Path, *, varies: bool
) -> None:
    whole = mp3(tmp_path / "whole.mp3", header="", varies=varies)
    content = whole.read_bytes()
    cut, joined = tmp_path / "cut.mp3", tmp_path / "joined.mp3"
    cut.write_bytes(content[: len(content) // 2])
    told = mp3(tmp_path / "told.mp3", header="Xing" if varies else "Info", varies=varies)
    joined.write_bytes(told.read_bytes() + content)
    assert [read(path).problem for path in (whole, cut, joined)] == [""] * 3


def test_what_is_damaged_in_the_middle_is_told(tmp_path: Path) -> None:
    path = harmed(song(tmp_path / "harmed.m4a", seconds=45), 0.5, 0.75)
    sample = read(path)
    assert "of 27 seconds of its sound could be read: the file is cut short" in sample.problem
    assert len(sample.times) >= 3


@pytest.mark.parametrize("size", [0, 0x7FFFF000, 0xFFFFFFFF])
def test_a_wav_that_was_written_into_a_pipe_is_as_long_as_it_is(tmp_path: Path, size: int) -> None:
    path = song(tmp_path / "piped.wav", seconds=40)
    content = bytearray(path.read_bytes())
    struct.pack_into("<I", content, 4, min(size + 36, 0xFFFFFFFF))
    struct.pack_into("<I", content, content.index(b"data") + 4, size)
    path.write_bytes(content)
    assert read(path).problem == ""
    assert read(cut(path, 0.8)).problem == ""


@needs_shared
def test_of_other_writers_only_files_that_were_cut_are_told() -> None:
    """Most are tags with the beginning of a song; the others are whole."""
    told = {
        path.name
        for path in sorted((SHARED / "audio-tags/mediafile").iterdir())
        if path.suffix in {".mp3", ".flac", ".m4a", ".ape", ".wv", ".ogg", ".aiff", ".wma", ".dsf"}
        and path.name not in {"corrupt.mp3", "bad.ape"}
        and _problem(path)
    }
    assert told == {"emptylist.mp3"}
    assert _problem(SHARED / "audio-tags/tinytag/mp3_audio.asf") == ""
    for name in ("vbr_xing_header_2channel.mp3", "vbri.mp3", "variable-block.flac", "lossless.wma"):
        assert _problem(SHARED / "audio-tags/tinytag" / name).startswith("Its sound breaks off at")


def _problem(path: Path) -> str:
    try:
        return read(path).problem
    except UnreadableError:
        return ""
