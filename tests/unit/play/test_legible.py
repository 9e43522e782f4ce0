"""Subtitles in old encodings become ones in Unicode."""

from __future__ import annotations

from pathlib import Path

import pytest

from mediadesk.play.legible import legible

LINES = "\n".join(
    f"{n}\n00:00:{2 * n:02},000 --> 00:00:{2 * n + 1:02},500\n{{}}\n" for n in range(1, 25)
)
SAID = {
    "cp1251": "Мы вернулись домой поздно ночью, и море было тихим.",
    "cp1252": "Nous sommes rentrés très tard, et la mer était calme à l’aube.",
    "cp1253": "Γυρίσαμε αργά το βράδυ και η θάλασσα ήταν ήσυχη.",
    "gb18030": "我们很晚才回家，海面很平静。",
    "cp949": "우리는 밤늦게 집에 돌아왔고 바다는 고요했다.",
    "cp1250": "Wróciliśmy do domu późno w nocy, a morze było już zupełnie spokojne.",
}


@pytest.mark.parametrize("encoding", SAID)
def test_subtitles_in_an_old_encoding_are_read_as_they_were_written(
    encoding: str, tmp_path: Path
) -> None:
    text = LINES.replace("{}", SAID[encoding])
    file = tmp_path / "Film.srt"
    file.write_bytes(text.encode(encoding))
    given = Path(legible(str(file), tmp_path, ""))
    assert given.suffix == ".srt"
    assert given.read_text("utf-8") == text
    assert file.read_bytes() == text.encode(encoding), "what is somebody's own stays as it is"


def test_a_language_tells_the_encoding_where_a_few_words_do_not(tmp_path: Path) -> None:
    text = LINES.replace("{}", "私たちは夜遅く家に帰り、海は静かだった。")
    file = tmp_path / "Film.ja.srt"
    file.write_bytes(text.encode("cp932"))
    assert Path(legible(str(file), tmp_path, "ja")).read_text("utf-8") == text
    assert Path(legible(str(file), tmp_path, "")).read_text("utf-8") != text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_subtitles_in_unicode_are_taken_as_they_are(encoding: str, tmp_path: Path) -> None:
    file = tmp_path / "Film.srt"
    file.write_bytes(LINES.replace("{}", SAID["cp1251"]).encode(encoding))
    assert legible(str(file), tmp_path, "") == str(file)


def test_what_is_gone_or_no_text_is_left_to_the_player(tmp_path: Path) -> None:
    picture = tmp_path / "Film.sub"
    picture.write_bytes(b"\0\0\1\xba\x44\xff\xfe" * 40)
    assert legible(str(picture), tmp_path, "") == str(picture)
    assert legible(str(tmp_path / "gone.srt"), tmp_path, "") == str(tmp_path / "gone.srt")


def test_where_no_copy_can_be_written_the_player_has_the_file_itself(tmp_path: Path) -> None:
    file = tmp_path / "Film.srt"
    file.write_bytes(LINES.replace("{}", SAID["cp1251"]).encode("cp1251"))
    assert legible(str(file), tmp_path / "gone", "") == str(file)
