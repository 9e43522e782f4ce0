"""Spells any path as text, and back: names that are not UTF-8 too.

Two forms of a path are told apart by their types. A `Path` is what the system takes; Python keeps
bytes in it that are no UTF-8 as lone surrogates, which neither SQLite nor JSON nor Qt take. A path
as `str` (in the database, in messages, in the window) is *spelled*: such a byte, 0x80 to 0xFF, is
one private character, U+EF80 to U+EFFF, as in MirBSD's OPTU-16. Of a name that holds such a
character itself, the bytes of it are spelled so as well; hence every name has one spelling, and
every spelling one name. That of a name in good UTF-8 is the name.
"""

import os
import re
import sys
from pathlib import Path, PurePath
from urllib.parse import unquote_to_bytes

_FIRST = 0xEF00
_ODD = re.compile("[\ud800-\udfff\uef80-\uefff]")
_OCTETS = re.compile("[\uef80-\uefff]+")
_SURROGATES = re.compile("[\ud800-\udfff]+")
_ERRORS = sys.getfilesystemencodeerrors()  # those of POSIX or of Windows


def spelled(path: PurePath) -> str:
    """Give the text that stands for a path."""
    return spell(str(path))


def spell(name: str) -> str:
    """Give the text that stands for a name as the functions of `os` give it."""
    return name if name.isascii() else _ODD.sub(_octets, name)


def native(text: str) -> str:
    """Give the name that a spelling stands for, as the functions of `os` take it."""
    return text if text.isascii() else _OCTETS.sub(_name, text)


def to_path(text: str) -> Path:
    """Give the path that a spelling stands for."""
    return Path(native(text))


def shown(text: PurePath | str) -> str:
    """Give what a person reads of text with paths in it: “�” for what is no character."""
    name = str(text) if isinstance(text, PurePath) else native(text)
    return name if name.isascii() else _SURROGATES.sub(_replaced, name)


def entered(word: str) -> str:
    """Spell a path in the form in which a terminal gave it: the system's, or as we print it."""
    if _OCTETS.search(word) and not os.path.lexists(word):
        return _SURROGATES.sub(_octets, word)
    return spell(word)


def to_uri(text: str) -> str:
    """Give the file: address of a spelled path."""
    return to_path(text).absolute().as_uri()


def from_uri(address: bytes) -> str:
    """Spell the path of a percent-encoded file: address of this machine; "" where it is none."""
    if not address.startswith(b"file:///"):
        return ""
    told = os.fsdecode(unquote_to_bytes(address.removeprefix(b"file://")))
    return spell(told.removeprefix("/") if os.name == "nt" else told)


def _octets(odd: re.Match[str]) -> str:
    return "".join(chr(_FIRST | byte) for byte in odd[0].encode("utf-8", _ERRORS))


def _name(octets: re.Match[str]) -> str:
    return bytes(ord(each) & 0xFF for each in octets[0]).decode("utf-8", _ERRORS)


def _replaced(surrogates: re.Match[str]) -> str:
    try:
        octets = surrogates[0].encode("utf-8", _ERRORS)
    except UnicodeEncodeError:  # no name has these, but any sentence may
        return "\ufffd" * len(surrogates[0])
    return octets.decode("utf-8", "replace")
