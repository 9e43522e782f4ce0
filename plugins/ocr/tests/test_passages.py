"""Lines of many pictures become passages."""

from __future__ import annotations

import numpy as np
import pytest

from mediadesk_ocr import languages
from mediadesk_ocr.passages import Passage, passages
from mediadesk_ocr.reader import Line, Page, is_text


def line(text: str, *, x: float = 0.5, y: float = 0.9, score: float = 0.95) -> Line:
    return Line(text=text, score=score, x=x, y=y, height=0.06)


def page(*lines: Line, top: float = 0.0) -> Page:
    return Page(top=top, lines=lines)


def said(*looks: list[Line]) -> list[str]:
    return [each.text for each in passages({2.0 * n: page(*own) for n, own in enumerate(looks)})]


def test_a_line_that_stays_is_told_once_with_its_times() -> None:
    stays, last = page(line("Good morning, captain.")), page(line("Who is it?"))
    found = passages({0.0: page(), 4.0: stays, 2.0: stays, 6.0: stays, 8.0: last})
    assert found == (
        Passage(start=2.0, end=6.0, text="Good morning, captain."),
        Passage(start=8.0, end=9.0, text="Who is it?"),
    )


def test_the_surest_reading_counts_and_one_that_missed_no_space() -> None:
    assert said(
        [line("Good mornlng, captain.", score=0.8)],
        [line("Good morning,captain.", score=0.99)],
        [line("Good morning, captain.", score=0.97)],
    ) == ["Good morning, captain."]


def test_lines_are_joined_as_they_are_read() -> None:
    look = [
        line("second row", y=0.95),
        line("right", x=0.8, y=0.851),
        line("left", x=0.2, y=0.85),
    ]
    assert said(look) == ["left right second row"]


def test_a_line_that_comes_later_than_the_one_above_is_told_later() -> None:
    title = line("Three kinds of boats", y=0.1)
    assert said(
        [title], [title, line("Sailing boats", y=0.3)], [title, line("Rowing boats", y=0.5)], [], []
    ) == ["Three kinds of boats", "Sailing boats", "Rowing boats"]


def test_a_logo_is_dropped_though_it_is_missed_now_and_then_and_has_a_clock_beside_it() -> None:
    words = ("captain", "north wind", "island", "nobody slept", "storm", "calm", "bread", "rum")
    looks = [
        [line(f"LAKE TV 12:0{n}", x=0.1, y=0.08)] * (n not in {3, 4, 5}) + [line(word)]
        for n, word in enumerate(words)
    ]
    assert said(*looks) == list(words)


def test_a_logo_above_is_known_from_the_pictures_that_were_read_whole() -> None:
    logo = line("LAKE TV", x=0.1, y=0.08)
    pages = {60.0 * n: page(logo) if n % 12 == 0 else page(top=0.6) for n in range(120)}
    assert passages(pages) == ()
    below = {second: Page(top=0.0, lines=each.lines) for second, each in pages.items()}
    assert len(passages(below)) == 10, "it is in few pictures, then, and no logo"


def test_what_stays_through_a_whole_clip_is_told_once_if_nothing_else_is_written() -> None:
    caption = [line("Made by my grandfather in 1984")]
    assert said(*[caption] * 8) == ["Made by my grandfather in 1984"]
    long = {60.0 * n: page(*caption) for n in range(8)}
    assert passages(long) == (), "of a longer video it is a logo"
    assert said(*[caption] * 8, [*caption, line("And by his dog.", y=0.2)]) == ["And by his dog."]


def test_numbers_tell_slides_apart_and_clocks_do_not() -> None:
    steps = [[line(f"Step {n}", x=0.2, y=0.1)] for n in (1, 2, 12) for _ in range(2)]
    assert said(*steps) == ["Step 1", "Step 2", "Step 12"]
    clock = [[line(f"Departure 12:0{n}", y=0.5)] for n in range(4)]
    assert said(*clock) == ["Departure 12:00"]


@pytest.mark.parametrize("times", [2, 4])
def test_what_is_often_said_is_no_logo(times: int) -> None:
    """It is in fewer than half of the looks, or in fewer than five."""
    yes = [line("Yes, captain.")]
    others = [[line(text)] for text in ("north wind", "calm sea", "land ahead", "drop anchor")]
    looks = [look for other in others[:times] for look in (yes, other, [], [])]
    assert said(*looks).count("Yes, captain.") == times


def test_a_line_after_a_longer_pause_is_told_again() -> None:
    yes = [line("Yes, captain.")]
    assert said(yes, [], yes, [], [], [], yes, [], [], []) == ["Yes, captain."] * 2


def test_a_page_of_small_print_is_cut() -> None:
    (text,) = said([line(f"word{chr(97 + n % 26)} " * 5, y=n / 100) for n in range(90)])
    assert len(text) == 500


@pytest.mark.parametrize(
    ("text", "tells"),
    [("12:04:31", False), ("3 : 1", False), ("ff", False), ("Yes", True), ("好", False),
     ("好的", True), ("네.", False), ("1984 年月", True), ("", False)],
)  # fmt: skip
def test_clocks_scores_and_specks_are_no_text(text: str, tells: bool) -> None:
    assert is_text(text) is tells


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["The ship leaves the harbour at dawn and nobody knows where it goes."], ["en"]),
        (["清晨，船离开了港口。"], ["zh"]),
        (["朝、船は港を出ました。"], ["ja"]),
        (["아침에 배가 항구를 떠났다."], ["ko"]),
        (["Das Schiff verlässt im Morgengrauen den Hafen, und niemand weiß wohin."], ["de"]),
        (["清晨，船离开了港口。没有人知道它去哪里。", "The ship has left."], ["zh", "en"]),
        (["CCTV 清晨，船离开了港口。没有人知道它去哪里。"], ["zh"]),
        (["Những người thợ mộc ở đây đã dựng lại chiếc cầu gỗ, mỗi năm một lần."], ["vi"]),
        (["ＴＨＥ　ＳＨＩＰ　ＨＡＳ　ＬＥＦＴ　ＴＨＥ　ＨＡＲＢＯＵＲ"], ["en"]),
        (["12:30"], []),
        ([], []),
    ],
)  # fmt: skip
def test_languages_are_told_by_letters_and_words(texts: list[str], expected: list[str]) -> None:
    found = languages.detect(texts)
    assert [language for language, _ in found] == expected
    assert all(0.6 <= sure <= 1 for _, sure in found)


def test_many_looks_are_compared_in_time() -> None:
    """As many as can be asked for, each with three lines of its own: seconds, were all compared."""
    random = np.random.default_rng(0)
    letters = random.integers(97, 123, (900, 3, 30)).astype(np.uint8)
    looks = {
        2.0 * n: page(*(line(bytes(row).decode(), y=0.8 + 0.06 * m) for m, row in enumerate(rows)))
        for n, rows in enumerate(letters)
    }
    assert len(passages(looks)) == 900
