"""How texts are compared when searching, and filed when sorting."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediadesk.search.folding import fold, initial, sort_key, sort_keys


@given(text=st.text())
def test_folding_again_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert initial(sort_key(fold(text)))


@given(text=st.text(st.characters(exclude_categories=["Cs", "Mn", "Mc", "Me"])), cut=st.integers(0))
def test_what_ascii_words_stand_in_a_text_is_found_in_it(text: str, cut: int) -> None:
    whole = f"{text} École {text}"
    assert fold("éCOLE") in fold(whole)


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("ÉCOLE", "école"), ("École", "ecole"), ("Straße", "STRASSE"), ("İstanbul", "istanbul"),
        ("Łódź", "lodz"), ("Ёлка", "елка"), ("ＦＵＬＬ", "full"), ("Ærø", "aero"), ("ﬁlm", "film"),
        ("e\u0301cole", "école"), ("ΣΊΣΥΦΟΣ", "σίσυφος"),
    ],
)  # fmt: skip
def test_case_and_accents_make_no_difference(written: str, typed: str) -> None:
    assert fold(written) == fold(typed)


def test_what_is_another_letter_stays_one() -> None:
    assert fold("が") != fold("か")
    assert fold("한") != fold("하")


def test_titles_are_filed_as_a_person_would() -> None:
    filed = [
        "...", "9", "12 Monkeys", "(500) Days", "A", "Ärger", "azur", "An Education",
        "Episode 9", "Episode 09b", "Episode 10", "La vita", "lz", "流浪地球", "m", "The Matrix",
        "[REC]", "The The", "A Theory", "Zoo", "Ж", "あか", "飛", "한국",
    ]  # fmt: skip
    titles = sorted(filed)
    assert sorted(titles, key=lambda title: sort_key(fold(title))) == filed
    letters = [initial(sort_key(fold(title))) for title in filed]
    assert letters == list("####AAAEEEELLLMMRTTZЖあ中가")


@given(st.lists(st.text() | st.from_regex(r"[0-9]{1,40}( a)?", fullmatch=True)))
def test_many_are_filed_as_each_is(texts: list[str]) -> None:
    folded = list(map(fold, texts))
    assert sort_keys(folded) == list(map(sort_key, folded))


@given(st.integers(0, 10**40), st.integers(0, 10**40))
def test_numbers_are_filed_by_what_they_say(one: int, other: int) -> None:
    assert (sort_key(f"a {one}") < sort_key(f"a {other}")) == (one < other)
