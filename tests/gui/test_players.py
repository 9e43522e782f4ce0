"""Every player keeps the same contract, on a real file with several tracks."""

from __future__ import annotations

import os
import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from library_factory import subtitles
from media_factory import film
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from mediadesk.api import UserError
from mediadesk.paths import spelled
from mediadesk.play import qt, vlc, vlc_line
from mediadesk.play.player import Player, Stream

_PATIENCE_MS = 15_000
_HLS = "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nHERE/1.ts\n#EXT-X-ENDLIST\n"
_DASH = """<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"
 mediaPresentationDuration="PT10S"><BaseURL>HERE/</BaseURL><Period>
 <AdaptationSet mimeType="video/mp4"><Representation id="1" bandwidth="1" codecs="avc1.4d401e">
 <SegmentList duration="5"><Initialization sourceURL="0"/><SegmentURL media="1"/></SegmentList>
 </Representation></AdaptationSet></Period></MPD>"""
_OPENED = Path("/proc/self/fd")
_SMOOTH = """<SmoothStreamingMedia MajorVersion="2" MinorVersion="0" Duration="100000000">
 <StreamIndex Type="video" Chunks="1" Url="HERE/{bitrate}/{start time}">
 <QualityLevel Index="0" Bitrate="1000" FourCC="H264" MaxWidth="1" MaxHeight="1"/>
 <c d="100000000"/></StreamIndex></SmoothStreamingMedia>"""


def _vlc() -> Player:
    try:
        return vlc.start()
    except UserError as error:
        pytest.skip(str(error))


def _qt() -> Player:
    if not qt.HERE:
        pytest.skip("Qt Multimedia, the extra “qt-player”, is not installed here")
    return qt.QtPlayer()


@pytest.fixture(params=[_vlc, _qt], ids=["libVLC", "Qt Multimedia"])
def player(request: pytest.FixtureRequest, application: QApplication) -> Iterator[Player]:
    made: Player = request.param()
    # Qt Multimedia needs to put out something, and the machine may have no sound.
    screen = QWidget() if made.name == "Qt Multimedia" else None
    made.attach(screen)
    made.set_volume(0)
    yield made
    made.close()


@pytest.fixture(scope="session")
def tracks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film of eight seconds, with two tracks of sound and two of subtitles."""
    return film(tmp_path_factory.mktemp("film") / "Tracks.mkv")


def wait(qtbot: QtBot, until: Callable[[], bool]) -> None:
    qtbot.waitUntil(until, timeout=_PATIENCE_MS)


def named(player: Player, kind: str) -> list[tuple[str, str, bool]]:
    return [(one.language[:2], one.name, one.chosen) for one in player.streams if one.kind == kind]


def stream(player: Player, kind: str, number: int) -> Stream:
    return [one for one in player.streams if one.kind == kind][number]


def test_it_plays_from_a_second_on_to_the_end(player: Player, tracks: Path, qtbot: QtBot) -> None:
    player.open(str(tracks), start=5)
    assert player.position == 5
    wait(qtbot, lambda: player.playing and player.position > 5.3)
    assert player.position < 8
    assert player.length == pytest.approx(8, abs=0.2)
    wait(qtbot, lambda: player.ended)
    assert not player.playing
    assert player.problem is None


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_it_plays_a_file_whose_name_is_not_utf_8(
    player: Player, tracks: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    file = tmp_path / os.fsdecode(b"caf\xe9 100%.mkv")
    shutil.copy(tracks, file)
    player.open(spelled(file), start=5)
    wait(qtbot, lambda: player.playing and player.position > 5.3)
    beside = spelled(subtitles(file.with_suffix(".srt"), "Eine Möwe.", "Noch eine."))
    if player.takes_files:
        player.add_subtitles(beside)
        wait(qtbot, lambda: any(one.path == beside and one.chosen for one in player.streams))
    assert player.problem is None
    player.stop()  # a drive with a file that is open can't be taken out
    wait(
        qtbot,
        lambda: file not in {each.readlink() for each in _OPENED.iterdir() if each.is_symlink()},
    )


def test_pausing_holds_it_and_seeking_moves_it(player: Player, tracks: Path, qtbot: QtBot) -> None:
    player.open(str(tracks))
    wait(qtbot, lambda: player.position > 0.3)
    player.pause(paused=True)
    wait(qtbot, lambda: not player.playing)
    player.seek(4)
    wait(qtbot, lambda: player.position == pytest.approx(4, abs=0.6))
    held = player.position
    qtbot.wait(400)
    assert player.position == pytest.approx(held, abs=0.3)
    player.pause(paused=False)
    wait(qtbot, lambda: player.position > held + 0.4)


def test_the_tracks_have_languages_and_can_be_chosen(
    player: Player, tracks: Path, qtbot: QtBot
) -> None:
    player.open(str(tracks))
    wait(qtbot, lambda: len(player.streams) == 4)
    assert named(player, "audio") == [("en", "Main", True), ("de", "Kommentar", False)]
    assert [(language, name) for language, name, _ in named(player, "subtitle")] == [
        ("en", "Full"), ("fr", ""),
    ]  # fmt: skip
    player.set_audio(stream(player, "audio", 1).id)
    wait(qtbot, lambda: stream(player, "audio", 1).chosen)
    assert not stream(player, "audio", 0).chosen
    player.set_subtitle(stream(player, "subtitle", 1).id)
    wait(qtbot, lambda: stream(player, "subtitle", 1).chosen)
    player.set_subtitle(None)
    wait(qtbot, lambda: not any(chosen for *_, chosen in named(player, "subtitle")))


def test_half_the_volume_is_as_loud_whoever_plays(application: QApplication) -> None:
    player = _qt()
    player.set_volume(50)
    assert player._sound.volume() == pytest.approx(0.125)  # type: ignore[attr-defined] # libVLC's
    player.close()


def test_it_goes_at_twice_the_speed(player: Player, tracks: Path, qtbot: QtBot) -> None:
    player.open(str(tracks))
    player.set_speed(2)
    wait(qtbot, lambda: player.position > 1)
    begun, at = time.monotonic(), player.position
    wait(qtbot, lambda: player.position > at + 3)
    assert time.monotonic() - begun < 2.4


def test_a_damaged_file_is_told_by_its_name(player: Player, tmp_path: Path, qtbot: QtBot) -> None:
    broken = tmp_path / "Broken.mkv"
    broken.write_bytes(b"this is no film " * 999)
    player.open(str(broken))
    wait(qtbot, lambda: player.problem is not None)
    assert "Broken.mkv" in str(player.problem)
    assert "open the file in your system's player" in str(player.problem), "the remedy"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("form", [_HLS, _DASH, _SMOOTH], ids=["HLS", "DASH", "Smooth"])
def test_what_is_called_a_film_and_lists_streams_fetches_nothing(
    player: Player, tmp_path: Path, qtbot: QtBot, form: str, encoding: str
) -> None:
    asked: list[str] = []

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        file = tmp_path / "Film.mp4"
        file.write_text(form.replace("HERE", f"http://127.0.0.1:{server.server_port}"), encoding)
        player.open(str(file))
        wait(qtbot, lambda: player.ended or player.problem is not None)
        server.shutdown()
    assert not asked


def test_a_file_can_follow_another(player: Player, tracks: Path, qtbot: QtBot) -> None:
    player.open(str(tracks), start=6)
    wait(qtbot, lambda: player.position > 6.2)
    player.open(str(tracks))
    assert player.position == 0
    assert not player.streams or player.name != "libVLC"
    wait(qtbot, lambda: 0 < player.position < 5 and len(player.streams) == 4)


def test_the_tracks_are_known_as_soon_as_the_length_is(
    player: Player, tracks: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vlc_line, "_STREAMS_EVERY", 10_000)
    player.open(str(tracks))
    wait(qtbot, lambda: player.length > 0)
    assert len(player.streams) == 4


def test_subtitles_of_another_file_are_shown_and_shifted(
    player: Player, tracks: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    if not player.takes_files:
        pytest.skip(f"{player.name} takes no files of subtitles")
    file = subtitles(tmp_path / "Tracks.de.srt", "Die Boote kommen heim.", "Die Möwen hungern.")
    player.open(str(tracks))
    player.add_subtitles(str(file))  # at once, when it is not even open
    wait(qtbot, lambda: any(one.path == str(file) and one.chosen for one in player.streams))
    assert len(player.streams) == 5
    player.delay_subtitles(0.5)
    player.set_subtitle(stream(player, "subtitle", 0).id)
    wait(qtbot, lambda: stream(player, "subtitle", 0).chosen)


def test_a_drive_that_does_not_answer_holds_up_neither_the_window_nor_the_next_file(
    application: QApplication, tracks: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    player = _vlc()
    assert isinstance(player, vlc.VlcPlayer)
    player.attach(None)
    player.open(str(tracks))
    wait(qtbot, lambda: player.position > 0.2)
    monkeypatch.setattr("mediadesk.play.vlc_line._STUCK_S", 0.3)
    answer = threading.Event()
    player._line.do(lambda _: answer.wait(20))  # as `stop` does on a share that is gone
    begun = time.perf_counter()
    player.stop()
    assert player.position >= 0
    assert not player.ended
    assert time.perf_counter() - begun < 0.05
    wait(qtbot, lambda: player._line.is_stuck)
    player.open(str(tracks), start=2)
    wait(qtbot, lambda: player.position > 2.2)
    answer.set()
    player.close()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes among files")
def test_a_file_that_never_opens_is_told_and_holds_up_no_other(
    application: QApplication,
    tracks: Path,
    tmp_path: Path,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    film = tmp_path / "film.mkv"
    os.mkfifo(film)  # nobody writes into it: it hangs as a drive does
    player = _vlc()
    assert isinstance(player, vlc.VlcPlayer)
    player.attach(None)
    with monkeypatch.context() as hasty:
        hasty.setattr(vlc, "_PATIENCE_S", 0.2)
        player.open(str(film))
        wait(qtbot, lambda: "film.mkv” does not answer" in (player.problem or ""))
    monkeypatch.setattr("mediadesk.play.vlc_line._STUCK_S", 0.3)
    player.stop()
    player.open(str(tracks), start=2)  # at once, as the queue does
    player.set_speed(2.0)
    wait(qtbot, lambda: player.problem is None and player.position > 2.2)
    with film.open("wb"):
        pass  # it answers
    player.close()


def lacking(error: type[Exception] | None) -> ModuleType:
    """A python-vlc that fails as the real one does without libVLC, or without its plugins."""
    module = ModuleType("vlc")

    def instance(_: list[str]) -> None:
        if error is not None:
            raise error("no function 'libvlc_new'")

    module.Instance = instance  # type: ignore[attr-defined]
    return module


@pytest.mark.parametrize(
    ("module", "told"),
    [
        (None, "libVLC is not installed"),
        (lacking(NameError), "libVLC is not installed"),
        (lacking(OSError), "libVLC is not installed"),
        (lacking(NotImplementedError), "libVLC is not installed"),
        (lacking(None), "finds none of its plugins"),
    ],
)
@pytest.mark.parametrize("ask", [vlc.start, vlc.version])
def test_without_libvlc_it_is_told_what_to_install(
    monkeypatch: pytest.MonkeyPatch, module: ModuleType | None, told: str, ask: Callable[[], Any]
) -> None:
    monkeypatch.setitem(sys.modules, "vlc", module)
    with pytest.raises(UserError, match=told) as raised:
        ask()
    assert "vlc-plugin-base" in str(raised.value)


@pytest.mark.parametrize("ask", [vlc.start, vlc.version])
def test_a_wrong_address_of_libvlc_ends_nothing_and_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, ask: Callable[[], Any]
) -> None:
    monkeypatch.setenv("PYTHON_VLC_LIB_PATH", str(tmp_path / "libvlc.so"))
    monkeypatch.delitem(sys.modules, "vlc", raising=False)
    with pytest.raises(UserError, match="libVLC is not installed"):
        ask()
