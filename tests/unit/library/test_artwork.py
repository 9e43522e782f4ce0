import logging
import os
import struct
import zlib
from pathlib import Path

import av
import pytest
from media_factory import clip, picture

from mediadesk.library import artwork, nfo


def _size(jpeg: bytes) -> tuple[int, int]:
    assert jpeg.startswith(b"\xff\xd8\xff")
    [frame] = av.VideoCodecContext.create("mjpeg", "r").decode(av.Packet(jpeg))
    return frame.width, frame.height


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


def _png(width: int, height: int) -> bytes:
    """Give a PNG that claims a size and holds hardly anything."""
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b"")]
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


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes in folders here")
def test_a_pipe_with_the_name_of_a_picture_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "cover.jpg")
    os.mkfifo(tmp_path / "a.nfo")
    assert artwork.around(tmp_path / "a.mp3") == b""
    assert nfo.read(tmp_path / "a.nfo") is None
