import errno
import http.server
import os
import resource
import shutil
import struct
import tempfile
import threading
import zlib
from pathlib import Path

import av
import pytest
from media_factory import clip, song
from mutagen.id3 import APIC, ID3

from mediadesk import media
from mediadesk.api import UnreadableError
from mediadesk.media import GuardedMedia, open_media


def test_a_real_file_opens_and_reads(tmp_path: Path) -> None:
    with GuardedMedia().open(clip(tmp_path / "a.mp4", seconds=1)) as container:
        assert len(list(container.decode(video=0))) == 10


@pytest.mark.parametrize("name", ["a 空格.mp4", "concat:a|b.mp4", "http:x.mp4", "100%.mp4"])
def test_any_name_is_a_file_and_never_a_protocol(tmp_path: Path, name: str) -> None:
    clip(tmp_path / "a.mp4", seconds=0.5).rename(tmp_path / name)
    with open_media(tmp_path / name) as container:
        assert container.duration


def test_a_relative_path_is_a_file_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    clip(Path("concat:a.mp4").absolute(), seconds=0.5)
    with open_media(Path("concat:a.mp4")) as container:
        assert container.duration


def test_a_playlist_reaches_neither_the_network_nor_other_files(tmp_path: Path) -> None:
    requests: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            requests.append(self.path)
            self.send_error(404)

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        address = f"http://127.0.0.1:{server.server_port}/x.ts"
        clip(tmp_path / "secret.mp4", seconds=0.5)
        playlist = "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n{}\n"
        for name, content in {
            "a.mp4": playlist.format(address),
            "b.mp4": playlist.format(tmp_path / "secret.mp4"),
            "c.m3u8": playlist.format(address),
            "d.mp4": f"ffconcat version 1.0\nfile {tmp_path / 'secret.mp4'}\n",
        }.items():
            (tmp_path / name).write_text(content)
            with pytest.raises(UnreadableError), open_media(tmp_path / name):
                pass
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert requests == []


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "is empty: copy it again"), (b"no film at all" * 100, "can't be read as media")],
)
def test_a_file_that_is_no_media_is_unreadable(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(content)
    with pytest.raises(UnreadableError, match=words) as caught, open_media(path):
        pass
    assert str(path) in str(caught.value)


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="is gone: reconnect"), open_media(tmp_path / "a.mp4"):
        pass


@pytest.mark.parametrize("error", [IndexError("x"), av.InvalidDataError(1, "bad"), OSError("io")])
def test_what_decoding_raises_inside_the_block_is_unreadable(
    tmp_path: Path, error: Exception
) -> None:
    path = song(tmp_path / "a.mp3", seconds=0.5)
    with pytest.raises(UnreadableError, match="can't be read as media"), open_media(path):
        raise error


def test_a_lack_of_memory_is_not_called_damage_alone(tmp_path: Path) -> None:
    path = song(tmp_path / "a.mp3", seconds=0.5)
    told = r"too little memory for it, .* “memory-mb”, or it is damaged"
    with pytest.raises(UnreadableError, match=told), open_media(path):
        raise av.BlockingIOError(errno.EAGAIN, "no room for a thread")


def test_a_bug_inside_the_block_stays_a_bug(tmp_path: Path) -> None:
    with pytest.raises(KeyError), open_media(song(tmp_path / "a.mp3", seconds=0.5)):
        raise KeyError("ours")


@pytest.mark.parametrize("side", [9_000, 20_000, 60_000])
def test_a_picture_that_claims_to_be_huge_is_not_decoded(tmp_path: Path, side: int) -> None:
    path = tmp_path / "a.avi"
    with av.open(path, "w") as container:
        stream = container.add_mux_stream("png", rate=1, width=side, height=side)
        packet = av.Packet(_png(side))
        packet.stream, packet.pts, packet.dts = stream, 0, 0
        container.mux(packet)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(UnreadableError) as caught, open_media(path) as container:
        list(container.decode(video=0))
    assert str(path) in str(caught.value)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300_000  # KiB


def test_a_picture_may_be_large_or_long_but_not_both(tmp_path: Path) -> None:
    path = tmp_path / "a.avi"
    with av.open(path, "w") as container:
        stream = container.add_mux_stream("png", rate=1, width=8192, height=8192)
        packet = av.Packet(_png(8192))
        packet.stream, packet.pts, packet.dts = stream, 0, 0
        container.mux(packet)
    with pytest.raises(UnreadableError, match=r"8192 × 8192: more than 8192 × 4352"):
        open_media(path).__enter__()


def test_a_picture_that_turns_huge_on_the_way_is_not_decoded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = (clip(tmp_path / f"{n}.ts", size=(n, n), audio=False) for n in (64, 640))
    both = tmp_path / "both.ts"
    both.write_bytes(b"".join(part.read_bytes() for part in parts))
    sizes = set()
    monkeypatch.setattr(media, "_MAX_PIXELS", 100 * 100)
    with pytest.raises(UnreadableError), open_media(both) as container:  # noqa: PT012
        for frame in container.decode(video=0):
            sizes.add((frame.width, frame.height))
    assert sizes == {(64, 64)}


def test_a_large_cover_keeps_no_song_from_being_read(tmp_path: Path) -> None:
    path = song(tmp_path / "a.mp3", seconds=0.5)
    tags = ID3()
    tags.add(APIC(mime="image/png", type=3, data=_png(12_000)))
    tags.save(path)
    with open_media(path) as container:
        assert (container.streams.video[0].width, container.streams.video[0].height) == (
            12_000,
            12_000,
        )
        assert len(list(container.decode(audio=0))) > 10


def _png(side: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 99))


@pytest.mark.skipif(os.name != "posix", reason="rights are POSIX ones here")
def test_a_file_that_may_not_be_read_says_so(tmp_path: Path) -> None:
    folder = Path(tempfile.mkdtemp())
    try:
        folder.chmod(0o755)
        path = clip(folder / "a.mp4", seconds=0.5)
        path.chmod(0)
        if os.geteuid() == 0:
            os.seteuid(65534)
        with pytest.raises(UnreadableError, match="may not be read: grant"), open_media(path):
            pass
    finally:
        if os.getuid() == 0:
            os.seteuid(0)
        shutil.rmtree(folder)
