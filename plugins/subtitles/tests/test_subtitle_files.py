"""Subtitle files of every encoding, of every kind of damage, and those that are made to hurt."""

from __future__ import annotations

import random
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mediadesk.api import UnreadableError
from mediadesk_subtitles.cues import Cue, clean, lines, passages
from mediadesk_subtitles.files import read_sidecar, sentence

LANGUAGES = {
    "zh": "我们今天晚上去看电影吧。这个城市的夜晚非常漂亮。你喜欢喝茶还是喝咖啡？",
    "zh-TW": "我們今天晚上去看電影吧。這個城市的夜晚非常漂亮。你喜歡喝茶還是喝咖啡？",
    "ja": "今夜は映画を見に行きましょう。この町の夜はとてもきれいです。お茶が好きですか。",
    "ko": "오늘 밤에 영화를 보러 가자. 이 도시의 밤은 매우 아름답다.",
    "ru": "Пойдём сегодня вечером в кино. Ночью этот город очень красив.",
    "pl": "Chodźmy dziś wieczorem do kina. Żółć, źdźbło, ćma. Wolisz herbatę czy kawę?",
    "fr": "Allons au cinéma ce soir. La ville est très belle la nuit, à côté de la forêt.",
    "el": "Πάμε σινεμά απόψε. Η πόλη είναι όμορφη τη νύχτα.",
}
TOO_LONG = "“film.srt” is too long: only its beginning was read."
SECOND = "{}\n00:00:{:02},000 --> 00:00:{:02},900\n{}\n"


def srt(*texts: str) -> str:
    return "\n".join(SECOND.format(n + 1, n % 60, n % 60, text) for n, text in enumerate(texts))


@pytest.mark.parametrize(
    ("language", "encoding"),
    [
        ("zh", "gb18030"),
        ("zh", "utf-16-le"),
        ("zh-TW", "big5"),
        ("zh-TW", "utf-16-be"),
        ("ja", "shift_jis"),
        ("ja", "euc_jp"),
        ("ko", "cp949"),
        ("ru", "cp1251"),
        ("ru", "koi8_r"),
        ("pl", "cp1250"),
        ("fr", "latin-1"),
        ("el", "cp1253"),
    ],
)
def test_a_short_file_in_an_old_encoding_is_read_by_the_language_of_its_name(
    tmp_path: Path, language: str, encoding: str
) -> None:
    text = LANGUAGES[language]
    path = tmp_path / f"Film (2020).{language}.srt"
    path.write_bytes(srt(text).encode(encoding))
    track = read_sidecar(path, "film (2020)")
    assert [cue.text for cue in track.cues] == [text]
    assert track.language == language[:2]
    assert track.source == "name"


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16"])
def test_letters_tell_a_language_against_the_name(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "film.en.srt"
    path.write_bytes(srt(LANGUAGES["zh"]).encode(encoding))
    track = read_sidecar(path, "film")
    assert (track.language, track.source) == ("zh", "text")
    path = tmp_path / "film.zh.srt"
    path.write_text(srt("Let us go to the cinema tonight."), encoding="utf-8")
    assert read_sidecar(path, "film").language == ""


def test_the_name_of_the_film_tells_no_language(tmp_path: Path) -> None:
    path = tmp_path / "It.srt"
    path.write_text(srt("Let us go to the cinema tonight."), encoding="utf-8")
    assert read_sidecar(path, "It").language == ""


def test_windows_lines_and_a_damaged_letter_leave_the_rest(tmp_path: Path) -> None:
    path = tmp_path / "film.fr.srt"
    data = srt("Très bien.", "À côté de la forêt, l'été, où es-tu ?" * 5).replace("\n", "\r\n")
    path.write_bytes(data.encode()[:-4])
    first, second = read_sidecar(path, "film").cues
    assert first.text == "Très bien."
    assert second.text.startswith("À côté de la forêt, l'été")


def test_a_copy_that_was_broken_off_gives_its_beginning_and_says_so(tmp_path: Path) -> None:
    """A download or a disk leaves zeros where nothing came any more."""
    path = tmp_path / "film.srt"
    data = srt("Très bien.", "À côté de la forêt.").encode()
    for kept in (data, data.decode().encode("utf-16")):
        path.write_bytes(kept + bytes(4096))
        track = read_sidecar(path)
        assert [cue.text for cue in track.cues] == ["Très bien.", "À côté de la forêt."]
        assert track.problem == "The end of “film.srt” is empty: copy it again from its source."


@pytest.mark.parametrize(
    ("shown", "said"),
    [
        ("\u202b.שלום לך\u202c\u200f", [".שלום לך"]),
        (r"{\i1}Hello{\i0}\N- <b>there</b>", ["Hello", "there"]),
        ("[music]", []),
        ("♪ I sing of rain ♪", ["I sing of rain"]),
        ("# Over the hill #", ["Over the hill"]),
        ("(door slams)\n- JOHN: Who is it?", ["Who is it?"]),
        ("MRS. O'HARA: Come in. (sighs)", ["Come in."]),
        ("- [gasps] Oh my!", ["Oh my!"]),
        ("（雷声）\n快走！", ["快走！"]),
        ("Tom &amp; Jerry&nbsp;run", ["Tom & Jerry run"]),
        ("<00:00:01.000><c.colorE5E5E5>rolling</c>", ["rolling"]),
        (r"{\an8\p1}m 0 0 l 10 10 20 0{\p0}", []),
        ("...", []),
        ("I <3 you, and 2 > 1", ["I <3 you, and 2 > 1"]),
    ],
)
def test_only_what_is_said_is_left(shown: str, said: list[str]) -> None:
    assert lines(shown) == said


def test_rolling_captions_say_each_line_once() -> None:
    rolling = [
        Cue(start=n, end=n + 2, text=f"line {'abcdef'[n]}\nline {'abcdef'[n + 1]}")
        for n in range(5)
    ]
    (whole, rest) = passages(clean(rolling))
    assert whole.text == "line a line b line c line d line e"
    assert rest.text == "line f"
    again = [Cue(start=0, end=1, text="No!"), Cue(start=4, end=5, text="No!")]
    assert [cue.start for cue in clean(again)] == [0, 4]


def test_who_made_the_subtitles_is_left_out() -> None:
    made = [
        "Subtitles by A. Nonymous",
        "字幕组：某某",
        "Synced and corrected by x",
        "www.x.example",
    ]
    shown = [Cue(start=n, end=n + 1, text=text) for n, text in enumerate([*made, "Hello."])]
    assert [cue.text for cue in clean(shown)] == ["Hello."]


def test_of_too_many_lines_the_first_are_read(tmp_path: Path) -> None:
    path = tmp_path / "film.srt"
    path.write_text(srt(*(f"Line {n}" for n in range(20_500))), encoding="utf-8")
    track = read_sidecar(path)
    assert len(track.cues) == 20_000
    assert track.problem == TOO_LONG


def test_of_a_file_that_is_too_long_the_beginning_is_read(tmp_path: Path) -> None:
    path = tmp_path / "film.srt"
    path.write_text(srt("Hello.", "there " * 3_000_000), encoding="utf-8")
    track = read_sidecar(path)
    assert [cue.text[:12] for cue in track.cues] == ["Hello.", "there there "]
    assert len(track.cues[1].text) <= 1000
    assert track.problem == TOO_LONG


@pytest.mark.parametrize(
    "bomb",
    [
        "<" * 40_000,
        "<a" * 400_000,
        "{" * 400_000,
        "{\\p" * 200_000,
        "[" * 400_000,
        "(" * 400_000,
        "&" * 400_000,
        "\n" * 1_000_000 + "x",
        "\n1" * 400_000,
        "-" * 400_000,
        "<a\n" * 300_000,
        "99:59:59,999 --> " * 20_000,
    ],
    ids=lambda bomb: repr(bomb[:4]),
)
@pytest.mark.parametrize("name", ["film.srt", "film.vtt", "film.ass", "film.lrc"])
@pytest.mark.timeout(30)  # it takes half a second, or minutes if anything is tried again and again
def test_a_bomb_takes_no_longer_than_its_length(tmp_path: Path, name: str, bomb: str) -> None:
    heads = {
        "film.vtt": "WEBVTT\n\n00:01.000 --> 00:02.000\nHello.\n\n",
        "film.lrc": "[00:01.00]Hello.\n[00:02.00]",
        "film.ass": ASS,
    }
    path = tmp_path / name
    path.write_text(heads.get(name, srt("Hello.") + "\n") + bomb, encoding="utf-8")
    assert read_sidecar(path).cues[0].text.startswith("Hello.")


ASS = (
    "[Script Info]\nScriptType: v4.00+\n\n[Events]\nFormat: Layer, Start, End, Style, Name, "
    "MarginL, MarginR, MarginV, Effect, Text\n"
    "Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,Hello.\n"
    "Comment: 0,0:00:03.00,0:00:04.00,Default,,0,0,0,,Nobody sees this.\n"
    "Dialogue: 0,0:00:05.00,0:00:06.00,Default,,0,0,0,,"
)


def test_comments_in_a_script_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "film.ass"
    path.write_text(f"{ASS}Goodbye.", encoding="utf-8")
    assert [cue.text for cue in read_sidecar(path).cues] == ["Hello.", "Goodbye."]


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    seed=st.integers(0, 10**6),
    name=st.sampled_from(["film.srt", "film.vtt", "film.ass", "film.zh.lrc"]),
    cut=st.integers(0, 10),
)
def test_a_damaged_file_gives_cues_or_says_so(
    tmp_path: Path, seed: int, name: str, cut: int
) -> None:
    random_ = random.Random(seed)  # noqa: S311 - damage is no secret
    whole = {
        "film.vtt": "WEBVTT\n\n" + srt(*LANGUAGES.values()).replace(",", "."),
        "film.ass": f"{ASS}{LANGUAGES['zh']}",
        "film.zh.lrc": "".join(f"[00:0{n}.00]{x}\n" for n, x in enumerate(LANGUAGES.values())),
    }.get(name, srt(*LANGUAGES.values()))
    data = bytearray(whole.encode(random_.choice(["utf-8", "utf-16", "gb18030"])))
    data = data[: len(data) * cut // 10]
    for _ in range(random_.randrange(30) if data else 0):
        data[random_.randrange(len(data))] = random_.randrange(256)
    path = tmp_path / name
    path.write_bytes(data)
    with suppress(UnreadableError):
        track = read_sidecar(path, "film")
        assert all(cue.text and 0 <= cue.start < cue.end for cue in track.cues)


def test_problems_are_told_in_one_sentence_of_bounded_length() -> None:
    assert sentence(["", ""]) == ""
    assert sentence(["One thing is wrong.", "", "Another."]) == "One thing is wrong. And 1 more."
    long = sentence([f"“{'very' * 200}\x1b.srt” is broken."] * 3)
    assert len(long) <= 300
    assert long.isprintable()
    assert long.endswith("is broken. And 2 more.")
