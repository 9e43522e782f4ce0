import os
import sys
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mediadesk import paths

_BYTES = st.binary(max_size=12).filter(lambda raw: b"\0" not in raw)
# Names that look like spellings, and like parts of them, beside all others.
_LIKELY = st.lists(
    st.sampled_from(
        ["a", "é", "影", "😀", "/", "\uef80", "\uefff", "\uef7f", "\ue000", b"\x80", b"\xee",
         b"\xbe", b"\xe9", b"\xff", b"\xf0\x9f", b"\xed\xb3\xa9"]
    ).map(lambda part: part.encode() if isinstance(part, str) else part),
    max_size=8,
).map(b"".join)  # fmt: skip
_NAMES = st.one_of(_BYTES, _LIKELY)

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="names are no bytes there")


@given(_NAMES)
@example("\uef80".encode())
@example(b"\xee\xbe")
def test_every_name_has_a_spelling_that_gives_it_back(raw: bytes) -> None:
    name = os.fsdecode(raw)
    text = paths.spell(name)
    assert text.encode().decode() == text
    assert paths.native(text) == name


@given(_NAMES, _NAMES)
def test_two_names_never_have_the_same_spelling(one: bytes, other: bytes) -> None:
    spellings = {paths.spell(os.fsdecode(raw)) for raw in (one, other)}
    assert len(spellings) == len({one, other})


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_a_name_in_good_utf_8_is_its_own_spelling(name: str) -> None:
    if not any("\uef80" <= letter <= "\uefff" for letter in name):
        assert paths.spell(name) == paths.native(name) == paths.shown(name) == name


@given(_NAMES)
def test_a_spelling_goes_into_an_address_and_back(raw: bytes) -> None:
    path = Path(os.path.normpath("/" + os.fsdecode(raw).lstrip("/")))
    text = paths.spelled(path)
    address = paths.to_uri(text)
    assert address.isascii()
    assert paths.from_uri(address.encode()) == text
    assert paths.to_path(text) == path


@given(_NAMES)
def test_what_is_shown_is_plain_text_without_private_letters(raw: bytes) -> None:
    name = os.fsdecode(raw)
    assert paths.shown(paths.spell(name)) == paths.shown(Path(name) if name else "") or "/" in name
    assert paths.shown(paths.spell(name)) == raw.decode(errors="replace")


def test_an_address_of_elsewhere_has_no_path() -> None:
    assert paths.from_uri(b"https://example.org/a.mp4") == ""
    assert paths.from_uri(b"") == ""


def test_a_name_may_be_entered_by_its_bytes_or_as_it_is_printed(tmp_path: Path) -> None:
    odd = tmp_path / os.fsdecode(b"caf\xe9")
    private = tmp_path / "\uef80"
    private.touch()
    for path in (odd, private):
        assert paths.to_path(paths.entered(str(path))) == path
        assert paths.to_path(paths.entered(paths.spelled(path))) == path
