import io
from pathlib import Path

import av
import mutagen
import pytest
from media_factory import clip, picture, song
from mutagen.flac import Picture
from mutagen.id3 import APIC
from mutagen.mp4 import MP4Cover

from mediadesk.library import identity, probe
from mediadesk.media import open_media


def _audio_id(path: Path) -> str:
    with open_media(path) as container:
        return identity.audio_id(probe.packets(container, container.streams.audio[0]))


@pytest.mark.parametrize("suffix", [".mp3", ".flac", ".opus", ".ogg", ".m4a", ".wav"])
def test_editing_tags_and_adding_a_cover_keeps_the_id_of_music(tmp_path: Path, suffix: str) -> None:
    path = song(tmp_path / f"a{suffix}", title="Before", artist="Somebody")
    before = _audio_id(path)
    _edit(path, picture(tmp_path / "cover.jpg").read_bytes())
    assert _audio_id(path) == before
    with open_media(path) as container:
        tags = probe.probe(container, video=False).tags
    assert tags["title"] == "After 之后"


def _edit(path: Path, jpeg: bytes) -> None:
    title = "After 之后"
    tagged = mutagen.File(path)
    match path.suffix:
        case ".mp3" | ".wav":
            tagged.tags is None and tagged.add_tags()
            tagged.tags.add(mutagen.id3.TIT2(encoding=3, text=[title]))
            tagged.tags.add(APIC(encoding=3, mime="image/jpeg", type=3, data=jpeg))
        case ".m4a":
            tagged["\xa9nam"] = [title]
            tagged["covr"] = [MP4Cover(jpeg)]
        case _:
            tagged["title"] = title
            if path.suffix == ".flac":
                cover = Picture()
                cover.data, cover.mime, cover.type = jpeg, "image/jpeg", 3
                tagged.add_picture(cover)
    tagged.save()


def test_other_sound_has_another_id(tmp_path: Path) -> None:
    assert _audio_id(song(tmp_path / "a.mp3", seed=1)) != _audio_id(
        song(tmp_path / "b.mp3", seed=2)
    )


def test_a_video_is_known_by_its_content_and_not_by_its_name(tmp_path: Path) -> None:
    path = clip(tmp_path / "a.mp4")
    before = identity.video_id(path)
    assert len(before) == 32
    assert identity.video_id(path.rename(tmp_path / "b.mkv")) == before


@pytest.mark.parametrize("size", [1, 16 * 16 * 1024, 16 * 16 * 1024 + 1, 5_000_000])
def test_both_ends_and_the_size_of_a_video_count(tmp_path: Path, size: int) -> None:
    path = tmp_path / "a.bin"
    ids = set()
    for content in (
        b"x" * size,
        b"y" + b"x" * (size - 1),
        b"x" * (size - 1) + b"z",
        b"x" * (size + 1),
    ):
        path.write_bytes(content)
        ids.add(identity.video_id(path))
    assert len(ids) == 4


def test_the_length_is_measured_where_the_container_has_none(tmp_path: Path) -> None:
    whole = clip(tmp_path / "a.webm", seconds=4)
    streamed = tmp_path / "b.webm"
    with (
        av.open(whole) as source,
        streamed.open("wb") as file,
        av.open(_Pipe(file), "w", format="webm", options={"live": "1"}) as target,
    ):
        streams = {
            stream.index: target.add_stream_from_template(stream)
            for stream in (source.streams.video[0], source.streams.audio[0])
        }
        for packet in source.demux(*source.streams.video, *source.streams.audio):
            if packet.dts is not None:
                packet.stream = streams[packet.stream.index]
                target.mux(packet)
    with open_media(streamed) as container:
        assert container.duration is None
        assert probe.duration(container, container.streams.video[0]) == pytest.approx(4, abs=0.2)


@pytest.mark.parametrize("suffix", [".mkv", ".webm"])
def test_subtitles_that_outlast_a_film_make_it_no_longer(tmp_path: Path, suffix: str) -> None:
    film = clip(tmp_path / f"film{suffix}", seconds=3, subtitles=[(1, 2, "So"), (18, 19, "much")])
    with open_media(film) as container:
        assert container.duration > 10e6
        assert probe.duration(container, container.streams.video[0]) == pytest.approx(3, abs=0.2)


class _Pipe(io.RawIOBase):
    """A file that can't be rewound, so that the length can't be written into the header."""

    def __init__(self, file: io.BufferedWriter) -> None:
        self._file = file

    def write(self, data: bytes) -> int:  # type: ignore[override]
        return self._file.write(data)

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return False
