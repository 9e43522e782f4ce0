"""Makes searches for tests: any tree that a person could write."""

from datetime import date
from typing import get_args

from hypothesis import strategies as st

from mediadesk.api import Kind
from mediadesk.search.tree import (
    EVERYTHING,
    Compare,
    CompareField,
    Inside,
    Node,
    OfKind,
    Standing,
    StateName,
    Text,
    TextField,
    both,
    either,
    negated,
)

DAY = 86_400
LETTERS = "aAbéÉß%_\\\"“”＂'海「」（）()-:=<>,[] 　\n"
_texts = st.text(
    st.sampled_from(LETTERS) | st.characters(exclude_categories=["Cs"]), max_size=4
).filter(lambda text: "\0" not in text)
_operators = st.sampled_from(["<", "<=", "=", ">=", ">"])
_days = st.dates(date(2026, 11, 18), date(2026, 11, 24)) | st.dates(
    date(1971, 1, 1), date(2999, 12, 31)
)
_numbers: dict[CompareField, st.SearchStrategy[float | date]] = {
    "year": st.sampled_from([1999, 2000, 2001]) | st.integers(0, 9999),
    "length": st.sampled_from([59, 60, 61]) | st.integers(0, 99_999),
    "size": st.sampled_from([10**6, 2 * 10**9]) | st.integers(0, 10**12),
    "height": st.sampled_from([480, 1080, 2160]),
    "season": st.integers(0, 3),
    "episode": st.integers(0, 3),
    "track": st.integers(0, 3),
    "stars": st.integers(1, 10).map(lambda half: half / 2),
    "plays": st.integers(0, 3),
    "age": st.integers(0, 50).map(lambda days: days * DAY),
    "rest": st.integers(0, 50).map(lambda days: days * DAY),
    "added": _days,
    "played": _days,
}
_terms = st.one_of(
    st.builds(Text, st.sampled_from(get_args(TextField)), _texts),
    st.builds(
        Text, st.sampled_from([f for f in get_args(TextField) if f != "any"]), _texts, st.just(True)
    ),
    st.builds(OfKind, st.sampled_from(Kind)),
    st.sampled_from(list(_numbers)).flatmap(
        lambda name: st.builds(Compare, st.just(name), _operators, _numbers[name])
    ),
    st.builds(Standing, st.sampled_from(get_args(StateName))),
    st.builds(Inside, st.sampled_from(["/r", "/r/a", "/r/A/", "a", "A", "r/a", "b%", "海", "/"])),
)


def trees() -> st.SearchStrategy[Node]:
    """Give any search."""
    return st.just(EVERYTHING) | st.recursive(
        _terms,
        lambda inner: st.one_of(
            st.lists(inner, min_size=2, max_size=3).map(both),
            st.lists(inner, min_size=2, max_size=3).map(either),
            inner.map(negated),
        ),
        max_leaves=6,
    )
