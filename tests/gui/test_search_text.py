"""Parts of a search are put in and taken out as text."""

import pytest

from mediadesk.search import parse
from mediadesk.search.tree import Text, both
from mediadesk.ui import search_text


@pytest.mark.parametrize(
    ("text", "part", "expected"),
    [
        ("", "kind:film", "kind:film"),
        ("storm", "kind:film", "storm kind:film"),
        ("storm OR calm", "kind:film", "(storm OR calm) kind:film"),
        ("(storm OR calm)", "kind:film", "(storm OR calm) kind:film"),
        ("(storm OR calm) kind:film", "kind:film", "storm OR calm"),
        ('a genre:"science fiction" b', 'genre:"science fiction"', "a b"),
        ("NOT kind:film", "kind:film", "NOT kind:film kind:film"),
        ("(kind:film OR b) c", "kind:film", "(kind:film OR b) c kind:film"),
        ("kind:film OR b", "kind:film", "(kind:film OR b) kind:film"),
        ("a AND kind:film", "kind:film", "a"),
        ("a", "(tag:x OR tag:y)", "a (tag:x OR tag:y)"),
        ("a (tag:x OR tag:y)", "(tag:x OR tag:y)", "a"),
    ],
)
def test_a_part_is_toggled(text: str, part: str, expected: str) -> None:
    assert search_text.toggled(text, part) == expected
    parse(expected)


def test_what_was_put_in_is_taken_out_again() -> None:
    for text in ("", "storm", '"calm sea" -rain', "year:1990..1999 (a OR b)"):
        for part in ("kind:film", 'genre:"a b"', "is:missing"):
            narrowed = search_text.toggled(text, part)
            assert search_text.holds(narrowed, part)
            assert search_text.toggled(narrowed, part) == text


def test_a_whole_value_is_found_as_it_is_written() -> None:
    for value in ("Blue", 'The "Blue" (Moon)', "“蓝” OR ＂x＂", "「a」"):
        search = search_text.whole("collection", value)
        assert parse(search) == Text("collection", value, whole=True)


def test_both_find_what_each_finds() -> None:
    assert search_text.both("", "a OR b") == "a OR b"
    assert search_text.both("a OR b", "c") == "(a OR b) c"
    assert search_text.both("", "") == ""


@pytest.mark.parametrize(
    "text",
    ['"calm', "“calm sea", "「海", "『海 』 「a (b」 c", 'tag:"a', "“a OR b”", "“a (b” c",
     "（a OR b）", "-(a OR b)", '-"a b" c', "(a OR b) c", "a (b OR c) OR d", 'a ""b"" "c',
     "NOT a"],
)  # fmt: skip
@pytest.mark.parametrize(
    "part", ["kind:song", "-is:seen", 'artist="An ""X"""', 'genre="a (b"', 'genre="a OR b"']
)
def test_whatever_was_typed_is_narrowed_and_comes_back(text: str, part: str) -> None:
    narrowed = search_text.toggled(text, part)
    assert parse(narrowed) == both([parse(text), parse(part)])
    assert search_text.holds(narrowed, part)
    assert parse(search_text.toggled(narrowed, part)) == parse(text)
