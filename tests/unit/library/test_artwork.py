import logging
import os
import struct
import zlib
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from media_factory import clip, moving_pictures, picture, song
from mutagen.id3 import APIC, ID3, PictureType

from mediadesk.library import artwork, nfo, probe
from mediadesk.media import open_media


def _size(jpeg: bytes) -> tuple[int, int]:
    [frame] = _frames(jpeg)
    return frame.width, frame.height


def _frames(jpeg: bytes) -> list[av.VideoFrame]:
    assert jpeg.startswith(b"\xff\xd8\xff")
    return av.VideoCodecContext.create("mjpeg", "r").decode(av.Packet(jpeg))


def _shown(path: Path, season: int | None = None) -> bytes:
    return artwork.own(path) or artwork.around(path, season=season)


@pytest.mark.parametrize(
    "name",
    [
        "film-poster.jpg", "Film.JPG", "film.png", "film-fanart.png", "Poster.png",
        "cover.jpg", "FOLDER.jpg", "movie.jpg", "fanart.jpg",
    ],
)  # fmt: skip
def test_a_picture_beside_is_scaled_to_320_pixels(tmp_path: Path, name: str) -> None:
    made = picture(tmp_path / name.lower(), size=(400, 640))
    made.rename(tmp_path / name)
    (tmp_path / "Film.mp4").touch()
    assert _size(_shown(tmp_path / "Film.mp4")) == (200, 320)


def test_a_small_picture_is_not_enlarged(tmp_path: Path) -> None:
    picture(tmp_path / "a.jpg", size=(64, 48))
    assert _size(artwork.own(tmp_path / "a.mp3")) == (64, 48)


def test_the_picture_of_the_file_comes_before_that_of_the_folder(tmp_path: Path) -> None:
    picture(tmp_path / "folder.jpg", size=(100, 100))
    picture(tmp_path / "a-poster.jpg", size=(50, 80))
    assert _size(_shown(tmp_path / "a.mp3")) == (50, 80)


def test_the_picture_of_a_folder_stands_for_its_music_but_not_for_one_video_of_many(
    tmp_path: Path,
) -> None:
    picture(tmp_path / "folder.jpg")
    for name in ("a.mp4", "b.mp4"):
        (tmp_path / name).touch()
    assert _shown(tmp_path / "song.mp3")
    assert not _shown(tmp_path / "a.mp4")


def test_an_episode_has_the_poster_of_its_season_before_that_of_its_series(tmp_path: Path) -> None:
    folder = tmp_path / "Season 1"
    folder.mkdir()
    path = folder / "Show S01E01.mkv"
    picture(tmp_path / "poster.jpg", size=(50, 50))
    picture(tmp_path / "season02-poster.jpg", size=(20, 20))
    assert _size(_shown(path, season=1)) == (50, 50)
    picture(tmp_path / "season01-poster.jpg", size=(60, 60))
    picture(tmp_path / "season-specials-poster.jpg", size=(30, 30))
    assert _size(_shown(path, season=1)) == (60, 60)
    assert _size(_shown(path, season=0)) == (30, 30)
    picture(folder / "Show S01E01-thumb.jpg", size=(80, 80))
    assert _size(_shown(path, season=1)) == (80, 80)


def test_music_has_the_picture_of_its_album_or_at_last_of_its_artist(tmp_path: Path) -> None:
    disc = tmp_path / "Album" / "CD 1"
    disc.mkdir(parents=True)
    assert artwork.around(disc / "a.mp3") == b""
    picture(tmp_path / "Album" / "artist.jpg", size=(40, 40))
    assert _size(artwork.around(disc / "a.mp3")) == (40, 40)
    picture(tmp_path / "Album" / "cover.jpg", size=(50, 50))
    assert _size(artwork.around(disc / "a.mp3")) == (50, 50)
    picture(tmp_path / "folder.jpg", size=(60, 60))
    assert _size(artwork.around(tmp_path / "Album" / "b.mp3")) == (50, 50)


def _png(
    width: int, height: int, *, depth: int = 8, colour: int = 6, rows: bytes = b"\0" * 1000
) -> bytes:
    """Give a PNG that claims a size and holds these rows, hardly anything."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


@pytest.mark.parametrize(
    "content",
    [b"", b"hello", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", _png(60_000, 60_000)],
    ids=["empty", "text", "cut jpeg", "cut png", "bomb"],
)
def test_a_picture_that_cannot_be_shown_is_left_out_and_logged(
    tmp_path: Path, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "a.jpg").write_bytes(content)
    with caplog.at_level(logging.WARNING):
        assert artwork.own(clip(tmp_path / "a.mp4", seconds=0.2)) == b""
    assert "a.jpg" in caplog.text


@pytest.mark.parametrize("ending", [".gif", ".webp", ".avif"])
def test_a_picture_that_moves_is_shown_by_its_first(tmp_path: Path, ending: str) -> None:
    codec, pixels = {
        ".gif": ("gif", "rgb8"),
        ".webp": ("libwebp_anim", "bgra"),
        ".avif": ("libsvtav1", "yuv420p"),
    }[ending]
    with av.open(tmp_path / f"folder{ending}", "w") as container:
        stream = container.add_stream(codec, rate=10)
        stream.width, stream.height, stream.pix_fmt = 100, 64, pixels
        for frame in moving_pictures(0.3, 1, (100, 64)):
            container.mux(stream.encode(frame.reformat(format=pixels)))
        container.mux(stream.encode())
    [shown] = _frames(artwork.around(tmp_path / "a.mp3"))
    [first] = moving_pictures(0.1, 1, (100, 64))
    far = shown.to_ndarray(format="rgb24").astype(int) - first.to_ndarray(format="rgb24")
    assert np.abs(far).mean() < 20


def test_a_huge_picture_is_shown(tmp_path: Path) -> None:
    row = b"\0" + b"\xff" * 1500
    (tmp_path / "a.png").write_bytes(_png(12_000, 9_000, depth=1, colour=0, rows=row * 9_000))
    encoder = av.VideoCodecContext.create("mjpeg", "w")
    encoder.width, encoder.height, encoder.pix_fmt = 12_000, 9_000, "yuvj420p"
    encoder.time_base = Fraction(1, 1)
    [packet] = encoder.encode(av.VideoFrame(12_000, 9_000, "yuvj420p"))
    (tmp_path / "b.jpg").write_bytes(bytes(packet))
    for name in ("a.mp3", "b.mp3"):
        assert _size(artwork.own(tmp_path / name)) == (320, 240)


def test_too_little_memory_for_a_picture_takes_nothing_but_the_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture(tmp_path / "a.png")

    def none(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(artwork, "_scaled", none)
    assert artwork.own(tmp_path / "a.mp3") == b""


def test_the_front_cover_is_shown_of_several(tmp_path: Path) -> None:
    tags = ID3()
    for place, kind in enumerate((PictureType.COVER_BACK, PictureType.COVER_FRONT), 1):
        made = picture(tmp_path / f"{place}.jpg", size=(100 * place, 100))
        tags.add(APIC(mime="image/jpeg", type=kind, desc=str(place), data=made.read_bytes()))
    tags.save(song(tmp_path / "a.mp3", seconds=0.5))
    with open_media(tmp_path / "a.mp3") as container:
        cover = probe.probe(container, video=False).cover
        assert cover is not None
        assert _size(artwork.embedded(container, cover)) == (200, 100)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes in folders here")
def test_a_pipe_with_the_name_of_a_picture_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "cover.jpg")
    os.mkfifo(tmp_path / "a.nfo")
    assert artwork.around(tmp_path / "a.mp3") == b""
    assert nfo.read(tmp_path / "a.nfo") is None
