from pathlib import Path

import pytest

from mediadesk.api import Kind
from mediadesk.library import kinds, metadata


@pytest.mark.parametrize("name", ["a.mp4", "A.MKV", "影.webm", "song.Mp3", "a.b.flac"])
def test_media_is_known_by_its_suffix(name: str) -> None:
    assert kinds.suffix(name) in kinds.MEDIA


@pytest.mark.parametrize("name", ["a.mp4.part", "a.tmp", "mp4", ".mp4", "a.srt", "a.jpg", "", "a."])
def test_other_files_are_no_media(name: str) -> None:
    assert kinds.suffix(name) not in kinds.MEDIA


def test_sound_is_no_video_and_subtitles_are_neither() -> None:
    assert kinds.is_video("a.avi")
    assert not kinds.is_video("a.mp3")
    assert kinds.is_subtitles("a.en.SRT")
    assert kinds.is_subtitles("song.lrc")
    assert not kinds.is_subtitles("a.txt")


@pytest.mark.parametrize(
    ("video", "seconds", "episode", "kind"),
    [
        (True, 40 * 60, False, Kind.FILM),
        (True, 40 * 60 - 1, False, Kind.CLIP),
        (True, 50 * 60, True, Kind.EPISODE),
        (False, 20 * 60, False, Kind.SONG),
        (False, 20 * 60 + 1, True, Kind.RECORDING),
    ],
)
def test_the_kind_follows_from_pictures_length_and_name(
    video: bool, seconds: float, episode: bool, kind: Kind
) -> None:
    assert kinds.kind_of(video=video, seconds=seconds, episode=episode) is kind


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("Concerts/Anna.mkv", "concert"),
        ("DCIM/VID_20240714_153012.mp4", "home-video"),
        ("Concerts/Show S01E02.mkv", "episode"),
        ("Films/Storm (1999).mkv", "film"),
    ],
)
def test_a_name_that_is_clear_tells_the_kind_at_once(tmp_path: Path, path: str, kind: str) -> None:
    seconds = 20.0 if "DCIM" in path else 5400.0
    found = metadata.gather(tmp_path / path, {}, video=True, seconds=seconds)
    assert found["guessed"]["kind"] == kind


def test_an_nfo_file_says_more_than_a_folder(tmp_path: Path) -> None:
    path = tmp_path / "Concerts" / "Storm.mkv"
    path.parent.mkdir()
    path.with_suffix(".nfo").write_text("<movie><title>Storm</title></movie>")
    found = metadata.gather(path, {}, video=True, seconds=5400)
    assert found["guessed"]["kind"] == "concert"
    assert metadata.merged(found)["kind"] is Kind.FILM
