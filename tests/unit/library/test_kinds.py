import pytest

from mediadesk.api import Kind
from mediadesk.library import kinds


@pytest.mark.parametrize("name", ["a.mp4", "A.MKV", "影.webm", "song.Mp3", "a.b.flac"])
def test_media_is_known_by_its_suffix(name: str) -> None:
    assert kinds.is_media(name)


@pytest.mark.parametrize("name", ["a.mp4.part", "a.tmp", "mp4", ".mp4", "a.srt", "a.jpg", "", "a."])
def test_other_files_are_no_media(name: str) -> None:
    assert not kinds.is_media(name)


def test_sound_is_no_video_and_subtitles_are_neither() -> None:
    assert kinds.is_video("a.avi")
    assert not kinds.is_video("a.mp3")
    assert kinds.is_subtitles("a.en.SRT")
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
