"""Parts of a search are put in and taken out as text."""

import pytest

from mediadesk.search import parse
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


def test_both_find_what_each_finds() -> None:
    assert search_text.both("", "a OR b") == "a OR b"
    assert search_text.both("a OR b", "c") == "(a OR b) c"
    assert search_text.both("", "") == ""
