"""Many texts in one piece are found as each would be by itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediadesk.search import texts
from mediadesk.search.texts import Texts

_LETTERS = st.text(st.sampled_from("abé海"), max_size=5)


@given(
    held=st.lists(_LETTERS, max_size=12),
    wanted=_LETTERS,
    whole=st.booleans(),
    step=st.integers(1, 9),
)
def test_what_has_a_text_in_it_is_found(
    held: list[str], wanted: str, whole: bool, step: int
) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(texts, "_AT_ONCE", step)
        patched.setattr(texts, "_BYTES_AT_ONCE", step)
        patched.setattr(texts, "_FEW", 0)
        made = Texts(held)
        for each in (made, Texts.of(made.written)):
            assert [each[n] for n in range(len(each))] == held
            assert each.having(wanted, whole=whole).tolist() == [
                n for n, text in enumerate(held) if (text == wanted if whole else wanted in text)
            ]
